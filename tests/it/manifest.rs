//! The manifest as people meet it: what is refused and where, how that looks, and what is read.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that fails, panics")]

mod bad;
mod good;
mod hostile;
mod lock;
mod look;
mod misspelt;
mod scale;

use zencat::diag::Diagnostic;
use zencat::manifest::Manifest;

/// A small manifest without problems; tests change a piece of it.
const BASE: &str = "\
version: 1
name: acme
zendesk:
  url: https://acme.zendesk.com
smartcat:
  region: eu
source_locale: en-us
workflows:
  ai:
    stages: [translation, postediting]
  human:
    stages: [translation, editing]
content:
  - match: {category: 111}
    languages: [de, fr]
    workflow: ai
  - match: {section: 222, labels: [legal]}
    languages: [de]
    workflow: human
";

fn changed(from: &str, to: &str) -> String {
    assert!(BASE.contains(from), "{from:?} is not in the base");
    BASE.replacen(from, to, 1)
}

/// Everything that is said about a text, in the order of the file.
fn said(text: &str) -> Vec<Diagnostic> {
    match Manifest::parse("zencat.yaml", text) {
        Ok((_, warnings)) => warnings,
        Err(problems) => problems,
    }
}

/// `code line:column` of each.
fn brief(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics.iter().map(|said| format!("{} {}", said.code, said.place.place)).collect()
}
