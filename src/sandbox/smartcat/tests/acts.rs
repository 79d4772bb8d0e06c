//! What people do.

use super::*;
use crate::sandbox::smartcat::ActError;
use crate::sandbox::smartcat::Damage;

const PAGE: &str = r#"{"properties": {"x-smartcat-format": "html"}, "units": [
    {"key": "t", "source": ["Plain"]},
    {"key": "b", "source": ["Open <strong>{{product}}</strong> now"]}
]}"#;

/// A finished document with markup, and another one.
fn page(cat: &mut Cat) -> (String, Vec<String>) {
    let project = cat.project();
    let ids = cat.upload(&project, "a.locjson", PAGE.into());
    cat.wait(1000);
    (project, ids)
}

#[test]
fn linguists_finish_everything_that_is_parsed() {
    let mut cat = cat();
    let (project, ids) = page(&mut cat);
    cat.upload(&project, "b.locjson", locjson(&[("k", "One")]));
    assert_eq!(cat.state.finish_all(cat.now), 2);
    let document = cat.document(&ids[1]);
    assert_eq!(document.status, "completed");
    let expected = "⟦fr⟧ Óþéñ <strong>{{product}}</strong> ñóŵ";
    assert_eq!(document.segments[1].target.as_deref(), Some(expected));
    cat.wait(1000);
    assert_eq!(cat.state.finish_all(cat.now), 2, "the other file is parsed by now");
    assert_eq!(cat.state.finish_all(cat.now), 0);
}

#[test]
fn stages_are_confirmed_one_by_one() {
    let mut cat = cat();
    let (_, ids) = page(&mut cat);
    cat.state.confirm_stage(&ids[0], 1, cat.now).unwrap();
    let document = cat.document(&ids[0]);
    assert_eq!((document.stages[0].progress, document.stages[1].progress), (100.0, 0.0));
    assert_eq!(document.status, "inProgress");
    let error = cat.state.confirm_stage(&ids[0], 3, cat.now).unwrap_err();
    assert_eq!(error, ActError::NoStage { document: ids[0].clone(), stage: 3 });
    assert!(matches!(cat.state.finish("x", cat.now), Err(ActError::NoDocument(_))));
}

#[test]
fn translations_are_damaged_in_each_way() {
    for (damage, key, expected) in [
        (Damage::DropTag, "b", "⟦de⟧ Óþéñ {{product}} ñóŵ"),
        (Damage::Unbalance, "b", "⟦de⟧ Óþéñ <strong>{{product}} ñóŵ"),
        (Damage::AddTag, "t", "⟦de⟧ Þłáíñ <b>!</b>"),
        (Damage::Placeholder, "b", "⟦de⟧ Óþéñ <strong>{{⟦x⟧ product}}</strong> ñóŵ"),
        (Damage::Empty, "t", ""),
        (Damage::SourceText, "t", "Plain"),
    ] {
        let mut cat = cat();
        let (_, ids) = page(&mut cat);
        cat.state.finish_all(cat.now);
        let before = cat.document(&ids[0]).status_modified;
        let broken = cat.state.break_markup(&ids[0], None, damage, cat.now).unwrap();
        assert_eq!(broken, key, "{damage:?}");
        let document = cat.document(&ids[0]);
        let segment = document.segments.iter().find(|segment| segment.key == key).unwrap();
        assert_eq!(segment.target.as_deref(), Some(expected), "{damage:?}");
        assert_eq!(document.status, "completed");
        assert!(document.status_modified > before);
    }
    let mut cat = cat();
    let (_, ids) = page(&mut cat);
    let nothing = cat.state.break_markup(&ids[0], Some("t"), Damage::DropTag, cat.now);
    assert_eq!(nothing, Err(ActError::NothingToDamage(ids[0].clone())));
}

#[test]
fn a_wording_is_changed_everywhere_in_a_language() {
    let mut cat = cat();
    let (project, ids) = page(&mut cat);
    cat.upload(&project, "b.locjson", locjson(&[("x", "Plain")]));
    cat.wait(1000);
    assert_eq!(cat.state.translate_everywhere("de", "Plain", "Schlicht", cat.now), 2);
    assert_eq!(cat.targets(&ids[0])[0].0.as_deref(), Some("Schlicht"));
    assert_eq!(cat.targets(&ids[1])[0].0, None);
}

