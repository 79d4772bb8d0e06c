//! HTML that needs no repair, read in one walk over its bytes.
//!
//! A browser's parser spends its time on being ready for anything. Most bodies of help centers were written by an
//! editor and are plainly nested; for those, start tags, texts and end tags in the order of the bytes are already what
//! the tree would say. [`read`] recognises such a text with certainty and gives up at the first doubt: then the parser
//! reads it. Whoever reads a text must not matter to its hash, or paid words would be ordered again.
//!
//! The rules. Section numbers are those of the WHATWG standard.
//! - Names of tags and attributes are in lower case, values in quotes or absent, no attribute occurs twice (§13.2.5.33),
//!   end tags are nothing but `</name>`. A slash ends only tags of elements without content; elsewhere browsers pass
//!   over it. So nothing of a tag is repaired or dropped.
//! - Elements without content have no end tag; `</img>` right behind its `<img>` and `</hr>` behind `<hr>`, which name
//!   an element that is never open, are passed over (§13.2.6.4.7, any other end tag). `</br>` would be a second `<br>`.
//! - Every element that is opened is closed by its own end tag, innermost first, all before the end of the text. Then
//!   the end tag always meets its element as the current node, "generate implied end tags" (§13.2.6.3) finds nothing
//!   to close, and the adoption agency (§13.2.6.4.7) does no more than close the element.
//! - Only elements of [`elements`] occur. Each stands where its start tag closes nothing and implies nothing:
//!   - no block in a `p`, no heading in a heading (§13.2.6.4.7);
//!   - `li` right in a list, `dt` and `dd` right in a `dl`;
//!   - in tables the whole ladder of `table`, `tbody`, `tr`, `td`, with nothing but white space and comments on the
//!     upper rungs, so that nothing is moved in front of the table (§13.2.6.1, foster parenting); none of it in a
//!     `pre`, where that white space would count;
//!   - no formatting element in one of its name: `a` and `nobr` would close the outer one, and of many equal ones the
//!     parser forgets the first (§13.2.4.3). As all are closed in order, none is ever opened again.
//! - A `<` begins a tag or a comment. Comments hold no `--` but at their ends (§13.2.5.45 to 51).
//! - A `&` begins a reference that ends with `;`, or one that no name in the table is the beginning of (§13.2.5.72 to
//!   77). Numbers of more than six digits are left to the parser.
//! - There is no U+0000 (dropped or replaced, by place) and no U+FEFF (dropped at the beginning; html5ever drops it at
//!   the beginning of every piece that it is fed). A carriage return, which the parser makes a line feed (§13.2.3.5),
//!   stands only where it is white space among white space: not in values, not in `pre`, `script` and `style`.
//! - `script` and `style` hold no `<!--` and no `</` but their own end tag (§13.2.5.18), an `iframe` holds nothing. A
//!   line feed right behind `<pre>` is dropped (§13.2.6.4.7).
//! - At most [`DEEPEST`] elements are open, and no tag, comment or text is longer than [`LONGEST`]: so this walk never
//!   reads what the parser's own limits refuse ([`tree`](super::tree)).

use std::borrow::Cow;

use memchr::memchr;
use memchr::memchr2_iter;

use super::entities::reference;
use elements::Role;
use elements::role;

mod elements;

/// The most elements that may be open, half of what the parser is allowed.
const DEEPEST: usize = super::tree::DEEPEST / 2;

/// The longest single tag, comment or text in bytes. Between two changes of the parser's tree there is at most one of
/// them, and end tags; together they cannot hold as many attributes as would make the parser refuse a text.
const LONGEST: usize = 8_000;

/// The most attributes of a tag: each is compared with all before it.
const MOST_ATTRIBUTES: usize = 50;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// An attribute's name and its decoded value.
pub(super) type Attribute<'a> = (&'a str, Cow<'a, str>);

