//! The canonical form: two texts have the same one exactly when they say the same.
//!
//! The rules, version 1 (a change of any of them changes `VERSION` in `hash.rs`):
//! - A plain text (a title) is in Unicode NFC, runs of white space are one space, none at the ends.
//! - HTML is parsed as a fragment by the browser's algorithm, so spellings that parse alike are alike: case of names,
//!   order and quotes of attributes, entities, slashes of void elements, optional end tags.
//! - Comments count for nothing. Attributes are sorted by name.
//! - `id="h_…"` on a heading counts for nothing: Zendesk's editor adds it on save (zendesk-help-center.md §10).
//! - The URL of an article attachment is its id: host, locale and file name come and go (§3.7).
//! - Text is in NFC; runs of ASCII white space are one space, and none stands beside a block's border or a `<br>`.
//!   U+00A0 is no such white space. In `pre`, `textarea`, `script` and `style` all of it counts.
//! - Every field is written with its length in front, so no text can imitate structure.
//!
//! A text that needs no repair is read without the parser (`strict.rs`), to the same bytes.
//!
//! The parser is quadratic in depth. A text with more than 200 open elements, or one that is made to multiply in the
//! parser, is written as the plain sequence of its tags and texts instead: still a function of the text alone, and
//! linear. No help center has such a text.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::is_nfc;

use super::entities::decode;
use super::entities::decode_attribute;
use super::links::attachment_id;
use super::strict;
use super::strict::Attribute;
use super::strict::Reader;
use super::tokens::TokenKind;
use super::tokens::attributes;
use super::tokens::tokens;
use super::tree::Node;
use super::tree::NodeData;
use super::tree::parse;

/// Elements in which white space counts.
const PRESERVED: [&str; 5] = ["pre", "textarea", "script", "style", "listing"];

/// Whether a line of text ends at the element's tags: white space beside them is not seen.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "caption"
            | "center"
            | "col"
            | "colgroup"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "optgroup"
            | "option"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
            | "frameset"
            | "search"
    )
}

/// The canonical form of a plain text.
pub fn plain(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    nfc(&words).into_owned()
}

/// The canonical form of an HTML fragment, as bytes that only equal canonical forms share.
pub fn html(html: &str) -> Vec<u8> {
    form(html, Attachments::ById)
}

/// The same, with all attachments alike: Zendesk gives each translation copies of its own, with ids of their own
/// (zendesk-help-center.md §3.7).
pub fn html_without_attachment_ids(html: &str) -> Vec<u8> {
    form(html, Attachments::AllAlike)
}

/// What counts of an attachment's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attachments {
    ById,
    AllAlike,
}

/// The canonical form of an HTML fragment without the short way for texts that need no repair: what
/// [`html`] must be equal to.
pub fn html_by_parser(html: &str) -> Vec<u8> {
    parsed_form(html, Attachments::ById)
}

/// Whether a text needs no repair, so that its form is written without the parser.
pub fn needs_no_parser(html: &str) -> bool {
    strict_form(html, Attachments::ById).is_some()
}

fn form(html: &str, attachments: Attachments) -> Vec<u8> {
    strict_form(html, attachments).unwrap_or_else(|| parsed_form(html, attachments))
}

fn strict_form(html: &str, attachments: Attachments) -> Option<Vec<u8>> {
    let mut writer = Writer::new(html.len(), attachments);
    if html.bytes().any(|b| matches!(b, b'<' | b'&' | b'\0')) {
        strict::read(html, &mut writer)?;
    } else {
        // Nothing that a parser would do anything about.
        writer.collapse(html);
    }
    Some(writer.finish())
}

fn parsed_form(html: &str, attachments: Attachments) -> Vec<u8> {
    let mut writer = Writer::new(html.len(), attachments);
    match parse(html) {
        Some(root) => writer.tree(&root),
        None => linear(html, &mut writer),
    }
    writer.finish()
}

fn nfc(text: &str) -> Cow<'_, str> {
    /// Begins the encoding of U+0300, below which nothing is composed with what stands before it.
    const FIRST_COMBINING: u8 = 0xcc;
    // The greatest of all bytes is found many at a time, the first that is too great is not.
    if text.bytes().fold(0, u8::max) < FIRST_COMBINING || is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

struct Writer {
    out: Vec<u8>,
    /// Text that is not written yet: whether its last space counts depends on what comes next.
    text: String,
    /// Nothing but a block's border stands before the text.
    at_edge: bool,
    attachments: Attachments,
}

impl Reader for Writer {
    fn start(&mut self, name: &str, attributes: &mut Vec<Attribute<'_>>) {
        self.open(name, attributes);
    }

    fn text(&mut self, text: &str, preserved: bool) {
        self.characters(text, preserved);
    }

    fn end(&mut self, name: &str) {
        self.border(name);
        self.out.push(b'>');
    }
}

impl Writer {
    fn new(len: usize, attachments: Attachments) -> Self {
        let out = Vec::with_capacity(len + len / 4);
        Self { out, text: String::new(), at_edge: true, attachments }
    }

