//! The help center's clients against a server that plays Zendesk.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use serde_json::json;
use tokio::time::Instant;

use super::*;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;
use crate::remote::Counts;
use crate::remote::ErrorKind;
use crate::remote::Look;
use crate::remote::Options;
use crate::remote::Secret;
use crate::remote::testing::Canned;
use crate::remote::testing::Seen;
use crate::remote::testing::Server;
use crate::remote::testing::quick;

const SECRET: &str = "s3cret-of-the-client";

pub(super) fn token() -> Credentials {
    Credentials::ApiToken { email: "mara@example.com".to_owned(), token: Secret::new(SECRET) }
}

fn oauth() -> Credentials {
    let secret = Secret::new(SECRET);
    Credentials::ClientCredentials { id: "zencat".to_owned(), secret, scope: "hc:read".to_owned() }
}

pub(super) fn reader(server: &Server, credentials: Credentials) -> ZendeskRead {
    ZendeskRead::new(&server.url, credentials, &quick()).expect("a reader")
}

fn writer(server: &Server) -> ZendeskWrite {
    ZendeskWrite::new(&reader(server, token()), token()).expect("a writer")
}

fn article(id: u64) -> Value {
    json!({"id": id, "title": "T", "source_locale": "en-us", "locale": "en-us", "section_id": 3, "translations": [
        {"locale": "en-us", "title": "T", "body": "<p>x</p>", "draft": false, "outdated": false},
        {"locale": "de", "title": "Ü", "body": null, "draft": true, "updated_by_id": -1}]})
}

fn page(ids: &[u64], meta: Value, links: Value) -> Canned {
    let articles: Vec<Value> = ids.iter().map(|id| article(*id)).collect();
    Canned::json(200, json!({"meta": meta, "links": links, "articles": articles}).to_string())
}

/// Every id of a list, page by page.
async fn ids(server: &Server) -> Result<Vec<u64>, RemoteError> {
    let mut pages = reader(server, token()).items(ItemKind::Article);
    let mut ids = Vec::new();
    while let Some(page) = pages.next().await? {
        ids.extend(page.iter().map(|article| article.id));
    }
    assert!(pages.next().await.expect("nothing more").is_none());
    Ok(ids)
}

#[tokio::test]
async fn a_list_is_read_page_by_page_with_all_translations() {
    let server = Server::script(vec![
        page(&[1, 2], json!({"has_more": true, "after_cursor": "a+b/c="}), json!({})),
        // The last page has cursors too.
        page(&[2, 3], json!({"has_more": false, "after_cursor": "zzz"}), json!({"next": null})),
    ])
    .await;
    assert_eq!(ids(&server).await.expect("a list"), [1, 2, 2, 3]);
    let first = "GET /api/v2/help_center/articles?page%5Bsize%5D=100&sort_by=created_at&include=translations";
    let second = "GET /api/v2/help_center/articles?page%5Bsize%5D=100&page%5Bafter%5D=a%2Bb%2Fc%3D\
                  &sort_by=created_at&include=translations";
    assert_eq!(server.asked(), [first, second]);
}

#[tokio::test]
async fn translations_end_where_a_page_brings_nothing_new() {
    let page = r#"{"translations":[{"locale":"de","title":"T","body":"B"}],"next_page":"https://x.example/?page=9"}"#;
    let server = Server::start(move |_, _| Canned::json(200, page)).await;
    let read = reader(&server, token());
    let found = read.translations(ItemKey::article(1), &[]).await.expect("an answer").expect("an article");
    assert_eq!((found.len(), server.asked().len()), (1, 2));
}

#[tokio::test]
async fn null_bodies_and_missing_keys_are_empty() {
    let server = Server::script(vec![page(&[7], json!({"has_more": false}), json!({}))]).await;
    let mut articles = reader(&server, token()).items(ItemKind::Article);
    let page = articles.next().await.expect("a page").expect("a first page");
    let translations = page[0].translations.as_ref().expect("translations");
    assert_eq!((translations[1].body.as_str(), translations[1].outdated), ("", false));
    assert_eq!((page[0].section_id, page[0].label_names.len(), page[0].position), (Some(3), 0, 0));
}

