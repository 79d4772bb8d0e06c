//! Benchmarks: `cargo bench`, or a part of them, `cargo bench -- observe plan`. `README.md` beside this file says
//! what is measured and what was learnt.
#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::exit,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, looks at files and clocks, and stops when something is wrong"
)]

mod apply;
mod articles;
mod content;
mod measure;
mod observe;
mod plan;
mod services;
mod start;

use std::process::ExitCode;

use measure::Limits;

/// A part of the benchmarks by name.
type Part = (&'static str, fn(&mut Limits));

const PARTS: [Part; 5] = [
    ("start", start::run),
    ("content", content::run),
    ("plan", plan::run),
    ("observe", observe::run),
    ("apply", apply::run),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if observe::is_child(&arguments) {
        return ExitCode::SUCCESS;
    }
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("not run: benchmarks are for `cargo bench`");
        return ExitCode::SUCCESS;
    }
    let names: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let mut limits = Limits::default();
    for (name, run) in PARTS {
        if names.is_empty() || names.iter().any(|asked| *asked == name) {
            println!("\n## {name}\n");
            run(&mut limits);
        }
    }
    match limits.missed() {
        [] => ExitCode::SUCCESS,
        missed => {
            println!("Missed:\n- {}", missed.join("\n- "));
            ExitCode::FAILURE
        }
    }
}
