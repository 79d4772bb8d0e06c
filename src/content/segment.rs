//! Cutting a body: which byte ranges are units.
//!
//! A unit is a run of text and inline tags between two tags of blocks. Whatever the body, the tags inside a unit are
//! well nested: an inline tag whose partner is not in the same run (`<b>` around two paragraphs) ends the unit and
//! stays in the skeleton. White space, line breaks and comments at a unit's border are skeleton as well.

use std::ops::Range;

use super::entities::decode;
use super::entities::decode_attribute;
use super::outline::Outline;
use super::outline::ends_unit;
use super::outline::is_opaque;
use super::tokens::Attribute;
use super::tokens::Token;
use super::tokens::TokenKind;
use super::tokens::attributes;
use super::tokens::is_void;
use super::tokens::tokens;
use super::units::UnitKind;

/// A range of the body that is a unit.
#[derive(Debug)]
pub(super) struct Cut {
    pub(super) kind: UnitKind,
    pub(super) range: Range<usize>,
    pub(super) place: Place,
}

/// What surrounds a unit.
#[derive(Debug)]
pub(super) enum Place {
    /// Other content of the page. The cuts are the values of attributes inside the unit.
    Content(Vec<Cut>),
    /// The value of an attribute, with the quote around it.
    Attribute(Option<char>),
}

/// Cuts a body into its units, in the order of the text.
pub(super) fn cut(html: &str) -> Vec<Cut> {
    let tokens = tokens(html);
    let outline = Outline::of(&tokens);
    let mut cutter = Cutter { html, tokens: &tokens, outline: &outline, run: 0..0, cuts: Vec::new() };
    let mut number = 0;
    while number < tokens.len() {
        number = cutter.step(number);
    }
    cutter.end_run();
    cutter.cuts
}

struct Cutter<'a> {
    html: &'a str,
    tokens: &'a [Token<'a>],
    outline: &'a Outline,
    /// The tokens since the last border.
    run: Range<usize>,
    cuts: Vec<Cut>,
}

impl Cutter<'_> {
    /// Takes a token, or a whole element, and returns the number of the next one.
    fn step(&mut self, number: usize) -> usize {
        let token = &self.tokens[number];
        let next = match &token.kind {
            TokenKind::Start(name) if !is_void(name) && says_no_translation(self.html, token) => {
                self.end_run();
                self.outline.ends[number]
            }
            TokenKind::Start(name) if is_opaque(name) => {
                self.end_run();
                self.attributes_of(number);
                self.outline.ends[number]
            }
            TokenKind::Start(name) if ends_unit(name) => {
                self.end_run();
                self.attributes_of(number);
                number + 1
            }
            TokenKind::End(name) if ends_unit(name) => {
                self.end_run();
                number + 1
            }
            TokenKind::Raw => {
                self.end_run();
                number + 1
            }
            TokenKind::Hidden if !is_comment(&self.html[token.range.clone()]) => {
                self.end_run();
                number + 1
            }
            TokenKind::Start(_) | TokenKind::End(_) | TokenKind::Text | TokenKind::Hidden => {
                self.run.end = number + 1;
                return number + 1;
            }
        };
        self.run = next..next;
        next
    }

    /// Cuts the run at the tags that have no partner in it.
    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        let mut from = run.start;
        for lonely in lonely_tags(self.tokens, &run) {
            self.content(from..lonely);
            self.attributes_of(lonely);
            from = lonely + 1;
        }
        self.content(from..run.end);
    }

    /// A stretch of well-nested tokens: a unit if there is something to translate.
    fn content(&mut self, numbers: Range<usize>) {
        let Some((numbers, range)) = self.trimmed(numbers) else { return };
        if is_worth_translating(self.html, &self.tokens[numbers.clone()]) {
            let inner =
                numbers.clone().flat_map(|number| attribute_cuts(self.html, &self.tokens[number])).collect();
            self.cuts.push(Cut {
                kind: self.outline.kinds[numbers.start],
                range,
                place: Place::Content(inner),
            });
        } else {
            numbers.for_each(|number| self.attributes_of(number));
        }
    }

    /// Leaves out what is not seen at both ends; `None` when nothing is left.
    fn trimmed(&self, mut numbers: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        let bytes = |number: usize| self.tokens[number].range.clone();
        let space = |number: usize| self.is_space(&self.tokens[number]);
        while !numbers.is_empty() && space(numbers.start) {
            numbers.start += 1;
        }
        while !numbers.is_empty() && space(numbers.end - 1) {
            numbers.end -= 1;
        }
        let (first, last) = (numbers.start, numbers.clone().next_back()?);
        let (mut from, mut to) = (bytes(first).start, bytes(last).end);
        if self.tokens[last].kind == TokenKind::Text {
            to = bytes(last).start + trim_end(&self.html[bytes(last)]).len();
        }
        if self.tokens[first].kind == TokenKind::Text {
            from = bytes(first).end - trim_start(&self.html[bytes(first)]).len();
        }
        Some((numbers, from..to))
    }

    fn is_space(&self, token: &Token<'_>) -> bool {
        match &token.kind {
            TokenKind::Text => trim_start(&self.html[token.range.clone()]).is_empty(),
            TokenKind::Start(name) | TokenKind::End(name) => name == "br",
            TokenKind::Hidden => true,
            TokenKind::Raw => false,
        }
    }

    fn attributes_of(&mut self, number: usize) {
        self.cuts.extend(attribute_cuts(self.html, &self.tokens[number]));
    }
}

