//! Everything that reads what others have written, fed with almost right input: it must end soon, without a panic, and
//! what it says or gives back must hold its own promises.
//!
//! The seeds are kept in `tests/fuzz/seeds/TARGET`; each is tried as it is and then changed in a fixed order, so that a
//! failing case is the same case tomorrow. It is written to `target/fuzz`; kept as a seed it is tried for ever.
//!
//! Longer: `ZENCAT_FUZZ_CASES=1000000 cargo test --test it fuzz::html -- --nocapture`, elsewhere in the sequence with
//! `ZENCAT_FUZZ_FROM=1000000` as well.

mod mutate;

use std::fs;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

use tokio::runtime::Runtime;
use zencat::content::Segmented;
use zencat::content::Text;
use zencat::content::canonical;
use zencat::content::check;
use zencat::content::check::Languages;
use zencat::content::content_hash;
use zencat::content::locjson;
use zencat::id::DocumentId;
use zencat::id::ItemKey;
use zencat::id::ItemKind;
use zencat::id::Locale;
use zencat::id::ProjectId;
use zencat::manifest::Manifest;
use zencat::manifest::lock::Lock;
use zencat::remote::Options;
use zencat::remote::RemoteError;
use zencat::remote::Secret;
use zencat::remote::smartcat::ExportFile;
use zencat::remote::smartcat::ExportMode;
use zencat::remote::smartcat::ExportTask;
use zencat::remote::smartcat::SmartcatRead;
use zencat::remote::zendesk::Credentials;
use zencat::remote::zendesk::ZendeskRead;
use zencat::report::diagnostics;
use zencat::sandbox;
use zencat::sandbox::Fault;
use zencat::sandbox::FaultKind;
use zencat::sandbox::ServiceName;

use crate::world::World;
use crate::world::generated;

use mutate::Random;

/// Generous for a debug build on a busy machine: what is guarded against takes minutes.
const PATIENCE: Duration = Duration::from_secs(90);

/// The kept inputs of a target, in the order of their names.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(target);
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{}", folder.display());
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().expect("a number"))
}

/// Feeds the seeds, then as many changed ones as asked for.
fn fuzz(target: &str, cases: u64, mut eat: impl FnMut(&[u8])) {
    let seeds = seeds(target);
    for seed in &seeds {
        feed(target, seed, &mut eat);
    }
    let from = number("ZENCAT_FUZZ_FROM", 0);
    let cases = number("ZENCAT_FUZZ_CASES", cases);
    for case in from..from + cases {
        feed(target, &mutate::mutated(&seeds, &mut Random::new(case)), &mut eat);
    }
    println!("{target}: {} seeds, {cases} cases", seeds.len());
}

