//! The settings of a project: read, changed where they differ, and written back whole.

use jiff::SignedDuration;
use jiff::Timestamp;

use crate::owner::find_settings;
use crate::plan::Due;
use crate::plan::Settings;
use crate::plan::Work;
use crate::receipt::Mark;
use crate::remote::smartcat::ProjectChanges;
use crate::remote::smartcat::StageType;
use crate::remote::smartcat::WireProject;

use super::Obstacle;
use super::Run;
use super::project::list;

/// A project that has its engine, memory, glossaries and managers; what is left travels together.
pub(super) struct Settled {
    project: WireProject,
    changes: ProjectChanges,
}

/// What the last run that carried settings out asked for and gave, and what this one does.
pub(super) struct Marks {
    pub(super) old: Mark,
    pub(super) new: Mark,
}

impl Run<'_> {
    /// Gives a project its settings, all but those that [`Run::sign`] sends together.
    pub(super) async fn settle(
        &self,
        project: &WireProject,
        settings: &Settings,
    ) -> Result<Settled, Obstacle> {
        let project = self.set_stages(project, &settings.work).await?;
        let standing = project.description.as_deref().and_then(find_settings).and_then(Mark::parse);
        let languages = project.target_languages.iter().cloned().collect();
        let mut marks = Marks { new: settings.mark(&languages), old: standing.clone().unwrap_or_default() };
        if standing.is_some() {
            // Which template a project was made from cannot change any more.
            marks.new.keep("template", &marks.old);
        }
        self.set_engine(&project, &settings.engine, &mut marks).await?;
        self.set_memory(&project, settings.memory.as_deref(), &mut marks).await?;
        self.set_glossaries(&project, &settings.glossaries, &mut marks).await?;
        self.set_managers(&project, &settings.managers, &mut marks).await?;
        // What a PUT leaves out is reset (smartcat.md §6.4), so all that was read is sent back.
        let mut changes = ProjectChanges::none(&project);
        changes.name = settings.name.clone().unwrap_or(changes.name);
        changes.deadline = deadline(&project, settings.due, &mut marks);
        changes.client_id = self.client(&project, settings.client.as_deref(), &mut marks).await?;
        changes.vendor_account_ids = self.vendors(changes.vendor_account_ids, settings, &mut marks).await?;
        changes.description =
            Some(self.owner.description(project.description.as_deref(), &marks.new.to_string()));
        Ok(Settled { project, changes })
    }

    /// Sends the rest, and with it the mark that says that the settings are complete.
    pub(super) async fn sign(&self, settled: Settled) -> Result<(), Obstacle> {
        let Settled { project, changes } = settled;
        match self.services.smartcat_write.update_project(&project.id, &changes).await {
            Err(error) if error.status() == Some(409) && changes.name != project.name => {
                Err(Obstacle::Fail(format!(
                    "Smartcat does not let the project \"{}\" be called \"{}\", which another one is; rename that \
                     one, or change `project.name` ({error})",
                    project.name, changes.name
                )))
            }
            Err(error)
                if error.status() == Some(403)
                    && changes.vendor_account_ids != ProjectChanges::none(&project).vendor_account_ids =>
            {
                Err(Obstacle::Fail(format!(
                    "Smartcat does not let the project's agency be changed, which it refuses once work has begun; \
                     take the change of `project.vendor` back, or settle it in Smartcat ({error})"
                )))
            }
            answer => Ok(answer?),
        }
    }

    /// Gives a project the stages of the manifest, and reads it again for the ids of new ones.
    async fn set_stages(&self, project: &WireProject, work: &Work) -> Result<WireProject, Obstacle> {
        let Work::Stages(names) = work else { return Ok(project.clone()) };
        let stages: Vec<StageType> = names.iter().map(|name| StageType::from(name.as_str())).collect();
        if project.workflow_stages.iter().map(|stage| &stage.stage_type).eq(&stages) {
            return Ok(project.clone());
        }
        let mut changes = ProjectChanges::none(project);
        changes.workflow_stages = stages;
        self.services.smartcat_write.update_project(&project.id, &changes).await?;
        let changed = self.services.smartcat.project(&project.id).await?;
        changed.ok_or_else(|| Obstacle::Skip("the project is not in Smartcat any more".to_owned()))
    }

    /// The client, created where Smartcat has none of this name.
    async fn client(
        &self,
        project: &WireProject,
        name: Option<&str>,
        marks: &mut Marks,
    ) -> Result<Option<String>, Obstacle> {
        let Some(name) = name else {
            let standing = project.client_id.clone();
            return Ok(standing.filter(|client| !marks.old.gave("client", client)));
        };
        let id = self.services.smartcat_write.client(name).await?.ok_or_else(|| {
            Obstacle::Fail(format!("Smartcat does not tell the id of the client \"{name}\""))
        })?;
        marks.new.give("client", [id.as_str()]);
        Ok(Some(id))
    }

    /// The agency: a project has one at most (smartcat.md §6.4).
    async fn vendors(
        &self,
        mut standing: Vec<String>,
        settings: &Settings,
        marks: &mut Marks,
    ) -> Result<Vec<String>, Obstacle> {
        let Some(wanted) = &settings.vendor else {
            standing.retain(|vendor| !marks.old.gave("vendor", vendor));
            return Ok(standing);
        };
        let vendors = self.services.smartcat.vendors().await?;
        let found = vendors.iter().find(|vendor| vendor.name == *wanted || vendor.id == *wanted);
        let Some(vendor) = found else {
            let names: Vec<&str> = vendors.iter().map(|vendor| vendor.name.as_str()).collect();
            let known = list(&names);
            return Err(Obstacle::Fail(format!(
                "this account works with no agency \"{wanted}\"; it works with {known}"
            )));
        };
        marks.new.give("vendor", [vendor.id.as_str()]);
        Ok(vec![vendor.id.clone()])
    }

    /// Adds the managers of the manifest, and takes away those that it had and has no longer.
    async fn set_managers(
        &self,
        project: &WireProject,
        people: &[String],
        marks: &mut Marks,
    ) -> Result<(), Obstacle> {
        let mut wanted = Vec::new();
        for person in people {
            wanted.push(self.manager(person).await?);
        }
        let standing = &project.managers;
        let missing: Vec<String> = wanted.iter().filter(|id| !standing.contains(id)).cloned().collect();
        if !missing.is_empty() {
            self.services.smartcat_write.add_managers(&project.id, &missing).await?;
        }
        let is_left = |id: &&String| marks.old.gave("managers", id) && !wanted.contains(id);
        let left: Vec<String> = standing.iter().filter(is_left).cloned().collect();
        if !left.is_empty() {
            self.services.smartcat_write.remove_managers(&project.id, &left).await?;
        }
        marks.new.give("managers", wanted.iter().map(String::as_str));
        Ok(())
    }

    /// A manager's id.
    async fn manager(&self, person: &str) -> Result<String, Obstacle> {
        if !person.contains('@') {
            return Ok(person.to_owned());
        }
        let member = self.services.smartcat.team_member(person).await?;
        member.map(|member| member.id).ok_or_else(|| {
            Obstacle::Fail(format!("nobody in this account's team has the e-mail address {person}"))
        })
    }
}

