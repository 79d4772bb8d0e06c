//! Lining up a translation that somebody made in Zendesk with its source, so that it can be imported unit by unit.
//!
//! Translations made by hand differ in their blocks half the time. What lines up is taken, the rest is left to be
//! translated: a wrong pair is worse than none, because it looks finished. Two stretches of a page line up when their
//! blocks are of the same kinds in the same order. A stretch lies between two anchors: blocks that hold the same
//! link, image or code, found once on either side, and headings where both pages have the same levels of headings.

use std::collections::HashMap;
use std::ops::Range;

use super::Segmented;
use super::Text;
use super::Unit;
use super::UnitKind;
use super::Units;
use super::entities::decode;
use super::entities::decode_attribute;
use super::links::attachment_id;
use super::links::linked_item;
use super::links::with_source_attachments;
use super::outline::Outline;
use super::outline::is_opaque;
use super::tokens::Token;
use super::tokens::TokenKind;
use super::tokens::attributes;
use super::tokens::tokens;
use super::units::Slot;
use super::units::SlotKind;
use super::words::visible;

/// What of an existing translation belongs to which unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alignment {
    /// The translated units that were found.
    pub units: Units,
    /// How many of the source's units have a translation.
    pub matched: usize,
    /// How many units the source has.
    pub total: usize,
}

impl Alignment {
    /// Every unit of the source has a translation.
    pub fn is_whole(&self) -> bool {
        self.matched == self.total
    }
}

/// Lines a translation up with its source.
pub fn align(source: &Segmented, translation: &Text) -> Alignment {
    let translation = Segmented::of(translation);
    let mut units = Units::default();
    for (unit, target) in pairs(source, &translation) {
        if let Some(text) = in_place_of(unit, target) {
            units.insert(unit.key.clone(), text);
        }
    }
    Alignment { matched: units.len(), total: source.units().len(), units }
}

/// A target's text in the form that the source's unit has; `None` when there is none.
fn in_place_of(source: &Unit, target: &Unit) -> Option<String> {
    match (source.is_html, target.is_html) {
        (true, true) => Some(with_source_attachments(&source.text, &target.text)),
        (false, false) => Some(target.text.clone()),
        (false, true) if target.kind.is_attribute() => Some(decode_attribute(&target.text).into_owned()),
        (false, true) => (!target.text.contains('<')).then(|| decode(&target.text).into_owned()),
        (true, false) => Some(target.text.replace('&', "&amp;").replace('<', "&lt;")),
    }
}

/// The units that belong together.
fn pairs<'a>(source: &'a Segmented, translation: &'a Segmented) -> Vec<(&'a Unit, &'a Unit)> {
    let (ours, theirs) = (blocks(source), blocks(translation));
    let mut pairs = Vec::new();
    for (our, their) in matching(&ours, &theirs) {
        let (our, their) = (&ours[our].units, &theirs[their].units);
        let (our, their) = (&source.units()[our.clone()], &translation.units()[their.clone()]);
        // The attributes of a block come along when both have the same ones.
        if our.iter().map(|unit| unit.kind.noun()).eq(their.iter().map(|unit| unit.kind.noun())) {
            pairs.extend(our.iter().zip(their));
        } else {
            let first = our.first().zip(their.first());
            pairs.extend(first.filter(|(our, their)| is_content(our) && is_content(their)));
        }
    }
    let title = |units: &'a [Unit]| units.first().filter(|unit| unit.kind == UnitKind::Title);
    pairs.extend(title(source.units()).zip(title(translation.units())));
    pairs
}

fn is_content(unit: &Unit) -> bool {
    !unit.kind.is_attribute()
}

