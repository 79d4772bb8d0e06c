//! Which project a new document goes to: the last of its workflow that has room, else a new one.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::desired::Desired;
use crate::id::Language;
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
use super::settings::Settings;

/// The projects of each workflow, as they fill up.
pub(super) struct Projects<'a> {
    manifest: &'a Manifest,
    observed: &'a Observed,
    source: Option<Language>,
    /// Languages in scope, by workflow: what a new project is created with.
    languages: BTreeMap<&'a WorkflowName, BTreeSet<&'a Language>>,
    /// Files in the last project of each workflow, new ones included.
    last: BTreeMap<&'a WorkflowName, (ProjectRef, usize)>,
    added: BTreeSet<(ProjectRef, Language)>,
    steps: Vec<Step>,
}

impl<'a> Projects<'a> {
    pub(super) fn new(manifest: &'a Manifest, desired: &'a Desired, observed: &'a Observed) -> Self {
        let mut languages: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for want in desired.wants.values().flatten() {
            languages.entry(&want.workflow).or_default().insert(&want.language);
        }
        let mut projects = Self {
            manifest,
            observed,
            source: desired.source_language.clone(),
            languages,
            last: BTreeMap::new(),
            added: BTreeSet::new(),
            steps: Vec::new(),
        };
        projects.drifted();
        projects
    }

    /// The steps that make or mend projects.
    pub(super) fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    /// The project for one more file with these targets.
    pub(super) fn place(&mut self, workflow: &'a Workflow, targets: &[Target]) -> ProjectRef {
        let (project, files) = self.last.remove(&workflow.name).unwrap_or_else(|| self.last_of(workflow));
        let limit = match workflow.project.target {
            // A project that the manifest names is the only one, however full.
            ProjectTarget::Existing(_) => usize::MAX,
            ProjectTarget::Named(_) => usize::try_from(workflow.project.max_documents).unwrap_or(usize::MAX),
        };
        let (project, files) =
            if files < limit { (project, files) } else { (self.open(workflow, project.number + 1), 0) };
        self.last.insert(&workflow.name, (project.clone(), files + 1));
        for target in targets {
            self.ensure_language(&project, target);
        }
        project
    }

    /// The last project of a workflow and its files; a new one when there is none.
    fn last_of(&mut self, workflow: &'a Workflow) -> (ProjectRef, usize) {
        let of_workflow = self.observed.projects.iter().filter(|project| project.workflow == workflow.name);
        // Of two with one number the elder comes first and is the one (see apply/project.rs).
        match of_workflow.reduce(|last, project| if project.number > last.number { project } else { last }) {
            None => (self.open(workflow, 1), 0),
            Some(project) if project.canceled => (self.open(workflow, project.number + 1), 0),
            Some(project) => (reference(project), project.files.len() + project.foreign_files),
        }
    }

    fn open(&mut self, workflow: &'a Workflow, number: u32) -> ProjectRef {
        let project =
            ProjectRef { workflow: workflow.name.clone(), number, id: None, name: name_of(workflow, number) };
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
        let action =
            CreateProject { project: project.clone(), source, languages, settings: Settings::of(workflow) };
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

    /// Projects that zencat made and whose settings are not those of the manifest.
    fn drifted(&mut self) {
        for project in &self.observed.projects {
            let Some(workflow) = self.manifest.workflows.get(&project.workflow) else { continue };
            let wanted = Settings::of(workflow);
            if project.adopted || project.canceled || project.settings.as_ref() == Some(&wanted.mark()) {
                continue;
            }
            let reason = match project.settings {
                None => "its settings were not completed when it was created",
                Some(_) => "the workflow's settings in the manifest changed",
            };
            let action = UpdateProject { project: reference(project), settings: wanted };
            self.steps.push(Step::new(Action::UpdateProject(action), reason, Some(workflow.place), 0));
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

/// The name of a workflow's n-th project.
fn name_of(workflow: &Workflow, number: u32) -> String {
    let name = match &workflow.project.target {
        ProjectTarget::Named(name) => name.as_str(),
        ProjectTarget::Existing(id) => id.as_str(),
    };
    match number {
        1 => name.to_owned(),
        _ => format!("{name} ({number})"),
    }
}