/// A no-break space is often all that an editor leaves in an empty paragraph.
const SPACES: [&str; 4] = ["&nbsp;", "&#160;", "&#xA0;", "&#xa0;"];

fn trim_start(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        match SPACES.iter().find_map(|space| text.strip_prefix(space)) {
            Some(rest) => text = rest,
            None => return text,
        }
    }
}

fn trim_end(mut text: &str) -> &str {
    loop {
        text = text.trim_end();
        match SPACES.iter().find_map(|space| text.strip_suffix(space)) {
            Some(rest) => text = rest,
            None => return text,
        }
    }
}

/// A comment that ends. What is cut off by the end of the text must not come before other text.
pub(super) fn is_comment(hidden: &str) -> bool {
    hidden.starts_with("<!--") && (hidden.ends_with("-->") || hidden.ends_with("--!>"))
}

/// The tags of a run that are not well nested in it, in order.
///
/// At the first tag that breaks the nesting everything that is open counts as broken. That is strict, and the simplest
/// rule under which no pair of tags is ever torn apart by a border.
fn lonely_tags(tokens: &[Token<'_>], run: &Range<usize>) -> Vec<usize> {
    let mut lonely = Vec::new();
    let mut open: Vec<(usize, &str)> = Vec::new();
    for number in run.clone() {
        match &tokens[number].kind {
            TokenKind::Start(name) if !is_void(name) => open.push((number, name)),
            TokenKind::End(name) if !is_void(name) => match open.last() {
                Some((_, last)) if last == name => {
                    open.pop();
                }
                _ => {
                    lonely.extend(open.drain(..).map(|(number, _)| number));
                    lonely.push(number);
                }
            },
            _ => {}
        }
    }
    lonely.extend(open.into_iter().map(|(number, _)| number));
    lonely
}

/// Whether a reader would miss these words: there is a letter or digit, and not only in `code`.
fn is_worth_translating(html: &str, tokens: &[Token<'_>]) -> bool {
    let mut open_code = 0_usize;
    tokens.iter().any(|token| {
        match &token.kind {
            TokenKind::Start(name) if name == "code" => open_code += 1,
            TokenKind::End(name) if name == "code" => open_code = open_code.saturating_sub(1),
            TokenKind::Text if open_code == 0 => {
                return decode(&html[token.range.clone()]).contains(char::is_alphanumeric);
            }
            _ => {}
        }
        false
    })
}

/// `translate="no"`, or the class that machine translation takes for the same.
fn says_no_translation(html: &str, tag: &Token<'_>) -> bool {
    let value = |attribute: &Attribute<'_>| match &attribute.value {
        Some(range) => decode_attribute(&html[range.clone()]).into_owned(),
        None => String::new(),
    };
    html[tag.range.clone()].contains('=')
        && attributes(html, &tag.range).iter().any(|attribute| match attribute.name.as_ref() {
            "translate" => value(attribute).trim().eq_ignore_ascii_case("no"),
            "class" => value(attribute).split_ascii_whitespace().any(|class| class == "notranslate"),
            _ => false,
        })
}

/// The values of a tag's attributes that a reader may see.
fn attribute_cuts(html: &str, tag: &Token<'_>) -> Vec<Cut> {
    let TokenKind::Start(element) = &tag.kind else { return Vec::new() };
    if !html[tag.range.clone()].contains('=') || says_no_translation(html, tag) {
        return Vec::new();
    }
    let mut cuts: Vec<Cut> = Vec::new();
    for attribute in attributes(html, &tag.range) {
        let Some(kind) = UnitKind::of_attribute(element, &attribute.name) else { continue };
        let Some(range) = attribute.value else { continue };
        // Of several attributes with one name, browsers take the first.
        let is_first = cuts.iter().all(|cut| cut.kind != kind);
        if is_first && is_text(&decode_attribute(&html[range.clone()])) {
            cuts.push(Cut { kind, range, place: Place::Attribute(attribute.quote) });
        }
    }
    cuts
}

/// Whether an attribute's value is words. Most alternative texts are the name of the uploaded file.
fn is_text(value: &str) -> bool {
    const FILES: [&str; 13] = [
        ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".mp4", ".mov",
        ".pdf",
    ];
    let ending =
        value.trim_end().rsplit_once('.').map(|(_, ending)| format!(".{}", ending.to_ascii_lowercase()));
    let is_file = ending.is_some_and(|ending| FILES.contains(&ending.as_str()));
    let is_address =
        ["http://", "https://", "//", "data:"].iter().any(|start| value.trim_start().starts_with(start));
    value.contains(char::is_alphanumeric) && !is_file && !is_address
}
