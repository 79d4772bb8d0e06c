//! Deliveries: exported from Smartcat in batches, checked, and written to Zendesk one at a time.
//!
//! While one batch is written, the next ones are exported. Right before a translation is written it is read again with
//! its source, in one request; if either is not what the plan saw, the delivery is skipped.

use std::collections::VecDeque;

use tokio::task::JoinHandle;

use crate::content::Segmented;
use crate::content::Text;
use crate::content::attachment_blind_hash;
use crate::content::check;
use crate::content::content_hash;
use crate::content::links;
use crate::content::locjson;
use crate::id::DocumentId;
use crate::id::FileId;
use crate::plan::Action;
use crate::plan::Delivery;
use crate::plan::EXPORT_BATCH;
use crate::plan::SendTranslation;
use crate::plan::Step;
use crate::receipt::LanguageReceipt;
use crate::receipt::Short;
use crate::remote::RemoteError;
use crate::remote::zendesk::NewTranslation;
use crate::remote::zendesk::TranslationChange;
use crate::remote::zendesk::WireTranslation;

use super::Ending;
use super::Obstacle;
use super::Run;
use super::export;
use super::export::EXPORTS;
use super::export::Exported;
use super::text;
use super::text::Current;
use super::text::Texts;

/// Exports that are asked for before their translations are written: Smartcat takes a second or two for each.
const EXPORTS_AHEAD: usize = 3;

/// An export that is being made; it ends when nobody wants it any more.
struct Export(JoinHandle<Exported>);

