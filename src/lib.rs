//! zencat keeps the translations of a Zendesk Help Center in step with a YAML manifest in git, through Smartcat.
//!
//! This page is the architecture.
//!
//! # As a library
//! What the program does with data can be done without it: [`manifest::Manifest::parse`] reads and checks a manifest,
//! [`desired::resolve`] applies its rules to a help center, [`plan::build`] compares, and [`report`] shows. None of them
//! needs a network, a clock or the environment; `examples/plan.rs` is a whole program, and
//!
//! ```
//! use zencat::content::Text;
//! use zencat::content::content_hash;
//!
//! let text = |body: &str| Text { title: "Unlock a bike".to_owned(), body: body.to_owned() };
//! // What a help center's editor changes by itself counts for nothing.
//! assert_eq!(content_hash(&text("<p>Pull.</p>")), content_hash(&text("<P>Pull.</P><!-- saved -->")));
//! assert_ne!(content_hash(&text("<p>Pull.</p>")), content_hash(&text("<p>Push.</p>")));
//! ```
//!
//! The face of the library is those four, [`content`] and the data they take and give ([`id`], [`observed`]); it changes
//! with the minor version. [`sandbox`] is for tests of programs that talk to the two services. The rest is public so
//! that the tests can use it, and may change any day.
//!
//! # The rooms
//!
//! ```text
//!    zencat.yaml                 Zendesk + Smartcat
//!        │ manifest                    │ remote (read)
//!        ▼                             ▼
//!     Manifest ──── desired ──┐     observe
//!        (rules × catalogue)  │        │
//!                             ▼        ▼
//!                          Desired  Observed
//!                             └───┬────┘
//!                                 ▼  plan::build, a pure function
//!                               Plan ───────────► report
//!                                 ▼  apply        ▲
//!                              Outcome ───────────┘
//! ```
//!
//! Nouns are data, verbs do I/O. There is no state file: everything is derived from git and the two services. What
//! zencat must remember it writes into the Smartcat document itself, as a [`receipt`]; what is its own it knows by
//! [marks](owner).
//!
//! | room | may import from us |
//! | --- | --- |
//! | id | – |
//! | diag | – |
//! | unseen | – |
//! | content | id, unseen |
//! | receipt | id, content |
//! | owner | id |
//! | manifest | id, diag, unseen |
//! | observed | id, content, receipt |
//! | desired | id, diag, manifest, observed |
//! | plan | id, content, receipt, manifest, desired, observed |
//! | remote | id, unseen |
//! | observe | id, content, receipt, owner, observed, remote |
//! | apply | id, content, receipt, owner, observed, plan, remote |
//! | report | id, diag, unseen, manifest, observed, plan, apply |
//! | sandbox | – |
//!
//! `cli` may import everything; alone it reads the environment, knows the streams, and names the sandbox. The table
//! is held by `tests/it/layering.rs`.
//!
//! # Where do I add …
//! - **a manifest field**: `manifest/raw.rs`, then `validate.rs`; the compiler leads on, because whole structs are
//!   destructured. The failing schema test prints the command that refreshes `schema/`. Add it to an example.
//! - **a plan action**: a variant of [`plan::Action`]; the compiler lists the rest, for there are no wildcard arms.
//! - **an output format**: one file in `report/`, one variant in `cli/args/formats.rs`.
//! - **a remote endpoint**: `wire.rs` of the service, then `read.rs` or `write.rs`, then a route of the sandbox, which
//!   is written from the service's reference and shares nothing with the client.

pub mod apply;
pub mod cli;
pub mod content;
pub mod desired;
pub mod diag;
pub mod id;
pub mod manifest;
pub mod observe;
pub mod observed;
pub mod owner;
pub mod plan;
pub mod receipt;
pub mod remote;
pub mod report;
pub mod sandbox;
mod unseen;
