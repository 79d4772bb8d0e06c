//! What the commands share: a manifest that was read, services that answer, and what follows from the two.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use sha2::Digest as _;
use sha2::Sha256;

use crate::desired;
use crate::diag::Diagnostic;
use crate::id::ItemKey;
use crate::id::Locale;
use crate::manifest::Manifest;
use crate::manifest::ProjectTarget;
use crate::manifest::load;
use crate::manifest::load::LoadError;
use crate::manifest::lock::Lock;
use crate::observe;
use crate::observe::Freshness;
use crate::observe::Notice;
use crate::observe::ObserveError;
use crate::observed::HelpCenter;
use crate::observed::Item;
use crate::observed::Observed;
use crate::owner::Owner;
use crate::plan;
use crate::plan::Plan;
use crate::plan::Selection;
use crate::remote::Options;
use crate::remote::RequestEvent;
use crate::remote::SetupError;
use crate::remote::smartcat::SmartcatRead;
use crate::remote::zendesk::Credentials;
use crate::remote::zendesk::ZendeskRead;
use crate::report::Header;
use crate::report::PlanView;
use crate::report::Rates;
use crate::report::json::SelectionDocument;

use super::advice;
use super::args::Common;
use super::args::SelectionArgs;
use super::assignees::Names;
use super::cache::Cache;
use super::environment;
use super::environment::Access;
use super::environment::SmartcatCredentials;
use super::error;
use super::error::CommandError;
use super::error::Kind;
use super::error::Problems;
use super::ui::Ui;

/// The largest lock or plan file that is read (bytes).
pub(super) const LARGEST_FILE: usize = 256 << 20;

/// The lock's name, beside the manifest.
pub(super) const LOCK: &str = "zencat.lock";

/// A manifest that was read and is valid.
pub(super) struct Workspace {
    pub(super) manifest: Manifest,
    pub(super) owner: Owner,
    /// The path as it was given.
    path: String,
    text: String,
}

impl Workspace {
    /// Reads a manifest. Its warnings go to stderr; with any error nothing else happens.
    pub(super) fn open(ui: &Ui, path: &Path) -> Result<Self, CommandError> {
        let (shown, text) = manifest_text(path)?;
        Self::parse(ui, shown, text)
    }

    pub(super) fn parse(ui: &Ui, path: String, text: String) -> Result<Self, CommandError> {
        let (manifest, warnings) = match Manifest::parse(&path, &text) {
            Ok(parsed) => parsed,
            Err(diagnostics) => return Err(CommandError::manifest(Problems { path, text, diagnostics })),
        };
        let owner = owner_of(&manifest);
        let workspace = Self { manifest, owner, path, text };
        workspace.warn(ui, warnings);
        Ok(workspace)
    }

    /// Shows warnings at their place in the manifest.
    pub(super) fn warn(&self, ui: &Ui, warnings: Vec<Diagnostic>) {
        if !warnings.is_empty() {
            error::warn(&self.problems(warnings), ui);
        }
    }

    pub(super) fn problems(&self, diagnostics: Vec<Diagnostic>) -> Problems {
        Problems { path: self.path.clone(), text: self.text.clone(), diagnostics }
    }