#[test]
fn managers_change_settings() {
    let mut cat = cat();
    let project = cat.project();
    let now = cat.now;
    let edit = json!({"deadline": "2026-12-01T00:00:00.000Z", "stage": "proofreading", "released": true});
    cat.state.act("edit_project", &json!({"project": project, "edit": edit}), now).unwrap();
    let view = cat.state.projects().remove(0);
    assert_eq!(view.deadline.as_deref(), Some("2026-12-01T00:00:00.000Z"));
    assert_eq!(view.stages, ["translation", "postediting", "proofreading"]);
    let wrong = json!({"project": project, "edit": {"stage": "cooking"}});
    assert!(cat.state.act("edit_project", &wrong, now).is_err());
}

#[test]
fn managers_rename_cancel_complete_and_delete() {
    let mut cat = cat();
    let (project, ids) = page(&mut cat);
    let now = cat.now;
    let mut act = |name: &str, args: Value| cat.state.act(name, &args, now).unwrap();
    act("rename_project", json!({"project": project, "name": "Mine now"}));
    act("retag_project", json!({"project": project, "tag": null}));
    act("rename_document", json!({"document": ids[0], "name": "renamed"}));
    act("damage_meta_info", json!({"document": ids[0], "text": "{"}));
    act("complete_document", json!({"document": ids[0]}));
    act("cancel_project", json!({"project": project}));
    let view = cat.state.projects().remove(0);
    assert_eq!((view.name.as_str(), view.external_tag, view.status.as_str()), ("Mine now", None, "canceled"));
    let document = cat.document(&ids[0]);
    assert_eq!((document.name.as_str(), document.meta_info.as_deref()), ("renamed", Some("{")));
    assert_eq!((document.status.as_str(), document.segments[0].target.as_deref()), ("completed", None));
    let mut act = |name: &str, args: Value| cat.state.act(name, &args, now).unwrap();
    act("restore_project", json!({"project": project}));
    act("complete_project", json!({"project": project}));
    act("remove_document", json!({"document": ids[1]}));
    assert_eq!(cat.state.documents().len(), 1);
    cat.state.act("remove_project", &json!({"project": project}), now).unwrap();
    assert!(cat.state.projects().is_empty() && cat.state.documents().is_empty());
}

#[test]
fn acts_have_names_and_tell_what_is_wrong() {
    let mut cat = cat();
    let (_, ids) = page(&mut cat);
    let now = cat.now;
    let done = cat.state.act("finish_all", &Value::Null, now).unwrap();
    assert_eq!(done, json!({"documents": 2}));
    let args = json!({"document": ids[0], "key": "t", "target": "Schlicht"});
    cat.state.act("translate_segment", &args, now).unwrap();
    let args = json!({"document": ids[0], "damage": "empty"});
    assert_eq!(cat.state.act("break_markup", &args, now).unwrap(), json!({"key": "t"}));
    cat.state.act("set_behaviour", &json!({"change": {"export_fails": true}}), now).unwrap();
    assert!(cat.state.behaviour().export_fails);
    for (name, args) in [
        ("dance", json!({})),
        ("finish", json!({})),
        ("finish", json!({"document": "x"})),
        ("finish_all", json!({"now": 1})),
        ("translate_segment", json!({"document": ids[0], "key": "none", "target": ""})),
        ("set_behaviour", json!({"change": {"export_failz": true}})),
    ] {
        assert!(!cat.state.act(name, &args, now).unwrap_err().is_empty(), "{name} {args}");
    }
}

#[test]
fn the_snapshot_has_everything_but_the_key() {
    let mut cat = cat();
    page(&mut cat);
    let snapshot = cat.state.snapshot();
    assert_eq!(snapshot["documents"][0]["segments"][0]["source"], "Plain");
    assert_eq!(snapshot["behaviour"]["parse_ms"], 1000);
    let text = snapshot.to_string();
    assert!(!text.contains(KEY) && !text.contains(&STANDARD.encode(format!("{ACCOUNT}:{KEY}"))));
}
