//! What a reader sees of a text, and how many words it has.

use super::canonical::is_block;
use super::entities::decode;
use super::tokens::TokenKind;
use super::tokens::tokens;
use crate::unseen::is_unseen;

/// The words of an HTML text that a reader sees. Scripts written without spaces count by the character, as
/// translation tools bill them.
pub fn count_words(html: &str) -> u32 {
    count_words_of_plain(&visible(html))
}

/// The words of a plain text.
pub(super) fn count_words_of_plain(text: &str) -> u32 {
    let mut count = 0_u32;
    let mut in_word = false;
    for c in text.chars() {
        if is_ideographic(c) {
            count = count.saturating_add(1);
            in_word = false;
        } else if is_between_words(c) {
            in_word = false;
        } else if c.is_alphanumeric() && !in_word {
            count = count.saturating_add(1);
            in_word = true;
        }
    }
    count
}

/// The text of HTML without its tags; blocks and line breaks are spaces.
pub(super) fn visible(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for token in tokens(html) {
        match &token.kind {
            TokenKind::Text => text.push_str(&decode(&html[token.range])),
            TokenKind::Start(name) | TokenKind::End(name) if is_block(name) => text.push(' '),
            TokenKind::Start(_) | TokenKind::End(_) | TokenKind::Hidden | TokenKind::Raw => {}
        }
    }
    text
}

/// The first characters of a text on one line, fit for a terminal: no control characters, none that turn the
/// direction of what follows.
pub(super) fn excerpt(text: &str, longest: usize) -> String {
    let mut excerpt = String::new();
    let mut words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let mut left = longest;
    while let Some(word) = words.next() {
        if !excerpt.is_empty() {
            excerpt.push(' ');
        }
        for c in word.chars().filter(|c| !is_unseen(*c)) {
            if left == 0 {
                excerpt.push('…');
                return excerpt;
            }
            excerpt.push(c);
            left -= 1;
        }
        if left == 0 && words.next().is_some() {
            excerpt.push('…');
            return excerpt;
        }
    }
    excerpt
}

/// Han, Hiragana, Katakana, Bopomofo and their extensions. Korean is written with spaces.
pub(super) fn is_ideographic(c: char) -> bool {
    // Nearly all letters end here, at one comparison instead of a dozen.
    c >= '\u{3005}'
        && matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}'
        | '\u{30fd}'..='\u{30ff}' | '\u{3105}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9d}'
        | '\u{20000}'..='\u{3ffff}')
}

fn is_between_words(c: char) -> bool {
    c.is_whitespace() || matches!(c, '—' | '…' | '\u{200b}' | '、' | '。' | '，')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_a_reader_sees() {
        for (html, words) in [
            ("", 0),
            ("<p>Don't <b>click</b>ed here&nbsp;now</p>", 4),
            ("<p>one</p><p>two<br>three</p>", 3),
            ("<script>let x = 1;</script><style>p {}</style><!-- no -->yes", 1),
            ("– & … !", 0),
            ("e-mail v1.2 – 50%", 3),
            ("日本語 and 한국어 문장", 6),
            ("カタカナ、ひらがな。", 8),
        ] {
            assert_eq!(count_words(html), words, "{html}");
        }
    }

    #[test]
    fn an_excerpt_is_one_bounded_harmless_line() {
        assert_eq!(excerpt(" a\n\tb \u{1b}[31mred\u{202e} c", 80), "a b [31mred c");
        assert_eq!(excerpt("one two three", 6), "one two…");
        assert_eq!(excerpt("one two", 6), "one two");
    }
}
