//! The sandbox over HTTP, for people who run `zencat sandbox` and act from another process. Under `/_sandbox/` on both
//! ports; no credentials are asked for and nothing is journaled.
//!
//! ```text
//! GET    /_sandbox/journal                    every request so far
//! DELETE /_sandbox/journal                    forgets them
//! POST   /_sandbox/faults                     [fault, …] replaces the faults
//! POST   /_sandbox/clock/advance              {"seconds": 60}
//! GET    /_sandbox/state                      time and contents of both services
//! POST   /_sandbox/zendesk/{act}              an act of people in the help center, such as edit_source
//! POST   /_sandbox/smartcat/{act}             the same in Smartcat
//! ```

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use super::faults::Fault;
use super::http::Request;
use super::http::Response;
use super::shared::Shared;
use super::shared::lock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u64,
}

/// The answer, when the request is for the sandbox itself.
pub(super) fn answer(shared: &Shared, request: &Request) -> Option<Response> {
    let segments = request.segments();
    let (_, route) = segments.split_first().filter(|(first, _)| **first == "_sandbox")?;
    Some(match (request.method.as_str(), route) {
        ("GET", ["journal"]) => Response::json(200, &json!(lock(&shared.journal).entries())),
        ("DELETE", ["journal"]) => {
            lock(&shared.journal).clear();
            Response::empty(204)
        }
        ("POST", ["faults"]) => with_body(request, |faults: Vec<Fault>| {
            shared.set_faults(faults);
            Ok(json!({}))
        }),
        ("POST", ["clock", "advance"]) => with_body(request, |advance: Advance| {
            shared.advance(Duration::from_secs(advance.seconds));
            Ok(json!({"now": shared.now()}))
        }),
        ("GET", ["state"]) => state(shared),
        ("POST", ["zendesk", act]) => {
            with_body(request, |args: Value| lock(&shared.zendesk).act(act, &args, shared.now()))
        }
        ("POST", ["smartcat", act]) => {
            with_body(request, |args: Value| lock(&shared.smartcat).act(act, &args, shared.now()))
        }
        _ => problem(404, "no such place; see GET /_sandbox/state, /_sandbox/journal and the documentation"),
    })
}

fn state(shared: &Shared) -> Response {
    let now = shared.now();
    let zendesk = lock(&shared.zendesk).act("state", &json!({}), now);
    let smartcat = lock(&shared.smartcat).act("state", &json!({}), now);
    // A service that shows no state has none to show.
    Response::json(200, &json!({"now": now, "zendesk": zendesk.ok(), "smartcat": smartcat.ok()}))
}

/// Runs with the body's value; an empty body counts as `{}`.
fn with_body<T: for<'de> Deserialize<'de>>(
    request: &Request,
    run: impl FnOnce(T) -> Result<Value, String>,
) -> Response {
    let body: &[u8] = if request.body.is_empty() { b"{}" } else { &request.body };
    match serde_json::from_slice(body).map_err(|error| error.to_string()).and_then(run) {
        Ok(value) => Response::json(200, &value),
        Err(reason) => problem(400, &reason),
    }
}

fn problem(status: u16, reason: &str) -> Response {
    Response::json(status, &json!({"error": reason}))
}
