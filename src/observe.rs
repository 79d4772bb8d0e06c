//! Reads both services into [`Observed`], with few requests.
//!
//! Zendesk's lists come as pages of a hundred with every translation inside. A page is hashed while the next one is
//! on its way, and dropped: nothing holds more than a few pages. Smartcat answers one project with every document
//! and language in it.

mod files;
mod memory;
mod offer;
mod project;
mod recall;
mod team;

pub use memory::Memory;
pub use memory::MemoryError;
pub use offer::offer;
pub use recall::Freshness;
pub use recall::Recall;
pub use team::find_agencies;
pub use team::find_people;
pub use team::names;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::VecDeque;

use tokio::task::JoinHandle;

use crate::content::Facts;
use crate::content::Text;
use crate::content::content_hash;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;
use crate::id::ProjectId;
use crate::id::WorkflowName;
use crate::observed::Equipment;
use crate::observed::HelpCenter;
use crate::observed::Item;
use crate::observed::Observed;
use crate::observed::Project;
use crate::observed::Team;
use crate::observed::Translation;
use crate::observed::Unmarked;
use crate::owner::Owner;
use crate::remote::RemoteError;
use crate::remote::smartcat::SmartcatRead;
use crate::remote::smartcat::WireProject;
use crate::remote::zendesk::Access;
use crate::remote::zendesk::Pages;
use crate::remote::zendesk::WireItem;
use crate::remote::zendesk::WireTranslation;
use crate::remote::zendesk::ZendeskRead;

use project::observed_project;

/// Pages that may wait for their hashes while the next one is read.
const PAGES_IN_WORK: usize = 2;

/// Why the two services could not be observed.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// A request failed. Nothing is concluded from what was read before it.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// Zendesk answers, but to nobody in particular.
    #[error("Zendesk takes these credentials for an anonymous visitor, so what it shows is not what exists")]
    Anonymous,
    /// A project that the manifest names by id does not exist, or not for this account.
    #[error("workflow `{workflow}` names project {id}, which Smartcat does not show to this account")]
    NoSuchProject {
        /// The workflow.
        workflow: WorkflowName,
        /// The id in the manifest.
        id: ProjectId,
    },
    /// A project that the manifest names by id carries another owner's mark.
    #[error("workflow `{workflow}` names project {id}, which belongs to `{tag}`")]
    ForeignProject {
        /// The workflow.
        workflow: WorkflowName,
        /// The id in the manifest.
        id: ProjectId,
        /// The mark it carries.
        tag: String,
    },
    /// A project of ours is listed, and Smartcat says that it does not exist.
    #[error(
        "Smartcat lists project \"{name}\" and does not show it to this account (GET /api/integration/v1/project/{id}: \
         404), so what is in it is not known; give the account access to it, or run again"
    )]
    HiddenProject {
        /// Its id.
        id: ProjectId,
        /// Its name.
        name: String,
    },
    /// A page could not be worked on: a bug, or the machine is out of threads.
    #[error("a page of the help center could not be hashed: {0}")]
    Hashing(String),
}

/// Something worth a sentence that is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice(pub String);

/// The help center as it was seen.
#[derive(Debug)]
pub struct Sight {
    /// What is there.
    pub help_center: HelpCenter,
    /// What is worth a sentence.
    pub notices: Vec<Notice>,
    /// How fresh it is, for a later run to build on; `None` when nothing is to be remembered.
    pub freshness: Option<Freshness>,
}

/// Reads both services at once, all of them.
///
/// # Errors
/// When either cannot be read completely: a part of the truth would look like removals.
pub async fn observe(
    zendesk: &ZendeskRead,
    smartcat: &SmartcatRead,
    owner: &Owner,
) -> Result<(Observed, Vec<Notice>), ObserveError> {
    let (observed, notices, _) = observe_since(zendesk, smartcat, owner, None).await?;
    Ok((observed, notices))
}

