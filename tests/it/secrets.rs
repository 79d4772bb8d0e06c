//! No credential is anywhere but in the header or body of the request that needs it: not in what is said, at full
//! verbosity and in failure, not in a file, not in an address.

use std::fs;
use std::path::Path;
use std::thread;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use base64::prelude::BASE64_URL_SAFE;
use zencat::sandbox;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;
use zencat::sandbox::zendesk;

use crate::scenario;
use crate::world::World;

/// A way to sign in to Zendesk.
#[derive(Clone, Copy, Debug)]
enum SignIn {
    OAuthClient,
    AccessToken,
    ApiToken,
}

/// A secret with the name that it is sent with, where it is sent with one.
type Known = (Option<&'static str>, String);

impl SignIn {
    fn variables(self) -> Vec<(&'static str, &'static str)> {
        let zendesk = match self {
            Self::OAuthClient => vec![
                ("ZENDESK_OAUTH_CLIENT_ID", zendesk::CLIENT_ID),
                ("ZENDESK_OAUTH_CLIENT_SECRET", zendesk::CLIENT_SECRET),
            ],
            Self::AccessToken => vec![("ZENDESK_ACCESS_TOKEN", zendesk::ACCESS_TOKEN)],
            Self::ApiToken => {
                vec![("ZENDESK_EMAIL", zendesk::EMAIL), ("ZENDESK_API_TOKEN", zendesk::API_TOKEN)]
            }
        };
        [zendesk, SMARTCAT.to_vec()].concat()
    }

    /// What Zendesk is sent.
    fn sent(self) -> Known {
        match self {
            Self::OAuthClient => (None, zendesk::CLIENT_SECRET.to_owned()),
            Self::AccessToken => (None, zendesk::ACCESS_TOKEN.to_owned()),
            Self::ApiToken => (Some("translations@example.com/token"), zendesk::API_TOKEN.to_owned()),
        }
    }

    /// The world of somebody who signs in so, with variables or with files that they name.
    fn world(self, files: Option<&Path>) -> World {
        let mut world = scenario::small_world();
        for (name, _) in Self::OAuthClient.variables() {
            world.unset(name);
        }
        for (name, value) in self.variables() {
            let Some(folder) = files else {
                world.set(name, value);
                continue;
            };
            let file = folder.join(name);
            fs::write(&file, format!("{value}\n")).unwrap();
            world.set(&format!("{name}_FILE"), file.to_str().unwrap());
        }
        world
    }
}

const SMARTCAT: [(&str, &str); 2] =
    [("SMARTCAT_ACCOUNT_ID", sandbox::SMARTCAT_ACCOUNT_ID), ("SMARTCAT_API_KEY", sandbox::SMARTCAT_API_KEY)];

fn smartcat() -> Known {
    (Some(sandbox::SMARTCAT_ACCOUNT_ID), sandbox::SMARTCAT_API_KEY.to_owned())
}

/// A secret in every form that a header, an address or a log could give it.
fn forms((name, secret): &Known) -> Vec<String> {
    let mut texts = vec![secret.clone()];
    texts.extend(name.map(|name| format!("{name}:{secret}")));
    let mut forms = texts.clone();
    for text in &texts {
        forms.push(BASE64_STANDARD.encode(text).trim_end_matches('=').to_owned());
        forms.push(BASE64_URL_SAFE.encode(text).trim_end_matches('=').to_owned());
        forms.push(text.bytes().map(|byte| format!("{byte:02x}")).collect());
        forms.push(percent_encoded(text));
    }
    forms
}

fn percent_encoded(text: &str) -> String {
    let one = |byte: u8| match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

/// Every command that reads or writes anything, each at full verbosity as text and as JSON lines.
const COMMANDS: [&[&str]; 18] = [
    &["validate"],
    &["check"],
    &["check", "--format", "json"],
    &["tree", "--format", "json"],
    &["scope", "--lock"],
    &["plan", "--diff", "--out", "plan.json", "--markdown", "plan.md"],
    &["plan", "--format", "json"],
    &["plan", "--format", "github"],
    &["plan", "--format", "markdown"],
    &["apply", "plan.json"],
    &["apply", "--auto-approve", "--format", "json"],
    &["status"],
    &["status", "--format", "json"],
    &["explain", "article:1000000"],
    &["diff", "article:1000000", "de"],
    &["report"],
    &["init", "--force", "-f", "first.yaml"],
    &["schema", "plan"],
];

#[test]
fn no_secret_is_said_or_kept_anywhere() {
    let outputs = thread::scope(|scope| {
        let ways = [SignIn::OAuthClient, SignIn::AccessToken, SignIn::ApiToken];
        let ways = ways.into_iter().flat_map(|way| [(way, false), (way, true)]);
        let stories: Vec<_> = ways.map(|(way, by_file)| scope.spawn(move || story(way, by_file))).collect();
        stories.into_iter().map(|story| story.join().unwrap()).sum::<usize>()
    });
    println!("{outputs} outputs");
}

fn story(way: SignIn, by_file: bool) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let world = way.world(by_file.then_some(folder.path()));
    let known = [way.sent(), smartcat()];
    let mut outputs = 0;
    for faults in [Vec::new(), echoes(&known), refusals()] {
        for log in ["text", "json"] {
            for command in COMMANDS {
                world.sandbox.set_faults(faults.clone());
                let url = [
                    "--zendesk-url",
                    &world.sandbox.zendesk_url(),
                    "--smartcat-url",
                    &world.sandbox.smartcat_url(),
                ];
                let more: &[&str] = if command[0] == "init" { &url } else { &[] };
                let common = ["-v", "--log-format", log, "--timeout", "60s", "--cache-dir", "cache"];
                let ran = world.zencat(&[command, more, &common].concat());
                assert!(!ran.stderr.contains("panicked"), "{command:?}: {}", ran.stderr);
                holds_none(&format!("{way:?} {command:?}"), &format!("{}{}", ran.stdout, ran.stderr), &known);
                outputs += 1;
            }
        }
        world.sandbox.set_faults(Vec::new());
        world.work();
    }
    assert!(world.path("cache").read_dir().unwrap().count() > 0, "what was seen is remembered");
    files(world.folder.path(), &mut |path, text| holds_none(&path.display().to_string(), text, &known));
    let journal = format!("{:?}", world.sandbox.journal());
    assert!(journal.contains("/oauth/tokens") == matches!(way, SignIn::OAuthClient));
    holds_none("the journal", &journal, &known);
    outputs
}

/// Somebody puts the secret itself where the name of a file is expected.
#[test]
fn a_variable_for_a_file_is_not_shown_when_it_names_none() {
    for way in [SignIn::OAuthClient, SignIn::AccessToken, SignIn::ApiToken] {
        let mut world = scenario::small_world();
        let (name, secret) = way.variables().into_iter().find(|(_, value)| *value == way.sent().1).unwrap();
        SignIn::OAuthClient.variables().iter().for_each(|(name, _)| world.unset(name));
        world.set(&format!("{name}_FILE"), secret);
        let told = format!("{name}_FILE names a file that cannot be read");
        let ran = world.zencat(&["plan", "-v"]).exits(1).tells(&told);
        holds_none(name, &format!("{}{}", ran.stdout, ran.stderr), &[way.sent()]);
    }
}

fn answers(service: ServiceName, method: Option<&str>, path: &str, status: u16, body: String) -> Fault {
    let kind = FaultKind::Status {
        status,
        headers: [("x-request-id".to_owned(), body.clone())].into(),
        body,
        content_type: Some("text/plain".to_owned()),
        after_commit: false,
    };
    Fault { method: method.map(str::to_owned), ..Fault::once(service, "", path, kind).every() }
}

/// A careless proxy that shows, with its error, the headers and the body that it was sent.
fn echoes(known: &[Known]) -> Vec<Fault> {
    let echo = |known: &Known| {
        let (name, secret) = known;
        let pair = BASE64_STANDARD.encode(format!("{}:{secret}", name.unwrap_or_default()));
        format!("Authorization: Basic {pair} Authorization: Bearer {secret} client_secret={secret}")
    };
    let path =
        if known[0].0.is_none() && known[0].1 == zendesk::CLIENT_SECRET { "/oauth/tokens" } else { "*" };
    vec![
        answers(ServiceName::Zendesk, None, path, 400, echo(&known[0])),
        answers(ServiceName::Smartcat, None, "*", 400, echo(&known[1])),
    ]
}

fn refusals() -> Vec<Fault> {
    vec![
        answers(ServiceName::Zendesk, Some("PUT"), "*", 403, "no".to_owned()),
        answers(ServiceName::Smartcat, Some("POST"), "*/export*", 422, "no".to_owned()),
    ]
}

#[track_caller]
fn holds_none(what: &str, text: &str, known: &[Known]) {
    // What Zendesk gives for the client's secret is a secret too.
    for form in known.iter().flat_map(forms).chain(["sandbox-token-".to_owned()]) {
        assert!(!text.contains(&form), "{what} holds {form}:\n{text}");
    }
}

fn files(folder: &Path, look: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, look),
            false => look(&path, &String::from_utf8_lossy(&fs::read(&path).unwrap())),
        }
    }
}

