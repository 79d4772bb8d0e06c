//! What a first manifest says, from what both services hold. Pure.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::id::ItemKind;
use crate::id::Language;
use crate::id::Locale;
use crate::manifest::Locales;
use crate::manifest::StageType;
use crate::manifest::locales::smartcat_language;
use crate::observed::HelpCenter;
use crate::observed::Item;
use crate::remote::smartcat::ProjectStatus;
use crate::remote::smartcat::WireProject;
use crate::report::first_manifest::FirstManifest;
use crate::report::first_manifest::FoundCategory;
use crate::report::first_manifest::FoundProject;
use crate::report::first_manifest::Pipeline;
use crate::report::first_manifest::Server;

/// What people said.
pub(super) struct Answers {
    pub(super) name: String,
    pub(super) zendesk: String,
    pub(super) smartcat: Server,
    /// Target locales; empty: all that are enabled.
    pub(super) languages: Vec<Locale>,
}

/// Looks at everything.
pub(super) fn survey(answers: Answers, help_center: &HelpCenter, projects: &[WireProject]) -> FirstManifest {
    let Answers { name, zendesk, smartcat, languages } = answers;
    let source_locale = source_locale(help_center);
    let Targets { targets, mapped, left_out } = targets(help_center, source_locale.as_ref(), &languages);
    let mut pipelines = pipelines(projects);
    let pipeline = pipelines.remove(0);
    let categories = categories(help_center, source_locale.as_ref(), &targets);
    FirstManifest {
        name,
        zendesk,
        smartcat,
        source_locale,
        mapped,
        targets,
        left_out,
        pipeline,
        other_pipelines: pipelines,
        projects: open(projects).map(found_project).collect(),
        categories,
    }
}

/// The target locales that the help center offers.
pub(super) fn offered(help_center: &HelpCenter) -> Vec<Locale> {
    targets(help_center, source_locale(help_center).as_ref(), &[]).targets
}

/// The locale that most is written in. The default locale decides between equals, and where nothing is written.
fn source_locale(help_center: &HelpCenter) -> Option<Locale> {
    let mut items: BTreeMap<&Locale, usize> = BTreeMap::new();
    for item in help_center.items.values() {
        *items.entry(&item.source_locale).or_insert(0) += 1;
    }
    let default = help_center.default_locale.as_ref();
    let written = items.into_iter().filter(|(locale, _)| help_center.locales.contains(locale));
    let most = written.max_by_key(|(locale, items)| (*items, default == Some(*locale)));
    most.map(|(locale, _)| locale).or(default).cloned()
}

#[derive(Default)]
struct Targets {
    targets: Vec<Locale>,
    mapped: Vec<(Locale, Language)>,
    left_out: Vec<String>,
}

/// Enabled locales that can be targets: each has a language of its own in Smartcat, other than the source's. The one
/// with more translations goes first.
fn targets(help_center: &HelpCenter, source: Option<&Locale>, asked: &[Locale]) -> Targets {
    let translated = translations(help_center);
    let count = |locale: &Locale| translated.get(locale).copied().unwrap_or(0);
    let is_asked = |locale: &&Locale| asked.is_empty() || asked.contains(locale);
    let candidates = help_center.locales.iter().filter(|locale| Some(*locale) != source).filter(is_asked);
    let mut candidates: Vec<&Locale> = candidates.collect();
    candidates.sort_by_key(|locale| std::cmp::Reverse(count(locale)));

    let mut found = Targets::default();
    let mut taken: BTreeMap<Language, Locale> = BTreeMap::new();
    if let Some(source) = source
        && let Some((language, is_new)) = language(source)
    {
        if is_new {
            found.mapped.push((source.clone(), language.clone()));
        }
        taken.insert(language, source.clone());
    }
    for locale in candidates {
        found.take(locale, &mut taken);
    }
    found.targets.sort();
    for (locale, count) in translated.iter().filter(|(locale, _)| !help_center.locales.contains(locale)) {
        let text = format!("Left out: {locale} ({count} translations): the help center has not enabled it.");
        found.left_out.push(text);
    }
    found
}

impl Targets {
    fn take(&mut self, locale: &Locale, taken: &mut BTreeMap<Language, Locale>) {
        let Some((language, is_new)) = language(locale) else {
            let why = "zencat knows no language of Smartcat for it; map it under `locales`.";
            return self.left_out.push(format!("Left out: {locale}: {why}"));
        };
        if let Some(other) = taken.get(&language) {
            let why = format!("it and {other} are one language in Smartcat, {language}");
            return self
                .left_out
                .push(format!("Left out: {locale}: {why}; map one of them under `locales`."));
        }
        if is_new {
            self.mapped.push((locale.clone(), language.clone()));
        }
        taken.insert(language, locale.clone());
        self.targets.push(locale.clone());
    }
}

/// The language of a locale, and whether the manifest must say so.
fn language(locale: &Locale) -> Option<(Language, bool)> {
    if let Some(language) = Locales::default().language(locale) {
        return Some((language, false));
    }
    let close = smartcat_language(locale.as_str()).or_else(|| smartcat_language(locale.primary()))?;
    Some((Language::new(close), true))
}

