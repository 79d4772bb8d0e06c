//! What goes wrong most often, and what is said then: the real program, the sandbox with a fault or another account,
//! and all that a person sees. `snapshots/errors.txt` is the page to read.

use std::collections::BTreeMap;

use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::Options;
use zencat::sandbox::ServiceName;
use zencat::sandbox::zendesk::Kind;
use zencat::sandbox::zendesk::Role;

use crate::faults::program::CLOSED;
use crate::snapshots::matches;
use crate::snapshots::redacted;
use crate::tls;
use crate::world::Ran;
use crate::world::World;
use crate::world::generated;

/// All situations on one page, each with its command and exit code.
struct Page(String);

impl Page {
    /// A situation that is told on stderr.
    fn show(&mut self, title: &str, world: &World, arguments: &[&str], code: i32) {
        let ran = world.zencat(arguments).exits(code);
        let said = redacted(world, &ran.stderr);
        self.add(title, &ran, arguments, &said);
    }

    /// A situation that is told by the command's own output too.
    fn show_all(&mut self, title: &str, world: &World, arguments: &[&str], code: i32) {
        let ran = world.zencat(arguments).exits(code);
        let said = redacted(world, &format!("{}{}", ran.stdout, ran.stderr));
        self.add(title, &ran, arguments, &said);
    }

    fn add(&mut self, title: &str, ran: &Ran, arguments: &[&str], said: &str) {
        let code = ran.code.unwrap();
        assert!(
            ["hint: ", "help: ", "what to do"].iter().any(|advice| said.contains(advice)),
            "{title}: nothing says what to do:\n{said}"
        );
        for secret in ["sandbox-zendesk-client-secret", "sandbox-smartcat-key", "wrong-secret"] {
            assert!(!ran.stderr.contains(secret) && !ran.stdout.contains(secret), "{title}");
        }
        let shown = arguments.join(" ");
        self.0.push_str(&format!("## {title}\n\n$ zencat {shown}   (exit code {code})\n{}\n", settled(said)));
    }
}

/// Without what hangs on which of several requests at once was answered first, on ports and on clocks.
fn settled(said: &str) -> String {
    const LISTS: &str = "https://acme.zendesk.com/api/v2/help_center/";
    const LOOPBACK: &str = "https://127.0.0.1:";
    let word = |word: &str| match (word.strip_prefix(LISTS), word.strip_prefix(LOOPBACK)) {
        (Some(_), _) => format!("{LISTS}…:"),
        (_, Some(port)) => format!("{LOOPBACK}PORT{}", port.trim_start_matches(|c: char| c.is_ascii_digit())),
        _ if word.starts_with("(20") && word.ends_with("Z,") => "(TIME,".to_owned(),
        _ => word.to_owned(),
    };
    let said = said.split(' ').map(word).collect::<Vec<_>>().join(" ");
    said.lines().map(|line| format!("{}\n", unsystematic(line))).collect()
}

/// Without what each system says in words of its own about a connection that failed.
fn unsystematic(line: &str) -> String {
    const MARK: &str = "no connection (";
    match line.split_once(MARK).and_then(|(before, rest)| Some((before, rest.rsplit_once(')')?))) {
        Some((before, (said, after))) if !said.contains("TLS") => {
            format!("{before}{MARK}what the system says){after}")
        }
        _ => line.to_owned(),
    }
}

fn status(status: u16, body: &str, content_type: &str) -> FaultKind {
    FaultKind::Status {
        status,
        headers: BTreeMap::new(),
        body: body.to_owned(),
        content_type: Some(content_type.to_owned()),
        after_commit: false,
    }
}

fn every(service: ServiceName, path: &str, kind: FaultKind) -> Vec<Fault> {
    vec![Fault::once(service, "GET", path, kind).every()]
}

const OAUTH: [&str; 2] = ["ZENDESK_OAUTH_CLIENT_ID", "ZENDESK_OAUTH_CLIENT_SECRET"];

fn without_oauth() -> World {
    let mut world = World::new();
    OAUTH.iter().for_each(|name| world.unset(name));
    world
}

