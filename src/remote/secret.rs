//! Credentials: values that cannot be printed, and the header they travel in.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret as _;
use secrecy::SecretString;
use serde::Deserialize;
use serde::Deserializer;

use super::SetupError;

/// What stands in a text where a secret was.
const REMOVED: &str = "[secret]";

/// A shorter secret is left in texts: removing "a" from a message would tell what the secret is.
const SHORTEST_TO_REMOVE: usize = 4;

/// A credential. It has no way to be printed, and its memory is overwritten when it is dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a credential into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The credential itself, for the request that needs it.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REMOVED)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// The `Authorization` header of a request, together with the secrets that a careless server might echo.
#[derive(Clone, Debug)]
pub(crate) struct Authorization {
    header: HeaderValue,
    secrets: Vec<Secret>,
}

impl Authorization {
    /// HTTP Basic. Any user and password make a valid header.
    pub(crate) fn basic(user: &str, password: &Secret) -> Result<Self, SetupError> {
        let pair = BASE64_STANDARD.encode(format!("{user}:{}", password.expose()));
        let secrets = vec![password.clone(), Secret::new(pair.clone())];
        Ok(Self { header: sensitive(&format!("Basic {pair}"))?, secrets })
    }

    /// A bearer token.
    pub(crate) fn bearer(token: &Secret) -> Result<Self, SetupError> {
        let header = sensitive(&format!("Bearer {}", token.expose()))?;
        Ok(Self { header, secrets: vec![token.clone()] })
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    pub(crate) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }
}

impl PartialEq for Authorization {
    fn eq(&self, other: &Self) -> bool {
        self.header == other.header
    }
}

/// A header value that HTTP libraries neither print nor compress into shared tables.
fn sensitive(text: &str) -> Result<HeaderValue, SetupError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| SetupError::Credential)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Takes secrets out of a text that came from outside: debugging proxies echo the headers they were sent.
pub(crate) fn scrub(text: &str, secrets: &[Secret]) -> String {
    let worth_removing = secrets.iter().filter(|secret| secret.expose().len() >= SHORTEST_TO_REMOVE);
    worth_removing.fold(text.to_owned(), |text, secret| text.replace(secret.expose(), REMOVED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Secret::new("hunter2-hunter2");
        let basic = Authorization::basic("mara@example.com/token", &secret).expect("a header");
        let bearer = Authorization::bearer(&secret).expect("a header");
        let printed = format!("{secret:?} {basic:?} {bearer:?} {:?}", basic.header());
        assert!(!printed.contains("hunter2"), "{printed}");
        assert!(
            !printed.contains(&BASE64_STANDARD.encode("mara@example.com/token:hunter2-hunter2")),
            "{printed}"
        );
    }

    #[test]
    fn a_token_with_a_line_break_is_refused() {
        assert!(matches!(Authorization::bearer(&Secret::new("a\r\nX-Evil: 1")), Err(SetupError::Credential)));
    }

    #[test]
    fn an_echoed_credential_is_removed() {
        let auth = Authorization::basic("account", &Secret::new("1_key")).expect("a header");
        let pair = BASE64_STANDARD.encode("account:1_key");
        let text = scrub(&format!("Authorization: Basic {pair} (key 1_key)"), auth.secrets());
        assert_eq!(text, "Authorization: Basic [secret] (key [secret])");
    }
}
