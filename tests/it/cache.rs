//! The cache of `--cache-dir`: an unchanged plan costs a handful of requests, and no plan is ever another one because
//! of it.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use jiff::SignedDuration;
use jiff::Timestamp;
use serde_json::Value;
use zencat::observe::Memory;
use zencat::remote::Secret;
use zencat::remote::zendesk::Credentials;
use zencat::sandbox::Fault;
use zencat::sandbox::ServiceName;
use zencat::sandbox::zendesk::Kind;
use zencat::sandbox::zendesk::ZendeskState;

use crate::world::World;
use crate::world::generated;

/// Two pages.
const ARTICLES: u64 = 120;

/// Requests to Zendesk that any plan makes: a token, locales, sections, categories, and the question who we are.
const OTHERS: usize = 5;

fn world() -> World {
    World::seeded(generated(ARTICLES, &["de"], &["de", "fr", "ja"]))
}

/// A plan, but for the time it was made at.
fn plan(world: &World, more: &[&str]) -> Value {
    let mut plan = world.zencat(&[&["plan", "--format", "json"], more].concat()).exits(0).json();
    plan["created_at"] = Value::Null;
    plan
}

fn remembering(world: &World) -> Value {
    plan(world, &["--cache-dir", "cache"])
}

fn requests(world: &World) -> usize {
    let asked = world.asked(ServiceName::Zendesk).len();
    world.sandbox.clear_journal();
    asked
}

/// The one file in the cache.
fn file(world: &World) -> PathBuf {
    let mut files = fs::read_dir(world.path("cache")).unwrap().map(|entry| entry.unwrap().path());
    let file = files.next().unwrap();
    assert_eq!(files.next(), None, "nothing is left beside it");
    file
}

#[test]
fn an_unchanged_help_center_costs_one_page() {
    let world = world();
    let first = remembering(&world);
    assert_eq!(requests(&world), OTHERS + 1 + 2, "one page more than without a cache");
    assert_eq!(remembering(&world), first);
    assert_eq!(requests(&world), OTHERS + 1);
    for command in ["status", "tree", "scope"] {
        world.zencat(&[command, "--cache-dir", "cache"]).exits(0);
        assert!(requests(&world) <= OTHERS + 1, "{command}");
    }
    remembering(&world);
    world.sandbox.clear_journal();
    assert_eq!(plan(&world, &["--cache-dir", "cache", "--refresh"]), first);
    assert_eq!(requests(&world), OTHERS + 1 + 2, "everything is read again when asked");
}

#[test]
fn a_small_help_center_costs_no_page_more() {
    let world = World::seeded(generated(80, &[], &["de"]));
    world.manifest(&world.plain_manifest("de"));
    remembering(&world);
    assert_eq!(requests(&world), OTHERS + 1);
}

#[test]
fn whatever_changes_the_plan_is_the_one_without_a_cache() {
    type Change = fn(&mut ZendeskState, Timestamp);
    let changes: [(&str, Change); 14] = [
        ("a vote", |state, now| state.vote(1_000_003, true, now).unwrap()),
        ("a source", |state, now| state.edit_source(1_000_004, None, Some("<p>New words</p>"), now).unwrap()),
        ("a title", |state, now| state.edit_source(1_000_005, Some("New title"), None, now).unwrap()),
        ("a translation", |state, now| {
            state.edit_translation(Kind::Article, 1_000_006, "de", None, Some("<p>Neu</p>"), now).unwrap();
        }),
        ("a new translation", |state, now| {
            state
                .edit_translation(Kind::Article, 1_000_007, "fr", Some("t"), Some("<p>Neuf</p>"), now)
                .unwrap();
        }),
        ("a translation deleted", |state, now| {
            state.delete_text(Kind::Article, 1_000_008, "de", now).unwrap();
        }),
        ("a draft", |state, now| {
            state.set_draft(Kind::Article, 1_000_009, "en-us", true, now).unwrap();
        }),
        ("labels", |state, now| state.set_labels(1_000_010, &["internal"], now).unwrap()),
        ("another section", |state, now| state.move_article(1_000_011, 503, now).unwrap()),
        ("a new article", |state, now| {
            state.add_article(501, "Another", "<p>Text</p>", now).unwrap();
        }),
        ("an article archived", |state, now| state.archive(Kind::Article, 1_000_012, now).unwrap()),
        ("one archived, one new", |state, now| {
            state.archive(Kind::Article, 1_000_013, now).unwrap();
            state.add_article(501, "A third", "<p>Text</p>", now).unwrap();
        }),
        ("a section withheld", |state, _| state.withhold(502, true).unwrap()),
        ("a locale off", |state, _| state.disable_locale("ja").unwrap()),
    ];
    let world = world();
    remembering(&world);
    for (what, change) in changes {
        world.sandbox.advance(Duration::from_secs(3_600));
        world.sandbox.zendesk(change);
        let expected = plan(&world, &[]);
        assert_eq!(remembering(&world), expected, "{what}");
        assert_eq!(remembering(&world), expected, "{what}, seen again");
    }
    world.sandbox.zendesk(|state, _| state.withhold(502, false).unwrap());
    assert_eq!(remembering(&world), plan(&world, &[]), "a section shown again");

    // More changes than one page holds.
    world.sandbox.advance(Duration::from_secs(3_600));
    world.sandbox.zendesk(|state, now| {
        for id in state.ids(Kind::Article).into_iter().take(110) {
            state.edit_source(id, None, Some("<p>All new</p>"), now).unwrap();
        }
    });
    let expected = plan(&world, &[]);
    world.sandbox.clear_journal();
    assert_eq!(remembering(&world), expected);
    assert_eq!(requests(&world), OTHERS + 2, "two pages of changes");
}

