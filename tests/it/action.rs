//! The GitHub Action's script as a runner starts it: GitHub's files in a folder, its API a responder on loopback.

mod outputs;

use std::collections::BTreeMap;
use std::fs;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::Mutex;

use serde_json::Value;
use serde_json::json;
use sha2::Digest as _;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;

use crate::world::Ran;
use crate::world::World;
use crate::world::generated;

const HEAD: &str = "1111111111111111111111111111111111111111";
const MERGE: &str = "2222222222222222222222222222222222222222";
const MARKER: &str = "<!-- zencat:plan:acme -->";
const TOKEN: &str = "ghs_of_the_test";
const OURS: u64 = 1;

/// What the API holds, and what it was asked.
#[derive(Default)]
struct State {
    comments: Vec<Value>,
    artifacts: Vec<Value>,
    zip: Vec<u8>,
    requests: Vec<String>,
    refuses: bool,
}

struct GitHub {
    address: String,
    state: Arc<Mutex<State>>,
}

impl GitHub {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, &mut shared.lock().unwrap());
            }
        });
        Self { address, state }
    }

    fn comments(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        state.comments.iter().map(|comment| comment["body"].as_str().unwrap().to_owned()).collect()
    }

    fn requests(&self) -> Vec<String> {
        self.state.lock().unwrap().requests.clone()
    }

    /// A comment that was there before.
    fn comment(&self, by: &str, body: &str) {
        let mut state = self.state.lock().unwrap();
        let id = state.comments.len();
        state.comments.push(json!({"id": id, "body": body, "user": {"type": by}}));
    }

    /// The plan as the pull request's run has uploaded it.
    fn upload(&self, plan: &Path, head: &str) {
        self.upload_from(plan, head, OURS);
    }

    /// The same from a run of another repository.
    fn upload_from(&self, plan: &Path, head: &str, repository: u64) {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut zip = zip::ZipWriter::new(&mut bytes);
        zip.start_file("plan.json", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&fs::read(plan).unwrap()).unwrap();
        zip.finish().unwrap();
        let mut state = self.state.lock().unwrap();
        state.zip = bytes.into_inner();
        let url = format!("{}/zip", self.address);
        state.artifacts = vec![
            json!({"name": "zencat-plan-acme", "expired": false, "created_at": "2026-01-01T00:00:00Z",
            "workflow_run": {"head_sha": head, "repository_id": OURS, "head_repository_id": repository}, "archive_download_url": url}),
        ];
    }
}

fn answer(mut stream: TcpStream, state: &mut State) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut words = line.split(' ');
    let (method, path) = (words.next().unwrap().to_owned(), words.next().unwrap_or_default().to_owned());
    let (mut length, mut trusted) = (0, false);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        match header.trim().split_once(": ") {
            None => break,
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().unwrap();
            }
            Some((name, value)) if name.eq_ignore_ascii_case("authorization") => {
                trusted = value == format!("Bearer {TOKEN}");
            }
            Some(_) => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    state.requests.push(format!("{method} {path}"));
    let (status, bytes) = match trusted && !state.refuses {
        true => route(state, &method, &path, &body),
        false => (403, b"{}".to_vec()),
    };
    let head =
        format!("HTTP/1.1 {status} Fake\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&bytes).unwrap();
}

fn route(state: &mut State, method: &str, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let text = |body: &[u8]| serde_json::from_slice::<Value>(body).unwrap()["body"].clone();
    let (place, query) = path.split_once('?').unwrap_or((path, ""));
    match (method, place) {
        ("GET", "/repos/acme/help/issues/7/comments") => {
            let page: usize = query.rsplit_once("page=").unwrap().1.parse().unwrap();
            let page: Vec<&Value> = state.comments.iter().skip((page - 1) * 100).take(100).collect();
            (200, serde_json::to_vec(&page).unwrap())
        }
        ("POST", "/repos/acme/help/issues/7/comments") => {
            let id = state.comments.len();
            state.comments.push(json!({"id": id, "body": text(body), "user": {"type": "Bot"}}));
            (201, b"{}".to_vec())
        }
        ("PATCH", place) => {
            let id: usize = place.strip_prefix("/repos/acme/help/issues/comments/").unwrap().parse().unwrap();
            state.comments[id]["body"] = text(body);
            (200, b"{}".to_vec())
        }
        ("GET", place) if place == format!("/repos/acme/help/commits/{MERGE}/pulls") => {
            let pulls = json!([{"number": 7, "merged_at": "2026-01-01T00:00:00Z", "head": {"sha": HEAD}}]);
            (200, pulls.to_string().into_bytes())
        }
        ("GET", "/repos/acme/help/actions/artifacts") => {
            (200, json!({"artifacts": state.artifacts}).to_string().into_bytes())
        }
        ("GET", "/zip") => (200, state.zip.clone()),
        _ => (404, b"{}".to_vec()),
    }
}

