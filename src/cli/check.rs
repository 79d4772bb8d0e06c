//! `zencat check`: credentials, permissions, locales, rate limits, and the Smartcat account. It reads, and says what
//! is missing and how to get it.

use std::io::Write;

use serde::Serialize;

use crate::diag::Severity;
use crate::id::Locale;
use crate::observe;
use crate::remote::RemoteError;
use crate::remote::zendesk::Access;
use crate::report::json;
use crate::report::number;
use crate::report::safe;

use super::account;
use super::args::CheckArgs;
use super::args::Common;
use super::args::TextOrJson;
use super::assignees::Names;
use super::environment;
use super::error::CommandError;
use super::exit::Exit;
use super::session::Clients;
use super::session::Workspace;
use super::ui::Ui;
use super::unwritten;

/// One thing that was looked at.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    verdict: Verdict,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
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
    let workspace = Workspace::open(ui, &common.file)?;
    let clients = Clients::new(ui, &workspace, environment::Access::Read, common)?;
    let (zendesk, smartcat) = tokio::join!(zendesk(&workspace, &clients), smartcat(ui, &workspace, &clients));
    let assignees = assignees(&workspace, &clients).await;
    let findings: Vec<Finding> = zendesk.into_iter().chain(smartcat).chain(assignees).collect();
    let ok = findings.iter().all(|finding| finding.verdict != Verdict::Failed);
    ui.data(|out| match args.format {
        TextOrJson::Text => ui.fitted(out, |out| findings.iter().try_for_each(|finding| text(finding, out))),
        TextOrJson::Json => {
            json::print(&Document { format_version: json::FORMAT_VERSION, ok, findings }, out)
        }
    })
    .map_err(unwritten)?;
    Ok(if ok { Exit::Done } else { Exit::Failed })
}

fn text(finding: &Finding, out: &mut dyn Write) -> std::io::Result<()> {
    let mark = match finding.verdict {
        Verdict::Ok => "✓",
        Verdict::Warning => "!",
        Verdict::Failed => "✗",
    };
    writeln!(out, "{mark} {:<22} {}", finding.what, safe::line(&finding.detail))?;
    finding.hint.iter().try_for_each(|hint| writeln!(out, "  hint: {hint}"))
}

fn ok(what: &'static str, detail: String) -> Finding {
    Finding { what, verdict: Verdict::Ok, detail, hint: None }
}

fn failed(what: &'static str, error: &RemoteError, hint: &'static str) -> Finding {
    Finding { what, verdict: Verdict::Failed, detail: error.to_string(), hint: Some(hint) }
}

async fn zendesk(workspace: &Workspace, clients: &Clients) -> Vec<Finding> {
    let zendesk = &clients.zendesk;
    let locales = match zendesk.locales().await {
        Ok(locales) => locales,
        Err(error) => {
            let hint = "make an OAuth client in Zendesk (Admin Center → Apps and integrations → APIs → OAuth clients), owned by \
                        a Guide admin, and set its identifier and secret";
            return vec![failed("Zendesk credentials", &error, hint)];
        }
    };
    let mut findings = vec![user(clients).await, access(clients).await];
    let enabled: Vec<&str> = locales.locales.iter().map(Locale::as_str).collect();
    findings.push(ok("Zendesk locales", enabled.join(", ")));
    let missing: Vec<&str> = workspace
        .manifest
        .rules
        .iter()
        .flat_map(|rule| &rule.languages)
        .map(|(locale, _)| locale.as_str())
        .filter(|locale| !enabled.contains(locale))
        .collect();
    if !missing.is_empty() {
        findings.push(Finding {
            what: "Manifest's languages",
            verdict: Verdict::Failed,
            detail: format!("not enabled in the help center: {}", missing.join(", ")),
            hint: Some("enable them in Guide's language settings, or take them out of the manifest"),
        });
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
        Err(error) => {
            let hint = "a token with the scopes `hc:read` and `hc:write` alone cannot ask who it is; this is no problem";
            Finding { verdict: Verdict::Warning, ..failed(what, &error, hint) }
        }
    }
}

