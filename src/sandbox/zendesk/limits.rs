//! Requests per minute. The counter starts anew with every minute of the sandbox's clock
//! (zendesk-help-center.md §7).

use jiff::Timestamp;

use super::refusal::Refusal;

/// One counter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window {
    minute: i64,
    used: u32,
}

impl Window {
    /// Takes one request from the allowance.
    pub(super) fn take(&mut self, limit: u32, now: Timestamp, tell_when: bool) -> Result<(), Refusal> {
        let second = now.as_second();
        let minute = second.div_euclid(60);
        if self.minute != minute {
            *self = Self { minute, used: 0 };
        }
        if self.used >= limit {
            let retry_after = tell_when.then(|| 60 - second.rem_euclid(60));
            return Err(Refusal::TooMany { retry_after });
        }
        self.used += 1;
        Ok(())
    }

    /// Gives the last request back.
    pub(super) fn give_back(&mut self) {
        self.used = self.used.saturating_sub(1);
    }

    /// What is left of the allowance.
    pub(super) fn left(self, limit: u32) -> u32 {
        limit.saturating_sub(self.used)
    }
}
