//! The fault matrix: every endpoint that an apply uses × everything that can go wrong with its answer. The run ends in
//! bounded time, decides as the table says, tells what it asked and what came; and undisturbed runs afterwards reach
//! the end that they would have reached anyway, with nothing done twice.
//!
//! Driven through the library, whose back-off can be made short; `program` shows that the program ends by its contract
//! on the same faults.

pub(crate) mod program;
mod run;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use zencat::sandbox::Entry;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;

use crate::scenario;
use crate::scenario::CHAPTERS;
use crate::scenario::EndState;

use run::End;
use run::Ended;
use run::Zencat;

/// No disturbed run may take longer; with the options of these tests most take a tenth of a second.
const LONGEST_RUN: Duration = Duration::from_secs(20);

/// Cases that are tried at the same time.
const AT_ONCE: usize = 8;

/// An endpoint: service, method, and its path with `*` for ids.
type Endpoint = (ServiceName, String, String);

fn status(status: u16, headers: &[(&str, &str)], body: &str) -> FaultKind {
    let html = body.starts_with('<');
    FaultKind::Status {
        status,
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.to_owned(),
        content_type: Some(if html { "text/html" } else { "application/json" }.to_owned()),
        after_commit: false,
    }
}

/// What is decided, by fault and by what the endpoint is for: whether the same request is sent again, and how far the
/// failure reaches: nowhere (`well`), to the items concerned while all others go on (`item`), or to the whole run
/// (`stop`). `–`: cannot happen to it.
const TABLE: &str = "
fault                           | the run stands on it | read for one item | may be repeated   | must not be repeated
no answer, before commit        | again, stop          | again, item       | again, item       | once, item
no answer, after commit         | again, stop          | again, item       | again, item       | once, well
reset before commit             | again, stop          | again, item       | again, item       | once, item
reset after commit              | again, stop          | again, item       | again, item       | once, well
truncated                       | again, stop          | again, item       | any, item or well | once, well
endless                         | once, stop           | once, item        | once, item or well| once, well
garbage                         | once, stop           | once, item        | once, item or well| once, well
wrong type                      | once, well           | once, well        | once, well        | once, well
a page of HTML with 200         | once, stop           | once, item        | once, item or well| once, well
an empty object with 200        | once, stop           | once, item        | –                 | –
400                             | once, stop           | once, item        | once, item        | once, item
401                             | once, stop           | once, stop        | once, stop        | once, stop
402                             | once, stop           | once, item        | once, item        | once, item
403                             | once, stop           | once, item        | once, item        | once, item
404                             | once, stop           | once, item        | once, item        | once, item
409                             | once, stop           | once, item        | once, item        | once, item
413                             | once, stop           | once, item        | once, item        | once, item
422                             | once, stop           | once, item        | once, item        | once, item
429 with Retry-After            | again, stop          | again, item       | again, item       | again, item
429 without Retry-After         | again, stop          | again, item       | again, item       | again, item
429 with an absurd Retry-After  | once, stop           | once, item        | once, item        | once, item
500                             | again, stop          | again, item       | again, item       | once, item
502 as HTML                     | again, stop          | again, item       | again, item       | once, item
503                             | again, stop          | again, item       | again, item       | again, item
redirect to another host        | once, stop           | once, stop        | once, stop        | once, stop
stale read                      | once, well           | once, well        | –                 | –
";

/// Answers that say something: what is not there needs nothing, and who may not ask may not write.
const ANSWERS: [(&str, &str, &str, &str); 5] = [
    ("404", "GET", "/*/translations", "once, well"),
    ("404", "GET", "/translations/missing", "once, well"),
    ("403", "GET", "/translations/missing", "once, well"),
    ("an empty object with 200", "GET", "/translations/missing", "once, well"),
    // The account may not replace sources: told as skipped, and the next run goes another way.
    ("403", "PUT", "/document/update", "once, well"),
];

/// Zendesk does not say 401 to a reader that it does not know: it shows what everybody may see. The sentence about that
/// stands for the request.
const ANONYMOUS: &str = "takes these credentials for an anonymous visitor";