    fn header(&self, clients: &Clients, selection: &SelectionArgs) -> Header {
        Header {
            name: self.manifest.name.clone(),
            path: self.path.clone(),
            sha256: Sha256::digest(self.text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect(),
            zendesk: self.manifest.zendesk.url.to_string(),
            smartcat: self.manifest.smartcat.url.to_string(),
            account: clients.account.clone(),
            created_at: now(),
            selection: SelectionDocument {
                targets: selection.targets.iter().map(ToString::to_string).collect(),
                languages: selection.languages.clone(),
                locked: selection.locked,
            },
            smartwords: None,
            refused: Vec::new(),
            rates: clients.rates(),
        }
    }

    /// The manifest is this text.
    pub(super) fn is_text(&self, text: &str) -> bool {
        self.text == text
    }

    /// Where the lock is: beside the manifest.
    pub(super) fn lock_path(&self) -> PathBuf {
        Path::new(&self.path).with_file_name(LOCK)
    }

    /// The lock beside the manifest; `None` when there is none.
    pub(super) fn read_lock(&self) -> Result<Option<Lock>, CommandError> {
        let path = self.lock_path();
        let shown = path.display();
        let text = match load::read_text(&path, LARGEST_FILE) {
            Ok(text) => text,
            Err(LoadError::NotFound(_)) => return Ok(None),
            Err(error) => {
                return Err(CommandError::caused(Kind::Refused, format!("{shown} cannot be read"), &error));
            }
        };
        Lock::parse(&text).map(Some).map_err(|error| {
            CommandError::caused(Kind::Refused, format!("{shown} cannot be understood"), &error)
        })
    }

    /// The lock, for `--locked`.
    fn lock(&self) -> Result<Lock, CommandError> {
        let missing = || {
            let path = self.lock_path();
            CommandError::new(Kind::Refused, format!("--locked needs {}, which is not there", path.display()))
                .hint("`zencat scope --lock` writes it")
        };
        self.read_lock()?.ok_or_else(missing)
    }
}

/// A manifest's path as it is shown, and its text.
pub(super) fn manifest_text(path: &Path) -> Result<(String, String), CommandError> {
    let shown = path.display().to_string();
    let text = load::read_manifest(path).map_err(|error| {
        CommandError::caused(Kind::Manifest, format!("the manifest {shown} cannot be read"), &error)
            .hints(advice::NO_MANIFEST)
    })?;
    Ok((shown, text))
}

/// Whose things are in the services.
fn owner_of(manifest: &Manifest) -> Owner {
    let (mut workflows, mut adopted) = (Vec::new(), Vec::new());
    for workflow in manifest.workflows.values() {
        match &workflow.project.target {
            ProjectTarget::Existing(id) => adopted.push((workflow.name.clone(), id.clone())),
            ProjectTarget::Named(_) => workflows.push(workflow.name.clone()),
        }
    }
    Owner { name: manifest.name.clone(), host: manifest.zendesk.host.clone(), workflows, adopted }
}

#[expect(clippy::disallowed_methods, reason = "a report says when it was made")]
fn now() -> String {
    jiff::Timestamp::now().round(jiff::Unit::Second).unwrap_or_default().to_string()
}

/// Clients of both services, for reading, and what a writer is made from.
pub(super) struct Clients {
    pub(super) zendesk: ZendeskRead,
    pub(super) smartcat: SmartcatRead,
    /// The Smartcat account's id.
    pub(super) account: String,
    /// What a Zendesk writer signs in with; without [`Access::Write`] they may only read.
    pub(super) zendesk_credentials: Credentials,
    /// What is remembered of the help center.
    pub(super) cache: Option<Cache>,
    /// When they were made, right before the first request.
    made_at: Instant,
}

impl Clients {
    /// Makes clients from the environment's credentials. No request is made.
    pub(super) fn from_environment(
        ui: &Ui,
        workspace: &Workspace,
        access: Access,
        common: &Common,
    ) -> Result<Self, CommandError> {
        let credentials = environment::credentials(ui, access, &environment::process)?;
        Self::new(ui, workspace, credentials, common)
    }

    /// Makes clients from credentials, as the command line says.
    pub(super) fn new(
        ui: &Ui,
        workspace: &Workspace,
        (zendesk, smartcat): (Credentials, SmartcatCredentials),
        common: &Common,
    ) -> Result<Self, CommandError> {
        let cache = workspace.cache(common, &zendesk);
        let options = options(ui, common.timeout)?;
        Ok(Self { cache, ..Self::with(&workspace.manifest, zendesk, smartcat, &options)? })
    }

    /// Makes clients from credentials, that remember nothing.
    pub(super) fn with(
        manifest: &Manifest,
        zendesk: Credentials,
        smartcat: SmartcatCredentials,
        options: &Options,
    ) -> Result<Self, CommandError> {
        let SmartcatCredentials { account_id, api_key } = smartcat;
        let reader = SmartcatRead::new(&manifest.smartcat.url.to_string(), &account_id, &api_key, options);
        Ok(Self {
            zendesk: ZendeskRead::new(&manifest.zendesk.url.to_string(), zendesk.clone(), options)
                .map_err(unusable)?,
            smartcat: reader.map_err(unusable)?,
            account: account_id,
            zendesk_credentials: zendesk,
            cache: None,
            made_at: Instant::now(),
        })
    }

    /// How many requests the services allow: Zendesk tells with its answers.
    fn rates(&self) -> Rates {
        let told = self.zendesk.rate_limit().map(|(per_minute, _)| per_minute);
        Rates {
            zendesk_per_minute: told.unwrap_or(Rates::default().zendesk_per_minute),
            smartcat_per_second: self.smartcat.rate(),
        }
    }

