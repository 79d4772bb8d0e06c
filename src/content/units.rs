//! A text cut into *units*, which are translated, and *skeleton*, which never leaves zencat.
//!
//! Units are byte ranges of the original text; [`segment`](super::segment) says which. A unit's key is what it says,
//! not where it stands: when a paragraph is inserted, all others keep their keys and their finished translations.
//! Putting the source's own units back gives the source, byte for byte.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use super::ContentHash;
use super::Text;
use super::assemble;
use super::canonical;
use super::entities::decode_attribute;
use super::segment::Cut;
use super::segment::Place;
use super::segment::cut;
use super::words::count_words;
use super::words::count_words_of_plain;
use super::words::visible;

/// Names a unit by what it says: a short hash of its canonical form, with a number from its second occurrence on.
/// The title's is `title`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitKey(String);

impl UnitKey {
    /// A key as it was read from a file. It need not be one of a text's.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The title's key.
    pub fn title() -> Self {
        Self("title".to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(hash: &ContentHash, occurrence: usize) -> Self {
        match occurrence {
            1 => Self(hash.hex(8)),
            _ => Self(format!("{}-{occurrence}", hash.hex(8))),
        }
    }
}

impl fmt::Display for UnitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a unit is on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    /// An article's title, a section's or category's name.
    Title,
    /// A heading of some level, 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// A cell of a table.
    TableCell,
    /// A heading cell of a table.
    TableHeader,
    /// The caption of a table or figure.
    Caption,
    /// The line that a folded part of the page shows.
    Summary,
    /// A term that is defined.
    Term,
    /// Its definition.
    Definition,
    /// Quoted text.
    Quotation,
    /// A choice of a form.
    Choice,
    /// Text outside of all these.
    Text,
    /// The `alt` of an image.
    AlternativeText,
    /// A `title` attribute.
    Tooltip,
    /// An `aria-label`.
    AccessibleName,
    /// The `placeholder` of a field.
    Placeholder,
}

impl UnitKind {
    /// What an attribute's value is, if a reader may see it.
    pub(super) fn of_attribute(element: &str, attribute: &str) -> Option<Self> {
        match attribute {
            "alt" if matches!(element, "img" | "area" | "input") => Some(Self::AlternativeText),
            "placeholder" if matches!(element, "input" | "textarea") => Some(Self::Placeholder),
            "title" if !matches!(element, "link" | "meta" | "style" | "script") => Some(Self::Tooltip),
            "aria-label" => Some(Self::AccessibleName),
            _ => None,
        }
    }

    /// It is the value of an attribute.
    pub fn is_attribute(self) -> bool {
        matches!(self, Self::AlternativeText | Self::Tooltip | Self::AccessibleName | Self::Placeholder)
    }

    /// Its name without a heading's level.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Heading(_) => "heading",
            Self::Paragraph => "paragraph",
            Self::ListItem => "list item",
            Self::TableCell => "table cell",
            Self::TableHeader => "table header",
            Self::Caption => "caption",
            Self::Summary => "summary",
            Self::Term => "term",
            Self::Definition => "definition",
            Self::Quotation => "quotation",
            Self::Choice => "choice",
            Self::Text => "text",
            Self::AlternativeText => "alternative text of an image",
            Self::Tooltip => "tooltip",
            Self::AccessibleName => "accessible name",
            Self::Placeholder => "placeholder of a field",
        }
    }
}

impl fmt::Display for UnitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Heading(level) => write!(f, "heading level {level}"),
            other => f.write_str(other.noun()),
        }
    }
}

/// A piece of text that is translated as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its name.
    pub key: UnitKey,
    /// What it is.
    pub kind: UnitKind,
    /// Which of its noun it is on the page, from 1.
    pub number: usize,
    /// The bytes of the source.
    pub text: String,
    /// The text holds tags or entities, and so does its translation. Else both are plain characters.
    pub is_html: bool,
    hash: ContentHash,
}

impl Unit {
    /// Where it is, for people: `paragraph 3`.
    pub fn place(&self) -> String {
        match self.kind {
            UnitKind::Title => self.kind.to_string(),
            _ => format!("{} {}", self.kind.noun(), self.number),
        }
    }

    /// What a reader sees of a text that stands in this unit's place.
    pub(super) fn visible(&self, text: &str) -> String {
        match self.is_html {
            false => text.to_owned(),
            true if self.kind.is_attribute() => decode_attribute(text).into_owned(),
            true => visible(text),
        }
    }

    /// Hash of its canonical form.
    pub(super) fn hash(&self) -> &ContentHash {
        &self.hash
    }

