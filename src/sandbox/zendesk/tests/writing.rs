//! Translations, and all other writes.

use super::*;

#[test]
fn a_translation_is_made_once_and_then_changed() {
    let mut world = World::new(Behaviour::default());
    let (list, item) =
        (format!("articles/{HELMET}/translations"), format!("articles/{HELMET}/translations/fr"));
    let new = json!({"translation": {"locale": "FR", "title": "Le casque", "body": "<p>A & B</p>", "draft": true,
        "source_id": 5, "source_type": "nonsense"}});
    assert_eq!(world.get(&item), (404, json!({"error": "RecordNotFound", "description": "Not found"})));
    assert_eq!(world.put(&item, new.clone()).0, 404, "not there yet");
    assert_eq!(world.post(&item, new.clone()).0, 404, "POST goes to the collection");
    world.pass(1);
    let answer = world.send("POST", &list, Some(&new), &[]);
    assert_eq!(answer.status, 201);
    assert!(header(&answer, "location").unwrap().ends_with("/translations/fr"));
    let text = String::from_utf8(answer.body).unwrap();
    assert!(text.contains(r"\u003cp\u003eA \u0026 B"), "writes escape markup: {text}");
    let (status, refused) = world.post(&list, new.clone());
    assert_eq!((status, &refused["errors"]["locale"][0]), (400, &json!("has already been taken")));
    assert!(
        !world.ok(&format!("articles/{HELMET}/translations/missing"))["locales"]
            .as_array()
            .unwrap()
            .contains(&json!("fr"))
    );
    assert_eq!(world.ok(&format!("{list}?draft=true"))["count"], 1);
    assert_eq!(world.ok(&format!("{list}?locales=en-us,de"))["count"], 1);

    world.pass(1);
    let (status, changed) = world.put(&item, json!({"translation": {"body": "<p>C</p>"}}));
    assert_eq!(status, 200);
    assert_eq!(changed["translation"]["title"], "Le casque", "what is not sent stays");
    assert_eq!(changed["translation"]["draft"], true);
    assert_eq!(changed["translation"]["updated_by_id"], ACCOUNT_USER_ID);
    let (_, emptied) = world.put(&item, json!({"translation": {"body": null}}));
    assert_eq!(emptied["translation"]["body"], Value::Null);
}

#[test]
fn locales_that_are_not_enabled_and_long_texts_are_refused() {
    let list = format!("articles/{HELMET}/translations");
    let post = |world: &mut World, locale: &str, title: &str, body: &str| {
        world.post(&list, json!({"translation": {"locale": locale, "title": title, "body": body}}))
    };
    let mut world = World::new(Behaviour::default());
    assert_eq!(post(&mut world, "it", "T", "").0, 400);
    assert_eq!(post(&mut world, "fr", "", "").0, 400);
    assert_eq!(post(&mut world, "fr", "T", &"x".repeat(1_000_001)).0, 413);
    assert_eq!(post(&mut world, "fr", &"x".repeat(256), "").0, 413);
    assert_eq!(world.post(&list, json!({"locale": "fr", "title": "T"})).0, 400, "the root key is missing");
    assert_eq!(world.post("articles/1/translations", json!({"translation": {}})).0, 404);
    let untyped = world.send("POST", &list, None, &[]);
    assert_eq!(untyped.status, 400);

    let mut world = World::with(|behaviour| behaviour.refused_locale_status = 422);
    let (status, refused) = post(&mut world, "it", "T", "");
    assert_eq!((status, &refused["error"]), (422, &json!("RecordInvalid")));
    assert!(refused["details"]["locale"].is_array());
}

#[test]
fn a_put_that_changes_nothing_moves_nothing() {
    for touches in [false, true] {
        let mut world = World::with(|behaviour| behaviour.unchanged_put_touches_article = touches);
        let item = format!("articles/{UNLOCK}/translations/de");
        let (article, before) = (format!("de/articles/{UNLOCK}"), world.ok(&item));
        let old = world.ok(&article)["article"].clone();
        world.pass(60);
        let same = json!({"translation": {"title": before["translation"]["title"], "body": before["translation"]["body"]}});
        // The first PUT of a seeded body drops the file names of its images; the second changes nothing.
        world.put(&item, same.clone());
        let first = world.ok(&item);
        world.pass(60);
        assert_eq!(world.put(&item, same).0, 200);
        assert_eq!(world.ok(&item), first);
        let new = &world.ok(&article)["article"];
        assert_ne!(new["updated_at"], old["updated_at"]);
        assert_eq!(new["updated_at"] == json!(world.now), touches);
    }
}

