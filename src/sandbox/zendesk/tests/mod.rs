//! The help center by its requests, without a socket.

mod people;
mod reading;
mod writing;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::Value;
use serde_json::json;

use super::*;
use crate::sandbox::clock::START;
use crate::sandbox::seed;
use crate::sandbox::urlcode;

const UNLOCK: u64 = 360_001_234_567;
const HELMET: u64 = 14_402_571_337_873;
const WINTER: u64 = 14_402_580_420_113;
const RIDING: u64 = 360_000_105_001;
const FIRST_RIDE: u64 = 360_000_310_007;
const PRICES: u64 = 360_000_309_844;

/// A help center with someone who asks.
struct World {
    state: ZendeskState,
    now: Timestamp,
    authorization: Option<String>,
}

impl World {
    fn new(behaviour: Behaviour) -> Self {
        let state = ZendeskState::new(seed::example(), behaviour, "http://127.0.0.1:1").unwrap();
        Self { state, now: START, authorization: Some(format!("Bearer {ACCESS_TOKEN}")) }
    }

    fn with(change: impl FnOnce(&mut Behaviour)) -> Self {
        let mut behaviour = Behaviour::default();
        change(&mut behaviour);
        Self::new(behaviour)
    }

    fn anonymous(mut self) -> Self {
        self.authorization = None;
        self
    }

    fn pass(&mut self, seconds: i64) {
        self.now = self.now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
    }

    fn send(&mut self, method: &str, url: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Response {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let path =
            if path.starts_with('/') { path.to_owned() } else { format!("/api/v2/help_center/{path}") };
        let mut request = Request {
            method: method.to_owned(),
            path,
            query: urlcode::parse_query(query),
            ..Request::default()
        };
        if let Some(body) = body {
            request.body = body.to_string().into_bytes();
            request.headers.insert("content-type".to_owned(), "application/json".to_owned());
        }
        request
            .headers
            .extend(self.authorization.iter().map(|value| ("authorization".to_owned(), value.clone())));
        request.headers.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.state.handle(&request, self.now)
    }

    fn get(&mut self, url: &str) -> (u16, Value) {
        parsed(&self.send("GET", url, None, &[]))
    }

    fn ok(&mut self, url: &str) -> Value {
        let (status, value) = self.get(url);
        assert_eq!(status, 200, "{url}: {value}");
        value
    }

    fn post(&mut self, url: &str, body: Value) -> (u16, Value) {
        parsed(&self.send("POST", url, Some(&body), &[]))
    }

    fn put(&mut self, url: &str, body: Value) -> (u16, Value) {
        parsed(&self.send("PUT", url, Some(&body), &[]))
    }

    fn delete(&mut self, url: &str) -> u16 {
        self.send("DELETE", url, None, &[]).status
    }
}

fn parsed(answer: &Response) -> (u16, Value) {
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
}

fn header<'a>(answer: &'a Response, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

fn ids(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|item| item["id"].as_u64().unwrap()).collect()
}

fn grant(scope: &str, secret: &str) -> Value {
    json!({"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": secret, "scope": scope})
}

#[test]
fn a_token_lives_as_long_as_it_says_and_covers_its_scopes() {
    let mut world = World::new(Behaviour::default()).anonymous();
    let (status, token) = world.post("/oauth/tokens", grant("hc:read", CLIENT_SECRET));
    assert_eq!((status, &token["expires_in"], &token["token_type"]), (200, &json!(1800), &json!("bearer")));
    world.authorization = Some(format!("Bearer {}", token["access_token"].as_str().unwrap()));
    let missing = format!("articles/{HELMET}/translations/missing");
    assert_eq!(world.get(&missing).0, 200);
    let (status, _) = world.put(&format!("articles/{HELMET}"), json!({"article": {"promoted": true}}));
    assert_eq!(status, 403, "no write scope");
    world.pass(1799);
    assert_eq!(world.get(&missing).0, 200);
    world.pass(1);
    assert_eq!(world.get(&missing), (401, json!({"error": "Couldn't authenticate you"})));
}

#[test]
fn the_token_endpoint_refuses_what_it_should() {
    let mut world = World::new(Behaviour::default()).anonymous();
    assert_eq!(world.post("/oauth/tokens", grant("hc:read", "wrong")).0, 401);
    let (status, refused) = world.post("/oauth/tokens", grant("hc:raed", CLIENT_SECRET));
    assert_eq!((status, &refused["error"]), (400, &json!("invalid_scope")));
    assert_eq!(world.post("/oauth/tokens", json!({"grant_type": "password"})).0, 400);
    assert_eq!(world.post("/oauth/tokens", json!([])).0, 400);

    let mut world = World::with(|behaviour| behaviour.client_scopes = vec!["hc:read".to_owned()]).anonymous();
    assert_eq!(
        world.post("/oauth/tokens", grant("hc:read hc:write", CLIENT_SECRET)).0,
        400,
        "beyond the ceiling"
    );

    let mut world = World::with(|behaviour| behaviour.unknown_scope_yields_token = true).anonymous();
    let (status, token) = world.post("/oauth/tokens", grant("hc:raed", CLIENT_SECRET));
    assert_eq!(status, 200);
    world.authorization = Some(format!("Bearer {}", token["access_token"].as_str().unwrap()));
    assert_eq!(world.get("locales").0, 403, "a token that is good for nothing");
}

