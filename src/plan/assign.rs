//! Who works on which stage: the manifest's `assign:` against what Smartcat shows of each document.
//!
//! An assignment costs people's time and money, so it is asked for once. What somebody assigned by hand counts as
//! assigned. What was assigned once and taken off again by hand stays off: a run on a schedule must not quarrel with a
//! manager, nor write to the same people every night. The [mark](AssignmentMark) in the receipt remembers it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::id::DocumentId;
use crate::id::ItemKey;
use crate::id::Locale;
use crate::manifest;
use crate::manifest::AssignMode;
use crate::manifest::Assignment;
use crate::manifest::StageType;
use crate::manifest::Workflow;
use crate::observed::Parse;
use crate::observed::Project;
use crate::receipt::AssignmentMark;

use super::HeldCode;
use super::ProjectRef;
use super::Target;
use super::build::Assessed;
use super::build::Found;
use super::state::State;

/// See [`super::Action::Assign`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Assign {
    /// The item.
    pub item: ItemKey,
    /// The project.
    pub project: ProjectRef,
    /// The language.
    pub target: Target,
    /// The stage, as Smartcat names it.
    pub stage: String,
    /// Who is asked to do the work.
    pub who: Who,
    /// The document; `None` when the same plan creates it. No premise of the step: item, project and language say which
    /// document it is, and a plan that was interrupted after the upload must still hold.
    #[serde(skip)]
    pub document: Option<DocumentId>,
}

/// Who is asked to do the work of a stage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Whom an assignment template of the account names.
    Template {
        /// Its name.
        name: String,
        /// Hours that the work may take.
        hours: Option<u32>,
    },
    /// People by e-mail address or id.
    People {
        /// Who.
        people: Vec<String>,
        /// How they share the work.
        sharing: Sharing,
        /// Those who are not in the account's team are added to it.
        invite_new: bool,
    },
    /// An agency, by name or id.
    Agency(String),
    /// Every matching member of the account's team; the first to accept gets the work.
    Team,
}

/// How people share the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// All get a part.
    Distribute,
    /// All are invited, and the first to accept gets everything.
    Rocket,
    /// All are invited; somebody assigns by hand.
    Invite,
}

impl Who {
    fn of(assignment: &Assignment) -> Self {
        match &assignment.to {
            manifest::Assignee::Template(name) => Self::Template {
                name: name.clone(),
                // Smartcat counts in whole hours; a deadline is never shorter than what was asked for.
                hours: assignment.deadline.map(|time| {
                    u32::try_from(time.as_secs().div_euclid(3_600) + i64::from(time.as_secs() % 3_600 > 0))
                        .unwrap_or(u32::MAX)
                }),
            },
            manifest::Assignee::People(people, mode) => Self::People {
                people: people.clone(),
                sharing: match mode {
                    AssignMode::Distribute => Sharing::Distribute,
                    AssignMode::Rocket => Sharing::Rocket,
                    AssignMode::Invite => Sharing::Invite,
                },
                invite_new: assignment.invite_new,
            },
            manifest::Assignee::Agency(name) => Self::Agency(name.clone()),
            manifest::Assignee::Team => Self::Team,
        }
    }

    /// People are asked and may accept later: until then a document need not show that anybody was asked.
    pub fn invites(&self) -> bool {
        match self {
            Self::Team => true,
            Self::People { sharing, .. } => *sharing != Sharing::Distribute,
            Self::Template { .. } | Self::Agency(_) => false,
        }
    }

    /// The mark that says that this was asked for at a stage. Deadlines and the like are no part of it: another one is
    /// no reason to ask again.
    pub fn mark(&self, stage: &str) -> AssignmentMark {
        let who = match self {
            Self::Template { name, .. } => format!("template {name}"),
            Self::People { people, sharing, .. } => {
                let mut people: Vec<String> = people.iter().map(|name| name.to_lowercase()).collect();
                people.sort();
                format!("people {sharing:?} {}", people.join(" "))
            }
            Self::Agency(name) => format!("agency {name}"),
            Self::Team => "team".to_owned(),
        };
        AssignmentMark::of(&format!("{stage}\n{who}"))
    }

    /// In words.
    pub fn describe(&self) -> String {
        match self {
            Self::Template { name, .. } => format!("assignment template \"{name}\""),
            Self::People { people, sharing, .. } => {
                let who = people.join(", ");
                match sharing {
                    Sharing::Distribute => who,
                    Sharing::Rocket => format!("{who} (invited; the first to accept gets it)"),
                    Sharing::Invite => format!("{who} (invited)"),
                }
            }
            Self::Agency(name) => format!("agency \"{name}\""),
            Self::Team => {
                "the matching members of the team (invited; the first to accept gets it)".to_owned()
            }
        }
    }
}

/// What is to be said of one stage of a pair.
pub(super) enum Judgement<'m> {
    /// It is to be assigned.
    Due(&'m Assignment, Who),
    /// It was asked for, and nobody is shown to have it: invitations wait to be accepted.
    Asked(StageType),
    /// It is left alone.
    Held(HeldCode, String),
}

