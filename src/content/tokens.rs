//! Where the tags of an HTML text are, in bytes.
//!
//! A tokenizer after the WHATWG standard (§13.2.5), reduced to what byte ranges need: tags, comments, raw text, and
//! the text between. Joining the tokens' ranges gives the whole text back, whatever it holds.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token<'h> {
    pub(super) kind: TokenKind<'h>,
    pub(super) range: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind<'h> {
    /// Characters, entities among them.
    Text,
    /// `<name …>`; the name in lower case.
    Start(Cow<'h, str>),
    /// `</name …>`; the name in lower case.
    End(Cow<'h, str>),
    /// What a browser does not show: comments, doctypes, processing instructions, a tag cut off by the end.
    Hidden,
    /// The content of an element in which tags are not tags: script, style, …
    Raw,
}

/// Elements whose content is not parsed as HTML.
const RAW_TEXT: [&str; 9] =
    ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"];

/// Elements without content.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Whether an element has no content and no end tag.
pub(super) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

/// Cuts a text into tokens.
pub(super) fn tokens(html: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut text_from = 0;
    while let Some(offset) = memchr(b'<', &html.as_bytes()[at..]) {
        let open = at + offset;
        let Some((kind, end)) = markup(html, open) else {
            at = open + 1;
            continue;
        };
        push(&mut tokens, TokenKind::Text, text_from..open);
        let raw = match &kind {
            TokenKind::Start(name) if RAW_TEXT.contains(&name.as_ref()) => Some(raw_end(html, end, name)),
            _ => None,
        };
        push(&mut tokens, kind, open..end);
        at = end;
        if let Some(raw_end) = raw {
            push(&mut tokens, TokenKind::Raw, end..raw_end);
            at = raw_end;
        }
        text_from = at;
    }
    push(&mut tokens, TokenKind::Text, text_from..html.len());
    tokens
}

fn push<'h>(tokens: &mut Vec<Token<'h>>, kind: TokenKind<'h>, range: Range<usize>) {
    if !range.is_empty() {
        tokens.push(Token { kind, range });
    }
}

/// The markup that begins with the `<` at `open`, and where it ends; `None` when the `<` is text.
fn markup(html: &str, open: usize) -> Option<(TokenKind<'_>, usize)> {
    let bytes = html.as_bytes();
    let until_close = |from: usize| html[from..].find('>').map_or(html.len(), |offset| from + offset + 1);
    match bytes.get(open + 1)? {
        b'!' if html[open..].starts_with("<!--") => Some((TokenKind::Hidden, comment_end(html, open + 4))),
        b'!' | b'?' => Some((TokenKind::Hidden, until_close(open + 2))),
        b'/' => match bytes.get(open + 2)? {
            letter if letter.is_ascii_alphabetic() => Some(tag(html, open, open + 2, TokenKind::End)),
            _ => Some((TokenKind::Hidden, until_close(open + 2))),
        },
        letter if letter.is_ascii_alphabetic() => Some(tag(html, open, open + 1, TokenKind::Start)),
        _ => None,
    }
}

/// The end of a comment whose text begins at `from`. `<!-->` and `<!--->` are comments too.
fn comment_end(html: &str, from: usize) -> usize {
    let rest = &html[from..];
    if rest.starts_with('>') {
        return from + 1;
    }
    if rest.starts_with("->") {
        return from + 2;
    }
    // One walk for both endings: to look for each alone is quadratic where only one of them occurs.
    let mut at = from;
    while let Some(offset) = html[at..].find("--") {
        at += offset;
        if html[at + 2..].starts_with('>') {
            return at + 3;
        }
        if html[at + 2..].starts_with("!>") {
            return at + 4;
        }
        at += 1;
    }
    html.len()
}

fn tag<'h>(
    html: &'h str,
    open: usize,
    name_from: usize,
    kind: fn(Cow<'h, str>) -> TokenKind<'h>,
) -> (TokenKind<'h>, usize) {
    let name_to = html[name_from..]
        .find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>')
        .map_or(html.len(), |offset| name_from + offset);
    let name = in_lower_case(&html[name_from..name_to]);
    match attributes_until_close(html, name_to, &mut |_| {}) {
        Some(end) => (kind(name), end),
        // A tag that the end of the text cuts off is dropped by browsers.
        None => (TokenKind::Hidden, html.len().max(open)),
    }
}

/// An attribute of a tag. Ranges are offsets in the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attribute<'h> {
    /// In lower case.
    pub(super) name: Cow<'h, str>,
    /// The value as written, without quotes; `None` for an attribute without one.
    pub(super) value: Option<Range<usize>>,
    /// The quote around the value, if any.
    pub(super) quote: Option<char>,
}

