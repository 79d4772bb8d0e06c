//! Apply under the services' limits, against the sandbox: requests beside the least that is possible, and the rate
//! kept beside the one allowed.
//!
//! The limits are the real ones times a factor, so that thousands of requests take seconds; the writes take a time, as
//! they do in Zendesk, so that a client that waits for each answer before it asks the next thing does not keep the rate.

use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use zencat::sandbox::Entry;
use zencat::sandbox::Options;
use zencat::sandbox::Sandbox;
use zencat::sandbox::ServiceName;
use zencat::sandbox::seed::Seed;
use zencat::sandbox::seed::SeedArticle;
use zencat::sandbox::seed::SeedCategory;
use zencat::sandbox::seed::SeedSection;
use zencat::sandbox::smartcat::RateLimit;

use crate::articles;
use crate::measure::Limits;
use crate::measure::table;
use crate::row;

const ARTICLES: u64 = 1_000;
const LANGUAGES: [&str; 5] = ["de", "fr", "es", "it", "ja"];

/// Smartcat's four a second and Zendesk's four hundred a minute, times thirty.
const SMARTCAT_PER_SECOND: u32 = 120;
const ZENDESK_PER_MINUTE: u32 = 12_000;

/// What one write may take for the rate to be possible: it and the read beside it are two requests.
const WRITE_MS: u64 = 8;

/// The part of the allowed rate that the service which sets the pace must see.
const LEAST_RATE: f64 = 0.9;

/// Requests beyond the least that a run may make.
const MORE_REQUESTS: u64 = 10;

pub(crate) fn run(limits: &mut Limits) {
    let world = World::new();
    let rows = vec![row!["", "service", "requests", "least", "429s", "per second", "allowed"]];
    let pairs = ARTICLES * LANGUAGES.len() as u64;
    let pages = ARTICLES.div_ceil(100);
    // Locales, sections, categories, the account's rights and what it may see.
    let observed = pages + 5;
    // The list of projects, the Smartwords, the project, and its uploads.
    let made = 3 + ARTICLES.div_ceil(20);
    let name = format!("{ARTICLES} × {} new pairs", LANGUAGES.len());
    let mut measured = Measured { rows, limits };
    world.measure(&name, [observed + pages, made], Some(ServiceName::Smartcat), &mut measured);
    world.sandbox.advance(Duration::from_secs(600));
    world.sandbox.smartcat(|smartcat, now| smartcat.finish_all(now));
    world.sandbox.advance(Duration::from_secs(600));
    let sends = [observed + 2 * pairs, 2 + 2 * pairs.div_ceil(10) + ARTICLES];
    world.measure(&format!("{pairs} sends"), sends, Some(ServiceName::Zendesk), &mut measured);
    world.measure("once more: nothing to do", [observed, 2], None, &mut measured);
    table(&measured.rows);
}

/// What was seen, and what it is held to.
struct Measured<'l> {
    rows: Vec<Vec<String>>,
    limits: &'l mut Limits,
}

struct World {
    _runtime: Runtime,
    sandbox: Sandbox,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let mut options = Options { seed: seed(), ..Options::default() };
        options.zendesk.rate_limit = Some(ZENDESK_PER_MINUTE);
        options.zendesk.write_ms = Some(WRITE_MS);
        // At the real limits a batch is written in three seconds, and three exports are made meanwhile, in one each.
        options.smartcat.export_ms = 0;
        options.smartcat.rate_limit =
            Some(RateLimit { per_second: SMARTCAT_PER_SECOND, ..RateLimit::default() });
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        let folder = TempDir::new().unwrap();
        let manifest = format!(
            "version: 1\nname: acme\nzendesk: {{url: \"{}\"}}\nsmartcat: {{url: \"{}\"}}\nworkflows:\n  ai:\n    \
             stages: [translation]\n    machine_translation: auto\n    project: {{name: Help center}}\ncontent:\n  \
             - match: {{kind: article}}\n    languages: [{}]\n    workflow: ai\n",
            sandbox.zendesk_url(),
            sandbox.smartcat_url(),
            LANGUAGES.join(", ")
        );
        std::fs::write(folder.path().join("zencat.yaml"), manifest).unwrap();
        Self { _runtime: runtime, sandbox, folder }
    }

    /// Applies, and adds a row for each service. One of them sets the pace: its rate is what the run's time is made of.
    fn measure(&self, name: &str, least: [u64; 2], paced: Option<ServiceName>, measured: &mut Measured<'_>) {
        self.sandbox.clear_journal();
        let began = Instant::now();
        let done = self.apply();
        let seconds = began.elapsed().as_secs_f64();
        let steps = done["steps"].as_array().map_or(0, Vec::len);
        let failed =
            done["steps"].as_array().into_iter().flatten().filter(|step| step["result"] != "done").count();
        assert_eq!(failed, 0, "{name}");
        println!("{name}: {steps} steps in {seconds:.1} s");
        let journal = self.sandbox.journal();
        let allowed = [f64::from(ZENDESK_PER_MINUTE) / 60.0, f64::from(SMARTCAT_PER_SECOND)];
        for (at, service) in [ServiceName::Zendesk, ServiceName::Smartcat].into_iter().enumerate() {
            let asked: Vec<&Entry> = journal.iter().filter(|entry| entry.service == service).collect();
            let refused = asked.iter().filter(|entry| entry.status == Some(429)).count();
            let (rate, allowed) = (rate_of(&asked), allowed[at]);
            let what = |figure: &str| format!("{name}, {service}: {figure}");
            let limits = &mut *measured.limits;
            limits.at_most(&what("requests"), asked.len() as f64, (least[at] + MORE_REQUESTS) as f64);
            limits.at_most(&what("429s"), refused as f64, 0.0);
            if paced == Some(service) {
                limits.at_least(&what("requests a second"), rate, LEAST_RATE * allowed);
            }
            measured.rows.push(row![
                name,
                service,
                asked.len(),
                least[at],
                refused,
                format!("{rate:.1}"),
                format!("{allowed:.0}")
            ]);
        }
    }

    fn apply(&self) -> Value {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zencat"));
        command.args(["apply", "--auto-approve", "--format", "json"]).current_dir(self.folder.path());
        command.envs(self.sandbox.settings()).env("ZENCAT_SMARTCAT_RATE", SMARTCAT_PER_SECOND.to_string());
        let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// The rate kept from the first to the last request.
fn rate_of(asked: &[&Entry]) -> f64 {
    let (Some(first), Some(last)) = (asked.first(), asked.last()) else { return 0.0 };
    let seconds = last.at.duration_since(first.at).as_secs_f64();
    (asked.len() - 1) as f64 / seconds.max(1e-3)
}

fn seed() -> Seed {
    let locales = std::iter::once("en-us").chain(LANGUAGES).map(str::to_owned);
    let article = |number: u64| {
        let text = articles::generated(number, 3_000);
        SeedArticle {
            id: 1_000 + number,
            section_id: 2,
            title: text.title,
            body: text.body,
            ..SeedArticle::default()
        }
    };
    Seed {
        locales: locales.collect(),
        default_locale: "en-us".to_owned(),
        categories: vec![SeedCategory { id: 1, name: "Help".to_owned(), ..SeedCategory::default() }],
        sections: vec![SeedSection {
            id: 2,
            category_id: 1,
            name: "All".to_owned(),
            ..SeedSection::default()
        }],
        articles: (0..ARTICLES).map(article).collect(),
        ..Seed::default()
    }
}