    fn finish(mut self) -> Vec<u8> {
        self.edge();
        self.out
    }

    /// Writes what is below a node, without calling itself: the tree may be deeper than the stack.
    fn tree(&mut self, root: &Rc<Node>) {
        let mut visits: Vec<Visit> = below(root, false);
        while let Some(visit) = visits.pop() {
            match visit {
                Visit::Leave(node) => self.close(&node),
                Visit::Enter(node, preserved) => {
                    let preserved = self.enter(&node, preserved);
                    if matches!(node.data, NodeData::Element { .. }) {
                        let children = below(&node, preserved);
                        visits.push(Visit::Leave(node));
                        visits.extend(children);
                    }
                }
            }
        }
    }

    /// Writes the beginning of a node and says whether white space counts in it.
    fn enter(&mut self, node: &Node, preserved: bool) -> bool {
        match &node.data {
            NodeData::Other => preserved,
            NodeData::Text(text) => {
                self.characters(&text.borrow(), preserved);
                preserved
            }
            NodeData::Element { name, attributes } => {
                let name: &str = &name.local;
                let attributes = attributes.iter().map(|a| (&*a.name.local, Cow::Borrowed(&*a.value)));
                self.open(name, &mut attributes.collect::<Vec<_>>());
                preserved || PRESERVED.contains(&name)
            }
        }
    }

    fn characters(&mut self, text: &str, preserved: bool) {
        if preserved {
            self.text.push_str(text);
            self.flush(false);
        } else {
            self.collapse(text);
        }
    }

    fn open(&mut self, name: &str, attributes: &mut [Attribute<'_>]) {
        self.border(name);
        self.field(b'<', name.as_bytes());
        attributes.sort_unstable();
        for (key, value) in attributes {
            if *key == "id" && is_heading(name) && value.starts_with("h_") {
                continue;
            }
            self.field(b'@', key.as_bytes());
            match attachment_id(value) {
                Some(_) if self.attachments == Attachments::AllAlike => self.field(b'#', b""),
                Some(id) => self.field(b'#', id.as_bytes()),
                None => self.field(b'=', nfc(value).as_bytes()),
            }
        }
    }

    fn close(&mut self, node: &Node) {
        if let NodeData::Element { name, .. } = &node.data {
            self.end(&name.local);
        }
    }

    /// Ends the text before a tag.
    fn border(&mut self, name: &str) {
        if is_block(name) { self.edge() } else { self.flush(false) }
    }

    fn edge(&mut self) {
        self.flush(true);
        self.at_edge = true;
    }

    /// Adds text with its runs of ASCII white space as one space each.
    fn collapse(&mut self, text: &str) {
        if is_collapsed(text.as_bytes()) {
            let text = if self.ends_with_space() { text.strip_prefix(' ').unwrap_or(text) } else { text };
            self.text.push_str(text);
            return;
        }
        let mut rest = text;
        while !rest.is_empty() {
            let from = rest.bytes().position(|b| !b.is_ascii_whitespace()).unwrap_or(rest.len());
            if from > 0 && !self.ends_with_space() {
                self.text.push(' ');
            }
            rest = &rest[from..];
            let to = rest.bytes().position(|b| b.is_ascii_whitespace()).unwrap_or(rest.len());
            self.text.push_str(&rest[..to]);
            rest = &rest[to..];
        }
    }

    /// A space would not be seen here.
    fn ends_with_space(&self) -> bool {
        self.text.ends_with(' ') || (self.at_edge && self.text.is_empty())
    }

    fn flush(&mut self, trim: bool) {
        let mut text = std::mem::take(&mut self.text);
        if trim && text.ends_with(' ') {
            text.pop();
        }
        if !text.is_empty() {
            self.field(b'"', nfc(&text).as_bytes());
            self.at_edge = false;
        }
        text.clear();
        self.text = text;
    }

    fn field(&mut self, kind: u8, bytes: &[u8]) {
        self.out.push(kind);
        self.out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.out.extend_from_slice(bytes);
    }
}

/// Whether all ASCII white space of a text are single spaces. Looks at all of it, many bytes at a time: that is faster
/// than to stop where it is not so.
fn is_collapsed(text: &[u8]) -> bool {
    let other = text.iter().fold(false, |other, b| other | matches!(b, b'\t' | b'\n' | b'\x0c' | b'\r'));
    let behind = text.get(1..).unwrap_or_default();
    let double = text.iter().zip(behind).fold(false, |double, (a, b)| double | ((*a == b' ') & (*b == b' ')));
    !(other | double)
}

fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h', b'1'..=b'6'])
}

/// A step of the walk through a tree.
enum Visit {
    /// Into a node; whether white space counts around it.
    Enter(Rc<Node>, bool),
    /// Out of an element.
    Leave(Rc<Node>),
}

/// The visits to the children of a node, the first one last.
fn below(node: &Node, preserved: bool) -> Vec<Visit> {
    node.children.borrow().iter().rev().map(|child| Visit::Enter(Rc::clone(child), preserved)).collect()
}

