//! When the next request may leave: one pace per service, shared by all clones of its client.
//!
//! - Smartcat allows a number of requests per second (smartcat.md §3): a window slides over the times at which the last
//!   requests may have arrived.
//! - Zendesk tells with each answer what a minute allows and what is left of it (zendesk-help-center.md §7): a bucket
//!   fills at a little under that rate, and when others use up the same budget everybody waits for the next minute.
//!
//! Either can be held: a 429 or 503 stops all workers of the host, not only the one that was told.

use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::Instant;

/// A second as Smartcat may measure it: its clock and ours do not tick alike.
const SECOND: Duration = Duration::from_millis(1010);

/// A request arrives somewhere between its sending and its answer. When the answer takes longer than this, the time went
/// into the answer: making a connection is quicker.
const LONGEST_WAY: Duration = Duration::from_millis(90);

const MINUTE: Duration = Duration::from_secs(60);

/// Zendesk's smallest current plan; assumed until the first answer tells (zendesk-help-center.md §7).
const ASSUMED_PER_MINUTE: u32 = 200;

/// Share of Zendesk's rate that is used. With the burst it stays under 100 % in any minute, wherever a minute begins.
const SHARE: f64 = 0.94;

/// Share of a minute's requests that may leave at once after a rest.
const BURST: f64 = 0.02;

/// With less than this share left, somebody else is using the budget: alone we never get there.
const SCARCE: f64 = 0.02;

/// Decides when requests leave.
#[derive(Debug)]
pub(crate) struct Pace {
    /// Requests leave in the order in which they asked.
    line: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    rhythm: Rhythm,
    held_until: Option<Instant>,
}

#[derive(Debug)]
enum Rhythm {
    Window(Window),
    Budget(Budget),
}

impl Pace {
    /// At most `count` requests in any second.
    pub(crate) fn per_second(count: u32) -> Self {
        Self::new(Rhythm::Window(Window { count: count.max(1) as usize, next: 0, under_way: Vec::new() }))
    }

    /// As many requests as the answers allow.
    pub(crate) fn by_answers() -> Self {
        Self::new(Rhythm::Budget(Budget::new(Instant::now())))
    }

    fn new(rhythm: Rhythm) -> Self {
        Self { line: tokio::sync::Mutex::new(()), state: Mutex::new(State { rhythm, held_until: None }) }
    }

    /// Waits until a request may leave, and counts it as sent. Drop the turn when the answer begins.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        let _first_in_line = self.line.lock().await;
        loop {
            let take = self.state().take(Instant::now());
            match take {
                Take::Now(number) => return Turn { pace: self, number },
                Take::At(at) => tokio::time::sleep_until(at).await,
            }
        }
    }

    /// Nobody sends anything for this long.
    pub(crate) fn hold(&self, pause: Duration) {
        let mut state = self.state();
        let until = Instant::now() + pause;
        state.held_until = Some(state.held_until.map_or(until, |earlier| earlier.max(until)));
    }

    /// What an answer told of the budget.
    pub(crate) fn heard(&self, limit: u32, remaining: u32) {
        if let Rhythm::Budget(budget) = &mut self.state().rhythm {
            budget.heard(limit, remaining, Instant::now());
        }
    }

    /// An answer that told of no budget: a server without one, such as the sandbox, need not be spared. Should it turn
    /// out to have one, the next answer or a 429 tells.
    pub(crate) fn heard_nothing(&self) {
        if let Rhythm::Budget(budget) = &mut self.state().rhythm {
            budget.unannounced = budget.heard.is_none();
        }
    }

    /// Limit per minute and what was left of it, when last heard.
    pub(crate) fn last_heard(&self) -> Option<(u32, u32)> {
        match &self.state().rhythm {
            Rhythm::Window(_) => None,
            Rhythm::Budget(budget) => budget.heard,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to send one request.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pace: &'a Pace,
    number: u64,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Rhythm::Window(window) = &mut self.pace.state().rhythm {
            window.answered(self.number, Instant::now());
        }
    }
}

/// A turn with its number, or when to ask again.
enum Take {
    Now(u64),
    At(Instant),
}

impl State {
    fn take(&mut self, now: Instant) -> Take {
        if let Some(until) = self.held_until.filter(|until| *until > now) {
            return Take::At(until);
        }
        match &mut self.rhythm {
            Rhythm::Window(window) => window.take(now),
            Rhythm::Budget(budget) => budget.take(now),
        }
    }
}

/// The requests that may have arrived within the last second: the next one leaves when they are fewer than `count`.
#[derive(Debug)]
struct Window {
    count: usize,
    next: u64,
    /// Number and latest possible arrival.
    under_way: Vec<(u64, Instant)>,
}

