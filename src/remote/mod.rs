//! The door to the two services: one HTTP layer, and a reader and a writer per service.
//!
//! ```text
//! zendesk::{ZendeskRead, ZendeskWrite}    smartcat::{SmartcatRead, SmartcatWrite}     one method per request
//!                       └────────────┬────────────┘
//!                                  http      one exchange: turn → send → decode → retry or give up
//!                    ┌──────────┬────┴─────┬──────────┐
//!                  pace       retry     connect     error     when · again? · to whom · what went wrong
//! ```
//!
//! What holds for every request is decided here once: credentials go to the configured host only and appear in no
//! message; the services' rates are kept rather than run into; an answer is bounded in size and time; a request is
//! repeated only where a repeat cannot do the thing twice. Where that cannot be known the error says so
//! ([`RemoteError::is_ambiguous`]), and the caller reads before it writes again.
//!
//! Readers and writers are different types: a plan holds no writer, so it cannot write.

mod body;
mod connect;
mod error;
mod http;
mod incoming;
mod lenient;
mod options;
mod pace;
mod request;
mod retry;
mod seal;
mod secret;
pub mod smartcat;
mod stream;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod zendesk;

pub use connect::SetupError;
pub use error::ErrorKind;
pub use error::RemoteError;
pub use http::Counts;
pub use options::OnRequest;
pub use options::Options;
pub use options::RequestEvent;
pub use request::Look;
pub use seal::Seal;
pub use secret::Secret;

use std::fmt;

/// One of the two services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// The help center.
    Zendesk,
    /// The translation platform.
    Smartcat,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zendesk => "Zendesk",
            Self::Smartcat => "Smartcat",
        })
    }
}
