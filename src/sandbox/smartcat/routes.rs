//! The operations, as a table: method, path, the query parameters that the specification knows, and who
//! answers.

use jiff::Timestamp;

use super::SmartcatState;
use super::call::Call;
use super::refusal::Answer;
use super::refusal::Refusal;
use crate::sandbox::http::Request;

/// In front of every path (§1).
const PREFIX: [&str; 2] = ["api", "integration"];

type Operation = fn(&mut SmartcatState, &Call<'_>) -> Answer;

struct Route(&'static str, &'static str, &'static [&'static str], Operation);

const UPLOAD: &[&str] = &[
    "projectId",
    "disassembleAlgorithmName",
    "externalId",
    "metaInfo",
    "targetLanguages",
    "presetDisassembleAlgorithm",
    "enableOcr",
];
const STAGE: &[&str] = &["documentId", "stageNumber"];

#[rustfmt::skip]
const ROUTES: &[Route] = &[
    Route("GET", "v1/account", &[], SmartcatState::account),
    Route("GET", "v1/account/mtengines", &[], SmartcatState::account_engines),
    Route("POST", "v1/account/searchMyTeam", &[], SmartcatState::search_team),
    Route("GET", "v1/account/myTeam", &["externalId"], SmartcatState::team_member_by_external_id),
    Route("GET", "v1/account/myTeam/{}", &[], SmartcatState::team_member),
    Route("POST", "v1/account/myTeam", &[], SmartcatState::add_team_member),
    Route("GET", "v1/vendor/list", &[], SmartcatState::vendors),
    Route("GET", "v1/smartwords/balance", &[], SmartcatState::balance),
    Route("GET", "v1/template", &[], SmartcatState::templates),
    Route("POST", "v1/client/create", &[], SmartcatState::create_client),
    Route("GET", "v2/directory", &["type"], SmartcatState::directory),
    Route("GET", "v1/directory/formats", &[], SmartcatState::formats),
    Route("GET", "v1/callback", &[], SmartcatState::callback),
    Route("POST", "v1/callback", &[], SmartcatState::set_callback),
    Route("DELETE", "v1/callback", &[], SmartcatState::delete_callback),
    Route("GET", "v1/callback/lastErrors", &["limit"], SmartcatState::callback_errors),
    Route("POST", "v1/project/create", &[], SmartcatState::create_project),
    Route("GET", "v2/project/list", &["createdByUserId", "assignedToUserId", "projectName", "externalTag", "clientIds", "offset", "limit"], SmartcatState::list_projects),
    Route("POST", "v1/project/cancel", &["projectId"], SmartcatState::cancel_project),
    Route("POST", "v1/project/restore", &["projectId"], SmartcatState::restore_project),
    Route("POST", "v1/project/complete", &["projectId"], SmartcatState::complete_project),
    Route("POST", "v1/project/language", &["projectId", "targetLanguage", "addLanguageToDocuments"], SmartcatState::add_language),
    Route("DELETE", "v1/project/language", &["projectId", "targetLanguage"], SmartcatState::remove_language),
    Route("POST", "v1/project/document", UPLOAD, SmartcatState::upload),
    Route("GET", "v1/project/{}", &[], SmartcatState::get_project),
    Route("PUT", "v1/project/{}", &[], SmartcatState::put_project),
    Route("DELETE", "v1/project/{}", &[], SmartcatState::delete_project),
    Route("POST", "v1/project/{}/managers", &[], SmartcatState::add_managers),
    Route("DELETE", "v1/project/{}/managers", &[], SmartcatState::remove_managers),
    Route("POST", "v1/project/{}/assign", &["mode"], SmartcatState::assign_current),
    Route("GET", "v1/project/{}/mt", &[], SmartcatState::project_engines),
    Route("POST", "v1/project/{}/mt", &[], SmartcatState::set_project_engines),
    Route("GET", "v1/project/{}/mt/available", &[], SmartcatState::available_engines),
    Route("GET", "v1/project/{}/pretranslation-rules", &[], SmartcatState::rules),
    Route("POST", "v1/project/{}/pretranslation-rules", &["startPretranslate"], SmartcatState::set_rules),
    Route("PUT", "v1/project/{}/pretranslation-rules", &["startPretranslate"], SmartcatState::set_rules),
    Route("GET", "v1/project/{}/translationmemories", &[], SmartcatState::project_memories),
    Route("POST", "v1/project/{}/translationmemories", &["onlyExactSourceLanguageMatch", "onlyExactTargetLanguageMatch"], SmartcatState::set_project_memories),
    Route("POST", "v1/project/{}/translationmemories/bylanguages", &[], SmartcatState::set_memories_by_language),
    Route("GET", "v1/project/{}/glossaries", &[], SmartcatState::project_glossaries),
    Route("PUT", "v1/project/{}/glossaries", &[], SmartcatState::set_project_glossaries),
    Route("GET", "v2/project/{}/statistics", &["onlyExactMatches"], SmartcatState::project_statistics),
    Route("POST", "v1/project/{}/statistics/build", &["onlyExactMatches"], SmartcatState::build_statistics),
    Route("GET", "v1/document", &["documentId"], SmartcatState::get_document),
    Route("POST", "v1/document", UPLOAD, SmartcatState::upload),
    Route("DELETE", "v1/document", &["documentIds"], SmartcatState::delete_documents),
    Route("PUT", "v1/document/rename", &["documentId", "name"], SmartcatState::rename_document),
    Route("PUT", "v1/document/updateMetaInfo", &["documentId"], SmartcatState::update_meta_info),
    Route("POST", "v1/document/complete", &["documentId"], SmartcatState::complete_document),
    Route("PUT", "v2/document/update", &["documentId", "disassembleAlgorithmName", "presetDisassembleAlgorithm"], SmartcatState::update_document),
    Route("PUT", "v1/document/translate", &["documentId", "overwrite", "confirmTranslation"], SmartcatState::translate_document),
    Route("GET", "v1/document/translate/status", &["documentId"], SmartcatState::translation_status),
    Route("GET", "v1/document/translate/result", &["documentId"], SmartcatState::translation_result),
    Route("PUT", "v1/document/translateWithXliff", &["documentId", "confirmTranslation", "overwriteUpdatedSegments"], SmartcatState::translate_with_xliff),
    Route("GET", "v1/document/statistics", &["documentId", "onlyExactMatches"], SmartcatState::document_statistics),
    Route("POST", "v1/document/export", &["documentIds", "mode", "type", "stageNumber", "exportingDocumentFormat", "structuringDelimiter"], SmartcatState::order_export),
    Route("GET", "v1/document/export/{}", &[], SmartcatState::fetch_export),
    Route("POST", "v1/document/assign", STAGE, SmartcatState::assign),
    Route("POST", "v1/document/unassign", STAGE, SmartcatState::unassign),
    Route("POST", "v1/document/assignFreelancers", STAGE, SmartcatState::assign_freelancers),
    Route("POST", "v1/document/assignVendors", &["documentId", "stageNumber", "vendorAccountId"], SmartcatState::assign_vendor),
    Route("POST", "v1/document/assignFromMyTeam", &[], SmartcatState::assign_from_team),
    Route("GET", "v1/assignment-templates/project/{}", &[], SmartcatState::assignment_templates),
    Route("POST", "v1/assignment-templates/{}/project/{}", &["deadlineHours"], SmartcatState::apply_assignment_template),
    Route("GET", "v1/projectTask/{}/list", &["currency", "documentId", "skip", "limit"], SmartcatState::project_tasks),
    Route("GET", "v1/glossaries", &[], SmartcatState::glossaries),
    Route("GET", "v1/translationmemory", &["lastProcessedId", "batchSize", "sourceLanguage", "targetLanguage", "clientId", "searchName"], SmartcatState::memories),
    Route("POST", "v1/translationmemory", &[], SmartcatState::create_memory),
    Route("GET", "v1/translationmemory/{}", &[], SmartcatState::get_memory),
    Route("PUT", "v1/translationmemory/{}/targets", &[], SmartcatState::set_memory_targets),
    Route("DELETE", "v1/translationmemory/{}", &[], SmartcatState::delete_memory),
];

