//! Exports: several documents in one task, told apart by the names of the files in its ZIP.

use std::collections::BTreeMap;

use crate::content::locjson;
use crate::content::locjson::Reading;
use crate::id::DocumentId;
use crate::id::Language;
use crate::plan::SendTranslation;
use crate::plan::Take;
use crate::remote::RemoteError;
use crate::remote::smartcat::Export;
use crate::remote::smartcat::ExportFile;
use crate::remote::smartcat::ExportMode;
use crate::remote::smartcat::ExportTask;
use crate::remote::smartcat::SmartcatRead;

use super::Obstacle;
use super::patience::MOST_LOOKS;
use super::patience::pause;

/// Where exports are fetched, as messages name it.
pub(super) const EXPORTS: &str = "/api/integration/v1/document/export";

/// The files of an export, or why there is none, by document.
pub(super) type Exported = BTreeMap<DocumentId, Result<Vec<u8>, Obstacle>>;

/// A document to be exported.
pub(super) struct Wanted<'a> {
    pub(super) document: &'a DocumentId,
    /// Its file's path in the project, without extension.
    pub(super) path: &'a str,
    pub(super) language: &'a Language,
    pub(super) take: Take,
}

impl<'a> Wanted<'a> {
    fn by(send: &'a SendTranslation) -> Self {
        Self {
            document: &send.document,
            path: send.path.as_str(),
            language: &send.target.language,
            take: send.take,
        }
    }
}

/// Exports one document.
pub(super) async fn alone(smartcat: &SmartcatRead, wanted: &Wanted<'_>) -> Result<Vec<u8>, Obstacle> {
    let documents = std::slice::from_ref(wanted.document);
    let file = finished(smartcat, ExportOf::Translations(documents, wanted.take)).await?;
    single(file, wanted)
}

/// Exports one document and reads what it says.
pub(super) async fn read(smartcat: &SmartcatRead, wanted: &Wanted<'_>) -> Result<Reading, Obstacle> {
    let bytes = alone(smartcat, wanted).await?;
    locjson::read(&bytes).map_err(|error| {
        Obstacle::Fail(format!("Smartcat's export of {} cannot be read: {error}", wanted.document))
    })
}

/// Exports documents that are taken in the same state, in one task; what its answer does not hold, one by one.
pub(super) async fn export(smartcat: &SmartcatRead, sends: &[SendTranslation]) -> Exported {
    let mut exported = match sends {
        [] | [_] => Exported::new(),
        _ => together(smartcat, sends).await,
    };
    for send in sends {
        if !exported.contains_key(&send.document) {
            exported.insert(send.document.clone(), alone(smartcat, &Wanted::by(send)).await);
        }
    }
    exported
}

/// One task for all. Documents that it does not answer for are left out.
async fn together(smartcat: &SmartcatRead, sends: &[SendTranslation]) -> Exported {
    let documents: Vec<DocumentId> = sends.iter().map(|send| send.document.clone()).collect();
    let take = sends.first().map_or(Take::Complete, |send| send.take);
    // One document that cannot be exported fails the task of all; alone, each says for itself.
    let file = finished(smartcat, ExportOf::Translations(&documents, take)).await.ok();
    let Some(mut members) = file.and_then(ExportFile::into_members) else { return Exported::new() };
    let found = |send: &SendTranslation| {
        let wanted = Wanted::by(send);
        Some((send.document.clone(), Ok(members.only(|name| is_of(name, &wanted))?)))
    };
    sends.iter().filter_map(found).collect()
}

/// The file of one document for somebody who looks at it, or why there is none.
pub(crate) async fn to_look_at(
    smartcat: &SmartcatRead,
    of: ExportOf<'_>,
) -> Result<Result<Vec<u8>, String>, RemoteError> {
    match finished(smartcat, of).await {
        Ok(file) => {
            Ok(file.into_single().ok_or_else(|| "Smartcat's export does not hold one file".to_owned()))
        }
        Err(Obstacle::Remote(error)) => Err(error),
        Err(Obstacle::Skip(why) | Obstacle::Fail(why)) => Ok(Err(why)),
    }
}

/// What is exported.
#[derive(Clone, Copy)]
pub(crate) enum ExportOf<'a> {
    /// The source that a document holds.
    Source(&'a DocumentId),
    /// The translations of documents, all in the same state.
    Translations(&'a [DocumentId], Take),
}

impl ExportOf<'_> {
    async fn task(self, smartcat: &SmartcatRead) -> Result<ExportTask, RemoteError> {
        match self {
            Self::Source(document) => smartcat.request_source(document).await,
            Self::Translations(documents, take) => {
                let (mode, stage) = mode(take);
                smartcat.request_export(documents, mode, stage).await
            }
        }
    }
}

/// Asks for an export and waits for it. A task that is gone is asked for once more: how long they live is unknown
/// (smartcat.md §7.8).
async fn finished(smartcat: &SmartcatRead, of: ExportOf<'_>) -> Result<ExportFile, Obstacle> {
    let mut end = "did not finish the export".to_owned();
    for _ in 0..2 {
        let task = of.task(smartcat).await?;
        for look in 0..MOST_LOOKS {
            match smartcat.export(&task).await? {
                Export::Ready(file) => return Ok(file),
                Export::Failed(why) => {
                    return Err(Obstacle::Fail(format!(
                        "Smartcat could not export it (GET {EXPORTS}/{}: 422): {why}",
                        task.id
                    )));
                }
                Export::Gone => {
                    end = format!("forgot the export twice (GET {EXPORTS}/{}: 404)", task.id);
                    break;
                }
                Export::NotReady => pause(look).await,
            }
        }
    }
    Err(Obstacle::Fail(format!("Smartcat {end}; run again to ask for a new one")))
}

fn mode(take: Take) -> (ExportMode, Option<u32>) {
    match take {
        Take::Current => (ExportMode::Current, None),
        Take::Confirmed => (ExportMode::Confirmed, None),
        Take::Stage(number) => (ExportMode::Confirmed, Some(number)),
        Take::Complete => (ExportMode::Complete, None),
    }
}

/// The file of a task with one document; should it come as a ZIP all the same, its member.
fn single(file: ExportFile, wanted: &Wanted<'_>) -> Result<Vec<u8>, Obstacle> {
    if !file.is_zip {
        return Ok(file.bytes);
    }
    let found = file.into_members().and_then(|mut members| members.only(|name| is_of(name, wanted)));
    found.ok_or_else(|| Obstacle::Fail("Smartcat's export did not hold the document".to_owned()))
}

/// Members are named `{path}({language}).{extension}` (smartcat.md §7.8), and our paths are unique in a project.
fn is_of(member: &str, wanted: &Wanted<'_>) -> bool {
    let stem = member.rsplit_once('.').map_or(member, |(stem, _)| stem);
    let language = stem.strip_prefix(wanted.path);
    language.is_some_and(|language| {
        let language = language.strip_prefix('(').and_then(|language| language.strip_suffix(')'));
        language.is_some_and(|language| language.eq_ignore_ascii_case(wanted.language.as_str()))
    })
}
