//! From the locales of Zendesk to the languages of Smartcat.

use std::collections::BTreeMap;

use crate::id::Language;
use crate::id::Locale;

use super::languages::SMARTCAT;
use super::languages::ZENDESK_TO_SMARTCAT;

/// Which language of Smartcat each locale is: what the manifest says, then the built-in table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locales {
    overrides: BTreeMap<Locale, Language>,
}

impl Locales {
    /// The built-in table below what the manifest says.
    pub fn new(overrides: BTreeMap<Locale, Language>) -> Self {
        Self { overrides }
    }

    /// The language of a locale; `None` when neither the manifest nor the table knows it.
    pub fn language(&self, locale: &Locale) -> Option<Language> {
        if let Some(language) = self.overrides.get(locale) {
            return Some(language.clone());
        }
        let found =
            ZENDESK_TO_SMARTCAT.binary_search_by_key(&locale.as_str(), |(zendesk, _)| zendesk).ok()?;
        Some(Language::new(ZENDESK_TO_SMARTCAT[found].1))
    }

    /// Every locale that has a language.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        self.overrides
            .keys()
            .map(Locale::as_str)
            .chain(ZENDESK_TO_SMARTCAT.iter().map(|(zendesk, _)| *zendesk))
    }
}

/// Codes of all languages of Smartcat, in canonical case.
pub fn smartcat_languages() -> &'static [&'static str] {
    &SMARTCAT
}

/// The code in its canonical case, when Smartcat has such a language.
pub fn smartcat_language(code: &str) -> Option<&'static str> {
    SMARTCAT.into_iter().find(|known| known.eq_ignore_ascii_case(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_language_of_smartcat_and_the_table_is_sorted() {
        for (zendesk, smartcat) in ZENDESK_TO_SMARTCAT {
            assert!(SMARTCAT.contains(&smartcat), "{zendesk} → {smartcat}");
            assert_eq!(Locale::new(zendesk).as_str(), zendesk);
        }
        assert!(ZENDESK_TO_SMARTCAT.is_sorted_by(|a, b| a.0 < b.0));
        assert!(SMARTCAT.is_sorted_by(|a, b| a < b));
        assert_eq!(SMARTCAT.len(), 378);
    }

    #[test]
    fn what_differs_by_more_than_case() {
        let locales = Locales::default();
        for (zendesk, smartcat) in [
            ("zh-cn", "zh-Hans"),
            ("zh-tw", "zh-Hant-TW"),
            ("en-150", "en-GB"),
            ("ko-kr", "ko"),
            ("iw", "he"),
        ] {
            assert_eq!(locales.language(&Locale::new(zendesk)), Some(Language::new(smartcat)));
        }
        assert_eq!(locales.language(&Locale::new("tlh")), None);
    }

    #[test]
    fn the_manifest_goes_before_the_table() {
        let locales = Locales::new([(Locale::new("pt"), Language::new("pt-PT"))].into());
        assert_eq!(locales.language(&Locale::new("PT")), Some(Language::new("pt-PT")));
        assert_eq!(locales.language(&Locale::new("pt-br")), Some(Language::new("pt-BR")));
    }
}
