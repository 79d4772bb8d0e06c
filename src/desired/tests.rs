use super::*;

const MANIFEST: &str = "\
version: 1
name: acme
zendesk: {url: https://acme.zendesk.com}
smartcat: {region: eu}
workflows:
  ai: {stages: [translation, postediting]}
  human: {stages: [translation, editing]}
content:
  - match: {category: 1}
    languages: [de, fr]
    workflow: ai
  - match: {section: 11, labels: legal}
    languages: [de]
    workflow: human
    hold: true
  - match: {labels: internal}
    exclude: true
  - match: {kind: section, category: 1, drafts: true}
    languages: [fr]
    workflow: ai
";

fn manifest(text: &str) -> Manifest {
    Manifest::parse("zencat.yaml", text).unwrap_or_else(|problems| panic!("{problems:#?}")).0
}

fn item(key: ItemKey, section: Option<u64>, category: Option<u64>, labels: &[&str]) -> Item {
    Item {
        key,
        title: format!("Title of {key}"),
        url: String::new(),
        section,
        category,
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        content_tags: Vec::new(),
        position: 0,
        source_locale: Locale::new("en-us"),
        draft: false,
        source: None,
        translations: BTreeMap::new(),
    }
}

/// Category 1 with section 10, in it section 11; articles 100 (in 10), 101 (in 11, legal), 102 (in 11, internal).
fn help_center() -> HelpCenter {
    let items = [
        item(ItemKey::category(1), None, None, &[]),
        item(ItemKey::section(10), None, Some(1), &[]),
        item(ItemKey::section(11), Some(10), Some(1), &[]),
        item(ItemKey::article(100), Some(10), None, &[]),
        item(ItemKey::article(101), Some(11), None, &["legal"]),
        item(ItemKey::article(102), Some(11), None, &["internal"]),
    ];
    HelpCenter {
        host: "acme.zendesk.com".to_owned(),
        locales: ["en-us", "de", "fr"].map(Locale::new).into(),
        default_locale: Some(Locale::new("en-us")),
        items: items.into_iter().map(|item| (item.key, item)).collect(),
    }
}

/// `item locale workflow rule` of each wanted pair, with marks.
fn wanted(desired: &Desired) -> Vec<String> {
    let pairs = desired.wants.iter().flat_map(|(key, wants)| wants.iter().map(move |want| (key, want)));
    pairs
        .map(|(key, want)| {
            let marks = [(want.hold, " hold"), (want.drafts, " drafts"), (!want.in_lock, " not-in-lock")];
            let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
            format!("{key} {} {} {}{marks}", want.locale, want.workflow, want.rule)
        })
        .collect()
}

fn said(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics
        .iter()
        .map(|said| {
            let severity = if said.is_error() { "error" } else { "warning" };
            format!("{severity} {} {}", said.code, said.place.place)
        })
        .collect()
}

fn changed(from: &str, to: &str) -> Vec<Diagnostic> {
    assert!(MANIFEST.contains(from), "{from}");
    resolve(&manifest(&MANIFEST.replacen(from, to, 1)), &help_center(), None).1
}

#[test]
fn rules_become_pairs() {
    let (desired, diagnostics) = resolve(&manifest(MANIFEST), &help_center(), None);
    assert_eq!(said(&diagnostics), [""; 0]);
    assert_eq!(desired.source_locale, Some(Locale::new("en-us")));
    assert_eq!(
        wanted(&desired),
        [
            "section:10 fr ai 18:5 drafts",
            "section:11 fr ai 18:5 drafts",
            "article:100 de ai 9:5",
            "article:100 fr ai 9:5",
            "article:101 de human 12:5 hold",
            "article:101 fr ai 9:5",
        ]
    );
}

#[test]
fn what_the_lock_does_not_list_is_marked() {
    let lock = Lock::parse("article:100 de ai 1 \"\"\narticle:101 de ai 1 \"\"\n").unwrap();
    let (desired, _) = resolve(&manifest(MANIFEST), &help_center(), Some(&lock));
    let locked: Vec<String> =
        wanted(&desired).into_iter().filter(|want| !want.contains("not-in-lock")).collect();
    assert_eq!(locked, ["article:100 de ai 9:5"], "the lock lists article 101 under another workflow");
}

#[test]
fn an_item_in_another_source_locale_is_marked() {
    let mut help_center = help_center();
    help_center.items.get_mut(&ItemKey::article(100)).unwrap().source_locale = Locale::new("ja");
    let (desired, _) = resolve(&manifest(MANIFEST), &help_center, None);
    let marked =
        |id| desired.wants[&ItemKey::article(id)].iter().map(|want| want.other_source_locale.clone());
    assert_eq!(marked(100).collect::<Vec<_>>(), vec![Some(Locale::new("en-us")); 2]);
    assert_eq!(marked(101).collect::<Vec<_>>(), vec![None; 2]);
}

#[test]
fn ids_that_nothing_has() {
    let diagnostics = changed("{category: 1}", "{category: [1, 2, 11]}");
    assert_eq!(said(&diagnostics), ["error unknown-item 9:27", "error unknown-item 9:30"]);
    assert_eq!(diagnostics[1].hint.as_deref(), Some("11 is the id of a section: write `section: 11`"));
    // A rule that was told so is not told again that it matches nothing.
    assert_eq!(said(&changed("{section: 11,", "{section: 12,")), ["error unknown-item 12:22"]);
    // An article may be archived, and what is taken away may be gone.
    assert_eq!(
        said(&changed("{category: 1}", "{article: [100, 101, 102, 7]}")),
        ["warning unknown-item 9:38"]
    );
    assert_eq!(
        said(&changed("{category: 1}", "{category: 1, not: {section: 9}}")),
        ["warning unknown-item 9:41"]
    );
}

#[test]
fn locales_that_are_not_enabled() {
    let diagnostics = changed("[de, fr]", "[de, fr-ca]");
    assert_eq!(said(&diagnostics), ["error locale-not-enabled 10:21"]);
    assert_eq!(diagnostics[0].hint.as_deref(), Some("did you mean `fr`?"));
    let text = MANIFEST.replace("[de, fr]", "[ja]").replace("[fr]", "[ja]");
    let (_, diagnostics) = resolve(&manifest(&text), &help_center(), None);
    assert_eq!(said(&diagnostics), ["error locale-not-enabled 10:17"]);
    assert!(
        diagnostics[0].message.ends_with("`ja` (another rule names it too)"),
        "{}",
        diagnostics[0].message
    );
    let unknown = HelpCenter { locales: BTreeSet::new(), ..help_center() };
    assert_eq!(
        said(&resolve(&manifest(&text), &unknown, None).1),
        [""; 0],
        "what was not read is not judged"
    );
}

#[test]
fn the_source_is_judged_once_it_is_known() {
    let help_center = HelpCenter { default_locale: Some(Locale::new("de")), ..help_center() };
    let (_, diagnostics) = resolve(&manifest(MANIFEST), &help_center, None);
    assert_eq!(said(&diagnostics), ["error source-among-targets 10:17"]);
    let help_center = HelpCenter { default_locale: Some(Locale::new("tlh")), ..help_center };
    let (_, diagnostics) = resolve(&manifest(MANIFEST), &help_center, None);
    assert_eq!(said(&diagnostics), ["error unknown-language 3:1", "error locale-not-enabled 3:1"]);
    let text = MANIFEST.replacen("workflows:", "source_locale: en-gb\nworkflows:", 1);
    let (desired, diagnostics) = resolve(&manifest(&text), &help_center, None);
    assert_eq!(said(&diagnostics), ["error locale-not-enabled 5:16"]);
    assert_eq!(desired.source_locale, Some(Locale::new("en-gb")));
}

#[test]
fn rules_without_effect() {
    let more = "  - match: {category: 1}\n    languages: [de, fr]\n    workflow: ai\n";
    let (_, diagnostics) = resolve(&manifest(&format!("{MANIFEST}{more}")), &help_center(), None);
    assert_eq!(
        said(&diagnostics),
        ["warning rule-overridden 9:5", "warning rule-overridden 12:5", "warning rule-overridden 16:5"]
    );
    assert_eq!(said(&changed("labels: legal", "labels: leagl")), ["warning rule-matches-nothing 12:5"]);
}

#[test]
fn many_items_are_resolved() {
    let mut help_center = help_center();
    let articles = (1_000..11_000).map(|id| item(ItemKey::article(id), Some(11), None, &["a", "b"]));
    help_center.items.extend(articles.map(|item| (item.key, item)));
    let begun = std::time::Instant::now();
    let (desired, _) = resolve(&manifest(MANIFEST), &help_center, None);
    assert_eq!(desired.wants.len(), 10_004);
    assert!(begun.elapsed() < std::time::Duration::from_secs(10));
}
