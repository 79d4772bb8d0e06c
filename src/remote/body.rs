//! What an error's body says, whatever its shape (zendesk-help-center.md §11, smartcat.md §11). The status decides
//! what is done; the body is only for people, so nothing here can fail.

use serde_json::Map;
use serde_json::Value;

use crate::unseen::misleads;

/// An excerpt is one line of at most this many characters.
const LONGEST: usize = 300;

/// What could be read from an error's body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// One line for people.
    pub(super) message: Option<String>,
    /// A name for the error, such as `RecordNotFound`.
    pub(super) code: Option<String>,
    /// A correlation id.
    pub(super) request_id: Option<String>,
    /// It was an HTML page.
    pub(super) html: bool,
}

/// Reads the body of an error.
pub(super) fn read(text: &str) -> Said {
    let text = text.trim_start_matches('\u{feff}').trim();
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => of_object(&object),
        Ok(Value::String(text)) => Said { message: excerpt(without_prefix_line(&text)), ..Said::default() },
        Ok(Value::Null) => Said::default(),
        Ok(other) => Said { message: excerpt(&other.to_string()), ..Said::default() },
        Err(_) if text.starts_with('<') => {
            Said { message: excerpt(&words_of_html(text)), html: true, ..Said::default() }
        }
        Err(_) => Said { message: excerpt(text), ..Said::default() },
    }
}

/// One line without control characters, cut to a bearable length. `None` when nothing is left.
pub(super) fn excerpt(text: &str) -> Option<String> {
    let shown: String = text.chars().map(|c| if c.is_control() || misleads(c) { ' ' } else { c }).collect();
    let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        _ if line.is_empty() => None,
        Some((end, _)) => Some(format!("{}…", &line[..end])),
        None => Some(line),
    }
}

/// Smartcat's JSON strings begin with a line that names an exception (smartcat.md §11, shape 4).
fn without_prefix_line(text: &str) -> &str {
    match text.split_once('\n') {
        Some((_, rest)) if !rest.trim().is_empty() => rest,
        _ => text,
    }
}

fn of_object(object: &Map<String, Value>) -> Said {
    let mut said = Said { request_id: text_at(object, &["requestId", "traceId"]), ..Said::default() };
    let mut parts = Vec::new();
    match get(object, "error") {
        Some(Value::String(error)) if is_name(error) => said.code = Some(error.clone()),
        Some(Value::String(error)) => parts.push(error.clone()),
        Some(Value::Object(error)) => parts.extend(texts_at(error, &["title", "message"])),
        _ => {}
    }
    said.code = said.code.or_else(|| text_at(object, &["code"]));
    parts.extend(texts_at(object, &["title", "detail", "description", "error_description", "message"]));
    for key in ["errors", "details"] {
        if let Some(value) = get(object, key) {
            parts.extend(of_list_or_map(value));
        }
    }
    if parts.is_empty() {
        parts.extend(said.code.clone());
    }
    said.message = excerpt(&parts.join(": "));
    said
}

/// `{"field": ["message"]}`, `{"field": [{"description": …}]}`, `[{"code": …, "title": …}]` or `["message"]`.
fn of_list_or_map(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(field, value)| format!("{field} {}", of_list_or_map(value).join(", ")))
            .collect(),
        Value::Array(items) => items.iter().flat_map(of_item).collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}

fn of_item(item: &Value) -> Option<String> {
    match item {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => {
            let texts = texts_at(object, &["title", "detail", "description", "message"]);
            if texts.is_empty() { text_at(object, &["code", "error"]) } else { Some(texts.join(": ")) }
        }
        _ => None,
    }
}

/// .NET writes `Message` where others write `message`.
fn get<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    object
        .get(key)
        .or_else(|| object.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value))
}

fn texts_at(object: &Map<String, Value>, keys: &[&str]) -> Vec<String> {
    keys.iter().filter_map(|key| text_at(object, &[key])).collect()
}

fn text_at(object: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    let texts = keys.iter().filter_map(|key| get(object, key)).filter_map(Value::as_str);
    texts.map(str::trim).find(|text| !text.is_empty()).map(str::to_owned)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A page's title, else its words.
fn words_of_html(html: &str) -> String {
    let title = element(html, "title").map(|title| plain(&title));
    title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| plain(&without_code(html)))
}

