//! Work for people. None of these requests may be repeated blindly: each costs somebody time, or money.
//!
//! What makes it safe to kill and to repeat: a project is read right before anything in it is assigned, and what
//! somebody has by then is left alone. Who has a stage, a document shows; whether invitations were sent, it need not
//! show before somebody accepts. So invitations are noted in the receipt before they are sent and confirmed in it
//! afterwards; one that was noted and not confirmed is never sent again, and people are asked to look.

use std::collections::BTreeMap;

use crate::id::DocumentId;
use crate::id::FileId;
use crate::id::ProjectId;
use crate::plan::Action;
use crate::plan::Assign;
use crate::plan::Sharing;
use crate::plan::Step;
use crate::plan::TEAM_BATCH;
use crate::plan::Who;
use crate::receipt::Receipt;
use crate::remote::RemoteError;
use crate::remote::smartcat::AssignmentMode;
use crate::remote::smartcat::DisassemblingStatus;
use crate::remote::smartcat::StageProgress;
use crate::remote::smartcat::StageStatus;
use crate::remote::smartcat::WireDocument;
use crate::remote::smartcat::WireProject;

use super::Ending;
use super::Obstacle;
use super::Run;
use super::patience::is_being_read;
use super::patience::pause;
use super::patience::still_read;

/// A step whose document was read and waits for somebody.
#[derive(Clone)]
pub(super) struct Place<'s> {
    pub(super) step: &'s Step,
    pub(super) assign: &'s Assign,
    pub(super) document: DocumentId,
    /// The stage's number, from 1.
    stage: u32,
}

impl Place<'_> {
    fn file(&self) -> FileId {
        self.document.file()
    }

    /// The same people are asked for documents of the same file.
    fn goes_with(&self, other: &Self) -> bool {
        self.file() == other.file() && self.assign.who == other.assign.who
    }
}

