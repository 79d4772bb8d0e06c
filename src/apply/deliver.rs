//! Deliveries: exported from Smartcat in batches, checked, and written to Zendesk one at a time.
//!
//! Before a translation is written it is read again with its source, in one request; if either is not what the plan
//! saw, the delivery is skipped. The receipt of a file is written after its last delivery. What goes on beside a write
//! is told in [`super::ahead`].

use std::collections::HashSet;

use tokio::time::Instant;

use crate::content::Segmented;
use crate::content::Text;
use crate::content::Unit;
use crate::content::UnitKey;
use crate::content::attachment_blind_hash;
use crate::content::check;
use crate::content::content_hash;
use crate::content::links;
use crate::content::locjson;
use crate::content::locjson::Reading;
use crate::id::FileId;
use crate::plan::Action;
use crate::plan::Delivery;
use crate::plan::SendTranslation;
use crate::plan::Step;
use crate::plan::Take;
use crate::receipt::LanguageReceipt;
use crate::receipt::Short;
use crate::remote::Look;
use crate::remote::RemoteError;
use crate::remote::zendesk::NewTranslation;
use crate::remote::zendesk::WireTranslation;

use super::Ending;
use super::Obstacle;
use super::Run;
use super::ahead::Ahead;
use super::ahead::Exports;
use super::ahead::FRESH;
use super::ahead::Reads;
use super::export::EXPORTS;
use super::text;
use super::text::Current;
use super::text::Texts;

/// A file whose deliveries are over and whose receipt is being written; their steps end when it is.
struct Closing<'s> {
    receipt: Ahead<Result<(), RemoteError>>,
    delivered: Vec<(&'s Step, Ending)>,
}

