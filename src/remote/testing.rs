//! A server on loopback that says what a test tells it to, and remembers what it was asked.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::Options;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query, as sent.
    pub(crate) target: String,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    pub(crate) at: Instant,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Canned {
    /// A status, headers and a body.
    Reply(u16, Vec<(String, String)>, Vec<u8>),
    /// Headers that promise more than comes.
    Cut(Vec<u8>),
    /// The connection is closed without a word.
    Drop,
    /// Nothing ever comes.
    Silence,
    /// Something comes after a while.
    Late(Duration, Box<Self>),
}

impl Canned {
    pub(crate) fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::Reply(status, vec![("Content-Type".to_owned(), "application/json".to_owned())], body.into())
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Reply(status, Vec::new(), Vec::new())
    }

    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        match self {
            Self::Reply(status, mut headers, body) => {
                headers.push((name.to_owned(), value.to_owned()));
                Self::Reply(status, headers, body)
            }
            other => other,
        }
    }
}

/// The server. It stops with the test's runtime.
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers each request with what the function says about it and its number (from 0).
    pub(crate) async fn start(answer: impl Fn(&Seen, usize) -> Canned + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let server = Self { url, seen: Arc::clone(&seen) };
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                tokio::spawn(async move { serve(stream, &seen, &*answer).await });
            }
        });
        server
    }

    /// Answers the n-th request with the n-th entry, and every later one with 599.
    pub(crate) async fn script(script: Vec<Canned>) -> Self {
        Self::start(move |_, number| script.get(number).cloned().unwrap_or_else(|| Canned::status(599))).await
    }

    /// A URL that nobody listens at.
    pub(crate) fn closed() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        Self { url, seen: Arc::default() }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no test panicked here").clone()
    }

    /// Method and target of every request.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.seen().iter().map(|seen| format!("{} {}", seen.method, seen.target)).collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Seen>>,
    answer: &(impl Fn(&Seen, usize) -> Canned + Sync),
) {
    let Some(request) = receive(&mut stream).await else { return };
    let number = {
        let mut seen = seen.lock().expect("no test panicked here");
        seen.push(request.clone());
        seen.len() - 1
    };
    let canned = match answer(&request, number) {
        Canned::Late(pause, canned) => {
            tokio::time::sleep(pause).await;
            *canned
        }
        canned => canned,
    };
    let bytes = match canned {
        Canned::Reply(status, headers, body) => reply(status, &headers, &body, body.len()),
        Canned::Cut(body) => reply(200, &[], &body, body.len() + 100),
        Canned::Drop | Canned::Late(..) => Vec::new(),
        Canned::Silence => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            Vec::new()
        }
    };
    // The client may have hung up, which is what some tests want.
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
}

fn reply(status: u16, headers: &[(String, String)], body: &[u8], length: usize) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\n");
    if status != 204 {
        head += &format!("Content-Length: {length}\r\n");
    }
    // A generous budget, so that no test waits for Zendesk's assumed one.
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("x-rate-limit")) {
        head += "x-rate-limit: 60000\r\nx-rate-limit-remaining: 59999\r\n";
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

async fn receive(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        more(stream, &mut bytes).await?;
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut first = head.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let mut request = Seen { method, target, head, body: Vec::new(), at: Instant::now() };
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    while bytes.len() < head_end + 4 + length {
        more(stream, &mut bytes).await?;
    }
    request.body = bytes.split_off(head_end + 4);
    Some(request)
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut buffer = [0; 16 << 10];
    let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
    bytes.extend_from_slice(&buffer[..count]);
    Some(())
}

/// The usual options with pauses that no test has to wait for.
pub(crate) fn quick() -> Options {
    Options { back_off: Duration::from_millis(2), smartcat_per_second: 1000, ..Options::default() }
}
