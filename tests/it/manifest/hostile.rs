//! Files by strangers: bounded time and memory, and never a panic.

use std::time::Duration;
use std::time::Instant;

use proptest::prelude::*;

use zencat::diag::Lines;
use zencat::manifest::Manifest;
use zencat::report::diagnostics;

use super::BASE;
use super::brief;
use super::changed;
use super::said;

/// Generous for a debug build on a busy machine; what is guarded against takes minutes, or all memory.
const PATIENCE: Duration = Duration::from_secs(90);

/// Reads and renders, and gives the codes.
fn survive(text: &str) -> Vec<String> {
    let begun = Instant::now();
    let diagnostics = said(text);
    let mut out = Vec::new();
    diagnostics::render(&mut out, "m.yaml", text, &diagnostics, false).unwrap();
    assert!(begun.elapsed() < PATIENCE, "{:?} for {} bytes", begun.elapsed(), text.len());
    assert!(diagnostics.len() <= 1_001);
    brief(&diagnostics)
}

#[test]
fn aliases_do_not_multiply() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", [before.as_str(); 9].join(", "));
    }
    assert_eq!(survive(&bomb), ["alias 6:10"]);
    let quadratic = format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(50_000), "*a, ".repeat(50_000));
    assert_eq!(survive(&quadratic), ["alias 2:9"]);
}

#[test]
fn a_shared_list_is_no_bomb() {
    let rules: String = (1..500)
        .map(|id| format!("  - match: {{article: {id}}}\n    languages: *all\n    workflow: ai\n"))
        .collect();
    let text = changed("[de, fr]", "&all [de, fr]") + &rules;
    assert_eq!(survive(&text), [""; 0]);
}

#[test]
fn depth_is_bounded() {
    assert_eq!(survive(&format!("a: {}1{}", "[".repeat(100), "]".repeat(100))), ["too-deep 1:67"]);
    assert_eq!(survive(&"[".repeat(100_000)), ["too-deep 1:256"]);
    assert_eq!(survive(&"{a: ".repeat(100_000)), ["too-deep 1:1021"]);
    assert_eq!(survive(&"- ".repeat(100_000)), ["too-deep 1:129"]);
    let nested: String = (0..100).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(survive(&nested), ["too-deep 65:65"]);
}

#[test]
fn size_is_bounded() {
    assert_eq!(survive(&format!("{BASE}#{}", "x".repeat(5_000_000))), ["too-large 1:1"]);
    let just_right = format!("{BASE}#{}", "x".repeat(4_000_000));
    assert_eq!(survive(&just_right), [""; 0]);
    assert_eq!(survive(&format!("a: [{}]", "a,".repeat(1_100_000))), ["too-large 1:2000003"]);
}

#[test]
fn a_thousand_problems_are_enough() {
    for text in [
        (0..100_000).map(|number| format!("key{number}: 1\n")).collect::<String>(),
        "a: 1\n".repeat(100_000),
        changed("[de, fr]", &format!("[{}]", "xx, ".repeat(100_000))),
        changed("[de, fr]", &format!("[{}]", "~, ".repeat(100_000))),
        format!("{BASE}{}", "  - {}\n".repeat(100_000)),
        format!("{BASE}{}", "  - {match: {article: 1}, languages: [de], workflow: hooman}\n".repeat(20_000)),
    ] {
        let found = survive(&text);
        assert_eq!(found.len(), 1_001);
        assert!(found.last().unwrap().starts_with("too-many-problems"), "{:?}", found.last());
    }
}

#[test]
fn names_and_mistakes_do_not_multiply() {
    let workflows: String =
        (0..5_000).map(|number| format!("  w{number}: {{stages: [translation]}}\n")).collect();
    let rules: String = (0..5_000)
        .map(|number| format!("  - {{match: {{article: 1}}, languages: [de], workflow: v{number}}}\n"))
        .collect();
    survive(&(changed("workflows:\n", &format!("workflows:\n{workflows}")) + &rules));
}

#[test]
fn strange_texts_end() {
    for text in [
        "? ".repeat(50_000),
        "\"".repeat(100_001),
        "&a ".repeat(50_000),
        "*a ".repeat(50_000),
        "!a ".repeat(50_000),
        "%YAML 1.2\n".repeat(10_000),
        "---\n".repeat(10_000),
        "a: |\n".repeat(10_000),
        "\n".repeat(1_000_000),
        "a: b: c: d: ".repeat(10_000),
        "a ".repeat(500_000),
        "\u{feff}".repeat(1_000),
        "\u{0}".repeat(1_000),
        "'".to_owned() + &"''".repeat(100_000),
        format!("{}: 1", "k".repeat(100_000)),
        "[a: ".repeat(60),
        "\t".repeat(100_000),
    ] {
        survive(&text);
    }
}

/// Pieces of the language, of YAML, and of nothing.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("content:\n  - match: {category: 1}\n    languages: [de]\n    workflow: ai\n".to_owned()),
        Just("workflows:\n  ai:\n    stages: [translation]\n".to_owned()),
        "(version|name|zendesk|smartcat|locales|limits|match|not|stages|project|assign): ",
        "[\\[\\]{}:,\\-?*&!|>'\"%@`#~ \t\r\n]{1,4}",
        "(null|true|~|12|-1|1e9|0x1|<<|---|\\.\\.\\.|\u{feff}|\u{0}|\u{85}|\u{2028})",
        "\\PC{0,6}",
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn mutated() -> impl Strategy<Value = String> {
    let change = (0..BASE.len(), 0..12_usize, pieces());
    prop::collection::vec(change, 1..4).prop_map(|changes| {
        let mut text = BASE.to_owned();
        for (at, length, piece) in changes {
            let start = text.floor_char_boundary(at);
            let end = text.floor_char_boundary(at + length).max(start);
            text.replace_range(start..end, &piece);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn no_text_panics(text in prop_oneof![pieces(), mutated(), any::<String>()]) {
        let diagnostics = match Manifest::parse("m.yaml", &text) {
            Ok((_, warnings)) => warnings,
            Err(problems) => {
                prop_assert!(!problems.is_empty(), "refused without a word");
                problems
            }
        };
        let lines = Lines::of(&text);
        for diagnostic in &diagnostics {
            let span = diagnostic.place;
            prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end) && span.start <= span.end);
            prop_assert_eq!(lines.place(span.start), span.place);
        }
        let mut out = Vec::new();
        diagnostics::render(&mut out, "m.yaml", &text, &diagnostics, false).unwrap();
    }

    /// What the shape lets through, the typed reader takes: their only difference would be a message of its own.
    #[test]
    fn the_typed_reader_finds_nothing_that_the_shape_did_not(text in mutated()) {
        for problem in said(&text) {
            prop_assert!(!problem.label.is_empty() || problem.code.as_str() != "wrong-type", "{problem:?}");
        }
    }
}
