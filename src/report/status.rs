//! Every pair's state for a terminal: a tree like the hierarchy of content, and coverage by language.

use std::collections::BTreeMap;
use std::io::Result;
use std::io::Write;

use anstyle::AnsiColor;
use anstyle::Style;

use crate::id::DocumentId;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::observed::Document;
use crate::observed::HelpCenter;
use crate::observed::Item;
use crate::plan::Pair;
use crate::plan::PairState;

use super::PlanView;
use super::json::editor_url;
use super::safe;
use super::title_of;

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Cells of a progress bar.
const BAR: usize = 10;

/// Titles are cut at this many characters.
const LONGEST_TITLE: usize = 70;

/// Shows every pair, and the coverage of each language.
///
/// # Errors
/// When `out` cannot be written.
pub fn text(view: PlanView<'_>, out: &mut dyn Write) -> Result<()> {
    let pairs = by_item(view);
    let documents = documents(view);
    let show = |key: ItemKey, depth: usize, out: &mut dyn Write| {
        for pair in pairs.get(&key).into_iter().flatten() {
            pair_line(view, pair, documents.get(&pair.document.as_ref()), depth, out)?;
        }
        Ok(())
    };
    let shown = |key: ItemKey| pairs.contains_key(&key);
    hierarchy(&view.observed.help_center, &shown, &show, out)?;
    for key in pairs.keys().filter(|key| !view.observed.help_center.items.contains_key(*key)) {
        writeln!(out, "{STRONG}{key}{STRONG:#} {FAINT}(not shown by Zendesk){FAINT:#}")?;
        show(*key, 1, out)?;
    }
    writeln!(out)?;
    coverage(view, out)
}

type Show<'a> = &'a dyn Fn(ItemKey, usize, &mut dyn Write) -> Result<()>;
type Shown<'a> = &'a dyn Fn(ItemKey) -> bool;

