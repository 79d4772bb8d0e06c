//! HTML as a browser's parser sees it: the tree that the canonical form is written from.

use std::borrow::Cow;
use std::cell::Cell;
use std::cell::RefCell;
use std::rc::Rc;
use std::rc::Weak;

use html5ever::Attribute;
use html5ever::ExpandedName;
use html5ever::QualName;
use html5ever::interface::ElementFlags;
use html5ever::interface::NodeOrText;
use html5ever::interface::QuirksMode;
use html5ever::interface::TreeSink;
use html5ever::local_name;
use html5ever::ns;
use html5ever::tendril::StrTendril;
use html5ever::tendril::TendrilSink as _;

/// A node; its place in the tree is in the cells.
pub(super) struct Node {
    pub(super) data: NodeData,
    pub(super) children: RefCell<Vec<Rc<Node>>>,
    parent: RefCell<Weak<Node>>,
}

pub(super) enum NodeData {
    Element {
        name: QualName,
        attributes: Vec<Attribute>,
    },
    Text(RefCell<StrTendril>),
    /// The document, comments, doctypes: nothing that is part of a text.
    Other,
}

/// The deepest nesting that is parsed: the parser looks through all open elements again and again.
pub(super) const DEEPEST: usize = 200;

/// Bytes that are parsed between two looks at what came of them.
const CHUNK: usize = 2048;

/// Attributes that one tag may have at most; the parser compares each with all before it.
const MOST_ATTRIBUTES: usize = 20_000;

/// Parses a fragment as the content of `<body>`. The result is the root, whose children are the fragment's.
///
/// `None` when the fragment would cost more than its length justifies: it is nested too deeply, formatting elements
/// that are left open multiply it, or a tag has too many attributes. No help center has such a text.
pub(super) fn parse(html: &str) -> Option<Rc<Node>> {
    let context = QualName::new(None, ns!(html), local_name!("body"));
    let mut parser =
        html5ever::parse_fragment(Sink::default(), Default::default(), context, Vec::new(), false);
    let most_nodes = html.len() + 1_000;
    let mut rest = html;
    let mut attributes = 0;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rest.floor_char_boundary(CHUNK));
        let calls = parser.tokenizer.sink.sink.calls.get();
        parser.process(chunk.into());
        rest = after;
        let sink = &parser.tokenizer.sink.sink;
        // As long as nothing reaches the sink, the parser may be inside of one tag.
        attributes = if sink.calls.get() == calls { attributes + most_attributes(chunk) } else { 0 };
        if sink.deepest.get() > DEEPEST || sink.nodes.get() > most_nodes || attributes > MOST_ATTRIBUTES {
            return None;
        }
    }
    let document = parser.finish();
    let root = document.children.borrow().first().cloned();
    Some(root.unwrap_or(document))
}

/// No more attributes than this begin in a piece of a tag: white space, a slash or a quote stands before each.
fn most_attributes(piece: &str) -> usize {
    piece.bytes().filter(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'"' | b'\'')).count()
}

struct Sink {
    document: Rc<Node>,
    /// Nodes made.
    nodes: Cell<usize>,
    /// The deepest that a node was put.
    deepest: Cell<usize>,
    /// Changes made to the tree.
    calls: Cell<usize>,
}

impl Default for Sink {
    fn default() -> Self {
        Self {
            document: Node::new(NodeData::Other),
            nodes: Cell::default(),
            deepest: Cell::default(),
            calls: Cell::default(),
        }
    }
}

impl Sink {
    fn count(&self, parent: &Rc<Node>) {
        self.calls.set(self.calls.get() + 1);
        self.nodes.set(self.nodes.get() + 1);
        self.deepest.set(self.deepest.get().max(parent.depth()));
    }
}

/// A long chain of nodes is taken apart link by link: the default would call itself once per link.
impl Drop for Node {
    fn drop(&mut self) {
        let mut orphans = self.children.take();
        while let Some(orphan) = orphans.pop() {
            if let Some(node) = Rc::into_inner(orphan) {
                orphans.append(&mut node.children.borrow_mut());
            }
        }
    }
}

impl Node {
    fn new(data: NodeData) -> Rc<Self> {
        Rc::new(Self { data, children: RefCell::default(), parent: RefCell::default() })
    }

    fn append(self: &Rc<Self>, child: Rc<Self>) {
        child.detach();
        *child.parent.borrow_mut() = Rc::downgrade(self);
        self.children.borrow_mut().push(child);
    }

