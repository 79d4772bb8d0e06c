//! What is read, the schema, and that editors and zencat agree.

use jiff::SignedDuration;
use serde_json::Value;

use zencat::id::ItemKind;
use zencat::id::Language;
use zencat::id::Locale;
use zencat::id::ProjectId;
use zencat::id::WorkflowName;
use zencat::manifest;
use zencat::manifest::AssignMode;
use zencat::manifest::Assignee;
use zencat::manifest::Deadline;
use zencat::manifest::ExistingTranslations;
use zencat::manifest::Integrity;
use zencat::manifest::LinkPolicy;
use zencat::manifest::MachineTranslation;
use zencat::manifest::Manifest;
use zencat::manifest::OnEdit;
use zencat::manifest::OnRemove;
use zencat::manifest::ProjectTarget;
use zencat::manifest::Publish;
use zencat::manifest::SendWhen;
use zencat::manifest::Setup;
use zencat::manifest::StageType;
use zencat::manifest::Verdict;

use super::BASE;
use super::brief;

/// Every key of the language, each with a value that is not its default.
pub(super) const FULL: &str = r#"
version: 1
name: umbrella-docs
zendesk: {url: "https://help.umbrella.example"}
smartcat: {region: asia}
source_locale: en-GB
locales:
  pt: pt-PT
  sr: sr-Cyrl
workflows:
  machine:
    stages: [translation, postediting]
    machine_translation: auto
    project:
      name: "Umbrella: machine"
      max_documents: 250
      deadline: 1d 12h
      translation_memory: Umbrella
      glossaries: [Products, Legal]
      client: Umbrella Inc
      vendor: Good Agency
      managers: [boss@umbrella.example]
    existing_translations: keep
    send_when: {stage: postediting}
    auto_complete: true
    publish: draft
    mark_outdated: false
    on_edit: pull
    links: keep
    integrity: warn
    assign:
      - {stage: postediting, languages: [de, no], people: [jo@umbrella.example], mode: rocket}
      - {stage: postediting, languages: [pt], template: Iberia, deadline: 48h}
      - {stage: translation, agency: Good Agency}
      - {stage: translation, team: true}
      - {stage: translation, people: [new@umbrella.example, jo@umbrella.example], invite_new: true}
  templated:
    template: Legal texts
    machine_translation: DeepL
    project: {id: 3F0C5B1E-2a4d-4c7e-9b1a-0d6f8e2c4a51, deadline: 2027-03-01T18:00:00Z}
    existing_translations: skip
    send_when: confirmed
    publish: published
    on_edit: overwrite
content:
  - match: {category: 1, kind: [section, article], drafts: true}
    languages: &most [de, no, pt]
    workflow: machine
  - match:
      section: [2, 3]
      labels: legal
      title: ["Terms *", "Privacy *"]
      content_tag: "01GT"
      not: {article: 4}
    languages: *most
    workflow: templated
    hold: true
  - match: {labels: [internal, wip]}
    languages: [no]
    exclude: true
limits: {max_words: 0, max_items: 12, max_change: 5%}
on_remove: cancel
"#;

fn full() -> Manifest {
    let (manifest, warnings) = Manifest::parse("full.yaml", FULL).unwrap_or_else(|e| panic!("{e:#?}"));
    assert_eq!(brief(&warnings), [""; 0]);
    manifest
}

#[test]
fn every_key_arrives() {
    let manifest = full();
    assert_eq!((manifest.source.as_str(), manifest.name.as_str()), ("full.yaml", "umbrella-docs"));
    assert_eq!(manifest.zendesk.host, "help.umbrella.example");
    assert_eq!(manifest.smartcat.url.to_string(), "https://ea.smartcat.com");
    assert_eq!(manifest.source_locale, Some(Locale::new("en-gb")));
    assert_eq!(manifest.locales.language(&Locale::new("sr")), Some(Language::new("sr-Cyrl")));
    assert_eq!(manifest.limits.max_words, Some(0));
    assert_eq!(manifest.limits.max_items, Some(12));
    assert_eq!(manifest.limits.max_change_percent, Some(5));
    assert_eq!(manifest.on_remove, OnRemove::Cancel);
}