/// Reads both services at once; of the help center, what an earlier run does not know.
///
/// # Errors
/// As [`observe`].
pub async fn observe_since(
    zendesk: &ZendeskRead,
    smartcat: &SmartcatRead,
    owner: &Owner,
    recall: Option<Recall>,
) -> Result<(Observed, Vec<Notice>, Option<Freshness>), ObserveError> {
    let (sight, (projects, unmarked)) =
        tokio::try_join!(help_center(zendesk, owner, recall), projects(smartcat, owner))?;
    let Sight { help_center, notices, freshness } = sight;
    Ok((Observed { help_center, projects, unmarked, team: Team::default() }, notices, freshness))
}

/// Reads the help center alone: all of it, or what an earlier run does not know.
///
/// # Errors
/// When it cannot be read completely, or answers as to an anonymous visitor.
pub async fn help_center(
    zendesk: &ZendeskRead,
    owner: &Owner,
    recall: Option<Recall>,
) -> Result<Sight, ObserveError> {
    // The locales come first and alone: the request needs a signed-in user, so wrong credentials end here.
    let known = zendesk.locales().await?;
    let locales: BTreeSet<Locale> = known.locales.into_iter().collect();
    let ((articles, freshness), sections, categories) = tokio::try_join!(
        recall::articles(zendesk, &owner.host, &locales, recall),
        everything(zendesk, ItemKind::Section),
        everything(zendesk, ItemKind::Category),
    )?;
    let items: BTreeMap<ItemKey, Item> = articles.into_iter().chain(sections).chain(categories).collect();
    let notices = access(zendesk, &items).await?;
    let host = owner.host.clone();
    let help_center = HelpCenter { host, locales, default_locale: known.default, items };
    Ok(Sight { help_center, notices, freshness })
}

/// An anonymous answer must not pass for success: public help centers answer lists to everybody
/// (zendesk-help-center.md §1.2). Only who may edit an article is told which translations it lacks.
async fn access(zendesk: &ZendeskRead, items: &BTreeMap<ItemKey, Item>) -> Result<Vec<Notice>, ObserveError> {
    let first_article = items.keys().find(|key| key.kind == ItemKind::Article);
    let access = match first_article {
        Some(key) => zendesk.access_to(key.id).await?,
        None => zendesk.access().await?,
    };
    match access {
        Access::Ok => Ok(Vec::new()),
        Access::Anonymous => Err(ObserveError::Anonymous),
        Access::Forbidden(error) => Ok(vec![Notice(format!(
            "this Zendesk account may not edit every article, so it may not see everything either ({error})"
        ))]),
    }
}

/// All items of a kind.
async fn everything(zendesk: &ZendeskRead, kind: ItemKind) -> Result<BTreeMap<ItemKey, Item>, ObserveError> {
    hashed(&mut zendesk.items(kind), |_| true).await
}

/// Walks the pages of a list, as long as a page says that the next one is wanted, and turns each into items off the
/// async threads.
async fn hashed(
    pages: &mut Pages,
    mut goes_on: impl FnMut(&[WireItem]) -> bool,
) -> Result<BTreeMap<ItemKey, Item>, ObserveError> {
    // A page can repeat an item that moved while the list was read: the later sight is the newer one.
    let mut items = BTreeMap::new();
    let mut in_work: VecDeque<JoinHandle<Vec<Item>>> = VecDeque::new();
    let kind = pages.kind();
    while let Some(page) = pages.next().await? {
        let is_last = !goes_on(&page);
        in_work.push_back(tokio::task::spawn_blocking(move || {
            let mut locales = BTreeSet::new();
            page.into_iter().filter_map(|item| observed_item(kind, item, &mut locales)).collect()
        }));
        if in_work.len() >= PAGES_IN_WORK {
            items.extend(finished(in_work.pop_front()).await?.into_iter().map(by_key));
        }
        if is_last {
            break;
        }
    }
    while !in_work.is_empty() {
        items.extend(finished(in_work.pop_front()).await?.into_iter().map(by_key));
    }
    Ok(items)
}

fn by_key(item: Item) -> (ItemKey, Item) {
    (item.key, item)
}

async fn finished(work: Option<JoinHandle<Vec<Item>>>) -> Result<Vec<Item>, ObserveError> {
    match work {
        None => Ok(Vec::new()),
        Some(work) => work.await.map_err(|error| ObserveError::Hashing(error.to_string())),
    }
}