/// A job of a workflow.
struct Job<'w> {
    world: &'w World,
    github: &'w GitHub,
    event: Value,
    event_name: &'static str,
    inputs: Vec<(&'static str, String)>,
    credentials: bool,
}

struct Ended {
    ran: Ran,
    outputs: BTreeMap<String, String>,
    summary: String,
}

impl<'w> Job<'w> {
    fn pull_request(world: &'w World, github: &'w GitHub) -> Self {
        let event =
            json!({"pull_request": {"number": 7, "head": {"sha": HEAD, "repo": {"full_name": "acme/help"}}}});
        Self { world, github, event, event_name: "pull_request", inputs: Vec::new(), credentials: true }
    }

    fn push(world: &'w World, github: &'w GitHub) -> Self {
        Self { event: json!({}), event_name: "push", ..Self::pull_request(world, github) }
    }

    fn with(mut self, input: &'static str, value: &str) -> Self {
        self.inputs.push((input, value.to_owned()));
        self
    }

    fn runs(self) -> Ended {
        let runner = self.world.path("runner");
        fs::create_dir_all(&runner).unwrap();
        for file in ["output", "summary"] {
            fs::write(runner.join(file), "").unwrap();
        }
        fs::write(runner.join("event.json"), self.event.to_string()).unwrap();
        let mut command = Command::new("bash");
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("action/run.sh"));
        command.current_dir(self.world.folder.path()).env_clear();
        command.env("PATH", std::env::var("PATH").unwrap());
        if self.credentials {
            command.envs(self.world.sandbox.settings());
            command.env("ZENCAT_SMARTCAT_RATE", "1000");
        }
        command
            .env("GITHUB_OUTPUT", runner.join("output"))
            .env("GITHUB_STEP_SUMMARY", runner.join("summary"))
            .env("GITHUB_EVENT_PATH", runner.join("event.json"))
            .env("GITHUB_EVENT_NAME", self.event_name)
            .env("GITHUB_API_URL", &self.github.address)
            .env("GITHUB_REPOSITORY", "acme/help")
            .env("GITHUB_SHA", MERGE)
            .env("RUNNER_TEMP", runner.join("temp"))
            .env("INPUT_BINARY", env!("CARGO_BIN_EXE_zencat"))
            .env("INPUT_TOKEN", TOKEN)
            .envs(self.inputs);
        let ran = Ran::of(command.output().unwrap());
        assert!(!ran.stdout.contains(TOKEN) && !ran.stderr.contains(TOKEN));
        let outputs = fs::read_to_string(runner.join("output")).unwrap();
        let outputs = outputs.lines().map(|line| line.split_once('=').unwrap());
        Ended {
            outputs: outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            summary: fs::read_to_string(runner.join("summary")).unwrap(),
            ran,
        }
    }
}

fn world() -> World {
    World::seeded(generated(3, &[], &["de", "fr"]))
}

#[test]
fn a_pull_request_gets_one_comment_that_is_edited_in_place() {
    let (world, github) = (world(), GitHub::start());
    // The bot's comment may be on a later page; another person's with the same words is left alone.
    github.comment("User", &format!("{MARKER}\nmine"));
    (0..104).for_each(|_| github.comment("Bot", "unrelated"));
    let ended = Job::pull_request(&world, &github).runs();
    let Ended { ran, outputs, summary } = ended;
    let ran = ran.exits(0);
    let plan = world.plan();
    for (output, expected) in [
        ("has-changes", "true".to_owned()),
        ("digest", plan["digest"].as_str().unwrap().to_owned()),
        ("words", plan["summary"]["words"].to_string()),
        ("create", "6".to_owned()),
        ("held", "0".to_owned()),
        ("artifact", "zencat-plan-acme".to_owned()),
    ] {
        assert_eq!(outputs[output], expected, "{output}");
    }
    assert!(ran.stdout.contains("::notice file=zencat.yaml,title=zencat plan::"), "{}", ran.stdout);
    assert!(summary.starts_with(MARKER) && summary.contains("6 to translate"), "{summary}");
    assert_eq!(github.comments().last(), Some(&summary));
    assert_eq!(github.comments().len(), 106);

    world.manifest(&world.plain_manifest("de"));
    let again = Job::pull_request(&world, &github).runs();
    again.ran.exits(0);
    assert_eq!(github.comments().len(), 106, "edited, not added");
    assert!(github.comments()[105].contains("3 to translate"));
    assert_eq!(github.comments()[0], format!("{MARKER}\nmine"));
    assert_eq!(world.writes(), Vec::<String>::new());
}

