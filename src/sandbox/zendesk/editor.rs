//! What saving in Zendesk's editor does to a body: the HTML is parsed and written anew. The text stays, the bytes do
//! not (zendesk-help-center.md §10).
//!
//! Of the recorded bodies: no slash on void tags, only `&lt; &gt; &amp;` as entities (a no-break space is itself),
//! attributes in double quotes, boolean ones as `=""`, no comments, no CR, and headings have an `id="h_…"`.

use std::cell::Cell;
use std::cell::RefCell;

use html5ever::Attribute;
use html5ever::LocalName;
use html5ever::QualName;
use html5ever::interface::ElementFlags;
use html5ever::interface::NodeOrText;
use html5ever::interface::QuirksMode;
use html5ever::interface::TreeSink;
use html5ever::local_name;
use html5ever::ns;
use html5ever::tendril::StrTendril;
use html5ever::tendril::TendrilSink as _;

/// Parsing takes quadratic time in the depth; what is nested deeper no person wrote, and it stays as it is.
const MAX_DEPTH: usize = 256;

/// Bytes between two looks at the depth.
const CHUNK: usize = 4096;

/// Writes a body as the editor does. `heading_id` makes the id of a heading that has none.
pub(super) fn save(body: &str, heading_id: &mut dyn FnMut() -> String) -> String {
    let Some(mut tree) = parse(body) else { return body.to_owned() };
    tree.name_headings(heading_id);
    tree.write()
}

/// A node of a tree that is a list, so that neither dropping nor walking it can overflow the stack.
#[derive(Debug)]
struct Node {
    data: Data,
    parent: Option<usize>,
    children: Vec<usize>,
}

#[derive(Debug)]
enum Data {
    /// The document, comments and the like: nothing that is written.
    Nothing,
    Text(String),
    Element {
        name: QualName,
        attributes: Vec<Attribute>,
    },
}

#[derive(Debug)]
struct Tree {
    nodes: Vec<Node>,
}

fn parse(body: &str) -> Option<Tree> {
    let context = QualName::new(None, ns!(html), local_name!("body"));
    let mut parser =
        html5ever::parse_fragment(Sink::default(), Default::default(), context, Vec::new(), false);
    let mut rest = body;
    while !rest.is_empty() {
        let mut end = rest.len().min(CHUNK);
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (chunk, after) = rest.split_at(end);
        parser.process(StrTendril::from(chunk));
        if parser.tokenizer.sink.sink.too_deep.get() {
            return None;
        }
        rest = after;
    }
    Some(parser.finish())
}