/// An item reduced to what is compared, its locales those of the items before where they are the same. One that names
/// no locale at all cannot be placed and is left out.
fn observed_item(kind: ItemKind, item: WireItem, locales: &mut BTreeSet<Locale>) -> Option<Item> {
    let source_locale = item.source_locale.clone().or(item.locale.clone())?;
    let mut observed = Item {
        key: ItemKey { kind, id: item.id },
        title: item.shown_name().to_owned(),
        url: item.html_url.unwrap_or_default(),
        section: item.section_id.or(item.parent_section_id),
        category: item.category_id,
        labels: item.label_names,
        content_tags: item.content_tag_ids,
        position: item.position,
        source_locale,
        draft: false,
        source: None,
        translations: BTreeMap::new(),
    };
    for translation in item.translations.unwrap_or_default() {
        if translation.locale == observed.source_locale {
            observed.draft = translation.draft;
            observed.title.clone_from(&translation.title);
            observed.source = Some(Facts::of(&text_of(translation)));
        } else {
            let locale = shared(&translation.locale, locales);
            observed.translations.insert(locale, observed_translation(translation));
        }
    }
    observed.source_locale = shared(&observed.source_locale, locales);
    Some(observed)
}

/// The same name, kept once: a hundred thousand translations are in ten locales.
fn shared<T: Ord + Clone>(name: &T, known: &mut BTreeSet<T>) -> T {
    match known.get(name) {
        Some(known) => known.clone(),
        None => {
            known.insert(name.clone());
            name.clone()
        }
    }
}

/// The text of a translation as Zendesk sends it.
pub(crate) fn text_of(translation: WireTranslation) -> Text {
    Text { title: translation.title, body: translation.body }
}

/// A translation reduced to what is compared.
pub(crate) fn observed_translation(translation: WireTranslation) -> Translation {
    Translation {
        draft: translation.draft,
        outdated: translation.outdated,
        updated_at: translation.updated_at.as_deref().and_then(|at| at.parse().ok()),
        updated_by: translation.updated_by_id,
        hash: content_hash(&text_of(translation)),
    }
}

/// Reads Smartcat's projects of this manifest, and those that were of it before somebody changed their tag: what is in
/// them was ordered, and would be ordered again.
///
/// The projects of a small account come with one request. In a large one those with our tags are asked for, and all of
/// them only where one of ours seems to be missing.
///
/// # Errors
/// When a project cannot be read, or one that the manifest names is not there or is somebody else's.
pub async fn projects(
    smartcat: &SmartcatRead,
    owner: &Owner,
) -> Result<(Vec<Project>, Vec<Unmarked>), ObserveError> {
    let few = smartcat.few_projects().await?;
    let is_large = few.is_none();
    let listed = match few {
        Some(all) => all,
        None => smartcat.projects(&owner.tag_prefix()).await?,
    };
    let (mut projects, mut others) = (Vec::new(), Vec::new());
    for listed in listed {
        match listed.external_tag.as_deref().and_then(|tag| owner.read_tag(tag)) {
            // One that the manifest names by its id is read as such below.
            _ if owner.adopted.iter().any(|(_, id)| *id == listed.id) => {}
            None => others.push(listed),
            Some((workflow, number)) => match smartcat.project_with(&listed.id).await? {
                Some(project) => projects.push(observed_project(project, workflow, number, false, owner)),
                None => still_listed(smartcat, owner, listed).await?,
            },
        }
    }
    if is_large && owner.workflows.iter().any(|workflow| lacks_one(workflow, &projects)) {
        others = smartcat.all_projects().await?;
    }
    let lost = unmarked(smartcat, owner, others).await?;
    for (workflow, id) in &owner.adopted {
        projects.push(adopted(smartcat, owner, workflow, id).await?);
    }
    // Two runs at once may have made two projects with one mark. The elder is the one (see apply/project.rs), and stays
    // first: it was listed first, and this sort keeps the order of what is equal.
    projects.sort_by(|a, b| (&a.workflow, a.number).cmp(&(&b.workflow, b.number)));
    Ok((projects, lost))
}

