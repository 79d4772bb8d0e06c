//! Files in, documents out.

use super::*;
use crate::sandbox::smartcat::MetaInfoScope;

#[test]
fn a_file_becomes_a_document_for_each_language() {
    let mut cat = cat();
    let project = cat.project();
    let properties = json!([{"externalId": "zendesk:acme:article:1", "metaInfo": "m"}]);
    let parts = vec![json_part(&properties), file("Guide/Reset 1.locjson", locjson(&[("k", "One two")]))];
    let response = cat.parts("POST", &format!("v1/project/document?projectId={project}"), parts);
    let documents = body(&response);
    let first = &documents[0];
    let id = first["id"].as_str().unwrap();
    assert_eq!(documents.as_array().unwrap().len(), 2);
    assert!(file_id(id).len() == 24 && id.ends_with("_7"));
    assert_eq!(
        (&first["name"], &first["fullPath"], &first["filename"]),
        (&json!("Reset 1"), &json!("Guide/Reset 1"), &json!("Reset 1.locjson"))
    );
    assert_eq!(first["documentDisassemblingStatus"], "inProgress");
    assert_eq!((&first["status"], &first["wordsCount"]), (&json!("created"), &json!(0)));
    assert_eq!((&first["externalId"], &first["metaInfo"]), (&json!("zendesk:acme:article:1"), &json!("m")));
    let stages = cat.get(&format!("v1/project/{project}"))["workflowStages"].clone();
    assert_eq!(first["workflowStages"][1]["id"], stages[1]["id"]);
    assert_eq!(first["workflowStages"][1].get("stageType"), None);
    cat.wait(999);
    assert_eq!(cat.document(id).parse, "inProgress");
    cat.wait(1);
    let parsed = cat.get(&format!("v1/document?documentId={id}"));
    assert_eq!(parsed["documentDisassemblingStatus"], "success");
    assert_eq!((&parsed["wordsCount"], &parsed["status"]), (&json!(2), &json!("created")));
    assert_eq!(parsed["pretranslateCompleted"], false);
}

