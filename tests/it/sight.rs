//! Partial sight: what cannot be seen any more, or was changed by hand behind zencat's back, is never taken for a
//! removal, never ends in a crash, and always told in a sentence. Every case runs under `on_remove: delete`, where a
//! misreading would cost documents.

use std::time::Duration;

use serde_json::json;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;
use zencat::sandbox::zendesk::Kind;
use zencat::sandbox::zendesk::Role;

use crate::scenario;
use crate::scenario::CHANGED;
use crate::world::World;
use crate::world::generated;

/// What the next plan makes of it.
enum Plan {
    /// Nothing to do and nothing held.
    Empty,
    /// No step, and pairs held for this reason.
    Held(&'static str),
    /// These steps, and a reason that says this.
    Steps(&'static str, &'static str),
    /// No plan: it exits with 1 and says this.
    Refused(&'static str),
}

struct Case {
    name: &'static str,
    act: fn(&World),
    plan: Plan,
    /// Takes it back; then there is nothing to do.
    undo: Option<fn(&World)>,
}

fn project(world: &World) -> String {
    world.sandbox.smartcat(|smartcat, _| smartcat.projects()[0].id.clone())
}

/// The documents of the article that the cases are about, one for each language.
fn documents(world: &World) -> Vec<String> {
    let item = format!("article:{CHANGED}");
    let is_its = |id: &Option<String>| id.as_ref().is_some_and(|id| id.ends_with(&item));
    world.sandbox.smartcat(|smartcat, _| {
        let its = smartcat.documents().into_iter().filter(|document| is_its(&document.external_id));
        its.map(|document| document.id).collect()
    })
}

fn damage(world: &World, text: Option<&str>) {
    for document in documents(world) {
        world.sandbox.smartcat(|smartcat, _| smartcat.damage_meta_info(&document, text).unwrap());
    }
}

fn answers(service: ServiceName, path: &str, body: &str) -> Fault {
    says(service, path, 200, body)
}

fn refuses(service: ServiceName, path: &str, status: u16) -> Fault {
    says(service, path, status, "{}").every()
}

fn says(service: ServiceName, path: &str, status: u16, body: &str) -> Fault {
    let kind = FaultKind::Status {
        status,
        headers: [].into(),
        body: body.to_owned(),
        content_type: Some("application/json".to_owned()),
        after_commit: false,
    };
    Fault::once(service, "GET", path, kind)
}

/// A page of the list of articles, as Zendesk would show these.
fn page(world: &World, articles: &[u64], next: Option<&str>) -> String {
    let article = |id: &u64| {
        world.sandbox.zendesk(|zendesk, _| {
            let texts = zendesk.locales_of(Kind::Article, *id).into_iter().map(|locale| {
                let text = zendesk.translation(Kind::Article, *id, &locale).unwrap();
                json!({"locale": locale, "title": text.title, "body": text.body, "draft": text.draft,
                    "outdated": text.outdated, "updated_at": text.updated_at})
            });
            let view = zendesk.articles().into_iter().find(|article| article.id == *id).unwrap();
            json!({"id": id, "title": view.title, "section_id": view.section_id, "label_names": [],
                "source_locale": view.source_locale, "translations": texts.collect::<Vec<_>>()})
        })
    };
    let articles: Vec<_> = articles.iter().map(article).collect();
    json!({"articles": articles, "meta": {"has_more": next.is_some(), "after_cursor": next}}).to_string()
}

/// The list of articles comes as these two pages.
fn lists(world: &World, first: &[u64], second: &[u64], then: Option<&str>) {
    let second = answers(ServiceName::Zendesk, ARTICLES, &page(world, second, then));
    let second = Fault { query: "*after*".to_owned(), ..second.every() };
    let first = answers(ServiceName::Zendesk, ARTICLES, &page(world, first, Some("x"))).every();
    world.sandbox.set_faults(vec![second, first]);
}

const ARTICLES: &str = "*/help_center/articles";

/// The articles of the small world.
const A: u64 = 1_000_000;
const B: u64 = 1_000_001;
const C: u64 = 1_000_002;

fn as_it_is(world: &World) {
    world.sandbox.set_faults(Vec::new());
}

fn cases() -> Vec<Case> {
    let receipt = ("update_document", "its receipt cannot be read");
    vec![
        Case {
            name: "a section is withheld from the account",
            act: |world| world.sandbox.zendesk(|zendesk, _| zendesk.withhold(501, true).unwrap()),
            plan: Plan::Held("unreadable"),
            undo: Some(|world| world.sandbox.zendesk(|zendesk, _| zendesk.withhold(501, false).unwrap())),
        },
        Case {
            name: "the list of articles is empty",
            act: |world| {
                let body = r#"{"articles":[],"meta":{"has_more":false},"links":{"next":null}}"#;
                let list = answers(ServiceName::Zendesk, "*/help_center*/articles*", body);
                world.sandbox.set_faults(vec![list.every()]);
            },
            plan: Plan::Held("unreadable"),
            undo: Some(|world| world.sandbox.set_faults(Vec::new())),
        },
        Case {
            name: "the list ends after its first page",
            act: |world| lists(world, &[A], &[], None),
            plan: Plan::Held("unreadable"),
            undo: Some(as_it_is),
        },
        Case {
            name: "a page comes again, and again",
            act: |world| lists(world, &[A, B], &[A, B], Some("x")),
            plan: Plan::Refused("leads back to a page that was read already"),
            undo: Some(as_it_is),
        },
        Case {
            name: "an item moves to the next page while the list is read",
            act: |world| lists(world, &[A, B], &[B, C], None),
            plan: Plan::Empty,
            undo: Some(as_it_is),
        },
        Case {
            name: "an item moves to the page that was read before",
            act: |world| lists(world, &[A, B], &[B], None),
            plan: Plan::Held("unreadable"),
            undo: Some(as_it_is),
        },
        Case {
            name: "the rights are lost between two pages",
            act: |world| {
                let first = answers(ServiceName::Zendesk, ARTICLES, &page(world, &[A, B], Some("x")));
                let lost = refuses(ServiceName::Zendesk, ARTICLES, 403);
                let lost = Fault { query: "*after*".to_owned(), ..lost };
                world.sandbox.set_faults(vec![lost, first.every()]);
            },
            plan: Plan::Refused("403"),
            undo: Some(as_it_is),
        },
        Case {
            name: "an article is archived",
            act: |world| {
                world.sandbox.zendesk(|zendesk, now| zendesk.archive(Kind::Article, CHANGED, now).unwrap());
            },
            plan: Plan::Held("unreadable"),
            undo: None,
        },
        Case {
            name: "the account's rights are lost",
            act: |world| world.sandbox.zendesk(|zendesk, _| zendesk.set_role(Role::EndUser)),
            plan: Plan::Refused("zencat check"),
            undo: Some(|world| world.sandbox.zendesk(|zendesk, _| zendesk.set_role(Role::Admin))),
        },
        Case {
            name: "a locale is switched off",
            act: |world| world.sandbox.zendesk(|zendesk, _| zendesk.disable_locale("fr").unwrap()),
            plan: Plan::Refused("fr"),
            undo: Some(|world| world.sandbox.zendesk(|zendesk, _| zendesk.enable_locale("fr"))),
        },
        Case {
            name: "the project is renamed",
            act: |world| {
                let id = project(world);
                world.sandbox.smartcat(|smartcat, now| smartcat.rename_project(&id, "Mine", now).unwrap());
            },
            plan: Plan::Steps("update_project", "name: \"Mine\" in Smartcat"),
            undo: None,
        },
        Case {
            name: "the project is cancelled",
            act: |world| {
                let id = project(world);
                world.sandbox.smartcat(|smartcat, now| smartcat.cancel_project_by_hand(&id, now).unwrap());
            },
            plan: Plan::Held("project-canceled"),
            undo: Some(|world| {
                let id = project(world);
                world.sandbox.smartcat(|smartcat, now| smartcat.restore_project_by_hand(&id, now).unwrap());
            }),
        },
        Case {
            name: "the project is deleted",
            act: |world| {
                let id = project(world);
                world.sandbox.smartcat(|smartcat, _| smartcat.remove_project_by_hand(&id).unwrap());
            },
            plan: Plan::Steps("create_project", "has no project yet"),
            undo: None,
        },
        Case {
            name: "the project's tag is changed",
            act: |world| {
                let id = project(world);
                world
                    .sandbox
                    .smartcat(|smartcat, now| smartcat.retag_project(&id, Some("mine"), now).unwrap());
            },
            plan: Plan::Held("project-unmarked"),
            undo: Some(|world| {
                let id = project(world);
                let tag = Some("zencat:acme:ai:1");
                world.sandbox.smartcat(|smartcat, now| smartcat.retag_project(&id, tag, now).unwrap());
            }),
        },
        Case {
            name: "the project loses its tag and its name",
            act: |world| {
                let id = project(world);
                world.sandbox.smartcat(|smartcat, now| {
                    smartcat.retag_project(&id, None, now).unwrap();
                    smartcat.rename_project(&id, "Mine", now).unwrap();
                });
            },
            plan: Plan::Held("project-unmarked"),
            undo: Some(|world| {
                let id = project(world);
                let tag = Some("zencat:acme:ai:1");
                world.sandbox.smartcat(|smartcat, now| {
                    smartcat.retag_project(&id, tag, now).unwrap();
                    smartcat.rename_project(&id, "Help center", now).unwrap();
                });
            }),
        },
        Case {
            name: "the project is listed and not shown",
            act: |world| {
                let path = format!("*/project/{}", project(world));
                world.sandbox.set_faults(vec![refuses(ServiceName::Smartcat, &path, 404)]);
            },
            plan: Plan::Refused("does not show it to this account"),
            undo: Some(as_it_is),
        },
        Case {
            name: "an article's documents are renamed",
            act: |world| {
                for document in documents(world).into_iter().take(1) {
                    world.sandbox.smartcat(|smartcat, _| {
                        smartcat.rename_document_by_hand(&document, "Mine").unwrap();
                    });
                }
            },
            plan: Plan::Empty,
            undo: None,
        },
        Case {
            name: "an article's documents are deleted",
            act: |world| {
                for document in documents(world) {
                    world.sandbox.smartcat(|smartcat, _| smartcat.remove_document(&document).unwrap());
                }
            },
            plan: Plan::Steps("create_document", "not in Smartcat yet"),
            undo: None,
        },
        Case { name: "a receipt is deleted", act: |w| damage(w, None), plan: steps(receipt), undo: None },
        Case {
            name: "a receipt is text",
            act: |w| damage(w, Some("my notes")),
            plan: steps(receipt),
            undo: None,
        },
        Case {
            name: "a receipt is cut",
            act: |w| damage(w, Some("{\"zencat\":1,")),
            plan: steps(receipt),
            undo: None,
        },
        Case {
            name: "a receipt is of another version",
            act: |world| damage(world, Some(r#"{"zencat":99,"n":7}"#)),
            plan: steps(receipt),
            undo: None,
        },
    ]
}

fn steps((action, reason): (&'static str, &'static str)) -> Plan {
    Plan::Steps(action, reason)
}

#[test]
fn what_cannot_be_seen_is_not_gone_and_what_was_changed_by_hand_is_told() {
    std::thread::scope(|scope| {
        for case in cases() {
            scope.spawn(move || told(&case));
        }
    });
}

fn told(case: &Case) {
    let name = case.name;
    let world = delivered();
    (case.act)(&world);
    let before = scenario::texts(&world);
    match &case.plan {
        Plan::Empty => {
            let plan = world.plan();
            assert!(is_empty(&plan["steps"]) && is_empty(&plan["held"]), "{name}: {plan:#}");
        }
        Plan::Held(code) => {
            let plan = world.plan();
            let held = plan["held"].as_array().unwrap();
            assert!(is_empty(&plan["steps"]), "{name}: {:#}", plan["steps"]);
            assert!(!held.is_empty() && held.iter().all(|held| held["code"] == *code), "{name}: {held:#?}");
        }
        Plan::Steps(action, reason) => {
            let plan = world.plan();
            let steps = plan["steps"].as_array().unwrap();
            let says = |step: &serde_json::Value| {
                step["action"] == *action && step["reason"].as_str().unwrap().contains(reason)
            };
            assert!(steps.iter().any(says), "{name}: {plan:#}");
            assert!(steps.iter().all(|step| step["action"] != "retire_document"), "{name}: {plan:#}");
        }
        Plan::Refused(text) => drop(world.zencat(&["plan"]).exits(1).tells(text)),
    }
    let code = if matches!(case.plan, Plan::Refused(_)) { 1 } else { 0 };
    world.sandbox.clear_journal();
    world.apply().exits(code);
    let deleted: Vec<String> =
        world.writes().into_iter().filter(|write| write.starts_with("DELETE")).collect();
    assert_eq!(deleted, Vec::<String>::new(), "{name}");
    assert_eq!(scenario::texts(&world), before, "{name}: Zendesk is as it was");
    if let Some(undo) = case.undo {
        undo(&world);
    } else {
        // Whatever had to be done anew comes to an end as well, and readers see no change.
        scenario::finish(&world);
        assert_eq!(scenario::texts(&world), before, "{name}: Zendesk is as it was, also in the end");
    }
    assert!(is_empty(&world.plan()["steps"]), "{name}: {:#}", world.plan()["steps"]);
}

fn is_empty(list: &serde_json::Value) -> bool {
    list.as_array().is_some_and(Vec::is_empty)
}

/// A world in which everything is translated and delivered.
fn delivered() -> World {
    let world = scenario::small_world();
    let manifest = std::fs::read_to_string(world.path("zencat.yaml")).unwrap();
    world.manifest(&format!("{manifest}on_remove: delete\n"));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    assert!(is_empty(&world.plan()["steps"]));
    world
}

#[test]
fn a_list_of_projects_that_is_empty_once_makes_nothing_twice() {
    let world = delivered();
    let (before, state) = (scenario::texts(&world), scenario::end_state(&world));
    let blind = answers(ServiceName::Smartcat, "*/project/list", "[]");
    world.sandbox.set_faults(vec![blind]);
    world.apply();
    world.sandbox.set_faults(Vec::new());
    scenario::finish(&world);
    assert_eq!(scenario::texts(&world), before);
    assert_eq!(scenario::settled(&world, "after a blind look").differences(&state), "");
    assert_eq!(scenario::repeated(&world.sandbox.journal()), Vec::<String>::new());
}

#[test]
fn in_a_large_account_ours_are_asked_for_by_their_tags_and_one_that_lost_its_tag_is_found() {
    let world = delivered();
    let foreign: Vec<_> = (0..100).map(|n| json!({"id": format!("other-{n}"), "name": "Other"})).collect();
    let page = |offset: usize, projects: Vec<serde_json::Value>| {
        let body = serde_json::Value::from(projects).to_string();
        let page = answers(ServiceName::Smartcat, "*/project/list", &body).every();
        Fault { query: format!("offset={offset}&limit=100"), ..page }
    };
    let lists = || {
        let asked = world.asked(ServiceName::Smartcat);
        world.sandbox.clear_journal();
        asked.iter().filter(|entry| entry.path.ends_with("/project/list")).count()
    };
    world.sandbox.set_faults(vec![page(0, foreign.clone())]);
    lists();
    assert!(is_empty(&world.plan()["steps"]));
    assert_eq!(lists(), 2, "the first hundred, and ours");

    let id = project(&world);
    let listed = world.sandbox.smartcat(|smartcat, now| {
        smartcat.retag_project(&id, Some("mine"), now).unwrap();
        let project = smartcat.projects().remove(0);
        json!({"id": project.id, "name": project.name, "externalTag": "mine", "description": project.description})
    });
    world.sandbox.set_faults(vec![page(0, foreign), page(100, vec![listed])]);
    let plan = world.plan();
    assert!(is_empty(&plan["steps"]), "{plan:#}");
    assert_eq!(plan["held"][0]["code"], "project-unmarked");
    assert_eq!(lists(), 4, "and, since one of ours is missing, all");
}

/// What stands above an article decides which rules match it. Below something that Zendesk's answer lacks, nothing is
/// out of scope, and nothing is ordered by the rules that are left.
#[test]
fn below_a_section_or_category_that_is_not_shown_nothing_is_removed_or_ordered_again() {
    let world = World::new();
    let by_category = "content:\n  - match: {kind: article}\n    languages: [de]\n    workflow: other\n  \
                       - match: {category: 360000105001, kind: article}\n    languages: [de]\n    workflow: ai\n";
    let manifest = world.plain_manifest("de");
    let (head, _) = manifest.split_once("content:").unwrap();
    let other = "  other:\n    stages: [translation]\n    project: {name: Other}\n";
    world.manifest(&format!("on_remove: delete\n{head}{other}{by_category}"));
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    assert_eq!(world.plan()["steps"], json!([]));
    let all = world.sandbox.zendesk(|zendesk, _| zendesk.articles().len());

    let is_empty = |list: &str| {
        let body = format!(r#"{{"{list}":[],"meta":{{"has_more":false}},"links":{{"next":null}}}}"#);
        let cut = answers(ServiceName::Zendesk, &format!("*/help_center*/{list}*"), &body);
        world.sandbox.set_faults(vec![cut.every()]);
    };
    is_empty("sections");
    let plan = world.plan();
    assert_eq!(plan["steps"], json!([]));
    let held = plan["held"].as_array().unwrap();
    assert!(held.len() >= all, "{held:#?}");
    for pair in held {
        assert_eq!(pair["code"], "unreadable", "{pair}");
        assert!(pair["reason"].as_str().unwrap().contains("which rules match"), "{pair}");
    }
    is_empty("categories");
    world.zencat(&["plan"]).exits(1).tells("the help center shows no category 360000105001");
    as_it_is(&world);
    assert_eq!(world.plan()["steps"], json!([]));
}

#[test]
fn of_projects_with_one_mark_the_eldest_takes_what_is_new() {
    let world = World::seeded(generated(6, &[], &["de"]));
    let manifest = |most: u32| {
        world.plain_manifest("de").replace("Help center}", &format!("X, max_documents: {most}}}"))
    };
    world.manifest(&manifest(1));
    for number in 0..5 {
        world.zencat(&["apply", "--auto-approve", "--target", &format!("article:100000{number}")]).exits(0);
        world.sandbox.advance(Duration::from_secs(60));
    }
    let projects = world.sandbox.smartcat(|smartcat, _| smartcat.projects());
    let (eldest, younger) = projects.split_first().unwrap();
    assert!(younger.iter().any(|project| project.id < eldest.id), "ids say nothing about age: {projects:#?}");
    world.sandbox.smartcat(|smartcat, now| {
        for project in younger {
            smartcat.retag_project(&project.id, eldest.external_tag.as_deref(), now).unwrap();
        }
    });
    world.manifest(&manifest(9));
    // That all of them cannot have one name is told, and keeps nothing from its place.
    world.apply().exits(1);
    let documents = world.sandbox.smartcat(|smartcat, _| smartcat.documents());
    let is_new = |id: &Option<String>| id.as_deref().is_some_and(|id| id.ends_with("article:1000005"));
    let new: Vec<&str> = documents
        .iter()
        .filter(|document| is_new(&document.external_id))
        .map(|document| document.project_id.as_str())
        .collect();
    assert_eq!(new, [eldest.id.as_str()]);
}
