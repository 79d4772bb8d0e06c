//! `zencat init`: writes a first manifest and its lock from what exists. Both services are only read.

mod survey;

use std::path::Path;

use clap::ValueEnum;

use crate::id::Locale;
use crate::manifest::Manifest;
use crate::manifest::Origin;
use crate::manifest::Region;
use crate::manifest::in_name;
use crate::manifest::is_name;
use crate::manifest::load;
use crate::observe;
use crate::observed::HelpCenter;
use crate::owner::Owner;
use crate::remote::smartcat::SmartcatRead;
use crate::remote::zendesk::ZendeskRead;
use crate::report::counted;
use crate::report::first_manifest::FirstManifest;
use crate::report::first_manifest::Server;

use super::advice;
use super::args::Common;
use super::args::InitArgs;
use super::environment;
use super::environment::Access;
use super::error::CommandError;
use super::error::Kind;
use super::error::Problems;
use super::exit::Exit;
use super::scope;
use super::session;
use super::session::Workspace;
use super::session::unobserved;
use super::session::unusable;
use super::ui::Ui;
use super::unwritten;

use survey::Answers;

/// Where both services are, and under which name.
struct Places {
    zendesk: Origin,
    smartcat: Origin,
    server: Server,
    name: String,
}

pub(super) async fn run(ui: &Ui, common: &Common, args: &InitArgs) -> Result<Exit, CommandError> {
    refuse_to_overwrite(&common.file, args)?;
    let places = places(ui, args)?;
    let (zendesk, smartcat) = environment::credentials(ui, Access::Read, &environment::process)?;
    let options = session::options(ui, common.timeout)?;
    let reading = ui.reading();
    let zendesk = ZendeskRead::new(&places.zendesk.to_string(), zendesk, &options).map_err(unusable)?;
    let smartcat =
        SmartcatRead::new(&places.smartcat.to_string(), &smartcat.account_id, &smartcat.api_key, &options)
            .map_err(unusable)?;

    let (workflows, adopted) = (Vec::new(), Vec::new());
    let owner = Owner { name: places.name.clone(), host: places.zendesk.host(), workflows, adopted };
    let sight = observe::help_center(&zendesk, &owner, None).await.map_err(unobserved)?;
    session::tell(ui, &sight.notices);
    let help_center = sight.help_center;
    let projects = smartcat.all_projects().await.map_err(advice::service)?;
    drop(reading);

    let languages = languages(ui, &help_center, args)?;
    let Places { zendesk, smartcat: _, server, name } = places;
    let answers = Answers { name, zendesk: zendesk.to_string(), smartcat: server, languages };
    let first = survey::survey(answers, &help_center, &projects);
    first.left_out.iter().for_each(|sentence| ui.warning(sentence));
    let text = write(&first, &common.file, args)?;
    tell(ui, &first, &common.file)?;
    let workspace = Workspace::parse(ui, common.file.display().to_string(), text)?;
    scope::write_first(ui, &workspace, &help_center, args.force)?;
    Ok(Exit::Done)
}

fn refuse_to_overwrite(path: &Path, args: &InitArgs) -> Result<(), CommandError> {
    // What cannot be looked at may be there.
    if args.force || matches!(path.try_exists(), Ok(false)) {
        return Ok(());
    }
    Err(CommandError::new(Kind::Refused, format!("{} exists, and is left as it is", path.display()))
        .hint("--force replaces it; -f names another file"))
}

/// What the flags say; the rest is asked for, all at once where there is nobody to answer.
fn places(ui: &Ui, args: &InitArgs) -> Result<Places, CommandError> {
    let has_server = args.smartcat_url.is_some() || args.region.is_some();
    if !ui.can_ask() {
        let needed =
            [(args.zendesk_url.is_some(), "--zendesk-url"), (has_server, "--region (or --smartcat-url)")];
        let missing: Vec<&str> =
            needed.iter().filter(|(is_there, _)| !is_there).map(|(_, flag)| *flag).collect();
        if !missing.is_empty() {
            return Err(CommandError::new(Kind::Usage, format!("init needs {}", missing.join(" and ")))
                .hint("for example: zencat init --zendesk-url https://SUBDOMAIN.zendesk.com --region eu")
                .hint("on a terminal it asks for them"));
        }
    }
    let zendesk = match &args.zendesk_url {
        Some(url) => origin(url, "--zendesk-url")?,
        None => {
            origin(&ask(ui, "The help center's address (https://acme.zendesk.com)", None)?, "the address")?
        }
    };
    let (server, smartcat) = server(ui, args)?;
    let name = match &args.name {
        Some(name) => name.clone(),
        None if ui.can_ask() => {
            ask(ui, "A name, the owner mark on what zencat creates", Some(&name_for(&zendesk)))?
        }
        None => name_for(&zendesk),
    };
    match is_name(&name) {
        true => Ok(Places { zendesk, smartcat, server, name }),
        false => {
            Err(CommandError::new(Kind::Usage, format!("the name `{name}` is not 1 to 64 of a-z, 0-9 and -")))
        }
    }
}