#[test]
fn properties_stand_in_the_order_of_the_files_and_the_query_goes_for_all() {
    let mut cat = cat();
    let project = cat.project();
    let parts = vec![
        json_part(&json!([{"externalId": "a"}, {"targetLanguages": ["fr"]}])),
        file("a.locjson", locjson(&[("k", "One")])),
        file("b.locjson", locjson(&[("k", "Two")])),
    ];
    let target = format!("v1/document?projectId={project}&externalId=all&metaInfo=m&targetLanguages=de,fr");
    let documents = body(&cat.parts("POST", &target, parts));
    let seen: Vec<_> = documents
        .as_array()
        .unwrap()
        .iter()
        .map(|document| {
            let text = |field: &str| document[field].as_str().unwrap().to_owned();
            (text("externalId"), text("targetLanguage"), text("metaInfo"))
        })
        .collect();
    let expected = [("a", "de", "m"), ("a", "fr", "m"), ("all", "fr", "m")];
    assert_eq!(seen, expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
}

#[test]
fn names_are_unique_in_the_project() {
    let mut cat = cat();
    let project = cat.project();
    cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    let both =
        || vec![file("b.locjson", locjson(&[("k", "One")])), file("a.locjson", locjson(&[("k", "One")]))];
    let target = format!("v1/project/document?projectId={project}");
    assert_eq!(cat.parts("POST", &target, both()).status, 409);
    assert_eq!(cat.state.documents().len(), 2, "nothing of the upload is there");
    let behaviour = Behaviour { upload_atomic: false, ..cat.state.behaviour().clone() };
    cat.state.set_behaviour(behaviour);
    assert_eq!(cat.parts("POST", &target, both()).status, 409);
    assert_eq!(cat.state.documents().len(), 4, "what came before the clash is there");
    let mut other = super::cat();
    let project = other.project();
    let target = format!("v1/project/document?projectId={project}");
    let twice = vec![file("a.json", "{}"), file("a.json", "{}")];
    assert_eq!(other.parts("POST", &target, twice).status, 409);
    other.upload(&project, "x/a.locjson", locjson(&[("k", "One")]));
    other.upload(&project, "y/a.locjson", locjson(&[("k", "One")]));
}

#[test]
fn wrong_uploads_are_refused() {
    let mut cat = cat_with(|behaviour| {
        behaviour.meta_info_max_chars = Some(3);
        behaviour.name_max_chars = Some(20);
        behaviour.name_forbidden_chars = "<>|:*?".to_owned();
        behaviour.upload_max_files = Some(2);
        behaviour.upload_max_bytes = Some(100);
    });
    let project = cat.project();
    let target = format!("v1/project/document?projectId={project}");
    let one = || file("a.locjson", locjson(&[("k", "One")]));
    assert_eq!(cat.parts("POST", &target, vec![]).status, 400);
    assert_eq!(cat.parts("POST", &target, vec![file("a.locjson", "")]).status, 400);
    assert_eq!(cat.parts("POST", &target, vec![file("a:b.locjson", "x")]).status, 400);
    assert_eq!(cat.parts("POST", &target, vec![file("a-very-long-name.locjson", "x")]).status, 400);
    assert_eq!(cat.parts("POST", &target, vec![file("a.locjson", "x".repeat(101))]).status, 413);
    assert_eq!(cat.parts("POST", &target, vec![one(), one(), one()]).status, 400);
    for properties in [
        json!([{"metaInfo": "long"}]),
        json!([{"targetLanguages": ["ja"]}]),
        json!([{"bilingualFileImportSettings": {}}]),
        json!({"externalId": "no list"}),
    ] {
        let response = cat.parts("POST", &target, vec![json_part(&properties), one()]);
        assert_eq!(response.status, 400, "{properties}");
    }
    let gone = format!("v1/project/document?projectId={ACCOUNT}");
    assert_eq!(cat.parts("POST", &gone, vec![one()]).status, 404);
    assert_eq!(cat.send("POST", &target, &json!([])).status, 415);
    assert!(cat.state.documents().is_empty());
}

#[test]
fn files_that_cannot_be_parsed_end_in_error() {
    let mut cat = cat();
    let project = cat.project();
    for (at, (name, bytes)) in
        [("a.locjson", "{"), ("b.json", "3"), ("c.docx", "x"), ("d", "x")].into_iter().enumerate()
    {
        let ids = cat.upload(&project, name, bytes.into());
        cat.wait(1000);
        assert_eq!(cat.document(&ids[0]).parse, "error", "{at}");
        assert_eq!(cat.export(&ids[..1], "").status, 422);
    }
    let ids = cat.upload(&project, "e.html", b"<p>Hello <b>you</b></p>".to_vec());
    cat.wait(1000);
    assert_eq!(cat.document(&ids[0]).segments[0].source, "Hello <b>you</b>");
}

#[test]
fn units_without_text_are_no_segments() {
    let mut cat = cat();
    let project = cat.machine_project(&["translation"]);
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", " "), ("l", "")]));
    cat.wait(2000);
    assert_eq!(cat.document(&ids[0]).segments, []);
    assert_eq!(cat.document(&ids[0]).status, "completed");
    assert_eq!(cat.state.words_charged(), 0);
}

#[test]
fn translations_inside_a_file_are_taken_over_on_request() {
    let mut cat = cat();
    let project = cat.project();
    let target = format!("v1/project/document?projectId={project}");
    for (name, mode, confirm, expected) in [
        ("a.locjson", "none", "atLastStage", (None, 0)),
        ("b.locjson", "all", "none", (Some("Eins".to_owned()), 0)),
        ("c.locjson", "all", "atFirstStage", (Some("Eins".to_owned()), 1)),
        ("d.locjson", "all", "atLastStage", (Some("Eins".to_owned()), 2)),
    ] {
        let settings = json!({"targetSubstitutionMode": mode, "confirmMode": confirm});
        let properties = json!([{"bilingualFileImportSetings": settings}]);
        let parts = vec![json_part(&properties), file(name, translated(&[("k", "Eins")]))];
        let documents = ids(&body(&cat.parts("POST", &target, parts)));
        cat.wait(1000);
        assert_eq!(cat.targets(&documents[0]), [expected]);
    }
}

#[test]
fn meta_info_is_the_files_or_the_languages() {
    for (scope, other) in [(MetaInfoScope::File, Some("new")), (MetaInfoScope::Language, None)] {
        let mut cat = cat_with(|behaviour| behaviour.meta_info = scope);
        let project = cat.project();
        let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
        let target = format!("v1/document/updateMetaInfo?documentId={}", ids[0]);
        let before = cat.document(&ids[0]).status_modified;
        cat.wait(5000);
        assert_eq!(cat.send("PUT", &target, &json!("new")).status, 204);
        assert_eq!(cat.document(&ids[0]).meta_info.as_deref(), Some("new"));
        assert_eq!(cat.document(&ids[1]).meta_info.as_deref(), other);
        assert_eq!(cat.document(&ids[0]).status_modified, before);
        assert_eq!(cat.send("PUT", &target, &json!({"a": 1})).status, 400);
        let raw = Request { body: b"not quoted".to_vec(), ..request("PUT", &target) };
        assert_eq!(cat.answer(&raw).status, 400);
        assert_eq!(cat.send("PUT", "v1/document/updateMetaInfo?documentId=x_7", &json!("x")).status, 404);
    }
}

#[test]
fn documents_are_renamed_with_their_file() {
    let mut cat = cat();
    let project = cat.project();
    let ids = cat.upload(&project, "x/a.locjson", locjson(&[("k", "One")]));
    cat.upload(&project, "x/b.locjson", locjson(&[("k", "One")]));
    let rename = |name: &str| format!("v1/document/rename?documentId={}&name={name}", ids[0]);
    assert_eq!(cat.call("PUT", &rename("b")).status, 409);
    assert_eq!(cat.call("PUT", &rename("c")).status, 204);
    assert_eq!(cat.document(&ids[1]).full_path, "x/c");
    assert_eq!(cat.call("PUT", &rename("d.locjson")).status, 204);
    assert_eq!(cat.document(&ids[1]).name, "d");
    assert_eq!(cat.call("PUT", "v1/document/rename?documentId=x_7&name=y").status, 404);
}

#[test]
fn documents_are_deleted_in_each_form_of_the_list() {
    let mut cat = cat();
    let project = cat.project();
    for (at, form) in ["documentIds=A&documentIds=B", "documentIds[]=A&documentIds[]=B", "documentIds=A,B"]
        .iter()
        .enumerate()
    {
        let ids = cat.upload(&project, &format!("{at}.locjson"), locjson(&[("k", "One")]));
        let query = form.replace('A', &ids[0]).replace('B', &ids[1]);
        assert_eq!(cat.call("DELETE", &format!("v1/document?{query}")).status, 204, "{form}");
    }
    assert!(cat.state.documents().is_empty());
    assert_eq!(cat.call("DELETE", "v1/document").status, 400);
    assert_eq!(cat.call("DELETE", "v1/document?documentIds=x_7").status, 403);
    let ids = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]));
    cat.call("DELETE", &format!("v1/document?documentIds={}", ids[0]));
    assert_eq!(cat.state.documents().len(), 1);
    assert_eq!(cat.call("GET", &format!("v1/document?documentId={}", file_id(&ids[1]))).status, 404);
}
