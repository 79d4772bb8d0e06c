//! Text: its canonical form and hash, its units and skeleton, the file it travels in, and the check before it is
//! published. Everything here is pure and total: any text has a hash and can be put back together.
//!
//! - [`content_hash`]: what counts as "the same text" ([`canonical`] states the rules).
//! - [`Segmented`]: a text cut into *units* (what is translated) and *skeleton* (what never leaves zencat).
//! - [`Facts`]: what the plan needs to know of a source.
//! - [`locjson`]: the file in which units travel to Smartcat and back.
//! - [`check`]: the structure check of what comes back.
//! - [`align`]: lining up a translation that exists with its source.
//! - [`links`]: links to other pages of the help center, and moving them to a target locale.

pub mod align;
mod assemble;
pub mod canonical;
pub mod check;
mod entities;
mod facts;
mod hash;
mod inventory;
pub mod links;
pub mod locjson;
mod outline;
mod segment;
mod strict;
mod tokens;
mod tree;
mod units;
mod words;

pub use facts::Facts;
pub use facts::Fingerprints;
pub use hash::ContentHash;
pub use hash::attachment_blind_hash;
pub use hash::content_hash;
pub use units::MissingUnits;
pub use units::Segmented;
pub use units::Unit;
pub use units::UnitKey;
pub use units::UnitKind;
pub use units::Units;
pub use words::count_words;

/// The text of an item in one locale: an article's title and body, a section's or category's name and description.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Plain text.
    pub title: String,
    /// HTML; empty where Zendesk says `null`.
    pub body: String,
}
