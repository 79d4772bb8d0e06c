//! The routes that read.

use jiff::Timestamp;
use serde_json::json;

use super::Answer;
use super::Ask;
use super::PERMISSION_GROUP_ID;
use super::Refusal;
use super::Role;
use super::ZendeskState;
use super::auth::Caller;
use super::id_of;
use super::json::Escape;
use super::json::Object;
use super::json::array;
use super::json_answer;
use super::listing::Include;
use super::listing::Order;
use super::listing::SortBy;
use super::paging;
use super::paging::Asked;
use super::paging::Field;
use super::paging::Links;
use super::paging::Listed;
use super::paging::Rank;
use super::store::Item;
use super::store::Kind;
use super::store::Translation;
use crate::sandbox::http::Response;

/// Items on a page where nothing else is asked for.
const PAGE: usize = 30;
/// The same for translations, attachments and labels.
pub(super) const LONG_PAGE: usize = 100;

/// Articles on a page of the incremental export.
const INCREMENTAL_PAGE: usize = 1000;

/// Which items a list holds.
#[derive(Clone, Copy, Debug)]
struct Scope {
    kind: Kind,
    category: Option<u64>,
    section: Option<u64>,
    author: Option<i64>,
}

impl Scope {
    fn all(kind: Kind) -> Self {
        Self { kind, category: None, section: None, author: None }
    }
}

impl ZendeskState {
    pub(super) fn read(&mut self, ask: &Ask<'_>, route: &[&str]) -> Answer {
        match route {
            ["locales"] => self.list_locales(ask),
            ["incremental", "articles"] => self.incremental(ask),
            ["articles", "labels"] => self.labels(ask, None),
            ["articles", id, "labels"] => self.labels(ask, Some(id_of(id)?)),
            ["articles", "attachments", id] => self.attachment(ask, id_of(id)?),
            ["articles", article, "attachments"] | ["articles", article, "attachments", "inline"] => {
                self.attachments(ask, id_of(article)?, true)
            }
            ["articles", article, "attachments", "block"] => self.attachments(ask, id_of(article)?, false),
            ["articles", _, "attachments", id] => self.attachment(ask, id_of(id)?),
            [kind] => match Kind::of_plural(kind) {
                Some(kind) => self.list(ask, Scope::all(kind)),
                None => Err(Refusal::NoEndpoint),
            },
            ["categories", id, "sections"] => {
                let category = Some(self.visible(ask, Kind::Category, id_of(id)?)?.0.id);
                self.list(ask, Scope { category, ..Scope::all(Kind::Section) })
            }
            ["categories", id, "articles"] => {
                let category = Some(self.visible(ask, Kind::Category, id_of(id)?)?.0.id);
                self.list(ask, Scope { category, ..Scope::all(Kind::Article) })
            }
            ["sections", id, "articles"] => {
                let section = Some(self.visible(ask, Kind::Section, id_of(id)?)?.0.id);
                self.list(ask, Scope { section, ..Scope::all(Kind::Article) })
            }
            ["users", id, "articles"] => {
                let author = id.parse().map_err(|_| Refusal::NotFound)?;
                self.list(ask, Scope { author: Some(author), ..Scope::all(Kind::Article) })
            }
            [kind, id] => match Kind::of_plural(kind) {
                Some(kind) => self.show(ask, kind, id_of(id)?),
                None => Err(Refusal::NoEndpoint),
            },
            [kind, id, "translations", rest @ ..] => match Kind::of_plural(kind) {
                Some(kind) => self.read_translations(ask, kind, id_of(id)?, rest),
                None => Err(Refusal::NoEndpoint),
            },
            _ => Err(Refusal::NoEndpoint),
        }
    }

    fn list_locales(&self, ask: &Ask<'_>) -> Answer {
        ask.caller.need(Role::EndUser)?;
        let json = Object::new()
            .with("locales", &self.store.locales)
            .with("default_locale", &self.store.default_locale)
            .finish();
        Ok(json_answer(200, json, Escape::Nothing))
    }

