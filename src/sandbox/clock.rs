//! The sandbox's clock. Rate-limit windows, token life and everything that takes time in a service go by it, so a test
//! decides what time it is and a demo can be played fast.

use std::time::Duration;
use std::time::Instant;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;

/// 2026-11-01T09:00:00Z, the moment at which a sandbox starts unless told otherwise.
pub const START: Timestamp = Timestamp::constant(1_793_523_600, 0);

/// How the sandbox's time goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ClockMode {
    /// From `start` on, `speed` seconds for each real one. [`advance`](super::Sandbox::advance) leaps ahead.
    Real {
        /// The first moment.
        start: Timestamp,
        /// Seconds of the sandbox for each real second.
        speed: u32,
    },
    /// Stands still; only [`advance`](super::Sandbox::advance) moves it.
    Manual {
        /// The first moment.
        start: Timestamp,
    },
}

impl ClockMode {
    /// Real time from [`START`] on.
    pub const fn real() -> Self {
        Self::Real { start: START, speed: 1 }
    }

    /// Standing at [`START`].
    pub const fn manual() -> Self {
        Self::Manual { start: START }
    }
}

impl Default for ClockMode {
    fn default() -> Self {
        Self::real()
    }
}

#[derive(Debug)]
pub(super) struct Clock {
    mode: ClockMode,
    started: Instant,
    leapt: Duration,
}

impl Clock {
    pub(super) fn new(mode: ClockMode) -> Self {
        Self { mode, started: Instant::now(), leapt: Duration::ZERO }
    }

    pub(super) fn now(&self) -> Timestamp {
        let (start, passed) = match self.mode {
            ClockMode::Real { start, speed } => (start, self.started.elapsed().saturating_mul(speed)),
            ClockMode::Manual { start } => (start, Duration::ZERO),
        };
        // Past the year 9999 time stands still rather than fails.
        start.checked_add(passed.saturating_add(self.leapt)).unwrap_or(Timestamp::MAX)
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.leapt = self.leapt.saturating_add(by);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let mut clock = Clock::new(ClockMode::manual());
        assert_eq!(clock.now().to_string(), "2026-11-01T09:00:00Z");
        clock.advance(Duration::from_secs(61));
        assert_eq!(clock.now().to_string(), "2026-11-01T09:01:01Z");
    }

    #[test]
    fn a_real_clock_runs_at_its_speed() {
        let clock = Clock::new(ClockMode::Real { start: START, speed: 1000 });
        std::thread::sleep(Duration::from_millis(5));
        assert!(clock.now().duration_since(START).as_secs() >= 5);
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        let mut clock = Clock::new(ClockMode::manual());
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Timestamp::MAX);
    }
}