#[test]
fn what_goes_wrong_most_often_is_told_as_a_person_would() {
    let chapters: [fn(&mut Page); 7] = [
        the_first_minutes,
        who_we_are,
        the_way_there,
        who_answers_there,
        what_the_services_say,
        what_guards_say,
        what_others_did_meanwhile,
    ];
    let page: String = std::thread::scope(|scope| {
        let written = chapters.map(|chapter| {
            scope.spawn(move || {
                let mut page = Page(String::new());
                chapter(&mut page);
                page.0
            })
        });
        written.into_iter().map(|chapter| chapter.join().unwrap()).collect()
    });
    assert!(page.matches("## ").count() >= 35);
    matches("errors.txt", &page);
}

fn the_first_minutes(page: &mut Page) {
    let world = World::new();
    std::fs::remove_file(world.path("zencat.yaml")).unwrap();
    page.show("There is no manifest", &world, &["plan"], 1);
    page.show("Nobody says where the help center is", &world, &["init"], 64);
    page.show("A command that there is not", &world, &["help", "aply"], 64);

    let mut world = without_oauth();
    world.unset("SMARTCAT_API_KEY");
    page.show("There are no credentials", &world, &["plan"], 1);

    let world = World::new();
    world.manifest(
        &world
            .plain_manifest("de")
            .replace("source_locale", "source")
            .replace("name: acme", "name: acme\nsouce_locale: en-us"),
    );
    page.show("A misspelt key in the manifest", &world, &["plan"], 1);
}

fn who_we_are(page: &mut Page) {
    let mut world = World::new();
    world.set("ZENDESK_OAUTH_CLIENT_SECRET", "wrong-secret");
    page.show("The OAuth client's secret is wrong", &world, &["plan"], 1);

    let mut world = without_oauth();
    world.set("ZENDESK_ACCESS_TOKEN", "wrong-secret");
    page.show("The access token has expired", &world, &["plan"], 1);

    let mut world = without_oauth();
    world.set("ZENDESK_EMAIL", "mara@example.com");
    world.set("ZENDESK_API_TOKEN", "wrong-secret");
    page.show("The API token was retired by Zendesk", &world, &["plan"], 1);

    let mut options = Options::default();
    options.zendesk.role = Role::EndUser;
    let world = World::with(options);
    page.show("The account sees too little", &world, &["plan"], 1);

    let mut world = World::new();
    world.set("SMARTCAT_API_KEY", "wrong-secret");
    page.show("The Smartcat key, or the region, is wrong", &world, &["plan"], 1);

    let world = World::new();
    let refused = status(
        403,
        r#"{"title":"Forbidden","status":403,"detail":"Feature is not available"}"#,
        "application/json",
    );
    world.sandbox.set_faults(every(ServiceName::Smartcat, "*", refused));
    page.show("A feature is off in Smartcat", &world, &["plan"], 1);
}

fn the_way_there(page: &mut Page) {
    let world = tls::world(CLOSED);
    page.show("The network is down, or nobody listens there", &world, &["plan"], 1);
    let world = tls::world("https://zencat-test.invalid");
    page.show("Nobody knows the host's name", &world, &["plan"], 1);

    let world = World::new();
    world.manifest(&world.plain_manifest("de"));
    let nothing = status(404, "<html><title>Help Center Closed</title></html>", "text/html");
    world.sandbox.set_faults(every(ServiceName::Zendesk, "*", nothing));
    page.show("There is no help center at this address", &world, &["plan"], 1);

    let elsewhere = FaultKind::Redirect { location: "https://help.example.com/".to_owned() };
    world.sandbox.set_faults(every(ServiceName::Zendesk, "*", elsewhere));
    page.show("The address is the one that readers see", &world, &["plan"], 1);

    world.sandbox.set_faults(every(ServiceName::Zendesk, "*", FaultKind::Html));
    page.show("A proxy or a page to sign in stands in between", &world, &["plan"], 1);
}

fn who_answers_there(page: &mut Page) {
    let world = tls::world(&tls::service());
    page.show("The certificate is not one to trust", &world, &["plan"], 1);
    let world = tls::world(&tls::service_without_tls());
    page.show("What answers does not speak TLS", &world, &["plan"], 1);
}

