//! What a feedback token names. The signature is not looked at: only the server has the key to it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::RunId;
use serde::Deserialize;

/// The run a token stands for. A token of `/v1/chat/completions` holds the agent's uid where the tenant's
/// belongs, and what is posted with it appears in no list (contract, 0.3): compare `tenant_uid` with
/// [`crate::Organization::uid`] before believing a 200.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TokenClaims {
    #[serde(rename = "t")]
    pub tenant_uid: u64,
    #[serde(rename = "u")]
    pub agent_uid: u64,
    #[serde(rename = "r")]
    pub run: RunId,
}

/// Reads a token without trusting it; `None` if it is none.
pub fn token_claims(token: &str) -> Option<TokenClaims> {
    let payload = token.trim().split('.').next()?;
    serde_json::from_slice(&STANDARD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_tells_what_it_names() {
        let payload = STANDARD.encode(br#"{"t":1001,"u":42,"r":"not-a-run"}"#);
        let claims = token_claims(&format!(" {payload}.signature ")).expect("claims");
        assert_eq!(
            (claims.tenant_uid, claims.agent_uid, claims.run.as_str()),
            (1001, 42, "not-a-run")
        );
    }

    #[test]
    fn what_is_no_token_names_nothing() {
        for text in ["", "hello", "hello.world", "e30=.x", "\u{0}.\u{0}"] {
            assert_eq!(token_claims(text), None, "{text:?}");
        }
    }
}
