//! What to do about what is missing or goes wrong, told as a person would tell it. A request that failed is told by
//! what it means here; the request itself, with all its facts, is the cause.

use crate::remote::ErrorKind;
use crate::remote::RemoteError;
use crate::remote::Service;

use super::error::CommandError;
use super::error::Kind;

/// There is no manifest.
pub(super) const NO_MANIFEST: &[&str] = &[
    "write a first one, from what your help center and Smartcat hold: \
     zencat init --zendesk-url https://SUBDOMAIN.zendesk.com --region eu",
    "is it elsewhere? name it with -f, or work in its directory with -C",
    "to try zencat without an account: zencat demo",
];

/// The environment holds no credentials, or not all.
pub(super) const NO_CREDENTIALS: &[&str] = &[
    "where to click in Zendesk and Smartcat to get them, and how to set them: zencat help credentials",
    "to try zencat without an account: zencat demo, or zencat sandbox",
];

/// The account may do too little.
pub(super) const GUIDE_ADMIN: &str =
    "the account should be a Guide admin: with less it sees fewer articles, and may not write";

/// The account cannot say who it is.
pub(super) const NAMELESS: &str =
    "a token with the scopes `hc:read` and `hc:write` alone cannot ask who it is; this is no problem";

/// The help center lacks locales of the manifest.
pub(super) const LOCALES: &str = "enable them in Guide's language settings, or take them out of the manifest";

/// A personal account of Smartcat.
pub(super) const COMPANY_ACCOUNT: &str = "use a company account";

/// The manifest assigns people who are not there.
pub(super) const ASSIGNEES: &str =
    "add them in Smartcat, or correct the manifest; people can be added by `invite_new: true`";

/// The manifest names things that are not there.
pub(super) const NAMES: &str = "make them in Smartcat, or name what is there";

/// A failed request as the end of a command.
pub(super) fn service(error: RemoteError) -> CommandError {
    let advice = Advice::on(&error);
    let kind = if error.kind() == ErrorKind::Unauthorized { Kind::Credentials } else { Kind::Service };
    CommandError::new(kind, advice.sentence).because(error.facts().to_string()).hints(advice.hints)
}

struct Advice {
    sentence: String,
    hints: &'static [&'static str],
}

impl Advice {
    fn on(error: &RemoteError) -> Self {
        let service = error.service();
        let (does, hints): (&str, &[&str]) = match error.kind() {
            ErrorKind::Unauthorized => unauthorized(error),
            ErrorKind::Forbidden => forbidden(service),
            ErrorKind::NotFound => not_found(service),
            ErrorKind::Payment => ("wants to be paid first", SMARTWORDS),
            ErrorKind::RateLimited => ("is asked too often by this account", rate(service)),
            ErrorKind::Connect => ("cannot be reached", CONNECTION),
            ErrorKind::Untrusted => ("cannot show that it is the one who answers", CERTIFICATE),
            ErrorKind::Timeout => ("does not answer in time", LATER),
            ErrorKind::Interrupted => ("broke off its answer, again and again", LATER),
            ErrorKind::Server => ("has a failure of its own", LATER),
            ErrorKind::Unreadable => ("answers something that is not its API's", NO_API),
            ErrorKind::TooLarge => ("gives an answer of a size that cannot be right", NO_API),
            ErrorKind::Redirected => ("sends us to another host", redirected(service)),
            ErrorKind::DeadlineOver => ("was not done when the time of --timeout was over", DEADLINE),
            ErrorKind::TooLate => ("is asked too often by this account", rate(service)),
            ErrorKind::Conflict => ("has somebody else at the same thing", AGAIN),
            ErrorKind::Invalid => ("does not take this request", INVALID),
        };
        Self { sentence: format!("{service} {does}"), hints }
    }
}

