//! Strangers' texts in every field that a service has, through every command in every format.
//!
//! A proxy adds the texts to the sandbox's answers. A second story, with harmless words in their place, tells what each
//! output must look like: the same elements, fields, markup and workflow commands, whatever the words are.

mod files;
mod proxy;
mod readers;
#[cfg(target_os = "linux")]
mod size;

use std::fs;
use std::sync::Arc;
use std::thread;

use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;

use crate::scenario;
use crate::world::World;

use proxy::Extra;
use proxy::Proxy;
use readers::Format;

const HOSTILE: [&str; 14] = [
    "\u{1b}[31mred\u{1b}[2J\u{1b}]8;;https://evil.example\u{7}link\u{1b}\\",
    "\n::error file=a::owned",
    "::set-output name=x::y\r\n::stop-commands::t",
    "##[error]owned ##[add-mask]zencat",
    "\n# Heading\n- item\n```\ncode",
    "**b** [l](https://evil.example) ![i](x) `c` | d |",
    "@everyone #1 ~~n~~ $x$ <https://evil.example> www.evil.example",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "--> </details></table></script></title>\" onmouseover=\"x",
    "\u{202e}rtl\u{2066}iso\u{200b}\u{feff}\u{61c}\u{2029}",
    "=HYPERLINK(\"https://evil.example\") +cmd|' /C calc'!A0",
    "\0\u{8}\u{7f}\u{9b}31m\u{85}\u{90}x\u{9c}",
    "'\"\\ # : - {a: b} *a &b !!c %d > |\n  evil: true",
    "../../etc/passwd /etc/x \\..\\ C:\\x %2e%2e%2f",
];

/// Every field gets these many of them at once; whole titles are cut in some places.
const TOGETHER: usize = 3;

/// So that every field has had each of them.
const ROUNDS: usize = HOSTILE.len().div_ceil(TOGETHER);

/// One output of one command.
struct Output {
    what: String,
    format: Format,
    text: String,
}

#[test]
fn no_text_is_more_than_text_in_any_output() {
    let (mut outputs, mut bytes, mut wrong) = (0, 0, Vec::new());
    thread::scope(|scope| {
        let expected = scope.spawn(|| told(&harmless_words()));
        let rounds: Vec<_> = (0..ROUNDS).map(|round| scope.spawn(move || told(&texts(round)))).collect();
        let expected = expected.join().unwrap();
        for found in rounds.into_iter().map(|round| round.join().unwrap()) {
            outputs += found.len();
            bytes += found.iter().map(|output| output.text.len()).sum::<usize>();
            wrong.extend(complaints(&found, &expected));
        }
    });
    assert!(wrong.is_empty(), "{} complaints\n{}", wrong.len(), wrong.join("\n"));
    println!("{} texts, {ROUNDS} rounds, {outputs} outputs, {bytes} bytes", HOSTILE.len());
}

fn harmless_words() -> Extra {
    Arc::new(|_: &str, _: &str| "some plain words".to_owned())
}

/// Which of the texts a field gets: others in each round, and others for each value.
fn texts(round: usize) -> Extra {
    Arc::new(move |field: &str, value: &str| {
        let seed: usize = field.bytes().chain(value.bytes()).map(usize::from).sum();
        (0..TOGETHER)
            .map(|n| HOSTILE[(seed + round * TOGETHER + n) % HOSTILE.len()])
            .collect::<Vec<_>>()
            .join(" ")
    })
}

/// What the texts of one round changed.
fn complaints(found: &[Output], expected: &[Output]) -> Vec<String> {
    assert_eq!(found.len(), expected.len());
    let of = |(found, expected): (&Output, &Output)| {
        assert_eq!((&found.what, found.format), (&expected.what, expected.format));
        let mut complaints = readers::acting(&found.text, found.format);
        let lines =
            [found, expected].map(|output| readers::structure(&output.text, output.format).join("\n"));
        if lines[0] != lines[1] {
            let diff = similar::TextDiff::from_lines(lines[1].as_str(), lines[0].as_str());
            complaints.push(format!("another structure\n{}", diff.unified_diff().context_radius(0)));
        }
        let named = |complaint| format!("{} ({:?}): {complaint}", found.what, found.format);
        complaints.into_iter().map(named).collect::<Vec<_>>()
    };
    found.iter().zip(expected).flat_map(of).collect()
}

/// All commands in all formats: before the first apply, in the middle, at the end, and when things fail.
fn told(extra: &Extra) -> Vec<Output> {
    let mut story = Story::new(extra);
    story.setup();
    story.views("before");
    story.world.work();
    story.run("apply", Format::Text, &["apply", "--auto-approve"]);
    story.world.work();
    story.views("between");
    story.run("apply again", Format::Json, &["apply", "--auto-approve", "--format", "json"]);
    story.failures();
    story.outputs
}

