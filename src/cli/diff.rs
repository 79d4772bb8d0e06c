//! `zencat diff`: what Smartcat holds of an item in one language, against what stands in Zendesk. Nothing is written:
//! an export is a task that only prepares what is then read.

use crate::apply;
use crate::apply::ExportOf;
use crate::content::Segmented;
use crate::content::Text;
use crate::content::Unit;
use crate::content::UnitKey;
use crate::content::attachment_blind_hash;
use crate::content::links;
use crate::content::locjson;
use crate::id::ItemKey;
use crate::id::Locale;
use crate::id::WorkflowName;
use crate::manifest::LinkPolicy;
use crate::observe;
use crate::observed::Document;
use crate::observed::Item;
use crate::observed::Parse;
use crate::plan::Action;
use crate::plan::Step;
use crate::plan::Take;
use crate::report::diff;
use crate::report::diff::Block;
use crate::report::diff::DiffView;
use crate::report::diff::Part;
use crate::report::json;

use super::advice::service;
use super::args::Common;
use super::args::DiffArgs;
use super::args::SelectionArgs;
use super::args::TextOrJson;
use super::environment::Access;
use super::error::CommandError;
use super::error::Kind;
use super::exit::Exit;
use super::session::Clients;
use super::session::Situation;
use super::session::Workspace;
use super::session::all_enabled;
use super::session::shown_item;
use super::ui::Ui;
use super::unwritten;

pub(super) async fn run(ui: &Ui, common: &Common, args: &DiffArgs) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(ui, &common.file)?;
    let clients = Clients::from_environment(ui, &workspace, Access::Read, common)?;
    let situation = Situation::find(ui, &workspace, &clients, &SelectionArgs::default()).await?;
    let locale = Locale::new(&args.language);
    let item = item(&situation, args.item, &locale)?;
    let comparison =
        Comparison { workspace: &workspace, clients: &clients, situation: &situation, item, locale };
    let view = comparison.view(Wanted::Translation).await?;
    ui.data(|out| match args.format {
        TextOrJson::Text => ui.fitted(out, |out| diff::text(&view, out)),
        TextOrJson::Json => json::print(&diff::document(&view), out),
    })
    .map_err(unwritten)?;
    Ok(Exit::Done)
}

/// Comparisons that `plan --diff` makes at most: each takes exports that have to be waited for.
const MOST_OF_PLAN: usize = 20;

/// What a plan changes: the sources that it sends again, the translations that it replaces. With it comes how many
/// comparisons were not made.
pub(super) async fn of_plan(
    workspace: &Workspace,
    clients: &Clients,
    situation: &Situation,
) -> Result<(Vec<DiffView>, usize), CommandError> {
    let subjects = subjects(situation);
    let mut views = Vec::new();
    for (item, locale, wanted) in subjects.iter().take(MOST_OF_PLAN) {
        let (item, locale) = (*item, locale.clone());
        let comparison = Comparison { workspace, clients, situation, item, locale };
        views.push(comparison.view(*wanted).await?);
    }
    Ok((views, subjects.len().saturating_sub(MOST_OF_PLAN)))
}

/// A changed source is one for all languages: it is compared once.
fn subjects(situation: &Situation) -> Vec<(&Item, Locale, Wanted)> {
    let items = &situation.observed.help_center.items;
    let subject = |step: &Step| {
        let wanted = match &step.action {
            Action::UpdateDocument(_) => Wanted::Source,
            Action::SendTranslation(send) if send.replaces.is_some() => Wanted::Translation,
            Action::CreateProject(_)
            | Action::UpdateProject(_)
            | Action::AddLanguage(_)
            | Action::CreateDocument(_)
            | Action::ImportTranslation(_)
            | Action::Assign(_)
            | Action::CompleteDocument(_)
            | Action::SendTranslation(_)
            | Action::RetireDocument(_) => return None,
        };
        let locale = step.action.languages().first().map(|locale| Locale::new(locale))?;
        Some((items.get(&step.action.item()?)?, locale, wanted))
    };
    situation.plan.steps.iter().filter_map(subject).collect()
}