fn server(ui: &Ui, args: &InitArgs) -> Result<(Server, Origin), CommandError> {
    if let Some(url) = &args.smartcat_url {
        let url = origin(url, "--smartcat-url")?;
        return Ok((Server::Url(url.to_string()), url));
    }
    let region = match args.region {
        Some(region) => region,
        None => {
            let answer = ask(ui, "Smartcat's region: eu, us or asia", Some(Region::Eu.as_str()))?;
            <Region as ValueEnum>::from_str(&answer, true).map_err(|_| {
                CommandError::new(
                    Kind::Usage,
                    format!("Smartcat has no region `{answer}`, only eu, us and asia"),
                )
            })?
        }
    };
    Ok((Server::Region(region), origin(region.url(), "the region")?))
}

/// An address, which people write without its scheme.
fn origin(text: &str, what: &str) -> Result<Origin, CommandError> {
    let text = text.trim();
    let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    Origin::parse(&full).map_err(|error| {
        CommandError::new(Kind::Usage, format!("{what} `{text}`: {error}"))
            .hint("for example https://acme.zendesk.com")
    })
}

/// A name from the address: its first label, in the characters that a name has.
fn name_for(zendesk: &Origin) -> String {
    let host = zendesk.host();
    let label = match zendesk.is_loopback() {
        true => "help-center",
        false => host.split(['.', ':']).next().unwrap_or_default(),
    };
    let name = in_name(label);
    if name.is_empty() { "help-center".to_owned() } else { name }
}

fn ask(ui: &Ui, question: &str, default: Option<&str>) -> Result<String, CommandError> {
    ui.ask(question, default).ok_or_else(|| {
        CommandError::new(Kind::Usage, format!("no answer to: {question}"))
            .hint("`zencat init --help` names the flags")
    })
}

/// The target locales: those of the flag, or an answer. A misspelt one must not look like one without translations.
fn languages(ui: &Ui, help_center: &HelpCenter, args: &InitArgs) -> Result<Vec<Locale>, CommandError> {
    let chosen = match args.languages.is_empty() && ui.can_ask() {
        true => {
            let offered: Vec<String> = survey::offered(help_center).iter().map(Locale::to_string).collect();
            match offered.is_empty() {
                true => Vec::new(),
                false => {
                    let answer = ask(ui, "Target languages", Some(&offered.join(",")))?;
                    answer.split([',', ' ']).filter(|text| !text.is_empty()).map(str::to_owned).collect()
                }
            }
        }
        false => args.languages.clone(),
    };
    let chosen: Vec<Locale> = chosen.iter().map(|text| Locale::new(text.trim())).collect();
    session::all_enabled(help_center, &chosen)?;
    Ok(chosen)
}

/// Writes the manifest, if it is one: whatever the services hold, a file that does not validate is not left behind.
fn write(first: &FirstManifest, path: &Path, args: &InitArgs) -> Result<String, CommandError> {
    let mut bytes = Vec::new();
    first.write(&mut bytes).map_err(unwritten)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let shown = path.display().to_string();
    if let Err(diagnostics) = Manifest::parse(&shown, &text) {
        return Err(CommandError::manifest(Problems { path: shown, text, diagnostics })
            .hint("zencat made this manifest itself and did not write it: please report it"));
    }
    refuse_to_overwrite(path, args)?;
    load::write_atomically(path, text.as_bytes()).map_err(|error| {
        CommandError::caused(Kind::File, format!("{} could not be written", path.display()), &error)
    })?;
    Ok(text)
}

fn tell(ui: &Ui, first: &FirstManifest, path: &Path) -> Result<(), CommandError> {
    ui.data(|out| {
        let categories = counted(first.categories.len() as u64, "category", "categories");
        writeln!(out, "{}: {categories}", path.display())?;
        match first.adopts_nothing() {
            true => writeln!(
                out,
                "No article is translated yet: the one rule is on hold until you write others."
            )?,
            false => writeln!(
                out,
                "{} of articles stay as they are; {} are new in the languages that exist.",
                counted(first.adopted() as u64, "translation", "translations"),
                counted(first.new_words(), "word", "words"),
            )?,
        }
        writeln!(out, "Read it, then: zencat check, zencat plan")
    })
    .map_err(unwritten)
}
