//! The mark: what zencat remembers about a project, kept in the project's description.
//!
//! It says, for each setting, what the manifest asked for when it was last carried out, and which things of Smartcat
//! were given for it: `deadline=5f0c1a2b/77ae01c2` beside `glossaries=0d9f…/a1b2…,c3d4…`. Both are short hashes, since
//! a description has a longest length that nobody tells (smartcat.md §6.3). With them one answer, which is read anyway,
//! tells three things apart: the manifest changed, somebody changed the project by hand, or neither. And what was given
//! can be taken back, while what people gave is never touched.

use std::collections::BTreeMap;
use std::fmt;

use crate::content::ContentHash;

/// What the manifest asked of a project, and what it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark(BTreeMap<String, Given>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Given {
    asked: String,
    things: Vec<String>,
}

impl Mark {
    /// A mark of what is asked for, setting by setting; nothing is given yet.
    pub fn asking<'a>(asked: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let settings = asked.into_iter();
        let given = |text| Given { asked: short(text), things: Vec::new() };
        Self(settings.map(|(setting, text)| (setting.to_owned(), given(text))).collect())
    }

    /// Notes what was given for a setting that is asked for.
    pub fn give<'t>(&mut self, setting: &str, things: impl IntoIterator<Item = &'t str>) {
        if let Some(given) = self.0.get_mut(setting) {
            given.things = things.into_iter().map(short).collect();
            given.things.sort();
        }
    }

    /// The settings that are asked for.
    pub fn settings(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The setting is asked for.
    pub fn asks(&self, setting: &str) -> bool {
        self.0.contains_key(setting)
    }

    /// Another text than this was asked for a setting, or none.
    pub fn asks_other_than(&self, setting: &str, text: &str) -> bool {
        self.0.get(setting).is_none_or(|given| given.asked != short(text))
    }

    /// Both ask the same of a setting, or nothing.
    pub fn asks_as(&self, other: &Self, setting: &str) -> bool {
        let asked = |mark: &Self| mark.0.get(setting).map(|given| given.asked.clone());
        asked(self) == asked(other)
    }

    /// A setting as another mark has it.
    pub fn keep(&mut self, setting: &str, from: &Self) {
        match from.0.get(setting) {
            Some(given) => drop(self.0.insert(setting.to_owned(), given.clone())),
            None => drop(self.0.remove(setting)),
        }
    }

    /// zencat gave this thing for the setting.
    pub fn gave(&self, setting: &str, thing: &str) -> bool {
        self.0.get(setting).is_some_and(|given| given.things.contains(&short(thing)))
    }

    /// How many of the things that were given for a setting are not among these.
    pub fn missing<'t>(&self, setting: &str, things: impl IntoIterator<Item = &'t str>) -> usize {
        let there: Vec<String> = things.into_iter().map(short).collect();
        let given = self.0.get(setting).map_or(&[][..], |given| given.things.as_slice());
        given.iter().filter(|thing| !there.contains(thing)).count()
    }

    /// Reads a mark back; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let settings: Option<BTreeMap<String, Given>> = text.split_whitespace().map(setting).collect();
        settings.filter(|settings| !settings.is_empty()).map(Self)
    }
}

fn setting(text: &str) -> Option<(String, Given)> {
    let (setting, value) = text.split_once('=')?;
    let (asked, things) = value.split_once('/').unwrap_or((value, ""));
    let things = things.split(',').filter(|thing| !thing.is_empty()).map(str::to_owned).collect();
    Some((setting.to_owned(), Given { asked: asked.to_owned(), things }))
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (setting, given)) in self.0.iter().enumerate() {
            let space = if position == 0 { "" } else { " " };
            write!(f, "{space}{setting}={}", given.asked)?;
            if !given.things.is_empty() {
                write!(f, "/{}", given.things.join(","))?;
            }
        }
        Ok(())
    }
}

fn short(text: &str) -> String {
    ContentHash::of_bytes(text.as_bytes()).short()[..8].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> Mark {
        let mut mark = Mark::asking([("stages", "translation"), ("glossaries", "a, b")]);
        mark.give("glossaries", ["id-b", "id-a"]);
        mark
    }

    #[test]
    fn a_mark_reads_back_as_written() {
        assert_eq!(Mark::parse(&mark().to_string()), Some(mark()));
        for text in ["", "1a2b3c4d5e6f", "stages=1 glossaries", " \n"] {
            assert_eq!(Mark::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_mark_tells_what_is_asked_and_what_was_given() {
        let same = Mark::asking([("stages", "translation"), ("glossaries", "a")]);
        assert!(mark().asks_as(&same, "stages") && !mark().asks_as(&same, "glossaries"));
        assert!(mark().asks_as(&same, "client"), "neither asks for one");
        assert!(mark().gave("glossaries", "id-a") && !mark().gave("glossaries", "id-c"));
        assert_eq!(mark().missing("glossaries", ["id-a", "id-c"]), 1);
        let mut without = mark();
        without.give("client", ["id"]);
        assert_eq!(without, mark(), "what nobody asks for is not noted");
    }
}
