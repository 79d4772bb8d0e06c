//! Pages of a list, by offset and by cursor, with the envelopes as Zendesk writes them
//! (zendesk-help-center.md §5).

use std::cmp::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::http::Request;
use super::super::urlcode;
use super::json::Object;
use super::json::array;
use super::refusal::Refusal;

const MAX_PAGE: usize = 100;

/// Offset paging ends here.
const MAX_DEPTH: usize = 10_000;

/// The value of a row's sort key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Int(i64),
    Date(i64),
    Text(String),
}

/// A row's place in the order: the sort key, then newest first, then by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rank {
    pub(super) first: Field,
    pub(super) created: i64,
    pub(super) id: u64,
}

impl Rank {
    fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let first = self.first.cmp(&other.first);
        let first = if descending { first.reverse() } else { first };
        first.then(other.created.cmp(&self.created)).then(self.id.cmp(&other.id))
    }

    /// Base64 of tagged little-endian fields, as recorded cursors are; the form of a text is ours.
    fn encode(&self) -> String {
        let mut bytes = Vec::new();
        match &self.first {
            Field::Int(value) => tagged(b'i', *value, &mut bytes),
            Field::Date(value) => tagged(b'd', *value, &mut bytes),
            Field::Text(text) => {
                tagged(b's', i64::try_from(text.len()).unwrap_or(i64::MAX), &mut bytes);
                bytes.extend(text.as_bytes());
            }
        }
        tagged(b'd', self.created, &mut bytes);
        tagged(b'i', i64::try_from(self.id).unwrap_or(i64::MAX), &mut bytes);
        STANDARD.encode(bytes)
    }

    fn decode(cursor: &str) -> Option<Self> {
        let bytes = STANDARD.decode(cursor).ok()?;
        let mut rest = &bytes[..];
        let first = match read(&mut rest)? {
            (b'i', value) => Field::Int(value),
            (b'd', value) => Field::Date(value),
            (b's', length) => {
                let (text, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
                rest = after;
                Field::Text(String::from_utf8(text.to_vec()).ok()?)
            }
            _ => return None,
        };
        let (b'd', created) = read(&mut rest)? else { return None };
        let (b'i', id) = read(&mut rest)? else { return None };
        rest.is_empty().then_some(Self { first, created, id: u64::try_from(id).ok()? })
    }
}

fn tagged(tag: u8, value: i64, bytes: &mut Vec<u8>) {
    bytes.push(tag);
    bytes.extend(value.to_le_bytes());
}

fn read(bytes: &mut &[u8]) -> Option<(u8, i64)> {
    let (field, rest) = bytes.split_at_checked(9)?;
    *bytes = rest;
    let (tag, value) = field.split_first()?;
    Some((*tag, i64::from_le_bytes(value.try_into().ok()?)))
}

/// The page that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Offset { page: usize, per_page: usize },
    Cursor { size: usize, from: From },
}

/// Where a page starts or ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    Start,
    After(Rank),
    Before(Rank),
    End,
}

/// The cursor of `links.last`.
const LAST_PAGE: &str = "last_page";

impl Asked {
    /// Reads the request. With `page[size]`, or a cursor, it is cursor paging; else offset paging.
    pub(super) fn of(request: &Request, default: usize, large_refused: bool) -> Result<Self, Refusal> {
        let (after, before) = (request.query("page[after]"), request.query("page[before]"));
        let size = request.query("page[size]");
        if size.is_none() && after.is_none() && before.is_none() {
            let page = positive(request.query("page"), 1)?;
            let per_page = positive(request.query("per_page"), default)?.min(MAX_PAGE);
            return Ok(Self::Offset { page, per_page });
        }
        let size = positive(size, default)?;
        if size > MAX_PAGE && large_refused {
            return Err(bad_page("page[size] must be at most 100"));
        }
        let from = match (after, before) {
            (None, None) => From::Start,
            (Some(cursor), _) => From::After(Rank::decode(cursor).ok_or_else(bad_cursor)?),
            (None, Some(cursor)) if cursor == STANDARD.encode(LAST_PAGE) => From::End,
            (None, Some(cursor)) => From::Before(Rank::decode(cursor).ok_or_else(bad_cursor)?),
        };
        Ok(Self::Cursor { size: size.min(MAX_PAGE), from })
    }

    pub(super) fn is_cursor(&self) -> bool {
        matches!(self, Self::Cursor { .. })
    }
}

fn positive(value: Option<&str>, default: usize) -> Result<usize, Refusal> {
    let Some(value) = value else { return Ok(default) };
    let number = value.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| bad_page("page numbers and sizes are positive whole numbers"))
}