    fn list(&self, ask: &Ask<'_>, scope: Scope) -> Answer {
        self.check_reader(ask)?;
        let asked = Asked::of(ask.request, PAGE, self.behaviour.large_page_refused)?;
        let sorting = scope.section.and_then(|id| self.sorting_of(id));
        let order = Order::of(ask, scope.kind, sorting)?;
        // A section in alphabetical order cannot be paged by cursor (zendesk-help-center.md §5.1).
        if asked.is_cursor() && order.by == SortBy::Title && ask.request.query("sort_by").is_none() {
            let title = "Cursor pagination needs sort_by in a section that is ordered by title";
            return Err(Refusal::Page { code: "InvalidPaginationParameter", title });
        }
        let labels = labels_of(ask)?;
        let rows = self.rows(ask, scope, &labels, order);
        let page = paging::cut(rows, order.descending, &asked)?;
        let include = Include::of(ask.request);
        let renderer = self.renderer(ask.caller, include.translations);
        let items: Vec<&Item> = page.rows.iter().map(|(item, _)| *item).collect();
        let listed = Listed {
            key: scope.kind.plural(),
            items: page.rows.iter().map(|(item, shown)| renderer.item(item, shown)).collect(),
            extra: self.side_loads(ask, include, &items, &renderer),
            sort: Some((order.by.name(), order.name())),
        };
        let (json, next) = page.envelope(&self.links(ask), listed);
        let escape = if scope.kind == Kind::Article { Escape::Nothing } else { Escape::Ampersand };
        Ok(with_link(json_answer(200, json, escape), next))
    }

    fn rows(
        &self,
        ask: &Ask<'_>,
        scope: Scope,
        labels: &[String],
        order: Order,
    ) -> Vec<(Rank, (&Item, &Translation))> {
        let items = self.store.items.range((scope.kind, 0)..=(scope.kind, u64::MAX)).map(|(_, item)| item);
        items
            .filter(|item| scope.category.is_none_or(|id| self.store.category_of(item) == id))
            .filter(|item| scope.section.is_none_or(|id| item.parent() == Some((Kind::Section, id))))
            .filter(|item| {
                item.article().is_none_or(|article| {
                    scope.author.is_none_or(|id| article.author_id == id)
                        && labels.iter().all(|label| article.label_names.contains(label))
                })
            })
            .filter_map(|item| {
                let shown = self.shown(item, ask.caller, ask.locale.as_deref())?;
                Some((order.rank(item, shown), (item, shown)))
            })
            .collect()
    }

    pub(super) fn links<'a>(&'a self, ask: &Ask<'a>) -> Links<'a> {
        Links { base: &self.base, request: ask.request }
    }

    fn show(&self, ask: &Ask<'_>, kind: Kind, id: u64) -> Answer {
        self.check_reader(ask)?;
        let (item, shown) = self.visible(ask, kind, id)?;
        let include = Include::of(ask.request);
        let renderer = self.renderer(ask.caller, include.translations);
        let object = Object::new().with_json(kind.singular(), &renderer.item(item, shown));
        let loads = self.side_loads(ask, include, &[item], &renderer);
        let object = loads.into_iter().fold(object, |object, (key, json)| object.with_json(key, &json));
        Ok(json_answer(200, object.finish(), Escape::Nothing))
    }

