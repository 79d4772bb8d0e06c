//! The plan in the making: verdicts become steps, held items and counts. A file is sent once for all its languages.

mod adopt;
mod replace;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::desired::Desired;
use crate::id::FileId;
use crate::id::ItemKey;
use crate::id::Language;
use crate::id::Locale;
use crate::id::ProjectId;
use crate::id::WorkflowName;
use crate::manifest::Integrity;
use crate::manifest::Manifest;
use crate::manifest::OnRemove;
use crate::manifest::SendWhen;
use crate::observed::File;
use crate::observed::Item;
use crate::observed::Observed;
use crate::observed::Project;
use crate::receipt::Short;
use crate::receipt::Standing;

use super::Action;
use super::Assign;
use super::Assignee;
use super::CompleteDocument;
use super::CreateDocument;
use super::Held;
use super::HeldCode;
use super::ImportTranslation;
use super::Pair;
use super::PairState;
use super::Plan;
use super::ProjectRef;
use super::RetireDocument;
use super::SendTranslation;
use super::Step;
use super::Summary;
use super::Take;
use super::Target;
use super::UpdateDocument;
use super::assign;
use super::assign::Judgement;
use super::build::Assessed;
use super::build::Documents;
use super::build::Found;
use super::build::Selection;
use super::build::Verdict;
use super::build::creates_draft;
use super::order;
use super::projects::Projects;
use super::projects::reference;
use super::state::Delivery;
use super::state::Staleness;
use super::state::State;
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
    /// Names of files, by project.
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
        let names = |project: &'a Project| project.files.iter().map(|file| file.path.as_str()).collect();
        Self {
            manifest,
            observed,
            taken: observed.projects.iter().map(|project| (&project.id, names(project))).collect(),
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
        let asked = pair.found.map_or_else(Vec::new, |found| self.assign(pair, &reference(found.project)));
        self.pairs.push(Pair {
            item: pair.item.key,
            language: pair.want.locale.to_string(),
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
                self.hold(pair, HeldCode::ExistingKept, why.to_owned())
            }
            State::ParseFailed => {
                let why = "Smartcat could not read the uploaded file; its project shows why";
                self.hold(pair, HeldCode::ParseFailed, why.to_owned())
            }
            State::Refused { why } => self.hold(pair, HeldCode::StructureCheckFailed, why.clone()),
            State::Edited(standing) => self.edited(pair, *standing),
        }
    }

    fn hold(&mut self, pair: &Assessed<'_>, code: HeldCode, reason: String) -> PairState {
        self.summary.held += 1;
        let language = pair.want.locale.to_string();
        self.held.push(Held { item: pair.item.key, language, code, reason });
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
        self.hold(pair, code, format!("the translation {what}{when}; `on_edit` decides"));
        PairState::Edited
    }

    fn stale(&mut self, pair: &'p Assessed<'a>, why: Staleness) -> PairState {
        if let Some(found) = pair.found {
            self.updates.entry((pair.item.key, &found.file.id)).or_default().push((pair, found, why));
        }
        PairState::Stale
    }

    /// Assigns a pair's stages. Returns those that were asked for before and that nobody is shown to have.
    fn assign(&mut self, pair: &Assessed<'a>, project: &ProjectRef) -> Vec<String> {
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
                        project: project.clone(),
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

    fn import(&mut self, pair: &Assessed<'_>, pull: bool, reason: &str) {
        let (Some(found), Some(translation)) = (pair.found, pair.item.translations.get(&pair.want.locale))
        else {
            return;
        };
        let action = Action::ImportTranslation(ImportTranslation {
            item: pair.item.key,
            from: pair.item.source_locale.clone(),
            project: reference(found.project),
            file: Some(found.file.id.clone()),
            target: target(pair),
            translation: Short::from(&translation.hash),
            pull,
        });
        self.steps.push(Step::new(action, reason, Some(pair.want.rule), 0));
    }

    fn complete(&mut self, pair: &Assessed<'_>) {
        let Some(found) = pair.found else { return };
        let action = Action::CompleteDocument(CompleteDocument {
            item: pair.item.key,
            project: reference(found.project),
            target: target(pair),
            document: found.document.id.clone(),
        });
        self.summary.in_progress += 1;
        self.steps.push(Step::new(
            action,
            "all stages are done and the workflow says `auto_complete`",
            Some(pair.want.rule),
            0,
        ));
    }

    fn send(&mut self, pair: &Assessed<'_>, delivery: Delivery) -> PairState {
        let (Some(found), Some(source)) = (pair.found, &pair.item.source) else { return PairState::Ready };
        let replaces = pair.item.translations.get(&pair.want.locale);
        let action = Action::SendTranslation(SendTranslation {
            item: pair.item.key,
            from: pair.item.source_locale.clone(),
            project: reference(found.project),
            file: found.file.id.clone(),
            path: found.file.path.clone(),
            document: found.document.id.clone(),
            target: target(pair),
            delivery,
            moved_at: found.document.moved_at,
            source: Short::from(&source.hash),
            replaces: replaces.map(|translation| Short::from(&translation.hash)),
            take: take(&pair.workflow.send_when),
            as_draft: creates_draft(pair),
            strict: pair.workflow.integrity == Integrity::Strict,
            links: pair.links.clone(),
        });
        self.steps.push(Step::new(action, reason_to_send(delivery), Some(pair.want.rule), 0));
        PairState::Ready
    }

    /// What is ours and no longer asked for.
    pub(super) fn leftovers(&mut self, desired: &Desired, documents: &Documents<'a>, selection: &Selection) {
        for project in &self.observed.projects {
            for file in &project.files {
                if selection.takes_item(&self.observed.help_center, file.item) {
                    self.leftover_of(desired, documents, selection, project, file);
                }
            }
        }
    }

    fn leftover_of(
        &mut self,
        desired: &Desired,
        documents: &Documents<'a>,
        selection: &Selection,
        project: &'a Project,
        file: &'a File,
    ) {
        let wants = desired.wants.get(&file.item).map_or(&[][..], Vec::as_slice);
        let is_wanted = |language: &Language| {
            wants.iter().any(|want| want.language == *language && want.workflow == project.workflow)
                && documents
                    .find(file.item, &project.workflow, language)
                    .is_some_and(|found| found.file.id == file.id)
        };
        let selected = selection.smartcat_languages(self.manifest);
        let selected = selected.as_ref();
        let mut left: BTreeMap<_, _> = file
            .documents
            .iter()
            .filter(|(language, _)| !is_wanted(language) && selected.is_none_or(|all| all.contains(language)))
            .map(|(language, document)| (language.clone(), document.id.clone()))
            .collect();
        self.superseded(documents, project, file, &mut left);
        if left.is_empty() {
            return;
        }
        match self.observed.help_center.items.get(&file.item) {
            None => self.unseen(project, file, left.keys()),
            Some(item) => self.orphaned(project, file, item, left),
        }
    }

    /// A document whose item is not in the help center's answer: unknown, never removed.
    fn unseen<'l>(&mut self, project: &Project, file: &File, languages: impl Iterator<Item = &'l Language>) {
        let why = "Zendesk does not show the item: archived, deleted, or not visible to this account; nothing is done";
        for language in languages {
            self.left(project, file, language, HeldCode::Unreadable, why, PairState::Held);
        }
    }

    fn orphaned(
        &mut self,
        project: &Project,
        file: &File,
        item: &Item,
        documents: BTreeMap<Language, crate::id::DocumentId>,
    ) {
        let people = people(file, documents.keys());
        let delete = match self.manifest.on_remove {
            OnRemove::Keep => {
                let why = "no rule asks for it any more; `on_remove: keep` leaves its document in Smartcat";
                for language in documents.keys() {
                    self.left(project, file, language, HeldCode::Orphan, why, PairState::Orphan);
                }
                return;
            }
            OnRemove::Cancel if people.is_empty() => {
                let why = "no rule asks for it any more; nobody works on its document in Smartcat";
                for language in documents.keys() {
                    self.left(project, file, language, HeldCode::Orphan, why, PairState::Orphan);
                }
                return;
            }
            OnRemove::Cancel => false,
            OnRemove::Delete => true,
        };
        let reason = match delete {
            true => "no rule asks for it any more; the document is deleted, Zendesk is left as it is",
            false => "no rule asks for it any more; its people are released, Zendesk is left as it is",
        };
        let action = RetireDocument {
            item: item.key,
            project: reference(project),
            file: file.id.clone(),
            documents,
            delete,
            superseded: BTreeMap::new(),
            people,
        };
        self.steps.push(Step::new(Action::RetireDocument(action), reason, None, 0));
    }

    fn left(
        &mut self,
        project: &Project,
        file: &File,
        language: &Language,
        code: HeldCode,
        why: &str,
        state: PairState,
    ) {
        let document = file.documents.get(language);
        self.summary.held += 1;
        self.held.push(Held {
            item: file.item,
            language: language.to_string(),
            code,
            reason: why.to_owned(),
        });
        self.pairs.push(Pair {
            item: file.item,
            language: language.to_string(),
            workflow: project.workflow.clone(),
            state,
            progress: document.map(percent),
            document: document.map(|document| document.id.clone()),
            project: Some(project.id.clone()),
            asked: Vec::new(),
        });
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

    fn create(&mut self, key: ItemKey, pairs: &[&'p Assessed<'a>]) {
        for (pairs, adopts) in adopt::files(pairs) {
            self.create_file(key, &pairs, adopts);
        }
    }

    fn create_file(&mut self, key: ItemKey, pairs: &[&'p Assessed<'a>], adopts: Option<Short>) {
        let Some(first) = pairs.first() else { return };
        let Some(source) = &first.item.source else { return };
        let targets: Vec<Target> = pairs.iter().map(|pair| target(pair)).collect();
        let project = self.projects.place(first.workflow, &targets);
        let existing = existing(pairs);
        let file_name = self.free_file_name(first.item, &project);
        let words = u64::from(source.words) * targets.len() as u64;
        let action = CreateDocument {
            item: key,
            from: first.item.source_locale.clone(),
            project: project.clone(),
            file_name,
            source: Short::from(&source.hash),
            targets,
            existing,
            adopts,
            predecessor: None,
        };
        let reason = adopt::reason(&action);
        self.steps.push(Step::new(Action::CreateDocument(action), reason, Some(first.want.rule), words));
        for pair in pairs {
            self.import_after_create(pair, &project);
            self.assign(pair, &project);
        }
    }

    fn import_after_create(&mut self, pair: &Assessed<'_>, project: &ProjectRef) {
        let Verdict::State(State::Missing { import: true }) = pair.verdict else { return };
        let Some(translation) = pair.item.translations.get(&pair.want.locale) else { return };
        let action = Action::ImportTranslation(ImportTranslation {
            item: pair.item.key,
            from: pair.item.source_locale.clone(),
            project: project.clone(),
            file: None,
            target: target(pair),
            translation: Short::from(&translation.hash),
            pull: false,
        });
        let reason = "the translation that stands in Zendesk is imported into the new document";
        self.steps.push(Step::new(action, reason, Some(pair.want.rule), 0));
    }

    /// Smartcat replaces the source of a file in all of its languages at once (smartcat.md §7.4), so the step names
    /// them all, those too that the plan is not for.
    fn update(&mut self, pairs: &[Outdated<'a, 'p>]) {
        let Some((first, found, why)) = pairs.iter().find(|(pair, ..)| pair.selected) else { return };
        let Some(source) = &first.item.source else { return };
        let known = found.file.receipt.source.as_ref();
        let new_words = match (why, known.and_then(|known| known.fingerprints.as_ref())) {
            (Staleness::ReceiptUnreadable, _) | (_, None) => source.words,
            (Staleness::SourceChanged, Some(old)) => source.fingerprints.new_words(old),
        };
        let reason = match why {
            Staleness::SourceChanged => {
                format!("the source changed: about {new_words} of {} words are new", source.words)
            }
            Staleness::ReceiptUnreadable => {
                "its receipt cannot be read, so the source is sent again; finished segments stay".to_owned()
            }
        };
        if found.file.receipt.refused {
            return self.replace(pairs, new_words, &reason);
        }
        if let Some((locale, code)) = self.kept.get(&found.file.id).copied() {
            return self.hold_with(locale, code, pairs);
        }
        let targets: Vec<Target> = pairs.iter().map(|(pair, ..)| target(pair)).collect();
        let unasked = unasked(found.file, &targets);
        let reason = match unasked.is_empty() {
            true => reason,
            false => format!("{reason}; its documents in {} get it too", unasked.join(", ")),
        };
        let words = u64::from(new_words) * (targets.len() + unasked.len()) as u64;
        let action = UpdateDocument {
            item: first.item.key,
            from: first.item.source_locale.clone(),
            project: reference(found.project),
            file: found.file.id.clone(),
            path: found.file.path.clone(),
            documents: found.file.documents.values().map(|document| document.id.clone()).collect(),
            source: Short::from(&source.hash),
            // Of an unreadable receipt nobody knows whether the translation is of an older source.
            mark_outdated: pairs
                .iter()
                .filter(|(.., why)| *why == Staleness::SourceChanged)
                .filter_map(|(pair, ..)| outdated(pair))
                .collect(),
            targets,
        };
        self.steps.push(Step::new(Action::UpdateDocument(action), reason, Some(first.want.rule), words));
    }

    /// A source that cannot be replaced for some languages of its file without being replaced for a held one.
    fn hold_with(&mut self, kept: &Locale, code: HeldCode, pairs: &[Outdated<'a, 'p>]) {
        for (pair, ..) in pairs.iter().filter(|(pair, ..)| pair.selected) {
            let why = format!(
                "the source changed, but its file also holds {kept}, which is held ({}), and a file has one source for \
                 all of its languages",
                code.as_str()
            );
            self.hold(pair, HeldCode::SharedFile, why);
        }
    }

    /// A name that no file of the project has. A further language of an item goes into a file of its own, since
    /// Smartcat can add a language only to all documents of a project at once (smartcat.md §6.6).
    fn free_file_name(&mut self, item: &Item, project: &ProjectRef) -> String {
        let taken = project.id.as_ref().and_then(|id| self.taken.get(id));
        let is_free = |stem: &String| {
            !self.named.contains(stem) && !taken.is_some_and(|taken| taken.contains(stem.as_str()))
        };
        let free = (1..).map(|nth| file_stem(&item.title, item.key, nth)).find(is_free).unwrap_or_default();
        self.named.insert(free.clone());
        free + ".locjson"
    }
}

