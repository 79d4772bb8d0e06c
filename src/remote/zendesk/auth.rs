//! Who we are to Zendesk.
//!
//! API tokens end on 2027-04-30 (zendesk-help-center.md §1.2), so OAuth is the first choice. A token of client
//! credentials lives for half an hour and has no refresh token: it is fetched when it is first needed, and again
//! before it ends or when it is refused, by one task for all.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::remote::ErrorKind;
use crate::remote::RemoteError;
use crate::remote::Seal;
use crate::remote::Secret;
use crate::remote::SetupError;
use crate::remote::http::Http;
use crate::remote::request::Request;
use crate::remote::secret::Authorization;

/// A token is renewed this long before it ends.
const MARGIN: Duration = Duration::from_secs(60);

/// How to sign in to Zendesk.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// OAuth client credentials: zencat acts as the owner of the OAuth client.
    ClientCredentials {
        /// The client's identifier.
        id: String,
        /// The client's secret.
        secret: Secret,
        /// What the token may do: `hc:read`, or `hc:read hc:write`.
        scope: String,
    },
    /// An access token made elsewhere. It cannot be renewed here.
    AccessToken(Secret),
    /// An e-mail address and an API token.
    ApiToken {
        /// The user's e-mail address.
        email: String,
        /// The API token.
        token: Secret,
    },
}

impl Credentials {
    /// A mark that only these credentials make, whatever they are allowed to do.
    pub fn seal(&self) -> Seal {
        match self {
            Self::ClientCredentials { secret, .. } => Seal::with(secret),
            Self::AccessToken(token) | Self::ApiToken { token, .. } => Seal::with(token),
        }
    }
}

/// The credentials at work.
#[derive(Clone)]
pub(super) enum Auth {
    Fixed(Authorization),
    Renewed(Arc<TokenSource>),
}

/// Fetches tokens. Clones of the client share it, so they share the token.
pub(super) struct TokenSource {
    id: String,
    secret: Secret,
    scope: String,
    token: Mutex<Option<Token>>,
}

struct Token {
    authorization: Authorization,
    /// `None` when the answer did not tell how long it lives: then a 401 tells.
    renew_at: Option<Instant>,
}

/// The answer of the token endpoint. `refresh_token` is not used: a new token costs one request either way.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: Secret,
    expires_in: Option<f64>,
}

impl Auth {
    pub(super) fn new(credentials: Credentials) -> Result<Self, SetupError> {
        Ok(match credentials {
            Credentials::ClientCredentials { id, secret, scope } => {
                Self::Renewed(Arc::new(TokenSource { id, secret, scope, token: Mutex::new(None) }))
            }
            Credentials::AccessToken(token) => Self::Fixed(Authorization::bearer(&token)?),
            Credentials::ApiToken { email, token } => {
                Self::Fixed(Authorization::basic(&format!("{email}/token"), &token)?)
            }
        })
    }

    /// The header to send.
    pub(super) async fn current(&self, http: &Http) -> Result<Authorization, RemoteError> {
        match self {
            Self::Fixed(authorization) => Ok(authorization.clone()),
            Self::Renewed(source) => source.authorization(http, None).await,
        }
    }

    /// The header to send instead of one that was refused; `None` when there is no other.
    pub(super) async fn instead_of(
        &self,
        refused: &Authorization,
        http: &Http,
    ) -> Result<Option<Authorization>, RemoteError> {
        match self {
            Self::Fixed(_) => Ok(None),
            Self::Renewed(source) => source.authorization(http, Some(refused)).await.map(Some),
        }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fixed(_) => "Auth::Fixed",
            Self::Renewed(_) => "Auth::Renewed",
        })
    }
}

impl TokenSource {
    /// A token that is good and not the refused one. The lock is held while a token is fetched: whoever comes
    /// meanwhile waits for it and finds it.
    async fn authorization(
        &self,
        http: &Http,
        refused: Option<&Authorization>,
    ) -> Result<Authorization, RemoteError> {
        let mut token = self.token.lock().await;
        if let Some(token) =
            token.as_ref().filter(|token| token.is_good() && Some(&token.authorization) != refused)
        {
            return Ok(token.authorization.clone());
        }
        let fetched = self.fetch(http).await?;
        Ok(token.insert(fetched).authorization.clone())
    }

    async fn fetch(&self, http: &Http) -> Result<Token, RemoteError> {
        let asked_at = Instant::now();
        let request = Request::ask(&["oauth", "tokens"])
            .json(&serde_json::json!({
                "grant_type": "client_credentials",
                "client_id": self.id,
                "client_secret": self.secret.expose(),
                "scope": self.scope,
            }))
            .holding(self.secret.clone())
            .outside_budget()
            .about_all();
        let answer: TokenAnswer = http.json(&request).await.map_err(about_credentials)?;
        let authorization =
            Authorization::bearer(&answer.access_token).map_err(|_| no_token(&request, http))?;
        Ok(Token { authorization, renew_at: answer.expires_in.and_then(|life| renewal(asked_at, life)) })
    }
}

impl Token {
    fn is_good(&self) -> bool {
        self.renew_at.is_none_or(|at| Instant::now() < at)
    }
}

/// A minute before the end, or at half of a very short life.
fn renewal(asked_at: Instant, life: f64) -> Option<Instant> {
    let life = Duration::try_from_secs_f64(life).ok()?;
    let margin = MARGIN.min(life / 2);
    asked_at.checked_add(life - margin)
}

/// The token endpoint refuses credentials and scopes with 400 (zendesk-help-center.md §1.2).
fn about_credentials(mut error: RemoteError) -> RemoteError {
    if matches!(error.status(), Some(400 | 401 | 403)) {
        error.fault_mut().kind = ErrorKind::Unauthorized;
    }
    error
}

fn no_token(request: &Request, http: &Http) -> RemoteError {
    http.fault(request, ErrorKind::Unreadable, "the access token holds characters that no header can hold")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_a_minute_before_it_ends() {
        let now = Instant::now();
        assert_eq!(renewal(now, 1800.0), Some(now + Duration::from_secs(1740)));
        assert_eq!(renewal(now, 30.0), Some(now + Duration::from_secs(15)));
        assert_eq!(renewal(now, -1.0), None);
        assert_eq!(renewal(now, 1e300), None);
    }

    #[test]
    fn credentials_are_not_printed() {
        let credentials = [
            Credentials::AccessToken(Secret::new("hunter2")),
            Credentials::ApiToken { email: "mara@example.com".to_owned(), token: Secret::new("hunter2") },
            Credentials::ClientCredentials {
                id: "zencat".to_owned(),
                secret: Secret::new("hunter2"),
                scope: "hc:read".to_owned(),
            },
        ];
        for credentials in credentials {
            assert!(!format!("{credentials:?}").contains("hunter2"));
            let auth = Auth::new(credentials).expect("credentials");
            assert!(!format!("{auth:?}").contains("hunter2"));
        }
    }
}
