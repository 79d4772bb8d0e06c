//! The pairs as compact JSON for the page's script: rows are arrays, and what repeats is said once and numbered.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::id::ItemKey;
use crate::plan::PairState;

use super::super::PlanView;
use super::super::pairs::Known;
use super::super::pairs::STATES;
use super::super::pairs::state_name;
use super::super::pairs::state_words;
use super::super::safe;
use super::super::status::in_order;
use super::super::title_of;

#[derive(Serialize)]
struct Data<'a> {
    /// When the report was made, in seconds; ages are told against it.
    now: i64,
    smartcat: Option<String>,
    /// Names and words of the states.
    states: Vec<(&'static str, &'static str)>,
    languages: Vec<String>,
    workflows: Vec<String>,
    codes: Vec<String>,
    reasons: Vec<String>,
    /// Types of stages, and Smartcat's words for their status.
    stages: Vec<String>,
    statuses: Vec<String>,
    items: Vec<ItemRow<'a>>,
    pairs: Vec<PairRow>,
}

/// Kind, id, title, depth, page, words. An id is text: it may be larger than what JavaScript counts exactly.
#[derive(Serialize)]
struct ItemRow<'a>(&'a str, String, String, usize, String, u32);

/// Item, language, state, workflow, percent or -1, document, when it last moved or 0, deadline or 0, code or -1,
/// reason or -1, whether a translation stands in Zendesk, stages.
#[derive(Serialize)]
struct PairRow(usize, usize, usize, usize, i16, String, i64, i64, isize, isize, u8, Vec<StageRow>);

/// Type, percent, status, people.
#[derive(Serialize)]
struct StageRow(usize, u8, usize, usize);

/// Numbers texts in the order in which they come.
#[derive(Default)]
struct Numbers {
    known: BTreeMap<String, usize>,
    texts: Vec<String>,
}

impl Numbers {
    fn of(&mut self, text: &str) -> usize {
        let text = safe::line(text);
        if let Some(number) = self.known.get(&text) {
            return *number;
        }
        let number = self.texts.len();
        self.texts.push(text.clone());
        self.known.insert(text, number);
        number
    }
}

/// The data as JSON that can stand between two tags.
pub(super) fn json(view: PlanView<'_>, known: &[Known<'_>]) -> String {
    // Plain data: writing it cannot fail.
    let json = serde_json::to_string(&data(view, known)).unwrap_or_default();
    within_script(&json)
}

/// Inside of JSON these characters stand in texts only, where an escape means the same. Without them nothing can end
/// the element, begin a comment in it, or end a line of JavaScript.
fn within_script(json: &str) -> String {
    let mut safe = String::with_capacity(json.len() + json.len() / 64);
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => safe.push(c),
        }
    }
    safe
}

fn data<'a>(view: PlanView<'a>, known: &[Known<'a>]) -> Data<'a> {
    let mut languages: Vec<&str> = known.iter().map(|known| &*known.pair.language).collect();
    languages.sort_unstable();
    languages.dedup();
    let mut tables = Tables { languages: numbered(&languages), ..Tables::default() };
    let items = items(view, known);
    tables.items = items.iter().enumerate().map(|(index, (key, _))| (*key, index)).collect();
    let pairs = known.iter().filter_map(|known| tables.pair(known)).collect();
    Data {
        now: view.header.created_at.parse::<Timestamp>().map(Timestamp::as_second).unwrap_or_default(),
        smartcat: safe::web(&view.header.smartcat),
        states: STATES.into_iter().map(|state| (state_name(state), state_words(state))).collect(),
        languages: tables.languages.texts,
        workflows: tables.workflows.texts,
        codes: tables.codes.texts,
        reasons: tables.reasons.texts,
        stages: tables.stages.texts,
        statuses: tables.statuses.texts,
        items: items.into_iter().map(|(_, row)| row).collect(),
        pairs,
    }
}

fn numbered(texts: &[&str]) -> Numbers {
    let mut numbers = Numbers::default();
    for text in texts {
        numbers.of(text);
    }
    numbers
}

/// The items in the order of the hierarchy; those that the help center does not show come last.
fn items<'a>(view: PlanView<'a>, known: &[Known<'a>]) -> Vec<(ItemKey, ItemRow<'a>)> {
    let help_center = &view.observed.help_center;
    let mut wanted: Vec<ItemKey> = known.iter().map(|known| known.pair.item).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let ordered = in_order(help_center, &|key| wanted.binary_search(&key).is_ok());
    let row = |key: ItemKey, depth: usize, url: &str, words: u32| {
        let title = title_of(help_center, key);
        let url = safe::web(url).unwrap_or_default();
        (key, ItemRow(key.kind.as_str(), key.id.to_string(), title, depth, url, words))
    };
    let mut rows: Vec<_> = ordered
        .into_iter()
        .map(|(item, depth)| {
            let words = item.source.as_ref().map(|source| source.words).unwrap_or_default();
            row(item.key, depth, &item.url, words)
        })
        .collect();
    let shown: std::collections::BTreeSet<ItemKey> = rows.iter().map(|(key, _)| *key).collect();
    let hidden = wanted.into_iter().filter(|key| !shown.contains(key));
    rows.extend(hidden.map(|key| row(key, 0, "", 0)));
    rows
}

#[derive(Default)]
struct Tables {
    items: BTreeMap<ItemKey, usize>,
    languages: Numbers,
    workflows: Numbers,
    codes: Numbers,
    reasons: Numbers,
    stages: Numbers,
    statuses: Numbers,
}

impl Tables {
    fn pair(&mut self, known: &Known<'_>) -> Option<PairRow> {
        let pair = known.pair;
        let stages = known.document.into_iter().flat_map(|document| document.stages.iter());
        let stages = stages
            .map(|stage| {
                StageRow(
                    self.stages.of(&stage.kind),
                    stage.percent.clamp(0.0, 100.0) as u8,
                    self.statuses.of(&stage.status),
                    stage.assignees.len() + usize::from(stage.agency.is_some()),
                )
            })
            .collect();
        let seconds = |time: Option<Timestamp>| time.map(Timestamp::as_second).unwrap_or_default();
        let code = known.held.map_or(-1, |held| self.codes.of(held.code.as_str()).cast_signed());
        let reason = known.held.map(|held| &*held.reason).or(known.change);
        let reason = reason.map_or(-1, |reason| self.reasons.of(reason).cast_signed());
        Some(PairRow(
            *self.items.get(&pair.item)?,
            self.languages.of(&pair.language),
            state_number(pair.state),
            self.workflows.of(pair.workflow.as_str()),
            pair.progress.map_or(-1, i16::from),
            pair.document.as_ref().map(|id| safe::line(id.as_str())).unwrap_or_default(),
            seconds(known.moved_at()),
            seconds(known.deadline),
            code,
            reason,
            u8::from(known.translation.is_some()),
            stages,
        ))
    }
}

fn state_number(state: PairState) -> usize {
    STATES.iter().position(|known| *known == state).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_data_ends_the_element_and_it_still_means_the_same() {
        let hostile = "</script><!--<script>&\u{2028}";
        let json = within_script(&serde_json::to_string(hostile).unwrap());
        assert!(!json.contains(['<', '>', '&', '\u{2028}']), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), hostile);
    }
}
