//! The guard in front of everything else: YAML text into a tree of values that know where they stand.
//!
//! Files are written by people and by strangers. Everything that YAML readers disagree on, or that makes them work
//! without bounds, is refused here: duplicate and merge keys, tags, second documents, deep nesting, aliases that multiply.
//! Time and memory grow with the length of the text and no faster.

use std::collections::HashMap;

use saphyr_parser::Event;
use saphyr_parser::Marker;
use saphyr_parser::Parser;
use saphyr_parser::ScalarStyle;
use saphyr_parser::ScanError;
use saphyr_parser::StrInput;

use crate::diag::Code;
use crate::diag::Diagnostic;
use crate::diag::Lines;
use crate::diag::Span;

use super::problems::Problems;
use super::secrets;

/// The longest text that is read.
pub(super) const LONGEST: usize = 5_000_000;

/// The language has fewer than ten levels.
const DEEPEST: usize = 64;

/// Values in one file.
const MOST_VALUES: usize = 1_000_000;

/// Values that all aliases together may add.
const MOST_BY_ALIAS: usize = 100_000;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

/// What a value is, by the core schema of YAML 1.2: `no` is a text and `12:30` is one too.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Whole(u64),
    /// A number that is negative, too large or not whole, as it is written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
    /// A value that was reported already, so that nothing more is said about it.
    Refused,
}

/// A key of a mapping.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) span: Span,
}

/// Reads a text. The tree is missing when the text could not be read to its end.
pub(super) fn read(text: &str, found: &mut Problems) -> Option<Node> {
    let lines = Lines::of(text);
    if text.len() > LONGEST {
        let message = format!("the manifest has {} bytes; at most {LONGEST} are read", text.len());
        found.push(Diagnostic::error(Code::TooLarge, lines.span(0..0), message));
        return None;
    }
    let mark = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut reader = Reader {
        parser: Parser::new_from_str(&text[mark..]),
        source: Source { offsets: Offsets::of(text, mark), lines },
        anchors: HashMap::new(),
        values: 0,
        by_alias: 0,
        found,
    };
    let nothing = Node { span: reader.source.lines.span(0..0), kind: Kind::Null };
    match reader.document() {
        Ok(node) => Some(node.unwrap_or(nothing)),
        Err(Stop) => None,
    }
}

/// The text cannot be read on; why is among the diagnostics.
struct Stop;

struct Reader<'t, 'f> {
    parser: Parser<'t, StrInput<'t>>,
    source: Source<'t>,
    anchors: HashMap<usize, Node>,
    values: usize,
    by_alias: usize,
    found: &'f mut Problems,
}

/// A list or mapping that has begun.
struct Open {
    span: Span,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<(Key, Node)>, seen: HashMap<String, Span>, key: PendingKey },
}

/// What the next value of a mapping is.
enum PendingKey {
    /// A key.
    None,
    /// The value of this key.
    Text(Key),
    /// The value of a key that was refused.
    Refused,
}

