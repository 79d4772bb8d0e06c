//! The soak: rounds of what people, linguists, networks and operators do, in an order that a seed decides, and zencat
//! in between, which may fail, be killed, or run twice at once. After every round the guarantees hold; in the end,
//! undisturbed, the plan is empty.
//!
//! `ZENCAT_SOAK_SEED=7 ZENCAT_SOAK_ROUNDS=1000 cargo test --test it soak::` tells one story, longer.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use zencat::id::Language;
use zencat::receipt::Receipt;
use zencat::sandbox::Entry;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::seed::Seed;
use zencat::sandbox::smartcat::Damage;
use zencat::sandbox::zendesk::Kind;

use crate::kill::killed_at;
use crate::scenario;
use crate::world::World;
use crate::world::of_lines;

/// The stories that are told when no seed is given.
const SEEDS: [u64; 4] = [1, 2, 3, 4];

/// How long each of them is.
const ROUNDS: u32 = 50;

const LANGUAGES: [&str; 3] = ["de", "fr", "ja"];

/// The most articles: a story grows by its rounds, not by its size.
const MOST_ARTICLES: usize = 12;

/// Runs after which an undisturbed end must have come.
const LAST_RUNS: usize = 6;

#[test]
fn after_any_rounds_nothing_is_twice_nothing_is_lost_and_the_plan_is_empty() {
    let rounds = number("ZENCAT_SOAK_ROUNDS").and_then(|rounds| rounds.try_into().ok()).unwrap_or(ROUNDS);
    let seeds = number("ZENCAT_SOAK_SEED").map_or_else(|| SEEDS.to_vec(), |seed| vec![seed]);
    thread::scope(|scope| {
        for seed in seeds {
            scope.spawn(move || Story::new(seed, rounds).tell());
        }
    });
}

#[expect(clippy::disallowed_methods, reason = "whoever starts the test says which story, and how long")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap())
}

/// SplitMix64: few lines, the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % end as u64).unwrap()
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        if all.is_empty() { None } else { Some(all[self.below(all.len())].clone()) }
    }
}

/// A translation: article and locale.
type Pair = (u64, String);

struct Story {
    world: World,
    dice: Dice,
    seed: u64,
    rounds: u32,
    /// What happened, to be read when something is wrong.
    told: Vec<String>,
    /// The sources, as people wrote them.
    sources: BTreeMap<u64, String>,
    /// The translations that people wrote or deleted after zencat, as they left them.
    by_hand: BTreeMap<Pair, Option<String>>,
    /// The translations that readers have seen.
    published: BTreeSet<Pair>,
    /// The text that zencat sent last, by path.
    sent: HashMap<String, String>,
    /// The first request that was not looked at yet.
    unread: usize,
    /// Numbers that make every new text another one.
    texts: u32,
}

impl Drop for Story {
    fn drop(&mut self) {
        if thread::panicking() {
            let Self { seed, rounds, told, .. } = self;
            println!("{}", told.join("\n"));
            println!(
                "again: ZENCAT_SOAK_SEED={seed} ZENCAT_SOAK_ROUNDS={rounds} cargo test --test it soak:: -- --nocapture"
            );
        }
    }
}

/// Whether one text may be written to one place two times.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Twice {
    Forbidden,
    Allowed,
}

/// A source in whose every paragraph one word is strong, so that half a translation shows.
fn source(number: u32) -> String {
    let paragraph = |nth: u32| {
        format!("<p>Then turn the <strong>key</strong> of door {number} exactly {nth} more times.</p>")
    };
    (1..=1 + number % 3).map(paragraph).collect::<Vec<_>>().join("\n")
}

fn help_center() -> Seed {
    let line = |number: u32| {
        serde_json::json!({"id": 1_000_000 + number, "section_id": 500, "title": format!("Door {number}"),
            "body": source(number), "locale": "en-us", "source_locale": "en-us", "label_names": [],
            "updated_at": "2026-01-01T00:00:00Z", "translations": []})
        .to_string()
    };
    of_lines(&(0..4).map(line).collect::<Vec<_>>().join("\n"), &LANGUAGES)
}

