use std::time::Duration;
use std::time::Instant;

use proptest::prelude::*;

use super::*;

/// An item with everything that rules look at, owned.
#[derive(Clone, Debug)]
struct Owned {
    key: ItemKey,
    title: String,
    sections: Vec<u64>,
    category: Option<u64>,
    labels: Vec<String>,
    content_tags: Vec<String>,
    draft: bool,
}

impl Owned {
    fn article(id: u64, sections: &[u64], category: u64, labels: &[&str]) -> Self {
        Self {
            key: ItemKey::article(id),
            title: format!("Title {id}"),
            sections: sections.to_vec(),
            category: Some(category),
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            content_tags: Vec::new(),
            draft: false,
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            key: self.key,
            title: &self.title,
            sections: &self.sections,
            category: self.category,
            labels: &self.labels,
            content_tags: &self.content_tags,
            draft: self.draft,
        }
    }
}

fn rule(matches: Match, languages: &[&str], verdict: Verdict) -> Rule {
    Rule {
        place: Place::default(),
        span: Span::default(),
        matches,
        languages: languages.iter().map(|locale| (Locale::new(locale), Span::default())).collect(),
        workflow_span: Span::default(),
        verdict,
    }
}

fn through(workflow: &str) -> Verdict {
    Verdict::Translate { workflow: WorkflowName::new(workflow), hold: false, drafts: false }
}

fn ids(ids: &[u64]) -> Vec<(u64, Span)> {
    ids.iter().map(|id| (*id, Span::default())).collect()
}

fn in_category(id: u64) -> Match {
    Match { categories: ids(&[id]), kinds: vec![ItemKind::Article], ..Match::default() }
}

fn labelled(label: &str) -> Match {
    Match { labels: vec![label.to_owned()], kinds: vec![ItemKind::Article], ..Match::default() }
}

/// `locale rule` of each decision.
fn decided(rules: &[Rule], item: &Owned) -> Vec<String> {
    let resolution = Scope::new(rules).resolve(&item.subject());
    resolution.decisions.iter().map(|decision| format!("{} {}", decision.locale, decision.rule)).collect()
}

#[test]
fn the_last_rule_that_matches_decides_each_language() {
    let rules = [
        rule(in_category(1), &["de", "fr", "ja"], through("ai")),
        rule(labelled("legal"), &["de"], through("human")),
        rule(labelled("secret"), &["fr"], Verdict::Exclude),
        rule(labelled("internal"), &[], Verdict::Exclude),
    ];
    assert_eq!(decided(&rules, &Owned::article(1, &[], 1, &[])), ["de 0", "fr 0", "ja 0"]);
    assert_eq!(decided(&rules, &Owned::article(1, &[], 1, &["legal", "secret"])), ["de 1", "fr 2", "ja 0"]);
    assert_eq!(decided(&rules, &Owned::article(1, &[], 1, &["legal", "internal"])), ["de 3", "fr 3", "ja 3"]);
    assert_eq!(decided(&rules, &Owned::article(1, &[], 2, &["legal"])), ["de 1"]);
    assert_eq!(decided(&rules, &Owned::article(1, &[], 2, &[])), [""; 0]);
}

#[test]
fn a_resolution_tells_what_was_overridden_and_the_trace_why() {
    let rules = [
        rule(in_category(1), &["de"], through("ai")),
        rule(in_category(2), &["de"], through("ai")),
        rule(in_category(1), &["de", "fr"], through("human")),
        rule(labelled("x"), &["fr"], Verdict::Exclude),
    ];
    let item = Owned::article(1, &[], 1, &["x"]);
    let scope = Scope::new(&rules);
    let resolution = scope.resolve(&item.subject());
    assert_eq!(resolution.matched().collect::<Vec<_>>(), [0, 2, 3]);
    assert_eq!(resolution.overridden().collect::<Vec<_>>(), [0]);
    assert_eq!(scope.trace(&item.subject(), &Locale::new("de")), [2, 0]);
    assert_eq!(scope.trace(&item.subject(), &Locale::new("fr")), [3, 2]);
    assert_eq!(scope.trace(&item.subject(), &Locale::new("ja")), [0; 0]);
    let mut usage = Usage::new(rules.len());
    usage.note(&resolution);
    let uses: Vec<Use> = (0..4).map(|number| usage.of(number)).collect();
    assert_eq!(uses, [Use::Overridden, Use::MatchesNothing, Use::Decides, Use::Decides]);
}