impl Tree {
    fn name_headings(&mut self, heading_id: &mut dyn FnMut() -> String) {
        for at in self.in_order() {
            if let Data::Element { name, attributes } = &mut self.nodes[at].data
                && matches!(&*name.local, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
                && attributes.iter().all(|attribute| attribute.name.local != local_name!("id"))
            {
                let name = QualName::new(None, ns!(), local_name!("id"));
                attributes.insert(0, Attribute { name, value: heading_id().into() });
            }
        }
    }

    /// The fragment's nodes in reading order.
    fn in_order(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut open: Vec<usize> = self.roots().iter().rev().copied().collect();
        while let Some(at) = open.pop() {
            order.push(at);
            open.extend(self.nodes[at].children.iter().rev());
        }
        order
    }

    /// The parser wraps a fragment in one element below the document.
    fn roots(&self) -> &[usize] {
        let document = self.nodes.first().map_or(&[][..], |node| &node.children);
        match document.first() {
            Some(wrapper) => &self.nodes[*wrapper].children,
            None => &[],
        }
    }

    fn write(&self) -> String {
        enum Step {
            Open(usize),
            Close(usize),
        }
        let mut html = String::new();
        let mut steps: Vec<Step> = self.roots().iter().rev().map(|at| Step::Open(*at)).collect();
        while let Some(step) = steps.pop() {
            match step {
                Step::Open(at) => {
                    let node = &self.nodes[at];
                    match &node.data {
                        Data::Nothing => {}
                        Data::Text(text) if self.is_raw(node.parent) => html += text,
                        Data::Text(text) => escape(text, false, &mut html),
                        Data::Element { name, attributes } => {
                            open_tag(name, attributes, &mut html);
                            if !is_void(&name.local) {
                                self.keep_first_newline(at, name, &mut html);
                                steps.push(Step::Close(at));
                            }
                        }
                    }
                    steps.extend(node.children.iter().rev().map(|child| Step::Open(*child)));
                }
                Step::Close(at) => {
                    if let Data::Element { name, .. } = &self.nodes[at].data {
                        html += &format!("</{}>", name.local);
                    }
                }
            }
        }
        html
    }

    /// The parser swallows a newline right after these tags, so a text that starts with one needs two.
    fn keep_first_newline(&self, at: usize, name: &QualName, html: &mut String) {
        if !matches!(&*name.local, "pre" | "textarea" | "listing") {
            return;
        }
        let first = self.nodes[at].children.first().map(|child| &self.nodes[*child].data);
        if matches!(first, Some(Data::Text(text)) if text.starts_with('\n')) {
            html.push('\n');
        }
    }

    /// Whether text in this element is written as it is.
    fn is_raw(&self, parent: Option<usize>) -> bool {
        let data = parent.map(|at| &self.nodes[at].data);
        matches!(data, Some(Data::Element { name, .. }) if matches!(
            &*name.local,
            "script" | "style" | "xmp" | "iframe" | "noembed" | "noframes" | "plaintext"
        ))
    }
}

fn open_tag(name: &QualName, attributes: &[Attribute], html: &mut String) {
    html.push('<');
    *html += &name.local;
    for attribute in attributes {
        html.push(' ');
        if let Some(prefix) = &attribute.name.prefix {
            *html += prefix;
            html.push(':');
        }
        *html += &attribute.name.local;
        *html += "=\"";
        escape(&attribute.value, true, html);
        html.push('"');
    }
    html.push('>');
}

fn escape(text: &str, in_attribute: bool, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => *html += "&amp;",
            '<' => *html += "&lt;",
            '>' => *html += "&gt;",
            '"' if in_attribute => *html += "&quot;",
            // Raw it would be read as a newline.
            '\r' => *html += "&#13;",
            c => html.push(c),
        }
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Builds the tree as the parser says.
struct Sink {
    nodes: RefCell<Vec<Node>>,
    too_deep: Cell<bool>,
}

impl Default for Sink {
    fn default() -> Self {
        let document = Node { data: Data::Nothing, parent: None, children: Vec::new() };
        Self { nodes: RefCell::new(vec![document]), too_deep: Cell::new(false) }
    }
}

impl Sink {
    fn add(&self, data: Data) -> usize {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node { data, parent: None, children: Vec::new() });
        nodes.len() - 1
    }

    fn node_of(&self, child: NodeOrText<Handle>) -> usize {
        match child {
            NodeOrText::AppendNode(handle) => handle.at,
            NodeOrText::AppendText(text) => self.add(Data::Text(text.to_string())),
        }
    }

    fn detach(&self, at: usize) {
        let mut nodes = self.nodes.borrow_mut();
        if let Some(parent) = nodes[at].parent.take() {
            nodes[parent].children.retain(|child| *child != at);
        }
    }

    /// Puts a child at a place among a node's children; text joins text before it.
    fn insert(&self, parent: usize, place: Option<usize>, child: NodeOrText<Handle>) {
        if let NodeOrText::AppendText(text) = &child {
            let mut nodes = self.nodes.borrow_mut();
            let siblings = &nodes[parent].children;
            let end = place.unwrap_or(siblings.len());
            let before = end.checked_sub(1).and_then(|index| siblings.get(index)).copied();
            if let Some(before) = before
                && let Data::Text(own) = &mut nodes[before].data
            {
                own.push_str(text);
                return;
            }
        }
        let at = self.node_of(child);
        let mut nodes = self.nodes.borrow_mut();
        nodes[at].parent = Some(parent);
        let end = nodes[parent].children.len();
        nodes[parent].children.insert(place.unwrap_or(end).min(end), at);
        let mut depth = 0;
        let mut above = Some(parent);
        while let Some(node) = above {
            depth += 1;
            above = nodes[node].parent;
        }
        self.too_deep.set(self.too_deep.get() || depth > MAX_DEPTH);
    }

