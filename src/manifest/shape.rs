//! The shape of a manifest: keys, types and words, checked against the schema before anything is read into types.
//!
//! The typed reader stops at its first problem, so it is asked only when there is none left that it could find: what
//! does not fit is reported and replaced by [`Kind::Refused`], and a misspelt key or word goes on as what was meant.
//! The schema is our own, so only the words of JSON Schema that it uses are known here; a test keeps it so.

use serde_json::Value;

use crate::diag::Code;
use crate::diag::Diagnostic;
use crate::diag::Span;

use super::problems::Problems;
use super::schema::schema;
use super::secrets;
use super::suggest::closest;
use super::suggest::did_you_mean;
use super::tree::Key;
use super::tree::Kind;
use super::tree::Node;
use super::tree::brief;

/// Checks the whole tree.
pub(super) fn check(root: Node, found: &mut Problems) -> Node {
    let owner = Key { name: "the manifest".to_owned(), span: root.span };
    let mut checker = Checker { root: schema(), found };
    checker.value(checker.root, root, &owner)
}

struct Checker<'s, 'f> {
    root: &'s Value,
    found: &'f mut Problems,
}

impl<'s> Checker<'s, '_> {
    /// Checks one value; `owner` is the key that it belongs to.
    fn value(&mut self, schema: &'s Value, node: Node, owner: &Key) -> Node {
        let leaves = self.leaves(schema);
        let fitting: Vec<&Value> = leaves.iter().copied().filter(|leaf| fits(leaf, &node.kind)).collect();
        let Node { span, kind } = node;
        let kind = match (kind, fitting.first()) {
            _ if self.found.is_full() => Kind::Refused,
            (Kind::Refused, _) => Kind::Refused,
            (Kind::Null, _) => self.no_value(owner, &leaves),
            (kind, None) => self.wrong_type(Node { span, kind }, owner, &leaves),
            (Kind::List(items), Some(leaf)) => self.list(leaf, items, owner),
            (Kind::Map(entries), Some(leaf)) => self.map(leaf, entries, span, owner),
            (Kind::Text(text), Some(_)) => self.text(&fitting, text, span, owner),
            (Kind::Whole(number), Some(leaf)) => self.whole(leaf, number, span, owner),
            (kind @ (Kind::Bool(_) | Kind::Number(_)), Some(_)) => kind,
        };
        Node { span, kind }
    }

    /// The alternatives of a schema, references followed.
    fn leaves(&self, schema: &'s Value) -> Vec<&'s Value> {
        let target =
            schema["$ref"].as_str().and_then(|target| self.root.pointer(target.trim_start_matches('#')));
        if let Some(target) = target {
            return self.leaves(target);
        }
        match schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
            Some(alternatives) => {
                alternatives.iter().flat_map(|alternative| self.leaves(alternative)).collect()
            }
            None => vec![schema],
        }
    }

    fn list(&mut self, leaf: &'s Value, items: Vec<Node>, owner: &Key) -> Kind {
        let before = items.len();
        let kept: Vec<Node> = items
            .into_iter()
            .map(|item| {
                let owner = Key { name: format!("an entry of {}", quoted(owner)), span: item.span };
                self.value(&leaf["items"], item, &owner)
            })
            .filter(|item| !matches!(item.kind, Kind::Refused))
            .collect();
        // Nothing more is to be said about a list that is empty only because all of it was refused.
        if kept.is_empty() && before > 0 { Kind::Refused } else { Kind::List(kept) }
    }

    fn map(&mut self, leaf: &'s Value, entries: Vec<(Key, Node)>, span: Span, owner: &Key) -> Kind {
        let open = leaf["additionalProperties"].is_object();
        let mut kept: Vec<(Key, Node)> = Vec::with_capacity(entries.len());
        let given: Vec<String> =
            if open { Vec::new() } else { entries.iter().map(|(key, _)| key.name.clone()).collect() };
        for (key, node) in entries {
            let schema = &leaf["properties"][key.name.as_str()];
            if schema.is_object() {
                let node = self.value(schema, node, &key);
                kept.push((key, node));
            } else if open {
                let node = self.value(&leaf["additionalProperties"], node, &key);
                kept.push((key, node));
            } else if let Some(meant) = self.unknown_key(leaf, &key, &node, owner)
                && !given.contains(&meant)
                && !kept.iter().any(|(known, _)| known.name == meant)
            {
                let key = Key { name: meant, span: key.span };
                let node = self.value(&leaf["properties"][key.name.as_str()], node, &key);
                kept.push((key, node));
            }
        }
        self.missing(leaf, &kept, span, owner);
        Kind::Map(kept)
    }

    /// Reports a key; gives the name that was probably meant.
    fn unknown_key(&mut self, leaf: &'s Value, key: &Key, node: &Node, owner: &Key) -> Option<String> {
        if self.found.is_full() {
            return None;
        }
        let name = brief(&key.name);
        if secrets::looks_secret(&key.name) {
            let refusal = secrets::refusal(&name, |code, message| Diagnostic::error(code, key.span, message));
            self.found.push(refusal.conceal(node.span.start, node.span.end));
            return None;
        }
        let known: Vec<&str> =
            leaf["properties"].as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
        let meant = closest(&key.name, known.iter().copied());
        let hint = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the keys here are {}", listed(&known)),
        };
        let message = format!("{} has no key `{name}`", quoted(owner));
        self.found
            .push(Diagnostic::error(Code::UnknownKey, key.span, message).label("unknown key").hint(hint));
        meant.map(str::to_owned)
    }

    fn missing(&mut self, leaf: &'s Value, kept: &[(Key, Node)], span: Span, owner: &Key) {
        for required in leaf["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if kept.iter().any(|(key, _)| key.name == required) {
                continue;
            }
            // The first key of a block, the owner of an empty `{}`.
            let at = if kept.is_empty() { owner.span } else { first_key(kept, span) };
            let message = format!("{} needs `{required}`", quoted(owner));
            let what = leaf["properties"][required]["description"].as_str().map(str::to_owned);
            let missing = Diagnostic::error(Code::MissingKey, at, message);
            self.found.push(missing.label(format!("`{required}` is missing here")).maybe_hint(what));
        }
    }

    fn text(&mut self, fitting: &[&'s Value], text: String, span: Span, owner: &Key) -> Kind {
        let words: Vec<&str> = fitting.iter().flat_map(|leaf| words(leaf)).collect();
        let free = fitting.iter().any(|leaf| words_of(leaf).is_none());
        if free || words.contains(&text.as_str()) {
            return Kind::Text(text);
        }
        let message = format!("{} is none of the words that {} takes", code(&text), quoted(owner));
        let meant = closest(&text, words.iter().copied());
        let hint = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the words are {}", listed(&words)),
        };
        self.found
            .push(Diagnostic::error(Code::UnknownValue, span, message).label("unknown word").hint(hint));
        meant.map_or(Kind::Refused, |meant| Kind::Text(meant.to_owned()))
    }

    fn whole(&mut self, leaf: &Value, number: u64, span: Span, owner: &Key) -> Kind {
        let least = leaf["minimum"].as_u64().unwrap_or(0);
        let most = leaf["maximum"].as_u64().unwrap_or(u64::MAX);
        if (least..=most).contains(&number) {
            return Kind::Whole(number);
        }
        self.out_of_range(leaf, &number.to_string(), span, owner)
    }

    fn out_of_range(&mut self, leaf: &Value, number: &str, span: Span, owner: &Key) -> Kind {
        let least = leaf["minimum"].as_u64().unwrap_or(0);
        let hint = match leaf["maximum"].as_u64() {
            Some(most) => format!("a whole number from {least} to {most} is expected"),
            None => format!("a whole number from {least} is expected"),
        };
        let message = format!("{} cannot be {}", quoted(owner), brief(number));
        self.found.push(Diagnostic::error(Code::OutOfRange, span, message).label("out of range").hint(hint));
        Kind::Refused
    }

    fn no_value(&mut self, owner: &Key, leaves: &[&Value]) -> Kind {
        let message = format!("{} has no value", quoted(owner));
        let hint = format!("give it {}, or remove it", expected(leaves));
        self.found
            .push(Diagnostic::error(Code::NoValue, owner.span, message).label("nothing here").hint(hint));
        Kind::Refused
    }

    fn wrong_type(&mut self, node: Node, owner: &Key, leaves: &[&'s Value]) -> Kind {
        let whole = leaves.iter().find(|leaf| leaf["type"] == "integer");
        if let (Kind::Number(number), Some(leaf)) = (&node.kind, whole) {
            return self.out_of_range(leaf, number, node.span, owner);
        }
        let text = leaves.iter().any(|leaf| leaf["type"] == "string");
        let hint = match &node.kind {
            Kind::Whole(_) | Kind::Number(_) | Kind::Bool(_) if text => Some("put it into quotes".to_owned()),
            Kind::Text(text) if whole.is_some() && text.parse::<u64>().is_ok() => {
                Some("write the number without quotes and leading zeros".to_owned())
            }
            Kind::Text(text) if leaves.iter().any(|leaf| leaf["type"] == "boolean") => {
                did_you_mean(text, ["true", "false"]).or(Some("write `true` or `false`".to_owned()))
            }
            Kind::Text(text) if leaves.iter().all(|leaf| leaf["type"] == "array") => {
                Some(format!("write `[{}]`", brief(text)))
            }
            _ => None,
        };
        let message = format!("{} must be {}, not {}", quoted(owner), expected(leaves), node.describe());
        let label = format!("expected {}", expected(leaves));
        let wrong = Diagnostic::error(Code::WrongType, node.span, message);
        self.found.push(wrong.label(label).maybe_hint(hint));
        Kind::Refused
    }
}

