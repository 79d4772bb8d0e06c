//! The shapes of Zendesk's errors (zendesk-help-center.md §11).

use serde_json::json;

use super::super::http::Response;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The thing does not exist, or not for this caller.
    NotFound,
    /// No such path or method.
    NoEndpoint,
    /// Sign in first.
    Unauthenticated,
    /// Signed in, but not allowed.
    Forbidden,
    /// Something required is not there.
    InvalidAttribute(&'static str),
    /// A field's value is not acceptable.
    Invalid { status: u16, field: &'static str, message: &'static str },
    /// A page that cannot be had.
    Page { code: &'static str, title: &'static str },
    /// The body is no JSON, or not of the form expected.
    Unreadable,
    /// Too many requests in this minute.
    TooMany { retry_after: Option<i64> },
    /// The token endpoint's own form.
    Token { status: u16, error: &'static str, description: &'static str },
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => {
                Self::json(404, &json!({"error": "RecordNotFound", "description": "Not found"}))
            }
            Refusal::NoEndpoint => {
                Self::json(404, &json!({"error": "InvalidEndpoint", "description": "Not found"}))
            }
            Refusal::Unauthenticated => Self::json(401, &json!({"error": "Couldn't authenticate you"})),
            Refusal::Forbidden => titled(
                403,
                "Forbidden",
                "You do not have access to this page. Please contact the account owner of this help desk for further help.",
            ),
            Refusal::InvalidAttribute(message) => titled(400, "Invalid attribute", message),
            // 422 has the Support API's form, 400 the Help Center's.
            Refusal::Invalid { status: 422, field, message } => Self::json(
                422,
                &json!({
                    "error": "RecordInvalid",
                    "description": "Record validation errors",
                    "details": {field: [{"description": message}]},
                }),
            ),
            Refusal::Invalid { status, field, message } => {
                Self::json(status, &json!({"errors": {field: [message]}}))
            }
            Refusal::Page { code, title } => {
                Self::json(400, &json!({"errors": [{"code": code, "title": title}]}))
            }
            Refusal::Unreadable => titled(400, "Invalid request", "The request body is not valid JSON"),
            Refusal::TooMany { retry_after } => too_many(retry_after),
            Refusal::Token { status, error, description } => {
                Self::json(status, &json!({"error": error, "error_description": description}))
            }
        }
    }
}

fn titled(status: u16, title: &str, message: &str) -> Response {
    Response::json(status, &json!({"error": {"title": title, "message": message}}))
}

fn too_many(retry_after: Option<i64>) -> Response {
    let body = "Number of allowed API requests per minute exceeded";
    let answer = Response::typed(429, "text/plain; charset=utf-8", body);
    match retry_after {
        Some(seconds) => answer.with_header("retry-after", seconds.to_string()),
        None => answer,
    }
}
