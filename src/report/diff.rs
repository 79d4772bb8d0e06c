//! Two texts side by side, block by block: what Smartcat holds, and what stands in Zendesk.

use std::io::Result;
use std::io::Write;
use std::ops::Range;

use anstyle::AnsiColor;
use anstyle::Style;
use serde::Serialize;
use similar::DiffOp;
use similar::DiffTag;
use similar::algorithms::Capture;
use similar::algorithms::Compact;
use similar::algorithms::Replace;
use similar::algorithms::myers;
use similar::group_diff_ops;

use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;

use super::counted;
use super::json::FORMAT_VERSION;
use super::safe;

const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const HUNK: Style = AnsiColor::Cyan.on_default();
const STRONG: Style = Style::new().bold();

/// Blocks shown around a change.
const CONTEXT: usize = 2;

/// What is compared of one item in one language.
#[derive(Clone, Debug)]
pub struct DiffView {
    /// The item.
    pub item: ItemKey,
    /// Its title.
    pub title: String,
    /// The locale of its source.
    pub source_locale: Locale,
    /// The target locale.
    pub locale: Locale,
    /// The Smartcat document, when there is one.
    pub document: Option<String>,
    /// The source as sent, and now.
    pub source: Part,
    /// The translation in Smartcat, and in Zendesk; `None` when only the sources are compared.
    pub translation: Option<Part>,
}

/// A comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// There is nothing to compare, and why.
    Missing(String),
    /// Both texts.
    Both {
        /// What Smartcat holds.
        smartcat: Vec<Block>,
        /// What stands in Zendesk.
        zendesk: Vec<Block>,
        /// Blocks that have no translation in Smartcat yet.
        untranslated: usize,
    },
}

/// A block of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it says, as far as two blocks are the same: markup that means nothing is no part of it.
    pub key: String,
    /// Its text.
    pub text: String,
}

/// Shows what a plan changes, below it. `left` comparisons more were not made.
///
/// # Errors
/// When `out` cannot be written.
pub fn of_plan(views: &[DiffView], left: usize, out: &mut dyn Write) -> Result<()> {
    for view in views {
        writeln!(out)?;
        show(view, true, out)?;
    }
    match left {
        0 => Ok(()),
        left => writeln!(out, "\n{left} more are not compared here: `zencat diff ITEM LOCALE`"),
    }
}

/// Shows both comparisons.
///
/// # Errors
/// When `out` cannot be written.
pub fn text(view: &DiffView, out: &mut dyn Write) -> Result<()> {
    show(view, false, out)
}

/// With `arrives`, Smartcat's translation is the new one: it is about to replace the one in Zendesk.
fn show(view: &DiffView, arrives: bool, out: &mut dyn Write) -> Result<()> {
    let DiffView { item, title, source_locale, locale, document, source, translation } = view;
    let (source_locale, locale) = (safe::line(source_locale.as_str()), safe::line(locale.as_str()));
    writeln!(out, "{STRONG}{item} \"{}\", {source_locale} → {locale}{STRONG:#}", safe::line(title))?;
    match document {
        Some(document) => writeln!(out, "Smartcat document {}\n", safe::line(document))?,
        None => writeln!(out)?,
    }
    let names = [
        format!("source in {source_locale}, as Smartcat holds it"),
        format!("source in {source_locale}, now in Zendesk"),
    ];
    part("source", &names, source, out)?;
    let Some(translation) = translation else { return Ok(()) };
    writeln!(out)?;
    let mut names =
        [format!("translation into {locale} in Smartcat"), format!("translation into {locale} in Zendesk")];
    let mut translation = translation.clone();
    if arrives && let Part::Both { smartcat, zendesk, untranslated: _ } = &mut translation {
        names.reverse();
        std::mem::swap(smartcat, zendesk);
    }
    part("translation", &names, &translation, out)
}

fn part(what: &str, names: &[String; 2], part: &Part, out: &mut dyn Write) -> Result<()> {
    let (old, new, untranslated) = match part {
        Part::Missing(why) => return writeln!(out, "{STRONG}{what}{STRONG:#}: {}", safe::line(why)),
        Part::Both { smartcat, zendesk, untranslated } => (smartcat, zendesk, *untranslated),
    };
    let operations = operations(old, new);
    if operations.iter().all(|operation| operation.tag() == DiffTag::Equal) {
        let blocks = counted(new.len() as u64, "block", "blocks");
        return writeln!(out, "{STRONG}{what}{STRONG:#}: the same on both sides ({blocks})");
    }
    if untranslated > 0 {
        let blocks = counted(untranslated as u64, "block has", "blocks have");
        writeln!(out, "{blocks} no translation in Smartcat yet")?;
    }
    writeln!(out, "{REMOVED}--- {}{REMOVED:#}\n{ADDED}+++ {}{ADDED:#}", names[0], names[1])?;
    for hunk in group_diff_ops(operations, CONTEXT) {
        write_hunk(&hunk, old, new, out)?;
    }
    Ok(())
}

fn operations<'b>(old: &'b [Block], new: &'b [Block]) -> Vec<DiffOp> {
    let keys = |blocks: &'b [Block]| blocks.iter().map(|block| block.key.as_str()).collect::<Vec<_>>();
    let (old, new) = (keys(old), keys(new));
    // Choosing the algorithm by a value would put all five of them into the program: 200 KB.
    let mut operations = Compact::new(Replace::new(Capture::new()), &old, &new);
    let Ok(()) = myers::diff(&mut operations, &old, 0..old.len(), &new, 0..new.len());
    operations.into_inner().into_inner().into_ops()
}

