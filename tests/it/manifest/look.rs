//! How problems look.

use zencat::report::diagnostics;

use super::changed;
use super::said;

fn rendered(text: &str, colour: bool) -> String {
    let mut out = Vec::new();
    diagnostics::render(&mut out, "zencat.yaml", text, &said(text), colour).unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares with an indented block.
fn assert_looks(text: &str, expected: &str) {
    let expected: String =
        expected.lines().skip(1).map(|line| format!("{}\n", line.get(8..).unwrap_or(""))).collect();
    let found = rendered(text, false);
    assert!(found.trim_end() == expected.trim_end(), "found\n{found}\nexpected\n{expected}");
}

#[test]
fn a_name_that_is_not_there() {
    assert_looks(
        &changed("workflow: human", "workflow: humans"),
        "
        error[unknown-workflow]: there is no workflow `humans`
          --> zencat.yaml:19:15
           |
        19 |     workflow: humans
           |               ^^^^^^ not under `workflows`
           |
           = help: did you mean `human`?
        ",
    );
}

#[test]
fn two_places_on_one_line() {
    assert_looks(
        &changed("[de, fr]", "[de, fr, de-x-informal]"),
        "
        error[same-language]: `de` and `de-x-informal` are one language in Smartcat, `de`, in one workflow
          --> zencat.yaml:15:25
           |
        15 |     languages: [de, fr, de-x-informal]
           |                 --      ^^^^^^^^^^^^^ the same language as before
           |                 |
           |                 first here
           |
           = help: map one of them to another language under `locales:`, or use two workflows
        ",
    );
}

#[test]
fn two_places_on_two_lines() {
    assert_looks(
        &changed("name: acme", "name: acme\nname: other"),
        "
        error[duplicate-key]: `name` is given twice
         --> zencat.yaml:3:1
          |
        3 | name: other
          | ^^^^ again here
          |
         ::: zencat.yaml:2:1
          |
        2 | name: acme
          | ---- first here
          |
          = help: keep one of them
        ",
    );
}

#[test]
fn credentials_are_not_shown() {
    assert_looks(
        &changed("  region: eu", "  {regoin: eu, api_key: hunter2, token: [a, b]}"),
        "
        error[unknown-key]: `smartcat` has no key `regoin`
         --> zencat.yaml:6:4
          |
        6 |   {regoin: eu, api_key: •••••••, token: ••••••}
          |    ^^^^^^ unknown key
          |
          = help: did you mean `region`?

        error[secret]: `api_key` looks like a credential, and the manifest is committed to git
         --> zencat.yaml:6:16
          |
        6 |   {regoin: eu, api_key: •••••••, token: ••••••}
          |                ^^^^^^^ remove it, and revoke it if it was ever committed
          |
          = help: credentials come from the environment: ZENDESK_OAUTH_CLIENT_ID and ZENDESK_OAUTH_CLIENT_SECRET, SMARTCAT_ACCOUNT_ID and SMARTCAT_API_KEY

        error[secret]: `token` looks like a credential, and the manifest is committed to git
         --> zencat.yaml:6:34
          |
        6 |   {regoin: eu, api_key: •••••••, token: ••••••}
          |                                  ^^^^^ remove it, and revoke it if it was ever committed
          |
          = help: credentials come from the environment: ZENDESK_OAUTH_CLIENT_ID and ZENDESK_OAUTH_CLIENT_SECRET, SMARTCAT_ACCOUNT_ID and SMARTCAT_API_KEY
        ",
    );
}

#[test]
fn a_file_that_is_not_yaml() {
    assert_looks(
        &changed("  region: eu", "\tregion: eu"),
        "
        error[syntax]: the file is not YAML: tabs disallowed within this context (block indentation)
         --> zencat.yaml:6:2
          |
        6 | →region: eu
          |  ^ the reader stopped here
          |
          = help: indent with spaces
        ",
    );
}

#[test]
fn a_credential_in_a_file_that_is_not_yaml_or_in_an_address_is_not_shown() {
    for text in [
        changed("  region: eu", "  api_key: hunter2 : x"),
        changed("  region: eu", "  api_key: \"hunter2\n  region: eu"),
        changed("  region: eu", "  api_key: 'hunter2' hunter2"),
        changed("https://acme", "https://me:hunter2@acme"),
        changed("  region: eu", "  region: xx # 1\n  secret: |\n    hunter2\n    hunter2"),
        changed("  region: eu", "  secret: {a: hunter2, b: [hunter2]}"),
    ] {
        let found = rendered(&text, false);
        assert!(found.starts_with("error"), "{found}");
        assert!(!found.contains("hunter2"), "{found}");
    }
}

#[test]
fn a_file_cannot_write_to_the_terminal() {
    let text =
        changed("name: acme", "name: \"\u{1b}]0;owned\u{7}\u{202e}\u{9b}31m\"\n\"\u{1b}[31mx\\e[0m\\r\": 1");
    let found = rendered(&text, false);
    assert!(found.contains("bad-name") && found.contains("unknown-key"), "{found}");
    assert!(found.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{found:?}");
    let mut out = Vec::new();
    diagnostics::render(&mut out, "a\u{1b}[31m\nb.yaml", &text, &said(&text), false).unwrap();
    assert!(!String::from_utf8(out).unwrap().contains('\u{1b}'));
}

#[test]
fn colour_is_only_colour() {
    let text = changed("workflow: human", "workflow: humans");
    let coloured = rendered(&text, true);
    assert!(coloured.contains("\u{1b}["), "{coloured:?}");
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, rendered(&text, false));
}

#[test]
fn a_long_line_is_cut_around_its_place_which_stays_true() {
    for length in [50, 2_000, 20_000] {
        let labels = "l, ".repeat(length);
        let text = changed("{category: 111}", &format!("{{labels: [{labels}l], kind: page}}"));
        let found = rendered(&text, false);
        assert!(found.contains(&format!("zencat.yaml:14:{}\n", 32 + 3 * length)), "{}", &found[..200]);
        assert!(found.contains(" kind: page}\n"));
        assert!(found.len() < 2_000, "{}", found.len());
    }
}

#[test]
fn two_places_far_apart_on_one_line_are_shown_apart() {
    let text =
        changed("{category: 111}", &format!("{{kind: section, title: [{}x], labels: x}}", "x, ".repeat(100)));
    let found = rendered(&text, false);
    assert!(found.contains("never holds") && found.contains("because of this"), "{found}");
    assert!(found.lines().all(|line| line.chars().count() < 200), "{found}");
}

#[test]
fn wide_letters_and_a_mark_at_the_start_keep_the_line_whole() {
    let text = format!("\u{feff}{}", changed("name: acme", "name: 日本 # ä"));
    assert!(
        rendered(&text, false).contains("2 | name: 日本 # ä\n  |       ^^^^ 1 to 64"),
        "{}",
        rendered(&text, false)
    );
}
