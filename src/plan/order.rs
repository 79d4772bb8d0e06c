//! The order of steps, as a table. Creates walk down it; what is sent last depends on what was made first.
//!
//! ```text
//! retire (destructive, shown first) → project → languages → settings → documents → sources → imports
//!        → assignments → completion → sends: category → section (parents first) → article
//! ```

use crate::id::ItemKind;
use crate::observed::HelpCenter;

use super::Action;
use super::Step;

/// The place of an action in the order.
pub fn rank(action: &Action) -> u8 {
    match action {
        Action::RetireDocument(_) => 0,
        Action::CreateProject(_) => 1,
        // An engine and a memory are chosen for all languages, so these come first.
        Action::AddLanguage(_) => 2,
        Action::UpdateProject(_) => 3,
        Action::CreateDocument(_) => 4,
        Action::UpdateDocument(_) => 5,
        Action::ImportTranslation(_) => 6,
        Action::Assign(_) => 7,
        Action::CompleteDocument(_) => 8,
        Action::SendTranslation(_) => 9,
    }
}

/// Sorts steps by the table; within a rank by project, kind of item, depth, item and language.
pub(super) fn sort(steps: &mut [Step], help_center: &HelpCenter) {
    // Steps are made in an order that is nearly this one, so that most comparisons end early.
    steps.sort_by(|a, b| {
        let by_languages = || match (a.action.target(), b.action.target()) {
            (Some(a), Some(b)) => a.locale.cmp(&b.locale),
            _ => a.action.languages().cmp(&b.action.languages()),
        };
        let by_place = place(a, help_center).cmp(&place(b, help_center));
        by_place.then_with(by_languages).then_with(|| a.id().cmp(&b.id()))
    });
}

/// What comes before languages in the order.
fn place<'a>(step: &'a Step, help_center: &HelpCenter) -> impl Ord + use<'a> {
    let project = match &step.action {
        // Deliveries go by the hierarchy of content, whatever project they come from.
        Action::SendTranslation(_) => None,
        other => Some((&other.project().workflow, other.project().number)),
    };
    let item = step.action.item();
    let kind = item.map_or(ItemKind::Category, |item| item.kind);
    let depth = item
        .filter(|item| item.kind == ItemKind::Section)
        .and_then(|item| help_center.items.get(&item))
        .map_or(0, |item| help_center.sections_of(item).len());
    (rank(&step.action), project, kind, depth, item)
}