/// The languages of a file beyond those of a step: no rule asks for them any more, and their documents were kept.
fn unasked<'f>(file: &'f File, targets: &[Target]) -> Vec<&'f str> {
    let others = file.documents.keys().filter(|language| targets.iter().all(|t| t.language != **language));
    others.map(Language::as_str).collect()
}

/// Who is assigned to some of a file's documents.
fn people<'l>(file: &File, languages: impl Iterator<Item = &'l Language>) -> Vec<Assignee> {
    let documents = languages.filter_map(|language| file.documents.get(language));
    documents
        .flat_map(|document| {
            (1..).zip(&document.stages).map(move |(number, stage)| (document, number, stage))
        })
        .flat_map(|(document, number, stage)| {
            let assignee =
                move |id: &String| Assignee { document: document.id.clone(), stage: number, id: id.clone() };
            stage.assignees.iter().map(assignee)
        })
        .collect()
}

fn target(pair: &Assessed<'_>) -> Target {
    Target { locale: pair.want.locale.clone(), language: pair.want.language.clone() }
}

/// Which export answers to the workflow's `send_when`.
fn take(send_when: &SendWhen) -> Take {
    match send_when {
        SendWhen::Completed => Take::Complete,
        SendWhen::Confirmed => Take::Confirmed,
        SendWhen::Stage(number, _) => Take::Stage(*number),
        SendWhen::Current => Take::Current,
    }
}

