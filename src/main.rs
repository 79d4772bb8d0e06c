//! The program: the library's command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    zencat::cli::run()
}
