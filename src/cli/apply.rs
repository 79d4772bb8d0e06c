//! `zencat apply`: observe, plan, ask, carry out; again while something is in flight and `--wait` allows.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::apply;
use crate::apply::Outcome;
use crate::apply::Services;
use crate::apply::StepOutcome;
use crate::apply::Stop;
use crate::apply::Watch;
use crate::plan::PlanDigest;
use crate::plan::Step;
use crate::plan::StepId;
use crate::plan::guard;
use crate::remote::smartcat::SmartcatWrite;
use crate::remote::zendesk::ZendeskWrite;
use crate::report;
use crate::report::Count;
use crate::report::OutcomeView;
use crate::report::PlanView;
use crate::report::Smartwords;
use crate::report::Used;
use crate::report::counted;
use crate::report::in_words;
use crate::report::json;
use crate::report::json::SavedPlan;
use crate::report::json::SavedStep;
use crate::report::text;

use super::args::ApplyArgs;
use super::args::Common;
use super::args::SelectionArgs;
use super::args::TextOrJson;
use super::environment::Access;
use super::error::CommandError;
use super::error::Kind;
use super::exit::Exit;
use super::plan::refused;
use super::progress::Progress;
use super::progress::Work;
use super::saved;
use super::session::Clients;
use super::session::Situation;
use super::session::Workspace;
use super::session::unusable;
use super::ui::Ui;
use super::unwritten;

/// Pauses between looks at work that is in flight: short at first, since machine translation takes seconds.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Of a run of so many seconds people want to know how long it took.
const LONG_RUN: u64 = 10;

pub(super) async fn run(ui: &Ui, common: &Common, args: &ApplyArgs) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(ui, &common.file)?;
    if !is_approved(args) && !ui.can_ask() {
        return Err(CommandError::new(Kind::Usage, "nobody can be asked here: there is no terminal")
            .hint("give --auto-approve, or a plan file written by `zencat plan --out FILE`"));
    }
    let saved = args.plan.as_deref().map(|path| saved::read(path, &workspace)).transpose()?;
    let selection = match &saved {
        Some(saved) => saved::selection(saved, &args.selection),
        None => args.selection.clone(),
    };
    let clients = Clients::from_environment(ui, &workspace, Access::Write, common)?;
    let mut situation = Situation::find(ui, &workspace, &clients, &selection).await?;
    let on_remove = workspace.manifest.on_remove;
    let stale =
        saved.as_ref().map_or_else(Vec::new, |saved| saved::restrict(&mut situation, saved, on_remove));
    situation.ask_account(ui, &workspace, &clients).await?;
    let refusals = guard::refusals(&situation.plan, &workspace.manifest.limits, &args.allow);
    if !refusals.is_empty() {
        return Err(refused(&refusals));
    }
    approve(ui, args, &situation)?;
    let run = Run {
        ui,
        workspace: &workspace,
        clients: &clients,
        services: services(&clients)?,
        stop: stop_on_signal(ui),
        selection,
        saved,
    };
    let digest = situation.plan.digest();
    let mut outcome = run.carry_out(&situation).await;
    let mut waited = Ok(());
    if let Some(wait) = args.wait {
        waited = run.wait_for_work(args, wait, &mut situation, &mut outcome).await;
    }
    if let Err(error) = &waited {
        // What was done before is reported all the same.
        outcome.stopped.get_or_insert_with(|| error.message().to_owned());
    }
    run.show(args, &situation, &digest, &outcome, &stale)?;
    if !stale.is_empty() {
        refused_as_stale(stale.len()).show(ui);
    }
    if ui.can_ask() && args.wait.is_none() && gave_work(&situation.plan.steps, &outcome) {
        ui.note("Smartcat is at work now: zencat status shows how far it is, the next zencat apply sends what is ready");
    }
    Ok(match (waited, outcome.is_success(), stale.is_empty()) {
        (Err(error), ..) => error.exit(),
        (Ok(()), false, _) => Exit::Failed,
        (Ok(()), true, false) => Exit::Refused,
        (Ok(()), true, true) => Exit::Done,
    })
}