impl Run<'_> {
    /// Carries out steps that assign people.
    pub(super) async fn assign(&mut self, steps: &[Step]) {
        let same_project = |a: &Step, b: &Step| a.action.project() == b.action.project();
        for of_project in steps.chunk_by(same_project) {
            let assigns: Vec<(&Step, &Assign)> = of_project
                .iter()
                .filter_map(|step| match &step.action {
                    Action::Assign(assign) => Some((step, assign)),
                    _ => None,
                })
                .collect();
            self.assign_in_project(&assigns).await;
        }
    }

    async fn assign_in_project(&mut self, steps: &[(&Step, &Assign)]) {
        let project = match self.parsed_project(steps).await {
            Ok(project) => project,
            Err(obstacle) => {
                let why = self.told(obstacle);
                return steps.iter().for_each(|(step, _)| self.end(step, Err(Obstacle::Fail(why.clone()))));
            }
        };
        let mut templates: BTreeMap<&Who, Vec<Place<'_>>> = BTreeMap::new();
        let mut teams: BTreeMap<_, Vec<Place<'_>>> = BTreeMap::new();
        let mut files: Vec<Vec<Place<'_>>> = Vec::new();
        for (step, assign) in steps {
            let place = match self.place(&project, step, assign) {
                Ok(place) => place,
                Err(ending) => {
                    self.end(step, ending);
                    continue;
                }
            };
            match &assign.who {
                Who::Template { .. } => templates.entry(&assign.who).or_default().push(place),
                Who::Team => teams.entry((&assign.target, place.stage)).or_default().push(place),
                Who::People { .. } | Who::Agency(_) => match files.last_mut() {
                    Some(last) if last.first().is_some_and(|first| first.goes_with(&place)) => {
                        last.push(place)
                    }
                    _ => files.push(vec![place]),
                },
            }
        }
        for places in templates.into_values() {
            self.use_template(&project, places).await;
        }
        for places in files {
            self.ask_for(&project.id, places, 1).await;
        }
        for places in teams.into_values() {
            for batch in places.chunks(TEAM_BATCH) {
                self.ask_for(&project.id, batch.to_vec(), TEAM_BATCH).await;
            }
        }
    }

    /// The project as it is now, once Smartcat has read the files of these steps: before that nothing in them can be
    /// assigned (smartcat.md §7.9).
    async fn parsed_project(&mut self, steps: &[(&Step, &Assign)]) -> Result<WireProject, Obstacle> {
        let Some((_, first)) = steps.first() else {
            return Err(Obstacle::Skip("nothing to assign".to_owned()));
        };
        let id = self.project_id(&first.project)?;
        let mut looks = 0;
        loop {
            let project = self.read_project(&first.project, &id).await?;
            let read = steps.iter().filter_map(|(_, assign)| self.assigned_document(&project, assign));
            let unread: Vec<&WireDocument> = read.filter(|document| is_being_read(document)).collect();
            let again = unread.into_iter().any(|document| self.looks_again(document, looks));
            if !again {
                return Ok(project);
            }
            pause(looks).await;
            looks += 1;
        }
    }

    /// The document of a step, which the same run may have uploaded.
    fn assigned_document<'p>(&self, project: &'p WireProject, assign: &Assign) -> Option<&'p WireDocument> {
        if let Some(id) = &assign.document {
            return project.documents.iter().find(|document| document.id == *id);
        }
        let external_id = self.owner.external_id(assign.item);
        let is_of = |document: &&WireDocument| {
            document.external_id.as_deref() == Some(external_id.as_str())
                && document.target_language == assign.target.language
        };
        // Of two files the plan takes the first for the pair's (see plan/build.rs).
        project.documents.iter().filter(is_of).min_by_key(|document| document.id.file())
    }

    /// Where a step's work is, if it still waits for somebody; the error is how the step ends otherwise.
    fn place<'s>(
        &mut self,
        project: &WireProject,
        step: &'s Step,
        assign: &'s Assign,
    ) -> Result<Place<'s>, Ending> {
        let skip = |why: &str| Err(Err(Obstacle::Skip(why.to_owned())));
        if project.vendors.iter().any(|vendor| !vendor.removed_from_project) {
            return skip("an agency has the whole project");
        }
        let Some(document) = self.assigned_document(project, assign) else {
            return skip("its document is not in Smartcat");
        };
        if document.disassembling_status == DisassemblingStatus::Error {
            return Err(Err(Obstacle::Fail("Smartcat could not read the uploaded file".to_owned())));
        }
        if is_being_read(document) {
            return Err(Err(still_read(document, "assigns it")));
        }
        let stages = &project.workflow_stages;
        let Some(at) = stages.iter().position(|stage| stage.stage_type.as_str() == assign.stage) else {
            let why = format!("its project has no stage `{}`", assign.stage);
            return Err(Err(Obstacle::Fail(why)));
        };
        if let Some(shown) = document.workflow_stages.get(at) {
            if is_taken(shown) {
                return Err(Ok("somebody has it already".to_owned()));
            }
            if document.words_count == 0 || shown.status == StageStatus::Completed || shown.progress >= 100.0
            {
                return Err(Ok("nothing is left to do in this stage".to_owned()));
            }
        }
        // Another run may have asked since the plan was made.
        let file = document.id.file();
        let copies = project.documents.iter().filter(|other| other.id.file() == file);
        self.receipts.absorb(&file, Receipt::merge(copies.filter_map(|copy| copy.meta_info.as_deref())));
        let known = self.receipts.language(&file, &assign.target.language);
        if known.assigned.contains_key(&assign.who.mark(&assign.stage)) {
            return skip("another run has asked for it");
        }
        let stage = u32::try_from(at + 1).unwrap_or(u32::MAX);
        Ok(Place { step, assign, document: document.id.clone(), stage })
    }

    /// Asks for places that are noted together, so many with one request.
    async fn ask_for(&mut self, project: &ProjectId, places: Vec<Place<'_>>, at_once: usize) {
        let mut open = Vec::with_capacity(places.len());
        for place in places {
            if self.may_begin(place.step) {
                open.push(place);
            }
        }
        let Some(first) = open.first() else { return };
        let who = &first.assign.who;
        let asked = match self.asked(who).await {
            Ok(asked) => asked,
            Err(obstacle) => return self.none_asked(&open, obstacle),
        };
        if who.invites()
            && let Err(error) = self.remember(&open, Note::Begun).await
        {
            return self.none_asked(&open, error.into());
        }
        let mut answers = Vec::with_capacity(open.len());
        for batch in open.chunks(at_once) {
            answers.extend(self.ask(project, batch, &asked).await);
        }
        self.note_answers(open, answers).await;
    }

    fn none_asked(&mut self, places: &[Place<'_>], obstacle: Obstacle) {
        let why = self.told(obstacle);
        places.iter().for_each(|place| self.end(place.step, Err(Obstacle::Fail(why.clone()))));
    }

    /// Writes down what was said, and ends the steps.
    async fn note_answers(&mut self, places: Vec<Place<'_>>, answers: Vec<Answer>) {
        let answered = |wanted: fn(&Answer) -> bool| -> Vec<Place<'_>> {
            let both = places.iter().zip(&answers).filter(|(_, answer)| wanted(answer));
            both.map(|(place, _)| place.clone()).collect()
        };
        let agreed = answered(|answer| matches!(answer, Answer::Yes(_)));
        let refused = answered(|answer| matches!(answer, Answer::No(_)));
        let refused: Vec<_> = refused.into_iter().filter(|place| place.assign.who.invites()).collect();
        let unwritten = match self.remember(&agreed, Note::Done).await {
            Ok(()) => self.remember(&refused, Note::Nothing).await.err(),
            Err(error) => Some(error),
        };
        let unwritten = unwritten.map(|error| self.told(error.into()));
        for (place, answer) in places.iter().zip(answers) {
            let ending = match (answer, &unwritten) {
                (Answer::Yes(detail), None) => Ok(detail),
                (Answer::Yes(_), Some(error)) => Err(Obstacle::Fail(format!(
                    "Smartcat was asked, and that it was could not be written down in its document: {error}"
                ))),
                (Answer::No(why) | Answer::Unknown(why), _) => Err(Obstacle::Fail(why)),
            };
            self.end(place.step, ending);
        }
    }

    /// One request, for places that can be asked for together. Where the answer leaves open what happened, or another
    /// run may have been faster, the documents are read before anything is repeated.
    async fn ask(&mut self, project: &ProjectId, batch: &[Place<'_>], asked: &Asked) -> Vec<Answer> {
        let error = match self.request(batch, asked).await {
            Ok(()) => return batch.iter().map(|place| Answer::yes(place, "")).collect(),
            Err(error) => error,
        };
        self.note_failure(&error);
        if !error.is_ambiguous() && !may_be_taken(&error) {
            return batch.iter().map(|_| Answer::No(error.to_string())).collect();
        }
        let taken = match self.taken(project, batch).await {
            Ok(taken) => taken,
            Err(obstacle) => {
                let why = self.told(obstacle);
                return batch.iter().map(|_| Answer::Unknown(format!("{error}; {why}"))).collect();
            }
        };
        let mut answers = Vec::with_capacity(batch.len());
        for (place, is_taken) in batch.iter().zip(taken) {
            answers.push(match is_taken {
                true => Answer::yes(place, " (found when Smartcat was read again)"),
                false if error.is_ambiguous() && place.assign.who.invites() => Answer::Unknown(format!(
                    "Smartcat did not say whether it sent invitations; look there before anybody is asked again ({error})"
                )),
                false if error.is_ambiguous() => self.ask_again(place, asked).await,
                // One document that cannot be assigned must not keep the others from it.
                false if batch.len() > 1 => {
                    let alone = Box::pin(self.ask(project, std::slice::from_ref(place), asked)).await;
                    alone.into_iter().next().unwrap_or_else(|| Answer::No(error.to_string()))
                }
                false => Answer::No(error.to_string()),
            });
        }
        answers
    }

    /// Once more, for what the document shows was not done.
    async fn ask_again(&mut self, place: &Place<'_>, asked: &Asked) -> Answer {
        match self.request(std::slice::from_ref(place), asked).await {
            Ok(()) => Answer::yes(place, ""),
            Err(error) => {
                self.note_failure(&error);
                Answer::Unknown(error.to_string())
            }
        }
    }

    async fn request(&self, batch: &[Place<'_>], asked: &Asked) -> Result<(), RemoteError> {
        let Some(Place { document, stage, .. }) = batch.first() else { return Ok(()) };
        let write = &self.services.smartcat_write;
        match asked {
            Asked::People(ids, mode) => write.assign(document, *stage, ids, *mode).await,
            Asked::Agency(id) => write.assign_vendor(document, *stage, id).await,
            Asked::Team => {
                let documents: Vec<DocumentId> = batch.iter().map(|place| place.document.clone()).collect();
                write.assign_from_team(&documents, *stage).await
            }
        }
    }

    /// Which of these places somebody has now.
    async fn taken(&self, project: &ProjectId, batch: &[Place<'_>]) -> Result<Vec<bool>, Obstacle> {
        let documents = match batch {
            [one] => self.services.smartcat.document(&one.document).await?.into_iter().collect(),
            _ => self
                .services
                .smartcat
                .project(project)
                .await?
                .map_or_else(Vec::new, |project| project.documents),
        };
        let is_taken = |place: &Place<'_>| {
            let document = documents.iter().find(|document: &&WireDocument| document.id == place.document);
            let at = usize::try_from(place.stage).unwrap_or(usize::MAX).saturating_sub(1);
            document.and_then(|document| document.workflow_stages.get(at)).is_some_and(is_taken)
        };
        Ok(batch.iter().map(is_taken).collect())
    }

    /// Those who are asked, by their ids.
    async fn asked(&mut self, who: &Who) -> Result<Asked, Obstacle> {
        match who {
            Who::People { people, invite_new, sharing } => {
                let mut ids = Vec::with_capacity(people.len());
                for name in people {
                    let id = self.person(name, *invite_new).await?;
                    if !ids.contains(&id) {
                        ids.push(id);
                    }
                }
                Ok(Asked::People(ids, mode(*sharing)))
            }
            Who::Agency(name) => match self.observed.team.agencies.get(name) {
                Some(id) => Ok(Asked::Agency(id.clone())),
                None => Err(Obstacle::Fail(format!("the account works with no agency \"{name}\""))),
            },
            Who::Team => Ok(Asked::Team),
            Who::Template { name, .. } => {
                Err(Obstacle::Fail(format!("the template \"{name}\" is for a project, not for a document")))
            }
        }
    }

    async fn person(&mut self, name: &str, invite_new: bool) -> Result<String, Obstacle> {
        let known = self.observed.team.person(name).or_else(|| self.newcomers.get(name).cloned());
        match known {
            Some(id) => Ok(id),
            None if invite_new => {
                let id = self.add_to_team(name).await?;
                self.newcomers.insert(name.to_owned(), id.clone());
                Ok(id)
            }
            None => Err(Obstacle::Fail(format!("nobody in the account's team has the address {name}"))),
        }
    }

    /// Adds somebody to the team. Another run may be faster, or the answer be lost: then the team is searched.
    async fn add_to_team(&self, address: &str) -> Result<String, Obstacle> {
        let error = match self.services.smartcat_write.add_to_team(address).await {
            Ok(member) => return Ok(member.id),
            Err(error) => error,
        };
        if !error.is_ambiguous() && !error.is_conflict() {
            return Err(error.into());
        }
        match self.services.smartcat.team_member(address).await? {
            Some(member) => Ok(member.id),
            None => Err(error.into()),
        }
    }

    /// Notes places in their files' receipts.
    pub(super) async fn remember(&mut self, places: &[Place<'_>], note: Note) -> Result<(), RemoteError> {
        let mut files: BTreeMap<FileId, &DocumentId> = BTreeMap::new();
        for place in places {
            let (file, language) = (place.file(), &place.assign.target.language);
            let mut known = self.receipts.language(&file, language);
            let mark = place.assign.who.mark(&place.assign.stage);
            match note {
                Note::Begun => drop(known.assigned.insert(mark, false)),
                Note::Done => drop(known.assigned.insert(mark, true)),
                Note::Nothing => drop(known.assigned.remove(&mark)),
            }
            self.receipts.record(&file, language, known);
            files.entry(file).or_insert(&place.document);
        }
        for (file, document) in files {
            self.receipts.write(&self.services.smartcat_write, &file, document).await?;
        }
        Ok(())
    }

    /// What keeps steps from being done, as a text: several of them end with it.
    pub(super) fn told(&mut self, obstacle: Obstacle) -> String {
        match obstacle {
            Obstacle::Skip(why) | Obstacle::Fail(why) => why,
            Obstacle::Remote(error) => {
                self.note_failure(&error);
                error.to_string()
            }
        }
    }
}

/// What a receipt says of an assignment.
#[derive(Clone, Copy)]
pub(super) enum Note {
    /// It is about to be asked for.
    Begun,
    /// Smartcat agreed.
    Done,
    /// It was refused: nothing is to be remembered.
    Nothing,
}

/// Who is asked for a document. Templates are for whole projects (see template.rs).
enum Asked {
    /// These people, who share it so.
    People(Vec<String>, AssignmentMode),
    /// This agency.
    Agency(String),
    /// All who match.
    Team,
}

/// What Smartcat said.
enum Answer {
    /// It is assigned, or invitations are sent.
    Yes(String),
    /// It is not.
    No(String),
    /// Nobody knows.
    Unknown(String),
}

impl Answer {
    fn yes(place: &Place<'_>, more: &str) -> Self {
        let verb = if place.assign.who.invites() { "invited for" } else { "assigned" };
        Self::Yes(format!("{verb} {}{more}", place.assign.stage))
    }
}

/// Somebody has the stage, or is invited to it.
fn is_taken(stage: &StageProgress) -> bool {
    stage.vendor.is_some() || !stage.executives.is_empty() || stage.status == StageStatus::Assigned
}

/// A refusal that may mean that somebody was faster: 400 for people, 409 for agencies (smartcat.md §7.9).
fn may_be_taken(error: &RemoteError) -> bool {
    error.is_conflict() || error.status() == Some(400)
}

fn mode(sharing: Sharing) -> AssignmentMode {
    match sharing {
        Sharing::Distribute => AssignmentMode::DistributeAmongAll,
        Sharing::Rocket => AssignmentMode::Rocket,
        Sharing::Invite => AssignmentMode::InviteOnly,
    }
}
