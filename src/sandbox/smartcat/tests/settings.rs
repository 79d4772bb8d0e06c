//! Engines, memories, glossaries, directories, the callback.

use super::*;
use crate::sandbox::smartcat::GlossarySeed;
use crate::sandbox::smartcat::LanguageIds;
use crate::sandbox::smartcat::MemoryReply;

#[test]
fn engines_are_offered_in_either_case_and_taken_back_in_both() {
    for (pascal, field) in [(true, "Id"), (false, "id")] {
        let mut cat = cat_with(|behaviour| behaviour.mt_available_pascal_case = pascal);
        let project = cat.project_with(&json!({"targetLanguages": ["de", "ar"]}));
        let available = cat.get(&format!("v1/project/{project}/mt/available"));
        assert_eq!(available[0][field], "engine:Intelligent Routing");
        let languages = if pascal { "Languages" } else { "languages" };
        assert_eq!(available[0][languages], json!(["de", "ar"]));
        assert_eq!(available[2][languages], json!(["de"]));
        let target = format!("v1/project/{project}/mt");
        assert_eq!(cat.send("POST", &target, &json!([available[2]])).status, 204);
        assert_eq!(cat.get(&target)[0]["languages"], json!(["de"]));
        assert_eq!(cat.send("POST", &target, &json!([{"id": "engine:none"}])).status, 400);
    }
}

#[test]
fn rules_are_checked() {
    let mut cat = cat();
    let project = cat.project();
    let target = format!("v1/project/{project}/pretranslation-rules");
    for rules in [
        json!([{"ruleType": "magic", "order": 1}]),
        json!([{"ruleType": "mT", "order": 0}]),
        json!([{"ruleType": "mT", "order": 1, "confirmAtWorkflowStep": ACCOUNT}]),
        json!([{"ruleType": "tM", "order": 1, "translationMemoryId": ACCOUNT}]),
        json!([{"ruleType": "mT"}]),
    ] {
        assert_eq!(cat.send("POST", &target, &rules).status, 400, "{rules}");
    }
    assert_eq!(cat.get(&target), json!([]));
}

#[test]
fn memories_are_created_listed_and_attached() {
    let mut cat = cat();
    assert_eq!(cat.call("GET", "v1/translationmemory?batchSize=100").status, 204);
    assert_eq!(cat.call("GET", "v1/translationmemory").status, 400);
    assert_eq!(cat.call("GET", "v1/translationmemory?batchSize=101").status, 400);
    let model = |name: &str, targets: &[&str]| json!({"name": name, "sourceLanguage": "en", "targetLanguages": targets});
    let created = cat.send("POST", "v1/translationmemory", &model("A", &["de", "fr"]));
    assert_eq!(created.status, 201);
    let id = body(&created);
    for wrong in [model("A", &["de"]), model("", &["de"]), model("B", &["en"]), model("B", &[])] {
        assert_eq!(cat.send("POST", "v1/translationmemory", &wrong).status, 400, "{wrong}");
    }
    let narrow = body(&cat.send("POST", "v1/translationmemory", &model("B", &["de"])));
    let page = cat.get("v1/translationmemory?batchSize=1");
    let last = page[0]["id"].as_str().unwrap().to_owned();
    let next = cat.get(&format!("v1/translationmemory?batchSize=1&lastProcessedId={last}"));
    assert_ne!(page[0]["id"], next[0]["id"]);
    assert_eq!(cat.get("v1/translationmemory?batchSize=9&searchName=B")[0]["id"], narrow);

    let american = json!({"name": "C", "sourceLanguage": "en-US", "targetLanguages": ["de", "fr"]});
    let american = body(&cat.send("POST", "v1/translationmemory", &american));
    let project = cat.project();
    let target = format!("v1/project/{project}/translationmemories");
    let row = |id: &Value, threshold: i64, writable: bool| json!({"id": id, "matchThreshold": threshold, "isWritable": writable});
    for wrong in [
        json!([]),
        json!([row(&id, 49, true)]),
        json!([row(&narrow, 75, true)]),
        json!([row(&id, 75, true), row(&id, 75, false)]),
        json!([row(&id, 75, true), row(&narrow, 75, true)]),
        json!([row(&json!(ACCOUNT), 75, true)]),
        json!([row(&american, 75, true)]),
    ] {
        assert_eq!(cat.send("POST", &target, &wrong).status, 400, "{wrong}");
    }
    let set = json!([row(&id, 75, true), row(&narrow, 75, false)]);
    assert_eq!(cat.send("POST", &target, &set).status, 200);
    assert_eq!(cat.get(&target).as_array().unwrap().len(), 2);
    let by_language = json!([{"language": "de", "translationMemories": [row(&narrow, 75, true)]}]);
    assert_eq!(cat.send("POST", &format!("{target}/bylanguages"), &by_language).status, 200);
    assert_eq!(cat.get(&target)[0]["targetLanguageId"], 7);
    let narrow = narrow.as_str().unwrap();
    assert_eq!(cat.call("DELETE", &format!("v1/translationmemory/{narrow}")).status, 400);
    cat.call("DELETE", &format!("v1/project/{project}"));
    assert_eq!(cat.call("DELETE", &format!("v1/translationmemory/{narrow}")).status, 204);
    assert_eq!(cat.call("GET", &format!("v1/translationmemory/{narrow}")).status, 404);
}