/// The token endpoint answers about the OAuth client; elsewhere it is a token that is not taken.
fn unauthorized(error: &RemoteError) -> (&'static str, &'static [&'static str]) {
    match error.service() {
        Service::Smartcat => (
            "does not take this account id and API key",
            &[
                "both are in Smartcat under Settings → API; a key is shown only when it is made: make a new one when in doubt",
                "Europe, America and Asia are separate: the manifest's `smartcat.region` must be the one that your browser shows",
            ],
        ),
        Service::Zendesk if error.url().ends_with("/oauth/tokens") => (
            "does not take this OAuth client, or does not grant it what zencat needs",
            &[
                "ZENDESK_OAUTH_CLIENT_ID is the client's unique identifier, not its name: Admin Center → Apps and \
                 integrations → APIs → OAuth clients",
                "the secret is shown in full only once: make a new one there when in doubt",
                "the client must be of the kind Confidential and may ask for `hc:read`, for `zencat apply` also `hc:write`",
            ],
        ),
        Service::Zendesk => (
            "does not take this token",
            &[
                "an access token ends some day or is revoked, and zencat cannot renew it: an OAuth client \
                 (ZENDESK_OAUTH_CLIENT_ID and _SECRET) needs no care",
                "API tokens are being retired by Zendesk: unused ones are switched off, none can be made since \
                 2026-10-27, all stop on 2027-04-30",
                "where to get what: zencat help credentials",
            ],
        ),
    }
}

fn forbidden(service: Service) -> (&'static str, &'static [&'static str]) {
    match service {
        Service::Zendesk => (
            "knows this account and does not let it do this",
            &[
                "the user who owns the OAuth client or token should be a Guide admin; with less it sees fewer \
                 articles and may not write",
                "a token without the scope `hc:read` sees nothing, one without `hc:write` may not write",
                "zencat check tells who you are to both services",
            ],
        ),
        Service::Smartcat => (
            "knows this account and does not let it do this",
            &[
                "access by API, and some of its features, belong to Smartcat's larger plans; personal accounts may \
                 not create projects: ask your account manager",
                "zencat check tells who you are to both services",
            ],
        ),
    }
}

fn not_found(service: Service) -> (&'static str, &'static [&'static str]) {
    match service {
        Service::Zendesk => (
            "has no help center at this address",
            &[
                "`zendesk.url` in the manifest is https://SUBDOMAIN.zendesk.com, with the subdomain of the brand \
                 whose help center it is",
                "the help center must be switched on: Zendesk → Knowledge → set up",
            ],
        ),
        Service::Smartcat => (
            "does not know what was asked for",
            &[
                "no account may be connected to this key, or it was removed in Smartcat meanwhile",
                "the manifest's `smartcat` names a region, or the address of Smartcat itself",
            ],
        ),
    }
}

fn rate(service: Service) -> &'static [&'static str] {
    match service {
        Service::Zendesk => &[
            "the rate belongs to the whole account, and other programs use it up: run zencat again when they rest",
            "zencat check tells the account's rate",
        ],
        Service::Smartcat => &[
            "other programs use the same account: run zencat again when they rest",
            "with another rate than four requests a second, set ZENCAT_SMARTCAT_RATE",
        ],
    }
}

fn redirected(service: Service) -> &'static [&'static str] {
    match service {
        Service::Zendesk => &[
            "`zendesk.url` is https://SUBDOMAIN.zendesk.com, not the address that readers see; credentials go to no \
             other host",
        ],
        Service::Smartcat => &["the manifest's `smartcat.region` must be the one that your browser shows"],
    }
}

const SMARTWORDS: &[&str] =
    &["buy Smartwords, or top up the balance, in Smartcat; zencat check tells how many are left"];
const LATER: &[&str] = &["run zencat again later: what is done stays done, and nothing is ordered twice"];
const AGAIN: &[&str] = &["run zencat again: it looks at what is there now"];
const DEADLINE: &[&str] = &["give it more time, or run zencat again to go on where it was"];
const INVALID: &[&str] =
    &["it will not be taken until the content or the settings change; the cause says what is wrong"];
const NO_API: &[&str] = &[
    "the address in the manifest must be the service's own",
    "a proxy or a page to sign in to the network may stand in between: open the address in a browser",
];
const CONNECTION: &[&str] = &[
    "is the network there, and is the address in the manifest right?",
    "where a proxy is the way out, set HTTPS_PROXY to it; NO_PROXY names hosts that are reached without it",
];
const CERTIFICATE: &[&str] = &[
    "nothing was sent to it, no credential either",
    "a proxy or a virus scanner may open connections and show a certificate of its own: its authority must be one that \
     this machine trusts; on Linux, SSL_CERT_FILE names a file of those that are trusted instead of the system's",
    "a machine with a wrong date, or without CA certificates, trusts nobody",
];
