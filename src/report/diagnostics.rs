//! Diagnostics as rustc prints them: the code, the sentence, the line underlined, the advice.
//!
//! What is shown comes from a file that anybody may have written. Control characters and marks that turn the direction
//! of text are shown as what they are, so that a manifest cannot write to the terminal; credentials are not shown at all.

use std::borrow::Cow;
use std::io;
use std::io::Write;
use std::ops::Range;

use annotate_snippets::AnnotationKind;
use annotate_snippets::Group;
use annotate_snippets::Level;
use annotate_snippets::Origin;
use annotate_snippets::Renderer;
use annotate_snippets::Snippet;

use crate::diag::Diagnostic;
use crate::diag::Lines;
use crate::diag::Severity;
use crate::diag::Span;
use crate::unseen::is_unseen;

/// The renderer trims lines to what a terminal shows, at a cost that grows with the line. Longer ones, in bytes, are
/// cut before: so many characters are left before and after the start of what is underlined.
const LONGEST: usize = 10_000;
const BEFORE: usize = 60;
const AFTER: usize = 90;

/// Writes diagnostics of one file. `name` is the file's name for people, `text` what was read from it.
pub fn render(
    out: &mut dyn Write,
    name: &str,
    text: &str,
    diagnostics: &[Diagnostic],
    colour: bool,
) -> io::Result<()> {
    let file = File { name: safe(name).into_owned(), lines: Lines::of(text), secrets: secrets(diagnostics) };
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    for diagnostic in diagnostics {
        writeln!(out, "{}\n", renderer.render(&[file.group(diagnostic)]))?;
    }
    Ok(())
}

struct File<'t> {
    name: String,
    lines: Lines<'t>,
    /// Bytes that are not shown, sorted.
    secrets: Vec<Range<usize>>,
}

fn secrets(diagnostics: &[Diagnostic]) -> Vec<Range<usize>> {
    let mut secrets: Vec<_> = diagnostics.iter().filter_map(|diagnostic| diagnostic.conceal).collect();
    secrets.sort_unstable();
    secrets.into_iter().map(|(start, end)| start..end).collect()
}

impl File<'_> {
    fn group(&self, diagnostic: &Diagnostic) -> Group<'_> {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(safe(&diagnostic.message).into_owned()).id(diagnostic.code.as_str());
        let mut group = Group::with_title(title);
        let main = Part { span: diagnostic.place, label: &diagnostic.label, kind: AnnotationKind::Primary };
        let also = diagnostic.also.as_ref().map(|(span, label)| Part {
            span: *span,
            label,
            kind: AnnotationKind::Context,
        });
        match also {
            // Two places on one line share it, unless it would be cut between them.
            Some(also) if self.is_short(main.span) && are_near(main.span, also.span) => {
                group = self.show(group, &[main, also]);
            }
            Some(also) => group = self.show(self.show(group, &[main]), &[also]),
            None => group = self.show(group, &[main]),
        }
        match &diagnostic.hint {
            Some(hint) => group.element(Level::HELP.message(safe(hint).into_owned())),
            None => group,
        }
    }

    /// The renderer counts columns on the line that it is given, so of a line that is cut the place is said apart.
    fn show<'g>(&'g self, group: Group<'g>, parts: &[Part<'_>]) -> Group<'g> {
        let snippet = self.snippet(parts);
        match parts.first() {
            Some(part) if !self.is_short(part.span) => group.element(self.origin(part.span)).element(snippet),
            _ => group.element(snippet.path(self.name.as_str())),
        }
    }

    fn origin(&self, span: Span) -> Origin<'_> {
        Origin::path(self.name.as_str())
            .line(span.place.line as usize)
            .char_column(span.place.column as usize)
    }

    fn is_short(&self, span: Span) -> bool {
        self.lines.range(span.place.line).is_some_and(|line| line.len() <= LONGEST)
    }

    /// The line of a place, made harmless, with what is underlined on it.
    fn snippet<'s>(&self, parts: &[Part<'_>]) -> Snippet<'s, annotate_snippets::Annotation<'s>> {
        let line = parts.first().map_or(1, |part| part.span.place.line);
        let excerpt = self.excerpt(line, parts);
        let mut snippet = Snippet::source(excerpt.text).line_start(line as usize);
        for (part, range) in parts.iter().zip(excerpt.underlined) {
            let annotation = part.kind.span(range);
            let label = safe(part.label).into_owned();
            snippet = snippet.annotation(if label.is_empty() { annotation } else { annotation.label(label) });
        }
        snippet
    }

    fn excerpt(&self, line: u32, parts: &[Part<'_>]) -> Excerpt {
        let range = self.window(line, parts);
        let shown = self.lines.text(range.clone());
        let mut excerpt = Excerpt::default();
        let whole = self.lines.range(line).unwrap_or_default();
        if range.start > whole.start {
            excerpt.text.push('…');
        }
        let mut places = vec![range.start..range.start; parts.len()];
        let (mut starts, mut ends) = (vec![None; parts.len()], vec![None; parts.len()]);
        for (at, c) in shown.char_indices().map(|(at, c)| (range.start + at, c)) {
            for (number, part) in parts.iter().enumerate() {
                if at >= part.span.start {
                    starts[number].get_or_insert(excerpt.text.len());
                }
                if at >= part.span.end {
                    ends[number].get_or_insert(excerpt.text.len());
                }
            }
            excerpt.text.push(if self.is_secret(at) { '•' } else { harmless(c) });
        }
        let end = excerpt.text.len();
        if range.end < whole.end {
            excerpt.text.push('…');
        }
        for ((place, start), stop) in places.iter_mut().zip(starts).zip(ends) {
            let start = start.unwrap_or(end);
            *place = start..stop.unwrap_or(end).max(start);
        }
        excerpt.underlined = places;
        excerpt
    }

    /// The part of a line that is shown: all of it, or what surrounds the place on a very long one.
    fn window(&self, line: u32, parts: &[Part<'_>]) -> Range<usize> {
        let whole = self.lines.range(line).unwrap_or_default();
        if whole.len() <= LONGEST {
            return whole;
        }
        let focus = parts.first().map_or(whole.start, |part| part.span.start).clamp(whole.start, whole.end);
        let before = self.lines.text(whole.start..focus).char_indices().rev().nth(BEFORE - 1);
        let after = self.lines.text(focus..whole.end).char_indices().nth(AFTER);
        let start = before.map_or(whole.start, |(at, _)| whole.start + at);
        start..after.map_or(whole.end, |(at, _)| focus + at)
    }

    fn is_secret(&self, byte: usize) -> bool {
        self.secrets.iter().any(|secret| secret.contains(&byte))
    }
}

fn are_near(a: Span, b: Span) -> bool {
    a.place.line == b.place.line && a.place.column.abs_diff(b.place.column) as usize <= BEFORE
}

/// Something to underline.
struct Part<'d> {
    span: Span,
    label: &'d str,
    kind: AnnotationKind,
}

/// A line as it is shown, and the bytes of it that are underlined.
#[derive(Default)]
struct Excerpt {
    text: String,
    underlined: Vec<Range<usize>>,
}

/// A text without anything that a terminal acts on.
fn safe(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| harmless(c) == c) {
        return Cow::Borrowed(text);
    }
    text.chars().map(harmless).collect()
}

/// The character, or what is shown in its place.
fn harmless(c: char) -> char {
    match c {
        '\t' => '→',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        c if c.is_control() || is_unseen(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}
