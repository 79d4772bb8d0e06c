//! The first manifest of a help center: YAML with comments that teach. Every text from outside is a quoted string, or
//! one harmless line of a comment, so that no name of a category can become a key.

use std::io::Result;
use std::io::Write;

use crate::id::Language;
use crate::id::Locale;
use crate::id::ProjectId;
use crate::manifest::Region;

use super::counted;
use super::number;
use super::safe;

/// Sections listed per category; `zencat tree` shows them all.
const MOST_SECTIONS: usize = 20;

/// Smartcat projects listed.
const MOST_PROJECTS: usize = 20;

/// Names in comments are cut at this many characters.
const LONGEST_NAME: usize = 80;

/// All that the first manifest says.
#[derive(Clone, Debug)]
pub struct FirstManifest {
    /// The owner mark.
    pub name: String,
    /// The help center's address.
    pub zendesk: String,
    /// Where Smartcat is.
    pub smartcat: Server,
    /// The locale that is translated from.
    pub source_locale: Option<Locale>,
    /// Languages of locales that the built-in table does not know.
    pub mapped: Vec<(Locale, Language)>,
    /// Target locales that could be used.
    pub targets: Vec<Locale>,
    /// Locales that could not be used, and why; a sentence each.
    pub left_out: Vec<String>,
    /// The way through Smartcat that the rules use.
    pub pipeline: Pipeline,
    /// Other ways that were found there.
    pub other_pipelines: Vec<Pipeline>,
    /// Projects that were found there.
    pub projects: Vec<FoundProject>,
    /// The categories, in the help center's order.
    pub categories: Vec<FoundCategory>,
}

/// Where Smartcat is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Server {
    /// A region.
    Region(Region),
    /// An address.
    Url(String),
}

/// Stages, in order, in the manifest's words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pipeline {
    /// The workflow's name.
    pub name: String,
    /// The stages.
    pub stages: Vec<&'static str>,
    /// How many of Smartcat's projects work like this.
    pub projects: usize,
}

/// A project in Smartcat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundProject {
    /// Its id.
    pub id: ProjectId,
    /// Its name.
    pub name: String,
    /// Its stages, in Smartcat's words.
    pub stages: Vec<String>,
    /// Its target languages.
    pub languages: Vec<Language>,
    /// Another program, or another manifest, has marked it as its own.
    pub is_marked: bool,
}

/// A category and what of it is translated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundCategory {
    /// Its id.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its articles.
    pub articles: usize,
    /// Words of its articles, its sections' names and its own.
    pub words: u64,
    /// How many of its articles each locale has.
    pub translated: Vec<(Locale, usize)>,
    /// Words that have no translation yet in a locale that some articles have.
    pub new_words: u64,
    /// Its sections: id, name, articles.
    pub sections: Vec<(u64, String, usize)>,
}

impl FirstManifest {
    /// Nothing is translated yet: there is nothing to adopt, and what to begin with is for people to say.
    pub fn adopts_nothing(&self) -> bool {
        self.categories.iter().all(|category| category.translated.is_empty())
    }

    /// Words that the rules ask for and nobody has translated.
    pub fn new_words(&self) -> u64 {
        self.categories.iter().map(|category| category.new_words).sum()
    }

    /// Translations of articles that stay as they are.
    pub fn adopted(&self) -> usize {
        self.categories.iter().flat_map(|category| &category.translated).map(|(_, articles)| articles).sum()
    }

