//! Every pair's state for a terminal or a comment: a tree like the hierarchy of content, and coverage by language.

use std::collections::BTreeMap;
use std::io::Result;
use std::io::Write;

use anstyle::AnsiColor;
use anstyle::Style;
use jiff::Timestamp;

use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::WorkflowName;
use crate::observed::HelpCenter;
use crate::observed::Item;
use crate::observed::StageProgress;
use crate::observed::Team;
use crate::plan::Pair;
use crate::plan::PairState;
use crate::plan::Plan;

use super::PlanView;
use super::json::AssignmentName;
use super::json::assignees;
use super::json::assignment;
use super::json::editor_url;
use super::number;
use super::pairs;
use super::pairs::Known;
use super::pairs::STATES;
use super::pairs::span;
use super::pairs::state_words;
use super::safe;
use super::title_of;
use super::translation_url;

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Cells of a progress bar.
const BAR: usize = 10;

/// Titles are cut at this many characters.
const LONGEST_TITLE: usize = 70;

/// What of a status is shown, and how.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// Only pairs in these states; empty means all. Coverage is counted over all states.
    pub states: Vec<PairState>,
    /// Titles and languages lead to their pages, the way terminals understand it (OSC 8).
    pub links: bool,
}

impl Shape {
    /// Whether a pair is shown.
    pub fn shows(&self, pair: &Pair) -> bool {
        self.states.is_empty() || self.states.contains(&pair.state)
    }
}

/// Leaves in a plan only the pairs of some workflows, and what is held of them; without workflows it leaves all.
pub fn narrow(plan: &mut Plan, workflows: &[WorkflowName]) {
    if !workflows.is_empty() {
        plan.pairs.retain(|pair| workflows.contains(&pair.workflow));
        let left: std::collections::BTreeSet<(ItemKey, &str)> =
            plan.pairs.iter().map(|pair| (pair.item, &*pair.language)).collect();
        plan.held.retain(|held| left.contains(&(held.item, &*held.language)));
    }
}

/// Shows every pair, and the coverage of each language.
///
/// # Errors
/// When `out` cannot be written.
pub fn text(view: PlanView<'_>, shape: &Shape, out: &mut dyn Write) -> Result<()> {
    let known = pairs::known(view);
    let items = by_item(&known, shape);
    let line = Line { view, now: view.header.created_at.parse().ok(), links: shape.links };
    let show = |key: ItemKey, depth: usize, out: &mut dyn Write| {
        items.get(&key).into_iter().flatten().try_for_each(|known| line.write(known, depth, out))
    };
    let shown = |key: ItemKey| items.contains_key(&key);
    hierarchy(&view.observed.help_center, &shown, &show, shape.links, out)?;
    for key in items.keys().filter(|key| !view.observed.help_center.items.contains_key(*key)) {
        writeln!(out, "{STRONG}{key}{STRONG:#} {FAINT}(not shown by Zendesk){FAINT:#}")?;
        show(*key, 1, out)?;
    }
    if !items.is_empty() {
        writeln!(out)?;
    }
    coverage(&known, out)?;
    match &view.plan.note {
        Some(note) => {
            writeln!(out)?;
            super::text::note(note, out)
        }
        None => Ok(()),
    }
}

type Show<'a> = &'a dyn Fn(ItemKey, usize, &mut dyn Write) -> Result<()>;
type Shown<'a> = &'a dyn Fn(ItemKey) -> bool;

/// Walks categories, sections and articles in the order in which the help center shows them. Branches without
/// anything to show are left out.
pub(crate) fn hierarchy(
    help_center: &HelpCenter,
    shown: Shown<'_>,
    show: Show<'_>,
    links: bool,
    out: &mut dyn Write,
) -> Result<()> {
    for (item, depth) in in_order(help_center, shown) {
        let title = safe::short(&title_of(help_center, item.key), LONGEST_TITLE);
        let title = linked(&format!("{STRONG}{title}{STRONG:#}"), Some(&item.url), links);
        writeln!(out, "{}{title} {FAINT}{}{FAINT:#}", "  ".repeat(depth), item.key)?;
        show(item.key, depth + 1, out)?;
    }
    Ok(())
}

