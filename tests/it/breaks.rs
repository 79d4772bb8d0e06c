//! Each promise of `tests/README.md` has deliberate breaks in `tests/breaks`, one for each test that it names, and its table tells of every one.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// What each patch breaks, and the tests that turn red.
fn patches() -> Vec<(String, Vec<String>)> {
    let files = fs::read_dir(tests().join("breaks")).unwrap().map(|entry| entry.unwrap().path());
    let patches = files.filter(|path| path.extension().is_some_and(|extension| extension == "patch"));
    let told = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let lines = |key: &str| {
            let lines = text.lines().filter_map(|line| line.strip_prefix(key)).map(str::to_owned);
            lines.collect::<Vec<_>>()
        };
        let (breaks, red) = (lines("Break: "), lines("Test: "));
        assert!(breaks.len() == 1 && !red.is_empty(), "{} says {breaks:?}, {red:?}", path.display());
        (breaks.concat(), red)
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

/// What stands between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn the_table_of_breaks_is_that_of_the_patches() {
    let named = |cell: &str| quoted(cell).map(str::to_owned).collect::<Vec<_>>();
    let listed: BTreeSet<(String, Vec<String>)> =
        table("| break | red |").into_iter().map(|row| (format!("{}.", row[0]), named(&row[1]))).collect();
    let kept: BTreeSet<(String, Vec<String>)> = patches().into_iter().collect();
    let rows = |some: &BTreeSet<(String, Vec<String>)>, other| {
        let missing = some.difference(other);
        missing.map(|(what, tests)| format!("| {what} | `{}` |\n", tests.join("`, `"))).collect::<String>()
    };
    assert_eq!(rows(&kept, &listed), "", "patches without a row");
    assert_eq!(rows(&listed, &kept), "", "rows without a patch");
}

#[test]
fn each_test_of_a_promise_has_a_break_that_turns_it_red() {
    let red: Vec<String> = patches().into_iter().flat_map(|(_, tests)| tests).collect();
    let is_shown = |named: &str| {
        let named = named.split('…').next().unwrap_or_default();
        red.iter().any(|test| test.starts_with(named) || named.starts_with(test.as_str()))
    };
    let promises = table("| promise | test | injected | cases |");
    assert!(promises.len() > 30, "{promises:#?}");
    let unbroken: Vec<&str> =
        promises.iter().flat_map(|row| quoted(&row[1])).filter(|named| !is_shown(named)).collect();
    assert!(unbroken.is_empty(), "tests that no patch turns red: {unbroken:#?}");
}
