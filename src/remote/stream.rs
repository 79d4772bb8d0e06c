//! JSON that is read while it arrives: an object whose one long list is read element by element.
//!
//! A project's answer has some hundred bytes for each document in each language, tens of megabytes in all. No more of
//! it is held than an element whose end has not come, and what is around the list.

use std::marker::PhantomData;

use memchr::memchr2;
use serde::de::DeserializeOwned;

use super::RemoteError;
use super::incoming::Incoming;
use super::lenient::Decoded;
use super::lenient::Unread;
use super::lenient::from_json;

/// An object with a list of objects that can be very long.
pub(super) trait LongList: DeserializeOwned + Send {
    /// The list's key.
    const KEY: &'static str;
    /// What is in the list.
    type Element: DeserializeOwned + Send;
}

/// The object with its list empty, and what the list's elements were collected into.
pub(super) struct Streamed<T, C>(pub(super) T, pub(super) C);

impl<T: LongList, C: Default + Extend<T::Element> + Send> Decoded for Streamed<T, C> {
    async fn decode(mut incoming: Incoming<'_>) -> Result<Self, RemoteError> {
        let mut split = Splitter::<T>::new();
        let mut elements = C::default();
        while let Some(chunk) = incoming.chunk().await? {
            split.feed(&chunk, &mut elements).map_err(|unread| incoming.unreadable(&unread))?;
        }
        let object = split.finish().map_err(|unread| incoming.unreadable(&unread))?;
        Ok(Self(object, elements))
    }
}

/// Tells the list's elements from what is around them.
struct Splitter<T> {
    /// What is around the elements.
    frame: Vec<u8>,
    /// An element whose end has not come.
    begun: Vec<u8>,
    /// How many brackets are open.
    depth: usize,
    text: InText,
    in_list: bool,
    of: PhantomData<T>,
}

/// Whether brackets are brackets here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InText {
    No,
    Yes,
    /// Behind a backslash.
    Escaped,
}

/// Open brackets inside the list: the object's and the list's own.
const LIST: usize = 2;

impl<T: LongList> Splitter<T> {
    fn new() -> Self {
        Self {
            frame: Vec::new(),
            begun: Vec::new(),
            depth: 0,
            text: InText::No,
            in_list: false,
            of: PhantomData,
        }
    }

