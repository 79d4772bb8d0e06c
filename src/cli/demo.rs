//! `zencat demo`: the whole loop on an embedded sandbox, told as it goes.

use std::io::Write;
use std::time::Duration;

use anstyle::AnsiColor;
use anstyle::Style;

use crate::apply;
use crate::apply::Outcome;
use crate::apply::StepOutcome;
use crate::apply::Stop;
use crate::apply::Watch;
use crate::content::Segmented;
use crate::id::ItemKey;
use crate::id::Locale;
use crate::observe;
use crate::plan::Step;
use crate::remote::Options;
use crate::remote::Secret;
use crate::remote::zendesk::Credentials;
use crate::report::OutcomeView;
use crate::report::Used;
use crate::report::safe;
use crate::report::status;
use crate::report::text;
use crate::sandbox;
use crate::sandbox::Sandbox;

use super::advice::service;
use super::args::SelectionArgs;
use super::environment::SmartcatCredentials;
use super::error::CommandError;
use super::error::Kind;
use super::exit::Exit;
use super::session::Clients;
use super::session::Situation;
use super::session::Workspace;
use super::ui::Ui;
use super::unwritten;

/// The manifest of the quick start; only the addresses of the sandbox are put in.
const MANIFEST: &str = include_str!("../../examples/quickstart/zencat.yaml");
const ZENDESK: &str = "http://127.0.0.1:8801";
const SMARTCAT: &str = "http://127.0.0.1:8802";

const HEADING: Style = AnsiColor::Blue.on_default().bold();

/// The article whose translation is shown beside its source, and the language.
const SHOWN: (ItemKey, &str) = (ItemKey { kind: crate::id::ItemKind::Article, id: 360_001_234_567 }, "fr");

/// Time that the sandbox's clock is moved on by while machines and people translate.
const WORK: Duration = Duration::from_secs(3_600);

/// How fast the sandbox's clock goes.
const SPEED: u32 = 20;

/// Width of one side of the comparison.
const SIDE: usize = 52;

pub(super) async fn run(ui: &Ui) -> Result<Exit, CommandError> {
    let mut options = sandbox::Options::default();
    // Nobody has to wait for limits in a demonstration, nor for what takes Smartcat a second or two.
    options.smartcat.rate_limit = None;
    options.clock = sandbox::ClockMode::Real { start: sandbox::START, speed: SPEED };
    let sandbox = Sandbox::start(options)
        .await
        .map_err(|error| CommandError::caused(Kind::Service, "the embedded sandbox cannot start", &error))?;
    let demo = Demo::new(ui, &sandbox)?;
    let exit = demo.tell(&sandbox).await?;
    sandbox.stop().await;
    Ok(exit)
}

struct Demo<'a> {
    ui: &'a Ui,
    workspace: Workspace,
    clients: Clients,
}

impl<'a> Demo<'a> {
    fn new(ui: &'a Ui, sandbox: &Sandbox) -> Result<Self, CommandError> {
        let manifest =
            MANIFEST.replace(ZENDESK, &sandbox.zendesk_url()).replace(SMARTCAT, &sandbox.smartcat_url());
        let workspace = Workspace::parse(ui, "zencat.yaml".to_owned(), manifest)?;
        let options = Options { smartcat_per_second: 1_000, ..Options::default() };
        let zendesk = Credentials::ClientCredentials {
            id: sandbox::zendesk::CLIENT_ID.to_owned(),
            secret: Secret::new(sandbox::zendesk::CLIENT_SECRET),
            scope: "hc:read hc:write".to_owned(),
        };
        let smartcat = SmartcatCredentials {
            account_id: sandbox::SMARTCAT_ACCOUNT_ID.to_owned(),
            api_key: Secret::new(sandbox::SMARTCAT_API_KEY),
        };
        let clients = Clients::with(&workspace.manifest, zendesk, smartcat, &options)?;
        Ok(Self { ui, workspace, clients })
    }

