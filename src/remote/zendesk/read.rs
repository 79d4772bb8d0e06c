//! Reading the help center.

use std::collections::HashSet;

use super::Api;
use super::Credentials;
use super::auth::Auth;
use super::pages::Pages;
use super::path;
use super::wire::Locales;
use super::wire::Me;
use super::wire::TranslationsAnswer;
use super::wire::UserAnswer;
use super::wire::WireTranslation;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;
use crate::remote::Counts;
use crate::remote::ErrorKind;
use crate::remote::Options;
use crate::remote::RemoteError;
use crate::remote::Service;
use crate::remote::SetupError;
use crate::remote::connect;
use crate::remote::http::Http;
use crate::remote::http::Lanes;
use crate::remote::pace::Pace;
use crate::remote::request::Request;

/// Concurrent writes of one help center collide with 409, so there is one at a time; reads stay polite
/// (zendesk-help-center.md §7).
const LANES: Lanes = Lanes { reads: 4, writes: 1 };

/// Locales asked for at once: they travel in the URL.
const LOCALES_PER_REQUEST: usize = 100;

/// Reads a help center. Clones share connections, pace and token.
#[derive(Clone)]
pub struct ZendeskRead {
    pub(super) api: Api,
}

/// What the account may see.
#[derive(Debug)]
pub enum Access {
    /// It is an agent that may edit the article asked about.
    Ok,
    /// Zendesk takes it for nobody: public lists are answered, but they are not everything.
    Anonymous,
    /// It is somebody, but may not do this.
    Forbidden(RemoteError),
}

impl ZendeskRead {
    /// A reader of the help center at this URL, such as `https://acme.zendesk.com`.
    ///
    /// # Errors
    /// When the URL is not https (or http to this machine), or a credential cannot be sent.
    pub fn new(url: &str, credentials: Credentials, options: &Options) -> Result<Self, SetupError> {
        let http = Http::new(Service::Zendesk, connect::root(url)?, Pace::by_answers(), LANES, options)?;
        Ok(Self { api: Api { http, auth: Auth::new(credentials)? } })
    }

    /// The enabled locales. Only signed-in users are answered.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn locales(&self) -> Result<Locales, RemoteError> {
        self.api.json(Request::get(&path(&["locales"])).about_all()).await
    }

    /// Every item of a kind that the account may see, with all translations.
    pub fn items(&self, kind: ItemKind) -> Pages {
        Pages::of(self.api.clone(), kind)
    }

    /// The articles that the account may see, those first that changed last in anything, votes included.
    pub fn latest_articles(&self) -> Pages {
        Pages::latest_first(self.api.clone(), ItemKind::Article)
    }

    /// What the account may see, asked by a list that only managers get.
    ///
    /// # Errors
    /// When the question itself fails.
    pub async fn access(&self) -> Result<Access, RemoteError> {
        let groups = Request::get(&["api", "v2", "guide", "permission_groups"]).about_all();
        match self.api.json::<serde_json::Value>(groups).await {
            // A brand's host sends this question to the account's own, where our credentials do not go
            // (zendesk-help-center.md §1.1); a plan without such groups does not know it.
            Err(error) if matches!(error.kind(), ErrorKind::Redirected | ErrorKind::NotFound) => {
                self.access_by_name().await
            }
            answer => verdict(answer.map(|_| ())),
        }
    }

    /// What the account may see, asked by what only an agent who may edit this article is told.
    ///
    /// # Errors
    /// When the question itself fails.
    pub async fn access_to(&self, article: u64) -> Result<Access, RemoteError> {
        let missing = Request::get(&path(&["articles", &article.to_string(), "translations", "missing"]));
        match self.api.json::<serde_json::Value>(missing).await {
            // Removed since it was listed: nothing is learnt.
            Err(error) if error.kind() == ErrorKind::NotFound => self.access().await,
            answer => verdict(answer.map(|_| ())),
        }
    }

    async fn access_by_name(&self) -> Result<Access, RemoteError> {
        match self.me().await {
            Ok(me) if me.is_anonymous() => Ok(Access::Anonymous),
            answer => verdict(answer.map(|_| ())),
        }
    }

    /// An item's translations in these locales, in all of them when none is named; `None` when the item is gone.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn translations(
        &self,
        item: ItemKey,
        locales: &[Locale],
    ) -> Result<Option<Vec<WireTranslation>>, RemoteError> {
        let mut translations = Vec::new();
        let mut rest = locales;
        loop {
            let (now, later) = rest.split_at(rest.len().min(LOCALES_PER_REQUEST));
            match self.translations_in(item, now).await {
                Ok(found) => translations.extend(found),
                Err(error) if error.is_not_found() => return Ok(None),
                Err(error) => return Err(error),
            }
            if later.is_empty() {
                return Ok(Some(translations));
            }
            rest = later;
        }
    }

    async fn translations_in(
        &self,
        item: ItemKey,
        locales: &[Locale],
    ) -> Result<Vec<WireTranslation>, RemoteError> {
        let mut translations = Vec::new();
        let mut seen = HashSet::new();
        for page in 1_u32.. {
            let id = item.id.to_string();
            let mut request = Request::get(&path(&[item.kind.plural(), &id, "translations"]));
            if !locales.is_empty() {
                let names: Vec<&str> = locales.iter().map(Locale::as_str).collect();
                request = request.query("locales", names.join(","));
            }
            request = request.query("per_page", 100);
            if page > 1 {
                request = request.query("page", page);
            }
            let answer: TranslationsAnswer = self.api.json(request).await?;
            let before = seen.len();
            let new = answer.translations.into_iter().filter(|new| seen.insert(new.locale.clone()));
            translations.extend(new);
            if answer.next_page.is_none() || seen.len() == before {
                break;
            }
        }
        Ok(translations)
    }

    /// The user that Zendesk takes us for. Zendesk answers this with success to anybody, so ask
    /// [`Me::is_anonymous`].
    ///
    /// # Errors
    /// When the request fails; a token that is limited to the help center may not ask (403).
    pub async fn me(&self) -> Result<Me, RemoteError> {
        let me = Request::get(&["api", "v2", "users", "me.json"]).outside_budget();
        Ok(self.api.json::<UserAnswer>(me).await?.user)
    }

    /// Requests per minute that Zendesk allows, and what was left of them, when last heard.
    pub fn rate_limit(&self) -> Option<(u32, u32)> {
        self.api.http.rate_limit()
    }

    /// How many requests were sent, by this client, its clones and its writer.
    pub fn requests(&self) -> Counts {
        self.api.http.counts()
    }
}

fn verdict(answer: Result<(), RemoteError>) -> Result<Access, RemoteError> {
    match answer {
        Ok(()) => Ok(Access::Ok),
        Err(error) if error.kind() == ErrorKind::Unauthorized => Ok(Access::Anonymous),
        Err(error) if error.kind() == ErrorKind::Forbidden => Ok(Access::Forbidden(error)),
        Err(error) => Err(error),
    }
}