/// The item, if both it and the language are there to be compared.
fn item<'a>(situation: &'a Situation, key: ItemKey, locale: &Locale) -> Result<&'a Item, CommandError> {
    let help_center = &situation.observed.help_center;
    let item = shown_item(help_center, key)?;
    all_enabled(help_center, std::slice::from_ref(locale))?;
    if item.source_locale == *locale {
        let message =
            format!("`{locale}` is what {key} is written in; name a language that it is translated into");
        return Err(CommandError::new(Kind::Usage, message));
    }
    Ok(item)
}

/// A document of the item, and the workflow that it goes through.
#[derive(Clone, Copy)]
struct Held<'a> {
    document: &'a Document,
    workflow: &'a WorkflowName,
}

struct Comparison<'a> {
    workspace: &'a Workspace,
    clients: &'a Clients,
    situation: &'a Situation,
    item: &'a Item,
    locale: Locale,
}

impl Comparison<'_> {
    /// The comparisons up to the one that is wanted.
    async fn view(&self, wanted: Wanted) -> Result<DiffView, CommandError> {
        let held = self.held();
        let (source, translation) = self.in_zendesk().await?;
        let sent = match held {
            Some(held) => self.sent(held.document).await?,
            None => Err(self.no_document()),
        };
        let source_part = match (&sent, &source) {
            (Ok(sent), Some(source)) => both(sent_blocks(sent), blocks(source), 0),
            (Err(why), _) => Part::Missing(why.clone()),
            (Ok(_), None) => Part::Missing("Zendesk does not show the source any more".to_owned()),
        };
        let translation = match wanted {
            Wanted::Source => None,
            Wanted::Translation => Some(self.translation(held, &sent, source, translation).await?),
        };
        Ok(DiffView {
            item: self.item.key,
            title: self.item.title.clone(),
            source_locale: self.item.source_locale.clone(),
            locale: self.locale.clone(),
            document: held.map(|held| held.document.id.to_string()),
            source: source_part,
            translation,
        })
    }

    async fn translation(
        &self,
        held: Option<Held<'_>>,
        sent: &Result<Vec<(UnitKey, String)>, String>,
        source: Option<Text>,
        translation: Option<Text>,
    ) -> Result<Part, CommandError> {
        match (held, sent) {
            (Some(held), Ok(sent)) => self.translations(held, sent, source, translation).await,
            (None, Ok(_)) => Ok(Part::Missing(self.no_document())),
            (_, Err(why)) => Ok(Part::Missing(match translation {
                Some(_) => format!("{why}; a translation stands in Zendesk"),
                None => format!("{why}; none stands in Zendesk either"),
            })),
        }
    }

    /// The document that the plan speaks of; else any of the item in this language.
    fn held(&self) -> Option<Held<'_>> {
        let language = self.workspace.manifest.locales.language(&self.locale)?;
        let Situation { observed, plan, .. } = self.situation;
        let planned = plan
            .pairs
            .iter()
            .find(|pair| pair.item == self.item.key && *pair.language == *self.locale.as_str())
            .and_then(|pair| pair.document.as_ref());
        let all = observed.projects.iter().flat_map(|project| {
            let files = project.files.iter().filter(|file| file.item == self.item.key);
            files
                .filter_map(|file| file.documents.get(&language))
                .map(|document| Held { document, workflow: &project.workflow })
        });
        let all: Vec<Held<'_>> = all.collect();
        all.iter().find(|held| Some(&held.document.id) == planned).or(all.first()).copied()
    }

    fn no_document(&self) -> String {
        format!("Smartcat holds no document of {} in {}", self.item.key, self.locale)
    }

    /// Source and translation as they stand in Zendesk.
    async fn in_zendesk(&self) -> Result<(Option<Text>, Option<Text>), CommandError> {
        let locales = [self.item.source_locale.clone(), self.locale.clone()];
        let found = self.clients.zendesk.translations(self.item.key, &locales).await.map_err(service)?;
        let found = found.unwrap_or_default();
        let text = |locale: &Locale| {
            let translation = found.iter().find(|translation| translation.locale == *locale);
            translation.cloned().map(observe::text_of)
        };
        Ok((text(&self.item.source_locale), text(&self.locale)))
    }

    /// The source that a document holds, unit by unit; or why it cannot be shown.
    async fn sent(
        &self,
        document: &Document,
    ) -> Result<Result<Vec<(UnitKey, String)>, String>, CommandError> {
        match document.parse {
            Parse::Done => {}
            Parse::InProgress => return Ok(Err("Smartcat is still reading the file".to_owned())),
            Parse::Failed => return Ok(Err("Smartcat could not read the file that it was sent".to_owned())),
        }
        let bytes = self.exported(ExportOf::Source(&document.id)).await?;
        Ok(bytes.and_then(|bytes| {
            locjson::sources(&bytes)
                .map_err(|error| format!("Smartcat's source file cannot be read: {error}"))
        }))
    }

    async fn exported(&self, of: ExportOf<'_>) -> Result<Result<Vec<u8>, String>, CommandError> {
        apply::to_look_at(&self.clients.smartcat, of).await.map_err(service)
    }

    async fn translations(
        &self,
        held: Held<'_>,
        sent: &[(UnitKey, String)],
        source: Option<Text>,
        translation: Option<Text>,
    ) -> Result<Part, CommandError> {
        let Some(translation) = translation else {
            let why = format!(
                "there is a document in Smartcat, but no translation into {} in Zendesk",
                self.locale
            );
            return Ok(Part::Missing(why));
        };
        let documents = std::slice::from_ref(&held.document.id);
        let bytes = match self.exported(ExportOf::Translations(documents, Take::Current)).await? {
            Ok(bytes) => bytes,
            Err(why) => return Ok(Part::Missing(why)),
        };
        let reading = match locjson::read(&bytes) {
            Ok(reading) => reading,
            Err(error) => return Ok(Part::Missing(format!("Smartcat's file cannot be read: {error}"))),
        };
        // On the page of today's source, as it would be sent; only with links of the target locale is it comparable.
        let page = source.and_then(|source| Segmented::of(&source).assemble(&reading.units).ok());
        let smartcat = match page {
            Some(mut page) => {
                page.body = self.localised(held.workflow, &page.body);
                blocks(&page)
            }
            None => {
                let translated = sent.iter().map(|(key, source)| {
                    let text = reading.units.get(key).unwrap_or(source);
                    self.localised(held.workflow, text)
                });
                sent.iter().zip(translated).map(|((key, _), text)| block(key, text)).collect()
            }
        };
        Ok(both(smartcat, blocks(&translation), reading.untranslated.len()))
    }

    /// Links as a delivery would set them.
    fn localised(&self, workflow: &WorkflowName, html: &str) -> String {
        let policy = self.workspace.manifest.workflows.get(workflow).map(|workflow| workflow.links);
        if policy != Some(LinkPolicy::Localize) {
            return html.to_owned();
        }
        let items = &self.situation.observed.help_center.items;
        let is_published = |key: &ItemKey| {
            let translation = items.get(key).and_then(|item| item.translations.get(&self.locale));
            translation.is_some_and(|translation| !translation.draft)
        };
        let targets: Vec<ItemKey> = links::linked_items(html).into_iter().filter(is_published).collect();
        links::localise(html, &self.item.source_locale, &self.locale, &targets)
    }
}

fn both(smartcat: Vec<Block>, zendesk: Vec<Block>, untranslated: usize) -> Part {
    Part::Both { smartcat, zendesk, untranslated }
}

fn blocks(text: &Text) -> Vec<Block> {
    let block_of = |unit: &Unit| block(&unit.key, unit.text.clone());
    Segmented::of(text).units().iter().map(block_of).collect()
}

fn sent_blocks(sent: &[(UnitKey, String)]) -> Vec<Block> {
    sent.iter().map(|(key, text)| block(key, text.clone())).collect()
}

/// A block. Two of them are the same when they say the same: Zendesk rewrites markup that means nothing, and gives
/// every translation attachments of its own (zendesk-help-center.md §3.7).
fn block(key: &UnitKey, text: String) -> Block {
    let compared = match *key == UnitKey::title() {
        true => Text { title: text.clone(), body: String::new() },
        false => Text { title: String::new(), body: text.clone() },
    };
    Block { key: attachment_blind_hash(&compared).to_string(), text }
}

#[derive(Clone, Copy)]
enum Wanted {
    Source,
    Translation,
}