/// The content of the first element of this name.
fn element(html: &str, name: &str) -> Option<String> {
    let lower = html.to_ascii_lowercase();
    let start = lower.find(&format!("<{name}"))?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find(&format!("</{name}"))?;
    Some(html[start..end].to_owned())
}

fn without_code(html: &str) -> String {
    ["script", "style"].iter().fold(html.to_owned(), |html, name| match element(&html, name) {
        Some(code) if !code.is_empty() => html.replace(&code, ""),
        _ => html,
    })
}

fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                text.push(' ');
            }
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")]
        .iter()
        .fold(text, |text, (entity, plain)| text.replace(entity, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        read(text).message.unwrap_or_default()
    }

    #[test]
    fn every_shape_of_zendesk_is_read() {
        let not_found = read(r#"{"error":"RecordNotFound","description":"Not found"}"#);
        assert_eq!(
            (not_found.code.as_deref(), not_found.message.as_deref()),
            (Some("RecordNotFound"), Some("Not found"))
        );
        assert_eq!(message(r#"{"error":"Couldn't authenticate you"}"#), "Couldn't authenticate you");
        let forbidden = r#"{"error":{"title":"Forbidden","message":"You do not have access to this page."}}"#;
        assert_eq!(message(forbidden), "Forbidden: You do not have access to this page.");
        assert_eq!(message(r#"{"errors":{"locale":["is not enabled"]}}"#), "locale is not enabled");
        let paging = r#"{"errors":[{"code":"InvalidPaginationDepth","title":"Too deep"}]}"#;
        assert_eq!(message(paging), "Too deep");
        let invalid = r#"{"error":"RecordInvalid","description":"Record validation errors",
            "details":{"title":[{"description":"Title: is too long"}]}}"#;
        assert_eq!(message(invalid), "Record validation errors: title Title: is too long");
        assert_eq!(
            message(r#"{"error":"invalid_scope","error_description":"No such scope"}"#),
            "No such scope"
        );
        assert_eq!(
            message("Number of allowed API requests per minute exceeded"),
            "Number of allowed API requests per minute exceeded"
        );
        assert_eq!(read(""), Said::default());
    }

    #[test]
    fn every_shape_of_smartcat_is_read() {
        let problem = read(r#"{"type":"https://x","title":"Not Found","status":404,"traceId":"00-1-00"}"#);
        assert_eq!(
            (problem.message.as_deref(), problem.request_id.as_deref()),
            (Some("Not Found"), Some("00-1-00"))
        );
        let response =
            read(r#"{"type":"sender","code":"E1","message":"no","requestId":"r","innerException":null}"#);
        assert_eq!((response.code.as_deref(), response.message.as_deref()), (Some("E1"), Some("no")));
        assert_eq!(message(r#"{"Message":"Document name is not unique"}"#), "Document name is not unique");
        let text = "\"Smartcat.Exception\\r\\nThe project is not associated with the account\"";
        assert_eq!(message(text), "The project is not associated with the account");
        assert_eq!(
            message(r#"{"title":"One or more","errors":{"name":["is required"]}}"#),
            "One or more: name is required"
        );
    }

    #[test]
    fn an_html_page_becomes_its_title_or_its_words() {
        let page = read(
            "<!DOCTYPE html><html><head><TITLE>502 Bad &amp; Gateway</TITLE></head><body>x</body></html>",
        );
        assert_eq!((page.message.as_deref(), page.html), (Some("502 Bad & Gateway"), true));
        assert_eq!(
            message("<html><style>a{}</style><script>evil()</script><p>Just <b>a</b> moment</p>"),
            "Just a moment"
        );
        assert_eq!(message("<title>unclosed"), "unclosed");
    }

    #[test]
    fn hostile_text_is_cleaned_and_cut() {
        assert_eq!(message("a\u{1b}[31mb\r\nc\u{202e}d\u{0}"), "a [31mb c d");
        let long = message(&"ä".repeat(10_000));
        assert_eq!(long.chars().count(), LONGEST + 1);
        assert!(read(&"[".repeat(100_000)).message.is_some());
        assert!(read(&"{\"error\":".repeat(10_000)).message.is_some());
        assert_eq!(message("İ<title"), "İ<title");
        assert_eq!(message("<İ<title>ok</title>"), "ok");
    }
}
