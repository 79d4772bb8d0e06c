//! `plan::build` from a thousand pairs to a million, for three help centers: nothing is in Smartcat yet, nothing has
//! changed, and everything waits to be delivered.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use zencat::content::Facts;
use zencat::content::Text;
use zencat::desired;
use zencat::id::DocumentId;
use zencat::id::FileId;
use zencat::id::FilePath;
use zencat::id::ItemKey;
use zencat::id::Language;
use zencat::id::Locale;
use zencat::id::ProjectId;
use zencat::id::ProjectName;
use zencat::id::WorkflowName;
use zencat::manifest::Manifest;
use zencat::observed::Document;
use zencat::observed::File;
use zencat::observed::HelpCenter;
use zencat::observed::Item;
use zencat::observed::Observed;
use zencat::observed::Parse;
use zencat::observed::Project;
use zencat::observed::Stage;
use zencat::observed::StageProgress;
use zencat::observed::Translation;
use zencat::plan;
use zencat::plan::Selection;
use zencat::plan::Settings;
use zencat::plan::Step;
use zencat::receipt::LanguageReceipt;
use zencat::receipt::Receipt;
use zencat::receipt::Short;
use zencat::receipt::SourceReceipt;

use crate::measure::Limits;
use crate::measure::best;
use crate::measure::table;
use crate::row;
use crate::services::LANGUAGES;

/// Files of a project.
const FILES: usize = 1_000;

const PAIRS: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    New,
    Unchanged,
    Ready,
}

/// The most seconds that a million pairs may take.
const A_MILLION: f64 = 1.0;

/// How many times as long ten times as many pairs may take: ten, and what it costs that caches no longer hold them. A
/// square would be a hundred.
const TENFOLD: f64 = 25.0;

pub(crate) fn run(limits: &mut Limits) {
    let mut rows = vec![row![
        "pairs",
        "all new",
        "nothing changed",
        "all to deliver",
        "ids of these steps",
        "rules resolved"
    ]];
    let mut smaller: Option<[f64; 3]> = None;
    for pairs in PAIRS {
        let built = [Case::New, Case::Unchanged, Case::Ready].map(|case| build(pairs, case));
        let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
        let [new, unchanged, ready] = &built;
        rows.push(row![
            pairs,
            ms(new.planned),
            ms(unchanged.planned),
            ms(ready.planned),
            ms(ready.identified),
            ms(new.resolved)
        ]);
        let seconds = built.map(|built| built.planned.as_secs_f64());
        for (before, now) in smaller.into_iter().flatten().zip(seconds) {
            limits.at_most(&format!("{pairs} pairs beside a tenth of them, times"), now / before, TENFOLD);
        }
        smaller = Some(seconds);
    }
    for seconds in smaller.into_iter().flatten() {
        limits.at_most("a million pairs, seconds", seconds, A_MILLION);
    }
    table(&rows);
}

/// How long the parts of planning take.
struct Built {
    /// The rules held against the items, before the plan.
    resolved: Duration,
    /// The plan itself.
    planned: Duration,
    /// The ids of its steps, where an output names them.
    identified: Duration,
}

fn build(pairs: usize, case: Case) -> Built {
    let manifest = manifest();
    let observed = observed(&manifest, pairs / LANGUAGES.len(), case);
    let runs = if pairs > 100_000 { 2 } else { 5 };
    let resolved = best(runs, || desired::resolve(&manifest, &observed.help_center, None));
    let (desired, diagnostics) = desired::resolve(&manifest, &observed.help_center, None);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let selection = Selection::default();
    let steps = plan::build(&manifest, &desired, &observed, &selection).steps.len();
    let expected = match case {
        Case::New => pairs / LANGUAGES.len() + (pairs / LANGUAGES.len()).div_ceil(FILES),
        Case::Unchanged => 0,
        Case::Ready => pairs,
    };
    assert_eq!(steps, expected, "{case:?}");
    // Dropping a plan is no part of building it.
    let mut built = None;
    let times = (0..runs).map(|_| {
        drop(built.take());
        best(1, || built = Some(plan::build(&manifest, &desired, &observed, &selection)))
    });
    let planned = times.min().unwrap_or_default();
    let steps = built.map(|plan| plan.steps).unwrap_or_default();
    let identified = best(1, || steps.iter().map(Step::id).max());
    Built { resolved, planned, identified }
}

fn manifest() -> Manifest {
    let text = format!(
        "version: 1\nname: acme\nzendesk: {{url: \"https://acme.zendesk.com\"}}\nsmartcat: {{region: eu}}\nsource_locale: en-us\nworkflows:\n  ai:\n    \
         stages: [translation, postediting]\n    project: {{name: Help center}}\ncontent:\n  - match: {{kind: article}}\n    \
         languages: [{}]\n    workflow: ai\n",
        LANGUAGES.join(", ")
    );
    Manifest::parse("zencat.yaml", &text).unwrap().0
}