/// Is told what a text consists of, in its order.
pub(super) trait Reader {
    /// An element begins. The attributes may be taken and put in another order.
    fn start(&mut self, name: &str, attributes: &mut Vec<Attribute<'_>>);
    /// Decoded characters, and whether white space counts among them. Where it does they are one whole text node.
    fn text(&mut self, text: &str, preserved: bool);
    /// An element ends. Those without content end as well.
    fn end(&mut self, name: &str);
}

/// Reads a text that keeps the rules. `None` at the first doubt; what the reader was told until then is void.
pub(super) fn read(html: &str, reader: &mut impl Reader) -> Option<()> {
    let mut doubts = memchr2_iter(0, BYTE_ORDER_MARK[0], html.as_bytes());
    if doubts.any(|at| html.as_bytes()[at] == 0 || html.as_bytes()[at..].starts_with(&BYTE_ORDER_MARK)) {
        return None;
    }
    let mut scanner = Scanner { html, at: 0, open: Vec::new(), attributes: Vec::new(), reader };
    while scanner.at < html.len() {
        scanner.step()?;
    }
    scanner.open.is_empty().then_some(())
}

/// An element whose end tag has not come.
struct Open<'a> {
    name: &'a str,
    role: Role,
}

struct Scanner<'a, 'r, R> {
    html: &'a str,
    at: usize,
    open: Vec<Open<'a>>,
    /// Kept from tag to tag for its memory.
    attributes: Vec<Attribute<'a>>,
    reader: &'r mut R,
}

impl<'a, R: Reader> Scanner<'a, '_, R> {
    /// Takes a text, a tag or a comment.
    fn step(&mut self) -> Option<()> {
        let from = self.at;
        match self.bytes(0) {
            b'<' => match self.bytes(1) {
                b'/' => self.end_tag(),
                b'!' => self.comment(),
                _ => self.start_tag(),
            },
            _ => self.text(),
        }?;
        (self.at - from <= LONGEST).then_some(())
    }

    /// The byte at an offset from here; U+0000, which no text holds, behind the end.
    fn bytes(&self, offset: usize) -> u8 {
        self.html.as_bytes().get(self.at + offset).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a str {
        &self.html[self.at..]
    }

    fn text(&mut self) -> Option<()> {
        let rest = self.rest();
        let text = &rest[..memchr(b'<', rest.as_bytes()).unwrap_or(rest.len())];
        self.at += text.len();
        if self.open.last().is_some_and(|open| open.role.is_ladder()) {
            if !text.bytes().all(|b| b.is_ascii_whitespace()) {
                return None;
            }
            self.reader.text(text, false);
            return Some(());
        }
        let preserved = self.open.iter().any(|open| open.role == Role::Preformatted);
        if preserved && text.contains('\r') {
            return None;
        }
        let text = decoded(text)?;
        self.reader.text(&text, preserved);
        Some(())
    }

    fn comment(&mut self) -> Option<()> {
        let text = self.rest().strip_prefix("<!--")?;
        let end = text.find("--")?;
        if text.starts_with(['>', '-']) || !text[end..].starts_with("-->") {
            return None;
        }
        self.at += "<!--".len() + end + "-->".len();
        Some(())
    }

    fn end_tag(&mut self) -> Option<()> {
        let open = self.open.pop()?;
        let behind = self.rest()[2..].strip_prefix(open.name)?;
        if !behind.starts_with('>') {
            return None;
        }
        self.at += open.name.len() + "</>".len();
        self.reader.end(open.name);
        Some(())
    }

    fn start_tag(&mut self) -> Option<()> {
        self.at += 1;
        let name = self.name(|b| b.is_ascii_lowercase() || b.is_ascii_digit())?;
        let role = role(name)?;
        if !self.is_in_place(name, role) {
            return None;
        }
        let is_closed = self.attributes()?;
        self.reader.start(name, &mut self.attributes);
        if role.is_void() {
            self.reader.end(name);
            self.pass_over_void_end_tag(name);
            return Some(());
        }
        if is_closed || self.open.len() == DEEPEST {
            return None;
        }
        self.open.push(Open { name, role });
        match role {
            Role::Preformatted => self.after_pre(),
            Role::Raw => self.raw_text(name),
            Role::Frame => self.rest().starts_with("</").then_some(()),
            _ => Some(()),
        }
    }

    /// The parser passes over the end tags that XHTML puts behind these.
    fn pass_over_void_end_tag(&mut self, name: &str) {
        for (void, tag) in [("img", "</img>"), ("hr", "</hr>")] {
            if name == void && self.rest().starts_with(tag) {
                self.at += tag.len();
            }
        }
    }

    /// Whether the start tag closes nothing and implies nothing here.
    fn is_in_place(&self, name: &str, role: Role) -> bool {
        let parent = self.open.last().map(|open| open.role);
        let none_open = |unwanted: &dyn Fn(&Open<'_>) -> bool| !self.open.iter().any(unwanted);
        if let Some(only) = role.only_parent() {
            return parent == Some(only);
        }
        if parent.is_some_and(Role::is_ladder) {
            return false;
        }
        match role {
            Role::Formatting => none_open(&|open| open.name == name),
            Role::Inline | Role::Void | Role::Raw | Role::Frame => true,
            Role::Heading => none_open(&|open| matches!(open.role, Role::Paragraph | Role::Heading)),
            Role::Table => none_open(&|open| matches!(open.role, Role::Paragraph | Role::Preformatted)),
            _ => none_open(&|open| open.role == Role::Paragraph),
        }
    }

    /// The parser drops a line feed here. As a reference it would be in doubt.
    fn after_pre(&mut self) -> Option<()> {
        match self.bytes(0) {
            b'\r' | b'&' => return None,
            b'\n' => self.at += 1,
            _ => {}
        }
        Some(())
    }

    fn raw_text(&mut self, name: &str) -> Option<()> {
        let rest = self.rest();
        let text = &rest[..rest.find("</")?];
        if text.contains("<!--") || text.contains('\r') || !rest[text.len() + 2..].starts_with(name) {
            return None;
        }
        self.at += text.len();
        if !text.is_empty() {
            self.reader.text(text, true);
        }
        Some(())
    }

    /// Reads the attributes and the end of a start tag, and says whether a slash stands there.
    fn attributes(&mut self) -> Option<bool> {
        self.attributes.clear();
        loop {
            let from = self.at;
            while self.bytes(0).is_ascii_whitespace() {
                self.at += 1;
            }
            match self.bytes(0) {
                b'>' => {
                    self.at += 1;
                    return Some(false);
                }
                b'/' if self.bytes(1) == b'>' => {
                    self.at += 2;
                    return Some(true);
                }
                _ if self.at == from => return None,
                _ => self.attribute()?,
            }
        }
    }

    fn attribute(&mut self) -> Option<()> {
        let name = self.name(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))?;
        if self.attributes.iter().any(|(other, _)| *other == name) || self.attributes.len() == MOST_ATTRIBUTES
        {
            return None;
        }
        let value = match self.bytes(0) {
            b'=' => self.value()?,
            _ => Cow::Borrowed(""),
        };
        self.attributes.push((name, value));
        Some(())
    }

    fn value(&mut self) -> Option<Cow<'a, str>> {
        let quote = self.bytes(1);
        if !matches!(quote, b'"' | b'\'') {
            return None;
        }
        let rest = &self.rest()[2..];
        let value = &rest[..memchr(quote, rest.as_bytes())?];
        self.at += value.len() + "=\"\"".len();
        if value.contains('\r') {
            return None;
        }
        decoded(value)
    }

    /// A name from here on; it begins with a letter.
    fn name(&mut self, belongs: fn(&u8) -> bool) -> Option<&'a str> {
        let rest = self.rest();
        let len = rest.bytes().take_while(belongs).count();
        if !self.bytes(0).is_ascii_lowercase() {
            return None;
        }
        self.at += len;
        Some(&rest[..len])
    }
}

