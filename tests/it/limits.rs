//! Limits of the manifest, through the program: each refuses with its numbers, and is lifted by its own name alone.

use std::io::BufRead;
use std::io::BufReader;
use std::process::Stdio;

use crate::scenario;
use crate::world::Ran;
use crate::world::World;
use crate::world::generated;

/// A guard, its line in `limits`, and what its refusal says of [`changed`].
const GUARDS: [(&str, &str, &str); 3] = [
    ("max-words", "max_words: 47", "too many words to translate: 48 is over 47 (limits.max_words)"),
    ("max-items", "max_items: 5", "too many items sent to Smartcat: 6 is over 5 (limits.max_items)"),
    (
        "max-change",
        "max_change: 99%",
        "too many pairs replaced: 100 % is over 99 % (12/12) (limits.max_change)",
    ),
];

/// Six articles in two languages were delivered; then all of them get four new words.
fn changed() -> World {
    let world = World::seeded(generated(6, &[], &["de", "fr"]));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    world.sandbox.zendesk(|zendesk, now| {
        for id in 1_000_000..1_000_006 {
            zendesk.edit_source(id, None, Some(&format!("<p>Three new words {id}</p>")), now).unwrap();
        }
    });
    world.sandbox.clear_journal();
    world
}

fn limit(world: &World, limits: &[&str]) {
    world.manifest(&format!("{}limits: {{{}}}\n", world.plain_manifest("de, fr"), limits.join(", ")));
}

#[test]
fn each_limit_refuses_with_its_numbers_and_is_lifted_by_its_name() {
    for (guard, line, message) in GUARDS {
        let world = changed();
        limit(&world, &[line]);
        let others = GUARDS.iter().filter(|(other, ..)| *other != guard);
        let others: Vec<&str> = others.flat_map(|(other, ..)| ["--allow", other]).collect();
        let told = format!("error: {message}; allow with --allow {guard}\n");
        for command in
            [&["plan", "--out", "plan.json"][..], &["apply", "plan.json"], &["apply", "--auto-approve"]]
        {
            for allowed in [&[][..], &others] {
                world.zencat(&[command, allowed].concat()).exits(3).tells(&told);
            }
        }
        assert_eq!(world.writes(), Vec::<String>::new(), "{guard}");
        world.zencat(&["plan", "--allow", guard]).exits(0);
        world.zencat(&["apply", "plan.json", "--allow", guard]).exits(0);
        world.work();
        world.apply().exits(0);
        scenario::settled(&world, guard);
    }
}

#[test]
fn all_limits_that_a_plan_is_beyond_are_told_at_once() {
    let world = changed();
    limit(&world, &GUARDS.map(|(_, line, _)| line));
    let messages = GUARDS.map(|(guard, _, message)| format!("{message}; allow with --allow {guard}"));
    world.zencat(&["apply", "--auto-approve"]).exits(3).tells(&format!("error: {}\n", messages.join("; ")));
    let mut apply = vec!["apply", "--auto-approve"];
    for (index, (guard, ..)) in GUARDS.into_iter().enumerate() {
        world.zencat(&apply).exits(3).tells(&format!("error: {}", messages[index]));
        apply.extend(["--allow", guard]);
    }
    assert_eq!(world.writes(), Vec::<String>::new());
    world.zencat(&apply).exits(0);
    world.zencat(&["apply", "--auto-approve", "--allow", "max-everything"]).exits(64).tells("max-everything");
}

/// What comes up while a run waits is as much under the limits as what it began with.
#[test]
fn what_a_waiting_run_finds_later_is_limited_too() {
    let world = World::seeded(generated(2, &[], &["de", "fr"]));
    limit(&world, &["max_words: 100"]);
    let mut command = world.command(&["apply", "--auto-approve", "--wait", "1m", "--format", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut talk = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(talk.any(|line| line.contains("translations in work; looking again in ")));
    let long = format!("<p>{}</p>", "word ".repeat(60));
    world.sandbox.zendesk(|zendesk, now| zendesk.edit_source(1_000_000, None, Some(&long), now).unwrap());
    world.sandbox.clear_journal();
    let ran = Ran::of(child.wait_with_output().unwrap()).exits(3);
    let outcome = ran.json();
    let stopped = outcome["stopped"].as_str().unwrap();
    assert!(stopped.contains("120 is over 100 (limits.max_words)"), "{stopped}");
    assert!(outcome["summary"]["done"].as_u64() > Some(0), "what was done before is told: {outcome:#}");
    assert_eq!(world.writes(), Vec::<String>::new());
}
