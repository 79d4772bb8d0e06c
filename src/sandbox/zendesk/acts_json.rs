//! The acts of people by name, with JSON arguments: what `/_sandbox/zendesk/{act}` does.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::Kind;
use super::Role;
use super::ZendeskState;
use super::acts::ActError;
use super::store::Item;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditSource {
    article: u64,
    title: Option<String>,
    body: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditTranslation {
    #[serde(default = "article")]
    kind: Kind,
    id: u64,
    locale: String,
    title: Option<String>,
    body: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InLocale {
    article: u64,
    locale: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vote {
    article: u64,
    #[serde(default = "yes")]
    up: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels {
    article: u64,
    labels: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Flag {
    #[serde(default = "article")]
    kind: Kind,
    id: u64,
    locale: String,
    #[serde(default = "yes")]
    value: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfKind {
    #[serde(default = "article")]
    kind: Kind,
    id: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    article: u64,
    section: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    section: u64,
    title: String,
    #[serde(default)]
    body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneLocale {
    locale: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withhold {
    section: u64,
    #[serde(default = "yes")]
    value: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetRole {
    role: Role,
}

fn article() -> Kind {
    Kind::Article
}

fn yes() -> bool {
    true
}

/// The names of all acts, for the message that one does not exist.
const ACTS: &str = "edit_source, edit_translation, editor_save, vote, set_labels, set_draft, set_outdated, \
     delete_text, archive, move_article, add_article, enable_locale, disable_locale, withhold, set_role, \
     revoke_tokens, state";

impl ZendeskState {
    /// Does an act by its name; `state` does nothing and shows everything.
    ///
    /// # Errors
    /// What is wrong with the name, the arguments or the act.
    pub fn act(&mut self, name: &str, args: &Value, now: Timestamp) -> Result<Value, String> {
        match name {
            "state" => return Ok(self.state()),
            "add_article" => {
                let Add { section, title, body } = read(args)?;
                let id = self.add_article(section, &title, &body, now).map_err(|error| error.to_string())?;
                return Ok(json!({"id": id}));
            }
            "enable_locale" => {
                let OneLocale { locale } = read(args)?;
                self.enable_locale(&locale);
                return Ok(json!({}));
            }
            "set_role" => {
                let SetRole { role } = read(args)?;
                self.set_role(role);
                return Ok(json!({}));
            }
            "revoke_tokens" => {
                self.revoke_tokens();
                return Ok(json!({}));
            }
            _ => {}
        }
        self.act_on_item(name, args, now)?.map_err(|error| error.to_string())?;
        Ok(json!({}))
    }

    /// The acts that can fail; the outer error is about name and arguments.
    fn act_on_item(
        &mut self,
        name: &str,
        args: &Value,
        now: Timestamp,
    ) -> Result<Result<(), ActError>, String> {
        Ok(match name {
            "edit_source" => {
                let EditSource { article, title, body } = read(args)?;
                self.edit_source(article, title.as_deref(), body.as_deref(), now)
            }
            "edit_translation" => {
                let EditTranslation { kind, id, locale, title, body } = read(args)?;
                self.edit_translation(kind, id, &locale, title.as_deref(), body.as_deref(), now)
            }
            "editor_save" => {
                let InLocale { article, locale } = read(args)?;
                self.editor_save(article, &locale, now)
            }
            "vote" => {
                let Vote { article, up } = read(args)?;
                self.vote(article, up, now)
            }
            "set_labels" => {
                let Labels { article, labels } = read(args)?;
                let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
                self.set_labels(article, &labels, now)
            }
            "set_draft" => {
                let Flag { kind, id, locale, value } = read(args)?;
                self.set_draft(kind, id, &locale, value, now)
            }
            "set_outdated" => {
                let Flag { kind, id, locale, value } = read(args)?;
                self.set_outdated(kind, id, &locale, value, now)
            }
            "delete_text" => {
                let EditTranslation { kind, id, locale, .. } = read(args)?;
                self.delete_text(kind, id, &locale, now)
            }
            "archive" => {
                let OfKind { kind, id } = read(args)?;
                self.archive(kind, id, now)
            }
            "move_article" => {
                let Move { article, section } = read(args)?;
                self.move_article(article, section, now)
            }
            "disable_locale" => {
                let OneLocale { locale } = read(args)?;
                self.disable_locale(&locale)
            }
            "withhold" => {
                let Withhold { section, value } = read(args)?;
                self.withhold(section, value)
            }
            _ => return Err(format!("there is no act `{name}`; there are {ACTS}")),
        })
    }

    fn state(&self) -> Value {
        let items = |kind| -> Vec<Value> {
            self.store.items.values().filter(|item| item.kind == kind).map(item_state).collect()
        };
        json!({
            "locales": self.store.locales,
            "default_locale": self.store.default_locale,
            "categories": items(Kind::Category),
            "sections": items(Kind::Section),
            "articles": items(Kind::Article),
        })
    }
}

fn item_state(item: &Item) -> Value {
    let translations: Map<String, Value> = item
        .translations
        .iter()
        .map(|(locale, text)| {
            let view = json!({
                "title": text.title, "body": text.body, "draft": text.draft, "outdated": text.outdated,
                "updated_at": text.updated_at, "updated_by": text.updated_by,
            });
            (locale.clone(), view)
        })
        .collect();
    json!({
        "id": item.id,
        "parent": item.parent().map(|(kind, id)| json!({"kind": kind, "id": id})),
        "source_locale": item.source_locale,
        "updated_at": item.updated_at,
        "label_names": item.article().map(|article| &article.label_names),
        "translations": translations,
    })
}

fn read<T: DeserializeOwned>(args: &Value) -> Result<T, String> {
    serde_json::from_value(args.clone()).map_err(|error| format!("arguments: {error}"))
}
