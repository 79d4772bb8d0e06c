//! `zencat scope`: what the rules resolve to, as data that a pull request can show: the scope itself, the lock that
//! fixes it, and how it differs from the lock or from another commit.

use std::collections::BTreeSet;
use std::path::Path;

use crate::desired;
use crate::desired::Want;
use crate::id::WorkflowName;
use crate::manifest::MachineTranslation;
use crate::manifest::Manifest;
use crate::manifest::Workflow;
use crate::manifest::load;
use crate::manifest::lock::Lock;
use crate::manifest::lock::Record;
use crate::observed::HelpCenter;
use crate::observed::Item;
use crate::report::counted;
use crate::report::json;
use crate::report::markdown::MOST_BYTES;
use crate::report::scope;
use crate::report::scope::ChangesView;
use crate::report::scope::ScopePair;
use crate::report::scope::ScopeView;

use super::args::Common;
use super::args::ScopeArgs;
use super::args::ScopeFormat;
use super::error::CommandError;
use super::error::Kind;
use super::error::Problems;
use super::exit::Exit;
use super::git::Commit;
use super::session::LARGEST_FILE;
use super::session::LOCK;
use super::session::Workspace;
use super::ui::Ui;
use super::unwritten;

pub(super) async fn run(ui: &Ui, common: &Common, args: &ScopeArgs) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(ui, &common.file)?;
    if let Some(name) = &args.base {
        return compare(ui, common, args, &workspace, name).await;
    }
    if args.check {
        return check(ui, common, args, &workspace).await;
    }
    let help_center = workspace.help_center(ui, common).await?;
    let resolved = Resolved::of(ui, &workspace, &help_center)?;
    // The file first: a failure is then the only document on stdout.
    if args.lock {
        write(ui, &workspace, &resolved.lock())?;
    }
    show(ui, &workspace, &resolved, args.format)?;
    Ok(Exit::Done)
}

/// What the rules of a manifest match.
struct Resolved {
    /// Sorted by item, locale and workflow.
    pairs: Vec<ScopePair>,
    notes: Vec<String>,
}

impl Resolved {
    /// Resolves the manifest's rules; with an error among what only Zendesk knows, there is no scope.
    fn of(ui: &Ui, workspace: &Workspace, help_center: &HelpCenter) -> Result<Self, CommandError> {
        let (desired, diagnostics) = desired::resolve(&workspace.manifest, help_center, None);
        workspace.judge(ui, diagnostics)?;
        Ok(Self::made(&workspace.manifest, help_center, &desired))
    }

    /// Drafts and sources in another language are not in scope before they are published or translated from: the
    /// moment that they would be paid for is the one to review them at.
    fn made(manifest: &Manifest, help_center: &HelpCenter, desired: &desired::Desired) -> Self {
        let machines = machines(manifest);
        let (mut pairs, mut drafts, mut foreign) = (Vec::new(), 0, 0);
        for (key, wants) in &desired.wants {
            let Some(item) = help_center.items.get(key) else { continue };
            for want in wants {
                if want.other_source_locale.is_some() {
                    foreign += 1;
                } else if item.draft && !want.drafts {
                    drafts += 1;
                } else {
                    pairs.push(pair(item, want, &machines));
                }
            }
        }
        pairs.sort_by(|a: &ScopePair, b| a.record.cmp(&b.record));
        let left_out = [(drafts, "is of a draft", "are of drafts"), (foreign, "has", "have")];
        let [drafts, foreign] = left_out.map(|(count, one, many)| counted_pairs(count, one, many));
        let drafts = drafts.map(|text| format!("{text}, left out until published"));
        let foreign = foreign.map(|text| format!("{text} a source in another locale: left out"));
        Self { pairs, notes: drafts.into_iter().chain(foreign).collect() }
    }

    fn lock(&self) -> Lock {
        self.pairs.iter().map(|pair| pair.record.clone()).collect()
    }
}

fn counted_pairs(count: u64, one: &str, many: &str) -> Option<String> {
    let verb = if count == 1 { one } else { many };
    (count > 0).then(|| format!("{} {verb}", counted(count, "pair", "pairs")))
}