#[test]
fn a_comment_that_cannot_be_written_spoils_nothing_and_is_not_doubled() {
    let (world, github) = (world(), GitHub::start());
    github.state.lock().unwrap().refuses = true;
    let ended = Job::pull_request(&world, &github).runs();
    let ran = ended.ran.exits(0);
    assert!(
        ran.stdout.contains("::warning title=zencat::the comment could not be written"),
        "{}",
        ran.stdout
    );
    assert!(github.requests().iter().all(|request| request.starts_with("GET")), "{:?}", github.requests());
    assert_eq!(ended.outputs["has-changes"], "true");
    let silent = Job::pull_request(&world, &GitHub::start()).with("INPUT_COMMENT", "false").runs();
    silent.ran.exits(0);
}

#[test]
fn main_applies_the_reviewed_plan() {
    let (world, github) = (world(), GitHub::start());
    Job::pull_request(&world, &github).runs().ran.exits(0);
    github.upload(&world.path("runner/temp/zencat/plan.json"), HEAD);
    let steps = world.plan()["steps"].as_array().unwrap().len();
    let ended = Job::push(&world, &github).runs();
    let ran = ended.ran.exits(0);
    assert!(ran.stdout.contains("plan reviewed in pull request 7"), "{}", ran.stdout);
    assert!(ended.summary.starts_with("## zencat apply"), "{}", ended.summary);
    assert_eq!(
        (ended.outputs["done"].as_str(), ended.outputs["failed"].as_str()),
        (&*steps.to_string(), "0")
    );
    // The same commit once more: everything is there already.
    world.sandbox.clear_journal();
    Job::push(&world, &github).runs().ran.exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
}

/// What `action.yml` promises to later steps is there after a plan or after an apply.
#[test]
fn every_output_of_the_action_is_written() {
    let (world, github) = (world(), GitHub::start());
    let planned = Job::pull_request(&world, &github).runs();
    let applied = Job::push(&world, &github).with("INPUT_REVIEWED", "false").runs();
    applied.ran.exits(0);
    let action = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let promised = action.split("steps.run.outputs.").skip(1);
    let promised: Vec<&str> = promised.map(|rest| rest.split([' ', '}']).next().unwrap()).collect();
    assert!(promised.len() > 15, "{promised:?}");
    for name in promised {
        assert!(planned.outputs.contains_key(name) || applied.outputs.contains_key(name), "{name}");
    }
    assert_eq!(Path::new(&planned.outputs["plan"]).file_name().unwrap(), "plan.json");
}

/// A run that fails says so where people look: beside the job, and in its summary.
#[test]
fn an_apply_that_stops_says_why() {
    let (world, github) = (world(), GitHub::start());
    let refused = FaultKind::Status {
        status: 401,
        headers: BTreeMap::new(),
        body: String::new(),
        content_type: None,
        after_commit: false,
    };
    world.sandbox.set_faults(vec![Fault::once(ServiceName::Smartcat, "POST", "*", refused).every()]);
    let ended = Job::push(&world, &github).with("INPUT_REVIEWED", "false").runs();
    let ran = ended.ran.exits(1);
    assert!(ran.stdout.contains("::error title=zencat::applied: 0 done"), "{}", ran.stdout);
    assert!(ran.stdout.contains("::error title=zencat::stopped: Smartcat: POST"), "{}", ran.stdout);
    assert!(ended.summary.contains("    stopped: Smartcat: POST"), "{}", ended.summary);
}

