//! Characters that nobody sees, for every room that shows texts from outside.

/// Leads a reader astray: it turns the direction of what follows, separates it, or hides in it. Joiners, soft hyphens and
/// the tags of flags do not: Persian, Hindi, long German words and families of emoji are written with them.
pub(crate) fn misleads(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Is not seen, whatever it is good for: where texts are told apart by what is seen, as in the lines of a manifest, a
/// lock and an excerpt, none of them may pass.
pub(crate) fn is_unseen(c: char) -> bool {
    misleads(c) || matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_with_misleads_nobody_and_is_not_seen_either() {
        for c in ['\u{ad}', '\u{200c}', '\u{200d}', '\u{e0067}'] {
            assert!(!misleads(c) && is_unseen(c), "{c:?}");
        }
        for c in ['\u{61c}', '\u{200b}', '\u{202e}', '\u{2066}', '\u{206a}', '\u{feff}', '\u{fffa}'] {
            assert!(misleads(c) && is_unseen(c), "{c:?}");
        }
        assert!("Größe, 世界 👋 é\n".chars().all(|c| !is_unseen(c)));
    }
}
