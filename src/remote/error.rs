//! What can go wrong with a request, told to a tired person: what was asked, what came, what to do next.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

use super::Service;

/// A request that failed.
///
/// It holds no secret: neither in its URL nor in what the server said.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct RemoteError(Box<Fault>);

/// The facts of a failed request.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) service: Service,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) kind: ErrorKind,
    pub(crate) status: Option<u16>,
    /// The service's own name for the error, such as `RecordNotFound`.
    pub(crate) code: Option<String>,
    /// What the server or the network said, shortened and cleaned.
    pub(crate) said: Option<String>,
    /// The answer was an HTML page, so it may not come from the API at all.
    pub(crate) html: bool,
    pub(crate) request_id: Option<String>,
    /// How long the server asked to stay away.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) tries: u32,
    pub(crate) ambiguous: bool,
    /// Its caller may try again after a look; the pause before has been made.
    pub(crate) may_pass: bool,
    /// The request was about everything there is, not about one thing.
    pub(crate) about_all: bool,
}

/// What went wrong, by what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No connection: nothing was sent.
    Connect,
    /// Whoever answers there cannot show that it is the service: its certificate is not trusted.
    Untrusted,
    /// No answer in time.
    Timeout,
    /// The connection broke while an answer was awaited or read.
    Interrupted,
    /// 401: the credentials are not accepted.
    Unauthorized,
    /// 403: the account may not do this.
    Forbidden,
    /// 404 or 410: no such thing, or none that this account may see.
    NotFound,
    /// 409: somebody else changed the same thing, or the name is taken.
    Conflict,
    /// 402: the plan or the balance does not cover it.
    Payment,
    /// 429: too many requests.
    RateLimited,
    /// Any other 4xx: the service will not take this request, however often it is sent.
    Invalid,
    /// 5xx.
    Server,
    /// An answer that is not what the API promises.
    Unreadable,
    /// An answer larger than the limit.
    TooLarge,
    /// An answer that points to another host, or in circles.
    Redirected,
    /// The time given to the whole run is over.
    DeadlineOver,
    /// The request's turn came when what it rests on was seen too long ago. Nothing was sent.
    TooLate,
}

impl ErrorKind {
    /// The kind of a status that is no success.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            300..=399 => Self::Redirected,
            401 => Self::Unauthorized,
            402 => Self::Payment,
            403 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            408 => Self::Timeout,
            409 => Self::Conflict,
            429 => Self::RateLimited,
            400..=499 => Self::Invalid,
            500..=599 => Self::Server,
            _ => Self::Unreadable,
        }
    }

    /// What it was, when there is no status to say it.
    fn in_words(self) -> &'static str {
        match self {
            Self::Connect => "no connection",
            Self::Untrusted => "its certificate is not trusted",
            Self::Timeout => "no answer in time",
            Self::Interrupted => "the connection broke before the answer was complete",
            Self::Unauthorized => "the credentials were refused",
            Self::Forbidden => "not allowed",
            Self::NotFound => "not found",
            Self::Conflict => "a conflict",
            Self::Payment => "payment required",
            Self::RateLimited => "too many requests",
            Self::Invalid => "refused",
            Self::Server => "a failure of the service",
            Self::Unreadable => "an answer that cannot be read",
            Self::TooLarge => "an answer that is too large",
            Self::Redirected => "a redirect that is not followed",
            Self::DeadlineOver => "the time given to this run is over",
            Self::TooLate => "its turn came too late to be sure of what it replaces; nothing was sent",
        }
    }

    fn next_step(self) -> &'static str {
        match self {
            Self::Connect => "check the network, the proxy and the host's name",
            Self::Untrusted => "find out who answers there; a proxy may show a certificate of its own",
            Self::Timeout | Self::Interrupted | Self::Server => {
                "run zencat again later; what is done stays done"
            }
            Self::Unauthorized => "check the credentials and the URL, then run `zencat check`",
            Self::Forbidden => {
                "this account lacks the right or the plan lacks the feature; see `zencat check`"
            }
            Self::NotFound => "it was removed, or this account may not see it",
            Self::Conflict => "somebody changes the same thing, or its name is taken: run zencat again",
            Self::Payment => "the account's plan or balance does not cover it",
            Self::RateLimited => "others use up this account's rate: run zencat again later",
            Self::Invalid => "it will be refused again until its content or the settings change",
            Self::Unreadable => {
                "check that the configured URL is the service's own and no proxy stands in between"
            }
            Self::TooLarge => "no answer of this service should be so large: check the URL",
            Self::Redirected => {
                "configure the URL of the host that answers itself; credentials go nowhere else"
            }
            Self::DeadlineOver => "give it more time, or run zencat again to go on",
            Self::TooLate => "others use up this account's rate: run zencat again later",
        }
    }
}

