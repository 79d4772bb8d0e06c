//! Tests through the library and the binary.

mod bad_input;
mod content;
mod layering;
mod main_loop;
mod manifest;
mod world;
