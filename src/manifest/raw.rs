//! What the YAML may say, key by key. The JSON Schema is made from these types, and the schema is also what the shape
//! of a manifest is checked against: an editor and zencat refuse the same things.
//!
//! Everything is optional here, so that one missing key does not hide the next problem; `required` is the schema's word
//! for what must be there. Doc comments become the texts that an editor shows.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::id::ItemKind;

use super::model::AssignMode;
use super::model::ExistingTranslations;
use super::model::Integrity;
use super::model::LinkPolicy;
use super::model::OnEdit;
use super::model::OnRemove;
use super::model::Publish;
use super::model::Region;
use super::model::StageType;

/// Which articles of a Zendesk Help Center are translated into which languages, and through which Smartcat workflow.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "zencat manifest", rename = "Manifest")]
pub(super) struct RawManifest {
    /// The version of this language.
    #[schemars(required, range(min = 1), extend("examples" = [1]))]
    pub(super) version: Option<u64>,
    /// The owner mark on everything that zencat creates in Smartcat. Changing it later makes zencat forget its projects.
    #[schemars(required, regex(pattern = "^[a-z0-9-]{1,64}$"), extend("examples" = ["acme-help-center"]))]
    pub(super) name: Option<String>,
    /// The help center.
    #[schemars(required, extend("examples" = [{"url": "https://acme.zendesk.com"}]))]
    pub(super) zendesk: Option<RawZendesk>,
    /// The Smartcat server: `region` or `url`.
    #[schemars(required, extend("examples" = [{"region": "eu"}]))]
    pub(super) smartcat: Option<RawSmartcat>,
    /// The locale that is translated from. Default: the help center's default locale.
    #[schemars(extend("examples" = ["en-us"]))]
    pub(super) source_locale: Option<String>,
    /// Zendesk locale → Smartcat language, where the built-in table is not what you want.
    #[schemars(extend("examples" = [{"pt": "pt-PT"}]))]
    pub(super) locales: Option<BTreeMap<String, String>>,
    /// Ways through Smartcat, by name.
    #[schemars(required, extend("examples" = [{"ai-review": {"stages": ["translation", "postediting"], "machine_translation": "auto"}}]))]
    pub(super) workflows: Option<BTreeMap<String, RawWorkflow>>,
    /// The rules, read from top to bottom: for each item and language the last rule that matches decides.
    #[schemars(
        required,
        length(min = 1),
        extend("examples" = [[{"match": {"category": 360000111}, "languages": ["de", "fr"], "workflow": "ai-review"}]])
    )]
    pub(super) content: Option<Vec<RawRule>>,
    /// A plan beyond these is refused; `--allow max-words` and the like lift one of them.
    #[schemars(extend("examples" = [{"max_words": 50_000, "max_items": 500, "max_change": "30%"}]))]
    pub(super) limits: Option<RawLimits>,
    /// What happens in Smartcat to documents that are no longer in scope. Nothing is ever deleted in Zendesk.
    #[schemars(extend("default" = "keep"))]
    pub(super) on_remove: Option<OnRemove>,
}

/// The help center. Credentials come from the environment, never from here.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Zendesk")]
pub(super) struct RawZendesk {
    /// The brand's own address, without a path. Plain http only for this machine.
    #[schemars(required, extend("examples" = ["https://acme.zendesk.com"]))]
    pub(super) url: Option<String>,
}

/// The Smartcat server. Credentials come from the environment, never from here.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Smartcat")]
pub(super) struct RawSmartcat {
    /// The region that the account lives in: see the host in your browser.
    #[schemars(extend("examples" = ["eu"]))]
    pub(super) region: Option<Region>,
    /// The server's address, instead of a region.
    #[schemars(extend("examples" = ["https://smartcat.com"]))]
    pub(super) url: Option<String>,
}

