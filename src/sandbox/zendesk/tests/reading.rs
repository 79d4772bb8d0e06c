//! Lists, objects and how they are paged.

use super::*;

#[test]
fn paths_take_a_suffix_a_locale_and_a_slug() {
    let mut world = World::new(Behaviour::default());
    for path in [
        "articles/360001234567",
        "articles/360001234567-Unlock-a-bike.json",
        "en-us/articles/360001234567.json",
    ] {
        assert_eq!(world.ok(path)["article"]["locale"], "en-us", "{path}");
    }
    let german = &world.ok("DE/articles/360001234567")["article"];
    assert_eq!((&german["locale"], &german["source_locale"]), (&json!("de"), &json!("en-us")));
    assert_eq!(german["html_url"], "http://127.0.0.1:1/hc/de/articles/360001234567-Ein-Rad-ffnen");
    assert_eq!(world.get("fr/articles/360001234567").0, 404, "no French text");
    assert_eq!(world.get("xx/articles").0, 404, "not enabled");
    assert_eq!(world.get("articles/none").0, 404);
    assert_eq!(world.get("pages").0, 404);
    assert_eq!(world.get("articles/1/x/y").0, 404);

    let mut world = World::with(|behaviour| behaviour.missing_locale_shows_source = true);
    assert_eq!(world.ok("fr/articles/360001234567")["article"]["locale"], "en-us");
}