/// The form of a text that is too costly to parse: its tags and texts one after the other.
fn linear(html: &str, writer: &mut Writer) {
    writer.field(b'!', b"linear");
    let mut preserving = 0_usize;
    for token in tokens(html) {
        match &token.kind {
            TokenKind::Hidden => {}
            TokenKind::Text => writer.characters(&decode(&html[token.range]), preserving > 0),
            TokenKind::Raw => writer.characters(&html[token.range], true),
            TokenKind::Start(name) => {
                let attributes = first_of_each_name(html, &token.range);
                let attributes =
                    attributes.iter().map(|(name, value)| (name.as_ref(), Cow::Borrowed(value.as_ref())));
                writer.open(name, &mut attributes.collect::<Vec<_>>());
                preserving += usize::from(PRESERVED.contains(&name.as_ref()));
            }
            TokenKind::End(name) => {
                writer.end(name);
                preserving = preserving.saturating_sub(usize::from(PRESERVED.contains(&name.as_ref())));
            }
        }
    }
}

/// The attributes of a tag. Of several with one name the first counts.
fn first_of_each_name<'h>(html: &'h str, tag: &Range<usize>) -> Vec<(Cow<'h, str>, Cow<'h, str>)> {
    let value_of = |range| decode_attribute(&html[range]);
    let attributes = attributes(html, tag).into_iter();
    let mut found: Vec<_> = attributes.map(|a| (a.name, a.value.map(value_of).unwrap_or_default())).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.dedup_by(|later, earlier| later.0 == earlier.0);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) {
        assert_eq!(html(a), html(b), "{a} ≠ {b}");
    }

    fn differ(a: &str, b: &str) {
        assert_ne!(html(a), html(b), "{a} = {b}");
    }

    #[test]
    fn spellings_of_one_text_have_one_form() {
        same("<p>a<br/>b", "<P>a<br>b</p>\n");
        same("<p class=\"x\" id='y'>&eacute;&amp;</p>", "<p id=y class=x>é&</p>");
        same("<ul> <li>a</li>\n\n<li>b</li> </ul>", "<ul><li>a<li>b</ul>");
        same("<h2 id=\"h_01H\">A</h2>", "<h2>A</h2>");
        same("<p>e\u{301} <!-- note --></p>", "<p>\u{e9}</p>");
        let image = |url: &str| format!("<img src=\"{url}\">");
        same(&image("https://a.b/hc/article_attachments/1/x.png"), &image("/hc/en-us/article_attachments/1"));
    }

    #[test]
    fn texts_that_say_something_else_differ() {
        differ("<p>ab</p>", "<p>a b</p>");
        differ("<p>a <b>b</b></p>", "<p>a<b>b</b></p>");
        differ("<p>a</p>", "<p>a&nbsp;</p>");
        differ("<pre>a  b</pre>", "<pre>a b</pre>");
        differ("<p id=\"h_1\">a</p>", "<p>a</p>");
        differ("<a href=/a>x</a>", "<a href=/b>x</a>");
        differ("<p>a</p><p>b</p>", "<p>a<br>b</p>");
        differ("a", "&lt;a");
    }

    #[test]
    fn a_title_is_compared_by_its_words() {
        assert_eq!(plain("  Caf\u{65}\u{301}\n au\tlait "), "Caf\u{e9} au lait");
    }

    #[test]
    fn the_form_of_a_deep_text_still_tells_what_it_says() {
        let deep = |inner: &str| format!("{}{inner}{}", "<div>".repeat(10_000), "</div>".repeat(10_000));
        same(&deep("a <!-- x -->"), &deep("a"));
        same(&deep("<i a=1 b=2>x</i>"), &deep("<i b='2' a='1'>x</i>"));
        differ(&deep("a"), &deep("b"));
        differ(&deep("<pre>a  b</pre>"), &deep("<pre>a b</pre>"));
        differ(&deep("<i a=1 a=2></i>"), &deep("<i a=2 a=1></i>"));
    }

    /// What `collapse` does, word by word.
    fn collapsed(text: &str) -> String {
        let mut words = String::new();
        for (number, word) in text.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            if number > 0 && !words.is_empty() && !words.ends_with(' ') {
                words.push(' ');
            }
            words.push_str(word);
        }
        words
    }

    proptest::proptest! {
        #[test]
        fn runs_of_white_space_are_one_space(text in "[a-c \\t\\n\\x0c\\r\u{a0}é]{0,20}", more in "[ \\na]{0,4}") {
            let mut writer = Writer::new(0, Attachments::ById);
            writer.collapse(&text);
            writer.collapse(&more);
            assert_eq!(writer.text, collapsed(&(text + &more)));
        }

        #[test]
        fn text_without_markup_needs_no_parser(text in "[a-c \\t\\r\\n\u{a0}é>;]{0,40}") {
            assert!(needs_no_parser(&text));
            assert_eq!(html(&text), html_by_parser(&text));
        }
    }
}
