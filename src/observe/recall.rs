//! Articles, from what an earlier run saw and what has changed since.
//!
//! Anything about an article that changes, in any locale, moves its one `updated_at`, which never goes back
//! (zendesk-help-center.md §9.2). So the list is read from its latest end down to what is known: an unchanged help
//! center costs one page. What such a read cannot see is an article that has gone, which is why the number of all
//! articles must agree; and what no list of changes is trusted with, everything is read again for once a week.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::Timestamp;

use super::Memory;
use super::ObserveError;
use super::everything;
use super::hashed;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;
use crate::observed::Item;
use crate::remote::zendesk::WireItem;
use crate::remote::zendesk::ZendeskRead;

/// The list of changes is read this much further than needed: a list may be served by a copy that lags behind.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);

/// Votes aside, some changes of content left the time of the last edit untouched (zendesk-help-center.md §0.4), so
/// times are not trusted for longer than this.
const LONGEST_TRUST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a run may build on.
#[derive(Debug)]
pub struct Recall {
    /// The time now.
    pub now: Timestamp,
    /// What an earlier run saw; without it, everything is read.
    pub memory: Option<Memory>,
}

/// How fresh the sight of a help center is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// When everything was read.
    pub swept_at: Timestamp,
    /// What was updated before this time was seen as it is.
    pub seen_until: Timestamp,
}

/// All articles, and how fresh the sight of them is when they are worth remembering.
pub(super) async fn articles(
    zendesk: &ZendeskRead,
    host: &str,
    locales: &BTreeSet<Locale>,
    recall: Option<Recall>,
) -> Result<(BTreeMap<ItemKey, Item>, Option<Freshness>), ObserveError> {
    let Some(Recall { now, memory }) = recall else {
        return Ok((everything(zendesk, ItemKind::Article).await?, None));
    };
    let memory = memory.filter(|memory| memory.is_about(host, locales) && is_trusted(memory, now));
    let latest = Latest::read(zendesk, memory.as_ref().map(|memory| memory.freshness.seen_until)).await?;
    let Some(seen_until) = latest.newest else {
        return Ok((everything(zendesk, ItemKind::Article).await?, None));
    };
    let swept_at = memory.as_ref().map_or(now, |memory| memory.freshness.swept_at);
    let mut articles = memory.map_or_else(BTreeMap::new, |memory| memory.articles);
    articles.extend(latest.articles);
    if latest.count == Some(articles.len()) {
        return Ok((articles, Some(Freshness { swept_at, seen_until })));
    }
    drop(articles);
    let articles = everything(zendesk, ItemKind::Article).await?;
    Ok((articles, Some(Freshness { swept_at: now, seen_until })))
}

fn is_trusted(memory: &Memory, now: Timestamp) -> bool {
    // A clock that went back tells nothing.
    let age = now.duration_since(memory.freshness.swept_at);
    !age.is_negative() && age < LONGEST_TRUST
}

/// The latest end of the list.
struct Latest {
    articles: BTreeMap<ItemKey, Item>,
    /// When the latest change was made; `None` when there is no article, or the list could not be read like this.
    newest: Option<Timestamp>,
    /// How many articles there are in all.
    count: Option<usize>,
}

impl Latest {
    /// Reads down to what was seen by an earlier run; without one, a single page, which is all of a small help center.
    async fn read(zendesk: &ZendeskRead, seen_until: Option<Timestamp>) -> Result<Self, ObserveError> {
        let mut pages = zendesk.latest_articles();
        let mut newest = None;
        let read = hashed(&mut pages, |page: &[WireItem]| {
            newest = newest.or_else(|| page.first().and_then(updated_at));
            let oldest = page.last().and_then(updated_at);
            seen_until.zip(oldest).is_some_and(|(seen_until, oldest)| may_hide_changes(oldest, seen_until))
        });
        let read = read.await;
        match read {
            Ok(articles) => Ok(Self { articles, newest, count: pages.count() }),
            // This order ends at 10,000 articles (zendesk-help-center.md §5.2), and its pages cannot be made smaller
            // half-way: the list of everything has neither limit.
            Err(ObserveError::Remote(error)) if newest.is_some() && gives_up(&error) => {
                Ok(Self { articles: BTreeMap::new(), newest, count: None })
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether what comes behind an article of this time may have changed since what was seen.
fn may_hide_changes(oldest: Timestamp, seen_until: Timestamp) -> bool {
    seen_until.duration_since(oldest) <= OVERLAP
}

fn gives_up(error: &crate::remote::RemoteError) -> bool {
    error.status() == Some(400) || error.may_be_about_size()
}

fn updated_at(article: &WireItem) -> Option<Timestamp> {
    article.updated_at.as_deref()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_a_little_further_than_what_was_seen() {
        let seen_until = Timestamp::UNIX_EPOCH;
        let before = |seconds: i64| Timestamp::from_second(-seconds).unwrap();
        assert!(may_hide_changes(before(300), seen_until));
        assert!(!may_hide_changes(before(301), seen_until));
    }

    #[test]
    fn times_at_the_ends_of_the_calendar_are_times() {
        assert!(may_hide_changes(Timestamp::MIN, Timestamp::MIN));
        assert!(may_hide_changes(Timestamp::MAX, Timestamp::MIN));
        assert!(!may_hide_changes(Timestamp::MIN, Timestamp::MAX));
    }
}