#[test]
fn every_setting_of_a_workflow_arrives() {
    let manifest = full();
    let machine = &manifest.workflows[&WorkflowName::new("machine")];
    assert_eq!(machine.place.to_string(), "11:3");
    assert_eq!(machine.setup, Setup::Stages(vec![StageType::Translation, StageType::Postediting]));
    assert_eq!(machine.machine_translation, MachineTranslation::Auto);
    assert_eq!(machine.project.target, ProjectTarget::Named("Umbrella: machine".to_owned()));
    assert_eq!(machine.project.max_documents, 250);
    assert_eq!(machine.project.deadline, Some(Deadline::After(SignedDuration::from_hours(36))));
    assert_eq!(machine.project.translation_memory.as_deref(), Some("Umbrella"));
    assert_eq!(machine.project.glossaries, ["Products", "Legal"]);
    assert_eq!(machine.project.client.as_deref(), Some("Umbrella Inc"));
    assert_eq!(machine.project.vendor.as_deref(), Some("Good Agency"));
    assert_eq!(machine.project.managers, ["boss@umbrella.example"]);
    assert_eq!(machine.existing_translations, ExistingTranslations::Keep);
    assert_eq!(machine.send_when, SendWhen::Stage(2, StageType::Postediting));
    assert!(machine.auto_complete && !machine.mark_outdated);
    assert_eq!(machine.publish, Publish::Draft);
    assert_eq!(machine.on_edit, OnEdit::Pull);
    assert_eq!(machine.links, LinkPolicy::Keep);
    assert_eq!(machine.integrity, Integrity::Warn);
    let assigned: Vec<_> = machine.assign.iter().map(|assignment| assignment.to.clone()).collect();
    assert_eq!(
        assigned,
        [
            Assignee::People(vec!["jo@umbrella.example".to_owned()], AssignMode::Rocket),
            Assignee::Template("Iberia".to_owned()),
            Assignee::Agency("Good Agency".to_owned()),
            Assignee::Team,
            Assignee::People(
                vec!["new@umbrella.example".to_owned(), "jo@umbrella.example".to_owned()],
                AssignMode::Distribute
            ),
        ]
    );
    assert_eq!(machine.assign[1].locales[0].0, Locale::new("pt"));
    assert_eq!(machine.assign[1].deadline, Some(SignedDuration::from_hours(48)));
    let places: Vec<String> = machine.assign[4].people.iter().map(|span| span.place.to_string()).collect();
    assert_eq!(places, ["36:39", "36:61"]);
    assert!(machine.assign[4].invite_new);

    let templated = &manifest.workflows[&WorkflowName::new("templated")];
    assert_eq!(templated.setup, Setup::Template("Legal texts".to_owned()));
    assert_eq!(templated.machine_translation, MachineTranslation::Named("DeepL".to_owned()));
    let id = ProjectId::new("3f0c5b1e-2a4d-4c7e-9b1a-0d6f8e2c4a51");
    assert_eq!(templated.project.target, ProjectTarget::Existing(id));
    assert_eq!(templated.project.deadline, Some(Deadline::At("2027-03-01T18:00:00Z".parse().unwrap())));
    assert_eq!(templated.existing_translations, ExistingTranslations::Skip);
    assert_eq!(templated.send_when, SendWhen::Confirmed);
    assert_eq!((templated.publish, templated.on_edit), (Publish::Published, OnEdit::Overwrite));
}

#[test]
fn every_condition_of_a_rule_arrives() {
    let manifest = full();
    let [first, second, third] = manifest.rules.as_slice() else { panic!("three rules") };
    assert_eq!(first.place.to_string(), "46:5");
    assert_eq!(first.matches.kinds, [ItemKind::Section, ItemKind::Article]);
    let verdict =
        |workflow, hold, drafts| Verdict::Translate { workflow: WorkflowName::new(workflow), hold, drafts };
    assert_eq!(first.verdict, verdict("machine", false, true));
    assert_eq!(second.verdict, verdict("templated", true, false));
    assert_eq!(third.verdict, Verdict::Exclude);
    assert_eq!(second.matches.sections.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(second.matches.labels, ["legal"]);
    assert_eq!(second.matches.titles.len(), 2);
    assert_eq!(second.matches.content_tags, ["01GT"]);
    assert_eq!(second.matches.kinds, [ItemKind::Article]);
    let not = second.matches.not.as_deref().unwrap();
    assert_eq!((not.articles[0].0, not.kinds.as_slice()), (4, [].as_slice()));
    let languages = |rule: &manifest::Rule| {
        rule.languages.iter().map(|(locale, _)| locale.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!([languages(first), languages(second), languages(third)], ["de no pt", "de no pt", "no"]);
}

#[test]
fn defaults_are_those_of_the_schema() {
    let (manifest, _) = Manifest::parse("zencat.yaml", BASE).unwrap();
    let workflow = &manifest.workflows[&WorkflowName::new("ai")];
    assert_eq!(workflow.project.target, ProjectTarget::Named("acme: ai".to_owned()));
    let default = |key: &str| manifest::schema()["$defs"]["Workflow"]["properties"][key]["default"].clone();
    assert_eq!(default("machine_translation"), "off");
    assert_eq!(workflow.machine_translation, MachineTranslation::Off);
    assert_eq!(default("existing_translations"), "import");
    assert_eq!(workflow.existing_translations, ExistingTranslations::Import);
    assert_eq!(default("send_when"), "completed");
    assert_eq!(workflow.send_when, SendWhen::Completed);
    assert_eq!(default("auto_complete"), workflow.auto_complete);
    assert_eq!(default("publish"), "as_source");
    assert_eq!(workflow.publish, Publish::AsSource);
    assert_eq!(default("mark_outdated"), workflow.mark_outdated);
    assert_eq!(default("on_edit"), "keep");
    assert_eq!(workflow.on_edit, OnEdit::Keep);
    assert_eq!(default("links"), "localize");
    assert_eq!(workflow.links, LinkPolicy::Localize);
    assert_eq!(default("integrity"), "strict");
    assert_eq!(workflow.integrity, Integrity::Strict);
    let documents = &manifest::schema()["$defs"]["Project"]["properties"]["max_documents"]["default"];
    assert_eq!(*documents, workflow.project.max_documents);
    assert_eq!(manifest::schema()["properties"]["on_remove"]["default"], "keep");
    assert_eq!(manifest.on_remove, OnRemove::Keep);
}

#[test]
fn the_schema_in_the_repository_is_that_of_the_types() {
    let committed = include_str!("../../../schema/manifest.schema.json");
    assert!(
        committed == manifest::schema_text(),
        "the types have changed; refresh the schema with\n    zencat schema manifest > schema/manifest.schema.json"
    );
}

fn json(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

#[test]
fn editors_accept_what_zencat_accepts() {
    let validator = jsonschema::validator_for(manifest::schema()).unwrap();
    assert_eq!(manifest::schema()["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for text in [BASE, FULL] {
        let problems: Vec<_> = validator.iter_errors(&json(text)).map(|e| e.to_string()).collect();
        assert!(problems.is_empty(), "{problems:?}");
    }
}

#[test]
fn texts_for_people_do_not_name_our_papers() {
    assert!(!manifest::schema_text().contains(".md"));
}