/// Categories, sections and articles in the order in which the help center shows them, with their depth.
pub(super) fn in_order<'a>(help_center: &'a HelpCenter, shown: Shown<'_>) -> Vec<(&'a Item, usize)> {
    let tree = Tree::of(help_center);
    let mut order = Vec::new();
    for root in &tree.roots {
        tree.branch(root, 0, shown, &mut order);
    }
    order
}

struct Tree<'a> {
    roots: Vec<&'a Item>,
    children: BTreeMap<ItemKey, Vec<&'a Item>>,
}

impl<'a> Tree<'a> {
    fn of(help_center: &'a HelpCenter) -> Self {
        let mut roots = Vec::new();
        let mut children: BTreeMap<ItemKey, Vec<&Item>> = BTreeMap::new();
        for item in help_center.items.values() {
            match parent(help_center, item) {
                Some(parent) => children.entry(parent).or_default().push(item),
                None => roots.push(item),
            }
        }
        let order = |item: &&Item| (item.position, item.key);
        roots.sort_by_key(order);
        children.values_mut().for_each(|items| items.sort_by_key(order));
        Self { roots, children }
    }

    /// Adds a branch; returns whether there is anything to show in it.
    fn branch(
        &self,
        item: &'a Item,
        depth: usize,
        shown: Shown<'_>,
        order: &mut Vec<(&'a Item, usize)>,
    ) -> bool {
        /// Sections nest at most five deep (zendesk-help-center.md §2.3); data from a network is not trusted to.
        const DEEPEST: usize = 20;
        if depth >= DEEPEST {
            return false;
        }
        let start = order.len();
        order.push((item, depth));
        let mut holds = shown(item.key);
        for child in self.children.get(&item.key).into_iter().flatten() {
            holds |= self.branch(child, depth + 1, shown, order);
        }
        if !holds {
            order.truncate(start);
        }
        holds
    }
}

/// The place of an item in the hierarchy; `None` for a category, and for what hangs nowhere.
fn parent(help_center: &HelpCenter, item: &Item) -> Option<ItemKey> {
    let section = item.section.map(ItemKey::section);
    let category = item.category.map(ItemKey::category);
    let parent = match item.key.kind {
        ItemKind::Category => None,
        ItemKind::Section => section.or(category),
        ItemKind::Article => section,
    };
    parent.filter(|parent| help_center.items.contains_key(parent))
}

fn by_item<'k, 'a>(known: &'k [Known<'a>], shape: &Shape) -> BTreeMap<ItemKey, Vec<&'k Known<'a>>> {
    let mut items: BTreeMap<ItemKey, Vec<&Known<'_>>> = BTreeMap::new();
    for known in known.iter().filter(|known| shape.shows(known.pair)) {
        items.entry(known.pair.item).or_default().push(known);
    }
    items
}

/// How the line of a pair is written.
struct Line<'a> {
    view: PlanView<'a>,
    /// When the report was made: ages are told against it.
    now: Option<Timestamp>,
    links: bool,
}

impl Line<'_> {
    fn write(&self, known: &Known<'_>, depth: usize, out: &mut dyn Write) -> Result<()> {
        let pair = known.pair;
        let (style, word) = look(pair.state);
        let percent = pair.progress.unwrap_or(0);
        let language = format!("{:<8}", safe::line(&pair.language));
        let page = known
            .translation
            .and_then(|_| translation_url(&self.view.observed.help_center, pair.item, &pair.language));
        let editor =
            pair.document.as_ref().and_then(|id| editor_url(&self.view.header.smartcat, id.as_str()));
        let language = linked(&language, page.as_deref(), self.links);
        let progress = match (&pair.document, known.translation) {
            // Nothing was ordered, and somebody has translated it all the same.
            (None, Some(_)) => format!("{:<16}", "in Zendesk"),
            _ => linked(&format!("{} {percent:>3} %", bar(percent)), editor.as_deref(), self.links),
        };
        write!(out, "{}{language} {progress}  {style}{word}{style:#}", "  ".repeat(depth))?;
        let details = self.details(known);
        if let Some(gap) = 11_usize.checked_sub(word.len()).filter(|_| !details.is_empty()) {
            write!(out, "{:gap$}", "")?;
        }
        for detail in details {
            write!(out, "  {detail}")?;
        }
        writeln!(out)
    }

    /// What people want to know beyond the state: who is at it, how long, until when, and what holds it.
    fn details(&self, known: &Known<'_>) -> Vec<String> {
        let mut details = Vec::new();
        if known.pair.state == PairState::InProgress {
            details.extend(stages(&self.view.observed.team, known));
            details.extend(self.deadline(known));
        }
        if let Some(held) = known.held {
            details.push(format!("{}: {}", held.code.as_str(), safe::line(&held.reason)));
        }
        details.extend(known.change.map(safe::line));
        let ages = matches!(known.pair.state, PairState::InProgress | PairState::Edited | PairState::Ready);
        if ages {
            let age = known.moved_at().zip(self.now).and_then(|(moved, now)| span(moved, now));
            details.extend(age.map(|age| format!("{FAINT}moved {age} ago{FAINT:#}")));
        }
        details
    }

    fn deadline(&self, known: &Known<'_>) -> Option<String> {
        const LATE: Style = AnsiColor::Red.on_default();
        let (deadline, now) = known.deadline.zip(self.now)?;
        match (span(now, deadline), span(deadline, now)) {
            (_, Some(late)) => Some(format!("{LATE}{late} overdue{LATE:#}")),
            (Some(left), None) => Some(format!("due in {left}")),
            (None, None) => Some("due now".to_owned()),
        }
    }
}