impl Story {
    fn new(seed: u64, rounds: u32) -> Self {
        let smartcat = scenario::prompt();
        let world = World::with(Options { seed: help_center(), smartcat, ..Options::default() });
        let sources = (0..4).map(|number| (1_000_000 + u64::from(number), source(number))).collect();
        let mut story = Self {
            world,
            dice: Dice(seed),
            seed,
            rounds,
            told: Vec::new(),
            sources,
            by_hand: BTreeMap::new(),
            published: BTreeSet::new(),
            sent: HashMap::new(),
            unread: 0,
            texts: 100,
        };
        story.changes_the_manifest();
        story
    }

    fn tell(mut self) {
        for round in 1..=self.rounds {
            for _ in 0..1 + self.dice.below(3) {
                let act = self.acts();
                self.told.push(format!("{round}: {act}"));
            }
            let run = self.runs();
            self.told.push(format!("{round}: {run}"));
            self.holds();
        }
        self.ends();
    }

    /// Something happens. What, in words.
    fn acts(&mut self) -> String {
        match self.dice.below(16) {
            0 => self.votes(),
            1 => self.saves_in_the_editor(),
            2 | 3 => self.changes_a_source(),
            4 => self.edits_a_translation(),
            5 => self.deletes_a_translation(),
            6 => self.adds_an_article(),
            7 => self.retypes_a_segment(),
            8 => self.damages_a_segment(),
            9 => self.changes_the_manifest(),
            10 => {
                self.world.sandbox.advance(Duration::from_secs(3_600));
                "an hour goes by".to_owned()
            }
            11 | 12 => {
                self.world.work();
                "all work is finished".to_owned()
            }
            _ => self.finishes_a_document(),
        }
    }

    fn article(&mut self) -> u64 {
        let articles: Vec<u64> = self.sources.keys().copied().collect();
        self.dice.one_of(&articles).unwrap()
    }

    /// A translation that stands in Zendesk, for people to change. What they changed is theirs and no longer moves, so
    /// most are left to zencat.
    fn translation(&mut self) -> Option<Pair> {
        let pairs: Vec<Pair> = self.translations().into_keys().collect();
        let few = self.by_hand.len() * 3 < pairs.len();
        self.dice.one_of(&pairs).filter(|_| few)
    }

    /// Bodies and draft flags of the translations that stand in Zendesk.
    fn translations(&self) -> BTreeMap<Pair, (String, bool)> {
        self.world.sandbox.zendesk(|zendesk, _| {
            let pairs = self.sources.keys().flat_map(|article| {
                let locales = zendesk.locales_of(Kind::Article, *article);
                locales.into_iter().map(|locale| (*article, locale))
            });
            pairs
                .filter(|(_, locale)| locale != "en-us")
                .map(|(article, locale)| {
                    let text = zendesk.translation(Kind::Article, article, &locale).unwrap();
                    ((article, locale), (text.body, text.draft))
                })
                .collect()
        })
    }

    fn votes(&mut self) -> String {
        let article = self.article();
        self.world.sandbox.zendesk(|zendesk, now| zendesk.vote(article, true, now).unwrap());
        format!("{article} is voted for")
    }

    fn saves_in_the_editor(&mut self) -> String {
        let article = self.article();
        self.world.sandbox.zendesk(|zendesk, now| {
            zendesk.editor_save(article, "en-us", now).unwrap();
        });
        self.remember_source(article);
        format!("{article} is saved unchanged")
    }

    fn remember_source(&mut self, article: u64) {
        let text =
            self.world.sandbox.zendesk(|zendesk, _| zendesk.translation(Kind::Article, article, "en-us"));
        self.sources.insert(article, text.unwrap().body);
    }

    fn changes_a_source(&mut self) -> String {
        let (article, number) = (self.article(), self.next_text());
        self.world.sandbox.zendesk(|zendesk, now| {
            zendesk.edit_source(article, None, Some(&source(number)), now).unwrap();
        });
        self.remember_source(article);
        format!("{article} becomes text {number}")
    }

    fn next_text(&mut self) -> u32 {
        self.texts += 1;
        self.texts
    }

