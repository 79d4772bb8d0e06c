//! Changed sources: sent to the documents that are there, so that what did not change keeps its translation.

use crate::id::Language;
use crate::id::Locale;
use crate::observed::File;
use crate::plan::Action;
use crate::plan::HeldCode;
use crate::plan::Step;
use crate::plan::Target;
use crate::plan::UpdateDocument;
use crate::plan::build::Assessed;
use crate::plan::projects::reference;
use crate::plan::state::Staleness;
use crate::receipt::Short;

use super::Draft;
use super::Outdated;
use super::target;

impl<'a, 'p> Draft<'a, 'p> {
    /// Smartcat replaces the source of a file in all of its languages at once (smartcat.md §7.4), so the step names
    /// them all, those too that the plan is not for.
    pub(super) fn update(&mut self, pairs: &[Outdated<'a, 'p>]) {
        let Some((first, found, why)) = pairs.iter().find(|(pair, ..)| pair.selected) else { return };
        let Some(source) = &first.item.source else { return };
        let known = found.file.receipt.source.as_ref();
        let new_words = match (why, known.and_then(|known| known.fingerprints.as_ref())) {
            (Staleness::ReceiptUnreadable, _) | (_, None) => source.words,
            (Staleness::SourceChanged, Some(old)) => source.fingerprints.new_words(old),
        };
        let reason = match why {
            Staleness::SourceChanged => {
                format!("the source changed: about {new_words} of {} words are new", source.words)
            }
            Staleness::ReceiptUnreadable => {
                "its receipt cannot be read, so the source is sent again; finished segments stay".to_owned()
            }
        };
        if found.file.receipt.refused {
            return self.replace(pairs, new_words, &reason);
        }
        if let Some((locale, code)) = self.kept.get(&found.file.id).copied() {
            return self.hold_with(locale, code, pairs);
        }
        let targets: Vec<Target> = pairs.iter().map(|(pair, ..)| target(pair)).collect();
        let unasked = unasked(found.file, &targets);
        let reason = match unasked.is_empty() {
            true => reason,
            false => format!("{reason}; its documents in {} get it too", unasked.join(", ")),
        };
        let words = u64::from(new_words) * (targets.len() + unasked.len()) as u64;
        let action = UpdateDocument {
            item: first.item.key,
            from: first.item.source_locale.clone(),
            project: reference(found.project),
            file: found.file.id.clone(),
            path: found.file.path.clone(),
            documents: found.file.documents.values().map(|document| document.id.clone()).collect(),
            source: Short::from(&source.hash),
            // Of an unreadable receipt nobody knows whether the translation is of an older source.
            mark_outdated: pairs
                .iter()
                .filter(|(.., why)| *why == Staleness::SourceChanged)
                .filter_map(|(pair, ..)| outdated(pair))
                .collect(),
            targets,
        };
        self.steps.push(Step::new(Action::UpdateDocument(action), reason, Some(first.want.rule), words));
    }

    /// A source that cannot be replaced for some languages of its file without being replaced for a held one.
    fn hold_with(&mut self, kept: &Locale, code: HeldCode, pairs: &[Outdated<'a, 'p>]) {
        for (pair, ..) in pairs.iter().filter(|(pair, ..)| pair.selected) {
            let why = format!(
                "the source changed, but its file also holds {kept}, which is held ({}), and a file has one source for \
                 all of its languages",
                code.as_str()
            );
            self.hold(pair, HeldCode::SharedFile, why);
        }
    }
}

/// The languages of a file beyond those of a step: no rule asks for them any more, and their documents were kept.
fn unasked<'f>(file: &'f File, targets: &[Target]) -> Vec<&'f str> {
    let others = file.documents.keys().filter(|language| targets.iter().all(|t| t.language != **language));
    others.map(Language::as_str).collect()
}

/// The locale whose published translation is flagged while a newer source is in work.
pub(super) fn outdated(pair: &Assessed<'_>) -> Option<Locale> {
    let translation = pair.item.translations.get(&pair.want.locale)?;
    let flag = pair.workflow.mark_outdated && !translation.outdated && !translation.draft;
    flag.then(|| pair.want.locale.clone())
}
