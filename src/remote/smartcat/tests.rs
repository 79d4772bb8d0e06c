//! Smartcat's clients against a server that plays Smartcat.

use serde_json::Value;
use serde_json::json;

use super::*;
use crate::id::DocumentId;
use crate::id::FileId;
use crate::id::Language;
use crate::id::ProjectId;
use crate::remote::Counts;
use crate::remote::ErrorKind;
use crate::remote::Secret;
use crate::remote::testing::Canned;
use crate::remote::testing::Server;
use crate::remote::testing::quick;

const UUID: &str = "3f0c5b1e-0000-4000-8000-000000000001";

fn reader(server: &Server) -> SmartcatRead {
    SmartcatRead::new(&server.url, "account", &Secret::new("1_key"), &quick()).expect("a reader")
}

fn writer(server: &Server) -> SmartcatWrite {
    SmartcatWrite::new(&reader(server))
}

async fn always(answer: Canned) -> Server {
    Server::start(move |_, _| answer.clone()).await
}

fn project() -> ProjectId {
    ProjectId::new(UUID)
}

fn document(number: u32) -> DocumentId {
    DocumentId::new(format!("65f1c0ffee_{number}"))
}

/// A project as Smartcat writes it, with a few surprises.
const PROJECT: &str = r#"{
    "id": "3f0c5b1e-0000-4000-8000-000000000001", "accountId": "a", "name": "acme – fr", "description": null,
    "sourceLanguageId": 1033, "sourceLanguage": "en-US", "targetLanguages": ["fr", "zh-Hans"], "status": "InProgress",
    "workflowStages": [{"id": "s1", "progress": 12.5, "stageType": "translation"},
                       {"id": "s2", "progress": null, "stageType": "humanTouch"}],
    "vendors": [{"vendorAccountId": "v1", "removedFromProject": true}, {"vendorAccountId": "v2"}],
    "customFields": null, "newField": {"x": 1}, "externalTag": "zencat:acme:main:1", "specializations": null,
    "documents": [
        {"id": "65f1c0ffee_12", "name": "n", "fullPath": "n", "filename": "n.locjson", "targetLanguage": "fr",
         "documentDisassemblingStatus": "success", "status": "manualReview", "wordsCount": 7,
         "statusModificationDate": "2026-11-01T10:01:00.5Z", "pretranslateCompleted": false,
         "workflowStages": [{"id": "s1", "progress": 50, "wordsTranslated": 3, "unassignedWordsCount": 0,
            "status": "Completed", "statusModificationDate": null,
            "executives": [{"id": "u1", "assignedWordsCount": 7, "progress": 50.0, "supplierType": "freelancer"}]}],
         "externalId": "zendesk:acme:article:7", "metaInfo": "{}", "readyForCompletion": true},
        {"id": "65f1c0ffee_2052", "targetLanguage": "zh-Hans"}]
}"#;

