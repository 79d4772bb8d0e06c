//! Room: content.
