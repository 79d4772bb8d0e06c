//! The state of one pair (item × language), from plain data. Every word of a plan follows from here.

use crate::content::Facts;
use crate::manifest::ExistingTranslations;
use crate::manifest::Integrity;
use crate::manifest::OnEdit;
use crate::manifest::SendWhen;
use crate::manifest::Workflow;
use crate::observed::Document;
use crate::observed::Parse;
use crate::observed::Translation;
use crate::receipt::LanguageReceipt;
use crate::receipt::Receipt;
use crate::receipt::Short;
use crate::receipt::Standing;

/// All that decides the state of a pair.
pub(super) struct Evidence<'a> {
    pub(super) workflow: &'a Workflow,
    /// The source as it is now.
    pub(super) source: &'a Facts,
    /// The document, and what its file's receipt says.
    pub(super) document: Option<(&'a Document, &'a Receipt)>,
    /// What the receipt says of this language.
    pub(super) known: &'a LanguageReceipt,
    /// The translation now in Zendesk.
    pub(super) translation: Option<&'a Translation>,
    /// Hash of the set of linked items whose links are localised now; `None` for the empty set.
    pub(super) links: Option<&'a Short>,
}

/// The state of a pair, with what its step needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// No document: the text was never sent to Smartcat.
    Missing { import: bool },
    /// A translation stands in Zendesk, no document exists, and the workflow keeps such translations.
    ExistingKept,
    /// Smartcat could not read the file.
    ParseFailed,
    /// The document holds an older source.
    Stale(Staleness),
    /// The existing translation is not yet in the document.
    ImportDue,
    /// Smartcat is at work.
    InProgress { percent: u8 },
    /// Smartcat waits for somebody to complete the document, and the manifest says that zencat does it.
    CompletionDue { percent: u8 },
    /// There is something to deliver.
    Ready(Delivery),
    /// The delivery was refused by the structure check, and neither side has moved since.
    Refused { why: String },
    /// Nothing to do.
    UpToDate,
    /// Somebody changed the translation in Zendesk after zencat's last write; the manifest says: keep.
    Edited(Standing),
    /// As `Edited`, and the manifest says: take the edited text into Smartcat.
    PullDue,
}

/// Why a document is stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Staleness {
    /// Words of the source changed.
    SourceChanged,
    /// Nothing is known of the source that the document holds.
    ReceiptUnreadable,
}

/// Why something is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The first delivery of this pair.
    First,
    /// Smartcat has moved since the last delivery.
    Moved,
    /// The page's markup changed; the words did not.
    Restructured,
    /// The set of linked items that have this translation changed.
    Relinked,
    /// The translation in Zendesk was changed or deleted by hand, and the manifest says: overwrite.
    Overwritten,
    /// Zendesk holds a translation that zencat has no receipt for. When it equals Smartcat's, the receipt is
    /// written; otherwise Zendesk is left alone.
    Compared,
}

/// The state of a pair: the table of engine.md ("State of a pair"), read from top to bottom.
pub(super) fn state_of(evidence: &Evidence<'_>) -> State {
    let Some((document, receipt)) = evidence.document else {
        return without_document(evidence);
    };
    match document.parse {
        Parse::Failed => return unreadable_file(evidence, receipt),
        Parse::InProgress => return State::InProgress { percent: 0 },
        Parse::Done => {}
    }
    match &receipt.source {
        None => State::Stale(Staleness::ReceiptUnreadable),
        Some(held) if held.units != evidence.source.units => State::Stale(Staleness::SourceChanged),
        Some(_) => with_current_document(evidence, document),
    }
}

/// A source that was corrected may be what Smartcat can read.
fn unreadable_file(evidence: &Evidence<'_>, receipt: &Receipt) -> State {
    match &receipt.source {
        Some(held) if held.units != evidence.source.units => State::Stale(Staleness::SourceChanged),
        _ => State::ParseFailed,
    }
}

fn without_document(evidence: &Evidence<'_>) -> State {
    match (evidence.translation, evidence.workflow.existing_translations) {
        (Some(_), ExistingTranslations::Keep) => State::ExistingKept,
        (Some(_), ExistingTranslations::Import) => State::Missing { import: true },
        (Some(_), ExistingTranslations::Skip) | (None, _) => State::Missing { import: false },
    }
}

fn with_current_document(evidence: &Evidence<'_>, document: &Document) -> State {
    let known = evidence.known;
    let standing = known.standing(evidence.translation.map(|found| &found.hash));
    if import_is_due(evidence, standing) {
        return State::ImportDue;
    }
    let ready = is_ready(document, &evidence.workflow.send_when);
    let pending = ready.then(|| pending(evidence, document)).flatten();
    if let Some(state) = by_hand(evidence, document, standing, pending) {
        return state;
    }
    if !ready {
        return waiting(evidence, document).unwrap_or(State::InProgress { percent: percent(document) });
    }
    let delivery = match standing {
        Standing::Known => pending,
        Standing::Undelivered => Some(Delivery::First),
        Standing::Unclaimed | Standing::Changed | Standing::Deleted => Some(Delivery::Overwritten),
    };
    match delivery {
        // What is sent before all stages are done is completed in the end all the same.
        None => waiting(evidence, document).unwrap_or(State::UpToDate),
        Some(delivery) => match refusal(evidence, document) {
            Some(why) => State::Refused { why },
            None => State::Ready(delivery),
        },
    }
}