    fn edits_a_translation(&mut self) -> String {
        let Some((article, locale)) = self.translation() else { return "nothing to edit".to_owned() };
        let body = format!("<p>By hand: {}</p>", self.next_text());
        self.world.sandbox.zendesk(|zendesk, now| {
            zendesk.edit_translation(Kind::Article, article, &locale, None, Some(&body), now).unwrap();
        });
        self.by_hand.insert((article, locale.clone()), Some(body));
        format!("{article} {locale} is edited by hand")
    }

    fn deletes_a_translation(&mut self) -> String {
        let Some((article, locale)) = self.translation() else { return "nothing to delete".to_owned() };
        if !self.is_in_a_receipt(article, &locale) {
            return format!("{article} {locale} is left, for no receipt would tell that it was there");
        }
        self.world.sandbox.zendesk(|zendesk, now| {
            zendesk.delete_text(Kind::Article, article, &locale, now).unwrap();
        });
        self.by_hand.insert((article, locale.clone()), None);
        self.published.remove(&(article, locale.clone()));
        format!("{article} {locale} is deleted by hand")
    }

    /// A run that is killed before it writes the receipt leaves a text that nothing but the text tells of. Deleted before
    /// the next run, it never was.
    fn is_in_a_receipt(&self, article: u64, locale: &str) -> bool {
        let item = format!(":article:{article}");
        let documents = self.world.sandbox.smartcat(|smartcat, _| smartcat.documents());
        let its =
            documents.into_iter().filter(|it| it.external_id.as_ref().is_some_and(|id| id.ends_with(&item)));
        let copies: Vec<String> = its.filter_map(|document| document.meta_info).collect();
        let receipt = Receipt::merge(copies.iter().map(String::as_str));
        receipt.languages.get(&Language::new(locale)).is_some_and(|known| known.tgt.is_some())
    }

    fn adds_an_article(&mut self) -> String {
        if self.sources.len() >= MOST_ARTICLES {
            return "no further article".to_owned();
        }
        let number = self.next_text();
        let article = self.world.sandbox.zendesk(|zendesk, now| {
            zendesk.add_article(500, &format!("Door {number}"), &source(number), now).unwrap()
        });
        self.remember_source(article);
        format!("{article} is new")
    }

    fn document(&mut self) -> Option<String> {
        let documents = self.world.sandbox.smartcat(|smartcat, _| smartcat.documents());
        let parsed = documents.into_iter().filter(|document| document.parse == "success");
        self.dice.one_of(&parsed.map(|document| document.id).collect::<Vec<_>>())
    }

    fn finishes_a_document(&mut self) -> String {
        let Some(document) = self.document() else { return "nothing to finish".to_owned() };
        self.world.sandbox.advance(Duration::from_secs(60));
        self.world.sandbox.smartcat(|smartcat, now| smartcat.finish(&document, now).unwrap());
        format!("document {document} is finished")
    }

    fn retypes_a_segment(&mut self) -> String {
        let Some(document) = self.document() else { return "nothing to retype".to_owned() };
        self.world.sandbox.advance(Duration::from_secs(60));
        let number = self.next_text();
        self.world.sandbox.smartcat(|smartcat, now| {
            let found = smartcat.documents().into_iter().find(|found| found.id == document);
            let segment =
                found.unwrap().segments.into_iter().find(|segment| segment.source.contains("<strong>"));
            if let Some(segment) = segment {
                let target = format!("Anders <strong>{number}</strong>.");
                smartcat.translate_segment(&document, &segment.key, &target, now).unwrap();
            }
        });
        format!("a linguist retypes a segment of {document}: {number}")
    }

    fn damages_a_segment(&mut self) -> String {
        let Some(document) = self.document() else { return "nothing to damage".to_owned() };
        self.world.sandbox.advance(Duration::from_secs(60));
        let damages = [Damage::DropTag, Damage::Unbalance, Damage::AddTag, Damage::Empty, Damage::SourceText];
        let damage = self.dice.one_of(&damages).unwrap();
        self.world.sandbox.smartcat(|smartcat, now| {
            let found = smartcat.documents().into_iter().find(|found| found.id == document);
            let segment =
                found.unwrap().segments.into_iter().find(|segment| segment.source.contains("<strong>"));
            if let Some(segment) = segment {
                // A segment that cannot be damaged in this way stays as it is.
                drop(smartcat.break_markup(&document, Some(&segment.key), damage, now));
            }
        });
        format!("{damage:?} in {document}")
    }

