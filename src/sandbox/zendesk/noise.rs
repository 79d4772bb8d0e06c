//! What happens in a help center by itself: readers vote, people edit. In the proportions that were recorded
//! (zendesk-help-center.md §13.12), and the same for the same seed.

use jiff::SignedDuration;
use jiff::Timestamp;

use super::Noise;
use super::ZendeskState;

/// Changes made up for at one go; a leap of years does not become hours of work.
const MOST_AT_ONCE: u32 = 10_000;

/// The sequence of changes.
#[derive(Clone, Debug)]
pub(super) struct NoiseMaker {
    noise: Option<Noise>,
    /// When the next change is due; set when time is first looked at.
    next: Option<Timestamp>,
    random: u64,
}

impl NoiseMaker {
    pub(super) fn new(noise: Option<Noise>) -> Self {
        Self { noise, next: None, random: noise.map_or(0, |noise| noise.seed) }
    }

    /// When the next change happens, if that is not after `now`.
    fn due(&mut self, now: Timestamp) -> Option<Timestamp> {
        let every = SignedDuration::from_secs(self.noise?.every_seconds.max(1).into());
        let due = match self.next {
            Some(next) if next <= now => Some(next),
            Some(_) => return None,
            None => None,
        };
        self.next = due.unwrap_or(now).checked_add(every).ok();
        due
    }

    /// A number below `bound` (SplitMix64).
    fn below(&mut self, bound: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bound = u64::try_from(bound.max(1)).unwrap_or(u64::MAX);
        usize::try_from((z ^ (z >> 31)) % bound).unwrap_or_default()
    }
}

impl ZendeskState {
    /// Lets everything happen that is due.
    pub(super) fn make_noise(&mut self, now: Timestamp) {
        for _ in 0..MOST_AT_ONCE {
            let Some(at) = self.noise.due(now) else { return };
            self.one_change(at);
        }
    }

    fn one_change(&mut self, at: Timestamp) {
        let articles = self.articles();
        if articles.is_empty() {
            return;
        }
        let article = &articles[self.noise.below(articles.len())];
        let (id, locale) = (article.id, article.source_locale.clone());
        // The article exists, so none of these can fail.
        let _done = match self.noise.below(100) {
            0..79 => {
                let up = self.noise.below(3) > 0;
                self.vote(id, up, at)
            }
            // A quarter of the recorded changes of content left the visible text as it was.
            79..82 => self.editor_save(id, &locale, at),
            82..92 => {
                let body = self.translation(super::Kind::Article, id, &locale).map(|text| text.body);
                let body = format!("{}<p>Note {}.</p>", body.unwrap_or_default(), self.noise.below(1000));
                self.edit_source(id, None, Some(&body), at)
            }
            _ => {
                let labels = article.label_names.iter().map(String::as_str).chain(["reviewed"]);
                let labels: std::collections::BTreeSet<&str> = labels.collect();
                self.set_labels(id, &labels.into_iter().collect::<Vec<_>>(), at)
            }
        };
    }
}
