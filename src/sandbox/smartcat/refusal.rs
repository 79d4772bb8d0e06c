//! Errors of the simulated service, in the shapes that clients have met (§11).

use serde_json::json;

use super::behaviour::ErrorBody;
use crate::sandbox::http::Response;

/// What an operation answers: a response, or a refusal that is dressed as one.
pub(super) type Answer = Result<Response, Refusal>;

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) detail: String,
}

impl Refusal {
    pub(super) fn new(status: u16, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into() }
    }

    /// 400: the request is wrong.
    pub(super) fn bad(detail: impl Into<String>) -> Self {
        Self::new(400, detail)
    }

    /// 403: not this account's, or not allowed to it.
    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(403, detail)
    }

    /// 404: there is no such thing.
    pub(super) fn missing(detail: impl Into<String>) -> Self {
        Self::new(404, detail)
    }

    /// 409: something else is in the way.
    pub(super) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(409, detail)
    }

    /// The answer, in one of the shapes.
    pub(super) fn dress(&self, shape: ErrorBody) -> Response {
        let Self { status, detail } = self;
        match shape {
            ErrorBody::ProblemDetails => Response::json(
                *status,
                &json!({
                    "type": "https://tools.ietf.org/html/rfc7231#section-6.5",
                    "title": self.title(),
                    "status": status,
                    "detail": detail,
                    "traceId": "00-00000000000000000000000000000000-0000000000000000-00",
                }),
            ),
            ErrorBody::ErrorResponse => Response::json(
                *status,
                &json!({
                    "type": if *status < 500 { "sender" } else { "receiver" },
                    "code": self.title(),
                    "message": detail,
                    "requestId": "00000000-0000-4000-8000-000000000000",
                    "innerException": null,
                    "statusCode": status,
                }),
            ),
            ErrorBody::Message => Response::json(*status, &json!({"Message": detail})),
            ErrorBody::JsonString => {
                Response::json(*status, &json!(format!("Smartcat.{}\r\n{detail}", self.title())))
            }
            ErrorBody::Text => Response::typed(*status, "text/plain; charset=utf-8", detail.as_str()),
            ErrorBody::Empty => Response::empty(*status),
        }
    }

    fn title(&self) -> &'static str {
        match self.status {
            400 => "Bad Request",
            401 => "Unauthorized",
            402 => "Payment Required",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            409 => "Conflict",
            413 => "Payload Too Large",
            415 => "Unsupported Media Type",
            422 => "Unprocessable Entity",
            429 => "Too Many Requests",
            _ => "Error",
        }
    }
}