/// A unit with those of its attributes, or something else that stands on a page by itself.
#[derive(Debug)]
struct Block {
    shape: Shape,
    /// What it holds that no translator changes; empty when there is nothing.
    mark: String,
    /// Indices of units.
    units: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Shape {
    Unit(UnitKind),
    Element(String),
}

/// Elements that make up a page beside its text. Those that only group are not among them.
const STANDING: [&str; 15] = [
    "a", "input", "img", "iframe", "video", "audio", "object", "embed", "svg", "pre", "table", "ul", "ol",
    "dl", "hr",
];

/// The blocks of a page in order.
fn blocks(text: &Segmented) -> Vec<Block> {
    let body = &text.text().body;
    let tokens = tokens(body);
    let outline = Outline::of(&tokens);
    let mut slots = text.slots().iter().peekable();
    let mut blocks = Vec::new();
    let mut number = 0;
    while let Some(token) = tokens.get(number) {
        number += 1;
        let begins_here = |slot: &&Slot| slot.range.start < token.range.end;
        let Some(slot) = slots.next_if(begins_here) else {
            blocks.extend(standing(body, &tokens, &outline, number - 1, 0..0));
            number = behind(token, &outline, number);
            continue;
        };
        let mut units = slot.unit..slot.unit + 1;
        if let SlotKind::Content(inner) = &slot.kind {
            units.end = units.end.max(inner.end);
            let unit = &text.units()[slot.unit];
            blocks.push(Block { shape: Shape::Unit(unit.kind), mark: mark(&unit.text), units });
            number += tokens[number..].iter().take_while(|next| next.range.start < slot.range.end).count();
        } else {
            while let Some(next) = slots.next_if(begins_here) {
                units.end = next.unit + 1;
            }
            blocks.extend(standing(body, &tokens, &outline, number - 1, units));
            number = behind(token, &outline, number);
        }
    }
    blocks
}

/// The number of the token after an opaque element, or the one after this.
fn behind(token: &Token<'_>, outline: &Outline, next: usize) -> usize {
    match &token.kind {
        TokenKind::Start(name) if is_opaque(name) => outline.ends[next - 1].max(next),
        _ => next,
    }
}

/// The block that begins with a start tag, if it is one.
fn standing(
    body: &str,
    tokens: &[Token<'_>],
    outline: &Outline,
    number: usize,
    units: Range<usize>,
) -> Option<Block> {
    let TokenKind::Start(name) = &tokens[number].kind else { return None };
    if !STANDING.contains(&name.as_ref()) {
        return None;
    }
    let element = if is_opaque(name) { number..outline.ends[number] } else { number..number + 1 };
    let bytes = tokens[element.start].range.start..tokens[element.end - 1].range.end;
    let mark = match name.as_ref() {
        "pre" => visible(&body[bytes]).trim().to_owned(),
        _ => mark(&body[bytes]),
    };
    Some(Block { shape: Shape::Element(name.to_string()), mark, units })
}

/// Where the links and images of a piece of a page lead, and its code.
fn mark(html: &str) -> String {
    if !html.contains('<') {
        return String::new();
    }
    let mut marks = Vec::new();
    let mut code_from = None;
    for token in tokens(html) {
        match &token.kind {
            TokenKind::Start(name) if name == "code" => code_from = Some(token.range.end),
            TokenKind::End(name) if name == "code" => {
                marks.extend(code_from.take().map(|from: usize| visible(&html[from..token.range.start])));
            }
            TokenKind::Start(_) => marks.extend(destination(html, &token)),
            _ => {}
        }
    }
    marks.sort_unstable();
    marks.join("\n")
}

/// Where a tag leads, the locale aside.
fn destination(html: &str, tag: &Token<'_>) -> Option<String> {
    let mut attributes = attributes(html, &tag.range).into_iter();
    let value = attributes.find(|attribute| matches!(attribute.name.as_ref(), "href" | "src"))?.value?;
    let url = decode_attribute(&html[value]);
    let url = url.trim();
    Some(match (linked_item(url), attachment_id(url)) {
        (Some(item), _) => item.to_string(),
        (None, Some(attachment)) => attachment.to_owned(),
        (None, None) => url.to_owned(),
    })
}

/// The blocks that belong together, by their places.
fn matching(ours: &[Block], theirs: &[Block]) -> Vec<(usize, usize)> {
    let marked = marked_alike(ours, theirs);
    let comparison = Comparison::new(ours, theirs, &marked);
    let whole = (0..ours.len(), 0..theirs.len());
    if comparison.is_alike(&whole.0, &whole.1) {
        return whole.0.zip(whole.1).collect();
    }
    let mut anchors = marked;
    anchors.extend(headings_alike(ours, theirs));
    anchors.sort_unstable_by_key(|(our, their)| (*our, std::cmp::Reverse(*their)));
    let anchors = longest_in_order(&anchors);
    let mut pairs = Vec::new();
    let mut from = (0, 0);
    for (our, their) in anchors.into_iter().chain([(ours.len(), theirs.len())]) {
        let between = (from.0..our, from.1..their);
        if comparison.is_alike(&between.0, &between.1) {
            pairs.extend(between.0.zip(between.1));
        }
        pairs.extend((our < ours.len()).then_some((our, their)));
        from = (our + 1, their + 1);
    }
    pairs
}

struct Comparison<'a> {
    ours: &'a [Block],
    theirs: &'a [Block],
    /// For each block the one with the same mark on the other side.
    in_theirs: HashMap<usize, usize>,
    in_ours: HashMap<usize, usize>,
}

impl<'a> Comparison<'a> {
    fn new(ours: &'a [Block], theirs: &'a [Block], marked: &[(usize, usize)]) -> Self {
        Self {
            ours,
            theirs,
            in_theirs: marked.iter().copied().collect(),
            in_ours: marked.iter().map(|(our, their)| (*their, *our)).collect(),
        }
    }

