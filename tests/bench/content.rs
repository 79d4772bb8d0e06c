//! The canonical form and its hash against plain SHA-256 and plain JSON parsing of the same bytes.

use serde::Deserialize;
use sha2::Digest as _;
use sha2::Sha256;
use zencat::content::Facts;
use zencat::content::Text;
use zencat::content::canonical;
use zencat::content::content_hash;

use crate::articles;
use crate::measure::Limits;
use crate::measure::best;
use crate::measure::table;
use crate::row;

/// Runs of each, of which the shortest counts.
const RUNS: usize = 3;

/// Bytes that a run goes through.
const LEAST_BYTES: usize = 30_000_000;

#[derive(Deserialize)]
#[expect(dead_code, reason = "they are parsed, not looked at")]
struct Plain {
    title: String,
    body: String,
}

pub(crate) fn run(_: &mut Limits) {
    for (what, texts) in articles::texts() {
        measure(what, &texts);
    }
}

fn measure(what: &str, texts: &[Text]) {
    let bytes: usize = texts.iter().map(|text| text.title.len() + text.body.len()).sum();
    let json = serde_json::to_vec(
        &texts
            .iter()
            .map(|text| serde_json::json!({"title": text.title, "body": text.body}))
            .collect::<Vec<_>>(),
    )
    .unwrap();
    // Small corpora are gone through more than once: what they cost in a long run is asked for.
    let rounds = LEAST_BYTES / bytes + 1;
    let seconds =
        |work: &dyn Fn()| best(RUNS, || (0..rounds).for_each(|_| work())).as_secs_f64() / rounds as f64;
    let each = |work: &dyn Fn(&Text)| seconds(&|| texts.iter().for_each(work));
    let sha = each(&|text| {
        std::hint::black_box(Sha256::digest(text.body.as_bytes()));
    });
    let parse = seconds(&|| drop(std::hint::black_box(serde_json::from_slice::<Vec<Plain>>(&json).unwrap())));
    let form = each(&|text| {
        std::hint::black_box(canonical::html(&text.body));
    });
    let parsed = each(&|text| {
        std::hint::black_box(canonical::html_by_parser(&text.body));
    });
    let hash = each(&|text| {
        std::hint::black_box(content_hash(text));
    });
    let facts = each(&|text| {
        std::hint::black_box(Facts::of(text));
    });
    let short = texts.iter().filter(|text| canonical::needs_no_parser(&text.body)).count();
    println!(
        "{} texts, {:.1} MB ({what}), {short} read without the parser\n",
        texts.len(),
        bytes as f64 / 1e6
    );
    let mut rows = vec![row!["", "MB/s", "× SHA-256 + JSON"]];
    for (name, seconds) in [
        ("plain SHA-256", sha),
        ("plain JSON parsing", parse),
        ("canonical form", form),
        ("canonical form, by the parser alone", parsed),
        ("canonical form and hash", hash),
        ("all facts of a source", facts),
    ] {
        rows.push(row![
            name,
            format!("{:.0}", bytes as f64 / 1e6 / seconds),
            format!("{:.2}", seconds / (sha + parse))
        ]);
    }
    table(&rows);
}
