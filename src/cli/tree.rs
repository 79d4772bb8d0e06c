//! `zencat tree`: the hierarchy of content, and the languages of each item.

use std::io::Write;

use serde::Serialize;

use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;
use crate::observed::HelpCenter;
use crate::observed::Item;
use crate::report::json;
use crate::report::status::hierarchy;

use super::args::Common;
use super::args::TextOrJson;
use super::args::TreeArgs;
use super::error::CommandError;
use super::exit::Exit;
use super::session::Workspace;
use super::ui::Ui;
use super::unwritten;

#[derive(Serialize)]
struct Document {
    format_version: u32,
    items: Vec<ItemDocument>,
}

#[derive(Serialize)]
struct ItemDocument {
    kind: ItemKind,
    id: u64,
    title: String,
    url: String,
    section: Option<u64>,
    category: Option<u64>,
    source_locale: Locale,
    draft: bool,
    labels: Vec<String>,
    words: Option<u32>,
    translations: Vec<Locale>,
}

pub(super) async fn run(ui: &Ui, common: &Common, args: &TreeArgs) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(ui, &common.file)?;
    let help_center = workspace.help_center(ui, common).await?;
    ui.data(|out| match args.format {
        TextOrJson::Text => ui.fitted(out, |out| text(&help_center, ui.shows_links(), out)),
        TextOrJson::Json => json::print(&document(&help_center), out),
    })
    .map_err(unwritten)?;
    Ok(Exit::Done)
}

fn text(help_center: &HelpCenter, links: bool, out: &mut dyn Write) -> std::io::Result<()> {
    hierarchy(help_center, &|_| true, &|key, depth, out| languages(help_center, key, depth, out), links, out)
}

fn languages(
    help_center: &HelpCenter,
    key: ItemKey,
    depth: usize,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let Some(item) = help_center.items.get(&key) else { return Ok(()) };
    let draft = if item.draft { " (draft)" } else { "" };
    let translations: Vec<String> = item.translations.iter().map(translation).collect();
    let arrow = if translations.is_empty() { "" } else { " → " };
    writeln!(out, "{}{}{draft}{arrow}{}", "  ".repeat(depth), item.source_locale, translations.join(", "))
}

fn translation((locale, translation): (&Locale, &crate::observed::Translation)) -> String {
    match (translation.draft, translation.outdated) {
        (true, _) => format!("{locale} (draft)"),
        (false, true) => format!("{locale} (outdated)"),
        (false, false) => locale.to_string(),
    }
}

fn document(help_center: &HelpCenter) -> Document {
    let item = |item: &Item| ItemDocument {
        kind: item.key.kind,
        id: item.key.id,
        title: item.title.clone(),
        url: item.url.clone(),
        section: item.section,
        category: help_center.category_of(item),
        source_locale: item.source_locale.clone(),
        draft: item.draft,
        labels: item.labels.clone(),
        words: item.source.as_ref().map(|source| source.words),
        translations: item.translations.keys().cloned().collect(),
    };
    Document { format_version: json::FORMAT_VERSION, items: help_center.items.values().map(item).collect() }
}