    fn place(&self, at: usize) -> Option<(usize, usize)> {
        let nodes = self.nodes.borrow();
        let parent = nodes[at].parent?;
        let index = nodes[parent].children.iter().position(|child| *child == at)?;
        Some((parent, index))
    }
}

/// A node, with the name by which the parser asks for it.
#[derive(Clone, Debug)]
struct Handle {
    at: usize,
    name: QualName,
}

fn nameless(at: usize) -> Handle {
    Handle { at, name: QualName::new(None, ns!(), LocalName::from("")) }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Tree;
    type ElemName<'a> = html5ever::ExpandedName<'a>;

    fn finish(self) -> Tree {
        Tree { nodes: self.nodes.into_inner() }
    }

    fn parse_error(&self, _: std::borrow::Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        nameless(0)
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> Self::ElemName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Handle {
        let at = self.add(Data::Element { name: name.clone(), attributes });
        Handle { at, name }
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        nameless(self.add(Data::Nothing))
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        nameless(self.add(Data::Nothing))
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        if let NodeOrText::AppendNode(handle) = &child {
            self.detach(handle.at);
        }
        self.insert(parent.at, None, child);
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        match self.place(element.at) {
            Some(_) => self.append_before_sibling(element, child),
            None => self.append(previous, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.at == y.at
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        if let NodeOrText::AppendNode(handle) = &child {
            self.detach(handle.at);
        }
        if let Some((parent, index)) = self.place(sibling.at) {
            self.insert(parent, Some(index), child);
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, new: Vec<Attribute>) {
        if let Data::Element { attributes, .. } = &mut self.nodes.borrow_mut()[target.at].data {
            for attribute in new {
                if attributes.iter().all(|known| known.name != attribute.name) {
                    attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.detach(target.at);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let mut nodes = self.nodes.borrow_mut();
        let children = std::mem::take(&mut nodes[node.at].children);
        for child in &children {
            nodes[*child].parent = Some(new_parent.at);
        }
        nodes[new_parent.at].children.extend(children);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(body: &str) -> String {
        let mut count = 0;
        save(body, &mut || {
            count += 1;
            format!("h_{count}")
        })
    }

    #[test]
    fn markup_is_written_as_the_editor_writes_it() {
        for (body, expected) in [
            ("<P CLASS=a>x<BR/>y</P>", r#"<p class="a">x<br>y</p>"#),
            ("<p>a&nbsp;b &amp; c &lt; d &copy;</p>", "<p>a\u{a0}b &amp; c &lt; d ©</p>"),
            ("<p>one<p>two", "<p>one</p><p>two</p>"),
            ("bare <!-- gone --><i>text", "bare <i>text</i>"),
            ("<iframe src='x' allowfullscreen></iframe>", r#"<iframe src="x" allowfullscreen=""></iframe>"#),
            ("<a href='?a=1&amp;b=\"2\"'>x</a>", r#"<a href="?a=1&amp;b=&quot;2&quot;">x</a>"#),
            ("<h2>One</h2><h3 id=\"x\">Two</h3>", r#"<h2 id="h_1">One</h2><h3 id="x">Two</h3>"#),
            ("<pre>\n\nx &lt;y&gt;\r\n</pre>", "<pre>\n\nx &lt;y&gt;\n</pre>"),
            ("<table><tr><td>1", "<table><tbody><tr><td>1</td></tr></tbody></table>"),
            ("<script>a < b && c</script>", "<script>a < b && c</script>"),
            (
                "<table>lost<tr><td>1</td></tr></table>",
                "lost<table><tbody><tr><td>1</td></tr></tbody></table>",
            ),
            ("<b><p>x</b>y</p>", "<b></b><p><b>x</b>y</p>"),
            ("a&#13;b", "a&#13;b"),
            ("", ""),
        ] {
            assert_eq!(saved(body), expected, "{body}");
        }
    }

    #[test]
    fn saving_twice_changes_nothing_more() {
        let body = "<h2>A</h2><p>x&nbsp;<br/>y<p>z<ul><li>1<li>2</ul><svg><path d='m'/></svg>";
        let once = saved(body);
        assert_eq!(save(&once, &mut || "h_other".to_owned()), once);
    }

    #[test]
    fn what_is_nested_too_deeply_is_left_alone_and_quickly() {
        let deep = "<div>".repeat(100_000);
        assert_eq!(saved(&deep), deep);
    }
}
