//! What a caller sees: in which locale, in which order, with what beside it.

use std::collections::BTreeSet;

use super::Ask;
use super::Refusal;
use super::Role;
use super::ZendeskState;
use super::auth::Caller;
use super::json::array;
use super::paging::Field;
use super::paging::Rank;
use super::render::Renderer;
use super::store::Detail;
use super::store::Item;
use super::store::Kind;
use super::store::Translation;
use crate::sandbox::http::Request;
use crate::sandbox::seed::Sorting;

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) by: SortBy,
    pub(super) descending: bool,
}

/// What a list is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SortBy {
    Position,
    Title,
    CreatedAt,
    UpdatedAt,
    EditedAt,
}

impl SortBy {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Title => "title",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::EditedAt => "edited_at",
        }
    }
}

impl Order {
    pub(super) fn name(self) -> &'static str {
        if self.descending { "desc" } else { "asc" }
    }

    /// The order that a request asks for, else the section's own, else by position.
    pub(super) fn of(ask: &Ask<'_>, kind: Kind, section: Option<Sorting>) -> Result<Self, Refusal> {
        let descending = match ask.request.query("sort_order") {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return Err(bad_order("sort_order is asc or desc")),
        };
        let Some(by) = ask.request.query("sort_by") else { return Ok(Self::of_section(section, descending)) };
        let by = match by {
            "position" => SortBy::Position,
            "created_at" => SortBy::CreatedAt,
            "updated_at" => SortBy::UpdatedAt,
            "title" if kind == Kind::Article => SortBy::Title,
            "edited_at" if kind == Kind::Article => SortBy::EditedAt,
            _ => return Err(bad_order("the list cannot be sorted by this")),
        };
        if matches!(by, SortBy::Title | SortBy::EditedAt) && ask.locale.is_none() {
            return Err(bad_order("sorting by title or edited_at needs the locale in the path"));
        }
        Ok(Self { by, descending })
    }

    fn of_section(section: Option<Sorting>, descending: bool) -> Self {
        match section {
            None | Some(Sorting::Manual) => Self { by: SortBy::Position, descending },
            Some(Sorting::Title) => Self { by: SortBy::Title, descending },
            Some(Sorting::CreationAsc) => Self { by: SortBy::CreatedAt, descending: false },
            Some(Sorting::CreationDesc) => Self { by: SortBy::CreatedAt, descending: true },
        }
    }

    pub(super) fn rank(self, item: &Item, shown: &Translation) -> Rank {
        let first = match self.by {
            SortBy::Position => Field::Int(item.position),
            SortBy::Title => Field::Text(shown.title.to_lowercase()),
            SortBy::CreatedAt => Field::Date(item.created_at.as_second()),
            SortBy::UpdatedAt => Field::Date(item.updated_at.as_second()),
            SortBy::EditedAt => Field::Date(shown.edited_at.as_second()),
        };
        Rank { first, created: item.created_at.as_second(), id: item.id }
    }
}

fn bad_order(message: &'static str) -> Refusal {
    Refusal::Invalid { status: 400, field: "sort_by", message }
}

/// What comes with a list or an object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Include {
    pub(super) translations: bool,
    pub(super) users: bool,
    pub(super) sections: bool,
    pub(super) categories: bool,
}

impl Include {
    pub(super) fn of(request: &Request) -> Self {
        let mut include = Self::default();
        for name in request.query_all("include").flat_map(|names| names.split(',')) {
            match name.trim() {
                "translations" => include.translations = true,
                "users" => include.users = true,
                "sections" => include.sections = true,
                "categories" => include.categories = true,
                _ => {}
            }
        }
        include
    }
}

impl ZendeskState {
    /// Readers name the locale in the path; staff need not.
    pub(super) fn check_reader(&self, ask: &Ask<'_>) -> Result<(), Refusal> {
        if ask.caller.is_staff() || ask.locale.is_some() || !self.behaviour.readers_need_locale {
            return Ok(());
        }
        ask.caller.need(Role::Agent)
    }

