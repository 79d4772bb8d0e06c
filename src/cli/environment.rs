//! The environment: the only place that credentials come from.
#![expect(clippy::disallowed_methods, reason = "this is the door to the environment")]

use crate::remote::Secret;
use crate::remote::zendesk::Credentials as ZendeskCredentials;

use super::advice;
use super::error::CommandError;
use super::error::Kind;
use super::ui::Ui;

/// The variables that credentials come from, each also with `_FILE`.
pub(super) const SECRETS: &[(&str, &str)] = &[
    ("ZENDESK_OAUTH_CLIENT_ID", "the identifier of a Zendesk OAuth client"),
    ("ZENDESK_OAUTH_CLIENT_SECRET", "its secret"),
    ("ZENDESK_ACCESS_TOKEN", "a Zendesk access token, instead"),
    ("ZENDESK_EMAIL", "the e-mail address that goes with an API token, instead"),
    ("ZENDESK_API_TOKEN", "a Zendesk API token; they stop on 2027-04-30"),
    ("SMARTCAT_ACCOUNT_ID", "the Smartcat account's id"),
    ("SMARTCAT_API_KEY", "a key of that account"),
];

/// The other variables that change what zencat does.
pub(super) const OTHERS: &[(&str, &str)] = &[
    (RATE, "requests per second to Smartcat, where the account has another rate than the usual four"),
    ("HTTPS_PROXY", "the proxy that both services are reached through"),
    ("NO_PROXY", "hosts that are reached without it"),
    ("SSL_CERT_FILE", "on Linux, a file of the authorities that are trusted instead of the system's, in PEM"),
    ("NO_COLOR", "anything: no colours, unless --color always"),
    ("CLICOLOR_FORCE", "anything: colours in pipes too"),
];

/// The credentials of a Smartcat account.
#[derive(Clone, Debug)]
pub(super) struct SmartcatCredentials {
    /// The account's id, which is no secret.
    pub(super) account_id: String,
    pub(super) api_key: Secret,
}

/// The scopes asked for, with OAuth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// To plan.
    Read,
    /// To apply.
    Write,
}

impl Access {
    fn scope(self) -> &'static str {
        match self {
            Self::Read => "hc:read",
            Self::Write => "hc:read hc:write",
        }
    }
}

/// Reads a variable; for tests it may be any function.
pub(super) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The process's own environment.
pub(super) fn process(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The credentials of both services. What is missing is said at once, for both.
pub(super) fn credentials(
    ui: &Ui,
    access: Access,
    lookup: Lookup<'_>,
) -> Result<(ZendeskCredentials, SmartcatCredentials), CommandError> {
    let variables = Variables { lookup };
    let zendesk = variables.zendesk(ui, access);
    let smartcat = variables.smartcat();
    match (zendesk, smartcat) {
        (Ok(zendesk), Ok(smartcat)) => Ok((zendesk, smartcat)),
        (zendesk, smartcat) => {
            let missing: Vec<String> = [zendesk.err(), smartcat.err()].into_iter().flatten().collect();
            Err(missing_credentials(&missing.join("; ")))
        }
    }
}

/// The credentials of Zendesk alone.
pub(super) fn zendesk(
    ui: &Ui,
    access: Access,
    lookup: Lookup<'_>,
) -> Result<ZendeskCredentials, CommandError> {
    Variables { lookup }.zendesk(ui, access).map_err(|missing| missing_credentials(&missing))
}

/// Requests per second that Smartcat is asked at most, where an account has another rate than the documented one.
pub(super) fn smartcat_rate(lookup: Lookup<'_>) -> Result<Option<u32>, CommandError> {
    let Some(text) =
        (Variables { lookup }).get(RATE).map_err(|error| CommandError::new(Kind::Usage, error))?
    else {
        return Ok(None);
    };
    match text.parse() {
        Ok(rate) if rate > 0 => Ok(Some(rate)),
        _ => Err(CommandError::new(
            Kind::Usage,
            format!("{RATE} is a number of requests per second, not `{text}`"),
        )),
    }
}

/// Names the rate of [`smartcat_rate`].
const RATE: &str = "ZENCAT_SMARTCAT_RATE";

fn missing_credentials(what: &str) -> CommandError {
    CommandError::new(Kind::Credentials, format!("credentials are missing: {what}"))
        .hints(advice::NO_CREDENTIALS)
}

struct Variables<'a> {
    lookup: Lookup<'a>,
}

