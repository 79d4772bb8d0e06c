//! Whether a failed request is sent again, and when.

use std::hash::BuildHasher as _;
use std::hash::RandomState;
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::DATE;
use reqwest::header::HeaderMap;
use reqwest::header::RETRY_AFTER;

use super::ErrorKind;
use super::RemoteError;
use super::Service;
use super::request::Repeat;
use super::request::Request;

/// A server may ask for a pause of at most this length; with a time limit for the run, for whatever is left of it.
const LONGEST_TOLD_PAUSE: Duration = Duration::from_secs(300);

/// No pause of our own grows longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How often a server may ask to come back later.
const TOLD_PAUSES: u32 = 10;

/// How often a conflict of concurrent writes is tried through (zendesk-help-center.md §11).
const CONFLICTS: u32 = 5;

/// What happens after a failed try.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The error goes to the caller.
    GiveUp,
    /// This request is sent again after a pause.
    Again(Duration),
    /// Nobody sends anything to this service for a while; then this request is sent again.
    HoldAll(Duration),
}

/// The tries of one request.
#[derive(Debug)]
pub(super) struct Retry {
    service: Service,
    back_off: Duration,
    tries: u32,
    made: u32,
}

impl Retry {
    /// `made` is how many tries have failed before.
    pub(super) fn new(service: Service, back_off: Duration, tries: u32, made: u32) -> Self {
        Self { service, back_off, tries, made }
    }

    /// How many tries have failed.
    pub(super) fn made(&self) -> u32 {
        self.made
    }

    /// Judges one more failure. `left` is what remains of the run's time, if it is limited.
    pub(super) fn after(&mut self, error: &RemoteError, request: &Request, left: Option<Duration>) -> Next {
        self.made += 1;
        let next = match error.kind() {
            // These say that nothing was done, so even a POST may be repeated.
            ErrorKind::RateLimited => self.told(error, left),
            ErrorKind::Server if error.status() == Some(503) => self.told(error, left),
            ErrorKind::Connect => self.failed(request),
            ErrorKind::Timeout | ErrorKind::Interrupted | ErrorKind::Server => match request.repeat {
                Repeat::Safe | Repeat::AfterALook(_) => self.failed(request),
                Repeat::OnlyIfUnsent => Next::GiveUp,
            },
            ErrorKind::Conflict if request.through_conflicts => self.conflicted(),
            ErrorKind::TooLate => self.failed(request),
            _ => Next::GiveUp,
        };
        match (&next, left) {
            (Next::Again(pause) | Next::HoldAll(pause), Some(left)) if *pause >= left => Next::GiveUp,
            _ => next,
        }
    }

    fn failed(&self, request: &Request) -> Next {
        let tries = request.tries.map_or(self.tries, |tries| tries.min(self.tries));
        if self.made >= tries { Next::GiveUp } else { Next::Again(self.growing(self.made)) }
    }

    fn told(&self, error: &RemoteError, left: Option<Duration>) -> Next {
        // Without a word on when: ten seconds are the habit of Zendesk's own client (zendesk-help-center.md §7).
        let usual = match (self.service, error.kind()) {
            (Service::Zendesk, ErrorKind::RateLimited) => jittered(self.back_off * 20),
            _ => self.growing(self.made + 1),
        };
        let pause = error.fault().retry_after.map_or(usual, |told| told.max(Duration::from_millis(1)));
        let bearable = left.unwrap_or(LONGEST_TOLD_PAUSE);
        // A service that is down says 503 to everything; without a time to come back it gets the usual tries.
        let patience = if error.fault().retry_after.is_some() { TOLD_PAUSES } else { self.tries };
        if self.made >= patience || pause > bearable { Next::GiveUp } else { Next::HoldAll(pause) }
    }

    fn conflicted(&self) -> Next {
        if self.made > CONFLICTS { Next::GiveUp } else { Next::Again(self.growing(self.made)) }
    }

    /// Doubles with each failure.
    fn growing(&self, failures: u32) -> Duration {
        let factor = 1_u32 << (failures - 1).min(10);
        jittered(self.back_off.saturating_mul(factor).min(LONGEST_PAUSE))
    }
}

/// Between half of a pause and all of it, so that workers who failed together do not come back together.
fn jittered(pause: Duration) -> Duration {
    // A fresh hasher has random keys: all the randomness that is needed here, without a generator.
    let random = RandomState::new().hash_one(0_u8) % 1000;
    pause / 2 + (pause / 2).mul_f64(random as f64 / 1000.0)
}

/// `Retry-After`: seconds, or a date, which is measured by the server's own clock where it tells.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        let sensible = seconds.is_finite() && seconds >= 0.0;
        return sensible.then(|| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    }
    let at = http_date(text)?;
    let now =
        headers.get(DATE).and_then(|date| date.to_str().ok()).and_then(http_date).unwrap_or_else(own_clock);
    Some(Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO))
}

fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