/// More people than this are counted, not named.
const MOST_NAMES: usize = 2;

fn stages(team: &Team, known: &Known<'_>) -> Option<String> {
    let stages = known.document?.stages.iter().map(|stage| {
        let who = who(team, known, stage);
        format!("{} {:.0} %{who}", safe::line(&stage.kind), stage.percent)
    });
    let stages = stages.collect::<Vec<_>>().join(" · ");
    (!stages.is_empty()).then_some(stages)
}

/// Who has a stage or is invited to it, in brackets.
fn who(team: &Team, known: &Known<'_>, stage: &StageProgress) -> String {
    let names = assignees(team, stage);
    let names = match names.len() {
        ..=MOST_NAMES => names.iter().map(|name| safe::line(name)).collect::<Vec<_>>().join(", "),
        people => format!("{people} people"),
    };
    match assignment(known.pair, stage) {
        AssignmentName::Nobody => String::new(),
        AssignmentName::Invited if names.is_empty() => " (invited)".to_owned(),
        AssignmentName::Invited => format!(" (invited: {names})"),
        AssignmentName::Assigned => format!(" ({names})"),
    }
}

/// A text that leads to a page where the terminal can do that; otherwise the text.
fn linked(text: &str, url: Option<&str>, links: bool) -> String {
    match url.filter(|_| links).and_then(safe::web) {
        Some(url) => format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\"),
        None => text.to_owned(),
    }
}

fn bar(percent: u8) -> String {
    let full = usize::from(percent.min(100)) * BAR / 100;
    format!("{}{}", "█".repeat(full), "░".repeat(BAR - full))
}

fn look(state: PairState) -> (Style, &'static str) {
    let colour = match state {
        PairState::Missing | PairState::Stale => AnsiColor::Yellow,
        PairState::InProgress => AnsiColor::Blue,
        PairState::Ready => AnsiColor::Cyan,
        PairState::UpToDate => AnsiColor::Green,
        PairState::Edited | PairState::Held | PairState::Orphan => AnsiColor::Magenta,
    };
    (colour.on_default(), state_words(state))
}

