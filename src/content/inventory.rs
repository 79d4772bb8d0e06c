//! What a translation must not lose or gain: the tags, code and placeholders of a unit.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::Unit;
use super::entities::decode;
use super::entities::decode_attribute;
use super::entities::reference;
use super::links::attachment_id;
use super::links::linked_item;
use super::outline::ends_unit;
use super::segment::is_comment;
use super::tokens::Token;
use super::tokens::TokenKind;
use super::tokens::attributes;
use super::tokens::is_void;
use super::tokens::tokens;
use super::units::UnitKind;
use super::words::excerpt;

/// A part of a unit that every language has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// An inline tag, its attributes sorted and decoded. Attachments are named by their id.
    Tag(String),
    /// The content of a `code` element.
    Code(String),
    /// `{{…}}`, `%{…}`, `${…}`, `%s`.
    Placeholder(String),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (noun, text) = match self {
            Self::Tag(tag) if tag.contains("=\"attachment ") => ("attachment", tag),
            Self::Tag(tag) if tag.starts_with("<a ") => ("link", tag),
            Self::Tag(tag) if tag.starts_with("<img ") => ("image", tag),
            Self::Tag(tag) => ("tag", tag),
            Self::Code(code) => ("code", code),
            Self::Placeholder(placeholder) => ("placeholder", placeholder),
        };
        write!(f, "{noun} `{}`", excerpt(text, 80))
    }
}

/// What is found in a text that stands in a unit's place.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    /// Every part and how often it occurs.
    pub(super) parts: BTreeMap<Part, usize>,
    /// The first tag that is not well nested.
    pub(super) crossed: Option<String>,
    /// The first tag of an element that no unit holds.
    pub(super) block: Option<String>,
    /// A tag or comment does not end.
    pub(super) is_cut_off: bool,
    /// `<` and `&` that stand for themselves and should be entities.
    pub(super) bare: usize,
    /// Tags and entities that a reader would see as such.
    pub(super) shown_markup: usize,
    /// A reader sees something other than white space, or an image.
    pub(super) is_filled: bool,
}

impl Inventory {
    /// Takes stock of `text` in the place of `unit`.
    pub(super) fn of(unit: &Unit, text: &str) -> Self {
        let mut inventory = Self::default();
        if unit.is_html && !unit.kind.is_attribute() {
            Walk { html: text, inventory: &mut inventory, open: Vec::new(), code: None }.walk();
        } else {
            inventory.shown(&unit.visible(text));
        }
        inventory
    }

    /// Visible characters, outside of code.
    fn shown(&mut self, text: &str) {
        self.is_filled |= !text.trim().is_empty();
        self.shown_markup += shown_markup(text);
        for placeholder in placeholders(text) {
            self.add(Part::Placeholder(placeholder.to_owned()));
        }
    }

    fn add(&mut self, part: Part) {
        *self.parts.entry(part).or_insert(0) += 1;
    }
}

struct Walk<'a> {
    html: &'a str,
    inventory: &'a mut Inventory,
    /// Elements that have not ended.
    open: Vec<String>,
    /// What the open `code` holds so far, and how many elements were open around it.
    code: Option<(String, usize)>,
}

impl Walk<'_> {
    fn walk(mut self) {
        for token in tokens(self.html) {
            match &token.kind {
                TokenKind::Text => self.text(&self.html[token.range.clone()]),
                TokenKind::Start(name) => self.start(name, &token),
                TokenKind::End(name) => self.end(name),
                TokenKind::Hidden => {
                    self.inventory.is_cut_off |= !is_comment(&self.html[token.range.clone()]);
                }
                TokenKind::Raw => {}
            }
        }
        if let Some(name) = self.open.pop() {
            self.cross(format!("<{name}>"));
        }
    }

    fn text(&mut self, text: &str) {
        let decoded = decode(text);
        self.inventory.bare += bare_characters(text);
        match &mut self.code {
            Some((code, _)) => {
                self.inventory.is_filled = true;
                code.push_str(&decoded);
            }
            None => self.inventory.shown(&decoded),
        }
    }

    fn start(&mut self, name: &str, token: &Token<'_>) {
        if ends_unit(name) {
            self.inventory.block.get_or_insert_with(|| format!("<{name}>"));
        }
        // Where a word may break differs between languages.
        if name != "wbr" {
            let tag = normal_tag(self.html, name, token);
            self.inventory.add(Part::Tag(tag));
        }
        if is_void(name) {
            self.inventory.is_filled |= name == "img";
            return;
        }
        if name == "code" && self.code.is_none() {
            self.code = Some((String::new(), self.open.len()));
        }
        self.open.push(name.to_owned());
    }

    fn end(&mut self, name: &str) {
        if ends_unit(name) {
            self.inventory.block.get_or_insert_with(|| format!("</{name}>"));
        }
        // Browsers pass over the end tags of elements without content.
        if is_void(name) {
            return;
        }
        if self.open.last().is_some_and(|last| last == name) {
            self.open.pop();
        } else {
            self.cross(format!("</{name}>"));
        }
        if let Some((code, around)) = self.code.take() {
            if self.open.len() > around {
                self.code = Some((code, around));
            } else {
                self.inventory.add(Part::Code(code.split_whitespace().collect::<Vec<_>>().join(" ")));
            }
        }
    }

    fn cross(&mut self, tag: String) {
        self.inventory.crossed.get_or_insert(tag);
    }
}

