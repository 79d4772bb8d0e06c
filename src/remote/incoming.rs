//! A good answer on its way: read piece by piece, and no further than its limit.

use hyper::body::Bytes;
use reqwest::Response;

use super::ErrorKind;
use super::RemoteError;
use super::http::Asked;
use super::http::Http;
use super::lenient::Unread;
use super::request::Answer;

/// So much memory an answer's announced length is believed to need before any of it came.
const MOST_RESERVED: u64 = 1 << 20;

/// An answer with a status of success whose body is still on its way.
pub(super) struct Incoming<'a> {
    http: &'a Http,
    asked: &'a Asked,
    response: Response,
    limit: usize,
    received: usize,
}

impl<'a> Incoming<'a> {
    pub(super) fn new(
        http: &'a Http,
        asked: &'a Asked,
        response: Response,
        limit: usize,
    ) -> Result<Self, RemoteError> {
        let announced = response.content_length().unwrap_or(0);
        let incoming = Self { http, asked, response, limit, received: 0 };
        if announced > limit as u64 { Err(incoming.too_large()) } else { Ok(incoming) }
    }

    pub(super) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The next piece of the body; `None` at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, RemoteError> {
        let chunk = self.response.chunk().await.map_err(|error| self.http.transport(self.asked, error))?;
        // The size is checked while reading: it is of the unpacked text, which no header announces.
        self.received += chunk.as_ref().map_or(0, Bytes::len);
        if self.received > self.limit { Err(self.too_large()) } else { Ok(chunk) }
    }

    /// All of the body.
    pub(super) async fn body(&mut self) -> Result<Vec<u8>, RemoteError> {
        let announced = self.response.content_length().unwrap_or(0);
        let mut body = Vec::with_capacity(announced.min(MOST_RESERVED) as usize);
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// The answer with all of its body.
    pub(super) async fn whole(mut self) -> Result<Answer, RemoteError> {
        let body = self.body().await?;
        Ok(Answer { status: self.status(), body })
    }

    /// The body does not say what was expected.
    pub(super) fn unreadable(&self, unread: &Unread) -> RemoteError {
        let kind = if unread.cut_off { ErrorKind::Interrupted } else { ErrorKind::Unreadable };
        self.asked.fault(kind, Some(self.status()), Some(&unread.said))
    }

    fn too_large(&self) -> RemoteError {
        let said = format!("more than {} bytes", self.limit);
        self.asked.fault(ErrorKind::TooLarge, Some(self.status()), Some(&said))
    }
}
