//! Where elements end and what kind of block each place of a text is in.
//!
//! Bodies are not always well formed, and byte ranges cannot come from a parser that repairs them. This is the part
//! of the repair that matters here: end tags that may be left out, end tags that belong to nothing, and inline
//! elements that end inside of a block they did not begin in.

use std::collections::HashMap;

use super::canonical::is_block;
use super::tokens::Token;
use super::tokens::TokenKind;
use super::tokens::is_void;
use super::units::UnitKind;

/// Elements that are kept whole: what they hold is no text of the page.
const OPAQUE: [&str; 23] = [
    "pre",
    "script",
    "style",
    "head",
    "title",
    "textarea",
    "iframe",
    "svg",
    "math",
    "object",
    "embed",
    "applet",
    "video",
    "audio",
    "canvas",
    "template",
    "noscript",
    "noembed",
    "noframes",
    "xmp",
    "listing",
    "plaintext",
    "datalist",
];

/// Whether an element is kept whole.
pub(super) fn is_opaque(name: &str) -> bool {
    OPAQUE.contains(&name)
}

/// Whether a unit ends at the element's tags. A `<br>` is part of a unit.
pub(super) fn ends_unit(name: &str) -> bool {
    (is_block(name) && name != "br") || name == "select" || is_opaque(name)
}

/// What is known of each token, by its number.
pub(super) struct Outline {
    /// For start tags: the number of the first token behind the element.
    pub(super) ends: Vec<usize>,
    /// The block that the token stands in.
    pub(super) kinds: Vec<UnitKind>,
}

impl Outline {
    pub(super) fn of(tokens: &[Token<'_>]) -> Self {
        let mut builder = Builder {
            outline: Self { ends: vec![0; tokens.len()], kinds: Vec::with_capacity(tokens.len()) },
            open: Vec::new(),
            blocks: Vec::new(),
            by_name: HashMap::new(),
        };
        for (number, token) in tokens.iter().enumerate() {
            match &token.kind {
                TokenKind::Start(name) => builder.start(number, name),
                TokenKind::End(name) => builder.end(number, name),
                TokenKind::Text | TokenKind::Hidden | TokenKind::Raw => {}
            }
            let kind = builder.kind();
            builder.outline.kinds.push(kind);
        }
        builder.close_down_to(0, tokens.len());
        builder.outline
    }
}

/// An element whose end has not been seen. Positions are places in the stack of them.
struct Open<'a> {
    number: usize,
    name: &'a str,
    kind: UnitKind,
    is_block: bool,
}

struct Builder<'a> {
    outline: Outline,
    open: Vec<Open<'a>>,
    /// The positions of blocks.
    blocks: Vec<usize>,
    /// The positions of each name's elements.
    by_name: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Builder<'a> {
    fn kind(&self) -> UnitKind {
        self.open.last().map_or(UnitKind::Text, |open| open.kind)
    }

    fn start(&mut self, number: usize, name: &'a str) {
        if is_void(name) {
            self.outline.ends[number] = number + 1;
            return;
        }
        let is_block = ends_unit(name);
        while is_block
            && let Some(&position) = self.blocks.last()
            && ends_before(self.open[position].name, name)
        {
            self.close_down_to(position, number);
        }
        let kind = block_kind(name).unwrap_or_else(|| self.kind());
        let position = self.open.len();
        self.by_name.entry(name).or_default().push(position);
        if is_block {
            self.blocks.push(position);
        }
        self.open.push(Open { number, name, kind, is_block });
    }

    fn end(&mut self, number: usize, name: &'a str) {
        let Some(&position) = self.by_name.get(name).and_then(|positions| positions.last()) else { return };
        // The end tag of an inline element does not end a block that is open inside of it.
        let crosses = !ends_unit(name) && self.blocks.last().is_some_and(|&block| block > position);
        if !crosses {
            self.close_down_to(position + 1, number);
            self.close_down_to(position, number + 1);
        }
    }

    /// Ends all open elements from `position` on before the token `number`.
    fn close_down_to(&mut self, position: usize, number: usize) {
        for open in self.open.drain(position..).rev() {
            self.outline.ends[open.number] = number;
            if open.is_block {
                self.blocks.pop();
            }
            if let Some(positions) = self.by_name.get_mut(open.name) {
                positions.pop();
            }
        }
    }
}

/// Whether the start tag `next` ends an open element `last` whose end tag was left out.
fn ends_before(last: &str, next: &str) -> bool {
    match last {
        "p" => !matches!(
            next,
            "option" | "optgroup" | "caption" | "td" | "th" | "tr" | "script" | "style" | "template"
        ),
        "head" => !matches!(next, "title" | "script" | "style" | "template" | "noscript"),
        "li" => next == "li",
        "dt" | "dd" => matches!(next, "dt" | "dd"),
        "td" | "th" => matches!(next, "td" | "th" | "tr" | "tbody" | "thead" | "tfoot"),
        "tr" => matches!(next, "tr" | "tbody" | "thead" | "tfoot"),
        "option" => matches!(next, "option" | "optgroup"),
        _ => false,
    }
}

/// What text in an element is; `None` for elements that only group.
fn block_kind(name: &str) -> Option<UnitKind> {
    match name {
        "p" => Some(UnitKind::Paragraph),
        "h1" => Some(UnitKind::Heading(1)),
        "h2" => Some(UnitKind::Heading(2)),
        "h3" => Some(UnitKind::Heading(3)),
        "h4" => Some(UnitKind::Heading(4)),
        "h5" => Some(UnitKind::Heading(5)),
        "h6" => Some(UnitKind::Heading(6)),
        "li" => Some(UnitKind::ListItem),
        "td" => Some(UnitKind::TableCell),
        "th" => Some(UnitKind::TableHeader),
        "dt" => Some(UnitKind::Term),
        "dd" => Some(UnitKind::Definition),
        "blockquote" => Some(UnitKind::Quotation),
        "caption" | "figcaption" | "legend" => Some(UnitKind::Caption),
        "summary" => Some(UnitKind::Summary),
        "option" | "optgroup" => Some(UnitKind::Choice),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    /// The source of the element whose start tag is token `number`.
    fn element(html: &str, number: usize) -> &str {
        let tokens = tokens(html);
        let end = Outline::of(&tokens).ends[number];
        &html[tokens[number].range.start..tokens[end - 1].range.end]
    }

    #[test]
    fn elements_end_where_their_end_tag_is_or_would_be() {
        assert_eq!(element("<pre>a<pre>b</pre></pre>c", 0), "<pre>a<pre>b</pre></pre>");
        assert_eq!(element("<p>a<i>b<p>c", 0), "<p>a<i>b");
        assert_eq!(element("<ul><li>a<ul><li>b</ul><li>c</ul>", 1), "<li>a<ul><li>b</ul>");
        assert_eq!(element("<div><b>a</div>b</b>", 1), "<b>a");
        assert_eq!(element("<b><pre>a</b>b</pre>c</b>", 1), "<pre>a</b>b</pre>");
        assert_eq!(element("<br>a", 0), "<br>");
        assert_eq!(element("<p>a</i></div>b", 0), "<p>a</i></div>b");
    }
}