#[test]
fn creating_a_memory_may_answer_nothing() {
    let mut cat = cat_with(|behaviour| behaviour.memory_create_reply = MemoryReply::Empty);
    let model = json!({"name": "A", "sourceLanguage": "en", "targetLanguages": ["de"]});
    assert_eq!(cat.send("POST", "v1/translationmemory", &model), Response::empty(201));
}

#[test]
fn glossaries_fit_the_project_or_not() {
    let mut cat = cat_with(|behaviour| {
        let languages = vec!["en".to_owned(), "ja".to_owned()];
        behaviour.seed.glossaries.push(GlossarySeed { name: "Japanese".to_owned(), languages });
    });
    let project = cat.project();
    let all = cat.get("v1/glossaries");
    let target = format!("v1/project/{project}/glossaries");
    assert_eq!(cat.send("PUT", &target, &json!([all[0]["id"]])).status, 204);
    assert_eq!(cat.get(&target)[0]["name"], "Product terms");
    assert_eq!(cat.send("PUT", &target, &json!([all[1]["id"]])).status, 400);
    assert_eq!(cat.send("PUT", &target, &json!([ACCOUNT])).status, 404);
}

#[test]
fn directories_have_codes_or_numbers() {
    let mut cat = cat();
    let languages = cat.get("v2/directory?type=language")["items"].clone();
    assert_eq!(languages.as_array().unwrap().len(), 378);
    assert_eq!(languages[0], json!({"id": "aa", "name": "Afar"}));
    assert_eq!(cat.call("GET", "v2/directory?type=planet").status, 400);
    let behaviour =
        Behaviour { directory_language_ids: LanguageIds::Number, ..cat.state.behaviour().clone() };
    cat.state.set_behaviour(behaviour);
    assert_eq!(cat.get("v2/directory?type=language")["items"][0]["id"], "66005");
    assert_eq!(cat.get("v1/directory/formats")[0]["name"], "locjson");
    assert_eq!(cat.get("v1/account/mtengines")[0]["name"], "Intelligent Routing");
}

#[test]
fn there_is_one_callback() {
    let mut cat = cat();
    assert_eq!(cat.call("GET", "v1/callback").status, 404);
    assert_eq!(cat.send("POST", "v1/callback", &json!({"url": "nowhere"})).status, 400);
    let headers = json!([{"name": " ", "value": "x"}]);
    let wrong = json!({"url": "https://e.com", "additionalHeaders": headers});
    assert_eq!(cat.send("POST", "v1/callback", &wrong).status, 400);
    let good = json!({"url": "https://e.com", "additionalHeaders": [{"name": "X", "value": "y"}]});
    assert_eq!(cat.send("POST", "v1/callback", &good).status, 200);
    assert_eq!(cat.get("v1/callback"), good);
    assert_eq!(cat.get("v1/callback/lastErrors"), json!([]));
    assert_eq!(cat.call("DELETE", "v1/callback").status, 204);
    assert_eq!(cat.call("GET", "v1/callback").status, 404);
}

#[test]
fn creating_a_client_can_be_repeated() {
    let mut cat = cat();
    let first = body(&cat.send("POST", "v1/client/create", &json!("Acme")));
    assert_eq!(body(&cat.send("POST", "v1/client/create", &json!("Acme"))), first);
    let project = cat.project_with(&json!({"clientId": first}));
    assert_eq!(cat.get(&format!("v2/project/list?clientIds={}", first.as_str().unwrap()))[0]["id"], project);
}
