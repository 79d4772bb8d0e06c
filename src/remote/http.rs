//! One exchange with a service: wait for the turn, send, read, decode, and either try again or say what went wrong.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::Client;
use reqwest::Method;
use reqwest::Response;
use reqwest::Url;
use reqwest::header::ACCEPT;
use reqwest::header::AUTHORIZATION;
use reqwest::header::CONTENT_TYPE;
use reqwest::header::HeaderMap;
use reqwest::header::LOCATION;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

use super::ErrorKind;
use super::Options;
use super::RemoteError;
use super::RequestEvent;
use super::Service;
use super::SetupError;
use super::body;
use super::connect;
use super::error::Fault;
use super::incoming::Incoming;
use super::lenient::Decoded;
use super::lenient::Json;
use super::lenient::JsonList;
use super::pace::Pace;
use super::pace::Turn;
use super::request;
use super::request::Answer;
use super::request::Body;
use super::request::Request;
use super::retry;
use super::retry::Next;
use super::retry::Retry;
use super::secret::Secret;
use super::secret::scrub;
use super::stream::LongList;
use super::stream::Streamed;

/// So much of an error's body is read.
const LONGEST_ERROR: usize = 64 << 10;

/// So often a GET follows a redirect within the host.
const REDIRECTS: usize = 4;

/// The headers in which services and their proxies name a request, the most useful first.
const REQUEST_IDS: [&str; 5] =
    ["x-zendesk-request-id", "x-request-id", "request-id", "x-correlation-id", "cf-ray"];

/// How many requests were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that changed nothing.
    pub reads: u64,
    /// Requests that changed something, or were to.
    pub writes: u64,
}

/// How many requests may be under way at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lanes {
    pub(crate) reads: usize,
    pub(crate) writes: usize,
}

/// The client of one host. Clones share its pace, its lanes and its counts.
#[derive(Clone)]
pub(crate) struct Http {
    inner: Arc<Inner>,
}

struct Inner {
    service: Service,
    root: Url,
    client: Client,
    options: Options,
    pace: Pace,
    reads: Semaphore,
    writes: Semaphore,
    read_count: AtomicU64,
    write_count: AtomicU64,
    deadline: Option<Instant>,
}

/// What a request asked for, as error messages tell it.
pub(super) struct Asked {
    service: Service,
    method: String,
    url: Url,
    shown: String,
    writes: bool,
    about_all: bool,
    secrets: Vec<Secret>,
}

/// One try's end: an answer, or a pointer to another place on the same host. With the status it came with.
enum Sent<T> {
    Answer(T, u16),
    Moved(Url, u16),
}

impl Http {
    /// A client that talks to this root and to nobody else.
    pub(crate) fn new(
        service: Service,
        root: Url,
        pace: Pace,
        lanes: Lanes,
        options: &Options,
    ) -> Result<Self, SetupError> {
        let inner = Inner {
            service,
            client: connect::client(&root, options)?,
            root,
            pace,
            reads: Semaphore::new(lanes.reads),
            writes: Semaphore::new(lanes.writes),
            read_count: AtomicU64::new(0),
            write_count: AtomicU64::new(0),
            deadline: options.total_timeout.map(|time| Instant::now() + time),
            options: options.clone(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The answer to a request, as bytes.
    pub(crate) async fn send(&self, request: &Request) -> Result<Answer, RemoteError> {
        self.exchange(request).await
    }

    /// The answer to a request, read as JSON.
    pub(crate) async fn json<T>(&self, request: &Request) -> Result<T, RemoteError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let Json(answer) = self.exchange(request).await?;
        Ok(answer)
    }

    /// The answer to a request, read as a JSON list; no content is an empty one.
    pub(crate) async fn list<T>(&self, request: &Request) -> Result<Vec<T>, RemoteError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let JsonList(answer) = self.exchange(request).await?;
        Ok(answer)
    }

    /// The answer to a request, an object with a long list that is read while it arrives.
    pub(crate) async fn streamed<T, C>(&self, request: &Request) -> Result<(T, C), RemoteError>
    where
        T: LongList,
        C: Default + Extend<T::Element> + Send,
    {
        let Streamed(object, elements) = self.exchange(request).await?;
        Ok((object, elements))
    }

    /// How many requests were sent so far.
    pub(crate) fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts { reads: read(&self.inner.read_count), writes: read(&self.inner.write_count) }
    }

    /// The budget per minute and what was left of it, when last heard.
    pub(crate) fn rate_limit(&self) -> Option<(u32, u32)> {
        self.inner.pace.last_heard()
    }

    /// An error about a request that the service answered, but not in a way that can be worked with.
    pub(crate) fn fault(&self, request: &Request, kind: ErrorKind, said: &str) -> RemoteError {
        self.asked(request).fault(kind, None, Some(said))
    }

    pub(crate) fn options(&self) -> &Options {
        &self.inner.options
    }

