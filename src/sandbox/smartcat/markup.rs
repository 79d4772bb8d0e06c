//! As much HTML as a translation system needs: tags told from text, words counted, markup written anew.

/// A stretch of markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A tag, comment or declaration, brackets included.
    Tag(&'a str),
    /// What stands between them.
    Text(&'a str),
}

/// Cuts markup into its pieces; together they are the whole text again. A bracket that opens nothing is text.
pub(super) fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut text_from = 0;
    let mut at = 0;
    while let Some(found) = html.get(at..).and_then(|rest| rest.find('<')) {
        let start = at + found;
        let rest = html.get(start..).unwrap_or_default();
        let Some(length) = tag_length(rest) else {
            at = start + 1;
            continue;
        };
        push_text(&mut pieces, html, text_from, start);
        pieces.push(Piece::Tag(rest.get(..length).unwrap_or_default()));
        at = start + length;
        text_from = at;
    }
    push_text(&mut pieces, html, text_from, html.len());
    pieces
}

fn push_text<'a>(pieces: &mut Vec<Piece<'a>>, html: &'a str, from: usize, to: usize) {
    if let Some(text) = html.get(from..to).filter(|text| !text.is_empty()) {
        pieces.push(Piece::Text(text));
    }
}

/// The length of the tag at the beginning of `rest`, if there is one.
fn tag_length(rest: &str) -> Option<usize> {
    if rest.starts_with("<!--") {
        return rest.find("-->").map(|end| end + 3);
    }
    let opens =
        rest.as_bytes().get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || b"/!?".contains(byte));
    if !opens {
        return None;
    }
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    // A quote that never closes: the tag ends at its first bracket, as a forgiving reader would have it.
    rest.find('>').map(|end| end + 1)
}

/// The element's name in lower case; empty for comments and declarations.
pub(super) fn tag_name(tag: &str) -> String {
    tag.trim_start_matches('<')
        .trim_start_matches('/')
        .chars()
        .take_while(|char| char.is_alphanumeric() || *char == '-')
        .collect::<String>()
        .to_ascii_lowercase()
}

/// Whether a tag ends an element.
pub(super) fn is_end_tag(tag: &str) -> bool {
    tag.starts_with("</")
}

