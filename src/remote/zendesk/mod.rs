//! Zendesk's help center: what is read (lists with every translation inside) and what is written (translations only).
//!
//! The source translation is never written by this client: nothing here takes an article's own fields, and a change
//! of a translation has no field for `draft`, so a published translation cannot be taken offline.

mod auth;
mod pages;
mod read;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;
mod wire;
mod write;

pub use auth::Credentials;
pub use pages::Pages;
pub use read::Access;
pub use read::ZendeskRead;
pub use wire::Locales;
pub use wire::Me;
pub use wire::NewTranslation;
pub use wire::WireItem;
pub use wire::WireTranslation;
pub use write::ZendeskWrite;

use serde::de::DeserializeOwned;

use super::RemoteError;
use super::http::Http;
use super::request::Request;
use auth::Auth;

/// The help center's host with one set of credentials.
#[derive(Clone)]
struct Api {
    http: Http,
    auth: Auth,
}

impl Api {
    /// Sends a request with the credentials; a token that is refused is renewed once (zendesk-help-center.md §11).
    async fn json<T>(&self, request: Request) -> Result<T, RemoteError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let authorization = self.auth.current(&self.http).await?;
        let request = request.authorized(authorization.clone());
        match self.http.json(&request).await {
            Err(error) if error.status() == Some(401) => {
                let Some(renewed) = self.auth.instead_of(&authorization, &self.http).await? else {
                    return Err(error);
                };
                self.http.json(&request.authorized(renewed)).await
            }
            answer => answer,
        }
    }
}

/// The path of a help center endpoint.
fn path<'a>(rest: &[&'a str]) -> Vec<&'a str> {
    [&["api", "v2", "help_center"], rest].concat()
}
