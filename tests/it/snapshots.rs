//! What is shown, compared with files in `tests/it/snapshots`: a change of words is seen in review.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use serde_json::json;
use zencat::sandbox::zendesk::Kind;

use crate::world::Ran;
use crate::world::World;
use crate::world::generated;
use crate::world::of_lines;

/// Compares with the expected file, or writes it.
#[track_caller]
pub(crate) fn matches(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots").join(name);
    if std::env::var_os("ZENCAT_BLESS").is_some() {
        fs::write(&path, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    if expected != actual {
        let diff = similar::TextDiff::from_lines(expected.as_str(), actual).unified_diff().to_string();
        panic!(
            "{name} is not as expected. If the change is meant: ZENCAT_BLESS=1 cargo test --test it -- snapshots errors explain init\n{diff}"
        );
    }
}

/// Without what differs from run to run: ports, hashes, random ids, times.
pub(crate) fn redacted(world: &World, text: &str) -> String {
    let text = text
        .replace(&world.sandbox.zendesk_url(), "https://acme.zendesk.com")
        .replace(&world.sandbox.smartcat_url(), "https://smartcat.example");
    text.split_inclusive('\n')
        .map(|line| match line.split_once("\"created_at\": ") {
            Some((before, _)) => format!("{before}\"created_at\": \"TIME\",\n"),
            None => without_hashes(line),
        })
        .collect()
}

/// Runs of hexadecimal digits and hyphens that are longer than any id of Zendesk.
fn without_hashes(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(is_hash) {
        let length = rest[start..].find(|c| !is_hash(c)).unwrap_or(rest.len() - start);
        let run = &rest[start..start + length];
        out.push_str(&rest[..start]);
        out.push_str(if run.len() >= 16 && run.contains(is_digit) { "HASH" } else { run });
        rest = &rest[start + length..];
    }
    out + rest
}

fn is_hash(c: char) -> bool {
    matches!(c, '0'..='9' | 'a'..='f' | '-')
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// One situation in every format.
#[track_caller]
fn in_every_format(world: &World, situation: &str, code: i32) {
    for (format, file) in [("text", "txt"), ("json", "json"), ("markdown", "md"), ("github", "github")] {
        let Ran { stdout, stderr, .. } = world.zencat(&["plan", "--format", format]).exits(code);
        let mut shown = redacted(world, &stdout);
        if !stderr.is_empty() {
            shown.push_str("--- stderr ---\n");
            shown.push_str(&redacted(world, &stderr));
        }
        for c in shown.chars() {
            assert!(c == '\n' || !c.is_control(), "{situation}.{file} holds {c:?}");
        }
        matches(&format!("{situation}.{file}"), &shown);
    }
    let page = world.zencat(&["status", "--format", "html"]).exits(code).stdout;
    let logged = world.zencat(&["plan", "--log-format", "json"]).exits(code).stderr;
    // A run that goes well has nothing to log; one that fails shows no page.
    for (file, shown, is_there) in [("html", without_program(&page), code == 0), ("log", logged, code != 0)] {
        assert_eq!(!shown.is_empty(), is_there, "{situation}.{file}");
        if is_there {
            matches(&format!("{situation}.{file}"), &redacted(world, &shown));
        }
    }
}

/// What of a page is about this world: without style and script, with a tag on each line.
fn without_program(page: &str) -> String {
    let Some((_, body)) = page.split_once("<body>") else { return page.to_owned() };
    let (content, _) = body.rsplit_once("<script>").unwrap();
    let (_, rest) = content.split_once("<time datetime=\"").unwrap();
    let (made, _) = rest.split_once('"').unwrap();
    without_seconds(&content.replace(made, "TIME")).replace("><", ">\n<").replace("],[", "],\n[")
}

/// Without times in seconds since 1970: numbers of ten digits, which no id has.
fn without_seconds(text: &str) -> String {
    let numbers = text.split_inclusive(|c: char| !c.is_ascii_digit());
    numbers
        .map(|piece| {
            let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
            if piece.len() - rest.len() == 10 { format!("0{rest}") } else { piece.to_owned() }
        })
        .collect()
}

#[test]
fn a_rich_plan() {
    let world = World::new();
    let manifest = world.plain_manifest("de, fr");
    world.zencat(&["apply", "--auto-approve"]).exits(0);
    world.work();
    world.zencat(&["apply", "--auto-approve", "--language", "de"]).exits(0);
    let articles = world.sandbox.zendesk(|zendesk, _| zendesk.ids(Kind::Article));
    world.sandbox.zendesk(|zendesk, now| {
        let changed = articles[0];
        let body = zendesk.translation(Kind::Article, changed, "en-us").unwrap().body;
        zendesk.edit_source(changed, None, Some(&format!("{body}<p>One more sentence.</p>")), now).unwrap();
    });
    let human = "  human:\n    stages: [translation, editing]\n    project: {name: \"By hand\"}\n";
    let rules = format!(
        "  - match: {{kind: [category, section]}}\n    languages: [ja]\n    workflow: human\n  - match: {{article: {}}}\n    \
         exclude: true\n",
        articles[2]
    );
    world.manifest(&(manifest.replace("content:\n", &format!("{human}content:\n")) + &rules));
    in_every_format(&world, "rich", 0);
}

#[test]
fn an_empty_plan() {
    let world = World::seeded(generated(2, &[], &["de", "fr"]));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    in_every_format(&world, "empty", 0);
}

#[test]
fn a_hostile_plan() {
    let titles = [
        "\u{1b}[31mred\u{1b}[0m \u{1b}]8;;https://evil.example\u{7}link\u{1b}]8;;\u{7}",
        "two\nlines\r\n::error file=a::owned\u{85}three\u{2028}four",
        "::set-output name=digest::owned",
        "**bold** [link](https://evil.example) ![img](x) `code` | cell | @everyone #1 ~~no~~ $x$",
        "<img src=x onerror=alert(1)> --> </details> &amp; www.evil.example",
        "\u{202e}txet desrever\u{202c} \u{2066}isolated\u{2069} zero\u{200b}width \u{feff}bom",
        "世界 👩‍👩‍👧 é العربية",
        "100 % sure, 50%0Adone",
    ];
    let lines = titles.iter().zip(1_000_001_u64..).map(|(title, id)| {
        json!({"id": id, "section_id": 500, "title": title, "body": "<p>One word</p>", "locale": "en-us",
            "source_locale": "en-us", "label_names": [], "updated_at": "2026-01-01T00:00:00Z", "translations": []})
        .to_string()
    });
    let world = World::seeded(of_lines(&lines.collect::<Vec<_>>().join("\n"), &["de", "fr"]));
    in_every_format(&world, "hostile", 0);
    let github = world.zencat(&["plan", "--format", "github"]).exits(0).stdout;
    assert!(
        github.lines().all(|line| line.starts_with("::notice file=") || line.starts_with("::warning file="))
    );
}

#[test]
fn a_failing_run() {
    let world = World::new();
    world.manifest(
        &world.plain_manifest("de, xx-yy").replace("name: acme", "name: acme\nsouce_locale: en-us"),
    );
    in_every_format(&world, "failing", 1);
}

#[test]
fn a_plan_that_costs_nothing_says_so() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    world.apply().exits(0);
    world.work();
    for format in ["text", "markdown"] {
        let shown = world.zencat(&["plan", "--format", format]).exits(0).stdout;
        assert!(shown.contains("2 to send") && shown.contains("No words to be translated"), "{shown}");
    }
}

#[test]
fn a_plan_beyond_a_limit_is_one_document_too() {
    let world = World::new();
    world.manifest(&format!("{}limits: {{max_words: 1}}\n", world.plain_manifest("de, fr")));
    let ran = world.zencat(&["plan", "--format", "json"]).exits(3).tells("too many words");
    assert!(!ran.json()["steps"].as_array().unwrap().is_empty());
}

#[test]
fn markdown_of_five_thousand_steps_is_a_comment_that_github_takes_and_still_says_what_matters() {
    let world = World::seeded(generated(6_000, &[], &["de", "fr"]));
    // Two documents that nobody asks for any more, and a section that is on hold.
    world.manifest(&world.plain_manifest("fr"));
    let two = ["--target", "article:1000000", "--target", "article:1000001"];
    world.zencat(&[&["apply", "--auto-approve"], &two[..]].concat()).exits(0);
    let held = "  - match: {section: 500}\n    languages: [de]\n    workflow: ai\n    hold: true\n";
    world.manifest(&format!("{}{held}on_remove: delete\n", world.plain_manifest("de")));
    world.zencat(&["plan", "--out", "plan.json", "--markdown", "plan.md"]).exits(0);
    let plan: Value = serde_json::from_slice(&fs::read(world.path("plan.json")).unwrap()).unwrap();
    let summary = |name: &str| zencat::report::number(plan["summary"][name].as_u64().unwrap());
    let (created, held) = (summary("create"), summary("held"));
    let projects = plan["steps"].as_array().unwrap().iter().filter(|step| step["action"] == "create_project");
    let ordered =
        zencat::report::number(plan["summary"]["create"].as_u64().unwrap() + projects.count() as u64);
    assert!(plan["steps"].as_array().unwrap().len() >= 5_000 && plan["summary"]["held"].as_u64() > Some(500));
    let text = fs::read_to_string(world.path("plan.md")).unwrap();
    assert!(text.len() <= 65_000 && text.len() > 60_000, "{}", text.len());
    assert_eq!(text.matches("<details").count(), text.matches("</details>").count());
    // What destroys before what costs, what is held in spite of all that is ordered, and what was cut.
    let mut last = 0;
    for fact in [
        "<!-- zencat:plan:acme -->\n",
        &format!("**{created} to translate · 2 to retire**"),
        plan["digest"].as_str().unwrap(),
        &format!("| de | {created} | "),
        "<summary>What this removes (2)</summary>",
        "delete from Smartcat article 1000000",
        &format!("<summary>What this orders ({ordered}, the first "),
        &format!("<summary>Held ({held}, the first "),
        "- `on-hold`: take that out of the rule when the work may begin",
        "lines are left out to keep this comment short",
    ] {
        let at = text.find(fact).unwrap_or_else(|| panic!("{fact} in {}", &text[..2_000]));
        assert!(at >= last, "{fact} comes too early");
        last = at;
    }
    assert!(text.matches("`on-hold`").count() > 50, "{}", text.matches("`on-hold`").count());
}

#[test]
fn markdown_keeps_within_any_limit_that_has_room_for_its_heading() {
    let world = World::seeded(generated(60, &[], &["de", "fr"]));
    for most in [0, 1_000, 2_000, 5_000] {
        let ran = world.zencat(&["plan", "--format", "markdown", "--max-bytes", &most.to_string()]).exits(0);
        assert!(ran.stdout.len() <= most.max(1_000), "{most}: {}", ran.stdout.len());
        assert!(ran.stdout.contains("left out to keep"), "{}", ran.stdout);
    }
}

/// As `head` does when it has its lines: whatever is printed, nobody reads it.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    // Much more than a pipe holds.
    let world = World::seeded(generated(400, &[], &["de", "fr"]));
    let formats = [
        ("plan", &["text", "json", "markdown", "github"][..]),
        ("status", &["text", "json", "markdown", "html"]),
        ("scope", &["text", "json", "markdown"]),
        ("tree", &["text", "json"]),
        ("diff article:1000000 de", &["text", "json"]),
        ("check", &["text", "json"]),
        ("validate", &["text", "json", "github"]),
        ("apply --auto-approve", &["text", "json"]),
    ];
    let formatted = formats.into_iter().flat_map(|(command, formats)| {
        formats.iter().map(move |format| format!("{command} --format {format}"))
    });
    let others = [
        "explain article:1000000",
        "explain unknown-key",
        "schema manifest",
        "help manifest",
        "plan --help",
        "man plan",
        "completions bash",
        "--version",
    ];
    for line in formatted.chain(others.map(str::to_owned)) {
        let mut command = world.command(&line.split(' ').collect::<Vec<_>>());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let talk = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), talk.as_str()), (Some(0), ""), "{line}");
    }
}

