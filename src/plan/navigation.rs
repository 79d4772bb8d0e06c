//! Translated pages that nobody would find: Zendesk shows a translation only where the section and the category above
//! it are translated into the same locale (zendesk-help-center.md, fact 17).

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::desired::Desired;
use crate::desired::Want;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;
use crate::id::WorkflowName;
use crate::observed::HelpCenter;
use crate::observed::Item;

use super::Note;
use super::build::Selection;

/// What hides pages: the kinds of parents that lack locales, by category.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
struct Gap<'a> {
    kinds: BTreeSet<ItemKind>,
    locales: BTreeSet<&'a Locale>,
}

/// Says which pairs stay hidden although they are translated, and what to add to the manifest.
pub(super) fn note(desired: &Desired, help_center: &HelpCenter, selection: &Selection) -> Option<Note> {
    let mut hidden = 0;
    let mut gaps: BTreeMap<(u64, &WorkflowName), Gap<'_>> = BTreeMap::new();
    for (key, wants) in &desired.wants {
        let Some(item) = help_center.items.get(key).filter(|_| selection.takes_item(help_center, *key))
        else {
            continue;
        };
        let Some(category) = help_center.category_of(item) else { continue };
        let above = above(help_center, item, category);
        for want in wants.iter().filter(|want| !want.hold && selection.takes_language(want.locale.as_str())) {
            let lacking: BTreeSet<ItemKind> = above
                .iter()
                .filter(|parent| lacks(desired, parent, &want.locale))
                .map(|parent| parent.key.kind)
                .collect();
            if !lacking.is_empty() {
                hidden += 1;
                let gap = gaps.entry((category, &want.workflow)).or_default();
                gap.kinds.extend(lacking);
                gap.locales.insert(&want.locale);
            }
        }
    }
    (hidden > 0).then(|| Note { hidden, rules: rules(&gaps) })
}

/// The sections and the category above an item.
fn above<'a>(help_center: &'a HelpCenter, item: &Item, category: u64) -> Vec<&'a Item> {
    let sections = help_center.sections_of(item).into_iter().map(ItemKey::section);
    let keys = sections.chain([ItemKey::category(category)]).filter(|key| *key != item.key);
    keys.filter_map(|key| help_center.items.get(&key)).collect()
}

/// Not in this locale, and nobody asks for it.
fn lacks(desired: &Desired, parent: &Item, locale: &Locale) -> bool {
    let is_wanted = |want: &Want| want.locale == *locale;
    parent.source_locale != *locale
        && !parent.translations.contains_key(locale)
        && !desired.wants.get(&parent.key).is_some_and(|wants| wants.iter().any(is_wanted))
}

/// The rules that close the gaps, as the manifest writes them; categories that lack the same share one.
fn rules(gaps: &BTreeMap<(u64, &WorkflowName), Gap<'_>>) -> Vec<String> {
    let mut alike: BTreeMap<(&WorkflowName, &Gap<'_>), Vec<u64>> = BTreeMap::new();
    for ((category, workflow), gap) in gaps {
        alike.entry((workflow, gap)).or_default().push(*category);
    }
    let rule = |((workflow, gap), categories): (&(&WorkflowName, &Gap<'_>), &Vec<u64>)| {
        format!(
            "- match: {{kind: {}, category: {}}}\n  languages: [{}]\n  workflow: {workflow}",
            one_or_list(&gap.kinds),
            one_or_list(categories),
            list(&gap.locales)
        )
    };
    alike.iter().map(rule).collect()
}

fn one_or_list<T: ToString>(values: impl IntoIterator<Item = T> + Clone) -> String {
    let count = values.clone().into_iter().count();
    if count == 1 { list(values) } else { format!("[{}]", list(values)) }
}

fn list<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(", ")
}