/// A way through Smartcat: stages (or a template), and what happens before and after them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Workflow")]
pub(super) struct RawWorkflow {
    /// The stages, in order.
    #[schemars(length(min = 1), extend("examples" = [["translation", "postediting"]]))]
    pub(super) stages: Option<Vec<StageType>>,
    /// The name of a Smartcat project template, instead of stages.
    #[schemars(extend("examples" = ["Help center AI"]))]
    pub(super) template: Option<String>,
    /// `off`, `auto`, or the name of an engine or profile. The machine's output is confirmed at stage 1. Left out with a
    /// `template`, it is what the template brings.
    #[schemars(extend("default" = "off", "examples" = ["off", "auto", "Google NMT"]))]
    pub(super) machine_translation: Option<String>,
    /// The Smartcat project that documents go to.
    #[schemars(extend("examples" = [{"name": "Help center: AI + review", "translation_memory": "Help center"}]))]
    pub(super) project: Option<RawProject>,
    /// What becomes of translations that stand in Zendesk before zencat's first delivery.
    #[schemars(extend("default" = "import"))]
    pub(super) existing_translations: Option<ExistingTranslations>,
    /// When a translation is sent to Zendesk.
    #[schemars(extend("default" = "completed"))]
    pub(super) send_when: Option<RawSendWhen>,
    /// Complete documents that Smartcat reports ready for completion.
    #[schemars(extend("default" = false))]
    pub(super) auto_complete: Option<bool>,
    /// The state of a translation that zencat creates. A published one is never taken offline.
    #[schemars(extend("default" = "as_source"))]
    pub(super) publish: Option<Publish>,
    /// Flag the published translation as outdated in Zendesk while a newer source is in work.
    #[schemars(extend("default" = true))]
    pub(super) mark_outdated: Option<bool>,
    /// What becomes of a translation that somebody edited in Zendesk.
    #[schemars(extend("default" = "keep"))]
    pub(super) on_edit: Option<OnEdit>,
    /// What becomes of links to other pages of the help center.
    #[schemars(extend("default" = "localize"))]
    pub(super) links: Option<LinkPolicy>,
    /// The structure check before a translation is sent.
    #[schemars(extend("default" = "strict"))]
    pub(super) integrity: Option<Integrity>,
    /// Who works on which stage. For each stage and language the last entry that names them decides.
    #[schemars(extend("examples" = [[{"stage": "postediting", "languages": ["de"], "people": ["reviewer@example.com"]}]]))]
    pub(super) assign: Option<Vec<RawAssignment>>,
}

/// The Smartcat project of a workflow.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Project")]
pub(super) struct RawProject {
    /// The name of the project. It is found by zencat's mark, and created when missing.
    #[schemars(extend("examples" = ["Help center: AI + review"]))]
    pub(super) name: Option<String>,
    /// The id of a project that is there already, instead of a name.
    #[schemars(extend("examples" = ["3f0c5b1e-2a4d-4c7e-9b1a-0d6f8e2c4a51"]))]
    pub(super) id: Option<String>,
    /// Documents in one project before a further one is opened.
    #[schemars(range(min = 1, max = 100_000), extend("default" = 1000))]
    pub(super) max_documents: Option<u32>,
    /// A duration from the project's creation, which people may move in Smartcat, or an RFC 3339 time, which is kept.
    #[schemars(extend("examples" = ["14d", "2w", "36h", "2027-03-01T18:00:00Z"]))]
    pub(super) deadline: Option<String>,
    /// The name of the writable translation memory: a changed source keeps its unchanged segments.
    #[schemars(extend("examples" = ["Help center"]))]
    pub(super) translation_memory: Option<String>,
    /// Names of glossaries.
    #[schemars(extend("examples" = [["Product terms"]]))]
    pub(super) glossaries: Option<Vec<String>>,
    /// The client in Smartcat whose memories and glossaries are used.
    #[schemars(extend("examples" = ["Acme Inc"]))]
    pub(super) client: Option<String>,
    /// The agency that the whole project is handed to, by name or id.
    #[schemars(extend("examples" = ["Northwind Translations"]))]
    pub(super) vendor: Option<String>,
    /// People who manage the project, by e-mail address or id.
    #[schemars(extend("examples" = [["manager@example.com"]]))]
    pub(super) managers: Option<Vec<String>>,
}

/// When a translation is sent to Zendesk.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(super) enum RawSendWhen {
    /// Always in the same way.
    Word(RawSendWord),
    /// When a stage is done.
    Stage(RawSendStage),
}

/// When a translation is sent, in one word.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "SendWhen")]
pub(super) enum RawSendWord {
    /// All stages are done.
    Completed,
    /// One stage is done.
    Confirmed,
    /// Whatever Smartcat has; what nobody has translated yet stays in the source language.
    Current,
}

/// When a stage is done.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SendWhenStage")]
pub(super) struct RawSendStage {
    /// One of the workflow's stages.
    #[schemars(required, extend("examples" = ["postediting"]))]
    pub(super) stage: Option<StageType>,
}

