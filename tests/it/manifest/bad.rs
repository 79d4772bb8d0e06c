//! The table of what is refused, and where.

use zencat::manifest::Manifest;

use super::BASE;
use super::brief;
use super::changed;
use super::said;

/// A piece of the base manifest, what it is replaced by, and all that is then said.
const CASES: &[(&str, &str, &[&str])] = &[
    // The head.
    ("version: 1", "version: 2", &["unsupported-version 1:10"]),
    ("version: 1", "version: \"1\"", &["wrong-type 1:10"]),
    ("version: 1\n", "", &["missing-key 1:1"]),
    ("version: 1", "verison: 1", &["unknown-key 1:1"]),
    ("name: acme", "name: Acme Help", &["bad-name 2:7"]),
    ("name: acme", "name: \"\"", &["bad-name 2:7"]),
    ("name: acme", "name: 2027", &["wrong-type 2:7"]),
    ("name: acme", "name:", &["no-value 2:1"]),
    ("name: acme", "name: acme\nname: acme", &["duplicate-key 3:1"]),
    ("name: acme", "name: acme\ntheme: dark", &["unknown-key 3:1"]),
    ("https://acme", "http://acme", &["insecure-url 4:8"]),
    ("https://acme.zendesk.com", "acme.zendesk.com", &["bad-url 4:8"]),
    ("https://acme.zendesk.com", "https://acme.zendesk.com/hc/de", &["bad-url 4:8"]),
    ("https://acme.zendesk.com", "https://me:pw@acme.zendesk.com", &["bad-url 4:8"]),
    ("https://acme.zendesk.com", "ftp://acme.zendesk.com", &["bad-url 4:8"]),
    ("zendesk:\n  url: https://acme.zendesk.com\n", "zendesk: {}\n", &["missing-key 3:1"]),
    ("zendesk:\n  url: https://acme.zendesk.com\n", "", &["missing-key 1:1"]),
    ("  region: eu", "  region: europe", &["unknown-value 6:11"]),
    ("  region: eu", "  region: eu\n  url: https://smartcat.com", &["conflicting-keys 7:3"]),
    ("smartcat:\n  region: eu", "smartcat: {}", &["missing-key 5:1"]),
    ("  region: eu", "  url: http://smartcat.com", &["insecure-url 6:8"]),
    ("  region: eu", "  region: eu\n  api_key: abc", &["secret 7:3"]),
    ("zendesk:\n", "zendesk:\n  email: a@b.c\n  apiToken: abc\n", &["unknown-key 4:3", "secret 5:3"]),
    // Languages.
    ("source_locale: en-us", "source_locale: english", &["unknown-language 7:16"]),
    (
        "source_locale: en-us",
        "source_locale: de",
        &["source-among-targets 15:17", "source-among-targets 18:17"],
    ),
    ("source_locale: en-us", "locales: {pt: pt-XX}", &["unknown-smartcat-language 7:15"]),
    ("source_locale: en-us", "locales: {pt: pt-PT, PT: pt}", &["duplicate-key 7:22"]),
    ("source_locale: en-us", "locales: [pt]", &["wrong-type 7:10"]),
    (
        "source_locale: en-us",
        "source_locale: en-us\nlocales: {de: en-us}",
        &["source-among-targets 16:17", "source-among-targets 19:17"],
    ),
    ("[de, fr]", "[de, xx]", &["unknown-language 15:21"]),
    ("[de, fr]", "[de, de_DE]", &["unknown-language 15:21"]),
    ("[de, fr]", "[de, de]", &["duplicate-language 15:21"]),
    ("[de, fr]", "[de, fr, de-x-informal]", &["same-language 15:25"]),
    ("[de, fr]", "[en-us]", &["source-among-targets 15:17"]),
    ("[de, fr]", "[]", &["empty-list 15:16"]),
    ("[de, fr]", "de", &["wrong-type 15:16"]),
    ("[de, fr]", "[no, 5, ~]", &["wrong-type 15:21", "no-value 15:24"]),
    ("    languages: [de, fr]\n", "", &["no-languages 14:5"]),
    // Workflows.
    ("workflow: ai", "workflow: ia", &["unknown-workflow 16:15"]),
    ("    workflow: ai\n", "", &["no-workflow 14:5"]),
    ("  human:", "  hu man:", &["bad-name 11:3", "unknown-workflow 19:15"]),
    ("workflows:\n", "workflows:\n  spare:\n    template: T\n", &["unused-workflow 9:3"]),
    ("[translation, editing]", "[]", &["empty-list 12:13"]),
    ("[translation, editing]", "[translation, edditing]", &["unknown-value 12:27"]),
    ("[translation, editing]", "[editing, editing]", &["duplicate-stage 12:23"]),
    (
        "    stages: [translation, editing]",
        "    template: T\n    stages: [editing]",
        &["conflicting-keys 12:5"],
    ),
    ("    stages: [translation, editing]", "    on_edit: keep", &["no-setup 11:3"]),
    ("    stages: [translation, editing]", "    template: \" \"", &["bad-text 12:15"]),
    ("  human:\n", "  human:\n    machine_translation: false\n", &["wrong-type 12:26"]),
    ("  human:\n", "  human:\n    machine_translation: Off\n", &["unknown-value 12:26"]),
    ("  human:\n", "  human:\n    machine_translation: \"a\\nb\"\n", &["bad-text 12:26"]),
    ("  human:\n", "  human:\n    send_when: {stage: postediting}\n", &["unknown-stage 12:24"]),
    ("  human:\n", "  human:\n    send_when: {stages: editing}\n", &["unknown-key 12:17"]),
    ("  human:\n", "  human:\n    send_when: done\n", &["unknown-value 12:16"]),
    (
        "  human:\n    stages: [translation, editing]",
        "  human:\n    template: T\n    send_when: {stage: editing}",
        &["stage-of-template 13:24"],
    ),
    ("  human:\n", "  human:\n    publish: public\n", &["unknown-value 12:14"]),
    ("  human:\n", "  human:\n    auto_complete: yes\n", &["wrong-type 12:20"]),
    ("  human:\n", "  human:\n    links: keep\n    links: localize\n", &["duplicate-key 13:5"]),
    (
        "  human:\n",
        "  human:\n    project: {name: A, id: 3f0c5b1e-2a4d-4c7e-9b1a-0d6f8e2c4a51}\n",
        &["conflicting-keys 12:15"],
    ),
    ("  human:\n", "  human:\n    project: {id: 42-a}\n", &["bad-project-id 12:19"]),
    ("  human:\n", "  human:\n    project: {max_documents: 0}\n", &["out-of-range 12:30"]),
    ("  human:\n", "  human:\n    project: {deadline: 2 months}\n", &["bad-deadline 12:25"]),
    ("  human:\n", "  human:\n    project: {deadline: 0d}\n", &["bad-deadline 12:25"]),
    ("  human:\n", "  human:\n    project: {deadline: 2027-03-01}\n", &["bad-deadline 12:25"]),
    ("  human:\n", "  human:\n    project: {name: \"acme: ai\"}\n", &["shared-project 12:21"]),
    ("  human:\n", "  human:\n    project: {managers: [Jo]}\n", &["bad-text 12:26"]),
    ("  human:\n", "  human:\n    project: {glossaries: Terms}\n", &["wrong-type 12:27"]),
    (
        "  human:\n",
        "  human:\n    assign:\n      - {stage: postediting, team: true}\n",
        &["unknown-stage 13:17"],
    ),
    ("  human:\n", "  human:\n    assign:\n      - {stage: editing}\n", &["missing-key 13:10"]),
    (
        "  human:\n",
        "  human:\n    assign:\n      - {stage: editing, team: true, agency: X}\n",
        &["conflicting-keys 13:38"],
    ),
    (
        "  human:\n",
        "  human:\n    assign:\n      - {stage: editing, agency: X, mode: rocket}\n",
        &["conflicting-keys 13:37"],
    ),
    (
        "  human:\n",
        "  human:\n    assign:\n      - {stage: editing, agency: X, deadline: 2d, invite_new: true}\n",
        &["conflicting-keys 13:37", "conflicting-keys 13:51"],
    ),
    (
        "  human:\n",
        "  human:\n    assign:\n      - {stage: editing, people: [a@b.c], mode: rocket, invite_new: true}\n",
        &["conflicting-keys 13:43"],
    ),
    (
        "  human:\n",
        "  human:\n    assign:\n      - {stage: editing, template: X, deadline: 2027-03-01T18:00:00Z}\n",
        &["bad-deadline 13:49"],
    ),
    (
        "  human:\n",
        "  human:\n    assign:\n      - {stage: editing, languages: [fr], agency: X}\n",
        &["unused-language 13:38"],
    ),
    ("  human:\n", "  human:\n    assign:\n      - {team: true}\n", &["missing-key 13:10"]),
    // Rules.
    ("  - match: {category: 111}\n", "  - match: {}\n", &["empty-match 14:5"]),
    ("  - match: {category: 111}\n", "  - match: {drafts: true}\n", &["empty-match 14:5"]),
    ("  - match: {category: 111}\n", "  - match:\n", &["no-value 14:5"]),
    (
        "  - match: {category: 111}\n",
        "  - matches: {category: 0}\n",
        &["unknown-key 14:5", "out-of-range 14:25"],
    ),
    ("{category: 111}", "{category: \"111\"}", &["wrong-type 14:23"]),
    ("{category: 111}", "{category: -1}", &["out-of-range 14:23"]),
    ("{category: 111}", "{category: 99999999999999999999}", &["out-of-range 14:23"]),
    ("{category: 111}", "{category: [111, 1.5]}", &["out-of-range 14:29"]),
    ("{category: 111}", "{category: []}", &["empty-list 14:23"]),
    ("{category: 111}", "{title: \"[a\"}", &["bad-glob 14:20"]),
    ("{category: 111}", "{title: [\"ok\", \"\"]}", &["bad-glob 14:27"]),
    ("{category: 111}", "{title: *draft}", &["syntax 14:20"]),
    ("{category: 111}", "{kind: page}", &["unknown-value 14:19"]),
    ("{category: 111}", "{kind: section, labels: [x]}", &["impossible-match 14:28"]),
    ("{category: 111}", "{kind: category, section: 1}", &["impossible-match 14:29"]),
    ("{category: 111}", "{category: 111, not: {}}", &["empty-match 14:28"]),
    ("{category: 111}", "{category: 111, not: {label: x}}", &["unknown-key 14:34"]),
    ("    workflow: ai", "    workflow: ai\n    exclude: true", &["conflicting-keys 16:5"]),
    ("    workflow: ai", "    exclude: true\n    hold: true", &["conflicting-keys 17:5"]),
    ("    workflow: ai", "    workflow: ai\n    hold: yes", &["wrong-type 17:11"]),
    ("    workflow: ai", "    workflow: ai\n    priority: high", &["unknown-key 17:5"]),
    ("content:\n", "limits: {max_change: 30}\ncontent:\n", &["wrong-type 13:22"]),
    ("content:\n", "limits: {max_change: 130%}\ncontent:\n", &["bad-percentage 13:22"]),
    ("content:\n", "limits: {max_words: -1}\ncontent:\n", &["out-of-range 13:21"]),
    ("content:\n", "limits: {max_word: 1}\ncontent:\n", &["unknown-key 13:10"]),
    ("content:\n", "on_remove: drop\ncontent:\n", &["unknown-value 13:12"]),
    // YAML.
    ("  region: eu", "\tregion: eu", &["syntax 6:2"]),
    ("name: acme", "name: \"acme", &["syntax 2:7"]),
    ("name: acme", "name: !!str acme", &["tag 2:7"]),
    ("name: acme", "<<: {name: acme}\nname: acme", &["merge-key 2:1"]),
    ("name: acme", "1: x\nname: acme", &["key-not-text 2:1"]),
    ("name: acme", "{{ x }}: y\nname: acme", &["key-not-text 2:1", "key-not-text 2:2"]),
    ("[de, fr]", "&a [de, *a]", &["alias 15:24"]),
    ("content:\n", "---\ncontent:\n", &["second-document 13:1"]),
];

