//! Exports: what is in them, how they travel, how long they live.

use std::io::Cursor;
use std::io::Read as _;

use super::*;
use crate::sandbox::smartcat::ExportStyle;
use crate::sandbox::smartcat::Unfinished;

/// A document of two stages with segments confirmed nowhere, at the first, at the last, and one not
/// translated.
fn prepared(cat: &mut Cat) -> Vec<String> {
    let project = cat.project();
    let ids = cat.upload(
        &project,
        "Guide/Reset ü.locjson",
        locjson(&[("a", "Zero"), ("b", "One"), ("c", "Two"), ("d", "None"), ("e", " ")]),
    );
    cat.wait(1000);
    for (id, flags, keys) in [
        (&ids[0], "&confirmTranslation=true", &[("c", "zwei")][..]),
        (&ids[0], "", &[("a", "null"), ("b", "eins")][..]),
    ] {
        cat.import(id, flags, translated(keys));
        cat.wait(1000);
    }
    let behaviour = cat.state.behaviour().clone();
    cat.state.set_behaviour(Behaviour {
        import_confirms_at: crate::sandbox::smartcat::ConfirmAt::FirstStage,
        ..behaviour.clone()
    });
    cat.import(&ids[0], "&confirmTranslation=true&overwrite=true", translated(&[("b", "eins")]));
    cat.wait(1000);
    cat.state.set_behaviour(behaviour);
    ids
}

/// The targets of an exported file; `-` where there is none.
fn targets(response: &Response, field: &str) -> String {
    assert_eq!(response.status, 200, "{}", text(response));
    let file = body(response);
    let units = file["units"].as_array().unwrap();
    let target = |unit: &Value| unit.get(field).map_or("-".to_owned(), |target| target[0].to_string());
    units.iter().map(target).collect::<Vec<_>>().join(" ").replace('"', "")
}

#[test]
fn modes_and_stages_take_different_segments() {
    let mut cat = cat();
    let ids = prepared(&mut cat);
    for (query, expected) in [
        ("", "null eins zwei - -"),
        ("&mode=current", "null eins zwei - -"),
        ("&mode=Confirmed", "- eins zwei - -"),
        ("&mode=confirmed&stageNumber=2", "- - zwei - -"),
        ("&mode=complete", "- - zwei - -"),
        ("&mode=current&stageNumber=1", "- eins zwei - -"),
    ] {
        assert_eq!(targets(&cat.export(&ids[..1], query), "target"), expected, "{query}");
    }
    assert_eq!(cat.document(&ids[0]).exports, 6);
}

#[test]
fn what_is_left_out_looks_as_the_switches_say() {
    for (style, unfinished, field, expected) in [
        (ExportStyle::Bilingual, Unfinished::Source, "target", "Zero eins zwei None -"),
        (ExportStyle::Bilingual, Unfinished::Empty, "target", "null eins zwei null -"),
        (ExportStyle::Monolingual, Unfinished::Absent, "source", "Zero eins zwei None  "),
    ] {
        let mut cat = cat_with(|behaviour| {
            behaviour.export_style = style;
            behaviour.export_unfinished = unfinished;
        });
        let ids = prepared(&mut cat);
        let response = cat.export(&ids[..1], "&mode=confirmed");
        assert_eq!(targets(&response, field), expected, "{style:?} {unfinished:?}");
    }
}

#[test]
fn one_document_comes_as_a_file_with_its_name() {
    let mut cat = cat();
    let ids = prepared(&mut cat);
    let response = cat.export(&ids[..1], "");
    assert_eq!(header(&response, "content-type"), Some("application/json"));
    let expected =
        "attachment; filename=\"Reset _(de).locjson\"; filename*=UTF-8''Reset%20%C3%BC%28de%29.locjson";
    assert_eq!(header(&response, "content-disposition"), Some(expected));
    let source = cat.export(&ids[..1], "&type=source");
    assert_eq!(body(&source)["units"][0], json!({"key": "a", "source": ["Zero"]}));
}

