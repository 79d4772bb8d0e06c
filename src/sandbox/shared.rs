//! What all connections share: the two services, the clock, the faults and the journal; and how one request goes
//! through them.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use tokio::sync::watch;

use super::Options;
use super::SMARTCAT_ACCOUNT_ID;
use super::SMARTCAT_API_KEY;
use super::ServiceName;
use super::clock::Clock;
use super::faults::Fault;
use super::faults::FaultKind;
use super::faults::FaultPlan;
use super::http::Request;
use super::http::Response;
use super::http::Service;
use super::journal;
use super::journal::Credentials;
use super::journal::Entry;
use super::journal::Journal;
use super::smartcat::SmartcatState;
use super::zendesk::ZendeskState;

/// A panic elsewhere leaves plain data behind, so a poisoned lock is taken like any other.
pub(super) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) struct Shared {
    pub(super) zendesk: Arc<Mutex<ZendeskState>>,
    pub(super) smartcat: Arc<Mutex<SmartcatState>>,
    pub(super) journal: Mutex<Journal>,
    clock: Mutex<Clock>,
    faults: Mutex<FaultPlan>,
    /// Answers that a stale read may give again.
    remembered: Mutex<HashMap<(ServiceName, String), Response>>,
    /// Changes when whatever hangs is let go.
    release: watch::Sender<()>,
    writing: AtomicBool,
    write_time: Option<Duration>,
}

/// What the client gets.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Answer(Response, Shape),
    Close,
    Hang,
}

/// How much of the body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Whole,
    Truncated,
    Endless,
}

impl Shared {
    pub(super) fn new(options: Options, zendesk_url: &str) -> io::Result<Self> {
        let write_time = options.zendesk.write_ms.map(Duration::from_millis);
        let zendesk = ZendeskState::new(options.seed, options.zendesk, zendesk_url)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let smartcat = SmartcatState::new(options.smartcat, SMARTCAT_ACCOUNT_ID, SMARTCAT_API_KEY);
        Ok(Self {
            zendesk: Arc::new(Mutex::new(zendesk)),
            smartcat: Arc::new(Mutex::new(smartcat)),
            journal: Mutex::default(),
            clock: Mutex::new(Clock::new(options.clock)),
            faults: Mutex::new(FaultPlan::new(options.faults)),
            remembered: Mutex::default(),
            release: watch::channel(()).0,
            writing: AtomicBool::new(false),
            write_time,
        })
    }

    pub(super) fn now(&self) -> Timestamp {
        lock(&self.clock).now()
    }

    pub(super) fn advance(&self, by: Duration) {
        lock(&self.clock).advance(by);
        let now = self.now();
        lock(&self.zendesk).advance(now);
        lock(&self.smartcat).advance(now);
    }

    pub(super) fn set_faults(&self, faults: Vec<Fault>) {
        *lock(&self.faults) = FaultPlan::new(faults);
        lock(&self.remembered).clear();
        self.release.send_replace(());
    }

    /// Returns when the faults are replaced. Must be called before the request is answered for, so that a release
    /// right after is not missed.
    pub(super) fn released(&self) -> watch::Receiver<()> {
        self.release.subscribe()
    }

    pub(super) fn strike(&self, service: ServiceName, request: &Request) -> Option<FaultKind> {
        lock(&self.faults).strike(service, request)
    }