    async fn exchange<T: Decoded>(&self, request: &Request) -> Result<T, RemoteError> {
        let asked = self.asked(request);
        let _lane = self.lane(&asked).await?;
        let mut retry = self.retry(request);
        let mut may_be_done = false;
        loop {
            let error = match self.one_try(&asked, request, retry.made() + 1).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            may_be_done |= request.writes && leaves_open(&error);
            match retry.after(&error, request, self.time_left()) {
                Next::GiveUp => return Err(given_up(error, retry.made(), may_be_done)),
                Next::Again(pause) => tokio::time::sleep(pause).await,
                Next::HoldAll(pause) => self.inner.pace.hold(pause),
            }
            if request.look().is_some() {
                return Err(to_be_tried_again(given_up(error, retry.made(), may_be_done)));
            }
        }
    }

    fn retry(&self, request: &Request) -> Retry {
        let Options { back_off, tries, .. } = self.inner.options;
        Retry::new(self.inner.service, back_off, tries, request.look().map_or(0, |look| look.tries))
    }

    /// A lane is kept through all tries of a request: a service that fails is not asked more at once.
    async fn lane(&self, asked: &Asked) -> Result<SemaphorePermit<'_>, RemoteError> {
        let lanes = if asked.writes { &self.inner.writes } else { &self.inner.reads };
        let free = self.before_deadline(asked, lanes.acquire()).await?;
        // The semaphores are never closed.
        free.map_err(|_| asked.fault(ErrorKind::DeadlineOver, None, None))
    }

    /// One try, redirects within the host included.
    async fn one_try<T: Decoded>(
        &self,
        asked: &Asked,
        request: &Request,
        number: u32,
    ) -> Result<T, RemoteError> {
        let mut url = asked.url.clone();
        for _ in 0..=REDIRECTS {
            let turn = self.before_deadline(asked, self.inner.pace.turn()).await?;
            if request.look().is_some_and(|look| Instant::now() > look.good_until) {
                return Err(asked.fault(ErrorKind::TooLate, None, None));
            }
            let began = Instant::now();
            let sent = self.sent(asked, request, url, turn).await;
            self.note(asked, &sent, began.elapsed(), number);
            match sent? {
                Sent::Answer(answer, _) => return Ok(answer),
                Sent::Moved(to, _) => url = to,
            }
        }
        Err(asked.fault(ErrorKind::Redirected, None, Some("the redirects do not end")))
    }

    async fn sent<T: Decoded>(
        &self,
        asked: &Asked,
        request: &Request,
        url: Url,
        turn: Turn<'_>,
    ) -> Result<Sent<T>, RemoteError> {
        let prepared = self.prepared(request, url).map_err(|error| asked.transport(error))?;
        let response = prepared.send().await.map_err(|error| self.transport(asked, error))?;
        drop(turn);
        if request.in_budget {
            self.heard(response.headers());
        }
        let status = response.status();
        if status.is_redirection() {
            let to = self.moved(asked, request, &response)?;
            return Ok(Sent::Moved(to, status.as_u16()));
        }
        if !status.is_success() {
            return Err(asked.refused(response).await);
        }
        let limit = request.max_answer.unwrap_or(usize::MAX).min(self.inner.options.max_answer);
        let answer = T::decode(Incoming::new(self, asked, response, limit)?).await?;
        Ok(Sent::Answer(answer, status.as_u16()))
    }

    fn prepared(&self, request: &Request, url: Url) -> Result<reqwest::RequestBuilder, reqwest::Error> {
        let mut builder = self
            .inner
            .client
            .request(request.method.clone(), url)
            .timeout(self.try_timeout())
            .header(ACCEPT, "application/json");
        if let Some(authorization) = &request.authorization {
            builder = builder.header(AUTHORIZATION, authorization.header());
        }
        Ok(match &request.body {
            Body::Empty => builder,
            Body::Json(bytes) => builder.header(CONTENT_TYPE, "application/json").body(bytes.clone()),
            Body::Form(parts) => builder.multipart(request::form(parts)?),
        })
    }

    /// Only a GET follows a redirect, and only to the same origin: credentials go to nobody else.
    fn moved(&self, asked: &Asked, request: &Request, response: &Response) -> Result<Url, RemoteError> {
        let status = Some(response.status().as_u16());
        let location = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
        let Some(to) = location.and_then(|to| response.url().join(to).ok()) else {
            return Err(asked.fault(ErrorKind::Redirected, status, Some("it points nowhere")));
        };
        if request.method == Method::GET && connect::same_origin(&self.inner.root, &to) {
            return Ok(to);
        }
        let host = to.host_str().unwrap_or("another place");
        Err(asked.fault(ErrorKind::Redirected, status, Some(&format!("it points to {host}"))))
    }

    fn heard(&self, headers: &HeaderMap) {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u32>().ok();
        match (number("x-rate-limit"), number("x-rate-limit-remaining")) {
            (Some(limit), Some(left)) => self.inner.pace.heard(limit, left),
            _ => self.inner.pace.heard_nothing(),
        }
    }

    fn note<T>(&self, asked: &Asked, sent: &Result<Sent<T>, RemoteError>, duration: Duration, tries: u32) {
        let error = sent.as_ref().err();
        if error.is_none_or(|error| !matches!(error.kind(), ErrorKind::Connect | ErrorKind::Untrusted)) {
            let count = if asked.writes { &self.inner.write_count } else { &self.inner.read_count };
            count.fetch_add(1, Ordering::Relaxed);
        }
        let Some(on_request) = &self.inner.options.on_request else { return };
        let status = match sent {
            Ok(Sent::Answer(_, status) | Sent::Moved(_, status)) => Some(*status),
            Err(error) => error.status(),
        };
        on_request(&RequestEvent {
            service: self.inner.service,
            method: asked.method.clone(),
            path: asked.path().to_owned(),
            status,
            error: error.map(RemoteError::kind),
            duration,
            tries,
        });
    }

    fn asked(&self, request: &Request) -> Asked {
        let url = request.url(&self.inner.root);
        Asked {
            service: self.inner.service,
            method: request.method.to_string(),
            shown: request::shown(&url),
            url,
            writes: request.writes,
            about_all: request.about_all,
            secrets: request.all_secrets(),
        }
    }

    fn time_left(&self) -> Option<Duration> {
        self.inner.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    fn try_timeout(&self) -> Duration {
        let most = self.inner.options.request_timeout;
        self.time_left().map_or(most, |left| left.min(most))
    }

    /// Waits, but not beyond the time given to the run. What is waited for here sends nothing.
    async fn before_deadline<F: Future>(&self, asked: &Asked, wait: F) -> Result<F::Output, RemoteError> {
        let Some(deadline) = self.inner.deadline else { return Ok(wait.await) };
        let over = |_| asked.fault(ErrorKind::DeadlineOver, None, None);
        if Instant::now() >= deadline {
            return Err(asked.fault(ErrorKind::DeadlineOver, None, None));
        }
        tokio::time::timeout_at(deadline, wait).await.map_err(over)
    }

    /// A failure on the way; when the run's time ended it, that is what is told.
    pub(super) fn transport(&self, asked: &Asked, error: reqwest::Error) -> RemoteError {
        let mut error = asked.transport(error);
        if error.kind() == ErrorKind::Timeout && self.time_left() == Some(Duration::ZERO) {
            error.fault_mut().kind = ErrorKind::DeadlineOver;
            error.fault_mut().ambiguous = asked.writes;
        }
        error
    }
}