fn what_the_services_say(page: &mut Page) {
    let world = World::new();
    let broken = status(500, "<html><body><h1>Server Error</h1></body></html>", "text/html");
    world.sandbox.set_faults(every(ServiceName::Smartcat, "*", broken));
    page.show("Smartcat has a failure, and answers a page", &world, &["plan"], 1);

    let paid = status(402, r#"{"title":"Payment Required","status":402}"#, "application/json");
    world.sandbox.set_faults(every(ServiceName::Smartcat, "*", paid));
    page.show("Smartwords are used up", &world, &["plan"], 1);

    let busy = FaultKind::Status {
        status: 429,
        headers: BTreeMap::from([("retry-after".to_owned(), "0".to_owned())]),
        body: String::new(),
        content_type: None,
        after_commit: false,
    };
    world.sandbox.set_faults(every(ServiceName::Zendesk, "*", busy.clone()));
    page.show("Others use up the rate of the account in Zendesk", &world, &["plan"], 1);
    world.sandbox.set_faults(every(ServiceName::Smartcat, "*", busy));
    page.show("Others use up the rate of the account in Smartcat", &world, &["plan"], 1);

    world.sandbox.set_faults(every(ServiceName::Zendesk, "*", FaultKind::Hang { after_commit: false }));
    page.show("The time of --timeout is over", &world, &["plan", "--timeout", "1s"], 1);

    let cut = every(ServiceName::Smartcat, "*", FaultKind::Truncate);
    world.sandbox.set_faults(cut);
    page.show("Answers break off", &world, &["plan"], 1);
}

fn what_guards_say(page: &mut Page) {
    let world = World::new();
    world.manifest(&world.plain_manifest("de, pt-pt"));
    page.show("A locale is not enabled in the help center", &world, &["plan"], 1);

    world.manifest(&world.plain_manifest("de"));
    page.show(
        "A language that the help center does not have is asked for",
        &world,
        &["plan", "--language", "xx"],
        64,
    );
    page.show("An item that is not there is asked for", &world, &["plan", "--target", "article:1"], 64);
    page.show("There is no lock", &world, &["plan", "--locked"], 3);
    page.show("Nobody can be asked", &world, &["apply"], 64);

    world.manifest(&format!("{}limits: {{max_words: 1}}\n", world.plain_manifest("de")));
    page.show("The plan is beyond a limit", &world, &["plan"], 3);

    world.manifest(&world.plain_manifest("de"));
    world.zencat(&["plan", "--out", "plan.json"]).exits(0);
    world.manifest(&world.plain_manifest("de").replace("name: acme", "name: other"));
    page.show("The plan is another manifest's", &world, &["apply", "plan.json"], 3);
    std::fs::write(world.path("plan.json"), "{").unwrap();
    page.show("The plan file is none", &world, &["apply", "plan.json"], 1);

    world.manifest(
        &world
            .plain_manifest("de")
            .replace("{name: Help center}", "{id: 00000000-0000-4000-8000-000000000000}"),
    );
    page.show("The project that the manifest names is not there", &world, &["plan"], 1);
}

fn what_others_did_meanwhile(page: &mut Page) {
    let world = World::seeded(generated(2, &[], &["de"]));
    world.manifest(&world.plain_manifest("de"));
    world.zencat(&["plan", "--out", "plan.json"]).exits(0);
    let article = world.sandbox.zendesk(|zendesk, _| zendesk.ids(Kind::Article))[0];
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_source(article, None, Some("<p>Quite another text.</p>"), now).unwrap();
    });
    page.show_all("A source changed after the plan was written", &world, &["apply", "plan.json"], 3);

    world.work();
    world.apply().exits(0);
    world.work();
    world.apply().exits(0);
    world.sandbox.zendesk(|zendesk, now| {
        zendesk.edit_translation(Kind::Article, article, "de", None, Some("<p>Von Hand.</p>"), now).unwrap();
    });
    page.show_all("Somebody edited a translation by hand", &world, &["plan"], 0);
    page.show_all(
        "The same, looked at closely",
        &world,
        &["explain", &format!("article:{article}"), "de"],
        0,
    );
}