    /// Claims the right to write, where writes take time; none when another has it.
    pub(super) fn begin_write(&self, service: ServiceName, request: &Request) -> Turn<'_> {
        let Some(time) = self.write_time.filter(|_| service == ServiceName::Zendesk) else {
            return Turn::Free;
        };
        if !journal::is_write(service, request) {
            return Turn::Free;
        }
        if self.writing.swap(true, Ordering::AcqRel) {
            Turn::Taken
        } else {
            Turn::Mine(Writing { shared: self, time })
        }
    }

    /// Asks the service, unless the fault strikes before, and writes the journal.
    pub(super) fn ask(&self, service: ServiceName, request: &Request, fault: Option<&FaultKind>) -> Outcome {
        let state: Arc<Mutex<dyn Service>> = match service {
            ServiceName::Zendesk => Arc::clone(&self.zendesk) as _,
            ServiceName::Smartcat => Arc::clone(&self.smartcat) as _,
        };
        let credentials = self.judge(service, request);
        // Held until the entry is written: the journal's order is the order of commits.
        let mut state = lock(&state);
        let now = self.now();
        let committed = fault.is_none_or(FaultKind::commits);
        let answer = committed.then(|| {
            state.advance(now);
            let answer = state.handle(request, now);
            self.remember(service, request, answer, fault)
        });
        let outcome = play(answer, fault);
        let status = match &outcome {
            Outcome::Answer(answer, _) => Some(answer.status),
            Outcome::Close | Outcome::Hang => None,
        };
        self.write_entry(service, request, now, status, committed, credentials, fault.map(FaultKind::name));
        outcome
    }

    /// Refuses a write because another is not finished: Zendesk does so when two change one help center at once
    /// (zendesk-help-center.md §7).
    pub(super) fn refuse_overlap(&self, service: ServiceName, request: &Request) -> Outcome {
        let credentials = self.judge(service, request);
        self.write_entry(service, request, self.now(), Some(409), false, credentials, None);
        Outcome::Answer(Response::empty(409), Shape::Whole)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "these are the fields of an entry that the request does not hold"
    )]
    fn write_entry(
        &self,
        service: ServiceName,
        request: &Request,
        at: Timestamp,
        status: Option<u16>,
        committed: bool,
        credentials: Credentials,
        fault: Option<&'static str>,
    ) {
        lock(&self.journal).push(Entry {
            sequence: 0,
            service,
            at,
            method: request.method.clone(),
            path: request.path.clone(),
            query: journal::query_text(request),
            status,
            committed,
            write: journal::is_write(service, request),
            credentials,
            fault,
            body: journal::body_text(request),
        });
    }

    fn judge(&self, service: ServiceName, request: &Request) -> Credentials {
        let Some(header) = request.header("authorization") else { return Credentials::None };
        let right = match service {
            ServiceName::Zendesk => lock(&self.zendesk).accepts(request, self.now()),
            ServiceName::Smartcat => {
                let expected = STANDARD.encode(format!("{SMARTCAT_ACCOUNT_ID}:{SMARTCAT_API_KEY}"));
                header.split_once(' ').is_some_and(|(scheme, rest)| {
                    scheme.eq_ignore_ascii_case("basic") && rest.trim() == expected
                })
            }
        };
        if right { Credentials::Right } else { Credentials::Wrong }
    }

    /// Gives the remembered answer when the read is to be stale, else the fresh one, and keeps what later stale reads
    /// may need.
    fn remember(
        &self,
        service: ServiceName,
        request: &Request,
        fresh: Response,
        fault: Option<&FaultKind>,
    ) -> Response {
        if request.method != "GET" || !lock(&self.faults).remembers(service, request) {
            return fresh;
        }
        let url = format!("{}?{}", request.path, journal::query_text(request));
        let mut remembered = lock(&self.remembered);
        match remembered.get(&(service, url.clone())) {
            Some(old) if fault == Some(&FaultKind::Stale) => old.clone(),
            _ => {
                remembered.insert((service, url), fresh.clone());
                fresh
            }
        }
    }
}

/// Whether a request may write now.
pub(super) enum Turn<'a> {
    /// It does not write, or writes take no time.
    Free,
    /// It may.
    Mine(Writing<'a>),
    /// Another is writing.
    Taken,
}

/// The right to write, until dropped.
pub(super) struct Writing<'a> {
    shared: &'a Shared,
    /// How long the write takes.
    pub(super) time: Duration,
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.shared.writing.store(false, Ordering::Release);
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// What becomes of the service's answer under a fault. There is no answer exactly when the fault struck before.
fn play(answer: Option<Response>, fault: Option<&FaultKind>) -> Outcome {
    let answer = answer.unwrap_or_else(|| Response::empty(500));
    let (answer, shape) = match fault {
        None | Some(FaultKind::Delay { .. } | FaultKind::Stale) => (answer, Shape::Whole),
        Some(FaultKind::Reset { .. }) => return Outcome::Close,
        Some(FaultKind::Hang { .. }) => return Outcome::Hang,
        Some(FaultKind::Status { status, headers, body, content_type, .. }) => {
            let mut answer = Response::empty(*status);
            answer.body = body.clone().into_bytes();
            answer.headers = headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            answer
                .headers
                .extend(content_type.iter().map(|value| ("content-type".to_owned(), value.clone())));
            (answer, Shape::Whole)
        }
        Some(FaultKind::Redirect { location }) => {
            (Response::empty(302).with_header("location", location), Shape::Whole)
        }
        Some(FaultKind::Truncate) => (answer, Shape::Truncated),
        Some(FaultKind::Endless) => (answer, Shape::Endless),
        Some(FaultKind::Garbage) => (
            Response::typed(200, "application/json; charset=utf-8", r#"{"articles":[{"id":12,,"#),
            Shape::Whole,
        ),
        Some(FaultKind::WrongType) => {
            let typed = Response::typed(answer.status, "text/html; charset=utf-8", answer.body);
            (typed, Shape::Whole)
        }
        Some(FaultKind::Html) => {
            let page =
                "<!doctype html><html><head><title>Just a moment…</title></head><body>Checking</body></html>";
            (Response::typed(200, "text/html; charset=utf-8", page), Shape::Whole)
        }
    };
    Outcome::Answer(answer, shape)
}
