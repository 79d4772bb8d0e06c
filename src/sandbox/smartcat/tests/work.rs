//! Parsing, machine translation, memories, updates, imports: what happens by the clock.

use super::*;
use crate::sandbox::smartcat::ConfirmAt;
use crate::sandbox::smartcat::StatusAfterImport;
use crate::sandbox::smartcat::StatusAfterUpdate;
use crate::sandbox::smartcat::StatusDate;
use crate::sandbox::smartcat::pseudo_translate;

fn de(text: &str) -> Option<String> {
    Some(pseudo_translate(text, false, "de"))
}

#[test]
fn a_rule_translates_new_documents_and_confirms_its_stage() {
    let mut cat = cat();
    let project = cat.machine_project(&["translation", "postediting"]);
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One two"), ("l", "Three")]));
    cat.wait(1000);
    assert_eq!(cat.targets(&ids[0]), [(None, 0), (None, 0)]);
    cat.wait(1000);
    assert_eq!(cat.targets(&ids[0]), [(de("One two"), 1), (de("Three"), 1)]);
    let document = cat.get(&format!("v1/document?documentId={}", ids[0]));
    assert_eq!(
        (&document["status"], &document["pretranslateCompleted"]),
        (&json!("inProgress"), &json!(true))
    );
    let stages = &document["workflowStages"];
    assert_eq!((&stages[0]["progress"], &stages[0]["status"]), (&json!(100.0), &json!("completed")));
    assert_eq!((&stages[1]["progress"], &stages[1]["status"]), (&json!(0.0), &json!("notAssigned")));
    assert_eq!(cat.state.words_charged(), 6, "three words in two languages");
    assert_eq!(cat.get("v1/smartwords/balance")["balance"], 999_994);
}

#[test]
fn the_machine_fills_what_a_file_leaves_open_or_begins_anew_by_switches() {
    let settings = json!({"targetSubstitutionMode": "all", "confirmMode": "none"});
    let properties = json!([{"bilingualFileImportSetings": settings}]);
    for (takes, respects, expected, words) in [
        (true, true, (Some("Eins".to_owned()), 0), 0),
        (true, false, (de("x"), 1), 1),
        (false, true, (de("x"), 1), 1),
    ] {
        let mut cat = cat_with(|behaviour| {
            behaviour.upload_takes_targets = takes;
            behaviour.pretranslation_respects_targets = respects;
        });
        let project = cat.machine_project(&["translation", "postediting"]);
        let target = format!("v1/project/document?projectId={project}&targetLanguages=de");
        let parts = vec![json_part(&properties), file("a.locjson", translated(&[("k", "Eins")]))];
        let documents = ids(&body(&cat.parts("POST", &target, parts)));
        cat.wait(2000);
        assert_eq!(cat.targets(&documents[0]), [expected]);
        assert_eq!(cat.state.words_charged(), words);
    }
}

#[test]
fn a_single_stage_is_completed_by_the_machine() {
    let mut cat = cat();
    let project = cat.machine_project(&["translation"]);
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    let before = cat.document(&ids[0]).status_modified;
    cat.wait(2000);
    assert_eq!(cat.document(&ids[0]).status, "completed");
    assert!(cat.document(&ids[0]).status_modified > before);
}

#[test]
fn an_engine_without_a_rule_translates_nothing() {
    let mut cat = cat();
    let project = cat.project_with(&json!({"useMT": true}));
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.wait(9000);
    assert_eq!(cat.targets(&ids[0]), [(None, 0)]);
    let flagged = cat.project_with(&json!({"useMT": true, "pretranslate": true}));
    let ids = cat.upload(&flagged, "a.locjson", locjson(&[("k", "One")]));
    cat.wait(9000);
    assert_eq!(cat.targets(&ids[0]), [(de("One"), 0)], "the flags confirm nothing");
}

