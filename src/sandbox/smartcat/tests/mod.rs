//! The simulated Smartcat against its reference, one family of operations a file.

mod access;
mod acts;
mod export;
mod people;
mod projects;
mod settings;
mod upload;
mod work;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use super::Behaviour;
use super::DocumentView;
use super::SmartcatState;
use super::work::later;
use crate::sandbox::http::Part;
use crate::sandbox::http::Request;
use crate::sandbox::http::Response;
use crate::sandbox::http::Service as _;

const ACCOUNT: &str = "3f0c5b1e-0000-4000-8000-0000000000aa";
const KEY: &str = "1_test";

/// A client with a clock of its own.
struct Cat {
    state: SmartcatState,
    now: Timestamp,
}

/// A Smartcat without a rate limit and with a change of the switches.
fn cat_with(change: impl FnOnce(&mut Behaviour)) -> Cat {
    let mut behaviour = Behaviour { rate_limit: None, ..Behaviour::default() };
    change(&mut behaviour);
    let now = "2026-11-01T10:00:00Z".parse().unwrap();
    Cat { state: SmartcatState::new(behaviour, ACCOUNT, KEY), now }
}

fn cat() -> Cat {
    cat_with(|_| ())
}

/// A request with credentials; `target` is a path behind the prefix with its query.
fn request(method: &str, target: &str) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    let authorization = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{KEY}")));
    Request {
        method: method.to_owned(),
        path: format!("/api/integration/{path}"),
        query,
        headers: [("authorization".to_owned(), authorization)].into(),
        ..Request::default()
    }
}

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> Part {
    Part {
        name: "files".to_owned(),
        file_name: Some(name.to_owned()),
        content_type: Some("application/octet-stream".to_owned()),
        bytes: bytes.into(),
    }
}

fn json_part(value: &Value) -> Part {
    Part {
        name: "value".to_owned(),
        content_type: Some("application/json".to_owned()),
        bytes: value.to_string().into_bytes(),
        ..Part::default()
    }
}

/// A LocJSON file of plain units.
fn locjson(units: &[(&str, &str)]) -> Vec<u8> {
    let units: Vec<_> = units.iter().map(|(key, text)| json!({"key": key, "source": [text]})).collect();
    json!({"units": units}).to_string().into_bytes()
}

/// A LocJSON file with translations.
fn translated(units: &[(&str, &str)]) -> Vec<u8> {
    let units: Vec<_> =
        units.iter().map(|(key, text)| json!({"key": key, "source": ["x"], "target": [text]})).collect();
    json!({"units": units}).to_string().into_bytes()
}

impl Cat {
    fn answer(&mut self, request: &Request) -> Response {
        self.state.handle(request, self.now)
    }

    fn call(&mut self, method: &str, target: &str) -> Response {
        self.answer(&request(method, target))
    }

    fn send(&mut self, method: &str, target: &str, body: &Value) -> Response {
        let body = body.to_string().into_bytes();
        self.answer(&Request { body, ..request(method, target) })
    }

    fn parts(&mut self, method: &str, target: &str, parts: Vec<Part>) -> Response {
        self.answer(&Request { parts, ..request(method, target) })
    }

    fn get(&mut self, target: &str) -> Value {
        let response = self.call("GET", target);
        assert_eq!(response.status, 200, "GET {target}: {}", text(&response));
        body(&response)
    }

    fn wait(&mut self, ms: u64) {
        self.now = later(self.now, ms);
        self.state.advance(self.now);
    }

    /// A project for two languages and two stages, with changes of its model.
    fn project_with(&mut self, change: &Value) -> String {
        let mut model = json!({
            "name": "Help center",
            "sourceLanguage": "en",
            "targetLanguages": ["de", "fr"],
            "assignToVendor": false,
            "workflowStages": ["translation", "postediting"],
            "externalTag": "zencat:acme:main:1",
        });
        model.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let response = self.parts("POST", "v1/project/create", vec![json_part(&model)]);
        assert_eq!(response.status, 200, "{}", text(&response));
        body(&response)["id"].as_str().unwrap().to_owned()
    }

    fn project(&mut self) -> String {
        self.project_with(&json!({}))
    }

    /// A project that translates by machine and confirms that at a stage.
    fn machine_project(&mut self, stages: &[&str]) -> String {
        let id = self.project_with(&json!({"workflowStages": stages}));
        let engine = json!([{"id": "engine:Intelligent Routing", "name": "Intelligent Routing"}]);
        assert_eq!(self.send("POST", &format!("v1/project/{id}/mt"), &engine).status, 204);
        let stage = self.get(&format!("v1/project/{id}"))["workflowStages"][0]["id"].clone();
        let rules = json!([{"ruleType": "MT", "order": 1, "confirmAtWorkflowStep": stage}]);
        let target = format!("v1/project/{id}/pretranslation-rules");
        assert_eq!(self.send("POST", &target, &rules).status, 200);
        id
    }

    /// Uploads one file; returns the ids of its documents.
    fn upload(&mut self, project: &str, name: &str, bytes: Vec<u8>) -> Vec<String> {
        let response =
            self.parts("POST", &format!("v1/project/document?projectId={project}"), vec![file(name, bytes)]);
        assert_eq!(response.status, 200, "{}", text(&response));
        ids(&body(&response))
    }

    fn update(&mut self, file_id: &str, name: &str, bytes: Vec<u8>) -> Response {
        self.parts("PUT", &format!("v2/document/update?documentId={file_id}"), vec![file(name, bytes)])
    }

    fn import(&mut self, id: &str, flags: &str, bytes: Vec<u8>) -> Response {
        let target = format!("v1/document/translate?documentId={id}{flags}");
        self.parts("PUT", &target, vec![Part { name: "translationFile".into(), ..file("a.locjson", bytes) }])
    }

    fn document(&self, id: &str) -> DocumentView {
        self.state.documents().into_iter().find(|document| document.id == id).unwrap()
    }

    /// Each segment's target and stage.
    fn targets(&self, id: &str) -> Vec<(Option<String>, usize)> {
        let segments = self.document(id).segments;
        segments.into_iter().map(|segment| (segment.target, segment.confirmed)).collect()
    }

    /// Exports documents and waits for the file.
    fn export(&mut self, ids: &[String], query: &str) -> Response {
        let ids: Vec<_> = ids.iter().map(|id| format!("documentIds={id}")).collect();
        let response = self.call("POST", &format!("v1/document/export?{}{query}", ids.join("&")));
        assert_eq!(response.status, 200, "{}", text(&response));
        let task = body(&response)["id"].as_str().unwrap().to_owned();
        self.wait(1000);
        self.call("GET", &format!("v1/document/export/{task}"))
    }
}

fn ids(documents: &Value) -> Vec<String> {
    let documents = documents.as_array().unwrap();
    documents.iter().map(|document| document["id"].as_str().unwrap().to_owned()).collect()
}

fn file_id(document: &str) -> &str {
    document.rsplit_once('_').unwrap().0
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