impl Run<'_> {
    /// Carries out steps that deliver translations.
    pub(super) async fn deliver(&mut self, steps: &[Step]) {
        let sends: Vec<&SendTranslation> = steps.iter().filter_map(sending).collect();
        let mut exports = Exports::of(self.services, &sends);
        let mut reads = Reads::of(self.services, &sends);
        let mut closing: Option<Closing<'_>> = None;
        let mut begun = 0;
        for of_file in steps.chunk_by(|a, b| file_of(a) == file_of(b)) {
            let delivered = self.deliver_file(of_file, &mut exports, &mut reads).await;
            begun += delivered.len();
            // One receipt at a time, so that steps end in the order of the plan.
            if let Some(before) = closing.take() {
                self.close(before).await;
            }
            closing = self.begin_to_close(delivered);
        }
        if let Some(last) = closing {
            self.close(last).await;
        }
        for step in &steps[begun..] {
            self.stopped_before(step);
        }
    }

    /// The deliveries of one file, as far as the run is not stopped.
    async fn deliver_file<'s>(
        &mut self,
        steps: &'s [Step],
        exports: &mut Exports<'_>,
        reads: &mut Reads<'_>,
    ) -> Vec<(&'s Step, Ending)> {
        let mut delivered = Vec::with_capacity(steps.len());
        for step in steps {
            let Some(send) = sending(step).filter(|_| !self.is_stopped()) else { break };
            self.watch.begins(step);
            let ending = match exports.take(&send.document).await {
                Ok(bytes) => self.deliver_one(send, &bytes, reads).await,
                Err(obstacle) => Err(obstacle),
            };
            if let Err(Obstacle::Remote(error)) = &ending {
                self.note_failure(error);
            }
            delivered.push((step, ending));
        }
        delivered
    }

    /// Begins to write the receipt of a file after its deliveries, if they changed it.
    fn begin_to_close<'s>(&mut self, delivered: Vec<(&'s Step, Ending)>) -> Option<Closing<'s>> {
        let send = delivered.last().and_then(|(step, _)| sending(step))?;
        let receipt = self.receipts.encoded(&send.file).filter(|_| self.changed.remove(&send.file));
        let (smartcat, document) = (self.services.smartcat_write.clone(), send.document.clone());
        let written = async move {
            match receipt {
                Some(receipt) => smartcat.set_meta_info(&document, &receipt).await,
                None => Ok(()),
            }
        };
        Some(Closing { receipt: Ahead::begin(written), delivered })
    }

    /// Waits for the receipt of a file, and ends the steps of its deliveries.
    async fn close(&mut self, closing: Closing<'_>) {
        let written = match closing.receipt.finished().await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                self.note_failure(&error);
                Err(error.to_string())
            }
            Err(broken) => Err(broken.to_string()),
        };
        for (step, ending) in closing.delivered {
            let ending = match (&written, ending) {
                (Err(error), Ok(detail)) => Err(Obstacle::Fail(format!(
                    "{detail}, but its receipt could not be written; the next run compares and writes it ({error})"
                ))),
                (Err(error), Err(Obstacle::Skip(why))) => Err(Obstacle::Fail(format!(
                    "{why}, but this could not be noted in its receipt; the next run looks at it again ({error})"
                ))),
                (_, ending) => ending,
            };
            self.end(step, ending);
        }
    }

    async fn deliver_one(&mut self, send: &SendTranslation, bytes: &[u8], reads: &mut Reads<'_>) -> Ending {
        let texts = reads.take(send).await?;
        let current_hash = texts.translation.as_ref().map(|current| content_hash(&current.text));
        if current_hash.as_ref().map(Short::from) != send.replaces {
            return Err(changed());
        }
        match assemble(send, &texts, bytes) {
            Ok(assembled) => {
                reads.begin_next();
                self.put(send, texts.translation, texts.seen_at, assembled).await
            }
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
        seen_at: Instant,
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
                self.services.zendesk_write.set_outdated(send.item, &send.target.locale, false).await?;
            }
            let entry = accepted(&current.text);
            self.note(send, LanguageReceipt { out: Some(out), ..self.with_comparison(send, entry) });
            return Ok("Zendesk holds this text already; receipt renewed".to_owned());
        }
        if send.delivery == Delivery::Compared {
            // What stands there is still on the source that it was delivered on.
            let entry =
                LanguageReceipt { out: Some(out), withheld: true, on: known.on, ..self.compared(send) };
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
        let written = match &current {
            Some(_) => self.replace(send, seen_at, &text).await?,
            None => self.create(send, &text).await?,
        };
        let url = written.html_url.clone().unwrap_or_default();
        let entry = accepted(&text::text_of(written));
        self.note(send, LanguageReceipt { out: Some(out), ..self.with_comparison(send, entry) });
        Ok(format!("sent {url}{remark}").trim_end().to_owned())
    }

    /// Replaces the translation that was seen. After each try that fails it is looked at again, and replaced only
    /// while it is the one that was planned with.
    async fn replace(
        &self,
        send: &SendTranslation,
        mut seen_at: Instant,
        text: &Text,
    ) -> Result<WireTranslation, Obstacle> {
        let (zendesk, locale) = (&self.services.zendesk_write, &send.target.locale);
        let (mut tries, mut may_have_arrived) = (0, false);
        loop {
            let look = Look { good_until: seen_at + FRESH, tries };
            let error = match zendesk.replace_text(send.item, locale, &text.title, &text.body, look).await {
                Ok(written) => return Ok(written),
                Err(error) if error.may_pass() => error,
                Err(error) => return Err(error.into()),
            };
            tries += 1;
            may_have_arrived |= error.is_ambiguous();
            let Some(there) = self.translation_of(send).await? else { return Err(changed()) };
            // After the answer: before it, the service may have let us wait for a minute.
            seen_at = Instant::now();
            let stands = text::text_of(there.clone());
            if may_have_arrived && attachment_blind_hash(&stands) == attachment_blind_hash(text) {
                return Ok(there);
            }
            if send.replaces != Some(Short::from(&content_hash(&stands))) {
                return Err(changed());
            }
        }
    }

    async fn translation_of(&self, send: &SendTranslation) -> Result<Option<WireTranslation>, Obstacle> {
        let locales = std::slice::from_ref(&send.target.locale);
        let found = self.services.zendesk.translations(send.item, locales).await?.unwrap_or_default();
        Ok(found.into_iter().find(|translation| translation.locale == send.target.locale))
    }

    async fn create(&self, send: &SendTranslation, text: &Text) -> Result<WireTranslation, Obstacle> {
        let new = NewTranslation {
            locale: send.target.locale.clone(),
            title: text.title.clone(),
            body: text.body.clone(),
            draft: send.as_draft,
        };
        match self.services.zendesk_write.create_translation(send.item, &new).await {
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
        match self.translation_of(send).await? {
            None if error.is_ambiguous() => {
                Ok(self.services.zendesk_write.create_translation(send.item, new).await?)
            }
            None => Err(error.into()),
            Some(there) => {
                let ours = Text { title: new.title.clone(), body: new.body.clone() };
                let theirs = text::text_of(there.clone());
                match attachment_blind_hash(&ours) == attachment_blind_hash(&theirs) {
                    true => Ok(there),
                    false => {
                        Err(Obstacle::Skip("somebody created the translation at the same time".to_owned()))
                    }
                }
            }
        }
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
            on: Some(send.source),
            links: Short::of_items(&send.links),
            bad: None,
            fit: false,
            imp: known.imp,
            assigned: known.assigned,
            ..entry
        }
    }
}

