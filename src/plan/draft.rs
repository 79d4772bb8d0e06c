//! The plan in the making: verdicts become steps, held items and counts. A file is sent once for all its languages.

mod adopt;
mod create;
mod document;
mod replace;
mod retire;
mod update;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::desired::Desired;
use crate::id::FileId;
use crate::id::ItemKey;
use crate::id::Locale;
use crate::id::ProjectId;
use crate::id::WorkflowName;
use crate::manifest::Manifest;
use crate::manifest::OnEdit;
use crate::observed::Observed;
use crate::receipt::Standing;

use super::Action;
use super::Assign;
use super::Held;
use super::HeldCode;
use super::Pair;
use super::PairState;
use super::Plan;
use super::ProjectRef;
use super::Step;
use super::Summary;
use super::Target;
use super::assign;
use super::assign::Judgement;
use super::build::Assessed;
use super::build::Found;
use super::build::Verdict;
use super::order;
use super::projects::Projects;
use super::projects::reference;
use super::state::Staleness;
use super::state::State;
use super::state::is_of_older_source;
use super::state::percent;

/// A pair whose document holds an older source, and why that is known.
type Outdated<'a, 'p> = (&'p Assessed<'a>, Found<'a>, Staleness);

/// Steps, held items and counts so far.
pub(super) struct Draft<'a, 'p> {
    manifest: &'a Manifest,
    observed: &'a Observed,
    projects: Projects<'a>,
    steps: Vec<Step>,
    held: Vec<Held>,
    pairs: Vec<Pair>,
    summary: Summary,
    /// Names of the files of each project that gets new ones.
    taken: BTreeMap<&'a ProjectId, BTreeSet<&'a str>>,
    creates: BTreeMap<(ItemKey, &'a WorkflowName), Vec<&'p Assessed<'a>>>,
    updates: BTreeMap<(ItemKey, &'a FileId), Vec<Outdated<'a, 'p>>>,
    /// Files with a language that is held whatever its state: nothing new may be sent into them.
    kept: BTreeMap<&'a FileId, (&'p Locale, HeldCode)>,
    /// Names of the files that this plan creates, without their ending.
    named: BTreeSet<String>,
}

impl<'a, 'p> Draft<'a, 'p> {
    pub(super) fn new(manifest: &'a Manifest, desired: &'a Desired, observed: &'a Observed) -> Self {
        Self {
            manifest,
            observed,
            taken: BTreeMap::new(),
            projects: Projects::new(manifest, desired, observed),
            steps: Vec::new(),
            held: Vec::new(),
            pairs: Vec::new(),
            summary: Summary::default(),
            creates: BTreeMap::new(),
            updates: BTreeMap::new(),
            kept: BTreeMap::new(),
            named: BTreeSet::new(),
        }
    }

    /// Takes in one pair.
    pub(super) fn add(&mut self, pair: &'p Assessed<'a>) {
        let state = match &pair.verdict {
            Verdict::Held(code, reason) => {
                self.keep(pair, *code);
                self.hold(pair, *code, reason.clone())
            }
            Verdict::State(state) => self.act(pair, state),
        };
        let asked = pair.found.map_or_else(Vec::new, |found| self.assign(pair, || reference(found.project)));
        self.pairs.push(Pair {
            item: pair.item.key,
            language: pair.want.locale.to_shared(),
            workflow: pair.want.workflow.clone(),
            state,
            progress: pair.found.map(|found| percent(found.document)),
            document: pair.found.map(|found| found.document.id.clone()),
            project: pair.found.map(|found| found.project.id.clone()),
            asked,
        });
    }

    /// Takes notice of a pair outside of the part of the scope that the plan is for, as far as its file is concerned.
    pub(super) fn pass_by(&mut self, pair: &'p Assessed<'a>) {
        match &pair.verdict {
            Verdict::Held(code, _) => self.keep(pair, *code),
            Verdict::State(State::Stale(why)) => {
                self.stale(pair, *why);
            }
            Verdict::State(_) => {}
        }
    }

    fn keep(&mut self, pair: &'p Assessed<'a>, code: HeldCode) {
        if let Some(found) = pair.found {
            self.kept.entry(&found.file.id).or_insert((&pair.want.locale, code));
        }
    }

    fn act(&mut self, pair: &'p Assessed<'a>, state: &State) -> PairState {
        match state {
            State::Missing { import: _ } => {
                self.creates.entry((pair.item.key, &pair.workflow.name)).or_default().push(pair);
                PairState::Missing
            }
            State::Stale(why) => self.stale(pair, *why),
            State::ImportDue => {
                self.import(pair, false, "the translation that stands in Zendesk is not yet in the document");
                PairState::Missing
            }
            State::PullDue => {
                self.import(
                    pair,
                    true,
                    "the translation was edited in Zendesk; the edit is taken into Smartcat",
                );
                PairState::Edited
            }
            State::InProgress { .. } => {
                self.summary.in_progress += 1;
                PairState::InProgress
            }
            State::CompletionDue { .. } => {
                self.complete(pair);
                PairState::InProgress
            }
            State::Ready(delivery) => self.send(pair, *delivery),
            State::UpToDate => {
                self.summary.up_to_date += 1;
                PairState::UpToDate
            }
            State::ExistingKept => {
                let why =
                    "a translation stands in Zendesk and the workflow says `existing_translations: keep`";
                self.hold(pair, HeldCode::ExistingKept, why)
            }
            State::ParseFailed => {
                let why = "Smartcat could not read the uploaded file; its project shows why";
                self.hold(pair, HeldCode::ParseFailed, why)
            }
            State::Refused { why } => self.hold(pair, HeldCode::StructureCheckFailed, why.clone()),
            State::Edited(standing) => self.edited(pair, *standing),
        }
    }

    fn hold(
        &mut self,
        pair: &Assessed<'_>,
        code: HeldCode,
        reason: impl Into<Cow<'static, str>>,
    ) -> PairState {
        self.summary.held += 1;
        let language = pair.want.locale.to_shared();
        self.held.push(Held { item: pair.item.key, language, code, reason: reason.into() });
        PairState::Held
    }

    fn edited(&mut self, pair: &Assessed<'_>, standing: Standing) -> PairState {
        let (code, what) = match standing {
            Standing::Deleted => {
                (HeldCode::DeletedInZendesk, "was deleted in Zendesk after zencat's last delivery")
            }
            Standing::Unclaimed => {
                (HeldCode::Unclaimed, "was written in Zendesk by hand and differs from Smartcat's")
            }
            Standing::Changed | Standing::Known | Standing::Undelivered => {
                (HeldCode::EditedInZendesk, "was edited in Zendesk after zencat's last delivery")
            }
        };
        let when = pair
            .item
            .translations
            .get(&pair.want.locale)
            .and_then(|translation| translation.updated_at.map(|at| (at, translation.updated_by)))
            .map(|(at, by)| match by {
                Some(user) => format!(" ({at}, by user {user})"),
                None => format!(" ({at})"),
            })
            .unwrap_or_default();
        let why = match &pair.item.source {
            Some(source)
                if pair.workflow.on_edit == OnEdit::Pull && is_of_older_source(pair.known, source) =>
            {
                "its source has changed since, and the edit is not taken over a newer translation: `on_edit: overwrite` \
                 sends that one"
            }
            _ => "`on_edit` decides",
        };
        self.hold(pair, code, format!("the translation {what}{when}; {why}"));
        PairState::Edited
    }

    fn stale(&mut self, pair: &'p Assessed<'a>, why: Staleness) -> PairState {
        if let Some(found) = pair.found {
            self.updates.entry((pair.item.key, &found.file.id)).or_default().push((pair, found, why));
        }
        PairState::Stale
    }

    /// Assigns a pair's stages. Returns those that were asked for before and that nobody is shown to have.
    fn assign(&mut self, pair: &Assessed<'a>, project: impl Fn() -> ProjectRef) -> Vec<String> {
        let mut asked = Vec::new();
        for judgement in assign::judge(pair) {
            match judgement {
                Judgement::Asked(stage) => asked.push(stage.as_str().to_owned()),
                Judgement::Held(code, reason) => {
                    self.hold(pair, code, reason);
                }
                Judgement::Due(assignment, who) => {
                    let reason = assign::reason(assignment, &who);
                    let action = Action::Assign(Assign {
                        item: pair.item.key,
                        project: project(),
                        target: target(pair),
                        stage: assignment.stage.as_str().to_owned(),
                        who,
                        document: pair.found.map(|found| found.document.id.clone()),
                    });
                    self.steps.push(Step::new(action, reason, Some(assignment.place), 0));
                }
            }
        }
        asked
    }

    /// The finished plan.
    pub(super) fn finish(mut self) -> Plan {
        for ((item, _), pairs) in std::mem::take(&mut self.creates) {
            self.create(item, &pairs);
        }
        for (_, pairs) in std::mem::take(&mut self.updates) {
            self.update(&pairs);
        }
        let mut steps = self.steps;
        steps.extend(self.projects.into_steps());
        order::sort(&mut steps, &self.observed.help_center);
        self.held.sort_by(|a, b| (a.item, &a.language).cmp(&(b.item, &b.language)));
        self.pairs.sort_by(|a, b| (a.item, &a.language).cmp(&(b.item, &b.language)));
        self.summary.count(&steps, &self.observed.help_center);
        Plan { steps, held: self.held, pairs: self.pairs, note: None, summary: self.summary }
    }
}

fn target(pair: &Assessed<'_>) -> Target {
    Target { locale: pair.want.locale.clone(), language: pair.want.language.clone() }
}