    async fn tell(&self, sandbox: &Sandbox) -> Result<Exit, CommandError> {
        self.chapter("A help center, and a Smartcat account (simulated, on this machine)", |out| {
            writeln!(out, "  Zendesk   {}\n  Smartcat  {}", sandbox.zendesk_url(), sandbox.smartcat_url())
        })?;
        self.chapter("zencat.yaml: the manifest, in git", manifest)?;
        let first = self.find().await?;
        self.chapter("zencat plan", |out| text::plan(first.view(), out))?;
        self.apply("zencat apply: Smartcat gets the texts", &first).await?;

        sandbox.advance(WORK);
        let working = self.find().await?;
        self.chapter("zencat status: the machine has translated, people review", |out| {
            status::text(working.view(), &status::Shape::default(), out)
        })?;
        sandbox.smartcat(|smartcat, now| smartcat.finish_all(now));
        sandbox.advance(WORK);

        let ready = self.find().await?;
        self.chapter("The reviewers are done. zencat plan", |out| text::plan(ready.view(), out))?;
        self.apply("zencat apply: the translations go to Zendesk", &ready).await?;
        self.side_by_side().await?;

        let last = self.find().await?;
        self.chapter("zencat plan, once more", |out| text::plan(last.view(), out))?;
        match last.plan.is_empty() {
            true => Ok(Exit::Done),
            false => {
                Err(CommandError::new(Kind::Service, "the last plan of the demo should be empty, and is not"))
            }
        }
    }

    async fn find(&self) -> Result<Situation, CommandError> {
        Situation::find(self.ui, &self.workspace, &self.clients, &SelectionArgs::default()).await
    }

    async fn apply(&self, title: &str, situation: &Situation) -> Result<(), CommandError> {
        let services = super::apply::services(&self.clients)?;
        let before = super::apply::used(&self.clients);
        let owner = &self.workspace.owner;
        let (steps, stop) = (&situation.plan.steps, Stop::default());
        let outcome = apply::apply(&services, owner, &situation.observed, steps, &stop, &Silent).await;
        let requests = since(before, super::apply::used(&self.clients));
        self.show_outcome(title, situation, &outcome, requests)
    }

    fn show_outcome(
        &self,
        title: &str,
        situation: &Situation,
        outcome: &Outcome,
        requests: Used,
    ) -> Result<(), CommandError> {
        let digest = situation.plan.digest();
        let view = OutcomeView { plan: situation.view(), digest: &digest, outcome, stale: &[], requests };
        self.chapter(title, |out| text::outcome(view, out))?;
        match outcome.is_success() {
            true => Ok(()),
            false => {
                Err(CommandError::new(Kind::Service, "a step of the demo failed; its line above says why"))
            }
        }
    }

    /// A source and its translation, block by block.
    async fn side_by_side(&self) -> Result<(), CommandError> {
        let (item, locale) = SHOWN;
        let locales = [Locale::new("en-us"), Locale::new(locale)];
        let found =
            self.clients.zendesk.translations(item, &locales).await.map_err(service)?.unwrap_or_default();
        let text = |locale: &Locale| {
            let translation = found.iter().find(|translation| translation.locale == *locale);
            translation.cloned().map(observe::text_of).unwrap_or_default()
        };
        let (source, translation) = (text(&locales[0]), text(&locales[1]));
        self.chapter("What stands in Zendesk now: the source, and its translation", |out| {
            let (left, right) = (Segmented::of(&source), Segmented::of(&translation));
            for (left, right) in left.units().iter().zip(right.units()) {
                let (left, right) = (safe::short(&left.text, SIDE), safe::short(&right.text, SIDE));
                let gap = " ".repeat(SIDE.saturating_sub(left.chars().count()));
                writeln!(out, "  {left}{gap} │ {right}")?;
            }
            Ok(())
        })
    }

    fn chapter(
        &self,
        title: &str,
        content: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<(), CommandError> {
        self.ui
            .data(|out| {
                writeln!(out, "{HEADING}── {title}{HEADING:#}\n")?;
                content(out)?;
                writeln!(out)
            })
            .map_err(unwritten)
    }
}

fn manifest(out: &mut dyn Write) -> std::io::Result<()> {
    MANIFEST.lines().filter(|line| !line.starts_with('#')).try_for_each(|line| writeln!(out, "  {line}"))
}

fn since(before: Used, now: Used) -> Used {
    let count = |before: crate::report::Count, now: crate::report::Count| crate::report::Count {
        reads: now.reads - before.reads,
        writes: now.writes - before.writes,
    };
    Used { zendesk: count(before.zendesk, now.zendesk), smartcat: count(before.smartcat, now.smartcat) }
}

/// Shows nothing: the outcome tells it all.
struct Silent;

impl Watch for Silent {
    fn ended(&self, _: &Step, _: &StepOutcome) {}
}
