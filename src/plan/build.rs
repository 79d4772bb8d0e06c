//! The pure function: desired and observed in, plan out.
//!
//! Three passes over plain data: the state of every pair; then, because a link is moved to the target locale exactly
//! when its target has that translation, the deliveries whose links must change with this very plan; then the steps,
//! grouped so that a file is sent once for all of its languages.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::desired::Desired;
use crate::desired::Want;
use crate::id::FileId;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Language;
use crate::id::Locale;
use crate::id::WorkflowName;
use crate::manifest::LinkPolicy;
use crate::manifest::Manifest;
use crate::manifest::Publish;
use crate::manifest::Workflow;
use crate::observed::Document;
use crate::observed::File;
use crate::observed::HelpCenter;
use crate::observed::Item;
use crate::observed::Observed;
use crate::observed::Project;
use crate::receipt::LanguageReceipt;
use crate::receipt::Short;

use super::HeldCode;
use super::Plan;
use super::draft::Draft;
use super::navigation;
use super::state::Evidence;
use super::state::State;
use super::state::state_of;

/// A part of the scope: `--target` and `--language`. Empty means everything.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Items, or sections and categories with all below them.
    pub targets: Vec<ItemKey>,
    /// Target locales.
    pub languages: Vec<Locale>,
}

impl Selection {
    pub(super) fn takes_item(&self, help_center: &HelpCenter, key: ItemKey) -> bool {
        if self.targets.is_empty() || self.targets.contains(&key) {
            return true;
        }
        let Some(item) = help_center.items.get(&key) else { return false };
        let sections = help_center.sections_of(item);
        let category = help_center.category_of(item);
        self.targets.iter().any(|target| match target.kind {
            ItemKind::Article => false,
            ItemKind::Section => sections.contains(&target.id),
            ItemKind::Category => category == Some(target.id),
        })
    }

    /// The languages of the selected locales in Smartcat; `None` when all are.
    pub(super) fn smartcat_languages(&self, manifest: &Manifest) -> Option<BTreeSet<Language>> {
        let languages = self.languages.iter().filter_map(|locale| manifest.locales.language(locale));
        (!self.languages.is_empty()).then(|| languages.collect())
    }

    pub(super) fn takes_language(&self, locale: &str) -> bool {
        self.languages.is_empty() || self.languages.iter().any(|taken| taken.as_str() == locale)
    }
}

/// Builds the plan. Never fails: what cannot be done is held, with the reason.
pub fn build(manifest: &Manifest, desired: &Desired, observed: &Observed, selection: &Selection) -> Plan {
    let documents = Documents::of(observed);
    let mut assessed = assess(manifest, desired, observed, selection, &documents);
    relink(observed, &mut assessed);
    let mut draft = Draft::new(manifest, desired, observed);
    for pair in &assessed {
        match pair.selected {
            true => draft.add(pair),
            false => draft.pass_by(pair),
        }
    }
    draft.leftovers(desired, &documents, selection);
    Plan { note: navigation::note(desired, &observed.help_center, selection), ..draft.finish() }
}

/// Where the document of an item, workflow and language is. Should there be two, the pair's document is the one that
/// took the other's place, or else the first by file id, and the other is left over.
pub(super) struct Documents<'a> {
    /// The files of an item in a workflow, nearly always one; those whose place another took are last.
    by_item: BTreeMap<(ItemKey, &'a WorkflowName), Vec<(&'a File, &'a Project)>>,
}

#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) project: &'a Project,
    pub(super) file: &'a File,
    pub(super) document: &'a Document,
}

impl<'a> Documents<'a> {
    fn of(observed: &'a Observed) -> Self {
        let files = observed.projects.iter().flat_map(|project| &project.files);
        let replaced: BTreeSet<&FileId> = files.filter_map(|file| file.receipt.replaces.as_ref()).collect();
        let mut by_item: BTreeMap<_, Vec<(&'a File, &'a Project)>> = BTreeMap::new();
        for project in &observed.projects {
            for file in &project.files {
                by_item.entry((file.item, &project.workflow)).or_default().push((file, project));
            }
        }
        let order = |(file, _): &(&'a File, &'a Project)| (replaced.contains(&file.id), &file.id);
        by_item.values_mut().filter(|files| files.len() > 1).for_each(|files| files.sort_by_key(order));
        Self { by_item }
    }

    /// The files of an item in a workflow.
    pub(super) fn of_item<'d>(&'d self, item: ItemKey, workflow: &'d WorkflowName) -> Files<'d, 'a> {
        Files(self.by_item.get(&(item, workflow)).map_or(&[], Vec::as_slice))
    }
}

