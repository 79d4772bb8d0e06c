//! The cache of `--cache-dir`: what earlier runs saw of a help center.
//!
//! One file for each help center and set of credentials, signed with them: what was cut, edited, or written by somebody
//! who does not hold them is not believed. Whatever is wrong with it, the run goes on without.

use std::path::Path;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::manifest::load;
use crate::manifest::load::LoadError;
use crate::observe::Freshness;
use crate::observe::Memory;
use crate::observe::Recall;
use crate::observed::HelpCenter;
use crate::remote::Seal;

use super::session::LARGEST_FILE;
use super::ui::Ui;

/// Where what was seen is kept.
pub(super) struct Cache {
    path: PathBuf,
    seal: Seal,
    /// What is there is not to be used, only to be written anew.
    refresh: bool,
}

impl Cache {
    /// The cache of a help center in this directory.
    pub(super) fn new(directory: &Path, host: &str, seal: Seal, refresh: bool) -> Self {
        let host: String = host.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let owner: String = seal.of(b"name").chars().take(8).collect();
        Self { path: directory.join(format!("zencat-{host}-{owner}.cache")), seal, refresh }
    }

    /// What this run may build on.
    pub(super) fn recall(&self, ui: &Ui) -> Recall {
        Recall { now: now(), memory: if self.refresh { None } else { self.read(ui) } }
    }

    fn read(&self, ui: &Ui) -> Option<Memory> {
        let ignored = |why: &str| {
            ui.detail(&format!("the cache {} is not used: {why}", self.path.display()));
            None
        };
        let text = match load::read_text(&self.path, LARGEST_FILE) {
            Ok(text) => text,
            Err(LoadError::NotFound(_)) => return None,
            Err(error) => return ignored(&error.to_string()),
        };
        let Some((mark, content)) = text.split_once('\n') else { return ignored("it is cut short") };
        if self.seal.of(content.as_bytes()) != mark {
            return ignored("it is damaged, or not of these credentials");
        }
        match Memory::decode(content) {
            Ok(memory) => Some(memory),
            Err(error) => ignored(&error.to_string()),
        }
    }

    /// Keeps what was seen. To fail at it costs the next run some requests and is no failure of this one.
    pub(super) fn keep(&self, ui: &Ui, help_center: &HelpCenter, freshness: Freshness) {
        let content = Memory::encode(help_center, freshness);
        let bytes = [self.seal.of(&content).as_bytes(), b"\n", &content].concat();
        if let Err(error) = load::write_into_directory(&self.path, &bytes) {
            ui.warning(&format!("nothing is remembered for the next run: {error}"));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "what was seen ages")]
fn now() -> Timestamp {
    Timestamp::now()
}
