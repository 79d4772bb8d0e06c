//! One call of an operation: the request with its path's parameters, and readers that refuse what they cannot
//! take.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::refusal::Refusal;
use crate::sandbox::http::Part;
use crate::sandbox::http::Request;

/// A call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'a> {
    pub(super) request: &'a Request,
    pub(super) now: Timestamp,
    /// Unknown fields are refused.
    pub(super) strict: bool,
    /// Up to two values from the path.
    pub(super) captures: [&'a str; 2],
}

/// A request body whose unknown fields are kept apart.
pub(super) trait Body: DeserializeOwned {
    /// The first field that the specification does not know.
    fn unknown(&self) -> Option<String>;
}

impl<'a> Call<'a> {
    /// The first value of the path.
    pub(super) fn id(&self) -> &'a str {
        self.captures[0]
    }

    /// The second value of the path.
    pub(super) fn second_id(&self) -> &'a str {
        self.captures[1]
    }

    /// A query parameter that may be absent; an empty one is.
    pub(super) fn query(&self, name: &str) -> Option<&'a str> {
        self.request.query(name).filter(|value| !value.is_empty())
    }

    /// A query parameter that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&'a str, Refusal> {
        self.query(name).ok_or_else(|| Refusal::bad(format!("The query parameter `{name}` is required")))
    }

    /// A boolean query parameter. `1` and `0` are none (§4).
    pub(super) fn flag(&self, name: &str, default: bool) -> Result<bool, Refusal> {
        match self.query(name) {
            None => Ok(default),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(text) => Err(Refusal::bad(format!("The value `{text}` of `{name}` is not valid"))),
        }
    }

    /// A whole-number query parameter.
    pub(super) fn number(&self, name: &str, default: usize) -> Result<usize, Refusal> {
        let Some(text) = self.query(name) else { return Ok(default) };
        text.parse().map_err(|_| Refusal::bad(format!("The value `{text}` of `{name}` is not valid")))
    }

    /// A repeated query parameter in each of the forms seen: `a=1&a=2`, `a[]=1`, `a[0]=1`, `a=1,2` (§4).
    pub(super) fn list(&self, name: &str) -> Vec<&'a str> {
        let named = |key: &str| key.split('[').next() == Some(name);
        self.request
            .query
            .iter()
            .filter(|(key, _)| named(key))
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// The JSON body, whatever it is.
    pub(super) fn value(&self) -> Result<Value, Refusal> {
        self.request.json().ok_or_else(|| Refusal::bad("The body is not valid JSON"))
    }

    /// The JSON body as a model.
    pub(super) fn body<T: Body>(&self) -> Result<T, Refusal> {
        self.model(self.value()?)
    }

    /// The JSON body as a list of models.
    pub(super) fn bodies<T: Body>(&self) -> Result<Vec<T>, Refusal> {
        self.models(self.value()?)
    }

    /// The JSON body as a list of strings.
    pub(super) fn strings(&self) -> Result<Vec<String>, Refusal> {
        serde_json::from_value(self.value()?)
            .map_err(|error| Refusal::bad(format!("A list of strings was expected: {error}")))
    }

    /// A model from JSON.
    pub(super) fn model<T: Body>(&self, value: Value) -> Result<T, Refusal> {
        let model: T = serde_json::from_value(value).map_err(|error| Refusal::bad(error.to_string()))?;
        match model.unknown() {
            Some(field) if self.strict => Err(Refusal::bad(format!("The field `{field}` is unknown"))),
            _ => Ok(model),
        }
    }

    /// Models from a JSON list.
    pub(super) fn models<T: Body>(&self, value: Value) -> Result<Vec<T>, Refusal> {
        let Value::Array(items) = value else { return Err(Refusal::bad("A list was expected")) };
        items.into_iter().map(|item| self.model(item)).collect()
    }

    /// The file parts: those with a file's name, whatever they are called (§6.3).
    pub(super) fn files(&self) -> Vec<&'a Part> {
        self.request.parts.iter().filter(|part| part.file_name.is_some()).collect()
    }

    /// The JSON part of a multipart body: the first part without a file's name.
    pub(super) fn json_part(&self) -> Result<Option<Value>, Refusal> {
        if self.request.parts.is_empty() && !self.request.body.is_empty() {
            return Err(Refusal::new(415, "The request is not multipart/form-data"));
        }
        let part = self.request.parts.iter().find(|part| part.file_name.is_none() && !part.bytes.is_empty());
        let Some(part) = part else { return Ok(None) };
        serde_json::from_slice(&part.bytes)
            .map(Some)
            .map_err(|error| Refusal::bad(format!("The part `{}` is not valid JSON: {error}", part.name)))
    }
}

/// The member of an enumeration that a text names; case does not matter on input (§4).
pub(super) fn one_of(text: &str, members: &[&'static str], what: &str) -> Result<&'static str, Refusal> {
    members
        .iter()
        .find(|member| member.eq_ignore_ascii_case(text))
        .copied()
        .ok_or_else(|| Refusal::bad(format!("`{text}` is no {what}")))
}
