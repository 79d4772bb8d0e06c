//! `zencat check`: credentials, permissions, locales, rate limits, and the Smartcat account. It reads, and says what
//! is missing and how to get it.

use std::collections::BTreeSet;
use std::io::Write;

use anstyle::AnsiColor;
use anstyle::Style;
use serde::Serialize;

use crate::diag::Severity;
use crate::id::Locale;
use crate::observe;
use crate::remote::RemoteError;
use crate::remote::zendesk::Access;
use crate::report::json;
use crate::report::json::ErrorDocument;
use crate::report::number;
use crate::report::safe;

use super::account;
use super::advice;
use super::args::CheckArgs;
use super::args::Common;
use super::args::TextOrJson;
use super::assignees::Names;
use super::environment;
use super::error::CommandError;
use super::exit::Exit;
use super::session::Clients;
use super::session::Workspace;
use super::session::unobserved;
use super::ui::ERROR;
use super::ui::Ui;
use super::unwritten;

const GOOD: Style = AnsiColor::Green.on_default();
const DOUBTFUL: Style = AnsiColor::Yellow.on_default();

/// One thing that was looked at.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    verdict: Verdict,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hints: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Ok,
    Warning,
    Failed,
}

#[derive(Serialize)]
struct Document {
    format_version: u32,
    ok: bool,
    findings: Vec<Finding>,
}

pub(super) async fn run(ui: &Ui, common: &Common, args: &CheckArgs) -> Result<Exit, CommandError> {
    let findings = findings(ui, common).await?;
    let ok = findings.iter().all(|finding| finding.verdict != Verdict::Failed);
    ui.data(|out| match args.format {
        TextOrJson::Text => ui.fitted(out, |out| text(&findings, out)),
        TextOrJson::Json => {
            json::print(&Document { format_version: json::FORMAT_VERSION, ok, findings }, out)
        }
    })
    .map_err(unwritten)?;
    Ok(if ok { Exit::Done } else { Exit::Failed })
}

/// What is there and what is missing: first what everything else needs, then what the services say.
async fn findings(ui: &Ui, common: &Common) -> Result<Vec<Finding>, CommandError> {
    let workspace = match Workspace::open(ui, &common.file) {
        Err(error) if error.has_places() => return Err(error),
        workspace => workspace,
    };
    match (workspace, environment::credentials(ui, environment::Access::Read, &environment::process)) {
        (Ok(workspace), Ok(credentials)) => {
            let clients = Clients::new(ui, &workspace, credentials, common)?;
            let _reading = ui.reading();
            let (zendesk, smartcat) =
                tokio::join!(zendesk(&workspace, &clients), smartcat(ui, &workspace, &clients));
            let assignees = assignees(&workspace, &clients).await;
            Ok(zendesk.into_iter().chain(smartcat).chain(assignees).collect())
        }
        (workspace, credentials) => Ok(vec![
            match credentials {
                Ok(_) => ok("Credentials", "all that are needed are set".to_owned()),
                Err(error) => Finding::failed("Credentials", error),
            },
            match workspace {
                Ok(_) => ok("Manifest", common.file.display().to_string()),
                Err(error) => Finding::failed("Manifest", error),
            },
        ]),
    }
}

fn text(findings: &[Finding], out: &mut dyn Write) -> std::io::Result<()> {
    findings.iter().try_for_each(|finding| finding.write(out))?;
    let failed = findings.iter().filter(|finding| finding.verdict == Verdict::Failed).count();
    let warned = findings.iter().any(|finding| finding.verdict == Verdict::Warning);
    match failed {
        0 if warned => writeln!(
            out,
            "\nNothing that a plan needs is missing; of the rest, see the hints. Next: zencat plan"
        ),
        0 => writeln!(out, "\nNothing that zencat needs is missing. Next: zencat plan"),
        _ => writeln!(out, "\nDo what the hints say, then: zencat check"),
    }
}

impl Finding {
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let (mark, style) = match self.verdict {
            Verdict::Ok => ("✓", GOOD),
            Verdict::Warning => ("!", DOUBTFUL),
            Verdict::Failed => ("✗", ERROR),
        };
        writeln!(out, "{style}{mark}{style:#} {:<22} {}", self.what, safe::line(&self.detail))?;
        for (index, cause) in self.causes.iter().enumerate() {
            writeln!(out, "    {}: {}", index + 1, safe::line(cause))?;
        }
        self.hints.iter().try_for_each(|hint| writeln!(out, "  hint: {}", safe::line(hint)))
    }

    /// A command that needs this would end with this error.
    fn failed(what: &'static str, error: CommandError) -> Self {
        let ErrorDocument { kind: _, message, causes, hints, diagnostics: _ } = error.document().error;
        Self { what, verdict: Verdict::Failed, detail: message, causes, hints }
    }

    /// Something that need not be a hindrance.
    fn doubtful(self) -> Self {
        Self { verdict: Verdict::Warning, ..self }
    }

    /// With this hint instead of those that a command would give.
    fn hint_only(self, hint: &str) -> Self {
        Self { hints: vec![hint.to_owned()], ..self }
    }
}

fn ok(what: &'static str, detail: String) -> Finding {
    Finding { what, verdict: Verdict::Ok, detail, causes: Vec::new(), hints: Vec::new() }
}

