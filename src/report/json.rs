//! Plans, outcomes and states for machines: format version 1. These structs are the contract; they change only by
//! addition, whatever happens to the engine's own types.

use std::collections::BTreeMap;
use std::io::Result;
use std::io::Write;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde::Serialize;

use crate::apply::StepResult;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::observed::HelpCenter;
use crate::observed::StageProgress;
use crate::observed::Team;
use crate::plan::Action;
use crate::plan::Note;
use crate::plan::Pair;
use crate::plan::PairState;
use crate::plan::Summary;

use super::Count;
use super::OutcomeView;
use super::PlanView;
use super::Smartwords;
use super::pairs;
use super::safe;
use super::status::Shape;
use super::translation_url;

/// The version of all documents here.
pub const FORMAT_VERSION: u32 = 1;

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
    /// What machine translation takes of the account; absent when it takes nothing, or the account did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smartwords: Option<Smartwords>,
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
    fn of(note: &Note) -> Self {
        Self { pairs: note.hidden, reason: note.text(), add: note.rules.clone() }
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
#[expect(missing_docs, reason = "the names say what they are")]
pub struct SelectionDocument {
    #[serde(default)]
    pub targets: Vec<String>,
    #[serde(default)]
    pub languages: Vec<String>,
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

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say what they are")]
pub enum ActionName {
    CreateProject,
    UpdateProject,
    CreateDocument,
    AddLanguage,
    UpdateDocument,
    ImportTranslation,
    Assign,
    CompleteDocument,
    SendTranslation,
    RetireDocument,
}

impl ActionName {
    /// The name of an action.
    pub fn of(action: &Action) -> Self {
        match action {
            Action::CreateProject(_) => Self::CreateProject,
            Action::UpdateProject(_) => Self::UpdateProject,
            Action::AddLanguage(_) => Self::AddLanguage,
            Action::CreateDocument(_) => Self::CreateDocument,
            Action::UpdateDocument(_) => Self::UpdateDocument,
            Action::ImportTranslation(_) => Self::ImportTranslation,
            Action::Assign(_) => Self::Assign,
            Action::CompleteDocument(_) => Self::CompleteDocument,
            Action::SendTranslation(_) => Self::SendTranslation,
            Action::RetireDocument(_) => Self::RetireDocument,
        }
    }

    /// The name as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CreateProject => "create_project",
            Self::UpdateProject => "update_project",
            Self::CreateDocument => "create_document",
            Self::AddLanguage => "add_language",
            Self::UpdateDocument => "update_document",
            Self::ImportTranslation => "import_translation",
            Self::Assign => "assign",
            Self::CompleteDocument => "complete_document",
            Self::SendTranslation => "send_translation",
            Self::RetireDocument => "retire_document",
        }
    }
}

/// A place in the manifest, from 1.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct RuleDocument {
    pub line: u32,
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
    pub code: crate::plan::HeldCode,
    /// Why, in one sentence.
    pub reason: String,
}

/// What `zencat apply --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "zencat outcome")]
pub struct OutcomeDocument {
    /// Always 1.
    pub format_version: u32,
    /// The digest of the plan that was carried out.
    pub plan_digest: String,
    /// Counts of steps.
    pub summary: OutcomeSummary,
    /// What became of each step.
    pub steps: Vec<StepOutcomeDocument>,
    /// Requests made.
    pub requests: RequestsDocument,
    /// Why the run ended before its last step, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
}

/// Counts of steps.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct OutcomeSummary {
    pub done: usize,
    pub skipped: usize,
    pub failed: usize,
}

/// What became of one step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepOutcomeDocument {
    /// The step's id in the plan.
    pub id: String,
    /// What it does.
    pub action: ActionName,
    /// Its end.
    pub result: ResultName,
    /// One sentence.
    pub detail: String,
}

/// The end of a step.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say what they are")]
pub enum ResultName {
    Done,
    Skipped,
    Failed,
}

/// Requests made, by service.
#[derive(Debug, Serialize, JsonSchema)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct RequestsDocument {
    pub zendesk: Count,
    pub smartcat: Count,
}

