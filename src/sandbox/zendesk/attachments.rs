//! Attachment URLs in bodies: finding them, and what Zendesk does to them when a body is saved. A file shown by several
//! translations becomes one attachment for each, the URLs in the stored body change, the file name goes, and what no
//! body shows any more is deleted (zendesk-help-center.md §3.7).

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::Timestamp;

use super::store::Attachment;
use super::store::Store;

/// A reference in a body: the bytes from `/hc/` to the end of the id or file name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) range: Range<usize>,
    pub(super) id: u64,
    pub(super) file_name: Option<String>,
}

const SEGMENT: &str = "article_attachments/";

/// The references of a body, in order.
pub(super) fn references(body: &str) -> Vec<Reference> {
    body.match_indices(SEGMENT).filter_map(|(at, _)| reference(body, at)).collect()
}

fn reference(body: &str, at: usize) -> Option<Reference> {
    let start = start_of(&body[..at])?;
    let rest = &body[at + SEGMENT.len()..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let id = rest[..digits].parse().ok()?;
    let mut end = at + SEGMENT.len() + digits;
    let name = rest[digits..].strip_prefix('/').map(|name| {
        let ends = |c: char| c.is_whitespace() || "\"'<>()?#&".contains(c);
        &name[..name.find(ends).unwrap_or(name.len())]
    });
    if let Some(name) = name {
        end += 1 + name.len();
    }
    let file_name = name.filter(|name| !name.is_empty()).map(str::to_owned);
    Some(Reference { range: start..end, id, file_name })
}

/// Where `/hc/` or `/hc/{locale}/` starts, at the end of what comes before.
fn start_of(before: &str) -> Option<usize> {
    let path = before.strip_suffix('/')?;
    if let Some(host) = path.strip_suffix("/hc") {
        return Some(host.len());
    }
    let (path, locale) = path.rsplit_once('/')?;
    let is_locale = (2..=12).contains(&locale.len())
        && locale.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    path.strip_suffix("/hc").filter(|_| is_locale).map(str::len)
}

/// The body with the id of each reference as `new_id` says; where it says none, the reference stays.
fn replace(body: &str, mut new_id: impl FnMut(&Reference) -> Option<u64>) -> String {
    let mut written = String::with_capacity(body.len());
    let mut copied = 0;
    for reference in references(body) {
        if let Some(id) = new_id(&reference) {
            written += &body[copied..reference.range.start];
            written += &format!("/hc/{SEGMENT}{id}");
            copied = reference.range.end;
        }
    }
    written += &body[copied..];
    written
}

impl Store {
    /// Makes an attachment of each reference that is none yet: a seed has bodies only.
    pub(super) fn adopt_attachments(&mut self, article_id: u64, locale: &str, body: &str, now: Timestamp) {
        for reference in references(body) {
            if self.attachments.contains_key(&reference.id) {
                continue;
            }
            self.reserve(reference.id);
            self.attach(Attachment {
                id: reference.id,
                origin: reference.id,
                article_id,
                locale: locale.to_owned(),
                file_name: reference.file_name.unwrap_or_else(|| format!("image-{}.png", reference.id)),
                created_at: now,
            });
        }
    }

    /// Saves a body as the text of one translation: returns it as it is stored.
    pub(super) fn rewrite_attachments(
        &mut self,
        article_id: u64,
        locale: &str,
        body: &str,
        now: Timestamp,
    ) -> String {
        let stored = replace(body, |reference| self.copy_for(article_id, locale, reference.id, now));
        self.drop_unused(article_id, locale, &stored);
        stored
    }

    /// The attachment of one translation that shows the same file as `id`. An unknown id is nobody's.
    fn copy_for(&mut self, article_id: u64, locale: &str, id: u64, now: Timestamp) -> Option<u64> {
        let known = self.attachments.get(&id)?.clone();
        if let Some(copy) = self.copies.get(&(article_id, locale.to_owned(), known.origin)) {
            return Some(*copy);
        }
        let copy = self.new_id();
        let locale = locale.to_owned();
        self.attach(Attachment { id: copy, article_id, locale, created_at: now, ..known });
        Some(copy)
    }

    fn attach(&mut self, attachment: Attachment) {
        let key = (attachment.article_id, attachment.locale.clone(), attachment.origin);
        self.copies.insert(key, attachment.id);
        self.attachments.insert(attachment.id, attachment);
    }

    fn drop_unused(&mut self, article_id: u64, locale: &str, body: &str) {
        let used: BTreeSet<u64> = references(body).into_iter().map(|reference| reference.id).collect();
        let first = (article_id, locale.to_owned(), 0);
        let last = (article_id, locale.to_owned(), u64::MAX);
        let unused: Vec<_> = self
            .copies
            .range(first..=last)
            .filter(|(_, id)| !used.contains(id))
            .map(|(key, id)| (key.clone(), *id))
            .collect();
        for (key, id) in unused {
            self.copies.remove(&key);
            self.attachments.remove(&id);
        }
    }
}

/// The body with all file names gone from attachment URLs, ids kept: what saving in the editor does.
pub(super) fn shorten(body: &str) -> String {
    replace(body, |reference| Some(reference.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_references_are_found() {
        let body = concat!(
            r#"<img src="https://acme.zendesk.com/hc/article_attachments/11"> "#,
            r#"<img src='/hc/article_attachments/12/a%20b.png'> "#,
            r#"<a href="https://help.acme.com/hc/en-us/article_attachments/13/manual.pdf?x=1">x</a> "#,
            r#"/hc/article_attachments/ /hc/a/b/article_attachments/14 article_attachments/15"#,
        );
        let found: Vec<_> =
            references(body).into_iter().map(|one| (one.id, one.file_name.unwrap_or_default())).collect();
        assert_eq!(found, [(11, String::new()), (12, "a%20b.png".to_owned()), (13, "manual.pdf".to_owned())]);
    }

    #[test]
    fn each_translation_gets_a_copy_once_and_unused_ones_go() {
        let now = Timestamp::UNIX_EPOCH;
        let mut store = Store::default();
        let source = r#"<img src="/hc/en-us/article_attachments/11/a.png">"#;
        store.adopt_attachments(1, "en-us", source, now);
        let german = store.rewrite_attachments(1, "de", source, now);
        assert_ne!(references(&german)[0].id, 11);
        assert!(!german.contains("a.png") && !german.contains("en-us"), "{german}");
        assert_eq!(store.rewrite_attachments(1, "de", source, now), german, "the copy is made once");
        assert_eq!(store.rewrite_attachments(1, "de", &german, now), german);
        assert_eq!(store.attachments.len(), 2);
        store.rewrite_attachments(1, "de", "<p>no image</p>", now);
        assert_eq!(store.attachments.keys().copied().collect::<Vec<_>>(), [11]);
    }

    #[test]
    fn what_is_unknown_stays_as_it_is() {
        let mut store = Store::default();
        let body = r#"<img src="/hc/article_attachments/99/x.png">"#;
        assert_eq!(store.rewrite_attachments(1, "de", body, Timestamp::UNIX_EPOCH), body);
        assert_eq!(shorten(body), r#"<img src="/hc/article_attachments/99">"#);
    }
}
