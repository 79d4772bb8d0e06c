//! The sources of many new documents: read by pages of all items where that takes fewer requests than one by one.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::content::Text;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::plan::Action;
use crate::plan::SourceReads;
use crate::plan::Step;
use crate::remote::RemoteError;

use super::Run;
use super::text::text_of;

/// Source texts by item. What is not in it is read by itself.
pub(super) type Sources = BTreeMap<ItemKey, Text>;

impl Run<'_> {
    /// Lists the sources of steps that create documents, kind by kind, where listing is cheaper.
    pub(super) async fn list_sources(&self, steps: &[Step]) -> Result<Sources, RemoteError> {
        let mut sources = Sources::new();
        for kind in [ItemKind::Category, ItemKind::Section, ItemKind::Article] {
            let wanted: BTreeSet<ItemKey> =
                steps.iter().filter_map(created).filter(|item| item.kind == kind).collect();
            let existing = self.observed.help_center.count(kind);
            if !SourceReads::of(wanted.len(), existing).by_pages {
                continue;
            }
            let mut pages = self.services.zendesk.items(kind);
            while let Some(page) = pages.next().await? {
                let found = page.into_iter().filter_map(|item| {
                    let key = ItemKey { kind, id: item.id };
                    wanted.contains(&key).then_some((key, text_of(item.into_source()?)))
                });
                sources.extend(found);
            }
        }
        Ok(sources)
    }
}

fn created(step: &Step) -> Option<ItemKey> {
    match &step.action {
        Action::CreateDocument(create) => Some(create.item),
        _ => None,
    }
}
