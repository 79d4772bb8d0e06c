//! A plan as a pull request comment: the summary, then what removes and what costs, then the rest folded. It stays within
//! a given size and says what it left out.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::Result;
use std::io::Write;

use crate::plan::Action;
use crate::plan::Held;
use crate::plan::HeldCode;
use crate::plan::Note;
use crate::plan::Step;

use super::PlanView;
use super::changes;
use super::comment::Page;
use super::comment::Section;
use super::comment::Table;
use super::counted;
use super::held;
use super::in_words;
use super::look;
use super::number;
use super::safe;
use super::stays_hidden;
use super::title_of;
use super::words_to_translate;

/// A comment on GitHub holds 65,536 characters.
pub const MOST_BYTES: usize = 65_000;

/// From this number of steps on nobody adds up rows.
const MANY: usize = 50;

/// Languages of the table that adds them up.
const MOST_LANGUAGES: usize = 60;

/// Titles are cut at this many characters.
const LONGEST_TITLE: usize = 80;

/// Shows a plan in at most `most_bytes` bytes.
///
/// # Errors
/// When `out` cannot be written.
pub fn plan(view: PlanView<'_>, most_bytes: usize, out: &mut dyn Write) -> Result<()> {
    let mut page = Page::new(most_bytes);
    page.push(&heading(view));
    if let Some(found) = &view.plan.note {
        page.paragraph(&format!("\n{}", note(found)));
    }
    if view.plan.steps.len() > MANY {
        page.paragraph(&by_language(view));
    }
    let of = |weight| view.plan.steps.iter().filter(|step| weighs(step) == weight).collect::<Vec<_>>();
    let row = |step: &&Step| row(view, step);
    page.table(Table { head: STEPS, ..Table::open("What this removes") }, &of(Weight::Removes), row);
    // However much is ordered, what is held is not cut away by it.
    let held = all_held(view, page.left() / 4);
    let room = page.left().saturating_sub(held.text.len());
    let orders = Table { head: STEPS, ..Table::open("What this orders") };
    page.add(Section::new(orders, &of(Weight::Orders), row, room));
    page.add(held);
    let rest = Table { head: STEPS, is_open: false, ..Table::open("Everything else") };
    page.table(rest, &of(Weight::Rest), row);
    page.finish("the JSON plan has them all", out)
}

const STEPS: &str = "| | what | languages | words | why |\n| --- | --- | --- | ---: | --- |\n";
const HELD: &str = "| | what | language | code | why |\n| --- | --- | --- | --- | --- |\n";

/// The marker by which a comment is found again and edited in place, and the counts.
fn heading(view: PlanView<'_>) -> String {
    let name = safe::markdown(&view.header.name);
    let summary = &view.plan.summary;
    let mut text = format!(
        "<!-- zencat:plan:{} -->\n## zencat plan: {name}\n\n",
        safe::line(&view.header.name).replace("--", "")
    );
    match view.plan.is_empty() {
        true => text.push_str("**Nothing to do.**\n\n"),
        false => text.push_str(&format!(
            "**{}**\n\n{} · ",
            changes(view.plan).join(" · "),
            words_to_translate(view.plan),
        )),
    }
    text.push_str(&format!(
        "{} in progress · {} up to date · {} held  \n",
        number(summary.in_progress),
        number(summary.up_to_date),
        number(summary.held)
    ));
    if !view.plan.is_empty() {
        text.push_str(&format!(
            "At least {} to Zendesk and {} to Smartcat, {} at their rates · ",
            counted(summary.requests.zendesk, "request", "requests"),
            number(summary.requests.smartcat),
            in_words(view.header.rates.least_seconds(summary.requests))
        ));
    }
    text.push_str(&format!("digest `{}`\n", view.plan.digest()));
    for limit in &view.header.refused {
        text.push_str(&format!("\n> ⛔ **Apply refuses this plan**: {}\n", safe::markdown(limit)));
    }
    match view.header.smartwords.map(|smartwords| (smartwords, smartwords.shortage())) {
        None => {}
        Some((smartwords, None)) => text.push_str(&format!("\n{}\n", smartwords.sentence())),
        Some((_, Some(shortage))) => text.push_str(&format!("\n> ⚠️ {shortage}\n")),
    }
    text
}

/// Translations that would not be found, and the rules that help.
pub(super) fn note(note: &Note) -> String {
    format!(
        "> [!NOTE]\n> {}. To show them, add to the end of `content:`\n\n```yaml\n{}\n```\n",
        stays_hidden(note),
        note.rules.join("\n")
    )
}

/// What each language has translated.
fn by_language(view: PlanView<'_>) -> String {
    let mut languages = BTreeMap::new();
    for step in view.plan.steps.iter().filter(|step| step.words > 0) {
        let of_step = step.action.languages();
        let words = step.words / of_step.len().max(1) as u64;
        for language in of_step {
            let entry = languages.entry(language.to_owned()).or_insert((0_u64, 0_u64));
            entry.0 += 1;
            entry.1 += words;
        }
    }
    if languages.is_empty() {
        return String::new();
    }
    let mut text = "\n| language | texts | words |\n| --- | ---: | ---: |\n".to_owned();
    for (language, (texts, words)) in languages.into_iter().take(MOST_LANGUAGES) {
        let language = safe::markdown(&safe::short(&language, LONGEST_TITLE));
        text.push_str(&format!("| {language} | {} | {} |\n", number(texts), number(words)));
    }
    text
}

/// What a step means to whoever pays.
#[derive(PartialEq, Eq)]
enum Weight {
    Removes,
    Orders,
    Rest,
}

fn weighs(step: &Step) -> Weight {
    match step.action {
        Action::RetireDocument(_) => Weight::Removes,
        _ if step.words > 0 || matches!(step.action, Action::CreateProject(_)) => Weight::Orders,
        _ => Weight::Rest,
    }
}

fn row(view: PlanView<'_>, step: &Step) -> String {
    let (symbol, verb) = look(&step.action);
    let subject = match step.action.item() {
        Some(key) => item(view, key),
        None => safe::markdown(&safe::short(step.action.project().name.as_str(), LONGEST_TITLE)),
    };
    let words = if step.words == 0 { String::new() } else { number(step.words) };
    let languages = safe::markdown(&step.action.languages().join(", "));
    format!("| `{symbol}` | {verb} {subject} | {languages} | {words} | {} |\n", safe::markdown(&step.reason))
}

/// What is left alone, and below it what ends that.
fn all_held(view: PlanView<'_>, room: usize) -> Section {
    let codes: BTreeSet<HeldCode> = view.plan.held.iter().map(|held| held.code).collect();
    let remedies: String = codes
        .into_iter()
        .filter_map(|code| Some(format!("- `{}`: {}\n", code.as_str(), held::remedy(code)?)))
        .collect();
    let foot = if remedies.is_empty() { remedies } else { format!("\n{remedies}") };
    let table = Table { head: HELD, foot: &foot, ..Table::open("Held") };
    Section::new(table, &view.plan.held, |held| held_row(view, held), room)
}

fn held_row(view: PlanView<'_>, held: &Held) -> String {
    let language = safe::markdown(&held.language);
    format!(
        "| `!` | {} | {language} | `{}` | {} |\n",
        item(view, held.item),
        held.code.as_str(),
        safe::markdown(&held.reason)
    )
}

fn item(view: PlanView<'_>, key: crate::id::ItemKey) -> String {
    let title = safe::short(&title_of(&view.observed.help_center, key), LONGEST_TITLE);
    format!("{} {} {}", key.kind, key.id, safe::markdown(&title))
}
