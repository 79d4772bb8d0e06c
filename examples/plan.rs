//! A plan from data alone: no network, no credentials, no clock. `cargo run --example plan`

use std::collections::BTreeMap;
use std::io::Write;

use zencat::content::Facts;
use zencat::content::Text;
use zencat::desired;
use zencat::id::ItemKey;
use zencat::id::Locale;
use zencat::manifest::Manifest;
use zencat::observed::HelpCenter;
use zencat::observed::Item;
use zencat::observed::Observed;
use zencat::plan;
use zencat::plan::Plan;
use zencat::plan::Selection;
use zencat::report::Header;
use zencat::report::PlanView;
use zencat::report::text;

const MANIFEST: &str = "\
version: 1
name: acme
zendesk: {url: https://acme.zendesk.com}
smartcat: {region: eu}
workflows:
  review:
    stages: [translation, postediting]
    project: {name: Help center}
content:
  - match: {labels: [public]}
    languages: [de, fr]
    workflow: review
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let observed = observed();
    let plan = plan_of(MANIFEST, &observed)?;
    let mut page = anstream::stdout();
    show(&plan, &observed, &mut page)?;
    Ok(())
}

/// What your program knows of the help center, from wherever it knows it. Texts are reduced to facts: hash and words.
pub fn observed() -> Observed {
    let source =
        Text { title: "Unlock a bike".to_owned(), body: "<p>Hold the handle and pull.</p>".to_owned() };
    let article = Item {
        key: ItemKey::article(360_001),
        title: source.title.clone(),
        url: "https://acme.zendesk.com/hc/en-us/articles/360001".to_owned(),
        section: None,
        category: None,
        labels: vec!["public".to_owned()],
        content_tags: Vec::new(),
        position: 0,
        source_locale: Locale::new("en-us"),
        draft: false,
        source: Some(Facts::of(&source)),
        translations: BTreeMap::new(),
    };
    Observed {
        help_center: HelpCenter {
            host: "acme.zendesk.com".to_owned(),
            locales: ["en-us", "de", "fr"].map(Locale::new).into(),
            default_locale: Some(Locale::new("en-us")),
            items: BTreeMap::from([(article.key, article)]),
        },
        ..Observed::default()
    }
}

/// Manifest and help center give what is desired; desired and observed give the plan. Both steps are pure.
pub fn plan_of(manifest: &str, observed: &Observed) -> Result<Plan, String> {
    let (manifest, _warnings) = Manifest::parse("zencat.yaml", manifest).map_err(|problems| {
        problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("\n")
    })?;
    let (desired, _diagnostics) = desired::resolve(&manifest, &observed.help_center, None);
    Ok(plan::build(&manifest, &desired, observed, &Selection::default()))
}

/// As `zencat plan` shows it.
pub fn show(plan: &Plan, observed: &Observed, out: &mut dyn Write) -> std::io::Result<()> {
    let header = Header {
        name: "acme".to_owned(),
        path: "zencat.yaml".to_owned(),
        zendesk: "https://acme.zendesk.com".to_owned(),
        smartcat: "https://smartcat.com".to_owned(),
        account: "no account".to_owned(),
        ..Header::default()
    };
    text::plan(PlanView { header: &header, plan, observed }, out)
}