    fn feed(&mut self, chunk: &[u8], elements: &mut impl Extend<T::Element>) -> Result<(), Unread> {
        let (mut from, mut next) = (0, 0);
        while let Some(offset) = self.mark(&chunk[next..]) {
            let at = next + offset;
            next = at + 1;
            match (self.text, chunk[at]) {
                (InText::Escaped, _) => self.text = InText::Yes,
                (InText::Yes, b'\\') => self.text = InText::Escaped,
                (InText::Yes, b'"') => self.text = InText::No,
                (InText::Yes, _) => {}
                (InText::No, b'"') => self.text = InText::Yes,
                (InText::No, b'{' | b'[') => {
                    if !self.is_in_element() {
                        self.frame.extend_from_slice(&chunk[from..at]);
                        from = at;
                        self.in_list |= self.depth + 1 == LIST && chunk[at] == b'[' && self.is_behind_key();
                    }
                    self.depth += 1;
                }
                (InText::No, b'}' | b']') => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.in_list && self.depth == LIST {
                        elements.extend([self.element(&chunk[from..=at])?]);
                        from = at + 1;
                    }
                    self.in_list &= self.depth >= LIST;
                }
                // Between elements.
                (InText::No, b',') if self.in_list && self.depth == LIST => {
                    self.frame.extend_from_slice(&chunk[from..at]);
                    from = at + 1;
                }
                (InText::No, _) => {}
            }
        }
        let unfinished = if self.is_in_element() { &mut self.begun } else { &mut self.frame };
        unfinished.extend_from_slice(&chunk[from..]);
        Ok(())
    }

    /// Where the next byte is that may mean something.
    fn mark(&self, bytes: &[u8]) -> Option<usize> {
        match self.text {
            InText::No => bytes.iter().position(|b| matches!(b, b'"' | b'{' | b'}' | b'[' | b']' | b',')),
            InText::Yes => memchr2(b'"', b'\\', bytes),
            InText::Escaped => (!bytes.is_empty()).then_some(0),
        }
    }

    fn is_in_element(&self) -> bool {
        self.in_list && self.depth > LIST
    }

    /// The frame ends with the list's key.
    fn is_behind_key(&self) -> bool {
        let key = self.frame.trim_ascii_end().strip_suffix(b":").map(<[u8]>::trim_ascii_end);
        let name = key.and_then(|key| key.strip_suffix(b"\"")?.strip_suffix(T::KEY.as_bytes()));
        name.and_then(|before| before.strip_suffix(b"\"")).is_some_and(|before| !before.ends_with(b"\\"))
    }

    /// An element of which this is the end, or all.
    fn element(&mut self, end: &[u8]) -> Result<T::Element, Unread> {
        if self.begun.is_empty() {
            return from_json(end);
        }
        self.begun.extend_from_slice(end);
        let element = from_json(&self.begun);
        self.begun.clear();
        element
    }

    fn finish(self) -> Result<T, Unread> {
        from_json(&self.frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Shelf {
        name: String,
        #[serde(default)]
        books: Vec<Book>,
        #[serde(default)]
        more: Vec<Vec<u8>>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Book {
        title: String,
        #[serde(default)]
        books: Vec<Book>,
    }

    impl LongList for Shelf {
        const KEY: &'static str = "books";
        type Element = Book;
    }

    /// Reads a text that arrives in pieces of this size.
    fn in_pieces(text: &str, size: usize) -> Result<Shelf, Unread> {
        let (mut split, mut books) = (Splitter::<Shelf>::new(), Vec::new());
        for piece in text.as_bytes().chunks(size) {
            split.feed(piece, &mut books)?;
        }
        let mut shelf = split.finish()?;
        assert!(shelf.books.is_empty());
        shelf.books = books;
        Ok(shelf)
    }

    const SHELVES: [&str; 7] = [
        r#"{"name":"a","books":[]}"#,
        r#"{"name":"a"}"#,
        r#"{"books":[{"title":"x"},{"title":"y"}],"name":"a"}"#,
        "\u{feff} {\"name\" : \"\\\"books\\\":[{\" , \"books\" : [ {\"title\":\"}]\\\\\"} ,\n {\"title\":\"\\\"\"} ] } ",
        r#"{"name":"a","more":[[1,2],[]],"books":[{"title":"x","books":[{"title":"y"},{"title":"z"}]}]}"#,
        r#"{"name":"ä","x\"books":[{"no":1}],"books":[{"title":"ö"}]}"#,
        r#"{"name":"a","of":{"books":[{"no":1}]},"books":[{"title":"x"}]}"#,
    ];

    #[test]
    fn it_reads_what_is_read_at_once() {
        for text in SHELVES {
            let expected: Shelf = from_json(text.as_bytes()).unwrap();
            for size in [1, 2, 3, 7, 1_000] {
                assert_eq!(in_pieces(text, size).unwrap(), expected, "{text} in pieces of {size}");
            }
        }
    }

    #[test]
    fn no_more_is_held_than_one_element() {
        let mut split = Splitter::<Shelf>::new();
        let book = format!("{{\"title\":\"{}\"}},", "x".repeat(90));
        let text = format!("{{\"name\":\"a\",\"books\":[{}", book.repeat(10_000));
        let mut count = Counted(0);
        for piece in text.as_bytes().chunks(1_000) {
            split.feed(piece, &mut count).unwrap();
            assert!(split.frame.len() + split.begun.capacity() < 300);
        }
        assert_eq!(count.0, 10_000);
    }

    struct Counted(usize);

    impl Extend<Book> for Counted {
        fn extend<I: IntoIterator<Item = Book>>(&mut self, books: I) {
            self.0 += books.into_iter().count();
        }
    }

    #[test]
    fn what_breaks_off_is_cut_off() {
        for text in SHELVES {
            let text = text.trim_start_matches(['\u{feff}', ' ']).trim_end();
            for (end, _) in text.char_indices().skip(1) {
                assert!(in_pieces(&text[..end], 5).unwrap_err().cut_off, "{}", &text[..end]);
            }
        }
    }

    #[test]
    fn what_is_something_else_is_refused() {
        for text in [
            "",
            "<title>Oh no</title>",
            r#"{"name":"a","books":[null]}"#,
            r#"{"name":"a","books":[[]]}"#,
            r#"{"name":"a","books":[{"title":1}]}"#,
            r#"{"name":"a","books":[{"title":"x"]}"#,
            r#"{"name":"a","books":[{"title":"x"}]]"#,
            r#"{"name":"a","books":[{"title":"x"}]}}"#,
        ] {
            let unread = in_pieces(text, 4).unwrap_err();
            assert!(!unread.cut_off && !unread.said.is_empty(), "{text}: {unread:?}");
        }
    }
}