impl Variables<'_> {
    /// A variable, or the content of the file that its `_FILE` variant names. Empty is as good as unset: CI systems
    /// set secrets that do not exist to nothing.
    fn get(&self, name: &str) -> Result<Option<String>, String> {
        if let Some(value) = (self.lookup)(name).filter(|value| !value.trim().is_empty()) {
            return Ok(Some(value.trim().to_owned()));
        }
        let file = format!("{name}_FILE");
        let Some(path) = (self.lookup)(&file).filter(|path| !path.trim().is_empty()) else { return Ok(None) };
        match std::fs::read_to_string(path.trim()) {
            Ok(content) if !content.trim().is_empty() => Ok(Some(content.trim().to_owned())),
            // The path is not shown: who takes the one variable for the other has put the secret there.
            Ok(_) => Err(format!("{file} names an empty file")),
            Err(error) => Err(format!("{file} names a file that cannot be read ({error})")),
        }
    }

    /// Two variables that belong together: both, none, or a complaint about the one that is missing.
    fn pair(&self, first: &str, second: &str) -> Result<Option<(String, String)>, String> {
        match (self.get(first)?, self.get(second)?) {
            (Some(first), Some(second)) => Ok(Some((first, second))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(format!("{first} is set, {second} is not")),
            (None, Some(_)) => Err(format!("{second} is set, {first} is not")),
        }
    }

    fn zendesk(&self, ui: &Ui, access: Access) -> Result<ZendeskCredentials, String> {
        let client = self.pair("ZENDESK_OAUTH_CLIENT_ID", "ZENDESK_OAUTH_CLIENT_SECRET")?;
        let token = self.get("ZENDESK_ACCESS_TOKEN")?;
        let api_token = self.pair("ZENDESK_EMAIL", "ZENDESK_API_TOKEN")?;
        let kinds =
            usize::from(client.is_some()) + usize::from(token.is_some()) + usize::from(api_token.is_some());
        if kinds > 1 {
            ui.note("several kinds of Zendesk credentials are set: OAuth client before access token before API token");
        }
        match (client, token, api_token) {
            (Some((id, secret)), _, _) => Ok(ZendeskCredentials::ClientCredentials {
                id,
                secret: Secret::new(secret),
                scope: access.scope().to_owned(),
            }),
            (None, Some(token), _) => Ok(ZendeskCredentials::AccessToken(Secret::new(token))),
            (None, None, Some((email, token))) => {
                ui.warning(
                    "Zendesk's API tokens stop on 2027-04-30; make an OAuth client and set ZENDESK_OAUTH_CLIENT_ID \
                     and ZENDESK_OAUTH_CLIENT_SECRET",
                );
                Ok(ZendeskCredentials::ApiToken { email, token: Secret::new(token) })
            }
            (None, None, None) => {
                Err("Zendesk needs ZENDESK_OAUTH_CLIENT_ID and ZENDESK_OAUTH_CLIENT_SECRET, or \
                 ZENDESK_ACCESS_TOKEN, or ZENDESK_EMAIL and ZENDESK_API_TOKEN"
                    .to_owned())
            }
        }
    }

    fn smartcat(&self) -> Result<SmartcatCredentials, String> {
        match self.pair("SMARTCAT_ACCOUNT_ID", "SMARTCAT_API_KEY")? {
            Some((account, key)) => {
                Ok(SmartcatCredentials { account_id: account, api_key: Secret::new(key) })
            }
            None => Err("Smartcat needs SMARTCAT_ACCOUNT_ID and SMARTCAT_API_KEY".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::args::Color;
    use super::super::args::LogFormat;
    use super::*;

    fn ui() -> Ui {
        Ui::new(Color::Never, true, false, LogFormat::Text)
    }

    fn with(variables: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<String> {
        move |name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn everything_that_is_missing_is_said_at_once() {
        let error = credentials(&ui(), Access::Read, &with(&[])).unwrap_err();
        let text = serde_json::to_string(&error.document()).unwrap();
        for name in
            ["ZENDESK_OAUTH_CLIENT_ID", "ZENDESK_API_TOKEN", "SMARTCAT_ACCOUNT_ID", "SMARTCAT_API_KEY"]
        {
            assert!(text.contains(name), "{text}");
        }
    }

    #[test]
    fn half_a_pair_is_named() {
        let lookup = with(&[("ZENDESK_EMAIL", "a@b.c"), ("SMARTCAT_API_KEY", "k")]);
        let text = serde_json::to_string(&credentials(&ui(), Access::Read, &lookup).unwrap_err().document())
            .unwrap();
        assert!(text.contains("ZENDESK_EMAIL is set, ZENDESK_API_TOKEN is not"), "{text}");
        assert!(text.contains("SMARTCAT_API_KEY is set, SMARTCAT_ACCOUNT_ID is not"), "{text}");
    }

    #[test]
    fn an_oauth_client_comes_first_and_asks_for_no_more_than_it_needs() {
        let lookup = with(&[
            ("ZENDESK_ACCESS_TOKEN", "t"),
            ("ZENDESK_OAUTH_CLIENT_ID", "i"),
            ("ZENDESK_OAUTH_CLIENT_SECRET", "s"),
            ("SMARTCAT_ACCOUNT_ID", "a"),
            ("SMARTCAT_API_KEY", "k"),
        ]);
        let scope = |access| match credentials(&ui(), access, &lookup).unwrap().0 {
            ZendeskCredentials::ClientCredentials { scope, .. } => scope,
            other => panic!("{other:?}"),
        };
        assert_eq!(scope(Access::Read), "hc:read");
        assert_eq!(scope(Access::Write), "hc:read hc:write");
    }

    #[test]
    fn empty_variables_count_as_unset() {
        let lookup =
            with(&[("ZENDESK_ACCESS_TOKEN", " "), ("SMARTCAT_ACCOUNT_ID", "a"), ("SMARTCAT_API_KEY", "k")]);
        assert!(credentials(&ui(), Access::Read, &lookup).is_err());
    }
}