    /// Two stretches have the same blocks in the same order, and no mark says that they were moved about.
    fn is_alike(&self, ours: &Range<usize>, theirs: &Range<usize>) -> bool {
        ours.len() == theirs.len()
            && ours.clone().zip(theirs.clone()).all(|(our, their)| {
                self.ours[our].shape == self.theirs[their].shape
                    && self.in_theirs.get(&our).is_none_or(|marked| *marked == their)
                    && self.in_ours.get(&their).is_none_or(|marked| *marked == our)
            })
    }
}

/// Blocks with the same shape and mark that either side has once.
fn marked_alike(ours: &[Block], theirs: &[Block]) -> Vec<(usize, usize)> {
    let theirs = unique(theirs);
    let ours = unique(ours);
    let pair = |(block, place): (_, &Option<usize>)| Some(((*place)?, (*theirs.get(block)?)?));
    ours.iter().filter_map(pair).collect()
}

/// The places of marked blocks; `None` for those that occur again.
fn unique(blocks: &[Block]) -> HashMap<(&Shape, &str), Option<usize>> {
    let mut places = HashMap::new();
    for (place, block) in blocks.iter().enumerate().filter(|(_, block)| !block.mark.is_empty()) {
        places
            .entry((&block.shape, block.mark.as_str()))
            .and_modify(|place| *place = None)
            .or_insert(Some(place));
    }
    places
}

/// The headings of both sides, when they have the same levels in the same order. One heading alone says little.
fn headings_alike(ours: &[Block], theirs: &[Block]) -> Vec<(usize, usize)> {
    let headings = |blocks: &[Block]| -> Vec<usize> {
        let is_heading = |block: &Block| matches!(block.shape, Shape::Unit(UnitKind::Heading(_)));
        (0..blocks.len()).filter(|place| is_heading(&blocks[*place])).collect()
    };
    let (our, their) = (headings(ours), headings(theirs));
    let is_alike = our.len() == their.len()
        && our.len() > 1
        && our.iter().zip(&their).all(|(our, their)| ours[*our].shape == theirs[*their].shape);
    if is_alike { our.into_iter().zip(their).collect() } else { Vec::new() }
}

/// The longest choice of pairs that go up on both sides. The pairs are sorted by the left side, and among equals down
/// by the right.
fn longest_in_order(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length the pair that ends such a choice lowest; and for each pair the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, (_, right)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *right);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut chosen = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(index) = next {
        chosen.push(pairs[index]);
        next = before[index];
    }
    chosen.reverse();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> Text {
        Text { title: "Title".to_owned(), body: body.to_owned() }
    }

