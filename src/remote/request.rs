//! One request before it is sent, and its answer.

use reqwest::Method;
use reqwest::Url;
use reqwest::multipart;
use serde::Serialize;
use serde_json::Value;
use tokio::time::Instant;

use super::secret::Authorization;
use super::secret::Secret;

/// Whether a request may be sent again when it is not known whether it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Doing it twice is the same as doing it once.
    Safe,
    /// Only when the first one was certainly not done.
    OnlyIfUnsent,
    /// Only by whoever asks for it, after a look at what is there now.
    AfterALook(Look),
}

/// What a change rests on: its caller's look at what it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Until then nothing else is taken to stand there. A change whose turn comes later is not sent.
    pub good_until: Instant,
    /// How many tries of the same change have failed before.
    pub tries: u32,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(super) method: Method,
    path: Vec<String>,
    query: Vec<(&'static str, String)>,
    pub(super) body: Body,
    pub(super) repeat: Repeat,
    /// It changes something, whatever its method.
    pub(super) writes: bool,
    /// It is about everything there is: a refusal says something about the whole run.
    pub(super) about_all: bool,
    /// Send it again after a 409: the same content, so the last writer is us either way.
    pub(super) through_conflicts: bool,
    /// Fewer tries than usual, for a caller that knows a better way than trying again.
    pub(super) tries: Option<u32>,
    /// A smaller limit than usual.
    pub(super) max_answer: Option<usize>,
    /// Its answer tells about the budget that paces us.
    pub(super) in_budget: bool,
    pub(super) authorization: Option<Authorization>,
    /// Secrets in the body.
    pub(super) secrets: Vec<Secret>,
}

/// What a request carries.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Empty,
    Json(Vec<u8>),
    Form(Vec<Part>),
}

/// One part of a multipart form. The form is built anew for each try: a sent one cannot be sent again.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    name: &'static str,
    file_name: Option<String>,
    content_type: &'static str,
    bytes: Vec<u8>,
}

impl Request {
    fn new(method: Method, path: &[&str], writes: bool) -> Self {
        let repeat = if method == Method::POST { Repeat::OnlyIfUnsent } else { Repeat::Safe };
        Self {
            method,
            path: path.iter().map(|segment| (*segment).to_owned()).collect(),
            query: Vec::new(),
            body: Body::Empty,
            repeat,
            writes,
            about_all: false,
            through_conflicts: false,
            tries: None,
            max_answer: None,
            in_budget: true,
            authorization: None,
            secrets: Vec::new(),
        }
    }

    pub(crate) fn get(path: &[&str]) -> Self {
        Self::new(Method::GET, path, false)
    }

    pub(crate) fn post(path: &[&str]) -> Self {
        Self::new(Method::POST, path, true)
    }

    pub(crate) fn put(path: &[&str]) -> Self {
        Self::new(Method::PUT, path, true)
    }

    pub(crate) fn delete(path: &[&str]) -> Self {
        Self::new(Method::DELETE, path, true)
    }

    /// A POST that only asks: it changes nothing that counts, so it may be sent again.
    pub(crate) fn ask(path: &[&str]) -> Self {
        Self { writes: false, ..Self::new(Method::POST, path, true).repeatable() }
    }

