//! What people do, and what happens by itself.

use super::*;

/// Words and structure, as far as reading is concerned.
fn visible(html: &str) -> Vec<String> {
    let saved = editor::save(html, &mut || "h_x".to_owned());
    let text: String = saved
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect::<Vec<_>>()
        .join(" ");
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn saving_in_the_editor_changes_markup_and_keeps_the_text() {
    let mut world = World::new(Behaviour::default());
    for article in world.state.articles() {
        let before = world.state.translation(Kind::Article, article.id, "en-us").unwrap();
        world.pass(60);
        world.state.editor_save(article.id, "en-us", world.now).unwrap();
        let after = world.state.translation(Kind::Article, article.id, "en-us").unwrap();
        assert_eq!(visible(&after.body), visible(&before.body), "{}", article.title);
        assert!(!after.body.contains("&nbsp;") && !after.body.contains("/>"), "{}", after.body);
        assert!(!after.body.contains(".png"), "{}", after.body);
        for heading in ["<h1>", "<h2>", "<h3>", "<h4>"] {
            assert!(!after.body.contains(heading), "{}", after.body);
        }
        let once = after.body.clone();
        world.state.editor_save(article.id, "en-us", world.now).unwrap();
        assert_eq!(world.state.translation(Kind::Article, article.id, "en-us").unwrap().body, once);
    }
    let invoice = world.state.translation(Kind::Article, 360_001_238_440, "en-us").unwrap();
    assert!(invoice.body.contains("<h4 id=\"h_01"), "{}", invoice.body);
    assert_eq!(invoice.updated_by, Some(EDITOR_USER_ID));
}

#[test]
fn acts_have_names_and_say_what_is_wrong() {
    let mut world = World::new(Behaviour::default());
    let now = world.now;
    let mut act = |name: &str, args: Value| world.state.act(name, &args, now);
    assert_eq!(act("vote", json!({"article": UNLOCK})), Ok(json!({})));
    assert_eq!(act("edit_source", json!({"article": UNLOCK, "body": "<p>x</p>"})), Ok(json!({})));
    assert_eq!(act("archive", json!({"id": HELMET})), Ok(json!({})));
    assert_eq!(act("vote", json!({"article": HELMET})), Err(format!("there is no article {HELMET}")));
    assert!(act("vote", json!({"artcle": 1})).unwrap_err().contains("artcle"));
    assert!(act("sing", json!({})).unwrap_err().contains("edit_source"));
    let made = act("add_article", json!({"section": FIRST_RIDE, "title": "New"})).unwrap();
    let state = act("state", json!({})).unwrap();
    assert!(ids(&state["articles"]).contains(&made["id"].as_u64().unwrap()));
    assert_eq!(state["articles"].as_array().unwrap().len(), 12);
    assert_eq!(act("disable_locale", json!({"locale": "fr"})), Ok(json!({})));
    assert!(act("disable_locale", json!({"locale": "en-us"})).is_err());
    assert_eq!(world.get("fr/articles").0, 404);
    assert_eq!(
        world.state.edit_translation(Kind::Article, UNLOCK, "fr", Some("x"), None, now),
        Err(ActError::Locale("fr".to_owned()))
    );
}

#[test]
fn noise_is_mostly_votes_and_always_the_same() {
    let run = || {
        let noise = Some(Noise { every_seconds: 60, seed: 7 });
        let mut world = World::with(|behaviour| behaviour.noise = noise);
        world.state.advance(world.now);
        let before: Vec<_> = world.state.articles().iter().map(|one| one.id).collect();
        world.pass(60 * 300);
        world.state.advance(world.now);
        let all = world.ok("articles?per_page=100");
        let votes: u64 =
            all["articles"].as_array().unwrap().iter().map(|one| one["vote_count"].as_u64().unwrap()).sum();
        assert_eq!(before.len(), 12);
        (votes - 85, all.to_string())
    };
    let (votes, all) = run();
    assert!((200..270).contains(&votes), "{votes} of 300");
    assert_eq!(run().1, all);
}

#[test]
fn new_ids_look_like_zendesks() {
    let mut store = Store::default();
    let ids: Vec<u64> = (0..1000).map(|_| store.new_id()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 1000);
    assert!(ids.iter().all(|id| id.to_string().len() == 14));
    assert!(!ids.is_sorted());
}

#[test]
fn behaviour_is_data_and_its_default_is_the_empty_object() {
    assert_eq!(serde_json::from_str::<Behaviour>("{}").unwrap(), Behaviour::default());
    assert!(serde_json::from_str::<Behaviour>(r#"{"rate_limt": 3}"#).is_err());
}