#[test]
fn sections_include_what_is_nested_and_kinds_are_told_apart() {
    let in_section = Match { sections: ids(&[5]), kinds: vec![ItemKind::Article], ..Match::default() };
    let names = Match { kinds: vec![ItemKind::Section, ItemKind::Category], ..in_category(1) };
    let rules = [rule(in_section, &["de"], through("ai")), rule(names, &["fr"], through("ai"))];
    assert_eq!(decided(&rules, &Owned::article(1, &[7, 6, 5], 1, &[])), ["de 0"]);
    assert_eq!(decided(&rules, &Owned::article(1, &[7, 6], 1, &[])), [""; 0]);
    let section = Owned { key: ItemKey::section(5), ..Owned::article(0, &[5], 1, &[]) };
    let category = Owned { key: ItemKey::category(1), ..Owned::article(0, &[], 1, &[]) };
    assert_eq!(decided(&rules, &section), ["fr 1"]);
    assert_eq!(decided(&rules, &category), ["fr 1"]);
}

#[test]
fn not_takes_away_what_its_conditions_together_match() {
    let not = Match { sections: ids(&[5]), labels: vec!["x".to_owned()], ..Match::default() };
    let rules = [rule(Match { not: Some(Box::new(not)), ..in_category(1) }, &["de"], through("ai"))];
    assert_eq!(decided(&rules, &Owned::article(1, &[5], 1, &[])), ["de 0"]);
    assert_eq!(decided(&rules, &Owned::article(1, &[6], 1, &["x"])), ["de 0"]);
    assert_eq!(decided(&rules, &Owned::article(1, &[5], 1, &["x"])), [""; 0]);
    let drafts = Match { drafts: true, ..Match::default() };
    let rules = [rule(Match { not: Some(Box::new(drafts)), ..in_category(1) }, &["de"], through("ai"))];
    assert_eq!(decided(&rules, &Owned { draft: true, ..Owned::article(1, &[], 1, &[]) }), [""; 0]);
    assert_eq!(decided(&rules, &Owned::article(1, &[], 1, &[])), ["de 0"]);
}

/// What the index must come to, said in the words of the language.
fn holds(condition: &Match, item: &Owned) -> bool {
    let any =
        |asked: &[(u64, Span)], has: &[u64]| asked.is_empty() || asked.iter().any(|(id, _)| has.contains(id));
    let named =
        |asked: &[String], has: &[String]| asked.is_empty() || asked.iter().any(|name| has.contains(name));
    let article: &[u64] = if item.key.kind == ItemKind::Article { &[item.key.id] } else { &[] };
    (condition.kinds.is_empty() || condition.kinds.contains(&item.key.kind))
        && any(&condition.articles, article)
        && any(&condition.sections, &item.sections)
        && any(&condition.categories, item.category.as_slice())
        && named(&condition.labels, &item.labels)
        && named(&condition.content_tags, &item.content_tags)
        && (condition.titles.is_empty()
            || condition.titles.iter().any(|glob| item.title.contains(glob.to_string().trim_matches('*'))))
        && (!condition.drafts || item.draft)
        && !condition.not.as_ref().is_some_and(|not| holds(not, item))
}

fn some_ids() -> impl Strategy<Value = Vec<(u64, Span)>> {
    prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(0_u64..4, 1..3).prop_map(|list| ids(&list))]
}

fn some_names() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec("[abc]", 1..3)]
}

fn some_match() -> impl Strategy<Value = Match> {
    let titles = prop_oneof![4 => Just(Vec::new()), 1 => "[*][abc]{1,2}[*]".prop_map(|text| vec![Glob::new(&text).unwrap()])];
    let kinds =
        prop::sample::subsequence(vec![ItemKind::Article, ItemKind::Section, ItemKind::Category], 0..3);
    let level =
        (some_ids(), some_ids(), some_ids(), some_names(), some_names(), titles, kinds, any::<bool>())
            .prop_map(|(articles, sections, categories, labels, content_tags, titles, kinds, drafts)| {
                Match {
                    articles,
                    sections,
                    categories,
                    labels,
                    content_tags,
                    titles,
                    kinds,
                    drafts,
                    not: None,
                }
            });
    prop::collection::vec(level, 1..4).prop_map(|levels| {
        levels
            .into_iter()
            .rev()
            .fold(None, |not, level| Some(Match { not: not.map(Box::new), ..level }))
            .unwrap()
    })
}

