//! Bodies as large and as deep as anybody can make them, through the program: bounded time and memory.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use serde_json::json;

use crate::world::World;
use crate::world::of_lines;

/// Generous for a debug build on a busy machine; what is guarded against takes minutes.
const PATIENCE: Duration = Duration::from_secs(90);

/// A help center of a few megabytes takes a fraction of it; what is guarded against takes all there is.
const MOST_MEMORY: u64 = 400 << 20;

const MEGABYTE: usize = 1 << 20;

fn bodies() -> Vec<String> {
    let tags = ["div", "b", "ul><li"];
    let mut bodies: Vec<String> = tags.iter().map(|tag| format!("<{tag}>").repeat(10_000) + "deep").collect();
    bodies.push("<p>One sentence of a long page. </p>".repeat(MEGABYTE / 36));
    bodies.push(format!("<p title=\"{}\">word</p>", "&amp;".repeat(MEGABYTE / 5)));
    bodies.push("<!--".repeat(MEGABYTE / 4));
    bodies.push("<p>&#x1b;[31m\u{202e}".repeat(50_000));
    bodies
}

#[test]
fn the_largest_and_the_deepest_bodies_are_borne() {
    let line = |(number, body): (usize, &String)| {
        let title = if number == 0 { "long ".repeat(50_000) } else { format!("Article {number}") };
        json!({"id": 1_000_000 + number, "section_id": 500, "title": title, "body": body, "locale": "en-us",
            "source_locale": "en-us", "label_names": [], "updated_at": "2026-01-01T00:00:00Z", "translations": []})
        .to_string()
    };
    let lines: Vec<String> = bodies().iter().enumerate().map(line).collect();
    let world = World::seeded(of_lines(&lines.join("\n"), &["de", "fr"]));
    world.manifest(&world.plain_manifest("de"));
    for command in [
        &["plan", "--format", "markdown"][..],
        &["apply", "--auto-approve"],
        &["diff", "article:1000001", "de"],
    ] {
        borne(&world, command);
    }
}

fn borne(world: &World, command: &[&str]) {
    let began = Instant::now();
    let (out, err) =
        (fs::File::create(world.path("out")).unwrap(), fs::File::create(world.path("err")).unwrap());
    let mut child = world.command(command).stdout(Stdio::from(out)).stderr(Stdio::from(err)).spawn().unwrap();
    let mut memory = 0;
    let code = loop {
        memory = peak(child.id()).unwrap_or(memory);
        match child.try_wait().unwrap() {
            Some(status) => break status.code(),
            None => thread::sleep(Duration::from_millis(10)),
        }
    };
    let told = fs::read_to_string(world.path("err")).unwrap();
    println!("{command:?}: {} MiB, {:?}", memory >> 20, began.elapsed());
    assert_eq!(code, Some(0), "{command:?}: {}", &told[..told.len().min(2_000)]);
    assert!(began.elapsed() < PATIENCE, "{command:?}: {:?}", began.elapsed());
    assert!(memory > 0 && memory < MOST_MEMORY, "{command:?}: {memory} bytes");
}

/// The most memory that a process has had so far.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}