#[test]
fn documents_from_before_the_rule_wait_unless_it_starts() {
    let mut cat = cat();
    let project = cat.project_with(&json!({"useMT": true}));
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.wait(5000);
    let rules = json!([{"ruleType": "mT", "order": 1}]);
    let target = format!("v1/project/{project}/pretranslation-rules");
    cat.send("PUT", &format!("{target}?startPretranslate=false"), &rules);
    cat.wait(5000);
    assert_eq!(cat.targets(&ids[0]), [(None, 0)]);
    cat.send("PUT", &target, &rules);
    cat.wait(5000);
    assert_eq!(cat.targets(&ids[0]), [(de("One"), 0)]);
    assert_eq!(cat.get(&target)[0]["ruleType"], "mT");
    let other = cat.project_with(&json!({"name": "Other", "useMT": true}));
    let ids = cat.upload(&other, "a.locjson", locjson(&[("k", "One")]));
    let target = format!("v1/project/{other}/pretranslation-rules?startPretranslate=false");
    cat.send("POST", &target, &rules);
    cat.wait(5000);
    assert_eq!(cat.targets(&ids[0]), [(None, 0)], "a rule that came before the parser was done is late, too");
}

#[test]
fn a_template_brings_stages_and_machine() {
    let mut cat = cat();
    let templates = cat.get("v1/template");
    let id = templates["templates"][0]["id"].clone();
    let project = cat.project_with(&json!({"workflowStages": null, "templateId": id}));
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.wait(2000);
    assert_eq!(cat.targets(&ids[0]), [(de("One"), 1)]);
    assert_eq!(cat.document(&ids[0]).stages.len(), 2);
}

#[test]
fn the_machine_stops_where_the_smartwords_end() {
    let mut cat = cat_with(|behaviour| behaviour.smartwords = 3);
    let project = cat.machine_project(&["translation"]);
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One two"), ("l", "Three four")]));
    cat.wait(2000);
    assert_eq!(cat.targets(&ids[0]), [(de("One two"), 1), (None, 0)]);
    assert_eq!(cat.targets(&ids[1]), [(None, 0), (None, 0)]);
    assert_eq!(cat.state.words_charged(), 2);
}

#[test]
fn an_update_keeps_the_segments_that_stay() {
    let mut cat = cat();
    let project = cat.machine_project(&["translation", "postediting"]);
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One"), ("l", "Two"), ("m", "Three")]));
    cat.wait(2000);
    cat.state.finish(&ids[0], cat.now).unwrap();
    cat.state.translate_segment(&ids[0], "k", "Eins", cat.now).unwrap();
    let charged = cat.state.words_charged();
    let before = cat.document(&ids[0]);
    let changed = locjson(&[("new", "Four"), ("k", "One"), ("l", "Two changed")]);
    let response = cat.update(file_id(&ids[0]), "a.locjson", changed);
    assert_eq!(response.status, 200);
    assert_eq!(super::ids(&body(&response)), ids);
    assert_eq!(body(&response)[0]["documentDisassemblingStatus"], "inProgress");
    cat.wait(1000);
    let expected = [(None, 0), (Some("Eins".to_owned()), 2), (None, 0)];
    assert_eq!(cat.targets(&ids[0]), expected);
    let after = cat.document(&ids[0]);
    assert_eq!((after.status.as_str(), after.updates), ("updated", 1));
    assert!(after.status_modified > before.status_modified);
    cat.wait(1000);
    assert_eq!(cat.targets(&ids[0])[0], (de("Four"), 1));
    assert_eq!(cat.document(&ids[0]).status, "updated", "until its stages are done again");
    assert_eq!(cat.state.words_charged() - charged, 6, "only what is new is paid for");
    cat.state.finish_all(cat.now);
    assert_eq!(cat.document(&ids[0]).status, "completed");
}