struct Story {
    world: World,
    proxy: Proxy,
    outputs: Vec<Output>,
}

impl Story {
    fn new(extra: &Extra) -> Self {
        let world = scenario::world();
        let proxy = Proxy::new(&world, extra);
        let manifest = fs::read_to_string(world.path("zencat.yaml")).unwrap();
        let manifest = manifest.replace(&world.sandbox.zendesk_url(), &proxy.zendesk);
        world.manifest(&manifest.replace(&world.sandbox.smartcat_url(), &proxy.smartcat));
        Self { world, proxy, outputs: Vec::new() }
    }

    /// Runs a command; what it says on stderr is an output as well.
    fn run(&mut self, what: &str, format: Format, arguments: &[&str]) {
        let ran = self.world.zencat(arguments);
        assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
        assert!(matches!(ran.code, Some(0..=3)), "{what}: {:?} {}", ran.code, ran.stderr);
        let what = format!("{what}: {}", arguments.iter().take(8).copied().collect::<Vec<_>>().join(" "));
        self.keep(&format!("{what}, stderr"), Format::Text, ran.stderr);
        self.keep(&what, format, ran.stdout);
    }

    fn keep(&mut self, what: &str, format: Format, text: String) {
        self.outputs.push(Output { what: what.to_owned(), format, text });
    }

    fn file(&mut self, name: &str, format: Format) {
        let text = fs::read_to_string(self.world.path(name)).unwrap();
        self.keep(name, format, text);
    }

    /// A first manifest that can be used as it is, the account, the scope.
    fn setup(&mut self) {
        let (zendesk, smartcat) = (self.proxy.zendesk.clone(), self.proxy.smartcat.clone());
        self.run(
            "first",
            Format::Text,
            &[
                "init",
                "-f",
                "first.yaml",
                "--name",
                "acme",
                "--languages",
                "de,fr,ja",
                "--force",
                "--zendesk-url",
                &zendesk,
                "--smartcat-url",
                &smartcat,
            ],
        );
        self.file("first.yaml", Format::Yaml);
        let valid = self.world.zencat(&["validate", "-f", "first.yaml"]);
        assert_eq!(valid.code, Some(0), "{}", valid.stderr);
        self.run("setup", Format::Text, &["scope", "--lock"]);
        self.file("zencat.lock", Format::File);
    }

    fn views(&mut self, when: &str) {
        use Format::Github;
        use Format::Json;
        use Format::Markdown;
        use Format::Text;
        let formats = [("text", Text), ("json", Json), ("markdown", Markdown), ("github", Github)];
        for (command, formats) in [
            ("plan", &formats[..]),
            ("status", &formats[..3]),
            ("scope", &formats[..3]),
            ("tree", &formats[..2]),
            ("check", &formats[..2]),
            ("validate", &[("text", Text), ("json", Json), ("github", Github)]),
        ] {
            for (name, format) in formats {
                self.run(when, *format, &[command, "--format", name]);
            }
        }
        self.run(when, Text, &["plan", "--diff", "-v", "--out", "plan.json", "--markdown", "plan.md"]);
        self.file("plan.json", Json);
        self.file("plan.md", Markdown);
        self.run(when, Text, &["explain", "article:1000002"]);
        self.run(when, Text, &["diff", "article:1000002", "de"]);
        self.run(
            when,
            Json,
            &["diff", "article:1000002", "de", "--format", "json", "-v", "--log-format", "json"],
        );
        self.run(when, Text, &["report"]);
        self.file("zencat-report.html", Format::Html);
    }

    /// What the services say when they refuse.
    fn failures(&mut self) {
        let says = r#"{"error":"RecordInvalid","description":"it says","message":"this","details":{"name":[{"description":"that"}]}}"#;
        let page = "<html><title>it</title><body>says</body></html>";
        let (zendesk, smartcat) = (ServiceName::Zendesk, ServiceName::Smartcat);
        for (what, service, path, status, body) in [
            ("forbidden", zendesk, "*/articles*", 403, says),
            ("a page", smartcat, "*/project/*", 404, page),
            ("refused", smartcat, "*", 422, says),
        ] {
            let kind = FaultKind::Status {
                status,
                headers: Default::default(),
                body: body.to_owned(),
                content_type: Some("application/json".to_owned()),
                after_commit: false,
            };
            let fault = Fault { method: None, ..Fault::once(service, "", path, kind).every() };
            self.world.sandbox.set_faults(vec![fault]);
            self.run(what, Format::Json, &["plan", "--format", "json"]);
            self.run(what, Format::Text, &["apply", "--auto-approve"]);
            self.run(what, Format::Github, &["plan", "--format", "github"]);
            self.run(what, Format::Json, &["check", "--format", "json"]);
        }
    }
}
