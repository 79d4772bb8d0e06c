//! Clocks, the kernel's accounts of a process, and tables.

use std::fs;
use std::path::Path;
use std::process::Child;
use std::time::Duration;
use std::time::Instant;

use rustix::time::ClockId;
use rustix::time::clock_gettime;

/// The shortest of a few runs, in time on the processor: on a machine that others use too, it is the nearest to the
/// truth.
pub(crate) fn best<R>(runs: usize, mut work: impl FnMut() -> R) -> Duration {
    let times = (0..runs).map(|_| {
        let began = on_processor();
        std::hint::black_box(work());
        on_processor() - began
    });
    times.min().unwrap_or_default()
}

/// How long this thread has been on a processor.
fn on_processor() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
}

/// The shortest of a few runs by the clock, for what another process does.
pub(crate) fn shortest(runs: usize, mut work: impl FnMut()) -> Duration {
    let times = (0..runs).map(|_| {
        let began = Instant::now();
        work();
        began.elapsed()
    });
    times.min().unwrap_or_default()
}

/// What a process has used up so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    /// Seconds since the process was looked at first.
    pub(crate) seconds: f64,
    /// Seconds on a processor, user and system.
    pub(crate) cpu: f64,
    /// The most memory it ever had, in MiB.
    pub(crate) peak: f64,
}

/// Follows a child to its end. What the kernel knew last of it is within a few milliseconds of the whole.
pub(crate) fn follow(child: &mut Child) -> Used {
    let began = Instant::now();
    let process = format!("/proc/{}", child.id());
    let mut used = Used::default();
    loop {
        used = account(Path::new(&process)).unwrap_or(used);
        if child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Used { seconds: began.elapsed().as_secs_f64(), ..used }
}

/// The accounts of this process.
pub(crate) fn own() -> Used {
    account(Path::new("/proc/self")).unwrap_or_default()
}

fn account(process: &Path) -> Option<Used> {
    let status = fs::read_to_string(process.join("status")).ok()?;
    let peak: f64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()?;
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The name of the program, in brackets, may hold spaces; user and system time are the 12th and 13th after it.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(Used { seconds: 0.0, cpu: ticks / 100.0, peak: peak / 1024.0 })
}

/// The figures that must be kept. All that are not are told together, after everything has been measured.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    missed: Vec<String>,
}

impl Limits {
    /// Holds a figure to the most that is allowed.
    pub(crate) fn at_most(&mut self, what: &str, measured: f64, limit: f64) {
        if measured > limit {
            self.missed.push(format!("{what}: {measured:.1}, at most {limit:.1} allowed"));
        }
    }

    /// Holds a figure to the least that is asked for.
    pub(crate) fn at_least(&mut self, what: &str, measured: f64, limit: f64) {
        if measured < limit {
            self.missed.push(format!("{what}: {measured:.1}, at least {limit:.1} asked for"));
        }
    }

    /// What was missed, a line each.
    pub(crate) fn missed(&self) -> &[String] {
        &self.missed
    }
}

/// Prints rows as a Markdown table; the first row is its head.
pub(crate) fn table(rows: &[Vec<String>]) {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for (number, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        println!("| {} |", cells.collect::<Vec<_>>().join(" | "));
        if number == 0 {
            let lines = widths.iter().map(|width| "-".repeat(*width));
            println!("| {} |", lines.collect::<Vec<_>>().join(" | "));
        }
    }
    println!();
}

/// A row of a table.
#[macro_export]
macro_rules! row {
    ($($cell:expr),+ $(,)?) => { vec![$($cell.to_string()),+] };
}