/// See [`Documents::of_item`].
#[derive(Clone, Copy)]
pub(super) struct Files<'d, 'a>(&'d [(&'a File, &'a Project)]);

impl<'a> Files<'_, 'a> {
    /// Whether one of them took the place of a file.
    pub(super) fn take_the_place_of(self, file: &FileId) -> bool {
        self.0.iter().any(|(other, _)| other.receipt.replaces.as_ref() == Some(file))
    }

    /// The first document in a language.
    pub(super) fn find(self, language: &Language) -> Option<Found<'a>> {
        self.0.iter().find_map(|(file, project)| {
            Some(Found { project, file, document: file.documents.get(language)? })
        })
    }
}

/// Why nothing is done about an item below something that Zendesk does not show: other rules might match it.
pub(super) const OUT_OF_PLACE: &str = "Zendesk's lists lack the section or category that it stands in, so it is not known which rules \
                            match it; nothing is done";

/// A pair with its verdict.
pub(super) struct Assessed<'a> {
    pub(super) item: &'a Item,
    pub(super) want: &'a Want,
    pub(super) workflow: &'a Workflow,
    pub(super) found: Option<Found<'a>>,
    pub(super) known: &'a LanguageReceipt,
    pub(super) verdict: Verdict,
    observed: &'a Observed,
    /// What stands above the item is known, and so are the rules that match it.
    is_placed: bool,
    /// In the part of the scope that the plan is for. The other languages of an item are looked at all the same: a
    /// file has one source for all of its languages.
    pub(super) selected: bool,
    /// Linked items that are localised when this pair is delivered.
    pub(super) links: Vec<ItemKey>,
}

pub(super) enum Verdict {
    Held(HeldCode, Cow<'static, str>),
    State(State),
}

/// What is known of a language that no receipt speaks of.
static NOTHING: LazyLock<LanguageReceipt> = LazyLock::new(LanguageReceipt::default);

fn assess<'a>(
    manifest: &'a Manifest,
    desired: &'a Desired,
    observed: &'a Observed,
    selection: &Selection,
    documents: &Documents<'a>,
) -> Vec<Assessed<'a>> {
    let mut assessed = Vec::new();
    for (key, wants) in &desired.wants {
        let Some(item) = observed.help_center.items.get(key) else { continue };
        if !selection.takes_item(&observed.help_center, *key) {
            continue;
        }
        let is_placed = observed.help_center.shows_place_of(item);
        for (want, files) in with_files(*key, wants, documents) {
            let Some(workflow) = manifest.workflows.get(&want.workflow) else { continue };
            let found = files.find(&want.language);
            let known =
                found.and_then(|found| found.file.receipt.languages.get(&want.language)).unwrap_or(&NOTHING);
            let mut pair = Assessed {
                item,
                want,
                workflow,
                found,
                known,
                verdict: Verdict::State(State::UpToDate),
                observed,
                is_placed,
                selected: selection.takes_language(want.locale.as_str()),
                links: Vec::new(),
            };
            pair.verdict = pair.judge(None);
            assessed.push(pair);
        }
    }
    assessed
}

/// The wants of an item with its files, which are looked up once for all languages of a workflow.
fn with_files<'d, 'a>(
    item: ItemKey,
    wants: &'a [Want],
    documents: &'d Documents<'a>,
) -> impl Iterator<Item = (&'a Want, Files<'d, 'a>)> {
    wants.chunk_by(|a, b| a.workflow == b.workflow).flat_map(move |alike| {
        let files = alike.first().map(|want| documents.of_item(item, &want.workflow));
        alike.iter().zip(files.into_iter().cycle())
    })
}

