//! Requests and answers as plain values: a simulated service is a function from one to the other, so it can be tested
//! without a socket, and its state is never touched by two requests at once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

/// A simulated service.
pub(crate) trait Service: Send {
    /// Answers one request at one moment of the sandbox's clock.
    fn handle(&mut self, request: &Request, now: Timestamp) -> Response;

    /// Lets time pass without a request: parsing, machine translation and exports finish by the clock.
    fn advance(&mut self, now: Timestamp);
}

/// One request, read completely.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// `GET`, `POST`, …
    pub(crate) method: String,
    /// The path as sent, without the query, still percent-encoded.
    pub(crate) path: String,
    /// The query's pairs in order, decoded.
    pub(crate) query: Vec<(String, String)>,
    /// Headers, names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    /// The body. Empty for a multipart request, whose parts are in `parts`.
    pub(crate) body: Vec<u8>,
    /// The parts of a multipart body, in order.
    pub(crate) parts: Vec<Part>,
}

/// One part of a multipart body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    /// The form field's name.
    pub(crate) name: String,
    /// The file's name: a part with one is a file.
    pub(crate) file_name: Option<String>,
    /// Its content type.
    pub(crate) content_type: Option<String>,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    /// The status code.
    pub(crate) status: u16,
    /// Headers beside those of HTTP itself.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The first value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a query parameter.
    pub(crate) fn query_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The path's segments, empty ones left out.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|segment| !segment.is_empty()).collect()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl Response {
    /// A JSON answer.
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::typed(status, "application/json; charset=utf-8", value.to_string().into_bytes())
    }

    /// An answer without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// An answer of another type.
    pub(crate) fn typed(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into() }
    }

    /// The answer with one more header.
    pub(crate) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}
