//! Assignment templates: the account's own lists of who does what, applied to a whole project (smartcat.md §7.10).
//!
//! A template is for tasks that have nobody, so what people assigned by hand stays as it is. It is applied when one of
//! the places that the manifest wants assigned has nobody, and the tasks are read before it is.

use crate::id::ProjectId;
use crate::plan::Who;
use crate::remote::RemoteError;
use crate::remote::smartcat::ProjectTask;
use crate::remote::smartcat::WireProject;

use super::Obstacle;
use super::Run;
use super::assign::Note;
use super::assign::Place;
use super::patience::MOST_LOOKS;
use super::patience::pause;
use super::project::list;

impl Run<'_> {
    /// Applies one template to a project for places that wait for somebody.
    pub(super) async fn use_template(&mut self, project: &WireProject, places: Vec<Place<'_>>) {
        let mut open = Vec::with_capacity(places.len());
        for place in places {
            if self.may_begin(place.step) {
                open.push(place);
            }
        }
        let Some(first) = open.first() else { return };
        let Who::Template { name, hours } = &first.assign.who else { return };
        let applied = match self.apply_template(&project.id, name, *hours, &open).await {
            Ok(detail) => self.remember(&open, Note::Done).await.map(|()| detail).map_err(Obstacle::from),
            Err(obstacle) => Err(obstacle),
        };
        let applied = applied.map_err(|obstacle| self.told(obstacle));
        for place in &open {
            self.end(place.step, applied.clone().map_err(Obstacle::Fail));
        }
    }

    async fn apply_template(
        &self,
        project: &ProjectId,
        name: &str,
        hours: Option<u32>,
        places: &[Place<'_>],
    ) -> Result<String, Obstacle> {
        if !self.has_open_task(project, places).await? {
            return Ok("its tasks have somebody already".to_owned());
        }
        let known = self.services.smartcat.assignment_templates(project).await?;
        let Some(template) = known.iter().find(|template| template.name == name) else {
            let names: Vec<&str> = known.iter().map(|template| template.name.as_str()).collect();
            return Err(Obstacle::Fail(format!(
                "its project has no assignment template \"{name}\"; it has {}",
                list(&names)
            )));
        };
        let (mut look, mut asked_again) = (0, false);
        loop {
            match self.services.smartcat_write.apply_assignment_template(project, &template.id, hours).await {
                Ok(outcome) => {
                    return Ok(format!(
                        "template \"{name}\" applied: {} tasks assigned, {} not",
                        outcome.assigned_count, outcome.unassigned_count
                    ));
                }
                Err(error) if is_too_early(&error) && look < MOST_LOOKS => pause(look).await,
                Err(error) if error.is_ambiguous() && !asked_again => {
                    if !self.has_open_task(project, places).await? {
                        return Ok(format!(
                            "template \"{name}\" applied (found when Smartcat was read again)"
                        ));
                    }
                    asked_again = true;
                }
                Err(error) => return Err(error.into()),
            }
            look += 1;
        }
    }

    /// Whether one of the places is in a task that nobody has or is invited to.
    async fn has_open_task(&self, project: &ProjectId, places: &[Place<'_>]) -> Result<bool, Obstacle> {
        let tasks = self.services.smartcat.project_tasks(project).await?.ok_or_else(|| {
            Obstacle::Fail(
                "its project gives work to people by document; assignment templates are for project tasks"
                    .to_owned(),
            )
        })?;
        let of_place = |place: &Place<'_>, task: &ProjectTask| {
            task.stage_type.as_str() == place.assign.stage && task.document_ids.contains(&place.document)
        };
        Ok(places.iter().any(|place| {
            let mut tasks = tasks.iter().filter(|task| of_place(place, task)).peekable();
            // A document that is in no task yet waits for one.
            tasks.peek().is_none() || tasks.any(ProjectTask::is_open)
        }))
    }
}

/// New documents are being put into tasks: that passes. Known only by its text (smartcat.md §7.10).
fn is_too_early(error: &RemoteError) -> bool {
    error.status() == Some(403)
        && error.said().is_some_and(|said| said.to_ascii_lowercase().contains("being added"))
}
