//! Whom the client may talk to, and how a connection is made.

use std::io;
use std::net::IpAddr;

use reqwest::Client;
use reqwest::Url;
use reqwest::redirect::Policy;

use super::ErrorKind;
use super::Options;

/// Why a client cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// No URL with a host.
    #[error("expected a URL such as https://acme.zendesk.com, found `{0}`")]
    NotAUrl(String),
    /// Credentials would travel readable by everybody on the way.
    #[error("`{0}` is not https: credentials are sent in the open only to this machine (localhost)")]
    NotHttps(String),
    /// Credentials, a query or a fragment in the URL.
    #[error("the URL of `{0}` may hold a host and a path only; credentials belong in the environment")]
    MoreThanAHost(String),
    /// A credential with a line break or another character that no header can hold.
    #[error("a credential holds characters that cannot be sent: was a line break copied with it?")]
    Credential,
    /// The TLS library refuses to start, for instance because the system has no certificates.
    #[error(
        "no TLS client can be made ({0}): this system may have no CA certificates; its package is usually called ca-certificates"
    )]
    Client(String),
}

/// Reads the configured URL. TLS is required except for loopback.
pub(super) fn root(text: &str) -> Result<Url, SetupError> {
    let text = text.trim();
    let url = Url::parse(text).map_err(|_| SetupError::NotAUrl(without_userinfo(text)))?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let has_user = !url.username().is_empty() || url.password().is_some();
    match url.scheme() {
        _ if host.is_empty() => Err(SetupError::NotAUrl(without_userinfo(text))),
        _ if has_user || url.query().is_some() || url.fragment().is_some() => {
            Err(SetupError::MoreThanAHost(host))
        }
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(SetupError::NotHttps(text.to_owned())),
        _ => Err(SetupError::NotAUrl(without_userinfo(text))),
    }
}

/// What was typed, without a password in front of an `@`.
fn without_userinfo(text: &str) -> String {
    text.rsplit_once('@').map_or(text, |(_, host)| host).to_owned()
}

/// A URL of this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

/// Same scheme, host and port: what credentials may be sent to.
pub(super) fn same_origin(one: &Url, other: &Url) -> bool {
    let origin =
        |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default());
    origin(one) == origin(other)
}

/// The HTTP client for one host.
pub(super) fn client(root: &Url, options: &Options) -> Result<Client, SetupError> {
    install_tls_provider();
    let mut builder = Client::builder()
        .user_agent(concat!("zencat/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(options.connect_timeout)
        .read_timeout(options.idle_timeout)
        // A connection that rested is likely closed by the server, and a write on it would end ambiguously.
        .pool_idle_timeout(std::time::Duration::from_secs(30))
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .gzip(true);
    if is_loopback(root) {
        // Proxies of the environment would catch loopback too, and a machine without CA certificates has no client
        // otherwise (crates.md §3.3).
        builder = builder.no_proxy();
        if root.scheme() == "http" {
            builder = builder.tls_certs_only([]);
        }
    }
    builder.build().map_err(|error| SetupError::Client(chain(&error)))
}

/// The one place that chooses a TLS implementation. A second call, or a choice made earlier by a program that uses
/// this library, changes nothing.
fn install_tls_provider() {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
}

/// An error with all its causes in one line. reqwest's own text would hold the URL.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}

/// The innermost cause of an error, which says most: what is around it is how HTTP libraries are built.
fn cause(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}

/// What a failure of a connection is, and what is said about it.
pub(super) fn failure(error: &reqwest::Error) -> (ErrorKind, String) {
    match tls(error) {
        Some(untrusted @ rustls::Error::InvalidCertificate(_)) => {
            (ErrorKind::Untrusted, untrusted.to_string())
        }
        Some(rustls::Error::InvalidMessage(_)) => {
            (kind(error), "what answers there does not speak TLS".to_owned())
        }
        Some(tls) => (kind(error), tls.to_string()),
        None => (kind(error), cause(error)),
    }
}

fn kind(error: &reqwest::Error) -> ErrorKind {
    if error.is_connect() || error.is_builder() {
        ErrorKind::Connect
    } else if error.is_timeout() {
        ErrorKind::Timeout
    } else {
        ErrorKind::Interrupted
    }
}

/// What the TLS library says, wherever in an error it stands: an error of input and output hides the one inside it.
fn tls<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e rustls::Error> {
    let inner = error.downcast_ref::<io::Error>().and_then(|error| error.get_ref());
    let found = error.downcast_ref().or_else(|| tls(inner?));
    found.or_else(|| tls(error.source()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_required_except_on_this_machine() {
        for good in [
            "https://acme.zendesk.com",
            "https://acme.zendesk.com/",
            "http://127.0.0.1:8080",
            "http://[::1]:1",
            "http://localhost:3/zendesk",
        ] {
            assert!(root(good).is_ok(), "{good}");
        }
        for bad in [
            "http://acme.zendesk.com",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://10.0.0.1",
        ] {
            assert!(matches!(root(bad), Err(SetupError::NotHttps(_))), "{bad}");
        }
        for bad in ["", "acme", "ftp://acme.zendesk.com", "https://", "file:///etc/passwd"] {
            assert!(matches!(root(bad), Err(SetupError::NotAUrl(_))), "{bad}");
        }
    }

    #[test]
    fn credentials_in_the_url_are_refused_and_not_repeated() {
        for bad in [
            "https://mara:hunter2@acme.zendesk.com",
            "ftp://mara:hunter2@acme",
            "mara:hunter2@acme",
            "https://acme.zendesk.com/?key=hunter2",
        ] {
            let error = root(bad).expect_err(bad);
            assert!(!error.to_string().contains("hunter2"), "{error}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let root = url("https://acme.zendesk.com");
        assert!(same_origin(&root, &url("https://acme.zendesk.com:443/x?y")));
        for other in [
            "http://acme.zendesk.com",
            "https://acme.zendesk.com:444",
            "https://acme.zendesk.com.evil.example",
        ] {
            assert!(!same_origin(&root, &url(other)), "{other}");
        }
    }
}
