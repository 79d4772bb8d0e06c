//! A text that is read without the parser has the form that the parser would give it, byte for byte.
//!
//! `PROPTEST_CASES=1000000 cargo test --test it -- content::strict` looks longer.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::test_runner::Config;
use zencat::content::canonical;

use crate::content::on_all;

/// Whether the short way was taken; it must lead where the long one leads. A byte order mark in front of a text without
/// any markup is kept, and was always: such a text never went through the parser, which drops it.
fn compare(html: &str) -> bool {
    let is_short = canonical::needs_no_parser(html) && !html.contains('\u{feff}');
    if is_short {
        let (short, long) = (canonical::html(html), canonical::html_by_parser(html));
        assert!(short == long, "{html:?}\n{}\n{}", short.escape_ascii(), long.escape_ascii());
    }
    is_short
}

#[test]
fn real_bodies_and_units_have_the_forms_that_the_parser_gives() {
    on_all("bodies and units read without the parser", |sample| {
        let segmented = &sample.page;
        // The units of a tenth are many enough.
        let units = segmented.units().iter().filter(|_| sample.name.ends_with('7'));
        usize::from(compare(&sample.text().body)) + units.filter(|unit| compare(&unit.text)).count()
    });
}

/// The last part is no help center but pages of a site, written by hand.
#[test]
fn nine_of_ten_bodies_of_help_centers_need_no_parser() {
    let Some(samples) = super::CORPUS.as_ref() else { return };
    for (part, aim) in [("nesi", 9), ("magento", 9), ("gatk", 9), ("openfoodfacts", 0)] {
        let bodies = || samples.iter().filter(|s| s.name.starts_with(part)).map(|s| &s.text().body);
        let short = bodies().filter(|body| canonical::needs_no_parser(body)).count();
        println!("{part}: {short} of {}", bodies().count());
        assert!(short * 10 >= bodies().count() * aim);
    }
}

#[test]
fn real_bodies_with_accidents_have_the_forms_that_the_parser_gives() {
    on_all("bodies with an accident read without the parser", |sample| {
        let body = &sample.text().body;
        let seed = body.bytes().fold(1_u64, |sum, b| sum.wrapping_mul(31).wrapping_add(b.into()));
        // Long ones cost the most and say the least more.
        let body = &body[..body.floor_char_boundary(3_000)];
        (0..accidents_each()).filter(|nth| compare(&accident(body, Draws(seed ^ (nth << 40 | 1))))).count()
    });
}

fn accidents_each() -> u64 {
    u64::from(Config::default().cases / 64).max(1)
}

/// Numbers that are as good as drawn.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// A text with a tag or a byte lost, doubled, moved or changed, somewhere.
fn accident(html: &str, mut draws: Draws) -> String {
    let marks: Vec<usize> =
        html.match_indices(['<', '>', '&', ';', '"', ' ', '=', '/']).map(|(at, _)| at).collect();
    if marks.is_empty() {
        return format!("{}{html}", draws.one(&PIECES));
    }
    let at = marks[draws.below(marks.len())];
    let tag_end = |from: usize| html[from..].find('>').map_or(html.len(), |end| from + end + 1);
    let tag = html[..at + 1].rfind('<').map_or(at..at, |from| from..tag_end(from));
    match draws.below(6) {
        0 => format!("{}{}", &html[..tag.start], &html[tag.end..]),
        1 => format!("{}{}{}", &html[..tag.end], &html[tag.clone()], &html[tag.end..]),
        2 => format!("{}{}", &html[..at], &html[at + 1..]),
        3 => format!("{}{}{}", &html[..at], draws.one(&PIECES), &html[at..]),
        4 => format!("{}{}{}", &html[..at], draws.one(&PIECES), &html[at + 1..]),
        _ => {
            let to = tag_end(marks[draws.below(marks.len())]);
            let (before, after) = (html[..tag.start].to_owned() + &html[tag.end..], &html[tag.clone()]);
            let to = before.floor_char_boundary(to);
            format!("{}{after}{}", &before[..to], &before[to..])
        }
    }
}

/// What texts near the border are made of: first what the short way knows, then its neighbours.
const NAMES: [&str; 68] = [
    "p",
    "p",
    "p",
    "p",
    "div",
    "div",
    "ul",
    "ol",
    "li",
    "li",
    "li",
    "table",
    "table",
    "b",
    "b",
    "i",
    "a",
    "a",
    "strong",
    "em",
    "u",
    "code",
    "font",
    "small",
    "span",
    "span",
    "sub",
    "br",
    "br",
    "img",
    "hr",
    "wbr",
    "h1",
    "h2",
    "h3",
    "pre",
    "pre",
    "blockquote",
    "section",
    "dd",
    "caption",
    "iframe",
    "script",
    "style",
    "tbody",
    "tr",
    "td",
    "th",
    "thead",
    "colgroup",
    "col",
    "dl",
    "dt",
    "center",
    "details",
    "summary",
    "nobr",
    "tt",
    "button",
    "form",
    "select",
    "option",
    "svg",
    "ruby",
    "rt",
    "object",
    "textarea",
    "template",
];
const KNOWN_NAMES: usize = 41;

