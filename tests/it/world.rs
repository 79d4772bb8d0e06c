//! A help center and a Smartcat account on loopback, an empty folder with a manifest, and the real program.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use zencat::sandbox::Entry;
use zencat::sandbox::Options;
use zencat::sandbox::Sandbox;
use zencat::sandbox::ServiceName;
use zencat::sandbox::seed;
use zencat::sandbox::seed::CorpusOptions;
use zencat::sandbox::seed::Seed;

/// What a run of the program printed and how it ended.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The run ended with this code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Stdout as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }

    /// Stderr tells this.
    #[track_caller]
    pub(crate) fn tells(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "expected `{text}` in\n{}", self.stderr);
        self
    }
}

/// Everything that a story needs.
pub(crate) struct World {
    _runtime: Runtime,
    pub(crate) sandbox: Sandbox,
    pub(crate) folder: TempDir,
    environment: Vec<(String, String)>,
}

/// How long the sandbox takes for a file, unless told otherwise.
const USUAL_PARSE_MS: u64 = 1_000;

/// The corpora beside the checkout; a test that needs them says so when they are not there.
pub(crate) fn corpora() -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let names = ["gatk.jsonl", "magento.jsonl", "nesi.jsonl", "openfoodfacts.jsonl"];
    let texts: Result<Vec<String>, _> =
        names.iter().map(|name| fs::read_to_string(folder.join(name))).collect();
    match texts {
        Ok(texts) => Some(texts.join("\n")),
        Err(error) => {
            println!("not run: the corpora are not beside this checkout ({error})");
            None
        }
    }
}

/// An article of a generated help center.
fn article(number: u64, locales: &[&str]) -> Value {
    let body = format!(
        "<h2 id=\"h_01{number:022}\">Step {number}</h2>\n<p>Turn the <strong>key</strong> {number} times, see \
         <a href=\"https://example.com/{number}\">the list</a>.</p>\n<ul><li>First of {number}</li><li>Second</li></ul>"
    );
    let translation = |locale: &&str| {
        serde_json::json!({"locale": locale, "title": format!("{locale} {number}"), "body": format!("<p>{locale} {number}</p>"),
            "updated_at": null, "draft": false, "outdated": false})
    };
    serde_json::json!({"id": 1_000_000 + number, "section_id": 500 + number % 7, "title": format!("Article {number}"), "body": body,
        "locale": "en-us", "source_locale": "en-us", "label_names": [], "updated_at": "2026-01-01T00:00:00Z",
        "translations": locales.iter().map(translation).collect::<Vec<_>>()})
}

/// A help center with this many articles, each with translations into these locales.
pub(crate) fn generated(articles: u64, translated: &[&str], locales: &[&str]) -> Seed {
    let lines: Vec<String> = (0..articles).map(|number| article(number, translated).to_string()).collect();
    of_lines(&lines.join("\n"), locales)
}

/// A help center of articles, a JSON object on each line.
pub(crate) fn of_lines(lines: &str, locales: &[&str]) -> Seed {
    let mut seed = seed::from_jsonl(lines, &CorpusOptions::default()).unwrap();
    let missing: Vec<String> = locales
        .iter()
        .map(|locale| (*locale).to_owned())
        .filter(|locale| !seed.locales.contains(locale))
        .collect();
    seed.locales.extend(missing);
    seed
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn seeded(seed: Seed) -> Self {
        Self::with(Options { seed, ..Options::default() })
    }

    /// Without limits, and without the times that a run waits for: nobody has to. [`patient`](Self::patient) has them.
    pub(crate) fn with(mut options: Options) -> Self {
        let smartcat = &mut options.smartcat;
        smartcat.import_ms = 0;
        smartcat.export_ms = 0;
        // What the machine does is done no sooner for it. A file that is read for an hour is what a test is about.
        if smartcat.parse_ms <= USUAL_PARSE_MS {
            smartcat.pretranslate_ms += std::mem::take(&mut smartcat.parse_ms);
        }
        Self::patient(options)
    }

    /// Without limits: nobody has to wait for them.
    pub(crate) fn patient(mut options: Options) -> Self {
        options.smartcat.rate_limit = None;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        let mut environment: Vec<(String, String)> =
            sandbox.settings().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        environment.push(("ZENCAT_SMARTCAT_RATE".to_owned(), "1000".to_owned()));
        let world = Self { _runtime: runtime, sandbox, folder: TempDir::new().unwrap(), environment };
        world.manifest(&world.plain_manifest("de, fr"));
        world
    }

    /// All articles into some languages, with machine translation.
    pub(crate) fn plain_manifest(&self, languages: &str) -> String {
        format!(
            "version: 1\nname: acme\nzendesk: {{url: \"{}\"}}\nsmartcat: {{url: \"{}\"}}\nworkflows:\n  ai:\n    \
             stages: [translation, postediting]\n    machine_translation: auto\n    project: {{name: Help center}}\n\
             content:\n  - match: {{kind: article}}\n    languages: [{languages}]\n    workflow: ai\n",
            self.sandbox.zendesk_url(),
            self.sandbox.smartcat_url()
        )
    }

    /// The same with more lines in its workflow.
    pub(crate) fn workflow_manifest(&self, languages: &str, lines: &[&str]) -> String {
        let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
        self.plain_manifest(languages).replace("    project:", &format!("{lines}    project:"))
    }

    /// Writes the manifest.
    pub(crate) fn manifest(&self, text: &str) {
        fs::write(self.path("zencat.yaml"), text).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.environment.retain(|(known, _)| known != name);
    }

    /// The program, with nothing in its environment but the sandbox's settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zencat"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the program to its end.
    pub(crate) fn zencat(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    pub(crate) fn apply(&self) -> Ran {
        self.zencat(&["apply", "--auto-approve", "--format", "json"])
    }

    pub(crate) fn plan(&self) -> Value {
        self.zencat(&["plan", "--format", "json"]).exits(0).json()
    }

    /// Machines translate, people finish their work.
    pub(crate) fn work(&self) {
        self.sandbox.advance(Duration::from_secs(600));
        self.sandbox.smartcat(|smartcat, now| smartcat.finish_all(now));
        self.sandbox.advance(Duration::from_secs(600));
    }

    /// Requests that change something, since the journal was cleared.
    pub(crate) fn writes(&self) -> Vec<String> {
        let entries = self.sandbox.journal();
        entries
            .iter()
            .filter(|entry| entry.write)
            .map(|entry| format!("{} {}", entry.method, entry.path))
            .collect()
    }

    /// Requests to one service, since the journal was cleared.
    pub(crate) fn asked(&self, service: ServiceName) -> Vec<Entry> {
        self.sandbox.journal().into_iter().filter(|entry| entry.service == service).collect()
    }
}