#[test]
fn colours_obey_no_color_and_pipes() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    let shown = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = world.command(arguments);
        let output = command.envs(variables.iter().copied()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let plain = shown(&["plan"], &[]);
    assert!(!plain.contains('\u{1b}'), "a pipe has no colours");
    let coloured = shown(&["plan"], &[("CLICOLOR_FORCE", "1")]);
    assert!(coloured.contains('\u{1b}'));
    assert_eq!(shown(&["plan"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);
    assert_eq!(shown(&["plan", "--color", "never"], &[("CLICOLOR_FORCE", "1")]), plain);
    assert!(
        shown(&["plan", "--color", "always"], &[("NO_COLOR", "1")]).contains('\u{1b}'),
        "who asks gets them"
    );
    // Without colour nothing is missing: only the escapes go.
    assert_eq!(
        String::from_utf8(anstream::adapter::strip_bytes(coloured.as_bytes()).into_vec()).unwrap(),
        plain
    );
}

/// Whichever format somebody reads, the same steps, held pairs and numbers are in it.
#[test]
fn every_format_tells_the_same_facts() {
    let world = World::new();
    let plan = world.plan();
    let titles: Vec<&str> =
        plan["steps"].as_array().unwrap().iter().filter_map(|step| step["item"]["title"].as_str()).collect();
    let held: Vec<&str> =
        plan["held"].as_array().unwrap().iter().map(|held| held["code"].as_str().unwrap()).collect();
    let words = zencat::report::number(plan["summary"]["words"].as_u64().unwrap());
    assert!(titles.len() > 5 && !held.is_empty() && words != "0", "{plan}");
    // Annotations are few: one for each rule and each held pair.
    for (format, titles) in [("text", &titles[..]), ("markdown", &titles[..]), ("github", &[])] {
        let shown = world.zencat(&["plan", "--format", format]).exits(0).stdout;
        for fact in titles.iter().chain(&held).chain([&words.as_str()]) {
            assert!(shown.contains(fact), "{format} does not tell {fact}:\n{shown}");
        }
    }
    let status = world.zencat(&["status", "--format", "json"]).exits(0).json();
    let page = world.zencat(&["status", "--format", "html"]).exits(0).stdout;
    let text = world.zencat(&["status"]).exits(0).stdout;
    world.zencat(&["report", "-q"]).exits(0);
    let written = fs::read_to_string(world.path("zencat-report.html")).unwrap();
    let without_time = |page: &str| page.replace(char::is_numeric, "");
    assert_eq!(without_time(&page), without_time(&written), "the same page, printed or written");
    for pair in status["pairs"].as_array().unwrap() {
        let title = pair["title"].as_str().unwrap();
        assert!(page.contains(title) && text.contains(title), "{title}");
    }
}

#[test]
fn help_of_every_command() {
    let world = World::new();
    let top = world.zencat(&["--help"]).exits(0).stdout;
    let listed = top.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names: Vec<&str> = listed
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(names.contains(&"plan") && names.contains(&"apply"), "{names:?}");
    let mut text = format!("$ zencat --help\n{top}");
    for name in names {
        let help = world.zencat(&[name, "--help"]).exits(0).stdout;
        text.push_str(&format!("\n$ zencat {name} --help\n{help}"));
    }
    matches("help.txt", &text);
}
