//! The three file formats of the sandbox: LocJSON (§13.3), flat JSON, HTML.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Serialize as _;
use serde_json::Value;
use serde_json::json;

use super::behaviour::ExportStyle;
use super::behaviour::Unfinished;
use super::markup::Piece;
use super::markup::has_text;
use super::markup::pieces;
use super::markup::tag_name;

/// A format, chosen by the file's extension or the parser's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Units with keys.
    LocJson,
    /// Strings with keys.
    Json,
    /// Paragraphs without keys.
    Html,
}

/// One text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) key: String,
    pub(super) source: String,
    pub(super) target: Option<String>,
    /// Tags in it are tags.
    pub(super) html: bool,
}

/// How an export is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) style: ExportStyle,
    pub(super) unfinished: Unfinished,
}

impl Format {
    /// The format of a file, unless there is none.
    pub(super) fn of(file_name: &str, algorithm: Option<&str>) -> Option<Self> {
        let name = algorithm.unwrap_or_else(|| file_name.rsplit_once('.').map_or("", |(_, end)| end));
        match name.to_ascii_lowercase().as_str() {
            "locjson" => Some(Self::LocJson),
            "json" => Some(Self::Json),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }

    /// Whether units keep their identity when the file is replaced (§7.4).
    pub(super) fn has_keys(self) -> bool {
        self != Self::Html
    }

    /// The content type of an export (§7.8).
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::LocJson | Self::Json => "application/json",
            Self::Html => "text/html",
        }
    }

    /// The units with something to translate, in the file's order.
    pub(super) fn parse(self, bytes: &[u8]) -> Result<Vec<Unit>, String> {
        let text = text_of(bytes)?;
        let mut units = match self {
            Self::LocJson => locjson_units(&json_of(text)?)?,
            Self::Json => json_units(&json_of(text)?)?,
            Self::Html => html_units(text),
        };
        units.retain(|unit| has_text(&unit.source, unit.html));
        Ok(units)
    }

    /// Translations in a file for import: key and text (§7.7).
    pub(super) fn translations(self, bytes: &[u8]) -> Result<Vec<(String, String)>, String> {
        let text = text_of(bytes)?;
        match self {
            Self::LocJson => {
                let units = locjson_units(&json_of(text)?)?;
                Ok(units.into_iter().filter_map(|unit| Some((unit.key, unit.target?))).collect())
            }
            Self::Json => {
                let units = json_units(&json_of(text)?)?;
                Ok(units.into_iter().map(|unit| (unit.key, unit.source)).collect())
            }
            Self::Html => Err("HTML has no unique resource ids".to_owned()),
        }
    }

    /// The file with its translation; `target` gives the text of a unit, where there is one.
    pub(super) fn write(
        self,
        bytes: &[u8],
        layout: Layout,
        target: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Vec<u8>, String> {
        let text = text_of(bytes)?;
        match self {
            Self::LocJson => write_locjson(json_of(text)?, layout, target),
            Self::Json => {
                let mut value = json_of(text)?;
                replace_strings(&mut value, "", target);
                print(&value)
            }
            Self::Html => Ok(write_html(text, target).into_bytes()),
        }
    }
}

fn text_of(bytes: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("no UTF-8: {error}"))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn json_of(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))
}

fn locjson_units(file: &Value) -> Result<Vec<Unit>, String> {
    let html_file = format_of(file) == Some("html");
    let units = file.get("units").and_then(Value::as_array).ok_or("expected an array `units`")?;
    let mut keys = BTreeSet::new();
    units
        .iter()
        .map(|unit| {
            let key = unit.get("key").and_then(Value::as_str).ok_or("a unit has no `key`")?;
            if !keys.insert(key) {
                return Err(format!("the key `{key}` is there twice"));
            }
            let source =
                strings(unit.get("source")).ok_or(format!("`source` of `{key}` is no list of strings"))?;
            let html = format_of(unit).map_or(html_file, |format| format == "html");
            Ok(Unit { key: key.to_owned(), source, target: strings(unit.get("target")), html })
        })
        .collect()
}

fn format_of(value: &Value) -> Option<&str> {
    value.pointer("/properties/x-smartcat-format").and_then(Value::as_str)
}

/// A list of strings as one: LocJSON splits long texts for readability only.
fn strings(value: Option<&Value>) -> Option<String> {
    value?.as_array()?.iter().map(Value::as_str).collect()
}

