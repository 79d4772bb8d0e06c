//! What a person at a terminal sees: prompts, lines that fit, Ctrl-C. `script` from util-linux gives the terminal; a
//! test that needs it says so when it is not there.

use std::io::Write;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;

use crate::world::World;
use crate::world::generated;

/// What the terminal showed, and the exit code.
struct Shown {
    text: String,
    code: Option<i32>,
}

/// Runs a command line of the program on a terminal of so many columns, where somebody types the answers.
fn on_a_terminal(world: &World, columns: u16, arguments: &str, typed: &str) -> Option<Shown> {
    let (bytes, code) = typescript(world, columns, arguments, typed)?;
    let text = anstream::adapter::strip_bytes(&bytes).into_vec();
    let text = String::from_utf8_lossy(&text).replace("\r\n", "\n");
    // What is written over is not seen: progress, where the machine is slow.
    let seen: Vec<&str> = text.split('\n').filter_map(|line| line.rsplit('\r').next()).collect();
    Some(Shown { text: seen.join("\n"), code })
}

/// All that the program sent to the terminal, and the exit code.
fn typescript(world: &World, columns: u16, arguments: &str, typed: &str) -> Option<(Vec<u8>, Option<i32>)> {
    if Command::new("script").arg("--version").output().is_err() {
        println!("not run: `script` (util-linux) is not there");
        return None;
    }
    let line = format!("stty cols {columns} rows 50 && exec {} {arguments}", env!("CARGO_BIN_EXE_zencat"));
    let plain = world.command(&[]);
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).current_dir(world.folder.path()).env_clear();
    command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("TERM", "xterm-256color");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // The terminal stays open until the program has ended: a hang-up is another story.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    Some((output.stdout, output.status.code()))
}

#[test]
fn an_apply_that_nobody_approves_fails_and_does_nothing() {
    let world = World::seeded(generated(2, &[], &["de", "fr"]));
    for answer in ["no\n", "\n", "y\n"] {
        let Some(shown) = on_a_terminal(&world, 100, "apply", answer) else { return };
        assert_eq!(shown.code, Some(1), "{}", shown.text);
        assert!(shown.text.contains("Only `yes` is taken as yes"), "{}", shown.text);
        assert!(shown.text.contains("not approved; nothing was done"), "{}", shown.text);
    }
    assert_eq!(world.writes().iter().filter(|write| !write.contains("/oauth/")).count(), 0);
}

#[test]
fn an_apply_that_is_approved_is_carried_out() {
    let world = World::seeded(generated(2, &[], &["de", "fr"]));
    let Some(shown) = on_a_terminal(&world, 100, "apply", "yes\n") else { return };
    assert_eq!(shown.code, Some(0), "{}", shown.text);
    assert!(shown.text.contains("Applied: "), "{}", shown.text);
    assert!(shown.text.contains("note: Smartcat is at work now: zencat status shows"), "{}", shown.text);
    assert_eq!(world.sandbox.smartcat(|smartcat, _| smartcat.documents().len()), 4);
}

/// Somebody who gives no flags is asked, and an empty answer takes what is offered.
#[test]
fn init_asks_for_what_it_is_not_told() {
    let world = World::seeded(generated(2, &["de"], &["de", "fr"]));
    std::fs::remove_file(world.path("zencat.yaml")).unwrap();
    let typed = format!("{}\n\nde\n", world.sandbox.zendesk_url());
    let arguments = format!("init -q --smartcat-url {}", world.sandbox.smartcat_url());
    let Some(shown) = on_a_terminal(&world, 100, &arguments, &typed) else { return };
    assert_eq!(shown.code, Some(0), "{}", shown.text);
    for question in [
        "The help center's address (https://acme.zendesk.com): ",
        "A name, the owner mark on what zencat creates [help-center]: ",
        "Target languages [de,fr]: ",
        "Read it, then: zencat check, zencat plan",
    ] {
        assert!(shown.text.contains(question), "{question} in {}", shown.text);
    }
    let manifest = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
    assert!(manifest.contains("languages: [\"de\"]") && !manifest.contains("\"fr\""), "{manifest}");
    world.zencat(&["validate"]).exits(0);
}

