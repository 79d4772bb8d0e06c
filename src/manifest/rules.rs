//! Rules: which items go to which languages, and through which workflow.
//!
//! Rules are read from top to bottom; for each item and language the last rule that matches decides, as in `.gitignore`.
//! [`Scope`] is an index over all rules: one pass over an item's ids, labels and title finds every rule that matches it,
//! so the cost of an item hardly depends on the number of rules.

use std::collections::BTreeMap;

use crate::diag::Place;
use crate::diag::Span;
use crate::id::ItemKey;
use crate::id::ItemKind;
use crate::id::Locale;
use crate::id::WorkflowName;

use super::bits::Bits;
use super::glob::Glob;
use super::index::Index;

/// One rule of the manifest.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Where it begins.
    pub place: Place,
    /// What is underlined when the rule itself is meant.
    pub span: Span,
    /// What it matches.
    pub matches: Match,
    /// The locales it speaks of, with their places. Empty only with [`Verdict::Exclude`]: then it speaks of all.
    pub languages: Vec<(Locale, Span)>,
    /// Where the workflow's name stands, or else the rule.
    pub workflow_span: Span,
    /// What it says.
    pub verdict: Verdict,
}

/// What a rule says about the items and languages that it decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They are translated.
    Translate {
        /// Through this workflow.
        workflow: WorkflowName,
        /// In scope, but nothing is sent or written.
        hold: bool,
        /// Drafts too.
        drafts: bool,
    },
    /// They are out of scope.
    Exclude,
}

/// Conditions. All that are given hold together; within one, any entry is enough.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Match {
    /// Articles by id, with the place of each id.
    pub articles: Vec<(u64, Span)>,
    /// Sections by id, all nested in them included.
    pub sections: Vec<(u64, Span)>,
    /// Categories by id.
    pub categories: Vec<(u64, Span)>,
    /// Labels of articles.
    pub labels: Vec<String>,
    /// Patterns for the title.
    pub titles: Vec<Glob>,
    /// Content tags of articles, by id.
    pub content_tags: Vec<String>,
    /// Kinds of items; empty means any.
    pub kinds: Vec<ItemKind>,
    /// Inside `not`: the source is a draft. In a rule it widens what is translated and is part of its [`Verdict`].
    pub drafts: bool,
    /// Conditions that do not hold (together).
    pub not: Option<Box<Match>>,
}

/// An item, as far as rules look at it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its kind and id.
    pub key: ItemKey,
    /// Its title in the source locale.
    pub title: &'a str,
    /// The sections above it; a section counts as above itself.
    pub sections: &'a [u64],
    /// The category above it; a category counts as above itself.
    pub category: Option<u64>,
    /// Its labels.
    pub labels: &'a [String],
    /// Its content tags.
    pub content_tags: &'a [String],
    /// Its source is a draft.
    pub draft: bool,
}

/// All rules, indexed.
pub struct Scope<'a> {
    rules: &'a [Rule],
    index: Index<'a>,
    /// Every locale that a rule names, sorted, with the rules that speak of it.
    locales: Vec<(&'a Locale, Bits)>,
}

/// What the rules say about one item.
#[derive(Clone, Debug)]
pub struct Resolution<'a> {
    /// The rule that decides, for every locale that a matching rule speaks of, sorted by locale. Exclusions are
    /// decisions too.
    pub decisions: Vec<Decision<'a>>,
    matched: Bits,
}

/// The rule that decides about one item and locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The locale.
    pub locale: &'a Locale,
    /// The rule's number, from 0.
    pub rule: usize,
    /// What it says.
    pub verdict: &'a Verdict,
}