#[test]
fn an_update_has_its_switches() {
    let mut cat = cat_with(|behaviour| {
        behaviour.status_after_update = StatusAfterUpdate::InProgress;
        behaviour.update_keeps_unconfirmed = false;
    });
    let project = cat.project();
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One"), ("l", "Two")]));
    cat.wait(1000);
    cat.state.translate_segment(&ids[0], "k", "Eins", cat.now).unwrap();
    cat.update(file_id(&ids[0]), "a.locjson", locjson(&[("k", "One"), ("l", "Two")]));
    cat.wait(1000);
    assert_eq!(cat.targets(&ids[0]), [(None, 0), (None, 0)]);
    assert_eq!(cat.document(&ids[0]).status, "inProgress");

    assert_eq!(cat.update(&ids[0], "a.locjson", locjson(&[("k", "One")])).status, 404, "the bare id only");
    let behaviour = Behaviour { update_accepts_pair_id: true, ..cat.state.behaviour().clone() };
    cat.state.set_behaviour(behaviour);
    assert_eq!(cat.update(&ids[0], "a.locjson", locjson(&[("k", "One")])).status, 200);
    assert_eq!(cat.update(file_id(&ids[0]), "a.locjson", Vec::new()).status, 400);
    let behaviour = Behaviour { update_enabled: false, ..cat.state.behaviour().clone() };
    cat.state.set_behaviour(behaviour);
    assert_eq!(cat.update(file_id(&ids[0]), "a.locjson", locjson(&[("k", "One")])).status, 403);
}

#[test]
fn an_update_without_open_segments_completes_at_once() {
    let mut cat = cat();
    let project = cat.project();
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One"), ("l", "Two")]));
    cat.wait(1000);
    cat.state.finish_all(cat.now);
    let before = cat.document(&ids[0]);
    cat.update(file_id(&ids[0]), "a.locjson", locjson(&[("k", "One")]));
    cat.wait(1000);
    let after = cat.document(&ids[0]);
    assert_eq!(after.status, "completed");
    assert!(after.status_modified > before.status_modified);
}

#[test]
fn a_broken_update_keeps_the_old_text() {
    let mut cat = cat();
    let project = cat.project();
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.wait(1000);
    cat.state.finish_all(cat.now);
    cat.update(file_id(&ids[0]), "a.locjson", b"{".to_vec());
    cat.wait(1000);
    assert_eq!(cat.document(&ids[0]).parse, "error");
    assert_eq!(cat.targets(&ids[0]), [(de("One"), 2)]);
    cat.update(file_id(&ids[0]), "a.locjson", locjson(&[("k", "One")]));
    cat.update(file_id(&ids[0]), "a.locjson", locjson(&[("k", "Two")]));
    cat.wait(1000);
    assert_eq!(cat.document(&ids[0]).segments[0].source, "Two", "the last update wins");
}

#[test]
fn a_writable_memory_brings_confirmed_work_back() {
    let mut cat = cat();
    let model = json!({"name": "Help center", "sourceLanguage": "en", "targetLanguages": ["de", "fr"]});
    let memory = body(&cat.send("POST", "v1/translationmemory", &model));
    let attach = |cat: &mut Cat, project: &str| {
        let set = json!([{"id": memory, "matchThreshold": 75, "isWritable": true}]);
        assert_eq!(cat.send("POST", &format!("v1/project/{project}/translationmemories"), &set).status, 200);
        let rules = json!([{"ruleType": "TM", "order": 1, "minThreshold": 100}]);
        cat.send("POST", &format!("v1/project/{project}/pretranslation-rules"), &rules);
    };
    let first = cat.project();
    attach(&mut cat, &first);
    let ids = cat.upload(&first, "a.html", b"<p>One</p><p>Two</p>".to_vec());
    cat.wait(2000);
    cat.state.translate_segment(&ids[0], "p1", "Eins", cat.now).unwrap();
    cat.state.confirm_stage(&ids[0], 1, cat.now).unwrap();
    cat.update(file_id(&ids[0]), "a.html", b"<p>Two</p><p>One</p><p>Three</p>".to_vec());
    cat.wait(1000);
    assert_eq!(cat.targets(&ids[0]), [(None, 0), (None, 0), (None, 0)], "HTML has no true update");
    cat.wait(1000);
    let two = Some(pseudo_translate("Two", true, "de"));
    assert_eq!(cat.targets(&ids[0]), [(two, 0), (Some("Eins".to_owned()), 0), (None, 0)]);
    let second = cat.project_with(&json!({"name": "Second"}));
    attach(&mut cat, &second);
    let ids = cat.upload(&second, "b.locjson", locjson(&[("k", "One")]));
    cat.wait(2000);
    assert_eq!(cat.targets(&ids[0]), [(Some("Eins".to_owned()), 0)]);
    assert_eq!(cat.state.words_charged(), 0);
}