/// The characters of a text in which every reference is beyond doubt. Those are read alike in texts and in values.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return Some(Cow::Borrowed(text)) };
    let mut decoded = String::with_capacity(text.len());
    decoded.push_str(&text[..first]);
    let mut rest = &text[first..];
    loop {
        let len = certain_reference(rest, &mut decoded)?;
        rest = &rest[len..];
        let next = memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        decoded.push_str(&rest[..next]);
        rest = &rest[next..];
        if rest.is_empty() {
            return Some(Cow::Owned(decoded));
        }
    }
}

/// References that are most of all there are.
const FREQUENT: [(&str, char); 6] =
    [("&nbsp;", '\u{a0}'), ("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\'')];

/// Adds what the `&` at the beginning stands for and gives the bytes that it takes.
fn certain_reference(text: &str, decoded: &mut String) -> Option<usize> {
    if let Some((written, c)) = FREQUENT.iter().find(|(written, _)| text.starts_with(written)) {
        decoded.push(*c);
        return Some(written.len());
    }
    match reference(text) {
        Some(found) if found.closed && (!text.starts_with("&#") || found.len <= "&#x123456;".len()) => {
            decoded.push(found.chars.0);
            decoded.extend(found.chars.1);
            Some(found.len)
        }
        None if !text.starts_with("&#") => {
            decoded.push('&');
            Some(1)
        }
        _ => None,
    }
}
