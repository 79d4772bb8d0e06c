//! The routes below `/translations` (zendesk-help-center.md §3.4).

use serde::Deserialize;
use serde::Deserializer;

use super::ACCOUNT_USER_ID;
use super::Answer;
use super::Ask;
use super::Refusal;
use super::Role;
use super::ZendeskState;
use super::auth::Caller;
use super::fields;
use super::json::Escape;
use super::json::Object;
use super::json_answer;
use super::paging;
use super::paging::Asked;
use super::paging::Listed;
use super::read::LONG_PAGE;
use super::read::by_age;
use super::read::with_link;
use super::store::Item;
use super::store::ItemKey;
use super::store::Kind;
use super::store::Translation;
use super::texts::Change;
use super::texts::NewText;
use crate::sandbox::http::Request;
use crate::sandbox::http::Response;

/// The body of a POST or PUT. Other fields, such as `source_id`, are ignored.
#[derive(Deserialize)]
struct Fields {
    locale: Option<String>,
    title: Option<String>,
    /// Absent and `null` differ: the one keeps, the other empties.
    #[serde(default, deserialize_with = "present")]
    body: Option<Option<String>>,
    draft: Option<bool>,
    outdated: Option<bool>,
}

/// A key that is there, be it with `null`.
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl ZendeskState {
    pub(super) fn read_translations(&self, ask: &Ask<'_>, kind: Kind, id: u64, rest: &[&str]) -> Answer {
        match rest {
            [] => self.list_translations(ask, kind, id),
            ["missing"] => self.missing(ask, kind, id),
            [locale] => self.show_translation(ask, kind, id, &locale.to_ascii_lowercase()),
            _ => Err(Refusal::NoEndpoint),
        }
    }

    fn list_translations(&self, ask: &Ask<'_>, kind: Kind, id: u64) -> Answer {
        ask.caller.need(Role::EndUser)?;
        let item = self.known(ask, kind, id)?;
        let asked = Asked::of(ask.request, LONG_PAGE, self.behaviour.large_page_refused)?;
        let rows = item
            .translations
            .values()
            .filter(|one| is_asked_for(ask.request, one) && may_see(ask.caller, one))
            .map(|one| (by_age(one.created_at, one.id), one));
        let page = paging::cut(rows.collect(), false, &asked)?;
        let renderer = self.renderer(ask.caller, false);
        let items = page.rows.iter().map(|one| renderer.translation(item, one)).collect();
        let listed = Listed { key: "translations", items, extra: Vec::new(), sort: None };
        let (json, next) = page.envelope(&self.links(ask), listed);
        Ok(with_link(json_answer(200, json, Escape::Ampersand), next))
    }

    fn missing(&self, ask: &Ask<'_>, kind: Kind, id: u64) -> Answer {
        ask.caller.need(Role::Agent)?;
        let item = self.known(ask, kind, id)?;
        let missing: Vec<&String> =
            self.store.locales.iter().filter(|locale| !item.translations.contains_key(*locale)).collect();
        Ok(json_answer(200, Object::new().with("locales", &missing).finish(), Escape::Nothing))
    }

    fn show_translation(&self, ask: &Ask<'_>, kind: Kind, id: u64, locale: &str) -> Answer {
        ask.caller.need(Role::EndUser)?;
        let item = self.known(ask, kind, id)?;
        let translation = item.translations.get(locale).filter(|one| may_see(ask.caller, one));
        self.translation_answer(200, item, translation.ok_or(Refusal::NotFound)?, ask.caller, Escape::Nothing)
    }

    fn translation_answer(
        &self,
        status: u16,
        item: &Item,
        translation: &Translation,
        caller: Caller,
        escape: Escape,
    ) -> Answer {
        let json = self.renderer(caller, false).translation(item, translation);
        Ok(json_answer(status, Object::new().with_json("translation", &json).finish(), escape))
    }

    /// Adds a translation.
    pub(super) fn post_translation(&mut self, ask: &Ask<'_>, kind: Kind, id: u64) -> Answer {
        self.check_may_write(ask, kind)?;
        let key = self.known(ask, kind, id)?.key();
        let fields: Fields = fields(ask.request, "translation")?;
        let locale = fields.locale.unwrap_or_default().to_ascii_lowercase();
        self.check_free_locale(key, &locale)?;
        let title = fields.title.filter(|title| !title.trim().is_empty());
        let title =
            title.ok_or(Refusal::Invalid { status: 400, field: "title", message: "can't be blank" })?;
        let body = fields.body.flatten();
        self.check_length(Some(&title), body.as_deref())?;
        let draft = fields.draft.unwrap_or_default();
        self.check_may_publish(ask, draft)?;
        let outdated = fields.outdated.unwrap_or_default();
        self.add_text(
            key,
            NewText { locale: locale.clone(), title, body, draft, outdated },
            ACCOUNT_USER_ID,
            ask.now,
        );
        let answer = self.written(ask, key, &locale, 201)?;
        let place = format!("{}/api/v2/help_center/{}/{id}/translations/{locale}", self.base, kind.plural());
        Ok(answer.with_header("location", place))
    }

    /// Changes a translation.
    pub(super) fn put_translation(&mut self, ask: &Ask<'_>, kind: Kind, id: u64, locale: &str) -> Answer {
        self.check_may_write(ask, kind)?;
        let item = self.known(ask, kind, id)?;
        let key = item.key();
        let was_draft = item.translations.get(locale).ok_or(Refusal::NotFound)?.draft;
        let fields: Fields = fields(ask.request, "translation")?;
        let blank = fields.title.as_ref().is_some_and(|title| title.trim().is_empty());
        if blank {
            return Err(Refusal::Invalid { status: 400, field: "title", message: "can't be blank" });
        }
        self.check_length(fields.title.as_deref(), fields.body.as_ref().and_then(|body| body.as_deref()))?;
        self.check_may_publish(ask, fields.draft.unwrap_or(was_draft))?;
        let moved = fields.locale.map(|moved| moved.to_ascii_lowercase()).filter(|moved| moved != locale);
        if let Some(moved) = &moved {
            self.check_free_locale(key, moved)?;
        }
        let shown = moved.clone().unwrap_or_else(|| locale.to_owned());
        let change = Change {
            title: fields.title,
            body: fields.body,
            draft: fields.draft,
            outdated: fields.outdated,
            locale: moved,
        };
        self.change_text(key, locale, change, ACCOUNT_USER_ID, ask.now);
        self.written(ask, key, &shown, 200)
    }

    fn written(&self, ask: &Ask<'_>, key: ItemKey, locale: &str, status: u16) -> Answer {
        let item = self.store.items.get(&key).ok_or(Refusal::NotFound)?;
        let translation = item.translations.get(locale).ok_or(Refusal::NotFound)?;
        self.translation_answer(status, item, translation, ask.caller, Escape::Markup)
    }

    /// Deletes a translation by its own id.
    pub(super) fn delete_translation_by_id(&mut self, ask: &Ask<'_>, id: u64) -> Answer {
        let found = self.store.items.values().find_map(|item| {
            let translation = item.translations.values().find(|one| one.id == id)?;
            Some((item.key(), translation.locale.clone()))
        });
        let (key, locale) = found.ok_or(Refusal::NotFound)?;
        self.delete_translation(ask, key.0, key.1, &locale)
    }

    /// Deletes a translation; the source stays as long as it is the source, and so does the last one.
    pub(super) fn delete_translation(&mut self, ask: &Ask<'_>, kind: Kind, id: u64, locale: &str) -> Answer {
        self.check_may_write(ask, kind)?;
        let item = self.known(ask, kind, id)?;
        if !item.translations.contains_key(locale) {
            return Err(Refusal::NotFound);
        }
        if item.source_locale == locale {
            let status = self.behaviour.last_translation_status;
            return Err(Refusal::Invalid {
                status,
                field: "base",
                message: "The source translation cannot be deleted",
            });
        }
        let key = item.key();
        if let Some(item) = self.store.items.get_mut(&key) {
            item.translations.remove(locale);
            item.updated_at = item.updated_at.max(ask.now);
        }
        Ok(Response::empty(204))
    }

    fn check_free_locale(&self, key: ItemKey, locale: &str) -> Result<(), Refusal> {
        let status = self.behaviour.refused_locale_status;
        let refuse = |message| Err(Refusal::Invalid { status, field: "locale", message });
        let taken = self.store.items.get(&key).is_some_and(|item| item.translations.contains_key(locale));
        if !self.store.locales.iter().any(|enabled| enabled == locale) {
            return refuse("is not enabled for this help center");
        }
        if taken { refuse("has already been taken") } else { Ok(()) }
    }

    /// Bodies end at 1 MB, titles probably at 255 characters.
    pub(super) fn check_length(&self, title: Option<&str>, body: Option<&str>) -> Result<(), Refusal> {
        let status = self.behaviour.too_long_status;
        let long_title = title.is_some_and(|title| title.chars().count() > self.behaviour.max_title_chars);
        if long_title {
            return Err(Refusal::Invalid { status, field: "title", message: "is too long" });
        }
        if body.is_some_and(|body| body.len() > self.behaviour.max_body_bytes) {
            return Err(Refusal::Invalid { status, field: "body", message: "is too long" });
        }
        Ok(())
    }

    /// Agents write articles, Guide admins everything.
    pub(super) fn check_may_write(&self, ask: &Ask<'_>, kind: Kind) -> Result<(), Refusal> {
        ask.caller.need(if kind == Kind::Article { Role::Agent } else { Role::Admin })
    }

    /// An agent without the right to publish writes drafts only.
    pub(super) fn check_may_publish(&self, ask: &Ask<'_>, draft: bool) -> Result<(), Refusal> {
        let may = draft || self.behaviour.agents_publish || ask.caller.role() == Some(Role::Admin);
        if may { Ok(()) } else { Err(Refusal::Forbidden) }
    }
}

fn may_see(caller: Caller, translation: &Translation) -> bool {
    caller.is_staff() || !translation.draft
}

fn is_asked_for(request: &Request, translation: &Translation) -> bool {
    let locales = request.query("locales");
    let flag = |name: &str, value: bool| {
        request.query(name).is_none_or(|asked| asked == if value { "true" } else { "false" })
    };
    locales.is_none_or(|locales| {
        locales.split(',').any(|locale| locale.trim().eq_ignore_ascii_case(&translation.locale))
    }) && flag("outdated", translation.outdated)
        && flag("draft", translation.draft)
}