/// What `zencat status --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "zencat status")]
pub struct StatusDocument {
    /// Always 1.
    pub format_version: u32,
    /// Each language's pairs, counted; `--state` leaves none out here.
    pub coverage: Vec<CoverageDocument>,
    /// Every item × language in scope or of ours.
    pub pairs: Vec<PairDocument>,
    /// Translations that would not be found in the help center; absent when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<HiddenDocument>,
}

/// The pairs of one language.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CoverageDocument {
    /// The locale.
    pub language: String,
    /// All of them.
    pub pairs: u64,
    /// Percent that is up to date, rounded down.
    pub percent: u64,
    /// Counts by state; states without pairs are left out.
    pub states: BTreeMap<String, u64>,
    /// Source words of the pairs in progress.
    pub words_in_work: u64,
}

/// One item in one language.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PairDocument {
    /// What it is.
    pub kind: ItemKind,
    /// Zendesk's id.
    pub id: u64,
    /// Title or name in the source locale.
    pub title: String,
    /// The locale.
    pub language: String,
    /// The workflow.
    pub workflow: String,
    /// Its state.
    pub state: PairState,
    /// Percent of the work that is done; null without a document.
    pub progress: Option<u8>,
    /// Progress by stage.
    pub stages: Vec<StageDocument>,
    /// Smartcat's document.
    pub document_id: Option<String>,
    /// Smartcat's editor.
    pub editor_url: Option<String>,
    /// The translated page.
    pub translation_url: Option<String>,
    /// Words of the source.
    pub words: u64,
    /// When the work of its project should be done, in RFC 3339.
    pub deadline: Option<String>,
    /// When its work in Smartcat, or for an edited one its text in Zendesk, last moved, in RFC 3339.
    pub moved_at: Option<String>,
    /// What holds it, if something does.
    pub held: Option<HeldReason>,
    /// What of its source is new, where the document holds an older one.
    pub change: Option<String>,
}

/// Why a pair is left alone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HeldReason {
    /// What holds it.
    pub code: crate::plan::HeldCode,
    /// Why, in one sentence.
    pub reason: String,
}

/// One stage of one document.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StageDocument {
    /// Its type.
    pub r#type: String,
    /// Percent.
    pub progress: f64,
    /// Smartcat's word for its status.
    pub status: String,
    /// Who has it or is invited to it: people by e-mail address, else by name or id; an agency by its name.
    pub assignees: Vec<String>,
    /// Whether somebody has it.
    pub assignment: AssignmentName,
    /// Words that nobody works on.
    pub unassigned_words: u32,
}

/// Whether somebody has a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssignmentName {
    /// Nobody.
    Nobody,
    /// People are invited, and none of them has accepted.
    Invited,
    /// Somebody has it.
    Assigned,
}

/// What is printed instead when a command fails.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FailureDocument {
    /// Always 1.
    pub format_version: u32,
    /// What went wrong.
    pub error: ErrorDocument,
}

/// What went wrong.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ErrorDocument {
    /// The kind, in kebab-case.
    pub kind: String,
    /// One sentence.
    pub message: String,
    /// What led to it, the nearest first.
    pub causes: Vec<String>,
    /// What to do.
    pub hints: Vec<String>,
    /// Problems of the manifest, each with its place.
    pub diagnostics: Vec<DiagnosticDocument>,
}

/// One problem of the manifest.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiagnosticDocument {
    /// Its code; `zencat explain CODE` tells more.
    pub code: String,
    /// `error` or `warning`.
    pub severity: String,
    /// One sentence.
    pub message: String,
    /// The file.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// What to do.
    pub hint: Option<String>,
}

/// The part of a plan file that apply reads back: everything else is derived anew and compared by these ids.
#[derive(Debug, Deserialize)]
pub struct SavedPlan {
    /// Must be [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The digest.
    pub digest: String,
    /// The manifest it was made from.
    pub manifest: SavedManifest,
    /// The part of the scope that it is for.
    #[serde(default)]
    pub selection: SelectionDocument,
    /// Its steps.
    pub steps: Vec<SavedStep>,
}

/// See [`SavedPlan`].
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct SavedManifest {
    pub name: String,
}

/// See [`SavedPlan`].
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct SavedStep {
    pub id: String,
    pub action: ActionName,
    pub item: Option<SavedItem>,
    pub languages: Vec<String>,
    pub project: String,
}

