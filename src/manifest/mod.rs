//! Room: manifest.
