//! The `zencat` program: one more client of the library.
fn main() {}
