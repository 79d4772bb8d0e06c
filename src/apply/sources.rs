//! The sources of many new documents: read by pages of all items where that takes fewer requests than one by one.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::content::Text;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;
use crate::plan::Action;
use crate::plan::SourceReads;
use crate::plan::Step;
use crate::remote::RemoteError;
use crate::remote::zendesk::Pages;
use crate::remote::zendesk::WireArticle;
use crate::remote::zendesk::WireCategory;
use crate::remote::zendesk::WireSection;
use crate::remote::zendesk::WireTranslation;

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
            let zendesk = &self.services.zendesk;
            match kind {
                ItemKind::Category => collect(zendesk.categories(), &wanted, &mut sources).await?,
                ItemKind::Section => collect(zendesk.sections(), &wanted, &mut sources).await?,
                ItemKind::Article => collect(zendesk.articles(), &wanted, &mut sources).await?,
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

/// An item of a list.
trait Listed: crate::remote::zendesk::Listed {
    fn into_source(self) -> Option<(ItemKey, Text)>;
}

async fn collect<W: Listed>(
    mut pages: Pages<W>,
    wanted: &BTreeSet<ItemKey>,
    sources: &mut Sources,
) -> Result<(), RemoteError> {
    while let Some(page) = pages.next().await? {
        let found = page.into_iter().filter_map(Listed::into_source);
        sources.extend(found.filter(|(item, _)| wanted.contains(item)));
    }
    Ok(())
}

fn source(
    item: ItemKey,
    source: Option<Locale>,
    shown: Option<Locale>,
    translations: Option<Vec<WireTranslation>>,
) -> Option<(ItemKey, Text)> {
    let locale = source.or(shown)?;
    let found = translations?.into_iter().find(|translation| translation.locale == locale)?;
    Some((item, text_of(found)))
}

impl Listed for WireArticle {
    fn into_source(self) -> Option<(ItemKey, Text)> {
        source(ItemKey::article(self.id), self.source_locale, self.locale, self.translations)
    }
}

impl Listed for WireSection {
    fn into_source(self) -> Option<(ItemKey, Text)> {
        source(ItemKey::section(self.id), self.source_locale, self.locale, self.translations)
    }
}

impl Listed for WireCategory {
    fn into_source(self) -> Option<(ItemKey, Text)> {
        source(ItemKey::category(self.id), self.source_locale, self.locale, self.translations)
    }
}