#[test]
fn a_cache_that_is_cut_edited_or_forged_is_not_believed() {
    let world = world();
    let expected = remembering(&world);
    let good = fs::read(file(&world)).unwrap();
    let middle = good.len() / 2;
    let edited = |from: &str, to: &str| {
        let text = String::from_utf8(good.clone()).unwrap();
        assert!(text.contains(from));
        text.replace(from, to).into_bytes()
    };
    let text = String::from_utf8(good.clone()).unwrap();
    let hashes: Vec<String> = text.split("sha256:").map(|after| after.chars().take(64).collect()).collect();
    let damaged = [
        ("empty", Vec::new()),
        ("cut", good[..middle].to_vec()),
        ("cut at a line", good[..=good.iter().position(|byte| *byte == b'\n').unwrap()].to_vec()),
        ("a byte turned", [&good[..middle], &[good[middle] ^ 1], &good[middle + 1..]].concat()),
        ("no text", vec![0xff; 4_096]),
        ("one hash for another", edited(&hashes[1], &hashes[2])),
        ("another help center's", edited("127.0.0.1", "127.0.0.2")),
        ("appended to", [good.as_slice(), b"{}\n"].concat()),
    ];
    for (what, bytes) in damaged {
        fs::write(file(&world), bytes).unwrap();
        world.sandbox.clear_journal();
        assert_eq!(remembering(&world), expected, "{what}");
        assert_eq!(requests(&world), OTHERS + 1 + 2, "{what}");
        assert_eq!(remembering(&world), expected, "{what}, mended");
        assert_eq!(requests(&world), OTHERS + 1, "{what}, mended");
    }
    // A directory where the file should be can be neither read nor replaced.
    let path = file(&world);
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let ran = world.zencat(&["plan", "--format", "json", "--cache-dir", "cache"]).exits(0);
    assert!(ran.stderr.contains("nothing is remembered"), "{}", ran.stderr);
}

#[test]
fn what_no_time_tells_is_seen_after_a_week() {
    let world = world();
    let known = remembering(&world);
    // Zendesk is known to have changed texts without moving any time.
    world.sandbox.zendesk(|state, _| {
        let long_ago = "2020-01-01T00:00:00Z".parse().unwrap();
        state.edit_source(1_000_004, None, Some("<p>Quite other words</p>"), long_ago).unwrap();
    });
    assert_eq!(remembering(&world), known, "the fault that the weekly reading is for");
    age(&world, SignedDuration::from_hours(6 * 24));
    assert_eq!(remembering(&world), known);
    for age_or_clock in [SignedDuration::from_hours(8 * 24), SignedDuration::from_hours(-24)] {
        age(&world, age_or_clock);
        assert_eq!(remembering(&world), plan(&world, &[]));
    }
    assert_ne!(remembering(&world), known);
}

