//! The simulated Help Center of one brand (zendesk-help-center.md §13).
//!
//! A request goes through this file: token endpoint, rate limit, who asks, route, then the headers that every answer
//! has. `read.rs`, `translations.rs` and `write.rs` answer the routes; `texts.rs` holds the rules that all changes of
//! text follow, whether they come over the API or from people (`acts.rs`).
//!
//! Not simulated: search, comments and votes over HTTP, user segments beyond one id, uploads of attachments, webhooks,
//! and the rendering of pages.

mod acts;
mod acts_json;
mod attachments;
mod auth;
mod behaviour;
mod editor;
mod json;
mod limits;
mod listing;
mod noise;
mod paging;
mod planting;
mod read;
mod refusal;
mod render;
mod store;
#[cfg(test)]
mod tests;
mod texts;
mod translations;
mod write;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::Digest as _;
use sha2::Sha256;

use super::http::Request;
use super::http::Response;
use super::http::Service;
use super::seed::Seed;
use super::seed::SeedError;
pub use acts::ActError;
pub use acts::ArticleView;
pub use acts::TranslationView;
pub use auth::ACCESS_TOKEN;
pub use auth::API_TOKEN;
pub use auth::CLIENT_ID;
pub use auth::CLIENT_SECRET;
use auth::Caller;
pub use auth::EMAIL;
pub use auth::Role;
use auth::Tokens;
pub use behaviour::Behaviour;
pub use behaviour::Noise;
use json::Escape;
use limits::Window;
use noise::NoiseMaker;
use refusal::Refusal;
use render::Embed;
use render::Renderer;
pub use store::Kind;
use store::Store;

/// The user behind the credentials, as in `updated_by_id`.
pub const ACCOUNT_USER_ID: i64 = 21_960_000_101_073;
/// The person who edits by hand.
pub const EDITOR_USER_ID: i64 = 21_960_000_204_411;
/// The one permission group.
pub const PERMISSION_GROUP_ID: u64 = 21_960_000_310_207;

/// The help center: its contents, and whoever is signed in.
#[derive(Debug)]
pub struct ZendeskState {
    behaviour: Behaviour,
    /// Scheme and host, as in the `url` of objects.
    base: String,
    store: Store,
    tokens: Tokens,
    limit: Window,
    incremental_limit: Window,
    /// Sections that the account may no longer see.
    withheld: BTreeSet<u64>,
    noise: NoiseMaker,
    headings_named: u64,
}

/// What answering a request needs to know beside the request.
struct Ask<'a> {
    request: &'a Request,
    caller: Caller,
    /// The locale in the path, enabled or not.
    locale: Option<String>,
    now: Timestamp,
}

type Answer = Result<Response, Refusal>;

impl ZendeskState {
    /// A help center with the seed's content, reachable at `base` (`http://127.0.0.1:PORT`).
    ///
    /// # Errors
    /// When the seed contradicts itself.
    pub fn new(seed: Seed, behaviour: Behaviour, base: &str) -> Result<Self, SeedError> {
        seed.check()?;
        Ok(Self {
            noise: NoiseMaker::new(behaviour.noise),
            behaviour,
            base: base.trim_end_matches('/').to_owned(),
            store: planting::plant(seed),
            tokens: Tokens::default(),
            limit: Window::default(),
            incremental_limit: Window::default(),
            withheld: BTreeSet::new(),
            headings_named: 0,
        })
    }

    /// Whether the credentials of a request are right.
    pub(super) fn accepts(&self, request: &Request, now: Timestamp) -> bool {
        self.tokens.accepts(request, now)
    }

    fn answer(&mut self, request: &Request, now: Timestamp) -> Answer {
        let path = request.path.strip_suffix(".json").unwrap_or(&request.path);
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        match segments[..] {
            ["oauth", "tokens"] if request.method == "POST" => {
                self.tokens.grant(request, &self.behaviour, now)
            }
            ["api", "v2", ref rest @ ..] => self.answer_api(request, rest, now),
            _ => Err(Refusal::NoEndpoint),
        }
    }

    fn answer_api(&mut self, request: &Request, segments: &[&str], now: Timestamp) -> Answer {
        self.take_from_limits(segments, now)?;
        let caller = self.tokens.identify(request, &self.behaviour, now);
        if segments == ["users", "me"] {
            return self.show_me(caller.unwrap_or(Caller::Anonymous));
        }
        let caller = caller?;
        caller.need_scope(&request.method)?;
        match segments {
            ["guide", rest @ ..] => {
                let ask = Ask { request, caller, locale: None, now };
                self.answer_guide(&ask, rest)
            }
            ["help_center", rest @ ..] => {
                let (locale, rest) = split_locale(rest);
                let ask = Ask { request, caller, locale, now };
                self.check_path_locale(&ask)?;
                self.answer_help_center(&ask, rest)
            }
            _ => Err(Refusal::NoEndpoint),
        }
    }