impl SmartcatState {
    /// Finds the operation and lets it answer.
    pub(super) fn route(&mut self, request: &Request, now: Timestamp) -> Answer {
        let segments = request.segments();
        let path = segments.strip_prefix(&PREFIX).ok_or_else(|| Refusal::missing("There is nothing here"))?;
        let mut other_method = false;
        for Route(method, pattern, query, operation) in ROUTES {
            let Some(captures) = captures(pattern, path) else { continue };
            if request.method != *method {
                other_method = true;
                continue;
            }
            let strict = self.behaviour.strict_requests;
            if strict {
                known_parameters(request, query)?;
            }
            return operation(self, &Call { request, now, strict, captures });
        }
        Err(if other_method {
            Refusal::new(405, format!("{} is not allowed here", request.method))
        } else {
            Refusal::missing("There is nothing here")
        })
    }
}

/// What a path has in the places of a pattern's `{}`, if it fits.
fn captures<'a>(pattern: &str, path: &[&'a str]) -> Option<[&'a str; 2]> {
    let mut captures = [""; 2];
    let mut free = captures.iter_mut();
    let mut parts = pattern.split('/');
    for segment in path {
        match parts.next()? {
            "{}" => *free.next()? = segment,
            part if part == *segment => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(captures)
}

fn known_parameters(request: &Request, known: &[&str]) -> Result<(), Refusal> {
    for (key, _) in &request.query {
        let name = key.split('[').next().unwrap_or_default();
        if !known.contains(&name) {
            return Err(Refusal::bad(format!("The query parameter `{key}` is unknown")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_whole_paths() {
        assert_eq!(captures("v1/project/{}/mt", &["v1", "project", "p", "mt"]), Some(["p", ""]));
        assert_eq!(captures("v1/a/{}/b/{}", &["v1", "a", "x", "b", "y"]), Some(["x", "y"]));
        assert_eq!(captures("v1/project/{}", &["v1", "project"]), None);
        assert_eq!(captures("v1/project", &["v1", "project", "p"]), None);
    }

    #[test]
    fn fixed_paths_stand_before_patterns() {
        for (at, Route(method, pattern, ..)) in ROUTES.iter().enumerate() {
            let path: Vec<_> = pattern.split('/').collect();
            let first =
                ROUTES.iter().position(|route| route.0 == *method && captures(route.1, &path).is_some());
            assert_eq!(first, Some(at), "{method} {pattern} is hidden by an earlier row");
        }
    }
}