/// Translations of articles by locale.
fn translations(help_center: &HelpCenter) -> BTreeMap<Locale, usize> {
    let mut counts = BTreeMap::new();
    let articles = help_center.items.values().filter(|item| item.key.kind == ItemKind::Article);
    for locale in articles.flat_map(|article| article.translations.keys()) {
        *counts.entry(locale.clone()).or_insert(0) += 1;
    }
    counts
}

fn open(projects: &[WireProject]) -> impl Iterator<Item = &WireProject> {
    projects.iter().filter(|project| project.status != ProjectStatus::Canceled)
}

/// The ways in which projects work, the most frequent first. Without any: machine translation and its review.
fn pipelines(projects: &[WireProject]) -> Vec<Pipeline> {
    let mut counts: BTreeMap<Vec<&'static str>, usize> = BTreeMap::new();
    for stages in open(projects).filter_map(stages_of) {
        *counts.entry(stages).or_insert(0) += 1;
    }
    if counts.is_empty() {
        counts.insert(vec![StageType::Translation.as_str(), StageType::Postediting.as_str()], 0);
    }
    let mut found: Vec<(Vec<&'static str>, usize)> = counts.into_iter().collect();
    found.sort_by_key(|(_, projects)| std::cmp::Reverse(*projects));
    let numbered = found.into_iter().enumerate();
    numbered
        .map(|(index, (stages, projects))| Pipeline { name: name_of(&stages, index), stages, projects })
        .collect()
}

/// A project's stages in the manifest's words; `None` when it has none, one twice, or one that a manifest has no word
/// for.
fn stages_of(project: &WireProject) -> Option<Vec<&'static str>> {
    let stages = project.workflow_stages.iter().map(|stage| {
        let word = serde_json::Value::String(stage.stage_type.as_str().to_owned());
        serde_json::from_value::<StageType>(word).ok().map(StageType::as_str)
    });
    let stages: Vec<&'static str> = stages.collect::<Option<_>>()?;
    let each_once = stages.iter().collect::<BTreeSet<_>>().len() == stages.len();
    (each_once && !stages.is_empty()).then_some(stages)
}

/// Longer names say less than a number.
const LONGEST_NAME: usize = 40;

fn name_of(stages: &[&str], index: usize) -> String {
    let name = stages.join("-").to_lowercase();
    if name.len() <= LONGEST_NAME { name } else { format!("workflow-{}", index + 1) }
}

fn found_project(project: &WireProject) -> FoundProject {
    FoundProject {
        id: project.id.clone(),
        name: project.name.clone(),
        stages: project.workflow_stages.iter().map(|stage| stage.stage_type.as_str().to_owned()).collect(),
        languages: project.target_languages.clone(),
        is_marked: project.external_tag.as_deref().is_some_and(|tag| !tag.is_empty()),
    }
}

fn categories(help_center: &HelpCenter, source: Option<&Locale>, targets: &[Locale]) -> Vec<FoundCategory> {
    let mut members: BTreeMap<u64, Vec<&Item>> = BTreeMap::new();
    for item in help_center.items.values() {
        if let Some(category) = help_center.category_of(item) {
            members.entry(category).or_default().push(item);
        }
    }
    let of_kind = |item: &&Item| item.key.kind == ItemKind::Category;
    let mut categories: Vec<&Item> = help_center.items.values().filter(of_kind).collect();
    categories.sort_by_key(|category| (category.position, category.key));
    let none = Vec::new();
    categories
        .into_iter()
        .map(|category| {
            let members = members.get(&category.key.id).unwrap_or(&none);
            found_category(category, members, source, targets)
        })
        .collect()
}

fn found_category(
    category: &Item,
    members: &[&Item],
    source: Option<&Locale>,
    targets: &[Locale],
) -> FoundCategory {
    let articles = || members.iter().filter(|item| item.key.kind == ItemKind::Article);
    let translated_in =
        |locale: &&Locale| articles().any(|article| article.translations.contains_key(locale));
    let languages: Vec<&Locale> = targets.iter().filter(translated_in).collect();
    // What the rules leave alone is not counted: drafts, and what is written in another language.
    let counted = || members.iter().filter(|item| !item.draft && Some(&item.source_locale) == source);
    let words = |item: &Item| item.source.as_ref().map_or(0, |source| u64::from(source.words));
    let lacks = |item: &Item| {
        languages.iter().filter(|locale| !item.translations.contains_key(locale)).count() as u64
    };
    FoundCategory {
        id: category.key.id,
        name: category.title.clone(),
        articles: articles().count(),
        words: counted().map(|item| words(item)).sum(),
        translated: languages
            .iter()
            .map(|locale| {
                let has = |article: &&&Item| article.translations.contains_key(locale);
                ((*locale).clone(), articles().filter(has).count())
            })
            .collect(),
        new_words: counted().map(|item| words(item) * lacks(item)).sum(),
        sections: sections(members),
    }
}

/// The sections of a category, in order, with the articles directly in them.
fn sections(members: &[&Item]) -> Vec<(u64, String, usize)> {
    let mut sections: Vec<&&Item> =
        members.iter().filter(|item| item.key.kind == ItemKind::Section).collect();
    sections.sort_by_key(|section| (section.position, section.key));
    let articles_in = |id: u64| {
        let is_in = |item: &&&Item| item.key.kind == ItemKind::Article && item.section == Some(id);
        members.iter().filter(is_in).count()
    };
    sections
        .into_iter()
        .map(|section| (section.key.id, section.title.clone(), articles_in(section.key.id)))
        .collect()
}
