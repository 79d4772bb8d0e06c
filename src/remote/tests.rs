//! The HTTP layer against a server that misbehaves.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::remote::http::Http;
use crate::remote::http::Lanes;
use crate::remote::pace::Pace;
use crate::remote::request::Part;
use crate::remote::request::Request;
use crate::remote::secret::Authorization;
use crate::remote::testing::Canned;
use crate::remote::testing::Server;
use crate::remote::testing::quick;

const KEY: &str = "k3y-which-nobody-may-see";

fn client(server: &Server, options: &Options) -> Http {
    let lanes = Lanes { reads: 4, writes: 4 };
    let root = connect::root(&server.url).expect("a URL");
    Http::new(Service::Smartcat, root, Pace::per_second(1000), lanes, options).expect("a client")
}

fn authorized(request: Request) -> Request {
    request.authorized(Authorization::basic("account", &Secret::new(KEY)).expect("a header"))
}

/// Sends one request to a server that follows a script.
async fn exchange(script: Vec<Canned>, request: Request) -> (Result<u16, RemoteError>, Server, Counts) {
    let server = Server::script(script).await;
    let client = client(&server, &quick());
    let answer = client.send(&authorized(request)).await.map(|answer| answer.status);
    (answer, server, client.counts())
}

fn get() -> Request {
    Request::get(&["v1", "thing"])
}

#[tokio::test]
async fn a_get_outlives_every_passing_failure() {
    let failures = [
        Canned::status(500),
        Canned::Reply(502, vec![], b"<html><title>Bad gateway</title></html>".to_vec()),
        Canned::Drop,
        Canned::Cut(b"{\"id\":".to_vec()),
    ];
    for failure in failures {
        let script = vec![failure.clone(), failure, Canned::json(200, "{}")];
        let (answer, server, counts) = exchange(script, get()).await;
        assert_eq!(answer.expect("an answer"), 200);
        assert_eq!(server.seen().len(), 3);
        assert_eq!(counts, Counts { reads: 3, writes: 0 });
    }
}

#[tokio::test]
async fn tries_end() {
    let (answer, server, _) = exchange(vec![Canned::status(500); 9], get()).await;
    let error = answer.expect_err("a failure");
    assert_eq!((server.seen().len(), error.kind(), error.status()), (5, ErrorKind::Server, Some(500)));
    assert!(error.to_string().contains("500 Internal Server Error after 5 tries"), "{error}");
    assert!(!error.is_ambiguous());
}

#[tokio::test]
async fn a_post_is_not_repeated_when_it_may_be_done() {
    let failures = [
        Canned::status(500),
        Canned::status(502),
        Canned::status(504),
        Canned::Drop,
        Canned::Cut(b"{".to_vec()),
    ];
    for failure in failures {
        let (answer, server, counts) = exchange(vec![failure.clone()], Request::post(&["v1", "thing"])).await;
        let error = answer.expect_err("a failure");
        assert!(error.is_ambiguous(), "{failure:?}: {error}");
        assert_eq!((server.seen().len(), counts), (1, Counts { reads: 0, writes: 1 }));
    }
}

#[tokio::test]
async fn a_post_is_repeated_when_it_was_not_done() {
    for status in [429, 503] {
        let script = vec![Canned::status(status).with("Retry-After", "0"), Canned::json(200, "{}")];
        let (answer, server, _) = exchange(script, Request::post(&["v1", "thing"])).await;
        assert_eq!((answer.expect("an answer"), server.seen().len()), (200, 2));
    }
    let (answer, server, _) = exchange(vec![Canned::status(409)], Request::post(&["v1", "thing"])).await;
    let error = answer.expect_err("a conflict");
    assert!(error.is_conflict() && !error.is_ambiguous() && server.seen().len() == 1);
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let closed = Server::closed();
    let client = client(&closed, &quick());
    let error = client.send(&authorized(Request::post(&["v1", "thing"]))).await.expect_err("nobody there");
    assert_eq!((error.kind(), error.is_ambiguous(), client.counts().writes), (ErrorKind::Connect, false, 0));
    assert!(error.to_string().contains("no connection"), "{error}");
}