/// Credentials go to the configured host alone: neither a redirect nor the link to the next page leads them elsewhere.
#[test]
fn nothing_leads_credentials_to_another_host() {
    let other = World::new();
    other.sandbox.clear_journal();
    let elsewhere = other.sandbox.zendesk_url();
    let world = scenario::small_world();
    let page = |path: &str, list: &str| {
        let next = format!("{elsewhere}/api/v2/help_center/{list}?page%5Bafter%5D=x");
        let body = serde_json::json!({list: [], "meta": {"has_more": true, "after_cursor": "x"}, "links": {"next": next}, "next_page": next});
        answers(ServiceName::Zendesk, Some("GET"), path, 200, body.to_string())
    };
    let redirect = |service, path: &str| {
        let kind = FaultKind::Redirect { location: format!("{elsewhere}/") };
        Fault { method: None, ..Fault::once(service, "", path, kind).every() }
    };
    for fault in [
        redirect(ServiceName::Zendesk, "*"),
        redirect(ServiceName::Smartcat, "*"),
        redirect(ServiceName::Zendesk, "/oauth/tokens"),
        redirect(ServiceName::Smartcat, "*/export*"),
        page("*/articles*", "articles"),
        page("*/categories*", "categories"),
    ] {
        world.sandbox.set_faults(vec![fault.clone()]);
        let mut ended = Vec::new();
        for command in [&["plan"][..], &["apply", "--auto-approve"], &["check"], &["status"]] {
            ended.push(world.zencat(&[command, &["--timeout", "20s"]].concat()).code);
        }
        assert!(ended.contains(&Some(1)) || fault.path.contains("export"), "{fault:?}: {ended:?}");
        assert!(other.sandbox.journal().is_empty(), "{fault:?}: {:?}", other.sandbox.journal());
    }
}