/// Which of Smartcat's servers an account lives on nobody can tell but its owner.
#[test]
fn init_asks_for_the_region_where_no_server_is_given() {
    let mut world = World::seeded(generated(2, &["de"], &["de", "fr"]));
    std::fs::remove_file(world.path("zencat.yaml")).unwrap();
    // Without it nobody is asked: the regions' servers are not of this machine.
    world.unset("SMARTCAT_API_KEY");
    let arguments = format!("init -q --name acme --zendesk-url {}", world.sandbox.zendesk_url());
    let unknown = "Smartcat has no region `mars`, only eu, us and asia";
    for (typed, code, told) in [
        ("mars\n", 64, unknown),
        ("asia\n", 1, "SMARTCAT_API_KEY is not"),
        ("\n", 1, "SMARTCAT_API_KEY is not"),
    ] {
        let Some(shown) = on_a_terminal(&world, 200, &arguments, typed) else { return };
        assert_eq!(shown.code, Some(code), "{}", shown.text);
        assert!(shown.text.contains("Smartcat's region: eu, us or asia [eu]: "), "{}", shown.text);
        assert!(shown.text.contains(told), "{told} in {}", shown.text);
    }
    let Some(shown) = on_a_terminal(&world, 200, &format!("{arguments} --region us"), "") else { return };
    assert!(!shown.text.contains("Smartcat's region"), "{}", shown.text);
    assert!(!world.path("zencat.yaml").exists());
}

#[test]
fn no_line_of_a_page_for_people_is_wider_than_the_terminal() {
    let world = World::new();
    world.apply().exits(0);
    for command in
        ["plan", "status", "scope", "check", "help credentials", "help states", "explain edited-in-zendesk"]
    {
        for columns in [60, 80, 160] {
            let Some(shown) = on_a_terminal(&world, columns, command, "") else { return };
            assert_eq!(shown.code, Some(0), "{}", shown.text);
            let wide = shown.text.lines().find(|line| {
                // A word that is longer than the line, such as an address, cannot be broken.
                line.chars().count() > usize::from(columns) && line.trim().contains(' ')
            });
            assert_eq!(wide, None, "{command} at {columns}:\n{}", shown.text);
        }
    }
}

#[test]
fn what_is_shown_on_a_terminal_is_what_a_pipe_gets() {
    let world = World::new();
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for command in ["plan", "scope"] {
        let Some(shown) = on_a_terminal(&world, 70, &format!("{command} -q"), "") else { return };
        let piped = world.zencat(&[command]).exits(0).stdout;
        assert_eq!(squeezed(&shown.text), squeezed(&piped), "{command}");
    }
}

/// Answers of Smartcat to these requests come late.
fn slowly(method: &str, path: &str, ms: u64) -> Vec<Fault> {
    vec![Fault::once(ServiceName::Smartcat, method, path, FaultKind::Delay { ms }).every()]
}

#[test]
fn progress_is_shown_of_long_work_on_a_terminal_and_nowhere_else() {
    let shows = |world: &World, arguments: &str| {
        let (bytes, code) = typescript(world, 100, arguments, "")?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(code, Some(0), "{text}");
        Some(text)
    };
    let small = || World::seeded(generated(2, &[], &["de", "fr"]));

    // Looking: nobody knows how many requests it takes.
    let world = small();
    world.sandbox.set_faults(slowly("GET", "*/project/list*", 1_000));
    let Some(text) = shows(&world, "plan") else { return };
    let lines = drawn(&text, "reading");
    assert!(lines.iter().any(|line| line.contains(" requests  ") && line.contains("/s  ")), "{text:?}");
    assert!(text.contains("Plan: "), "{text}");
    let plan = text.find("zencat.yaml").unwrap();
    assert!(text.rfind("reading").unwrap() < plan, "the line is gone when the plan is shown: {text:?}");

    // Doing: how far, how fast, how long yet, and what is in flight.
    world.sandbox.set_faults(slowly("POST", "*/project/document*", 1_000));
    let Some(text) = shows(&world, "apply --auto-approve") else { return };
    let lines = drawn(&text, "applying");
    let parts = ["1/3  ", "/s  ", " left  ", "2 at once: translate article 1000000 \"Article 0\""];
    assert!(lines.iter().any(|line| parts.iter().all(|part| line.contains(part))), "{lines:#?}");

    // Work of a tenth of a second, for which a busy machine needs a few attempts.
    let world = small();
    world.sandbox.set_faults(slowly("GET", "*/project/list*", 100));
    let is_silent = |_| shows(&world, "plan").is_some_and(|text| drawn(&text, "reading").is_empty());
    assert!((0..20).any(is_silent));

    // Work of which nobody wants to hear, and work whose talk is for machines.
    for option in ["-q", "-v", "--log-format json"] {
        let world = small();
        world.sandbox.set_faults(slowly("GET", "*/project/list*", 1_000));
        let Some(text) = shows(&world, &format!("plan {option}")) else { return };
        assert_eq!(drawn(&text, "reading"), [""; 0], "{option}: {text:?}");
    }

    // No terminal.
    let world = small();
    world.sandbox.set_faults(slowly("GET", "*/project/list*", 1_000));
    assert_eq!(world.zencat(&["plan"]).exits(0).stderr, "");
    world.sandbox.set_faults(slowly("POST", "*/project/document*", 1_000));
    assert_eq!(world.zencat(&["apply", "--auto-approve"]).exits(0).stderr, "");
}