    /// A POST that sets something: the second time changes nothing.
    pub(crate) fn repeatable(self) -> Self {
        Self { repeat: Repeat::Safe, ..self }
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// A change of what its caller has looked at. After a failure that may pass, the pause is made and the error
    /// returned: by then, what it would replace may be somebody else's.
    pub(crate) fn after_a_look(self, look: Look) -> Self {
        Self { repeat: Repeat::AfterALook(look), ..self }
    }

    /// The look that it rests on.
    pub(super) fn look(&self) -> Option<Look> {
        match self.repeat {
            Repeat::AfterALook(look) => Some(look),
            Repeat::Safe | Repeat::OnlyIfUnsent => None,
        }
    }

    /// A JSON body. Our bodies are plain structs, so they always have a JSON form.
    pub(crate) fn json(self, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_else(|_| Value::Null.to_string().into_bytes());
        Self { body: Body::Json(body), ..self }
    }

    pub(crate) fn form(self, parts: Vec<Part>) -> Self {
        Self { body: Body::Form(parts), ..self }
    }

    pub(crate) fn about_all(self) -> Self {
        Self { about_all: true, ..self }
    }

    pub(crate) fn through_conflicts(self) -> Self {
        Self { through_conflicts: true, ..self }
    }

    pub(crate) fn tries(self, tries: u32) -> Self {
        Self { tries: Some(tries), ..self }
    }

    pub(crate) fn max_answer(self, bytes: usize) -> Self {
        Self { max_answer: Some(bytes), ..self }
    }

    pub(crate) fn outside_budget(self) -> Self {
        Self { in_budget: false, ..self }
    }

    pub(crate) fn authorized(self, authorization: Authorization) -> Self {
        Self { authorization: Some(authorization), ..self }
    }

    pub(crate) fn holding(self, secret: Secret) -> Self {
        Self { secrets: vec![secret], ..self }
    }

    /// Every secret in this request.
    pub(super) fn all_secrets(&self) -> Vec<Secret> {
        let in_header = self.authorization.iter().flat_map(Authorization::secrets);
        in_header.chain(&self.secrets).cloned().collect()
    }

    /// The URL under a root. Segments are encoded, so no id can leave its place in the path.
    pub(super) fn url(&self, root: &Url) -> Url {
        let mut url = root.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(&self.path);
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }
}

impl Part {
    /// A JSON model: no file name, so Smartcat takes it for the model (smartcat.md §6.3).
    pub(crate) fn json(name: &'static str, model: &impl Serialize) -> Self {
        let bytes = serde_json::to_vec(model).unwrap_or_else(|_| Value::Null.to_string().into_bytes());
        Self { name, file_name: None, content_type: "application/json", bytes }
    }

    /// A file. Line breaks in its name would end the part's header.
    pub(crate) fn file(name: &'static str, file_name: &str, bytes: &[u8]) -> Self {
        let file_name = file_name.chars().map(|c| if c.is_control() { '_' } else { c }).collect();
        Self {
            name,
            file_name: Some(file_name),
            content_type: "application/octet-stream",
            bytes: bytes.to_vec(),
        }
    }
}

/// The multipart form of these parts.
pub(super) fn form(parts: &[Part]) -> Result<multipart::Form, reqwest::Error> {
    let mut form = multipart::Form::new();
    for Part { name, file_name, content_type, bytes } in parts {
        let mut part = multipart::Part::bytes(bytes.clone()).mime_str(content_type)?;
        if let Some(file_name) = file_name {
            part = part.file_name(file_name.clone());
        }
        form = form.part(*name, part);
    }
    Ok(form)
}

/// A complete answer with a status of success.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A URL for people: values whose name sounds like a secret are removed.
pub(super) fn shown(url: &Url) -> String {
    const SECRETS: [&str; 6] = ["token", "secret", "password", "key", "signature", "code"];
    if url.query().is_none() {
        return url.to_string();
    }
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| {
            let lower = name.to_ascii_lowercase();
            let secret = SECRETS.iter().any(|word| lower.contains(word));
            (name.into_owned(), if secret { "[secret]".to_owned() } else { value.into_owned() })
        })
        .collect();
    let mut shown = url.clone();
    shown.query_pairs_mut().clear().extend_pairs(pairs);
    // Brackets and colons are encoded for the wire; people read them better as they are.
    shown.to_string().replace("%5B", "[").replace("%5D", "]").replace("%3A", ":").replace("%2C", ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(request: &Request) -> String {
        request.url(&Url::parse("https://smartcat.com/api/integration").expect("a URL")).to_string()
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        for hostile in ["../../account", "a/b", "a?b", "a#b", "%2e%2e", "..", "."] {
            let url = url(&Request::delete(&["v1", "project", hostile]));
            assert!(url.starts_with("https://smartcat.com/api/integration/v1/project"), "{url}");
            assert!(!url.contains(['?', '#']) && !url.contains("/../"), "{url}");
            assert!(url.matches('/').count() <= 7, "{url}");
        }
    }

    #[test]
    fn a_root_may_end_in_a_slash() {
        let root = Url::parse("https://acme.zendesk.com/").expect("a URL");
        let request = Request::get(&["api", "v2"]).query("page[size]", 100);
        assert_eq!(request.url(&root).as_str(), "https://acme.zendesk.com/api/v2?page%5Bsize%5D=100");
    }

    #[test]
    fn secrets_in_a_query_are_not_shown() {
        let url =
            Url::parse("https://x.example/a?access_token=abc&page%5Bsize%5D=5&apiKey=def").expect("a URL");
        assert_eq!(shown(&url), "https://x.example/a?access_token=[secret]&page[size]=5&apiKey=[secret]");
    }
}
