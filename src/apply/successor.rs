//! A new document that takes the place of one whose source Smartcat refuses to replace: it brings along what is
//! finished there.

use crate::content::Segmented;
use crate::content::Units;
use crate::plan::CreateDocument;
use crate::plan::Predecessor;
use crate::plan::Take;

use super::Obstacle;
use super::Services;
use super::export;
use super::export::Wanted;
use super::source::flag_outdated;

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
        path: &predecessor.path,
        language: &target.language,
        take: if predecessor.finished { Take::Complete } else { Take::Confirmed },
    };
    let finished = export::read(&services.smartcat, &wanted).await?.units;
    let old = source.source_units();
    let mut taken = Units::default();
    for (key, text) in finished.iter() {
        // An export may fill what is unfinished with the source's text (smartcat.md §7.8).
        if old.get(key).is_some_and(|source| source != text) {
            taken.insert(key.clone(), text);
        }
    }
    Ok(taken)
}
