//! Observation is a stream: texts are hashed page by page and dropped, so the memory of a run must not grow with what
//! the help center's texts hold, only with how many there are.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use crate::world;
use crate::world::World;

/// Fifty pages of articles, each with a translation: a few of them are in memory at once, and the rest must not be.
const ARTICLES: usize = 5_000;

/// Bodies of the two help centers, in bytes.
const SHORT: usize = 100;
const LONG: usize = 4_000;

/// The part of the texts that the pages in memory at once may be: some eight of the fifty, as received and as read.
const LARGEST_PART: u64 = 3;

#[test]
fn memory_does_not_grow_with_the_texts() {
    let [short, long] = [SHORT, LONG].map(peak_of_a_plan);
    let all_texts = (2 * ARTICLES * LONG) as u64 / 1024;
    let grown = long.saturating_sub(short);
    assert!(
        grown < all_texts / LARGEST_PART,
        "{short} KiB with short texts, {long} KiB with long ones: of {all_texts} KiB of texts {grown} KiB are kept"
    );
}

/// The most memory (KiB) that a plan takes of a help center with bodies of so many bytes.
fn peak_of_a_plan(bytes: usize) -> u64 {
    let body = format!("<p>{}</p>", "word ".repeat(bytes / 5));
    let article = |number: usize| {
        serde_json::json!({"id": 1_000 + number, "section_id": 1, "title": format!("Article {number}"), "body": body,
            "locale": "en-us", "source_locale": "en-us", "label_names": [], "updated_at": null, "translations": [
            {"locale": "de", "title": format!("Artikel {number}"), "body": body, "updated_at": null, "draft": false,
            "outdated": false}]})
        .to_string()
    };
    let lines: Vec<String> = (0..ARTICLES).map(article).collect();
    let world = World::seeded(world::of_lines(&lines.join("\n"), &["de", "fr"]));
    // One pair in scope: what is measured is reading, not the plan's own size.
    let manifest = world.plain_manifest("de").replace("kind: article", "article: 1000");
    world.manifest(&manifest);
    let mut command = world.command(&["plan", "--format", "json"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak_of(child.id()).unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(peak > 0, "the kernel tells the peak");
    peak
}

/// The most memory (KiB) that a process has had so far, as Linux counts it.
fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}
