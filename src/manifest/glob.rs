//! Patterns for titles, over characters and not bytes: `?` is one letter in every script.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

/// A pattern: `*` any text, `?` one character, `[a-z]` one of several, `[!a-z]` one of all others, `\` the next character
/// literally. It is compared with the whole title, with case, both in Unicode's composed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(char),
    One,
    Any,
    Class { negated: bool, ranges: Vec<(char, char)> },
}

/// Why a text is no pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum GlobError {
    #[error("it is empty")]
    Empty,
    #[error("it has more than {LONGEST} characters")]
    TooLong,
    #[error("`[` has no `]`")]
    OpenClass,
    #[error("`[]` stands for no character")]
    EmptyClass,
    #[error("a range runs backwards")]
    BackwardRange,
    #[error("nothing follows the `\\` at its end")]
    LoneBackslash,
}

/// The longest pattern, in characters. Matching may cost the product of pattern and title.
const LONGEST: usize = 200;

impl Glob {
    /// Reads a pattern.
    pub fn new(text: &str) -> Result<Self, GlobError> {
        match text.chars().nth(LONGEST) {
            Some(_) => return Err(GlobError::TooLong),
            None if text.is_empty() => return Err(GlobError::Empty),
            None => {}
        }
        let composed = composed(text);
        let mut chars = composed.chars();
        let mut parts = Vec::new();
        while let Some(c) = chars.next() {
            parts.push(match c {
                '*' if parts.last() == Some(&Part::Any) => continue,
                '*' => Part::Any,
                '?' => Part::One,
                '[' => class(&mut chars)?,
                '\\' => Part::Literal(chars.next().ok_or(GlobError::LoneBackslash)?),
                literal => Part::Literal(literal),
            });
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// Whether a title (in composed form) matches as a whole.
    fn matches(&self, title: &[char]) -> bool {
        let (mut part, mut at) = (0, 0);
        // Where to go on when the text that the last `*` took was too short.
        let mut retry = None;
        loop {
            match (self.parts.get(part), title.get(at)) {
                (None, None) => return true,
                (Some(Part::Any), _) => {
                    retry = Some((part, at));
                    part += 1;
                }
                (Some(one), Some(c)) if one.takes(*c) => {
                    part += 1;
                    at += 1;
                }
                _ => match retry {
                    Some((any, taken)) if taken < title.len() => {
                        retry = Some((any, taken + 1));
                        (part, at) = (any + 1, taken + 1);
                    }
                    _ => return false,
                },
            }
        }
    }

    /// How many letters in a row every matching title has, up to what is looked up.
    fn gram_length(&self) -> usize {
        let runs = self.parts.split(|part| !matches!(part, Part::Literal(_)));
        runs.map(<[Part]>::len).max().unwrap_or(0).min(GRAM)
    }

    /// Texts of that length that every matching title has.
    fn grams(&self) -> impl Iterator<Item = Gram> {
        self.parts.windows(self.gram_length().max(1)).filter_map(|window| {
            let mut gram = ['\0'; GRAM];
            for (slot, part) in gram.iter_mut().zip(window) {
                let Part::Literal(letter) = part else { return None };
                *slot = *letter;
            }
            Some(gram)
        })
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Part {
    fn takes(&self, c: char) -> bool {
        match self {
            Self::Literal(literal) => *literal == c,
            Self::One => true,
            Self::Any => false,
            Self::Class { negated, ranges } => {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&c)) != *negated
            }
        }
    }
}

fn class(chars: &mut std::str::Chars<'_>) -> Result<Part, GlobError> {
    let negated = chars.as_str().starts_with(['!', '^']);
    if negated {
        chars.next();
    }
    let mut ranges: Vec<(char, char)> = Vec::new();
    loop {
        match chars.next().ok_or(GlobError::OpenClass)? {
            ']' if ranges.is_empty() => return Err(GlobError::EmptyClass),
            ']' => return Ok(Part::Class { negated, ranges }),
            first => {
                let first = if first == '\\' { chars.next().ok_or(GlobError::OpenClass)? } else { first };
                ranges.push((first, range_end(chars).unwrap_or(first)));
                if ranges.last().is_some_and(|(first, last)| first > last) {
                    return Err(GlobError::BackwardRange);
                }
            }
        }
    }
}

/// The end of a range, when one follows: a `-` before `]` is a hyphen.
fn range_end(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let last = chars.as_str().strip_prefix('-')?.chars().next().filter(|last| *last != ']')?;
    chars.nth(1);
    Some(last)
}

fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// A short text as a key. Longer ones are rarer and take longer to look up.
type Gram = [char; GRAM];

const GRAM: usize = 5;

fn gram(letters: &[char]) -> Gram {
    let mut gram = ['\0'; GRAM];
    gram.iter_mut().zip(letters).for_each(|(slot, letter)| *slot = *letter);
    gram
}

/// Many patterns at once: only those are tried whose rarest letters stand in the title.
#[derive(Debug, Default)]
pub(super) struct Globs<'g> {
    by_gram: HashMap<Gram, Vec<(u32, &'g Glob)>>,
    /// Lengths of the texts above.
    lengths: BTreeSet<usize>,
    /// Patterns without letters.
    always: Vec<(u32, &'g Glob)>,
}

impl<'g> Globs<'g> {
    /// Patterns, each under a number.
    pub(super) fn new(globs: &[(u32, &'g Glob)]) -> Self {
        let mut patterns_with: HashMap<Gram, usize> = HashMap::new();
        for gram in globs.iter().flat_map(|(_, glob)| glob.grams()) {
            *patterns_with.entry(gram).or_default() += 1;
        }
        let mut all = Self::default();
        for (number, glob) in globs {
            // What the fewest patterns have, the fewest titles have: many of both begin alike.
            match glob.grams().min_by_key(|gram| patterns_with.get(gram).copied()) {
                Some(gram) => {
                    all.lengths.insert(glob.gram_length());
                    all.by_gram.entry(gram).or_default().push((*number, glob));
                }
                None => all.always.push((*number, glob)),
            }
        }
        all
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_gram.is_empty() && self.always.is_empty()
    }

    /// Calls back with the numbers of the patterns that match; a number may come twice.
    pub(super) fn each_match(&self, title: &str, mut found: impl FnMut(u32)) {
        let title: Vec<char> = composed(title).chars().collect();
        let grams = self.lengths.iter().flat_map(|length| title.windows(*length)).map(gram);
        let candidates = grams.filter_map(|gram| self.by_gram.get(&gram)).flatten();
        for (number, glob) in candidates.chain(&self.always) {
            if glob.matches(&title) {
                found(*number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, title: &str) -> bool {
        let glob = Glob::new(pattern).unwrap();
        let globs = Globs::new(&[(7, &glob)]);
        let mut found = false;
        globs.each_match(title, |number| found |= number == 7);
        found
    }

    #[test]
    fn patterns_match_whole_titles_by_character() {
        for (pattern, title) in [
            ("Release notes *", "Release notes 1.2/3"),
            ("*", ""),
            ("*refund*", "How to get a refund"),
            ("Caf?", "Café"),
            ("Caf?", "Cafe\u{301}"),
            ("??", "日本"),
            ("[äö]l", "öl"),
            ("[!a-c]x", "dx"),
            ("[a-]", "-"),
            (r"\[Draft\] *", "[Draft] x"),
            (r"[\]]", "]"),
            ("a*b*c", "a-b-b-c"),
            ("**x", "xx"),
        ] {
            assert!(matches(pattern, title), "{pattern} {title}");
        }
        for (pattern, title) in [
            ("Release", "Release notes"),
            ("release*", "Release notes"),
            ("Caf?", "Caf"),
            ("[!a-c]x", "ax"),
            ("a*b*c", "a-c-b"),
            ("?", ""),
            ("*x", "xy"),
        ] {
            assert!(!matches(pattern, title), "{pattern} {title}");
        }
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        for (pattern, error) in [
            ("", GlobError::Empty),
            ("[a", GlobError::OpenClass),
            ("[]", GlobError::EmptyClass),
            ("[z-a]", GlobError::BackwardRange),
            ("a\\", GlobError::LoneBackslash),
            (&*"é".repeat(201), GlobError::TooLong),
        ] {
            assert_eq!(Glob::new(pattern), Err(error), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_ends() {
        assert!(!matches(&"*a".repeat(100), &"a".repeat(99)));
        assert!(!matches(&format!("{}b", "*a".repeat(99)), &"a".repeat(5_000)));
    }
}
