//! The 378 languages of Smartcat: code, number, English name (§5).

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One line a language, three columns between tabs.
const TABLE: &str = include_str!("languages.txt");

static LANGUAGES: LazyLock<Vec<Language>> =
    LazyLock::new(|| TABLE.lines().filter_map(Language::parse).collect());

static BY_CODE: LazyLock<BTreeMap<&'static str, &'static Language>> =
    LazyLock::new(|| LANGUAGES.iter().map(|language| (language.code, language)).collect());

/// A language.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Language {
    /// The code, such as `zh-Hans`.
    pub(super) code: &'static str,
    /// The number at the end of a document's id. Looks like an LCID and is none.
    pub(super) id: u32,
    /// The English name.
    pub(super) name: &'static str,
}

impl Language {
    fn parse(line: &'static str) -> Option<Self> {
        let mut columns = line.split('\t');
        Some(Self { code: columns.next()?, id: columns.next()?.parse().ok()?, name: columns.next()? })
    }
}

/// All languages, by code.
pub(super) fn all() -> &'static [Language] {
    &LANGUAGES
}

/// The language with exactly this code.
pub(super) fn by_code(code: &str) -> Option<&'static Language> {
    BY_CODE.get(code).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        assert_eq!(all().len(), 378);
        assert_eq!(by_code("fr").map(|language| language.id), Some(12));
        assert_eq!(by_code("zh-Hans").map(|language| language.id), Some(2052));
        assert_eq!(by_code("pt-PT").map(|language| language.id), Some(32));
        assert_eq!(by_code("zh-CN"), None);
    }
}
