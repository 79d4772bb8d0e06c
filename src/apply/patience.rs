//! Waiting for what Smartcat works on by itself: how long, and what is said meanwhile.

use std::time::Duration;

use crate::remote::smartcat::DisassemblingStatus;
use crate::remote::smartcat::WireDocument;

use super::Obstacle;
use super::Run;

/// Waits between looks at something that Smartcat works on, in milliseconds; the last one repeats.
const WAITS: [u64; 6] = [300, 600, 1_000, 2_000, 4_000, 5_000];

/// Looks before zencat gives up on it: together about three minutes.
pub(super) const MOST_LOOKS: usize = 40;

/// Looks at a file of which Smartcat says a word that zencat does not know: together about eight seconds. Smartcat adds
/// words without notice (smartcat.md §4); this one may be for good.
const MOST_LOOKS_AT_AN_UNKNOWN_WORD: usize = 6;

/// The pause before the next look.
pub(super) async fn pause(look: usize) {
    let wait = WAITS.get(look).or(WAITS.last()).copied().unwrap_or(1_000);
    tokio::time::sleep(Duration::from_millis(wait)).await;
}

/// Smartcat has not read the file yet, as far as is known.
pub(super) fn is_being_read(document: &WireDocument) -> bool {
    !matches!(document.disassembling_status, DisassemblingStatus::Success | DisassemblingStatus::Error)
}

/// Why a step is left to the next run.
pub(super) fn still_read(document: &WireDocument, next: &str) -> Obstacle {
    let seen = match unknown_word(document) {
        None => String::new(),
        Some(word) => format!(" (its word for that is `{word}`, which zencat does not know)"),
    };
    Obstacle::Skip(format!("Smartcat is still reading the file{seen}; the next run {next}"))
}

fn unknown_word(document: &WireDocument) -> Option<&str> {
    match &document.disassembling_status {
        DisassemblingStatus::Other(word) => Some(word),
        DisassemblingStatus::InProgress | DisassemblingStatus::Success | DisassemblingStatus::Error => None,
    }
}

impl Run<'_> {
    /// Whether another look at a file that is being read may bring something new. What is not known is told at once,
    /// and waited for once in a run.
    pub(super) fn looks_again(&mut self, document: &WireDocument, looks: usize) -> bool {
        let Some(word) = unknown_word(document) else { return looks < MOST_LOOKS };
        if self.unknown_words.contains(word) {
            return false;
        }
        if looks == 0 {
            self.watch.tells(&format!(
                "Smartcat says `{word}` of the uploaded file \"{}\", where zencat knows `inProgress`, `success` and \
                 `error`; taken as still being read",
                document.full_path
            ));
        }
        let again = looks < MOST_LOOKS_AT_AN_UNKNOWN_WORD;
        if !again {
            self.unknown_words.insert(word.to_owned());
        }
        again
    }
}
