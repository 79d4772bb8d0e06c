//! LocJSON: the file in which units travel to Smartcat and back (smartcat.md §13.3).
//!
//! Written in the canonical print: four spaces, keys sorted, `\n`. A translation comes back either in `target`
//! (bilingual) or in place of `source` (monolingual); both are read.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use super::Segmented;
use super::Unit;
use super::UnitKey;
use super::Units;

/// The largest file that is read. A body has at most 1 MB (zendesk-help-center.md §10), yet cut into units of one
/// letter, source and target, it is written in 75 MB.
const LARGEST: usize = 256 << 20;

/// Characters of one string of a `source`, so that people can read the file.
const LINE: usize = 50;

/// Writes a text's units, with a translation of them where there is one.
pub fn write(source: &Segmented, comment: &str, targets: Option<&Units>) -> Vec<u8> {
    let unit = |unit| written_unit(unit, targets);
    let file = WrittenFile {
        properties: WrittenFileProperties { comments: [comment], version: 1 },
        units: source.units().iter().map(unit).collect(),
    };
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    // Strings, numbers and lists into memory: nothing here can fail.
    file.serialize(&mut serializer).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn written_unit<'a>(unit: &'a Unit, targets: Option<&'a Units>) -> WrittenUnit<'a> {
    let target =
        targets.and_then(|targets| targets.get(&unit.key)).filter(|target| !target.trim().is_empty());
    WrittenUnit {
        key: unit.key.as_str(),
        properties: WrittenProperties {
            comments: [unit.kind.to_string()],
            format: unit.is_html.then_some("html"),
        },
        source: lines(&unit.text),
        target: target.map(lines),
    }
}

/// Cuts a text after each newline and into readable pieces. Joined they are the text.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(end_of_line(rest));
        lines.push(line);
        rest = after;
    }
    lines
}

fn end_of_line(text: &str) -> usize {
    let longest = text.char_indices().nth(LINE).map_or(text.len(), |(at, _)| at);
    let line = &text[..longest];
    match line.find('\n') {
        Some(newline) => newline + 1,
        None if longest == text.len() => longest,
        None => line.rfind(' ').map_or(longest, |space| space + 1),
    }
}

// The fields are in the order of their names: the canonical print sorts keys.

#[derive(Serialize)]
struct WrittenFile<'a> {
    properties: WrittenFileProperties<'a>,
    units: Vec<WrittenUnit<'a>>,
}

#[derive(Serialize)]
struct WrittenFileProperties<'a> {
    comments: [&'a str; 1],
    version: u32,
}

#[derive(Serialize)]
struct WrittenUnit<'a> {
    key: &'a str,
    properties: WrittenProperties,
    source: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Vec<&'a str>>,
}

#[derive(Serialize)]
struct WrittenProperties {
    comments: [String; 1],
    #[serde(rename = "x-smartcat-format", skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
}

/// A file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LocJsonError {
    /// More bytes than any translation has.
    #[error("expected a LocJSON file of at most {} MiB, found {} bytes", LARGEST >> 20, .0)]
    TooLarge(usize),
    /// Not JSON, or JSON of another shape.
    #[error("expected a LocJSON file: {0}")]
    Shape(#[from] serde_json::Error),
    /// A key stands twice, so it is unclear which translation is meant.
    #[error("expected each unit once, found `{}` twice", super::words::excerpt(.0.as_str(), 60))]
    RepeatedKey(UnitKey),
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The translated units.
    pub units: Units,
    /// Units without a translation, in the order of the file. They have no text, not an empty one.
    pub untranslated: Vec<UnitKey>,
}

/// Reads a file as Smartcat exports it: translations stand beside the source, or where none does, in its place. Properties that are not known are passed over.
///
/// # Errors
/// When it is no LocJSON, too large, or has a key twice.
pub fn read(bytes: &[u8]) -> Result<Reading, LocJsonError> {
    let file = parse(bytes)?;
    let is_bilingual = file.units.iter().any(|unit| unit.target.is_some());
    let mut reading = Reading { units: Units::default(), untranslated: Vec::new() };
    let mut seen = BTreeSet::new();
    for unit in file.units {
        let key = UnitKey::new(unit.key);
        if !seen.insert(key.clone()) {
            return Err(LocJsonError::RepeatedKey(key));
        }
        let text = if is_bilingual { unit.target } else { unit.source };
        match text.map(Strings::join).filter(|text| !text.trim().is_empty()) {
            Some(text) => {
                reading.units.insert(key, text);
            }
            None => reading.untranslated.push(key),
        }
    }
    Ok(reading)
}