/// What goes wrong, by name.
fn kinds() -> Vec<(&'static str, FaultKind)> {
    let denied = r#"{"error":"Forbidden","description":"You do not have access to this page"}"#;
    vec![
        ("no answer, before commit", FaultKind::Hang { after_commit: false }),
        ("no answer, after commit", FaultKind::Hang { after_commit: true }),
        ("reset before commit", FaultKind::Reset { after_commit: false }),
        ("reset after commit", FaultKind::Reset { after_commit: true }),
        ("truncated", FaultKind::Truncate),
        ("endless", FaultKind::Endless),
        ("garbage", FaultKind::Garbage),
        ("wrong type", FaultKind::WrongType),
        ("a page of HTML with 200", FaultKind::Html),
        ("an empty object with 200", status(200, &[], "{}")),
        ("400", status(400, &[], r#"{"error":"BadRequest","description":"It does not fit"}"#)),
        ("401", status(401, &[], r#"{"error":"Couldn't authenticate you"}"#)),
        ("402", status(402, &[], r#"{"message":"The balance does not cover it"}"#)),
        ("403", status(403, &[], denied)),
        ("404", status(404, &[], r#"{"error":"RecordNotFound","description":"Not found"}"#)),
        ("409", status(409, &[], r#"{"title":"Conflict","status":409}"#)),
        ("413", status(413, &[], "")),
        ("422", status(422, &[], r#"{"error":"RecordInvalid","description":"Record validation errors"}"#)),
        ("429 with Retry-After", status(429, &[("retry-after", "0")], "")),
        ("429 without Retry-After", status(429, &[], "")),
        ("429 with an absurd Retry-After", status(429, &[("retry-after", "86400")], "")),
        ("500", status(500, &[], r#"{"title":"Internal Server Error","status":500}"#)),
        ("502 as HTML", status(502, &[], "<html><body><h1>502 Bad Gateway</h1></body></html>")),
        ("503", status(503, &[], "")),
        ("redirect to another host", FaultKind::Redirect { location: "http://evil.example/".to_owned() }),
        ("stale read", FaultKind::Stale),
    ]
}

#[test]
fn every_endpoint_survives_everything_that_can_go_wrong_with_its_answer() {
    let (expected, chapters) = undisturbed();
    let endpoints: BTreeSet<Endpoint> = chapters.iter().flatten().cloned().collect();
    let kinds = chosen(kinds());
    let cases: Vec<(&Endpoint, &str, &FaultKind)> = endpoints
        .iter()
        .flat_map(|endpoint| kinds.iter().map(move |(name, kind)| (endpoint, *name, kind)))
        // A service that says 200 to a write and does nothing cannot be caught.
        .filter(|(endpoint, name, _)| cell(endpoint, name) != "–")
        .collect();
    let (open, failures) = (Mutex::new(cases.iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some((endpoint, name, kind)) = open.lock().unwrap().next() else { break };
                    let (service, method, path) = endpoint;
                    match case(endpoint, kind, &chapters, &expected) {
                        Err(why) => {
                            failures.lock().unwrap().push(format!("{service} {method} {path}, {name}: {why}"))
                        }
                        Ok(seen) => {
                            let cell = cell(endpoint, name);
                            let other = seen.iter().filter(|seen| !is_as_decided(endpoint, name, **seen));
                            failures.lock().unwrap().extend(other.map(|other| {
                                format!("{service} {method} {path}, {name}: {other:?} is not `{cell}`")
                            }));
                        }
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    println!("{} endpoints × {} faults: {} cases", endpoints.len(), kinds.len(), cases.len());
    assert!(
        failures.is_empty(),
        "{} of {} went wrong:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
    assert!(endpoints.len() >= 20, "the story uses too few endpoints: {endpoints:#?}");
}

/// All faults, or the one that `ZENCAT_FAULT` names.
#[expect(clippy::disallowed_methods, reason = "whoever starts the test says how much of it")]
fn chosen(mut kinds: Vec<(&'static str, FaultKind)>) -> Vec<(&'static str, FaultKind)> {
    if let Ok(only) = std::env::var("ZENCAT_FAULT") {
        kinds.retain(|(name, _)| *name == only);
        assert!(!kinds.is_empty(), "no fault is called {only}");
    }
    kinds
}

/// The column of an endpoint.
fn column((_, method, path): &Endpoint) -> usize {
    let is = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
    let stands_on = [
        "/articles",
        "/categories",
        "/sections",
        "/locales",
        "/missing",
        "/project/list",
        "/project/*",
        "/tokens",
    ];
    match method.as_str() {
        "GET" if is(&stands_on) => 1,
        "POST" if is(&["/oauth/tokens"]) => 1,
        "GET" => 2,
        "POST" if is(&["/document/export"]) => 2,
        "POST" if is(&["/translations", "/project/create", "/project/document"]) => 4,
        _ => 3,
    }
}

/// What is decided about a fault of an endpoint.
fn cell(endpoint: &Endpoint, name: &str) -> &'static str {
    let answer = ANSWERS.iter().find(|(fault, method, path, _)| {
        *fault == name && endpoint.1 == *method && endpoint.2.ends_with(path)
    });
    if let Some((.., cell)) = answer {
        return cell;
    }
    let row = TABLE.lines().map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    let row = row.into_iter().find(|row| row[0] == name).unwrap_or_else(|| panic!("no row of {name}"));
    row[column(endpoint)]
}

/// How often a request is sent of which the table says once.
fn once((service, method, path): &Endpoint, name: &str) -> RangeInclusive<usize> {
    let is = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
    // A token that is refused is renewed, once.
    let is_renewed = name == "401" && *service == ServiceName::Zendesk && !is(&["/oauth/tokens"]);
    // What may have been done is looked for; it is not there, so it is sent again. A name that is taken is looked at too.
    let is_lost = ["no answer, before commit", "reset before commit", "500", "502 as HTML"].contains(&name);
    let is_looked_for = (is_lost && method == "POST" && is(&["/translations", "/project/document"]))
        || (name == "409" && is(&["/project/document"]));
    // A run that goes well needs these for one reason or for two.
    let is_needed_again = ["wrong type", "stale read"].contains(&name)
        && is(&["/articles", "/project/list", "/project/*", "/oauth/tokens"]);
    match (is_renewed || is_looked_for, is_needed_again) {
        (true, _) => 2..=2,
        (false, true) => 1..=2,
        (false, false) => 1..=1,
    }
}

fn is_as_decided(endpoint: &Endpoint, name: &str, (tries, end): (usize, End)) -> bool {
    let (sent, ends) = cell(endpoint, name).split_once(", ").unwrap();
    let is_sent = match sent {
        "again" => tries >= run::TRIES as usize,
        "once" => once(endpoint, name).contains(&tries),
        _ => true,
    };
    let reaches = match end {
        End::Well => "well",
        End::Items => "item",
        End::Stopped => "stop",
    };
    // A project is looked at once more in the middle, for one step.
    is_sent && (ends.contains(reaches) || (endpoint.2.ends_with("/project/*") && end == End::Items))
}

/// The end without faults, and the endpoints used in each chapter on the way.
fn undisturbed() -> (EndState, Vec<BTreeSet<Endpoint>>) {
    let world = scenario::small_world();
    let zencat = Zencat::new(&world);
    let mut chapters = Vec::new();
    for chapter in 0..CHAPTERS {
        scenario::happens(&world, chapter);
        world.sandbox.clear_journal();
        assert_eq!(zencat.run(true).messages, Vec::<String>::new());
        chapters.push(world.sandbox.journal().iter().map(endpoint).collect());
    }
    (zencat.settled(&world).unwrap(), chapters)
}

fn endpoint(entry: &Entry) -> Endpoint {
    let is_id =
        |part: &&str| part.len() > 1 && part.chars().any(|c| c.is_ascii_digit()) && !part.starts_with('v');
    let locales = ["de", "fr", "en-us"];
    let parts = entry.path.split('/').map(|part| match part {
        id if is_id(&id) || locales.contains(&id) => "*",
        other => other,
    });
    (entry.service, entry.method.clone(), parts.collect::<Vec<_>>().join("/"))
}

/// The story with one fault: in each chapter first at every request to the endpoint, then at the first one only, then
/// not at all.
fn case(
    endpoint: &Endpoint,
    kind: &FaultKind,
    chapters: &[BTreeSet<Endpoint>],
    expected: &EndState,
) -> Result<BTreeSet<(usize, End)>, String> {
    let world = scenario::small_world();
    let zencat = Zencat::new(&world);
    let (service, method, path) = endpoint;
    let once = Fault::once(*service, method, path, kind.clone());
    let hangs = matches!(kind, FaultKind::Hang { .. });
    let mut seen = BTreeSet::new();
    for (chapter, used) in chapters.iter().enumerate() {
        scenario::happens(&world, chapter);
        let faults =
            if used.contains(endpoint) { vec![once.clone().every(), once.clone()] } else { Vec::new() };
        for (index, fault) in faults.into_iter().enumerate() {
            world.sandbox.set_faults(vec![fault]);
            let before = world.sandbox.journal().len();
            let ran = zencat.run(!hangs);
            let journal = world.sandbox.journal().split_off(before);
            let struck: Vec<&Entry> = journal.iter().filter(|entry| entry.fault.is_some()).collect();
            judge(&ran, !struck.is_empty(), endpoint, kind)
                .map_err(|why| format!("chapter {chapter}: {why}"))?;
            if index == 0 && !struck.is_empty() {
                seen.insert((tries(&struck), ran.end));
            }
        }
        world.sandbox.set_faults(Vec::new());
        judge(&zencat.run(true), false, endpoint, kind)
            .map_err(|why| format!("after chapter {chapter}: {why}"))?;
    }
    world.work();
    let end = zencat.settled(&world)?;
    let repeated = scenario::repeated(&world.sandbox.journal());
    if !repeated.is_empty() {
        return Err(format!("done twice: {repeated:#?}"));
    }
    // Where a source may not be replaced, new documents take over.
    let differences =
        match path.ends_with("/document/update") && matches!(kind, FaultKind::Status { status: 403, .. }) {
            true => end.by_first_names().differences(&expected.by_first_names()),
            false => end.differences(expected),
        };
    if differences.is_empty() { Ok(seen) } else { Err(format!("another end\n{differences}")) }
}

/// How often the request was sent that was sent most often.
fn tries(struck: &[&Entry]) -> usize {
    let mut times: BTreeMap<_, usize> = BTreeMap::new();
    for entry in struck {
        *times.entry((&entry.path, &entry.query, &entry.body)).or_default() += 1;
    }
    times.into_values().max().unwrap_or_default()
}

/// A run that no fault struck is clean; one that was struck ends in time and names what it asked and what came.
fn judge(ran: &Ended, struck: bool, (_, method, path): &Endpoint, kind: &FaultKind) -> Result<(), String> {
    if ran.took > LONGEST_RUN {
        return Err(format!("a run took {:?}: {:#?}", ran.took, ran.messages));
    }
    if ran.messages.is_empty() {
        return Ok(());
    }
    if !struck {
        return Err(format!("a run without a fault failed: {:#?}", ran.messages));
    }
    let start = path.split('*').next().unwrap_or(path);
    let named = |message: &String| {
        let says_status = match kind {
            FaultKind::Status { status, .. } if *status >= 400 => message.contains(&status.to_string()),
            // What was wrong with a success is told by what was expected.
            _ => true,
        };
        (message.contains(method.as_str()) && message.contains(start) && says_status)
            || message.contains(ANONYMOUS)
    };
    match ran.messages.iter().any(named) {
        true => Ok(()),
        false => Err(format!("no message names method, URL and status: {:#?}", ran.messages)),
    }
}