impl Reader<'_, '_> {
    fn document(&mut self) -> Result<Option<Node>, Stop> {
        let mut open: Vec<Open> = Vec::new();
        let mut root = None;
        let mut documents = 0;
        while let Some(event) = self.parser.next_event() {
            if self.found.is_full() {
                return Err(Stop);
            }
            let (event, span) = event.map_err(|error| self.syntax(&error))?;
            let span = self.source.span(span);
            let complete = match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(self.stop(
                            Code::SecondDocument,
                            span,
                            "a second YAML document begins here",
                        ));
                    }
                    None
                }
                Event::SequenceStart(anchor, tag) => {
                    self.refuse_tag(tag.is_some(), span);
                    self.open(&mut open, span, anchor, Content::List(Vec::new()))?;
                    None
                }
                Event::MappingStart(anchor, tag) => {
                    self.refuse_tag(tag.is_some(), span);
                    let content =
                        Content::Map { entries: Vec::new(), seen: HashMap::new(), key: PendingKey::None };
                    self.open(&mut open, span, anchor, content)?;
                    None
                }
                Event::SequenceEnd | Event::MappingEnd => open.pop().map(|open| self.close(open, span)),
                Event::Scalar(text, style, anchor, tag) => {
                    self.refuse_tag(tag.is_some(), span);
                    let kind = if style == ScalarStyle::Plain {
                        plain(&text)
                    } else {
                        Kind::Text(text.into_owned())
                    };
                    Some(self.anchored(anchor, Node { span, kind }))
                }
                Event::Alias(anchor) => Some(self.alias(anchor, span)?),
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => None,
            };
            let Some(node) = complete else { continue };
            self.count(node.span)?;
            match open.last_mut() {
                Some(parent) => self.add(parent, node),
                None => root = Some(node),
            }
        }
        Ok(root)
    }

    fn open(
        &mut self,
        open: &mut Vec<Open>,
        span: Span,
        anchor: usize,
        content: Content,
    ) -> Result<(), Stop> {
        if open.len() >= DEEPEST {
            return Err(self.stop(
                Code::TooDeep,
                span,
                format!("values are nested more than {DEEPEST} levels deep"),
            ));
        }
        open.push(Open { span, anchor, content });
        Ok(())
    }

    fn close(&mut self, open: Open, end: Span) -> Node {
        let Open { span, anchor, content } = open;
        let span = self.source.lines.extended(span, end.end);
        let kind = match content {
            Content::List(items) => Kind::List(items),
            Content::Map { entries, .. } => Kind::Map(entries),
        };
        self.anchored(anchor, Node { span, kind })
    }

    fn anchored(&mut self, anchor: usize, node: Node) -> Node {
        // Anchors are numbered from 1; 0 is none.
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        node
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<Node, Stop> {
        let Some(target) = self.anchors.get(&anchor) else {
            return Err(self.stop(Code::Alias, span, "the alias stands inside the value that it repeats"));
        };
        self.by_alias += size(target);
        if self.by_alias > MOST_BY_ALIAS {
            let message = format!("aliases blow the file up beyond {MOST_BY_ALIAS} values");
            return Err(self.stop(Code::Alias, span, message));
        }
        Ok(target.clone())
    }

    fn count(&mut self, span: Span) -> Result<(), Stop> {
        self.values += 1;
        if self.values > MOST_VALUES {
            let message = format!("the manifest has more than {MOST_VALUES} values");
            return Err(self.stop(Code::TooLarge, span, message));
        }
        Ok(())
    }

    fn add(&mut self, parent: &mut Open, node: Node) {
        match &mut parent.content {
            Content::List(items) => items.push(node),
            Content::Map { entries, seen, key } => match std::mem::replace(key, PendingKey::None) {
                PendingKey::None => *key = self.key(node, seen),
                PendingKey::Text(name) => entries.push((name, node)),
                PendingKey::Refused => {}
            },
        }
    }

    fn key(&mut self, node: Node, seen: &mut HashMap<String, Span>) -> PendingKey {
        let span = node.span;
        let Kind::Text(name) = node.kind else {
            let message = format!("a key must be plain text, this one is {}", node.describe());
            let hint = "put a name that looks like something else, or a value with `{`, into quotes";
            self.found
                .push(Diagnostic::error(Code::KeyNotText, span, message).label("not a name").hint(hint));
            return PendingKey::Refused;
        };
        if name == "<<" {
            let hint = "write the keys out, or share a whole value with `&name` and `*name`";
            let message = "merge keys are not part of the language";
            self.found.push(Diagnostic::error(Code::MergeKey, span, message).hint(hint));
            return PendingKey::Refused;
        }
        if let Some(first) = seen.get(&name) {
            let message = format!("`{}` is given twice", brief(&name));
            let twice = Diagnostic::error(Code::DuplicateKey, span, message).label("again here");
            self.found.push(twice.also(*first, "first here").hint("keep one of them"));
            return PendingKey::Refused;
        }
        seen.insert(name.clone(), span);
        PendingKey::Text(Key { name, span })
    }

    fn refuse_tag(&mut self, tagged: bool, span: Span) {
        if tagged {
            let hint = "remove the tag; a value that begins with `!` goes into quotes";
            let message = "YAML tags are not part of the language";
            self.found
                .push(Diagnostic::error(Code::Tag, span, message).label("this value has a tag").hint(hint));
        }
    }

    fn stop(&mut self, code: Code, span: Span, message: impl Into<String>) -> Stop {
        self.found.push(Diagnostic::error(code, span, message));
        Stop
    }

    fn syntax(&mut self, error: &ScanError) -> Stop {
        let at = self.source.offsets.byte(error.marker().index());
        let span = self.source.lines.span(at..at + 1);
        // The parser has a limit of its own on brackets, and looks ahead.
        if error.info().contains("recursion limit") {
            return self.stop(
                Code::TooDeep,
                span,
                format!("values are nested more than {DEEPEST} levels deep"),
            );
        }
        let found = Diagnostic::error(Code::Syntax, span, format!("the file is not YAML: {}", error.info()))
            .label("the reader stopped here")
            .hint(advice(error.info()));
        self.found.push(secrets::concealed_line(&self.source.lines, found));
        Stop
    }
}

