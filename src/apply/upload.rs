//! New documents: files of up to twenty items in one request.

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::content::Facts;
use crate::content::Segmented;
use crate::content::Text;
use crate::content::locjson;
use crate::id::ProjectId;
use crate::owner::Owner;
use crate::plan::Action;
use crate::plan::CreateDocument;
use crate::plan::ProjectRef;
use crate::plan::Step;
use crate::plan::UPLOAD_BATCH;
use crate::receipt::LanguageReceipt;
use crate::receipt::Receipt;
use crate::receipt::SourceReceipt;
use crate::remote::RemoteError;
use crate::remote::smartcat::Filled;
use crate::remote::smartcat::Upload;
use crate::remote::smartcat::WireDocument;

use super::Obstacle;
use super::Run;
use super::Services;
use super::adopt::adopted;
use super::sources::Origin;
use super::sources::Sources;
use super::successor::take_over;
use super::text;

/// Sources that are read at once; Zendesk is paced by its own figures.
const READS_IN_FLIGHT: usize = 4;

/// A file that is ready to be uploaded.
struct Ready<'s> {
    step: &'s Step,
    upload: Upload,
    receipt: Receipt,
}

impl Run<'_> {
    /// Carries out steps that create documents.
    pub(super) async fn upload(&mut self, steps: &[Step]) {
        let mut sources = match self.list_sources(steps).await {
            Ok(sources) => sources,
            Err(error) => return self.not_begun(steps, &error),
        };
        let same_project = |a: &Step, b: &Step| a.action.project() == b.action.project();
        for of_project in steps.chunk_by(same_project) {
            for batch in of_project.chunks(UPLOAD_BATCH) {
                self.upload_batch(batch, &mut sources).await;
            }
        }
    }

    fn not_begun(&mut self, steps: &[Step], error: &RemoteError) {
        self.note_failure(error);
        for step in steps {
            self.end(step, Err(Obstacle::Fail(error.to_string())));
        }
    }

    async fn upload_batch(&mut self, steps: &[Step], sources: &mut Sources) {
        let mut begun = Vec::with_capacity(steps.len());
        for step in steps {
            if self.may_begin(step)
                && let Action::CreateDocument(create) = &step.action
            {
                begun.push((step, create));
            }
        }
        let Some((_, create)) = begun.first() else { return };
        let project = match self.ready_project(&create.project) {
            Ok(project) => project,
            Err(why) => {
                return begun.iter().for_each(|(step, _)| self.end(step, Err(Obstacle::Skip(why.clone()))));
            }
        };
        let ready = self.read_sources(&begun, sources).await;
        let ready = self.not_there_yet(&project, ready).await;
        self.send(&project, ready).await;
    }

    /// Leaves out files whose document is in the project already. The name of a shared file tells that by a conflict.
    /// That of a file with an adopted translation need not: a plan that saw nothing of the project, and the translation
    /// that zencat delivered from there, takes the pair for one to be adopted.
    async fn not_there_yet<'s>(&mut self, project: &ProjectId, files: Vec<Ready<'s>>) -> Vec<Ready<'s>> {
        let adopts = |file: &Ready<'_>| file.upload.filled == Some(Filled::Unconfirmed);
        if !files.iter().any(adopts) {
            return files;
        }
        let documents = match self.looked_at.remove(project) {
            Some(documents) => documents,
            None => match self.services.smartcat.project(project).await {
                Ok(found) => found.map(|project| project.documents).unwrap_or_default(),
                Err(error) => {
                    self.failed(files, &error);
                    return Vec::new();
                }
            },
        };
        let mut missing = Vec::with_capacity(files.len());
        for file in files {
            match documents.iter().find(|document| adopts(&file) && is_of_pair(document, &file.upload)) {
                Some(document) => {
                    let known = known_of(document, &documents).unwrap_or(file.receipt);
                    self.receipts.insert(document.id.file(), known);
                    self.end(file.step, Ok("its document is in Smartcat already".to_owned()));
                }
                None => missing.push(file),
            }
        }
        self.looked_at.insert(project.clone(), documents);
        missing
    }

    /// A step's project, if what is uploaded there is translated as the manifest says; the error says why not.
    fn ready_project(&self, project: &ProjectRef) -> Result<ProjectId, String> {
        let id = match self.project_id(project) {
            Ok(id) => id,
            Err(Obstacle::Skip(why) | Obstacle::Fail(why)) => return Err(why),
            Err(Obstacle::Remote(error)) => return Err(error.to_string()),
        };
        match self.unready.contains(&id) {
            true => Err(format!(
                "the settings of its project \"{}\" are not complete; the next plan completes them first",
                project.name
            )),
            false => Ok(id),
        }
    }

    /// Reads the sources; those that moved since the plan are skipped.
    async fn read_sources<'s>(
        &mut self,
        steps: &[(&'s Step, &'s CreateDocument)],
        sources: &mut Sources,
    ) -> Vec<Ready<'s>> {
        let (services, owner) = (self.services, self.owner);
        let listed = steps.iter().map(|(step, create)| (*step, *create, sources.remove(&step.id())));
        let read: Vec<(&Step, Result<Ready<'_>, Obstacle>)> = stream::iter(listed.collect::<Vec<_>>())
            .map(|(step, create, listed)| async move {
                let origin = match listed {
                    Some(origin) => Ok(origin),
                    None => Origin::read(&services.zendesk, create).await,
                };
                let ready = match origin {
                    Ok(origin) => ready(services, owner, step, create, origin).await,
                    Err(obstacle) => Err(obstacle),
                };
                (step, ready)
            })
            .buffered(READS_IN_FLIGHT)
            .collect()
            .await;
        let mut ready = Vec::with_capacity(read.len());
        for (step, result) in read {
            match result {
                Ok(file) => ready.push(file),
                Err(obstacle) => self.end(step, Err(obstacle)),
            }
        }
        ready
    }

    /// Uploads files. Where the answer leaves open what happened, the project is read before anything is repeated; a
    /// name that is taken already says the same.
    async fn send(&mut self, project: &ProjectId, mut files: Vec<Ready<'_>>) {
        let mut was_read = false;
        while !files.is_empty() {
            let uploads: Vec<&Upload> = files.iter().map(|file| &file.upload).collect();
            let error = match self.services.smartcat_write.upload(project, &uploads).await {
                Ok(documents) => return self.uploaded(files, &documents, "uploaded"),
                Err(error) => error,
            };
            if !was_read && (error.is_ambiguous() || error.is_conflict()) {
                was_read = true;
                files = match self.still_missing(project, files).await {
                    Some(missing) => missing,
                    None => return,
                };
            } else if files.len() > 1 && is_about_one_file(&error) {
                // One bad file must not keep the others out.
                for file in files {
                    Box::pin(self.send(project, vec![file])).await;
                }
                return;
            } else {
                return self.failed(files, &error);
            }
        }
    }

    /// Reads the project and ends the steps whose files are in it; `None` when it could not be read.
    async fn still_missing<'s>(
        &mut self,
        project: &ProjectId,
        files: Vec<Ready<'s>>,
    ) -> Option<Vec<Ready<'s>>> {
        let documents = match self.services.smartcat.project(project).await {
            Ok(Some(project)) => project.documents,
            Ok(None) => Vec::new(),
            Err(error) => {
                self.failed(files, &error);
                return None;
            }
        };
        let (there, missing): (Vec<_>, Vec<_>) = files
            .into_iter()
            .partition(|file| documents.iter().any(|document| is_of(document, &file.upload)));
        self.uploaded(there, &documents, "uploaded (found when Smartcat was read again)");
        Some(missing)
    }

    fn uploaded(&mut self, files: Vec<Ready<'_>>, documents: &[WireDocument], detail: &str) {
        for Ready { step, upload, receipt } in files {
            match documents.iter().find(|document| is_of(document, &upload)) {
                Some(document) => {
                    self.receipts
                        .insert(document.id.file(), known_of(document, documents).unwrap_or(receipt));
                    self.end(step, Ok(detail.to_owned()));
                }
                None => {
                    let why = format!(
                        "Smartcat took the upload but its answer does not name \"{}\"",
                        upload.file_name
                    );
                    self.end(step, Err(Obstacle::Fail(why)));
                }
            }
        }
    }

    fn failed(&mut self, files: Vec<Ready<'_>>, error: &RemoteError) {
        self.note_failure(error);
        for file in files {
            self.end(file.step, Err(Obstacle::Fail(error.to_string())));
        }
    }
}

