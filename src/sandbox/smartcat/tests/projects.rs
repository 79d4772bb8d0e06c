//! Projects and their lives.

use super::*;
use crate::sandbox::smartcat::ListOrder;

#[test]
fn a_project_is_created_and_read_back() {
    let mut cat = cat();
    let id = cat.project_with(&json!({"deadline": "2026-12-01T17:00:00Z", "description": "d"}));
    let project = cat.get(&format!("v1/project/{id}"));
    assert_eq!(project["sourceLanguageId"], 9);
    assert_eq!(project["targetLanguages"], json!(["de", "fr"]));
    assert_eq!(project["status"], "created");
    assert_eq!(project["deadline"], "2026-12-01T17:00:00.000Z");
    assert_eq!(project["creationDate"], "2026-11-01T10:00:00.000Z");
    let kinds: Vec<_> =
        project["workflowStages"].as_array().unwrap().iter().map(|stage| &stage["stageType"]).collect();
    assert_eq!(kinds, ["translation", "postediting"]);
    assert_eq!(project["documents"], json!([]));
}

#[test]
fn wrong_models_are_refused() {
    let mut cat = cat();
    let good = json!({"name": "a", "sourceLanguage": "en", "targetLanguages": ["de"]});
    for change in [
        json!({"name": " "}),
        json!({"sourceLanguage": "english"}),
        json!({"targetLanguages": []}),
        json!({"targetLanguages": ["en"]}),
        json!({"targetLanguages": ["de", "de"]}),
        json!({"targetLanguages": ["zh-CN"]}),
        json!({"workflowStages": ["automaticTranslation"]}),
        json!({"workflowStages": ["translation", "Translation"]}),
        json!({"clientId": ACCOUNT}),
        json!({"isForTesting": true}),
        json!({"assignToVendor": true}),
        json!({"description": "x".repeat(5000)}),
        json!({"deadline": "soon"}),
        json!({"translationMemoryName": "none"}),
        json!({"enableProjectTasks": true}),
    ] {
        let mut model = good.clone();
        model.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let response = cat.parts("POST", "v1/project/create", vec![json_part(&model)]);
        assert_eq!(response.status, 400, "{change}");
    }
    assert_eq!(cat.parts("POST", "v1/project/create", vec![]).status, 400);
    assert_eq!(cat.send("POST", "v1/project/create", &good).status, 415);
    assert!(cat.state.projects().is_empty());
    assert_eq!(cat.parts("POST", "v1/project/create", vec![json_part(&good)]).status, 200);
}

#[test]
fn a_project_can_come_with_files_whatever_the_parts_are_called() {
    let mut cat = cat();
    let model = json!({
        "name": "a", "sourceLanguage": "en", "targetLanguages": ["de"],
        "documentProperties": [{"externalId": "one"}, {"externalId": "two"}],
    });
    let parts = |first: &str| {
        vec![
            Part { name: "file_1".into(), ..file(first, locjson(&[("k", "One")])) },
            Part { name: String::new(), ..json_part(&model) },
            file("b.locjson", locjson(&[("k", "Two")])),
        ]
    };
    let response = cat.parts("POST", "v1/project/create", parts("a.locjson"));
    let documents = body(&response)["documents"].clone();
    assert_eq!(documents[0]["externalId"], "one");
    assert_eq!(documents[1]["externalId"], "two");
    let clash = cat.parts("POST", "v1/project/create", parts("b.locjson"));
    assert_eq!(clash.status, 409);
    assert_eq!(cat.state.projects().len(), 1, "a clash leaves nothing behind");
}

