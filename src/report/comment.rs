//! A comment in markdown that grows up to a given size, and says what there was no room for.

use std::io::Result;
use std::io::Write;

use super::counted;
use super::number;

/// Room for what closes the document when it was cut.
const CLOSING: usize = 400;

/// A comment that grows up to a given size.
pub(super) struct Page {
    text: String,
    room: usize,
    left_out: u64,
}

/// A table that is folded, or can be.
pub(super) struct Table<'a> {
    pub(super) title: &'a str,
    pub(super) is_open: bool,
    /// Its first two lines.
    pub(super) head: &'a str,
    /// What stands below it.
    pub(super) foot: &'a str,
}

impl<'a> Table<'a> {
    pub(super) fn open(title: &'a str) -> Self {
        Self { title, is_open: true, head: "", foot: "" }
    }
}

/// As much of a table as there was room for.
pub(super) struct Section {
    pub(super) text: String,
    left_out: u64,
}

impl Page {
    pub(super) fn new(most_bytes: usize) -> Self {
        Self { text: String::new(), room: most_bytes.saturating_sub(CLOSING), left_out: 0 }
    }

    /// What is there whatever the size.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// What is shown whole or not at all.
    pub(super) fn paragraph(&mut self, text: &str) {
        if text.len() <= self.left() {
            self.text.push_str(text);
        }
    }

    /// Writes the comment, and how many lines are left out and where they are.
    pub(super) fn finish(mut self, elsewhere: &str, out: &mut dyn Write) -> Result<()> {
        if self.left_out > 0 {
            let left_out = counted(self.left_out, "line is", "lines are");
            self.push(&format!("\n_{left_out} left out to keep this comment short; {elsewhere}._\n"));
        }
        out.write_all(self.text.as_bytes())
    }

    /// A table with as many rows as there is room for.
    pub(super) fn table<T>(&mut self, table: Table<'_>, rows: &[T], row: impl Fn(&T) -> String) {
        self.add(Section::new(table, rows, row, self.left()));
    }

    /// What is left of the room.
    pub(super) fn left(&self) -> usize {
        self.room.saturating_sub(self.text.len())
    }

    pub(super) fn add(&mut self, section: Section) {
        self.text.push_str(&section.text);
        self.left_out += section.left_out;
    }
}

impl Section {
    pub(super) fn new<T>(table: Table<'_>, rows: &[T], row: impl Fn(&T) -> String, room: usize) -> Self {
        let Table { title, is_open, head, foot } = table;
        let open = if is_open { " open" } else { "" };
        let all = number(rows.len() as u64);
        let begin = |count: &str| format!("\n<details{open}><summary>{title} ({count})</summary>\n\n{head}");
        let end = format!("{foot}\n</details>\n");
        let frame = begin(&format!("{all}, the first {all} shown")).len() + end.len();
        let mut shown = String::new();
        let mut count = 0_u64;
        for line in rows.iter().map(row) {
            if frame + shown.len() + line.len() > room {
                break;
            }
            shown.push_str(&line);
            count += 1;
        }
        let left_out = rows.len() as u64 - count;
        let text = match (count, left_out) {
            (0, _) => String::new(),
            (_, 0) => format!("{}{shown}{end}", begin(&all)),
            _ => format!("{}{shown}{end}", begin(&format!("{all}, the first {} shown", number(count)))),
        };
        Self { text, left_out }
    }
}