/// The deadline to send. One that counts from the project's creation is given once, for people move it; when the
/// manifest changes it, it is given again. One that the manifest no longer has is taken back unless it was moved.
fn deadline(project: &WireProject, due: Option<Due>, marks: &mut Marks) -> Option<String> {
    let standing = project.deadline.clone();
    let created = project.creation_date.as_deref();
    let is_ours = |time: &String| second(time).is_some_and(|second| marks.old.gave("deadline", &second));
    let deadline = match due {
        None => return standing.filter(|time| !is_ours(time)),
        Some(Due::At(time)) => time,
        Some(Due::After(_)) if marks.old.asks_as(&marks.new, "deadline") => {
            marks.new.keep("deadline", &marks.old);
            return standing;
        }
        // A project whose mark is lost may have a deadline that people moved.
        Some(Due::After(_)) if marks.old == Mark::default() && standing.is_some() => return standing,
        Some(Due::After(seconds)) => {
            let created: Timestamp = created?.parse().ok()?;
            created.checked_add(SignedDuration::from_secs(seconds)).ok()?
        }
    };
    marks.new.give("deadline", [deadline.as_second().to_string().as_str()]);
    Some(deadline.to_string())
}

fn second(time: &str) -> Option<String> {
    let time: Timestamp = time.parse().ok()?;
    Some(time.as_second().to_string())
}
