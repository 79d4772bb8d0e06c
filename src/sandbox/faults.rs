//! Faults as data: which request is struck, and how. The services know nothing of them; the server asks the plan
//! before and after it calls a service.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::ServiceName;
use super::http::Request;
use super::journal::query_text;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The service that is struck.
    pub service: ServiceName,
    /// Only requests of this method; any when left out.
    #[serde(default)]
    pub method: Option<String>,
    /// Only paths of this form: `*` stands for any run of characters, slashes included. Any when left out.
    #[serde(default = "anything")]
    pub path: String,
    /// Only queries of this form, as the journal shows them. Any when left out.
    #[serde(default = "anything")]
    pub query: String,
    /// Which of the matching requests is struck first.
    #[serde(default)]
    pub nth: Nth,
    /// How many matching requests in a row are struck: one unless said otherwise, all with `every`.
    #[serde(default)]
    pub count: Option<u32>,
    /// What happens.
    pub kind: FaultKind,
}

/// Which of the matching requests is struck first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Nth {
    /// The n-th, from 1.
    At(u32),
    /// The first and all that follow.
    Every(Every),
}

/// The word `every`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// `every`
    Every,
}

impl Default for Nth {
    fn default() -> Self {
        Self::At(1)
    }
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// Another answer instead of the service's.
    Status {
        /// Its status.
        status: u16,
        /// Its headers, such as `retry-after`.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// Its body.
        #[serde(default)]
        body: String,
        /// Its content type; none for an empty body.
        #[serde(default)]
        content_type: Option<String>,
        /// Whether the service has done its work before.
        #[serde(default)]
        after_commit: bool,
    },
    /// The connection is closed without an answer.
    Reset {
        /// Whether the service has done its work before.
        #[serde(default)]
        after_commit: bool,
    },
    /// No answer comes until the faults are replaced or the sandbox stops; then the connection is closed.
    Hang {
        /// Whether the service has done its work before.
        #[serde(default)]
        after_commit: bool,
    },
    /// The service does its work at once, its answer comes late: to a client that gives up, a timeout after commit.
    Delay {
        /// By so many real milliseconds.
        ms: u64,
    },
    /// The body ends half-way, short of its `Content-Length`.
    Truncate,
    /// 200 and a body that is no JSON.
    Garbage,
    /// The service's answer, labelled `text/html`.
    WrongType,
    /// 200 and a page of HTML, as a proxy or a login wall gives.
    Html,
    /// The body never ends: spaces after the service's answer, without a length.
    Endless,
    /// 302 to another place, without asking the service.
    Redirect {
        /// Where to.
        location: String,
    },
    /// A GET gets the answer that the same URL got before, if it was asked before while this fault was set.
    Stale,
}

impl Fault {
    /// A fault that strikes the first matching request, once.
    pub fn once(service: ServiceName, method: &str, path: &str, kind: FaultKind) -> Self {
        Self {
            service,
            method: Some(method.to_owned()),
            path: path.to_owned(),
            query: anything(),
            nth: Nth::default(),
            count: None,
            kind,
        }
    }

    /// The same, for the n-th matching request.
    pub fn nth(mut self, nth: u32) -> Self {
        self.nth = Nth::At(nth);
        self
    }

    /// The same, for every matching request.
    pub fn every(mut self) -> Self {
        self.nth = Nth::Every(Every::Every);
        self
    }

    /// The same, for so many matching requests in a row.
    pub fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    fn matches(&self, service: ServiceName, request: &Request) -> bool {
        self.service == service
            && self.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(&request.method))
            && glob(&self.path, &request.path)
            && glob(&self.query, &query_text(request))
    }

    /// Whether the `seen`-th matching request (from 1) is struck.
    fn strikes(&self, seen: u32) -> bool {
        let (first, usual) = match self.nth {
            Nth::At(n) => (n.max(1), 1),
            Nth::Every(Every::Every) => (1, u32::MAX),
        };
        seen >= first && seen - first < self.count.unwrap_or(usual)
    }
}

