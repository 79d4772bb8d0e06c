//! `zencat sandbox`: the simulated services, for people and for other programs.

use std::time::Duration;

use crate::manifest::load;
use crate::sandbox::Fault;
use crate::sandbox::Options;
use crate::sandbox::Sandbox;
use crate::sandbox::seed;
use crate::sandbox::seed::CorpusOptions;
use crate::sandbox::seed::Seed;

use super::args::SandboxArgs;
use super::error::CommandError;
use super::error::Kind;
use super::exit::Exit;
use super::session::LARGEST_FILE;
use super::ui::Ui;
use super::unwritten;

/// How often people look for new work with `--finish`.
const WORK_EVERY: Duration = Duration::from_millis(500);

pub(super) async fn run(ui: &Ui, args: &SandboxArgs) -> Result<Exit, CommandError> {
    let sandbox = Sandbox::start(options(args)?).await.map_err(|error| {
        CommandError::caused(Kind::Service, "the sandbox cannot start", &error)
            .hint("another --ports, or 0 0 for any free ones")
    })?;
    ui.data(|out| {
        writeln!(out, "# The simulated services run until Ctrl-C. In another terminal:")?;
        for (name, value) in sandbox.settings() {
            writeln!(out, "export {name}={value}")?;
        }
        let (zendesk, smartcat) = (sandbox.zendesk_url(), sandbox.smartcat_url());
        writeln!(out, "# A first manifest, in an empty folder:")?;
        writeln!(out, "# zencat init --zendesk-url {zendesk} --smartcat-url {smartcat}")?;
        writeln!(out, "# Linguists finish their work when asked to:")?;
        writeln!(out, "# curl -X POST {}/_sandbox/smartcat/finish_all", sandbox.smartcat_url())
    })
    .map_err(unwritten)?;
    serve(&sandbox, args.finish).await;
    sandbox.stop().await;
    Ok(Exit::Done)
}

/// Serves until somebody interrupts.
async fn serve(sandbox: &Sandbox, finish: bool) {
    let mut tick = tokio::time::interval(WORK_EVERY);
    loop {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return,
            _ = tick.tick(), if finish => sandbox.smartcat(|state, now| { state.finish_all(now); }),
        }
    }
}

fn options(args: &SandboxArgs) -> Result<Options, CommandError> {
    let mut options = Options { seed: seed_of(args)?, ..Options::default() };
    if let [zendesk, smartcat] = args.ports[..] {
        options.ports = Some((zendesk, smartcat));
    }
    if args.limits {
        options.zendesk.rate_limit = Some(400);
    } else {
        options.smartcat.rate_limit = None;
    }
    if let Some(path) = &args.faults {
        let shown = path.display();
        let text = load::read_text(path, LARGEST_FILE)
            .map_err(|error| CommandError::caused(Kind::File, format!("{shown} cannot be read"), &error))?;
        let faults: Vec<Fault> = serde_json::from_str(&text).map_err(|error| {
            CommandError::caused(Kind::File, format!("{shown} is no list of faults"), &error)
        })?;
        options.faults = faults;
    }
    Ok(options)
}

/// The example help center, or one made from articles in files.
fn seed_of(args: &SandboxArgs) -> Result<Seed, CommandError> {
    if args.articles.is_empty() {
        return Ok(seed::example());
    }
    let mut lines = String::new();
    for path in &args.articles {
        let shown = path.display();
        let text = load::read_text(path, LARGEST_FILE)
            .map_err(|error| CommandError::caused(Kind::File, format!("{shown} cannot be read"), &error))?;
        lines.push_str(&text);
        lines.push('\n');
    }
    let options =
        CorpusOptions { source_locale: Some(args.source_locale.clone()), ..CorpusOptions::default() };
    let mut seed = seed::from_jsonl(&lines, &options)
        .map_err(|error| CommandError::new(Kind::File, format!("the articles cannot be used: {error}")))?;
    for locale in &args.locales {
        if !seed.locales.contains(locale) {
            seed.locales.push(locale.clone());
        }
    }
    Ok(seed)
}
