//! The two services that zencat talks to, simulated behind real HTTP on loopback: tests, `zencat demo` and
//! `zencat sandbox` all use them.
//!
//! This room is written from the services' documentation and imports nothing else of the crate, not even a newtype: a
//! misspelt field must not pass because both sides misspell it.
//!
//! ```text
//! server.rs    one listener per service: reads a request whole, asks the fault plan, calls the service, answers
//!   http.rs    a service is a function from Request and time to Response; no socket, no clock of its own
//!   faults.rs  what goes wrong, and at which request          journal.rs  what was asked
//!   clock.rs   the sandbox's time, real or moved by hand      control.rs  all of this over /_sandbox/…
//! zendesk/     the help center        smartcat/  the translation service        seed/  what the help center holds
//! ```
//!
//! Where the documentation leaves open what a service does, a field of [`zendesk::Behaviour`] or
//! [`smartcat::Behaviour`] chooses; the default is what is most likely.

mod clock;
mod control;
mod faults;
mod http;
mod journal;
pub mod seed;
mod server;
mod shared;
pub mod smartcat;
#[cfg(test)]
mod tests;
mod urlcode;
pub mod zendesk;

use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use clock::ClockMode;
pub use clock::START;
pub use faults::Every;
pub use faults::Fault;
pub use faults::FaultKind;
pub use faults::Nth;
pub use journal::Credentials;
pub use journal::Entry;
use seed::Seed;
use shared::Shared;
use shared::lock;
use smartcat::SmartcatState;
use zendesk::ZendeskState;

/// The Smartcat account that the sandbox knows.
pub const SMARTCAT_ACCOUNT_ID: &str = "7e9f0a52-5b1c-4c3e-9d60-2f8a4b6c1d3e";
/// The key of that account.
pub const SMARTCAT_API_KEY: &str = "sandbox-smartcat-key";

/// One of the two services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceName {
    /// The Zendesk Help Center.
    Zendesk,
    /// Smartcat.
    Smartcat,
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zendesk => "zendesk",
            Self::Smartcat => "smartcat",
        })
    }
}

/// What a sandbox starts with.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the help center holds.
    pub seed: Seed,
    /// How time goes.
    pub clock: ClockMode,
    /// How Zendesk behaves.
    pub zendesk: zendesk::Behaviour,
    /// How Smartcat behaves.
    pub smartcat: smartcat::Behaviour,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// The ports of Zendesk and Smartcat; free ones when not given.
    pub ports: Option<(u16, u16)>,
}

impl Default for Options {
    /// The example help center, in real time.
    fn default() -> Self {
        Self {
            seed: seed::example(),
            clock: ClockMode::real(),
            zendesk: zendesk::Behaviour::default(),
            smartcat: smartcat::Behaviour::default(),
            faults: Vec::new(),
            ports: None,
        }
    }
}

/// Both services, running. They end with [`stop`](Self::stop) or when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    zendesk: SocketAddr,
    smartcat: SocketAddr,
    servers: Vec<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts both services on 127.0.0.1, within the tokio runtime that calls.
    ///
    /// # Errors
    /// When a port is taken, or the seed is inconsistent (`InvalidInput`, with the reason).
    pub async fn start(options: Options) -> io::Result<Self> {
        let ports = options.ports.unwrap_or((0, 0));
        let zendesk_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, ports.0)).await?;
        let smartcat_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, ports.1)).await?;
        let (zendesk, smartcat) = (zendesk_listener.local_addr()?, smartcat_listener.local_addr()?);
        let shared = Arc::new(Shared::new(options, &url_of(zendesk))?);
        let servers = vec![
            tokio::spawn(server::run(Arc::clone(&shared), ServiceName::Zendesk, zendesk_listener)),
            tokio::spawn(server::run(Arc::clone(&shared), ServiceName::Smartcat, smartcat_listener)),
        ];
        Ok(Self { shared, zendesk, smartcat, servers })
    }

    /// Where Zendesk is: `http://127.0.0.1:PORT`.
    pub fn zendesk_url(&self) -> String {
        url_of(self.zendesk)
    }

    /// Where Smartcat is: `http://127.0.0.1:PORT`.
    pub fn smartcat_url(&self) -> String {
        url_of(self.smartcat)
    }

    /// The environment variables with which zencat signs in here.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("ZENDESK_OAUTH_CLIENT_ID", zendesk::CLIENT_ID.to_owned()),
            ("ZENDESK_OAUTH_CLIENT_SECRET", zendesk::CLIENT_SECRET.to_owned()),
            ("SMARTCAT_ACCOUNT_ID", SMARTCAT_ACCOUNT_ID.to_owned()),
            ("SMARTCAT_API_KEY", SMARTCAT_API_KEY.to_owned()),
        ]
    }

    /// Every request so far, in order.
    pub fn journal(&self) -> Vec<Entry> {
        lock(&self.shared.journal).entries().to_vec()
    }

    /// How many of them a fault of this name struck.
    pub fn struck(&self, fault: &str) -> usize {
        lock(&self.shared.journal).entries().iter().filter(|entry| entry.fault == Some(fault)).count()
    }

    /// Forgets the requests so far.
    pub fn clear_journal(&self) {
        lock(&self.shared.journal).clear();
    }

    /// Replaces the faults, counting from nought again, and lets go of what hangs.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.shared.set_faults(faults);
    }

    /// Moves the clock and lets both services go on to the new time.
    pub fn advance(&self, by: Duration) {
        self.shared.advance(by);
    }

    /// The sandbox's time.
    pub fn now(&self) -> Timestamp {
        self.shared.now()
    }

    /// Looks at the help center, or acts in it as people do.
    pub fn zendesk<R>(&self, look: impl FnOnce(&mut ZendeskState, Timestamp) -> R) -> R {
        let mut state = lock(&self.shared.zendesk);
        let now = self.shared.now();
        look(&mut state, now)
    }

    /// Looks at the Smartcat account, or acts in it as people do.
    pub fn smartcat<R>(&self, look: impl FnOnce(&mut SmartcatState, Timestamp) -> R) -> R {
        let mut state = lock(&self.shared.smartcat);
        let now = self.shared.now();
        look(&mut state, now)
    }

    /// Ends both services; connections are closed.
    pub async fn stop(mut self) {
        for server in std::mem::take(&mut self.servers) {
            server.abort();
            // The only outcome of an aborted task that is awaited is that it was aborted.
            let _aborted = server.await;
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

fn url_of(address: SocketAddr) -> String {
    format!("http://{address}")
}
