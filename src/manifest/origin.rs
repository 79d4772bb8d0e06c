//! The address of a service: scheme and host, nothing else.

use std::fmt;
use std::net::IpAddr;

// reqwest hands on the `url` crate: what is checked here is what is called later.
use reqwest::Url;

/// Scheme, host and port of a service, encrypted unless it is on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(Url);

/// Why a text is no address of a service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum OriginError {
    #[error("it is no address with a scheme and a host")]
    NotAnAddress,
    #[error("the scheme is `{0}`, not https")]
    OtherScheme(String),
    #[error("it is plain http to another machine (`{0}`)")]
    Insecure(String),
    #[error("it has a user or password in it")]
    Credentials,
    #[error("it has a path, a query or a fragment behind the host")]
    MoreThanHost,
}

impl Origin {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let url = Url::parse(text).map_err(|_| OriginError::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OriginError::Credentials);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(OriginError::NotAnAddress)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(host) => {}
            "http" => return Err(OriginError::Insecure(host.to_owned())),
            other => return Err(OriginError::OtherScheme(other.to_owned())),
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(OriginError::MoreThanHost);
        }
        Ok(Self(url))
    }

    /// The address, for building the addresses of resources.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The host, with the port where it is not the scheme's usual one.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// The service is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.0.host_str().is_some_and(is_loopback)
    }
}

/// Without a slash at the end: `https://acme.zendesk.com`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_scheme_and_a_host() {
        let host = |text: &str| Origin::parse(text).map(|origin| (origin.to_string(), origin.host()));
        let good = |url: &str, host: &str| Ok((url.to_owned(), host.to_owned()));
        assert_eq!(host("https://ACME.zendesk.com/"), good("https://acme.zendesk.com", "acme.zendesk.com"));
        assert_eq!(
            host("https://hilfe.bücher.de"),
            good("https://hilfe.xn--bcher-kva.de", "hilfe.xn--bcher-kva.de")
        );
        assert_eq!(
            host("https://acme.zendesk.com:443"),
            good("https://acme.zendesk.com", "acme.zendesk.com")
        );
        assert_eq!(host("http://127.0.0.1:8080"), good("http://127.0.0.1:8080", "127.0.0.1:8080"));
        assert_eq!(host("http://[::1]:80"), good("http://[::1]", "[::1]"));
        assert_eq!(host("http://localhost:1"), good("http://localhost:1", "localhost:1"));
    }

    #[test]
    fn what_is_more_or_less_than_that_is_refused() {
        for (text, error) in [
            ("acme", OriginError::NotAnAddress),
            ("", OriginError::NotAnAddress),
            ("https://", OriginError::NotAnAddress),
            ("acme.zendesk.com:443", OriginError::NotAnAddress),
            ("ftp://acme.zendesk.com", OriginError::OtherScheme("ftp".to_owned())),
            ("http://acme.zendesk.com", OriginError::Insecure("acme.zendesk.com".to_owned())),
            ("http://127.0.0.1.evil.com", OriginError::Insecure("127.0.0.1.evil.com".to_owned())),
            ("http://localhost.evil.com", OriginError::Insecure("localhost.evil.com".to_owned())),
            ("http://10.0.0.1", OriginError::Insecure("10.0.0.1".to_owned())),
            ("https://me:secret@acme.zendesk.com", OriginError::Credentials),
            ("https://token@acme.zendesk.com", OriginError::Credentials),
            ("https://acme.zendesk.com/hc/en-us", OriginError::MoreThanHost),
            ("https://acme.zendesk.com?x=1", OriginError::MoreThanHost),
            ("https://acme.zendesk.com/#", OriginError::MoreThanHost),
        ] {
            assert_eq!(Origin::parse(text), Err(error), "{text}");
        }
    }
}
