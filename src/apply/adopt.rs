//! Translations that people wrote in Zendesk, as units of the source: what goes up inside a new file, and what is
//! imported into a document that is there.

use crate::content::Segmented;
use crate::content::Text;
use crate::content::Units;
use crate::content::align;
use crate::content::content_hash;
use crate::content::links;
use crate::id::Locale;
use crate::plan::CreateDocument;
use crate::plan::Take;
use crate::receipt::Short;
use crate::remote::smartcat::WireDocument;

use super::Obstacle;
use super::Services;
use super::export;
use super::export::Wanted;

/// What of the planned translation goes up inside the file of a new document.
///
/// # Errors
/// Skips when it is not the one that was planned with: the next plan takes up what stands there by then, and nothing
/// has been ordered.
pub(super) fn adopted(
    create: &CreateDocument,
    planned: &Short,
    source: &Segmented,
    translation: Option<Text>,
) -> Result<Units, Obstacle> {
    let Some(target) = create.targets.first() else { return Ok(Units::default()) };
    let translation = as_planned(translation, planned)?;
    let translation = with_source_links(&create.from, &target.locale, translation);
    Ok(align::align(source, &translation).units)
}

/// The translation, if it is the one that was planned with.
pub(super) fn as_planned(translation: Option<Text>, planned: &Short) -> Result<Text, Obstacle> {
    translation.filter(|text| *planned == content_hash(text)).ok_or_else(|| {
        Obstacle::Skip("the translation in Zendesk changed after the plan was made".to_owned())
    })
}

/// A translation whose links to other pages lead to the source's locale again, as they do in the document: whether a
/// link can lead to the target's is decided when the translation is delivered.
pub(super) fn with_source_links(from: &Locale, to: &Locale, text: Text) -> Text {
    let body = links::localise(&text.body, to, from, &links::linked_items(&text.body));
    Text { body, ..text }
}

/// How many units of a translation a document holds already, since it came with its file or was imported by a run that
/// was cut off.
///
/// # Errors
/// When the document cannot be exported or read.
pub(super) async fn units_there(
    services: &Services,
    document: &WireDocument,
    units: &Units,
) -> Result<usize, Obstacle> {
    let wanted = Wanted {
        document: &document.id,
        path: &document.full_path,
        language: &document.target_language,
        take: Take::Current,
    };
    let held = export::read(&services.smartcat, &wanted).await?.units;
    Ok(units.iter().filter(|(key, text)| held.get(key) == Some(*text)).count())
}
