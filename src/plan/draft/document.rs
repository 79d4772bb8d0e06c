//! Steps about one document that is there: what stands in Zendesk is taken in, what waits is completed, what is ready is
//! delivered.

use crate::manifest::Integrity;
use crate::manifest::SendWhen;
use crate::plan::Action;
use crate::plan::CompleteDocument;
use crate::plan::Delivery;
use crate::plan::ImportTranslation;
use crate::plan::PairState;
use crate::plan::SendTranslation;
use crate::plan::Step;
use crate::plan::Take;
use crate::plan::build::Assessed;
use crate::plan::build::creates_draft;
use crate::plan::projects::reference;
use crate::receipt::Short;

use super::Draft;
use super::target;

impl Draft<'_, '_> {
    pub(super) fn import(&mut self, pair: &Assessed<'_>, pull: bool, reason: &'static str) {
        let (Some(found), Some(translation)) = (pair.found, pair.item.translations.get(&pair.want.locale))
        else {
            return;
        };
        let action = Action::ImportTranslation(ImportTranslation {
            item: pair.item.key,
            from: pair.item.source_locale.clone(),
            project: reference(found.project),
            file: Some(found.file.id.clone()),
            target: target(pair),
            translation: Short::from(&translation.hash),
            pull,
        });
        self.steps.push(Step::new(action, reason, Some(pair.want.rule), 0));
    }

    pub(super) fn complete(&mut self, pair: &Assessed<'_>) {
        let Some(found) = pair.found else { return };
        let action = Action::CompleteDocument(CompleteDocument {
            item: pair.item.key,
            project: reference(found.project),
            target: target(pair),
            document: found.document.id.clone(),
        });
        self.summary.in_progress += 1;
        self.steps.push(Step::new(
            action,
            "all stages are done and the workflow says `auto_complete`",
            Some(pair.want.rule),
            0,
        ));
    }

    pub(super) fn send(&mut self, pair: &Assessed<'_>, delivery: Delivery) -> PairState {
        let (Some(found), Some(source)) = (pair.found, &pair.item.source) else { return PairState::Ready };
        let replaces = pair.item.translations.get(&pair.want.locale);
        let action = Action::SendTranslation(SendTranslation {
            item: pair.item.key,
            from: pair.item.source_locale.clone(),
            project: reference(found.project),
            file: found.file.id.clone(),
            path: found.file.path.clone(),
            document: found.document.id.clone(),
            target: target(pair),
            delivery,
            moved_at: found.document.moved_at,
            source: Short::from(&source.hash),
            replaces: replaces.map(|translation| Short::from(&translation.hash)),
            take: take(&pair.workflow.send_when),
            as_draft: creates_draft(pair),
            strict: pair.workflow.integrity == Integrity::Strict,
            links: pair.links.clone(),
        });
        self.steps.push(Step::new(action, reason_to_send(delivery), Some(pair.want.rule), 0));
        PairState::Ready
    }
}

/// Which export answers to the workflow's `send_when`.
fn take(send_when: &SendWhen) -> Take {
    match send_when {
        SendWhen::Completed => Take::Complete,
        SendWhen::Confirmed => Take::Confirmed,
        SendWhen::Stage(number, _) => Take::Stage(*number),
        SendWhen::Current => Take::Current,
    }
}

fn reason_to_send(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::First => "the translation is ready and not in Zendesk yet",
        Delivery::Moved => "Smartcat has a newer translation",
        Delivery::Restructured => {
            "the page's markup changed, its words did not: the same translation on the new page"
        }
        Delivery::Relinked => "links to other pages can now be moved to, or must leave, this locale",
        Delivery::Overwritten => {
            "the translation was changed by hand in Zendesk and the workflow says `on_edit: overwrite`"
        }
        Delivery::Compared => {
            "a translation stands in Zendesk without a receipt: compared with Smartcat's, never overwritten"
        }
    }
}