impl Export {
    /// What it holds. Should it have failed as a whole, every delivery of its batch says that its document is missing.
    async fn finished(mut self) -> Exported {
        (&mut self.0).await.unwrap_or_default()
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A delivery on its way.
type Sending<'s> = (&'s Step, &'s SendTranslation);

impl Run<'_> {
    /// Carries out steps that deliver translations.
    pub(super) async fn deliver(&mut self, steps: &[Step]) {
        let sends: Vec<Sending<'_>> = steps
            .iter()
            .filter_map(|step| match &step.action {
                Action::SendTranslation(send) => Some((step, send)),
                _ => None,
            })
            .collect();
        let alike = sends.chunk_by(|a, b| a.1.take == b.1.take);
        let batches: Vec<&[Sending<'_>]> = alike.flat_map(|alike| alike.chunks(EXPORT_BATCH)).collect();
        let mut exports = VecDeque::new();
        let mut ahead = batches.iter();
        for batch in &batches {
            while exports.len() < EXPORTS_AHEAD
                && let Some(next) = ahead.next()
            {
                exports.push_back(self.begin_export(next));
            }
            let exported = match exports.pop_front() {
                Some(export) => export.finished().await,
                None => Exported::new(),
            };
            self.deliver_batch(batch, exported).await;
        }
    }

    /// Exports a batch beside what else is done.
    fn begin_export(&self, batch: &[Sending<'_>]) -> Export {
        let smartcat = self.services.smartcat.clone();
        let sends: Vec<SendTranslation> = batch.iter().map(|(_, send)| (*send).clone()).collect();
        Export(tokio::spawn(async move { export::export(&smartcat, &sends).await }))
    }

    async fn deliver_batch(&mut self, batch: &[Sending<'_>], mut exported: Exported) {
        for of_file in batch.chunk_by(|a, b| a.1.file == b.1.file) {
            let mut delivered: Vec<(&Step, Ending)> = Vec::with_capacity(of_file.len());
            let mut touched = None;
            for (step, send) in of_file {
                if !self.may_begin(step) {
                    continue;
                }
                let bytes = exported.remove(&send.document);
                let ending = self.deliver_one(send, bytes).await;
                if let Err(Obstacle::Remote(error)) = &ending {
                    self.note_failure(error);
                }
                touched = Some((&send.file, &send.document));
                delivered.push((step, ending));
            }
            self.close_file(touched, delivered).await;
        }
    }

    /// Writes the receipt of a file after its deliveries, and ends their steps.
    async fn close_file(&mut self, touched: Option<(&FileId, &DocumentId)>, delivered: Vec<(&Step, Ending)>) {
        let Some((file, document)) = touched else { return };
        let written = match self.changed.remove(file) {
            true => self.receipts.write(&self.services.smartcat_write, file, document).await,
            false => Ok(()),
        };
        if let Err(error) = &written {
            self.note_failure(error);
        }
        for (step, ending) in delivered {
            let ending = match (&written, ending) {
                (Err(error), Ok(detail)) => Err(Obstacle::Fail(format!(
                    "{detail}, but its receipt could not be written; the next run compares and writes it ({error})"
                ))),
                (_, ending) => ending,
            };
            self.end(step, ending);
        }
    }

    async fn deliver_one(
        &mut self,
        send: &SendTranslation,
        bytes: Option<Result<Vec<u8>, Obstacle>>,
    ) -> Ending {
        let bytes = bytes.unwrap_or_else(|| {
            Err(Obstacle::Fail("Smartcat's export did not hold the document".to_owned()))
        })?;
        let zendesk = &self.services.zendesk;
        let texts =
            text::read(zendesk, send.item, &send.from, Some(&send.target.locale), Some(&send.source)).await?;
        let current_hash = texts.translation.as_ref().map(|current| content_hash(&current.text));
        if current_hash.as_ref().map(Short::from) != send.replaces {
            return Err(Obstacle::Skip(
                "the translation in Zendesk changed after the plan was made".to_owned(),
            ));
        }
        match assemble(send, &texts, &bytes) {
            Ok(assembled) => self.put(send, texts.translation, assembled).await,
            Err(Unfit::Unreadable(why)) => Err(Obstacle::Fail(why)),
            Err(Unfit::Incomplete(why)) => self.refuse(send, why, false),
        }
    }

    /// Holds a delivery from now on, until either side moves, or, where it is `fit` to be sent, the manifest says so.
    fn refuse(&mut self, send: &SendTranslation, why: String, fit: bool) -> Ending {
        self.note(send, LanguageReceipt { bad: Some(why.clone()), fit, ..self.compared(send) });
        Err(Obstacle::Skip(format!("held by the structure check: {why}")))
    }

    /// Brings a text to Zendesk, unless it is there already, or what is there must stay, or the text is damaged.
    async fn put(
        &mut self,
        send: &SendTranslation,
        current: Option<Current>,
        assembled: Assembled,
    ) -> Ending {
        let Assembled { text, differences } = assembled;
        let out = Short::from(&content_hash(&text));
        let known = self.receipts.language(&send.file, &send.target.language);
        let accepted = |tgt: &Text| LanguageReceipt {
            tgt: Some(Short::from(&content_hash(tgt))),
            ..LanguageReceipt::default()
        };
        if let Some(current) = &current
            && is_there(send, &known, &current.text, &text, &out)
        {
            if current.outdated {
                self.clear_outdated(send).await?;
            }
            let entry = accepted(&current.text);
            self.note(send, LanguageReceipt { out: Some(out), ..self.with_comparison(send, entry) });
            return Ok("Zendesk holds this text already; receipt renewed".to_owned());
        }
        if send.delivery == Delivery::Compared {
            let entry = LanguageReceipt { out: Some(out), withheld: true, ..self.compared(send) };
            self.note(send, entry);
            return Err(Obstacle::Skip(
                "the translation in Zendesk was written by hand and differs from Smartcat's: left as it is, and held \
                 from now on; `on_edit` decides"
                    .to_owned(),
            ));
        }
        let remark = match differences {
            Some(differences) if send.strict => return self.refuse(send, differences, true),
            Some(differences) => format!(" (differs from the source: {differences})"),
            None => String::new(),
        };
        let written = self.write(send, current.is_some(), &text).await?;
        let url = written.html_url.clone().unwrap_or_default();
        let entry = accepted(&text::text_of(written));
        self.note(send, LanguageReceipt { out: Some(out), ..self.with_comparison(send, entry) });
        Ok(format!("sent {url}{remark}").trim_end().to_owned())
    }

    async fn write(
        &self,
        send: &SendTranslation,
        exists: bool,
        text: &Text,
    ) -> Result<WireTranslation, Obstacle> {
        let zendesk = &self.services.zendesk_write;
        let locale = &send.target.locale;
        if exists {
            let change = TranslationChange {
                title: Some(text.title.clone()),
                body: Some(text.body.clone()),
                outdated: Some(false),
            };
            return Ok(zendesk.update_translation(send.item, locale, &change).await?);
        }
        let new = NewTranslation {
            locale: locale.clone(),
            title: text.title.clone(),
            body: text.body.clone(),
            draft: send.as_draft,
        };
        match zendesk.create_translation(send.item, &new).await {
            Ok(written) => Ok(written),
            Err(error) if error.is_ambiguous() || may_be_taken(&error) => {
                self.after_doubt(send, &new, error).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A create whose answer leaves open what happened, or says that the locale is taken: read, and only if there is
    /// nothing and nothing was refused, once more.
    async fn after_doubt(
        &self,
        send: &SendTranslation,
        new: &NewTranslation,
        error: RemoteError,
    ) -> Result<WireTranslation, Obstacle> {
        let locales = std::slice::from_ref(&new.locale);
        let found = self.services.zendesk.translations(send.item, locales).await?.unwrap_or_default();
        match found.into_iter().find(|translation| translation.locale == new.locale) {
            None if error.is_ambiguous() => {
                Ok(self.services.zendesk_write.create_translation(send.item, new).await?)
            }
            None => Err(error.into()),
            Some(there) => {
                let ours = Text { title: new.title.clone(), body: new.body.clone() };
                let theirs = Text { title: there.title.clone(), body: there.body.clone() };
                match attachment_blind_hash(&ours) == attachment_blind_hash(&theirs) {
                    true => Ok(there),
                    false => {
                        Err(Obstacle::Skip("somebody created the translation at the same time".to_owned()))
                    }
                }
            }
        }
    }

    async fn clear_outdated(&self, send: &SendTranslation) -> Result<(), Obstacle> {
        let flag = TranslationChange { outdated: Some(false), ..TranslationChange::default() };
        self.services.zendesk_write.update_translation(send.item, &send.target.locale, &flag).await?;
        Ok(())
    }

    fn note(&mut self, send: &SendTranslation, entry: LanguageReceipt) {
        self.receipts.record(&send.file, &send.target.language, entry);
        self.changed.insert(send.file.clone());
    }

    /// What is known, with the marks of this comparison.
    fn compared(&self, send: &SendTranslation) -> LanguageReceipt {
        self.with_comparison(send, self.receipts.language(&send.file, &send.target.language))
    }

    /// A record with the marks of this comparison: what Smartcat's side and the source were.
    fn with_comparison(&self, send: &SendTranslation, entry: LanguageReceipt) -> LanguageReceipt {
        let known = self.receipts.language(&send.file, &send.target.language);
        LanguageReceipt {
            at: send.moved_at,
            on: Some(send.source.clone()),
            links: Short::of_items(&send.links),
            bad: None,
            fit: false,
            imp: known.imp,
            assigned: known.assigned,
            ..entry
        }
    }
}

/// A refusal that may mean that another run was faster: for a locale that is taken Zendesk's status is not documented
/// (zendesk-help-center.md §3.4), and its text is no contract.
fn may_be_taken(error: &RemoteError) -> bool {
    error.is_conflict() || matches!(error.status(), Some(400 | 422))
}

/// Whether Zendesk holds the text already.
///
/// Zendesk gives every translation its own copies of attachments and changes their ids in the text
/// (zendesk-help-center.md §3.7). So a text that was delivered before is recognised by both of its hashes; and a text
/// that may have been delivered by an interrupted run, by all but the attachments' ids.
fn is_there(
    send: &SendTranslation,
    known: &LanguageReceipt,
    current: &Text,
    text: &Text,
    out: &Short,
) -> bool {
    let stands = content_hash(current);
    if *out == stands {
        return true;
    }
    let delivered_before = known.out.as_ref() == Some(out)
        && known.tgt.as_ref().is_some_and(|tgt| *tgt == stands)
        && !known.withheld
        && known.bad.is_none();
    let interrupted = send.delivery == Delivery::Compared || send.delivery == Delivery::Overwritten;
    delivered_before || (interrupted && attachment_blind_hash(current) == attachment_blind_hash(text))
}

/// An export on the source's page.
struct Assembled {
    text: Text,
    /// What the structure check found.
    differences: Option<String>,
}

/// Why an export is no page.
enum Unfit {
    /// It is no file that Smartcat writes, so it says nothing about the translation: the next run asks again.
    Unreadable(String),
    /// There is no text for a part of the page: a page is never sent in part.
    Incomplete(String),
}

/// Puts an export on the source's page, and checks it.
fn assemble(send: &SendTranslation, texts: &Texts, bytes: &[u8]) -> Result<Assembled, Unfit> {
    let source = Segmented::of(&texts.source);
    let reading = locjson::read(bytes).map_err(|error| {
        Unfit::Unreadable(format!(
            "Smartcat's export (GET {EXPORTS}/…) is no file that can be read: {error}; run again to ask anew"
        ))
    })?;
    let languages = check::Languages { same_language: send.from.primary() == send.target.locale.primary() };
    let differences = summary(&check::check(&source, &reading, languages));
    let assembled = source.assemble(&reading.units);
    let mut text = assembled
        .map_err(|missing| Unfit::Incomplete(differences.clone().unwrap_or_else(|| missing.to_string())))?;
    text.body = links::localise(&text.body, &send.from, &send.target.locale, &send.links);
    Ok(Assembled { text, differences })
}

fn summary(findings: &[check::Finding]) -> Option<String> {
    match findings {
        [] => None,
        [one] => Some(one.to_string()),
        [first, rest @ ..] => Some(format!("{first} (and {} more)", rest.len())),
    }
}
