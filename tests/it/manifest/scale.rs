//! Large manifests over large help centers: what is spent grows with their size, not with its square.

use std::time::Duration;
use std::time::Instant;

use zencat::desired;
use zencat::id::ItemKey;
use zencat::id::Locale;
use zencat::manifest::Manifest;
use zencat::observed::HelpCenter;
use zencat::observed::Item;

/// So many rules of every kind: by id, by section, by label, by title, with `not`, and among them some that match
/// nothing, are overridden, or name what does not exist.
fn manifest(rules: usize) -> String {
    let mut text = String::from(
        "version: 1\nname: acme\nzendesk: {url: https://acme.zendesk.com}\nsmartcat: {region: eu}\nsource_locale: en-us\n\
         workflows:\n  ai: {stages: [translation]}\n  human: {stages: [translation]}\ncontent:\n",
    );
    for number in 0..rules {
        let matches = match number % 8 {
            0 => format!("{{article: {}}}", number + 1),
            1 => format!("{{section: {}}}", 1 + number % 500),
            2 => format!("{{labels: [l{number}, m{number}]}}"),
            3 => format!("{{title: \"* number {number}\"}}"),
            4 => format!("{{category: {}, not: {{labels: l{number}}}}}", 1 + number % 20),
            5 => format!("{{article: [{}, {}]}}", number, 900_000_000 + number),
            6 => format!("{{labels: nobody-{number}}}"),
            _ => format!("{{section: {}, title: \"How *\"}}", 1 + number % 500),
        };
        let workflow = ["ai", "human"][number % 2];
        text += &format!("  - match: {matches}\n    languages: [de, fr]\n    workflow: {workflow}\n");
    }
    text
}

fn item(key: ItemKey, section: Option<u64>, category: Option<u64>) -> Item {
    Item {
        key,
        title: format!("How to do number {}", key.id),
        url: String::new(),
        section,
        category,
        labels: vec![format!("l{}", key.id), "common".to_owned()],
        content_tags: Vec::new(),
        position: 0,
        source_locale: Locale::new("en-us"),
        draft: false,
        source: None,
        translations: std::collections::BTreeMap::new(),
    }
}

fn help_center(articles: u64) -> HelpCenter {
    let categories = (1..=20).map(|id| item(ItemKey::category(id), None, None));
    let sections = (1..=500).map(|id| item(ItemKey::section(id), None, Some(1 + id % 20)));
    let articles = (1..=articles).map(|id| item(ItemKey::article(id), Some(1 + id % 500), None));
    HelpCenter {
        host: "acme.zendesk.com".to_owned(),
        locales: ["en-us", "de", "fr"].map(Locale::new).into(),
        default_locale: Some(Locale::new("en-us")),
        items: categories.chain(sections).chain(articles).map(|item| (item.key, item)).collect(),
    }
}

/// Reading a manifest, and holding it against a help center; the best of some runs, since the machine has other work.
pub(crate) fn time(rules: usize, articles: u64) -> (Duration, Duration) {
    let text = manifest(rules);
    let help_center = help_center(articles);
    let best = |run: &dyn Fn()| {
        let run = |_| {
            let begun = Instant::now();
            run();
            begun.elapsed()
        };
        (0..3).map(run).min().unwrap()
    };
    let read = best(&|| {
        Manifest::parse("zencat.yaml", &text).unwrap();
    });
    let (manifest, _) = Manifest::parse("zencat.yaml", &text).unwrap();
    let validated = best(&|| {
        let (desired, said) = desired::resolve(&manifest, &help_center, None);
        assert!(!desired.wants.is_empty());
        assert!(said.len() >= rules / 8, "{}", said.len());
    });
    (read, validated)
}

/// Sixteen times the rules, eight times the items, and both: what is read item by item takes eight times as long for eight
/// times the items, and hardly longer for more rules; where each rule is tried on each item, more of both cost their
/// product.
#[test]
fn time_grows_with_the_size_and_not_with_its_square() {
    let (small_read, small) = time(200, 1_500);
    let (large_read, more_rules) = time(3_200, 1_500);
    let (_, more_items) = time(200, 12_000);
    let (_, more_of_both) = time(3_200, 12_000);
    println!(
        "read {small_read:?} → {large_read:?}, held against items {small:?} → {more_rules:?} for rules, {more_items:?} \
         for items, {more_of_both:?} for both"
    );
    assert!(large_read < small_read * 48, "reading: {small_read:?} → {large_read:?}");
    assert!(more_items < small * 24, "items: {small:?} → {more_items:?}");
    // Rules cost what it takes to name those without effect, once; and each item some words of bits more.
    let expected = more_items + more_rules;
    assert!(more_of_both < expected * 2, "both: {expected:?} expected, {more_of_both:?} taken");
}
