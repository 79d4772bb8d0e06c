//! For a terminal.

use std::io::Result;
use std::io::Write;

use anstyle::AnsiColor;
use anstyle::Style;

use super::super::counted;
use super::super::number;
use super::super::safe;
use super::Balance;
use super::Changes;
use super::ChangesView;
use super::Group;
use super::ScopePair;
use super::ScopeView;
use super::Sums;
use super::What;
use super::base_name;
use super::languages;
use super::size;

const ADD: Style = AnsiColor::Green.on_default();
const REMOVE: Style = AnsiColor::Red.on_default();
const CHANGE: Style = AnsiColor::Yellow.on_default();
const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Titles are cut at this many characters.
const LONGEST_TITLE: usize = 48;

/// Shows the scope: its items, then the sums by language.
///
/// # Errors
/// When `out` cannot be written.
pub fn scope(view: ScopeView<'_>, out: &mut dyn Write) -> Result<()> {
    let total = view.total();
    writeln!(
        out,
        "{STRONG}Scope of {}{STRONG:#}: {}, {}, {} of them not translated yet\n",
        safe::line(view.name),
        counted(total.pairs, "pair", "pairs"),
        counted(total.words, "word", "words"),
        number(total.new_words)
    )?;
    if !view.pairs.is_empty() {
        let mut items = table(["item", "title", "words", "languages"]);
        align_right(&mut items, 2..=2);
        let one_workflow = view.has_one_workflow();
        view.by_item().for_each(|pairs| {
            items.add_row(item(pairs, one_workflow));
        });
        writeln!(out, "{}\n", items.trim_fmt())?;
        let mut sums = table(["language", "workflow", "items", "words", "new words", "Smartwords"]);
        align_right(&mut sums, 2..=5);
        for ((locale, workflow), of_language) in view.by_language() {
            sums.add_row(sums_row(safe::line(locale.as_str()), safe::line(workflow.as_str()), of_language));
        }
        sums.add_row(sums_row("in all".to_owned(), String::new(), total));
        writeln!(out, "{}", sums.trim_fmt())?;
    }
    notes(view.notes, out)
}

fn item(pairs: &[ScopePair], one_workflow: bool) -> [String; 4] {
    let Some(first) = pairs.first().map(|pair| &pair.record) else { return Default::default() };
    let title = safe::short(&first.title, LONGEST_TITLE);
    [first.item.to_string(), title, number(first.words), safe::line(&languages(pairs, one_workflow))]
}

fn sums_row(locale: String, workflow: String, sums: Sums) -> [String; 6] {
    let Sums { pairs, words, new_words, smartwords } = sums;
    [locale, workflow, number(pairs), number(words), number(new_words), number(smartwords)]
}

/// Shows the changes of a scope.
///
/// # Errors
/// When `out` cannot be written.
pub fn changes(view: ChangesView<'_>, out: &mut dyn Write) -> Result<()> {
    let changes = Changes::of(&view);
    let (name, base) = (safe::line(view.name), safe::line(&base_name(&view)));
    writeln!(out, "{STRONG}Scope of {name}{STRONG:#} against {base}\n")?;
    for what in [What::Added, What::Removed, What::Moved, What::Edited] {
        let groups = changes.groups(what);
        groups.iter().try_for_each(|group| line(what, group, out))?;
        if !groups.is_empty() {
            writeln!(out)?;
        }
    }
    if changes.total.moves_scope() {
        by_language(&changes, out)?;
    } else if view.lock_is_behind {
        writeln!(out, "Not known: the rules changed, the lock did not.")?;
    } else {
        writeln!(out, "The scope does not change.")?;
    }
    let (pairs, words) = size(view.after);
    writeln!(out, "In scope now: {}, {}", counted(pairs, "pair", "pairs"), counted(words, "word", "words"))?;
    notes(view.notes, out)
}

fn line(what: What, group: &Group<'_>, out: &mut dyn Write) -> Result<()> {
    let (style, symbol) = match what {
        What::Added => (ADD, '+'),
        What::Removed => (REMOVE, '-'),
        What::Moved => (CHANGE, '~'),
        What::Edited => (FAINT, ' '),
    };
    let title = safe::short(group.title, LONGEST_TITLE);
    let workflow = match group.from {
        Some(from) => format!("{from} → {}", group.workflow),
        None => group.workflow.to_string(),
    };
    let words = match what {
        What::Edited if group.words_before == group.words => "title changed".to_owned(),
        What::Edited => format!("{} → {} words", number(group.words_before), number(group.words)),
        What::Added | What::Removed | What::Moved => counted(group.words, "word", "words"),
    };
    let locales = safe::line(&group.locales.join(", "));
    writeln!(
        out,
        "{style}{symbol}{style:#} {} {FAINT}\"{title}\"{FAINT:#}  {locales}  {}  {words}",
        group.item,
        safe::line(&workflow)
    )
}

fn by_language(changes: &Changes, out: &mut dyn Write) -> Result<()> {
    let mut table =
        table(["language", "added", "removed", "moved", "words added", "words removed", "Smartwords up to"]);
    align_right(&mut table, 1..=6);
    for (locale, balance) in &changes.by_language {
        table.add_row(balance_row(safe::line(locale.as_str()), balance));
    }
    table.add_row(balance_row("in all".to_owned(), &changes.total));
    writeln!(out, "{}\n", table.trim_fmt())
}

fn balance_row(locale: String, balance: &Balance) -> [String; 7] {
    let Balance { added, removed, moved, edited: _, added_words, removed_words, moved_words: _, smartwords } =
        *balance;
    let numbers = [added, removed, moved, added_words, removed_words, smartwords].map(number);
    let [added, removed, moved, added_words, removed_words, smartwords] = numbers;
    [locale, added, removed, moved, added_words, removed_words, smartwords]
}

fn notes(notes: &[String], out: &mut dyn Write) -> Result<()> {
    notes.iter().try_for_each(|note| writeln!(out, "\nNote: {}", safe::line(note)))
}

fn table<const N: usize>(head: [&str; N]) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(head);
    table
}

fn align_right(table: &mut comfy_table::Table, columns: std::ops::RangeInclusive<usize>) {
    for column in columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
}
