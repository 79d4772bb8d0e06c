//! How a linguist damages a translation.

use serde::Deserialize;

use super::super::markup::Piece;
use super::super::markup::is_end_tag;
use super::super::markup::pieces;
use super::super::model::Segment;
use super::super::pseudo_translate;

/// How a linguist damages a translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// The first tag is gone, with its end tag if it has one.
    DropTag,
    /// The first end tag is gone: the markup is no longer well nested.
    Unbalance,
    /// A tag that the source does not have.
    AddTag,
    /// Every `{{placeholder}}` is translated.
    Placeholder,
    /// The translation is empty.
    Empty,
    /// The source text stands in place of the translation.
    SourceText,
}

/// The translation of a segment after the damage; nothing where it would change nothing.
pub(super) fn damaged(segment: &Segment, damage: Damage, language: &str) -> Option<String> {
    let written = segment.target.clone().filter(|target| !target.is_empty());
    let target = written.unwrap_or_else(|| pseudo_translate(&segment.source, segment.html, language));
    let changed = match damage {
        Damage::DropTag => without_first_tag(&target, false)?,
        Damage::Unbalance => without_first_tag(&target, true)?,
        Damage::AddTag => format!("{target} <b>!</b>"),
        Damage::Placeholder if target.contains("{{") => target.replace("{{", "{{⟦x⟧ "),
        Damage::Placeholder => return None,
        Damage::Empty => String::new(),
        Damage::SourceText => segment.source.clone(),
    };
    let applies = segment.html || !matches!(damage, Damage::DropTag | Damage::Unbalance | Damage::AddTag);
    (applies && segment.target.as_ref() != Some(&changed)).then_some(changed)
}

/// The markup without its first tag and the next end tag, or without its first end tag alone.
fn without_first_tag(html: &str, end_only: bool) -> Option<String> {
    let pieces = pieces(html);
    let is_tag = |piece: &Piece<'_>, end: bool| matches!(piece, Piece::Tag(tag) if is_end_tag(tag) == end);
    let first = pieces.iter().position(|piece| is_tag(piece, end_only))?;
    let second = if end_only { None } else { pieces.iter().position(|piece| is_tag(piece, true)) };
    let kept = pieces.iter().enumerate().filter(|(at, _)| *at != first && Some(*at) != second);
    Some(
        kept.map(|(_, piece)| match piece {
            Piece::Tag(text) | Piece::Text(text) => *text,
        })
        .collect(),
    )
}
