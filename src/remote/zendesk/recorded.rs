//! The help center's reader against recorded answers of the real Zendesk. The recordings stay where they are; a machine
//! without them compares nothing and says so.

use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

use super::tests::reader;
use super::tests::token;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;
use crate::remote::testing::Canned;
use crate::remote::testing::Server;

/// The directory of recorded answers; they stay where they are.
#[expect(clippy::disallowed_macros, reason = "a test that compares nothing says so")]
fn recorded() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/recorded/zendesk");
    if !beside.is_dir() {
        println!("no recorded answers beside this checkout: nothing compared");
        return None;
    }
    Some(beside)
}

#[expect(clippy::disallowed_methods, reason = "recorded answers are files outside of the package")]
fn json_file(path: PathBuf) -> Value {
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

/// The answer that a recording of `nango` holds for a path.
fn nango(directory: &std::path::Path, file: &str, path: &str) -> Canned {
    let recording = json_file(directory.join("nango").join(file));
    Canned::json(200, recording["api"]["get"][path]["response"].to_string())
}

#[tokio::test]
async fn recorded_lists_can_be_read() {
    let Some(directory) = recorded() else { return };
    let server = Server::script(vec![
        nango(&directory, "list-articles.test.json", "/api/v2/help_center/articles"),
        nango(&directory, "sections.test.json", "/api/v2/help_center/sections.json"),
        nango(&directory, "categories.test.json", "/api/v2/help_center/categories"),
    ])
    .await;
    let reader = reader(&server, token());
    let articles = reader.items(ItemKind::Article).next().await.expect("a page").expect("a first page");
    assert_eq!(articles.len(), 13);
    assert!(
        articles.iter().all(
            |article| article.source_locale == Some(Locale::new("en-us")) && article.section_id.is_some()
        )
    );
    assert!(articles.iter().all(|article| article.translations.is_none()), "nobody asked for them");
    let sections = reader.items(ItemKind::Section).next().await.expect("a page").expect("a first page");
    assert!(sections.len() == 8 && sections.iter().any(|section| section.position < 0));
    let categories = reader.items(ItemKind::Category).next().await.expect("a page").expect("a first page");
    assert!(categories.len() == 4 && categories.iter().all(|category| !category.name.is_empty()));
}

/// One recorded exchange of `zenpy`, headers and compression included.
fn zenpy(interaction: &Value) -> Canned {
    let response = &interaction["response"];
    let body = match response["body"]["base64_string"].as_str() {
        Some(packed) => BASE64_STANDARD.decode(packed).expect("base64"),
        None => response["body"]["string"].as_str().expect("a body").as_bytes().to_vec(),
    };
    let status = response["status"]["code"].as_u64().expect("a status") as u16;
    let mut canned = Canned::Reply(status, vec![], body);
    for (name, values) in response["headers"].as_object().expect("headers") {
        let is_framing =
            ["connection", "transfer-encoding", "content-length"].contains(&name.to_lowercase().as_str());
        if let (false, Some(value)) = (is_framing, values[0].as_str()) {
            canned = canned.with(name, value);
        }
    }
    canned
}

#[tokio::test]
async fn recorded_pages_lead_to_each_other() {
    let Some(directory) = recorded() else { return };
    let recording = json_file(directory.join("zenpy/CategoryTest.test_pagination.json"));
    let interactions = recording["http_interactions"].as_array().expect("exchanges");
    let of_one = |text: &str| {
        let asked = |interaction: &&Value| {
            interaction["request"]["uri"].as_str().is_some_and(|uri| uri.contains(text))
        };
        zenpy(interactions.iter().find(asked).expect("a recording"))
    };
    let (first, second) = (of_one("categories.json?page%5Bsize%5D=1"), of_one("page%5Bafter%5D"));
    let last = of_one("categories.json?page%5Bsize%5D=100");
    let server = Server::script(vec![last, of_one("page%5Bsize%5D=1"), first, second]).await;
    let reader = reader(&server, token());
    let mut all = reader.items(ItemKind::Category);
    let page = all.next().await.expect("a page").expect("a first page");
    assert!(!page.is_empty() && all.next().await.expect("an end").is_none());
    assert!(reader.rate_limit().is_some_and(|(limit, left)| limit >= 400 && left < limit));
}

#[tokio::test]
async fn recorded_errors_are_understood() {
    let Some(directory) = recorded() else { return };
    let file = "TestCategoryCreateUpdateDelete.test_single_delete_raises_recordnotfoundexception-recordnotfound-delete.json";
    let recording = json_file(directory.join("zenpy").join(file));
    let canned = zenpy(&recording["http_interactions"][0]);
    let server = Server::start(move |_, _| canned.clone()).await;
    assert!(
        reader(&server, token()).translations(ItemKey::category(1), &[]).await.expect("an answer").is_none()
    );
    let error = reader(&server, token()).locales().await.expect_err("not found");
    assert!(error.is_not_found() && error.request_id().is_some(), "{error}");
    assert!(error.to_string().contains("404 Not Found [request "), "{error}");
}
