//! The texts that new documents are made of: read by pages of all items where that takes fewer requests than one by
//! one.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::content::Text;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;
use crate::plan::Action;
use crate::plan::CreateDocument;
use crate::plan::SourceReads;
use crate::plan::Step;
use crate::plan::StepId;
use crate::remote::RemoteError;
use crate::remote::zendesk::WireItem;
use crate::remote::zendesk::ZendeskRead;

use super::Obstacle;
use super::Run;
use super::text;
use super::text::text_of;

/// What a new file is made of.
pub(super) struct Origin {
    /// One for all files of an item.
    pub(super) source: Arc<Text>,
    /// The translation that it adopts, if it is there.
    pub(super) translation: Option<Text>,
}

/// What new files are made of, by step. What is not in it is read by itself.
pub(super) type Sources = BTreeMap<StepId, Origin>;

/// The new files of each item: their steps, and the locales whose translations they adopt.
type Wanted<'a> = BTreeMap<ItemKey, Vec<(StepId, Option<&'a Locale>)>>;

impl Origin {
    /// Reads one item's.
    ///
    /// # Errors
    /// Skips when the item or its source is not there any more.
    pub(super) async fn read(zendesk: &ZendeskRead, create: &CreateDocument) -> Result<Self, Obstacle> {
        let texts = text::read(zendesk, create.item, &create.from, adopted_locale(create), None).await?;
        let translation = texts.translation.map(|current| current.text);
        Ok(Self { source: Arc::new(texts.source), translation })
    }
}

impl Run<'_> {
    /// Lists the sources of steps that create documents, kind by kind, where listing is cheaper.
    pub(super) async fn list_sources(&self, steps: &[Step]) -> Result<Sources, RemoteError> {
        let mut sources = Sources::new();
        for kind in [ItemKind::Category, ItemKind::Section, ItemKind::Article] {
            let wanted = wanted(steps, kind);
            let files = wanted.values().map(Vec::len).sum();
            let existing = self.observed.help_center.count(kind);
            if !SourceReads::of(files, existing).by_pages {
                continue;
            }
            let mut pages = self.services.zendesk.items(kind);
            while let Some(page) = pages.next().await? {
                for item in page {
                    if let Some(files) = wanted.get(&ItemKey { kind, id: item.id }) {
                        sources.extend(origins(item, files));
                    }
                }
            }
        }
        Ok(sources)
    }
}

/// The files of one kind of item that steps create.
fn wanted(steps: &[Step], kind: ItemKind) -> Wanted<'_> {
    let mut wanted = Wanted::new();
    for step in steps {
        if let Action::CreateDocument(create) = &step.action
            && create.item.kind == kind
        {
            wanted.entry(create.item).or_default().push((step.id(), adopted_locale(create)));
        }
    }
    wanted
}

fn adopted_locale(create: &CreateDocument) -> Option<&Locale> {
    create.adopts.as_ref().and_then(|_| create.targets.first()).map(|target| &target.locale)
}

/// What the files of one item are made of; nothing where the answer does not hold its source.
fn origins(item: WireItem, files: &[(StepId, Option<&Locale>)]) -> Vec<(StepId, Origin)> {
    let source = item.source_locale.or(item.locale);
    let mut by_locale: BTreeMap<Locale, Text> = item
        .translations
        .into_iter()
        .flatten()
        .map(|translation| (translation.locale.clone(), text_of(translation)))
        .collect();
    let Some(source) = source.and_then(|locale| by_locale.remove(&locale)).map(Arc::new) else {
        return Vec::new();
    };
    let mut origin = |locale: Option<&Locale>| Origin {
        source: Arc::clone(&source),
        translation: locale.and_then(|locale| by_locale.remove(locale)),
    };
    files.iter().map(|(step, locale)| (*step, origin(*locale))).collect()
}