fn fits(leaf: &Value, kind: &Kind) -> bool {
    match kind {
        Kind::Bool(_) => leaf["type"] == "boolean",
        Kind::Whole(_) => leaf["type"] == "integer",
        Kind::Text(_) => leaf["type"] == "string",
        Kind::List(_) => leaf["type"] == "array",
        Kind::Map(_) => leaf["type"] == "object",
        Kind::Null | Kind::Number(_) | Kind::Refused => false,
    }
}

/// The words that a leaf allows; `None` when it takes any text.
fn words_of(leaf: &Value) -> Option<Vec<&str>> {
    if let Some(word) = leaf["const"].as_str() {
        return Some(vec![word]);
    }
    leaf["enum"].as_array().map(|words| words.iter().filter_map(Value::as_str).collect())
}

fn words(leaf: &Value) -> Vec<&str> {
    words_of(leaf).unwrap_or_default()
}

/// What a value should be, in words.
fn expected(leaves: &[&Value]) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for leaf in leaves {
        let kind = match leaf["type"].as_str().unwrap_or_default() {
            "integer" => "a whole number",
            "boolean" => "`true` or `false`",
            "array" => "a list",
            "object" => "a mapping",
            _ if words_of(leaf).is_some() => "a word",
            _ => "text",
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.join(" or ")
}

fn first_key(kept: &[(Key, Node)], span: Span) -> Span {
    kept.first().map_or(span, |(key, _)| key.span)
}

/// An owner in a sentence: keys in backquotes, "the manifest" and "an entry of …" as they are.
fn quoted(owner: &Key) -> String {
    let name = owner.name.as_str();
    if name == "the manifest" || name.starts_with("an entry of ") { name.to_owned() } else { code(name) }
}

fn code(text: &str) -> String {
    format!("`{}`", brief(text))
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| code(word)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of JSON Schema that decide what fits, or that decide nothing here.
    const KNOWN: [&str; 22] = [
        "$defs",
        "$ref",
        "$schema",
        "additionalProperties",
        "anyOf",
        "const",
        "default",
        "description",
        "enum",
        "examples",
        "format",
        "items",
        "maximum",
        "minItems",
        "minProperties",
        "minimum",
        "oneOf",
        "pattern",
        "properties",
        "required",
        "title",
        "type",
    ];

    fn words_used(schema: &Value, used: &mut std::collections::BTreeSet<String>) {
        let Some(object) = schema.as_object() else { return };
        for (word, value) in object {
            used.insert(word.clone());
            match word.as_str() {
                "properties" | "$defs" => {
                    value.as_object().into_iter().flatten().for_each(|(_, v)| words_used(v, used))
                }
                "anyOf" | "oneOf" => value.as_array().into_iter().flatten().for_each(|v| words_used(v, used)),
                "items" | "additionalProperties" => words_used(value, used),
                _ => {}
            }
        }
    }

    #[test]
    fn the_schema_uses_no_word_that_is_not_known_here() {
        let mut used = std::collections::BTreeSet::new();
        words_used(schema(), &mut used);
        let unknown: Vec<_> = used.iter().filter(|word| !KNOWN.contains(&word.as_str())).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