/// A workflow without a project, or with a gap in their numbers.
fn lacks_one(workflow: &WorkflowName, projects: &[Project]) -> bool {
    let of_workflow = projects.iter().filter(|project| project.workflow == *workflow);
    let numbers: BTreeSet<u32> = of_workflow.map(|project| project.number).collect();
    numbers.is_empty() || numbers.into_iter().zip(1..).any(|(number, expected)| number != expected)
}

/// A project that was deleted since the list was made is as good as one that never was. One that the list still shows
/// is there, and what is in it must not be ordered again.
async fn still_listed(
    smartcat: &SmartcatRead,
    owner: &Owner,
    project: WireProject,
) -> Result<(), ObserveError> {
    let listed = smartcat.projects(&owner.tag_prefix()).await?;
    match listed.iter().any(|known| known.id == project.id) {
        true => Err(ObserveError::HiddenProject { id: project.id, name: project.name }),
        false => Ok(()),
    }
}

/// What is in projects that by their description are ours and by their tag are not.
async fn unmarked(
    smartcat: &SmartcatRead,
    owner: &Owner,
    listed: Vec<WireProject>,
) -> Result<Vec<Unmarked>, ObserveError> {
    let is_ours = |project: &WireProject| {
        let tagged = project.external_tag.as_deref().and_then(|tag| owner.read_tag(tag)).is_some();
        let adopted = owner.adopted.iter().any(|(_, id)| *id == project.id);
        !tagged && !adopted && project.description.as_deref().is_some_and(|text| owner.wrote(text))
    };
    let mut lost = Vec::new();
    for listed in listed.into_iter().filter(is_ours) {
        let Some(project) = smartcat.project(&listed.id).await? else { continue };
        let pairs = project.documents.iter().filter_map(|document| {
            let item = owner.read_external_id(document.external_id.as_deref()?)?;
            Some((item, document.target_language.clone()))
        });
        let pairs = pairs.collect();
        let WireProject { id, name, external_tag: tag, .. } = project;
        lost.push(Unmarked { id, name, tag, tag_prefix: owner.tag_prefix(), pairs });
    }
    Ok(lost)
}

/// What a project works with, as far as its mark speaks of it. These are up to four requests, so it is looked at only
/// where a plan would send text: an engine, a rule or a memory does nothing before.
///
/// # Errors
/// When a request fails.
pub async fn equipment(smartcat: &SmartcatRead, project: &Project) -> Result<Equipment, RemoteError> {
    let mut equipment = Equipment::default();
    let Some(mark) = &project.settings else { return Ok(equipment) };
    if mark.asks("machine_translation") {
        let first = project.stages.first().map(|stage| stage.id.as_str());
        let rules = smartcat.pretranslation_rules(&project.id).await?;
        equipment.machine_confirms =
            rules.iter().any(|rule| rule.is_machine() && rule.confirm_at_workflow_step.as_deref() == first);
        let engines = smartcat.machine_translation(&project.id).await?;
        equipment.engines = engines.into_iter().map(|engine| engine.id).collect();
    }
    if mark.asks("translation_memory") {
        let memories = smartcat.project_memories(&project.id).await?;
        equipment.writable_memory =
            memories.into_iter().find(|memory| memory.is_writable).map(|memory| memory.id);
    }
    if mark.asks("glossaries") {
        let glossaries = smartcat.project_glossaries(&project.id).await?;
        equipment.glossaries = glossaries.into_iter().map(|glossary| glossary.id).collect();
    }
    Ok(equipment)
}

async fn adopted(
    smartcat: &SmartcatRead,
    owner: &Owner,
    workflow: &WorkflowName,
    id: &ProjectId,
) -> Result<Project, ObserveError> {
    let Some(project) = smartcat.project_with(id).await? else {
        return Err(ObserveError::NoSuchProject { workflow: workflow.clone(), id: id.clone() });
    };
    match project.0.external_tag.as_deref() {
        Some(tag) if owner.is_foreign(tag) => Err(ObserveError::ForeignProject {
            workflow: workflow.clone(),
            id: id.clone(),
            tag: tag.to_owned(),
        }),
        _ => Ok(observed_project(project, workflow.clone(), 1, true, owner)),
    }
}