/// Feeds one input; if it is not borne, it is kept.
fn feed(target: &str, input: &[u8], eat: &mut impl FnMut(&[u8])) {
    let began = Instant::now();
    let end = catch_unwind(AssertUnwindSafe(|| eat(input)));
    let took = began.elapsed();
    if end.is_ok() && took < PATIENCE {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz");
    fs::create_dir_all(&folder).unwrap();
    let kept = folder.join(format!("{target}-{}", canonical_name(input)));
    fs::write(&kept, input).unwrap();
    panic!("{target}: took {took:?}; the input is {}: keep it in tests/fuzz/seeds/{target}", kept.display());
}

/// A name that only equal inputs share.
fn canonical_name(input: &[u8]) -> String {
    zencat::content::ContentHash::of_bytes(input).to_string().replace(':', "-")
}

#[test]
fn manifest() {
    fuzz("manifest", 1_500, |input| {
        let text = String::from_utf8_lossy(input);
        let problems = match Manifest::parse("m.yaml", &text) {
            Ok((_, warnings)) => warnings,
            Err(problems) => {
                assert!(!problems.is_empty(), "refused without a word");
                problems
            }
        };
        let mut shown = Vec::new();
        diagnostics::render(&mut shown, "m.yaml", &text, &problems, false).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
    });
}

#[test]
fn lock() {
    fuzz("lock", 3_000, |input| {
        let text = String::from_utf8_lossy(input);
        let Ok(lock) = Lock::parse(&text) else { return };
        let written = lock.render();
        let again = Lock::parse(&written).expect("what was written can be read");
        assert!(again.changes_since(&lock).is_empty() && lock.changes_since(&again).is_empty());
        assert_eq!(again.render(), written);
    });
}

#[test]
fn html() {
    fuzz("html", 1_000, |input| {
        let body = String::from_utf8_lossy(input).into_owned();
        let form = canonical::html(&body);
        assert_eq!(form, canonical::html(&body));
        let text = Text { title: "A title".to_owned(), body };
        let segmented = Segmented::of(&text);
        let same = segmented.assemble(&segmented.source_units()).expect("no unit is missing");
        assert_eq!(content_hash(&same), content_hash(&text), "{same:?}");
        let written = locjson::write(&segmented, "comment", None);
        let sources = locjson::sources(&written).expect("what was written can be read");
        assert_eq!(sources.len(), segmented.units().len());
    });
}

#[test]
fn locjson() {
    let body = "<h2 id=\"a\">One</h2><p>Two <b>three</b> <a href=\"https://example.com\">four</a></p><ul><li>Five</li></ul>";
    let source = Segmented::of(&Text { title: "Title".to_owned(), body: body.to_owned() });
    fuzz("locjson", 3_000, |input| {
        let _sources = locjson::sources(input);
        let Ok(reading) = locjson::read(input) else { return };
        let findings = check::check(&source, &reading, Languages { same_language: false });
        if let Ok(page) = source.assemble(&reading.units) {
            let _form = canonical::html(&page.body);
        }
        assert!(findings.iter().all(|finding| !finding.to_string().is_empty()));
    });
}

#[test]
fn zip() {
    fuzz("zip", 3_000, |input| {
        let file = || ExportFile { bytes: input.to_vec(), is_zip: true };
        let _single = file().into_single();
        if let Some(mut members) = file().into_members() {
            let _first = members.only(|name| name.contains("article"));
            let _all = members.only(|_| true);
        }
    });
}

/// Both services answer everything with the input: as a success, and as what an error says.
#[test]
fn answer() {
    let world = World::seeded(generated(1, &[], &["de"]));
    let services = Services::new(&world);
    let mut turn = 0;
    fuzz("answer", 600, |input| {
        turn += 1;
        let status = [200, 200, 200, 201, 404, 422][turn % 6];
        let answer = |service| Fault {
            method: None,
            ..Fault::once(
                service,
                "",
                "*",
                FaultKind::Status {
                    status,
                    headers: Default::default(),
                    body: String::from_utf8_lossy(input).into_owned(),
                    content_type: Some("application/json".to_owned()),
                    after_commit: false,
                },
            )
            .every()
        };
        world.sandbox.set_faults(vec![answer(ServiceName::Zendesk), answer(ServiceName::Smartcat)]);
        for error in services.ask() {
            let said = error.to_string();
            assert!(said.len() < 2_000 && !said.contains(char::is_control), "{said:?}");
        }
    });
}

struct Services {
    runtime: Runtime,
    zendesk: ZendeskRead,
    smartcat: SmartcatRead,
}

impl Services {
    fn new(world: &World) -> Self {
        let options = Options {
            tries: 1,
            back_off: Duration::from_millis(1),
            smartcat_per_second: 100_000,
            ..Options::default()
        };
        let token = Credentials::AccessToken(Secret::new("token"));
        let key = Secret::new(sandbox::SMARTCAT_API_KEY);
        let smartcat_url = world.sandbox.smartcat_url();
        Self {
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
            zendesk: ZendeskRead::new(&world.sandbox.zendesk_url(), token, &options).unwrap(),
            smartcat: SmartcatRead::new(&smartcat_url, sandbox::SMARTCAT_ACCOUNT_ID, &key, &options).unwrap(),
        }
    }

    /// Every read once; what went wrong.
    fn ask(&self) -> Vec<RemoteError> {
        self.runtime.block_on(async {
            let (zendesk, smartcat) = (&self.zendesk, &self.smartcat);
            let (project, document) = (ProjectId::new("p"), DocumentId::new("d_1"));
            let item = ItemKey { kind: ItemKind::Article, id: 1 };
            let task = ExportTask { id: "t".to_owned() };
            let (mut articles, mut sections, mut categories) = (
                zendesk.items(ItemKind::Article),
                zendesk.items(ItemKind::Section),
                zendesk.items(ItemKind::Category),
            );
            let locales = [Locale::new("de")];
            let mut errors: Vec<Option<RemoteError>> = Vec::new();
            macro_rules! asked {
                ($($question:expr),+ $(,)?) => { $(errors.push($question.await.err());)+ };
            }
            asked!(
                zendesk.locales(),
                zendesk.access(),
                zendesk.me(),
                zendesk.translations(item, &locales),
                articles.next(),
                sections.next(),
                categories.next(),
                smartcat.account(),
                smartcat.balance(),
                smartcat.projects("zencat"),
                smartcat.project(&project),
                smartcat.document(&document),
                smartcat.engines(&project),
                smartcat.machine_translation(&project),
                smartcat.pretranslation_rules(&project),
                smartcat.templates(),
                smartcat.glossaries(),
                smartcat.project_memories(&project),
                smartcat.request_export(std::slice::from_ref(&document), ExportMode::Current, None),
                smartcat.export(&task),
                smartcat.import_status(&document),
                smartcat.import_report(&document),
                smartcat.team_member("mara@example.com"),
                smartcat.vendors(),
                smartcat.assignment_templates(&project),
                smartcat.project_tasks(&project),
            );
            errors.into_iter().flatten().collect()
        })
    }
}
