//! Who may ask, how often, and how a refusal looks.

use super::*;
use crate::sandbox::smartcat::AbsentFields;
use crate::sandbox::smartcat::ErrorBody;
use crate::sandbox::smartcat::JsonLabel;
use crate::sandbox::smartcat::RateLimit;

#[test]
fn every_route_wants_the_credentials() {
    let mut cat = cat();
    for target in ["v1/account", "v2/project/list", "v1/document?documentId=x", "v1/nothing"] {
        let mut request = request("GET", target);
        request.headers.clear();
        assert_eq!(cat.answer(&request).status, 401, "{target}");
        request.headers.insert("authorization".to_owned(), "Basic bm9ib2R5".to_owned());
        assert_eq!(cat.answer(&request).status, 401, "{target}");
    }
    assert_eq!(cat.get("v1/account")["id"], ACCOUNT);
}

#[test]
fn unknown_paths_methods_and_parameters_are_told_apart() {
    let mut cat = cat();
    assert_eq!(cat.call("GET", "v1/nothing").status, 404);
    assert_eq!(cat.call("PATCH", "v1/account").status, 405);
    let response = cat.call("GET", "v2/project/list?externaltag=x");
    assert_eq!(response.status, 400);
    assert!(text(&response).contains("externaltag"));
    cat.state.set_behaviour(Behaviour { strict_requests: false, ..cat.state.behaviour().clone() });
    assert_eq!(cat.call("GET", "v2/project/list?includeDocuments=false").status, 200);
}

#[test]
fn four_requests_a_second_and_no_more() {
    let mut cat = cat_with(|behaviour| behaviour.rate_limit = Some(RateLimit::default()));
    for _ in 0..4 {
        assert_eq!(cat.call("GET", "v1/account").status, 200);
    }
    let refused = cat.call("GET", "v1/account");
    assert_eq!((refused.status, refused.body.len(), header(&refused, "retry-after")), (429, 0, None));
    cat.wait(249);
    assert_eq!(cat.call("GET", "v1/account").status, 429);
    cat.wait(1);
    assert_eq!(cat.call("GET", "v1/account").status, 200);
    assert_eq!(cat.call("GET", "v1/account").status, 429);
    cat.wait(60_000);
    let statuses: Vec<_> = (0..5).map(|_| cat.call("GET", "v1/account").status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 429]);
}

#[test]
fn a_refusal_for_the_rate_can_say_when_to_come_back() {
    let limit = RateLimit { per_second: 1, retry_after: Some(2), text_body: true };
    let mut cat = cat_with(|behaviour| behaviour.rate_limit = Some(limit));
    cat.call("GET", "v1/account");
    let refused = cat.call("GET", "v1/account");
    assert_eq!(header(&refused, "retry-after"), Some("2"));
    assert!(!refused.body.is_empty());
}

#[test]
fn errors_come_in_each_shape() {
    for (shape, expected) in [
        (ErrorBody::ProblemDetails, "\"title\":\"Not Found\""),
        (ErrorBody::ErrorResponse, "\"statusCode\":404"),
        (ErrorBody::Message, "{\"Message\":"),
        (ErrorBody::JsonString, "\"Smartcat.Not Found\\r\\n"),
        (ErrorBody::Text, "The provided project ID"),
        (ErrorBody::Empty, ""),
    ] {
        let mut cat = cat_with(|behaviour| behaviour.error_body = shape);
        let response = cat.call("GET", &format!("v1/project/{ACCOUNT}"));
        assert_eq!(response.status, 404);
        assert!(text(&response).contains(expected), "{shape:?}: {}", text(&response));
    }
}

#[test]
fn a_personal_account_has_no_projects() {
    let mut cat = cat_with(|behaviour| behaviour.personal_account = true);
    assert_eq!(cat.parts("POST", "v1/project/create", vec![json_part(&json!({}))]).status, 403);
    assert_eq!(cat.call("POST", &format!("v1/project/document?projectId={ACCOUNT}")).status, 403);
}

#[test]
fn json_has_other_labels_and_nulls_on_request() {
    let mut cat = cat_with(|behaviour| {
        behaviour.json_label = JsonLabel::Plain;
        behaviour.absent_fields = AbsentFields::Null;
    });
    let id = cat.project();
    let response = cat.call("GET", &format!("v1/project/{id}"));
    assert_eq!(header(&response, "content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(body(&response).get("deadline"), Some(&Value::Null));
    let mut other = super::cat();
    let id = other.project();
    assert_eq!(other.get(&format!("v1/project/{id}")).get("deadline"), None);
}

#[test]
fn the_same_requests_get_the_same_answers() {
    let run = || {
        let mut cat = cat();
        let project = cat.machine_project(&["translation"]);
        cat.upload(&project, "a.locjson", locjson(&[("t", "Hello")]));
        cat.wait(5000);
        (cat.get(&format!("v1/project/{project}")), cat.state.snapshot())
    };
    assert_eq!(run(), run());
}

#[test]
fn switches_are_read_from_json_and_misspelt_ones_refused() {
    let behaviour: Behaviour =
        serde_json::from_str(r#"{"meta_info": "language", "rate_limit": null}"#).unwrap();
    assert_eq!(behaviour.meta_info, crate::sandbox::smartcat::MetaInfoScope::Language);
    assert_eq!(behaviour.rate_limit, None);
    assert!(serde_json::from_str::<Behaviour>(r#"{"metainfo": "language"}"#).is_err());
    let whole = serde_json::to_value(Behaviour::default()).unwrap();
    assert_eq!(serde_json::from_value::<Behaviour>(whole).unwrap(), Behaviour::default());
}
