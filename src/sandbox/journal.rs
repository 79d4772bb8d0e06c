//! What was asked of the sandbox, request by request: the evidence of every test that counts requests, looks for a
//! second write, or wonders what was sent. Credentials never get in.

use jiff::Timestamp;
use serde::Serialize;

use super::ServiceName;
use super::http::Request;

/// How much of a request's body an entry keeps.
const KEPT_BODY: usize = 64 * 1024;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Place in the order in which the sandbox took the requests of both services, from 1.
    pub sequence: u64,
    /// The service that was asked.
    pub service: ServiceName,
    /// The sandbox's time.
    pub at: Timestamp,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// The query, decoded, `name=value` joined by `&`.
    pub query: String,
    /// The status that was answered; none when the connection was closed or left hanging.
    pub status: Option<u16>,
    /// Whether the service saw the request: a fault before that leaves the state untouched.
    pub committed: bool,
    /// Whether it is a request that changes state, by method and path, whatever became of it.
    pub write: bool,
    /// What the `Authorization` header was worth.
    pub credentials: Credentials,
    /// The fault that struck, if any.
    pub fault: Option<&'static str>,
    /// The body as text, its first 64 KiB; of a multipart body all parts, one after the other. A request for a
    /// token has none here, since it holds the client's secret.
    pub body: String,
}

/// What an `Authorization` header was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Credentials {
    /// There was none.
    None,
    /// One that the service accepts.
    Right,
    /// One that it does not.
    Wrong,
}

/// The entries in order.
#[derive(Debug, Default)]
pub(super) struct Journal {
    entries: Vec<Entry>,
    taken: u64,
}

impl Journal {
    pub(super) fn push(&mut self, mut entry: Entry) {
        self.taken += 1;
        entry.sequence = self.taken;
        self.entries.push(entry);
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Forgets the entries; the numbers go on.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }
}

/// Endpoints of Smartcat that are called with POST and change nothing: an export and a statistics build only prepare
/// what is then read, the other two are searches.
const SMARTCAT_READS: [&str; 4] =
    ["/document/export", "/statistics/build", "/account/searchmyteam", "/translationmemory/matches"];

/// Whether a request changes state, by its method and path.
pub(super) fn is_write(service: ServiceName, request: &Request) -> bool {
    if !matches!(request.method.as_str(), "POST" | "PUT" | "DELETE" | "PATCH") {
        return false;
    }
    match service {
        ServiceName::Zendesk => !asks_for_token(request),
        ServiceName::Smartcat => {
            let path = request.path.trim_end_matches('/').to_ascii_lowercase();
            !SMARTCAT_READS.iter().any(|read| path.ends_with(read))
        }
    }
}

fn asks_for_token(request: &Request) -> bool {
    request.segments().first() == Some(&"oauth")
}

/// The query as an entry shows it.
pub(super) fn query_text(request: &Request) -> String {
    let pairs: Vec<_> = request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// The body as an entry keeps it.
pub(super) fn body_text(request: &Request) -> String {
    if asks_for_token(request) {
        return String::new();
    }
    let mut text = kept(&request.body);
    for part in &request.parts {
        text += &format!("--{}", part.name);
        for (label, value) in [("filename", &part.file_name), ("type", &part.content_type)] {
            if let Some(value) = value {
                text += &format!("; {label}={value}");
            }
        }
        text += "\n";
        text += &kept(&part.bytes);
        text += "\n";
    }
    let mut end = text.len().min(KEPT_BODY);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

fn kept(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(KEPT_BODY)]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str) -> Request {
        Request { method: method.to_owned(), path: path.to_owned(), ..Request::default() }
    }

    #[test]
    fn reads_that_use_post_are_no_writes() {
        for (service, method, path, expected) in [
            (ServiceName::Zendesk, "GET", "/api/v2/help_center/articles", false),
            (ServiceName::Zendesk, "PUT", "/api/v2/help_center/articles/1", true),
            (ServiceName::Zendesk, "POST", "/oauth/tokens", false),
            (ServiceName::Smartcat, "POST", "/api/integration/v1/document/export", false),
            (ServiceName::Smartcat, "POST", "/api/integration/v1/account/searchMyTeam", false),
            (ServiceName::Smartcat, "POST", "/api/integration/v1/project/create", true),
            (ServiceName::Smartcat, "DELETE", "/api/integration/v1/document", true),
        ] {
            assert_eq!(is_write(service, &request(method, path)), expected, "{method} {path}");
        }
    }

    #[test]
    fn a_body_is_kept_up_to_its_limit_and_whole_characters() {
        let mut long = request("POST", "/x");
        long.body = "ä".repeat(KEPT_BODY).into_bytes();
        assert!(body_text(&long).len() <= KEPT_BODY);
        assert!(body_text(&long).starts_with("ää"));
    }

    #[test]
    fn a_token_request_leaves_no_secret() {
        let mut token = request("POST", "/oauth/tokens");
        token.body = br#"{"client_secret":"s3cret"}"#.to_vec();
        assert_eq!(body_text(&token), "");
    }
}