fn bad_page(title: &'static str) -> Refusal {
    Refusal::Page { code: "InvalidPaginationParameter", title }
}

fn bad_cursor() -> Refusal {
    Refusal::Page { code: "InvalidPaginationCursor", title: "The cursor is not one of this list" }
}

/// A page of rows and how it lies in the list.
pub(super) struct Page<T> {
    pub(super) rows: Vec<T>,
    place: Place,
}

enum Place {
    Offset { count: usize, page: usize, per_page: usize },
    Cursor { size: usize, ends: Option<(Rank, Rank)>, more_before: bool, more_after: bool },
}

/// Orders the rows and cuts the page out.
pub(super) fn cut<T>(mut rows: Vec<(Rank, T)>, descending: bool, asked: &Asked) -> Result<Page<T>, Refusal> {
    rows.sort_by(|(one, _), (other, _)| one.compare(other, descending));
    let count = rows.len();
    match asked {
        Asked::Offset { page, per_page } => {
            let end = page.saturating_mul(*per_page);
            if end > MAX_DEPTH {
                let title = "Offset pagination ends at 10,000 records; use cursor pagination";
                return Err(Refusal::Page { code: "InvalidPaginationDepth", title });
            }
            let rows = rows.into_iter().skip(end - per_page).take(*per_page).map(|(_, row)| row).collect();
            Ok(Page { rows, place: Place::Offset { count, page: *page, per_page: *per_page } })
        }
        Asked::Cursor { size, from } => {
            let at = |rank: &Rank, inclusive| {
                rows.partition_point(|(row, _)| {
                    let order = row.compare(rank, descending);
                    order == Ordering::Less || (inclusive && order == Ordering::Equal)
                })
            };
            let range = match from {
                From::Start => 0..(*size).min(count),
                From::After(rank) => at(rank, true)..(at(rank, true) + size).min(count),
                From::Before(rank) => at(rank, false).saturating_sub(*size)..at(rank, false),
                From::End => count.saturating_sub(*size)..count,
            };
            let ends = rows[range.clone()].first().zip(rows[range.clone()].last());
            let ends = ends.map(|(first, last)| (first.0.clone(), last.0.clone()));
            let (more_before, more_after) = (range.start > 0, range.end < count);
            let rows = rows.into_iter().skip(range.start).take(range.len()).map(|(_, row)| row).collect();
            Ok(Page { rows, place: Place::Cursor { size: *size, ends, more_before, more_after } })
        }
    }
}

/// What the links of a page are made of.
pub(super) struct Links<'a> {
    /// Scheme and host.
    pub(super) base: &'a str,
    pub(super) request: &'a Request,
}

impl Links<'_> {
    /// The request's URL with other paging parameters; follow-up links have no `.json`.
    fn to(&self, paging: &[(&str, &str)]) -> String {
        let path = self.request.path.strip_suffix(".json").unwrap_or(&self.request.path);
        let is_paging = |name: &str| matches!(name, "page" | "per_page") || name.starts_with("page[");
        let own = self.request.query.iter().filter(|(name, _)| !is_paging(name));
        let own = own.map(|(name, value)| (name.as_str(), value.as_str()));
        format!("{}{path}?{}", self.base, urlcode::write_query(own.chain(paging.iter().copied())))
    }
}

/// The list's key and content, and what else the envelope holds.
pub(super) struct Listed<'a> {
    pub(super) key: &'a str,
    pub(super) items: Vec<String>,
    /// Side-loaded arrays, JSON already.
    pub(super) extra: Vec<(&'static str, String)>,
    pub(super) sort: Option<(&'a str, &'a str)>,
}

impl<T> Page<T> {
    /// The envelope around rendered rows, and the URL for a `Link` header.
    pub(super) fn envelope(&self, links: &Links<'_>, listed: Listed<'_>) -> (String, Option<String>) {
        match &self.place {
            Place::Offset { count, page, per_page } => {
                (offset_envelope(*count, *page, *per_page, links, listed), None)
            }
            Place::Cursor { size, ends, more_before, more_after } => {
                let size = size.to_string();
                let cursor = |rank: &Rank| rank.encode();
                let before = ends.as_ref().map(|(first, _)| cursor(first));
                let after = ends.as_ref().map(|(_, last)| cursor(last));
                let next = after.as_ref().filter(|_| *more_after);
                let next = next.map(|cursor| links.to(&[("page[after]", cursor), ("page[size]", &size)]));
                let prev = before.as_ref().filter(|_| *more_before);
                let prev = prev.map(|cursor| links.to(&[("page[before]", cursor), ("page[size]", &size)]));
                let last = STANDARD.encode(LAST_PAGE);
                let meta = Object::new()
                    .with("has_more", more_after)
                    .with("after_cursor", &after)
                    .with("before_cursor", &before);
                // Without a neighbour the key is absent, not null.
                let urls = Object::new()
                    .with("first", &links.to(&[("page[size]", &size)]))
                    .with("last", &links.to(&[("page[before]", &last), ("page[size]", &size)]))
                    .with_some("prev", prev.as_ref())
                    .with_some("next", next.as_ref());
                let object =
                    Object::new().with_json("meta", &meta.finish()).with_json("links", &urls.finish());
                let object = object.with_json(listed.key, &array(listed.items));
                (with_extra(object, listed.extra).finish(), next)
            }
        }
    }
}

