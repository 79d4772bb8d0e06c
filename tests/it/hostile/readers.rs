//! One strict reader per format: what it is that a stranger's text must not change.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::BufferQueue;
use html5ever::tokenizer::Tag;
use html5ever::tokenizer::TagKind;
use html5ever::tokenizer::Token;
use html5ever::tokenizer::TokenSink;
use html5ever::tokenizer::TokenSinkResult;
use html5ever::tokenizer::Tokenizer;
use html5ever::tokenizer::states::RawKind;
use serde_json::Value;

/// What an output is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Json,
    Markdown,
    Github,
    Html,
    Yaml,
    /// A file that is shown nowhere as it is.
    File,
}

/// Characters that move a cursor, hide, or turn the direction of the text around them.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Lines that act on a terminal, or on the runner of GitHub Actions, which reads every line of every log: `::command::`
/// after any white space, `##[command]` anywhere.
pub(super) fn acting(text: &str, format: Format) -> Vec<String> {
    let complaint = |line: &str| {
        let is_ours = format == Format::Github
            && ["::notice ", "::warning ", "::error "].iter().any(|ours| line.starts_with(ours));
        let complaint = match line {
            _ if line.contains(acts) => "acts on a terminal",
            _ if format == Format::File => return None,
            _ if line.contains("##[") => "is a workflow command",
            _ if !is_ours && line.trim_start().starts_with("::") => "is a workflow command",
            _ if !is_ours && format == Format::Github && !line.is_empty() => "is no workflow command",
            _ => return None,
        };
        Some(format!("{line:?} {complaint}"))
    };
    text.split('\n').filter_map(complaint).collect()
}

/// What the format makes of an output beside its words. It is the same for harmless words.
pub(super) fn structure(text: &str, format: Format) -> Vec<String> {
    let mut lines: Vec<String> = match format {
        Format::Text | Format::File => return Vec::new(),
        Format::Json => match serde_json::from_str(text) {
            Ok(value) => fields(&value),
            Err(error) => vec![format!("no JSON: {error}: {text}")],
        },
        Format::Markdown => text.lines().map(markdown).collect(),
        Format::Github => text.lines().map(command).collect(),
        Format::Html => elements(text),
        Format::Yaml => {
            text.lines().filter(|line| !line.trim_start().starts_with('#')).map(unquoted).collect()
        }
    };
    // Some lists are in the order of their words.
    lines.sort();
    lines
}

/// The names of all fields, and the kinds of their values.
fn fields(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields_of) => {
            let inner = |(name, value): (&String, &Value)| {
                fields(value).into_iter().map(|field| format!("{name}.{field}")).collect::<Vec<_>>()
            };
            let mut all: Vec<String> = fields_of.iter().flat_map(inner).collect();
            all.sort();
            all
        }
        Value::Array(values) => {
            let mut all: Vec<String> = values.iter().flat_map(fields).collect();
            all.sort();
            all
        }
        Value::String(_) => vec!["string".to_owned()],
        Value::Number(_) => vec!["number".to_owned()],
        Value::Bool(_) | Value::Null => vec!["word".to_owned()],
    }
}

/// The characters of a line that are markup for GitHub's Markdown.
fn markdown(line: &str) -> String {
    let mut active = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = match c {
            '\\' => after.get(1..).unwrap_or_default(),
            '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '$' | '@' => {
                active.push(c);
                after
            }
            // `&#35;` is a character and no markup.
            '&' if after.starts_with('#') => &after[1..],
            _ if rest.starts_with("://") || rest.starts_with("www.") => {
                active.push_str("link");
                &rest[3..]
            }
            _ => after,
        };
    }
    active
}

/// A workflow command without its message and its numbers.
fn command(line: &str) -> String {
    let end = line[2..].find("::").map_or(line.len(), |at| at + 2);
    line[..end].replace(|c: char| c.is_ascii_digit(), "")
}

/// A line of YAML without what stands in quotes, and without a comment behind it.
fn unquoted(line: &str) -> String {
    let mut parts = line.split('"');
    let mut out = parts.next().unwrap_or_default().to_owned();
    while let (Some(_), Some(after)) = (parts.next(), parts.next()) {
        out += "\"\"";
        out += after;
    }
    out.split(" #").next().unwrap_or_default().trim_end().to_owned()
}

#[derive(Default)]
struct Elements(RefCell<Vec<String>>);

impl TokenSink for Elements {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let Token::TagToken(Tag { kind, name, attrs, .. }) = token else { return TokenSinkResult::Continue };
        let attributes: Vec<&str> = attrs.iter().map(|attribute| attribute.name.local.as_ref()).collect();
        self.0.borrow_mut().push(format!("{kind:?} {name} {}", attributes.join(" ")));
        match (kind, name.as_ref()) {
            (TagKind::StartTag, "script") => TokenSinkResult::RawData(RawKind::ScriptData),
            (TagKind::StartTag, "style") => TokenSinkResult::RawData(RawKind::Rawtext),
            (TagKind::StartTag, "title") => TokenSinkResult::RawData(RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        }
    }
}

/// Every tag of a page with the names of its attributes.
fn elements(page: &str) -> Vec<String> {
    let tokenizer = Tokenizer::new(Elements::default(), Default::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    while !input.is_empty() {
        let _script = tokenizer.feed(&input);
    }
    tokenizer.end();
    tokenizer.sink.0.take()
}