/// The lines of progress with this name that were drawn, each over the one before.
fn drawn(text: &str, name: &str) -> Vec<String> {
    let lines = text.split(['\r', '\n']).map(|line| anstream::adapter::strip_str(line).to_string());
    lines.filter(|line| line.trim_start().starts_with(name)).collect()
}

/// Sends a signal to a program of ours.
fn interrupt(child: &std::process::Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn a_second_ctrl_c_ends_the_program_at_once() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    let hang = FaultKind::Hang { after_commit: true };
    world.sandbox.set_faults(vec![Fault::once(ServiceName::Smartcat, "POST", "*", hang).every()]);
    let hangs = || world.sandbox.struck("hang") > 0;
    let mut child = world.command(&["apply", "--auto-approve"]).stderr(Stdio::piped()).spawn().unwrap();
    while !hangs() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    interrupt(&child);
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "the first lets the step in flight finish");
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let talk = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{talk}");
    assert!(talk.contains("once more to stop at once"), "{talk}");
}

#[test]
fn talk_is_quiet_loud_or_json_as_asked() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    let quiet = world.zencat(&["plan", "-q"]).exits(0);
    assert_eq!(quiet.stderr, "");
    assert!(quiet.stdout.contains("Plan: "));
    let loud = world.zencat(&["plan", "-v"]).exits(0).tells("request: Zendesk GET");
    assert_eq!(loud.stdout, quiet.stdout, "data is the same, however much is said beside it");
}

/// Whatever is said, and whatever goes wrong: a program that reads the log finds an object on each line.
#[test]
fn a_log_for_machines_is_nothing_but_lines_of_json() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    let good = world.plain_manifest("de, fr");
    let warned = format!("{good}  - match: {{labels: [nobody-has-it]}}\n    exclude: true\n");
    let token = [("ZENDESK_EMAIL", "mara@example.com"), ("ZENDESK_API_TOKEN", "it")];
    let cases: [(&str, &[&str], &str, i32); 9] = [
        (&good, &["plan", "-v"], "request", 0),
        (&good, &["plan", "--language=xx"], "error", 64),
        (&good, &["plan", "--no-such-option"], "error", 64),
        (&good, &["apply"], "error", 64),
        (&good, &["scope", "--lock"], "note", 0),
        (&warned, &["plan"], "warning", 0),
        (&good.replace("workflow: ai", "workflow: a"), &["plan"], "error", 1),
        ("a: [", &["validate"], "error", 1),
        (&good, &["explain", "nonsense"], "error", 64),
    ];
    for (manifest, arguments, level, code) in cases {
        world.manifest(manifest);
        let mut command = world.command(&[arguments, &["--log-format", "json"]].concat());
        let output = command.envs(token).output().unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {log}");
        let entries: Vec<serde_json::Value> = log
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect();
        assert!(
            entries.iter().all(|entry| entry["level"].is_string() && entry["message"].is_string()),
            "{log}"
        );
        assert!(entries.iter().any(|entry| entry["level"] == level), "{arguments:?}: {log}");
    }
}