const ATTRIBUTES: [&str; 20] = [
    "",
    "",
    "",
    "",
    " class=\"x\"",
    " id='h_1'",
    " id=\"h_2\" class=\"a&amp;b\"",
    " a b=\"c\"",
    " href=\"/hc/article_attachments/1/a.png\"",
    " data-x=\"&quot;&nbsp;&#39;\"",
    "\n\ti=\"é\"\n",
    " title='a \" > <b>'",
    " href=\"?a=1&b=2&copy=3\"",
    " a=\"1\" a=\"2\"",
    " B=\"x\"",
    " c=d",
    " e=\"\r\n\"",
    " f = \"x\"",
    " g=\"x\"h=\"y\"",
    " /",
];
const KNOWN_ATTRIBUTES: usize = 12;

const PIECES: [&str; 52] = [
    "a",
    " ",
    "\n",
    " b ",
    "\r",
    "\r\n",
    "é",
    "e\u{301}",
    "\u{301}",
    "日本",
    "\u{a0}",
    "&amp;",
    "&nbsp;",
    "&lt;",
    "&copy;",
    "&notin;",
    "&#39;",
    "&#x41;",
    "&#128;",
    "&#13;",
    "&#10;",
    "& ",
    ">",
    "\"",
    "<!-- c -->",
    "<!---->",
    "\u{c}",
    "&copy",
    "&notit;",
    "&#0;",
    "&#xD800;",
    "&#65",
    "&",
    "&b=1",
    "&amp",
    "<",
    "< ",
    "<!-->",
    "<!-- a -- b -->",
    "<!--c--!>",
    "<?x?>",
    "<!doctype html>",
    "</p>",
    "</br>",
    "<br/>",
    "</img>",
    "</hr>",
    "<img a='b'></img>",
    "</a>",
    "</li>",
    "\0",
    "\u{feff}",
];
const KNOWN_PIECES: usize = 27;

/// Builds a text from draws, nested well as long as none says otherwise.
fn built(steps: &[(u8, u8, u8)]) -> String {
    let mut html = String::new();
    let mut open: Vec<&str> = Vec::new();
    for (kind, a, b) in steps {
        let (a, b) = (usize::from(*a), usize::from(*b));
        match kind % 32 {
            0..=11 => start(&mut html, &mut open, NAMES[a % KNOWN_NAMES], ATTRIBUTES[b % KNOWN_ATTRIBUTES]),
            12 => start(&mut html, &mut open, NAMES[a % NAMES.len()], ATTRIBUTES[b % ATTRIBUTES.len()]),
            13..=21 => end(&mut html, &mut open),
            22..=29 => html.push_str(PIECES[a % KNOWN_PIECES]),
            30 if b < 128 => write!(html, "</{}>", NAMES[a % NAMES.len()]).unwrap(),
            30 => html.push_str(PIECES[a % PIECES.len()]),
            _ => html.push_str(&PIECES[a % PIECES.len()].repeat(b * 20)),
        }
    }
    while !open.is_empty() {
        end(&mut html, &mut open);
    }
    html
}

fn end(html: &mut String, open: &mut Vec<&str>) {
    if let Some(name) = open.pop() {
        write!(html, "</{name}>").unwrap();
    }
}

/// Opens an element, and around it those that usually are.
fn start(html: &mut String, open: &mut Vec<&'static str>, name: &'static str, attributes: &str) {
    let is_careful = !html.len().is_multiple_of(4);
    while is_careful
        && matches!(open.last(), Some(&("p" | "h1" | "h2" | "h3" | "iframe")))
        && !is_inline(name)
    {
        end(html, open);
    }
    let around: &[&'static str] = match (name, open.last()) {
        ("li", Some(&("ul" | "ol"))) => &[],
        ("li", _) => &["ul"],
        ("dd", _) => &["dl"],
        ("caption", _) => &["table"],
        _ => &[],
    };
    let inside: &[&'static str] = if name == "table" { &["tbody", "tr", "td"] } else { &[] };
    for name in around.iter().chain([&name]).chain(inside) {
        write!(html, "<{name}{attributes}>").unwrap();
        if !matches!(*name, "br" | "img" | "hr" | "wbr" | "col") {
            open.push(name);
        }
    }
}

fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "b" | "i" | "a" | "strong" | "em" | "u" | "code" | "font" | "small" | "span" | "sub" | "br" | "img"
    )
}

proptest::proptest! {
    #![proptest_config(Config { cases: Config::default().cases.max(6_000), ..Config::default() })]

    #[test]
    fn texts_near_the_border_have_the_forms_that_the_parser_gives(
        steps in vec(proptest::arbitrary::any::<(u8, u8, u8)>(), 0..24),
        seed in 0_u64..,
    ) {
        let html = built(&steps);
        compare(&html);
        compare(&accident(&html, Draws(seed)));
    }

    #[test]
    fn references_near_the_border_have_the_forms_that_the_parser_gives(
        text in "(&(#x?[0-9a-f]{0,8}|[a-zA-Z]{1,6}|nbsp|notin|amp|copy|lt|Eacute|b|ngE)[;=a ]?){1,4}",
    ) {
        compare(&text);
        compare(&format!("<p title=\"{text}\">{text}</p><pre>{text}</pre>"));
    }
}

#[test]
fn most_texts_near_the_border_are_on_either_side() {
    let mut draws = Draws(1);
    let mut short = 0;
    for _ in 0..1_000 {
        let steps: Vec<_> = (0..10)
            .map(|_| (draws.below(256) as u8, draws.below(256) as u8, draws.below(256) as u8))
            .collect();
        short += usize::from(compare(&built(&steps)));
    }
    println!("{short} of 1000");
    assert!((200..800).contains(&short), "{short} of 1000");
}
