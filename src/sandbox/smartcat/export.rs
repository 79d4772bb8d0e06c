//! Exports: a task is ordered, becomes ready by the clock, and is fetched as a file or an archive (§7.8).

use std::io::Cursor;
use std::io::Write as _;

use jiff::Timestamp;
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::SmartcatState;
use super::assign::bad_stage;
use super::assign::stage_index;
use super::behaviour::ExportMode;
use super::call::Call;
use super::call::one_of;
use super::files::Layout;
use super::markup::normalise;
use super::model::Document;
use super::model::File;
use super::model::Parse;
use super::refusal::Answer;
use super::refusal::Refusal;
use super::work::Job;
use super::work::later;
use crate::sandbox::http::Response;

const TYPES: [&str; 10] = [
    "source",
    "target",
    "xliff",
    "multilangCsv",
    "documentWithMetadata",
    "sourceInNewFormat",
    "subtitlesBurningSource",
    "subtitlesBurningTarget",
    "imageSourceText",
    "imageTargetText",
];

/// An export task. What it holds is written when it is fetched.
#[derive(Clone, Debug)]
pub(super) struct Export {
    documents: Vec<(String, u32)>,
    source: bool,
    mode: ExportMode,
    /// The number of a stage.
    stage: Option<usize>,
    ready: Timestamp,
    /// A document was not parsed when it was ordered.
    failed: bool,
}

/// A written file.
struct Written {
    /// The name for a single file.
    name: String,
    /// The name in an archive.
    member: String,
    content_type: &'static str,
    bytes: Vec<u8>,
}

impl SmartcatState {
    /// `POST /v1/document/export`
    pub(super) fn order_export(&mut self, call: &Call<'_>) -> Answer {
        let ids = call.list("documentIds");
        if ids.is_empty() {
            return Err(Refusal::bad("The provided array of document IDs is empty"));
        }
        let documents = ids.iter().map(|id| self.locate_or_forbid(id)).collect::<Result<Vec<_>, _>>()?;
        let kind = one_of(call.query("type").unwrap_or("target"), &TYPES, "export type")?;
        if !["source", "target"].contains(&kind) || call.query("exportingDocumentFormat").is_some() {
            return Err(Refusal::bad(format!("The type `{kind}` does not fit the documents' format")));
        }
        let mode = match call.query("mode") {
            None => self.behaviour.export_default_mode,
            Some(mode) => match one_of(mode, &["current", "confirmed", "complete"], "export mode")? {
                "current" => ExportMode::Current,
                "confirmed" => ExportMode::Confirmed,
                _ => ExportMode::Complete,
            },
        };
        let stage = match call.query("stageNumber") {
            None => None,
            Some(number) => Some(self.export_stage(&documents, number)?),
        };
        let parsed = |id: &String| self.files.get(id).is_some_and(|file| file.parse == Parse::Success);
        let failed = self.behaviour.export_fails || !documents.iter().all(|(file, _)| parsed(file));
        for (file, language) in &documents {
            if let Some(document) = self.files.get_mut(file).and_then(|file| file.document_mut(*language)) {
                document.exports += 1;
            }
        }
        let ready = later(call.now, self.behaviour.export_ms);
        let id = self.ids.uuid("export");
        let job = Job::Forget { export: id.clone() };
        self.agenda.add(ready, self.behaviour.export_lifetime_ms, job);
        self.exports
            .insert(id.clone(), Export { documents, source: kind == "source", mode, stage, ready, failed });
        Ok(self.reply(json!({"id": id, "documentIds": ids})))
    }

    /// The stage's number, if every document's project has it.
    fn export_stage(&self, documents: &[(String, u32)], number: &str) -> Result<usize, Refusal> {
        let mut stage = 0;
        for (file, _) in documents {
            let project = self.files.get(file).and_then(|file| self.projects.get(&file.project));
            stage = project.and_then(|project| stage_index(project, number)).ok_or_else(bad_stage)? + 1;
        }
        Ok(stage)
    }