    fn changes_the_manifest(&mut self) -> String {
        let languages = self.dice.one_of(&["de", "de, fr", "de, fr, ja"]).unwrap();
        let send_when = self.dice.one_of(&["completed", "confirmed"]).unwrap();
        let manifest = self.world.plain_manifest(languages).replace(
            "{name: Help center}",
            &format!("{{name: Help center, max_documents: 5}}\n    send_when: {send_when}"),
        );
        self.world.manifest(&manifest);
        format!("the manifest asks for {languages}, sent when {send_when}")
    }

    /// zencat runs, well or badly.
    fn runs(&mut self) -> String {
        let service = self.dice.one_of(&[ServiceName::Zendesk, ServiceName::Smartcat]).unwrap();
        let nth = u32::try_from(1 + self.dice.below(25)).unwrap();
        match self.dice.below(8) {
            0 | 1 => {
                let after_commit = self.dice.below(2) == 0;
                killed_at(&self.world, service, nth, after_commit);
                format!("killed at request {nth} to {service}, done: {after_commit}")
            }
            2 | 3 => self.runs_with_faults(service, nth),
            4 => self.runs_twice_at_once(),
            5 => self.edits_between_plan_and_apply(),
            _ => {
                self.world.apply().exits(0);
                "applied".to_owned()
            }
        }
    }

    fn runs_with_faults(&mut self, service: ServiceName, nth: u32) -> String {
        let status = |status| FaultKind::Status {
            status,
            headers: BTreeMap::new(),
            body: String::new(),
            content_type: None,
            after_commit: status == 500,
        };
        let kinds = [
            status(500),
            status(503),
            status(404),
            status(409),
            FaultKind::Reset { after_commit: true },
            FaultKind::Reset { after_commit: false },
            FaultKind::Truncate,
            FaultKind::Html,
        ];
        let kind = self.dice.one_of(&kinds).unwrap();
        let fault = Fault { method: None, ..Fault::once(service, "", "*", kind.clone()).nth(nth) };
        self.world.sandbox.set_faults(vec![fault]);
        let ran = self.world.zencat(&["apply", "--auto-approve", "--timeout", "20s"]);
        self.world.sandbox.set_faults(Vec::new());
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        assert!(matches!(ran.code, Some(0 | 1)), "{:?} {}", ran.code, ran.stderr);
        format!("applied under {} at request {nth} to {service}", kind.name())
    }