impl FaultKind {
    /// The kind's name, for the journal.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::Reset { .. } => "reset",
            Self::Hang { .. } => "hang",
            Self::Delay { .. } => "delay",
            Self::Truncate => "truncate",
            Self::Garbage => "garbage",
            Self::WrongType => "wrong_type",
            Self::Html => "html",
            Self::Endless => "endless",
            Self::Redirect { .. } => "redirect",
            Self::Stale => "stale",
        }
    }

    /// Whether the service is asked although the fault strikes.
    pub(super) fn commits(&self) -> bool {
        match self {
            Self::Status { after_commit, .. }
            | Self::Reset { after_commit }
            | Self::Hang { after_commit } => *after_commit,
            Self::Redirect { .. } => false,
            Self::Delay { .. }
            | Self::Truncate
            | Self::Garbage
            | Self::WrongType
            | Self::Html
            | Self::Endless
            | Self::Stale => true,
        }
    }
}

/// The faults with what they have seen so far.
#[derive(Debug, Default)]
pub(super) struct FaultPlan {
    faults: Vec<(Fault, u32)>,
}

impl FaultPlan {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        Self { faults: faults.into_iter().map(|fault| (fault, 0)).collect() }
    }

    /// Counts the request with every fault that it matches; the first that strikes is the one.
    pub(super) fn strike(&mut self, service: ServiceName, request: &Request) -> Option<FaultKind> {
        let mut struck = None;
        for (fault, seen) in &mut self.faults {
            if fault.matches(service, request) {
                *seen = seen.saturating_add(1);
                if struck.is_none() && fault.strikes(*seen) {
                    struck = Some(fault.kind.clone());
                }
            }
        }
        struck
    }

    /// Whether answers must be remembered: only a stale read needs old ones.
    pub(super) fn remembers(&self, service: ServiceName, request: &Request) -> bool {
        self.faults.iter().any(|(fault, _)| fault.kind == FaultKind::Stale && fault.matches(service, request))
    }
}

fn anything() -> String {
    "*".to_owned()
}

/// `*` stands for any run of characters. Linear in the text for each star: only the last star is ever tried again.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while from < text.len() {
        if pattern.get(at) == Some(&b'*') {
            retry = Some((at + 1, from));
            at += 1;
        } else if pattern.get(at) == Some(&text[from]) {
            at += 1;
            from += 1;
        } else if let Some((after_star, taken)) = retry {
            (at, from) = (after_star, taken + 1);
            retry = Some((after_star, taken + 1));
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str) -> Request {
        Request { method: "GET".to_owned(), path: path.to_owned(), ..Request::default() }
    }

    #[test]
    fn globs() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("/a/*/c", "/a/b/c", true),
            ("/a/*/c", "/a/b/x/c", true),
            ("/a/*", "/b", false),
            ("*/translations*", "/x/translations/de", true),
            ("*ab*ab", "abab", true),
            ("*ab*ab", "aab", false),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn the_nth_request_and_no_other() {
        let fault = Fault::once(ServiceName::Zendesk, "GET", "/a*", FaultKind::Garbage).nth(2);
        let mut plan = FaultPlan::new(vec![fault]);
        let struck: Vec<bool> = ["/a", "/b", "/a", "/a"]
            .into_iter()
            .map(|path| plan.strike(ServiceName::Zendesk, &get(path)).is_some())
            .collect();
        assert_eq!(struck, [false, false, true, false]);
        assert_eq!(plan.strike(ServiceName::Smartcat, &get("/a")), None);
    }

    #[test]
    fn counts_and_every() {
        let two = Fault::once(ServiceName::Zendesk, "get", "*", FaultKind::Garbage).nth(2).times(2);
        assert_eq!([1, 2, 3, 4].map(|seen| two.strikes(seen)), [false, true, true, false]);
        let every = Fault::once(ServiceName::Zendesk, "get", "*", FaultKind::Garbage).every();
        assert!(every.strikes(1) && every.strikes(1000));
    }

    #[test]
    fn faults_are_data() {
        let json = r#"[
            {"service":"zendesk","method":"PUT","path":"*/translations/*","nth":"every","kind":{"reset":{"after_commit":true}}},
            {"service":"smartcat","kind":"garbage"},
            {"service":"zendesk","nth":3,"count":2,
             "kind":{"status":{"status":503,"headers":{"retry-after":"2"},"body":"busy","content_type":"text/plain"}}}
        ]"#;
        let faults: Vec<Fault> = serde_json::from_str(json).unwrap();
        assert_eq!(faults[0].nth, Nth::Every(Every::Every));
        assert_eq!(faults[1].path, "*");
        assert!(matches!(faults[2].kind, FaultKind::Status { status: 503, after_commit: false, .. }));
        assert!(serde_json::from_str::<Vec<Fault>>(r#"[{"service":"zendesk","knd":"garbage"}]"#).is_err());
    }
}