    /// The text in which a caller sees an item, if at all.
    pub(super) fn shown<'a>(
        &self,
        item: &'a Item,
        caller: Caller,
        locale: Option<&str>,
    ) -> Option<&'a Translation> {
        let locale = match (locale, caller.is_staff()) {
            (Some(locale), _) => locale,
            (None, true) => &item.source_locale,
            (None, false) => &self.store.default_locale,
        };
        let shown = item.translations.get(locale)?;
        let withheld = self.is_withheld(item);
        let visible = !withheld && (caller.is_staff() || self.is_public(item, shown));
        visible.then_some(shown)
    }

    fn is_withheld(&self, item: &Item) -> bool {
        if self.withheld.is_empty() {
            return false;
        }
        let own = item.key();
        self.store
            .ancestors(item)
            .into_iter()
            .chain([own])
            .any(|(kind, id)| kind == Kind::Section && self.withheld.contains(&id))
    }

    /// Published, for everybody, and in a section and category that have the locale as well
    /// (zendesk-help-center.md §9.4).
    fn is_public(&self, item: &Item, shown: &Translation) -> bool {
        let for_all = item.article().is_none_or(|article| article.user_segment_id.is_none());
        for_all
            && !shown.draft
            && self.store.ancestors(item).iter().all(|key| {
                let above = self.store.items.get(key).and_then(|above| above.translations.get(&shown.locale));
                above.is_some_and(|text| !text.draft)
            })
    }

    /// An item by id, if the caller may see it.
    pub(super) fn visible(
        &self,
        ask: &Ask<'_>,
        kind: Kind,
        id: u64,
    ) -> Result<(&Item, &Translation), Refusal> {
        let item = self.store.items.get(&(kind, id)).ok_or(Refusal::NotFound)?;
        let shown = self.shown(item, ask.caller, ask.locale.as_deref()).or_else(|| {
            let fallback = self.behaviour.missing_locale_shows_source;
            fallback.then(|| self.shown(item, ask.caller, Some(&item.source_locale))).flatten()
        });
        shown.map(|shown| (item, shown)).ok_or(Refusal::NotFound)
    }

    /// An item by id for reading or writing its translations: whoever may see any of its texts may name it.
    pub(super) fn known(&self, ask: &Ask<'_>, kind: Kind, id: u64) -> Result<&Item, Refusal> {
        let item = self.store.items.get(&(kind, id)).ok_or(Refusal::NotFound)?;
        let mut locales = item.translations.keys();
        let seen = locales.any(|locale| self.shown(item, ask.caller, Some(locale)).is_some());
        seen.then_some(item).ok_or(Refusal::NotFound)
    }

    /// The top-level arrays of a side-load.
    pub(super) fn side_loads(
        &self,
        ask: &Ask<'_>,
        include: Include,
        items: &[&Item],
        renderer: &Renderer<'_>,
    ) -> Vec<(&'static str, String)> {
        let mut loads = Vec::new();
        if include.users {
            let authors: BTreeSet<i64> =
                items.iter().filter_map(|item| item.article()).map(|article| article.author_id).collect();
            let users =
                authors.into_iter().map(|id| format!(r#"{{"id":{id},"name":"Kim Sato","role":"admin"}}"#));
            loads.push(("users", array(users)));
        }
        for (wanted, kind) in [(include.sections, Kind::Section), (include.categories, Kind::Category)] {
            if !wanted {
                continue;
            }
            let above: BTreeSet<_> = items
                .iter()
                .flat_map(|item| self.store.ancestors(item))
                .filter(|key| key.0 == kind)
                .collect();
            let above = above.into_iter().filter_map(|key| self.store.items.get(&key));
            let shown = above.filter_map(|item| {
                let shown = self.shown(item, ask.caller, ask.locale.as_deref())?;
                Some(renderer.item(item, shown))
            });
            loads.push((kind.plural(), array(shown)));
        }
        loads
    }

    /// A section's own order.
    pub(super) fn sorting_of(&self, section: u64) -> Option<Sorting> {
        match self.store.items.get(&(Kind::Section, section))?.detail {
            Detail::Section { sorting, .. } => Some(sorting),
            Detail::Category | Detail::Article(_) => None,
        }
    }
}