/// The attributes of the start tag at `range`.
pub(super) fn attributes<'h>(html: &'h str, range: &Range<usize>) -> Vec<Attribute<'h>> {
    let mut found = Vec::new();
    let name_to = html[range.start + 1..range.end]
        .find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>')
        .map_or(range.end, |offset| range.start + 1 + offset);
    attributes_until_close(&html[..range.end], name_to, &mut |attribute| found.push(attribute));
    found
}

/// Walks the attributes from `at` to the tag's `>` and returns the offset behind it.
fn attributes_until_close<'h>(
    html: &'h str,
    mut at: usize,
    found: &mut impl FnMut(Attribute<'h>),
) -> Option<usize> {
    let bytes = html.as_bytes();
    let skip_space = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    loop {
        at = skip_space(at);
        match bytes.get(at)? {
            b'>' => return Some(at + 1),
            b'/' => {
                at += 1;
                continue;
            }
            _ => {}
        }
        let name_from = at;
        // A `=` right at the beginning is part of the name.
        at += 1;
        while !matches!(bytes.get(at)?, b'=' | b'>' | b'/') && !bytes[at].is_ascii_whitespace() {
            at += 1;
        }
        let name = in_lower_case(&html[name_from..at]);
        let after = skip_space(at);
        if bytes.get(after) != Some(&b'=') {
            found(Attribute { name, value: None, quote: None });
            continue;
        }
        let value_from = skip_space(after + 1);
        let (value, quote, next) = match bytes.get(value_from)? {
            b'>' => (value_from..value_from, None, value_from),
            quote @ (b'"' | b'\'') => {
                let from = value_from + 1;
                let to = from + memchr(*quote, &bytes[from..])?;
                (from..to, Some(char::from(*quote)), to + 1)
            }
            _ => {
                let to = html[value_from..]
                    .find(|c: char| c.is_ascii_whitespace() || c == '>')
                    .map(|offset| value_from + offset)?;
                (value_from..to, None, to)
            }
        };
        found(Attribute { name, value: Some(value), quote });
        at = next;
    }
}

fn in_lower_case(name: &str) -> Cow<'_, str> {
    match name.bytes().any(|b| b.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    }
}

/// Where the raw text of an element ends: before its end tag, or at the end of the text.
fn raw_end(html: &str, from: usize, name: &str) -> usize {
    if name == "plaintext" {
        return html.len();
    }
    let bytes = html.as_bytes();
    let mut at = from;
    while let Some(offset) = html[at..].find("</") {
        let open = at + offset;
        let name_to = open + 2 + name.len();
        let is_name = html.get(open + 2..name_to).is_some_and(|found| found.eq_ignore_ascii_case(name));
        let ends = bytes.get(name_to).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
        if is_name && ends {
            return open;
        }
        at = open + 2;
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(html: &str) -> Vec<String> {
        tokens(html).into_iter().map(|token| format!("{:?} {}", token.kind, &html[token.range])).collect()
    }

    #[test]
    fn text_alone_is_one_token() {
        assert_eq!(kinds("a < b & c"), ["Text a < b & c"]);
        assert!(kinds("").is_empty());
    }

    #[test]
    fn a_bracket_inside_a_quoted_value_does_not_end_the_tag() {
        assert_eq!(
            kinds(r#"<a title="x > y">z</A >"#),
            [r#"Start("a") <a title="x > y">"#, "Text z", r#"End("a") </A >"#]
        );
    }

    #[test]
    fn comments_and_raw_text_hold_no_tags() {
        assert_eq!(
            kinds("<!-- <p> --><script>a</b></script>")[1..],
            [r#"Start("script") <script>"#, "Raw a</b>", r#"End("script") </script>"#]
        );
        assert_eq!(kinds("<!--><p>")[0], "Hidden <!-->");
        assert_eq!(
            kinds("<!--a-- b--!><!--c---->d"),
            ["Hidden <!--a-- b--!>", "Hidden <!--c---->", "Text d"]
        );
    }

    #[test]
    fn attributes_have_the_bytes_of_their_values() {
        let html = "<img alt='a b' src=u2 hidden data-x = \"é\"/>";
        let found = attributes(html, &(0..html.len()));
        let read: Vec<_> =
            found.iter().map(|a| (a.name.as_ref(), a.value.clone().map(|range| &html[range]))).collect();
        assert_eq!(
            read,
            [("alt", Some("a b")), ("src", Some("u2")), ("hidden", None), ("data-x", Some("é"))]
        );
    }

    #[test]
    fn a_tag_cut_off_by_the_end_is_hidden() {
        assert_eq!(kinds("x<a href=\"y"), ["Text x", "Hidden <a href=\"y"]);
    }

    proptest::proptest! {
        #[test]
        fn tokens_cover_any_text_without_gaps(html in "[<>/a-c\"'= !&;é-]{0,60}") {
            let mut end = 0;
            for token in tokens(&html) {
                assert_eq!(token.range.start, end);
                end = token.range.end;
            }
            assert_eq!(end, html.len());
        }
    }
}