impl Assessed<'_> {
    /// The verdict, given the hash of the links that are localised when delivered. Without one, links are not looked
    /// at: they wait for the second pass.
    fn judge(&self, links: Option<Option<&Short>>) -> Verdict {
        if let Some((code, reason)) = self.obstacle() {
            return Verdict::Held(code, reason);
        }
        let Some(source) = &self.item.source else {
            return Verdict::Held(
                HeldCode::Unreadable,
                format!("the source text in {} was not in Zendesk's answer", self.item.source_locale).into(),
            );
        };
        Verdict::State(state_of(&Evidence {
            workflow: self.workflow,
            source,
            document: self.found.map(|found| (found.document, &found.file.receipt)),
            known: self.known,
            translation: self.item.translations.get(&self.want.locale),
            links: links.unwrap_or(self.known.links.as_ref()),
        }))
    }

    /// What holds a pair whatever its state.
    fn obstacle(&self) -> Option<(HeldCode, Cow<'static, str>)> {
        if !self.is_placed {
            return Some((HeldCode::Unreadable, OUT_OF_PLACE.into()));
        }
        if self.want.hold {
            return Some((HeldCode::OnHold, "the rule says `hold: true`".into()));
        }
        if self.item.draft && !self.want.drafts {
            return Some((
                HeldCode::DraftSource,
                "the source is a draft; `drafts: true` in the rule includes drafts".into(),
            ));
        }
        if !self.want.in_lock {
            return Some((
                HeldCode::NotInLock,
                "the lock does not list this pair; review it and run `zencat scope --lock`".into(),
            ));
        }
        if let Some(expected) = &self.want.other_source_locale {
            return Some((
                HeldCode::OtherSourceLocale,
                format!(
                    "its source is in {}, the manifest translates from {expected}",
                    self.item.source_locale
                )
                .into(),
            ));
        }
        if self.found.map_or_else(|| self.only_project_is_canceled(), |found| found.project.canceled) {
            return Some((
                HeldCode::ProjectCanceled,
                "its Smartcat project is cancelled; restore the project to go on".into(),
            ));
        }
        if let Some(reason) = self.found.is_none().then(|| self.unmarked()).flatten() {
            return Some((HeldCode::ProjectUnmarked, reason.into()));
        }
        let empty = self.item.source.as_ref().is_some_and(|source| source.is_empty());
        empty.then(|| (HeldCode::NothingToTranslate, "the source has no text to translate".into()))
    }

    /// The workflow works in a project that the manifest names, and that one is cancelled.
    fn only_project_is_canceled(&self) -> bool {
        let mut of_workflow =
            self.observed.projects.iter().filter(|project| project.workflow == self.want.workflow);
        of_workflow.any(|project| project.adopted && project.canceled)
    }

    /// Where the pair's document is, when its project lost the mark of being ours.
    fn unmarked(&self) -> Option<String> {
        let pair = (self.item.key, self.want.language.clone());
        let project = self.observed.unmarked.iter().find(|project| project.pairs.contains(&pair))?;
        let tag = project.tag.as_deref().unwrap_or_default();
        let known = self.observed.projects.iter().filter(|known| known.workflow == self.want.workflow);
        let taken: BTreeSet<u32> = known.map(|known| known.number).collect();
        let number = (1..).find(|number| !taken.contains(number)).unwrap_or(1);
        Some(format!(
            "it was ordered in the Smartcat project \"{}\" ({}), whose tag somebody changed to \"{tag}\"; nothing is \
             ordered twice: set the tag to {}{}:{number} again, or delete the project",
            project.name, project.id, project.tag_prefix, self.want.workflow
        ))
    }

    pub(super) fn state(&self) -> Option<&State> {
        match &self.verdict {
            Verdict::State(state) => Some(state),
            Verdict::Held(..) => None,
        }
    }
}

/// Second pass: what is delivered by this plan counts as available, so that two articles that link to each other
/// need one delivery each and the next plan is empty.
fn relink(observed: &Observed, assessed: &mut [Assessed<'_>]) {
    let arrives = |pair: &&Assessed<'_>| {
        pair.selected && matches!(pair.state(), Some(State::Ready(_))) && !creates_draft(pair)
    };
    let arriving = assessed.iter().filter(arrives).map(|pair| (pair.item.key, &pair.want.locale));
    // Nearly in order already: a sorted list is made and searched faster than a tree.
    let mut arriving: Vec<(ItemKey, &Locale)> = arriving.collect();
    arriving.sort();
    for pair in assessed.iter_mut() {
        let localise = pair.workflow.links == LinkPolicy::Localize;
        let Some(source) = pair.item.source.as_ref().filter(|_| localise || pair.known.links.is_some())
        else {
            continue;
        };
        let available = |key: &ItemKey| {
            let published = observed
                .help_center
                .items
                .get(key)
                .and_then(|item| item.translations.get(&pair.want.locale))
                .is_some_and(|translation| !translation.draft);
            localise && (published || arriving.binary_search(&(*key, &pair.want.locale)).is_ok())
        };
        pair.links = source.links.iter().copied().filter(available).collect();
        let links = Short::of_items(&pair.links);
        // The first verdict rests on the links as they were known.
        if links != pair.known.links {
            pair.verdict = pair.judge(Some(links.as_ref()));
        }
    }
}

/// A delivery that creates a translation which is not published.
pub(super) fn creates_draft(pair: &Assessed<'_>) -> bool {
    let exists = pair.item.translations.get(&pair.want.locale);
    match (exists, pair.workflow.publish) {
        (Some(translation), _) => translation.draft,
        (None, Publish::Draft) => true,
        (None, Publish::Published) => false,
        (None, Publish::AsSource) => pair.item.draft,
    }
}
