//! `zencat report`: one page, complete, harmless, and the same for the same.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::world::World;
use crate::world::generated;
use crate::world::of_lines;

/// The page that a report writes.
fn page(world: &World) -> String {
    world.zencat(&["report"]).exits(0).tells("zencat-report.html shows");
    fs::read_to_string(world.path("zencat-report.html")).unwrap()
}

/// What stands between the first `from` and the `to` after it.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let rest = text.split_once(from).unwrap_or_else(|| panic!("no {from}")).1;
    rest.split_once(to).unwrap_or_else(|| panic!("no {to}")).0
}

fn data(page: &str) -> Value {
    serde_json::from_str(between(page, "<script type=\"application/json\" id=\"data\">", "</script>"))
        .unwrap()
}

/// Every pair of the page as kind, id, language and state.
fn pairs(page: &str) -> BTreeSet<String> {
    let data = data(page);
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let at =
        |table: &str, index: &Value| data[table][usize::try_from(index.as_u64().unwrap()).unwrap()].clone();
    let pairs = data["pairs"].as_array().unwrap().iter();
    pairs
        .map(|pair| {
            let item = at("items", &pair[0]);
            let state = at("states", &pair[2]);
            let parts = [&item[0], &item[1], &at("languages", &pair[1]), &state[0]];
            parts.map(word).join(" ")
        })
        .collect()
}

/// The same of `zencat status`.
fn pairs_of_status(world: &World) -> BTreeSet<String> {
    let document = world.zencat(&["status", "--format", "json"]).exits(0).json();
    let pairs = document["pairs"].as_array().unwrap().iter();
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    pairs.map(|pair| ["kind", "id", "language", "state"].map(|name| word(&pair[name])).join(" ")).collect()
}

#[test]
fn the_page_holds_every_pair_in_every_state_of_the_loop() {
    let world = World::new();
    world.manifest(&format!(
        "{}  - match: {{kind: section}}\n    languages: [fr]\n    workflow: ai\n",
        world.plain_manifest("de, fr")
    ));
    let mut seen = BTreeSet::new();
    for _ in 0..2 {
        let expected = pairs_of_status(&world);
        assert!(!expected.is_empty());
        let page = page(&world);
        assert_eq!(pairs(&page), expected);
        seen.extend(expected.iter().filter_map(|pair| pair.split(' ').next_back().map(str::to_owned)));
        world.apply();
        world.work();
    }
    assert!(seen.contains("missing") && seen.contains("ready"), "{seen:?}");
}

#[test]
fn the_page_asks_for_nothing_and_its_policy_would_not_let_it() {
    let world = World::new();
    world.apply();
    let page = page(&world);
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{policy}");
    let lower = page.to_lowercase();
    for door in [
        " src=",
        "@import",
        "url(",
        "fetch(",
        "xmlhttprequest",
        "websocket",
        "import(",
        "<iframe",
        "<form action",
    ] {
        assert!(!lower.contains(door), "{door}");
    }
    // What looks like an address stands in a link, in its text, or in the data.
    let links = lower.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(link, _)| link);
    for link in links {
        assert!(["#content", "data:,"].contains(&link) || link.starts_with("http://127.0.0.1:"), "{link}");
    }
}

#[test]
fn hostile_titles_are_text() {
    let title = "</script><script>alert(1)</script><img src=x onerror=alert(1)>{{data}}\u{202e}\"'`&amp;";
    let article = serde_json::json!({"id": 7, "section_id": 5, "title": title, "body": "<p>Words of it</p>", "locale": "en-us",
        "source_locale": "en-us", "label_names": [], "updated_at": "2026-01-01T00:00:00Z", "translations": []});
    let world = World::seeded(of_lines(&article.to_string(), &["de", "fr"]));
    // The title stands in the static part too, among what is held.
    world.manifest(&world.plain_manifest("de").replace("workflow: ai\n", "workflow: ai\n    hold: true\n"));
    let page = page(&world);
    assert_eq!(page.matches("<script").count(), 2, "the data and the program");
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains("<img") && !page.contains('\u{202e}'));
    assert!(
        page.contains("&lt;img src=x onerror=alert(1)&gt;{{data}}"),
        "shown as it is, among what is held"
    );
    let shown = title.replace('\u{202e}', "\u{fffd}");
    let items = data(&page)["items"].clone();
    assert!(items.as_array().unwrap().iter().any(|item| item[2] == shown.as_str()), "{items}");
}

#[test]
fn equal_states_make_equal_pages_and_reports_write_nothing_but_the_page() {
    let world = World::new();
    world.apply();
    world.sandbox.clear_journal();
    let made_at = |page: &str| between(page, "<time datetime=\"", "\"").to_owned();
    let seconds = |page: &str| data(page)["now"].to_string();
    let neutral = |page: &str| {
        page.replace(&made_at(page), "TIME").replace(&format!("\"now\":{}", seconds(page)), "\"now\":0")
    };
    let (one, two) = (page(&world), page(&world));
    assert_eq!(neutral(&one), neutral(&two));
    assert_eq!(world.writes(), Vec::<String>::new());
    let files: Vec<_> =
        fs::read_dir(world.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files.len(), 2, "{files:?}");
}

#[test]
fn the_page_goes_where_it_is_told_and_a_place_that_is_none_is_named() {
    let world = World::seeded(generated(1, &[], &["de", "fr"]));
    world.zencat(&["report", "--quiet", "--out", "status of it.html", "--language", "de"]).exits(0);
    let page = fs::read_to_string(world.path("status of it.html")).unwrap();
    assert_eq!(pairs(&page).len(), 1);
    assert!(!world.path("zencat-report.html").exists());
    world.zencat(&["report", "--out", "nowhere/x.html"]).exits(1).tells("nowhere/x.html");
}

#[test]
fn without_a_script_the_page_still_tells_the_essentials() {
    let world = World::new();
    world.apply();
    let page = page(&world);
    let readable = page.split("<script").next().unwrap();
    for text in [
        "<h1>acme</h1>",
        "words in work",
        "<th scope=\"row\" data-language=\"fr\">fr</th>",
        "1. translation",
        "<noscript>",
    ] {
        assert!(readable.contains(text), "{text}");
    }
    let world = World::seeded(of_lines("", &["de", "fr"]));
    assert!(self::page(&world).contains("Nothing is in scope."));
}