#[test]
fn every_mistake_has_its_code_and_its_place() {
    assert!(CASES.len() >= 60);
    let mut wrong = Vec::new();
    for (from, to, expected) in CASES {
        let found = brief(&said(&changed(from, to)));
        if found != *expected {
            wrong.push(format!("{from:?} → {to:?}\n    expected {expected:?}\n    found    {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn whole_files_that_are_no_manifest() {
    for (text, expected) in [
        ("", "empty-manifest 1:1"),
        ("# nothing yet\n", "empty-manifest 1:1"),
        ("---\n", "empty-manifest 2:1"),
        ("\u{feff}", "empty-manifest 1:1"),
        ("just text", "wrong-type 1:1"),
        ("- a\n- b\n", "wrong-type 1:1"),
        ("42", "wrong-type 1:1"),
    ] {
        assert_eq!(brief(&said(text)), [expected], "{text:?}");
    }
    let without_rules = format!("{}content: []\n", BASE.split("content:").next().unwrap());
    assert_eq!(brief(&said(&without_rules)), ["no-rules 13:1"]);
}

#[test]
fn all_problems_are_said_at_once() {
    let text = "\
version: 3
name: Acme
zendesk: {url: acme, password: hunter2}
smartcat: {region: mars}
workflows:
  a: {stages: [translate]}
  a: {stages: [translation]}
content:
  - match: {labels: []}
    languages: [xx]
    workflow: b
  - exclude: maybe
";
    assert_eq!(
        brief(&said(text)),
        [
            "unsupported-version 1:10",
            "bad-name 2:7",
            "bad-url 3:16",
            "secret 3:22",
            "unknown-value 4:20",
            "unknown-value 6:16",
            "duplicate-key 7:3",
            "empty-list 9:21",
            "unknown-language 10:17",
            "unknown-workflow 11:15",
            "missing-key 12:5",
            "wrong-type 12:14",
        ]
    );
}

#[test]
fn a_credential_is_named_and_never_repeated() {
    let text = changed("  region: eu", "  region: eu\n  api_key: hunter2\n  token: [hunter2]");
    for diagnostic in said(&text) {
        let said = format!("{}{}{:?}", diagnostic.message, diagnostic.label, diagnostic.hint);
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn windows_files_are_read_like_all_others() {
    let text = format!("\u{feff}{}", BASE.replace('\n', "\r\n"));
    let (manifest, warnings) = Manifest::parse("zencat.yaml", &text).unwrap();
    assert_eq!((manifest.rules.len(), warnings.len()), (2, 0));
    let text = text.replace("name: acme", "name: Äcme").replace("[de, fr]", "[xx]");
    assert_eq!(brief(&said(&text)), ["bad-name 2:7", "unknown-language 15:17"]);
}