/// Reads the source texts of a file, in its order: what Smartcat was given.
///
/// # Errors
/// When it is no LocJSON, or too large.
pub fn sources(bytes: &[u8]) -> Result<Vec<(UnitKey, String)>, LocJsonError> {
    let source =
        |unit: ReadUnit| (UnitKey::new(unit.key), unit.source.map(Strings::join).unwrap_or_default());
    Ok(parse(bytes)?.units.into_iter().map(source).collect())
}

fn parse(bytes: &[u8]) -> Result<ReadFile, LocJsonError> {
    if bytes.len() > LARGEST {
        return Err(LocJsonError::TooLarge(bytes.len()));
    }
    Ok(serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))?)
}

#[derive(Deserialize)]
struct ReadFile {
    units: Vec<ReadUnit>,
}

#[derive(Deserialize)]
struct ReadUnit {
    key: String,
    #[serde(default)]
    source: Option<Strings>,
    #[serde(default)]
    target: Option<Strings>,
}

/// A list of strings, or one string by itself.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a list of strings")]
enum Strings {
    Many(Vec<String>),
    One(String),
}

impl Strings {
    fn join(self) -> String {
        match self {
            Self::Many(strings) => strings.concat(),
            Self::One(string) => string,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Text;
    use super::*;

    fn source() -> Segmented {
        let body = "<h2>Over view</h2><p>Open <b>Settings</b> and then click the blue button &amp; wait\nfor it.</p>";
        Segmented::of(&Text { title: "Reset".to_owned(), body: body.to_owned() })
    }

    #[test]
    fn the_file_is_the_canonical_print() {
        let source = source();
        let mut targets = Units::default();
        targets.insert(UnitKey::title(), "Zurücksetzen");
        let written = String::from_utf8(write(&source, "Zendesk article 1, en-us", Some(&targets))).unwrap();
        let key = |unit: usize| source.units()[unit].key.as_str();
        let expected = format!(
            r#"{{
    "properties": {{
        "comments": [
            "Zendesk article 1, en-us"
        ],
        "version": 1
    }},
    "units": [
        {{
            "key": "title",
            "properties": {{
                "comments": [
                    "title"
                ]
            }},
            "source": [
                "Reset"
            ],
            "target": [
                "Zurücksetzen"
            ]
        }},
        {{
            "key": "{}",
            "properties": {{
                "comments": [
                    "heading level 2"
                ]
            }},
            "source": [
                "Over view"
            ]
        }},
        {{
            "key": "{}",
            "properties": {{
                "comments": [
                    "paragraph"
                ],
                "x-smartcat-format": "html"
            }},
            "source": [
                "Open <b>Settings</b> and then click the blue ",
                "button &amp; wait\n",
                "for it."
            ]
        }}
    ]
}}
"#,
            key(1),
            key(2)
        );
        assert_eq!(written, expected);
    }

    #[test]
    fn both_layouts_are_read() {
        let reading = read(
            br#"{"x": [], "units": [
                {"key": "title", "source": ["a"], "target": ["b", " c"], "y": {}},
                {"key": "k1", "source": ["a"], "target": []},
                {"key": "k2", "source": ["a"], "target": [" \n"]},
                {"key": "k3", "source": ["a"]}
            ]}"#,
        );
        let reading = reading.unwrap();
        assert_eq!(reading.units.iter().collect::<Vec<_>>(), [(&UnitKey::title(), "b c")]);
        assert_eq!(reading.untranslated, ["k1", "k2", "k3"].map(UnitKey::new));

        let reading =
            read(b"\xef\xbb\xbf{\"units\": [{\"key\": \"k\", \"source\": \"a\", \"target\": null}]}")
                .unwrap();
        assert_eq!(reading.units.get(&UnitKey::new("k")), Some("a"));
    }

    #[test]
    fn what_is_no_translation_is_refused() {
        for (bytes, expected) in [
            (&b""[..], "expected a LocJSON file: EOF"),
            (b"[]", "expected a LocJSON file: invalid"),
            (b"{\"units\": [{\"key\": \"a\", \"target\": [1]}]}", "expected a list of strings"),
            (b"{\"units\": [{\"key\": \"a\"}, {\"key\": \"a\"}]}", "found `a` twice"),
            (b"{\"units\": [{\"key\": \"a\", \"key\": \"b\"}]}", "duplicate field `key`"),
            (b"{\"units\": [{\"key\": \"\xff\"}]}", "expected a LocJSON file: invalid unicode"),
        ] {
            let error = read(bytes).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!(matches!(read(&vec![b' '; LARGEST + 1]), Err(LocJsonError::TooLarge(_))));
        assert!(read(&b"{\"x\":".repeat(100_000)).is_err());
    }

    proptest::proptest! {
        #[test]
        fn lines_join_to_the_text(text in "([a-z<>\" é日\n]{0,30}( |\n)?){0,6}") {
            assert_eq!(lines(&text).concat(), text);
            assert!(lines(&text).iter().all(|line| line.chars().count() <= LINE));
        }
    }
}