fn pair(item: &Item, want: &Want, machines: &BTreeSet<WorkflowName>) -> ScopePair {
    ScopePair {
        record: Record {
            item: item.key,
            locale: want.locale.clone(),
            workflow: want.workflow.clone(),
            words: item.source.as_ref().map_or(0, |source| u64::from(source.words)),
            title: item.title.clone(),
        },
        is_new: !item.translations.contains_key(&want.locale),
        hold: want.hold,
        by_machine: machines.contains(&want.workflow),
    }
}

/// The workflows that begin with a machine.
fn machines(manifest: &Manifest) -> BTreeSet<WorkflowName> {
    let begins = |each: &&Workflow| {
        matches!(each.machine_translation, MachineTranslation::Auto | MachineTranslation::Named(_))
    };
    let with = manifest.workflows.values().filter(begins);
    with.map(|workflow| workflow.name.clone()).collect()
}

fn show(
    ui: &Ui,
    workspace: &Workspace,
    resolved: &Resolved,
    format: ScopeFormat,
) -> Result<(), CommandError> {
    let view = ScopeView { name: &workspace.manifest.name, pairs: &resolved.pairs, notes: &resolved.notes };
    ui.data(|out| match format {
        ScopeFormat::Text => ui.fitted(out, |out| scope::scope_text(view, out)),
        ScopeFormat::Json => json::print(&scope::scope_document(view), out),
        ScopeFormat::Markdown => scope::scope_markdown(view, MOST_BYTES, out),
    })
    .map_err(unwritten)
}

fn show_changes(ui: &Ui, view: ChangesView<'_>, format: ScopeFormat) -> Result<(), CommandError> {
    ui.data(|out| match format {
        ScopeFormat::Text => ui.fitted(out, |out| scope::changes_text(view, out)),
        ScopeFormat::Json => json::print(&scope::changes_document(view), out),
        ScopeFormat::Markdown => scope::changes_markdown(view, MOST_BYTES, out),
    })
    .map_err(unwritten)
}

/// Writes the lock, unless it stands there already. What cannot be understood is replaced: this is how a lock is
/// repaired after a merge.
fn write(ui: &Ui, workspace: &Workspace, lock: &Lock) -> Result<(), CommandError> {
    let path = workspace.lock_path();
    let shown = path.display();
    let text = lock.render();
    if load::read_text(&path, LARGEST_FILE).is_ok_and(|known| known == text) {
        ui.note(&format!("{shown} is up to date"));
        return Ok(());
    }
    load::write_atomically(&path, text.as_bytes()).map_err(|error| {
        CommandError::caused(Kind::File, format!("the lock could not be written to {shown}"), &error)
    })?;
    ui.note(&format!("{shown} written: {}", counted(lock.records().count() as u64, "pair", "pairs")));
    Ok(())
}

/// Writes the lock of a manifest that is new itself. A lock that is there may be another manifest's: it stays, unless
/// replacing was asked for.
pub(super) fn write_first(
    ui: &Ui,
    workspace: &Workspace,
    help_center: &HelpCenter,
    replace: bool,
) -> Result<(), CommandError> {
    let path = workspace.lock_path();
    // What cannot be looked at may be there.
    if !replace && !matches!(path.try_exists(), Ok(false)) {
        ui.note(&format!("{} is left as it is; `zencat scope --lock` writes it anew", path.display()));
        return Ok(());
    }
    let (desired, _) = desired::resolve(&workspace.manifest, help_center, None);
    write(ui, workspace, &Resolved::made(&workspace.manifest, help_center, &desired).lock())
}

/// Refuses a lock that allows another scope than the rules have. Titles and word counts go on changing in Zendesk
/// whatever is merged here, so they are told and refuse nothing.
async fn check(
    ui: &Ui,
    common: &Common,
    args: &ScopeArgs,
    workspace: &Workspace,
) -> Result<Exit, CommandError> {
    let path = workspace.lock_path().display().to_string();
    let Some(lock) = workspace.read_lock()? else {
        return Err(CommandError::new(Kind::Refused, format!("there is no {path}"))
            .hint("`zencat scope --lock` writes it"));
    };
    let help_center = workspace.help_center(ui, common).await?;
    let resolved = Resolved::of(ui, workspace, &help_center)?;
    let now = resolved.lock();
    let view = ChangesView {
        name: &workspace.manifest.name,
        base: LOCK,
        commit: None,
        before: &lock,
        after: &now,
        machines: &machines(&workspace.manifest),
        notes: &resolved.notes,
        lock_is_behind: false,
    };
    show_changes(ui, view, args.format)?;
    if !scope::moves_scope(&now.changes_since(&lock)) {
        return Ok(Exit::Done);
    }
    ui.warning(&format!(
        "{path} is not what the rules resolve to; review the differences and run `zencat scope --lock`"
    ));
    Ok(Exit::Refused)
}

