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

    /// The pattern as it was written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Texts that every matching title has, with where in it.
    fn literals(&self) -> impl Iterator<Item = Literal> {
        let mut from = 0;
        let runs = self.parts.split(|part| !matches!(part, Part::Literal(_))).map(move |run| {
            let start = from;
            from += run.len() + 1;
            (start, run)
        });
        runs.filter(|(_, run)| !run.is_empty()).flat_map(|(start, run)| {
            let letters: Vec<char> = run.iter().filter_map(Part::literal).collect();
            let begins = (start == 0).then(|| (Where::Begins, letters.clone()));
            let ends = (start + run.len() == self.parts.len()).then(|| (Where::Ends, letters.clone()));
            let length = letters.len().min(GRAM);
            let inside: Vec<_> =
                letters.windows(length).map(|gram| (Where::Anywhere, gram.to_vec())).collect();
            begins.into_iter().chain(ends).chain(inside)
        })
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Part {
    fn literal(&self) -> Option<char> {
        match self {
            Self::Literal(letter) => Some(*letter),
            Self::One | Self::Any | Self::Class { .. } => None,
        }
    }

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

/// Where in a title a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Where {
    Begins,
    Ends,
    Anywhere,
}

/// A text that every title has that a pattern matches.
type Literal = (Where, Vec<char>);

/// The longest text that is looked for anywhere in a title. Longer ones are rarer, and there are more of them.
const GRAM: usize = 5;

/// Many patterns at once: only those are tried that have their rarest text in common with the title, so that ten thousand
/// patterns that begin alike cost no more than ten.
#[derive(Debug, Default)]
pub(super) struct Globs<'g> {
    begins: ByText<'g>,
    ends: ByText<'g>,
    anywhere: ByText<'g>,
    /// Patterns without letters.
    always: Vec<&'g Glob>,
}

/// Patterns by one of their texts.
#[derive(Debug, Default)]
struct ByText<'g> {
    patterns: HashMap<Vec<char>, Vec<&'g Glob>>,
    lengths: BTreeSet<usize>,
}

impl<'g> Globs<'g> {
    /// Takes in patterns; equal ones count once.
    pub(super) fn new(globs: impl Iterator<Item = &'g Glob>) -> Self {
        let globs: HashMap<&str, &Glob> = globs.map(|glob| (glob.text(), glob)).collect();
        let mut patterns_with: HashMap<Literal, usize> = HashMap::new();
        for literal in globs.values().flat_map(|glob| glob.literals()) {
            *patterns_with.entry(literal).or_default() += 1;
        }
        let mut all = Self::default();
        for glob in globs.into_values() {
            // What the fewest patterns have, the fewest titles have: many of both begin alike.
            match glob.literals().min_by_key(|literal| patterns_with.get(literal).copied()) {
                Some((Where::Begins, text)) => all.begins.add(text, glob),
                Some((Where::Ends, text)) => all.ends.add(text, glob),
                Some((Where::Anywhere, text)) => all.anywhere.add(text, glob),
                None => all.always.push(glob),
            }
        }
        all
    }

    /// The texts of the patterns that match a title; one may come twice.
    pub(super) fn matching(&self, title: &str) -> Vec<&'g str> {
        let title: Vec<char> = composed(title).chars().collect();
        let begins = self.begins.with(|length| title.get(..length));
        let ends = self.ends.with(|length| title.get(title.len().checked_sub(length)?..));
        let anywhere = self.anywhere.with(|length| title.windows(length));
        let candidates = begins.chain(ends).chain(anywhere).chain(&self.always);
        candidates.filter(|glob| glob.matches(&title)).map(|glob| glob.text()).collect()
    }
}

impl<'g> ByText<'g> {
    fn add(&mut self, text: Vec<char>, glob: &'g Glob) {
        self.lengths.insert(text.len());
        self.patterns.entry(text).or_default().push(glob);
    }

    /// The patterns with one of a title's texts, which are asked for by length.
    fn with<'t, T: IntoIterator<Item = &'t [char]>>(
        &self,
        texts: impl Fn(usize) -> T,
    ) -> impl Iterator<Item = &&'g Glob> {
        let found = self.lengths.iter().flat_map(move |length| texts(*length));
        found.filter_map(|text| self.patterns.get(text)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, title: &str) -> bool {
        let glob = Glob::new(pattern).unwrap();
        let globs = Globs::new([&glob].into_iter());
        globs.matching(title).contains(&pattern)
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
