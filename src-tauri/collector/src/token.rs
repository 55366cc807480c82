//! The feedback token: `base64(json) . base64(hmac_sha256(json))`. Unlike the original, the signature is verified, in
//! constant time, whatever the number of parts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// What a token says: which run of which agent of which tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Token {
    #[serde(rename = "t")]
    pub(crate) tenant_uid: i64,
    #[serde(rename = "u")]
    pub(crate) agent_uid: i64,
    #[serde(rename = "r")]
    pub(crate) run_id: String,
}

/// The secret that signs tokens. Made once per database; another one invalidates every token given out.
#[derive(Clone)]
pub(crate) struct Signer(Hmac<Sha256>);

impl Signer {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        // Not `new_from_slice`: 32 bytes always fit the block, so there is no error to carry around.
        let mut block = [0u8; 64];
        block[..32].copy_from_slice(secret);
        Self(<Hmac<Sha256> as Mac>::new(&block.into()))
    }

    pub(crate) fn sign(&self, token: &Token) -> String {
        let json =
            serde_json::json!({"t": token.tenant_uid, "u": token.agent_uid, "r": token.run_id})
                .to_string();
        let mac = self.0.clone().chain_update(json.as_bytes()).finalize().into_bytes();
        format!("{}.{}", STANDARD.encode(json), STANDARD.encode(mac))
    }

    /// The token's content, if this collector signed it.
    pub(crate) fn verify(&self, text: &str) -> Option<Token> {
        // Front ends put the token into a query without encoding it, where '+' means a space.
        let text = text.trim().replace(' ', "+");
        let (json, signature) = text.split_once('.')?;
        let json = STANDARD.decode(json).ok()?;
        let signature = STANDARD.decode(signature).ok()?;
        self.0.clone().chain_update(&json).verify_slice(&signature).ok()?;
        serde_json::from_slice(&json).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> Token {
        Token {
            tenant_uid: 1001,
            agent_uid: 4_265_203_490,
            run_id: "01a205e6-ed8c-7031-d9c8-e8989f20892f".into(),
        }
    }

    #[test]
    fn a_token_is_written_as_the_original_writes_it() {
        let text = Signer::new(&[7; 32]).sign(&token());
        let payload = "eyJ0IjoxMDAxLCJ1Ijo0MjY1MjAzNDkwLCJyIjoiMDFhMjA1ZTYtZWQ4Yy03MDMxLWQ5YzgtZTg5ODlmMjA4OTJmIn0=";
        assert!(text.starts_with(&format!("{payload}.")), "{text}");
        assert_eq!(text.len(), 137);
    }

    #[test]
    fn only_what_this_secret_signed_is_believed() {
        let signer = Signer::new(&[7; 32]);
        let good = signer.sign(&token());
        assert_eq!(signer.verify(&good), Some(token()));
        assert_eq!(signer.verify(&format!("  {good}\n")), Some(token()));
        assert_eq!(Signer::new(&[8; 32]).verify(&good), None);
        let (json, signature) = good.split_once('.').unwrap();
        for forged in [
            json.to_owned(),
            format!("{json}."),
            format!("{json}.AAAA"),
            format!("{good}.{signature}"),
        ] {
            assert_eq!(signer.verify(&forged), None, "{forged}");
        }
    }

    #[test]
    fn a_plus_that_a_query_turned_into_a_space_is_put_back() {
        let signer = Signer::new(&[7; 32]);
        let with_plus = (0..200)
            .map(|n| Token { run_id: n.to_string(), ..token() })
            .find(|t| signer.sign(t).contains('+'))
            .unwrap();
        let text = signer.sign(&with_plus).replace('+', " ");
        assert_eq!(signer.verify(&text), Some(with_plus));
    }
}
