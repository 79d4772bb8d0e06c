//! Character references: `&amp;`, `&#8217;`, and what a browser makes of those that are written badly.
//!
//! The names and the repairs are the standard's (WHATWG §13.2.5.72 to 84), from html5ever's tables.

use std::borrow::Cow;

use html5ever::data::C1_REPLACEMENTS;
use html5ever::data::NAMED_ENTITIES;
use memchr::memchr;

/// A character reference at the beginning of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// What it stands for: some names stand for two characters.
    pub(super) chars: (char, Option<char>),
    /// Its bytes, the `&` among them.
    pub(super) len: usize,
    /// It ends with a semicolon. A few old names are read without.
    pub(super) closed: bool,
}

/// The characters of a text of HTML.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    decode_with(text, reference)
}

/// The characters of an attribute's value. There `&copy=1` is no reference, so that addresses survive.
pub(super) fn decode_attribute(value: &str) -> Cow<'_, str> {
    decode_with(value, |rest| {
        let found = reference(rest)?;
        let next = rest[found.len..].chars().next();
        let is_name_cut = !found.closed
            && !rest.starts_with("&#")
            && next.is_some_and(|c| c == '=' || c.is_ascii_alphanumeric());
        (!is_name_cut).then_some(found)
    })
}

/// The reference that begins with the `&` at the beginning of `text`, if it is one.
pub(super) fn reference(text: &str) -> Option<Reference> {
    match text.strip_prefix("&#") {
        Some(number) => numeric(number).map(|found| Reference { len: found.len + 2, ..found }),
        None => named(text.strip_prefix('&')?),
    }
}

fn decode_with(text: &str, reference: impl Fn(&str) -> Option<Reference>) -> Cow<'_, str> {
    let ampersand = |text: &str| memchr(b'&', text.as_bytes());
    if ampersand(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = ampersand(rest) {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let len = match reference(rest) {
            Some(found) => {
                decoded.push(found.chars.0);
                decoded.extend(found.chars.1);
                found.len
            }
            None => {
                decoded.push('&');
                1
            }
        };
        rest = &rest[len..];
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// The longest name that `text` begins with. The table holds every beginning of a name as well, as zero.
fn named(text: &str) -> Option<Reference> {
    let mut found = None;
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    for end in ends {
        let Some((first, second)) = NAMED_ENTITIES.get(&text[..end]) else { break };
        if let Some(first) = char::from_u32(*first).filter(|c| *c != '\0') {
            let second = char::from_u32(*second).filter(|c| *c != '\0');
            let closed = text[..end].ends_with(';');
            found = Some(Reference { chars: (first, second), len: end + 1, closed });
        }
    }
    found
}

/// A number after `&#`, decimal or `x` and hexadecimal. The length counts from the number's beginning.
fn numeric(text: &str) -> Option<Reference> {
    let (marker, radix) = if text.starts_with(['x', 'X']) { (1, 16) } else { (0, 10) };
    let digits = &text[marker..];
    let count = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    if count == 0 {
        return None;
    }
    let number = digits[..count]
        .chars()
        .filter_map(|c| c.to_digit(radix))
        .fold(0_u32, |number, digit| number.saturating_mul(radix).saturating_add(digit));
    let closed = digits[count..].starts_with(';');
    let len = marker + count + usize::from(closed);
    Some(Reference { chars: (code_point(number), None), len, closed })
}

/// Numbers that are no characters are replaced; those of the C1 range are meant as windows-1252.
fn code_point(number: u32) -> char {
    let windows_1252 = number
        .checked_sub(0x80)
        .and_then(|index| C1_REPLACEMENTS.get(index as usize))
        .and_then(|replacement| *replacement);
    match windows_1252 {
        Some(replacement) => replacement,
        None => char::from_u32(number).filter(|c| *c != '\0').unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_decoded() {
        assert_eq!(decode("a &amp; b &lt;&rarr;&#8217;&#x1F600; &nGt;"), "a & b <→’😀 ≫\u{20d2}");
        assert!(matches!(decode("plain"), Cow::Borrowed("plain")));
    }

    #[test]
    fn bad_spellings_are_read_as_browsers_read_them() {
        assert_eq!(decode("&copy 2024 &notit; &notin;"), "© 2024 ¬it; ∉");
        assert_eq!(decode("&#150;&#x80 &#0; &#xD800; &#99999999999;"), "–€ \u{fffd} \u{fffd} \u{fffd}");
        assert_eq!(decode("AT&T & &; &# &#x; &é; &unknown;"), "AT&T & &; &# &#x; &é; &unknown;");
    }

    #[test]
    fn an_address_keeps_its_parameters() {
        assert_eq!(decode_attribute("/a?b=1&copy=2&amp;c=3&copyright"), "/a?b=1&copy=2&c=3&copyright");
        assert_eq!(decode("?b=1&copy=2"), "?b=1©=2");
        assert_eq!(decode_attribute("&#65a &copy;"), "Aa ©");
    }
}