#[test]
fn a_memory_for_one_language_helps_no_other() {
    let mut cat = cat();
    let model = json!({"name": "Help center", "sourceLanguage": "en", "targetLanguages": ["de", "fr"]});
    let memory = body(&cat.send("POST", "v1/translationmemory", &model));
    let project = cat.project();
    let row = json!([{"id": memory, "matchThreshold": 75, "isWritable": true}]);
    let set = json!([{"language": "de", "translationMemories": row}]);
    let target = format!("v1/project/{project}/translationmemories/bylanguages");
    assert_eq!(cat.send("POST", &target, &set).status, 200);
    let rules = json!([{"ruleType": "TM", "order": 1}]);
    cat.send("POST", &format!("v1/project/{project}/pretranslation-rules"), &rules);
    cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.wait(2000);
    cat.state.finish_all(cat.now);
    let ids = cat.upload(&project, "b.locjson", locjson(&[("k", "One")]));
    cat.wait(2000);
    assert_eq!(cat.targets(&ids[0]), [(de("One"), 0)]);
    assert_eq!(cat.targets(&ids[1]), [(None, 0)]);
}

#[test]
fn an_import_fills_and_confirms_by_key() {
    let mut cat = cat();
    let project = cat.project();
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One"), ("l", "Two"), ("m", "Three")]));
    cat.wait(1000);
    cat.state.translate_segment(&ids[0], "l", "Zwo", cat.now).unwrap();
    let file = translated(&[("k", "Eins"), ("l", "Zwei"), ("m", ""), ("x", "?")]);
    let status = format!("v1/document/translate/status?documentId={}", ids[0]);
    let result = format!("v1/document/translate/result?documentId={}", ids[0]);
    assert_eq!(cat.call("GET", &status).status, 404, "nothing was imported yet");
    assert_eq!(cat.import(&ids[0], "&confirmTranslation=true", file.clone()).status, 202);
    assert_eq!(cat.get(&status), "inProgress");
    assert_eq!(cat.call("GET", &result).status, 404);
    cat.wait(1000);
    assert_eq!(cat.get(&status), "completed");
    assert_eq!(cat.get(&result)["updatedSegmentsCount"], 1);
    let kept = (Some("Zwo".to_owned()), 0);
    assert_eq!(cat.targets(&ids[0]), [(Some("Eins".to_owned()), 2), kept, (None, 0)]);
    assert_eq!(cat.document(&ids[0]).status, "targetUpdated");
    assert_eq!(cat.targets(&ids[1])[0], (None, 0), "one language only");
    cat.import(&ids[0], "&overwrite=true", file);
    cat.wait(1000);
    assert_eq!(cat.targets(&ids[0])[1], (Some("Zwei".to_owned()), 0));
    assert_eq!(cat.targets(&ids[0])[0].1, 2, "the same words stay confirmed");
    assert_eq!(cat.document(&ids[0]).imports, 2);
}

#[test]
fn an_import_confirms_at_the_first_stage_by_a_switch() {
    let mut cat = cat_with(|behaviour| {
        behaviour.import_confirms_at = ConfirmAt::FirstStage;
        behaviour.status_after_import = StatusAfterImport::InProgress;
    });
    let project = cat.project();
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.wait(1000);
    cat.import(&ids[0], "&confirmTranslation=true", translated(&[("k", "Eins")]));
    cat.wait(1000);
    assert_eq!(cat.targets(&ids[0]), [(Some("Eins".to_owned()), 1)]);
    assert_eq!(cat.document(&ids[0]).status, "inProgress");
}