impl Window {
    fn take(&mut self, now: Instant) -> Take {
        self.under_way.retain(|(_, arrival)| *arrival + SECOND > now);
        let first_to_leave = self.under_way.iter().map(|(_, arrival)| *arrival + SECOND).min();
        match first_to_leave {
            Some(at) if self.under_way.len() >= self.count => Take::At(at),
            _ => {
                self.next += 1;
                self.under_way.push((self.next, now + LONGEST_WAY));
                Take::Now(self.next)
            }
        }
    }

    fn answered(&mut self, number: u64, now: Instant) {
        if let Some((_, arrival)) = self.under_way.iter_mut().find(|(known, _)| *known == number) {
            *arrival = now.min(*arrival);
        }
    }
}

/// A bucket that fills at the rate the answers tell.
#[derive(Debug)]
struct Budget {
    per_minute: f64,
    tokens: f64,
    filled_at: Instant,
    heard: Option<(u32, u32)>,
    /// Answers came, and none told of a budget.
    unannounced: bool,
    /// The first answer of the minute that is running. The minute ends no later than one minute after it.
    minute_seen_at: Instant,
}

impl Budget {
    fn new(now: Instant) -> Self {
        Self {
            per_minute: f64::from(ASSUMED_PER_MINUTE),
            tokens: burst(f64::from(ASSUMED_PER_MINUTE)),
            filled_at: now,
            heard: None,
            unannounced: false,
            minute_seen_at: now,
        }
    }

    fn take(&mut self, now: Instant) -> Take {
        if self.unannounced {
            return Take::Now(0);
        }
        if let Some(end) = self.scarce_until(now) {
            return Take::At(end);
        }
        let per_second = self.per_minute * SHARE / MINUTE.as_secs_f64();
        let filled = self.tokens + (now - self.filled_at).as_secs_f64() * per_second;
        self.tokens = filled.min(burst(self.per_minute));
        self.filled_at = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Take::Now(0);
        }
        // Rounded up, so that a sleeper does not wake a hair too early and ask twice.
        Take::At(now + Duration::from_secs_f64((1.0 - self.tokens) / per_second) + Duration::from_millis(1))
    }

    /// The latest end of a minute in which almost nothing is left.
    fn scarce_until(&mut self, now: Instant) -> Option<Instant> {
        let (limit, remaining) = self.heard?;
        let end = self.minute_seen_at + MINUTE;
        if now >= end {
            // What was heard is about a minute that is over.
            self.heard = Some((limit, limit));
            self.minute_seen_at = now;
            return None;
        }
        let scarce = (f64::from(limit) * SCARCE).max(2.0);
        (f64::from(remaining) < scarce).then_some(end)
    }

    fn heard(&mut self, limit: u32, remaining: u32, now: Instant) {
        if limit == 0 {
            return;
        }
        let before = self.heard.map(|(_, remaining)| remaining);
        // Answers overtake each other, so a small step up is no new minute.
        let step = limit / 10 + 4;
        if before.is_none_or(|before| remaining > before.saturating_add(step))
            || now >= self.minute_seen_at + MINUTE
        {
            self.minute_seen_at = now;
        }
        self.heard = Some((limit, remaining));
        self.unannounced = false;
        self.per_minute = f64::from(limit);
        self.tokens = self.tokens.min(burst(self.per_minute));
    }
}

