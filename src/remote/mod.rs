//! Room: remote.
