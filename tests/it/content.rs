//! Texts of real help centers, and hostile ones, go through everything that `content` does with them.
#![expect(
    clippy::disallowed_macros,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test says what it saw, and ends when something is wrong"
)]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::Instant;

use zencat::content::Facts;
use zencat::content::Segmented;
use zencat::content::Text;
use zencat::content::UnitKind;
use zencat::content::Units;
use zencat::content::align::align;
use zencat::content::check::Languages;
use zencat::content::check::Problem;
use zencat::content::check::check;
use zencat::content::content_hash;
use zencat::content::links;
use zencat::content::locjson;
use zencat::id::Locale;

use crate::content::rewrite::attribute_added_to_blocks;
use crate::content::rewrite::respelled;

mod rewrite;
mod strict;

/// A text of the corpora with a name for messages.
struct Sample {
    name: String,
    page: Arc<Segmented>,
    /// What a translation translates.
    source: Option<Arc<Segmented>>,
}

impl Sample {
    fn text(&self) -> &Text {
        self.page.text()
    }
}

/// Read and cut once for all tests. `None` where the corpora are not at hand.
static CORPUS: LazyLock<Option<Vec<Sample>>> = LazyLock::new(corpus);

/// Tests that change or respell texts take every fifth, which is some of each file and language; what must hold for
/// each text is tried on all.
const SOME: usize = 5;

/// Sources, translations and earlier revisions. `None`, and a line about it, where the corpora are not at hand.
#[expect(clippy::disallowed_methods, reason = "the corpora are read in place, never copied")]
fn corpus() -> Option<Vec<Sample>> {
    let beside_repository = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let folder = std::env::var_os("ZENCAT_CORPUS").map_or_else(beside_repository, PathBuf::from);
    let Ok(entries) = folder.read_dir() else {
        println!("skipped: there are no corpora in {}; ZENCAT_CORPUS names another place", folder.display());
        return None;
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let mut samples = Vec::new();
    for file in &files {
        for (line, json) in std::fs::read_to_string(file).unwrap().lines().enumerate() {
            let article: serde_json::Value = serde_json::from_str(json).unwrap();
            let name = format!("{}:{}", file.file_name().unwrap().display(), line + 1);
            samples.extend(samples_of(&name, &article));
        }
    }
    assert!(samples.len() > 1_000, "{} samples in {}", samples.len(), folder.display());
    Some(samples)
}

fn samples_of(name: &str, article: &serde_json::Value) -> Vec<Sample> {
    let string = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let page = |value: &serde_json::Value| {
        Arc::new(Segmented::of(&Text { title: string(&value["title"]), body: string(&value["body"]) }))
    };
    let source = page(article);
    let translations = article["translations"].as_array().into_iter().flatten();
    let translations = translations.map(|translation| Sample {
        name: format!("{name} {}", string(&translation["locale"])),
        page: page(translation),
        source: Some(Arc::clone(&source)),
    });
    let own = Sample { name: name.to_owned(), page: Arc::clone(&source), source: None };
    std::iter::once(own).chain(translations).collect()
}

/// Runs a test on every sample and adds up what it counts.
fn on_all(what: &str, test: impl Fn(&Sample) -> usize + Sync) {
    on_every(1, what, test);
}

/// Runs a test on every nth sample, on all processors, and adds up what it counts.
fn on_every(nth: usize, what: &str, test: impl Fn(&Sample) -> usize + Sync) {
    let Some(samples) = &*CORPUS else { return };
    let samples: Vec<&Sample> = samples.iter().step_by(nth).collect();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let count = std::thread::scope(|scope| {
        let test = &test;
        let part = |first: usize| samples.iter().skip(first).step_by(threads);
        let workers: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || part(first).map(|sample| test(sample)).sum::<usize>()))
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum::<usize>()
    });
    println!("{} bodies, {count} {what}", samples.len());
    assert!(count > 0);
}

