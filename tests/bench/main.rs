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

/// A part of the benchmarks by name.
type Part = (&'static str, fn());

const PARTS: [Part; 5] = [
    ("start", start::run),
    ("content", content::run),
    ("plan", plan::run),
    ("observe", observe::run),
    ("apply", apply::run),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if observe::is_child(&arguments) {
        return;
    }
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("not run: benchmarks are for `cargo bench`");
        return;
    }
    let names: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    for (name, run) in PARTS {
        if names.is_empty() || names.iter().any(|asked| *asked == name) {
            println!("\n## {name}\n");
            run();
        }
    }
}
