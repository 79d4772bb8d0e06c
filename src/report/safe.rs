//! Text from outside, made harmless for the place it is shown in.

use std::borrow::Cow;

use crate::unseen::misleads;

/// Whether a terminal, or the eye, is led astray by the character. All of them have four hexadecimal digits.
pub(super) fn acts(c: char) -> bool {
    c.is_control() || misleads(c)
}

/// What GitHub's runner takes for a command where it begins a line of a log, after any white space.
const COMMAND: &str = "::";

/// What it takes for one anywhere in a line.
pub(super) const OLD_COMMAND: &str = "##[";

/// One line without control characters and bidirectional marks: white space is one space, the rest is `�`. Wherever it
/// is shown, it is no workflow command.
pub fn line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            c if c.is_whitespace() => {
                if !safe.ends_with(' ') {
                    safe.push(' ');
                }
            }
            c if acts(c) => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    if safe.starts_with(COMMAND) {
        safe.insert(1, ' ');
    }
    if safe.contains(OLD_COMMAND) { safe.replace(OLD_COMMAND, "## [") } else { safe }
}

/// One line of at most `most` characters.
pub fn short(text: &str, most: usize) -> String {
    let text = line(text);
    match text.char_indices().nth(most) {
        None => text,
        Some(_) => {
            let kept: String = text.chars().take(most.saturating_sub(1)).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

/// One line of Markdown text: nothing in it is markup, a mention or an issue number.
pub fn markdown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in line(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '@' => safe.push_str("&#64;"),
            '#' => safe.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$' => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    // A bare address becomes a link in GitHub's Markdown.
    safe.replace("://", ":&#47;&#47;").replace("www.", "www&#46;")
}

/// The message of a GitHub workflow command (`::notice::…`).
pub fn command_message(text: &str) -> String {
    line(text).replace('%', "%25")
}

/// A property of a GitHub workflow command (`file=…`).
pub fn command_property(text: &str) -> String {
    command_message(text).replace(':', "%3A").replace(',', "%2C")
}

/// HTML text or attribute value.
pub fn html(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| !matches!(c, '&' | '<' | '>' | '"' | '\'')) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;"),
    )
}

/// The address of a web page, fit for a link: nothing but http and https, and no character that could end it.
pub fn web(url: &str) -> Option<String> {
    let url = url.trim();
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return None;
    }
    let mut safe = String::with_capacity(url.len());
    for c in url.chars() {
        if c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`') {
            safe.push(c);
        } else {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| safe.push_str(&format!("%{byte:02X}")));
        }
    }
    Some(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_web_are_linked() {
        assert_eq!(web("https://e.zendesk.com/hc/de"), Some("https://e.zendesk.com/hc/de".to_owned()));
        assert_eq!(web("https://e/ü\x1b\"><"), Some("https://e/%C3%BC%1B%22%3E%3C".to_owned()));
        assert_eq!(web("javascript:alert(1)"), None);
        assert_eq!(web("data:text/html,x"), None);
    }

    #[test]
    fn nothing_in_a_line_moves_the_cursor_or_turns_the_text() {
        assert_eq!(line("a\x1b[31mb\r\n c\u{202e}d\t\u{200b}"), "a\u{fffd}[31mb c\u{fffd}d \u{fffd}");
        assert_eq!(line("  Привет, 世界 👋 👩\u{200d}👧 "), "Привет, 世界 👋 👩\u{200d}👧");
        assert_eq!(short("abcdef", 4), "abc…");
        assert_eq!(short("abcd", 4), "abcd");
    }

    #[test]
    fn nothing_in_markdown_is_markup() {
        assert_eq!(
            markdown("[x](http://e) <img> @all #1 |`*_"),
            "\\[x\\]\\(http:&#47;&#47;e\\) &lt;img&gt; &#64;all &#35;1 \\|\\`\\*\\_"
        );
    }

    #[test]
    fn a_workflow_command_has_one_line() {
        assert_eq!(line("a ##[error]b"), "a ## [error]b");
        assert_eq!(line("\n ::error::b ::"), ": :error::b ::");
        assert_eq!(command_message("50 %\n::error::x"), "50 %25 ::error::x");
        assert_eq!(command_property("a:b,c"), "a%3Ab%2Cc");
    }
}
