//! `zencat explain`: what decides about an item, what was found, and what happens next; or what a code means.

use std::io::Write;

use crate::content::ContentHash;
use crate::desired;
use crate::diag::Code;
use crate::id::ItemKey;
use crate::id::Locale;
use crate::manifest::SendWhen;
use crate::manifest::Verdict;
use crate::manifest::rules::Scope;
use crate::manifest::suggest::did_you_mean;
use crate::observed::File;
use crate::observed::Item;
use crate::plan::HeldCode;
use crate::plan::Pair;
use crate::plan::PairState;
use crate::plan::Step;
use crate::report::capital;
use crate::report::held;
use crate::report::look;
use crate::report::pairs::state_words;
use crate::report::safe;
use crate::report::title_of;
use crate::report::wrap;

use super::args::Common;
use super::args::ExplainArgs;
use super::args::SelectionArgs;
use super::environment::Access;
use super::error::CommandError;
use super::error::Kind;
use super::exit::Exit;
use super::session::Clients;
use super::session::Situation;
use super::session::Workspace;
use super::session::shown_item;
use super::ui::Ui;
use super::unwritten;

pub(super) async fn run(ui: &Ui, common: &Common, args: &ExplainArgs) -> Result<Exit, CommandError> {
    if let Some(code) = HeldCode::ALL.iter().find(|code| code.as_str() == args.subject) {
        return code_page(
            ui,
            &args.subject,
            "A pair that is left alone.",
            &(capital(&held::explain(*code)) + "."),
        );
    }
    match (Code::find(&args.subject), args.subject.parse::<ItemKey>()) {
        (Some(code), _) => code_page(ui, &args.subject, code.summary(), code.explain()),
        (None, Ok(item)) => item_page(ui, common, item, args.language.as_deref()).await,
        (None, Err(error)) => Err(unknown(&args.subject, &error.to_string())),
    }
}

/// What is near is told, and all codes where nothing is.
fn unknown(subject: &str, expected: &str) -> CommandError {
    let diagnostics: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let held: Vec<&str> = HeldCode::ALL.iter().map(|code| code.as_str()).collect();
    let error =
        CommandError::new(Kind::Usage, format!("{expected}, or the code of a diagnostic or of a held pair"));
    match did_you_mean(subject, diagnostics.iter().chain(&held).copied()) {
        Some(question) => error.hint(question),
        None => error
            .hint(format!("codes of diagnostics are {}", diagnostics.join(", ")))
            .hint(format!("codes of held pairs are {}", held.join(", "))),
    }
}

fn code_page(ui: &Ui, code: &str, summary: &str, text: &str) -> Result<Exit, CommandError> {
    show_page(ui, &format!("{code}: {summary}\n\n{text}\n"))
}

fn show_page(ui: &Ui, page: &str) -> Result<Exit, CommandError> {
    let width = ui.page_width();
    let lines: String = page.split_inclusive('\n').map(|line| wrap::paragraph(line, width, 0)).collect();
    ui.data(|out| out.write_all(lines.as_bytes())).map_err(unwritten)?;
    Ok(Exit::Done)
}

async fn item_page(
    ui: &Ui,
    common: &Common,
    key: ItemKey,
    locale: Option<&str>,
) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(ui, &common.file)?;
    let clients = Clients::from_environment(ui, &workspace, Access::Read, common)?;
    let situation = Situation::find(ui, &workspace, &clients, &SelectionArgs::default()).await?;
    let item = shown_item(&situation.observed.help_center, key)?;
    let page = Page { workspace: &workspace, situation: &situation, item };
    ui.data(|out| ui.fitted(out, |out| page.write(locale.map(Locale::new), out))).map_err(unwritten)?;
    Ok(Exit::Done)
}

struct Page<'a> {
    workspace: &'a Workspace,
    situation: &'a Situation,
    item: &'a Item,
}