#[tokio::test]
async fn all_workers_wait_as_long_as_one_was_told() {
    let server = Server::start(|_, number| match number {
        0 => Canned::status(429).with("Retry-After", "1"),
        _ => Canned::json(200, "{}"),
    })
    .await;
    let client = client(&server, &quick());
    let first = async { client.send(&get()).await };
    let second = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        client.send(&get()).await
    };
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_ok() && second.is_ok());
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    assert!(seen[1..].iter().all(|later| later.at - seen[0].at >= Duration::from_millis(990)), "{seen:?}");
}

#[tokio::test]
async fn an_absurd_retry_after_is_told_and_not_obeyed() {
    for value in ["86400", "Wed, 21 Oct 2099 07:28:00 GMT", "99999999999999999999999999"] {
        let (answer, server, _) = exchange(vec![Canned::status(429).with("Retry-After", value)], get()).await;
        let error = answer.expect_err("a refusal");
        assert_eq!((error.kind(), server.seen().len()), (ErrorKind::RateLimited, 1));
        assert!(error.to_string().contains("it asks to come back in"), "{error}");
    }
}

#[tokio::test]
async fn silence_is_a_timeout_and_the_run_has_an_end() {
    let server = Server::start(|_, _| Canned::Silence).await;
    let short = Options { request_timeout: Duration::from_millis(50), tries: 2, ..quick() };
    let error = client(&server, &short).send(&get()).await.expect_err("silence");
    assert_eq!((error.kind(), server.seen().len()), (ErrorKind::Timeout, 2));

    let limited = Options { total_timeout: Some(Duration::from_millis(80)), ..quick() };
    let limited = client(&server, &limited);
    let error = limited.send(&Request::post(&["v1", "thing"])).await.expect_err("no time");
    assert_eq!(error.kind(), ErrorKind::DeadlineOver);
    assert!(error.is_ambiguous() && error.stops_the_run());
    let error = limited.send(&Request::post(&["v1", "thing"])).await.expect_err("no time");
    assert!(error.kind() == ErrorKind::DeadlineOver && !error.is_ambiguous(), "nothing was sent");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_redirect_to_another_host_gets_nothing() {
    let thief = Server::start(|_, _| Canned::json(200, "{}")).await;
    let to = format!("{}/v1/thing", thief.url);
    for status in [301, 302, 303, 307, 308] {
        let (answer, _, _) = exchange(vec![Canned::status(status).with("Location", &to)], get()).await;
        let error = answer.expect_err("a redirect");
        assert_eq!(error.kind(), ErrorKind::Redirected);
        assert!(error.to_string().contains("it points to 127.0.0.1"), "{error}");
    }
    assert!(thief.seen().is_empty());
}

#[tokio::test]
async fn a_redirect_within_the_host_is_followed_by_a_get_only() {
    let script = || vec![Canned::status(302).with("Location", "/other?a=b"), Canned::json(200, "{}")];
    let (answer, server, _) = exchange(script(), get()).await;
    assert_eq!(answer.expect("an answer"), 200);
    assert_eq!(server.asked(), ["GET /v1/thing", "GET /other?a=b"]);
    assert!(server.seen()[1].header("authorization").is_some());

    let (answer, server, _) = exchange(script(), Request::put(&["v1", "thing"])).await;
    assert_eq!((answer.expect_err("a redirect").kind(), server.seen().len()), (ErrorKind::Redirected, 1));

    let (answer, server, _) =
        exchange(vec![Canned::status(302).with("Location", "/v1/thing"); 9], get()).await;
    assert_eq!((answer.expect_err("a circle").kind(), server.seen().len()), (ErrorKind::Redirected, 5));
    let (answer, _, _) = exchange(vec![Canned::status(304)], get()).await;
    assert_eq!(answer.expect_err("pointless").kind(), ErrorKind::Redirected);
}

#[tokio::test]
async fn an_answer_has_a_largest_size() {
    let server = Server::start(|_, _| Canned::json(200, "x".repeat(5000))).await;
    let small = Options { max_answer: 4999, ..quick() };
    let error = client(&server, &small).send(&get()).await.expect_err("too large");
    assert_eq!((error.kind(), server.seen().len()), (ErrorKind::TooLarge, 1));
    let exact = Options { max_answer: 5000, ..quick() };
    assert_eq!(client(&server, &exact).send(&get()).await.expect("fits").body.len(), 5000);
}

/// 100,000 zeros, made by `head -c 100000 /dev/zero | gzip -9n | xxd -p`.
const ZEROS: &str = "1f8b0800000000000203edc13101000000c2a0f54f6d0d0fa00000000000 \
    000000000000000000000000000000000000000000000000000000000000 \
    000000000000000000000000000000000000000000000000000000000000 \
    000000000000000000000000000000000000000000000000000000000000 \
    008057037d9511d4a0860100";

#[tokio::test]
async fn the_largest_size_counts_after_unpacking() {
    let digits: Vec<char> = ZEROS.chars().filter(char::is_ascii_hexdigit).collect();
    let packed: Vec<u8> = digits
        .chunks(2)
        .map(|two| u8::from_str_radix(&two.iter().collect::<String>(), 16).expect("hex"))
        .collect();
    let server = Server::start(move |_, _| {
        Canned::Reply(200, vec![("Content-Encoding".into(), "gzip".into())], packed.clone())
    })
    .await;
    let small = Options { max_answer: 10_000, ..quick() };
    assert_eq!(
        client(&server, &small).send(&get()).await.expect_err("too large").kind(),
        ErrorKind::TooLarge
    );
    assert_eq!(client(&server, &quick()).send(&get()).await.expect("fits").body.len(), 100_000);
}

#[tokio::test]
async fn json_that_is_cut_off_is_asked_for_again_and_html_is_not() {
    let server = Server::script(vec![Canned::json(200, "[1,2"), Canned::json(200, "\u{feff}[1,2,3]")]).await;
    let numbers: Vec<u32> = client(&server, &quick()).json(&get()).await.expect("numbers");
    assert_eq!(numbers, [1, 2, 3]);

    let page = "<!doctype html><title>Just a moment...</title>";
    let server = Server::script(vec![Canned::Reply(200, vec![], page.into())]).await;
    let error = client(&server, &quick()).json::<Vec<u32>>(&get()).await.expect_err("no JSON");
    assert_eq!((error.kind(), server.seen().len()), (ErrorKind::Unreadable, 1));
    assert!(
        error
            .to_string()
            .contains("200 OK, but an answer that cannot be read (an HTML page: Just a moment...)"),
        "{error}"
    );

    let server = Server::script(vec![Canned::status(200)]).await;
    let error = client(&server, &quick()).json::<Vec<u32>>(&get()).await.expect_err("no JSON");
    assert!(error.to_string().contains("an empty body"), "{error}");
}

#[tokio::test]
async fn a_large_answer_is_read_off_the_async_threads_all_the_same() {
    let numbers: Vec<u32> = (0..200_000).collect();
    let body = serde_json::to_vec(&numbers).expect("JSON");
    let server = Server::start(move |_, _| Canned::json(200, body.clone())).await;
    let read: Vec<u32> = client(&server, &quick()).json(&get()).await.expect("numbers");
    assert_eq!(read, numbers);
}

#[tokio::test]
async fn a_success_that_cannot_be_read_leaves_a_write_open() {
    let server = Server::script(vec![Canned::json(200, "{\"nonsense\":1}")]).await;
    let request = Request::post(&["v1", "thing"]);
    let error = client(&server, &quick()).json::<Vec<u32>>(&request).await.expect_err("unreadable");
    assert!(error.is_ambiguous());
}

#[tokio::test]
async fn an_error_tells_what_the_service_said_without_secrets_or_escapes() {
    let pair = "YWNjb3VudDprM3ktd2hpY2gtbm9ib2R5LW1heS1zZWU=";
    let echo = format!("{{\"Message\":\"bad \\u001b[31m key {KEY}, header Basic {pair}\"}}");
    let script = vec![Canned::json(400, echo).with("X-Request-Id", &format!("r-1 {KEY}"))];
    let (answer, server, _) = exchange(script, get().query("apiKey", "abcdef").query("page[size]", 5)).await;
    assert_eq!(server.seen()[0].header("authorization"), Some(format!("Basic {pair}").as_str()));
    let error = answer.expect_err("refused");
    let told = format!("{error} {error:?} {error:#?}");
    assert!(!told.contains(KEY) && !told.contains(pair) && !told.contains("abcdef"), "{told}");
    assert!(!told.contains('\u{1b}'), "{told}");
    let expected = "v1/thing?apiKey=[secret]&page[size]=5: 400 Bad Request (bad [31m key [secret], header Basic [secret]) \
                    [request r-1 [secret]]; it will be refused again";
    assert!(error.to_string().contains(expected), "{error}");
}

#[tokio::test]
async fn an_endless_error_body_is_not_read_to_its_end() {
    let (answer, _, _) = exchange(vec![Canned::Reply(404, vec![], vec![b'x'; 5 << 20])], get()).await;
    let error = answer.expect_err("refused");
    assert!(error.is_not_found() && error.to_string().len() < 1000);
}

#[tokio::test]
async fn a_multipart_form_is_built_anew_for_each_try() {
    let script = vec![Canned::status(503).with("Retry-After", "0"), Canned::json(200, "{}")];
    let parts = vec![
        Part::json("value", &serde_json::json!([{"a": 1}])),
        Part::file("files", "Größe \"42\"\r\nX-Evil: 1.locjson", b"{}"),
    ];
    let (answer, server, _) = exchange(script, Request::post(&["v1", "thing"]).form(parts)).await;
    assert!(answer.is_ok());
    let seen = server.seen();
    for request in &seen {
        let text = request.text();
        assert!(
            request
                .header("content-type")
                .is_some_and(|kind| kind.starts_with("multipart/form-data; boundary="))
        );
        assert!(text.contains("Content-Disposition: form-data; name=\"value\"\r\nContent-Type: application/json\r\n\r\n[{\"a\":1}]\r\n"), "{text}");
        assert!(text.contains("name=\"files\"; filename=\"Größe \\\"42\\\"__X-Evil: 1.locjson\"\r\nContent-Type: application/octet-stream\r\n\r\n{}\r\n"), "{text}");
    }
    assert_eq!(seen.len(), 2);
}

#[tokio::test]
async fn every_try_is_told_to_whoever_asked() {
    let server = Server::script(vec![Canned::status(500), Canned::json(200, "{}")]).await;
    let events = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&events);
    let options = Options {
        on_request: Some(Arc::new(move |event: &RequestEvent| {
            told.lock().expect("a lock").push(event.clone())
        })),
        ..quick()
    };
    client(&server, &options).send(&get().query("q", "ä b")).await.expect("an answer");
    let events = events.lock().expect("a lock").clone();
    let told: Vec<_> =
        events.iter().map(|e| (e.method.as_str(), e.path.as_str(), e.status, e.error, e.tries)).collect();
    let path = "/v1/thing?q=%C3%A4+b";
    assert_eq!(
        told,
        [("GET", path, Some(500), Some(ErrorKind::Server), 1), ("GET", path, Some(200), None, 2)]
    );
}

#[tokio::test]
async fn the_client_says_who_it_is_and_what_it_wants() {
    let (_, server, _) = exchange(vec![Canned::json(200, "{}")], get()).await;
    let seen = server.seen();
    assert_eq!(seen[0].header("user-agent"), Some(concat!("zencat/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(seen[0].header("accept"), Some("application/json"));
    assert_eq!(seen[0].header("accept-encoding"), Some("gzip"));
}
