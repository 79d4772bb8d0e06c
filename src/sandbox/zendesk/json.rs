//! JSON objects written key by key: the keys come in the order in which Zendesk sends them, and a page of a thousand
//! articles is one text, not a tree.

use serde::Serialize;

/// An object under way.
pub(super) struct Object(String);

impl Object {
    pub(super) fn new() -> Self {
        Self("{".to_owned())
    }

    /// The object with one more key.
    pub(super) fn with(self, key: &str, value: &(impl Serialize + ?Sized)) -> Self {
        let json = text(value);
        self.with_json(key, &json)
    }

    /// The object with one more key, whose value is JSON already.
    pub(super) fn with_json(mut self, key: &str, json: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0 += &text(key);
        self.0.push(':');
        self.0 += json;
        self
    }

    /// The object with one more key where there is a value.
    pub(super) fn with_some(self, key: &str, value: Option<&(impl Serialize + ?Sized)>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// An array of what is JSON already.
pub(super) fn array(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<_> = items.into_iter().collect();
    format!("[{}]", items.join(","))
}

/// What is serialised here are numbers, texts and lists of them; that cannot fail.
fn text(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// Which characters Zendesk escapes beyond what JSON asks for; it differs between endpoints
/// (zendesk-help-center.md §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// None: lists of articles.
    Nothing,
    /// `&`: other lists.
    Ampersand,
    /// `<`, `>` and `&`: answers to writes.
    Markup,
}

impl Escape {
    /// These characters stand in JSON only within texts, so replacing them anywhere is safe.
    pub(super) fn apply(self, json: String) -> String {
        match self {
            Self::Nothing => json,
            Self::Ampersand => json.replace('&', "\\u0026"),
            Self::Markup => json.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e"),
        }
    }
}
