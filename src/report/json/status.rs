//! The document of the states: every item in every language, and each language counted.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::id::ItemKind;
use crate::observed::StageProgress;
use crate::observed::Team;
use crate::plan::HeldCode;
use crate::plan::Pair;
use crate::plan::PairState;

use super::super::PlanView;
use super::super::pairs;
use super::super::status::Shape;
use super::super::translation_url;
use super::FORMAT_VERSION;
use super::HiddenDocument;

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
    pub code: HeldCode,
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
pub(in crate::report) fn assignees(team: &Team, stage: &StageProgress) -> Vec<String> {
    let people = stage.assignees.iter().map(|id| team.name_of(id).to_owned());
    stage.agency.iter().map(|agency| agency.to_string()).chain(people).collect()
}

/// Whether somebody has a stage.
pub(in crate::report) fn assignment(pair: &Pair, stage: &StageProgress) -> AssignmentName {
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