impl<'a> Scope<'a> {
    /// Indexes the rules.
    pub fn new(rules: &'a [Rule]) -> Self {
        let named = rules.iter().flat_map(|rule| rule.languages.iter().map(|(locale, _)| locale));
        let mut locales: BTreeMap<&Locale, Bits> =
            named.map(|locale| (locale, Bits::none(rules.len()))).collect();
        let mut of_all = Bits::none(rules.len());
        for (number, rule) in (0_u32..).zip(rules) {
            if rule.languages.is_empty() {
                of_all.insert(number);
            }
            for (locale, _) in &rule.languages {
                if let Some(speaking) = locales.get_mut(locale) {
                    speaking.insert(number);
                }
            }
        }
        locales.values_mut().for_each(|speaking| speaking.add(&of_all));
        Self { rules, index: Index::new(rules), locales: locales.into_iter().collect() }
    }

    /// What the rules say about an item.
    pub fn resolve(&self, subject: &Subject<'_>) -> Resolution<'a> {
        let matched = self.index.matching(subject);
        let mut decided: Vec<Option<usize>> = vec![None; self.locales.len()];
        let mut open = self.locales.len();
        for (at, word) in matched.words().iter().enumerate().rev().filter(|(_, word)| **word != 0) {
            for (rule, (_, speaking)) in
                decided.iter_mut().zip(&self.locales).filter(|(rule, _)| rule.is_none())
            {
                let hits = word & speaking.words().get(at).copied().unwrap_or_default();
                if hits != 0 {
                    *rule = Some(at * 64 + hits.ilog2() as usize);
                    open -= 1;
                }
            }
            if open == 0 {
                break;
            }
        }
        let decisions = decided.into_iter().zip(&self.locales).filter_map(|(rule, (locale, _))| {
            let rule = rule?;
            Some(Decision { locale, rule, verdict: &self.rules.get(rule)?.verdict })
        });
        Resolution { decisions: decisions.collect(), matched }
    }

    /// The rules that match an item and speak of a locale, from the one that decides down to the first one overridden.
    pub fn trace(&self, subject: &Subject<'_>, locale: &Locale) -> Vec<usize> {
        let Ok(found) = self.locales.binary_search_by_key(&locale, |(known, _)| known) else {
            return Vec::new();
        };
        let mut speaking = self.index.matching(subject);
        speaking.keep(&self.locales[found].1);
        let mut rules: Vec<usize> = speaking.iter().collect();
        rules.reverse();
        rules
    }
}

impl Resolution<'_> {
    /// Numbers of the rules that match the item, in the order of the file.
    pub fn matched(&self) -> impl Iterator<Item = usize> {
        self.matched.iter()
    }

    /// Numbers of the rules that match the item and decide nothing about it.
    pub fn overridden(&self) -> impl Iterator<Item = usize> {
        self.matched.iter().filter(|rule| !self.decisions.iter().any(|decision| decision.rule == *rule))
    }
}

/// What every rule came to, over all items.
#[derive(Clone, Debug)]
pub struct Usage {
    matched: Bits,
    decided: Bits,
}

/// What a rule came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It decides something.
    Decides,
    /// It matches something, and later rules decide about all of it.
    Overridden,
    /// It matches nothing.
    MatchesNothing,
}

impl Usage {
    /// For this many rules.
    pub fn new(rules: usize) -> Self {
        Self { matched: Bits::none(rules), decided: Bits::none(rules) }
    }

    /// Takes in one item.
    pub fn note(&mut self, resolution: &Resolution<'_>) {
        self.matched.add(&resolution.matched);
        for decision in &resolution.decisions {
            self.decided.insert(u32::try_from(decision.rule).unwrap_or(u32::MAX));
        }
    }

    /// What a rule came to.
    pub fn of(&self, rule: usize) -> Use {
        match (self.decided.contains(rule), self.matched.contains(rule)) {
            (true, _) => Use::Decides,
            (false, true) => Use::Overridden,
            (false, false) => Use::MatchesNothing,
        }
    }
}

impl Match {
    /// The conditions and those nested in them under `not`, from the outside in.
    pub fn levels(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |level| level.not.as_deref())
    }
}

#[cfg(test)]
mod tests;