async fn access(clients: &Clients) -> Finding {
    let what = "Zendesk permissions";
    let see_less = "the account should be a Guide admin: with less it sees fewer articles, and may not write";
    match clients.zendesk.access().await {
        Ok(Access::Ok) => ok(what, "a Guide admin".to_owned()),
        Ok(Access::Anonymous) => Finding {
            what,
            verdict: Verdict::Failed,
            detail: "Zendesk takes these credentials for an anonymous visitor".to_owned(),
            hint: Some(see_less),
        },
        Ok(Access::Forbidden(error)) => {
            Finding { verdict: Verdict::Warning, ..failed(what, &error, see_less) }
        }
        Err(error) => failed(what, &error, see_less),
    }
}

async fn smartcat(ui: &Ui, workspace: &Workspace, clients: &Clients) -> Vec<Finding> {
    let account = match clients.smartcat.account().await {
        Ok(account) => account,
        Err(error) => {
            let hint = "an administrator finds the account id and makes keys in Smartcat under Settings → API; the \
                        region in the manifest must be the account's own";
            return vec![failed("Smartcat credentials", &error, hint)];
        }
    };
    let mut findings = vec![ok("Smartcat account", format!("{} ({})", account.name, account.id))];
    if account.is_personal {
        findings.push(Finding {
            what: "Smartcat account",
            verdict: Verdict::Failed,
            detail: "it is a personal account, which may not create projects by API".to_owned(),
            hint: Some("use a company account"),
        });
    }
    findings.push(match clients.smartcat.balance().await {
        Ok(balance) => ok("Smartwords", number(u64::try_from(balance).unwrap_or_default())),
        Err(error) => Finding {
            verdict: Verdict::Warning,
            ..failed("Smartwords", &error, "the balance could not be read")
        },
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
    let hint = "they could not be looked up in Smartcat";
    let (projects, _) = match observe::projects(&clients.smartcat, &workspace.owner).await {
        Ok(projects) => projects,
        Err(error) => {
            let detail = error.to_string();
            return Some(Finding { what, verdict: Verdict::Failed, detail, hint: Some(hint) });
        }
    };
    let names = Names::of_manifest(manifest, &projects);
    let found = match names.find(&clients.smartcat).await {
        Ok(found) => found,
        Err(error) => return Some(failed(what, &error, hint)),
    };
    let missing = names.missing(manifest, &found);
    if missing.is_empty() {
        return Some(ok(what, "all of them are in Smartcat".to_owned()));
    }
    let missing =
        missing.iter().map(|problem| format!("line {}: {}", problem.place.place.line, problem.message));
    Some(Finding {
        what,
        verdict: Verdict::Failed,
        detail: missing.collect::<Vec<_>>().join("; "),
        hint: Some(
            "add them in Smartcat, or correct the manifest; people can be added by `invite_new: true`",
        ),
    })
}

/// What the manifest names and the account does not have; where it stands in the manifest is told on stderr.
async fn names(ui: &Ui, workspace: &Workspace, clients: &Clients) -> Option<Finding> {
    let manifest = &workspace.manifest;
    let workflows = manifest.workflows.keys().collect();
    let unknown = account::unknown_names(ui, manifest, clients, &workflows, &[]).await;
    let worst = unknown.iter().map(|problem| problem.severity).min()?;
    let sentences: Vec<&str> = unknown.iter().map(|problem| problem.message.as_str()).collect();
    let finding = Finding {
        what: "Manifest's names",
        verdict: if worst == Severity::Error { Verdict::Failed } else { Verdict::Warning },
        detail: sentences.join("; "),
        hint: Some("make them in Smartcat, or name what is there"),
    };
    workspace.warn(ui, unknown);
    Some(finding)
}
