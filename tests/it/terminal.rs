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
    let text = anstream::adapter::strip_bytes(&output.stdout).into_vec();
    Some(Shown { text: String::from_utf8_lossy(&text).replace('\r', ""), code: output.status.code() })
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
    assert_eq!(world.sandbox.smartcat(|smartcat, _| smartcat.documents().len()), 4);
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

/// Sends a signal to a program of ours.
fn interrupt(child: &std::process::Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn a_second_ctrl_c_ends_the_program_at_once() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    let hang = FaultKind::Hang { after_commit: true };
    world.sandbox.set_faults(vec![Fault::once(ServiceName::Smartcat, "POST", "*", hang).every()]);
    let hangs = || world.sandbox.journal().iter().any(|entry| entry.fault == Some("hang"));
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
    for arguments in [["plan", "-v"], ["plan", "--language=xx"]] {
        let ran = world.zencat(&[arguments[0], arguments[1], "--log-format", "json"]);
        assert!(!ran.stderr.is_empty());
        for line in ran.stderr.lines() {
            let entry: serde_json::Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(entry["level"].is_string() && entry["message"].is_string(), "{line}");
        }
    }
}