    /// Oldest change first, from `start_time` on, with bodies and drafts (zendesk-help-center.md §6).
    fn incremental(&self, ask: &Ask<'_>) -> Answer {
        ask.caller.need(Role::Agent)?;
        let start = ask.request.query("start_time").and_then(|time| time.parse::<i64>().ok());
        let message = "start_time is a time in seconds since 1970";
        let start = start.ok_or(Refusal::Invalid { status: 400, field: "start_time", message })?;
        let mut rows = self.rows(
            ask,
            Scope::all(Kind::Article),
            &[],
            Order { by: SortBy::UpdatedAt, descending: false },
        );
        rows.retain(|(_, (item, _))| item.updated_at.as_second() >= start);
        rows.sort_by_key(|(_, (item, _))| (item.updated_at, item.id));
        let more = rows.len() > INCREMENTAL_PAGE;
        rows.truncate(INCREMENTAL_PAGE);
        let end = rows.last().map_or(start, |(_, (item, _))| item.updated_at.as_second());
        let include =
            Include::of(ask.request).translations && self.behaviour.incremental_includes_translations;
        let renderer = self.renderer(ask.caller, include);
        let path = "/api/v2/help_center/incremental/articles.json";
        let next = (more || self.behaviour.incremental_always_next)
            .then(|| format!("{}{path}?start_time={end}", self.base));
        let json = Object::new()
            .with("count", &rows.len())
            .with("next_page", &next)
            .with("end_time", &end)
            .with_json("articles", &array(rows.iter().map(|(_, (item, shown))| renderer.item(item, shown))))
            .finish();
        Ok(json_answer(200, json, Escape::Nothing))
    }

    fn labels(&self, ask: &Ask<'_>, article: Option<u64>) -> Answer {
        ask.caller.need(Role::Agent)?;
        let own = match article {
            Some(id) => self.known(ask, Kind::Article, id)?.article().map(|article| &article.label_names),
            None => None,
        };
        let labels = self.store.labels.iter().filter(|(name, _)| own.is_none_or(|own| own.contains(name)));
        let labels = labels.map(|(name, (id, created_at))| {
            Object::new()
                .with("id", id)
                .with("url", &format!("{}/api/v2/help_center/articles/labels/{id}.json", self.base))
                .with("name", name)
                .with("created_at", created_at)
                .with("updated_at", created_at)
                .finish()
        });
        // Recorded without paging keys.
        Ok(json_answer(200, Object::new().with_json("labels", &array(labels)).finish(), Escape::Nothing))
    }

    fn attachments(&self, ask: &Ask<'_>, article: u64, inline: bool) -> Answer {
        self.check_reader(ask)?;
        self.known(ask, Kind::Article, article)?;
        let asked = Asked::of(ask.request, LONG_PAGE, self.behaviour.large_page_refused)?;
        // All attachments are images in bodies.
        let own = self.store.attachments.values().filter(|one| inline && one.article_id == article);
        let rows = own.map(|one| (by_age(one.created_at, one.id), one)).collect();
        let page = paging::cut(rows, false, &asked)?;
        let renderer = self.renderer(ask.caller, false);
        let items = page.rows.iter().map(|one| renderer.attachment(one)).collect();
        let listed = Listed { key: "article_attachments", items, extra: Vec::new(), sort: None };
        let (json, next) = page.envelope(&self.links(ask), listed);
        Ok(with_link(json_answer(200, json, Escape::Ampersand), next))
    }

    fn attachment(&self, ask: &Ask<'_>, id: u64) -> Answer {
        self.check_reader(ask)?;
        let attachment = self.store.attachments.get(&id).ok_or(Refusal::NotFound)?;
        self.known(ask, Kind::Article, attachment.article_id)?;
        let json = self.renderer(ask.caller, false).attachment(attachment);
        Ok(json_answer(200, Object::new().with_json("article_attachment", &json).finish(), Escape::Nothing))
    }

    /// The user that asks. Without credentials, or with wrong ones, an anonymous one and no error.
    pub(super) fn show_me(&self, caller: Caller) -> Answer {
        let user = match caller {
            Caller::Anonymous => json!({
                "id": null, "name": "Anonymous user", "email": "invalid@example.com", "role": "end-user",
            }),
            Caller::Account { role, .. } => json!({
                "id": super::ACCOUNT_USER_ID,
                "name": "Translation service",
                "email": super::EMAIL,
                "role": match role {
                    Role::EndUser => "end-user",
                    Role::Agent => "agent",
                    Role::Admin => "admin",
                },
            }),
        };
        Ok(Response::json(200, &json!({"user": user})))
    }