/// The translations that stand in Zendesk when a document is created.
fn existing(pairs: &[&Assessed<'_>]) -> BTreeMap<Language, Short> {
    let found = pairs.iter().filter_map(|pair| {
        let translation = pair.item.translations.get(&pair.want.locale)?;
        Some((pair.want.language.clone(), Short::from(&translation.hash)))
    });
    found.collect()
}

/// The locale whose published translation is flagged while a newer source is in work.
fn outdated(pair: &Assessed<'_>) -> Option<Locale> {
    let translation = pair.item.translations.get(&pair.want.locale)?;
    let flag = pair.workflow.mark_outdated && !translation.outdated && !translation.draft;
    flag.then(|| pair.want.locale.clone())
}

fn reason_to_send(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::First => "the translation is ready and not in Zendesk yet",
        Delivery::Moved => "Smartcat has a newer translation",
        Delivery::Restructured => {
            "the page's markup changed, its words did not: the same translation on the new page"
        }
        Delivery::Relinked => "links to other pages can now be moved to, or must leave, this locale",
        Delivery::Overwritten => {
            "the translation was changed by hand in Zendesk and the workflow says `on_edit: overwrite`"
        }
        Delivery::Compared => {
            "a translation stands in Zendesk without a receipt: compared with Smartcat's, never overwritten"
        }
    }
}

/// Names are unique in a project, so a repeated upload is refused and not a duplicate (smartcat.md §7.1). The
/// server's longest name is unknown; connectors of Smartcat's own stay below 90 characters.
const LONGEST_TITLE: usize = 60;

/// A file's name without its ending: for people the title, for uniqueness the item, and which of its files it is.
fn file_stem(title: &str, key: ItemKey, nth: usize) -> String {
    let forbidden: BTreeSet<char> = "<>|:*?\"\\/()[]".chars().collect();
    let title: String = title
        .chars()
        .map(|c| if forbidden.contains(&c) || c.is_control() { ' ' } else { c })
        .take(LONGEST_TITLE)
        .collect();
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let nth = if nth == 1 { String::new() } else { format!(" {nth}") };
    format!("{title} {}-{}{nth}", key.kind, key.id).trim_start().to_owned()
}
