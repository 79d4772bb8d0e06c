//! What of a project is not as the manifest asks, and why that is known.
//!
//! The answer that tells a project's documents tells its name, stages, deadline, client, agencies and managers too, so
//! these are compared in every plan, at no cost. Engine, rule, memory and glossaries have endpoints of their own; they
//! are compared where somebody looked (see [`Equipment`]), which is where this plan sends text.
//!
//! A deadline that is a time is the manifest's: moved in Smartcat, it is set back. One that is a duration is only where
//! it begins: people move it for good reasons, and so it stays until the manifest's duration changes.

use crate::observed::Equipment;
use crate::observed::Project;
use crate::receipt::Mark;

use super::settings::Due;
use super::settings::Settings;
use super::settings::Work;

/// Settings that are taken back when the manifest no longer has them, as far as zencat gave them.
const TAKEN_BACK: [&str; 7] =
    ["machine_translation", "deadline", "translation_memory", "glossaries", "client", "vendor", "managers"];

/// A sentence for each setting that is not as it should be; none when all are. `asked` is the mark that the project
/// would have.
pub(super) fn drift(project: &Project, wanted: &Settings, asked: &Mark) -> Vec<String> {
    let Some(mark) = &project.settings else {
        let nothing_asked = asked.settings().next().is_none();
        return match project.adopted {
            true if nothing_asked => Vec::new(),
            true => vec!["the project does not have the manifest's settings yet".to_owned()],
            false => vec!["its settings were not completed when it was created".to_owned()],
        };
    };
    let mut found = changed(mark, asked);
    let by_hand = seen(project, wanted, mark).into_iter().chain(looked_at(project, mark));
    found.extend(by_hand.filter(|(setting, _)| mark.asks_as(asked, setting)).map(|(_, sentence)| sentence));
    found
}

/// Settings that the manifest has changed since they were carried out.
fn changed(mark: &Mark, asked: &Mark) -> Vec<String> {
    let new = asked.settings().filter(|setting| !mark.asks_as(asked, setting));
    let new = new.filter_map(|setting| match setting {
        // Smartcat cannot apply a template to a project that is there; that is told at the manifest's line.
        "template" => None,
        "languages" => Some("the project's languages changed".to_owned()),
        _ => Some(format!("`{setting}` changed in the manifest")),
    });
    let gone = TAKEN_BACK.iter().filter(|setting| mark.asks(setting) && !asked.asks(setting));
    new.chain(gone.map(|setting| format!("`{setting}` is no longer in the manifest"))).collect()
}

type Differences = Vec<(&'static str, String)>;

/// What the project itself tells.
fn seen(project: &Project, wanted: &Settings, mark: &Mark) -> Differences {
    let mut found = Differences::new();
    let mut differs = |setting, smartcat: String, manifest: String| {
        found.push((setting, format!("{setting}: {smartcat} in Smartcat, {manifest} in the manifest")));
    };
    if let Some(name) = &wanted.name
        && letters(name) != letters(project.name.as_str())
    {
        differs("name", format!("\"{}\"", project.name), format!("\"{name}\""));
    }
    if let Work::Stages(stages) = &wanted.work {
        let standing: Vec<&str> = project.stages.iter().map(|stage| &*stage.kind).collect();
        let is_same = standing.len() == stages.len()
            && standing.iter().zip(stages).all(|(standing, wanted)| standing.eq_ignore_ascii_case(wanted));
        if !is_same {
            differs("stages", standing.join(" → "), stages.join(" → "));
        }
    }
    if let Some(Due::At(due)) = wanted.due
        && project.deadline.map(jiff::Timestamp::as_second) != Some(due.as_second())
    {
        differs("deadline", project.deadline.map_or("none".to_owned(), |at| at.to_string()), due.to_string());
    }
    if let Some(client) = &wanted.client
        && mark.missing("client", project.client.as_deref()) > 0
    {
        let standing = if project.client.is_some() { "another" } else { "none" };
        differs("client", standing.to_owned(), format!("\"{client}\""));
    }
    if let Some(vendor) = &wanted.vendor
        && mark.missing("vendor", project.vendors.iter().map(String::as_str)) > 0
    {
        let standing = if project.vendors.is_empty() { "none" } else { "another" };
        differs("vendor", standing.to_owned(), format!("\"{vendor}\""));
    }
    let missing = mark.missing("managers", project.managers.iter().map(String::as_str));
    if missing > 0 {
        let of = format!("{} of {}", missing, wanted.managers.len());
        found.push(("managers", format!("managers: {of} in the manifest are none in Smartcat")));
    }
    found
}

/// What endpoints of their own tell.
fn looked_at(project: &Project, mark: &Mark) -> Differences {
    let Some(equipment) = &project.equipment else { return Differences::new() };
    let Equipment { engines, machine_confirms, writable_memory, glossaries } = equipment;
    let machine = mark.asks("machine_translation")
        && (!machine_confirms || mark.missing("machine_translation", engines.iter().map(String::as_str)) > 0);
    let memory = mark.missing("translation_memory", writable_memory.as_deref()) > 0;
    let glossaries = mark.missing("glossaries", glossaries.iter().map(String::as_str)) > 0;
    let all = [
        (
            machine,
            "machine_translation",
            "its engine or the rule that confirms at the first stage was changed",
        ),
        (memory, "translation_memory", "what is confirmed is no longer written to the manifest's"),
        (glossaries, "glossaries", "not all of the manifest's are in use"),
    ];
    let found = all.into_iter().filter(|(is_so, ..)| *is_so);
    found.map(|(_, setting, what)| (setting, format!("{setting}: {what} in Smartcat"))).collect()
}

/// Servers put other characters in the place of some (smartcat.md §3), so a name is compared by its letters and digits.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}