    /// The seconds since the first request could be made.
    pub(super) fn seconds(&self) -> u64 {
        self.made_at.elapsed().as_secs()
    }
}

/// Options of the HTTP layer.
pub(super) fn options(ui: &Ui, timeout: Option<Duration>) -> Result<Options, CommandError> {
    let mut options = Options { total_timeout: timeout, ..Options::default() };
    if let Some(rate) = environment::smartcat_rate(&environment::process)? {
        options.smartcat_per_second = rate;
    }
    let ui = ui.clone();
    options.on_request = Some(Arc::new(move |event: &RequestEvent| ui.trace(|| traced(event))));
    Ok(options)
}

/// A request as a line of talk.
fn traced(event: &RequestEvent) -> String {
    let outcome = match (event.status, event.error) {
        (Some(status), _) => status.to_string(),
        (None, Some(error)) => format!("{error:?}"),
        (None, None) => "no answer".to_owned(),
    };
    let again = if event.tries > 1 { format!(", try {}", event.tries) } else { String::new() };
    format!(
        "{} {} {} → {outcome} ({} ms{again})",
        event.service,
        event.method,
        event.path,
        event.duration.as_millis()
    )
}

/// A client that cannot be made.
pub(super) fn unusable(error: SetupError) -> CommandError {
    CommandError::new(Kind::Credentials, error.to_string())
}

/// What was asked for, what was found, and what follows.
pub(super) struct Situation {
    pub(super) header: Header,
    pub(super) observed: Observed,
    pub(super) plan: Plan,
}

impl Situation {
    /// Observes both services and plans.
    pub(super) async fn find(
        ui: &Ui,
        workspace: &Workspace,
        clients: &Clients,
        selection: &SelectionArgs,
    ) -> Result<Self, CommandError> {
        let lock = if selection.locked { Some(workspace.lock()?) } else { None };
        let _reading = ui.reading();
        let recall = clients.cache.as_ref().map(|cache| cache.recall(ui));
        let (mut observed, notices, freshness) =
            observe::observe_since(&clients.zendesk, &clients.smartcat, &workspace.owner, recall)
                .await
                .map_err(unobserved)?;
        tell(ui, &notices);
        keep(ui, clients.cache.as_ref(), &observed.help_center, freshness);
        let (desired, mut diagnostics) =
            desired::resolve(&workspace.manifest, &observed.help_center, lock.as_ref());
        diagnostics.extend(desired::fixed_templates(&workspace.manifest, &observed.projects));
        workspace.judge(ui, diagnostics)?;
        let selected = select(&observed, selection)?;
        let mut plan = plan::build(&workspace.manifest, &desired, &observed, &selected);
        if look_closer(&clients.smartcat, &plan, &mut observed).await? {
            plan = plan::build(&workspace.manifest, &desired, &observed, &selected);
        }
        Ok(Self { header: workspace.header(clients, selection), observed, plan })
    }

    /// Looks up whom the plan assigns. Somebody who is not there is told at the manifest's line.
    pub(super) async fn find_assignees(
        &mut self,
        ui: &Ui,
        workspace: &Workspace,
        clients: &Clients,
    ) -> Result<(), CommandError> {
        let names = Names::of_plan(&self.plan);
        if names.is_empty() {
            return Ok(());
        }
        let found = names.find(&clients.smartcat).await.map_err(advice::service)?;
        workspace.judge(ui, names.missing(&workspace.manifest, &found))?;
        self.observed.team = found.team;
        Ok(())
    }

    /// The plan with all that is needed to show it.
    pub(super) fn view(&self) -> PlanView<'_> {
        PlanView { header: &self.header, plan: &self.plan, observed: &self.observed }
    }
}

/// Says what is worth a sentence.
pub(super) fn tell(ui: &Ui, notices: &[Notice]) {
    notices.iter().for_each(|notice| ui.warning(&notice.0));
}

/// Keeps what was seen for the next run, if it is to be kept.
fn keep(ui: &Ui, cache: Option<&Cache>, help_center: &HelpCenter, freshness: Option<Freshness>) {
    if let Some((cache, freshness)) = cache.zip(freshness) {
        cache.keep(ui, help_center, freshness);
    }
}

/// Looks at what projects work with, where the plan sends text to them. `false` when it sends none.
async fn look_closer(
    smartcat: &SmartcatRead,
    plan: &Plan,
    observed: &mut Observed,
) -> Result<bool, CommandError> {
    let fed = plan.projects_fed();
    for project in observed.projects.iter_mut().filter(|project| fed.contains(&project.id)) {
        project.equipment = Some(observe::equipment(smartcat, project).await.map_err(advice::service)?);
    }
    Ok(!fed.is_empty())
}

