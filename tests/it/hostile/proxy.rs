//! Stands between zencat and the sandbox and adds a text to every free text of every answer: titles, names, labels,
//! bodies, addresses of people, and what errors say.

use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::BodyExt as _;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use reqwest::Client;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::scenario::REVIEWER;
use crate::world::World;

/// What is added: from the field's name and its text.
pub(super) type Extra = Arc<dyn Fn(&str, &str) -> String + Send + Sync>;

/// Fields that people fill in, or that are written for people to read.
const FREE: [&str; 17] = [
    "title",
    "name",
    "email",
    "firstName",
    "lastName",
    "description",
    "body",
    "label_names",
    "role",
    "message",
    "detail",
    "details",
    "errors",
    "error_description",
    "comment",
    "fileName",
    "filename",
];

/// Both services behind proxies.
pub(super) struct Proxy {
    _runtime: Runtime,
    pub(super) zendesk: String,
    pub(super) smartcat: String,
}

impl Proxy {
    pub(super) fn new(world: &World, extra: &Extra) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let start = |target: String| {
            let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            let service = Service { client: client(), target, url: url.clone(), extra: Arc::clone(extra) };
            runtime.spawn(serve(Arc::new(service), listener));
            url
        };
        let (zendesk, smartcat) = (start(world.sandbox.zendesk_url()), start(world.sandbox.smartcat_url()));
        Self { _runtime: runtime, zendesk, smartcat }
    }
}

fn client() -> Client {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().no_proxy().tls_certs_only([]);
    builder.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

struct Service {
    client: Client,
    target: String,
    url: String,
    extra: Extra,
}

async fn serve(service: Arc<Service>, listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            let answer = service_fn(|request| service.answer(request));
            let _closed = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}

impl Service {
    async fn answer(
        &self,
        request: hyper::Request<Incoming>,
    ) -> Result<hyper::Response<Full<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let mut asked = self.client.request(head.method, format!("{}{}", self.target, head.uri)).body(body);
        for (name, value) in &head.headers {
            if !["host", "content-length", "accept-encoding", "connection"].contains(&name.as_str()) {
                asked = asked.header(name, value);
            }
        }
        let answer = asked.send().await.unwrap();
        let mut built = hyper::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            if !["content-length", "transfer-encoding", "connection"].contains(&name.as_str()) {
                built = built.header(name, value);
            }
        }
        let bytes = self.rewritten(&answer.bytes().await.unwrap());
        Ok(built.body(Full::from(bytes)).unwrap())
    }

    /// JSON and pages are rewritten; files are not.
    fn rewritten(&self, bytes: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
        let text = text.replace(&self.target, &self.url);
        match serde_json::from_str::<Value>(&text) {
            Ok(value) if value.pointer("/properties/comments").is_some() => bytes.to_vec(),
            Ok(mut value) => {
                self.walk("", &mut value);
                value.to_string().into_bytes()
            }
            Err(_) if text.starts_with('<') => (text + &(self.extra)("page", "")).into_bytes(),
            Err(_) => text.into_bytes(),
        }
    }

    fn walk(&self, field: &str, value: &mut Value) {
        match value {
            Value::Object(fields) => fields.iter_mut().for_each(|(field, value)| self.walk(field, value)),
            Value::Array(values) => values.iter_mut().for_each(|value| self.walk(field, value)),
            // By this address the manifest names a person; with another nobody would be assigned.
            Value::String(text) if text == REVIEWER => {}
            Value::String(text) if FREE.contains(&field) => {
                let extra = (self.extra)(field, text);
                match field {
                    "body" => {
                        *text += &format!("<p>{}</p>", extra.replace('&', "&amp;").replace('<', "&lt;"))
                    }
                    _ => *text = format!("{extra} {text}"),
                }
            }
            _ => {}
        }
    }
}
