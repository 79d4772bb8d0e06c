//! Stories: a world that agrees, one change, and what the plan makes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::*;
use crate::content::Facts;
use crate::content::Text;
use crate::content::content_hash;
use crate::desired;
use crate::id::DocumentId;
use crate::id::FileId;
use crate::id::FilePath;
use crate::id::ItemKind;
use crate::id::Language;
use crate::id::Locale;
use crate::id::ProjectName;
use crate::id::WorkflowName;
use crate::manifest::Manifest;
use crate::observed::Document;
use crate::observed::File;
use crate::observed::HelpCenter;
use crate::observed::Item;
use crate::observed::Observed;
use crate::observed::Parse;
use crate::observed::Project;
use crate::observed::Stage;
use crate::observed::StageProgress;
use crate::observed::Team;
use crate::observed::Translation;
use crate::observed::Unmarked;
use crate::receipt::LanguageReceipt;
use crate::receipt::Mark;
use crate::receipt::Receipt;
use crate::receipt::Short;
use crate::receipt::SourceReceipt;

const MANIFEST: &str = "\
version: 1
name: acme
zendesk: {url: https://acme.zendesk.com}
smartcat: {region: eu}
workflows:
  review:
    stages: [translation, postediting]
    project: {name: Review}
content:
  - match: {category: 1}
    languages: [de, fr]
    workflow: review
";

const SOURCE: &str = "<p>Hold the handle and pull.</p><p>Then <b>let go</b> of it.</p>";
const MOVED_AT: &str = "2026-11-01T10:00:00Z";

/// A category, a section and one article, whose translations into German and French were delivered.
struct World {
    manifest: String,
    observed: Observed,
    selection: Selection,
}

fn text(title: &str, body: &str) -> Text {
    Text { title: title.to_owned(), body: body.to_owned() }
}

fn translation_of(language: &str) -> Text {
    text(&format!("{language} title"), &format!("<p>{language} one</p><p>{language} <b>two</b></p>"))
}

fn item(key: ItemKey, source: &Text) -> Item {
    Item {
        key,
        title: source.title.clone(),
        url: format!("https://acme.zendesk.com/hc/en-us/{}/{}", key.kind.plural(), key.id),
        section: None,
        category: None,
        labels: Vec::new(),
        content_tags: Vec::new(),
        position: 0,
        source_locale: Locale::new("en-us"),
        draft: false,
        source: Some(Facts::of(source)),
        translations: BTreeMap::new(),
    }
}

fn article(id: u64, body: &str) -> Item {
    Item { section: Some(2), ..item(ItemKey::article(id), &text(&format!("Article {id}"), body)) }
}

fn translation(text: &Text) -> Translation {
    Translation {
        hash: content_hash(text),
        draft: false,
        outdated: false,
        updated_at: None,
        updated_by: None,
    }
}

fn at(time: &str) -> Option<Timestamp> {
    time.parse().ok()
}

fn document(id: &str, percent: f64) -> Document {
    let stage = |kind: &str| StageProgress {
        kind: kind.into(),
        percent,
        status: if percent >= 100.0 { "completed" } else { "inProgress" }.into(),
        assignees: Vec::new(),
        agency: None,
        open_words: 0,
    };
    Document {
        id: DocumentId::new(id),
        parse: Parse::Done,
        completed: percent >= 100.0,
        ready_for_completion: false,
        stages: [stage("translation"), stage("postediting")].into(),
        words: 12,
        moved_at: at(MOVED_AT),
    }
}

fn source_receipt(facts: &Facts) -> SourceReceipt {
    SourceReceipt {
        hash: Short::from(&facts.hash),
        units: Short::from(&facts.units),
        fingerprints: Some(facts.fingerprints.clone()),
    }
}

fn delivered(source: &Facts, text: &Text) -> LanguageReceipt {
    let hash = Some(Short::from(&content_hash(text)));
    LanguageReceipt {
        out: hash,
        tgt: hash,
        at: at(MOVED_AT),
        on: Some(Short::from(&source.hash)),
        ..LanguageReceipt::default()
    }
}

/// A file of an article with finished documents, everything delivered.
fn file(number: u64, article: &Item) -> File {
    let source = article.source.as_ref().unwrap();
    let mut receipt = Receipt { source: Some(source_receipt(source)), ..Receipt::default() };
    let mut documents = BTreeMap::new();
    for (language, locale) in [("de", "de"), ("fr", "fr")] {
        receipt.record(&Language::new(language), delivered(source, &translation_of(locale)));
        documents.insert(Language::new(language), document(&format!("f{number}_{language}"), 100.0));
    }
    File {
        id: FileId::new(format!("f{number}")),
        item: article.key,
        path: FilePath::new(format!("{} {}-{}", article.title, article.key.kind, article.key.id)),
        receipt,
        documents,
    }
}

fn project(number: u32, files: Vec<File>) -> Project {
    let stage = |kind: &str| Stage { id: kind.to_owned(), kind: kind.into() };
    Project {
        id: ProjectId::new(format!("p{number}")),
        name: ProjectName::new("Review"),
        workflow: WorkflowName::new("review"),
        number,
        adopted: false,
        canceled: false,
        settings: Some(mark(MANIFEST)),
        by_tasks: false,
        client: None,
        vendors: Vec::new(),
        managers: Vec::new(),
        equipment: None,
        languages: [Language::new("de"), Language::new("fr")].into(),
        stages: vec![stage("translation"), stage("postediting")],
        deadline: None,
        files,
        foreign_files: 0,
    }
}

fn mark(manifest: &str) -> Mark {
    let manifest = parse(manifest);
    let languages = [Language::new("de"), Language::new("fr")].into();
    Settings::of(&manifest.workflows[&WorkflowName::new("review")], 1).mark(&languages)
}

fn parse(manifest: &str) -> Manifest {
    Manifest::parse("zencat.yaml", manifest).unwrap().0
}

impl World {
    fn new() -> Self {
        let category = item(ItemKey::category(1), &text("Bikes", ""));
        let section = Item { category: Some(1), ..item(ItemKey::section(2), &text("Locks", "")) };
        let mut article = article(3, SOURCE);
        for locale in ["de", "fr"] {
            article.translations.insert(Locale::new(locale), translation(&translation_of(locale)));
        }
        let files = vec![file(3, &article)];
        let help_center = HelpCenter {
            host: "acme.zendesk.com".to_owned(),
            locales: ["en-us", "de", "fr"].map(Locale::new).into(),
            default_locale: Some(Locale::new("en-us")),
            items: [category, section, article].into_iter().map(|item| (item.key, item)).collect(),
        };
        Self {
            manifest: MANIFEST.to_owned(),
            observed: Observed {
                help_center,
                projects: vec![project(1, files)],
                unmarked: Vec::new(),
                team: Team::default(),
            },
            selection: Selection::default(),
        }
    }

    fn plan(&self) -> Plan {
        let manifest = parse(&self.manifest);
        let (desired, _) = desired::resolve(&manifest, &self.observed.help_center, None);
        build(&manifest, &desired, &self.observed, &self.selection)
    }

    /// What the plan says, a line per step and per held pair.
    fn tells(&self) -> Vec<String> {
        let plan = self.plan();
        let steps = plan.steps.iter().map(|step| {
            let name = serde_json::to_value(&step.action)
                .unwrap()
                .as_object()
                .unwrap()
                .keys()
                .next()
                .unwrap()
                .clone();
            let delivery = match &step.action {
                Action::SendTranslation(send) => format!(" {:?}", send.delivery),
                _ => String::new(),
            };
            let item = step.action.item().map(|item| format!(" {item}")).unwrap_or_default();
            format!("{name}{item} {}{delivery}", step.action.languages().join(","))
        });
        let held = plan
            .held
            .iter()
            .map(|held| format!("held {} {} {}", held.item, held.language, held.code.as_str()));
        steps.chain(held).collect()
    }

    fn with_workflow(&mut self, line: &str) -> &mut Self {
        let project = "    project: {name: Review}\n";
        self.manifest = self.manifest.replace(project, &format!("{project}    {line}\n"));
        self
    }

    fn article(&mut self) -> &mut Item {
        self.observed.help_center.items.get_mut(&ItemKey::article(3)).unwrap()
    }

    fn add(&mut self, item: Item) -> &mut Self {
        self.observed.help_center.items.insert(item.key, item);
        self
    }

    fn edit_source(&mut self, body: &str) -> &mut Self {
        self.article().source = Some(Facts::of(&text("Article 3", body)));
        self
    }

    fn edit_translation(&mut self, locale: &str, body: &str) -> &mut Self {
        self.article().translations.insert(Locale::new(locale), translation(&text("by hand", body)));
        self
    }

    fn file(&mut self) -> &mut File {
        &mut self.observed.projects[0].files[0]
    }

    fn document(&mut self, language: &str) -> &mut Document {
        self.file().documents.get_mut(&Language::new(language)).unwrap()
    }

    fn receipt(&mut self, language: &str) -> &mut LanguageReceipt {
        self.file().receipt.languages.entry(Language::new(language)).or_default()
    }
}

const NOTHING: [&str; 0] = [];

#[test]
fn nothing_changed_nothing_to_do() {
    let world = World::new();
    assert_eq!(world.tells(), NOTHING);
    assert!(world.plan().is_empty());
    assert_eq!(world.plan().summary.up_to_date, 2);
}

#[test]
fn equal_inputs_give_equal_plans_and_all_steps_differ() {
    let mut world = World::new();
    for id in 10..30 {
        world.add(article(id, SOURCE));
    }
    world.edit_source("<p>New words.</p>");
    let (one, two) = (world.plan(), world.plan());
    assert_eq!(one.digest(), two.digest());
    assert_eq!(
        one.steps.iter().map(Step::id).collect::<std::collections::BTreeSet<_>>().len(),
        one.steps.len()
    );
}

#[test]
fn a_first_article_needs_a_project_and_a_document() {
    let mut world = World::new();
    world.observed.projects.clear();
    world.article().translations.clear();
    assert_eq!(world.tells(), ["create_project de,fr", "create_document article:3 de,fr"]);
    let plan = world.plan();
    assert_eq!(
        (plan.summary.create, plan.summary.words),
        (2, 2 * u64::from(Facts::of(&text("Article 3", SOURCE)).words))
    );
}

#[test]
fn a_further_article_goes_into_the_project_that_has_room() {
    let mut world = World::new();
    world.add(article(4, SOURCE));
    assert_eq!(world.tells(), ["create_document article:4 de,fr"]);
}

#[test]
fn a_full_project_is_followed_by_a_further_one() {
    let mut world = World::new();
    world.manifest = world.manifest.replace("{name: Review}", "{name: Review, max_documents: 2}");
    world.add(article(4, SOURCE)).add(article(5, SOURCE)).add(article(6, SOURCE));
    let plan = world.plan();
    let numbers: Vec<(u32, Option<&str>)> = plan
        .steps
        .iter()
        .map(|step| (step.action.project().number, step.action.project().id.as_ref().map(ProjectId::as_str)))
        .collect();
    assert_eq!(numbers, [(2, None), (1, Some("p1")), (2, None), (2, None)]);
}

#[test]
fn projects_that_a_run_made_before_it_was_cut_off_are_filled_in_order() {
    let mut world = World::new();
    world.manifest = world.manifest.replace("{name: Review}", "{name: Review, max_documents: 2}");
    world.observed.projects.push(project(2, Vec::new()));
    world.add(article(4, SOURCE)).add(article(5, SOURCE)).add(article(6, SOURCE));
    let plan = world.plan();
    let creates = plan.steps.iter().filter(|step| matches!(step.action, Action::CreateDocument(_)));
    let numbers: Vec<u32> = creates.map(|step| step.action.project().number).collect();
    assert_eq!(numbers, [1, 2, 2]);
}

#[test]
fn a_document_in_a_project_that_lost_its_mark_is_not_ordered_again() {
    let mut world = World::new();
    let lost = world.observed.projects.remove(0);
    world.article().translations.clear();
    world.observed.unmarked = vec![Unmarked {
        id: lost.id,
        name: "Review".to_owned(),
        tag: Some("mine".to_owned()),
        tag_prefix: "zencat:acme:".to_owned(),
        pairs: [(ItemKey::article(3), Language::new("de"))].into(),
    }];
    assert_eq!(
        world.tells(),
        ["create_project de,fr", "create_document article:3 fr", "held article:3 de project-unmarked"]
    );
    let reason = world.plan().held[0].reason.clone();
    assert!(reason.contains("\"mine\"") && reason.contains("zencat:acme:review:1"), "{reason}");
}

#[test]
fn of_two_projects_with_one_mark_the_elder_takes_the_files() {
    let mut world = World::new();
    let mut younger = project(1, Vec::new());
    younger.id = ProjectId::new("younger");
    world.observed.projects.push(younger);
    world.add(article(4, SOURCE));
    assert_eq!(world.plan().steps[0].action.project().id, Some(ProjectId::new("p1")));
}

#[test]
fn a_new_language_is_added_to_the_project_and_goes_into_a_file_of_its_own() {
    let mut world = World::new();
    world.manifest = world.manifest.replace("[de, fr]", "[de, fr, ja]");
    world.observed.help_center.locales.insert(Locale::new("ja"));
    assert_eq!(world.tells(), ["add_language ja", "create_document article:3 ja"]);
    let plan = world.plan();
    let Action::CreateDocument(create) = &plan.steps[1].action else { panic!() };
    assert!(create.file_name.ends_with("article-3 2.locjson"), "{}", create.file_name);
}

#[test]
fn changed_words_update_the_document_and_only_new_words_count() {
    let mut world = World::new();
    world.edit_source("<p>Hold the handle and pull.</p><p>Seven new words stand here right now.</p>");
    assert_eq!(world.tells(), ["update_document article:3 de,fr"]);
    let plan = world.plan();
    assert_eq!((plan.summary.update, plan.summary.words), (2, 14));
    let Action::UpdateDocument(update) = &plan.steps[0].action else { panic!() };
    assert_eq!(update.mark_outdated, ["de", "fr"].map(Locale::new));
}

#[test]
fn an_outdated_or_draft_translation_is_not_flagged_again() {
    let mut world = World::new();
    world.edit_source("<p>Other words.</p>");
    world.article().translations.get_mut(&Locale::new("de")).unwrap().outdated = true;
    world.article().translations.get_mut(&Locale::new("fr")).unwrap().draft = true;
    let plan = world.plan();
    let Action::UpdateDocument(update) = &plan.steps[0].action else { panic!() };
    assert!(update.mark_outdated.is_empty());
}

#[test]
fn changed_markup_costs_no_words() {
    let mut world = World::new();
    world.edit_source(&SOURCE.replace("<p>", "<p class=\"note\">"));
    assert_eq!(
        world.tells(),
        ["send_translation article:3 de Restructured", "send_translation article:3 fr Restructured"]
    );
    assert_eq!(world.plan().summary.words, 0);
}

#[test]
fn an_unreadable_receipt_sends_the_source_again() {
    let mut world = World::new();
    world.file().receipt = Receipt::default();
    assert_eq!(world.tells(), ["update_document article:3 de,fr"]);
}

#[test]
fn unfinished_work_is_waited_for() {
    let mut world = World::new();
    *world.document("de") = document("f3_de", 50.0);
    world.file().receipt.languages.remove(&Language::new("de"));
    world.article().translations.remove(&Locale::new("de"));
    assert_eq!(world.tells(), NOTHING);
    assert_eq!(world.plan().summary.in_progress, 1);
    *world.document("de") = document("f3_de", 100.0);
    assert_eq!(world.tells(), ["send_translation article:3 de First"]);
}

#[test]
fn send_when_says_how_much_is_enough() {
    let half = |send_when: &str| {
        let mut world = World::new();
        world.with_workflow(send_when);
        let document = world.document("de");
        document.completed = false;
        let stage = &mut Arc::make_mut(&mut document.stages)[1];
        stage.percent = 40.0;
        stage.status = "inProgress".into();
        document.moved_at = at("2026-11-02T00:00:00Z");
        world.tells()
    };
    let sent = ["send_translation article:3 de Moved"];
    assert_eq!(half("send_when: completed"), NOTHING);
    assert_eq!(half("send_when: confirmed"), sent);
    assert_eq!(half("send_when: {stage: translation}"), sent);
    assert_eq!(half("send_when: {stage: postediting}"), NOTHING);
    assert_eq!(half("send_when: current"), sent);
}

#[test]
fn completion_is_pressed_only_when_the_manifest_says_so() {
    let mut world = World::new();
    let document = world.document("de");
    document.completed = false;
    document.ready_for_completion = true;
    assert_eq!(world.tells(), NOTHING);
    world.with_workflow("auto_complete: true");
    assert_eq!(world.tells(), ["complete_document article:3 de"]);
}

#[test]
fn a_newer_translation_is_sent() {
    let mut world = World::new();
    world.document("fr").moved_at = at("2026-11-02T00:00:00Z");
    assert_eq!(world.tells(), ["send_translation article:3 fr Moved"]);
}

#[test]
fn an_edit_by_hand_is_held_unless_the_manifest_says_otherwise() {
    let mut world = World::new();
    world.edit_translation("de", "<p>better</p>");
    assert_eq!(world.tells(), ["held article:3 de edited-in-zendesk"]);
    world.with_workflow("on_edit: overwrite");
    assert_eq!(world.tells(), ["send_translation article:3 de Overwritten"]);
    world.manifest = world.manifest.replace("on_edit: overwrite", "on_edit: pull");
    assert_eq!(world.tells(), ["import_translation article:3 de"]);
}

#[test]
fn a_deleted_translation_is_held() {
    let mut world = World::new();
    world.article().translations.remove(&Locale::new("de"));
    assert_eq!(world.tells(), ["held article:3 de deleted-in-zendesk"]);
}

#[test]
fn a_write_whose_receipt_is_missing_is_compared_and_never_overwritten() {
    // Killed between the write to Zendesk and the receipt: the first delivery, and a later one.
    let mut first = World::new();
    *first.receipt("de") = LanguageReceipt::default();
    assert_eq!(first.tells(), ["send_translation article:3 de Compared"]);
    let mut later = World::new();
    later.document("de").moved_at = at("2026-11-02T00:00:00Z");
    later.edit_translation("de", "<p>what Smartcat has now</p>");
    assert_eq!(later.tells(), ["send_translation article:3 de Compared"]);
    // The comparison found a difference: from now on it is an edit, however often the plan is made.
    let receipt = later.receipt("de");
    receipt.at = at("2026-11-02T00:00:00Z");
    receipt.withheld = true;
    assert_eq!(later.tells(), ["held article:3 de edited-in-zendesk"]);
    // The edit was taken back: what was withheld is delivered.
    later.article().translations.insert(Locale::new("de"), translation(&translation_of("de")));
    assert_eq!(later.tells(), ["send_translation article:3 de Moved"]);
}

#[test]
fn a_translation_written_by_hand_while_smartcat_works_is_unclaimed() {
    let mut world = World::new();
    *world.receipt("de") = LanguageReceipt::default();
    *world.document("de") = document("f3_de", 50.0);
    assert_eq!(world.tells(), ["held article:3 de unclaimed"]);
}

#[test]
fn existing_translations_are_imported_skipped_or_kept() {
    let mut world = World::new();
    world.observed.projects[0].files.clear();
    world.with_workflow("existing_translations: import");
    assert_eq!(
        world.tells(),
        [
            "create_document article:3 de,fr",
            "import_translation article:3 de",
            "import_translation article:3 fr"
        ]
    );
    world.manifest = world.manifest.replace("translations: import", "translations: skip");
    assert_eq!(world.tells(), ["create_document article:3 de,fr"]);
    world.manifest = world.manifest.replace("translations: skip", "translations: keep");
    assert_eq!(world.tells(), ["held article:3 de existing-kept", "held article:3 fr existing-kept"]);
}

#[test]
fn where_a_machine_translates_an_existing_translation_goes_up_in_a_file_of_its_own() {
    let mut world = World::new();
    world.observed.projects[0].files.clear();
    world.article().translations.remove(&Locale::new("fr"));
    world.with_workflow("machine_translation: auto");
    let plan = world.plan();
    let files: Vec<_> = plan
        .steps
        .iter()
        .filter_map(|step| match &step.action {
            Action::CreateDocument(create) => Some((
                create.targets[0].locale.as_str(),
                create.file_name.as_str(),
                create.adopts.is_some(),
                step.reason.ends_with("at most these words are new"),
            )),
            _ => None,
        })
        .collect();
    let file = "Article 3 article-3";
    let (shared, own) = (format!("{file}.locjson"), format!("{file} 2.locjson"));
    assert_eq!(files, [("de", own.as_str(), true, true), ("fr", shared.as_str(), false, false)]);
    assert_eq!((plan.summary.create, plan.summary.import), (2, 1));
    assert!(plan.words_are_at_most());
}

#[test]
fn a_refused_delivery_is_held_until_a_side_moves() {
    let mut world = World::new();
    let receipt = world.receipt("de");
    receipt.bad = Some("a link is missing".to_owned());
    assert_eq!(world.tells(), ["held article:3 de structure-check-failed"]);
    world.document("de").moved_at = at("2026-11-02T00:00:00Z");
    assert_eq!(world.tells(), ["send_translation article:3 de Moved"]);
}

#[test]
fn drafts_holds_and_foreign_sources_are_held() {
    let mut draft = World::new();
    draft.article().draft = true;
    assert_eq!(draft.tells(), ["held article:3 de draft-source", "held article:3 fr draft-source"]);
    let mut held = World::new();
    held.manifest += "    hold: true\n";
    assert_eq!(held.tells(), ["held article:3 de on-hold", "held article:3 fr on-hold"]);
    let mut foreign = World::new();
    foreign.article().source_locale = Locale::new("ja");
    assert_eq!(
        foreign.tells(),
        ["held article:3 de other-source-locale", "held article:3 fr other-source-locale"]
    );
    let mut empty = World::new();
    empty.article().source = Some(Facts::of(&text("", "")));
    assert_eq!(
        empty.tells(),
        ["held article:3 de nothing-to-translate", "held article:3 fr nothing-to-translate"]
    );
    let mut unread = World::new();
    unread.article().source = None;
    assert_eq!(unread.tells(), ["held article:3 de unreadable", "held article:3 fr unreadable"]);
}

#[test]
fn a_cancelled_project_holds_its_pairs_and_takes_no_more() {
    let mut world = World::new();
    world.observed.projects[0].canceled = true;
    world.add(article(4, SOURCE));
    let told = world.tells();
    assert_eq!(told[..2], ["create_project de,fr", "create_document article:4 de,fr"]);
    assert_eq!(told[2..], ["held article:3 de project-canceled", "held article:3 fr project-canceled"]);
}

#[test]
fn what_no_rule_asks_for_is_kept_or_removed_as_the_manifest_says() {
    let mut world = World::new();
    world.manifest = world.manifest.replace("[de, fr]", "[de]");
    assert_eq!(world.tells(), ["held article:3 fr orphan"]);
    world.manifest += "on_remove: delete\n";
    assert_eq!(world.tells(), ["retire_document article:3 fr"]);
    assert_eq!(world.plan().summary.retire, 1);
}

#[test]
fn what_zendesk_does_not_show_is_never_removed() {
    let mut world = World::new();
    world.manifest += "on_remove: delete\n";
    world.observed.help_center.items.remove(&ItemKey::article(3));
    assert_eq!(world.tells(), ["held article:3 de unreadable", "held article:3 fr unreadable"]);
}

#[test]
fn of_places_taken_one_after_the_other_none_is_an_orphan() {
    let mut world = World::new();
    world.manifest += "on_remove: delete\n";
    let successor = |number: u64, of: &File| {
        let mut next = file(number, &world.observed.help_center.items[&ItemKey::article(3)]);
        next.receipt.replaces = Some(of.id.clone());
        next
    };
    let first = world.observed.projects[0].files[0].clone();
    let second = successor(20, &first);
    let third = successor(30, &second);
    world.observed.projects[0].files.extend([second, third]);
    let retired: Vec<bool> = world
        .plan()
        .steps
        .iter()
        .map(|step| match &step.action {
            Action::RetireDocument(retire) => retire.superseded.len() == 2,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(retired, [true, true], "both go once the third is seen to hold what was finished in them");
    for language in ["de", "fr"] {
        world.receipt(language).kept = true;
    }
    let plan = world.plan();
    assert_eq!(plan.steps.len(), 1, "what is kept for people is not deleted: {:?}", plan.steps);
    assert_eq!(plan.held.len(), 2);
}

#[test]
fn removals_come_first_and_deliveries_follow_the_hierarchy() {
    let mut world = World::new();
    world.manifest = world.manifest.replace("[de, fr]", "[de]")
        + "  - match: {category: 1, kind: [section, category]}\n    languages: [de]\n    workflow: review\non_remove: delete\n";
    let mut files = vec![file(1, &world.observed.help_center.items[&ItemKey::category(1)])];
    files.push(file(2, &world.observed.help_center.items[&ItemKey::section(2)]));
    for file in &mut files {
        file.receipt.languages.clear();
        file.documents.remove(&Language::new("fr"));
    }
    world.observed.projects[0].files.extend(files);
    world.document("de").moved_at = at("2026-11-02T00:00:00Z");
    assert_eq!(
        world.tells(),
        [
            "retire_document article:3 fr",
            "send_translation category:1 de First",
            "send_translation section:2 de First",
            "send_translation article:3 de Moved"
        ]
    );
}

#[test]
fn links_follow_the_translations_that_exist() {
    let linking = "<p>See <a href=\"/hc/en-us/articles/4-Other\">the other page</a> for more.</p>";
    let mut world = World::new();
    world.edit_source(linking);
    let source = world.article().source.clone().unwrap();
    let file = world.file();
    file.receipt.source = Some(source_receipt(&source));
    for language in ["de", "fr"] {
        world.receipt(language).on = Some(Short::from(&source.hash));
    }
    assert_eq!(world.tells(), NOTHING, "the linked page has no translation");
    let mut other = article(4, SOURCE);
    other.translations.insert(Locale::new("de"), translation(&translation_of("de")));
    world.add(other);
    world.manifest = world.manifest.replace("{category: 1}", "{article: 3}");
    assert_eq!(world.tells(), ["send_translation article:3 de Relinked"]);
    world.with_workflow("links: keep");
    assert_eq!(world.tells(), NOTHING);
}

#[test]
fn settings_that_are_not_those_of_the_manifest_are_set() {
    let mut world = World::new();
    world.observed.projects[0].settings = None;
    assert_eq!(world.tells(), ["update_project "]);
    world.observed.projects[0].settings = Some(mark(MANIFEST));
    world.with_workflow("machine_translation: auto");
    assert_eq!(world.tells(), ["update_project "]);
}

#[test]
fn a_selection_is_a_part_of_the_plan() {
    let mut world = World::new();
    world.add(article(4, SOURCE));
    world.edit_translation("de", "<p>by hand</p>");
    world.selection = Selection { targets: vec![ItemKey::article(4)], languages: vec![Locale::new("fr")] };
    assert_eq!(world.tells(), ["create_document article:4 fr"]);
    world.selection = Selection { targets: vec![ItemKey::section(2)], languages: Vec::new() };
    assert_eq!(world.tells().len(), 2);
}

#[test]
fn a_plan_that_was_interrupted_still_holds() {
    let mut world = World::new();
    world.observed.projects.clear();
    world.article().translations.clear();
    let before = world.plan();
    let mut created = project(1, Vec::new());
    created.name = ProjectName::new("Review");
    world.observed.projects.push(created);
    let after = world.plan();
    assert_eq!(after.steps[0].id(), before.steps[1].id(), "the document's step is the same one");
}

#[test]
fn names_of_files_hold_nothing_that_a_server_could_trip_over() {
    let mut world = World::new();
    let mut hostile = article(4, SOURCE);
    hostile.title = "../a|b<c>:*?\"\\ \u{7}(x) ".repeat(9);
    world.add(hostile);
    let plan = world.plan();
    let Action::CreateDocument(create) = &plan.steps[0].action else { panic!() };
    assert!(create.file_name.ends_with(" article-4.locjson"), "{}", create.file_name);
    assert!(create.file_name.len() < 90 && !create.file_name.contains(['/', '|', '<', '(', '\u{7}']));
}

#[test]
fn limits_refuse_with_numbers_and_are_lifted_by_name() {
    let mut world = World::new();
    for id in 10..14 {
        let article = article(id, SOURCE);
        let file = file(id, &article);
        world.observed.projects[0].files.push(file);
        world.add(article);
    }
    for item in
        world.observed.help_center.items.values_mut().filter(|item| item.key.kind == ItemKind::Article)
    {
        item.source = Some(Facts::of(&text("New", "<p>Quite new words.</p>")));
    }
    world.manifest += "limits: {max_words: 10, max_items: 2, max_change: 30%}\n";
    let manifest = parse(&world.manifest);
    let plan = world.plan();
    let names = |allowed: &[guard::Guard]| {
        guard::refusals(&plan, &manifest.limits, allowed)
            .into_iter()
            .map(|refusal| refusal.guard)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), guard::Guard::ALL);
    assert_eq!(names(&guard::Guard::ALL), []);
    assert_eq!(names(&[guard::Guard::MaxWords]), [guard::Guard::MaxItems, guard::Guard::MaxChange]);
    let change = &guard::refusals(&plan, &manifest.limits, &[])[2].message;
    assert_eq!(
        change,
        "too many pairs replaced: 100 % is over 30 % (10/10) (limits.max_change); allow with --allow max-change"
    );
}

#[test]
fn an_edit_that_smartcat_could_not_take_is_held() {
    let mut world = World::new();
    world.edit_translation("de", "<p>better</p>");
    world.with_workflow("on_edit: pull");
    let edited = world.article().translations[&Locale::new("de")].hash;
    let receipt = world.receipt("de");
    receipt.imp = Some(Short::from(&edited));
    receipt.withheld = true;
    assert_eq!(world.tells(), ["held article:3 de edited-in-zendesk"]);
    world.edit_translation("de", "<p>better still</p>");
    assert_eq!(world.tells(), ["import_translation article:3 de"]);
}

#[test]
fn a_refused_delivery_over_an_edit_is_not_tried_again_until_a_side_moves() {
    let mut world = World::new();
    world.edit_translation("de", "<p>by hand</p>");
    world.receipt("de").bad = Some("a link is missing".to_owned());
    assert_eq!(world.tells(), ["held article:3 de edited-in-zendesk"]);
}

#[test]
fn a_selected_language_leaves_the_documents_of_others() {
    let mut world = World::new();
    world.manifest = world.manifest.replace("[de, fr]", "[de]") + "on_remove: delete\n";
    world.selection = Selection { targets: Vec::new(), languages: vec![Locale::new("de")] };
    assert_eq!(world.tells(), NOTHING);
    world.selection.languages = vec![Locale::new("fr")];
    assert_eq!(world.tells(), ["retire_document article:3 fr"]);
}

#[test]
fn a_cancelled_project_that_the_manifest_names_by_id_is_not_replaced() {
    let mut world = World::new();
    world.manifest = world.manifest.replace("{name: Review}", "{id: 3f0c5b1e-0000-4000-8000-000000000001}");
    world.observed.projects[0].adopted = true;
    world.observed.projects[0].canceled = true;
    world.add(article(4, SOURCE));
    assert_eq!(
        world.tells(),
        [
            "held article:3 de project-canceled",
            "held article:3 fr project-canceled",
            "held article:4 de project-canceled",
            "held article:4 fr project-canceled"
        ]
    );
}

#[test]
fn a_corrected_source_replaces_a_file_that_smartcat_could_not_read() {
    let mut world = World::new();
    world.document("de").parse = Parse::Failed;
    world.document("fr").parse = Parse::Failed;
    assert_eq!(world.tells(), ["held article:3 de parse-failed", "held article:3 fr parse-failed"]);
    world.edit_source("<p>Now it can be read.</p>");
    assert_eq!(world.tells(), ["update_document article:3 de,fr"]);
}

#[test]
fn a_further_file_of_an_item_never_takes_the_name_of_one_that_stands() {
    let mut world = World::new();
    world.manifest = world.manifest.replace("[de, fr]", "[de, fr, ja]");
    world.observed.help_center.locales.insert(Locale::new("ja"));
    // The first file was removed, the second is there.
    world.file().path = FilePath::new("Article 3 article-3 2");
    let plan = world.plan();
    let create = plan.steps.iter().find_map(|step| match &step.action {
        Action::CreateDocument(create) => Some(create),
        _ => None,
    });
    assert_eq!(create.unwrap().file_name, "Article 3 article-3.locjson");
}