fn write_locjson(
    mut file: Value,
    layout: Layout,
    target: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<u8>, String> {
    let html_file = format_of(&file) == Some("html");
    let units = file.get_mut("units").and_then(Value::as_array_mut).ok_or("expected an array `units`")?;
    for unit in units {
        let html = format_of(unit).map_or(html_file, |format| format == "html");
        let key = unit.get("key").and_then(Value::as_str).unwrap_or_default().to_owned();
        let source = strings(unit.get("source")).unwrap_or_default();
        if has_text(&source, html)
            && let Some(unit) = unit.as_object_mut()
        {
            unit.remove("target");
            write_target(unit, &source, target(&key), layout);
        }
    }
    print(&file)
}

fn write_target(
    unit: &mut serde_json::Map<String, Value>,
    source: &str,
    target: Option<String>,
    layout: Layout,
) {
    let (field, text) = match (layout.style, target, layout.unfinished) {
        (ExportStyle::Bilingual, Some(text), _) => ("target", text),
        (ExportStyle::Monolingual, Some(text), _) => ("source", text),
        (ExportStyle::Monolingual, None, _) | (_, None, Unfinished::Absent) => return,
        (ExportStyle::Bilingual, None, Unfinished::Source) => ("target", source.to_owned()),
        (ExportStyle::Bilingual, None, Unfinished::Empty) => ("target", String::new()),
    };
    unit.insert(field.to_owned(), json!(split(&text)));
}

/// Splits a text as LocJSON is printed: after line feeds, and at a space once a line is long enough.
fn split(text: &str) -> Vec<&str> {
    const LONG: usize = 50;
    let mut lines = Vec::new();
    let mut from = 0;
    let mut length = 0;
    for (at, char) in text.char_indices() {
        length += 1;
        if char == '\n' || (char == ' ' && length >= LONG) {
            let end = at + char.len_utf8();
            lines.extend(text.get(from..end));
            from = end;
            length = 0;
        }
    }
    lines.extend(text.get(from..).filter(|rest| !rest.is_empty()));
    lines
}

/// Canonical print: four spaces, keys sorted, line feeds.
fn print(value: &Value) -> Result<Vec<u8>, String> {
    let mut value = value.clone();
    value.sort_all_objects();
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut printer = serde_json::Serializer::with_formatter(&mut out, formatter);
    value.serialize(&mut printer).map_err(|error| error.to_string())?;
    out.push(b'\n');
    Ok(out)
}

fn json_units(value: &Value) -> Result<Vec<Unit>, String> {
    if !value.is_object() && !value.is_array() {
        return Err("expected an object or a list".to_owned());
    }
    let mut units = Vec::new();
    collect_strings(value, "", &mut units);
    Ok(units)
}

fn collect_strings(value: &Value, pointer: &str, units: &mut Vec<Unit>) {
    match value {
        Value::String(text) => {
            units.push(Unit { key: pointer.to_owned(), source: text.clone(), target: None, html: false });
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(at, item)| collect_strings(item, &format!("{pointer}/{at}"), units));
        }
        Value::Object(fields) => {
            fields
                .iter()
                .for_each(|(name, field)| collect_strings(field, &format!("{pointer}/{name}"), units));
        }
        _ => {}
    }
}

fn replace_strings(value: &mut Value, pointer: &str, target: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(translation) = target(pointer) {
                *text = translation;
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                replace_strings(item, &format!("{pointer}/{at}"), target);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                replace_strings(field, &format!("{pointer}/{name}"), target);
            }
        }
        _ => {}
    }
}

/// Tags that stay inside a paragraph.
const INLINE: [&str; 26] = [
    "a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "em", "i", "img", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "u", "var",
];

fn html_units(text: &str) -> Vec<Unit> {
    paragraphs(text)
        .into_iter()
        .enumerate()
        .filter_map(|(at, range)| {
            let source = text.get(range)?.to_owned();
            Some(Unit { key: format!("p{}", at + 1), source, target: None, html: true })
        })
        .collect()
}

/// Stretches between block tags that have text, without the space around them.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut from, mut at) = (0, 0);
    let mut hidden = false;
    let mut close = |from: usize, to: usize, hidden: bool| {
        let run = text.get(from..to).unwrap_or_default();
        if !hidden && has_text(run, true) {
            let start = from + (run.len() - run.trim_start().len());
            ranges.push(start..start + run.trim().len());
        }
    };
    for piece in pieces(text) {
        let end = match piece {
            Piece::Tag(tag) | Piece::Text(tag) => at + tag.len(),
        };
        if let Piece::Tag(tag) = piece {
            let name = tag_name(tag);
            if !INLINE.contains(&name.as_str()) {
                close(from, at, hidden);
                from = end;
                hidden = ["script", "style"].contains(&name.as_str()) && !tag.starts_with("</");
            }
        }
        at = end;
    }
    close(from, text.len(), hidden);
    ranges
}