fn burst(per_minute: f64) -> f64 {
    (per_minute * BURST).floor().max(1.0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Takes `count` turns by several workers; returns when each left, in seconds.
    async fn run(pace: &Arc<Pace>, workers: usize, count: usize) -> Vec<f64> {
        arrivals(pace, workers, count, |_| (Duration::ZERO, Duration::ZERO)).await
    }

    /// The same, with the time that each request's way and answer take; returns when each arrived.
    async fn arrivals(
        pace: &Arc<Pace>,
        workers: usize,
        count: usize,
        times_of: fn(usize) -> (Duration, Duration),
    ) -> Vec<f64> {
        let began = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for worker in 0..workers {
            let pace = Arc::clone(pace);
            tasks.spawn(async move {
                let mut times = Vec::new();
                for number in 0..count / workers {
                    let (way, answer) = times_of(worker + number * workers);
                    let turn = pace.turn().await;
                    tokio::time::sleep(way).await;
                    times.push(began.elapsed().as_secs_f64());
                    tokio::time::sleep(answer).await;
                    drop(turn);
                }
                times
            });
        }
        let mut times: Vec<f64> = tasks.join_all().await.concat();
        times.sort_by(f64::total_cmp);
        times
    }

    fn assert_four_a_second(times: &[f64]) {
        for five in times.windows(5) {
            assert!(five[4] - five[0] > 1.0, "five requests within a second: {five:?}");
        }
        let rate = (times.len() - 4) as f64 / times[times.len() - 1];
        assert!((3.6..=4.0).contains(&rate), "{rate} per second");
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_without_a_budget_is_not_kept_waiting_until_it_tells_of_one() {
        let pace = Arc::new(Pace::by_answers());
        pace.heard_nothing();
        assert_eq!(run(&pace, 4, 500).await.last(), Some(&0.0));
        pace.heard(60, 59);
        pace.heard_nothing();
        assert!(run(&pace, 4, 10).await.last() > Some(&5.0));
    }

    #[tokio::test(start_paused = true)]
    async fn no_second_holds_more_than_four_requests_and_ninety_percent_are_used() {
        let pace = Arc::new(Pace::per_second(4));
        assert_four_a_second(&run(&pace, 8, 400).await);
    }

    #[tokio::test(start_paused = true)]
    async fn slow_connections_and_slow_answers_change_nothing() {
        let slow = |number: usize| match number % 7 {
            0 => (Duration::from_millis(80), Duration::ZERO),
            1 => (Duration::from_millis(1), Duration::from_millis(900)),
            _ => (Duration::from_millis(2), Duration::from_millis(30)),
        };
        let pace = Arc::new(Pace::per_second(4));
        assert_four_a_second(&arrivals(&pace, 8, 400, slow).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_held_pace_holds_every_worker() {
        let pace = Arc::new(Pace::per_second(4));
        drop(pace.turn().await);
        pace.hold(Duration::from_secs(7));
        pace.hold(Duration::from_secs(3));
        let times = run(&pace, 4, 4).await;
        assert!(times.iter().all(|time| *time >= 7.0), "{times:?}");
    }

    /// Zendesk's counter as it seems to work: full again with every minute of the clock.
    struct Minute {
        limit: u32,
        used: u32,
        ends: Instant,
    }

    impl Minute {
        /// Counts requests; `None` stands for 429.
        fn ask(&mut self, requests: u32) -> Option<u32> {
            let now = Instant::now();
            while now >= self.ends {
                self.ends += MINUTE;
                self.used = 0;
            }
            if self.used + requests > self.limit {
                return None;
            }
            self.used += requests;
            Some(self.limit - self.used)
        }
    }

    async fn refused_and_rate(limit: u32, others_per_request: u32, seconds: u64) -> (usize, f64) {
        let pace = Pace::by_answers();
        let began = Instant::now();
        // The run begins somewhere in the middle of a minute.
        let mut minute = Minute { limit, used: 0, ends: began + Duration::from_secs(37) };
        let (mut sent, mut refused) = (0, 0);
        while began.elapsed() < Duration::from_secs(seconds) {
            drop(pace.turn().await);
            let _ = minute.ask(others_per_request);
            match minute.ask(1) {
                Some(remaining) => pace.heard(limit, remaining),
                None => refused += 1,
            }
            sent += 1;
        }
        (refused, f64::from(sent) / (seconds as f64 / 60.0))
    }

    #[tokio::test(start_paused = true)]
    async fn zendesks_rate_is_used_to_nine_tenths_and_never_exceeded() {
        for limit in [10, 60, 200, 400, 700, 2500] {
            let (refused, per_minute) = refused_and_rate(limit, 0, 1200).await;
            assert_eq!(refused, 0, "429 at {limit} per minute");
            let least = if limit == 10 { 0.8 } else { 0.9 };
            assert!(per_minute >= f64::from(limit) * least, "{per_minute} of {limit} per minute");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn others_may_use_the_same_budget() {
        for others in [1, 3] {
            let (refused, per_minute) = refused_and_rate(400, others, 1200).await;
            assert_eq!(refused, 0, "{others} requests of others for each of ours");
            let fair = 400.0 / f64::from(1 + others);
            assert!(per_minute > fair * 0.6, "{per_minute} per minute");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn before_the_first_answer_the_rate_is_low() {
        let times = run(&Arc::new(Pace::by_answers()), 4, 200).await;
        assert!(times[199] > 55.0, "{}", times[199]);
        assert!(times[3] < 0.1 && times[5] > 0.1, "a few at once: {:?}", &times[..8]);
    }

    #[tokio::test(start_paused = true)]
    async fn nonsense_from_the_server_does_not_stop_the_pace() {
        let pace = Pace::by_answers();
        pace.heard(0, 0);
        pace.heard(u32::MAX, u32::MAX);
        drop(pace.turn().await);
        pace.heard(1, 9);
        tokio::time::timeout(Duration::from_secs(200), async {
            drop(pace.turn().await);
            drop(pace.turn().await);
        })
        .await
        .expect("a slow pace is still one");
    }
}