/// Shows how the scope differs from that of another commit.
async fn compare(
    ui: &Ui,
    common: &Common,
    args: &ScopeArgs,
    workspace: &Workspace,
    name: &str,
) -> Result<Exit, CommandError> {
    let folder = common.file.parent().unwrap_or(Path::new(""));
    let commit = Commit::find(folder, name).await?;
    let base = Base::read(common, &commit).await?;
    let (before, after, mut notes) = sides(ui, common, workspace, &base).await?;
    let lock_is_behind = base.lock.is_some() && before == after && base.differs_in_rules(workspace);
    if lock_is_behind {
        notes.push(format!(
            "the manifest changed and {LOCK} did not: if the rules match something else now, `zencat scope --lock` \
             shows it here"
        ));
    }
    let view = ChangesView {
        name: &workspace.manifest.name,
        base: &commit.name,
        commit: Some(&commit.id),
        before: &before,
        after: &after,
        machines: &machines(&workspace.manifest),
        notes: &notes,
        lock_is_behind,
    };
    show_changes(ui, view, args.format)?;
    Ok(Exit::Done)
}

/// The scopes before and after. With locks on both sides nobody is asked anything; else the help center as it is now
/// says what the rules match, before as well as after, so that only the rules make a difference.
async fn sides(
    ui: &Ui,
    common: &Common,
    workspace: &Workspace,
    base: &Base,
) -> Result<(Lock, Lock, Vec<String>), CommandError> {
    if let (Some(before), Some(after)) = (&base.lock, workspace.read_lock()?) {
        return Ok((before.clone(), after, Vec::new()));
    }
    let help_center = workspace.help_center(ui, common).await?;
    let resolved = Resolved::of(ui, workspace, &help_center)?;
    let after = resolved.lock();
    let mut notes = resolved.notes;
    let before = match (&base.lock, &base.manifest) {
        (Some(lock), _) => lock.clone(),
        (None, Some(manifest)) => {
            notes.push(format!(
                "the base has no {LOCK}: its rules were resolved over the help center as it is now"
            ));
            // What those rules name and the help center no longer has is no concern of this change.
            let (desired, _) = desired::resolve(manifest, &help_center, None);
            Resolved::made(manifest, &help_center, &desired).lock()
        }
        (None, None) => {
            notes.push("the base has no manifest: everything in scope is new".to_owned());
            Lock::default()
        }
    };
    Ok((before, after, notes))
}

/// The manifest and the lock of another commit.
struct Base {
    text: Option<String>,
    manifest: Option<Manifest>,
    lock: Option<Lock>,
}

impl Base {
    /// Reads both. A manifest that was wrong then matters only when its rules are needed.
    async fn read(common: &Common, commit: &Commit) -> Result<Self, CommandError> {
        let Some(file) = common.file.file_name().and_then(|name| name.to_str()) else {
            return Err(CommandError::new(Kind::Usage, "-f names no file"));
        };
        let lock = match commit.read(LOCK, LARGEST_FILE).await? {
            Some(text) => Some(Lock::parse(&text).map_err(|error| {
                let message = format!("{}:{LOCK} cannot be understood", commit.name);
                CommandError::caused(Kind::File, message, &error)
            })?),
            None => None,
        };
        let text = commit.read(file, load::LONGEST_MANIFEST).await?;
        let manifest = match &text {
            Some(text) if lock.is_none() => Some(parse(&format!("{}:{file}", commit.name), text)?),
            _ => None,
        };
        Ok(Self { text, manifest, lock })
    }

    fn differs_in_rules(&self, workspace: &Workspace) -> bool {
        self.text.as_deref().is_some_and(|text| !workspace.is_text(text))
    }
}

/// A manifest of another commit. Its warnings were shown when it was the current one.
fn parse(path: &str, text: &str) -> Result<Manifest, CommandError> {
    match Manifest::parse(path, text) {
        Ok((manifest, _)) => Ok(manifest),
        Err(diagnostics) => Err(CommandError::manifest(Problems {
            path: path.to_owned(),
            text: text.to_owned(),
            diagnostics,
        })),
    }
}
