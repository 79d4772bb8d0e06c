//! Projects: created or found by their tag, then given their settings.

use crate::id::ProjectId;
use crate::plan::AddLanguage;
use crate::plan::CreateProject;
use crate::plan::ProjectRef;
use crate::plan::UpdateProject;
use crate::plan::Work;
use crate::remote::RemoteError;
use crate::remote::smartcat::NewProject;
use crate::remote::smartcat::StageType;
use crate::remote::smartcat::WireProject;

use super::Ending;
use super::Obstacle;
use super::Run;

impl Run<'_> {
    pub(super) async fn create_project(&mut self, create: &CreateProject) -> Ending {
        let tag = self.owner.tag(&create.project.workflow, create.project.number);
        let (project, detail) = match self.elder(&tag).await? {
            Some(project) => (project, "found: it was created since the plan was made"),
            None => self.make(create, &tag).await?,
        };
        let settled = self.settle(&project, &create.settings).await?;
        self.sign(settled).await?;
        self.projects.insert((create.project.workflow.clone(), create.project.number), project.id);
        Ok(detail.to_owned())
    }

    /// Creates a project. Two runs at once may both come here: of two projects with one tag the elder is the one, and
    /// the run that made the younger takes its own away again, which is still empty.
    async fn make(&self, create: &CreateProject, tag: &str) -> Result<(WireProject, &'static str), Obstacle> {
        let new = self.new_project(create, tag).await?;
        let made = match self.services.smartcat_write.create_project(&new).await {
            Ok(project) => Ok(project),
            Err(error) if error.is_ambiguous() => Err(error),
            Err(error) => return Err(error.into()),
        };
        match (self.elder(tag).await?, made) {
            (None, Ok(made)) => Ok((made, "created")),
            (None, Err(error)) => Err(Obstacle::Fail(format!(
                "Smartcat did not say whether the project was created, and does not show it; run again ({error})"
            ))),
            (Some(elder), Err(_)) => Ok((elder, "created")),
            (Some(elder), Ok(made)) if elder.id == made.id => Ok((elder, "created")),
            (Some(elder), Ok(made)) => {
                self.services.smartcat_write.delete_project(&made.id).await?;
                Ok((elder, "found: another run created it at the same time"))
            }
        }
    }

    /// Its description is not among this: it carries the mark of complete settings, so it comes last.
    async fn new_project(&self, create: &CreateProject, tag: &str) -> Result<NewProject, Obstacle> {
        let CreateProject { project, source, languages, settings } = create;
        let (stages, template) = match &settings.work {
            Work::Stages(stages) => {
                (stages.iter().map(|stage| StageType::from(stage.as_str())).collect(), None)
            }
            Work::Template(name) => (Vec::new(), Some(self.template(name).await?)),
            Work::Kept => (Vec::new(), None),
        };
        let source = source.clone().ok_or_else(|| {
            Obstacle::Fail(
                "Smartcat has no language for the source locale; map it under `locales`".to_owned(),
            )
        })?;
        Ok(NewProject {
            name: project.name.to_string(),
            source_language: source,
            target_languages: languages.clone(),
            stages,
            template_id: template,
            external_tag: tag.to_owned(),
        })
    }

    async fn template(&self, name: &str) -> Result<String, Obstacle> {
        let templates = self.services.smartcat.templates().await?;
        match templates.iter().find(|template| template.name == name) {
            Some(template) => Ok(template.id.clone()),
            None => {
                let names: Vec<&str> = templates.iter().map(|template| template.name.as_str()).collect();
                Err(Obstacle::Fail(format!(
                    "Smartcat has no project template \"{name}\"; it has {}",
                    list(&names)
                )))
            }
        }
    }

    /// The eldest project with exactly this tag.
    async fn elder(&self, tag: &str) -> Result<Option<WireProject>, RemoteError> {
        let tagged = self.services.smartcat.projects(tag).await?;
        Ok(tagged.into_iter().find(|project| project.external_tag.as_deref() == Some(tag)))
    }

    pub(super) async fn update_project(&mut self, update: &UpdateProject) -> Ending {
        let id = self.project_id(&update.project)?;
        self.unready.insert(id.clone());
        let project = self.read_project(&update.project, &id).await?;
        let settled = self.settle(&project, &update.settings).await?;
        // What is left are its name and the like: no text has to wait for them.
        self.unready.remove(&id);
        self.sign(settled).await?;
        Ok("settings written".to_owned())
    }

    pub(super) async fn add_language(&mut self, add: &AddLanguage) -> Ending {
        let id = self.project_id(&add.project)?;
        let project = self.read_project(&add.project, &id).await?;
        if project.target_languages.contains(&add.target.language) {
            return Ok("it is there already".to_owned());
        }
        if let Err(error) = self.services.smartcat_write.add_language(&id, &add.target.language).await {
            // Whatever Smartcat says: another run may have been faster, or the answer of this one lost.
            let again = self.read_project(&add.project, &id).await?;
            if !again.target_languages.contains(&add.target.language) {
                return Err(error.into());
            }
        }
        Ok(format!("{} added", add.target.language))
    }

    /// A project as it is now.
    pub(super) async fn read_project(
        &self,
        project: &ProjectRef,
        id: &ProjectId,
    ) -> Result<WireProject, Obstacle> {
        let found = self.services.smartcat.project(id).await?;
        found.ok_or_else(|| {
            Obstacle::Skip(format!("its project \"{}\" is not in Smartcat any more", project.name))
        })
    }
}

/// Names for a message.
pub(super) fn list(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        _ => names.join(", "),
    }
}