fn write_hunk(hunk: &[DiffOp], old: &[Block], new: &[Block], out: &mut dyn Write) -> Result<()> {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return Ok(()) };
    let (old_lines, new_lines) =
        (first.old_range().start..last.old_range().end, first.new_range().start..last.new_range().end);
    writeln!(out, "{HUNK}@@ -{} +{} @@{HUNK:#}", numbered(&old_lines), numbered(&new_lines))?;
    for operation in hunk {
        if operation.tag() == DiffTag::Equal {
            lines(' ', Style::new(), new, operation.new_range(), out)?;
            continue;
        }
        lines('-', REMOVED, old, operation.old_range(), out)?;
        lines('+', ADDED, new, operation.new_range(), out)?;
    }
    Ok(())
}

/// Lines as unified diffs number them: the first one, and how many.
fn numbered(lines: &Range<usize>) -> String {
    let first = if lines.is_empty() { lines.start } else { lines.start + 1 };
    format!("{first},{}", lines.len())
}

fn lines(mark: char, style: Style, blocks: &[Block], range: Range<usize>, out: &mut dyn Write) -> Result<()> {
    let blocks = blocks.get(range).unwrap_or_default();
    blocks.iter().try_for_each(|block| writeln!(out, "{style}{mark}{}{style:#}", safe::line(&block.text)))
}

/// The document of `diff --format json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiffDocument {
    format_version: u32,
    item: DiffItem,
    source_locale: String,
    language: String,
    /// The id of the Smartcat document.
    document: Option<String>,
    source: PartDocument,
    translation: Option<PartDocument>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct DiffItem {
    kind: ItemKind,
    id: u64,
    title: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct PartDocument {
    result: PartResult,
    /// Why nothing is compared.
    reason: Option<String>,
    /// Blocks that have no translation in Smartcat yet.
    untranslated: usize,
    /// Every block in order; `removed` stands only in Smartcat, `added` only in Zendesk.
    blocks: Vec<BlockDocument>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum PartResult {
    Same,
    Different,
    Missing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct BlockDocument {
    change: Change,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Change {
    Same,
    Removed,
    Added,
}

/// The comparisons as one document.
pub fn document(view: &DiffView) -> DiffDocument {
    let DiffView { item, title, source_locale, locale, document, source, translation } = view;
    DiffDocument {
        format_version: FORMAT_VERSION,
        item: DiffItem { kind: item.kind, id: item.id, title: title.clone() },
        source_locale: source_locale.to_string(),
        language: locale.to_string(),
        document: document.clone(),
        source: part_document(source),
        translation: translation.as_ref().map(part_document),
    }
}

fn part_document(part: &Part) -> PartDocument {
    let (smartcat, zendesk, untranslated) = match part {
        Part::Missing(why) => {
            return PartDocument {
                result: PartResult::Missing,
                reason: Some(why.clone()),
                untranslated: 0,
                blocks: Vec::new(),
            };
        }
        Part::Both { smartcat, zendesk, untranslated } => (smartcat, zendesk, *untranslated),
    };
    let mut blocks = Vec::new();
    for operation in operations(smartcat, zendesk) {
        let mut add = |change: Change, side: &[Block], range: Range<usize>| {
            let side = side.get(range).unwrap_or_default();
            blocks.extend(side.iter().map(|block| BlockDocument { change, text: block.text.clone() }));
        };
        if operation.tag() == DiffTag::Equal {
            add(Change::Same, zendesk, operation.new_range());
        } else {
            add(Change::Removed, smartcat, operation.old_range());
            add(Change::Added, zendesk, operation.new_range());
        }
    }
    let is_same = blocks.iter().all(|block| block.change == Change::Same);
    let result = if is_same { PartResult::Same } else { PartResult::Different };
    PartDocument { result, reason: None, untranslated, blocks }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(texts: &[&str]) -> Vec<Block> {
        texts.iter().map(|text| Block { key: (*text).to_owned(), text: (*text).to_owned() }).collect()
    }

    fn shown(old: &[&str], new: &[&str]) -> String {
        let mut out = anstream::StripStream::new(Vec::new());
        let both = Part::Both { smartcat: blocks(old), zendesk: blocks(new), untranslated: 0 };
        part("source", &["old".to_owned(), "new".to_owned()], &both, &mut out).unwrap();
        String::from_utf8(out.into_inner()).unwrap()
    }

    #[test]
    fn a_change_is_shown_with_what_stands_around_it() {
        let old = ["a", "b", "c", "d", "e", "f"];
        assert_eq!(
            shown(&old, &["a", "b", "c", "x", "e", "f"]),
            "--- old\n+++ new\n@@ -2,5 +2,5 @@\n b\n c\n-d\n+x\n e\n f\n"
        );
        assert_eq!(shown(&old, &old), "source: the same on both sides (6 blocks)\n");
        assert_eq!(shown(&[], &["a"]), "--- old\n+++ new\n@@ -0,0 +1,1 @@\n+a\n");
    }

    #[test]
    fn nothing_in_a_block_is_a_line_of_the_diff_or_moves_the_cursor() {
        let shown = shown(&["a\n+ b"], &["\u{1b}[2Jc\u{202e}"]);
        assert_eq!(shown, "--- old\n+++ new\n@@ -1,1 +1,1 @@\n-a + b\n+\u{fffd}[2Jc\u{fffd}\n");
    }
}
