//! Texts: the corpora beside the checkout where they are, else generated articles of the same shape.

use std::fs;
use std::path::Path;

use zencat::content::Text;

const HELP_CENTERS: [&str; 3] = ["gatk.jsonl", "magento.jsonl", "nesi.jsonl"];
const SITE: [&str; 1] = ["openfoodfacts.jsonl"];

/// Texts to measure with, by where they are from.
pub(crate) fn texts() -> Vec<(&'static str, Vec<Text>)> {
    let generated = (0..1_000).map(|seed| generated(seed, 6_000)).collect();
    let real =
        [("articles of help centers", of_files(&HELP_CENTERS)), ("pages written by hand", of_files(&SITE))];
    let real = real.into_iter().filter_map(|(what, texts)| Some((what, texts?)));
    std::iter::once(("generated articles", generated)).chain(real).collect()
}

/// `None` where the corpora are not at hand.
fn of_files(names: &[&str]) -> Option<Vec<Text>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let files: Result<Vec<String>, _> =
        names.iter().map(|name| fs::read_to_string(folder.join(name))).collect();
    Some(files.ok()?.iter().flat_map(|file| file.lines()).flat_map(of_line).collect())
}

/// An article of a corpus with its translations.
fn of_line(line: &str) -> Vec<Text> {
    let article: serde_json::Value = serde_json::from_str(line).unwrap();
    let text = |value: &serde_json::Value| Text {
        title: value["title"].as_str().unwrap_or_default().to_owned(),
        body: value["body"].as_str().unwrap_or_default().to_owned(),
    };
    let translations = article["translations"].as_array().into_iter().flatten().map(text);
    std::iter::once(text(&article)).chain(translations).collect()
}

/// Words without meaning: equal seeds give equal words.
struct Words(u64);

impl Words {
    fn number(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    fn some(&mut self, most: u64) -> String {
        const WORDS: [&str; 24] = [
            "account", "Zugang", "the", "of", "réglage", "open", "page", "für", "password", "select", "and",
            "device", "menu", "to", "設定", "click", "la", "settings", "new", "button", "is", "export",
            "data", "your",
        ];
        let count = 4 + self.number(most);
        let words: Vec<&str> = (0..count).map(|_| WORDS[self.number(24) as usize]).collect();
        words.join(" ")
    }
}

/// A text with a body of about this many bytes: paragraphs, headings, lists, links, images, tables and code, about
/// as often as in real help centers.
pub(crate) fn generated(seed: u64, bytes: usize) -> Text {
    let mut words = Words(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let title = words.some(5);
    let mut body = String::with_capacity(bytes + 500);
    while body.len() < bytes {
        let id = words.number(1 << 40);
        let (a, b, c) = (words.some(30), words.some(8), words.some(12));
        body.push_str(&match words.number(12) {
            0 => format!("<h2 id=\"h_01{id:024}\">{b}</h2>\n"),
            1 => format!("<ul>\n<li>{a}</li>\n<li>{b} <strong>{c}</strong></li>\n</ul>\n"),
            2 => format!("<p><img src=\"https://acme.zendesk.com/hc/article_attachments/{id}/s.png\" alt=\"{b}\"></p>\n"),
            3 => format!("<table>\n<tbody>\n<tr>\n<td>{a}</td>\n<td>{b}</td>\n</tr>\n</tbody>\n</table>\n"),
            4 => format!("<pre><code>{b} --{c}</code></pre>\n"),
            5..=7 => format!("<p>{a} <a href=\"https://acme.zendesk.com/hc/en-us/articles/{id}\">{b}</a> {c}.</p>\n"),
            8 => format!("<p>{a} <span style=\"color: #333\">{b}</span> &amp; {c}.</p>\n"),
            _ => format!("<p>{a}. {c}.</p>\n"),
        });
    }
    Text { title, body }
}
