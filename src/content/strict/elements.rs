//! The elements that are read without a parser, by what the standard's rules for their tags have in common.

/// What an element is to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Closes a `p`, else nothing.
    Block,
    /// `p`.
    Paragraph,
    /// `h1` to `h6`.
    Heading,
    /// `pre`.
    Preformatted,
    /// `ul`, `ol`.
    List,
    /// `li`.
    Item,
    /// `dl`.
    Definitions,
    /// `dt`, `dd`.
    Definition,
    /// `table`.
    Table,
    /// `caption`.
    Caption,
    /// `colgroup`.
    Columns,
    /// `col`.
    Column,
    /// `thead`, `tbody`, `tfoot`.
    Rows,
    /// `tr`.
    Row,
    /// `td`, `th`.
    Cell,
    /// Is opened again where it was closed too early (§13.2.4.3).
    Formatting,
    /// Any other element of a line.
    Inline,
    /// Has no content and stands in a line.
    Void,
    /// `hr`: closes a `p`, has no content.
    Rule,
    /// `script`, `style`: tags are no tags in them.
    Raw,
    /// `iframe`.
    Frame,
}

/// The role of an element; `None` for those that are left to the parser.
pub(super) fn role(name: &str) -> Option<Role> {
    Some(match name {
        "p" => Role::Paragraph,
        "a" | "b" | "big" | "code" | "em" | "font" | "i" | "s" | "small" | "strike" | "strong" | "tt"
        | "u" => Role::Formatting,
        "abbr" | "bdi" | "bdo" | "cite" | "del" | "dfn" | "ins" | "kbd" | "mark" | "q" | "samp" | "span"
        | "sub" | "sup" | "time" | "var" => Role::Inline,
        "br" | "img" | "wbr" => Role::Void,
        "li" => Role::Item,
        "ol" | "ul" => Role::List,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Role::Heading,
        "address" | "article" | "aside" | "blockquote" | "center" | "details" | "div" | "figcaption"
        | "figure" | "footer" | "header" | "main" | "nav" | "section" | "summary" => Role::Block,
        "td" | "th" => Role::Cell,
        "tr" => Role::Row,
        "tbody" | "tfoot" | "thead" => Role::Rows,
        "table" => Role::Table,
        "caption" => Role::Caption,
        "colgroup" => Role::Columns,
        "col" => Role::Column,
        "pre" => Role::Preformatted,
        "hr" => Role::Rule,
        "dl" => Role::Definitions,
        "dd" | "dt" => Role::Definition,
        "script" | "style" => Role::Raw,
        "iframe" => Role::Frame,
        _ => return None,
    })
}

impl Role {
    /// The only place where its start tag implies no other.
    pub(super) fn only_parent(self) -> Option<Self> {
        match self {
            Self::Item => Some(Self::List),
            Self::Definition => Some(Self::Definitions),
            Self::Caption | Self::Columns | Self::Rows => Some(Self::Table),
            Self::Column => Some(Self::Columns),
            Self::Row => Some(Self::Rows),
            Self::Cell => Some(Self::Row),
            _ => None,
        }
    }

    /// A rung of a table above the cells: what does not belong there is moved in front of the table.
    pub(super) fn is_ladder(self) -> bool {
        matches!(self, Self::Table | Self::Columns | Self::Rows | Self::Row)
    }

    /// It has no content and no end tag.
    pub(super) fn is_void(self) -> bool {
        matches!(self, Self::Void | Self::Rule | Self::Column)
    }
}