#[test]
fn what_has_moved_since_the_review_is_refused_and_the_rest_is_applied() {
    let (world, github) = (world(), GitHub::start());
    Job::pull_request(&world, &github).runs().ran.exits(0);
    github.upload(&world.path("runner/temp/zencat/plan.json"), HEAD);
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_source(1_000_001, None, Some("<p>Ten thousand new words</p>"), now).unwrap();
    });
    let ended = Job::push(&world, &github).runs();
    ended.ran.exits(3);
    assert_ne!(ended.outputs["done"], "0");
    assert_ne!(ended.outputs["skipped"], "0");
    assert!(ended.summary.contains("    skipped create_document: stale"), "{}", ended.summary);
    let left = world.plan();
    let left: Vec<&Value> =
        left["steps"].as_array().unwrap().iter().map(|step| &step["item"]["id"]).collect();
    assert!(!left.is_empty() && left.iter().all(|id| **id == 1_000_001), "{left:?}");
}

#[test]
fn main_without_a_reviewed_plan_writes_nothing_unless_it_is_told_to() {
    let (world, github) = (world(), GitHub::start());
    Job::pull_request(&world, &github).runs().ran.exits(0);
    // A plan of another commit, such as the branch's last but one, was not what was merged.
    github.upload(&world.path("runner/temp/zencat/plan.json"), MERGE);
    world.sandbox.clear_journal();
    let refuses = || {
        let ran = Job::push(&world, &github).runs().ran.exits(3);
        assert!(ran.stdout.contains("::error title=zencat::no reviewed plan"), "{}", ran.stdout);
        assert_eq!(world.writes(), Vec::<String>::new());
    };
    refuses();
    // Nor was one that a fork's own workflow has left behind.
    github.upload_from(&world.path("runner/temp/zencat/plan.json"), HEAD, OURS + 1);
    refuses();
    let ended = Job::push(&world, &github).with("INPUT_REVIEWED", "false").runs();
    ended.ran.exits(0);
    assert_ne!(world.writes(), Vec::<String>::new());
    world.work();
    Job::push(&world, &github).with("INPUT_REVIEWED", "false").runs().ran.exits(0);
    let quiet = Job::push(&world, &github)
        .with("INPUT_COMMAND", "plan")
        .with("INPUT_ARGS", "--detailed-exitcode\n--language de")
        .runs();
    quiet.ran.exits(0);
    assert_eq!(quiet.outputs["has-changes"], "false");
}

#[test]
fn a_fork_needs_no_credentials_and_gets_no_plan() {
    let (world, github) = (world(), GitHub::start());
    let fork = |command: &str| {
        let mut job = Job::pull_request(&world, &github).with("INPUT_COMMAND", command);
        job.event["pull_request"]["head"]["repo"]["full_name"] = json!("mallory/help");
        job.credentials = false;
        job.runs()
    };
    for command in ["auto", "plan", "apply"] {
        let ended = fork(command);
        assert!(ended.ran.exits(0).stdout.contains("from a fork"));
        assert!(ended.outputs.is_empty());
    }
    world.manifest("version: 1\nname: acme\nunknown: 1\n");
    let ran = fork("auto").ran.exits(1).tells("unknown");
    assert!(
        ran.stdout.contains("::error file=zencat.yaml,line=3,col=1,title=zencat%3A unknown-key::"),
        "{}",
        ran.stdout
    );
    assert!(world.sandbox.journal().is_empty() && github.requests().is_empty());
}

#[test]
fn what_goes_wrong_is_annotated_where_it_is() {
    let (world, github) = (world(), GitHub::start());
    let good = world.plain_manifest("de, fr");
    world.manifest(&good.replace("[de, fr]", "[de, xx-yy]"));
    let ran = Job::pull_request(&world, &github).runs().ran.exits(1);
    assert!(ran.stdout.contains("::error file=zencat.yaml,line=12,col="), "{}", ran.stdout);
    assert!(github.requests().is_empty(), "no plan, no comment");
    world.manifest(&format!("{good}limits: {{max_words: 1}}\n"));
    let ended = Job::pull_request(&world, &github).runs();
    let ran = ended.ran.exits(3);
    assert!(ran.stdout.contains("::error title=zencat%3A refused::too many words"), "{}", ran.stdout);
    // A warning is no failure, and stands at its line too.
    world.manifest(&format!("{good}  - match: {{labels: [nobody-has-it]}}\n    exclude: true\n"));
    for command in ["plan", "validate"] {
        let ran = Job::pull_request(&world, &github).with("INPUT_COMMAND", command).runs().ran.exits(0);
        let is_warned = ran.stdout.contains("::warning file=zencat.yaml,line=14,");
        assert_eq!(is_warned, command == "plan", "only the help center knows the labels: {}", ran.stdout);
        assert!(ran.stdout.contains("::notice file=zencat.yaml,title=zencat "), "{}", ran.stdout);
    }
    assert_eq!(ended.outputs["has-changes"], "true", "the plan is shown, and refused");
    world.manifest(&good);
    Job::pull_request(&world, &github).with("INPUT_COMMAND", "apply").runs().ran.exits(64);
    Job::push(&world, &github).with("INPUT_COMMAND", "$(touch owned)").runs().ran.exits(64);
    Job::pull_request(&world, &github)
        .with("INPUT_ARGS", "--target $(touch${IFS}owned)")
        .runs()
        .ran
        .exits(64);
    assert!(!world.path("owned").exists());
}

