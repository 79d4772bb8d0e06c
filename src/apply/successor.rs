//! A new document that takes the place of one whose source Smartcat refuses to replace: it brings along what is
//! finished there, and the old one goes only when that arrived.

use crate::content::Segmented;
use crate::content::UnitKey;
use crate::content::Units;
use crate::id::DocumentId;
use crate::id::ItemKey;
use crate::id::Language;
use crate::plan::CreateDocument;
use crate::plan::Predecessor;
use crate::plan::Superseded;
use crate::plan::Take;

use super::Obstacle;
use super::Services;
use super::export;
use super::export::Wanted;
use super::source::flag_outdated;
use super::text;

/// The finished segments of the predecessor that the new source still has. The published translation is flagged
/// first: it is outdated from now on, however far this run comes.
pub(super) async fn take_over(
    services: &Services,
    create: &CreateDocument,
    predecessor: &Predecessor,
    source: &Segmented,
) -> Result<Units, Obstacle> {
    let Some(target) = create.targets.first() else { return Ok(Units::default()) };
    if predecessor.mark_outdated {
        flag_outdated(&services.zendesk_write, create.item, &target.locale).await?;
    }
    let wanted = Wanted {
        document: &predecessor.document,
        path: predecessor.path.as_str(),
        language: &target.language,
        take: if predecessor.finished { Take::Complete } else { Take::Confirmed },
    };
    finished(services, &wanted, source).await
}

/// How many finished segments of a document are not in the one that took its place. Whether Smartcat takes the
/// translations in an uploaded file is known only from what it then holds (smartcat.md §7.3).
pub(super) async fn not_arrived(
    services: &Services,
    item: ItemKey,
    (language, document): (&Language, &DocumentId),
    place: &Superseded,
) -> Result<usize, Obstacle> {
    let source = text::read(&services.zendesk, item, &place.from, None, None).await?.source;
    let take = if place.finished { Take::Complete } else { Take::Confirmed };
    let old = Wanted { document, path: place.path.as_str(), language, take };
    let finished = finished(services, &old, &Segmented::of(&source)).await?;
    let new = Wanted { document: &place.by, path: place.by_path.as_str(), language, take: Take::Current };
    let new = export::read(&services.smartcat, &new).await?;
    let is_asked_for = |key: &UnitKey| new.units.contains(key) || new.untranslated.contains(key);
    let lacks = |(key, text): &(&UnitKey, &str)| is_asked_for(key) && new.units.get(key) != Some(text);
    Ok(finished.iter().filter(lacks).count())
}

/// The finished segments of a document that a source still has.
async fn finished(services: &Services, wanted: &Wanted<'_>, source: &Segmented) -> Result<Units, Obstacle> {
    let held = export::read(&services.smartcat, wanted).await?.units;
    let source = source.source_units();
    let mut finished = Units::default();
    for (key, text) in held.iter() {
        // An export may fill what is unfinished with the source's text (smartcat.md §7.8).
        if source.get(key).is_some_and(|source| source != text) {
            finished.insert(key.clone(), text);
        }
    }
    Ok(finished)
}