/// Smartcat waits for somebody to complete the document, and zencat is to do it.
fn waiting(evidence: &Evidence<'_>, document: &Document) -> Option<State> {
    let is_due = document.ready_for_completion && evidence.workflow.auto_complete;
    is_due.then(|| State::CompletionDue { percent: percent(document) })
}

/// The document was created for a pair with an existing translation that has not been taken in yet: the
/// translation is known, untouched, and nothing was delivered.
fn import_is_due(evidence: &Evidence<'_>, standing: Standing) -> bool {
    evidence.workflow.existing_translations == ExistingTranslations::Import
        && standing == Standing::Known
        && evidence.known.out.is_none()
        && evidence.known.imp.is_none()
}

/// What a translation means that is not what zencat last wrote. `None` when it is, or when it may be overwritten.
///
/// It need not be an edit: zencat may have been interrupted between its write and the receipt. While Smartcat holds
/// something that was never delivered, the two are therefore compared once; if they are equal, the receipt heals.
fn by_hand(
    evidence: &Evidence<'_>,
    document: &Document,
    standing: Standing,
    pending: Option<Delivery>,
) -> Option<State> {
    match (standing, evidence.workflow.on_edit) {
        (Standing::Known | Standing::Undelivered, _) | (_, OnEdit::Overwrite) => None,
        (Standing::Deleted, OnEdit::Keep | OnEdit::Pull) => Some(State::Edited(standing)),
        (Standing::Unclaimed | Standing::Changed, _) if can_be_compared(evidence, document, pending) => {
            Some(State::Ready(Delivery::Compared))
        }
        (Standing::Unclaimed | Standing::Changed, OnEdit::Pull)
            if !could_not_be_pulled(evidence) && !is_of_older_source(evidence.known, evidence.source) =>
        {
            Some(State::PullDue)
        }
        (Standing::Unclaimed | Standing::Changed, OnEdit::Pull) => Some(State::Edited(standing)),
        (Standing::Unclaimed | Standing::Changed, OnEdit::Keep) => Some(State::Edited(standing)),
    }
}

/// Smartcat holds something that was neither delivered nor compared, and that the structure check did not refuse.
fn can_be_compared(evidence: &Evidence<'_>, document: &Document, pending: Option<Delivery>) -> bool {
    pending.is_some() && !evidence.known.withheld && refusal(evidence, document).is_none()
}

/// The translation in Zendesk was delivered on an older source than Smartcat has translated since: an edit of it, taken
/// into Smartcat, would replace the newer translation.
pub(super) fn is_of_older_source(known: &LanguageReceipt, source: &Facts) -> bool {
    known.on.is_some_and(|on| on != source.hash)
}

/// Exactly this edit did not line up with the source when it was to be taken into Smartcat: people decide.
fn could_not_be_pulled(evidence: &Evidence<'_>) -> bool {
    let tried = evidence.known.imp.as_ref();
    evidence.known.withheld
        && evidence.translation.is_some_and(|found| tried.is_some_and(|tried| *tried == found.hash))
}

/// What Smartcat holds, or the source's page shows, that was not delivered or compared yet.
fn pending(evidence: &Evidence<'_>, document: &Document) -> Option<Delivery> {
    let known = evidence.known;
    if known.out.is_none() {
        return Some(Delivery::First);
    }
    if known.withheld || known.bad.is_some() || known.at != document.moved_at {
        return Some(Delivery::Moved);
    }
    if known.on.as_ref().is_none_or(|on| *on != evidence.source.hash) {
        return Some(Delivery::Restructured);
    }
    (known.links.as_ref() != evidence.links).then_some(Delivery::Relinked)
}

/// The structure check refused exactly this delivery before, and would again: `integrity: warn` releases what it can.
fn refusal(evidence: &Evidence<'_>, document: &Document) -> Option<String> {
    let known = evidence.known;
    let same =
        known.at == document.moved_at && known.on.as_ref().is_some_and(|on| *on == evidence.source.hash);
    let released = known.fit && evidence.workflow.integrity == Integrity::Warn;
    known.bad.clone().filter(|_| same && !released)
}

/// Whether a document may be delivered. Which of Smartcat's states a document passes after an update of its source
/// is not documented (smartcat.md §7.2), so `updated` counts as completed once all its stages are.
fn is_ready(document: &Document, send_when: &SendWhen) -> bool {
    let all_done = !document.stages.is_empty() && document.stages.iter().all(|stage| stage.is_done());
    let completed = document.completed || (all_done && !document.ready_for_completion);
    match send_when {
        SendWhen::Current => completed || document.stages.iter().any(|stage| stage.percent > 0.0),
        SendWhen::Completed => completed,
        SendWhen::Confirmed => completed || document.stages.iter().any(|stage| stage.is_done()),
        SendWhen::Stage(number, _) => {
            let nth = usize::try_from(*number).unwrap_or(usize::MAX).saturating_sub(1);
            completed || document.stages.get(nth).is_some_and(|stage| stage.is_done())
        }
    }
}

/// The mean of the stages, rounded down so that 100 means done.
pub(super) fn percent(document: &Document) -> u8 {
    if document.completed {
        return 100;
    }
    let count = document.stages.len().max(1) as f64;
    let sum: f64 = document.stages.iter().map(|stage| stage.percent.clamp(0.0, 100.0)).sum();
    (sum / count) as u8
}