#[tokio::test]
async fn a_project_is_read_leniently_and_labelled_as_it_likes() {
    let plain =
        Canned::Reply(200, vec![("Content-Type".into(), "text/plain; charset=utf-8".into())], PROJECT.into());
    let server = always(plain).await;
    let read = reader(&server).project(&project()).await.expect("an answer").expect("a project");
    assert_eq!(server.asked(), [format!("GET /api/integration/v1/project/{UUID}")]);
    assert_eq!((read.status.clone(), read.description.clone()), (ProjectStatus::InProgress, None));
    assert_eq!(read.workflow_stages[1].stage_type.as_str(), "humanTouch");
    let first = &read.documents[0];
    assert_eq!(first.disassembling_status, DisassemblingStatus::Success);
    assert_eq!(first.status, DocumentStatus::Other("manualReview".into()));
    assert_eq!(first.workflow_stages[0].status.as_str(), "completed");
    assert_eq!((first.words_count, first.workflow_stages[0].executives[0].id.as_str()), (7, "u1"));
    let bare = &read.documents[1];
    assert_eq!((bare.words_count, bare.external_id.is_none(), bare.status.as_str()), (0, true, ""));

    let changes = ProjectChanges::none(&read);
    assert_eq!(changes.vendor_account_ids, ["v2"]);
    let sent = serde_json::to_value(&changes).expect("JSON");
    for field in [
        "name",
        "description",
        "deadline",
        "clientId",
        "domainId",
        "vendorAccountIds",
        "externalTag",
        "specializations",
        "workflowStages",
        "customFieldValues",
    ] {
        assert!(sent.get(field).is_some(), "{field} would be reset: {sent}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_none() {
    for answer in [Canned::status(404), Canned::json(404, r#"{"title":"Not Found","status":404}"#)] {
        let server = always(answer).await;
        assert!(reader(&server).project(&project()).await.expect("an answer").is_none());
        assert!(reader(&server).document(&document(1)).await.expect("an answer").is_none());
    }
    let server = always(Canned::status(403)).await;
    assert_eq!(
        reader(&server).project(&project()).await.expect_err("forbidden").kind(),
        ErrorKind::Forbidden
    );
}

#[tokio::test]
async fn projects_are_listed_to_the_end_once_each_and_by_exact_prefix() {
    let listed = |numbers: std::ops::Range<usize>| {
        let tag =
            |n: usize| if n == 5 { "other zencat:acme:x".to_owned() } else { format!("zencat:acme:{n}") };
        let projects: Vec<Value> =
            numbers.map(|n| json!({"id": format!("p{n}"), "externalTag": tag(n)})).collect();
        Canned::json(200, Value::from(projects).to_string())
    };
    // One project was created meanwhile: p99 moves to the second page.
    let server = Server::script(vec![listed(0..100), listed(99..199), listed(199..200)]).await;
    let projects = reader(&server).projects("zencat:acme:").await.expect("projects");
    assert_eq!(projects.len(), 199);
    let page = |offset| {
        format!("GET /api/integration/v2/project/list?externalTag=zencat%3Aacme%3A&offset={offset}&limit=100")
    };
    assert_eq!(server.asked(), [page(0), page(100), page(200)]);

    let same = listed(0..100);
    let server = always(same).await;
    assert_eq!(reader(&server).projects("zencat:acme:").await.expect("projects").len(), 99);
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn engines_may_be_spelt_with_capitals() {
    let server =
        always(Canned::json(200, r#"[{"Id":"engine:Google NMT","Name":"G","Languages":["fr"]},{"id":"x"}]"#))
            .await;
    let engines = reader(&server).engines(&project()).await.expect("engines");
    assert_eq!((engines[0].id.as_str(), engines[0].languages.len()), ("engine:Google NMT", 1));
    writer(&server).set_machine_translation(&project(), &engines[0]).await.expect("set");
    let sent: Value = serde_json::from_slice(&server.seen()[1].body).expect("JSON");
    assert_eq!(sent, json!([{"id": "engine:Google NMT", "name": "G", "languages": ["fr"]}]));
}

#[tokio::test]
async fn no_memories_is_no_content() {
    let server = always(Canned::status(204)).await;
    assert!(reader(&server).translation_memories("acme").await.expect("an answer").is_empty());
    assert_eq!(server.asked(), ["GET /api/integration/v1/translationmemory?batchSize=100&searchName=acme"]);
}

#[tokio::test]
async fn an_export_is_asked_for_with_all_that_matters_and_counts_as_a_read() {
    let server =
        always(Canned::json(200, r#"{"id":"9a","documentIds":["65f1c0ffee_1","65f1c0ffee_2"]}"#)).await;
    let reader = reader(&server);
    let task = reader
        .request_export(&[document(1), document(2)], ExportMode::Confirmed, Some(2))
        .await
        .expect("a task");
    assert_eq!(task.id, "9a");
    assert_eq!(
        server.asked(),
        ["POST /api/integration/v1/document/export?documentIds=65f1c0ffee_1&documentIds=65f1c0ffee_2\
          &type=target&mode=confirmed&stageNumber=2"]
    );
    assert_eq!(reader.requests(), Counts { reads: 1, writes: 0 });
}

#[tokio::test]
async fn projects_come_by_age_whatever_their_ids_and_the_spelling_of_their_dates() {
    let listed =
        |id: &str, created: &str| json!({"id": id, "creationDate": created, "externalTag": "zencat:a:w:1"});
    let list = json!([
        listed("a", "2026-11-01T10:00:01Z"),
        listed("b", "2026-11-01T10:00:00.5Z"),
        listed("c", "2026-11-01T10:00:00Z"),
        listed("d", "2026-11-01T10:00:00.000Z"),
    ]);
    let server = always(Canned::json(200, list.to_string())).await;
    let reader = reader(&server);
    let tagged = reader.projects("zencat:a:").await.expect("a list");
    let few = reader.few_projects().await.expect("a list").expect("few");
    for projects in [tagged, few] {
        let ids: Vec<&str> = projects.iter().map(|project| project.id.as_str()).collect();
        assert_eq!(ids, ["c", "d", "b", "a"]);
    }
}

#[tokio::test]
async fn an_export_has_four_ends() {
    let task = ExportTask { id: "9a".into() };
    let export = async |answer: Canned| {
        let server = always(answer).await;
        reader(&server).export(&task).await
    };
    assert!(matches!(export(Canned::status(204)).await, Ok(Export::NotReady)));
    assert!(matches!(export(Canned::status(202)).await, Ok(Export::NotReady)));
    assert!(matches!(export(Canned::status(404)).await, Ok(Export::Gone)));
    let failed = export(Canned::json(422, r#"{"title":"Export failed"}"#)).await.expect("an end");
    assert_eq!(failed, Export::Failed("Export failed".into()));
    assert!(export(Canned::status(400)).await.is_err());

    let file = Canned::Reply(200, vec![], b"{\"units\":[]}".to_vec());
    let Ok(Export::Ready(file)) = export(file).await else { panic!("expected a file") };
    assert!(!file.is_zip && file.bytes == b"{\"units\":[]}");
    let Ok(Export::Ready(zip)) = export(Canned::Reply(200, vec![], b"PK\x03\x04rest".to_vec())).await else {
        panic!("expected a file")
    };
    assert!(zip.is_zip);
}

#[tokio::test]
async fn an_import_is_followed() {
    for (body, status) in [
        ("\"inProgress\"", ImportStatus::Importing),
        ("Faulted", ImportStatus::Faulted),
        ("\"completed\"", ImportStatus::Completed),
    ] {
        let server = always(Canned::Reply(200, vec![], body.into())).await;
        assert_eq!(reader(&server).import_status(&document(1)).await.expect("a status"), status);
    }
    let server = always(Canned::Reply(200, vec![], b"three segments skipped".to_vec())).await;
    assert_eq!(
        reader(&server).import_report(&document(1)).await.expect("a report"),
        json!("three segments skipped")
    );
}

#[tokio::test]
async fn a_team_member_has_exactly_this_address() {
    let found =
        r#"[{"id":"u1","email":"tamara@x.example"},{"id":"u2","email":"Mara@X.example","firstName":null}]"#;
    let server = always(Canned::json(200, found)).await;
    let member = reader(&server).team_member("mara@x.example").await.expect("an answer").expect("a member");
    assert_eq!(member.id, "u2");
    let sent: Value = serde_json::from_slice(&server.seen()[0].body).expect("JSON");
    assert_eq!(sent, json!({"skip": 0, "limit": 500, "searchString": "mara@x.example"}));
}

#[tokio::test]
async fn a_project_without_tasks_says_so_by_a_refusal() {
    let refusal = r#"{"message":"Project tasks are not available for the requested project"}"#;
    let server = always(Canned::json(403, refusal)).await;
    assert!(reader(&server).project_tasks(&project()).await.expect("an answer").is_none());
    let server = always(Canned::json(403, r#"{"message":"Forbidden"}"#)).await;
    assert!(reader(&server).project_tasks(&project()).await.is_err());
}

#[tokio::test]
async fn a_project_is_created_from_its_model_and_never_handed_to_an_agency() {
    let server = always(Canned::json(200, PROJECT)).await;
    let new = NewProject {
        name: "acme".into(),
        source_language: Language::new("en-US"),
        target_languages: vec![Language::new("fr")],
        stages: vec![StageType::Translation, StageType::LqaReview],
        template_id: None,
        external_tag: "zencat:acme:main:1".into(),
    };
    writer(&server).create_project(&new).await.expect("created");
    let seen = server.seen();
    assert_eq!(server.asked(), ["POST /api/integration/v1/project/create"]);
    let text = seen[0].text();
    assert!(text.contains("name=\"value\"\r\nContent-Type: application/json\r\n"), "{text}");
    assert!(!text.contains("filename"), "{text}");
    let model: Value = serde_json::from_str(
        text.split("\r\n\r\n").nth(1).and_then(|rest| rest.split("\r\n").next()).expect("a model"),
    )
    .expect("JSON");
    assert_eq!(
        model,
        json!({"name": "acme", "sourceLanguage": "en-US", "targetLanguages": ["fr"],
            "workflowStages": ["translation", "lQAReview"], "externalTag": "zencat:acme:main:1",
            "assignToVendor": false})
    );
}

#[tokio::test]
async fn uploads_keep_the_order_of_models_and_files() {
    let server = always(Canned::json(200, r#"[{"id":"a_1","targetLanguage":"fr"}]"#)).await;
    let file = |name: &str, languages: Vec<Language>| Upload {
        file_name: format!("{name}.locjson"),
        bytes: format!("content of {name}").into_bytes(),
        external_id: format!("zendesk:acme:article:{name}"),
        meta_info: "{}".into(),
        languages,
        filled: None,
    };
    let files = [file("1", vec![Language::new("fr")]), file("2", vec![])];
    let documents = writer(&server).upload(&project(), &files.each_ref()).await.expect("uploaded");
    assert_eq!(documents[0].id, DocumentId::new("a_1"));
    assert_eq!(server.asked(), [format!("POST /api/integration/v1/project/document?projectId={UUID}")]);
    let text = server.seen()[0].text();
    let model = r#"[{"externalId":"zendesk:acme:article:1","metaInfo":"{}","targetLanguages":["fr"]},{"externalId":"zendesk:acme:article:2","metaInfo":"{}"}]"#;
    let places: Vec<Option<usize>> = [
        "name=\"value\"\r\nContent-Type: application/json",
        model,
        "name=\"files\"; filename=\"1.locjson\"\r\nContent-Type: application/octet-stream\r\n\r\ncontent of 1\r\n",
        "name=\"files\"; filename=\"2.locjson\"\r\nContent-Type: application/octet-stream\r\n\r\ncontent of 2\r\n",
    ]
    .iter()
    .map(|part| text.find(part))
    .collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in {text}");
}

#[tokio::test]
async fn every_write_is_spelt_as_smartcat_spells_it() {
    let server = Server::start(|seen, _| match seen.target.as_str() {
        target if target.contains("assignment-templates") => {
            Canned::json(200, r#"{"assignedCount":1,"unassignedCount":2}"#)
        }
        target if target.contains("v2/document/update") => Canned::json(200, "[]"),
        _ => Canned::status(204),
    })
    .await;
    let writer = writer(&server);
    let (project, document) = (project(), document(1033));
    writer.update_source(&FileId::new("65f1c0ffee"), "a.locjson", b"{}").await.expect("done");
    writer.set_meta_info(&document, "{\"a\":\"ü\"}").await.expect("done");
    writer.import_translation(&document, "a.locjson", b"{}", true, false).await.expect("done");
    writer.complete(&document).await.expect("done");
    writer.add_language(&project, &Language::new("zh-Hans")).await.expect("done");
    writer.set_glossaries(&project, &["g".into()]).await.expect("done");
    let memory = ProjectMemory { id: "m".into(), match_threshold: 75, is_writable: true };
    writer.set_memories(&project, &[memory]).await.expect("done");
    let rule = PretranslationRule {
        rule_type: "mT".into(),
        order: 1,
        confirm_at_workflow_step: Some("s1".into()),
        translation_memory_id: None,
        min_threshold: None,
        other: serde_json::Map::new(),
    };
    writer.set_pretranslation_rules(&project, &[rule]).await.expect("done");
    writer.assign(&document, 2, &["u1".into()], AssignmentMode::DistributeAmongAll).await.expect("done");
    writer.assign_from_team(std::slice::from_ref(&document), 1).await.expect("done");
    writer.assign_vendor(&document, 1, "v").await.expect("done");
    let outcome = writer.apply_assignment_template(&project, "t", Some(48)).await.expect("done");
    assert_eq!((outcome.assigned_count, outcome.unassigned_count), (1, 2));
    writer.delete_project(&project).await.expect("done");

    let told: Vec<String> = server
        .seen()
        .iter()
        .map(|seen| {
            let is_form = seen.header("content-type").is_some_and(|kind| kind.starts_with("multipart"));
            let body = if is_form { "form".to_owned() } else { seen.text() };
            format!("{} {} {body}", seen.method, seen.target.trim_start_matches("/api/integration/"))
                .trim()
                .to_owned()
        })
        .collect();
    let expected = [
        "PUT v2/document/update?documentId=65f1c0ffee form".to_owned(),
        r#"PUT v1/document/updateMetaInfo?documentId=65f1c0ffee_1033 "{\"a\":\"ü\"}""#.to_owned(),
        "PUT v1/document/translate?documentId=65f1c0ffee_1033&overwrite=true&confirmTranslation=false form".to_owned(),
        "POST v1/document/complete?documentId=65f1c0ffee_1033".to_owned(),
        format!("POST v1/project/language?projectId={UUID}&targetLanguage=zh-Hans&addLanguageToDocuments=false"),
        format!(r#"PUT v1/project/{UUID}/glossaries ["g"]"#),
        format!(r#"POST v1/project/{UUID}/translationmemories [{{"id":"m","matchThreshold":75,"isWritable":true}}]"#),
        format!(r#"POST v1/project/{UUID}/pretranslation-rules [{{"ruleType":"mT","order":1,"confirmAtWorkflowStep":"s1"}}]"#),
        r#"POST v1/document/assign?documentId=65f1c0ffee_1033&stageNumber=2 {"assignmentMode":"distributeAmongAll","executives":[{"id":"u1"}]}"#.to_owned(),
        r#"POST v1/document/assignFromMyTeam {"documentIds":["65f1c0ffee_1033"],"matchProjectClient":false,"specializations":[],"stageNumber":"1"}"#.to_owned(),
        "POST v1/document/assignVendors?documentId=65f1c0ffee_1033&stageNumber=1&vendorAccountId=v".to_owned(),
        format!("POST v1/assignment-templates/t/project/{UUID}?deadlineHours=48"),
        format!("DELETE v1/project/{UUID}"),
    ];
    assert_eq!(told, expected);
    let import = server.seen()[2].text();
    assert!(import.contains("name=\"translationFile\"; filename=\"a.locjson\""), "{import}");
}

#[tokio::test]
async fn documents_are_deleted_by_twenties() {
    let server = always(Canned::status(204)).await;
    let documents: Vec<DocumentId> = (0..41).map(document).collect();
    writer(&server).delete_documents(&documents).await.expect("deleted");
    let counts: Vec<usize> =
        server.asked().iter().map(|asked| asked.matches("documentIds=").count()).collect();
    assert_eq!(counts, [20, 20, 1]);
}

#[tokio::test]
async fn what_was_deleted_by_a_try_whose_answer_was_lost_is_deleted() {
    let server = Server::script(vec![Canned::Drop, Canned::status(404)]).await;
    writer(&server).delete_documents(&[document(1)]).await.expect("deleted");
    let server = Server::script(vec![Canned::status(404)]).await;
    assert!(writer(&server).delete_documents(&[document(1)]).await.is_err(), "it never was there");
    let server = Server::script(vec![Canned::status(404)]).await;
    writer(&server).delete_project(&project()).await.expect("gone is gone");
}

#[tokio::test]
async fn creations_are_not_repeated_and_settings_are() {
    let server = always(Canned::status(502)).await;
    let memory =
        NewMemory { name: "m".into(), source_language: Language::new("en"), target_languages: vec![] };
    assert!(writer(&server).create_memory(&memory).await.expect_err("a failure").is_ambiguous());
    assert_eq!(server.seen().len(), 1);
    assert!(writer(&server).set_glossaries(&project(), &[]).await.is_err());
    assert!(writer(&server).complete(&document(1)).await.is_err());
    assert_eq!(server.seen().len(), 11);
}

#[test]
fn the_id_of_a_created_memory_is_found_if_it_is_there() {
    let object = format!("{{\"id\":\"{UUID}\",\"name\":\"m\"}}");
    for body in [format!("\"{UUID}\""), UUID.to_owned(), object] {
        assert_eq!(write::id_in(body.as_bytes()).as_deref(), Some(UUID), "{body}");
    }
    for body in ["", "null", "{}", "created", "\"m\"", "[1]"] {
        assert_eq!(write::id_in(body.as_bytes()), None, "{body}");
    }
}

#[tokio::test]
async fn four_requests_a_second_leave_and_no_more() {
    let server = always(Canned::json(200, r#"{"balance":5}"#)).await;
    let options = crate::remote::Options { smartcat_per_second: 4, ..quick() };
    let reader =
        SmartcatRead::new(&server.url, "account", &Secret::new("1_key"), &options).expect("a reader");
    let all = futures_util::future::join_all((0..9).map(|_| reader.balance())).await;
    assert!(all.iter().all(|answer| matches!(answer, Ok(5))));
    let seen = server.seen();
    // The exact figure is pace.rs's to prove; here a loaded machine may notice a request late.
    assert!(seen.windows(5).all(|five| (five[4].at - five[0].at).as_secs_f64() > 0.8), "{seen:?}");
}