fn members(response: &Response) -> Vec<(String, Vec<u8>)> {
    assert_eq!(header(response, "content-type"), Some("application/zip"));
    let mut archive = zip::ZipArchive::new(Cursor::new(response.body.clone())).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut member = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).unwrap();
            (member.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

#[test]
fn several_documents_come_in_an_archive() {
    let mut cat = cat();
    let ids = prepared(&mut cat);
    let files = members(&cat.export(&ids, ""));
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Guide/Reset ü(de).locjson", "Guide/Reset ü(fr).locjson"]);
    assert!(serde_json::from_slice::<Value>(&files[0].1).is_ok());
    let behaviour = Behaviour { export_single_as_zip: true, ..cat.state.behaviour().clone() };
    cat.state.set_behaviour(behaviour);
    assert_eq!(members(&cat.export(&ids[..1], "")).len(), 1);
}

#[test]
fn a_task_is_ready_by_the_clock_and_forgotten_by_it() {
    let mut cat = cat();
    let ids = prepared(&mut cat);
    let ordered = cat.call("POST", &format!("v1/document/export?documentIds={}", ids[0]));
    let task = format!("v1/document/export/{}", body(&ordered)["id"].as_str().unwrap());
    assert_eq!(body(&ordered)["documentIds"], json!([ids[0]]));
    assert_eq!(cat.call("GET", &task), Response::empty(204));
    cat.wait(1000);
    assert_eq!(cat.call("GET", &task).status, 200);
    assert_eq!(cat.call("GET", &task).status, 200);
    cat.wait(3_600_000);
    assert_eq!(cat.call("GET", &task).status, 404);
    assert_eq!(cat.call("GET", &format!("v1/document/export/{ACCOUNT}")).status, 404);
}

#[test]
fn a_download_can_be_the_only_one() {
    let mut cat = cat_with(|behaviour| behaviour.export_one_shot = true);
    let ids = prepared(&mut cat);
    let ordered = cat.call("POST", &format!("v1/document/export?documentIds={}", ids[0]));
    let task = format!("v1/document/export/{}", body(&ordered)["id"].as_str().unwrap());
    cat.wait(1000);
    assert_eq!(cat.call("GET", &task).status, 200);
    assert_eq!(cat.call("GET", &task).status, 404);
}

#[test]
fn exports_are_refused_or_fail() {
    let mut cat = cat();
    let ids = prepared(&mut cat);
    let order = |query: &str| format!("v1/document/export?documentIds={}{query}", ids[0]);
    assert_eq!(cat.call("POST", "v1/document/export").status, 400);
    assert_eq!(cat.call("POST", "v1/document/export?documentIds=x_7").status, 403);
    assert_eq!(cat.call("POST", &order("&stageNumber=3")).status, 400);
    assert_eq!(cat.call("POST", &order("&stageNumber=0")).status, 400);
    assert_eq!(cat.call("POST", &order("&type=xliff")).status, 400);
    assert_eq!(cat.call("POST", &order("&mode=all")).status, 400);
    let ordered = cat.call("POST", &order(""));
    let task = format!("v1/document/export/{}", body(&ordered)["id"].as_str().unwrap());
    cat.call("DELETE", &format!("v1/document?documentIds={}", ids[0]));
    cat.wait(1000);
    assert_eq!(cat.call("GET", &task).status, 422, "its document was deleted");
    cat.update(file_id(&ids[1]), "a.locjson", locjson(&[("a", "Zero")]));
    assert_eq!(cat.export(&ids[1..], "").status, 422, "ordered before it was parsed");
    cat.state.set_behaviour(Behaviour { export_fails: true, ..cat.state.behaviour().clone() });
    assert_eq!(cat.export(&ids[1..], "").status, 422);
}

#[test]
fn markup_can_come_back_written_anew() {
    let unit = json!({
        "key": "k",
        "properties": {"x-smartcat-format": "html"},
        "source": ["<a href='x'>Don&#39;t&nbsp;go</a><br/>"],
    });
    let mut cat = cat_with(|behaviour| behaviour.export_normalises_markup = true);
    let project = cat.project();
    let ids = cat.upload(&project, "a.locjson", json!({"units": [unit]}).to_string().into_bytes());
    cat.wait(1000);
    cat.state.finish_all(cat.now);
    let response = cat.export(&ids[..1], "");
    let expected = "<a href=\"x\">⟦de⟧ Đóñ'ŧ\u{a0}ĝó</a><br>";
    assert_eq!(body(&response)["units"][0]["target"], json!([expected]));
}
