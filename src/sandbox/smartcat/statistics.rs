//! Statistics, as far as word counts go (§6.7). They are computed by the clock, anew for each state of the
//! files.

use serde_json::Value;
use serde_json::json;

use super::SmartcatState;
use super::call::Call;
use super::model::Document;
use super::model::File;
use super::model::Parse;
use super::refusal::Answer;
use super::refusal::Refusal;
use super::work::later;
use crate::sandbox::http::Response;

impl SmartcatState {
    /// `GET /v1/document/statistics`
    pub(super) fn document_statistics(&mut self, call: &Call<'_>) -> Answer {
        call.flag("onlyExactMatches", false)?;
        let id = call.required("documentId")?;
        let (_, file, document) = self.whole_document(id)?;
        let value = document_json(file, document);
        let key = format!("{id}/{}", file.revision);
        let files = vec![file.id.clone()];
        self.when_ready(call, key, &files, value)
    }

    /// `GET /v2/project/{id}/statistics`
    pub(super) fn project_statistics(&mut self, call: &Call<'_>) -> Answer {
        call.flag("onlyExactMatches", false)?;
        let (key, files, value) = self.statistics_of(call.id())?;
        self.when_ready(call, key, &files, value)
    }

    /// `POST /v1/project/{id}/statistics/build`
    pub(super) fn build_statistics(&mut self, call: &Call<'_>) -> Answer {
        call.flag("onlyExactMatches", false)?;
        let (key, files, value) = self.statistics_of(call.id())?;
        let response = self.when_ready(call, key, &files, value)?;
        Ok(if response.status == 200 { Response::empty(200) } else { response })
    }

    fn statistics_of(&self, id: &str) -> Result<(String, Vec<String>, Value), Refusal> {
        let project = self.project(id)?;
        let files: Vec<_> = project.files.iter().filter_map(|id| self.files.get(id)).collect();
        let languages: Vec<_> = project
            .targets
            .iter()
            .map(|language| {
                let documents: Vec<_> =
                    files.iter().filter_map(|file| Some((*file, file.document(language.id)?))).collect();
                json!({
                    "language": language.code,
                    "statistics": rows(documents.iter().map(|(_, document)| *document)),
                    "documents": documents
                        .iter()
                        .map(|(file, document)| document_json(file, document))
                        .collect::<Vec<_>>(),
                })
            })
            .collect();
        let revisions: u64 = files.iter().map(|file| u64::from(file.revision)).sum();
        Ok((format!("{id}/{}/{revisions}", files.len()), project.files.clone(), json!(languages)))
    }

    /// 202 with a text until the figures are there.
    fn when_ready(&mut self, call: &Call<'_>, key: String, files: &[String], value: Value) -> Answer {
        let parse =
            |state: Parse| files.iter().any(|id| self.files.get(id).is_some_and(|file| file.parse == state));
        if parse(Parse::Error) {
            return Err(Refusal::new(422, "A provided document could not be disassembled"));
        }
        let waiting = parse(Parse::InProgress);
        let ready = later(call.now, self.behaviour.statistics_ms);
        let ready = *self.statistics.entry(key).or_insert(ready);
        if waiting || call.now < ready {
            return Ok(Response::typed(
                202,
                "text/plain; charset=utf-8",
                "Statistics creation is in progress",
            ));
        }
        Ok(self.reply(value))
    }
}

fn document_json(file: &File, document: &Document) -> Value {
    json!({"name": file.name(), "statistics": rows(std::iter::once(document))})
}

/// All words, and the new ones among them: those of segments without a translation.
fn rows<'a>(documents: impl Iterator<Item = &'a Document>) -> Value {
    let segments: Vec<_> = documents.flat_map(|document| &document.segments).collect();
    let row = |name: &str, only_new: bool| {
        let counted = segments.iter().filter(|segment| !only_new || segment.target.is_none());
        let (mut words, mut count, mut chars, mut dense) = (0_u64, 0_u64, 0, 0);
        for segment in counted {
            words += u64::from(segment.words);
            count += 1;
            chars += segment.source.chars().count();
            dense += segment.source.chars().filter(|char| !char.is_whitespace()).count();
        }
        json!({
            "name": name,
            "words": words,
            "percent": if only_new && words == 0 { 0.0 } else { 100.0 },
            "segments": count,
            "pages": 0.0,
            "charsWithoutSpaces": dense,
            "charsWithSpaces": chars,
        })
    };
    json!([row("total", false), row("newWords", true)])
}
