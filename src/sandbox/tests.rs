//! The sandbox over TCP: what a client meets, faults included.

use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

use super::*;

const UNLOCK: u64 = 360_001_234_567;

async fn start(faults: Vec<Fault>) -> Sandbox {
    Sandbox::start(Options { clock: ClockMode::manual(), faults, ..Options::default() }).await.unwrap()
}

/// A client as the sandbox's user needs it: no proxy, no certificates, no patience.
fn client() -> reqwest::Client {
    // Another test may have installed it: one per process is enough.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_millis(1500))
        .build()
        .unwrap()
}

fn get(sandbox: &Sandbox, path: &str) -> reqwest::RequestBuilder {
    client().get(format!("{}{path}", sandbox.zendesk_url())).bearer_auth(zendesk::ACCESS_TOKEN)
}

fn translate(sandbox: &Sandbox, locale: &str) -> reqwest::RequestBuilder {
    let url = format!("{}/api/v2/help_center/articles/{UNLOCK}/translations", sandbox.zendesk_url());
    let body = json!({"translation": {"locale": locale, "title": "T", "body": "<p>b</p>"}});
    client().post(url).bearer_auth(zendesk::ACCESS_TOKEN).json(&body)
}

fn has(sandbox: &Sandbox, locale: &str) -> bool {
    sandbox.zendesk(|state, _| state.translation(zendesk::Kind::Article, UNLOCK, locale).is_some())
}