/// Advice for the mistakes that people make most.
fn advice(info: &str) -> &'static str {
    if info.contains("tab") {
        "indent with spaces"
    } else if info.contains("anchor") {
        "a text that begins with `*` or `&` goes into quotes"
    } else if info.contains("quote") {
        "close the quotes on this text"
    } else {
        "look for a missing space behind a colon, a wrong indent, or a text that needs quotes"
    }
}

/// The plain scalars of YAML 1.2's core schema. Numbers with leading zeros, in hex or octal are texts: they are ids of
/// something, and readers differ on them.
fn plain(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "true" | "True" | "TRUE" => return Kind::Bool(true),
        "false" | "False" | "FALSE" => return Kind::Bool(false),
        ".inf" | "-.inf" | ".nan" => return Kind::Number(text.to_owned()),
        _ => {}
    }
    let digits = text.trim_start_matches(['-', '+']);
    let numeric = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && text.len() - digits.len() <= 1
        && !(digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0."))
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'))
        && text.parse::<f64>().is_ok();
    match (numeric, text.parse()) {
        (false, _) => Kind::Text(text.to_owned()),
        (true, Ok(whole)) if !text.starts_with('+') => Kind::Whole(whole),
        (true, _) => Kind::Number(text.to_owned()),
    }
}

/// Values in a subtree, itself included.
fn size(node: &Node) -> usize {
    match &node.kind {
        Kind::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Kind::Map(entries) => 1 + entries.iter().map(|(_, value)| size(value)).sum::<usize>(),
        Kind::Null | Kind::Bool(_) | Kind::Whole(_) | Kind::Number(_) | Kind::Text(_) | Kind::Refused => 1,
    }
}

impl Node {
    /// What it is, for people.
    pub(super) fn describe(&self) -> String {
        match &self.kind {
            Kind::Null => "nothing".to_owned(),
            Kind::Bool(value) => format!("the word `{value}`"),
            Kind::Whole(number) => format!("the number {number}"),
            Kind::Number(number) => format!("the number {}", brief(number)),
            Kind::Text(text) => format!("the text `{}`", brief(text)),
            Kind::List(_) => "a list".to_owned(),
            Kind::Map(_) => "a mapping".to_owned(),
            Kind::Refused => "refused".to_owned(),
        }
    }
}

/// A text of the file, short enough for a sentence.
pub(super) fn brief(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// From the parser's marks, which count characters, to bytes and lines.
struct Source<'t> {
    offsets: Offsets<'t>,
    lines: Lines<'t>,
}

impl Source<'_> {
    fn span(&self, span: saphyr_parser::Span) -> Span {
        let byte = |marker: Marker| self.offsets.byte(marker.index());
        let (start, end) = (byte(span.start), byte(span.end));
        self.lines.span_at(span.start.index(), start..end.max(start + 1))
    }
}

/// Byte offsets of every 64th character.
struct Offsets<'t> {
    text: &'t str,
    start: usize,
    every_64th: Vec<usize>,
}

impl<'t> Offsets<'t> {
    fn of(text: &'t str, start: usize) -> Self {
        let every_64th = text[start..].char_indices().step_by(64).map(|(at, _)| start + at).collect();
        Self { text, start, every_64th }
    }

    fn byte(&self, character: usize) -> usize {
        let Some(near) = self.every_64th.get(character / 64) else {
            return if character == 0 { self.start } else { self.text.len() };
        };
        let rest = self.text[*near..].char_indices().nth(character % 64);
        rest.map_or(self.text.len(), |(at, _)| near + at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_are_what_yaml_1_2_says() {
        for text in [
            "no",
            "on",
            "12:30",
            "1_000",
            "2027-03-01",
            "007",
            "0x1F",
            "1.2.3",
            "30%",
            "-",
            "e5",
            "+-1",
            "--1",
        ] {
            assert!(matches!(plain(text), Kind::Text(_)), "{text}");
        }
        assert!(matches!(plain("0"), Kind::Whole(0)));
        assert!(matches!(plain("18446744073709551615"), Kind::Whole(u64::MAX)));
        for text in ["18446744073709551616", "-1", "1.5", "1e3", "+1", ".5", "0.5", ".inf"] {
            assert!(matches!(plain(text), Kind::Number(_)), "{text}");
        }
        for text in ["", "~", "null", "NULL"] {
            assert!(matches!(plain(text), Kind::Null), "{text}");
        }
    }

    #[test]
    fn characters_become_bytes() {
        let text = format!("\u{feff}{}x", "é".repeat(200));
        let offsets = Offsets::of(&text, 3);
        assert_eq!([offsets.byte(0), offsets.byte(1), offsets.byte(63), offsets.byte(64)], [3, 5, 129, 131]);
        assert_eq!([offsets.byte(200), offsets.byte(201), offsets.byte(9_999)], [403, 404, 404]);
    }
}
