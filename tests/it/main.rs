//! Tests through the library and the binary.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::use_debug,
    reason = "tests say what must hold, and look at files"
)]

mod account;
#[cfg(unix)]
mod action;
mod adopting;
mod assign;
mod bad_input;
mod breaks;
mod cache;
mod content;
mod dependencies;
mod dialects;
mod diff;
mod docs;
mod errors;
mod examples;
mod existing;
mod explain;
mod faults;
mod first_steps;
mod fuzz;
mod hands;
mod hostile;
mod init;
mod kill;
mod layering;
mod library;
mod limits;
mod links;
mod main_loop;
mod manifest;
#[cfg(target_os = "linux")]
mod memory;
mod navigation;
mod removal;
mod report;
mod requests;
mod scenario;
mod scope;
mod second_look;
mod secrets;
mod sending;
mod settings;
mod sight;
mod snapshots;
mod soak;
mod source_change;
mod status;
mod structure;
#[cfg(target_os = "linux")]
mod terminal;
mod tls;
mod together;
mod workflows;
mod world;