/// See [`SavedPlan`].
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names say what they are")]
pub struct SavedItem {
    pub kind: ItemKind,
    pub id: u64,
}

impl SavedItem {
    /// Its key.
    pub fn key(&self) -> ItemKey {
        ItemKey { kind: self.kind, id: self.id }
    }
}

impl SavedStep {
    /// What it is about, in a few words. A plan file may have been written by anybody.
    pub fn describe(&self) -> String {
        let subject = match &self.item {
            Some(item) => format!("{} {}", item.kind, item.id),
            None => format!("project \"{}\"", safe::line(&self.project)),
        };
        format!("{} {subject} {}", self.action.as_str(), safe::line(&self.languages.join(", ")))
            .trim_end()
            .to_owned()
    }
}

/// The JSON Schema of a document, as it is committed in `schema/`.
pub fn schema<T: JsonSchema>() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<T>();
    // A schema is plain data: writing it cannot fail.
    serde_json::to_string_pretty(&schema).map(|text| text + "\n").unwrap_or_default()
}

/// Prints one document. A terminal acts on nothing in it: JSON lets any character of a text be written as its number.
///
/// # Errors
/// When `out` cannot be written.
pub fn print(document: &impl Serialize, out: &mut dyn Write) -> Result<()> {
    harmless(&serde_json::to_string_pretty(document)?, out)
}

/// Prints one document on one line, as harmless as [`print()`] does.
///
/// # Errors
/// When `out` cannot be written.
pub fn print_line(document: &impl Serialize, out: &mut dyn Write) -> Result<()> {
    harmless(&serde_json::to_string(document)?, out)
}

