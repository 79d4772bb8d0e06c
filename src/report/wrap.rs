//! Lines for a terminal of some width: broken between words, the rest indented, so that an edge never cuts a word and
//! the left margin stays readable.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar as _;

/// The rest of a line stands this much further to the right than its beginning, where nothing else gives it a column.
const HANG: usize = 2;

/// The longest label, such as `warning:`, that the rest of its line stands beside.
const LONGEST_LABEL: usize = 10;

/// A terminal narrower than this gets lines of this width: it breaks them itself, which is no worse.
const NARROWEST: usize = 40;

/// A text whose lines are at most `width` columns wide, as far as its words allow. Escape sequences count for nothing.
pub fn wrapped(text: &str, width: usize) -> String {
    text.split_inclusive('\n').map(|line| line_wrapped(line, width, None)).collect()
}

/// One paragraph, its rest indented by `hang` columns.
pub fn paragraph(text: &str, width: usize, hang: usize) -> String {
    line_wrapped(text, width, Some(hang)).into_owned()
}

fn line_wrapped(line: &str, width: usize, hang: Option<usize>) -> Cow<'_, str> {
    let width = width.max(NARROWEST);
    if columns(line.trim_end()) <= width {
        return Cow::Borrowed(line);
    }
    let hang = hang.unwrap_or_else(|| column_of_rest(line, width)).min(width / 2);
    let (mut out, mut column) = (String::with_capacity(line.len() + 80), 0);
    for word in words(line) {
        let (space, letters) = word.split_at(word.len() - word.trim_start_matches(' ').len());
        let (before, long) = (columns(space), columns(letters.trim_end()));
        if column > hang && column + before + long > width {
            out.push('\n');
            out.push_str(&" ".repeat(hang));
            out.push_str(letters);
            column = hang + long;
        } else {
            out.push_str(word);
            column += before + long;
        }
    }
    Cow::Owned(out)
}

/// Where the rest of a line stands: below its last column, which a gap sets apart, below what follows a label or a mark,
/// or a little further right than the line begins.
fn column_of_rest(line: &str, width: usize) -> usize {
    let text = line.trim_end();
    let indent = text.len() - text.trim_start_matches(' ').len();
    let gap = text.rfind("  ").filter(|at| *at >= indent).map(|at| columns(&text[..at + 2]));
    let (first, _) = text[indent..].split_once(' ').unwrap_or_default();
    let first_columns = columns(first);
    let is_mark = first_columns == 1;
    let is_label = first_columns <= LONGEST_LABEL && first.contains(':');
    let beside = if is_mark || is_label { first_columns + 1 } else { HANG };
    gap.filter(|gap| *gap <= width / 2).unwrap_or(indent + beside)
}

/// The words of a line, each with the spaces before it. An escape sequence holds no space, but a link's address may be
/// glued to a word; it counts for nothing.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let start = rest.find(|c| c != ' ')?;
        let end = rest[start..].find(' ').map_or(rest.len(), |end| start + end);
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// The columns that a text takes on a terminal.
fn columns(text: &str) -> usize {
    let mut count = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => skip_escape(&mut chars),
            c => count += c.width().unwrap_or_default(),
        }
    }
    count
}

/// Passes over the rest of an escape sequence: `[ … letter`, or `] … ESC \` as links have it.
fn skip_escape(chars: &mut std::str::Chars<'_>) {
    match chars.next() {
        Some('[') => drop(chars.find(char::is_ascii_alphabetic)),
        Some(']') => skip_link(chars),
        _ => {}
    }
}

/// A link ends with `ESC \`, or with a bell, which is one character.
fn skip_link(chars: &mut std::str::Chars<'_>) {
    if chars.find(|c| matches!(c, '\u{1b}' | '\u{7}')) == Some('\u{1b}') {
        chars.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lines_stay_as_they_are() {
        let text = "  one\n\n    two   three\n";
        assert_eq!(wrapped(text, 80), text);
    }

    #[test]
    fn long_lines_break_between_words_and_hang() {
        let line = "  + translate article 1 \"A title of some length\"  de, fr\n";
        assert_eq!(wrapped(line, 40), "  + translate article 1 \"A title of some\n    length\"  de, fr\n");
        assert_eq!(
            paragraph("held  it is not there, and nobody knows where it went", 40, 6),
            "held  it is not there, and nobody knows\n      where it went"
        );
    }

    #[test]
    fn the_rest_of_a_line_stands_where_its_text_does() {
        for (line, column) in [
            ("hint: zencat init writes one", 6),
            ("\u{1b}[1;31merror:\u{1b}[0m it is not there", 7),
            ("  1: there is no file", 5),
            ("      not in Smartcat yet", 8),
            ("  next         translate: not in Smartcat yet", 15),
            ("\u{1b}[32m✓\u{1b}[0m Zendesk locales        en-us, de", 25),
            ("  + translate article 1 \"A title that takes much room\"  de", 4),
            ("At most these words", 2),
        ] {
            assert_eq!(column_of_rest(line, 80), column, "{line}");
        }
    }

    #[test]
    fn colours_and_links_take_no_room_and_wide_characters_take_two() {
        assert_eq!(columns("\u{1b}[1;31mred\u{1b}[0m"), 3);
        assert_eq!(columns("\u{1b}]8;;https://a.example\u{1b}\\here\u{1b}]8;;\u{1b}\\"), 4);
        assert_eq!(columns("世界"), 4);
    }

    #[test]
    fn a_word_that_is_too_long_has_a_line_of_its_own() {
        let long = "x".repeat(60);
        assert_eq!(
            wrapped(&format!("{} {long} b\n", "a".repeat(20)), 40),
            format!("{}\n  {long}\n  b\n", "a".repeat(20))
        );
    }

    #[test]
    fn nothing_but_white_space_is_changed() {
        let text = "  \u{1b}[32m✓ send\u{1b}[0m article 1 \"世界 is a long title of many words, and more\"  de  sent\n";
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for width in 0..120 {
            assert_eq!(squeezed(&wrapped(text, width)), squeezed(text), "{width}");
        }
    }
}