impl RemoteError {
    pub(crate) fn new(fault: Fault) -> Self {
        Self(Box::new(fault))
    }

    pub(crate) fn fault_mut(&mut self) -> &mut Fault {
        &mut self.0
    }

    pub(crate) fn fault(&self) -> &Fault {
        &self.0
    }

    /// Who was asked.
    pub fn service(&self) -> Service {
        self.0.service
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The answer's status; `None` when there was no answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// `GET`, `POST`, …
    pub fn method(&self) -> &str {
        &self.0.method
    }

    /// The URL that was asked, secrets removed.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// What was asked and what came, for those who give advice of their own.
    pub fn facts(&self) -> impl fmt::Display {
        Facts(&self.0)
    }

    /// What the service said about it: a short text of one line.
    pub fn said(&self) -> Option<&str> {
        self.0.said.as_deref()
    }

    /// The id by which the service's support can find the request.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// A write that may have been done although no answer says so. Read before writing again.
    pub fn is_ambiguous(&self) -> bool {
        self.0.ambiguous
    }

    /// A change that rests on a [`Look`](super::Look) may be tried again after another one.
    pub fn may_pass(&self) -> bool {
        self.0.may_pass
    }

    /// A request for less may succeed where this one failed.
    pub fn may_be_about_size(&self) -> bool {
        let too_much = matches!(self.status(), Some(413 | 500 | 502 | 504));
        too_much || matches!(self.kind(), ErrorKind::TooLarge | ErrorKind::Timeout | ErrorKind::Interrupted)
    }

    /// The API says that the thing does not exist. An HTML page or an unknown endpoint says nothing about the thing
    /// (zendesk-help-center.md §11, shape 2).
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
            && !self.0.html
            && self.0.code.as_deref() != Some("InvalidEndpoint")
    }

    /// Somebody else was faster, or the name is taken.
    pub fn is_conflict(&self) -> bool {
        self.0.kind == ErrorKind::Conflict
    }

    /// Nothing else will succeed either, or nothing else that is read can be trusted.
    pub fn stops_the_run(&self) -> bool {
        match self.0.kind {
            ErrorKind::Unauthorized | ErrorKind::DeadlineOver | ErrorKind::Redirected => true,
            ErrorKind::Forbidden => self.0.about_all,
            _ => false,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_facts(f)?;
        write!(f, "; {}", self.kind.next_step())
    }
}

/// What was asked and what came, without advice.
struct Facts<'a>(&'a Fault);

impl fmt::Display for Facts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_facts(f)
    }
}

