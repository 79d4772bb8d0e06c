//! "Did you mean".

/// Texts longer than this are no misspelling of anything.
const LONGEST: usize = 64;

/// More candidates than this are not all compared: a file with thousands of names and thousands of mistakes must not
/// cost their product.
const MOST: usize = 500;

/// From here on two words are alike, where 1 is the same.
const NEAR: f64 = 0.8;

/// The candidate that was probably meant.
pub(crate) fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if word.len() > LONGEST {
        return None;
    }
    let candidates: Vec<&str> = candidates.into_iter().take(MOST).collect();
    let bare = plain(word);
    let same = candidates.iter().find(|candidate| !bare.is_empty() && plain(candidate) == bare);
    let near = candidates.iter().map(|candidate| (strsim::jaro_winkler(word, candidate), candidate));
    let nearest = || near.filter(|(alike, _)| *alike >= NEAR).max_by(|a, b| a.0.total_cmp(&b.0));
    same.copied().or_else(|| nearest().map(|(_, candidate)| *candidate))
}

/// A question for the hint; `None` when nothing is close.
pub(crate) fn did_you_mean<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<String> {
    closest(word, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// Without case and dividers: `Machine-Translation` and `machine_translation` are one word.
fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_is_found_and_nothing_far() {
        assert_eq!(closest("ai-reveiw", ["human", "ai-review"]), Some("ai-review"));
        assert_eq!(
            closest("Machine-Translation", ["stages", "machine_translation"]),
            Some("machine_translation")
        );
        assert_eq!(closest("en_US", ["en-gb", "en-us"]), Some("en-us"));
        assert_eq!(closest("zebra", ["stages", "template"]), None);
        assert_eq!(closest(&"x".repeat(65), [&*"x".repeat(65)]), None);
    }
}
