//! People, agencies and templates that the manifest names under `assign:`: looked up in Smartcat before anything is
//! done, so that a wrong name is told at its line. Only what somebody is about to need is asked for.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::diag::Code;
use crate::diag::Diagnostic;
use crate::diag::Span;
use crate::id::ProjectId;
use crate::id::WorkflowName;
use crate::manifest::Assignee;
use crate::manifest::Assignment;
use crate::manifest::Manifest;
use crate::observe;
use crate::observed::Project;
use crate::observed::Team;
use crate::plan::Action;
use crate::plan::Plan;
use crate::plan::Who;
use crate::remote::RemoteError;
use crate::remote::smartcat::SmartcatRead;

/// What is to be looked up.
#[derive(Default)]
pub(super) struct Names<'a> {
    /// E-mail addresses.
    people: BTreeSet<&'a str>,
    agencies: BTreeSet<&'a str>,
    /// Templates, by workflow, in each of its projects that there are.
    templates: BTreeMap<(&'a WorkflowName, &'a ProjectId), BTreeSet<&'a str>>,
}

/// What was found.
pub(super) struct Found {
    pub(super) team: Team,
    /// Names of the templates of each project that was asked.
    templates: BTreeMap<ProjectId, Vec<String>>,
}

impl<'a> Names<'a> {
    /// What the steps of a plan need.
    pub(super) fn of_plan(plan: &'a Plan) -> Self {
        let mut names = Self::default();
        for step in &plan.steps {
            let Action::Assign(assign) = &step.action else { continue };
            match &assign.who {
                Who::People { people, .. } => names.people.extend(addresses(people)),
                Who::Agency(name) => drop(names.agencies.insert(name)),
                Who::Template { name, .. } => {
                    if let Some(id) = &assign.project.id {
                        names.templates.entry((&assign.project.workflow, id)).or_default().insert(name);
                    }
                }
                Who::Team => {}
            }
        }
        names
    }

    /// All that a manifest names, templates as far as their projects exist.
    pub(super) fn of_manifest(manifest: &'a Manifest, projects: &'a [Project]) -> Self {
        let mut names = Self::default();
        for workflow in manifest.workflows.values() {
            for assignment in &workflow.assign {
                match &assignment.to {
                    Assignee::People(people, _) => names.people.extend(addresses(people)),
                    Assignee::Agency(name) => drop(names.agencies.insert(name)),
                    Assignee::Template(name) => {
                        let own = projects.iter().filter(|project| project.workflow == workflow.name);
                        for project in own.filter(|project| !project.canceled) {
                            names.templates.entry((&workflow.name, &project.id)).or_default().insert(name);
                        }
                    }
                    Assignee::Team => {}
                }
            }
        }
        names
    }

    /// Nothing is to be looked up.
    pub(super) fn is_empty(&self) -> bool {
        let Self { people, agencies, templates } = self;
        people.is_empty() && agencies.is_empty() && templates.is_empty()
    }

    /// Asks Smartcat.
    pub(super) async fn find(&self, smartcat: &SmartcatRead) -> Result<Found, RemoteError> {
        let mut team =
            Team { people: observe::find_people(smartcat, &self.people).await?, ..Team::default() };
        if !self.agencies.is_empty() {
            team.agencies = observe::find_agencies(smartcat).await?;
        }
        let mut templates = BTreeMap::new();
        for (_, project) in self.templates.keys() {
            let found = match smartcat.assignment_templates(project).await {
                Ok(found) => found.into_iter().map(|template| template.name).collect(),
                // A project that gives work to people by document has none (smartcat.md §7.10).
                Err(error) if error.status() == Some(403) => Vec::new(),
                Err(error) => return Err(error),
            };
            templates.insert((*project).clone(), found);
        }
        Ok(Found { team, templates })
    }

    /// What is not there, each at its place in the manifest.
    pub(super) fn missing(&self, manifest: &Manifest, found: &Found) -> Vec<Diagnostic> {
        let assignments = manifest
            .workflows
            .values()
            .flat_map(|workflow| workflow.assign.iter().map(move |assignment| (&workflow.name, assignment)));
        assignments.flat_map(|(workflow, assignment)| self.missing_of(workflow, assignment, found)).collect()
    }

    fn missing_of(&self, workflow: &WorkflowName, assignment: &Assignment, found: &Found) -> Vec<Diagnostic> {
        match &assignment.to {
            Assignee::People(people, _) if !assignment.invite_new => {
                let named = people.iter().zip(&assignment.people);
                let missing = named.filter(|(person, _)| {
                    self.people.contains(person.as_str()) && found.team.person(person).is_none()
                });
                missing.map(|(person, span)| nobody(person, *span)).collect()
            }
            Assignee::Agency(name) => {
                let is_missing =
                    self.agencies.contains(name.as_str()) && !found.team.agencies.contains_key(name);
                is_missing.then(|| no_agency(name, assignment.span)).into_iter().collect()
            }
            Assignee::Template(name) => {
                let asked = self
                    .templates
                    .iter()
                    .filter(|((of, _), names)| *of == workflow && names.contains(name.as_str()));
                let lacking = asked.filter_map(|((_, project), _)| found.templates.get(*project));
                let lacking = lacking.filter(|known| !known.contains(name)).take(1);
                lacking.map(|known| no_template(name, known, assignment.span)).collect()
            }
            Assignee::People(..) | Assignee::Team => Vec::new(),
        }
    }
}

fn addresses(people: &[String]) -> impl Iterator<Item = &str> {
    people.iter().map(String::as_str).filter(|person| person.contains('@'))
}

fn nobody(person: &str, span: Span) -> Diagnostic {
    let message = format!("nobody in the Smartcat account's team has the address `{person}`");
    let missing = Diagnostic::error(Code::NotInSmartcat, span, message).label("not in the team");
    missing.hint("add them to the team in Smartcat, or say `invite_new: true` here")
}

fn no_agency(name: &str, span: Span) -> Diagnostic {
    let message = format!("the Smartcat account works with no agency `{name}`");
    let missing = Diagnostic::error(Code::NotInSmartcat, span, message).label("no such agency");
    missing.hint("agencies are given by their exact name or their id")
}

fn no_template(name: &str, known: &[String], span: Span) -> Diagnostic {
    let message = format!("Smartcat has no assignment template `{name}` for this workflow's project");
    let missing = Diagnostic::error(Code::NotInSmartcat, span, message).label("no such template");
    missing.hint(match known {
        [] => "the project has none; templates are for projects that give work to people by project tasks"
            .to_owned(),
        known => format!("it has {}", known.join(", ")),
    })
}
