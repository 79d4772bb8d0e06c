//! A mark on what zencat keeps on disk, so that nobody without the credential can make it up.

use ring::hmac;

use super::Secret;

/// Marks bytes with a credential (HMAC-SHA-256). The mark tells nothing about the credential.
pub struct Seal(hmac::Key);

impl Seal {
    pub(crate) fn with(secret: &Secret) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes()))
    }

    /// The mark of these bytes: 64 hex digits.
    pub fn of(&self, bytes: &[u8]) -> String {
        let tag = hmac::sign(&self.0, bytes);
        tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}
