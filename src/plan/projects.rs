//! Which project a new document goes to: the first of its workflow that has room, else a new one. The first and not
//! the last, so that a run that ended after it had made two projects and filled none is gone on with, not replaced.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::desired::Desired;
use crate::id::Language;
use crate::id::ProjectName;
use crate::id::WorkflowName;
use crate::manifest::Manifest;
use crate::manifest::ProjectTarget;
use crate::manifest::Workflow;
use crate::observed::Observed;
use crate::observed::Project;

use super::Action;
use super::AddLanguage;
use super::CreateProject;
use super::ProjectRef;
use super::Step;
use super::Target;
use super::UpdateProject;
use super::drift::drift;
use super::settings::Settings;
use super::settings::name_of;

/// A project with the number of files in it.
type Room = (ProjectRef, usize);

/// The projects of each workflow, as they fill up.
pub(super) struct Projects<'a> {
    manifest: &'a Manifest,
    observed: &'a Observed,
    source: Option<Language>,
    /// Languages in scope, by workflow: what a new project is created with.
    languages: BTreeMap<&'a WorkflowName, BTreeSet<&'a Language>>,
    /// The projects of each workflow in use, in order, with the files in them, new ones included.
    rooms: BTreeMap<&'a WorkflowName, Vec<Room>>,
    added: BTreeSet<(ProjectRef, Language)>,
    steps: Vec<Step>,
}

impl<'a> Projects<'a> {
    pub(super) fn new(manifest: &'a Manifest, desired: &'a Desired, observed: &'a Observed) -> Self {
        let mut languages: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for want in desired.wants.values().flatten() {
            languages.entry(&want.workflow).or_default().insert(&want.language);
        }
        Self {
            manifest,
            observed,
            source: desired.source_language.clone(),
            languages,
            rooms: BTreeMap::new(),
            added: BTreeSet::new(),
            steps: Vec::new(),
        }
    }

    /// The steps that make or mend projects.
    pub(super) fn into_steps(mut self) -> Vec<Step> {
        self.drifted();
        self.steps
    }

    /// The project for one more file with these targets.
    pub(super) fn place(&mut self, workflow: &'a Workflow, targets: &[Target]) -> ProjectRef {
        let limit = match workflow.project.target {
            // A project that the manifest names is the only one, however full.
            ProjectTarget::Existing(_) => usize::MAX,
            ProjectTarget::Named(_) => usize::try_from(workflow.project.max_documents).unwrap_or(usize::MAX),
        };
        let mut rooms = self.rooms.remove(&workflow.name).unwrap_or_else(|| self.rooms_of(workflow));
        let project = match rooms.iter_mut().find(|(_, files)| *files < limit) {
            Some((project, files)) => {
                *files += 1;
                project.clone()
            }
            None => {
                let project = self.open(workflow, self.next_number(workflow, &rooms));
                rooms.push((project.clone(), 1));
                project
            }
        };
        self.rooms.insert(&workflow.name, rooms);
        for target in targets {
            self.ensure_language(&project, target);
        }
        project
    }

    /// The projects of a workflow that take files.
    fn rooms_of(&self, workflow: &Workflow) -> Vec<Room> {
        let adopted = matches!(workflow.project.target, ProjectTarget::Existing(_));
        let mut rooms: Vec<Room> = Vec::new();
        for project in self.of_workflow(workflow).filter(|it| it.adopted == adopted && !it.canceled) {
            // Of two with one number the elder comes first and is the one (see apply/project.rs).
            if rooms.last().is_none_or(|(last, _)| last.number != project.number) {
                rooms.push((reference(project), project.files.len() + project.foreign_files));
            }
        }
        rooms
    }

    fn next_number(&self, workflow: &Workflow, rooms: &[Room]) -> u32 {
        let known = self.of_workflow(workflow).map(|project| project.number);
        let numbers = known.chain(rooms.iter().map(|(project, _)| project.number));
        numbers.max().unwrap_or(0).saturating_add(1)
    }

    fn of_workflow(&self, workflow: &Workflow) -> impl Iterator<Item = &'a Project> {
        let (projects, name) = (&self.observed.projects, workflow.name.clone());
        projects.iter().filter(move |project| project.workflow == name)
    }

    fn open(&mut self, workflow: &'a Workflow, number: u32) -> ProjectRef {
        let project = ProjectRef {
            workflow: workflow.name.clone(),
            number,
            id: None,
            name: ProjectName::new(name_of(workflow, number)),
        };
        let languages: Vec<Language> = self
            .languages
            .get(&workflow.name)
            .into_iter()
            .flatten()
            .map(|language| (*language).clone())
            .collect();
        let reason = match number {
            1 => format!("workflow `{}` has no project yet", workflow.name),
            _ => format!("the projects of workflow `{}` before it take no more files", workflow.name),
        };
        let source = self.source.clone();
        let action = CreateProject {
            project: project.clone(),
            source,
            languages,
            settings: Box::new(Settings::of(workflow, number)),
        };
        self.steps.push(Step::new(Action::CreateProject(action), reason, Some(workflow.place), 0));
        project
    }

    fn ensure_language(&mut self, project: &ProjectRef, target: &Target) {
        let Some(id) = &project.id else { return };
        let known = self.observed.projects.iter().find(|known| known.id == *id);
        let has = known.is_some_and(|known| known.languages.contains(&target.language));
        if has || !self.added.insert((project.clone(), target.language.clone())) {
            return;
        }
        let action = AddLanguage { project: project.clone(), target: target.clone() };
        let reason = format!("the project does not translate to {} yet", target.language);
        self.steps.push(Step::new(Action::AddLanguage(action), reason, None, 0));
    }

    /// Projects whose settings are not those of the manifest.
    fn drifted(&mut self) {
        for project in self.observed.projects.iter().filter(|project| !project.canceled) {
            let Some(workflow) = self.manifest.workflows.get(&project.workflow) else { continue };
            let settings = Settings::of(workflow, project.number);
            let reference = reference(project);
            let added = self.added.iter().filter(|(to, _)| *to == reference);
            let mut languages = project.languages.clone();
            languages.extend(added.map(|(_, language)| language.clone()));
            let differences = drift(project, &settings, &settings.mark(&languages));
            if !differences.is_empty() {
                let action = UpdateProject { project: reference, settings: Box::new(settings) };
                let reason = differences.join("; ");
                self.steps.push(Step::new(Action::UpdateProject(action), reason, Some(workflow.place), 0));
            }
        }
    }
}

/// A project as steps name it.
pub(super) fn reference(project: &Project) -> ProjectRef {
    ProjectRef {
        workflow: project.workflow.clone(),
        number: project.number,
        id: Some(project.id.clone()),
        name: project.name.clone(),
    }
}