fn some_rule() -> impl Strategy<Value = Rule> {
    let languages = prop::sample::subsequence(vec!["de", "fr", "ja"], 0..3);
    (some_match(), languages).prop_map(|(matches, languages)| {
        let verdict = if languages.is_empty() { Verdict::Exclude } else { through("ai") };
        // `drafts` is a condition under `not` only.
        rule(Match { drafts: false, ..matches }, &languages, verdict)
    })
}

fn some_item() -> impl Strategy<Value = Owned> {
    let key =
        (0_u64..4, prop::sample::select(vec![ItemKind::Article, ItemKind::Section, ItemKind::Category]));
    let ids = || prop::collection::vec(0_u64..4, 0..3);
    let names = || prop::collection::vec("[abc]", 0..3);
    (key, "[abc]{0,4}", ids(), prop::option::of(0_u64..4), names(), names(), any::<bool>()).prop_map(
        |((id, kind), title, sections, category, labels, content_tags, draft)| Owned {
            key: ItemKey { kind, id },
            title,
            sections,
            category,
            labels,
            content_tags,
            draft,
        },
    )
}

proptest! {
    #[test]
    fn the_index_says_what_the_language_says(
        rules in prop::collection::vec(some_rule(), 0..150),
        items in prop::collection::vec(some_item(), 1..8),
    ) {
        let scope = Scope::new(&rules);
        for item in &items {
            let expected: Vec<usize> =
                rules.iter().enumerate().filter(|(_, rule)| holds(&rule.matches, item)).map(|(at, _)| at).collect();
            let resolution = scope.resolve(&item.subject());
            prop_assert_eq!(resolution.matched().collect::<Vec<_>>(), expected.clone());
            for locale in ["de", "fr", "ja"].map(Locale::new) {
                let speaks = |rule: &usize| {
                    let languages = &rules[*rule].languages;
                    languages.is_empty() || languages.iter().any(|(known, _)| *known == locale)
                };
                let named = rules.iter().any(|rule| rule.languages.iter().any(|(known, _)| *known == locale));
                let last = expected.iter().rev().copied().find(|rule| named && speaks(rule));
                let found = resolution.decisions.iter().find(|decision| *decision.locale == locale);
                prop_assert_eq!(found.map(|decision| decision.rule), last);
                prop_assert_eq!(scope.trace(&item.subject(), &locale).first().copied(), last);
            }
        }
    }
}

/// What the n-th rule matches.
type Shape = fn(u64) -> Match;

/// Ten thousand rules of a shape, over items that each meet a few, or all, of them.
fn time(rules: &[Rule], items: &[Owned]) -> Duration {
    let begun = Instant::now();
    let scope = Scope::new(rules);
    let mut usage = Usage::new(rules.len());
    for item in items {
        usage.note(&scope.resolve(&item.subject()));
    }
    begun.elapsed()
}

/// The number of items is a tenth of what is promised, the build is not optimised, and the machine may be busy; what is
/// guarded against, every rule tried on every item, takes ten times as long.
#[test]
fn many_rules_cost_little() {
    let items: Vec<Owned> = (0..10_000)
        .map(|id| Owned {
            title: format!("How to do the thing number {id}"),
            ..Owned::article(
                id,
                &[id % 3_000, 100_000 + id % 50],
                id % 20,
                &["common", &format!("l{}", id % 9_000)],
            )
        })
        .collect();
    let shapes: [(&str, Shape); 6] = [
        ("article", |n| Match { articles: ids(&[n]), ..Match::default() }),
        ("section", |n| Match { sections: ids(&[n % 3_000]), ..Match::default() }),
        ("one label", |_| labelled("common")),
        ("category and label", |n| Match { labels: vec![format!("l{n}")], ..in_category(n % 20) }),
        ("title", |n| Match {
            titles: vec![Glob::new(&format!("How to * number {n}")).unwrap()],
            ..Match::default()
        }),
        ("not", |n| Match { not: Some(Box::new(labelled(&format!("l{n}")))), ..in_category(n % 20) }),
    ];
    for (name, shape) in shapes {
        let rules: Vec<Rule> = (0..10_000)
            .map(|n| rule(shape(n), if n % 2 == 0 { &["de", "fr"] } else { &["de"] }, through("ai")))
            .collect();
        let taken = time(&rules, &items);
        assert!(taken < Duration::from_secs(10), "{name}: {taken:?}");
    }
}
