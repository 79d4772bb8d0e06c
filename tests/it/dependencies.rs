//! What the program is built from: known licences, one registry, and no second version of anything unless it is known.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Licences that may be built into a program under Apache-2.0.
const ALLOWED: [&str; 11] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates of which two versions are built: what needs the older one is not ours to update.
const TWICE: [&str; 6] = ["base64", "core-foundation", "getrandom", "r-efi", "syn", "windows-sys"];

/// The packages of the lock file, for all platforms: its keys by package.
fn locked() -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let package = |block: &str| {
        let pairs = block.lines().filter_map(|line| line.split_once(" = "));
        pairs.map(|(key, value)| (key.to_owned(), value.trim_matches('"').to_owned())).collect()
    };
    text.split("[[package]]").skip(1).map(package).collect()
}

#[test]
fn everything_comes_from_one_registry_with_a_checksum() {
    let packages = locked();
    assert!(packages.len() > 100);
    for package in packages.iter().filter(|package| package["name"] != env!("CARGO_PKG_NAME")) {
        let source = package.get("source").map(String::as_str);
        assert_eq!(source, Some("registry+https://github.com/rust-lang/crates.io-index"), "{package:?}");
        assert!(package.contains_key("checksum"), "{package:?}");
    }
}

#[test]
fn two_versions_of_a_crate_are_known() {
    let mut versions: BTreeMap<String, u32> = BTreeMap::new();
    for package in locked() {
        *versions.entry(package["name"].clone()).or_default() += 1;
    }
    let twice: BTreeSet<&str> =
        versions.iter().filter(|(_, versions)| **versions > 1).map(|(name, _)| name.as_str()).collect();
    assert_eq!(twice, BTreeSet::from(TWICE));
}

#[test]
fn every_licence_is_allowed() {
    let packages = metadata();
    let packages = packages["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(is_allowed(licence), "{} is under {licence}", package["name"]);
    }
}

/// What is built for this machine: for it alone the sources are surely there, without a network.
fn metadata() -> Value {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every part of an `AND` must be allowed, and one of each `OR`. `MIT/Apache-2.0` is how an `OR` was written.
fn is_allowed(licence: &str) -> bool {
    let one = |name: &str| {
        let name = name.trim().trim_matches(['(', ')']).trim();
        ALLOWED.contains(&name.split(" WITH ").next().unwrap_or(name))
    };
    let licence = licence.replace('/', " OR ");
    licence.split(" AND ").all(|part| part.split(" OR ").any(one))
}

#[test]
fn licences_are_read_as_they_are_meant() {
    for good in ["MIT", "MIT/Apache-2.0", "GPL-3.0 OR MIT", "(MIT OR Apache-2.0) AND Unicode-3.0"] {
        assert!(is_allowed(good), "{good}");
    }
    for bad in ["", "none", "GPL-3.0-only", "MIT AND GPL-3.0-only", "(GPL-2.0 OR AGPL-3.0) AND MIT"] {
        assert!(!is_allowed(bad), "{bad}");
    }
}

/// A tag can be moved to other code, a commit cannot. `OWNER/zencat@COMMIT` stands for a commit in the examples.
#[test]
fn every_workflow_pins_what_it_uses() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders =
        [".github/workflows", "examples/ci", "examples/monorepo-ci"].map(|folder| root.join(folder));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = files.map(|entry| entry.unwrap().path()).chain([root.join("action.yml")]);
    let mut seen = 0;
    for file in files.filter(|path| path.extension().is_some_and(|extension| extension == "yml")) {
        for line in fs::read_to_string(&file).unwrap().lines() {
            let Some((_, used)) = line.split_once("uses: ") else { continue };
            let version = used.split_whitespace().next().and_then(|used| used.split_once('@')).unwrap().1;
            let is_commit = version.len() == 40 && version.chars().all(|c| c.is_ascii_hexdigit());
            assert!(is_commit || version == "COMMIT", "{}: {line}", file.display());
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
}

#[test]
fn unsafe_code_is_forbidden() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    assert!(manifest.contains("[lints.rust]\nunsafe_code = \"forbid\"\n"), "nothing may allow it again");
}