    /// What is found for each unit of the source, the title aside.
    fn aligned(source: &str, translation: &str) -> Vec<Option<String>> {
        let source = Segmented::of(&text(source));
        let alignment = align(&source, &text(translation));
        assert_eq!(alignment.units.get(&super::super::UnitKey::title()), Some("Title"));
        source.units()[1..].iter().map(|unit| alignment.units.get(&unit.key).map(str::to_owned)).collect()
    }

    fn found(texts: &[&str]) -> Vec<Option<String>> {
        texts.iter().map(|text| (!text.is_empty()).then(|| (*text).to_owned())).collect()
    }

    #[test]
    fn the_same_blocks_line_up_whole() {
        let source = "<h2>A</h2><p>b <i>c</i></p><ul><li>d</li></ul><p><img src=1 alt='e e'></p>";
        let translation =
            "<div><h2>1</h2><p>2</p><ul><li>3&nbsp;!</li></ul><p><img alt='4 &amp; 4' src=2></p></div>";
        assert_eq!(aligned(source, translation), found(&["1", "2", "3\u{a0}!", "4 & 4"]));
    }

    #[test]
    fn stretches_between_headings_line_up_on_their_own() {
        let source = "<p>a</p><h2>b</h2><p>c</p><p>d</p><h2>e</h2><p>f</p>";
        let translation = "<p>1</p><h2>2</h2><p>3</p><h2>4</h2><p>5</p>";
        assert_eq!(aligned(source, translation), found(&["1", "2", "", "", "4", "5"]));
    }

    #[test]
    fn links_images_and_code_are_anchors() {
        let source =
            "<p>a</p><p>b <a href='/hc/en-us/articles/1-B'>x</a></p><p>c</p><pre>code</pre><p>d</p><p>e</p>";
        let translation = "<p>1</p><p>2 <a href='/hc/de/articles/1'>y</a></p><p>3</p><p>4</p><pre>code</pre><p>5</p><p>6</p>";
        let second = "2 <a href='/hc/de/articles/1'>y</a>";
        assert_eq!(aligned(source, translation), found(&["1", second, "", "5", "6"]));
    }

    #[test]
    fn what_does_not_line_up_is_not_guessed() {
        assert_eq!(aligned("<p>a</p><p>b</p>", "<p>1</p>"), found(&["", ""]));
        assert_eq!(aligned("<p>a</p><ul><li>b</ul>", "<ul><li>1</ul><p>2</p>"), found(&["", ""]));
        assert_eq!(aligned("<h2>a</h2><p>b</p>", "<h2>1</h2><p>2</p><p>3</p>"), found(&["", ""]));
        assert_eq!(aligned("<p>a</p>", "<p>1 <b>2</b></p>"), found(&[""]));
        // The paragraphs are the same in another order, as their links tell.
        let links = |a: &str, b: &str| format!("<p>x <a href=/{a}>x</a></p><p>y <a href=/{b}>y</a></p>");
        let swapped = aligned(&links("a", "b"), &links("b", "a"));
        assert_eq!(swapped, found(&["", "x <a href=/b>x</a>"]));
        // A paragraph has moved to another section, and a new one stands in its place.
        let source = "<h2>a</h2><p><a href=/x>b</a></p><h2>c</h2><p>d</p><p>e</p>";
        let translation = "<h2>1</h2><p>new</p><h2>3</h2><p><a href=/x>2</a></p>";
        assert_eq!(aligned(source, translation), found(&["1", "", "3", "", ""]));
    }

    #[test]
    fn a_text_lines_up_with_itself() {
        let body = "<p>a <b>b</b> &amp; c</p><p><img alt=\"d e\" src=x></p><td>f<td>f";
        let source = Segmented::of(&text(body));
        let alignment = align(&source, &text(body));
        assert_eq!(alignment.units, source.source_units());
        assert!(alignment.is_whole());
    }
}