    fn runs_twice_at_once(&mut self) -> String {
        let start = || {
            let mut command = self.world.command(&["apply", "--auto-approve"]);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        for run in [start(), start()] {
            let output = run.wait_with_output().unwrap();
            let told = [output.stdout, output.stderr].map(|told| String::from_utf8_lossy(&told).into_owned());
            assert_eq!(output.status.code(), Some(0), "{}", told.join("\n"));
        }
        // Both may read before either writes: then the same text is written twice, which no reader sees.
        self.sent.clear();
        self.requests_keep_to_the_rules(Twice::Allowed);
        "applied twice at once".to_owned()
    }

    fn edits_between_plan_and_apply(&mut self) -> String {
        self.world.zencat(&["plan", "--out", "plan.json"]).exits(0);
        let edit = if self.dice.below(2) == 0 { self.edits_a_translation() } else { self.changes_a_source() };
        let ran = self.world.zencat(&["apply", "plan.json"]);
        assert!(matches!(ran.code, Some(0 | 3)), "{:?} {}", ran.code, ran.stderr);
        format!("between plan and apply: {edit}")
    }

    /// What must hold at any time.
    #[track_caller]
    fn holds(&mut self) {
        self.nothing_is_twice();
        self.people_s_texts_stand();
        self.what_was_sent_is_whole();
        self.requests_keep_to_the_rules(Twice::Forbidden);
    }

    fn nothing_is_twice(&self) {
        let (projects, documents) =
            self.world.sandbox.smartcat(|smartcat, _| (smartcat.projects(), smartcat.documents()));
        let mut tags = BTreeSet::new();
        for project in &projects {
            assert!(tags.insert(&project.external_tag), "two projects: {projects:#?}");
        }
        let mut orders = BTreeSet::new();
        for document in &documents {
            let order = (&document.external_id, &document.language);
            assert!(orders.insert(order), "ordered twice: {order:?}");
        }
    }

    fn people_s_texts_stand(&self) {
        let translations = self.translations();
        for (pair, left) in &self.by_hand {
            let stands = translations.get(pair).map(|(body, _)| body);
            assert_eq!(stands, left.as_ref(), "{pair:?} was changed by hand and is not as people left it");
        }
        for (article, expected) in &self.sources {
            let text = self
                .world
                .sandbox
                .zendesk(|zendesk, _| zendesk.translation(Kind::Article, *article, "en-us"));
            assert_eq!(&text.unwrap().body, expected, "the source of {article} was written");
        }
    }

    fn what_was_sent_is_whole(&mut self) {
        for (pair, (body, draft)) in self.translations() {
            assert!(!draft, "{pair:?} was taken offline, or sent as a draft: {body}");
            self.published.insert(pair.clone());
            if self.by_hand.contains_key(&pair) {
                continue;
            }
            let count = |text: &str| body.matches(text).count();
            assert!(!body.contains("<p>Then"), "{pair:?} is half in the source language: {body}");
            let paragraphs = count("<p>");
            assert!(paragraphs > 0 && count("</strong>") == paragraphs, "{pair:?} is damaged: {body}");
            assert_eq!(count("<strong>"), paragraphs, "{pair:?} is damaged: {body}");
        }
        let standing = self.translations();
        let gone: Vec<_> = self.published.iter().filter(|pair| !standing.contains_key(*pair)).collect();
        assert!(gone.is_empty(), "taken from the readers: {gone:?}");
    }

    fn requests_keep_to_the_rules(&mut self, twice: Twice) {
        let journal = self.world.sandbox.journal();
        for entry in journal.iter().skip(self.unread).filter(|entry| entry.write && entry.committed) {
            if entry.service == ServiceName::Zendesk {
                assert!(entry.method != "DELETE", "{entry:?}");
                assert!(!entry.path.contains("/translations/en-us"), "{entry:?}");
                assert!(entry.method != "PUT" || !entry.body.contains("\"draft\""), "{entry:?}");
                if twice == Twice::Forbidden {
                    self.not_sent_again(entry);
                }
            }
        }
        self.unread = journal.len();
    }

    /// The same text is not sent to the same place again, unless the answer to the first time was lost.
    fn not_sent_again(&mut self, entry: &Entry) {
        if !entry.body.contains("\"body\"") || entry.fault == Some("status") {
            return;
        }
        let locale = entry.path.rsplit('/').next().unwrap_or_default();
        let place = match entry.method.as_str() {
            "PUT" => entry.path.clone(),
            _ => format!("{} {locale}", entry.path),
        };
        let answered = entry.fault.is_none() && entry.status.is_some_and(|status| status < 300);
        let before =
            if answered { self.sent.insert(place, entry.body.clone()) } else { self.sent.remove(&place) };
        // What was created for one language is no second time for another.
        assert!(entry.method != "PUT" || before.as_ref() != Some(&entry.body), "sent twice: {entry:?}");
    }

    /// Undisturbed, everything comes to its end.
    fn ends(&mut self) {
        for _ in 0..LAST_RUNS {
            self.world.work();
            let ran = self.world.apply().exits(0);
            self.holds();
            if ran.json()["steps"] == serde_json::json!([]) {
                break;
            }
        }
        let plan = self.world.plan();
        assert_eq!(plan["steps"], serde_json::json!([]), "the plan is not empty in the end: {plan:#}");
        println!(
            "seed {}: {} rounds, {} requests, {} articles, {} translations, {} of them by hand, {} held",
            self.seed,
            self.rounds,
            self.unread,
            self.sources.len(),
            self.published.len(),
            self.by_hand.len(),
            plan["summary"]["held"]
        );
    }
}
