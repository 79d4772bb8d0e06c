//! Progress of long work: one line on a terminal that comes late, goes when the work is done, and stays below all else
//! that is said.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::HumanDuration;
use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressState;
use indicatif::ProgressStyle;

/// Nothing is drawn for work that takes less: a line that flashes up tells nothing.
const AFTER: Duration = Duration::from_millis(250);

/// The line is drawn anew this often, so that its times go on where the work does not.
const TICK: Duration = Duration::from_millis(100);

/// What is known of the work beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// How many steps there are.
    Steps(u64),
    /// Nothing: requests are counted as they are made.
    Requests,
}

/// The line that is there now, if there is one.
#[derive(Clone, Debug, Default)]
pub(super) struct Line(Arc<Mutex<Option<(Work, ProgressBar)>>>);

impl Line {
    /// Begins work. The line goes with what is returned.
    pub(super) fn begin(&self, name: &'static str, work: Work, shown: bool) -> Progress {
        let bar = bar(name, work);
        if shown {
            show_late(bar.clone());
        }
        self.set(Some((work, bar.clone())));
        Progress { line: self.clone(), bar }
    }

    /// Says something above the line.
    pub(super) fn above(&self, say: impl FnOnce()) {
        match self.get() {
            Some((_, bar)) => bar.suspend(say),
            None => say(),
        }
    }

    /// A request was made.
    pub(super) fn requested(&self) {
        if let Some((Work::Requests, bar)) = self.get() {
            bar.inc(1);
        }
    }

    fn get(&self) -> Option<(Work, ProgressBar)> {
        self.0.lock().ok()?.clone()
    }

    fn set(&self, now: Option<(Work, ProgressBar)>) {
        if let Ok(mut line) = self.0.lock() {
            *line = now;
        }
    }
}

/// Work that is going on.
#[derive(Debug)]
pub(super) struct Progress {
    line: Line,
    bar: ProgressBar,
}

impl Progress {
    /// One more step has ended.
    pub(super) fn step_ended(&self) {
        self.bar.inc(1);
    }

    /// What is in flight.
    pub(super) fn in_flight(&self, what: String) {
        self.bar.set_message(what);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.line.set(None);
        self.bar.finish_and_clear();
    }
}

fn bar(name: &'static str, work: Work) -> ProgressBar {
    let (total, template) = match work {
        Work::Steps(total) => (Some(total), "{prefix} {bar:16} {pos}/{len}{rate}{left}  {wide_msg}"),
        Work::Requests => (None, "{prefix}  {pos} requests{rate}  {elapsed}"),
    };
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden()).with_prefix(name);
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.with_key("rate", rate).with_key("left", left));
    }
    bar
}

/// Nobody knows it before something has ended.
fn rate(state: &ProgressState, out: &mut dyn Write) {
    if state.pos() > 0 {
        // A line that cannot be written shows no rate.
        let _ = write!(out, "  {:.1}/s", state.per_sec());
    }
}

/// Nobody knows it before something has ended.
fn left(state: &ProgressState, out: &mut dyn Write) {
    if state.pos() > 0 {
        let _ = write!(out, "  {:#} left", HumanDuration(state.eta()));
    }
}

fn show_late(bar: ProgressBar) {
    std::thread::spawn(move || {
        std::thread::sleep(AFTER);
        if !bar.is_finished() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(TICK);
        }
    });
}