#[tokio::test]
async fn a_whole_sign_in_and_read_and_its_journal() {
    let sandbox = start(Vec::new()).await;
    let settings: std::collections::BTreeMap<_, _> = sandbox.settings().into_iter().collect();
    let grant = json!({
        "grant_type": "client_credentials", "scope": "hc:read",
        "client_id": settings["ZENDESK_OAUTH_CLIENT_ID"], "client_secret": settings["ZENDESK_OAUTH_CLIENT_SECRET"],
    });
    let url = sandbox.zendesk_url();
    let token: Value =
        client().post(format!("{url}/oauth/tokens")).json(&grant).send().await.unwrap().json().await.unwrap();
    let list = client()
        .get(format!("{url}/api/v2/help_center/articles.json?page[size]=2&include=translations"))
        .bearer_auth(token["access_token"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    let list: Value = list.json().await.unwrap();
    let next = list["links"]["next"].as_str().unwrap();
    assert!(next.starts_with(&url), "{next}");
    client().get(next).send().await.unwrap();

    let journal = sandbox.journal();
    let seen: Vec<_> =
        journal.iter().map(|one| (one.sequence, one.status, one.write, one.credentials)).collect();
    assert_eq!(
        seen,
        [
            (1, Some(200), false, Credentials::None),
            (2, Some(200), false, Credentials::Right),
            (3, Some(401), false, Credentials::None),
        ]
    );
    assert!(journal[1].query.starts_with("page[size]=2&include=translations"));
    let dump = serde_json::to_string(&journal).unwrap();
    assert!(
        !dump.contains(zendesk::CLIENT_SECRET) && !dump.contains(token["access_token"].as_str().unwrap())
    );
    sandbox.clear_journal();
    assert_eq!(sandbox.journal(), []);
    sandbox.stop().await;
    assert!(client().get(&url).send().await.is_err(), "stopped");
}

#[tokio::test]
async fn a_reset_before_and_after_the_commit() {
    let reset = |after_commit| FaultKind::Reset { after_commit };
    let sandbox = start(vec![
        Fault::once(ServiceName::Zendesk, "POST", "*/translations", reset(false)),
        Fault::once(ServiceName::Zendesk, "POST", "*/translations", reset(true)).nth(2),
    ])
    .await;
    assert!(translate(&sandbox, "fr").send().await.is_err());
    assert!(!has(&sandbox, "fr"));
    assert!(translate(&sandbox, "fr").send().await.is_err());
    assert!(has(&sandbox, "fr"), "the write was done, the answer lost");
    assert_eq!(translate(&sandbox, "fr").send().await.unwrap().status(), 400);
    let seen: Vec<_> = sandbox.journal().iter().map(|one| (one.status, one.committed, one.fault)).collect();
    assert_eq!(seen, [(None, false, Some("reset")), (None, true, Some("reset")), (Some(400), true, None)]);
    assert!(sandbox.journal().iter().all(|one| one.write && one.body.contains("<p>b</p>")));
}

#[tokio::test]
async fn another_status_before_and_after_the_commit() {
    let status = |after_commit| FaultKind::Status {
        status: 503,
        headers: [("retry-after".to_owned(), "2".to_owned())].into(),
        body: "busy".to_owned(),
        content_type: Some("text/plain".to_owned()),
        after_commit,
    };
    let sandbox = start(vec![
        Fault::once(ServiceName::Zendesk, "POST", "*", status(false)),
        Fault::once(ServiceName::Zendesk, "POST", "*", status(true)).nth(2),
    ])
    .await;
    let refused = translate(&sandbox, "fr").send().await.unwrap();
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (503, &"2".parse().unwrap()));
    assert!(!has(&sandbox, "fr"));
    assert_eq!(translate(&sandbox, "fr").send().await.unwrap().status(), 503);
    assert!(has(&sandbox, "fr"));
}

#[tokio::test]
async fn a_request_that_hangs_is_let_go_when_the_faults_change() {
    let hang = FaultKind::Hang { after_commit: true };
    let sandbox = start(vec![Fault::once(ServiceName::Zendesk, "POST", "*", hang.clone()).every()]).await;
    let asked = Instant::now();
    assert!(translate(&sandbox, "fr").send().await.unwrap_err().is_timeout());
    assert!(asked.elapsed() > Duration::from_secs(1) && has(&sandbox, "fr"));

    let waiting = tokio::spawn(translate(&sandbox, "ja").send());
    while !has(&sandbox, "ja") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    sandbox.set_faults(Vec::new());
    assert!(!waiting.await.unwrap().unwrap_err().is_timeout(), "closed, not timed out");
}

#[tokio::test]
async fn broken_bodies() {
    let path = "/api/v2/help_center/locales";
    let kinds =
        [FaultKind::Truncate, FaultKind::Garbage, FaultKind::WrongType, FaultKind::Html, FaultKind::Endless];
    let sandbox = start(
        kinds
            .iter()
            .zip(1..)
            .map(|(kind, nth)| Fault::once(ServiceName::Zendesk, "GET", path, kind.clone()).nth(nth))
            .collect(),
    )
    .await;

    let cut = get(&sandbox, path).send().await.unwrap();
    let promised = cut.content_length().unwrap();
    assert!(promised > 10);
    assert!(cut.bytes().await.is_err(), "less came than was promised");

    let garbage = get(&sandbox, path).send().await.unwrap();
    assert_eq!(garbage.status(), 200);
    assert!(garbage.json::<Value>().await.is_err());

    let mislabelled = get(&sandbox, path).send().await.unwrap();
    assert_eq!(mislabelled.headers()["content-type"], "text/html; charset=utf-8");
    assert!(mislabelled.text().await.unwrap().contains("default_locale"));

    assert!(get(&sandbox, path).send().await.unwrap().text().await.unwrap().starts_with("<!doctype html>"));

    let mut endless = get(&sandbox, path).send().await.unwrap();
    let mut size = 0;
    while size < 1_000_000 {
        size += endless.chunk().await.unwrap().unwrap().len();
    }
    assert_eq!(
        get(&sandbox, path).send().await.unwrap().json::<Value>().await.unwrap()["default_locale"],
        "en-us"
    );
}

#[tokio::test]
async fn late_stale_and_redirected_answers() {
    let path = format!("/api/v2/help_center/articles/{UNLOCK}/translations");
    let sandbox = start(vec![
        Fault::once(ServiceName::Zendesk, "GET", "*/locales", FaultKind::Delay { ms: 60 }),
        Fault::once(ServiceName::Zendesk, "GET", &path, FaultKind::Stale).nth(2),
        Fault::once(
            ServiceName::Zendesk,
            "GET",
            "*/categories",
            FaultKind::Redirect { location: "http://elsewhere.example/".to_owned() },
        ),
    ])
    .await;
    let asked = Instant::now();
    assert_eq!(get(&sandbox, "/api/v2/help_center/locales").send().await.unwrap().status(), 200);
    assert!(asked.elapsed() >= Duration::from_millis(60));

    let mut counts = Vec::new();
    for _ in 0..3 {
        let list: Value = get(&sandbox, &path).send().await.unwrap().json().await.unwrap();
        counts.push(list["count"].as_u64().unwrap());
        translate(&sandbox, if counts.len() == 1 { "fr" } else { "ja" }).send().await.unwrap();
    }
    assert_eq!(counts, [2, 2, 4], "the second is the first again");

    let moved = get(&sandbox, "/api/v2/help_center/categories").send().await.unwrap();
    assert_eq!(
        (moved.status().as_u16(), &moved.headers()["location"]),
        (302, &"http://elsewhere.example/".parse().unwrap())
    );
}

#[tokio::test]
async fn writes_that_meet_conflict() {
    let zendesk = zendesk::Behaviour { write_ms: Some(150), ..zendesk::Behaviour::default() };
    let sandbox = Sandbox::start(Options { zendesk, ..Options::default() }).await.unwrap();
    let (one, other) = tokio::join!(translate(&sandbox, "fr").send(), translate(&sandbox, "ja").send());
    let mut statuses = [one.unwrap().status().as_u16(), other.unwrap().status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let refused: Vec<_> = sandbox.journal().into_iter().filter(|one| one.status == Some(409)).collect();
    assert!(matches!(&refused[..], [one] if !one.committed));
    assert_eq!(translate(&sandbox, "pt-br").send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn the_sandbox_is_operated_over_http() {
    let sandbox = start(Vec::new()).await;
    let url = |path: &str| format!("{}/_sandbox/{path}", sandbox.smartcat_url());
    let post = |path: &str, body: Value| client().post(url(path)).json(&body).send();
    let before = sandbox.now();
    let now: Value = post("clock/advance", json!({"seconds": 90})).await.unwrap().json().await.unwrap();
    assert_eq!(now["now"], json!(sandbox.now()));
    assert_eq!(sandbox.now().duration_since(before).as_secs(), 90);

    let edit = json!({"article": UNLOCK, "title": "New title"});
    assert_eq!(post("zendesk/edit_source", edit).await.unwrap().status(), 200);
    let state: Value = client().get(url("state")).send().await.unwrap().json().await.unwrap();
    let articles = state["zendesk"]["articles"].as_array().unwrap();
    let unlock = articles.iter().find(|article| article["id"] == UNLOCK).unwrap();
    assert_eq!(unlock["translations"]["en-us"]["title"], "New title");

    let faults = json!([{"service": "zendesk", "nth": "every", "kind": {"status": {"status": 500}}}]);
    assert_eq!(post("faults", faults).await.unwrap().status(), 200);
    assert_eq!(get(&sandbox, "/api/v2/help_center/locales").send().await.unwrap().status(), 500);
    let refused = post("faults", json!([{"service": "zendesk", "kind": "sulk"}])).await.unwrap();
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().contains("sulk"));

    let journal: Value = client().get(url("journal")).send().await.unwrap().json().await.unwrap();
    assert_eq!(journal.as_array().unwrap().len(), 1, "the sandbox's own requests are not in it: {journal}");
    assert_eq!(client().get(url("nothing")).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn multipart_uploads_arrive_in_parts() {
    let sandbox = start(Vec::new()).await;
    let file = reqwest::multipart::Part::bytes(vec![1_u8, 2, 3])
        .file_name("größe.json")
        .mime_str("application/json")
        .unwrap();
    let form = reqwest::multipart::Form::new().text("value", "{\"a\":1}").part("file", file);
    let url = format!("{}/api/integration/v1/project/document?projectId=x", sandbox.smartcat_url());
    client().post(url).multipart(form).send().await.unwrap();
    let entry = sandbox.journal().remove(0);
    assert!(entry.write && entry.body.contains("--value\n{\"a\":1}"), "{}", entry.body);
    assert!(entry.body.contains("--file; filename=größe.json; type=application/json"), "{}", entry.body);
}

#[tokio::test]
async fn an_inconsistent_seed_does_not_start() {
    let seed = Seed { default_locale: "de".to_owned(), ..Seed::default() };
    let refused = Sandbox::start(Options { seed, ..Options::default() }).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
    assert!(refused.to_string().contains("`de`"), "{refused}");
}