/// By a flag, or by giving a plan file.
fn is_approved(args: &ApplyArgs) -> bool {
    args.auto_approve || args.plan.is_some()
}

/// Asks, unless it was approved already.
fn approve(ui: &Ui, args: &ApplyArgs, situation: &Situation) -> Result<(), CommandError> {
    if is_approved(args) || situation.plan.is_empty() {
        // Nobody is shown the plan, so nobody would see what it lacks.
        let shortage = situation.header.smartwords.and_then(Smartwords::shortage);
        shortage.iter().for_each(|shortage| ui.warning(shortage));
        return Ok(());
    }
    ui.say(|out| text::plan(situation.view(), out));
    match ui.confirm("\nApply this plan?") {
        true => Ok(()),
        false => Err(CommandError::new(Kind::Declined, "not approved; nothing was done")),
    }
}

/// Whether somebody has something to translate now.
fn gave_work(steps: &[Step], outcome: &Outcome) -> bool {
    let done: BTreeSet<StepId> = outcome
        .steps
        .iter()
        .filter(|ended| ended.result == apply::StepResult::Done)
        .map(|ended| ended.id)
        .collect();
    steps.iter().any(|step| step.words > 0 && done.contains(&step.id()))
}

/// The rest of the plan is carried out all the same.
fn refused_as_stale(steps: usize) -> CommandError {
    let steps = counted(steps as u64, "step of the plan is", "steps of the plan are");
    CommandError::new(Kind::Refused, format!("{steps} stale: {}", report::STALE))
        .hint("what is not stale was done; for the rest, write a new plan, look at it, and apply that: zencat plan --out FILE")
}

/// Writers are made here and nowhere else.
pub(super) fn services(clients: &Clients) -> Result<Services, CommandError> {
    let credentials = clients.zendesk_credentials.clone();
    Ok(Services {
        zendesk: clients.zendesk.clone(),
        zendesk_write: ZendeskWrite::new(&clients.zendesk, credentials).map_err(unusable)?,
        smartcat: clients.smartcat.clone(),
        smartcat_write: SmartcatWrite::new(&clients.smartcat),
    })
}

/// The first signal lets the step in flight finish; the second ends the program at once.
fn stop_on_signal(ui: &Ui) -> Arc<Stop> {
    let stop = Arc::new(Stop::default());
    let (asked, ui) = (Arc::clone(&stop), ui.clone());
    tokio::spawn(async move {
        signal().await;
        ui.note("finishing what is in flight, then stopping; once more to stop at once");
        asked.ask();
        signal().await;
        abort();
    });
    stop
}

#[expect(clippy::disallowed_methods, clippy::exit, reason = "the second Ctrl-C asks for exactly this")]
fn abort() -> ! {
    std::process::exit(130)
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::SignalKind;
    use tokio::signal::unix::signal;
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

#[cfg(not(unix))]
async fn signal() {
    drop(tokio::signal::ctrl_c().await);
}

struct Run<'a> {
    ui: &'a Ui,
    workspace: &'a Workspace,
    clients: &'a Clients,
    services: Services,
    stop: Arc<Stop>,
    /// The part of the scope that is worked on.
    selection: SelectionArgs,
    /// The plan file: what else there is to do waits for a plan of its own.
    saved: Option<SavedPlan>,
}