fn write_html(text: &str, target: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, range) in paragraphs(text).into_iter().enumerate() {
        if let Some(translation) = target(&format!("p{}", at + 1)) {
            out.push_str(text.get(from..range.start).unwrap_or_default());
            out.push_str(&translation);
            from = range.end;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"units": [
        {"source": ["Hello\n", "world"], "key": "b", "x-y": 1},
        {"key": "a", "properties": {"x-smartcat-format": "html"}, "source": ["<img>"], "target": ["<img>"]},
        {"key": "c", "source": ["<b>Bye</b>"], "target": ["old"], "properties": {"x-smartcat-format": "html"}}
    ], "properties": {"x-z": "kept", "version": 1}}"#;

    fn written(style: ExportStyle, unfinished: Unfinished) -> Value {
        let target = |key: &str| (key == "b").then(|| "Hallo\nWelt".to_owned());
        let bytes = Format::LocJson.write(FILE.as_bytes(), Layout { style, unfinished }, &target).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn locjson_is_read_by_units_with_text() {
        let units = Format::LocJson.parse(FILE.as_bytes()).unwrap();
        let keys: Vec<_> = units.iter().map(|unit| (unit.key.as_str(), unit.html)).collect();
        assert_eq!(keys, [("b", false), ("c", true)]);
        assert_eq!(units[0].source, "Hello\nworld");
    }

    #[test]
    fn bilingual_exports_fill_target_and_keep_everything_else() {
        let file = written(ExportStyle::Bilingual, Unfinished::Absent);
        assert_eq!(file["properties"]["x-z"], "kept");
        assert_eq!(
            file["units"][0],
            json!({"key": "b", "source": ["Hello\n", "world"], "target": ["Hallo\n", "Welt"], "x-y": 1})
        );
        assert_eq!(file["units"][1]["target"], json!(["<img>"]), "a unit without text stays as it is");
        assert_eq!(file["units"][2].get("target"), None);
        assert_eq!(
            written(ExportStyle::Bilingual, Unfinished::Source)["units"][2]["target"],
            json!(["<b>Bye</b>"])
        );
        assert_eq!(written(ExportStyle::Bilingual, Unfinished::Empty)["units"][2]["target"], json!([]));
    }

    #[test]
    fn monolingual_exports_replace_source() {
        let file = written(ExportStyle::Monolingual, Unfinished::Absent);
        assert_eq!(file["units"][0]["source"], json!(["Hallo\n", "Welt"]));
        assert_eq!(file["units"][2]["source"], json!(["<b>Bye</b>"]));
        assert_eq!(file["units"][2].get("target"), None);
    }

    #[test]
    fn the_print_is_canonical() {
        let bytes = Format::LocJson
            .write(
                br#"{"units":[{"source":["x"],"key":"k"}]}"#,
                Layout { style: ExportStyle::Bilingual, unfinished: Unfinished::Absent },
                &|_| Some("y".to_owned()),
            )
            .unwrap();
        let expected = "{\n    \"units\": [\n        {\n            \"key\": \"k\",\n            \"source\": [\n                \"x\"\n            ],\n            \"target\": [\n                \"y\"\n            ]\n        }\n    ]\n}\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn long_texts_are_split_and_whole() {
        let text = "word ".repeat(40) + "\n\nend";
        let lines = split(&text);
        assert!(lines.len() > 4 && lines.iter().all(|line| line.len() <= 55));
        assert_eq!(lines.concat(), text);
    }

    #[test]
    fn broken_files_are_refused() {
        for file in [
            "",
            "{",
            "{}",
            r#"{"units":[{"source":["a"]}]}"#,
            r#"{"units":[{"key":"a","source":"a"}]}"#,
            r#"{"units":[{"key":"a","source":["a"]},{"key":"a","source":["b"]}]}"#,
        ] {
            assert!(Format::LocJson.parse(file.as_bytes()).is_err(), "{file}");
        }
        assert!(Format::LocJson.parse(&[0xff, 0xfe]).is_err());
    }

    #[test]
    fn json_keeps_its_shape() {
        let layout = Layout { style: ExportStyle::Bilingual, unfinished: Unfinished::Absent };
        let file = br#"{"a":{"b":["x", 1, ""]}}"#;
        assert_eq!(Format::Json.parse(file).unwrap()[0].key, "/a/b/0");
        let bytes =
            Format::Json.write(file, layout, &|key| (key == "/a/b/0").then(|| "y".to_owned())).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), json!({"a": {"b": ["y", 1, ""]}}));
    }

    #[test]
    fn html_is_cut_into_paragraphs() {
        let layout = Layout { style: ExportStyle::Bilingual, unfinished: Unfinished::Absent };
        let text = "<title>T</title><style>a{}</style><p> One <b>two</b> </p><p>Three</p>";
        let units = Format::Html.parse(text.as_bytes()).unwrap();
        let sources: Vec<_> = units.iter().map(|unit| unit.source.as_str()).collect();
        assert_eq!(sources, ["T", "One <b>two</b>", "Three"]);
        let bytes = Format::Html
            .write(text.as_bytes(), layout, &|key| (key == "p2").then(|| "Eins".to_owned()))
            .unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "<title>T</title><style>a{}</style><p> Eins </p><p>Three</p>"
        );
    }
}
