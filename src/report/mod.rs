//! Shows plans, outcomes and states: one file per format, each a function from data to a `Write`.
//!
//! Renderers never reorder and never decide. Texts that came over a network pass through [`safe`] first, whatever the
//! format: a title can neither move the cursor nor open a link nor begin a workflow command.

mod comment;
pub mod diagnostics;
pub mod diff;
pub mod first_manifest;
pub mod github;
pub mod held;
pub mod html;
pub mod json;
pub mod markdown;
pub mod pairs;
mod rates;
pub mod safe;
pub mod scope;
pub mod status;
pub mod text;
pub mod wrap;

pub use rates::Rates;
pub use rates::in_words;

use crate::apply::Outcome;
use crate::id::ItemKey;
use crate::observed::HelpCenter;
use crate::observed::Observed;
use crate::plan::Action;
use crate::plan::Note;
use crate::plan::Plan;
use crate::plan::PlanDigest;
use crate::plan::Summary;

/// What stands around every report: what was run, on what.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// The manifest's name.
    pub name: String,
    /// The manifest's path, as it was given.
    pub path: String,
    /// SHA-256 of the manifest's bytes, in hex.
    pub sha256: String,
    /// The help center.
    pub zendesk: String,
    /// Smartcat's host.
    pub smartcat: String,
    /// The Smartcat account's name, or its id where it has none.
    pub account: String,
    /// When the report was made.
    pub created_at: String,
    /// The part of the scope that was asked for.
    pub selection: json::SelectionDocument,
    /// What machine translation takes of the account, where it takes anything.
    pub smartwords: Option<Smartwords>,
    /// How many requests the services allow.
    pub rates: Rates,
    /// The limits of the manifest that the plan is beyond, with the numbers: apply refuses it.
    pub refused: Vec<String>,
}

/// The budget of machine translation, which is counted in source words (smartcat.md §6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Smartwords {
    /// What the plan takes: source words × languages, estimated where a source changed.
    pub needed: u64,
    /// What the account has.
    pub balance: u64,
}

impl Smartwords {
    /// Both numbers in a sentence.
    pub fn sentence(self) -> String {
        let (needed, balance) = (number(self.needed), number(self.balance));
        format!("Machine translation takes about {needed} Smartwords; the account has {balance}.")
    }

    /// What is missing, in a sentence.
    pub fn shortage(self) -> Option<String> {
        let missing = self.needed.checked_sub(self.balance).filter(|missing| *missing > 0)?;
        Some(format!(
            "not enough Smartwords: machine translation takes about {}, the account has {}, {} too few",
            number(self.needed),
            number(self.balance),
            number(missing),
        ))
    }
}

/// A plan with all that is needed to show it.
#[derive(Clone, Copy, Debug)]
pub struct PlanView<'a> {
    /// What stands around it.
    pub header: &'a Header,
    /// The plan.
    pub plan: &'a Plan,
    /// What it was made from: titles and links.
    pub observed: &'a Observed,
}

/// An outcome with all that is needed to show it.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeView<'a> {
    /// The plan that was carried out.
    pub plan: PlanView<'a>,
    /// The digest of the plan that was approved; `plan` may hold the steps of further rounds too.
    pub digest: &'a PlanDigest,
    /// What became of it.
    pub outcome: &'a Outcome,
    /// Steps of a plan file that were refused because their premises have moved.
    pub stale: &'a [json::SavedStep],
    /// Requests made.
    pub requests: Used,
}

/// Requests made by a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Of Zendesk.
    pub zendesk: Count,
    /// Of Smartcat.
    pub smartcat: Count,
}

/// Requests to one service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Count {
    /// Requests that read.
    pub reads: u64,
    /// Requests that write.
    pub writes: u64,
}

/// Why a step of a plan file was refused.
pub(crate) const STALE: &str = "what it was planned on has moved since";

/// The symbol and the verb of an action.
pub(crate) fn look(action: &Action) -> (&'static str, &'static str) {
    match action {
        Action::CreateProject(_) | Action::AddLanguage(_) | Action::CreateDocument(_) => ("+", verb(action)),
        Action::UpdateProject(_)
        | Action::UpdateDocument(_)
        | Action::ImportTranslation(_)
        | Action::Assign(_)
        | Action::CompleteDocument(_) => ("~", verb(action)),
        Action::SendTranslation(_) => ("→", verb(action)),
        Action::RetireDocument(retire) if retire.delete => ("-", "delete from Smartcat"),
        Action::RetireDocument(_) => ("-", "release people from"),
    }
}

fn verb(action: &Action) -> &'static str {
    json::ActionName::of(action).verb()
}

/// An item's title, made safe; its key when the help center does not show it.
pub fn title_of(help_center: &HelpCenter, key: ItemKey) -> String {
    match help_center.items.get(&key) {
        Some(item) if !item.title.trim().is_empty() => safe::line(&item.title),
        _ => key.to_string(),
    }
}

/// The page of a translation, where the item's own page is known: Zendesk's links carry the locale as a segment
/// (zendesk-help-center.md §2.1), and redirect from an id without a slug.
pub fn translation_url(help_center: &HelpCenter, key: ItemKey, locale: &str) -> Option<String> {
    let url = &help_center.items.get(&key)?.url;
    let (host, _) = url.split_once("/hc/")?;
    Some(format!("{host}/hc/{locale}/{}/{}", key.kind.plural(), key.id))
}

/// What a plan does, in numbers: only what there is.
pub(crate) fn changes(plan: &Plan) -> Vec<String> {
    let Summary {
        create,
        update,
        import,
        assign,
        send,
        retire,
        in_progress: _,
        up_to_date: _,
        held: _,
        words: _,
        requests: _,
    } = &plan.summary;
    let counts = [
        (*create, "to translate"),
        (*update, "to update"),
        (*import, "to import"),
        (*assign, "to assign"),
        (*send, "to send"),
        (*retire, "to retire"),
    ];
    let changes: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", number(*count)))
        .collect();
    // Steps of projects and other upkeep are no pairs of item and language.
    match (changes.is_empty(), plan.steps.len() as u64) {
        (true, 0) => Vec::new(),
        (true, steps) => vec![counted(steps, "step", "steps")],
        (false, _) => changes,
    }
}

/// A number with its thousands set apart.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What is wrong with translations that stay hidden, in one sentence.
pub(crate) fn stays_hidden(note: &Note) -> String {
    let count = counted(note.hidden, "translation stays", "translations stay");
    format!(
        "{count} hidden: Zendesk shows a page in a locale only when its section and category are translated into it too, \
         and no rule asks for that"
    )
}

/// How much is translated, at the beginning of a sentence.
pub(crate) fn words_to_translate(plan: &Plan) -> String {
    if plan.summary.words == 0 {
        return "No words to be translated".to_owned();
    }
    let words = counted(plan.summary.words, "word", "words");
    let at_most = if plan.words_are_at_most() { "At most " } else { "" };
    format!("{at_most}{words} to be translated (source words × languages)")
}

/// `1 word`, `2 words`.
pub fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// The text as a sentence begins: with a capital letter.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let numbers = [0, 12, 999, 1_000, 65_536, 1_234_567];
        assert_eq!(numbers.map(number), ["0", "12", "999", "1,000", "65,536", "1,234,567"]);
        assert_eq!(counted(1, "word", "words"), "1 word");
        assert_eq!(counted(1_000, "word", "words"), "1,000 words");
    }
}