/// Makes what is remembered older (signed anew, as only the holder of the credentials can).
fn age(world: &World, by: SignedDuration) {
    let text = fs::read_to_string(file(world)).unwrap();
    let (_, content) = text.split_once('\n').unwrap();
    assert!(Memory::decode(content).is_ok());
    let (header, articles) = content.split_once('\n').unwrap();
    let mut header: Value = serde_json::from_str(header).unwrap();
    header["swept_at"] = (Timestamp::now() - by).to_string().into();
    let content = format!("{header}\n{articles}");
    let settings = world.sandbox.settings();
    let secret = settings.iter().find(|(name, _)| *name == "ZENDESK_OAUTH_CLIENT_SECRET").unwrap();
    let credentials = Credentials::ClientCredentials {
        id: String::new(),
        secret: Secret::new(secret.1.clone()),
        scope: String::new(),
    };
    let seal = credentials.seal().of(content.as_bytes());
    fs::write(file(world), format!("{seal}\n{content}")).unwrap();
}

#[test]
fn a_page_of_changes_that_cannot_be_had_is_no_reason_to_fail() {
    let world = world();
    remembering(&world);
    world.sandbox.advance(Duration::from_secs(3_600));
    world.sandbox.zendesk(|state, now| {
        for id in state.ids(Kind::Article) {
            state.vote(id, true, now).unwrap();
        }
    });
    let expected = plan(&world, &[]);
    world.sandbox.clear_journal();
    let depth = r#"{"errors":[{"code":"InvalidPaginationDepth","title":"Pagination ends here"}]}"#;
    let fault = serde_json::json!({"service": "zendesk", "path": "*/articles", "query": "*page=2*",
        "kind": {"status": {"status": 400, "body": depth, "content_type": "application/json"}}});
    world.sandbox.set_faults(vec![serde_json::from_value::<Fault>(fault).unwrap()]);
    assert_eq!(remembering(&world), expected);
    assert_eq!(requests(&world), OTHERS + 2 + 2, "a page, the one that is refused, and all of them");
}

#[test]
fn the_whole_loop_with_a_cache_ends_with_an_empty_plan() {
    let world = World::seeded(generated(20, &["de"], &["de", "fr"]));
    let apply = ["apply", "--auto-approve", "--format", "json", "--cache-dir", "cache"];
    world.zencat(&apply).exits(0);
    world.work();
    world.zencat(&apply).exits(0);
    world.sandbox.zendesk(|state, now| {
        state.edit_source(1_000_004, None, Some("<p>Quite other words</p>"), now).unwrap();
    });
    world.zencat(&apply).exits(0);
    world.work();
    world.zencat(&apply).exits(0);
    world.sandbox.clear_journal();
    world.zencat(&apply).exits(0);
    assert_eq!(world.writes(), Vec::<String>::new());
    world.zencat(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn runs_at_once_share_a_cache_and_leave_a_whole_one() {
    let world = world();
    let expected = plan(&world, &[]);
    for round in ["made by all", "used by all"] {
        thread::scope(|scope| {
            let plans: Vec<_> = (0..4).map(|_| scope.spawn(|| remembering(&world))).collect();
            for plan in plans {
                assert_eq!(plan.join().unwrap(), expected, "{round}");
            }
        });
        world.sandbox.clear_journal();
        assert_eq!(remembering(&world), expected, "{round}");
        assert_eq!(requests(&world), OTHERS + 1, "{round}: what they left is whole");
    }
}

#[test]
fn what_other_credentials_remember_is_not_believed() {
    let mut world = world();
    let expected = remembering(&world);
    let of_others = file(&world);
    for name in ["ZENDESK_OAUTH_CLIENT_ID", "ZENDESK_OAUTH_CLIENT_SECRET"] {
        world.unset(name);
    }
    world.set("ZENDESK_ACCESS_TOKEN", zencat::sandbox::zendesk::ACCESS_TOKEN);
    world.sandbox.clear_journal();
    assert_eq!(remembering(&world), expected);
    // No token has to be asked for; the pages are all read.
    let all_pages = OTHERS - 1 + 1 + 2;
    assert_eq!(requests(&world), all_pages);
    let files = fs::read_dir(world.path("cache")).unwrap().map(|entry| entry.unwrap().path());
    let own = files.filter(|path| *path != of_others).collect::<Vec<_>>();
    assert_eq!(own.len(), 1, "each has a file of its own");
    // Nor is it believed in the place of one's own.
    fs::copy(&of_others, &own[0]).unwrap();
    assert_eq!(remembering(&world), expected);
    assert_eq!(requests(&world), all_pages);
}