    /// `GET /v1/document/export/{id}`
    pub(super) fn fetch_export(&mut self, call: &Call<'_>) -> Answer {
        let missing = || Refusal::missing("The provided task ID does not exist");
        let export = self.exports.get(call.id()).cloned().ok_or_else(missing)?;
        if call.now < export.ready {
            return Ok(Response::empty(204));
        }
        let failed = |reason: String| Refusal::new(422, format!("Export failed: {reason}"));
        if export.failed {
            return Err(failed("a document is not disassembled".to_owned()));
        }
        let files = self.write_files(&export).map_err(failed)?;
        if self.behaviour.export_one_shot {
            self.exports.remove(call.id());
        }
        match <[Written; 1]>::try_from(files) {
            Ok([file]) if !self.behaviour.export_single_as_zip => {
                let disposition = disposition(&file.name);
                Ok(Response::typed(200, file.content_type, file.bytes)
                    .with_header("content-disposition", disposition))
            }
            Ok([file]) => archive(vec![file]).map_err(failed),
            Err(files) => archive(files).map_err(failed),
        }
    }

    fn write_files(&self, export: &Export) -> Result<Vec<Written>, String> {
        let mut files: Vec<Written> = Vec::new();
        for (id, language) in &export.documents {
            let file = self.files.get(id).ok_or("a document was deleted")?;
            let document = file.document(*language).ok_or("a document was deleted")?;
            let written = self.write_file(file, document, export)?;
            // The source of one file in two languages is one file.
            if files.iter().all(|other| other.member != written.member) {
                files.push(written);
            }
        }
        Ok(files)
    }

    fn write_file(&self, file: &File, document: &Document, export: &Export) -> Result<Written, String> {
        let format = file.format.ok_or("the format is unknown")?;
        let language = if export.source { String::new() } else { format!("({})", document.language.code) };
        let bytes = if export.source {
            file.bytes.clone()
        } else {
            let stages = document.stages.len();
            let targets: std::collections::HashMap<_, _> = document
                .segments
                .iter()
                .filter(|segment| export.takes(segment.confirmed, stages))
                .filter_map(|segment| {
                    Some((segment.key.as_str(), (segment.target.as_deref()?, segment.html)))
                })
                .collect();
            let target = |key: &str| {
                let (text, html) = targets.get(key)?;
                let anew = *html && self.behaviour.export_normalises_markup;
                Some(if anew { normalise(text) } else { (*text).to_owned() })
            };
            let layout =
                Layout { style: self.behaviour.export_style, unfinished: self.behaviour.export_unfinished };
            format.write(&file.bytes, layout, &target)?
        };
        Ok(Written {
            name: format!("{}{language}{}", file.name(), file.extension()),
            member: format!("{}{language}{}", file.full_path(), file.extension()),
            content_type: format.content_type(),
            bytes,
        })
    }
}

impl Export {
    /// Whether a segment confirmed up to some stage is part of the export.
    fn takes(&self, confirmed: usize, stages: usize) -> bool {
        match self.mode {
            ExportMode::Current => confirmed >= self.stage.unwrap_or(0),
            ExportMode::Confirmed => confirmed >= self.stage.unwrap_or(1),
            ExportMode::Complete => confirmed >= stages,
        }
    }
}

/// `Content-Disposition` with the name twice: in ASCII, and as it is.
fn disposition(name: &str) -> String {
    let plain: String =
        name.chars()
            .map(|char| {
                if char.is_ascii() && !char.is_ascii_control() && !"\"\\".contains(char) { char } else { '_' }
            })
            .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn archive(files: Vec<Written>) -> Result<Response, String> {
    let bytes = zipped(files).map_err(|error| error.to_string())?;
    Ok(Response::typed(200, "application/zip", bytes)
        .with_header("content-disposition", disposition("documents.zip")))
}

fn zipped(files: Vec<Written>) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        archive.start_file(file.member, SimpleFileOptions::default())?;
        archive.write_all(&file.bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}
