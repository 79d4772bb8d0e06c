//! Ways to write a body differently, with a reader of tags of their own: what is tested must not test itself.

use std::fmt::Write as _;

/// A piece of HTML.
#[derive(Clone, Copy)]
enum Piece<'a> {
    /// `<…>`
    Tag(&'a str),
    /// Characters.
    Text(&'a str),
    /// Comments, and the content of elements that hold no tags.
    Other(&'a str),
}

fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, len) = next_piece(rest);
        pieces.push(piece);
        rest = &rest[len..];
        if let Piece::Tag(tag) = piece
            && let name @ ("script" | "style" | "title" | "textarea" | "iframe") = name_of(tag).as_str()
            && !tag.starts_with("</")
        {
            let end = rest.to_ascii_lowercase().find(&format!("</{name}")).unwrap_or(rest.len());
            pieces.push(Piece::Other(&rest[..end]));
            rest = &rest[end..];
        }
    }
    pieces
}

fn next_piece(rest: &str) -> (Piece<'_>, usize) {
    if rest.starts_with("<!--") {
        let len = rest.find("-->").map_or(rest.len(), |at| at + 3);
        return (Piece::Other(&rest[..len]), len);
    }
    if starts_tag(rest) {
        let len = tag_len(rest);
        return (
            if rest.starts_with("<!") { Piece::Other(&rest[..len]) } else { Piece::Tag(&rest[..len]) },
            len,
        );
    }
    let starts = rest.match_indices('<').map(|(at, _)| at).filter(|at| *at > 0);
    let len = starts.into_iter().find(|at| starts_tag(&rest[*at..])).unwrap_or(rest.len());
    (Piece::Text(&rest[..len]), len)
}

fn starts_tag(text: &str) -> bool {
    let is_name = |after: &str| after.starts_with(|c: char| c.is_ascii_alphabetic());
    text.starts_with("<!") || text.starts_with("</") || text.strip_prefix('<').is_some_and(is_name)
}

/// The length of the tag that `text` begins with; a `>` in a quoted value is none.
fn tag_len(text: &str) -> usize {
    let mut quote = None;
    let mut before = '<';
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if (c == '"' || c == '\'') && before == '=' => quote = Some(c),
            None if c == '>' => return at + 1,
            None => {}
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
    text.len()
}

fn name_of(tag: &str) -> String {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    name[..end].to_ascii_lowercase()
}

/// Another language: each word gets longer. Tags, entities, code and placeholders stay.
pub(super) fn translated(text: &str) -> String {
    let mut translated = String::new();
    let mut in_code = false;
    for piece in pieces(text) {
        match piece {
            Piece::Tag(tag) => {
                if name_of(tag) == "code" {
                    in_code = !tag.starts_with("</");
                }
                translated.push_str(tag);
            }
            Piece::Other(other) => translated.push_str(other),
            Piece::Text(code) if in_code => translated.push_str(code),
            Piece::Text(text) => translated.push_str(&longer_words(text)),
        }
    }
    translated
}

fn longer_words(text: &str) -> String {
    let mut longer = String::new();
    let mut kept_until = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        longer.push(c);
        match (kept_until, c) {
            (Some(end), c) if c == end || c.is_whitespace() => kept_until = None,
            (Some(_), _) => continue,
            (None, '&') => kept_until = Some(';'),
            (None, '%' | '$' | '{') => kept_until = Some(' '),
            (None, _) => {}
        }
        let ends_word = c.is_alphabetic() && chars.peek().is_none_or(|next| !next.is_alphanumeric());
        if kept_until.is_none() && ends_word {
            longer.push('ü');
        }
    }
    longer
}

const BLOCKS: [&str; 14] =
    ["p", "div", "h1", "h2", "h3", "h4", "ul", "ol", "li", "table", "tr", "td", "th", "blockquote"];
const VOID: [&str; 8] = ["br", "img", "hr", "input", "col", "link", "meta", "wbr"];