fn sending(step: &Step) -> Option<&SendTranslation> {
    match &step.action {
        Action::SendTranslation(send) => Some(send),
        _ => None,
    }
}

fn file_of(step: &Step) -> Option<&FileId> {
    sending(step).map(|send| &send.file)
}

fn changed() -> Obstacle {
    Obstacle::Skip("the translation in Zendesk changed after the plan was made".to_owned())
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
/// that came from there, or may have been delivered by an interrupted run, by all but the attachments' ids.
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
    let imported = known.out.is_none() && known.imp.as_ref().is_some_and(|imp| *imp == stands);
    let interrupted = send.delivery == Delivery::Compared || send.delivery == Delivery::Overwritten;
    delivered_before
        || ((imported || interrupted) && attachment_blind_hash(current) == attachment_blind_hash(text))
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
    /// There is no text for a part of the page, which is not sent in part.
    Incomplete(String),
}

/// Puts an export on the source's page, and checks it.
fn assemble(send: &SendTranslation, texts: &Texts, bytes: &[u8]) -> Result<Assembled, Unfit> {
    let source = Segmented::of(&texts.source);
    let mut reading = locjson::read(bytes).map_err(|error| {
        Unfit::Unreadable(format!(
            "Smartcat's export (GET {EXPORTS}/…) is no file that can be read: {error}; run again to ask anew"
        ))
    })?;
    let languages = check::Languages { same_language: send.from.primary() == send.target.locale.primary() };
    let mut findings = check::check(&source, &reading, languages);
    if send.take == Take::Current && is_begun(&source, &reading) {
        findings.retain(|finding| !finding.problem.is_unfinished());
        fill_from_source(&source, &mut reading);
    }
    let differences = summary(&findings);
    let assembled = source.assemble(&reading.units);
    let mut text = assembled
        .map_err(|missing| Unfit::Incomplete(differences.clone().unwrap_or_else(|| missing.to_string())))?;
    text.body = links::localise(&text.body, &send.from, &send.target.locale, &send.links);
    Ok(Assembled { text, differences })
}

/// Whether anything is translated. A page that is the source's is no translation, whatever the workflow asks for.
fn is_begun(source: &Segmented, reading: &Reading) -> bool {
    let is_new = |unit: &Unit| reading.units.get(&unit.key).is_some_and(|target| target != unit.text);
    source.units().iter().any(is_new)
}

/// Leaves in the source language what nobody has translated yet.
fn fill_from_source(source: &Segmented, reading: &mut Reading) {
    let untranslated: HashSet<UnitKey> = reading.untranslated.drain(..).collect();
    for unit in source.units().iter().filter(|unit| untranslated.contains(&unit.key)) {
        reading.units.insert(unit.key.clone(), unit.text.as_str());
    }
}

fn summary(findings: &[check::Finding]) -> Option<String> {
    match findings {
        [] => None,
        [one] => Some(one.to_string()),
        [first, rest @ ..] => Some(format!("{first} (and {} more)", rest.len())),
    }
}