#[test]
fn imports_fault_on_files_that_do_not_fit() {
    let mut cat = cat();
    let project = cat.project();
    let html = cat.upload(&project, "a.html", b"<p>One</p>".to_vec());
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.wait(1000);
    for (id, bytes) in [(&html[0], translated(&[("k", "x")])), (&ids[0], b"{".to_vec())] {
        assert_eq!(cat.import(id, "", bytes).status, 202);
        cat.wait(1000);
        assert_eq!(cat.get(&format!("v1/document/translate/status?documentId={id}")), "faulted");
    }
    assert_eq!(cat.import(&ids[0], "", Vec::new()).status, 400);
    assert_eq!(cat.import("x_7", "", translated(&[("k", "x")])).status, 404);
    assert_eq!(cat.import(&ids[0], "&overwrite=1", translated(&[("k", "x")])).status, 400);
    let xliff = format!("v1/document/translateWithXliff?documentId={}", ids[0]);
    assert_eq!(cat.parts("PUT", &xliff, vec![file("a.xlf", "<xliff/>")]).status, 403);
}

#[test]
fn a_manager_completes_where_there_is_a_review() {
    let mut cat = cat_with(|behaviour| behaviour.manager_review = true);
    let project = cat.project();
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.wait(1000);
    let complete = format!("v1/document/complete?documentId={}", ids[0]);
    assert_eq!(cat.call("POST", &complete).status, 400);
    cat.state.finish_all(cat.now);
    let document = cat.get(&format!("v1/document?documentId={}", ids[0]));
    assert_eq!((&document["status"], &document["readyForCompletion"]), (&json!("inProgress"), &json!(true)));
    assert_eq!(cat.call("POST", &complete).status, 200);
    assert_eq!(cat.document(&ids[0]).status, "completed");
    assert!(!cat.document(&ids[0]).ready_for_completion);
    assert_eq!(cat.call("POST", &complete).status, 204);
    assert_eq!(cat.call("POST", "v1/document/complete?documentId=x_7").status, 404);
}

#[test]
fn the_status_date_moves_with_the_work_or_with_the_status_alone() {
    for (switch, moves) in [(StatusDate::Work, true), (StatusDate::Status, false)] {
        let mut cat = cat_with(|behaviour| behaviour.status_date = switch);
        let project = cat.project();
        let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
        cat.wait(1000);
        cat.state.finish_all(cat.now);
        let before = cat.document(&ids[0]).status_modified;
        cat.state.translate_segment(&ids[0], "k", "Eins", cat.now).unwrap();
        assert_eq!(cat.document(&ids[0]).status, "completed");
        assert_eq!(cat.document(&ids[0]).status_modified > before, moves, "even within one moment");
    }
}

#[test]
fn statistics_need_their_time_and_parsed_files() {
    let mut cat = cat();
    let project = cat.project();
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One two")]));
    let target = format!("v2/project/{project}/statistics");
    let waiting = cat.call("GET", &target);
    assert_eq!((waiting.status, header(&waiting, "content-type")), (202, Some("text/plain; charset=utf-8")));
    cat.wait(1000);
    let statistics = cat.get(&target);
    assert_eq!(statistics[0]["language"], "de");
    assert_eq!(statistics[0]["statistics"][0]["words"], 2);
    assert_eq!(cat.call("POST", &format!("v1/project/{project}/statistics/build")).status, 200);
    let document = format!("v1/document/statistics?documentId={}", ids[0]);
    assert_eq!(cat.call("GET", &document).status, 202);
    cat.wait(1000);
    assert_eq!(cat.get(&document)["statistics"][0]["words"], 2);
    cat.upload(&project, "b.locjson", b"{".to_vec());
    cat.wait(1000);
    assert_eq!(cat.call("GET", &target).status, 422);
}