#[test]
fn edits_move_their_own_locale_and_votes_only_the_article() {
    let mut world = World::new(Behaviour::default());
    let stamps = |world: &mut World, locale: &str| {
        let article = world.ok(&format!("{locale}/articles/{UNLOCK}"))["article"].clone();
        let text = world.ok(&format!("articles/{UNLOCK}/translations/{locale}"))["translation"].clone();
        (article["updated_at"].clone(), article["edited_at"].clone(), text["updated_at"].clone())
    };
    let english = stamps(&mut world, "en-us");
    let german = stamps(&mut world, "de");
    assert_eq!(english.0, german.0, "updated_at is shared");
    world.pass(60);
    world.state.vote(UNLOCK, false, world.now).unwrap();
    world.state.set_labels(UNLOCK, &["new"], world.now).unwrap();
    let voted = json!(world.now);
    assert_eq!(stamps(&mut world, "de"), (voted, german.1.clone(), german.2.clone()));
    world.pass(60);
    world.state.edit_source(UNLOCK, None, Some("<p>new</p>"), world.now).unwrap();
    let now = json!(world.now);
    assert_eq!(stamps(&mut world, "en-us"), (now.clone(), now.clone(), now.clone()));
    assert_eq!(stamps(&mut world, "de"), (now, german.1, german.2), "the other locale was not edited");
    assert_eq!(world.ok(&format!("articles/{UNLOCK}"))["article"]["outdated_locales"], json!([]));
    let section = &world.ok(&format!("sections/{FIRST_RIDE}"))["section"];
    assert_eq!(section["updated_at"], json!(world.now), "an edit touches what it is in");
}

#[test]
fn outdated_is_a_flag_of_people_unless_told_otherwise() {
    let mut world = World::new(Behaviour::default());
    let item = format!("articles/{UNLOCK}/translations/de");
    let edited = world.ok(&format!("de/articles/{UNLOCK}"))["article"]["edited_at"].clone();
    world.pass(60);
    let (_, flagged) = world.put(&item, json!({"translation": {"outdated": true}}));
    assert_eq!(flagged["translation"]["updated_at"], json!(world.now));
    assert_eq!(
        world.ok(&format!("de/articles/{UNLOCK}"))["article"]["edited_at"],
        edited,
        "no text was edited"
    );
    assert_eq!(world.ok(&format!("articles/{UNLOCK}"))["article"]["outdated_locales"], json!(["de"]));
    assert_eq!(world.ok(&format!("articles/{UNLOCK}"))["article"]["outdated"], false);
    assert_eq!(world.ok(&format!("articles/{UNLOCK}/translations?outdated=true"))["count"], 1);

    let mut world = World::with(|behaviour| behaviour.source_edit_flags_outdated = true);
    world.state.edit_source(UNLOCK, Some("New"), None, world.now).unwrap();
    assert!(world.state.translation(Kind::Article, UNLOCK, "de").unwrap().outdated);
    assert!(!world.state.translation(Kind::Article, UNLOCK, "en-us").unwrap().outdated);
}

#[test]
fn attachments_in_a_translation_become_its_own() {
    let mut world = World::new(Behaviour::default());
    let source = world.state.translation(Kind::Article, UNLOCK, "en-us").unwrap().body;
    let new = json!({"translation": {"locale": "fr", "title": "T", "body": source}});
    let (_, made) = world.post(&format!("articles/{UNLOCK}/translations"), new);
    let body = made["translation"]["body"].as_str().unwrap().to_owned();
    assert!(source.contains("360080012345/scan-code.png"));
    assert!(!body.contains("360080012345") && !body.contains("scan-code.png"), "{body}");
    assert!(body.contains("/hc/article_attachments/"));
    let (_, again) =
        world.put(&format!("articles/{UNLOCK}/translations/fr"), json!({"translation": {"body": source}}));
    assert_eq!(again["translation"]["body"], json!(body), "the same source, the same copies");
    assert_eq!(world.ok(&format!("articles/{UNLOCK}/attachments"))["count"], 3);
    world.put(&format!("articles/{UNLOCK}/translations/fr"), json!({"translation": {"body": "<p>none</p>"}}));
    assert_eq!(world.ok(&format!("articles/{UNLOCK}/attachments"))["count"], 2, "orphans go");

    let mut plain = World::with(|behaviour| behaviour.rewrites_attachments = false);
    let new = json!({"translation": {"locale": "fr", "title": "T", "body": source}});
    let (_, made) = plain.post(&format!("articles/{UNLOCK}/translations"), new);
    assert_eq!(made["translation"]["body"], json!(source));
}