impl Workspace {
    /// The help center alone, for what has nothing to do with Smartcat.
    pub(super) async fn help_center(&self, ui: &Ui, common: &Common) -> Result<HelpCenter, CommandError> {
        let credentials = environment::zendesk(ui, Access::Read, &environment::process)?;
        let cache = self.cache(common, &credentials);
        let url = self.manifest.zendesk.url.to_string();
        let zendesk = ZendeskRead::new(&url, credentials, &options(ui, common.timeout)?).map_err(unusable)?;
        let recall = cache.as_ref().map(|cache| cache.recall(ui));
        let _reading = ui.reading();
        let sight = observe::help_center(&zendesk, &self.owner, recall).await.map_err(unobserved)?;
        tell(ui, &sight.notices);
        keep(ui, cache.as_ref(), &sight.help_center, sight.freshness);
        Ok(sight.help_center)
    }

    /// The cache that was asked for.
    fn cache(&self, common: &Common, credentials: &Credentials) -> Option<Cache> {
        let directory = common.cache_dir.as_deref()?;
        Some(Cache::new(directory, &self.owner.host, credentials.seal(), common.refresh))
    }

    /// What only the services know: warnings are shown, errors end the command.
    pub(super) fn judge(&self, ui: &Ui, diagnostics: Vec<Diagnostic>) -> Result<(), CommandError> {
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Err(CommandError::manifest(self.problems(diagnostics)));
        }
        self.warn(ui, diagnostics);
        Ok(())
    }
}

/// Why the services could not be observed.
pub(super) fn unobserved(error: ObserveError) -> CommandError {
    match error {
        ObserveError::Remote(error) => advice::service(error),
        ObserveError::Anonymous => CommandError::new(Kind::Credentials, error.to_string())
            .hint("a wrong or retired API token looks like a visitor who may see public articles: check ZENDESK_EMAIL \
                   and ZENDESK_API_TOKEN")
            .hint("Zendesk retires API tokens: unused ones are switched off, none can be made since 2026-10-27, all stop \
                   on 2027-04-30; an OAuth client takes their place: zencat help credentials"),
        ObserveError::NoSuchProject { .. } => CommandError::new(Kind::Manifest, error.to_string())
            .hint("the id stands in the project's address in Smartcat; `project: {name: …}` lets zencat make one"),
        ObserveError::ForeignProject { .. } => CommandError::new(Kind::Manifest, error.to_string())
            .hint("another manifest looks after that project; name another, or `project: {name: …}` to have one made"),
        ObserveError::HiddenProject { .. } | ObserveError::Hashing(_) => CommandError::new(Kind::Service, error.to_string()),
    }
}

/// The part of the scope that was asked for. A misspelt one must not look like an empty plan.
fn select(observed: &Observed, args: &SelectionArgs) -> Result<Selection, CommandError> {
    for target in &args.targets {
        shown_item(&observed.help_center, *target)?;
    }
    let languages: Vec<Locale> = args.languages.iter().map(|text| Locale::new(text)).collect();
    all_enabled(&observed.help_center, &languages)?;
    Ok(Selection { targets: args.targets.clone(), languages })
}

/// An item that somebody named.
pub(super) fn shown_item(help_center: &HelpCenter, key: ItemKey) -> Result<&Item, CommandError> {
    help_center.items.get(&key).ok_or_else(|| {
        let message = format!("the help center shows no {} {}", key.kind, key.id);
        CommandError::new(Kind::Usage, message).hint(
            "it is gone, the id is wrong, or this account may not see it; `zencat tree` shows what is there",
        )
    })
}

/// Refuses a locale that the help center has not enabled.
pub(super) fn all_enabled(help_center: &HelpCenter, locales: &[Locale]) -> Result<(), CommandError> {
    let Some(unknown) = locales.iter().find(|locale| !help_center.locales.contains(locale)) else {
        return Ok(());
    };
    let known: Vec<&str> = help_center.locales.iter().map(Locale::as_str).collect();
    let message = format!("the help center has not enabled `{unknown}`, only {}", known.join(", "));
    Err(CommandError::new(Kind::Usage, message)
        .hint("a locale is written as Zendesk writes it; another is added in Guide's language settings"))
}