    /// The Help Center has a limit of its own; requests to the rest of Zendesk count elsewhere.
    fn take_from_limits(&mut self, segments: &[&str], now: Timestamp) -> Result<(), Refusal> {
        if segments.first() != Some(&"help_center") {
            return Ok(());
        }
        let tell_when = self.behaviour.retry_after;
        if let Some(limit) = self.behaviour.rate_limit {
            self.limit.take(limit, now, tell_when)?;
        }
        match self.behaviour.incremental_limit {
            Some(limit) if segments.contains(&"incremental") => {
                self.incremental_limit.take(limit, now, tell_when)
            }
            _ => Ok(()),
        }
    }

    /// A locale that is not enabled has nothing in it.
    fn check_path_locale(&self, ask: &Ask<'_>) -> Result<(), Refusal> {
        match &ask.locale {
            Some(locale) if !self.store.locales.contains(locale) => Err(Refusal::NotFound),
            _ => Ok(()),
        }
    }

    fn answer_help_center(&mut self, ask: &Ask<'_>, route: &[&str]) -> Answer {
        match ask.request.method.as_str() {
            "GET" => self.read(ask, route),
            "POST" | "PUT" | "DELETE" => {
                ask.caller.need(Role::Agent)?;
                self.write(ask, route)
            }
            _ => Err(Refusal::NoEndpoint),
        }
    }

    /// Headers that depend on the whole answer: ETag and 304, caching, what is left of the limit.
    fn finish(&mut self, request: &Request, answer: Response) -> Response {
        if !request.path.starts_with("/api/v2/help_center/") {
            return answer;
        }
        let mut answer = with_etag(request, answer);
        if answer.status == 304 && !self.behaviour.not_modified_counts {
            self.limit.give_back();
        }
        if let Some(limit) = self.behaviour.rate_limit {
            let left = self.limit.left(limit);
            answer = answer
                .with_header("x-rate-limit", limit.to_string())
                .with_header("x-rate-limit-remaining", left.to_string());
        }
        answer
    }

    fn renderer(&self, caller: Caller, embed: bool) -> Renderer<'_> {
        Renderer {
            base: &self.base,
            behaviour: &self.behaviour,
            translations: match (embed, caller.is_staff()) {
                (false, _) => Embed::None,
                (true, false) => Embed::Published,
                (true, true) => Embed::All,
            },
            shows_outdated: self.behaviour.anonymous_sees_outdated || caller != Caller::Anonymous,
        }
    }
}

impl Service for ZendeskState {
    fn handle(&mut self, request: &Request, now: Timestamp) -> Response {
        let now = whole_second(now);
        let answer = self.answer(request, now).unwrap_or_else(Response::from);
        self.finish(request, answer)
    }

    fn advance(&mut self, now: Timestamp) {
        self.make_noise(whole_second(now));
    }
}

/// All of Zendesk's times are whole seconds.
fn whole_second(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Takes the optional locale off a path.
fn split_locale<'a>(segments: &'a [&'a str]) -> (Option<String>, &'a [&'a str]) {
    match segments.split_first() {
        Some((first, rest)) if is_locale(first) => (Some(first.to_ascii_lowercase()), rest),
        _ => (None, segments),
    }
}

/// `de`, `en-us`, `es-419`: the names of collections are longer than a language.
fn is_locale(segment: &str) -> bool {
    let mut parts = segment.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// `123` or `123-Some-title`.
fn id_of(segment: &str) -> Result<u64, Refusal> {
    let digits = segment.split('-').next().unwrap_or_default();
    digits.parse().map_err(|_| Refusal::NotFound)
}

/// The ETag is half the SHA-256 of the body, in hexadecimal (zendesk-help-center.md §8).
fn with_etag(request: &Request, answer: Response) -> Response {
    if !matches!(answer.status, 200 | 201) || answer.body.is_empty() {
        return answer.with_header("cache-control", "no-cache");
    }
    let digest = Sha256::digest(&answer.body);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("W/\"{hex}\"");
    let matches = request.header("if-none-match").is_some_and(|known| known == etag);
    let answer = if request.method == "GET" && matches { Response::empty(304) } else { answer };
    answer.with_header("etag", etag).with_header("cache-control", "max-age=0, private, must-revalidate")
}

/// A JSON answer from text.
fn json_answer(status: u16, json: String, escape: Escape) -> Response {
    Response::typed(status, "application/json; charset=utf-8", escape.apply(json).into_bytes())
}

/// The object under `key` of a JSON body: `{"translation": {…}}`.
fn fields<T: DeserializeOwned>(request: &Request, key: &str) -> Result<T, Refusal> {
    let is_json = request.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    let mut body: Value = request.json().filter(|_| is_json).ok_or(Refusal::Unreadable)?;
    let fields =
        body.get_mut(key).map(Value::take).ok_or(Refusal::InvalidAttribute("The root key is missing"))?;
    serde_json::from_value(fields).map_err(|_| Refusal::Unreadable)
}