/// The same text as another program would write it: other order and quotes of attributes, other entities, slashes in
/// void elements, ids on headings, short attachment URLs, white space between blocks, comments.
pub(super) fn respelled(html: &str) -> String {
    let mut other = String::from("<!-- again -->\n ");
    let pieces = pieces(html);
    // Where tags cross, a parser opens some of them again at the next text, even at white space.
    let mut preserved = usize::from(!is_well_formed(&pieces));
    for piece in pieces {
        match piece {
            Piece::Other(text) => other.push_str(text),
            Piece::Text(text) => other.push_str(&with_entities(text)),
            Piece::Tag(tag) if tag.starts_with("</") => {
                let name = name_of(tag);
                if matches!(name.as_str(), "pre" | "svg") {
                    preserved = preserved.saturating_sub(1);
                }
                other.push_str(tag);
                if preserved == 0 && BLOCKS.contains(&name.as_str()) {
                    other.push_str("\n   ");
                }
            }
            Piece::Tag(tag) => {
                let name = name_of(tag);
                preserved += usize::from(matches!(name.as_str(), "pre" | "svg"));
                other.push_str(&respelled_tag(&name, tag));
            }
        }
    }
    other
}

/// Tags are well nested, and no block is in a paragraph, which it would end.
fn is_well_formed(pieces: &[Piece<'_>]) -> bool {
    let mut open = Vec::new();
    for piece in pieces {
        let Piece::Tag(tag) = piece else { continue };
        let name = name_of(tag);
        if VOID.contains(&name.as_str()) || tag.ends_with("/>") {
            continue;
        }
        let is_start = !tag.starts_with("</");
        if is_start && BLOCKS.contains(&name.as_str()) && open.iter().any(|open| open == "p") {
            return false;
        }
        if is_start {
            open.push(name);
        } else if open.pop() != Some(name) {
            return false;
        }
    }
    open.is_empty()
}

fn with_entities(text: &str) -> String {
    text.chars().fold(String::new(), |mut other, c| {
        match c {
            '>' => other.push_str("&gt;"),
            '\u{a0}' => other.push_str("&nbsp;"),
            // A carriage return would come back from a number, and not from the character.
            c if c.is_ascii() => other.push(c),
            c => write!(other, "&#x{:X};", u32::from(c)).unwrap(),
        }
        other
    })
}

fn respelled_tag(name: &str, tag: &str) -> String {
    let Some(attributes) = attributes(tag) else { return tag.to_owned() };
    let names: Vec<&str> = attributes.iter().map(|(name, _)| *name).collect();
    let mut attributes: Vec<(String, String)> =
        attributes.iter().map(|(name, value)| ((*name).to_owned(), shortened(value))).collect();
    let is_heading = matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
    if is_heading && !names.iter().any(|name| name.eq_ignore_ascii_case("id")) {
        attributes.push(("id".to_owned(), "h_01HZXJ5P9Q8R7S6T5V4W3X2Y1Z".to_owned()));
    }
    let mut other = format!("<{}", if name == "svg" { name } else { &tag[1..1 + name.len()] });
    for (name, value) in attributes.iter().rev() {
        let quote = if value.contains('\'') { '"' } else { '\'' };
        write!(other, "  {name} = {quote}{value}{quote}").unwrap();
    }
    let closes_itself = tag.ends_with("/>");
    other.push_str(match (VOID.contains(&name), closes_itself) {
        (true, true) => ">",
        (true, false) => " />",
        (false, true) => "/>",
        (false, false) => ">",
    });
    other
}

/// The attributes of a tag that is written plainly; `None` for one that is not.
fn attributes(tag: &str) -> Option<Vec<(&str, &str)>> {
    let end = tag.strip_suffix("/>").or_else(|| tag.strip_suffix('>'))?;
    let mut rest = end[1 + name_of(tag).len()..].trim();
    let mut found: Vec<(&str, &str)> = Vec::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = after[1..].split_once(quote)?;
        let is_plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let is_again = found.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        if !is_plain || is_again || (value.contains('\'') && value.contains('"')) {
            return None;
        }
        found.push((name, value));
        rest = after.trim_start();
    }
    Some(found)
}

/// An attachment's URL as Zendesk writes it when an old article is saved again.
fn shortened(value: &str) -> String {
    match value.split_once("/article_attachments/") {
        Some((before, after)) if before.contains("/hc") && !after.contains(['?', '#']) => {
            let id: String = after.chars().take_while(char::is_ascii_digit).collect();
            match after[id.len()..].strip_prefix('/') {
                Some(name) if !id.is_empty() && !name.contains('/') => {
                    format!("https://other.example/hc/article_attachments/{id}")
                }
                _ => value.to_owned(),
            }
        }
        _ => value.to_owned(),
    }
}