#[test]
fn basic_credentials_and_wrong_ones() {
    let basic = |token: &str| Some(format!("Basic {}", STANDARD.encode(format!("{EMAIL}/token:{token}"))));
    let mut world = World::new(Behaviour::default());
    world.authorization = basic(API_TOKEN);
    assert_eq!(world.ok("articles?per_page=100")["count"], 12);
    world.authorization = basic("wrong");
    assert_eq!(world.get("en-us/articles").0, 200, "wrong credentials act as none");
    assert_eq!(world.get("locales").0, 401);
    world.authorization = Some("Bearer nonsense".to_owned());
    assert_eq!(world.get("en-us/articles").0, 401);
    assert_eq!(world.ok("/api/v2/users/me")["user"]["name"], "Anonymous user", "never an error here");

    let mut strict = World::with(|behaviour| behaviour.wrong_basic_is_anonymous = false);
    strict.authorization = basic("wrong");
    assert_eq!(strict.get("en-us/articles").0, 401);
}

#[test]
fn anonymous_callers_see_what_is_published_and_only_with_a_locale() {
    let mut world = World::new(Behaviour::default()).anonymous();
    let list = world.ok("en-us/articles?per_page=100&include=translations");
    assert_eq!(list["count"], 11, "the draft is not there");
    assert_eq!(world.get("articles").0, 401);
    assert_eq!(world.get(&format!("en-us/articles/{WINTER}")).0, 404);
    // The privacy page is in German, its section is not: nobody can get there.
    assert_eq!(ids(&world.ok("de/articles")["articles"]), [UNLOCK]);
    for closed in ["locales", &format!("articles/{UNLOCK}/translations"), "incremental/articles?start_time=0"]
    {
        assert_eq!(world.get(closed).0, 401, "{closed}");
    }
    let me = world.ok("/api/v2/users/me.json");
    assert_eq!(me["user"]["name"], "Anonymous user");
    assert_eq!(world.post(&format!("articles/{UNLOCK}/translations"), json!({})).0, 401);
}

#[test]
fn roles_decide_who_writes() {
    let fr = json!({"translation": {"locale": "fr", "title": "T", "body": "<p>x</p>"}});
    let draft = json!({"translation": {"locale": "ja", "title": "T", "draft": true}});
    let mut world = World::with(|behaviour| behaviour.role = Role::EndUser);
    assert_eq!(world.get(&format!("articles/{UNLOCK}/translations")).0, 200);
    assert_eq!(world.get(&format!("articles/{UNLOCK}/translations/missing")).0, 403);
    assert_eq!(world.post(&format!("articles/{UNLOCK}/translations"), fr.clone()).0, 403);
    assert_eq!(world.get("articles").0, 403, "readers name the locale");

    world.state.set_role(Role::Agent);
    assert_eq!(world.post(&format!("sections/{FIRST_RIDE}/translations"), fr.clone()).0, 403);
    assert_eq!(world.post(&format!("articles/{UNLOCK}/translations"), fr.clone()).0, 201);
    assert_eq!(world.get("/api/v2/guide/permission_groups").0, 403);

    let mut world =
        World::with(|behaviour| (behaviour.role, behaviour.agents_publish) = (Role::Agent, false));
    assert_eq!(world.post(&format!("articles/{UNLOCK}/translations"), fr).0, 403, "must be a draft");
    assert_eq!(world.post(&format!("articles/{UNLOCK}/translations"), draft).0, 201);
}

#[test]
fn withheld_sections_make_lists_shorter() {
    let mut world = World::new(Behaviour::default());
    world.state.withhold(FIRST_RIDE, true).unwrap();
    let left = ids(&world.ok("articles?per_page=100")["articles"]);
    assert!(!left.contains(&UNLOCK));
    assert_eq!(left.len(), 7, "the nested section is out of sight as well");
    assert_eq!(world.get(&format!("articles/{UNLOCK}/translations/de")).0, 404);
    world.state.withhold(FIRST_RIDE, false).unwrap();
    assert_eq!(world.ok("articles?per_page=100")["count"], 12);
}

#[test]
fn limits_are_counted_by_the_minute_of_the_clock() {
    let mut world = World::with(|behaviour| behaviour.rate_limit = Some(3));
    world.pass(50);
    let first = world.send("GET", "locales", None, &[]);
    assert_eq!(
        (header(&first, "x-rate-limit"), header(&first, "x-rate-limit-remaining")),
        (Some("3"), Some("2"))
    );
    assert_eq!(world.get("articles/1").0, 404, "counts as well");
    assert_eq!(world.get("locales").0, 200);
    let refused = world.send("GET", "locales", None, &[]);
    assert_eq!((refused.status, header(&refused, "retry-after")), (429, Some("10")));
    assert_eq!(header(&refused, "content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(
        world.post("/oauth/tokens", grant("hc:read", CLIENT_SECRET)).0,
        200,
        "not a help center request"
    );
    world.pass(10);
    assert_eq!(world.get("locales").0, 200);
    let free = World::new(Behaviour::default()).send("GET", "locales", None, &[]);
    assert_eq!(header(&free, "x-rate-limit"), None);
}