    /// Writes the YAML.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> Result<()> {
        self.head(out)?;
        self.services(out)?;
        self.locales(out)?;
        self.workflows(out)?;
        self.projects(out)?;
        self.content(out)?;
        out.write_all(LIMITS.as_bytes())
    }

    fn head(&self, out: &mut dyn Write) -> Result<()> {
        writeln!(
            out,
            "# What is translated, and how: written by `zencat init` from what Zendesk and Smartcat held."
        )?;
        out.write_all(HEAD.as_bytes())?;
        match self.adopts_nothing() {
            true => writeln!(
                out,
                "# No article is translated yet, so the one rule below is on hold: see `content`.\n"
            ),
            false => writeln!(
                out,
                "# {} of articles exist and stay as they are (see `existing_translations`). The rules ask for\n\
                 # {} that nobody has translated yet.\n",
                counted(self.adopted() as u64, "translation", "translations"),
                counted(self.new_words(), "word", "words")
            ),
        }
    }

    fn services(&self, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "version: 1\n")?;
        writeln!(
            out,
            "# The owner mark on everything that zencat creates in Smartcat. Do not change it later."
        )?;
        writeln!(out, "name: {}\n", quoted(&self.name))?;
        writeln!(
            out,
            "# Credentials are never in this file: they come from the environment (`zencat check` names them)."
        )?;
        writeln!(out, "zendesk:\n  url: {}", quoted(&self.zendesk))?;
        match &self.smartcat {
            Server::Region(region) => writeln!(out, "smartcat:\n  region: {}\n", region.as_str()),
            Server::Url(url) => writeln!(out, "smartcat:\n  url: {}\n", quoted(url)),
        }
    }

    fn locales(&self, out: &mut dyn Write) -> Result<()> {
        if let Some(source) = &self.source_locale {
            writeln!(out, "# Translated from; articles with another source are held (other-source-locale).")?;
            writeln!(out, "source_locale: {}\n", quoted(source.as_str()))?;
        }
        for sentence in &self.left_out {
            writeln!(out, "# {}", safe::line(sentence))?;
        }
        if self.mapped.is_empty() {
            writeln!(
                out,
                "# Zendesk locale → Smartcat language, where the built-in table is not what you want:"
            )?;
            return writeln!(out, "# locales: {{pt: pt-PT}}\n");
        }
        writeln!(
            out,
            "# Zendesk locale → Smartcat language, beside the built-in table. Check these:\nlocales:"
        )?;
        for (locale, language) in &self.mapped {
            writeln!(out, "  {}: {}", quoted(locale.as_str()), quoted(language.as_str()))?;
        }
        writeln!(out)
    }

    fn workflows(&self, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "# Ways through Smartcat. Rules choose one by its name.\nworkflows:")?;
        self.workflow(&self.pipeline, out)?;
        out.write_all(EXISTING.as_bytes())?;
        for other in &self.other_pipelines {
            let projects = counted(other.projects as u64, "project", "projects");
            writeln!(out, "  # {projects} in Smartcat work like this:")?;
            let mut lines = Vec::new();
            self.workflow(other, &mut lines)?;
            writeln!(lines, "    existing_translations: keep")?;
            commented(&lines, out)?;
        }
        writeln!(out)
    }

    fn workflow(&self, pipeline: &Pipeline, out: &mut dyn Write) -> Result<()> {
        let Pipeline { name, stages, projects: _ } = pipeline;
        writeln!(out, "  {name}:")?;
        writeln!(out, "    stages: [{}]", stages.join(", "))?;
        match stages.contains(&"postediting") {
            true => writeln!(
                out,
                "    machine_translation: auto   # translates first, for Smartwords; `off`: people alone"
            )?,
            false => writeln!(
                out,
                "    machine_translation: off    # `auto`: a machine translates first, for Smartwords"
            )?,
        }
        writeln!(out, "    project:")?;
        writeln!(
            out,
            "      name: {}   # created when it is missing",
            quoted(&format!("{}: {name}", self.name))
        )?;
        writeln!(
            out,
            "      # translation_memory: \"Help center\"   # so that a changed source keeps what is done"
        )
    }

    fn projects(&self, out: &mut dyn Write) -> Result<()> {
        if self.projects.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "# Projects in Smartcat. To use one instead of a new one, say `id` in place of `name`:"
        )?;
        for project in self.projects.iter().take(MOST_PROJECTS) {
            let mark = if project.is_marked { ", kept by another program" } else { "" };
            writeln!(
                out,
                "#   project: {{id: {}}}   # {}: {}; {}{mark}",
                quoted(project.id.as_str()),
                safe::short(&project.name, LONGEST_NAME),
                safe::line(&project.stages.join(" → ")),
                safe::line(&listed(project.languages.iter().map(Language::as_str))),
            )?;
        }
        if let Some(more) = self.projects.len().checked_sub(MOST_PROJECTS).filter(|more| *more > 0) {
            writeln!(out, "#   and {more} more")?;
        }
        writeln!(out)
    }

    fn content(&self, out: &mut dyn Write) -> Result<()> {
        out.write_all(RULES.as_bytes())?;
        writeln!(out, "content:")?;
        if self.adopts_nothing() {
            self.held_rule(out)?;
        }
        for category in &self.categories {
            writeln!(out)?;
            self.category(category, out)?;
        }
        out.write_all(MORE_RULES.as_bytes())
    }

    /// A manifest needs a rule, and a rule without need of a decision would be paid for.
    fn held_rule(&self, out: &mut dyn Write) -> Result<()> {
        if self.targets.is_empty() {
            writeln!(
                out,
                "  # The help center has no second locale to translate into: enable one in Zendesk, then write a rule."
            )?;
            return writeln!(out, "  - match: {{kind: [category, section, article]}}\n    exclude: true");
        }
        writeln!(
            out,
            "  # Everything, on hold: planned and shown, but nothing is sent. Replace it by rules of categories."
        )?;
        writeln!(out, "  - match: {{kind: [category, section, article]}}")?;
        writeln!(out, "    languages: {}", list(&self.targets))?;
        writeln!(out, "    workflow: {}\n    hold: true", self.pipeline.name)
    }

    fn category(&self, category: &FoundCategory, out: &mut dyn Write) -> Result<()> {
        let FoundCategory { id: _, name, articles, words, translated, new_words, sections } = category;
        let (counted_articles, words) =
            (counted(*articles as u64, "article", "articles"), counted(*words, "word", "words"));
        writeln!(out, "  # {}: {counted_articles}, {words}", safe::short(name, LONGEST_NAME))?;
        for (id, name, articles) in sections.iter().take(MOST_SECTIONS) {
            let name = safe::short(name, LONGEST_NAME);
            writeln!(
                out,
                "  #   section {id}: {name} ({})",
                counted(*articles as u64, "article", "articles")
            )?;
        }
        if let Some(more) = sections.len().checked_sub(MOST_SECTIONS).filter(|more| *more > 0) {
            writeln!(out, "  #   and {more} more sections: `zencat tree`")?;
        }
        if !translated.is_empty() {
            let of = |(locale, count): &(Locale, usize)| format!("{locale} {count} of {articles}");
            let translated: Vec<String> = translated.iter().map(of).collect();
            writeln!(
                out,
                "  # translated: {}; new words to translate: {}",
                safe::line(&translated.join(", ")),
                number(*new_words)
            )?;
        }
        self.category_rule(category, out)
    }

    /// The rule for what exists; all else as a suggestion.
    fn category_rule(&self, category: &FoundCategory, out: &mut dyn Write) -> Result<()> {
        let languages: Vec<Locale> = category.translated.iter().map(|(locale, _)| locale.clone()).collect();
        let others: Vec<Locale> =
            self.targets.iter().filter(|target| !languages.contains(target)).cloned().collect();
        if !languages.is_empty() {
            self.rule(category.id, &languages, out)?;
        }
        if others.is_empty() {
            return Ok(());
        }
        let more = match languages.is_empty() {
            true => "to translate it:".to_owned(),
            false => format!(
                "to translate it into more languages, {} each:",
                counted(category.words, "word", "words")
            ),
        };
        writeln!(out, "  # {more}")?;
        let mut lines = Vec::new();
        self.rule(category.id, &others, &mut lines)?;
        commented(&lines, out)
    }

    fn rule(&self, category: u64, languages: &[Locale], out: &mut dyn Write) -> Result<()> {
        writeln!(out, "  - match: {{category: {category}, kind: [category, section, article]}}")?;
        writeln!(out, "    languages: {}\n    workflow: {}", list(languages), self.pipeline.name)
    }
}

