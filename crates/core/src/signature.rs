//! Signatures of links and forms (HMAC-SHA256, RFC 2104): whoever holds the link may see what it leads to.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The key of a site. Never shown, never logged.
#[derive(Clone)]
pub struct SigningKey(Vec<u8>);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SigningKey(redacted)")
    }
}

impl SigningKey {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The signature of `content` for one purpose (`order`, `form`), as 64 hexadecimal digits. Signatures of one purpose are
    /// worth nothing for another.
    pub fn sign(&self, purpose: &str, content: &str) -> String {
        self.mac(purpose, content).map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default()
    }

    /// Whether the signature is ours; compared in constant time.
    pub fn verify(&self, purpose: &str, content: &str, signature: &str) -> bool {
        let Ok(bytes) = hex::decode(signature) else { return false };
        self.mac(purpose, content).is_some_and(|mac| mac.verify_slice(&bytes).is_ok())
    }

    fn mac(&self, purpose: &str, content: &str) -> Option<Hmac<Sha256>> {
        // HMAC takes keys of any length, so this never fails.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(content.as_bytes());
        Some(mac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_key_purpose_and_content_only() {
        let key = SigningKey::new(b"key".to_vec());
        let signature = key.sign("order", "42");
        assert!(key.verify("order", "42", &signature));
        assert!(!key.verify("form", "42", &signature));
        assert!(!key.verify("order", "43", &signature));
        assert!(!SigningKey::new(b"other".to_vec()).verify("order", "42", &signature));
        for wrong in ["", "zz", "é", &signature[1..], &signature.replace('a', "ä")] {
            assert!(!key.verify("order", "42", wrong) || wrong == signature, "{wrong}");
        }
    }

    #[test]
    fn the_key_is_not_printed() {
        assert_eq!(format!("{:?}", SigningKey::new(b"key".to_vec())), "SigningKey(redacted)");
    }
}