#[test]
fn a_source_is_the_sum_of_its_units_and_its_skeleton() {
    on_all("units put back", |sample| {
        let source = &sample.page;
        assert_eq!(&source.assemble(&source.source_units()).unwrap(), sample.text(), "{}", sample.name);
        source.units().len()
    });
}

#[test]
fn a_file_brings_back_what_it_took_along() {
    on_all("units through LocJSON", |sample| {
        let source = &sample.page;
        let reading = locjson::read(&locjson::write(source, "comment", None)).unwrap();
        assert_eq!(reading.units, source.source_units(), "{}", sample.name);
        source.units().len()
    });
}

/// Every unit's words in another language.
fn pseudo_translation(source: &Segmented) -> Units {
    source.units().iter().map(|unit| (unit.key.clone(), rewrite::translated(&unit.text))).collect()
}

#[test]
fn a_translation_of_the_words_alone_has_no_findings() {
    on_all("units pseudo-translated", |sample| {
        let source = &sample.page;
        let units = pseudo_translation(source);
        let reading = locjson::read(&locjson::write(source, "comment", Some(&units))).unwrap();
        assert_eq!(reading.units, units, "{}", sample.name);
        let findings = check(source, &reading, Languages { same_language: false });
        assert!(findings.is_empty(), "{}: {}", sample.name, findings[0]);
        let translation = source.assemble(&units).unwrap();
        let kinds = |text: &Segmented| text.units().iter().map(|unit| unit.kind).collect::<Vec<UnitKind>>();
        assert_eq!(kinds(&Segmented::of(&translation)), kinds(source), "{}", sample.name);
        units.len()
    });
}

#[test]
fn a_translation_of_the_words_alone_lines_up_with_its_source() {
    on_every(SOME, "units lined up", |sample| {
        let source = &sample.page;
        let alignment = align(source, &source.assemble(&pseudo_translation(source)).unwrap());
        assert!(alignment.is_whole(), "{}: {} of {}", sample.name, alignment.matched, alignment.total);
        alignment.matched
    });
}

#[test]
fn translations_of_people_line_up_with_their_sources() {
    let total = AtomicUsize::new(0);
    let matched = AtomicUsize::new(0);
    on_all("units lined up", |sample| {
        let Some(source) = &sample.source else { return 0 };
        let alignment = align(source, sample.text());
        assert_eq!(alignment.matched, alignment.units.len(), "{}", sample.name);
        total.fetch_add(alignment.total, Ordering::Relaxed);
        matched.fetch_add(alignment.matched, Ordering::Relaxed);
        alignment.matched
    });
    let (total, matched) = (total.into_inner(), matched.into_inner());
    assert!(matched * 100 >= total * 95, "{matched} of {total} units");
}

/// Two thirds of the units that people left as they were are names, labels and numbers, and pass; the rest are sentences
/// that somebody forgot, and are held.
#[test]
fn what_people_leave_as_it_was_is_seldom_a_sentence() {
    if CORPUS.is_none() {
        return;
    }
    let (aligned, equal, held) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    on_all("units that people translated", |sample| {
        let Some(source) = sample.source.as_ref().filter(|_| !sample.name.contains(" en")) else { return 0 };
        let alignment = align(source, sample.text());
        let same = source.units().iter().filter(|unit| alignment.units.get(&unit.key) == Some(&unit.text));
        equal.fetch_add(same.count(), Ordering::Relaxed);
        aligned.fetch_add(alignment.matched, Ordering::Relaxed);
        let file = locjson::write(source, "comment", Some(&alignment.units));
        let reading = locjson::read(&file).unwrap();
        let findings = check(source, &reading, Languages { same_language: false });
        let left = findings.iter().filter(|finding| finding.problem == Problem::SameAsSource);
        held.fetch_add(left.count(), Ordering::Relaxed);
        alignment.matched
    });
    let (aligned, equal, held) = (aligned.into_inner(), equal.into_inner(), held.into_inner());
    println!("of {aligned} units {equal} are as in the source, {held} of them sentences");
    assert!(held * 3 <= equal && equal * 5 <= aligned, "{held} of {equal} of {aligned}");
}

