//! The time that requests need at least.

use crate::plan::Requests;

/// What the services allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Requests to Zendesk in a minute, as its answers tell.
    pub zendesk_per_minute: u32,
    /// Requests to Smartcat in a second.
    pub smartcat_per_second: u32,
}

impl Default for Rates {
    /// Those of Zendesk's smallest plan (zendesk-help-center.md §7) and of any Smartcat account (smartcat.md §3).
    fn default() -> Self {
        Self { zendesk_per_minute: 200, smartcat_per_second: 4 }
    }
}

impl Rates {
    /// The seconds that so many requests take: both services are talked to at once.
    pub fn least_seconds(self, requests: Requests) -> u64 {
        let zendesk = (requests.zendesk * 60).div_ceil(u64::from(self.zendesk_per_minute.max(1)));
        let smartcat = requests.smartcat.div_ceil(u64::from(self.smartcat_per_second.max(1)));
        zendesk.max(smartcat)
    }
}

/// A time as people say it: seconds below two minutes, then minutes, then hours and minutes.
pub fn in_words(seconds: u64) -> String {
    match (seconds, seconds.div_ceil(60)) {
        (0..120, _) => format!("{seconds} s"),
        (_, minutes @ 0..120) => format!("{minutes} min"),
        (_, minutes) => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slower_service_decides() {
        let rates = Rates { zendesk_per_minute: 400, smartcat_per_second: 4 };
        let least = |zendesk, smartcat| rates.least_seconds(Requests { zendesk, smartcat });
        assert_eq!([least(0, 0), least(1, 1), least(400, 8), least(400, 800)], [0, 1, 60, 200]);
        let nonsense = Rates { zendesk_per_minute: 0, smartcat_per_second: 0 };
        assert_eq!(nonsense.least_seconds(Requests { zendesk: 2, smartcat: 3 }), 120);
    }

    #[test]
    fn times_are_said_as_people_do() {
        assert_eq!([0, 119, 120, 121, 7_199].map(in_words), ["0 s", "119 s", "2 min", "3 min", "2 h 0 min"]);
        assert_eq!(in_words(90_060), "25 h 1 min");
    }
}
