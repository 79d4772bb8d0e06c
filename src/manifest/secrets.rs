//! Credentials that somebody wrote into the manifest: found by the name of their key, and never shown.

use crate::diag::Code;
use crate::diag::Diagnostic;
use crate::diag::Lines;

/// What names of credentials have in them, without case and dividers.
const SUSPECTS: [&str; 11] = [
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "accesskey",
    "privatekey",
    "credential",
    "bearer",
    "authorization",
];

/// A key that looks like a credential's.
pub(super) fn looks_secret(key: &str) -> bool {
    let plain: String = key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    SUSPECTS.iter().any(|suspect| plain.contains(suspect))
}

/// What is said about such a key.
pub(super) fn refusal(key: &str, diagnostic: impl FnOnce(Code, String) -> Diagnostic) -> Diagnostic {
    diagnostic(Code::Secret, format!("`{key}` looks like a credential, and the manifest is committed to git"))
        .label("remove it, and revoke it if it was ever committed")
        .hint(
            "credentials come from the environment: ZENDESK_OAUTH_CLIENT_ID and ZENDESK_OAUTH_CLIENT_SECRET, \
             SMARTCAT_ACCOUNT_ID and SMARTCAT_API_KEY",
        )
}

/// Hides what stands behind the colon when the line itself looks like a credential: a file that is not YAML cannot be
/// asked for its keys.
pub(super) fn concealed_line(lines: &Lines<'_>, diagnostic: Diagnostic) -> Diagnostic {
    let Some(range) = lines.range(diagnostic.place.place.line) else { return diagnostic };
    let line = lines.text(range.clone());
    match line.find([':', '=']) {
        Some(colon) if looks_secret(line) => diagnostic.conceal(range.start + colon + 1, range.end),
        _ => diagnostic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials_are_known_in_every_spelling() {
        for key in
            ["api_key", "apiKey", "API-KEY", "zendesk_token", "clientSecret", "Password", "private key"]
        {
            assert!(looks_secret(key), "{key}");
        }
        for key in ["url", "name", "languages", "keyword", "author"] {
            assert!(!looks_secret(key), "{key}");
        }
    }
}
