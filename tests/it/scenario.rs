//! One small story that touches everything an apply does, and the state that it must end in however it was disturbed.
//!
//! Nine articles, two of their sections and the category, into three languages and two projects: created, one existing
//! translation imported, a reviewer assigned, translated, sent; one source changed, updated, translated, sent.

use std::collections::BTreeSet;

use serde_json::json;
use zencat::sandbox::Entry;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::seed::Seed;
use zencat::sandbox::smartcat::Behaviour;
use zencat::sandbox::zendesk::Kind;

use crate::world::World;
use crate::world::of_lines;

/// The article whose source changes.
pub(crate) const CHANGED: u64 = 1_000_001;

/// The article that somebody translated before.
pub(crate) const EXISTING: u64 = 1_000_002;

/// The article with an attachment, of which Zendesk gives each translation a copy under another id: what was sent does
/// not read back as it was.
const ILLUSTRATED: u64 = 1_000_003;

const ATTACHMENT: &str = "\n<img src=\"https://example.com/hc/article_attachments/360080012345/key.png\">";

/// The articles of the story; with their sections and category these are twelve items.
const ARTICLES: u64 = 9;

const LANGUAGES: [&str; 3] = ["de", "fr", "ja"];

/// Who reviews one of the languages.
pub(crate) const REVIEWER: &str = "reviewer@example.com";

/// An end state as lines, without Smartcat's ids, times and the ports of a run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct EndState(Vec<String>);

impl EndState {
    /// The lines that only one of the two has; empty when they are equal.
    pub(crate) fn differences(&self, expected: &Self) -> String {
        let diff = |mark: &str, a: &Self, b: &Self| {
            a.0.iter()
                .filter(|line| {
                    a.0.iter().filter(|x| x == line).count() > b.0.iter().filter(|x| x == line).count()
                })
                .map(|line| format!("{mark} {line}\n"))
                .collect::<String>()
        };
        diff("found", self, expected) + &diff("missing", expected, self)
    }

    /// The same, with documents that took others' places under the names of those: a name's number, after the item's
    /// id, is left out.
    pub(crate) fn by_first_names(&self) -> Self {
        let first = |line: &String| {
            let Some((name, rest)) = line.split_once(": ").filter(|_| line.starts_with("document ")) else {
                return line.clone();
            };
            let mut words: Vec<&str> = name.split(' ').collect();
            let is_number = |word: &&str| word.parse::<u32>().is_ok();
            if let [.., id, number, _] = words.as_slice()
                && id.contains('-')
                && is_number(number)
            {
                words.remove(words.len() - 2);
            }
            format!("{}: {rest}", words.join(" "))
        };
        Self(self.0.iter().map(first).collect())
    }
}

/// The help center of the story.
pub(crate) fn seed() -> Seed {
    let line = |number: u64| {
        let id = 1_000_000 + number;
        let image = if id == ILLUSTRATED { ATTACHMENT } else { "" };
        let body = format!(
            "<h2>Step {number}</h2>\n<p>Turn the <strong>key</strong> {number} times, see <a \
             href=\"https://example.com/{number}\">the list</a>.</p>\n<ul><li>First of {number}</li><li>Second</li></ul>{image}"
        );
        let german = json!([{"locale": "de", "title": "Artikel 2", "body": "<h2>Schritt 2</h2>\n<p>Den \
            <strong>Schlüssel</strong> 2 mal drehen, siehe <a href=\"https://example.com/2\">die Liste</a>.</p>\n\
            <ul><li>Erstens 2</li><li>Zweitens</li></ul>", "updated_at": null, "draft": false, "outdated": false}]);
        json!({"id": id, "section_id": 500 + number % 2, "title": format!("Article {number}"), "body": body,
            "locale": "en-us", "source_locale": "en-us", "label_names": [], "updated_at": "2026-01-01T00:00:00Z",
            "translations": if id == EXISTING { german } else { json!([]) }})
        .to_string()
    };
    of_lines(&(0..ARTICLES).map(line).collect::<Vec<_>>().join("\n"), &LANGUAGES)
}

/// A Smartcat that takes no time of its own, so that a run is as short as its requests.
pub(crate) fn prompt() -> Behaviour {
    Behaviour {
        parse_ms: 0,
        pretranslate_ms: 0,
        import_ms: 0,
        export_ms: 0,
        statistics_ms: 0,
        rate_limit: None,
        ..Behaviour::default()
    }
}

/// The story's world before its first chapter. Its projects hold seven files each, so everything travels in several
/// batches.
pub(crate) fn world() -> World {
    let world = world_with(Options { smartcat: prompt(), ..Options::default() });
    let manifest = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
    world.manifest(&manifest.replace("{name: Help center}", "{name: Help center, max_documents: 7}"));
    world
}

/// The same over other behaviour.
pub(crate) fn world_with(options: Options) -> World {
    let world = World::with(Options { seed: seed(), ..options });
    let manifest = world
        .plain_manifest(&LANGUAGES.join(", "))
        .replace("{kind: article}", "{kind: [article, section, category]}")
        .replace(
            "content:\n",
            &format!(
                "    assign: [{{stage: postediting, languages: [ja], people: [{REVIEWER}]}}]\ncontent:\n"
            ),
        );
    world.manifest(&manifest);
    world
}

/// The same story with three articles and two languages, for tests that tell it hundreds of times.
pub(crate) fn small_world() -> World {
    let mut seed = seed();
    seed.articles.truncate(3);
    let world = World::with(Options { seed, smartcat: prompt(), ..Options::default() });
    let manifest = world.plain_manifest("de, fr").replace("{kind: article}", "{kind: [article, category]}");
    world.manifest(&manifest);
    world
}