impl Page<'_> {
    fn write(&self, locale: Option<Locale>, out: &mut dyn Write) -> std::io::Result<()> {
        let Self { situation, item, .. } = self;
        writeln!(out, "{} \"{}\"", item.key, title_of(&situation.observed.help_center, item.key))?;
        match &item.source {
            Some(source) => writeln!(
                out,
                "  source       {} in {}, {} words",
                short(&source.hash),
                item.source_locale,
                source.words
            )?,
            None => writeln!(out, "  source       not in Zendesk's answer")?,
        }
        let locales = match locale {
            Some(locale) => vec![locale],
            None => self.locales(),
        };
        if locales.is_empty() {
            writeln!(out, "\nNo rule speaks of it, and nothing of it is in Smartcat.")?;
        }
        locales.iter().try_for_each(|locale| self.language(locale, out))
    }

    /// The locales that a rule names for the item, or that it has a document in.
    fn locales(&self) -> Vec<Locale> {
        let scope = Scope::new(&self.workspace.manifest.rules);
        let sections = self.situation.observed.help_center.sections_of(self.item);
        let resolution =
            scope.resolve(&desired::subject(&self.situation.observed.help_center, self.item, &sections));
        let decided = resolution.decisions.iter().map(|decision| decision.locale.clone());
        let mut locales: Vec<Locale> =
            decided.chain(self.pairs().map(|pair| Locale::new(&pair.language))).collect();
        locales.sort();
        locales.dedup();
        locales
    }

    fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.situation.plan.pairs.iter().filter(|pair| pair.item == self.item.key)
    }

    fn language(&self, locale: &Locale, out: &mut dyn Write) -> std::io::Result<()> {
        writeln!(out, "\n{locale}")?;
        self.rules(locale, out)?;
        if let Some(translation) = self.item.translations.get(locale) {
            let marks = [(translation.draft, "draft"), (translation.outdated, "flagged as outdated")];
            let marks: String =
                marks.iter().filter(|(is, _)| *is).map(|(_, mark)| format!(", {mark}")).collect();
            writeln!(out, "  in Zendesk   {}{marks}", short(&translation.hash))?;
        } else {
            writeln!(out, "  in Zendesk   no translation")?;
        }
        let pair = self.pairs().find(|pair| *pair.language == *locale.as_str());
        self.document(locale, pair, out)?;
        match pair {
            Some(pair) => writeln!(out, "  state        {}", state_words(pair.state))?,
            None => writeln!(out, "  state        out of scope")?,
        }
        self.next(locale, pair, out)
    }

    /// The rule that decides, and those that it overrides.
    fn rules(&self, locale: &Locale, out: &mut dyn Write) -> std::io::Result<()> {
        let manifest = &self.workspace.manifest;
        let scope = Scope::new(&manifest.rules);
        let help_center = &self.situation.observed.help_center;
        let sections = help_center.sections_of(self.item);
        let trace = scope.trace(&desired::subject(help_center, self.item, &sections), locale);
        let path = safe::line(&self.situation.header.path);
        for (index, number) in trace.into_iter().enumerate() {
            let Some(rule) = manifest.rules.get(number) else { continue };
            let what = match &rule.verdict {
                Verdict::Translate { workflow, hold: false, .. } => {
                    format!("translated through `{workflow}`")
                }
                Verdict::Translate { workflow, hold: true, .. } => format!("`{workflow}`, on hold"),
                Verdict::Exclude => "excluded".to_owned(),
            };
            let role = if index == 0 { "decided by  " } else { "overridden  " };
            writeln!(out, "  {role} {path}:{} ({what})", rule.place)?;
        }
        Ok(())
    }

    /// What Smartcat holds, and what the receipt says of it.
    fn document(&self, locale: &Locale, pair: Option<&Pair>, out: &mut dyn Write) -> std::io::Result<()> {
        let Some(file) = pair.and_then(|pair| self.file(pair)) else {
            return writeln!(out, "  in Smartcat  no document");
        };
        if let Some(pair) = pair
            && let (Some(document), Some(progress)) = (&pair.document, pair.progress)
        {
            writeln!(out, "  in Smartcat  document {document}, {progress} % done")?;
        }
        match &file.receipt.source {
            Some(source) => writeln!(out, "  holds source {}", source.hash)?,
            None => writeln!(out, "  holds source unknown: its receipt cannot be read")?,
        }
        let language = self.workspace.manifest.locales.language(locale);
        let known = language.and_then(|language| file.receipt.languages.get(&language));
        if let Some(known) = known {
            for (name, hash) in [("delivered   ", &known.out), ("accepted    ", &known.tgt)] {
                if let Some(hash) = hash {
                    writeln!(out, "  {name} {hash}")?;
                }
            }
        }
        Ok(())
    }

    fn file(&self, pair: &Pair) -> Option<&File> {
        let id = pair.document.as_ref()?;
        let files = self.situation.observed.projects.iter().flat_map(|project| &project.files);
        files.into_iter().find(|file| file.documents.values().any(|document| document.id == *id))
    }

    /// What the next apply does, what holds the pair, or what is waited for.
    fn next(&self, locale: &Locale, pair: Option<&Pair>, out: &mut dyn Write) -> std::io::Result<()> {
        let plan = &self.situation.plan;
        let is_about = |step: &&Step| {
            step.action.item() == Some(self.item.key) && step.action.languages().contains(&locale.as_str())
        };
        for step in plan.steps.iter().filter(is_about) {
            let (_, verb) = look(&step.action);
            writeln!(out, "  next         {verb}: {}", safe::line(&step.reason))?;
        }
        for held in
            plan.held.iter().filter(|held| held.item == self.item.key && *held.language == *locale.as_str())
        {
            writeln!(out, "  held         {}: {}", held.code.as_str(), safe::line(&held.reason))?;
            if let Some(remedy) = held::remedy(held.code) {
                writeln!(out, "  what to do   {remedy}")?;
            }
        }
        let is_idle = !plan.steps.iter().any(|step| is_about(&step));
        match pair.map(|pair| (pair.state, self.workspace.manifest.workflows.get(&pair.workflow))) {
            Some((PairState::InProgress, Some(workflow))) if is_idle => {
                writeln!(out, "  next         Smartcat is at work; it is sent {}", when(&workflow.send_when))
            }
            Some((PairState::UpToDate, _)) => {
                writeln!(out, "  next         nothing, until the source or the translation changes")
            }
            _ => Ok(()),
        }
    }
}

fn when(send_when: &SendWhen) -> String {
    match send_when {
        SendWhen::Completed => "when all stages are done".to_owned(),
        SendWhen::Confirmed => "when one stage is done".to_owned(),
        SendWhen::Stage(_, stage) => format!("when the stage `{}` is done", stage.as_str()),
        SendWhen::Current => "as soon as there is a text".to_owned(),
    }
}

fn short(hash: &ContentHash) -> String {
    hash.short()
}
