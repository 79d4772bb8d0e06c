//! The HTTP server of one service: connections in, [`Request`]s to the shared state, answers out, whole or broken as
//! the outcome says.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::time::Duration;

use futures_util::future::ready;
use futures_util::stream::once;
use http_body_util::BodyExt as _;
use http_body_util::Limited;
use hyper::body::Body;
use hyper::body::Bytes;
use hyper::body::Frame;
use hyper::body::Incoming;
use hyper::body::SizeHint;
use hyper::header::CONTENT_LENGTH;
use hyper::header::HeaderValue;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::ServiceName;
use super::control;
use super::faults::FaultKind;
use super::http::Part;
use super::http::Request;
use super::http::Response;
use super::shared::Outcome;
use super::shared::Shape;
use super::shared::Shared;
use super::shared::Turn;
use super::urlcode;

/// More than either service takes.
const MAX_REQUEST: usize = 256 * 1024 * 1024;

/// Accepts connections until the task is aborted; with it end all connections.
pub(super) async fn run(shared: Arc<Shared>, service: ServiceName, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(Arc::clone(&shared), service, stream));
                }
                // Out of file descriptors, most likely: some are given back when connections end.
                Err(_) => sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(shared: Arc<Shared>, service: ServiceName, stream: TcpStream) {
    let answer = service_fn(|request| serve(Arc::clone(&shared), service, request));
    // An error is a client that went away or a fault that was played: both are in the journal.
    let _closed = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
}

/// The connection is to be closed without a (further) word.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed on purpose")]
struct Closed;

async fn serve(
    shared: Arc<Shared>,
    service: ServiceName,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<AnswerBody>, Closed> {
    let request = match read(request).await {
        Ok(request) => request,
        Err(status) => return message(Response::empty(status), Shape::Whole),
    };
    if let Some(answer) = control::answer(&shared, &request) {
        return message(answer, Shape::Whole);
    }
    let mut released = shared.released();
    match outcome(&shared, service, &request).await {
        Outcome::Answer(answer, shape) => message(answer, shape),
        Outcome::Close => Err(Closed),
        Outcome::Hang => {
            // Either way it is over: the faults were replaced, or the sandbox is gone.
            let _over = released.changed().await;
            Err(Closed)
        }
    }
}

async fn outcome(shared: &Shared, service: ServiceName, request: &Request) -> Outcome {
    let fault = shared.strike(service, request);
    let turn = shared.begin_write(service, request);
    let outcome = match &turn {
        Turn::Free | Turn::Mine(_) => shared.ask(service, request, fault.as_ref()),
        Turn::Taken => shared.refuse_overlap(service, request),
    };
    if let Turn::Mine(writing) = &turn {
        sleep(writing.time).await;
    }
    if let Some(FaultKind::Delay { ms }) = fault {
        sleep(Duration::from_millis(ms)).await;
    }
    outcome
}

/// Reads a request completely; the error is the status to answer.
async fn read(request: hyper::Request<Incoming>) -> Result<Request, u16> {
    let (head, body) = request.into_parts();
    let mut read = Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: urlcode::parse_query(head.uri.query().unwrap_or_default()),
        ..Request::default()
    };
    for (name, value) in &head.headers {
        read.headers.insert(name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned());
    }
    let bytes = Limited::new(body, MAX_REQUEST).collect().await.map_err(|_| 413_u16)?.to_bytes();
    match read.header("content-type").and_then(|kind| multer::parse_boundary(kind).ok()) {
        Some(boundary) => read.parts = parts(bytes, boundary).await.map_err(|_| 400_u16)?,
        None => read.body = bytes.to_vec(),
    }
    Ok(read)
}

async fn parts(bytes: Bytes, boundary: String) -> Result<Vec<Part>, multer::Error> {
    let mut form = multer::Multipart::new(once(ready(Ok::<_, Infallible>(bytes))), boundary);
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await? {
        parts.push(Part {
            name: field.name().unwrap_or_default().to_owned(),
            file_name: field.file_name().map(str::to_owned),
            content_type: field.content_type().map(ToString::to_string),
            bytes: field.bytes().await?.to_vec(),
        });
    }
    Ok(parts)
}

/// A header that HTTP does not allow closes the connection: only a fault can have asked for it.
fn message(answer: Response, shape: Shape) -> Result<hyper::Response<AnswerBody>, Closed> {
    let mut builder = hyper::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        // hyper sets it from the body; a fault's own would break the connection.
        if !name.eq_ignore_ascii_case("content-length") {
            builder = builder.header(name, value);
        }
    }
    let full = answer.body.len();
    let mut message = builder.body(AnswerBody::new(answer.body, shape)).map_err(|_| Closed)?;
    if shape == Shape::Truncated {
        message.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(full.max(1)));
    }
    Ok(message)
}

/// A body that may be cut short or go on for ever.
struct AnswerBody {
    first: Bytes,
    shape: Shape,
    /// Whether what was sent has had a turn to reach the client before the connection breaks.
    flushed: bool,
}

impl AnswerBody {
    fn new(body: Vec<u8>, shape: Shape) -> Self {
        let mut first = Bytes::from(body);
        if shape == Shape::Truncated {
            first.truncate(first.len() / 2);
        }
        Self { first, shape, flushed: false }
    }
}

/// What is sent over and over by a body without end.
static SPACES: [u8; 16 * 1024] = [b' '; 16 * 1024];

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        let first = std::mem::take(&mut self.first);
        if !first.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        match self.shape {
            Shape::Whole => Poll::Ready(None),
            Shape::Endless => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&SPACES))))),
            Shape::Truncated if self.flushed => Poll::Ready(Some(Err(Closed))),
            Shape::Truncated => {
                self.flushed = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.shape == Shape::Whole && self.first.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match self.shape {
            Shape::Whole => SizeHint::with_exact(self.first.len() as u64),
            Shape::Truncated | Shape::Endless => SizeHint::default(),
        }
    }
}
