//! What the documentation of the Help Center API leaves open, or what differs between accounts. The default is what is
//! most likely (zendesk-help-center.md §14).

use serde::Deserialize;
use serde::Serialize;

use super::auth::Role;

/// How the help center behaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// What the account behind the credentials may do.
    pub role: Role,
    /// Whether an agent may publish; one who may not must create drafts.
    pub agents_publish: bool,
    /// Basic credentials that are wrong act as none at all, instead of 401.
    pub wrong_basic_is_anonymous: bool,
    /// Seconds that an access token lives.
    pub token_seconds: u32,
    /// Status of a granted token; 200 and 201 were both seen.
    pub token_status: u16,
    /// The scopes that the OAuth client may ask for.
    pub client_scopes: Vec<String>,
    /// A scope name that does not exist yields a token that is good for nothing, instead of 400.
    pub unknown_scope_yields_token: bool,

    /// Requests per minute; none means no limit and no `x-rate-limit` headers.
    pub rate_limit: Option<u32>,
    /// Requests per minute to the incremental export.
    pub incremental_limit: Option<u32>,
    /// Whether a 429 says when to come back.
    pub retry_after: bool,
    /// Whether a 304 counts.
    pub not_modified_counts: bool,
    /// Real milliseconds that a write takes; another write meanwhile gets 409. None: writes never meet.
    pub write_ms: Option<u64>,

    /// Status for a translation in a locale that is taken or not enabled: 400 or 422.
    pub refused_locale_status: u16,
    /// Status for deleting the only translation: 400 or 422.
    pub last_translation_status: u16,
    /// Status for a body or title that is too long: 413, 400 or 422.
    pub too_long_status: u16,
    /// Longest body in bytes.
    pub max_body_bytes: usize,
    /// Longest title in characters.
    pub max_title_chars: usize,
    /// An item shown in a locale that it lacks appears in its source locale, instead of 404.
    pub missing_locale_shows_source: bool,
    /// Callers who are not staff must have the locale in the path; otherwise they get the default locale.
    pub readers_need_locale: bool,
    /// A `page[size]` above 100 is refused with 400, instead of being taken for 100.
    pub large_page_refused: bool,

    /// A vote sets `updated_at` of section and category as well.
    pub vote_touches_parents: bool,
    /// A write to a translation sets `updated_at` of section and category as well.
    pub translation_touches_parents: bool,
    /// A PUT that changes nothing moves the article's `updated_at` all the same (never the translation's).
    pub unchanged_put_touches_article: bool,
    /// A change of the source flags the other translations as outdated.
    pub source_edit_flags_outdated: bool,
    /// Anonymous callers see `outdated_locales`.
    pub anonymous_sees_outdated: bool,

    /// Attachment URLs in a written body lose the file name and get an id of their own for each translation.
    pub rewrites_attachments: bool,
    /// A body written through the API goes through the editor's HTML pipeline, instead of being stored as sent.
    pub reserialises_writes: bool,

    /// The incremental export takes `include=translations`.
    pub incremental_includes_translations: bool,
    /// The incremental export always gives a `next_page`.
    pub incremental_always_next: bool,

    /// Objects carry the keys that are not documented: `name`, `hidden`, `user_segment_ids`.
    pub undocumented_keys: bool,
    /// The host of `html_url` where the help center is host-mapped, with scheme: `https://help.example.com`.
    pub html_host: Option<String>,

    /// What happens in the help center by itself while time passes.
    pub noise: Option<Noise>,
}

/// Readers vote and people work while time passes, in the proportion that was recorded of real help centers: of 100
/// changes 79 are votes, 13 change content, 8 other fields (zendesk-help-center.md §13.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noise {
    /// Seconds between two changes.
    pub every_seconds: u32,
    /// Which sequence of changes: the same number, the same changes.
    pub seed: u64,
}

impl Default for Behaviour {
    fn default() -> Self {
        let scopes = ["read", "write", "hc:read", "hc:write"];
        Self {
            role: Role::Admin,
            agents_publish: true,
            wrong_basic_is_anonymous: true,
            token_seconds: 1800,
            token_status: 200,
            client_scopes: scopes.map(str::to_owned).to_vec(),
            unknown_scope_yields_token: false,
            rate_limit: None,
            incremental_limit: None,
            retry_after: true,
            not_modified_counts: true,
            write_ms: None,
            refused_locale_status: 400,
            last_translation_status: 400,
            too_long_status: 413,
            max_body_bytes: 1_000_000,
            max_title_chars: 255,
            missing_locale_shows_source: false,
            readers_need_locale: true,
            large_page_refused: false,
            vote_touches_parents: false,
            translation_touches_parents: true,
            unchanged_put_touches_article: false,
            source_edit_flags_outdated: false,
            anonymous_sees_outdated: true,
            rewrites_attachments: true,
            reserialises_writes: false,
            incremental_includes_translations: false,
            incremental_always_next: false,
            undocumented_keys: true,
            html_host: None,
            noise: None,
        }
    }
}