fn observed(manifest: &Manifest, articles: usize, case: Case) -> Observed {
    let locales = std::iter::once("en-us").chain(LANGUAGES).map(Locale::new);
    let source = Facts::of(&Text { title: "A title".to_owned(), body: "<p>A text</p>".to_owned() });
    let translation =
        Translation { hash: source.hash, draft: false, outdated: false, updated_at: None, updated_by: None };
    let translated = LANGUAGES
        .iter()
        .filter(|_| case == Case::Unchanged)
        .map(|locale| (Locale::new(locale), translation.clone()));
    let translations: BTreeMap<Locale, Translation> = translated.collect();
    let items = (0..articles as u64).map(|number| {
        let key = ItemKey::article(360_000_000_000 + number);
        let item = Item {
            key,
            title: format!("How to do thing number {number}"),
            url: format!("https://acme.zendesk.com/hc/en-us/articles/{}", key.id),
            section: None,
            category: None,
            labels: vec!["a label".to_owned()],
            content_tags: Vec::new(),
            position: 0,
            source_locale: Locale::new("en-us"),
            draft: false,
            source: Some(source.clone()),
            translations: translations.clone(),
        };
        (key, item)
    });
    let help_center = HelpCenter {
        host: "acme.zendesk.com".to_owned(),
        locales: locales.collect(),
        default_locale: Some(Locale::new("en-us")),
        items: items.collect(),
    };
    let keys: Vec<ItemKey> = help_center.items.keys().copied().collect();
    let chunks = keys.chunks(FILES).filter(|_| case != Case::New);
    let projects = (1..).zip(chunks).map(|(number, keys)| project(manifest, number, keys, &source, case));
    Observed { projects: projects.collect(), help_center, ..Observed::default() }
}

fn project(manifest: &Manifest, number: u32, items: &[ItemKey], source: &Facts, case: Case) -> Project {
    let workflow = WorkflowName::new("ai");
    let stages = ["translation", "postediting"];
    let shared =
        Shared { languages: LANGUAGES.map(Language::new).into(), stages: stages.map(finished).into() };
    let settings = Settings::of(&manifest.workflows[&workflow], number);
    Project {
        id: ProjectId::new(format!("project-{number}")),
        name: ProjectName::new(settings.name.clone().unwrap_or_default()),
        settings: Some(settings.mark(&shared.languages)),
        workflow,
        number,
        adopted: false,
        canceled: false,
        client: None,
        by_tasks: false,
        vendors: Vec::new(),
        managers: Vec::new(),
        equipment: None,
        files: items.iter().map(|item| file(*item, source, &shared, case)).collect(),
        languages: shared.languages,
        stages: stages.map(|kind| Stage { id: kind.to_owned(), kind: kind.into() }).to_vec(),
        deadline: None,
        foreign_files: 0,
    }
}

/// What all documents of a project have in common: one value of each in memory, as observing leaves it.
struct Shared {
    languages: BTreeSet<Language>,
    stages: Arc<[StageProgress]>,
}

fn finished(kind: &str) -> StageProgress {
    StageProgress {
        kind: kind.into(),
        percent: 100.0,
        status: "completed".into(),
        assignees: Vec::new(),
        agency: None,
        open_words: 0,
    }
}

fn file(item: ItemKey, source: &Facts, shared: &Shared, case: Case) -> File {
    let id = FileId::new(format!("file-{}", item.id));
    let hash = Short::from(&source.hash);
    let moved_at: Option<Timestamp> = "2026-10-01T08:00:00Z".parse().ok();
    let known = LanguageReceipt {
        out: Some(hash),
        tgt: Some(hash),
        at: moved_at,
        on: Some(hash),
        ..LanguageReceipt::default()
    };
    let document = |number: usize| Document {
        id: DocumentId::new(format!("{id}_{number}")),
        parse: Parse::Done,
        completed: true,
        ready_for_completion: false,
        stages: Arc::clone(&shared.stages),
        words: 4,
        moved_at,
    };
    let received = shared.languages.iter().filter(|_| case == Case::Unchanged);
    let receipts = received.map(|language| (language.clone(), known.clone()));
    File {
        item,
        path: FilePath::new(format!("How to do thing {id}")),
        receipt: Receipt {
            writes: 1,
            source: Some(SourceReceipt { hash, units: Short::from(&source.units), fingerprints: None }),
            languages: receipts.collect(),
            ..Receipt::default()
        },
        documents: (0..)
            .zip(&shared.languages)
            .map(|(number, language)| (language.clone(), document(number)))
            .collect(),
        id,
    }
}