const HEAD: &str = "\
# It is yours now: edit it, and commit it.
#
#   zencat validate   checks this file alone, offline
#   zencat plan       shows what would be done and why, and writes nothing
#   zencat apply      does it
#
# An editor completes and checks this file with the schema: `zencat schema manifest > zencat.schema.json`, and the line
# `# yaml-language-server: $schema=zencat.schema.json` on top.
#
";

const EXISTING: &str = "    \
    # Translations that stand in Zendesk before zencat has sent one:
    #   keep    they stay, and zencat leaves these pairs alone: the plan lists them as held, `existing-kept`
    #   import  Smartcat gets them block by block, and zencat keeps them up with their sources from then on; blocks that
    #           do not line up with the source are translated anew, and paid for
    #   skip    they are translated anew, then replaced
    # To begin with, `keep` is right: nothing is paid twice and nothing is overwritten. But a source that changes does
    # not reach a kept translation. So go on to `import` once the plan looks right: for one category first, in a
    # workflow of its own, and read its plan.
    existing_translations: keep
    send_when: completed        # or confirmed, {stage: …}, current
    publish: as_source          # a new translation is published when its source is; or published, draft
    on_edit: keep               # a translation edited by hand in Zendesk stays; or overwrite, pull
";

const RULES: &str = "\
# Rules, read from top to bottom: for each item and language the last rule that matches decides. `zencat explain ITEM`
# tells which one did. A translated article is visible only when its section and category are translated too.
";