fn missing(what: &'static str, detail: String, hint: &str) -> Finding {
    Finding { verdict: Verdict::Failed, ..ok(what, detail) }.hint_only(hint)
}

fn refused(what: &'static str, error: RemoteError) -> Finding {
    Finding::failed(what, advice::service(error))
}

async fn zendesk(workspace: &Workspace, clients: &Clients) -> Vec<Finding> {
    let zendesk = &clients.zendesk;
    let locales = match zendesk.locales().await {
        Ok(locales) => locales,
        Err(error) => return vec![refused("Zendesk credentials", error)],
    };
    let mut findings = vec![user(clients).await, access(clients).await];
    let enabled: Vec<&str> = locales.locales.iter().map(Locale::as_str).collect();
    findings.push(ok("Zendesk locales", enabled.join(", ")));
    let unknown: BTreeSet<&str> = workspace
        .manifest
        .rules
        .iter()
        .flat_map(|rule| &rule.languages)
        .map(|(locale, _)| locale.as_str())
        .filter(|locale| !enabled.contains(locale))
        .collect();
    if !unknown.is_empty() {
        let unknown = unknown.into_iter().collect::<Vec<_>>().join(", ");
        let detail = format!("not enabled in the help center: {unknown}");
        findings.push(missing("Manifest's languages", detail, advice::LOCALES));
    }
    findings.push(match zendesk.rate_limit() {
        Some((limit, remaining)) => ok(
            "Zendesk rate",
            format!("{} requests a minute, {} left", number(limit.into()), number(remaining.into())),
        ),
        None => ok("Zendesk rate", "no limit was announced".to_owned()),
    });
    findings
}

async fn user(clients: &Clients) -> Finding {
    let what = "Zendesk user";
    match clients.zendesk.me().await {
        Ok(me) => {
            let role = me.role.as_deref().unwrap_or("of no role");
            ok(what, format!("{} ({role})", me.name))
        }
        // A token that may do nothing else than zencat needs may not ask this.
        Err(error) => refused(what, error).doubtful().hint_only(advice::NAMELESS),
    }
}

async fn access(clients: &Clients) -> Finding {
    let what = "Zendesk permissions";
    match clients.zendesk.access().await {
        Ok(Access::Ok) => ok(what, "a Guide admin".to_owned()),
        Ok(Access::Anonymous) => {
            let detail = "Zendesk takes these credentials for an anonymous visitor".to_owned();
            missing(what, detail, advice::GUIDE_ADMIN)
        }
        Ok(Access::Forbidden(error)) => refused(what, error).doubtful().hint_only(advice::GUIDE_ADMIN),
        Err(error) => refused(what, error),
    }
}

async fn smartcat(ui: &Ui, workspace: &Workspace, clients: &Clients) -> Vec<Finding> {
    let account = match clients.smartcat.account().await {
        Ok(account) => account,
        Err(error) => return vec![refused("Smartcat credentials", error)],
    };
    let mut findings = vec![ok("Smartcat account", format!("{} ({})", account.name, account.id))];
    if account.is_personal {
        let detail = "it is a personal account, which may not create projects by API".to_owned();
        findings.push(missing("Smartcat account", detail, advice::COMPANY_ACCOUNT));
    }
    findings.push(match clients.smartcat.balance().await {
        Ok(balance) => ok("Smartwords", number(u64::try_from(balance).unwrap_or_default())),
        Err(error) => refused("Smartwords", error).doubtful(),
    });
    findings.extend(names(ui, workspace, clients).await);
    findings
}

/// Whom the manifest assigns: whether Smartcat knows them all.
async fn assignees(workspace: &Workspace, clients: &Clients) -> Option<Finding> {
    let what = "Manifest's assignees";
    let manifest = &workspace.manifest;
    if manifest.workflows.values().all(|workflow| workflow.assign.is_empty()) {
        return None;
    }
    let (projects, _) = match observe::projects(&clients.smartcat, &workspace.owner).await {
        Ok(projects) => projects,
        Err(error) => return Some(Finding::failed(what, unobserved(error))),
    };
    let names = Names::of_manifest(manifest, &projects);
    let found = match names.find(&clients.smartcat).await {
        Ok(found) => found,
        Err(error) => return Some(refused(what, error)),
    };
    let unknown = names.missing(manifest, &found);
    if unknown.is_empty() {
        return Some(ok(what, "all of them are in Smartcat".to_owned()));
    }
    let unknown =
        unknown.iter().map(|problem| format!("line {}: {}", problem.place.place.line, problem.message));
    Some(missing(what, unknown.collect::<Vec<_>>().join("; "), advice::ASSIGNEES))
}

/// What the manifest names and the account does not have; where it stands in the manifest is told on stderr.
async fn names(ui: &Ui, workspace: &Workspace, clients: &Clients) -> Option<Finding> {
    let manifest = &workspace.manifest;
    let workflows = manifest.workflows.keys().collect();
    let unknown = account::unknown_names(ui, manifest, clients, &workflows, &[]).await;
    let worst = unknown.iter().map(|problem| problem.severity).min()?;
    let sentences: Vec<&str> = unknown.iter().map(|problem| problem.message.as_str()).collect();
    let finding = missing("Manifest's names", sentences.join("; "), advice::NAMES);
    let finding = if worst == Severity::Error { finding } else { finding.doubtful() };
    workspace.warn(ui, unknown);
    Some(finding)
}