fn coverage(known: &[Known<'_>], out: &mut dyn Write) -> Result<()> {
    let languages = pairs::coverage(known);
    if languages.is_empty() {
        return writeln!(out, "Nothing is in scope.");
    }
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    // A state that no pair is in would only make the table wider than a terminal.
    let occurs = |index: &usize| languages.values().any(|coverage| coverage.counts[*index] > 0);
    let shown: Vec<usize> = (0..STATES.len()).filter(occurs).collect();
    let head = shown.iter().map(|index| state_words(STATES[*index]).to_owned());
    table.set_header(["language".to_owned(), "coverage".to_owned()].into_iter().chain(head));
    for (language, coverage) in &languages {
        let counts = shown.iter().map(|index| coverage.counts[*index]);
        let cells = counts.map(|count| if count == 0 { "·".to_owned() } else { number(count) });
        table.add_row([safe::line(language), format!("{} %", coverage.percent())].into_iter().chain(cells));
    }
    writeln!(out, "{}", table.trim_fmt())
}

/// Rows of the Markdown list of pairs; the JSON has them all.
const MOST_ROWS: usize = 200;

/// Shows the coverage of each language, and the pairs that are asked for; unless told which, those that somebody
/// should look at.
///
/// # Errors
/// When `out` cannot be written.
pub fn markdown(view: PlanView<'_>, shape: &Shape, out: &mut dyn Write) -> Result<()> {
    let known = pairs::known(view);
    writeln!(out, "## zencat status: {}\n", safe::markdown(&view.header.name))?;
    markdown_coverage(&known, out)?;
    if let Some(note) = &view.plan.note {
        write!(out, "\n{}", super::markdown::note(note))?;
    }
    let needs_eyes = |known: &Known<'_>| {
        matches!(known.pair.state, PairState::Stale | PairState::Edited | PairState::Held | PairState::Orphan)
    };
    let listed: Vec<&Known<'_>> = known
        .iter()
        .filter(|known| if shape.states.is_empty() { needs_eyes(known) } else { shape.shows(known.pair) })
        .collect();
    if listed.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| item | language | state | progress | why |\n| --- | --- | --- | ---: | --- |")?;
    for known in listed.iter().take(MOST_ROWS) {
        markdown_row(view, known, out)?;
    }
    match listed.len().checked_sub(MOST_ROWS) {
        Some(more @ 1..) => {
            writeln!(out, "\n_… and {} more; the JSON has them all._", number(more as u64))
        }
        _ => Ok(()),
    }
}

fn markdown_coverage(known: &[Known<'_>], out: &mut dyn Write) -> Result<()> {
    let languages = pairs::coverage(known);
    if languages.is_empty() {
        return writeln!(out, "Nothing is in scope.");
    }
    let head: Vec<&str> = STATES.into_iter().map(state_words).collect();
    writeln!(out, "| language | coverage | {} |", head.join(" | "))?;
    writeln!(out, "| --- | ---: | {}", "---: | ".repeat(STATES.len()).trim_end())?;
    for (language, coverage) in languages {
        let counts = coverage.counts.map(|count| if count == 0 { String::new() } else { number(count) });
        writeln!(
            out,
            "| {} | {} % | {} |",
            safe::markdown(language),
            coverage.percent(),
            counts.join(" | ")
        )?;
    }
    Ok(())
}

fn markdown_row(view: PlanView<'_>, known: &Known<'_>, out: &mut dyn Write) -> Result<()> {
    let pair = known.pair;
    let help_center = &view.observed.help_center;
    let link = |text: String, url: Option<String>| match url.as_deref().and_then(safe::web) {
        Some(url) => format!("[{text}](<{url}>)").replace('|', "%7C"),
        None => text,
    };
    let title = safe::markdown(&safe::short(&title_of(help_center, pair.item), LONGEST_TITLE));
    let page = known.translation.and_then(|_| translation_url(help_center, pair.item, &pair.language));
    let editor = pair.document.as_ref().and_then(|id| editor_url(&view.header.smartcat, id.as_str()));
    let progress = pair.progress.map(|percent| link(format!("{percent} %"), editor)).unwrap_or_default();
    let held = known.held.map(|held| format!("`{}` {}", held.code.as_str(), safe::markdown(&held.reason)));
    let why = held.or_else(|| known.change.map(safe::markdown));
    writeln!(
        out,
        "| {} {} | {} | {} | {progress} | {} |",
        link(title, known.item.map(|item| item.url.clone())),
        pair.item.kind,
        link(safe::markdown(&pair.language), page),
        state_words(pair.state),
        why.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_of_a_terminal_ends_where_its_text_does_and_nothing_breaks_out_of_it() {
        assert_eq!(
            linked("de", Some("https://e/hc/de\x1b\\\x07"), true),
            "\x1b]8;;https://e/hc/de%1B%5C%07\x1b\\de\x1b]8;;\x1b\\"
        );
        assert_eq!(linked("de", Some("https://e/hc/de"), false), "de");
        assert_eq!(linked("de", Some("file:///etc/passwd"), true), "de");
    }
}
