//! Each promise of `tests/README.md` has a deliberate break in `tests/breaks`, and its table tells of every one.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// What each patch breaks, and the test that turns red.
fn patches() -> Vec<(String, String)> {
    let files = fs::read_dir(tests().join("breaks")).unwrap().map(|entry| entry.unwrap().path());
    let patches = files.filter(|path| path.extension().is_some_and(|extension| extension == "patch"));
    let told = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let line = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(key));
            line.unwrap_or_else(|| panic!("{} has no line `{key}`", path.display())).to_owned()
        };
        (line("Break: "), line("Test: "))
    };
    patches.map(|path| told(&path)).collect()
}

/// The cells of the table below a heading row.
fn table(heading: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(tests().join("README.md")).unwrap();
    let (_, below) = text.split_once(heading).unwrap();
    let rows = below.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

#[test]
fn the_table_of_breaks_is_that_of_the_patches() {
    let listed: BTreeSet<(String, String)> = table("| break | red |")
        .into_iter()
        .map(|row| (format!("{}.", row[0]), row[1].trim_matches('`').to_owned()))
        .collect();
    let kept: BTreeSet<(String, String)> = patches().into_iter().collect();
    let rows = |some: &BTreeSet<(String, String)>, other| {
        let missing = some.difference(other).map(|(what, test)| format!("| {what} | `{test}` |\n"));
        missing.collect::<String>()
    };
    assert_eq!(rows(&kept, &listed), "", "patches without a row");
    assert_eq!(rows(&listed, &kept), "", "rows without a patch");
}

#[test]
fn each_promise_has_a_break_that_turns_its_test_red() {
    let red: Vec<String> = patches().into_iter().map(|(_, test)| test).collect();
    let is_shown = |named: &str| {
        let named = named.split('…').next().unwrap_or_default();
        red.iter().any(|test| test.starts_with(named) || named.starts_with(test.as_str()))
    };
    let promises = table("| promise | test | injected | cases |");
    assert!(promises.len() > 30, "{promises:#?}");
    let unbroken: Vec<&str> = promises
        .iter()
        .filter(|row| !row[1].split('`').skip(1).step_by(2).any(is_shown))
        .map(|row| row[0].as_str())
        .collect();
    assert!(unbroken.is_empty(), "promises that no patch breaks: {unbroken:#?}");
}