#[tokio::test]
async fn sections_and_categories_are_lists_too() {
    let server = Server::start(|seen, _| {
        Canned::json(
            200,
            if seen.target.contains("/sections?") {
                r#"{"sections":[{"id":5,"name":"S","parent_section_id":null,"category_id":4,"position":-5}]}"#
            } else {
                r#"{"count":1,"next_page":null,"categories":[{"id":4,"name":"C","description":null}]}"#
            },
        )
    })
    .await;
    let reader = reader(&server, token());
    let sections = reader.items(ItemKind::Section).next().await.expect("a page").expect("a first page");
    assert_eq!((sections[0].category_id, sections[0].position), (Some(4), -5));
    let categories = reader.items(ItemKind::Category).next().await.expect("a page").expect("a first page");
    assert_eq!(categories[0].name, "C");
}

#[tokio::test]
async fn a_link_to_another_host_is_read_for_its_cursor_only() {
    let thief = Server::start(|_, _| Canned::json(200, "{}")).await;
    let next = format!("{}/api/v2/help_center/articles?page%5Bafter%5D=abc", thief.url);
    let server = Server::script(vec![
        page(&[1], json!({"has_more": true}), json!({"next": next})),
        page(&[2], json!({}), json!({})),
    ])
    .await;
    assert_eq!(ids(&server).await.expect("a list"), [1, 2]);
    assert!(server.asked()[1].contains("page%5Bafter%5D=abc"));
    assert!(thief.seen().is_empty());
}