#[test]
fn deleting_translations() {
    let mut world = World::new(Behaviour::default());
    let id = world.ok(&format!("articles/{UNLOCK}/translations/de"))["translation"]["id"].as_u64().unwrap();
    let source =
        world.ok(&format!("articles/{UNLOCK}/translations/en-us"))["translation"]["id"].as_u64().unwrap();
    assert_eq!(world.delete(&format!("translations/{source}")), 400);
    assert_eq!(world.delete(&format!("translations/{id}")), 204);
    assert_eq!(world.delete(&format!("translations/{id}")), 404);
    assert_eq!(world.get(&format!("articles/{UNLOCK}/translations/de")).0, 404);
}

#[test]
fn sections_and_categories_are_translated_alike() {
    let mut world = World::new(Behaviour::default());
    let new = json!({"translation": {"locale": "fr", "title": "Rouler", "body": "Tout"}});
    let (status, made) = world.post(&format!("categories/{RIDING}/translations"), new);
    assert_eq!((status, &made["translation"]["source_type"]), (201, &json!("Category")));
    let category = &world.ok(&format!("fr/categories/{RIDING}"))["category"];
    assert_eq!((&category["name"], &category["description"]), (&json!("Rouler"), &json!("Tout")));
    assert_eq!(world.ok(&format!("de/sections/{FIRST_RIDE}"))["section"]["name"], "Die erste Fahrt");
}

#[test]
fn what_is_no_text_is_written_to_the_article_and_text_is_ignored() {
    let mut world = World::new(Behaviour::default());
    let change = json!({"article": {"title": "ignored", "body": "ignored", "draft": true, "locale": "fr",
        "promoted": true, "label_names": [], "position": 4}});
    let (status, changed) = world.put(&format!("articles/{UNLOCK}"), change);
    assert_eq!(status, 200);
    let article = &changed["article"];
    assert_eq!((&article["title"], &article["draft"]), (&json!("Unlock a bike"), &json!(false)));
    assert_eq!((&article["promoted"], &article["position"]), (&json!(true), &json!(4)));
    assert_eq!(article["label_names"], json!([]));

    let (status, category) =
        world.put(&format!("categories/{RIDING}"), json!({"category": {"name": "Other"}}));
    assert_eq!((status, &category["category"]["name"]), (200, &json!("Riding")), "ignored");
    let (_, section) = world.put(&format!("sections/{FIRST_RIDE}"), json!({"section": {"name": "Other"}}));
    assert_eq!(section["section"]["name"], "Other", "a section's is not");
    let cycle = json!({"section": {"parent_section_id": 14_402_551_871_633_u64}});
    let (status, refused) = world.put(&format!("sections/{FIRST_RIDE}"), cycle);
    assert_eq!(
        (status, &refused["errors"]["parent_section_id"][0]),
        (400, &json!("would result in a cycle"))
    );
}

#[test]
fn articles_sections_and_categories_are_made_and_removed() {
    let mut world = World::new(Behaviour::default());
    let (_, made) = world.post("categories", json!({"category": {"name": "C", "locale": "en-us"}}));
    let category = made["category"]["id"].as_u64().unwrap();
    let (status, made) =
        world.post(&format!("categories/{category}/sections"), json!({"section": {"name": "S"}}));
    assert_eq!(status, 201);
    let section = made["section"]["id"].as_u64().unwrap();
    let articles = format!("en-us/sections/{section}/articles");
    let no_segment = json!({"article": {"title": "A", "permission_group_id": 1}});
    assert_eq!(world.post(&articles, no_segment).1["error"]["title"], "Invalid attribute");
    let no_group = json!({"article": {"title": "A", "user_segment_id": null}});
    assert_eq!(world.post(&articles, no_group).0, 400);
    let whole = json!({"article": {"title": "A", "body": "b", "user_segment_id": null, "permission_group_id": 1,
        "label_names": ["x"], "translations": [{"locale": "de", "title": "D", "body": "d"}]}, "notify_subscribers": false});
    let (status, made) = world.post(&articles, whole);
    assert_eq!(status, 201);
    let article = made["article"]["id"].as_u64().unwrap();
    assert_eq!(world.state.translation(Kind::Article, article, "de").unwrap().title, "D");
    let moved = json!({"article_locale": "de"});
    assert_eq!(world.put(&format!("articles/{article}/source_locale"), moved).0, 200);
    assert_eq!(world.ok(&format!("articles/{article}"))["article"]["source_locale"], "de");
    assert_eq!(world.delete(&format!("categories/{category}")), 204);
    assert_eq!(world.get(&format!("articles/{article}")).0, 404, "everything in it goes");
    assert_eq!(world.delete(&format!("categories/{category}")), 404);
}
