//! For a pull request comment: the counts and the sums by language first, then the items, as far as there is room.

use std::io::Result;
use std::io::Write;

use super::super::comment::Page;
use super::super::comment::Table;
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

/// Titles are cut at this many characters.
const LONGEST_TITLE: usize = 80;

/// Shows the scope in at most `most_bytes` bytes.
///
/// # Errors
/// When `out` cannot be written.
pub fn scope(view: ScopeView<'_>, most_bytes: usize, out: &mut dyn Write) -> Result<()> {
    let total = view.total();
    let mut page = Page::new(most_bytes);
    page.push(&heading(view.name));
    page.push(&format!(
        "**{} · {} · {} of them not translated yet**\n",
        counted(total.pairs, "pair", "pairs"),
        counted(total.words, "word", "words"),
        number(total.new_words)
    ));
    let sums: Vec<_> = view.by_language().into_iter().collect();
    let head = "| language | workflow | items | words | new words | Smartwords up to |\n\
                | --- | --- | ---: | ---: | ---: | ---: |\n";
    page.table(Table { head, ..Table::open("By language") }, &sums, |((locale, workflow), sums)| {
        let Sums { pairs, words, new_words, smartwords } = *sums;
        let numbers = [pairs, words, new_words, smartwords].map(number).join(" | ");
        format!(
            "| {} | {} | {numbers} |\n",
            safe::markdown(locale.as_str()),
            safe::markdown(workflow.as_str())
        )
    });
    let items: Vec<_> = view.by_item().collect();
    let one_workflow = view.has_one_workflow();
    let head = "| item | words | languages |\n| --- | ---: | --- |\n";
    page.table(Table { head, is_open: false, ..Table::open("Items") }, &items, |pairs| {
        item(pairs, one_workflow)
    });
    notes(view.notes, &mut page);
    page.finish(LEFT_OUT, out)
}

/// Shows the changes of a scope in at most `most_bytes` bytes.
///
/// # Errors
/// When `out` cannot be written.
pub fn changes(view: ChangesView<'_>, most_bytes: usize, out: &mut dyn Write) -> Result<()> {
    let changes = Changes::of(&view);
    let mut page = Page::new(most_bytes);
    page.push(&heading(view.name));
    page.push(&counts(&view, &changes.total));
    notes(view.notes, &mut page);
    if changes.total.moves_scope() {
        page.push(&by_language(&changes));
    }
    for (what, title, is_open) in [
        (What::Added, "Added", true),
        (What::Removed, "Removed", true),
        (What::Moved, "Moved to another workflow", true),
        (What::Edited, "Text changed, scope did not", false),
    ] {
        let head = "| | item | languages | workflow | words |\n| --- | --- | --- | --- | ---: |\n";
        let table = Table { head, is_open, ..Table::open(title) };
        page.table(table, &changes.groups(what), |group| row(what, group));
    }
    page.finish(LEFT_OUT, out)
}

const LEFT_OUT: &str = "`zencat scope --format json` has them all";

/// The marker by which a comment is found again and edited in place.
fn heading(name: &str) -> String {
    let mark = safe::line(name).replace("--", "");
    format!("<!-- zencat:scope:{mark} -->\n## zencat scope: {}\n\n", safe::markdown(name))
}

fn counts(view: &ChangesView<'_>, total: &Balance) -> String {
    let Balance { added, removed, moved, edited: _, added_words, removed_words, moved_words, smartwords } =
        *total;
    let what = if total.moves_scope() {
        format!(
            "**{} added ({}) · {} removed ({}) · {} moved ({})**",
            counted(added, "pair", "pairs"),
            counted(added_words, "word", "words"),
            number(removed),
            counted(removed_words, "word", "words"),
            number(moved),
            counted(moved_words, "word", "words")
        )
    } else if view.lock_is_behind {
        "**Not known: the rules changed, the lock did not.**".to_owned()
    } else {
        "**The scope does not change.**".to_owned()
    };
    let (pairs, words) = size(view.after);
    format!(
        "{what}\n\nAgainst {} · up to {} · in scope now {} of item and language, {}\n",
        safe::markdown(&base_name(view)),
        counted(smartwords, "Smartword", "Smartwords"),
        counted(pairs, "pair", "pairs"),
        counted(words, "word", "words")
    )
}

fn by_language(changes: &Changes) -> String {
    let mut text =
        "\n| language | added | removed | moved | words added | words removed | Smartwords up to |\n\
                    | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n"
            .to_owned();
    for (locale, balance) in &changes.by_language {
        let Balance {
            added,
            removed,
            moved,
            edited: _,
            added_words,
            removed_words,
            moved_words: _,
            smartwords,
        } = *balance;
        let numbers = [added, removed, moved, added_words, removed_words, smartwords].map(number).join(" | ");
        text.push_str(&format!("| {} | {numbers} |\n", safe::markdown(locale.as_str())));
    }
    text
}

fn row(what: What, group: &Group<'_>) -> String {
    let symbol = match what {
        What::Added => "+",
        What::Removed => "-",
        What::Moved => "~",
        What::Edited => "=",
    };
    let workflow = match group.from {
        Some(from) => {
            format!("{} → {}", safe::markdown(from.as_str()), safe::markdown(group.workflow.as_str()))
        }
        None => safe::markdown(group.workflow.as_str()),
    };
    let words = match what {
        What::Edited => format!("{} → {}", number(group.words_before), number(group.words)),
        What::Added | What::Removed | What::Moved => number(group.words),
    };
    format!(
        "| `{symbol}` | {} | {} | {workflow} | {words} |\n",
        name(group.item, group.title),
        safe::markdown(&group.locales.join(", "))
    )
}

fn item(pairs: &[ScopePair], one_workflow: bool) -> String {
    let Some(first) = pairs.first().map(|pair| &pair.record) else { return String::new() };
    let languages = safe::markdown(&languages(pairs, one_workflow));
    format!("| {} | {} | {languages} |\n", name(first.item, &first.title), number(first.words))
}

fn name(item: crate::id::ItemKey, title: &str) -> String {
    format!("{} {} {}", item.kind, item.id, safe::markdown(&safe::short(title, LONGEST_TITLE)))
}

fn notes(notes: &[String], page: &mut Page) {
    for note in notes {
        page.push(&format!("\n> {}\n", safe::markdown(note)));
    }
}
