//! Lists, page by page: a page is dropped before the next one is read.
//!
//! Cursor paging, because offset paging ends at 10,000 records (zendesk-help-center.md §5). A link to the next page
//! is only read for its cursor; the URL is always built anew, so no answer can lead us to another host.

use std::collections::HashSet;

use reqwest::Url;
use serde::Deserialize;

use super::Api;
use super::path;
use super::wire::WireItem;
use crate::id::ItemKind;
use crate::remote::ErrorKind;
use crate::remote::RemoteError;
use crate::remote::request::Request;

/// Items per page: the largest that Zendesk allows first. A hundred items with all translations can be large, so the
/// size falls when a page cannot be had (zendesk-help-center.md §4).
const SIZES: [u32; 6] = [100, 50, 25, 10, 5, 1];

/// Before a smaller page is asked for, the larger one gets this many tries.
const TRIES_BEFORE_SMALLER: u32 = 2;

/// A list of more pages than this has no end.
const MOST_PAGES: usize = 100_000;

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// By creation: the orders by position and by update change while they are read (zendesk-help-center.md §5.1), so
    /// a list of everything is read in this one.
    ByCreation,
    /// What was updated last comes first, for reading down to what is known already. Paged by offset, because only
    /// that tells how many items there are in all.
    LatestFirst,
}

/// The pages of a list. An item that moves while the list is read can come twice.
pub struct Pages {
    api: Api,
    kind: ItemKind,
    order: Order,
    next: Option<Position>,
    count: Option<usize>,
    size: usize,
    seen: HashSet<Position>,
}

/// Where in the list a page begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Position {
    Start,
    /// After this cursor.
    After(String),
    /// A page number, for a server that pages by offset although it was asked for cursors.
    Page(u32),
}

#[derive(Deserialize)]
struct Page {
    // Required: an answer without the list is no empty list.
    #[serde(alias = "articles", alias = "sections", alias = "categories")]
    items: Vec<WireItem>,
    #[serde(default)]
    meta: Option<Meta>,
    #[serde(default)]
    links: Option<Links>,
    #[serde(default)]
    next_page: Option<String>,
    #[serde(default)]
    count: Option<usize>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(default)]
    has_more: Option<bool>,
    #[serde(default)]
    after_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Links {
    #[serde(default)]
    next: Option<String>,
}

impl Pages {
    /// Everything.
    pub(super) fn of(api: Api, kind: ItemKind) -> Self {
        Self::in_order(api, kind, Order::ByCreation)
    }

    /// What was updated last comes first.
    pub(super) fn latest_first(api: Api, kind: ItemKind) -> Self {
        Self::in_order(api, kind, Order::LatestFirst)
    }

    fn in_order(api: Api, kind: ItemKind, order: Order) -> Self {
        let (next, seen) = (Some(Position::Start), HashSet::new());
        Self { api, kind, order, next, count: None, size: 0, seen }
    }

    /// What is listed.
    pub fn kind(&self) -> ItemKind {
        self.kind
    }

    /// How many items there are in all, as the first page told. Lists of everything do not tell.
    pub fn count(&self) -> Option<usize> {
        self.count
    }

    /// The next page; `None` after the last one.
    ///
    /// # Errors
    /// When the page cannot be read. The list is then incomplete, and nothing may be concluded from it.
    pub async fn next(&mut self) -> Result<Option<Vec<WireItem>>, RemoteError> {
        let Some(position) = self.next.take() else { return Ok(None) };
        let page = self.page(&position).await?;
        self.seen.insert(position);
        self.count = self.count.or(page.count);
        match after(&page) {
            After::End => {}
            After::Lost => return Err(self.broken("it says that there is more, but not where")),
            After::More(next) if self.seen.contains(&next) || self.seen.len() >= MOST_PAGES => {
                return Err(self.broken("the list leads back to a page that was read already"));
            }
            After::More(next) => self.next = Some(next),
        }
        Ok(Some(page.items))
    }

    /// One page, made smaller until it can be had. The cursor names an item, not a page, so the size can change.
    async fn page(&mut self, position: &Position) -> Result<Page, RemoteError> {
        loop {
            let may_shrink = self.size + 1 < SIZES.len() && !matches!(position, Position::Page(_));
            match self.api.json(self.request(position, may_shrink)).await {
                Err(error) if may_shrink && error.may_be_about_size() => self.size += 1,
                answer => return answer,
            }
        }
    }

    fn request(&self, position: &Position, may_shrink: bool) -> Request {
        let size = SIZES.get(self.size).copied().unwrap_or(1);
        let request = Request::get(&path(&[self.kind.plural()])).about_all();
        let request = match position {
            Position::Page(number) => request.query("per_page", size).query("page", number),
            Position::Start if self.order == Order::LatestFirst => request.query("per_page", size),
            Position::Start => request.query("page[size]", size),
            Position::After(cursor) => request.query("page[size]", size).query("page[after]", cursor),
        };
        let request = match self.order {
            Order::ByCreation => request.query("sort_by", "created_at"),
            Order::LatestFirst => request.query("sort_by", "updated_at").query("sort_order", "desc"),
        };
        let request = request.query("include", "translations");
        if may_shrink {
            request.tries(TRIES_BEFORE_SMALLER).max_answer(self.api.http.options().max_page)
        } else {
            request
        }
    }

    fn broken(&self, said: &str) -> RemoteError {
        self.api.http.fault(&self.request(&Position::Start, false), ErrorKind::Unreadable, said)
    }
}

enum After {
    End,
    More(Position),
    /// More is announced, but nothing says where.
    Lost,
}

fn after(page: &Page) -> After {
    let link = page.links.as_ref().and_then(|links| links.next.as_deref());
    let in_link = link.and_then(|link| parameter(link, "page[after]"));
    let Some(meta) = &page.meta else {
        let link = link.or(page.next_page.as_deref());
        let number = link.and_then(|link| parameter(link, "page")).and_then(|page| page.parse().ok());
        return match (in_link, number, link) {
            (Some(cursor), ..) => After::More(Position::After(cursor)),
            (None, Some(number), _) => After::More(Position::Page(number)),
            (None, None, Some(_)) => After::Lost,
            (None, None, None) => After::End,
        };
    };
    // Cursors are filled on the last page too, so without `has_more` only a link to a next page means more.
    let more = meta.has_more.unwrap_or(link.is_some());
    let cursor = meta.after_cursor.clone().filter(|cursor| !cursor.is_empty()).or(in_link);
    match cursor {
        _ if !more => After::End,
        Some(cursor) => After::More(Position::After(cursor)),
        None => After::Lost,
    }
}

/// A query parameter of a link, whatever host the link names.
fn parameter(link: &str, name: &str) -> Option<String> {
    let url = Url::parse(link).ok()?;
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
