//! Objects as JSON, with Zendesk's keys in Zendesk's order (zendesk-help-center.md §2).

use super::Behaviour;
use super::json::Object;
use super::json::array;
use super::store::ArticleDetail;
use super::store::Attachment;
use super::store::Detail;
use super::store::Item;
use super::store::Translation;

/// What rendering depends on beside the object.
pub(super) struct Renderer<'a> {
    /// Scheme and host of `url`.
    pub(super) base: &'a str,
    pub(super) behaviour: &'a Behaviour,
    /// Whether translations are embedded, and whether drafts are among them.
    pub(super) translations: Embed,
    pub(super) shows_outdated: bool,
}

/// Which translations are embedded in an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Embed {
    None,
    Published,
    All,
}

impl Renderer<'_> {
    /// An item as it is shown in one locale.
    pub(super) fn item(&self, item: &Item, shown: &Translation) -> String {
        let object = match &item.detail {
            Detail::Category => self.category(item, shown),
            Detail::Section { .. } => self.section(item, shown),
            Detail::Article(article) => self.article(item, article, shown),
        };
        match self.translations {
            Embed::None => object.finish(),
            Embed::Published | Embed::All => {
                let all = self.translations == Embed::All;
                let embedded = item.translations.values().filter(|one| all || !one.draft);
                let translations = array(embedded.map(|one| self.translation(item, one)));
                object.with_json("translations", &translations).finish()
            }
        }
    }

    fn article(&self, item: &Item, article: &ArticleDetail, shown: &Translation) -> Object {
        let undocumented = self.behaviour.undocumented_keys;
        let outdated: Vec<&str> = item
            .translations
            .values()
            .filter(|one| one.outdated && self.shows_outdated)
            .map(|one| one.locale.as_str())
            .collect();
        let segments: Vec<u64> = article.user_segment_id.into_iter().collect();
        self.head(item, shown)
            .with("author_id", &article.author_id)
            .with("comments_disabled", &article.comments_disabled)
            .with("draft", &shown.draft)
            .with("promoted", &article.promoted)
            .with("position", &item.position)
            .with("vote_sum", &article.vote_sum)
            .with("vote_count", &article.vote_count)
            .with("section_id", &article.section_id)
            .with("created_at", &item.created_at)
            .with("updated_at", &item.updated_at)
            .with_some("name", undocumented.then_some(&shown.title))
            .with("title", &shown.title)
            .with("source_locale", &item.source_locale)
            .with("locale", &shown.locale)
            .with("outdated", &false)
            .with("outdated_locales", &outdated)
            .with("edited_at", &shown.edited_at)
            .with("user_segment_id", &article.user_segment_id)
            .with_some("user_segment_ids", undocumented.then_some(&segments))
            .with("permission_group_id", &article.permission_group_id)
            .with("content_tag_ids", &article.content_tag_ids)
            .with("label_names", &article.label_names)
            .with("body", &shown.body)
    }

    fn section(&self, item: &Item, shown: &Translation) -> Object {
        let Detail::Section { category_id, parent_section_id, sorting } = &item.detail else {
            return self.category(item, shown);
        };
        self.head(item, shown)
            .with("category_id", category_id)
            .with("position", &item.position)
            .with("sorting", sorting)
            .with("created_at", &item.created_at)
            .with("updated_at", &item.updated_at)
            .with("name", &shown.title)
            .with("description", &shown.body)
            .with("locale", &shown.locale)
            .with("source_locale", &item.source_locale)
            .with("outdated", &false)
            .with("parent_section_id", parent_section_id)
            .with("theme_template", "section_page")
    }

    fn category(&self, item: &Item, shown: &Translation) -> Object {
        self.head(item, shown)
            .with("position", &item.position)
            .with("created_at", &item.created_at)
            .with("updated_at", &item.updated_at)
            .with("name", &shown.title)
            .with("description", &shown.body)
            .with("locale", &shown.locale)
            .with("source_locale", &item.source_locale)
            .with("outdated", &false)
    }

    fn head(&self, item: &Item, shown: &Translation) -> Object {
        let (kind, id, locale) = (item.kind.plural(), item.id, &shown.locale);
        let mut html_url = format!("{}/hc/{locale}/{kind}/{id}", self.html_base());
        let slug = slug(&shown.title);
        if !slug.is_empty() {
            html_url = format!("{html_url}-{slug}");
        }
        Object::new()
            .with("id", &id)
            .with("url", &format!("{}/api/v2/help_center/{locale}/{kind}/{id}.json", self.base))
            .with("html_url", &html_url)
    }

    /// A translation as an object of its own.
    pub(super) fn translation(&self, item: &Item, translation: &Translation) -> String {
        let (kind, id, locale) = (item.kind.plural(), item.id, &translation.locale);
        let undocumented = self.behaviour.undocumented_keys;
        Object::new()
            .with("id", &translation.id)
            .with("url", &format!("{}/api/v2/help_center/{kind}/{id}/translations/{locale}", self.base))
            .with("html_url", &format!("{}/hc/{locale}/{kind}/{id}", self.html_base()))
            .with("source_id", &id)
            .with("source_type", item.kind.type_name())
            .with("locale", locale)
            .with("title", &translation.title)
            .with("body", &translation.body)
            .with("outdated", &translation.outdated)
            .with("draft", &translation.draft)
            .with_some("hidden", undocumented.then_some(&false))
            .with("created_at", &translation.created_at)
            .with("updated_at", &translation.updated_at)
            .with("updated_by_id", &translation.updated_by)
            .with("created_by_id", &translation.created_by)
            .finish()
    }

    /// An attachment.
    pub(super) fn attachment(&self, attachment: &Attachment) -> String {
        let id = attachment.id;
        let path = format!("/hc/article_attachments/{id}");
        Object::new()
            .with("id", &id)
            .with("url", &format!("{}/api/v2/help_center/articles/attachments/{id}", self.base))
            .with("article_id", &attachment.article_id)
            .with("display_file_name", &attachment.file_name)
            .with("file_name", &attachment.file_name)
            .with("content_url", &format!("{}{path}", self.html_base()))
            .with("relative_path", &path)
            .with("content_type", "image/png")
            .with("size", &1024)
            .with("inline", &true)
            .with("locale", &attachment.locale)
            .with("created_at", &attachment.created_at)
            .with("updated_at", &attachment.created_at)
            .finish()
    }

    fn html_base(&self) -> &str {
        self.behaviour.html_host.as_deref().unwrap_or(self.base)
    }
}

/// Runs of anything but ASCII letters and digits become one hyphen; a title without ASCII letters has no slug.
fn slug(title: &str) -> String {
    if !title.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return String::new();
    }
    let words = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        assert_eq!(
            slug("SAMPLE ARTICLE: International gift cards"),
            "SAMPLE-ARTICLE-International-gift-cards"
        );
        assert_eq!(slug("はじめに 2"), "");
        assert_eq!(slug(" Ärger? "), "rger");
    }
}
