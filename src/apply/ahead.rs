//! What is begun before it is needed, so that the time that an answer takes is spent on other requests.
//!
//! One translation is written at a time. Beside the write, the next translation is read again, the receipt of the file
//! before is written, and the next exports are made: the pace of the services decides how long a run takes, not the
//! sum of their answers' times.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::task::JoinError;
use tokio::task::JoinHandle;

use crate::id::DocumentId;
use crate::plan::EXPORT_BATCH;
use crate::plan::SendTranslation;
use crate::remote::smartcat::SmartcatRead;
use crate::remote::zendesk::ZendeskRead;

use super::Obstacle;
use super::Services;
use super::export;
use super::export::Exported;
use super::text;
use super::text::Texts;

/// Exports that are asked for before their translations are written: Smartcat takes a second or two for each.
const EXPORTS_AHEAD: usize = 3;

/// What was read longer ago than this is read once more before it is written over: the export came late, or the write
/// waited for its turn. Zendesk has no write that depends on what is there, so that a moment stays open.
pub(super) const FRESH: Duration = Duration::from_secs(3);

/// Work that goes on beside what else is done; it ends when nobody wants it any more.
pub(super) struct Ahead<T>(JoinHandle<T>);

impl<T: Send + 'static> Ahead<T> {
    pub(super) fn begin(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }

    /// What came of it.
    pub(super) async fn finished(mut self) -> Result<T, JoinError> {
        (&mut self.0).await
    }
}

impl<T> Drop for Ahead<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The exports of deliveries, in the order of the deliveries.
pub(super) struct Exports<'s> {
    smartcat: SmartcatRead,
    coming: VecDeque<&'s [&'s SendTranslation]>,
    under_way: VecDeque<Ahead<Exported>>,
    arrived: Exported,
}

impl<'s> Exports<'s> {
    pub(super) fn of(services: &Services, sends: &'s [&'s SendTranslation]) -> Self {
        let alike = sends.chunk_by(|a, b| a.take == b.take);
        Self {
            smartcat: services.smartcat.clone(),
            coming: alike.flat_map(|alike| alike.chunks(EXPORT_BATCH)).collect(),
            under_way: VecDeque::new(),
            arrived: Exported::new(),
        }
    }

    /// The export of a document.
    pub(super) async fn take(&mut self, document: &DocumentId) -> Result<Vec<u8>, Obstacle> {
        self.begin();
        while !self.arrived.contains_key(document)
            && let Some(next) = self.under_way.pop_front()
        {
            let exported = next.finished().await.map_err(|broken| Obstacle::Fail(broken.to_string()))?;
            self.arrived.extend(exported);
            self.begin();
        }
        let missing = || Err(Obstacle::Fail("Smartcat's export did not hold the document".to_owned()));
        self.arrived.remove(document).unwrap_or_else(missing)
    }

    fn begin(&mut self) {
        while self.under_way.len() < EXPORTS_AHEAD
            && let Some(batch) = self.coming.pop_front()
        {
            let smartcat = self.smartcat.clone();
            let sends: Vec<SendTranslation> = batch.iter().map(|send| (*send).clone()).collect();
            self.under_way.push_back(Ahead::begin(async move { export::export(&smartcat, &sends).await }));
        }
    }
}

/// The texts of deliveries as they stand in Zendesk, each read once more before it is written.
pub(super) struct Reads<'s> {
    zendesk: ZendeskRead,
    coming: VecDeque<&'s SendTranslation>,
    next: Option<(&'s DocumentId, Ahead<Result<Texts, Obstacle>>)>,
}

impl<'s> Reads<'s> {
    pub(super) fn of(services: &Services, sends: &[&'s SendTranslation]) -> Self {
        Self { zendesk: services.zendesk.clone(), coming: sends.iter().copied().collect(), next: None }
    }

    /// The texts of a delivery.
    pub(super) async fn take(&mut self, send: &SendTranslation) -> Result<Texts, Obstacle> {
        while self.coming.pop_front().is_some_and(|passed| passed.document != send.document) {}
        if let Some((_, reading)) = self.next.take().filter(|(document, _)| **document == send.document)
            && let Ok(texts) = reading.finished().await
            && texts.as_ref().ok().is_none_or(|texts| texts.seen_at.elapsed() < FRESH)
        {
            return texts;
        }
        read(&self.zendesk, send).await
    }

    /// Begins to read what is delivered next. To be called when a write begins, not earlier.
    pub(super) fn begin_next(&mut self) {
        let Some(&send) = self.coming.front() else { return };
        let (zendesk, wanted) = (self.zendesk.clone(), send.clone());
        let reading = async move { read(&zendesk, &wanted).await };
        self.next = Some((&send.document, Ahead::begin(reading)));
    }
}

async fn read(zendesk: &ZendeskRead, send: &SendTranslation) -> Result<Texts, Obstacle> {
    text::read(zendesk, send.item, &send.from, Some(&send.target.locale), Some(&send.source)).await
}