#[expect(clippy::disallowed_methods, reason = "a date in Retry-After means nothing without a clock")]
fn own_clock() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;
    use crate::remote::error::Fault;

    fn error(kind: ErrorKind, status: Option<u16>, retry_after: Option<u64>) -> RemoteError {
        RemoteError::new(Fault {
            service: Service::Zendesk,
            method: String::new(),
            url: String::new(),
            kind,
            status,
            code: None,
            said: None,
            html: false,
            request_id: None,
            retry_after: retry_after.map(Duration::from_secs),
            tries: 1,
            ambiguous: false,
            may_pass: false,
            about_all: false,
        })
    }

    fn of_status(status: u16) -> RemoteError {
        error(ErrorKind::of_status(status), Some(status), None)
    }

    fn retry() -> Retry {
        Retry::new(Service::Smartcat, Duration::from_millis(500), 5, 0)
    }

    fn again(error: &RemoteError, request: &Request) -> bool {
        retry().after(error, request, None) != Next::GiveUp
    }

    #[test]
    fn what_is_safe_is_repeated_and_what_is_not_only_if_it_was_not_done() {
        let get = Request::get(&["x"]);
        let put = Request::put(&["x"]);
        let post = Request::post(&["x"]);
        let ask = Request::ask(&["x"]);
        for kind in [ErrorKind::Timeout, ErrorKind::Interrupted] {
            let error = error(kind, None, None);
            assert!(again(&error, &get) && again(&error, &put) && again(&error, &ask), "{kind:?}");
            assert!(!again(&error, &post), "{kind:?}");
        }
        assert!(again(&error(ErrorKind::Connect, None, None), &post));
        for status in [408, 500, 502, 504, 520] {
            assert!(again(&of_status(status), &put), "{status}");
            assert!(!again(&of_status(status), &post), "{status}");
        }
        for status in [429, 503] {
            assert!(again(&of_status(status), &get) && again(&of_status(status), &post), "{status}");
        }
        for status in [302, 400, 401, 402, 403, 404, 409, 410, 413, 415, 422] {
            assert!(!again(&of_status(status), &get) && !again(&of_status(status), &post), "{status}");
        }
        for kind in [ErrorKind::Unreadable, ErrorKind::TooLarge, ErrorKind::DeadlineOver] {
            assert!(!again(&error(kind, None, None), &get), "{kind:?}");
        }
    }

    #[test]
    fn tries_are_counted_and_pauses_grow() {
        let mut retry = retry();
        let mut pauses = Vec::new();
        while let Next::Again(pause) = retry.after(&of_status(502), &Request::get(&["x"]), None) {
            pauses.push(pause.as_millis());
        }
        assert_eq!((pauses.len(), retry.made()), (4, 5));
        for (pause, most) in pauses.iter().zip([500, 1000, 2000, 4000]) {
            assert!((most / 2..=most).contains(pause), "{pauses:?}");
        }
    }

    #[test]
    fn a_conflict_is_tried_through_where_asked() {
        let put = Request::put(&["x"]).through_conflicts();
        let mut retry = retry();
        let mut tries = 0;
        while retry.after(&of_status(409), &put, None) != Next::GiveUp {
            tries += 1;
        }
        assert_eq!(tries, 5);
    }

    #[test]
    fn the_service_is_left_alone_as_long_as_it_asks() {
        let get = Request::get(&["x"]);
        let told = error(ErrorKind::RateLimited, Some(429), Some(17));
        assert_eq!(retry().after(&told, &get, None), Next::HoldAll(Duration::from_secs(17)));
        let absurd = error(ErrorKind::RateLimited, Some(429), Some(301));
        assert_eq!(retry().after(&absurd, &get, None), Next::GiveUp);
        let left = Some(Duration::from_secs(3600));
        assert_eq!(retry().after(&absurd, &get, left), Next::HoldAll(Duration::from_secs(301)));
        assert_eq!(retry().after(&told, &get, Some(Duration::from_secs(10))), Next::GiveUp);
    }

    #[test]
    fn zendesk_gets_ten_seconds_when_it_does_not_say() {
        let mut retry = Retry::new(Service::Zendesk, Duration::from_millis(500), 5, 0);
        let Next::HoldAll(pause) = retry.after(&of_status(429), &Request::get(&["x"]), None) else {
            panic!("expected a pause");
        };
        assert!((5..=10).contains(&pause.as_secs()), "{pause:?}");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let told = |value: &str, date: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_str(value).expect("a value"));
            if let Some(date) = date {
                headers.insert(DATE, HeaderValue::from_str(date).expect("a value"));
            }
            retry_after(&headers)
        };
        assert_eq!(told("3", None), Some(Duration::from_secs(3)));
        assert_eq!(told(" 0 ", None), Some(Duration::ZERO));
        let at = "Wed, 21 Oct 2026 07:28:30 GMT";
        assert_eq!(told(at, Some("Wed, 21 Oct 2026 07:28:00 GMT")), Some(Duration::from_secs(30)));
        assert_eq!(told(at, Some("Wed, 21 Oct 2026 07:29:00 GMT")), Some(Duration::ZERO));
        assert!(told("Wed, 21 Oct 2099 07:28:00 GMT", None).is_some_and(|pause| pause > LONGEST_TOLD_PAUSE));
        assert_eq!(told("999999999999999999999999", None), Some(Duration::MAX));
        for nonsense in ["", "soon", "-5", "NaN", "inf"] {
            assert_eq!(told(nonsense, None), None, "{nonsense}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn jitter_spreads() {
        let pauses: std::collections::BTreeSet<_> =
            (0..50).map(|_| jittered(Duration::from_secs(1))).collect();
        assert!(pauses.len() > 10);
        assert!(pauses.iter().all(|pause| (500..=1000).contains(&pause.as_millis())));
    }
}