/// A tag as it is compared. Its visible attributes are units of their own, and a translation has its own language and
/// direction.
fn normal_tag(html: &str, name: &str, token: &Token<'_>) -> String {
    let mut found: Vec<(Cow<'_, str>, String)> = Vec::new();
    for attribute in attributes(html, &token.range) {
        let is_own = matches!(attribute.name.as_ref(), "lang" | "xml:lang" | "dir" | "hreflang");
        if is_own || UnitKind::of_attribute(name, &attribute.name).is_some() {
            continue;
        }
        let value =
            attribute.value.map(|range| decode_attribute(&html[range]).trim().to_owned()).unwrap_or_default();
        found.push((attribute.name, destination(value)));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.dedup_by(|later, earlier| later.0 == earlier.0);
    let attributes: String = found.iter().map(|(name, value)| format!(" {name}=\"{value}\"")).collect();
    format!("<{name}{attributes}>")
}

/// What a URL leads to. Pages of the help center are known by their ids: each translation has a host, locale and slug
/// of its own in its links.
fn destination(url: String) -> String {
    if let Some(id) = attachment_id(&url) {
        return format!("attachment {id}");
    }
    match linked_item(&url) {
        Some(page) => format!("{page}{}", url.find(['?', '#']).map_or("", |at| &url[at..])),
        None => url,
    }
}

/// `<` before a letter or digit that begin no tag, and `&` that a browser takes for an entity without its semicolon.
/// A `<` between spaces is as good as `&lt;`.
fn bare_characters(text: &str) -> usize {
    let begins_nothing =
        |at: usize| text[at + 1..].chars().next().is_none_or(|c| c.is_whitespace() || c == '=');
    let brackets = text.match_indices('<').filter(|(at, _)| !begins_nothing(*at)).count();
    let references = text.match_indices('&').filter_map(|(at, _)| reference(&text[at..]));
    brackets + references.filter(|reference| !reference.closed).count()
}

/// Tags and entities among visible characters: escaped once too often, or typed into plain text.
fn shown_markup(text: &str) -> usize {
    if !text.contains(['<', '&']) {
        return 0;
    }
    let is_tag = |token: &Token<'_>| matches!(token.kind, TokenKind::Start(_) | TokenKind::End(_));
    let tags = tokens(text).iter().filter(|token| is_tag(token)).count();
    let references = text.match_indices('&').filter_map(|(at, _)| reference(&text[at..]));
    tags + references.filter(|reference| reference.closed).count()
}

/// What a program fills in. Only what is clearly meant for one: `50 % of` has none.
fn placeholders(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = text[at..].find(['{', '%', '$']) {
        let from = at + offset;
        match placeholder_len(&text[..from], &text[from..]) {
            Some(len) => {
                found.push(&text[from..from + len]);
                at = from + len;
            }
            None => at = from + 1,
        }
    }
    found
}

/// Longer ones are no placeholders; looking further would be quadratic.
const LONGEST_PLACEHOLDER: usize = 200;

/// What may stand in braces: anything on one line in double ones, a name in single ones. `${P(H|D)}` is a formula.
fn is_name(open: &str, inner: &str) -> bool {
    match open {
        "{{" => !inner.contains(['\n', '{']),
        _ => inner.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-')),
    }
}

/// The length of the placeholder that `text` begins with.
fn placeholder_len(before: &str, text: &str) -> Option<usize> {
    let text = &text[..text.floor_char_boundary(LONGEST_PLACEHOLDER)];
    for (open, close) in [("{{", "}}"), ("%{", "}"), ("${", "}")] {
        if let Some(inner) = text.strip_prefix(open) {
            let end = inner.find(close).filter(|end| is_name(open, &inner[..*end]))?;
            return Some(open.len() + end + close.len());
        }
    }
    let rest = text.strip_prefix('%')?;
    let argument = rest.strip_prefix('(').and_then(|rest| rest.find(')')).map_or(0, |end| end + 2);
    let position = rest[argument..]
        .find('$')
        .filter(|at| *at > 0 && rest[argument..argument + at].bytes().all(|b| b.is_ascii_digit()));
    let conversion = argument + position.map_or(0, |at| at + 1);
    let len = 1 + conversion + 1;
    let is_conversion = rest[conversion..].starts_with(['s', 'd', '@']);
    let begins = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '%');
    let ends = || text[len..].chars().next().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '\'' | '’'));
    (is_conversion && begins && ends()).then_some(len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_what_programs_fill_in() {
        let found = placeholders(
            "{{ user.name }} %{count} ${x} %s, %1$s %(who)s 100%s 50 % down {a} {{\n}} {{ %d’eau % ${P(H|D)}",
        );
        assert_eq!(found, ["{{ user.name }}", "%{count}", "${x}", "%s", "%1$s", "%(who)s"]);
    }

    #[test]
    fn markup_that_a_reader_sees_is_counted() {
        assert_eq!(shown_markup("a < b & c, AT&T"), 0);
        assert_eq!(shown_markup("<b>x</b> &nbsp;"), 3);
        assert_eq!(bare_characters("a < b <= c &amp; &lt; AT&T"), 0);
        assert_eq!(bare_characters("<0 /> <é"), 2);
        assert_eq!(bare_characters("&copy 2"), 1);
    }
}
