//! Links to other pages of the help center, and moving them to a target locale.
//!
//! Stored bodies hold absolute links with the locale in the path (`https://host/hc/en-us/articles/1-Slug#h_2`);
//! relative ones exist. Only the locale's bytes are ever changed. What stands in `pre`, in scripts and in comments is
//! no link.

use std::ops::Range;

use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;

use super::tokens::TokenKind;
use super::tokens::attributes;
use super::tokens::tokens;

/// What names an attachment in a URL, whatever its host, locale and file name, which come and go: the number of an
/// article attachment, or `guide-media/` and the ULID of an image of the media library (zendesk-help-center.md §3.7).
/// `None` for any other URL; a query or fragment makes it another link.
pub fn attachment_id(url: &str) -> Option<&str> {
    let path = path_of(url.trim_ascii());
    if let Some(id) = path.strip_prefix("/guide-media/") {
        let is_ulid = id.len() == 26 && id.bytes().all(|b| b.is_ascii_alphanumeric());
        return is_ulid.then(|| &path[1..]);
    }
    let rest = path.strip_prefix("/hc/")?;
    let rest = match rest.split_once('/') {
        Some((locale, rest)) if is_locale(locale) => rest,
        _ => rest,
    };
    let id_and_name = rest.strip_prefix("article_attachments/")?;
    let (id, name) = id_and_name.split_once('/').unwrap_or((id_and_name, ""));
    let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    (is_id && !name.contains(['/', '?', '#'])).then_some(id)
}

/// The articles, sections and categories that a body links to, in any locale; sorted, each once.
pub fn linked_items(body: &str) -> Vec<ItemKey> {
    let mut items: Vec<ItemKey> = page_links(body).into_iter().map(|link| link.item).collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// Moves the links to `items` from the source locale to the target locale. All else stays, byte for byte.
pub fn localise(body: &str, source: &Locale, target: &Locale, items: &[ItemKey]) -> String {
    let mut localised = String::with_capacity(body.len());
    let mut copied = 0;
    for link in page_links(body) {
        let is_source = body[link.locale.clone()].eq_ignore_ascii_case(source.as_str());
        if is_source && items.contains(&link.item) {
            localised.push_str(&body[copied..link.locale.start]);
            localised.push_str(target.as_str());
            copied = link.locale.end;
        }
    }
    localised.push_str(&body[copied..]);
    localised
}

/// A translated text whose attachments are copies of those in the source's, under the source's addresses again: Zendesk
/// gives each translation copies of its own (zendesk-help-center.md §3.7). They belong together by their order; where
/// one side has more of them, nothing is known and all stays.
pub(super) fn with_source_attachments(source: &str, translated: &str) -> String {
    let (ours, theirs) = (attachments_in(source), attachments_in(translated));
    if ours.len() != theirs.len() || ids(source, &ours) == ids(translated, &theirs) {
        return translated.to_owned();
    }
    let mut text = String::with_capacity(translated.len());
    let mut copied = 0;
    for (our, their) in ours.into_iter().zip(theirs) {
        text.push_str(&translated[copied..their.start]);
        text.push_str(&source[our]);
        copied = their.end;
    }
    text.push_str(&translated[copied..]);
    text
}

/// The ids of attachments, whatever their order.
fn ids<'a>(html: &'a str, urls: &[Range<usize>]) -> Vec<&'a str> {
    let mut ids: Vec<&str> = urls.iter().filter_map(|url| attachment_id(&html[url.clone()])).collect();
    ids.sort_unstable();
    ids
}

/// Where the addresses of attachments stand.
fn attachments_in(html: &str) -> Vec<Range<usize>> {
    let mut urls = Vec::new();
    for token in tokens(html).into_iter().filter(|token| matches!(token.kind, TokenKind::Start(_))) {
        let values = attributes(html, &token.range).into_iter().filter_map(|attribute| attribute.value);
        urls.extend(values.filter(|value| attachment_id(&html[value.clone()]).is_some()));
    }
    urls
}

/// The page that a URL leads to, as far as it is one of a help center.
pub(super) fn linked_item(url: &str) -> Option<ItemKey> {
    page_link(url).map(|link| link.item)
}

/// A link with the bytes of its locale.
struct PageLink {
    item: ItemKey,
    locale: Range<usize>,
}

/// The links in the `href`s of a body, in order.
fn page_links(body: &str) -> Vec<PageLink> {
    let mut links = Vec::new();
    let mut open_pre = 0_usize;
    for token in tokens(body) {
        match &token.kind {
            TokenKind::Start(name) if name == "pre" => open_pre += 1,
            TokenKind::End(name) if name == "pre" => open_pre = open_pre.saturating_sub(1),
            TokenKind::Start(_) if open_pre == 0 => {
                let href =
                    attributes(body, &token.range).into_iter().find(|attribute| attribute.name == "href");
                links.extend(href.and_then(|href| href.value).and_then(|value| page_link_in(body, &value)));
            }
            _ => {}
        }
    }
    links
}

/// The link in the value at `range`, with its place in the body.
fn page_link_in(body: &str, range: &Range<usize>) -> Option<PageLink> {
    let link = page_link(&body[range.clone()])?;
    Some(PageLink { item: link.item, locale: range.start + link.locale.start..range.start + link.locale.end })
}