#[test]
fn the_list_filters_by_parts_of_tag_and_name_and_is_paged() {
    let mut cat = cat();
    for at in 1..=12 {
        let name = format!("Project {at}");
        cat.project_with(&json!({"name": name, "externalTag": format!("acme:{at}")}));
    }
    let names = |list: &Value| {
        let list = list.as_array().unwrap().clone();
        list.iter().map(|project| project["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let tagged = cat.get("v2/project/list?externalTag=acme:1");
    assert_eq!(names(&tagged), ["Project 12", "Project 11", "Project 10", "Project 1"]);
    assert_eq!(names(&cat.get("v2/project/list?projectName=Project 2")), ["Project 2"]);
    assert_eq!(cat.get("v2/project/list?offset=10&limit=5").as_array().unwrap().len(), 2);
    assert_eq!(cat.call("GET", "v2/project/list?limit=101").status, 400);
    assert_eq!(cat.call("GET", "v2/project/list?offset=x").status, 400);
    cat.state
        .set_behaviour(Behaviour { list_order: ListOrder::OldestFirst, ..cat.state.behaviour().clone() });
    assert_eq!(names(&cat.get("v2/project/list?limit=1")), ["Project 1"]);
}

#[test]
fn the_list_embeds_documents_or_not() {
    for embeds in [true, false] {
        let mut cat = cat_with(|behaviour| behaviour.list_embeds_documents = embeds);
        let project = cat.project();
        cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
        let listed = cat.get("v2/project/list");
        assert_eq!(listed[0]["documents"].as_array().unwrap().len(), if embeds { 2 } else { 0 });
        assert_eq!(cat.get(&format!("v1/project/{project}"))["documents"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn a_change_resets_what_it_does_not_name() {
    for resets in [true, false] {
        let mut cat = cat_with(|behaviour| behaviour.put_resets_omitted = resets);
        let id = cat.project_with(&json!({"description": "d"}));
        let target = format!("v1/project/{id}");
        assert_eq!(cat.send("PUT", &target, &json!({"name": "New"})).status, 204);
        let project = cat.get(&target);
        assert_eq!(project["name"], "New");
        assert_eq!(project.get("description").is_none(), resets);
        assert_eq!(project.get("externalTag").is_none(), resets);
        assert_eq!(project["workflowStages"].as_array().unwrap().len(), 2);
    }
}

#[test]
fn changes_are_checked() {
    let mut cat = cat();
    cat.project();
    let id = cat.project_with(&json!({"name": "Other"}));
    let target = format!("v1/project/{id}");
    assert_eq!(cat.send("PUT", &target, &json!({})).status, 400);
    assert_eq!(cat.send("PUT", &target, &json!({"name": "Help center"})).status, 409);
    assert_eq!(cat.send("PUT", &target, &json!({"externaltag": "x"})).status, 400);
    assert_eq!(cat.send("PUT", &format!("v1/project/{ACCOUNT}"), &json!({"name": "x"})).status, 404);
    assert_eq!(cat.send("PUT", "v1/project/x", &json!({"name": "x"})).status, 400);
}

#[test]
fn other_stages_keep_what_was_confirmed_at_those_that_stay() {
    let mut cat = cat();
    let project = cat.project();
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.wait(1000);
    cat.state.finish(&ids[0], cat.now).unwrap();
    let before = cat.get(&format!("v1/project/{project}"))["workflowStages"].clone();
    let change = json!({"name": "x", "workflowStages": ["translation", "editing", "postediting"]});
    assert_eq!(cat.send("PUT", &format!("v1/project/{project}"), &change).status, 204);
    let after = cat.get(&format!("v1/project/{project}"))["workflowStages"].clone();
    assert_eq!((&after[0]["id"], &after[2]["id"]), (&before[0]["id"], &before[1]["id"]));
    assert_eq!(cat.targets(&ids[0])[0].1, 1);
    assert_eq!(cat.document(&ids[0]).status, "inProgress");
    let change = json!({"name": "x", "workflowStages": ["translation"]});
    cat.send("PUT", &format!("v1/project/{project}"), &change);
    assert_eq!(cat.document(&ids[0]).status, "completed");
}

#[test]
fn projects_are_cancelled_restored_completed_deleted() {
    let mut cat = cat();
    let id = cat.project();
    let status = |cat: &mut Cat| cat.get(&format!("v1/project/{id}"))["status"].clone();
    assert_eq!(cat.call("POST", &format!("v1/project/cancel?projectId={id}")).status, 204);
    assert_eq!(status(&mut cat), "canceled");
    assert_eq!(cat.call("POST", &format!("v1/project/complete?projectId={id}")).status, 409);
    assert_eq!(cat.call("POST", &format!("v1/project/restore?projectId={id}")).status, 204);
    assert_eq!(status(&mut cat), "created");
    let documents = cat.upload(&id, "a.locjson", locjson(&[("k", "One")]));
    assert_eq!(cat.call("POST", &format!("v1/project/complete?projectId={id}")).status, 409, "still parsing");
    cat.wait(1000);
    assert_eq!(cat.call("POST", &format!("v1/project/complete?projectId={id}")).status, 204);
    assert_eq!(status(&mut cat), "completed");
    assert_eq!(cat.targets(&documents[0]), [(None, 0)], "completing translates nothing");
    assert_eq!(cat.call("DELETE", &format!("v1/project/{id}")).status, 204);
    assert_eq!(cat.call("DELETE", &format!("v1/project/{id}")).status, 403);
    assert_eq!(cat.call("GET", &format!("v1/project/{id}")).status, 404);
    assert_eq!(cat.call("GET", &format!("v1/document?documentId={}", documents[0])).status, 404);
    assert_eq!(cat.call("POST", "v1/project/cancel").status, 400);
}

#[test]
fn languages_come_and_go_with_their_documents() {
    let mut cat = cat();
    let project = cat.machine_project(&["translation"]);
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.wait(2000);
    let add = |language: &str| format!("v1/project/language?projectId={project}&targetLanguage={language}");
    assert_eq!(cat.call("POST", &add("en")).status, 400);
    assert_eq!(cat.call("POST", &add("xx-YY")).status, 400);
    assert_eq!(cat.call("POST", &add("de")).status, 400);
    assert_eq!(cat.call("POST", &add("zh-Hans")).status, 204);
    let new = format!("{}_2052", file_id(&ids[0]));
    assert_eq!(cat.document(&new).segments.len(), 1);
    assert_eq!(cat.document(&new).status, "created", "the machine needs its time");
    cat.call("POST", &format!("{}&addLanguageToDocuments=false", add("ja")));
    assert_eq!(cat.state.documents().len(), 3);
    assert_eq!(cat.call("DELETE", &add("de")).status, 204);
    assert_eq!(cat.call("GET", &format!("v1/document?documentId={}", ids[0])).status, 404);
    for language in ["fr", "zh-Hans"] {
        cat.call("DELETE", &add(language));
    }
    assert_eq!(cat.call("DELETE", &add("ja")).status, 400, "the last one");
    assert!(cat.state.documents().is_empty());
}

#[test]
fn the_status_follows_the_documents() {
    let mut cat = cat();
    let project = cat.project();
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.wait(1000);
    let shown = |cat: &mut Cat| cat.get(&format!("v1/project/{project}"));
    assert_eq!(shown(&mut cat)["status"], "created");
    cat.state.confirm_stage(&ids[0], 1, cat.now).unwrap();
    let begun = shown(&mut cat);
    assert_eq!(begun["status"], "inProgress");
    assert_eq!(begun["workflowStages"][0]["progress"], 50.0);
    cat.state.finish_all(cat.now);
    assert_eq!(shown(&mut cat)["status"], "completed");
    cat.upload(&project, "b.locjson", locjson(&[("k", "One")]));
    assert_eq!(shown(&mut cat)["status"], "inProgress");
}

#[test]
fn a_lost_project_answers_403_and_is_not_listed() {
    let mut cat = cat();
    let project = cat.project();
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.state.lose_project(&project).unwrap();
    assert_eq!(cat.call("GET", &format!("v1/project/{project}")).status, 403);
    assert_eq!(cat.call("GET", &format!("v1/document?documentId={}", ids[0])).status, 403);
    assert_eq!(cat.get("v2/project/list"), json!([]));
}