impl Fault {
    fn write_facts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}: ", self.service, self.method, self.url)?;
        match self.status {
            Some(status) => write_status(f, status, self.kind)?,
            None => f.write_str(self.kind.in_words())?,
        }
        if let Some(said) = self.said.as_ref().filter(|said| !self.repeats_status(said)) {
            write!(f, " ({said})")?;
        }
        if self.tries > 1 {
            write!(f, " after {} tries", self.tries)?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " [request {id}]")?;
        }
        if let Some(pause) = self.retry_after {
            write!(f, "; it asks to come back in {} s", pause.as_secs())?;
        }
        if self.ambiguous {
            f.write_str("; whether it was done is not known")?;
        }
        Ok(())
    }

    /// Many pages say "502 Bad Gateway" below a 502.
    fn repeats_status(&self, said: &str) -> bool {
        let reason = self.status.and_then(reason).unwrap_or_default();
        said.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').eq_ignore_ascii_case(reason)
    }
}

fn reason(status: u16) -> Option<&'static str> {
    StatusCode::from_u16(status).ok()?.canonical_reason()
}

fn write_status(f: &mut fmt::Formatter<'_>, status: u16, kind: ErrorKind) -> fmt::Result {
    write!(f, "{status} {}", reason(status).unwrap_or(kind.in_words()))?;
    // A success that fails needs to say why; for the others the status says it.
    if status < 400 { write!(f, ", but {}", kind.in_words()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(kind: ErrorKind) -> Fault {
        Fault {
            service: Service::Zendesk,
            method: "PUT".to_owned(),
            url: "https://acme.zendesk.com/api/v2/help_center/articles/7/translations/de".to_owned(),
            kind,
            status: None,
            code: None,
            said: None,
            html: false,
            request_id: None,
            retry_after: None,
            tries: 1,
            ambiguous: false,
            may_pass: false,
            about_all: false,
        }
    }

    #[test]
    fn it_says_what_was_asked_what_came_and_what_to_do() {
        let error = RemoteError::new(Fault {
            status: Some(403),
            said: Some("You do not have access to this page".to_owned()),
            request_id: Some("8f1c".to_owned()),
            ..fault(ErrorKind::Forbidden)
        });
        assert_eq!(
            error.to_string(),
            "Zendesk: PUT https://acme.zendesk.com/api/v2/help_center/articles/7/translations/de: 403 Forbidden \
             (You do not have access to this page) [request 8f1c]; this account lacks the right or the plan lacks \
             the feature; see `zencat check`"
        );
    }

    #[test]
    fn a_page_that_repeats_the_status_is_not_repeated() {
        for said in ["502 Bad Gateway", "bad gateway"] {
            let fault = Fault { status: Some(502), said: Some(said.to_owned()), ..fault(ErrorKind::Server) };
            assert!(fault.to_string().contains(": 502 Bad Gateway; "), "{fault}");
        }
    }

    #[test]
    fn an_ambiguous_write_says_so() {
        let error = RemoteError::new(Fault { tries: 2, ambiguous: true, ..fault(ErrorKind::Timeout) });
        assert!(
            error.to_string().contains("no answer in time after 2 tries; whether it was done is not known")
        );
        assert!(error.is_ambiguous());
    }

    #[test]
    fn an_unknown_endpoint_or_an_html_page_is_no_missing_thing() {
        let missing = Fault { status: Some(404), ..fault(ErrorKind::NotFound) };
        assert!(RemoteError::new(missing.clone()).is_not_found());
        assert!(!RemoteError::new(Fault { html: true, ..missing.clone() }).is_not_found());
        let endpoint = Fault { code: Some("InvalidEndpoint".to_owned()), ..missing };
        assert!(!RemoteError::new(endpoint).is_not_found());
    }

    #[test]
    fn lost_credentials_stop_the_run_and_one_forbidden_thing_does_not() {
        assert!(RemoteError::new(fault(ErrorKind::Unauthorized)).stops_the_run());
        assert!(!RemoteError::new(fault(ErrorKind::Forbidden)).stops_the_run());
        assert!(RemoteError::new(Fault { about_all: true, ..fault(ErrorKind::Forbidden) }).stops_the_run());
        assert!(!RemoteError::new(fault(ErrorKind::Server)).stops_the_run());
    }

    #[test]
    fn it_can_cross_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<RemoteError>();
    }
}