/// What a document that was found already says of itself: another run may have come further than this one.
fn known_of(document: &WireDocument, documents: &[WireDocument]) -> Option<Receipt> {
    let file = document.id.file();
    let of_file = documents.iter().filter(|other| other.id.file() == file);
    let known = Receipt::merge(of_file.filter_map(|other| other.meta_info.as_deref()));
    known.source.is_some().then_some(known)
}

/// An answer that says that a file is not acceptable.
fn is_about_one_file(error: &RemoteError) -> bool {
    error.is_conflict() || matches!(error.status(), Some(400 | 413 | 415 | 422))
}

/// Whether a document is one of the languages of this very upload: an item may have further files for other languages.
fn is_of(document: &WireDocument, upload: &Upload) -> bool {
    let stem = upload.file_name.trim_end_matches(FILE_EXTENSION);
    is_of_pair(document, upload) && (document.filename == upload.file_name || document.full_path == stem)
}

/// Whether a document is of the item and one of the languages of an upload.
fn is_of_pair(document: &WireDocument, upload: &Upload) -> bool {
    document.external_id.as_deref() == Some(upload.external_id.as_str())
        && upload.languages.contains(&document.target_language)
}

/// The ending that chooses Smartcat's parser (smartcat.md §13.3).
pub(super) const FILE_EXTENSION: &str = ".locjson";

