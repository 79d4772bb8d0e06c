//! Translated pages that hang below untranslated sections: they are told, with the rules that bring them to light.

use serde_json::json;
use zencat::sandbox::ServiceName;
use zencat::sandbox::zendesk::Kind;

use crate::world::World;
use crate::world::generated;

#[test]
fn hidden_translations_are_told_everywhere_with_the_rules_to_add_and_adding_them_helps() {
    let world = World::seeded(generated(3, &[], &["de", "fr"]));
    world.zencat(&["apply", "--auto-approve", "-q"]).exits(0);
    world.sandbox.clear_journal();
    let plan = world.plan();
    let asked = world.asked(ServiceName::Zendesk).len();
    assert_eq!(plan["hidden"]["pairs"], 6, "{plan}");
    let category = world.sandbox.zendesk(|zendesk, _| zendesk.ids(Kind::Category)[0]);
    let rule = format!(
        "- match: {{kind: [category, section], category: {category}}}\n  languages: [de, fr]\n  workflow: ai"
    );
    assert_eq!(plan["hidden"]["add"], json!([rule]), "{plan}");
    let status = world.zencat(&["status", "--format", "json"]).exits(0).json();
    assert_eq!(status["hidden"], plan["hidden"]);
    world.zencat(&["report", "-q"]).exits(0);
    let page = std::fs::read_to_string(world.path("zencat-report.html")).unwrap();
    let texts = [
        world.zencat(&["plan"]).exits(0).stdout,
        world.zencat(&["plan", "--format", "markdown"]).exits(0).stdout,
        world.zencat(&["status"]).exits(0).stdout,
        world.zencat(&["status", "--format", "markdown"]).exits(0).stdout,
        page,
    ];
    for text in texts {
        assert!(text.contains("6 translations stay hidden"), "{text}");
        assert!(rule.lines().all(|line| text.contains(line)), "{text}");
    }
    // The lines can be added as they are.
    let indented: String = rule.lines().map(|line| format!("  {line}\n")).collect();
    world.manifest(&(world.plain_manifest("de, fr") + &indented));
    world.sandbox.clear_journal();
    let plan = world.plan();
    assert_eq!(plan["hidden"], json!(null), "{plan}");
    assert_eq!(world.asked(ServiceName::Zendesk).len(), asked, "no request more");
    let sections = world.sandbox.zendesk(|zendesk, _| zendesk.ids(Kind::Section).len());
    assert_eq!(plan["summary"]["create"], 2 * (sections as u64 + 1), "{plan}");
}

#[test]
fn only_what_is_lacking_is_asked_for() {
    let world = World::seeded(generated(3, &[], &["de", "fr"]));
    world.sandbox.zendesk(|zendesk, now| {
        for id in zendesk.ids(Kind::Section) {
            zendesk.edit_translation(Kind::Section, id, "de", Some("Abschnitt"), None, now).unwrap();
        }
    });
    let category = world.sandbox.zendesk(|zendesk, _| zendesk.ids(Kind::Category)[0]);
    let plan = world.zencat(&["plan", "--language", "de", "--format", "json"]).exits(0).json();
    let expected =
        format!("- match: {{kind: category, category: {category}}}\n  languages: [de]\n  workflow: ai");
    assert_eq!(plan["hidden"]["add"], json!([expected]), "{plan}");
    // What is held is not shown anyway.
    let manifest = world.plain_manifest("de, fr").replace("workflow: ai\n", "workflow: ai\n    hold: true\n");
    world.manifest(&manifest);
    assert_eq!(world.plan()["hidden"], json!(null));
}
