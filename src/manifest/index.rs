//! The index of all rules: from what an item is to the set of rules that match it.
//!
//! For every key of `match` there is the set of rules that do not use the key and, for each value, the rules that ask for
//! it. An item's own values select sets; the rules that match are their intersection. `not` is an index of the same
//! rules one level further in, whose set is taken away.

use std::collections::HashMap;
use std::hash::Hash;

use crate::id::ItemKind;

use super::bits::Bits;
use super::glob::Glob;
use super::glob::Globs;
use super::rules::Match;
use super::rules::Rule;
use super::rules::Subject;

/// One level of `match`: the rules' own conditions, or those under their n-th nested `not`.
pub(super) struct Index<'a> {
    /// Rules that have conditions on this level.
    present: Bits,
    kinds: [Bits; 3],
    articles: Asked<u64>,
    sections: Asked<u64>,
    categories: Asked<u64>,
    labels: Asked<&'a str>,
    content_tags: Asked<&'a str>,
    titles: Asked<&'a str>,
    patterns: Globs<'a>,
    /// Rules that ask for drafts, which only a level under `not` does.
    drafts: Bits,
    not: Option<Box<Index<'a>>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(rules: &'a [Rule]) -> Self {
        Self::level(rules.len(), (0..).zip(rules).map(|(number, rule)| (number, &rule.matches)).collect())
    }

    fn level(rules: usize, conditions: Vec<(u32, &'a Match)>) -> Self {
        let mut index = Self {
            present: Bits::none(rules),
            kinds: [Bits::none(rules), Bits::none(rules), Bits::none(rules)],
            articles: Asked::new(rules),
            sections: Asked::new(rules),
            categories: Asked::new(rules),
            labels: Asked::new(rules),
            content_tags: Asked::new(rules),
            titles: Asked::new(rules),
            patterns: Globs::new(conditions.iter().flat_map(|(_, condition)| &condition.titles)),
            drafts: Bits::none(rules),
            not: None,
        };
        for (number, condition) in &conditions {
            index.add(*number, condition);
        }
        index.pack();
        let nested: Vec<_> =
            conditions.iter().filter_map(|(number, outer)| Some((*number, outer.not.as_deref()?))).collect();
        index.not = (!nested.is_empty()).then(|| Box::new(Self::level(rules, nested)));
        index
    }

    fn add(&mut self, number: u32, condition: &'a Match) {
        let Match { articles, sections, categories, labels, titles, content_tags, kinds, drafts, not: _ } =
            condition;
        self.present.insert(number);
        for (kind, rules) in KINDS.iter().zip(&mut self.kinds) {
            if kinds.is_empty() || kinds.contains(kind) {
                rules.insert(number);
            }
        }
        self.articles.add(number, articles.iter().map(|(id, _)| *id));
        self.sections.add(number, sections.iter().map(|(id, _)| *id));
        self.categories.add(number, categories.iter().map(|(id, _)| *id));
        self.labels.add(number, labels.iter().map(String::as_str));
        self.content_tags.add(number, content_tags.iter().map(String::as_str));
        self.titles.add(number, titles.iter().map(Glob::text));
        if *drafts {
            self.drafts.insert(number);
        }
    }

    fn pack(&mut self) {
        self.articles.pack();
        self.sections.pack();
        self.categories.pack();
        self.labels.pack();
        self.content_tags.pack();
        self.titles.pack();
    }

    /// The rules whose conditions on this level hold.
    pub(super) fn matching(&self, subject: &Subject<'_>) -> Bits {
        let mut matching = self.present.clone();
        if let Some((_, rules)) = KINDS.iter().zip(&self.kinds).find(|(kind, _)| **kind == subject.key.kind) {
            matching.keep(rules);
        }
        let article = (subject.key.kind == ItemKind::Article).then_some(subject.key.id);
        self.articles.keep(&mut matching, article);
        self.sections.keep(&mut matching, subject.sections.iter().copied());
        self.categories.keep(&mut matching, subject.category);
        self.labels.keep(&mut matching, subject.labels.iter().map(String::as_str));
        self.content_tags.keep(&mut matching, subject.content_tags.iter().map(String::as_str));
        self.titles.keep(&mut matching, self.patterns.matching(subject.title));
        if !subject.draft {
            matching.take(&self.drafts);
        }
        if let Some(not) = &self.not {
            matching.take(&not.matching(subject));
        }
        matching
    }
}

const KINDS: [ItemKind; 3] = [ItemKind::Article, ItemKind::Section, ItemKind::Category];

/// One key of `match`: the rules that do not use it, and by value the rules that ask for it.
struct Asked<K> {
    rules: usize,
    unasked: Bits,
    by_value: HashMap<K, Rules>,
}

/// Few rules are a list, many are a set: neither memory nor time grows with values × rules.
enum Rules {
    Few(Vec<u32>),
    Many(Bits),
}

impl<K: Eq + Hash> Asked<K> {
    fn new(rules: usize) -> Self {
        Self { rules, unasked: Bits::none(rules), by_value: HashMap::new() }
    }

    fn add(&mut self, number: u32, values: impl ExactSizeIterator<Item = K>) {
        if values.len() == 0 {
            self.unasked.insert(number);
        }
        for value in values {
            if let Rules::Few(rules) = self.by_value.entry(value).or_insert_with(|| Rules::Few(Vec::new())) {
                rules.push(number);
            }
        }
    }

    fn pack(&mut self) {
        for rules in self.by_value.values_mut() {
            if let Rules::Few(numbers) = rules
                && numbers.len() > self.rules / 64
            {
                let mut set = Bits::none(self.rules);
                numbers.iter().for_each(|number| set.insert(*number));
                *rules = Rules::Many(set);
            }
        }
    }

    /// Keeps the rules that do not use the key or ask for one of an item's values.
    fn keep(&self, matching: &mut Bits, values: impl IntoIterator<Item = K>) {
        if self.by_value.is_empty() {
            return;
        }
        let mut asked = self.unasked.clone();
        for rules in values.into_iter().filter_map(|value| self.by_value.get(&value)) {
            match rules {
                Rules::Few(numbers) => numbers.iter().for_each(|number| asked.insert(*number)),
                Rules::Many(set) => asked.add(set),
            }
        }
        matching.keep(&asked);
    }
}
