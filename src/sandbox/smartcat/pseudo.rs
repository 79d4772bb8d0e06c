//! The machine translation and the linguists of the sandbox: a translation that everyone can see, and
//! compute.

use super::markup::Piece;
use super::markup::entity_length;
use super::markup::is_end_tag;
use super::markup::pieces;
use super::markup::tag_name;

/// Elements whose text is no language.
const KEPT: [&str; 5] = ["code", "kbd", "samp", "script", "style"];

#[rustfmt::skip]
const SMALL: [char; 26] = [
    'á', 'ƀ', 'ç', 'đ', 'é', 'ƒ', 'ĝ', 'ĥ', 'í', 'ĵ', 'ķ', 'ł', 'ɱ',
    'ñ', 'ó', 'þ', 'ɋ', 'ŕ', 'š', 'ŧ', 'ú', 'ṽ', 'ŵ', 'ẋ', 'ý', 'ž',
];
#[rustfmt::skip]
const CAPITAL: [char; 26] = [
    'Á', 'Ɓ', 'Ç', 'Đ', 'É', 'Ƒ', 'Ĝ', 'Ĥ', 'Í', 'Ĵ', 'Ķ', 'Ł', 'Ṁ',
    'Ñ', 'Ó', 'Þ', 'Ɋ', 'Ŕ', 'Š', 'Ŧ', 'Ú', 'Ṽ', 'Ŵ', 'Ẋ', 'Ý', 'Ž',
];

/// Follows a word of letters that have no look-alike.
const MARK: char = '·';

/// The text "in" a language: `⟦de⟧ ` at its beginning and every word changed, while tags, attributes,
/// character references, `{{placeholders}}`, addresses, and the text of `code`, `kbd` and `samp` stay byte
/// for byte.
///
/// In markup the language stands before the first text; where that is kept text, before the element that
/// keeps it. A text without any words stays as it is.
pub fn pseudo_translate(text: &str, is_html: bool, language: &str) -> String {
    let begin = format!("⟦{language}⟧ ");
    if is_html {
        return translate_html(text, &begin);
    }
    if text.trim().is_empty() {
        return text.to_owned();
    }
    let mut out = begin;
    respell(text, false, &mut out);
    out
}

fn translate_html(text: &str, begin: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut kept = 0_usize;
    let mut kept_from = 0;
    let mut begun = false;
    for piece in pieces(text) {
        match piece {
            Piece::Tag(tag) => {
                if KEPT.contains(&tag_name(tag).as_str()) {
                    if is_end_tag(tag) {
                        kept = kept.saturating_sub(1);
                    } else {
                        kept_from = if kept == 0 { out.len() } else { kept_from };
                        kept += 1;
                    }
                }
                out.push_str(tag);
            }
            Piece::Text(run) => {
                let words = run.trim_start();
                if !begun && !words.is_empty() {
                    begun = true;
                    if kept > 0 {
                        out.insert_str(kept_from, begin);
                    } else {
                        out.push_str(run.strip_suffix(words).unwrap_or_default());
                        out.push_str(begin);
                        respell(words, true, &mut out);
                        continue;
                    }
                }
                if kept > 0 { out.push_str(run) } else { respell(run, true, &mut out) }
            }
        }
    }
    out
}

/// Writes a run of text with every word changed.
fn respell(run: &str, html: bool, out: &mut String) {
    let mut rest = run;
    while let Some(first) = rest.chars().next() {
        let (kept, length) = match placeholder_length(rest) {
            Some(length) => (true, length),
            None if first.is_whitespace() => (true, first.len_utf8()),
            None => word_length(rest),
        };
        let piece = rest.get(..length).unwrap_or_default();
        if kept {
            out.push_str(piece)
        } else {
            respell_word(piece, html, out)
        }
        rest = rest.get(length..).unwrap_or_default();
    }
}

/// The length of the `{{…}}` or `{%…%}` at the beginning.
fn placeholder_length(text: &str) -> Option<usize> {
    let end = if text.starts_with("{{") {
        "}}"
    } else if text.starts_with("{%") {
        "%}"
    } else {
        return None;
    };
    text.find(end).map(|at| at + end.len())
}

/// The length of the word at the beginning, and whether it is an address that nobody translates.
fn word_length(text: &str) -> (bool, usize) {
    let end = text.char_indices().skip(1).find(|(at, char)| {
        char.is_whitespace() || (*char == '{' && text.get(*at..).and_then(placeholder_length).is_some())
    });
    let length = end.map_or(text.len(), |(at, _)| at);
    let word = text.get(..length).unwrap_or_default();
    (word.contains("://") || word.contains('@') || word.starts_with("www."), length)
}

fn respell_word(word: &str, html: bool, out: &mut String) {
    let mut rest = word;
    let (mut letters, mut changed) = (false, false);
    while let Some(char) = rest.chars().next() {
        let entity = if html { entity_length(rest) } else { None };
        if let Some(length) = entity {
            out.push_str(rest.get(..length).unwrap_or_default());
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        let alike = look_alike(char);
        letters |= char.is_alphabetic();
        changed |= alike.is_some();
        out.push(alike.unwrap_or(char));
        rest = rest.get(char.len_utf8()..).unwrap_or_default();
    }
    if letters && !changed {
        out.push(MARK);
    }
}

fn look_alike(char: char) -> Option<char> {
    let letter = u8::try_from(char).ok()?;
    let (letters, first) = if letter.is_ascii_lowercase() { (&SMALL, b'a') } else { (&CAPITAL, b'A') };
    letters.get(usize::from(letter.checked_sub(first)?)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_marked_and_every_word_changed() {
        assert_eq!(pseudo_translate("Reset TV!", false, "de"), "⟦de⟧ Ŕéšéŧ ŦṼ!");
        assert_eq!(pseudo_translate("Привет 123", false, "fr"), "⟦fr⟧ Привет· 123");
        assert_eq!(pseudo_translate("  ", false, "de"), "  ");
    }

    #[test]
    fn markup_placeholders_and_addresses_stay() {
        let text = "<a href=\"https://e.com/a\">Go&nbsp;on</a> {{ user.name }}, see https://e.com/?a=1&amp;b=2 or me@e.com";
        let expected = "<a href=\"https://e.com/a\">⟦de⟧ Ĝó&nbsp;óñ</a> {{ user.name }}, šéé https://e.com/?a=1&amp;b=2 óŕ me@e.com";
        assert_eq!(pseudo_translate(text, true, "de"), expected);
    }

    #[test]
    fn code_is_kept_and_the_mark_stands_before_it() {
        assert_eq!(
            pseudo_translate(" <code>ls -l</code> lists", true, "de"),
            " ⟦de⟧ <code>ls -l</code> łíšŧš"
        );
        assert_eq!(pseudo_translate("<b><kbd>x</kbd></b>", true, "ja"), "<b>⟦ja⟧ <kbd>x</kbd></b>");
        assert_eq!(pseudo_translate("<img src=\"a\">", true, "de"), "<img src=\"a\">");
    }

    #[test]
    fn each_letter_has_a_look_alike_and_nothing_else_has() {
        for char in (0..=0x250).filter_map(char::from_u32) {
            assert_eq!(look_alike(char).is_some(), char.is_ascii_alphabetic(), "{char:?}");
            assert!(look_alike(char).is_none_or(|alike| alike.is_alphabetic() && !alike.is_ascii()));
        }
    }
}