#[test]
fn another_spelling_of_a_text_has_the_same_hash() {
    on_every(SOME, "bytes respelled", |sample| {
        let body = respelled(&sample.text().body);
        let other = Text { title: sample.text().title.clone(), body };
        assert_eq!(content_hash(&other), content_hash(sample.text()), "{}\n{}", sample.name, other.body);
        other.body.len()
    });
}

#[test]
fn every_change_of_what_a_text_says_changes_its_hash() {
    on_every(SOME, "changes noticed", |sample| {
        let hash = content_hash(sample.text());
        let changes = rewrite::changes(&sample.text().body);
        for (what, body) in &changes {
            let changed = Text { title: sample.text().title.clone(), body: body.clone() };
            assert_ne!(content_hash(&changed), hash, "{}: {what}", sample.name);
        }
        changes.len()
    });
}

#[test]
fn a_change_of_markup_outside_of_units_leaves_their_hash() {
    on_every(SOME, "words known as the same", |sample| {
        let before = Facts::of(sample.text());
        let body = attribute_added_to_blocks(&sample.text().body);
        let after = Facts::of(&Text { title: sample.text().title.clone(), body });
        assert_ne!(before.hash, after.hash, "{}", sample.name);
        assert_eq!(before.units, after.units, "{}", sample.name);
        assert_eq!(after.fingerprints.new_words(&before.fingerprints), 0, "{}", sample.name);
        before.words as usize
    });
}

#[test]
fn links_move_there_and_back() {
    on_all("links moved", |sample| {
        let body = &sample.text().body;
        let items = links::linked_items(body);
        let (source, target) = (Locale::new("en-us"), Locale::new("xx-test"));
        let moved = links::localise(body, &source, &target, &items);
        assert_eq!(links::localise(&moved, &source, &target, &items), moved, "{}", sample.name);
        assert_eq!(links::linked_items(&moved), items, "{}", sample.name);
        assert_eq!(&links::localise(&moved, &target, &source, &items), body, "{}", sample.name);
        moved.matches("/hc/xx-test/").count()
    });
}

/// A twentieth of what Zendesk keeps at most: enough to see what is quadratic.
const LONG: usize = 50_000;

/// Long bodies, each made to hurt.
fn hostile_bodies() -> Vec<(&'static str, String)> {
    let many = |part: &str| part.repeat(LONG / part.len());
    let numbered = |part: &str| {
        let mut text = String::new();
        let mut number = 0;
        while text.len() < LONG {
            write!(text, "{}", part.replace('#', &number.to_string())).unwrap();
            number += 1;
        }
        text
    };
    vec![
        ("b nests", many("<b>x")),
        ("distinct b nests", numbered("<b id=#>x")),
        ("div nests", many("<div>x")),
        ("hidden nests", many("<div></x>")),
        ("ruby nests", many("<rt>x")),
        ("foreign nests", format!("<svg>{}", many("<td>"))),
        ("tables", many("<table>")),
        ("tables in cells", many("<table><tr><td>x")),
        ("text in tables", format!("<table>{}", many("x<tr>"))),
        ("elements in tables", format!("<table>{}", many("<br>"))),
        ("reopened elements", format!("{}{}", numbered_elements(150), many("<p>x"))),
        ("misnested links", many("<a href=x><p>y</a>")),
        ("misnested elements", many("<b><i><p></b></i>x")),
        ("crossed blocks", many("<b><div></b>x</div>")),
        ("end tags", format!("{}{}", many("<b>"), many("</i>"))),
        ("attributes", format!("<p {}>x</p>", numbered("a# "))),
        ("attributes in foreign text", format!("<svg><title><a {}>", numbered("a# "))),
        ("alternative texts", format!("<p>x{}", numbered("<img alt='a b #'>"))),
        ("equal alternative texts", format!("<p>x{}", many("<img alt='a b'>"))),
        ("html tags", numbered("<html a#=1>")),
        ("comments", many("<!---->")),
        ("open comments", many("<!-- --!")),
        ("brackets", many("<")),
        ("open tags", many("<a ")),
        ("open quotes", many("<a b=\"")),
        ("ampersands", many("&")),
        ("entities", many("&notin")),
        ("placeholders", many("%(")),
        ("percent signs", many("%1")),
        ("open braces", many("{{")),
        ("paragraphs", numbered("<p>Paragraph # <b>of</b> many</p>\n")),
        ("list items", many("<li>x")),
        ("titles", many("<title>")),
        ("one word", many("x")),
        ("spaces", many(" ")),
        ("no-break spaces", format!("<p>x{}", many("&nbsp;"))),
    ]
}