/// Who works on a stage: one of `template`, `people`, `agency` and `team`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Assignment")]
pub(super) struct RawAssignment {
    /// One of the workflow's stages.
    #[schemars(required, extend("examples" = ["postediting"]))]
    pub(super) stage: Option<StageType>,
    /// Locales that it is for. Default: all of the workflow's.
    #[schemars(length(min = 1), extend("examples" = [["de", "fr"]]))]
    pub(super) languages: Option<Vec<String>>,
    /// The name of an assignment template in Smartcat.
    #[schemars(extend("examples" = ["Agency DE/FR"]))]
    pub(super) template: Option<String>,
    /// People by e-mail address or id.
    #[schemars(length(min = 1), extend("examples" = [["reviewer@example.com"]]))]
    pub(super) people: Option<Vec<String>>,
    /// How people share the work.
    #[schemars(extend("default" = "distribute"))]
    pub(super) mode: Option<AssignMode>,
    /// Add people to the account's team whose e-mail addresses are not in it, as in-house linguists.
    #[schemars(extend("default" = false, "examples" = [true]))]
    pub(super) invite_new: Option<bool>,
    /// How long the work may take, for a `template`: Smartcat has deadlines of stages in project tasks alone.
    #[schemars(extend("examples" = ["48h", "5d"]))]
    pub(super) deadline: Option<String>,
    /// An agency, by name or id.
    #[schemars(extend("examples" = ["Northwind Translations"]))]
    pub(super) agency: Option<String>,
    /// Invite every matching member of the account's own team; the first to accept gets the work.
    #[schemars(extend("examples" = [true]))]
    pub(super) team: Option<bool>,
}

/// A rule: what it matches, and what happens to it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Rule")]
pub(super) struct RawRule {
    /// What the rule is about.
    #[serde(rename = "match")]
    #[schemars(required, extend("examples" = [{"section": 360000222, "labels": ["legal"]}, {"kind": "article"}]))]
    pub(super) matches: Option<RawMatch>,
    /// Target locales, as Zendesk writes them. With `exclude` they may be left out: then all are removed.
    #[schemars(length(min = 1), extend("examples" = [["de", "fr", "es-419"]]))]
    pub(super) languages: Option<Vec<String>>,
    /// The workflow it goes through: a key of `workflows`.
    #[schemars(extend("examples" = ["ai-review"]))]
    pub(super) workflow: Option<String>,
    /// Take it out of scope: all languages, or the ones listed.
    #[schemars(extend("default" = false))]
    pub(super) exclude: Option<bool>,
    /// In scope, but nothing is sent or written while held.
    #[schemars(extend("default" = false))]
    pub(super) hold: Option<bool>,
}

/// Conditions. All keys must hold; a list means any of its entries.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Match", extend("minProperties" = 1))]
pub(super) struct RawMatch {
    /// Articles by id.
    #[schemars(extend("examples" = [360001, [360001, 360002]]))]
    pub(super) article: Option<Ids>,
    /// Sections by id, with all sections nested in them.
    #[schemars(extend("examples" = [360000222]))]
    pub(super) section: Option<Ids>,
    /// Categories by id.
    #[schemars(extend("examples" = [360000111]))]
    pub(super) category: Option<Ids>,
    /// Articles with one of these labels.
    #[schemars(extend("examples" = [["legal", "terms"]]))]
    pub(super) labels: Option<Texts>,
    /// The title as a pattern: `*` any text, `?` one character, `[a-z]` one of several, `\` takes the next literally.
    #[schemars(extend("examples" = ["Release notes *"]))]
    pub(super) title: Option<Texts>,
    /// Articles with one of these content tags, by id.
    #[schemars(extend("examples" = ["01GT3VQK5T6PXB4VKHXVKBDM5V"]))]
    pub(super) content_tag: Option<Texts>,
    /// What is translated: articles (the default), or names and descriptions of sections and categories.
    #[schemars(extend("default" = "article", "examples" = [["section", "category"]]))]
    pub(super) kind: Option<Kinds>,
    /// Articles whose source is a draft are translated too.
    #[schemars(extend("default" = false))]
    pub(super) drafts: Option<bool>,
    /// Conditions that must not hold (together). Any kind, unless it says one.
    #[schemars(extend("examples" = [{"labels": ["internal"]}]))]
    pub(super) not: Option<Box<RawMatch>>,
}

/// One id, or a list of them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(super) enum Ids {
    /// One.
    One(#[schemars(range(min = 1))] u64),
    /// Any of these.
    Many(#[schemars(length(min = 1), inner(range(min = 1)))] Vec<u64>),
}

/// One text, or a list of them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(super) enum Texts {
    /// One.
    One(String),
    /// Any of these.
    Many(#[schemars(length(min = 1))] Vec<String>),
}

/// One kind, or a list of them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(super) enum Kinds {
    /// One.
    One(ItemKind),
    /// Any of these.
    Many(#[schemars(length(min = 1))] Vec<ItemKind>),
}

/// What one plan may do.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Limits")]
pub(super) struct RawLimits {
    /// Source words × languages to be translated.
    #[schemars(extend("examples" = [50_000]))]
    pub(super) max_words: Option<u64>,
    /// Items sent to Smartcat.
    #[schemars(extend("examples" = [500]))]
    pub(super) max_items: Option<u64>,
    /// Share of the managed pairs that one plan may replace or retire, from 10 pairs on.
    #[schemars(regex(pattern = "^(100|[0-9]{1,2})%$"), extend("examples" = ["30%"]))]
    pub(super) max_change: Option<String>,
}
