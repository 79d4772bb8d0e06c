//! From bytes to lines and columns.

use std::ops::Range;

use super::Place;
use super::Span;

/// Where the lines of a text begin. A line ends with LF, CR LF or a lone CR, as in YAML.
pub struct Lines<'a> {
    text: &'a str,
    /// The first byte and the first character of every line. A byte order mark is neither.
    starts: Vec<(usize, usize)>,
}

impl<'a> Lines<'a> {
    /// Finds the lines.
    pub fn of(text: &'a str) -> Self {
        let first = text.len() - text.trim_start_matches('\u{feff}').len();
        let mut starts = vec![(first, 0)];
        let mut chars = text[first..].char_indices().enumerate().peekable();
        while let Some((number, (at, c))) = chars.next() {
            let ends = c == '\n' || c == '\r' && chars.peek().is_none_or(|(_, (_, next))| *next != '\n');
            if ends {
                starts.push((first + at + 1, number + 1));
            }
        }
        Self { text, starts }
    }

    /// The place of a byte; bytes beyond the end count as the end.
    pub fn place(&self, byte: usize) -> Place {
        let byte = self.text.floor_char_boundary(byte);
        let line = self.line_of(byte);
        let start = self.starts.get(line - 1).map_or(0, |(start, _)| *start).min(byte);
        let before = self.text.get(start..byte).unwrap_or_default();
        Place { line: narrow(line), column: narrow(before.chars().count() + 1) }
    }

    /// The bytes of a line, without its end. `line` counts from 1.
    pub fn range(&self, line: u32) -> Option<Range<usize>> {
        let at = usize::try_from(line).ok()?.checked_sub(1)?;
        let (start, _) = *self.starts.get(at)?;
        let end = self.starts.get(at + 1).map_or(self.text.len(), |(next, _)| *next);
        let text = self.text.get(start..end)?;
        Some(start..start + text.trim_end_matches(['\n', '\r']).len())
    }

    /// The text of some bytes; empty when they are no text of it.
    pub fn text(&self, bytes: Range<usize>) -> &'a str {
        self.text.get(bytes).unwrap_or_default()
    }

    /// A span of the file, cut at the end of the line it begins on.
    pub fn span(&self, bytes: Range<usize>) -> Span {
        let start = self.text.floor_char_boundary(bytes.start);
        self.cut(self.place(start), start..bytes.end)
    }

    /// The same, where the number of the first character is known: a long line is not counted through again.
    pub fn span_at(&self, character: usize, bytes: Range<usize>) -> Span {
        let line = self.line_of(bytes.start);
        let before = self.starts.get(line - 1).map_or(0, |(_, first)| *first);
        let column = character.saturating_sub(before) + 1;
        self.cut(Place { line: narrow(line), column: narrow(column) }, bytes)
    }

    /// A span that goes on to another end, cut in the same way.
    pub fn extended(&self, span: Span, end: usize) -> Span {
        self.cut(span.place, span.start..end)
    }

    fn line_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|(start, _)| *start <= byte).max(1)
    }

    fn cut(&self, place: Place, bytes: Range<usize>) -> Span {
        let Range { start, end } = bytes;
        let end_of_line = self.range(place.line).map_or(start, |line| line.end);
        Span { start, end: self.text.floor_char_boundary(end).min(end_of_line).max(start), place }
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_every_line_end_counts_once() {
        let lines = Lines::of("é: 1\r\nb\rcd\n");
        let at = |byte| lines.place(byte).to_string();
        assert_eq!([at(0), at(2), at(7), at(9), at(10), at(99)], ["1:1", "1:2", "2:1", "3:1", "3:2", "4:1"]);
        assert_eq!(lines.range(1), Some(0..5));
        assert_eq!(lines.range(3), Some(9..11));
        assert_eq!(lines.range(9), None);
    }

    #[test]
    fn a_byte_order_mark_has_no_column() {
        assert_eq!(Lines::of("\u{feff}a: 1").place(3).to_string(), "1:1");
        assert_eq!(Lines::of("\u{feff}a: 1").place(0).to_string(), "1:1");
    }

    #[test]
    fn a_span_ends_with_its_line() {
        let span = Lines::of("a:\n  b: 1\n").span(5..10);
        assert_eq!((span.start, span.end, span.place), (5, 9, Place { line: 2, column: 3 }));
    }
}
