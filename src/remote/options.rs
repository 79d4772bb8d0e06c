//! What can be set about how the services are talked to.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::ErrorKind;
use super::Service;

/// What is called after every try of every request.
pub type OnRequest = Arc<dyn Fn(&RequestEvent) + Send + Sync>;

/// How to talk to a service. The defaults are right for the real services.
#[derive(Clone)]
pub struct Options {
    /// How long making a connection may take.
    pub connect_timeout: Duration,
    /// How long a server may stay silent in the middle of an exchange.
    pub idle_timeout: Duration,
    /// How long one try of one request may take, answer included.
    pub request_timeout: Duration,
    /// How long the client may work in all, from its creation. After that every request fails at once.
    pub total_timeout: Option<Duration>,
    /// No answer may be larger (bytes, unpacked).
    pub max_answer: usize,
    /// A page of a list that is larger than this is asked for again as smaller pages, to keep memory low.
    pub max_page: usize,
    /// How often a request is tried when the network or the service fails.
    pub tries: u32,
    /// The first pause between tries; it doubles with each.
    pub back_off: Duration,
    /// Smartcat's documented rate is 4 requests per second (smartcat.md §3).
    pub smartcat_per_second: u32,
    /// Called after every try of every request.
    pub on_request: Option<OnRequest>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(45),
            request_timeout: Duration::from_secs(60),
            total_timeout: None,
            max_answer: 256 << 20,
            max_page: 48 << 20,
            tries: 5,
            back_off: Duration::from_millis(500),
            smartcat_per_second: 4,
            on_request: None,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("request_timeout", &self.request_timeout)
            .field("total_timeout", &self.total_timeout)
            .field("tries", &self.tries)
            .field("smartcat_per_second", &self.smartcat_per_second)
            .finish_non_exhaustive()
    }
}

/// One try of one request, for `-v`.
#[derive(Clone, Debug)]
pub struct RequestEvent {
    /// Who was asked.
    pub service: Service,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path with its query, secrets removed.
    pub path: String,
    /// The answer's status; `None` when there was no answer.
    pub status: Option<u16>,
    /// Why the try failed, if it did.
    pub error: Option<ErrorKind>,
    /// How long it took, waiting for its turn left out.
    pub duration: Duration,
    /// Which try of the request this was, from 1.
    pub tries: u32,
}