fn harmless(json: &str, out: &mut dyn Write) -> Result<()> {
    let json = json.replace(safe::OLD_COMMAND, r"#\u0023[");
    let mut rest = json.as_str();
    while let Some((start, c)) = rest.char_indices().find(|(_, c)| *c != '\n' && safe::acts(*c)) {
        write!(out, "{}\\u{:04x}", &rest[..start], u32::from(c))?;
        rest = &rest[start + c.len_utf8()..];
    }
    writeln!(out, "{rest}")
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
        smartwords: header.smartwords,
        steps: view
            .plan
            .steps
            .iter()
            .map(|step| StepDocument {
                id: step.id.to_string(),
                action: ActionName::of(&step.action),
                item: step.action.item().map(|key| item(help_center, key)),
                languages: step.action.languages().into_iter().map(str::to_owned).collect(),
                workflow: step.action.project().workflow.to_string(),
                project: step.action.project().name.to_string(),
                words: step.words,
                source_hash: step.action.source().map(|hash| format!("sha256:{hash}")),
                reason: step.reason.to_string(),
                rule: step.rule.map(|place| RuleDocument { line: place.line, column: place.column }),
            })
            .collect(),
        held: view
            .plan
            .held
            .iter()
            .map(|held| HeldDocument {
                item: item(help_center, held.item),
                language: held.language.to_string(),
                code: held.code,
                reason: held.reason.to_string(),
            })
            .collect(),
        hidden: view.plan.note.as_ref().map(HiddenDocument::of),
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

/// The document of an outcome.
pub fn outcome(view: OutcomeView<'_>) -> OutcomeDocument {
    let OutcomeView { plan, digest, outcome, stale, requests } = view;
    let actions: BTreeMap<_, _> =
        plan.plan.steps.iter().map(|step| (&step.id, ActionName::of(&step.action))).collect();
    let ended = outcome.steps.iter().filter_map(|step| {
        Some(StepOutcomeDocument {
            id: step.id.to_string(),
            action: *actions.get(&step.id)?,
            result: ResultName::from(step.result),
            detail: step.detail.clone(),
        })
    });
    let refused = stale.iter().map(|step| StepOutcomeDocument {
        id: step.id.clone(),
        action: step.action,
        result: ResultName::Skipped,
        detail: format!("stale: {}", super::STALE),
    });
    OutcomeDocument {
        format_version: FORMAT_VERSION,
        plan_digest: digest.to_string(),
        summary: OutcomeSummary {
            done: outcome.count(StepResult::Done),
            skipped: outcome.count(StepResult::Skipped) + stale.len(),
            failed: outcome.count(StepResult::Failed),
        },
        steps: ended.chain(refused).collect(),
        requests: RequestsDocument { zendesk: requests.zendesk, smartcat: requests.smartcat },
        stopped: outcome.stopped.clone(),
    }
}

impl From<StepResult> for ResultName {
    fn from(result: StepResult) -> Self {
        match result {
            StepResult::Done => Self::Done,
            StepResult::Skipped => Self::Skipped,
            StepResult::Failed => Self::Failed,
        }
    }
}

/// The document of the pairs' states.
pub fn status(view: PlanView<'_>, shape: &Shape) -> StatusDocument {
    let known = pairs::known(view);
    let languages = pairs::coverage(&known);
    StatusDocument {
        format_version: FORMAT_VERSION,
        coverage: languages
            .iter()
            .map(|(language, coverage)| coverage_document(language, coverage))
            .collect(),
        pairs: known.iter().filter(|known| shape.shows(known.pair)).map(|known| pair(view, known)).collect(),
        hidden: view.plan.note.as_ref().map(HiddenDocument::of),
    }
}

fn coverage_document(language: &str, coverage: &pairs::Coverage) -> CoverageDocument {
    let counted = pairs::STATES.into_iter().zip(coverage.counts).filter(|(_, count)| *count > 0);
    CoverageDocument {
        language: language.to_owned(),
        pairs: coverage.all(),
        percent: coverage.percent(),
        states: counted.map(|(state, count)| (pairs::state_name(state).to_owned(), count)).collect(),
        words_in_work: coverage.words_in_work,
    }
}

fn pair(view: PlanView<'_>, known: &pairs::Known<'_>) -> PairDocument {
    let help_center = &view.observed.help_center;
    let pair = known.pair;
    let stages = known.document.into_iter().flat_map(|document| document.stages.iter());
    PairDocument {
        kind: pair.item.kind,
        id: pair.item.id,
        title: known.item.map(|item| item.title.clone()).unwrap_or_default(),
        language: pair.language.to_string(),
        workflow: pair.workflow.to_string(),
        state: pair.state,
        progress: pair.progress,
        stages: stages
            .map(|stage| StageDocument {
                r#type: stage.kind.to_string(),
                progress: stage.percent,
                status: stage.status.to_string(),
                assignees: assignees(&view.observed.team, stage),
                assignment: assignment(pair, stage),
                unassigned_words: stage.open_words,
            })
            .collect(),
        document_id: pair.document.as_ref().map(ToString::to_string),
        editor_url: pair.document.as_ref().and_then(|id| editor_url(&view.header.smartcat, id.as_str())),
        translation_url: known
            .translation
            .and_then(|_| translation_url(help_center, pair.item, &pair.language)),
        words: known.words(),
        deadline: known.deadline.map(|deadline| deadline.to_string()),
        moved_at: known.moved_at().map(|moved_at| moved_at.to_string()),
        held: known.held.map(|held| HeldReason { code: held.code, reason: held.reason.to_string() }),
        change: known.change.map(str::to_owned),
    }
}

/// Who has a stage or is invited to it, by the names that people know them by.
pub(super) fn assignees(team: &Team, stage: &StageProgress) -> Vec<String> {
    let people = stage.assignees.iter().map(|id| team.name_of(id).to_owned());
    stage.agency.iter().map(|agency| agency.to_string()).chain(people).collect()
}

/// Whether somebody has a stage.
pub(super) fn assignment(pair: &Pair, stage: &StageProgress) -> AssignmentName {
    if stage.is_invited() || (stage.is_open() && pair.asked.iter().any(|asked| **asked == *stage.kind)) {
        AssignmentName::Invited
    } else if stage.agency.is_some() || !stage.assignees.is_empty() {
        AssignmentName::Assigned
    } else {
        AssignmentName::Nobody
    }
}

/// Smartcat's editor for a document (smartcat.md §1).
pub fn editor_url(smartcat: &str, document: &str) -> Option<String> {
    let (file, language) = document.rsplit_once('_')?;
    Some(format!("{smartcat}/editor?DocumentId={file}&LanguageId={language}"))
}
