//! What the references leave open: the whole loop under every behaviour that either service may turn out to have.

use std::time::Duration;

use zencat::sandbox::Options;
use zencat::sandbox::smartcat;
use zencat::sandbox::smartcat::AbsentFields;
use zencat::sandbox::smartcat::AssignmentMode;
use zencat::sandbox::smartcat::ConfirmAt;
use zencat::sandbox::smartcat::ErrorBody;
use zencat::sandbox::smartcat::ExportStyle;
use zencat::sandbox::smartcat::JsonLabel;
use zencat::sandbox::smartcat::ListOrder;
use zencat::sandbox::smartcat::MetaInfoScope;
use zencat::sandbox::smartcat::StatusAfterImport;
use zencat::sandbox::smartcat::StatusAfterUpdate;
use zencat::sandbox::smartcat::StatusDate;
use zencat::sandbox::smartcat::Unfinished;
use zencat::sandbox::zendesk;
use zencat::sandbox::zendesk::Kind;

use crate::scenario;
use crate::scenario::prompt;
use crate::world::World;

type Set<B> = fn(&mut B);

/// Smartcat's open questions, each answered the other way.
const SMARTCAT: [(&str, Set<smartcat::Behaviour>); 25] = [
    ("meta info belongs to one language", |b| b.meta_info = MetaInfoScope::Language),
    ("exports are monolingual", |b| b.export_style = ExportStyle::Monolingual),
    ("what is unfinished is exported as the source", |b| b.export_unfinished = Unfinished::Source),
    ("what is unfinished is exported empty", |b| b.export_unfinished = Unfinished::Empty),
    ("an updated document is in progress", |b| b.status_after_update = StatusAfterUpdate::InProgress),
    ("an imported document is in progress", |b| b.status_after_import = StatusAfterImport::InProgress),
    ("a single export is a ZIP", |b| b.export_single_as_zip = true),
    ("an export is fetched once", |b| b.export_one_shot = true),
    ("exported markup is written anew", |b| b.export_normalises_markup = true),
    ("engines in camelCase", |b| b.mt_available_pascal_case = false),
    ("absent fields are null", |b| b.absent_fields = AbsentFields::Null),
    ("JSON is labelled text/plain", |b| b.json_label = JsonLabel::Plain),
    ("the list has no documents", |b| b.list_embeds_documents = false),
    ("the oldest project comes first", |b| b.list_order = ListOrder::OldestFirst),
    ("uploads are not atomic", |b| b.upload_atomic = false),
    ("errors are empty", |b| b.error_body = ErrorBody::Empty),
    ("a pair's id is taken for updates", |b| b.update_accepts_pair_id = true),
    ("unconfirmed work is lost by an update", |b| b.update_keeps_unconfirmed = false),
    ("the status date moves with the status alone", |b| b.status_date = StatusDate::Status),
    ("JSON is labelled text/json", |b| b.json_label = JsonLabel::TextJson),
    ("a change of a project keeps what is left out", |b| b.put_resets_omitted = false),
    ("imports confirm at the last stage", |b| b.import_confirms_at = ConfirmAt::LastStage),
    ("work is given by project task", |b| b.assignment_mode = AssignmentMode::ProjectTask),
    ("errors are lines of JSON", |b| b.error_body = ErrorBody::JsonString),
    ("long receipts are refused", |b| b.meta_info_max_chars = Some(4_000)),
];

/// Zendesk's.
const ZENDESK: [(&str, Set<zendesk::Behaviour>); 9] = [
    ("attachments are left as they are", |b| b.rewrites_attachments = false),
    ("written bodies are serialised anew", |b| b.reserialises_writes = true),
    ("a source edit flags the translations", |b| b.source_edit_flags_outdated = true),
    ("a write without a change moves the article", |b| b.unchanged_put_touches_article = true),
    ("translations leave parents alone", |b| b.translation_touches_parents = false),
    ("a refused locale is 422", |b| b.refused_locale_status = 422),
    ("tokens come with 201", |b| b.token_status = 201),
    ("no undocumented keys", |b| b.undocumented_keys = false),
    ("a budget of 700 per minute", |b| b.rate_limit = Some(700)),
];

#[test]
fn the_whole_loop_holds_under_every_behaviour_that_is_not_known() {
    let expected = story(&world(|_| {}, |_| {}), "as it is most likely");
    let expected = &expected;
    std::thread::scope(|scope| {
        for (name, set) in SMARTCAT {
            scope.spawn(move || assert_eq!(story(&world(set, |_| {}), name), *expected, "{name}"));
        }
        for (name, set) in ZENDESK {
            scope.spawn(move || assert_eq!(story(&world(|_| {}, set), name), *expected, "{name}"));
        }
    });
    println!("{} behaviours", SMARTCAT.len() + ZENDESK.len());
}

fn world(smartcat: Set<smartcat::Behaviour>, zendesk: Set<zendesk::Behaviour>) -> World {
    let mut options = Options { smartcat: prompt(), ..Options::default() };
    smartcat(&mut options.smartcat);
    zendesk(&mut options.zendesk);
    // The example help center: attachments, links, tables, placeholders, and a little German that people wrote.
    let world = World::with(options);
    let manifest = world.plain_manifest("de, fr");
    world.manifest(&manifest.replace("{kind: article}", "{kind: [article, section, category]}"));
    world
}

/// Created, sent, one source changed, sent again. What it comes to: which texts there are, and the words charged.
fn story(world: &World, name: &str) -> (Vec<String>, u64) {
    // The source that will be edited is in the editor's form from the start: otherwise the edit alone would rewrite tags
    // inside of blocks that it does not touch, where writes are serialised anew.
    world.sandbox.zendesk(|zendesk, now| {
        let article = zendesk.ids(Kind::Article)[0];
        zendesk.editor_save(article, "en-us", now).unwrap();
    });
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    world.sandbox.zendesk(|zendesk, now| {
        let article = zendesk.ids(Kind::Article)[0];
        let body = zendesk.translation(Kind::Article, article, "en-us").unwrap().body;
        zendesk.edit_source(article, None, Some(&format!("{body}\n<p>Two words</p>")), now).unwrap();
    });
    world.sandbox.advance(Duration::from_secs(60));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    scenario::settled(world, name);
    assert_eq!(scenario::repeated(&world.sandbox.journal()), Vec::<String>::new(), "{name}");
    let texts = scenario::texts(world)
        .iter()
        .map(|line| line.split(':').next().unwrap_or_default().to_owned())
        .collect();
    (texts, world.sandbox.smartcat(|smartcat, _| smartcat.words_charged()))
}