#[test]
fn articles_have_the_keys_of_the_reference_in_their_order() {
    let mut world = World::new(Behaviour::default());
    let answer = world.send("GET", &format!("articles/{UNLOCK}"), None, &[]);
    let text = String::from_utf8(answer.body).unwrap();
    let keys = [
        "id",
        "url",
        "html_url",
        "author_id",
        "comments_disabled",
        "draft",
        "promoted",
        "position",
        "vote_sum",
        "vote_count",
        "section_id",
        "created_at",
        "updated_at",
        "name",
        "title",
        "source_locale",
        "locale",
        "outdated",
        "outdated_locales",
        "edited_at",
        "user_segment_id",
        "user_segment_ids",
        "permission_group_id",
        "content_tag_ids",
        "label_names",
        "body",
    ];
    let places: Vec<usize> = keys.iter().map(|key| text.find(&format!("\"{key}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["article"].as_object().unwrap().len(), keys.len());
    let time = value["article"]["created_at"].as_str().unwrap();
    assert!(time.len() == 20 && time.ends_with('Z'), "{time}");

    let mut bare = World::with(|behaviour| behaviour.undocumented_keys = false);
    let article = &bare.ok(&format!("articles/{UNLOCK}"))["article"];
    assert!(article.get("name").is_none() && article.get("user_segment_ids").is_none());
}

#[test]
fn cursor_pages_cover_every_article_once() {
    let mut world = World::new(Behaviour::default());
    let mut url = "articles.json?page[size]=5&sort_by=created_at".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = world.send("GET", &url, None, &[]);
        let (_, page) = parsed(&answer);
        seen.extend(ids(&page["articles"]));
        let next = page["links"].get("next").map(|next| next.as_str().unwrap().to_owned());
        assert_eq!(page["meta"]["has_more"], next.is_some());
        assert!(page["meta"]["after_cursor"].is_string(), "there is a cursor on the last page too");
        let Some(next) = next else { break };
        assert_eq!(header(&answer, "link"), Some(&*format!("<{next}>; rel=\"next\"")));
        assert!(
            !next.contains(".json") && next.contains("page%5Bsize%5D=5&")
                || next.contains("sort_by=created_at")
        );
        url = next.strip_prefix("http://127.0.0.1:1").unwrap().to_owned();
    }
    assert_eq!(seen.len(), 12);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 12);
    assert_eq!(world.get("articles?page[size]=5&page[after]=rubbish").0, 400);
}

#[test]
fn page_sizes_are_clamped_or_refused() {
    let mut world = World::new(Behaviour::default());
    let page = world.ok("articles?page[size]=1000");
    assert!(page["links"]["first"].as_str().unwrap().ends_with("page%5Bsize%5D=100"), "{page}");
    assert_eq!(world.ok("articles?per_page=1000")["per_page"], 100);
    assert_eq!(world.get("articles?page[size]=0").0, 400);
    let mut strict = World::with(|behaviour| behaviour.large_page_refused = true);
    assert_eq!(strict.get("articles?page[size]=101").0, 400);
}

#[test]
fn offset_pages_have_their_own_envelope() {
    let mut world = World::new(Behaviour::default());
    let page = world.ok("articles?page=2&per_page=5");
    assert_eq!(
        (&page["count"], &page["page_count"], &page["sort_by"]),
        (&json!(12), &json!(3), &json!("position"))
    );
    assert!(page["previous_page"].is_string() && page["next_page"].as_str().unwrap().contains("page=3"));
    assert_eq!(world.ok("articles?page=3&per_page=5")["next_page"], Value::Null);
    let (status, refused) = world.get("articles?page=101&per_page=100");
    assert_eq!((status, &refused["errors"][0]["code"]), (400, &json!("InvalidPaginationDepth")));
    assert_eq!(world.ok("categories")["categories"].as_array().unwrap().len(), 3);
    assert_eq!(world.ok("articles")["per_page"], 30);
}

#[test]
fn lists_are_ordered_and_filtered_as_asked() {
    let mut world = World::new(Behaviour::default());
    // Order by title of its own: no cursor without sort_by.
    assert_eq!(world.get(&format!("sections/{PRICES}/articles?page[size]=10")).0, 400);
    assert_eq!(world.get(&format!("sections/{PRICES}/articles?page[size]=10&sort_by=position")).0, 200);
    let titled = world.ok(&format!("sections/{PRICES}/articles"));
    assert_eq!(titled["articles"][0]["title"], "Download an invoice");
    assert_eq!(world.get("articles?sort_by=title").0, 400, "needs the locale");
    let titled = world.ok("en-us/articles?sort_by=title&sort_order=desc");
    assert_eq!(titled["articles"][0]["title"], "What a ride costs");
    assert_eq!(world.get("articles?sort_by=votes").0, 400);

    let both = world.ok("articles?label_names=app,getting-started");
    assert_eq!(ids(&both["articles"]), [UNLOCK], "all labels must be there");
    assert_eq!(world.ok("articles?label_names=APP")["count"], 0, "case matters");
    assert_eq!(world.ok(&format!("categories/{RIDING}/articles"))["count"], 7, "nested sections too");
    assert_eq!(world.ok(&format!("sections/{FIRST_RIDE}/articles"))["count"], 3);
    assert_eq!(world.ok(&format!("categories/{RIDING}/sections"))["count"], 3);
    assert_eq!(world.ok("de/articles")["count"], 2, "only what is translated");
}

#[test]
fn side_loads_come_inside_or_beside() {
    let mut world = World::new(Behaviour::default());
    let page = world.ok("articles?page[size]=100&include=translations,sections,categories,users");
    let articles = page["articles"].as_array().unwrap();
    let unlock = articles.iter().find(|article| article["id"] == UNLOCK).unwrap();
    let locales: Vec<_> =
        unlock["translations"].as_array().unwrap().iter().map(|one| &one["locale"]).collect();
    assert_eq!(locales, ["de", "en-us"]);
    assert_eq!(unlock["translations"][0]["source_type"], "Article");
    assert_eq!(page["sections"].as_array().unwrap().len(), 6);
    assert!(page["categories"][0]["translations"].is_array(), "side-loaded items carry theirs");
    assert_eq!(page["users"].as_array().unwrap().len(), 1);
    assert!(page["links"]["first"].as_str().unwrap().contains("include="));
    assert!(world.ok("articles")["articles"][0].get("translations").is_none());
}

#[test]
fn etags_answer_304_and_a_vote_moves_the_articles_but_not_the_translations() {
    let mut world = World::new(Behaviour::default());
    let article = format!("articles/{UNLOCK}");
    let translation = format!("articles/{UNLOCK}/translations/de");
    let tag = |world: &mut World, url: &str| {
        let answer = world.send("GET", url, None, &[]);
        header(&answer, "etag").unwrap().to_owned()
    };
    let (old_article, old_translation) = (tag(&mut world, &article), tag(&mut world, &translation));
    assert!(old_article.starts_with("W/\"") && old_article.len() == 36, "{old_article}");
    let again = world.send("GET", &article, None, &[("if-none-match", &old_article)]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    world.pass(60);
    world.state.vote(UNLOCK, true, world.now).unwrap();
    assert_ne!(tag(&mut world, &article), old_article);
    assert_eq!(tag(&mut world, &translation), old_translation);
}

#[test]
fn the_incremental_export_gives_changes_from_a_time_on() {
    let mut world = World::new(Behaviour::default());
    let all = world.ok("incremental/articles.json?start_time=0");
    assert_eq!((&all["count"], &all["next_page"]), (&json!(12), &Value::Null));
    assert!(ids(&all["articles"]).contains(&WINTER), "drafts too");
    let times: Vec<_> =
        all["articles"].as_array().unwrap().iter().map(|one| one["updated_at"].to_string()).collect();
    assert!(times.is_sorted());
    world.pass(5);
    world.state.edit_translation(Kind::Article, UNLOCK, "de", Some("Neu"), None, world.now).unwrap();
    let start = START.as_second();
    let changed = world.ok(&format!("incremental/articles?start_time={start}"));
    assert_eq!(ids(&changed["articles"]), [UNLOCK], "any locale counts");
    assert_eq!(changed["end_time"], start + 5);
    let again = world.ok(&format!("incremental/articles?start_time={}", start + 5));
    assert_eq!(again["count"], 1, "the same second comes again");
    assert_eq!(world.get("incremental/articles").0, 400);
}

#[test]
fn locales_labels_attachments_and_tags_can_be_read() {
    let mut world = World::new(Behaviour::default());
    assert_eq!(world.ok("locales")["default_locale"], "en-us");
    let labels = world.ok("articles/labels");
    assert_eq!(labels["labels"].as_array().unwrap().len(), 5);
    assert_eq!(world.ok(&format!("articles/{UNLOCK}/labels"))["labels"].as_array().unwrap().len(), 2);
    let attachments = world.ok(&format!("articles/{UNLOCK}/attachments"));
    assert_eq!(attachments["count"], 2, "one for each translation");
    let one = &attachments["article_attachments"][0];
    let id = one["id"].as_u64().unwrap();
    assert_eq!(world.ok(&format!("articles/{UNLOCK}/attachments/{id}"))["article_attachment"]["id"], id);
    assert_eq!(world.ok(&format!("articles/{UNLOCK}/attachments/block"))["count"], 0);
    let tags = world.ok("/api/v2/guide/content_tags");
    assert_eq!(tags["records"][0]["name"], "safety");
    assert_eq!(world.ok("/api/v2/guide/permission_groups")["count"], 1);
}