    /// The parent and the place among its children.
    fn place(self: &Rc<Self>) -> Option<(Rc<Self>, usize)> {
        let parent = self.parent.borrow().upgrade()?;
        // From the end: what the parser looks for has just been put there.
        let index = parent.children.borrow().iter().rposition(|child| Rc::ptr_eq(child, self))?;
        Some((parent, index))
    }

    /// The elements above.
    fn depth(&self) -> usize {
        let mut depth = 0;
        let mut above = self.parent.borrow().upgrade();
        while let Some(node) = above {
            depth += 1;
            above = node.parent.borrow().upgrade();
        }
        depth
    }

    fn detach(self: &Rc<Self>) {
        if let Some((parent, index)) = self.place() {
            parent.children.borrow_mut().remove(index);
        }
        *self.parent.borrow_mut() = Weak::new();
    }

    /// Lengthens a text node; `false` when this is none.
    fn push_text(&self, text: &StrTendril) -> bool {
        match &self.data {
            NodeData::Text(own) => {
                own.borrow_mut().push_tendril(text);
                true
            }
            NodeData::Element { .. } | NodeData::Other => false,
        }
    }
}

fn node_of(child: NodeOrText<Rc<Node>>) -> Rc<Node> {
    match child {
        NodeOrText::AppendNode(node) => node,
        NodeOrText::AppendText(text) => Node::new(NodeData::Text(RefCell::new(text))),
    }
}

/// The name that the parser asks for where there is none; it never asks.
static NO_NAME: std::sync::LazyLock<QualName> =
    std::sync::LazyLock::new(|| QualName::new(None, ns!(), html5ever::LocalName::from("")));

impl TreeSink for Sink {
    type Handle = Rc<Node>;
    type Output = Rc<Node>;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self::Output {
        self.document
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Self::Handle {
        Rc::clone(&self.document)
    }

    fn elem_name<'a>(&'a self, target: &'a Self::Handle) -> Self::ElemName<'a> {
        match &target.data {
            NodeData::Element { name, .. } => name.expanded(),
            NodeData::Text(_) | NodeData::Other => NO_NAME.expanded(),
        }
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Self::Handle {
        Node::new(NodeData::Element { name, attributes })
    }

    fn create_comment(&self, _: StrTendril) -> Self::Handle {
        Node::new(NodeData::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Self::Handle {
        Node::new(NodeData::Other)
    }

    fn append(&self, parent: &Self::Handle, child: NodeOrText<Self::Handle>) {
        if let NodeOrText::AppendText(text) = &child
            && parent.children.borrow().last().is_some_and(|last| last.push_text(text))
        {
            self.calls.set(self.calls.get() + 1);
            return;
        }
        self.count(parent);
        parent.append(node_of(child));
    }

    fn append_based_on_parent_node(
        &self,
        element: &Self::Handle,
        previous: &Self::Handle,
        child: NodeOrText<Self::Handle>,
    ) {
        match element.place() {
            Some(_) => self.append_before_sibling(element, child),
            None => self.append(previous, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Self::Handle) -> Self::Handle {
        Rc::clone(target)
    }

    fn same_node(&self, x: &Self::Handle, y: &Self::Handle) -> bool {
        Rc::ptr_eq(x, y)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Self::Handle, child: NodeOrText<Self::Handle>) {
        let Some((parent, index)) = sibling.place() else { return };
        self.count(&parent);
        if let (NodeOrText::AppendText(text), Some(before)) = (&child, index.checked_sub(1))
            && parent.children.borrow()[before].push_text(text)
        {
            return;
        }
        let node = node_of(child);
        node.detach();
        // Detaching may have moved the sibling when both have one parent.
        let Some((parent, index)) = sibling.place() else { return };
        *node.parent.borrow_mut() = Rc::downgrade(&parent);
        parent.children.borrow_mut().insert(index, node);
    }

    /// Asked for by a second `<html>` or `<body>`, which are no part of a fragment.
    fn add_attrs_if_missing(&self, _: &Self::Handle, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, target: &Self::Handle) {
        target.detach();
    }

    fn reparent_children(&self, node: &Self::Handle, new_parent: &Self::Handle) {
        for child in node.children.take() {
            *child.parent.borrow_mut() = Weak::new();
            new_parent.append(child);
        }
    }
}