fn offset_envelope(
    count: usize,
    page: usize,
    per_page: usize,
    links: &Links<'_>,
    listed: Listed<'_>,
) -> String {
    let page_count = count.div_ceil(per_page).max(1);
    let to = |page: usize| links.to(&[("page", &page.to_string()), ("per_page", &per_page.to_string())]);
    let next = (page < page_count).then(|| to(page + 1));
    let previous = (page > 1).then(|| to(page - 1));
    let items = array(listed.items);
    // Articles come after the counts, everything else before them.
    let articles = listed.key == "articles";
    let mut object = Object::new();
    if !articles {
        object = object.with_json(listed.key, &items);
    }
    object = object
        .with("count", &count)
        .with("next_page", &next)
        .with("page", &page)
        .with("page_count", &page_count)
        .with("per_page", &per_page)
        .with("previous_page", &previous);
    if articles {
        object = object.with_json(listed.key, &items);
    }
    object = with_extra(object, listed.extra);
    if let Some((by, order)) = listed.sort {
        object = object.with("sort_by", by).with("sort_order", order);
    }
    object.finish()
}

fn with_extra(object: Object, extra: Vec<(&'static str, String)>) -> Object {
    extra.into_iter().fold(object, |object, (key, json)| object.with_json(key, &json))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(first: i64, created: i64, id: u64) -> Rank {
        Rank { first: Field::Int(first), created, id }
    }

    #[test]
    fn a_recorded_cursor_is_understood_and_written_alike() {
        // Position 0, 2023-09-09T23:53:11Z, id 6130830597146 (zendesk-help-center.md §5.1).
        let cursor = rank(0, 1_694_303_591, 6_130_830_597_146).encode();
        assert_eq!(cursor, "aQAAAAAAAAAAZGcF/WQAAAAAaRrc+nGTBQAA");
        assert_eq!(Rank::decode(&cursor), Some(rank(0, 1_694_303_591, 6_130_830_597_146)));
    }

    #[test]
    fn cursors_of_texts_read_back_and_garbage_does_not() {
        let text = Rank { first: Field::Text("日本".to_owned()), created: -1, id: 7 };
        assert_eq!(Rank::decode(&text.encode()), Some(text));
        for garbage in ["", "x", "aQAAAAAAAAAA", "!!!!", "cwD/////////f2Q="] {
            assert_eq!(Rank::decode(garbage), None, "{garbage}");
        }
    }

    #[test]
    fn pages_by_cursor_cover_the_list_both_ways() {
        let rows = || (0..7).map(|id| (rank(0, 100 - id, id as u64), id)).collect::<Vec<_>>();
        let mut seen = Vec::new();
        let mut from = From::Start;
        loop {
            let page = cut(rows(), false, &Asked::Cursor { size: 3, from: from.clone() }).unwrap();
            seen.extend(page.rows.iter().copied());
            let Place::Cursor { ends: Some((_, last)), more_after, .. } = page.place else { panic!() };
            if !more_after {
                break;
            }
            from = From::After(last);
        }
        assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6], "equal positions: newest first");
        let last = cut(rows(), false, &Asked::Cursor { size: 3, from: From::End }).unwrap();
        assert_eq!(last.rows, [4, 5, 6]);
        let before =
            cut(rows(), false, &Asked::Cursor { size: 3, from: From::Before(rank(0, 96, 4)) }).unwrap();
        assert_eq!(before.rows, [1, 2, 3]);
    }

    #[test]
    fn offset_paging_ends_at_ten_thousand() {
        let asked = Asked::Offset { page: 100, per_page: 100 };
        assert!(cut(vec![(rank(0, 0, 1), ())], false, &asked).is_ok());
        let asked = Asked::Offset { page: 101, per_page: 100 };
        assert!(matches!(
            cut(vec![(rank(0, 0, 1), ())], false, &asked),
            Err(Refusal::Page { code: "InvalidPaginationDepth", .. })
        ));
    }
}
