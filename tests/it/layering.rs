//! Holds the import table of the crate doc against the code.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Room → the rooms of ours it may import from. The same table stands in the crate doc, for people.
const TABLE: &[(&str, &[&str])] = &[
    ("id", &[]),
    ("diag", &[]),
    ("unseen", &[]),
    ("content", &["id", "unseen"]),
    ("receipt", &["id", "content"]),
    ("owner", &["id"]),
    ("manifest", &["id", "diag", "unseen"]),
    ("observed", &["id", "content", "receipt"]),
    ("desired", &["id", "diag", "manifest", "observed"]),
    ("plan", &["id", "content", "receipt", "manifest", "desired", "observed"]),
    ("remote", &["id", "unseen"]),
    ("observe", &["id", "content", "receipt", "owner", "observed", "remote"]),
    ("apply", &["id", "content", "receipt", "owner", "observed", "plan", "remote"]),
    ("report", &["id", "diag", "unseen", "manifest", "observed", "plan", "apply"]),
    ("sandbox", &[]),
];

/// What the pure rooms must not even name.
const IMPURE: &[&str] =
    &["std::fs", "std::env", "std::net", "tokio::", "reqwest::", "async fn", "SystemTime", "::now()"];
const PURE: &[&str] = &["id", "diag", "unseen", "content", "receipt", "owner", "observed", "desired", "plan"];

fn sources(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn room_of(path: &Path) -> String {
    let relative = path.strip_prefix(src()).unwrap();
    relative.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The part of a file that is not its tests.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn is_test_file(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "tests")
        || path.components().any(|part| part.as_os_str() == "tests")
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    let mut complaints = Vec::new();
    let mut seen = BTreeSet::new();
    for path in sources(&src()) {
        let room = room_of(&path);
        let Some((_, allowed)) = TABLE.iter().find(|(name, _)| *name == room) else { continue };
        seen.insert(room.clone());
        if is_test_file(&path) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (line, content) in code(&text) {
            for rest in content.split("crate::").skip(1) {
                let other: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if other != room && !allowed.contains(&other.as_str()) {
                    complaints.push(format!(
                        "{}:{line}: {room} imports {other}; either do without, or change the row `{room}` here and in src/lib.rs",
                        path.display()
                    ));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let all: BTreeSet<String> = TABLE.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(seen, all, "a room of the table has no file");
}

#[test]
fn pure_rooms_name_no_door_to_the_outside() {
    let mut complaints = Vec::new();
    for path in sources(&src()).into_iter().filter(|path| PURE.contains(&room_of(path).as_str())) {
        if is_test_file(&path) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (line, content) in code(&text) {
            for door in IMPURE.iter().filter(|door| content.contains(**door)) {
                complaints.push(format!("{}:{line}: {door} in a pure room", path.display()));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_crate_doc_shows_the_table() {
    let doc = fs::read_to_string(src().join("lib.rs")).unwrap();
    for (room, allowed) in TABLE {
        let row = format!(
            "//! | {room} | {} |",
            if allowed.is_empty() { "–".to_owned() } else { allowed.join(", ") }
        );
        assert!(doc.contains(&row), "src/lib.rs lacks the row\n{row}");
    }
}
