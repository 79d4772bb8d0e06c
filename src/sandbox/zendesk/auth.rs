//! Who is asking: OAuth tokens, Basic credentials, anonymous callers, and what each may do
//! (zendesk-help-center.md §1.2, §1.3).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use super::super::http::Request;
use super::super::http::Response;
use super::Behaviour;
use super::refusal::Refusal;

/// The OAuth client that the sandbox knows.
pub const CLIENT_ID: &str = "zencat-sandbox";
/// Its secret.
pub const CLIENT_SECRET: &str = "sandbox-zendesk-client-secret";
/// The e-mail address that goes with [`API_TOKEN`].
pub const EMAIL: &str = "translations@example.com";
/// An API token.
pub const API_TOKEN: &str = "sandbox-zendesk-api-token";
/// An access token with all scopes that never expires.
pub const ACCESS_TOKEN: &str = "sandbox-zendesk-access-token";

/// What the account behind the credentials may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads what is published, and its translations.
    EndUser,
    /// Writes articles and their translations.
    Agent,
    /// Guide admin: writes everything.
    #[default]
    Admin,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    Anonymous,
    Account { role: Role, reads: bool, writes: bool },
}

impl Caller {
    pub(super) fn role(self) -> Option<Role> {
        match self {
            Self::Anonymous => None,
            Self::Account { role, .. } => Some(role),
        }
    }

    pub(super) fn is_staff(self) -> bool {
        self.role() >= Some(Role::Agent)
    }

    /// Whether the caller has this role or more.
    pub(super) fn need(self, role: Role) -> Result<(), Refusal> {
        match self.role() {
            None => Err(Refusal::Unauthenticated),
            Some(own) if own >= role => Ok(()),
            Some(_) => Err(Refusal::Forbidden),
        }
    }

    /// Whether the token's scopes cover a method.
    pub(super) fn need_scope(self, method: &str) -> Result<(), Refusal> {
        match self {
            Self::Account { reads, writes, .. } if !(if method == "GET" { reads } else { writes }) => {
                Err(Refusal::Forbidden)
            }
            Self::Anonymous | Self::Account { .. } => Ok(()),
        }
    }
}

#[derive(Clone, Debug)]
struct Token {
    scopes: Vec<String>,
    expires: Timestamp,
}

/// The tokens given out.
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    issued: BTreeMap<String, Token>,
    count: u64,
}

#[derive(Deserialize)]
struct Grant {
    grant_type: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    client_secret: String,
    #[serde(default)]
    scope: Option<String>,
}

impl Tokens {
    /// Who a request is from. A wrong or expired bearer token is refused; no credentials, and usually wrong Basic
    /// ones, are an anonymous caller.
    pub(super) fn identify(
        &self,
        request: &Request,
        behaviour: &Behaviour,
        now: Timestamp,
    ) -> Result<Caller, Refusal> {
        let Some(header) = request.header("authorization") else { return Ok(Caller::Anonymous) };
        let role = behaviour.role;
        match split(header) {
            Some((Scheme::Bearer, token)) => match self.scopes(token, now) {
                Some(scopes) => {
                    let covers = |kind: &str| {
                        scopes.iter().any(|scope| scope.strip_prefix("hc:").unwrap_or(scope) == kind)
                    };
                    Ok(Caller::Account { role, reads: covers("read"), writes: covers("write") })
                }
                None => Err(Refusal::Unauthenticated),
            },
            Some((Scheme::Basic, encoded)) if is_right_basic(encoded) => {
                Ok(Caller::Account { role, reads: true, writes: true })
            }
            _ if behaviour.wrong_basic_is_anonymous => Ok(Caller::Anonymous),
            _ => Err(Refusal::Unauthenticated),
        }
    }

    /// Whether the credentials of a request are right, whatever a wrong one would be taken for.
    pub(super) fn accepts(&self, request: &Request, now: Timestamp) -> bool {
        match request.header("authorization").and_then(split) {
            Some((Scheme::Bearer, token)) => self.scopes(token, now).is_some(),
            Some((Scheme::Basic, encoded)) => is_right_basic(encoded),
            None => false,
        }
    }

    /// Answers `POST /oauth/tokens`.
    pub(super) fn grant(
        &mut self,
        request: &Request,
        behaviour: &Behaviour,
        now: Timestamp,
    ) -> Result<Response, Refusal> {
        let bad = |error, description| Refusal::Token { status: 400, error, description };
        let grant: Grant = serde_json::from_slice(&request.body)
            .map_err(|_| bad("invalid_request", "The request is missing a required parameter"))?;
        if grant.grant_type != "client_credentials" {
            return Err(bad("unsupported_grant_type", "The grant type is not supported"));
        }
        if grant.client_id != CLIENT_ID || grant.client_secret != CLIENT_SECRET {
            let description = "Client authentication failed";
            return Err(Refusal::Token { status: 401, error: "invalid_client", description });
        }
        let scope = grant.scope.unwrap_or_else(|| "read".to_owned());
        let scopes: Vec<String> = scope.split_whitespace().map(str::to_owned).collect();
        let unknown = |scope: &String| !["read", "write", "hc:read", "hc:write"].contains(&scope.as_str());
        let refused = |scope: &String| match unknown(scope) {
            true => !behaviour.unknown_scope_yields_token,
            false => !behaviour.client_scopes.contains(scope),
        };
        if scopes.is_empty() || scopes.iter().any(refused) {
            return Err(bad("invalid_scope", "The requested scope is invalid, unknown, or malformed"));
        }
        Ok(self.issue(scopes, behaviour, now))
    }

    fn issue(&mut self, mut scopes: Vec<String>, behaviour: &Behaviour, now: Timestamp) -> Response {
        self.count += 1;
        let token = format!("sandbox-token-{}", self.count);
        let expires = now.checked_add(jiff::SignedDuration::from_secs(behaviour.token_seconds.into()));
        let answer = json!({
            "access_token": token,
            "token_type": "bearer",
            "scope": scopes.join(" "),
            "expires_in": behaviour.token_seconds,
        });
        // One unknown name spoils the whole token: it is accepted and then forbidden everything.
        if scopes.iter().any(|scope| !matches!(scope.as_str(), "read" | "write" | "hc:read" | "hc:write")) {
            scopes.clear();
        }
        self.issued.retain(|_, token| token.expires > now);
        self.issued.insert(token, Token { scopes, expires: expires.unwrap_or(Timestamp::MAX) });
        Response::json(behaviour.token_status, &answer)
    }

    /// Makes every token given out so far worthless, as when the client is revoked.
    pub(super) fn revoke_all(&mut self) {
        self.issued.clear();
    }

    fn scopes(&self, token: &str, now: Timestamp) -> Option<Vec<String>> {
        if token == ACCESS_TOKEN {
            return Some(vec!["read".to_owned(), "write".to_owned()]);
        }
        self.issued.get(token).filter(|token| token.expires > now).map(|token| token.scopes.clone())
    }
}

enum Scheme {
    Basic,
    Bearer,
}

fn split(header: &str) -> Option<(Scheme, &str)> {
    let (scheme, rest) = header.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "basic" => Some((Scheme::Basic, rest.trim())),
        "bearer" => Some((Scheme::Bearer, rest.trim())),
        _ => None,
    }
}

fn is_right_basic(encoded: &str) -> bool {
    let expected = format!("{EMAIL}/token:{API_TOKEN}");
    STANDARD.decode(encoded).is_ok_and(|decoded| decoded == expected.as_bytes())
}