impl Asked {
    fn path(&self) -> &str {
        let after_scheme = self.shown.find("://").map_or(0, |at| at + 3);
        self.shown[after_scheme..].find('/').map_or("/", |at| &self.shown[after_scheme + at..])
    }

    pub(super) fn fault(&self, kind: ErrorKind, status: Option<u16>, said: Option<&str>) -> RemoteError {
        RemoteError::new(Fault {
            service: self.service,
            method: self.method.clone(),
            url: self.shown.clone(),
            kind,
            status,
            code: None,
            said: said.and_then(|said| body::excerpt(&scrub(said, &self.secrets))),
            html: false,
            request_id: None,
            retry_after: None,
            tries: 1,
            ambiguous: false,
            may_pass: false,
            about_all: self.about_all,
        })
    }

    /// A status that is no success, with what the body says about it.
    async fn refused(&self, mut response: Response) -> RemoteError {
        let status = response.status().as_u16();
        let mut body = Vec::new();
        // A body that breaks off has said enough: the status decides.
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST_ERROR {
                body.truncate(LONGEST_ERROR);
                break;
            }
        }
        let said = body::read(&scrub(&String::from_utf8_lossy(&body), &self.secrets));
        let headers = response.headers();
        let named = REQUEST_IDS.iter().find_map(|name| headers.get(*name)?.to_str().ok());
        let named = named.map(|id| scrub(id, &self.secrets)).or(said.request_id);
        let mut error = self.fault(ErrorKind::of_status(status), Some(status), None);
        let fault = error.fault_mut();
        fault.said = said.message;
        fault.code = said.code;
        fault.html = said.html;
        fault.request_id = named.and_then(|id| body::excerpt(&id));
        fault.retry_after = retry::retry_after(headers);
        error
    }

    /// A failure of the connection, told without the URL that reqwest would print.
    fn transport(&self, error: reqwest::Error) -> RemoteError {
        let status = error.status().map(|status| status.as_u16());
        let (kind, said) = connect::failure(&error.without_url());
        self.fault(kind, status, Some(&said))
    }
}

/// The last error, with what all tries together mean.
fn given_up(mut error: RemoteError, tries: u32, may_be_done: bool) -> RemoteError {
    let fault = error.fault_mut();
    fault.tries = tries;
    fault.ambiguous |= may_be_done;
    error
}

fn to_be_tried_again(mut error: RemoteError) -> RemoteError {
    error.fault_mut().may_pass = true;
    error
}

/// Whether the service may have done what it was asked although no good answer came.
fn leaves_open(error: &RemoteError) -> bool {
    match error.kind() {
        ErrorKind::Timeout | ErrorKind::Interrupted => true,
        ErrorKind::Server => error.status() != Some(503),
        // Read with a success status, and then unreadable.
        ErrorKind::Unreadable | ErrorKind::TooLarge => true,
        _ => false,
    }
}