impl Run<'_> {
    async fn carry_out(&self, situation: &Situation) -> Outcome {
        let progress = self.ui.progress("applying", Work::Steps(situation.plan.steps.len() as u64));
        let owner = &self.workspace.owner;
        let watch = Watching { progress, ui: self.ui, view: situation.view(), begun: Mutex::default() };
        apply::apply(&self.services, owner, &situation.observed, &situation.plan.steps, &self.stop, &watch)
            .await
    }

    /// Goes on until nothing is in flight or the time is over. What each round did is added to the whole.
    async fn wait_for_work(
        &self,
        args: &ApplyArgs,
        wait: Duration,
        situation: &mut Situation,
        outcome: &mut Outcome,
    ) -> Result<(), CommandError> {
        let end = Instant::now() + wait;
        let mut pause = FIRST_PAUSE;
        while !self.stop.ends(outcome) && Instant::now() < end {
            let mut round = self.look_again().await?;
            if round.plan.is_empty() && round.plan.summary.in_progress == 0 {
                break;
            }
            if round.plan.is_empty() {
                self.rest(pause.min(end - Instant::now()), round.plan.summary.in_progress).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                continue;
            }
            let refusals = guard::refusals(&round.plan, &self.workspace.manifest.limits, &args.allow);
            if !refusals.is_empty() {
                return Err(refused(&refusals));
            }
            let ended = self.carry_out(&round).await;
            let progress = ended.steps.iter().any(|step| step.result == apply::StepResult::Done);
            let in_progress = round.plan.summary.in_progress;
            outcome.absorb(ended);
            situation.plan.steps.append(&mut round.plan.steps);
            situation.plan.summary.held = round.plan.summary.held;
            situation.observed = round.observed;
            match (progress, in_progress) {
                (true, _) => pause = FIRST_PAUSE,
                (false, 0) => break,
                // What was skipped now may be done when more is finished.
                (false, _) => {
                    self.rest(pause.min(end - Instant::now()), in_progress).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
        Ok(())
    }

    async fn look_again(&self) -> Result<Situation, CommandError> {
        let mut situation = Situation::find(self.ui, self.workspace, self.clients, &self.selection).await?;
        if let Some(saved) = &self.saved {
            saved::follow_up(&mut situation, saved);
        }
        situation.find_assignees(self.ui, self.workspace, self.clients).await?;
        Ok(situation)
    }

    /// Waits, but not for longer than until somebody asks to stop.
    async fn rest(&self, pause: Duration, in_progress: u64) {
        self.ui.note(&format!(
            "{in_progress} translations in work; looking again in {} s",
            pause.as_secs().max(1)
        ));
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = self.stop.asked() => {}
        }
    }

    fn show(
        &self,
        args: &ApplyArgs,
        situation: &Situation,
        digest: &PlanDigest,
        outcome: &Outcome,
        stale: &[SavedStep],
    ) -> Result<(), CommandError> {
        let requests = used(self.clients);
        let view = OutcomeView { plan: situation.view(), digest, outcome, stale, requests };
        self.ui
            .data(|out| match args.format {
                TextOrJson::Text => self.ui.fitted(out, |out| text::outcome(view, out)),
                TextOrJson::Json => json::print(&json::outcome(view), out),
            })
            .map_err(unwritten)?;
        let seconds = self.clients.seconds();
        if seconds >= LONG_RUN {
            self.ui.note(&format!("the run took {}", in_words(seconds)));
        }
        Ok(())
    }
}

pub(super) fn used(clients: &Clients) -> Used {
    let zendesk = clients.zendesk.requests();
    let smartcat = clients.smartcat.requests();
    Used {
        zendesk: Count { reads: zendesk.reads, writes: zendesk.writes },
        smartcat: Count { reads: smartcat.reads, writes: smartcat.writes },
    }
}

/// Shows how far a run is and what is in flight.
struct Watching<'a> {
    progress: Progress,
    ui: &'a Ui,
    view: PlanView<'a>,
    /// Steps in flight, in words: files of many steps go up together.
    begun: Mutex<Vec<(StepId, String)>>,
}

impl Watching<'_> {
    fn change(&self, change: impl FnOnce(&mut Vec<(StepId, String)>)) {
        let Ok(mut begun) = self.begun.lock() else { return };
        change(&mut begun);
        self.progress.in_flight(match begun.as_slice() {
            [] => String::new(),
            [(_, only)] => only.clone(),
            // The end is cut where the terminal is narrow.
            [(_, first), ..] => format!("{} at once: {first}", begun.len()),
        });
    }
}

impl Watch for Watching<'_> {
    fn begins(&self, step: &Step) {
        self.change(|begun| begun.push((step.id(), text::doing(self.view, step))));
    }

    fn ended(&self, step: &Step, _: &StepOutcome) {
        self.change(|begun| begun.retain(|(id, _)| *id != step.id()));
        self.progress.step_ended();
    }

    fn tells(&self, sentence: &str) {
        self.ui.note(sentence);
    }
}
