//! The texts that a step works on, read again from Zendesk right before they are used.

use tokio::time::Instant;

use crate::content::Text;
use crate::content::content_hash;
use crate::id::ItemKey;
use crate::id::Locale;
use crate::receipt::Short;
use crate::remote::zendesk::WireTranslation;
use crate::remote::zendesk::ZendeskRead;

use super::Obstacle;

/// An item's source and one of its translations, at one moment.
pub(super) struct Texts {
    pub(super) source: Text,
    pub(super) translation: Option<Current>,
    /// When Zendesk told them.
    pub(super) seen_at: Instant,
}

/// A translation as it stands in Zendesk.
pub(super) struct Current {
    pub(super) text: Text,
    pub(super) outdated: bool,
}

/// Reads the source of an item, and a translation of it, in one request.
///
/// # Errors
/// Skips when the item is not there any more or its source is not the one that was planned with.
pub(super) async fn read(
    zendesk: &ZendeskRead,
    item: ItemKey,
    from: &Locale,
    to: Option<&Locale>,
    planned: Option<&Short>,
) -> Result<Texts, Obstacle> {
    let locales: Vec<Locale> = std::iter::once(from).chain(to).cloned().collect();
    let Some(found) = zendesk.translations(item, &locales).await? else {
        return Err(Obstacle::Skip("Zendesk does not show the item any more".to_owned()));
    };
    let mut texts = Texts { source: Text::default(), translation: None, seen_at: Instant::now() };
    let mut has_source = false;
    for translation in found {
        if translation.locale == *from {
            has_source = true;
            texts.source = text_of(translation);
        } else if Some(&translation.locale) == to {
            let outdated = translation.outdated;
            texts.translation = Some(Current { text: text_of(translation), outdated });
        }
    }
    if !has_source {
        return Err(Obstacle::Skip(format!("its source in {from} is not there any more")));
    }
    if let Some(planned) = planned {
        as_planned(&texts.source, planned)?;
    }
    Ok(texts)
}

/// Reads the source of an item.
pub(super) async fn read_source(
    zendesk: &ZendeskRead,
    item: ItemKey,
    from: &Locale,
    planned: &Short,
) -> Result<Text, Obstacle> {
    Ok(read(zendesk, item, from, None, Some(planned)).await?.source)
}

/// Skips when the source is not the one that was planned with.
pub(super) fn as_planned(source: &Text, planned: &Short) -> Result<(), Obstacle> {
    match *planned == content_hash(source) {
        true => Ok(()),
        false => {
            let why = "the source changed after the plan was made; the next plan takes it up";
            Err(Obstacle::Skip(why.to_owned()))
        }
    }
}

/// The text of a translation as Zendesk sends it, as in `observe.rs`: the two rooms know nothing of each other.
pub(super) fn text_of(translation: WireTranslation) -> Text {
    Text { title: translation.title, body: translation.body }
}
