//! The document of a plan: what apply would do, and what it would leave alone.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::observed::HelpCenter;
use crate::plan::Held;
use crate::plan::HeldCode;
use crate::plan::Note;
use crate::plan::Step;
use crate::plan::Summary;

use super::super::PlanView;
use super::super::Smartwords;
use super::super::stays_hidden;
use super::ActionName;
use super::FORMAT_VERSION;

/// What `zencat plan --format json` prints and `--out` writes.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "zencat plan")]
pub struct PlanDocument {
    /// Always 1.
    pub format_version: u32,
    /// What made the plan.
    pub tool: Tool,
    /// When, in RFC 3339.
    pub created_at: String,
    /// The manifest it follows.
    pub manifest: ManifestFacts,
    /// The help center.
    pub zendesk: ZendeskFacts,
    /// Smartcat.
    pub smartcat: SmartcatFacts,
    /// A hash over the sorted steps: equal for equal plans.
    pub digest: String,
    /// The part of the scope that the plan is for; absent when it is for all of it.
    #[serde(skip_serializing_if = "SelectionDocument::is_everything")]
    pub selection: SelectionDocument,
    /// Counts. Article-language pairs, not requests, unless the name says so.
    pub summary: Summary,
    /// The seconds that the requests of the summary take at least, at the rates that the services allow.
    pub least_seconds: u64,
    /// What machine translation takes of the account; absent when it takes nothing, or the account did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smartwords: Option<Smartwords>,
    /// The limits of the manifest that the plan is beyond, with the numbers. Apply refuses such a plan.
    pub refused: Vec<String>,
    /// What apply would do, in this order.
    pub steps: Vec<StepDocument>,
    /// What is in scope and left alone, and why.
    pub held: Vec<HeldDocument>,
    /// Translations that would not be found in the help center; absent when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<HiddenDocument>,
}

/// Pairs in scope that Zendesk does not show, because what they hang below lacks their locale.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HiddenDocument {
    /// How many.
    pub pairs: u64,
    /// Why, in one sentence.
    pub reason: String,
    /// Rules that show them, as YAML for the end of the manifest's `content:`.
    pub add: Vec<String>,
}

impl HiddenDocument {
    pub(super) fn of(note: &Note) -> Self {
        Self { pairs: note.hidden, reason: stays_hidden(note), add: note.rules.clone() }
    }
}

/// The program.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The manifest.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ManifestFacts {
    /// Its `name`.
    pub name: String,
    /// Its path as it was given.
    pub path: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

/// The help center.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ZendeskFacts {
    /// Its address.
    pub url: String,
}

/// Smartcat.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SmartcatFacts {
    /// Its address.
    pub url: String,
    /// The account.
    pub account: String,
}

/// `--target`, `--language` and `--locked`, as they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SelectionDocument {
    /// Items, such as `section:360000222`. Empty: all.
    #[serde(default)]
    pub targets: Vec<String>,
    /// Zendesk's locales. Empty: all.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Whether what `zencat.lock` does not list is left alone.
    #[serde(default)]
    pub locked: bool,
}

impl SelectionDocument {
    fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}

/// One step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepDocument {
    /// A hash over what the step does and its premises.
    pub id: String,
    /// What it does.
    pub action: ActionName,
    /// What it is about; null for a step of a project.
    pub item: Option<ItemDocument>,
    /// The locales.
    pub languages: Vec<String>,
    /// The workflow.
    pub workflow: String,
    /// The project's name.
    pub project: String,
    /// Source words × languages that it has translated.
    pub words: u64,
    /// Hash of the source.
    pub source_hash: Option<String>,
    /// Why, in one sentence.
    pub reason: String,
    /// The place in the manifest that asks for it.
    pub rule: Option<RuleDocument>,
}

/// A place in the manifest, from 1.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleDocument {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

/// A category, section or article.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ItemDocument {
    /// What it is.
    pub kind: ItemKind,
    /// Zendesk's id.
    pub id: u64,
    /// Title or name in the source locale; empty when the help center does not show it.
    pub title: String,
    /// Its page.
    pub url: String,
}

/// A pair that is left alone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HeldDocument {
    /// What.
    pub item: ItemDocument,
    /// The locale.
    pub language: String,
    /// What holds it.
    pub code: HeldCode,
    /// Why, in one sentence.
    pub reason: String,
}

/// The document of a plan.
pub fn plan(view: PlanView<'_>) -> PlanDocument {
    let help_center = &view.observed.help_center;
    let header = view.header;
    PlanDocument {
        format_version: FORMAT_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        created_at: header.created_at.clone(),
        manifest: ManifestFacts {
            name: header.name.clone(),
            path: header.path.clone(),
            sha256: header.sha256.clone(),
        },
        zendesk: ZendeskFacts { url: header.zendesk.clone() },
        smartcat: SmartcatFacts { url: header.smartcat.clone(), account: header.account.clone() },
        digest: view.plan.digest().to_string(),
        selection: header.selection.clone(),
        summary: view.plan.summary.clone(),
        least_seconds: header.rates.least_seconds(view.plan.summary.requests),
        smartwords: header.smartwords,
        refused: header.refused.clone(),
        steps: view.plan.steps.iter().map(|step| step_document(help_center, step)).collect(),
        held: view.plan.held.iter().map(|held| held_document(help_center, held)).collect(),
        hidden: view.plan.note.as_ref().map(HiddenDocument::of),
    }
}

fn step_document(help_center: &HelpCenter, step: &Step) -> StepDocument {
    StepDocument {
        id: step.id().to_string(),
        action: ActionName::of(&step.action),
        item: step.action.item().map(|key| item(help_center, key)),
        languages: step.action.languages().into_iter().map(str::to_owned).collect(),
        workflow: step.action.project().workflow.to_string(),
        project: step.action.project().name.to_string(),
        words: step.words,
        source_hash: step.action.source().map(|hash| format!("sha256:{hash}")),
        reason: step.reason.to_string(),
        rule: step.rule.map(|place| RuleDocument { line: place.line, column: place.column }),
    }
}

fn held_document(help_center: &HelpCenter, held: &Held) -> HeldDocument {
    HeldDocument {
        item: item(help_center, held.item),
        language: held.language.to_string(),
        code: held.code,
        reason: held.reason.to_string(),
    }
}

fn item(help_center: &HelpCenter, key: ItemKey) -> ItemDocument {
    let known = help_center.items.get(&key);
    ItemDocument {
        kind: key.kind,
        id: key.id,
        title: known.map(|item| item.title.clone()).unwrap_or_default(),
        url: known.map(|item| item.url.clone()).unwrap_or_default(),
    }
}