    /// The words to translate.
    pub fn words(&self) -> u32 {
        match self.is_html {
            true if !self.kind.is_attribute() => count_words(&self.text),
            _ => count_words_of_plain(&self.visible(&self.text)),
        }
    }
}

/// Texts of units by their keys: a translation on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Units(BTreeMap<UnitKey, String>);

impl Units {
    /// The text of a unit.
    pub fn get(&self, key: &UnitKey) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Sets the text of a unit and returns the one it had.
    pub fn insert(&mut self, key: UnitKey, text: impl Into<String>) -> Option<String> {
        self.0.insert(key, text.into())
    }

    /// Takes a unit out.
    pub fn remove(&mut self, key: &UnitKey) -> Option<String> {
        self.0.remove(key)
    }

    /// Whether a unit has a text.
    pub fn contains(&self, key: &UnitKey) -> bool {
        self.0.contains_key(key)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&UnitKey, &str)> {
        self.0.iter().map(|(key, text)| (key, text.as_str()))
    }
}

impl FromIterator<(UnitKey, String)> for Units {
    fn from_iter<I: IntoIterator<Item = (UnitKey, String)>>(units: I) -> Self {
        Self(units.into_iter().collect())
    }
}

/// A translation lacks units of the text, or has empty ones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the translation lacks {} of the page's units, first {}; nothing is assembled without them", .0.len(), first(.0))]
pub struct MissingUnits(pub Vec<UnitKey>);

fn first(keys: &[UnitKey]) -> String {
    keys.first().map(|key| format!("`{key}`")).unwrap_or_default()
}

/// A text, cut.
#[derive(Clone, Debug)]
pub struct Segmented {
    text: Text,
    units: Vec<Unit>,
    slots: Vec<Slot>,
}

/// A unit's place in the body.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// The unit's index.
    pub(super) unit: usize,
    /// The bytes of the body that it takes.
    pub(super) range: Range<usize>,
    /// How it is written there.
    pub(super) kind: SlotKind,
}

#[derive(Clone, Debug)]
pub(super) enum SlotKind {
    /// As content. The units of attributes inside it are these.
    Content(Range<usize>),
    /// As the value of an attribute, with this quote.
    Attribute(Option<char>),
}

impl Segmented {
    /// Cuts a text.
    pub fn of(text: &Text) -> Self {
        let mut list = UnitList::default();
        if text.title.contains(char::is_alphanumeric) {
            list.title(&text.title);
        }
        let slots = cut(&text.body).into_iter().map(|cut| list.slot(&text.body, cut)).collect();
        Self { text: text.clone(), units: list.units, slots }
    }

    /// The text that was cut.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The units, in reading order.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The source's own text of every unit.
    pub fn source_units(&self) -> Units {
        self.units.iter().map(|unit| (unit.key.clone(), unit.text.clone())).collect()
    }

    /// Puts a translation's units in place on the skeleton.
    ///
    /// # Errors
    /// When a unit is missing or empty: a page is sent whole or not at all.
    pub fn assemble(&self, units: &Units) -> Result<Text, MissingUnits> {
        assemble::assemble(self, units)
    }

    pub(super) fn slots(&self) -> &[Slot] {
        &self.slots
    }
}

/// Units as they are found.
#[derive(Default)]
struct UnitList {
    units: Vec<Unit>,
    occurrences: HashMap<ContentHash, usize>,
    numbers: HashMap<&'static str, usize>,
}

impl UnitList {
    fn title(&mut self, title: &str) {
        let hash = hash(b"title", canonical::plain(title).as_bytes());
        let kind = UnitKind::Title;
        let text = title.to_owned();
        self.units.push(Unit { key: UnitKey::title(), kind, number: 1, text, is_html: false, hash });
    }

    fn slot(&mut self, body: &str, cut: Cut) -> Slot {
        let unit = self.units.len();
        self.unit(cut.kind, &body[cut.range.clone()]);
        let kind = match cut.place {
            Place::Attribute(quote) => SlotKind::Attribute(quote),
            Place::Content(inner) => {
                for attribute in inner {
                    self.unit(attribute.kind, &body[attribute.range]);
                }
                SlotKind::Content(unit + 1..self.units.len())
            }
        };
        Slot { unit, range: cut.range, kind }
    }

    fn unit(&mut self, kind: UnitKind, text: &str) {
        let hash = match kind.is_attribute() {
            true => hash(b"attribute", canonical::plain(&decode_attribute(text)).as_bytes()),
            false => hash(b"html", &canonical::html(text)),
        };
        let occurrence = self.occurrences.entry(hash).or_insert(0);
        *occurrence += 1;
        let key = UnitKey::of(&hash, *occurrence);
        let number = self.numbers.entry(kind.noun()).or_insert(0);
        *number += 1;
        let is_html = text.contains('&') || (text.contains('<') && !kind.is_attribute());
        self.units.push(Unit { key, kind, number: *number, text: text.to_owned(), is_html, hash });
    }
}