    /// Permission groups and content tags, which are read only here.
    pub(super) fn answer_guide(&self, ask: &Ask<'_>, route: &[&str]) -> Answer {
        match (ask.request.method.as_str(), route) {
            ("GET", ["permission_groups"]) => self.permission_groups(ask),
            ("GET", ["content_tags"]) => self.content_tags(ask),
            ("GET", ["content_tags", id]) => {
                ask.caller.need(Role::EndUser)?;
                let tag = self.store.tags.iter().find(|tag| tag.id == *id).ok_or(Refusal::NotFound)?;
                let json = Object::new().with_json("content_tag", &tag_json(&tag.id, &tag.name)).finish();
                Ok(json_answer(200, json, Escape::Nothing))
            }
            _ => Err(Refusal::NoEndpoint),
        }
    }

    fn permission_groups(&self, ask: &Ask<'_>) -> Answer {
        ask.caller.need(Role::Admin)?;
        let group = json!({
            "id": PERMISSION_GROUP_ID, "name": "Admins", "edit": [], "publish": [], "built_in": true,
            "created_at": "2025-03-03T08:00:00Z", "updated_at": "2025-03-03T08:00:00Z",
        });
        Ok(Response::json(
            200,
            &json!({
                "permission_groups": [group],
                "count": 1, "next_page": null, "page": 1, "page_count": 1, "per_page": 30, "previous_page": null,
            }),
        ))
    }

    fn content_tags(&self, ask: &Ask<'_>) -> Answer {
        ask.caller.need(Role::EndUser)?;
        let asked = Asked::of(ask.request, PAGE, self.behaviour.large_page_refused)?;
        // This list is paged by cursor only.
        let asked = match asked {
            Asked::Offset { .. } => Asked::Cursor { size: PAGE, from: paging::From::Start },
            Asked::Cursor { .. } => asked,
        };
        let rows = self.store.tags.iter().enumerate();
        let rows = rows.map(|(at, tag)| {
            let id = u64::try_from(at).unwrap_or(u64::MAX);
            (Rank { first: Field::Text(tag.name.clone()), created: 0, id }, tag)
        });
        let page = paging::cut(rows.collect(), false, &asked)?;
        let items = page.rows.iter().map(|tag| tag_json(&tag.id, &tag.name)).collect();
        let listed = Listed { key: "records", items, extra: Vec::new(), sort: None };
        let (json, next) = page.envelope(&self.links(ask), listed);
        Ok(with_link(json_answer(200, json, Escape::Nothing), next))
    }
}

/// Content tags have milliseconds in their times.
fn tag_json(id: &str, name: &str) -> String {
    Object::new()
        .with("id", id)
        .with("name", name)
        .with("created_at", "2025-03-03T08:00:00.000Z")
        .with("updated_at", "2025-03-03T08:00:00.000Z")
        .finish()
}

pub(super) fn by_age(created_at: Timestamp, id: u64) -> Rank {
    Rank { first: Field::Date(created_at.as_second()), created: created_at.as_second(), id }
}

/// Cursor pages name the next one in a header as well.
pub(super) fn with_link(answer: Response, next: Option<String>) -> Response {
    match next {
        Some(url) => answer.with_header("link", format!("<{url}>; rel=\"next\"")),
        None => answer,
    }
}

/// All of the labels must be on an article; at most ten may be asked for.
fn labels_of(ask: &Ask<'_>) -> Result<Vec<String>, Refusal> {
    let names = ask.request.query("label_names").unwrap_or_default();
    let names: Vec<String> =
        names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let message = "at most ten labels";
    if names.len() > 10 {
        Err(Refusal::Invalid { status: 400, field: "label_names", message })
    } else {
        Ok(names)
    }
}