/// The length of the character reference at the beginning of `text`, such as `&nbsp;`.
pub(super) fn entity_length(text: &str) -> Option<usize> {
    let end = text.starts_with('&').then(|| text.find(';')).flatten()?;
    let name = text.get(1..end)?;
    let digits = name.strip_prefix('#').unwrap_or(name);
    (!digits.is_empty() && end < 34 && digits.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .then_some(end + 1)
}

/// The words that a reader sees: tags left out, spaces written as references counted as spaces.
fn visible(text: &str, html: bool) -> String {
    if !html {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text) {
        if let Piece::Text(run) = piece {
            out.push_str(run);
        } else if let Piece::Tag(tag) = piece
            && tag_name(tag) == "br"
        {
            out.push(' ');
        }
    }
    out.replace("&nbsp;", " ").replace("&#160;", " ").replace("&#xa0;", " ").replace("&#xA0;", " ")
}

/// Whether there is anything to translate.
pub(super) fn has_text(text: &str, html: bool) -> bool {
    !visible(text, html).trim().is_empty()
}

/// Counts words: runs between spaces with a letter or digit in them; each ideograph is one.
pub(super) fn count_words(text: &str, html: bool) -> u32 {
    visible(text, html).split_whitespace().map(words_of_run).sum()
}

fn words_of_run(run: &str) -> u32 {
    let ideographs = run.chars().filter(|char| is_ideograph(*char)).count();
    let others = run.chars().any(|char| char.is_alphanumeric() && !is_ideograph(char));
    u32::try_from(ideographs).unwrap_or(u32::MAX).saturating_add(u32::from(others))
}

fn is_ideograph(char: char) -> bool {
    matches!(char, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}')
}

/// Markup as a serializer writes it: attributes in double quotes, references to plain characters resolved.
/// The same document, other bytes (§13.2).
pub(super) fn normalise(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for piece in pieces(html) {
        match piece {
            Piece::Text(run) => resolve(run, &mut out),
            Piece::Tag(tag) if tag_name(tag).is_empty() => out.push_str(tag),
            Piece::Tag(tag) => rewrite_tag(tag, &mut out),
        }
    }
    out
}

fn resolve(run: &str, out: &mut String) {
    let mut rest = run;
    while let Some(char) = rest.chars().next() {
        let length = entity_length(rest).unwrap_or(char.len_utf8());
        let piece = rest.get(..length).unwrap_or_default();
        match resolved(piece) {
            Some(char) => out.push(char),
            None => out.push_str(piece),
        }
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// The character of a reference, unless markup needs it to stay one.
fn resolved(entity: &str) -> Option<char> {
    let name = entity.strip_prefix('&')?.strip_suffix(';')?;
    let char = match name {
        "nbsp" => '\u{a0}',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(number)?
        }
    };
    (!matches!(char, '<' | '>' | '&')).then_some(char)
}

fn rewrite_tag(tag: &str, out: &mut String) {
    out.push('<');
    if is_end_tag(tag) {
        out.push('/');
    }
    let name = tag_name(tag);
    out.push_str(&name);
    let inner = tag.trim_start_matches('<').trim_start_matches('/').trim_end_matches('>');
    let mut rest = inner.get(name.len()..).unwrap_or_default();
    while let Some((attribute, value, after)) = attribute(rest) {
        out.push(' ');
        out.push_str(attribute);
        out.push_str("=\"");
        out.push_str(&value.replace('"', "&quot;"));
        out.push('"');
        rest = after;
    }
    out.push('>');
}

/// The first attribute of `rest`, its value, and what follows it.
fn attribute(rest: &str) -> Option<(&str, &str, &str)> {
    let rest = rest.trim_start_matches(|char: char| char.is_whitespace() || char == '/');
    let end =
        rest.find(|char: char| char.is_whitespace() || char == '=' || char == '/').unwrap_or(rest.len());
    let (name, after) = rest.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
    let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
        return Some((name, "", after));
    };
    for quote in ['"', '\''] {
        if let Some((value, after)) = value.strip_prefix(quote).and_then(|inner| inner.split_once(quote)) {
            return Some((name, value, after));
        }
    }
    let end = value.find(char::is_whitespace).unwrap_or(value.len());
    value.split_at_checked(end).map(|(value, after)| (name, value, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_whole_text() {
        for text in
            ["", "a < b", "<p title='a > b'>x</p>", "<!-- <b> -->y", "<a href=\"x>", "</", "a<é", "<b"]
        {
            let whole: String = pieces(text)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Tag(text) | Piece::Text(text) => text,
                })
                .collect();
            assert_eq!(whole, text);
        }
        assert_eq!(pieces("<p title='a > b'>x"), [Piece::Tag("<p title='a > b'>"), Piece::Text("x")]);
        assert_eq!(pieces("a < b"), [Piece::Text("a < b")]);
    }

    #[test]
    fn words_are_what_a_reader_sees() {
        assert_eq!(count_words("Open <strong>Settings</strong> now", true), 3);
        assert_eq!(count_words("one<br>two&nbsp;three – !", true), 3);
        assert_eq!(count_words("日本語 text", false), 4);
        assert!(!has_text("<img src=\"a.png\">&nbsp; ", true));
        assert!(has_text("<b>!</b>", true));
    }

    #[test]
    fn normalised_markup_is_the_same_document_in_other_bytes() {
        let text = "<A HREF='x?a=1&amp;b=2' hidden data-q=a>it&#39;s&nbsp;&lt;</a><br/><!-- c -->";
        let expected = "<a HREF=\"x?a=1&amp;b=2\" hidden=\"\" data-q=\"a\">it's\u{a0}&lt;</a><br><!-- c -->";
        assert_eq!(normalise(text), expected);
        assert_eq!(normalise(expected), expected);
    }
}