const MORE_RULES: &str = "
  # Other things that rules can say:
  # - match: {section: 360000000001, labels: [legal]}   # keys are joined by AND, lists by OR
  #   languages: [de]
  #   workflow: …
  #   hold: true                                        # in scope, but nothing is sent or written
  # - match: {labels: [internal]}
  #   exclude: true
  # - match: {title: \"Release notes *\", drafts: true}   # articles whose source is a draft are left out otherwise
  #   languages: [de]
  #   workflow: …

";

const LIMITS: &str = "\
# A plan beyond these is refused with the numbers; `--allow max-words` and the like lift one of them.
limits:
  max_words: 50000   # words × languages to be translated
  max_items: 500     # items sent to Smartcat
  max_change: 30%    # share of the managed pairs that one plan may replace or retire

# What is no longer in scope: keep (its Smartcat document stays), cancel, delete. Nothing is ever deleted in Zendesk.
on_remove: keep
";

/// Writes lines of YAML as a comment, below the same indentation.
fn commented(lines: &[u8], out: &mut dyn Write) -> Result<()> {
    for line in String::from_utf8_lossy(lines).lines() {
        writeln!(out, "  # {}", line.strip_prefix("  ").unwrap_or(line))?;
    }
    Ok(())
}

fn list(locales: &[Locale]) -> String {
    let quoted: Vec<String> = locales.iter().map(|locale| quoted(locale.as_str())).collect();
    format!("[{}]", quoted.join(", "))
}

fn listed<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let texts: Vec<&str> = texts.collect();
    texts.join(", ")
}

/// A text as a double-quoted scalar: a JSON string, in which also those characters are escaped that YAML takes for a
/// line break or for nothing, and those that turn the text around them.
fn quoted(text: &str) -> String {
    let json = serde_json::Value::String(text.to_owned()).to_string();
    json.chars().fold(String::with_capacity(json.len()), |mut quoted, c| {
        match safe::acts(c) || matches!(c, '\u{fffe}' | '\u{ffff}') {
            true => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            false => quoted.push(c),
        }
        quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_is_one_line_and_reads_back() {
        for text in
            ["plain", "\"}\n- x: y #", "a\u{85}b\u{2028}c\u{feff}\u{202e}\u{7f}", "日本 👋 \\u0041", ""]
        {
            let quoted = quoted(text);
            assert!(!quoted.contains(['\n', '\u{85}', '\u{2028}', '\u{feff}', '\u{202e}']), "{quoted}");
            assert_eq!(serde_yaml::from_str::<String>(&quoted).unwrap(), text);
        }
    }
}
