//! zencat keeps the translations of a Zendesk Help Center in step with a manifest in git.

pub mod content;
pub mod diag;
pub mod id;
pub mod manifest;
pub mod remote;
pub mod sandbox;
