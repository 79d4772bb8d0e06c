//! The simulated Smartcat: the integration API as a state machine without sockets, threads or a clock of its
//! own.
//!
//! A request and a moment go in, an answer comes out (`Service`). What Smartcat does later (parsing,
//! machine translation, imports, exports) is done when a later moment is seen; what people do is done by the
//! *acts* ([`SmartcatState::act`]). What the documentation leaves open is a switch in [`Behaviour`]. Ids come
//! from counters and translations from [`pseudo_translate`], so the same requests always give the same
//! answers, byte for byte.
//!
//! Written from the references alone; it shares nothing with the client, so that a misspelt name cannot pass
//! on both sides. Not simulated: fuzzy matches, propagation of repetitions within a project, XLIFF, the
//! delivery of callbacks, and the parts of the API that a translation sync has no use for.

mod account;
mod acts;
mod assets;
mod assign;
mod behaviour;
mod call;
mod creation;
mod documents;
mod export;
mod files;
mod ids;
mod languages;
mod lifecycle;
mod machine;
mod markup;
mod memory;
mod model;
mod projects;
mod pseudo;
mod refusal;
mod render;
mod routes;
mod statistics;
#[cfg(test)]
mod tests;
mod upload;
mod views;
mod work;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;

pub use self::acts::ActError;
pub use self::acts::Damage;
pub use self::acts::ProjectEdit;
use self::assets::Assets;
pub use self::behaviour::AbsentFields;
pub use self::behaviour::AssignmentMode;
pub use self::behaviour::Behaviour;
pub use self::behaviour::ConfirmAt;
pub use self::behaviour::Engine;
pub use self::behaviour::ErrorBody;
pub use self::behaviour::ExportMode;
pub use self::behaviour::ExportStyle;
pub use self::behaviour::GlossarySeed;
pub use self::behaviour::Invitations;
pub use self::behaviour::JsonLabel;
pub use self::behaviour::LanguageIds;
pub use self::behaviour::ListOrder;
pub use self::behaviour::MemoryReply;
pub use self::behaviour::MemorySeed;
pub use self::behaviour::MetaInfoScope;
pub use self::behaviour::PersonSeed;
pub use self::behaviour::RateLimit;
pub use self::behaviour::Seed;
pub use self::behaviour::StatusAfterImport;
pub use self::behaviour::StatusAfterUpdate;
pub use self::behaviour::StatusDate;
pub use self::behaviour::TemplateSeed;
pub use self::behaviour::Unfinished;
use self::export::Export;
use self::ids::Ids;
use self::model::File;
use self::model::Project;
pub use self::pseudo::pseudo_translate;
use self::refusal::Refusal;
pub use self::views::DocumentView;
pub use self::views::ProjectView;
pub use self::views::SegmentView;
pub use self::views::StageView;
use self::work::Agenda;
use crate::sandbox::http::Request;
use crate::sandbox::http::Response;
use crate::sandbox::http::Service;

/// A Smartcat account and everything in it.
pub struct SmartcatState {
    behaviour: Behaviour,
    account_id: String,
    /// The whole header that a request must carry.
    authorization: String,
    ids: Ids,
    now: Timestamp,
    bucket: Bucket,
    agenda: Agenda,
    projects: BTreeMap<String, Project>,
    files: BTreeMap<String, File>,
    exports: BTreeMap<String, Export>,
    /// When the statistics of a file's or project's state are ready.
    statistics: BTreeMap<String, Timestamp>,
    assets: Assets,
    callback: Option<Value>,
    words_charged: u64,
}

impl SmartcatState {
    /// An account without projects.
    pub fn new(behaviour: Behaviour, account_id: &str, api_key: &str) -> Self {
        let mut ids = Ids::new(account_id);
        let assets = Assets::new(&behaviour.seed, &mut ids);
        Self {
            behaviour,
            account_id: account_id.to_owned(),
            authorization: format!("Basic {}", STANDARD.encode(format!("{account_id}:{api_key}"))),
            ids,
            now: Timestamp::UNIX_EPOCH,
            bucket: Bucket::default(),
            agenda: Agenda::default(),
            projects: BTreeMap::new(),
            files: BTreeMap::new(),
            exports: BTreeMap::new(),
            statistics: BTreeMap::new(),
            assets,
            callback: None,
            words_charged: 0,
        }
    }

    /// The switches.
    pub fn behaviour(&self) -> &Behaviour {
        &self.behaviour
    }

    /// Turns switches while the service runs. The seed has no effect any more.
    pub fn set_behaviour(&mut self, behaviour: Behaviour) {
        self.behaviour = behaviour;
    }

    /// Source words that were translated by machine, once for each language.
    pub fn words_charged(&self) -> u64 {
        self.words_charged
    }

    /// Moves the clock, never backwards, and does what is due.
    fn pass(&mut self, now: Timestamp) -> Timestamp {
        self.now = self.now.max(now);
        self.do_due_jobs(self.now);
        self.now
    }

    fn authorize(&self, request: &Request) -> Result<(), Refusal> {
        if request.header("authorization") == Some(self.authorization.as_str()) {
            return Ok(());
        }
        Err(Refusal::new(401, "The account id or the API key is wrong"))
    }

    fn too_many(limit: &RateLimit) -> Response {
        let response = if limit.text_body {
            Response::typed(429, "text/plain; charset=utf-8", "Too many requests")
        } else {
            Response::empty(429)
        };
        match limit.retry_after {
            Some(seconds) => response.with_header("retry-after", seconds.to_string()),
            None => response,
        }
    }
}

impl Service for SmartcatState {
    fn handle(&mut self, request: &Request, now: Timestamp) -> Response {
        let now = self.pass(now);
        let answer = match self.authorize(request) {
            Err(refusal) => Err(refusal),
            Ok(()) => match self.behaviour.rate_limit.clone() {
                Some(limit) if !self.bucket.take(limit.per_second, now) => return Self::too_many(&limit),
                _ => self.route(request, now),
            },
        };
        answer.unwrap_or_else(|refusal| refusal.dress(self.behaviour.error_body))
    }

    fn advance(&mut self, now: Timestamp) {
        self.pass(now);
    }
}

/// A token bucket: it holds a second's worth of requests and is full at the beginning.
#[derive(Debug, Default)]
struct Bucket {
    /// Thousandths of a request used up.
    used: u64,
    at: Option<Timestamp>,
}

impl Bucket {
    fn take(&mut self, per_second: u32, now: Timestamp) -> bool {
        let capacity = u64::from(per_second) * 1000;
        let passed = self.at.map_or(0, |at| now.as_millisecond().saturating_sub(at.as_millisecond()));
        let refilled = u64::try_from(passed).unwrap_or(0).saturating_mul(u64::from(per_second));
        self.used = self.used.saturating_sub(refilled);
        self.at = Some(now);
        let fits = self.used.saturating_add(1000) <= capacity;
        if fits {
            self.used += 1000;
        }
        fits
    }
}