#[tokio::test]
async fn a_server_that_pages_by_offset_is_followed() {
    let script = vec![
        Canned::json(
            200,
            r#"{"articles":[{"id":1}],"page":1,"next_page":"https://x.example/articles?page=2"}"#,
        ),
        Canned::json(200, r#"{"articles":[{"id":2}],"page":2,"next_page":null}"#),
    ];
    let server = Server::script(script).await;
    assert_eq!(ids(&server).await.expect("a list"), [1, 2]);
    assert!(server.asked()[1].contains("per_page=100&page=2"), "{:?}", server.asked());
}

#[tokio::test]
async fn a_list_that_is_cut_short_is_an_error_and_no_short_list() {
    let more = json!({"has_more": true});
    let looping = json!({"has_more": true, "after_cursor": "a"});
    let scripts = [
        vec![page(&[1], more, json!({}))],
        vec![page(&[1], looping.clone(), json!({})), page(&[2], looping, json!({}))],
        vec![Canned::json(200, "{}")],
        vec![Canned::json(200, r#"{"articles":null}"#)],
        vec![Canned::json(200, r#"{"articles":[{"title":"no id"}]}"#)],
        vec![Canned::json(200, r#"{"articles":[],"next_page":"https://x.example/?nothing"}"#)],
    ];
    for script in scripts {
        let server = Server::script(script).await;
        let error = ids(&server).await.expect_err("an incomplete list");
        assert_eq!(error.kind(), ErrorKind::Unreadable, "{error}");
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_had_is_asked_for_in_smaller_pages_from_the_same_place() {
    let server = Server::start(|seen, _| {
        let is_first = !seen.target.contains("after");
        match (is_first, seen.target.contains("=100&"), seen.target.contains("=50&")) {
            (true, ..) => page(&[1], json!({"has_more": true, "after_cursor": "here"}), json!({})),
            (_, true, _) => Canned::json(200, "x".repeat(2000)),
            (_, _, true) => Canned::Silence,
            _ if seen.target.contains("=25&") => Canned::json(413, "{}"),
            _ => page(&[2], json!({"has_more": false}), json!({})),
        }
    })
    .await;
    let options = Options { max_page: 1000, request_timeout: Duration::from_millis(100), ..quick() };
    let mut pages =
        ZendeskRead::new(&server.url, token(), &options).expect("a reader").items(ItemKind::Article);
    assert_eq!(pages.next().await.expect("a page").map(|page| page.len()), Some(1));
    assert_eq!(pages.next().await.expect("a page").map(|page| page[0].id), Some(2));
    let sizes: Vec<String> = server.asked()[1..]
        .iter()
        .map(|asked| {
            assert!(asked.contains("page%5Bafter%5D=here"), "{asked}");
            asked.split("size%5D=").nth(1).and_then(|rest| rest.split('&').next()).expect("a size").to_owned()
        })
        .collect();
    assert_eq!(sizes, ["100", "50", "50", "25", "10"]);
}

#[tokio::test]
async fn forbidden_lists_stop_the_run() {
    let server =
        Server::start(|_, _| Canned::json(403, r#"{"error":{"title":"Forbidden","message":"No"}}"#)).await;
    let error = ids(&server).await.expect_err("forbidden");
    assert!(error.stops_the_run(), "{error}");
    let error = reader(&server, token()).translations(ItemKey::article(1), &[]).await.expect_err("forbidden");
    assert!(!error.stops_the_run(), "{error}");
}

#[tokio::test]
async fn basic_credentials_are_sent_as_zendesk_wants_them() {
    let server =
        Server::start(|_, _| Canned::json(200, r#"{"locales":["en-us","DE"],"default_locale":"en-us"}"#))
            .await;
    let locales = reader(&server, token()).locales().await.expect("locales");
    assert_eq!(locales.locales, [Locale::new("en-us"), Locale::new("de")]);
    assert_eq!(locales.default, Some(Locale::new("en-us")));
    let expected = format!("Basic {}", BASE64_STANDARD.encode(format!("mara@example.com/token:{SECRET}")));
    assert_eq!(server.seen()[0].header("authorization"), Some(expected.as_str()));
}

/// Plays the token endpoint: numbered tokens, and only those that `accepts` likes.
async fn with_tokens(life: f64, accepts: impl Fn(&str) -> bool + Send + Sync + 'static) -> Server {
    let issued = std::sync::atomic::AtomicU32::new(0);
    Server::start(move |seen, _| {
        if seen.target == "/oauth/tokens" {
            let number = issued.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            let token = json!({"access_token": format!("token-{number}"), "token_type": "bearer", "expires_in": life});
            return Canned::Late(Duration::from_millis(30), Box::new(Canned::json(201, token.to_string())));
        }
        match seen.header("authorization").and_then(|header| header.strip_prefix("Bearer ")) {
            Some(token) if accepts(token) => Canned::json(200, r#"{"locales":[]}"#),
            _ => Canned::json(401, r#"{"error":"Couldn't authenticate you"}"#),
        }
    })
    .await
}

fn token_requests(server: &Server) -> Vec<Seen> {
    server.seen().into_iter().filter(|seen| seen.target == "/oauth/tokens").collect()
}

#[tokio::test]
async fn one_token_serves_all() {
    let server = with_tokens(1800.0, |token| token == "token-0").await;
    let reader = reader(&server, oauth());
    let all = futures_util::future::join_all((0..10).map(|_| reader.locales())).await;
    assert!(all.iter().all(Result::is_ok));
    let asked = token_requests(&server);
    assert_eq!(asked.len(), 1);
    assert!(asked[0].header("authorization").is_none());
    let body: Value = serde_json::from_slice(&asked[0].body).expect("JSON");
    let expected = json!({"grant_type": "client_credentials", "client_id": "zencat",
        "client_secret": SECRET, "scope": "hc:read"});
    assert_eq!(body, expected);
    assert_eq!(reader.requests(), Counts { reads: 11, writes: 0 });
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_by_one_for_all() {
    let server = with_tokens(1800.0, |token| token == "token-1").await;
    let reader = reader(&server, oauth());
    let all = futures_util::future::join_all((0..4).map(|_| reader.locales())).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(token_requests(&server).len(), 2);

    let server = with_tokens(1800.0, |_| false).await;
    let error = self::reader(&server, oauth()).locales().await.expect_err("never accepted");
    assert!(error.kind() == ErrorKind::Unauthorized && error.stops_the_run());
    assert_eq!((token_requests(&server).len(), server.seen().len()), (2, 4));
}

#[tokio::test]
async fn a_token_is_not_used_to_its_last_moment() {
    let server = with_tokens(0.2, |_| true).await;
    let reader = reader(&server, oauth());
    assert!(reader.locales().await.is_ok());
    tokio::time::sleep(Duration::from_millis(120)).await;
    assert!(reader.locales().await.is_ok());
    assert_eq!(token_requests(&server).len(), 2);
}

#[tokio::test]
async fn refused_client_credentials_are_told_without_the_secret() {
    let answer = format!(r#"{{"error":"invalid_client","error_description":"no client with {SECRET}"}}"#);
    let server = Server::start(move |_, _| Canned::json(400, answer.clone())).await;
    let error = reader(&server, oauth()).locales().await.expect_err("refused");
    assert!(error.kind() == ErrorKind::Unauthorized && error.stops_the_run());
    let told = format!("{error} {error:?}");
    assert!(told.contains("no client with [secret]") && !told.contains(SECRET), "{told}");
}

#[tokio::test]
async fn a_fixed_token_is_not_renewed() {
    let server = with_tokens(1800.0, |_| false).await;
    let error =
        reader(&server, Credentials::AccessToken(Secret::new("old"))).locales().await.expect_err("refused");
    assert_eq!((error.status(), server.seen().len()), (Some(401), 1));
}

#[tokio::test]
async fn access_is_asked_where_anonymous_visitors_get_no_answer() {
    let ask = async |missing: Canned, groups: Canned| {
        let server = Server::start(move |seen, _| match seen.target.as_str() {
            "/api/v2/help_center/articles/7/translations/missing" => missing.clone(),
            "/api/v2/guide/permission_groups" => groups.clone(),
            "/api/v2/users/me.json" => Canned::json(200, r#"{"user":{"id":null,"name":"Anonymous user"}}"#),
            other => panic!("unexpected {other}"),
        })
        .await;
        (reader(&server, token()).access_to(7).await, server.seen().len())
    };
    let groups = || Canned::json(200, r#"{"permission_groups":[]}"#);
    let (access, asked) = ask(Canned::json(200, r#"{"locales":["de"]}"#), Canned::Drop).await;
    assert!(matches!(access, Ok(Access::Ok)) && asked == 1);
    let (access, _) = ask(Canned::json(401, r#"{"error":"Couldn't authenticate you"}"#), groups()).await;
    assert!(matches!(access, Ok(Access::Anonymous)));
    let (access, _) =
        ask(Canned::json(403, r#"{"error":{"title":"Forbidden","message":"No"}}"#), groups()).await;
    assert!(matches!(access, Ok(Access::Forbidden(_))));
    let gone = || Canned::json(404, r#"{"error":"RecordNotFound","description":"Not found"}"#);
    let (access, asked) = ask(gone(), groups()).await;
    assert!(matches!(access, Ok(Access::Ok)) && asked == 2);
    let elsewhere = Canned::status(302).with("Location", "https://account.zendesk.com/login");
    let (access, asked) = ask(gone(), elsewhere).await;
    assert!(matches!(access, Ok(Access::Anonymous)) && asked == 3);
    let (access, _) = ask(Canned::status(400), groups()).await;
    assert!(access.is_err());
}

#[tokio::test]
async fn translations_are_read_by_one_request() {
    let server = Server::start(|_, _| {
        Canned::json(200, json!({"translations": [{"locale": "de", "title": "x"}]}).to_string())
    })
    .await;
    let locales = [Locale::new("de"), Locale::new("pt-br")];
    let found =
        reader(&server, token()).translations(ItemKey::section(9), &locales).await.expect("an answer");
    assert_eq!(found.expect("a section")[0].locale, Locale::new("de"));
    assert_eq!(
        server.asked(),
        ["GET /api/v2/help_center/sections/9/translations?locales=de%2Cpt-br&per_page=100"]
    );
}

#[tokio::test]
async fn a_vanished_item_is_none_and_a_vanished_endpoint_is_an_error() {
    let server =
        Server::start(|_, _| Canned::json(404, r#"{"error":"RecordNotFound","description":"Not found"}"#))
            .await;
    let read = reader(&server, token());
    assert!(read.translations(ItemKey::article(1), &[]).await.expect("an answer").is_none());
    for body in
        [r#"{"error":"InvalidEndpoint","description":"Not found"}"#, "<html><title>Oops</title></html>"]
    {
        let server = Server::start(move |_, _| Canned::Reply(404, vec![], body.into())).await;
        assert!(reader(&server, token()).translations(ItemKey::article(1), &[]).await.is_err(), "{body}");
    }
}

#[tokio::test]
async fn the_acting_user_may_be_nobody() {
    let server = Server::start(|seen, _| {
        Canned::json(
            200,
            match seen.header("authorization") {
                Some(header) if header.starts_with("Basic") => {
                    r#"{"user":{"id":12,"name":"Mara","role":"admin","email":"m@x.example"}}"#
                }
                _ => r#"{"user":{"id":null,"name":"Anonymous user","role":"end-user"}}"#,
            },
        )
    })
    .await;
    let mara = reader(&server, token()).me().await.expect("a user");
    assert_eq!((mara.is_anonymous(), mara.role.as_deref()), (false, Some("admin")));
    assert!(
        reader(&server, Credentials::AccessToken(Secret::new("x")))
            .me()
            .await
            .expect("a user")
            .is_anonymous()
    );
}

#[tokio::test]
async fn the_budget_is_told_and_support_s_own_is_not_mixed_up_with_it() {
    let server = Server::start(|seen, _| {
        let left = if seen.target.contains("users") { "3" } else { "398" };
        let body = r#"{"locales":[],"user":{"id":1}}"#;
        Canned::json(200, body).with("X-Rate-Limit", "400").with("x-rate-limit-remaining", left)
    })
    .await;
    let reader = reader(&server, token());
    assert_eq!(reader.rate_limit(), None);
    reader.locales().await.expect("locales");
    reader.me().await.expect("a user");
    assert_eq!(reader.rate_limit(), Some((400, 398)));
}

fn stored(seen: &Seen) -> Canned {
    let sent: Value = serde_json::from_slice(&seen.body).expect("JSON");
    let mut translation =
        json!({"id": 1, "locale": "de", "title": "", "body": "", "draft": false, "outdated": false});
    for (key, value) in sent["translation"].as_object().expect("a translation") {
        translation[key] = value.clone();
    }
    Canned::json(
        if seen.method == "POST" { 201 } else { 200 },
        json!({"translation": translation}).to_string(),
    )
}

#[tokio::test]
async fn a_translation_is_created_in_the_collection() {
    let server = Server::start(|seen, _| stored(seen)).await;
    let new =
        NewTranslation {
            locale: Locale::new("de"), title: "T".into(), body: "<p>ü</p>".into(), draft: true
        };
    let kept = writer(&server).create_translation(ItemKey::article(5), &new).await.expect("created");
    assert_eq!((kept.body.as_str(), kept.draft), ("<p>ü</p>", true));
    assert_eq!(server.asked(), ["POST /api/v2/help_center/articles/5/translations"]);
    let sent: Value = serde_json::from_slice(&server.seen()[0].body).expect("JSON");
    let expected =
        json!({"locale": "de", "title": "T", "body": "<p>ü</p>", "draft": true, "outdated": false});
    assert_eq!(sent, json!({ "translation": expected }));
    assert_eq!(server.seen()[0].header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_change_holds_only_what_changes_and_never_the_publication() {
    let server = Server::start(|seen, _| stored(seen)).await;
    let (writer, item, locale) = (writer(&server), ItemKey::category(5), Locale::new("pt-BR"));
    writer.replace_text(item, &locale, "t", "x", look(0)).await.expect("changed");
    writer.set_outdated(item, &locale, true).await.expect("flagged");
    assert_eq!(server.asked(), ["PUT /api/v2/help_center/categories/5/translations/pt-br"; 2]);
    let sent = |at: usize| serde_json::from_slice::<Value>(&server.seen()[at].body).expect("JSON");
    assert_eq!(sent(0), json!({"translation": {"title": "t", "body": "x", "outdated": false}}));
    assert_eq!(sent(1), json!({"translation": {"outdated": true}}));
}

/// A look at this moment, after so many tries.
fn look(tries: u32) -> Look {
    Look { good_until: Instant::now() + Duration::from_secs(1), tries }
}

#[tokio::test]
async fn a_text_that_was_not_taken_is_not_sent_again_before_another_look() {
    let (item, locale) = (ItemKey::article(5), Locale::new("de"));
    for failure in [
        Canned::status(409),
        Canned::status(429).with("retry-after", "0"),
        Canned::status(503),
        Canned::status(502),
        Canned::Drop,
    ] {
        let server = Server::start(move |_, _| failure.clone()).await;
        let writer = writer(&server);
        let first = writer.replace_text(item, &locale, "t", "x", look(0)).await.expect_err("a failure");
        assert!(first.may_pass() && server.seen().len() == 1, "{first}");
        let last = writer.replace_text(item, &locale, "t", "x", look(20)).await.expect_err("a failure");
        assert!(!last.may_pass() && last.to_string().contains("21 tries"), "{last}");
    }
    for refusal in [400, 403, 404, 422] {
        let server = Server::start(move |_, _| Canned::status(refusal)).await;
        let error =
            writer(&server).replace_text(item, &locale, "t", "x", look(0)).await.expect_err("refused");
        assert!(!error.may_pass(), "{refusal}");
    }
}

#[tokio::test]
async fn a_text_whose_turn_comes_too_late_is_not_sent() {
    let server = Server::start(|seen, _| stored(seen)).await;
    let old = Look { good_until: Instant::now() - Duration::from_millis(1), tries: 0 };
    let (item, locale) = (ItemKey::article(5), Locale::new("de"));
    let error = writer(&server).replace_text(item, &locale, "t", "x", old).await.expect_err("too late");
    assert_eq!((error.kind(), error.may_pass()), (ErrorKind::TooLate, true));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn conflicts_of_a_flag_are_tried_through_and_those_of_a_creation_are_not() {
    let server =
        Server::start(|seen, number| if number < 3 { Canned::status(409) } else { stored(seen) }).await;
    writer(&server).set_outdated(ItemKey::article(5), &Locale::new("de"), true).await.expect("flagged");
    assert_eq!(server.seen().len(), 4);

    let server = Server::start(|_, _| Canned::status(409)).await;
    let new =
        NewTranslation { locale: Locale::new("de"), title: "T".into(), body: String::new(), draft: false };
    let error =
        self::writer(&server).create_translation(ItemKey::article(5), &new).await.expect_err("a conflict");
    assert!(error.is_conflict() && server.seen().len() == 1);
}

#[tokio::test]
async fn one_write_is_under_way_at_a_time() {
    let pause = Duration::from_millis(40);
    let server = Server::start(move |seen, _| Canned::Late(pause, Box::new(stored(seen)))).await;
    let writer = writer(&server);
    let locale = Locale::new("de");
    let writes = (0..4).map(|id| {
        let (writer, locale) = (writer.clone(), &locale);
        async move { writer.set_outdated(ItemKey::article(id), locale, true).await }
    });
    assert!(futures_util::future::join_all(writes).await.iter().all(Result::is_ok));
    let seen = server.seen();
    assert!(seen.windows(2).all(|two| two[1].at - two[0].at >= pause), "{seen:?}");
}