/// What a pair's stages need; nothing where the pair itself is left alone or has nothing left to do.
pub(super) fn judge<'a>(pair: &Assessed<'a>) -> Vec<Judgement<'a>> {
    let at_work = match pair.state() {
        Some(
            State::Missing { .. }
            | State::Stale(_)
            | State::ImportDue
            | State::InProgress { .. }
            | State::Ready(_)
            | State::UpToDate,
        ) => true,
        Some(
            State::ExistingKept
            | State::ParseFailed
            | State::CompletionDue { .. }
            | State::Refused { .. }
            | State::Edited(_)
            | State::PullDue,
        )
        | None => false,
    };
    let deciding = deciding(pair.workflow, &pair.want.locale).into_iter().filter(|_| at_work);
    deciding.filter_map(|(stage, assignment)| judge_stage(pair, stage, assignment)).collect()
}

/// The assignment of each stage: the last that names stage and locale, as with the rules of the content.
fn deciding<'a>(workflow: &'a Workflow, locale: &Locale) -> BTreeMap<StageType, &'a Assignment> {
    let is_for = |assignment: &&Assignment| {
        assignment.locales.is_empty() || assignment.locales.iter().any(|(named, _)| named == locale)
    };
    workflow.assign.iter().filter(is_for).map(|assignment| (assignment.stage, assignment)).collect()
}

fn judge_stage<'a>(
    pair: &Assessed<'a>,
    stage: StageType,
    assignment: &'a Assignment,
) -> Option<Judgement<'a>> {
    let who = Who::of(assignment);
    let Some(found) = pair.found else {
        // The agency that a project is handed to decides itself who works.
        let is_ours = pair.workflow.project.vendor.is_none();
        return is_ours.then_some(Judgement::Due(assignment, who));
    };
    if !found.project.vendors.is_empty() || has_nothing_to_do(found) {
        return None;
    }
    if let Some(why) = impossible(found.project, stage, &who) {
        return Some(Judgement::Held(HeldCode::AssignmentImpossible, why));
    }
    let shown = found.document.stages.iter().find(|shown| *shown.kind == *stage.as_str());
    if shown.is_some_and(|shown| !shown.is_open()) {
        return None;
    }
    match pair.known.assigned.get(&who.mark(stage.as_str())) {
        None => Some(Judgement::Due(assignment, who)),
        // Nobody has accepted yet, or the template has nobody for this language.
        Some(true) if who.invites() || matches!(who, Who::Template { .. }) => Some(Judgement::Asked(stage)),
        Some(true) => Some(Judgement::Held(HeldCode::UnassignedByHand, unassigned(stage, &who))),
        Some(false) => Some(Judgement::Held(HeldCode::AssignmentUnclear, unclear(stage, &who))),
    }
}

/// Smartcat refuses to assign what has no words (smartcat.md §7.9).
fn has_nothing_to_do(found: Found<'_>) -> bool {
    found.document.completed || (found.document.parse == Parse::Done && found.document.words == 0)
}

/// Why a project cannot be assigned so.
fn impossible(project: &Project, stage: StageType, who: &Who) -> Option<String> {
    let stage = stage.as_str();
    if project.stages.iter().all(|known| *known.kind != *stage) {
        return Some(format!("its project \"{}\" has no stage `{stage}` to assign", project.name));
    }
    let is_template = matches!(who, Who::Template { .. });
    match (is_template, project.by_tasks) {
        (true, false) => Some(format!(
            "its project \"{}\" gives work to people by document; assignment templates are for project tasks",
            project.name
        )),
        (false, true) => Some(format!(
            "its project \"{}\" gives work to people by project tasks; name an assignment template for `{stage}`",
            project.name
        )),
        (true, true) | (false, false) => None,
    }
}

fn unassigned(stage: StageType, who: &Who) -> String {
    format!(
        "zencat gave `{}` to {} once, and somebody took it off again in Smartcat: assign it there, or name somebody else",
        stage.as_str(),
        who.describe()
    )
}

fn unclear(stage: StageType, who: &Who) -> String {
    format!(
        "zencat was interrupted while it asked {} for `{}`, and Smartcat does not show whether they were invited: assign it \
         there, or name somebody else",
        who.describe(),
        stage.as_str(),
    )
}

/// Why a stage is assigned.
pub(super) fn reason(assignment: &Assignment, who: &Who) -> String {
    format!("nobody has `{}` yet; it goes to {}", assignment.stage.as_str(), who.describe())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(people: &[&str], sharing: Sharing, invite_new: bool) -> Who {
        Who::People { people: people.iter().map(|name| (*name).to_owned()).collect(), sharing, invite_new }
    }

    #[test]
    fn a_mark_tells_who_was_asked_for_what_and_nothing_else() {
        let one = people(&["a@x.example", "b@x.example"], Sharing::Distribute, false).mark("editing");
        let same = people(&["B@x.example", "a@x.example"], Sharing::Distribute, true).mark("editing");
        assert_eq!(one, same);
        let others = [
            people(&["a@x.example", "b@x.example"], Sharing::Distribute, false).mark("postediting"),
            people(&["a@x.example", "b@x.example"], Sharing::Rocket, false).mark("editing"),
            people(&["a@x.example"], Sharing::Distribute, false).mark("editing"),
            Who::Agency("a@x.example b@x.example".to_owned()).mark("editing"),
            Who::Team.mark("editing"),
        ];
        assert!(others.iter().all(|other| *other != one), "{others:?}");
        let template = |hours| Who::Template { name: "T".to_owned(), hours }.mark("editing");
        assert_eq!(template(None), template(Some(48)));
    }
}