/// What is changed, in which pieces, and how.
type Change = (&'static str, fn(&Piece<'_>) -> bool, fn(&str) -> String);

const CHANGES: [Change; 7] = [
    (
        "a word",
        |piece| matches!(piece, Piece::Text(text) if text.contains(char::is_alphabetic)),
        changed_word,
    ),
    (
        "a lost word",
        |piece| matches!(piece, Piece::Text(text) if text.contains(char::is_alphabetic)),
        |_| String::new(),
    ),
    ("a link", |piece| is_tag(piece, " href=\"http"), |tag| tag.replace(" href=\"http", " href=\"x-http")),
    ("an image", |piece| is_tag(piece, " src=\""), |tag| tag.replace(" src=\"", " src=\"x")),
    ("a lost image", |piece| is_tag(piece, "<img "), |_| String::new()),
    ("a block", |piece| matches!(piece, Piece::Tag("<p>" | "<h2>" | "<h3>")), |_| "<div>".to_owned()),
    (
        "a tag",
        |piece| matches!(piece, Piece::Tag("<strong>" | "<em>" | "<code>" | "<li>" | "<td>")),
        |tag| format!("{tag}<i>!</i>"),
    ),
];

fn is_tag(piece: &Piece<'_>, part: &str) -> bool {
    matches!(piece, Piece::Tag(tag) if tag.contains(part))
}

/// Bodies that differ from this one in a single thing, with what it is. Where is as good as random.
pub(super) fn changes(html: &str) -> Vec<(&'static str, String)> {
    let pieces = pieces(html);
    let shown = shown(&pieces);
    let changed = CHANGES.iter().filter_map(|(what, wanted, change)| {
        let places: Vec<usize> =
            (0..pieces.len()).filter(|place| shown[*place] && wanted(&pieces[*place])).collect();
        let place = *places.get(html.len() % places.len().max(1))?;
        Some((*what, changed(&pieces, place, change)))
    });
    changed.collect()
}

/// Which pieces a reader sees: none in elements that hide their content.
fn shown(pieces: &[Piece<'_>]) -> Vec<bool> {
    let mut hidden = 0_usize;
    let shown = pieces.iter().map(|piece| {
        if let Piece::Tag(tag) = piece
            && matches!(name_of(tag).as_str(), "svg" | "select" | "head" | "template" | "noscript")
        {
            hidden = if tag.starts_with("</") { hidden.saturating_sub(1) } else { hidden + 1 };
        }
        hidden == 0
    });
    shown.collect()
}

fn changed(pieces: &[Piece<'_>], place: usize, change: impl Fn(&str) -> String) -> String {
    let mut body = String::new();
    for (number, piece) in pieces.iter().enumerate() {
        let (Piece::Tag(text) | Piece::Text(text) | Piece::Other(text)) = piece;
        if number == place {
            body.push_str(&change(text));
        } else {
            body.push_str(text);
        }
    }
    body
}

/// The last letter once more, entities aside.
fn changed_word(text: &str) -> String {
    let after = text.rfind(';').map_or(0, |at| at + 1);
    match text[after..].rfind(char::is_alphabetic) {
        Some(letter) => {
            let at = after + letter;
            format!("{}x{}", &text[..at], &text[at..])
        }
        None => format!("x{text}"),
    }
}

/// The same body with an attribute more on each block, and a rule at the end.
pub(super) fn attribute_added_to_blocks(html: &str) -> String {
    let mut other = String::new();
    for piece in pieces(html) {
        match piece {
            Piece::Tag(tag) if BLOCKS.contains(&name_of(tag).as_str()) && !tag.starts_with("</") => {
                let name_to = 1 + name_of(tag).len();
                write!(other, "\n{} data-new=\"1\"{}\n", &tag[..name_to], &tag[name_to..]).unwrap();
            }
            Piece::Tag(text) | Piece::Text(text) | Piece::Other(text) => other.push_str(text),
        }
    }
    other.push_str("<hr>");
    other
}
