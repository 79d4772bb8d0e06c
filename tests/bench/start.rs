//! Start-up, validation, and the size of the program.

use std::fs;
use std::process::Command;
use std::process::Stdio;

use tempfile::TempDir;

use crate::measure::Limits;
use crate::measure::shortest;
use crate::measure::table;
use crate::row;

/// The manifest and the help center of the test that holds the cost to a straight line.
#[path = "../it/manifest/scale.rs"]
mod scale;

/// MiB of the stripped program; `.github/workflows/release.yml` holds every release to it.
const LARGEST: f64 = 15.0;

pub(crate) fn run(limits: &mut Limits) {
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
    let (read, held_against) = scale::time(10_000, 100_000);
    let both = (read + held_against).as_secs_f64() * 1e3;
    let size = fs::metadata(program).unwrap().len() as f64 / f64::from(1 << 20);
    for (what, measured, limit, unit) in [
        ("zencat --version", ms(&["--version"]), 10.0, "ms"),
        ("validate, 10,000 rules", ms(&["validate"]), 300.0, "ms"),
        ("10,000 rules of all kinds, read and held against 100,000 articles", both, 1_000.0, "ms"),
        ("the program", size, LARGEST, "MiB"),
    ] {
        rows.push(row![what, format!("{measured:.1} {unit}"), format!("{limit:.0} {unit}")]);
        limits.at_most(what, measured, limit);
    }
    table(&rows);
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