fn numbered_elements(count: usize) -> String {
    (0..count).map(|number| format!("<b id={number}>")).collect()
}

#[test]
fn hostile_bodies_cost_no_more_than_their_length() {
    let slow: Vec<String> = hostile_bodies()
        .into_iter()
        .filter_map(|(name, body)| {
            let began = Instant::now();
            everything(&Text { title: "Title".to_owned(), body });
            let took = began.elapsed();
            println!("{name}: {took:?}");
            // Alone each takes well under four seconds, and quadratic work takes minutes; the rest is room for tests
            // that run beside this one.
            (took > Duration::from_secs(30)).then(|| format!("{name}: {took:?}"))
        })
        .collect();
    assert!(slow.is_empty(), "{slow:#?}");
}

proptest::proptest! {
    #[test]
    fn any_soup_of_tags_goes_through(
        pieces in proptest::collection::vec(proptest::sample::select(SOUP.to_vec()), 0..30),
        noise in "\\PC{0,12}",
    ) {
        let body = pieces.join(&noise);
        everything(&Text { title: noise, body: body.clone() });
        everything(&Text { title: body, body: pieces.concat() });
    }
}

/// What breaks readers of HTML.
const SOUP: [&str; 64] = [
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i class=x>",
    "</i>",
    "<a href='/hc/en-us/articles/1'>",
    "</a>",
    "<br>",
    "<br/>",
    "</br>",
    "<ul>",
    "<li>",
    "</li>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "<pre>",
    "</pre>",
    "<code>",
    "</code>",
    "<svg>",
    "<title>",
    "</title>",
    "</svg>",
    "<select>",
    "<option>",
    "</select>",
    "<script>",
    "</script>",
    "<textarea placeholder=x>",
    "</textarea>",
    "<template>",
    "</template>",
    "<math><mi>",
    "<foreignObject>",
    "<form>",
    "<img alt='a b'",
    "<img alt=\"c &amp; d\" src=x>",
    ">",
    "<",
    "&",
    "&amp;",
    "&nbsp;",
    "&#x0;",
    "&copy",
    "<!--",
    "-->",
    "--!>",
    "<!",
    "<?x?>",
    "<![CDATA[",
    "]]>",
    "\"",
    "'",
    "=",
    "/",
    "\0",
    "\r\n",
    "{{x}}",
    "%s",
    "<span translate=no>",
];

/// All that may happen to a text.
fn everything(text: &Text) {
    let facts = Facts::of(text);
    let source = Segmented::of(text);
    assert_eq!(source.units().is_empty(), facts.is_empty());
    assert_eq!(&source.assemble(&source.source_units()).unwrap(), text);
    let units: Units =
        source.units().iter().map(|unit| (unit.key.clone(), format!("{}!", unit.text))).collect();
    let reading = locjson::read(&locjson::write(&source, "comment", Some(&units))).unwrap();
    check(&source, &reading, Languages { same_language: false });
    let translation = source.assemble(&reading.units).unwrap();
    align(&source, &translation);
    links::localise(&text.body, &Locale::new("en-us"), &Locale::new("de"), &facts.links);
}