/// `…/hc/{locale}/{articles|sections|categories}/{id}[-slug]…`. The value is read as it stands in the HTML: an entity
/// in front of the id would have to be a slash or a letter, and nobody writes those as entities.
fn page_link(value: &str) -> Option<PageLink> {
    let url = value.trim_ascii_end();
    let path = path_of(url.trim_ascii_start());
    let rest = path.strip_prefix("/hc/")?;
    let (locale, rest) = rest.split_once('/')?;
    let (kind, rest) = rest.split_once('/')?;
    let kind = match kind {
        "articles" => ItemKind::Article,
        "sections" => ItemKind::Section,
        "categories" => ItemKind::Category,
        _ => return None,
    };
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let ends_there = rest[digits..].chars().next().is_none_or(|c| matches!(c, '-' | '/' | '?' | '#' | '&'));
    if !is_locale(locale) || !ends_there {
        return None;
    }
    let id = rest[..digits].parse().ok()?;
    let from = url.len() - path.len() + "/hc/".len();
    Some(PageLink { item: ItemKey { kind, id }, locale: from..from + locale.len() })
}

/// A URL from its path on: what follows the host, or all of a URL without one.
fn path_of(url: &str) -> &str {
    let without_scheme = ["https:", "http:"].iter().find_map(|scheme| {
        url.get(..scheme.len())
            .filter(|start| start.eq_ignore_ascii_case(scheme))
            .map(|_| &url[scheme.len()..])
    });
    match without_scheme.unwrap_or(url).strip_prefix("//") {
        Some(host_and_path) => host_and_path.find('/').map_or("", |at| &host_and_path[at..]),
        None if without_scheme.is_some() => "",
        None => url,
    }
}

fn is_locale(segment: &str) -> bool {
    let mut parts = segment.split('-');
    let language = parts.next().unwrap_or_default();
    matches!(language.len(), 2..=3)
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| matches!(part.len(), 1..=8) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn localised(body: &str) -> String {
        let items = [ItemKey::article(1), ItemKey::section(2), ItemKey::category(3)];
        localise(body, &Locale::new("en-us"), &Locale::new("pt-br"), &items)
    }

    #[test]
    fn an_attachment_is_its_id_in_every_form_of_its_url() {
        for url in [
            "https://acme.zendesk.com/hc/article_attachments/360/photo.png",
            "https://help.acme.com/hc/article_attachments/360",
            "/hc/en-us/article_attachments/360/a%20b.png",
            "//acme.zendesk.com/hc/pt/article_attachments/360",
        ] {
            assert_eq!(attachment_id(url), Some("360"), "{url}");
        }
        let ulid = "/guide-media/01HZXJ5P9Q8R7S6T5V4W3X2Y1Z";
        assert_eq!(attachment_id(ulid), Some(&ulid[1..]));
        for url in [
            "/hc/en-us/articles/360",
            "/hc/article_attachments/",
            "/hc/article_attachments/1#page=2",
            "360",
            "",
        ] {
            assert_eq!(attachment_id(url), None, "{url}");
        }
    }

    #[test]
    fn only_the_locale_of_links_to_translated_items_moves() {
        let body = r#"<a href="https://a.b/hc/en-us/articles/1-Some-Slug#h_1">x</a> <a href='/hc/EN-US/sections/2?a=1&amp;b'>
            <a href=//h/hc/en-us/categories/3>z</a> <A CLASS=x HREF = "/hc/en-us/articles/1">"#;
        let expected = body.replace("en-us", "pt-br").replace("EN-US", "pt-br");
        assert_eq!(localised(body), expected);
        assert_eq!(localised(&expected), expected);
    }

    #[test]
    fn what_is_no_such_link_stays() {
        for body in [
            r#"<a href="/hc/en-us/articles/9">other item</a>"#,
            r#"<a href="/hc/en-gb/articles/1">other locale</a>"#,
            r#"<a href="/hc/en-us/articles/1x">no id</a>"#,
            r#"<a href="/hc/articles/1">no locale</a>"#,
            r#"<a href="https://a.b/go?to=/hc/en-us/articles/1">in a query</a>"#,
            r#"<a href="mailto:/hc/en-us/articles/1">mail</a>"#,
            r#"<pre><a href="/hc/en-us/articles/1">code</a></pre><!-- <a href="/hc/en-us/articles/1"> -->"#,
            r#"<script>'<a href="/hc/en-us/articles/1">'</script> /hc/en-us/articles/1"#,
            r#"<img src="/hc/en-us/articles/1"><a href="/hc/en-us/articles/99999999999999999999999">"#,
        ] {
            assert_eq!(localised(body), body);
        }
    }

    #[test]
    fn attachments_of_a_translation_are_those_of_the_source_again() {
        let image = |id: u64| format!("<img src='/hc/article_attachments/{id}/a.png'>");
        let (one, two) = (image(1), image(2));
        let source = format!("Press {one} and {two} now");
        let copies = "<b title='8'>Nun</b> <img alt=x src=\"https://h/hc/de/article_attachments/8\"> und \
            <a href=/hc/article_attachments/9>ja</a>";
        assert_eq!(
            with_source_attachments(&source, copies),
            "<b title='8'>Nun</b> <img alt=x src=\"/hc/article_attachments/1/a.png\"> und \
            <a href=/hc/article_attachments/2/a.png>ja</a>"
        );
        for stays in [format!("{two} and {one}"), image(8), format!("{}{}{}", image(7), image(8), image(9))] {
            assert_eq!(with_source_attachments(&source, &stays), stays);
        }
    }

    #[test]
    fn linked_items_are_sorted_and_unique() {
        let body =
            r#"<a href="/hc/en-us/sections/2"><a href="/hc/de/articles/7-x"><a href="/hc/en-us/articles/7">"#;
        assert_eq!(linked_items(body), [ItemKey::section(2), ItemKey::article(7)]);
    }
}