/// Begins every hashed unit. A change of what canonical forms say changes it.
const VERSION: &[u8] = b"zencat unit 1 ";

fn hash(form: &[u8], canonical: &[u8]) -> ContentHash {
    ContentHash::of_pieces([VERSION, form, b"\n", canonical])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segmented(body: &str) -> Segmented {
        Segmented::of(&Text { title: "Title".to_owned(), body: body.to_owned() })
    }

    /// The units of a body, `kind: text`, without the title.
    fn units(body: &str) -> Vec<String> {
        segmented(body).units()[1..].iter().map(|unit| format!("{}: {}", unit.kind, unit.text)).collect()
    }

    #[test]
    fn a_unit_is_the_content_of_an_innermost_block() {
        assert_eq!(
            units(
                "bare <b>text</b><div><h2>Head</h2>\n<ul><li>One<br>two<ul><li><p>Three</p></ul></ul></div>"
            ),
            ["text: bare <b>text</b>", "heading level 2: Head", "list item: One<br>two", "paragraph: Three",]
        );
        assert_eq!(
            units("<table><caption>C<tr><th>H<td><div>x</div>y</table><dl><dt>t<dd>d</dl>"),
            ["caption: C", "table header: H", "table cell: x", "table cell: y", "term: t", "definition: d",]
        );
    }

    #[test]
    fn what_is_not_for_translators_is_skeleton() {
        for body in [
            "<pre>let x;</pre><script>var y</script><style>p {}</style><!-- z -->",
            "<p>&nbsp;</p><p>\u{a0}</p><p> – </p><p><br></p><p><img src=a.png></p><p><code>cargo run</code></p>",
            "<p translate=\"no\">Acme <b>Cloud</b></p><span class='a notranslate b' title=x>Acme</span>",
            "<svg><text>a</text></svg><iframe src=x>b</iframe><textarea>c</textarea>",
            "<img alt=\"shot 1.PNG\" src=a><img alt=\"\"><a title='https://a.b/c'></a>",
        ] {
            assert!(units(body).is_empty(), "{body}: {:?}", units(body));
        }
        assert_eq!(units("<p>Run <code>x</code></p>"), ["paragraph: Run <code>x</code>"]);
        assert_eq!(units("<p> \u{a0}<!-- c -->One&nbsp;<br>\n</p>"), ["paragraph: One"]);
        assert_eq!(units("<p>Use <i translate=no>Acme</i> now</p>"), ["paragraph: Use", "paragraph: now"]);
    }

    #[test]
    fn visible_attributes_are_units_of_their_own() {
        assert_eq!(
            units(
                "<p>See <img alt='A gear' title=\"Q&amp;A\"> there</p><input placeholder=Name aria-label='N'>"
            ),
            [
                "paragraph: See <img alt='A gear' title=\"Q&amp;A\"> there",
                "alternative text of an image: A gear",
                "tooltip: Q&amp;A",
                "placeholder of a field: Name",
                "accessible name: N",
            ]
        );
        assert_eq!(units("<iframe title='The film'></iframe>"), ["tooltip: The film"]);
    }

    #[test]
    fn tags_inside_a_unit_are_well_nested() {
        assert_eq!(
            units("<b>one<p>two</p>three</b> four"),
            ["text: one", "paragraph: two", "text: three", "text: four"]
        );
        assert_eq!(
            units("x <b>one <i>two</b> three</i> <u>f</u>"),
            ["text: x", "text: one", "text: two", "text: three", "text: <u>f</u>",]
        );
    }

    #[test]
    fn a_key_says_what_and_not_where() {
        let keys = |body: &str| -> Vec<String> {
            segmented(body).units().iter().map(|unit| unit.key.to_string()).collect()
        };
        let before = keys("<p>One</p><p>Two &amp; <b class=x id=y>b</b></p><p>One</p>");
        let after = keys("<h1>New</h1><p>Two & <b id='y'  class=\"x\">b</b>\n</p><ul><li>One<li>One</ul>");
        assert_eq!(before[0], "title");
        assert_eq!([&after[2], &after[3], &after[4]], [&before[2], &before[1], &before[3]]);
        assert_eq!(before[3], format!("{}-2", before[1]));
    }

    #[test]
    fn places_are_counted_for_people() {
        let text = segmented("<h1>A</h1><p>b</p><h2>C</h2><p>d</p>");
        let places: Vec<_> = text.units().iter().map(Unit::place).collect();
        assert_eq!(places, ["title", "heading 1", "paragraph 1", "heading 2", "paragraph 2"]);
    }
}
