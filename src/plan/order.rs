//! The order of steps, as a table. Creates walk down it; what is sent last depends on what was made first.
//!
//! ```text
//! retire (destructive, shown first) → project → settings → languages → documents → sources → imports → completion
//!        → sends: category → section (parents first) → article
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
        Action::UpdateProject(_) => 2,
        Action::AddLanguage(_) => 3,
        Action::CreateDocument(_) => 4,
        Action::UpdateDocument(_) => 5,
        Action::ImportTranslation(_) => 6,
        Action::CompleteDocument(_) => 7,
        Action::SendTranslation(_) => 8,
    }
}

/// Sorts steps by the table; within a rank by project, kind of item, depth, item and language.
pub(super) fn sort(steps: &mut [Step], help_center: &HelpCenter) {
    steps.sort_by_cached_key(|step| {
        let project = match &step.action {
            // Deliveries go by the hierarchy of content, whatever project they come from.
            Action::SendTranslation(_) => None,
            other => Some((other.project().workflow.clone(), other.project().number)),
        };
        let item = step.action.item();
        let kind = item.map_or(ItemKind::Category, |item| item.kind);
        let depth = item
            .and_then(|item| help_center.items.get(&item))
            .filter(|item| item.key.kind == ItemKind::Section)
            .map_or(0, |item| help_center.sections_of(item).len());
        let languages: Vec<String> = step.action.languages().into_iter().map(str::to_owned).collect();
        (rank(&step.action), project, kind, depth, item, languages, step.id.clone())
    });
}
