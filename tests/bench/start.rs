//! Start-up, validation, and the size of the program.

use std::fs;
use std::process::Command;
use std::process::Stdio;

use tempfile::TempDir;

use crate::measure::shortest;
use crate::measure::table;
use crate::row;

/// The manifest and the help center of the test that holds the cost to a straight line.
#[path = "../it/manifest/scale.rs"]
mod scale;

/// Bytes of the stripped program; `.github/workflows/release.yml` holds every release to it.
const LARGEST: u64 = 15 << 20;

pub(crate) fn run() {
    let program = env!("CARGO_BIN_EXE_zencat");
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("zencat.yaml"), manifest(10_000)).unwrap();
    let mut rows = vec![row!["", "measured", "limit"]];
    let ms = |arguments: &[&str]| {
        let run = || {
            let mut command = Command::new(program);
            command.args(arguments).current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::inherit());
            assert!(command.status().unwrap().success(), "{arguments:?}");
        };
        shortest(20, run).as_secs_f64() * 1e3
    };
    rows.push(row!["zencat --version", format!("{:.1} ms", ms(&["--version"])), "10 ms"]);
    rows.push(row!["validate, 10,000 rules", format!("{:.0} ms", ms(&["validate"])), "300 ms"]);
    let (read, held_against) = scale::time(10_000, 100_000);
    let both = format!("{:.0} ms", (read + held_against).as_secs_f64() * 1e3);
    rows.push(row!["10,000 rules of all kinds, read and held against 100,000 articles", both, "1,000 ms"]);
    let size = fs::metadata(program).unwrap().len();
    rows.push(row!["the program", format!("{:.2} MiB", size as f64 / f64::from(1 << 20)), "15 MiB"]);
    table(&rows);
    assert!(size <= LARGEST, "the program has {size} bytes, {LARGEST} are allowed");
}

/// A manifest with this many rules.
fn manifest(rules: usize) -> String {
    let mut text = "version: 1\nname: acme\nzendesk: {url: \"https://acme.zendesk.com\"}\nsmartcat: {region: eu}\n\
                    workflows:\n  ai:\n    stages: [translation]\n    project: {name: Help center}\ncontent:\n"
        .to_owned();
    for rule in 0..rules {
        let id = 360_000_000_000 + rule;
        text.push_str(&format!(
            "  - match: {{article: {id}}}\n    languages: [de, fr, ja]\n    workflow: ai\n"
        ));
    }
    text
}