/// The chapters: before each of them something happens, then zencat is to be run.
pub(crate) const CHAPTERS: usize = 3;

/// What happens before a chapter.
pub(crate) fn happens(world: &World, chapter: usize) {
    if chapter > 0 {
        world.work();
    }
    if chapter == 1 {
        world.sandbox.zendesk(|zendesk, now| {
            let body = zendesk.translation(Kind::Article, CHANGED, "en-us").unwrap().body;
            let body = body.replace("Second", "Three new words");
            zendesk.edit_source(CHANGED, None, Some(&body), now).unwrap();
        });
    }
}

/// Runs from a chapter to the end, undisturbed: until a run finds nothing to do. A disturbed chapter may leave work for
/// one run more than usual.
#[track_caller]
pub(crate) fn finish(world: &World) {
    for _ in 0..4 {
        world.work();
        if world.apply().exits(0).json()["steps"] == json!([]) {
            return;
        }
    }
}

/// The end state, with what is held in it. It is final: the plan is empty and another apply writes nothing.
#[track_caller]
pub(crate) fn settled(world: &World, what: &str) -> EndState {
    let plan = world.plan();
    assert_eq!(plan["steps"], json!([]), "{what}: {plan:#}");
    let before = world.sandbox.journal().iter().filter(|entry| entry.write).count();
    world.apply().exits(0);
    let after = world.sandbox.journal().iter().filter(|entry| entry.write).count();
    assert_eq!(before, after, "{what}: an apply after the last one writes");
    let EndState(mut lines) = end_state(world);
    let held = plan["held"].as_array().unwrap().iter();
    lines.extend(held.map(|held| format!("held {} {}: {}", held["item"], held["language"], held["code"])));
    EndState(lines)
}

/// What both services hold: every text with its flags, every project with its settings, every document with its
/// segments and people, and the words charged.
pub(crate) fn end_state(world: &World) -> EndState {
    let mut lines = world.sandbox.zendesk(|zendesk, _| {
        let mut lines = Vec::new();
        for kind in [Kind::Category, Kind::Section, Kind::Article] {
            for id in zendesk.ids(kind) {
                for locale in zendesk.locales_of(kind, id) {
                    let text = zendesk.translation(kind, id, &locale).unwrap();
                    let state = json!([text.title, text.body, text.draft, text.outdated]);
                    lines.push(format!("text {kind:?} {id} {locale}: {state}"));
                }
            }
        }
        lines
    });
    world.sandbox.smartcat(|smartcat, _| {
        let projects = smartcat.projects();
        let name_of = |id: &str| projects.iter().find(|project| project.id == id).map(|p| p.name.clone());
        for document in smartcat.documents() {
            let state = json!([
                name_of(&document.project_id),
                document.external_id,
                document.status,
                document.stages.iter().map(|stage| &stage.executives).collect::<Vec<_>>(),
                document.segments
            ]);
            lines.push(format!("document {} {}: {state}", document.name, document.language));
        }
        for project in &projects {
            let state = json!([
                project.external_tag,
                project.status,
                project.target_languages,
                project.stages,
                project.engines,
                project.rules,
                project.documents.len()
            ]);
            lines.push(format!("project {}: {state}", project.name));
        }
        lines.push(format!("words charged: {}", smartcat.words_charged()));
    });
    let host = world.sandbox.zendesk_url().replace("http://", "");
    let mut lines: Vec<String> =
        lines.into_iter().map(|line| without_attachment_ids(&line.replace(&host, "HOST"))).collect();
    lines.sort();
    EndState(lines)
}

/// Copies of attachments have their ids in the order in which they were made.
fn without_attachment_ids(line: &str) -> String {
    let mut parts = line.split("/article_attachments/");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + "/article_attachments/ID" + part.trim_start_matches(|c: char| c.is_ascii_digit())
    })
}

/// What readers see: every text with its flags.
pub(crate) fn texts(world: &World) -> Vec<String> {
    let EndState(lines) = end_state(world);
    lines.into_iter().filter(|line| line.starts_with("text ")).collect()
}

/// Writes that may happen once and no more, and happened more often: projects, documents, assignments, and texts sent to
/// readers.
pub(crate) fn repeated(journal: &[Entry]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let done = journal.iter().filter(|entry| entry.write && entry.committed && entry.fault != Some("status"));
    done.filter(|entry| entry.status.is_none_or(|status| status < 300))
        .filter(|entry| once_only(entry))
        .map(|entry| format!("{} {} {} {}", entry.method, entry.path, entry.query, entry.body))
        .filter(|write| !seen.insert(write.clone()))
        .collect()
}

/// Documents into which a translation was imported more than once.
pub(crate) fn imported_again(world: &World) -> Vec<String> {
    let documents = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
    let again = documents.into_iter().filter(|document| document.imports > 1);
    again.map(|document| format!("imported into {} {}", document.name, document.language)).collect()
}

/// Whether a second one of the same write is a mistake. Receipts, flags, settings and replaced sources are not: they say
/// what is, and saying it twice changes nothing.
fn once_only(entry: &Entry) -> bool {
    match entry.service {
        ServiceName::Zendesk => entry.body.contains("\"body\"") || entry.body.contains("\"title\""),
        ServiceName::Smartcat => {
            entry.method == "POST"
                && ["/project/create", "/project/document", "/document/assign"]
                    .iter()
                    .any(|ending| entry.path.ends_with(ending))
        }
    }
}