/// The file of a new document, filled with what it takes over or adopts.
async fn ready<'s>(
    services: &Services,
    owner: &Owner,
    step: &'s Step,
    create: &CreateDocument,
    origin: Origin,
) -> Result<Ready<'s>, Obstacle> {
    let Origin { source, translation } = origin;
    text::as_planned(&source, &create.source)?;
    let segmented = Segmented::of(&source);
    let (brought, filled) = match (&create.predecessor, &create.adopts) {
        (Some(predecessor), _) => {
            let filled = if predecessor.finished { Filled::Done } else { Filled::AtFirstStage };
            (Some(take_over(services, create, predecessor, &segmented).await?), Some(filled))
        }
        (None, Some(planned)) => {
            (Some(adopted(create, planned, &segmented, translation)?), Some(Filled::Unconfirmed))
        }
        (None, None) => (None, None),
    };
    let receipt = first_receipt(create, &source);
    let upload = Upload {
        file_name: create.file_name.clone(),
        bytes: locjson::write(&segmented, &comment(create.item, &create.from), brought.as_ref()),
        external_id: owner.external_id(create.item),
        meta_info: receipt.encode(),
        languages: create.targets.iter().map(|target| target.language.clone()).collect(),
        filled,
    };
    Ok(Ready { step, upload, receipt })
}

/// The first receipt of a new document.
fn first_receipt(create: &CreateDocument, source: &Text) -> Receipt {
    let replaces = create.predecessor.as_ref().map(|predecessor| predecessor.file.clone());
    let mut receipt = Receipt {
        source: Some(source_receipt(source)),
        // What was refused for the predecessor would be for this one.
        refused: replaces.is_some(),
        replaces,
        ..Receipt::default()
    };
    receipt.begin_write();
    for (language, hash) in &create.existing {
        // What is taken over came from there, or went there: it is not imported once more.
        let imp = receipt.replaces.is_some().then_some(*hash);
        let entry = LanguageReceipt { tgt: Some(*hash), imp, ..LanguageReceipt::default() };
        receipt.record(language, entry);
    }
    receipt
}

/// What a file's first comment says.
pub(super) fn comment(item: crate::id::ItemKey, from: &crate::id::Locale) -> String {
    format!("Zendesk {} {}, source {from}", item.kind, item.id)
}

/// What the receipt keeps of a source.
pub(super) fn source_receipt(source: &Text) -> SourceReceipt {
    let facts = Facts::of(source);
    SourceReceipt {
        hash: (&facts.hash).into(),
        units: (&facts.units).into(),
        fingerprints: Some(facts.fingerprints),
    }
}