/// Annotations name the manifest as the repository does, wherever it is; so do they find their line.
#[test]
fn a_manifest_in_a_folder_is_annotated_in_that_folder() {
    let (world, github) = (world(), GitHub::start());
    let good = fs::read_to_string(world.path("zencat.yaml")).unwrap();
    fs::remove_file(world.path("zencat.yaml")).unwrap();
    fs::create_dir_all(world.path("docs/help")).unwrap();
    let there = |text: &str| fs::write(world.path("docs/help/zencat.yaml"), text).unwrap();
    let run = || Job::pull_request(&world, &github).with("INPUT_WORKING_DIRECTORY", "docs/help").runs();
    there(&good);
    let planned = run();
    assert_eq!(planned.outputs["create"], "6");
    let ran = planned.ran.exits(0);
    assert!(ran.stdout.contains("::notice file=docs/help/zencat.yaml,line=11,"), "{}", ran.stdout);
    there(&good.replace("workflow: ai", "workflow: al"));
    let ran = run().ran.exits(1);
    assert!(ran.stdout.contains("::error file=docs/help/zencat.yaml,line="), "{}", ran.stdout);
}

/// A release on loopback: each file by its name.
fn release(files: BTreeMap<String, Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let line = lines.next().unwrap_or_default();
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let path = line.split(' ').nth(1).unwrap_or_default();
            let file =
                path.strip_prefix("/acme/zencat/releases/download/v1.2.3/").and_then(|name| files.get(name));
            let (status, body) = file.map_or((404, &[][..]), |body| (200, body));
            let head = format!(
                "HTTP/1.1 {status} Fake\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).unwrap();
        }
    });
    address
}

/// Installs from a release whose checksum is as given, and says whether a binary came of it.
fn installs(checksum_of: Option<&[u8]>) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("zencat"), "#!/bin/sh\necho installed\n").unwrap();
    let tar = Command::new("tar").args(["-czf", "-", "zencat"]).current_dir(folder.path()).output().unwrap();
    let sum: String =
        sha2::Sha256::digest(checksum_of.unwrap_or(&tar.stdout)).iter().map(|b| format!("{b:02x}")).collect();
    let name = "zencat-x86_64-unknown-linux-musl.tar.gz";
    let address = release(BTreeMap::from([
        (format!("{name}.sha256"), format!("{sum}  {name}\n").into_bytes()),
        (name.to_owned(), tar.stdout),
    ]));
    let (temp, output) = (folder.path().join("temp"), folder.path().join("output"));
    let status = Command::new("bash")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("action/install.sh"))
        .env("GITHUB_SERVER_URL", address)
        .env("GITHUB_OUTPUT", &output)
        .env("RUNNER_TEMP", temp)
        .envs([("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64")])
        .envs([("INPUT_VERSION", "v1.2.3"), ("INPUT_REPOSITORY", "acme/zencat"), ("INPUT_BINARY", "")])
        .output()
        .unwrap()
        .status;
    let binary = fs::read_to_string(output).ok()?.trim().strip_prefix("binary=")?.to_owned();
    assert!(status.success());
    Some(String::from_utf8(Command::new("sh").arg(binary).output().unwrap().stdout).unwrap())
}

#[test]
fn a_released_binary_is_taken_only_with_its_checksum() {
    assert_eq!(installs(None).as_deref(), Some("installed\n"));
    assert_eq!(installs(Some(b"another file")), None);
}

#[test]
fn every_variable_of_the_script_is_given_by_the_action() {
    let read = |path: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let (action, script) = (read("action.yml"), read("action/run.sh") + &read("action/install.sh"));
    for part in script.split("INPUT_").skip(1) {
        let name: String = part.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
        assert!(name.is_empty() || action.contains(&format!("INPUT_{name}:")), "{name}");
    }
}
