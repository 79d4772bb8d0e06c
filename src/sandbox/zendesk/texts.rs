//! Changes of text, from the API and from people alike: which of the time stamps move, what happens to attachments,
//! and that a change that changes nothing leaves no trace (zendesk-help-center.md §9.2).

use jiff::Timestamp;

use super::ZendeskState;
use super::attachments;
use super::editor;
use super::store::Item;
use super::store::ItemKey;
use super::store::Kind;
use super::store::Translation;

/// What is changed; `None` stays.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    pub(super) title: Option<String>,
    pub(super) body: Option<Option<String>>,
    pub(super) draft: Option<bool>,
    pub(super) outdated: Option<bool>,
    /// Moves the text to another locale.
    pub(super) locale: Option<String>,
}

/// A text that is new.
#[derive(Clone, Debug, Default)]
pub(super) struct NewText {
    pub(super) locale: String,
    pub(super) title: String,
    pub(super) body: Option<String>,
    pub(super) draft: bool,
    pub(super) outdated: bool,
}

impl ZendeskState {
    /// Adds a text to an item.
    pub(super) fn add_text(&mut self, key: ItemKey, text: NewText, by: i64, now: Timestamp) {
        let body = text.body.map(|body| self.stored_body(key, &text.locale, &body, now));
        let translation = Translation {
            id: self.store.new_id(),
            locale: text.locale.clone(),
            title: text.title,
            body,
            draft: text.draft,
            outdated: text.outdated,
            created_at: now,
            updated_at: now,
            edited_at: now,
            created_by: Some(by),
            updated_by: Some(by),
        };
        if let Some(item) = self.store.items.get_mut(&key) {
            item.updated_at = item.updated_at.max(now);
            item.translations.insert(text.locale, translation);
        }
        self.touch_parents_of_text(key, now);
    }

    /// Changes a text of an item.
    pub(super) fn change_text(
        &mut self,
        key: ItemKey,
        locale: &str,
        mut change: Change,
        by: i64,
        now: Timestamp,
    ) {
        if let Some(Some(body)) = change.body {
            change.body = Some(Some(self.stored_body(key, locale, &body, now)));
        }
        let flags_others = self.behaviour.source_edit_flags_outdated;
        let touches_unchanged = self.behaviour.unchanged_put_touches_article;
        let Some(item) = self.store.items.get_mut(&key) else { return };
        let Some(old) = item.translations.get(locale) else { return };
        let new = changed(old, &change);
        let is_edit = new.title != old.title || new.body != old.body;
        let is_change = is_edit
            || new.draft != old.draft
            || new.outdated != old.outdated
            || change.locale.as_ref().is_some_and(|moved| moved != locale);
        if !is_change {
            if touches_unchanged {
                item.updated_at = item.updated_at.max(now);
            }
            return;
        }
        let mut new = new;
        new.updated_at = now;
        new.updated_by = Some(by);
        if is_edit {
            new.edited_at = now;
        }
        item.updated_at = item.updated_at.max(now);
        if is_edit && flags_others && item.source_locale == locale {
            item.translations.values_mut().for_each(|one| one.outdated = one.locale != locale);
            new.outdated = false;
        }
        put(item, locale, new, change.locale);
        self.touch_parents_of_text(key, now);
    }

    /// A body as it is stored when it is written to one translation.
    fn stored_body(&mut self, key: ItemKey, locale: &str, body: &str, now: Timestamp) -> String {
        let body =
            if self.behaviour.reserialises_writes { self.through_editor(body, now) } else { body.to_owned() };
        match key {
            (Kind::Article, id) if self.behaviour.rewrites_attachments => {
                self.store.rewrite_attachments(id, locale, &body, now)
            }
            _ => body,
        }
    }

    /// A body as the editor writes it.
    pub(super) fn through_editor(&mut self, body: &str, now: Timestamp) -> String {
        let named = &mut self.headings_named;
        let saved = editor::save(body, &mut || {
            *named += 1;
            format!("h_{}", ulid(now, *named))
        });
        attachments::shorten(&saved)
    }

    fn touch_parents_of_text(&mut self, key: ItemKey, now: Timestamp) {
        if self.behaviour.translation_touches_parents {
            self.store.touch_parents(key, now);
        }
    }
}

fn changed(old: &Translation, change: &Change) -> Translation {
    Translation {
        title: change.title.clone().unwrap_or_else(|| old.title.clone()),
        body: change.body.clone().unwrap_or_else(|| old.body.clone()),
        draft: change.draft.unwrap_or(old.draft),
        outdated: change.outdated.unwrap_or(old.outdated),
        ..old.clone()
    }
}

fn put(item: &mut Item, locale: &str, mut text: Translation, moved: Option<String>) {
    match moved.filter(|moved| moved != locale) {
        Some(moved) => {
            item.translations.remove(locale);
            if item.source_locale == locale {
                item.source_locale.clone_from(&moved);
            }
            text.locale.clone_from(&moved);
            item.translations.insert(moved, text);
        }
        None => {
            item.translations.insert(locale.to_owned(), text);
        }
    }
}

/// Ten characters of time and sixteen that differ, in Crockford's base 32.
fn ulid(now: Timestamp, count: u64) -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let milliseconds = u128::try_from(now.as_millisecond()).unwrap_or_default();
    // Scattered, so that ids do not look alike.
    let noise = u128::from(count.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 16 | u128::from(count & 0xffff);
    let value = (milliseconds & 0xffff_ffff_ffff) << 80 | noise & 0xffff_ffff_ffff_ffff_ffff;
    (0..26).rev().map(|place| char::from(DIGITS[(value >> (place * 5)) as usize & 31])).collect()
}
