//! Where we are in the file.

use crate::diag::Span;

use crate::manifest::tree::Key;
use crate::manifest::tree::Kind;
use crate::manifest::tree::Node;

/// A value of the file and the key that it belongs to.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    /// The key; of what is missing, the nearest key above it.
    pub(super) key: Span,
    node: Option<&'t Node>,
}

impl<'t> At<'t> {
    pub(super) fn root(root: &'t Node) -> Self {
        Self { key: root.span, node: Some(root) }
    }

    pub(super) fn entry(key: &Key, node: &'t Node) -> Self {
        Self { key: key.span, node: Some(node) }
    }

    /// The value of a key.
    pub(super) fn get(self, name: &str) -> Self {
        match self.entries().iter().find(|(key, _)| key.name == name) {
            Some((key, node)) => Self { key: key.span, node: Some(node) },
            None => Self { key: self.key, node: None },
        }
    }

    /// The key is there, even if its value was refused.
    pub(super) fn has(self, name: &str) -> bool {
        self.entries().iter().any(|(key, _)| key.name == name)
    }

    /// An entry of a list; a single value counts as a list of one.
    pub(super) fn item(self, number: usize) -> Self {
        match self.node.map(|node| &node.kind) {
            Some(Kind::List(items)) => match items.get(number) {
                Some(item) => Self { key: item.span, node: Some(item) },
                None => Self { key: self.key, node: None },
            },
            _ => self,
        }
    }

    /// The entries of a mapping, in the order of the file.
    pub(super) fn entries(self) -> &'t [(Key, Node)] {
        match self.node.map(|node| &node.kind) {
            Some(Kind::Map(entries)) => entries,
            _ => &[],
        }
    }

    /// The first key of a mapping: what is underlined when the whole of it is meant.
    pub(super) fn first(self) -> Span {
        self.entries().first().map_or(self.span(), |(key, _)| key.span)
    }

    /// The value.
    pub(super) fn span(self) -> Span {
        self.node.map_or(self.key, |node| node.span)
    }
}