/// Walks categories, sections and articles in the order in which the help center shows them. Branches without
/// anything to show are left out.
pub(crate) fn hierarchy(
    help_center: &HelpCenter,
    shown: Shown<'_>,
    show: Show<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    let tree = Tree::of(help_center);
    for category in &tree.roots {
        tree.branch(help_center, category.key, 0, shown, show, out)?;
    }
    Ok(())
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

    fn branch(
        &self,
        help_center: &HelpCenter,
        key: ItemKey,
        depth: usize,
        shown: Shown<'_>,
        show: Show<'_>,
        out: &mut dyn Write,
    ) -> Result<()> {
        if !self.holds(key, depth, shown) {
            return Ok(());
        }
        let indent = "  ".repeat(depth);
        let title = safe::short(&title_of(help_center, key), LONGEST_TITLE);
        writeln!(out, "{indent}{STRONG}{title}{STRONG:#} {FAINT}{key}{FAINT:#}")?;
        show(key, depth + 1, out)?;
        for child in self.children.get(&key).into_iter().flatten() {
            self.branch(help_center, child.key, depth + 1, shown, show, out)?;
        }
        Ok(())
    }

    /// Sections nest at most five deep (zendesk-help-center.md §2.3); data from a network is not trusted to.
    fn holds(&self, key: ItemKey, depth: usize, shown: Shown<'_>) -> bool {
        const DEEPEST: usize = 20;
        let below = || {
            self.children.get(&key).into_iter().flatten().any(|child| self.holds(child.key, depth + 1, shown))
        };
        depth < DEEPEST && (shown(key) || below())
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

fn by_item(view: PlanView<'_>) -> BTreeMap<ItemKey, Vec<&Pair>> {
    let mut pairs: BTreeMap<ItemKey, Vec<&Pair>> = BTreeMap::new();
    for pair in &view.plan.pairs {
        pairs.entry(pair.item).or_default().push(pair);
    }
    pairs
}

fn documents(view: PlanView<'_>) -> BTreeMap<Option<&DocumentId>, &Document> {
    let files = view.observed.projects.iter().flat_map(|project| &project.files);
    files.flat_map(|file| file.documents.values()).map(|document| (Some(&document.id), document)).collect()
}

fn pair_line(
    view: PlanView<'_>,
    pair: &Pair,
    document: Option<&&Document>,
    depth: usize,
    out: &mut dyn Write,
) -> Result<()> {
    let indent = "  ".repeat(depth);
    let (style, word) = look(pair.state);
    let percent = pair.progress.unwrap_or(0);
    write!(
        out,
        "{indent}{:<8} {} {percent:>3} %  {style}{word:<11}{style:#}",
        safe::line(&pair.language),
        bar(percent)
    )?;
    if let Some(document) = document.filter(|_| pair.state == PairState::InProgress) {
        let stages = document.stages.iter().map(|stage| {
            let people = match stage.assignees.len() {
                0 => String::new(),
                1 => " (1 person)".to_owned(),
                people => format!(" ({people} people)"),
            };
            format!("{} {:.0} %{people}", safe::line(&stage.kind), stage.percent)
        });
        write!(out, "  {}", stages.collect::<Vec<_>>().join(" · "))?;
    }
    if let Some(held) =
        view.plan.held.iter().find(|held| held.item == pair.item && held.language == pair.language)
    {
        write!(out, "  {}: {}", held.code.as_str(), safe::line(&held.reason))?;
    }
    if let Some(url) = pair.document.as_ref().and_then(|id| editor_url(&view.header.smartcat, id.as_str())) {
        write!(out, "  {FAINT}{}{FAINT:#}", safe::line(&url))?;
    }
    writeln!(out)
}

fn bar(percent: u8) -> String {
    let full = usize::from(percent.min(100)) * BAR / 100;
    format!("{}{}", "█".repeat(full), "░".repeat(BAR - full))
}

fn look(state: PairState) -> (Style, &'static str) {
    match state {
        PairState::Missing => (AnsiColor::Yellow.on_default(), "missing"),
        PairState::Stale => (AnsiColor::Yellow.on_default(), "stale"),
        PairState::InProgress => (AnsiColor::Blue.on_default(), "in progress"),
        PairState::Ready => (AnsiColor::Cyan.on_default(), "ready"),
        PairState::UpToDate => (AnsiColor::Green.on_default(), "up to date"),
        PairState::Edited => (AnsiColor::Magenta.on_default(), "edited"),
        PairState::Held => (AnsiColor::Magenta.on_default(), "held"),
        PairState::Orphan => (AnsiColor::Magenta.on_default(), "orphan"),
    }
}

/// The states in the order of the coverage table.
const STATES: [PairState; 8] = [
    PairState::UpToDate,
    PairState::Ready,
    PairState::InProgress,
    PairState::Stale,
    PairState::Missing,
    PairState::Edited,
    PairState::Held,
    PairState::Orphan,
];

fn coverage(view: PlanView<'_>, out: &mut dyn Write) -> Result<()> {
    let mut counts: BTreeMap<&str, [u64; STATES.len()]> = BTreeMap::new();
    for pair in &view.plan.pairs {
        let of_language = counts.entry(&pair.language).or_default();
        for (count, state) in of_language.iter_mut().zip(STATES) {
            *count += u64::from(state == pair.state);
        }
    }
    if counts.is_empty() {
        return writeln!(out, "Nothing is in scope.");
    }
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    let head = STATES.iter().map(|state| look(*state).1.to_owned());
    table.set_header(["language".to_owned(), "coverage".to_owned()].into_iter().chain(head));
    for (language, of_language) in counts {
        let all: u64 = of_language.iter().sum();
        let covered = of_language[0] * 100 / all.max(1);
        let cells =
            of_language.iter().map(|count| if *count == 0 { "·".to_owned() } else { count.to_string() });
        table.add_row([safe::line(language), format!("{covered} %")].into_iter().chain(cells));
    }
    writeln!(out, "{}", table.trim_fmt())
}
