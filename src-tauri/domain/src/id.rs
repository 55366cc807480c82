//! Identifiers as the server gives them. Any string is accepted as one: the server's run ids are no
//! valid RFC 9562 UUIDs, and feedback can name runs whose id is no UUID at all (contract, 0.5 and 0.11).

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes any text as an id.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The id as the server wrote it.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id as the server wrote it, owned.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    };
}

text_id!(
    /// An agent's slug; case sensitive.
    AgentId
);
text_id!(
    /// One feedback; an overwrite by the same user gets a new one.
    FeedbackId
);
text_id!(
    /// One run of an agent.
    RunId
);
text_id!(
    /// A version's hash (32 hex digits on the original server).
    VersionId
);
text_id!(
    /// A user as the app under review names them. Never empty: the server treats `""` as anonymous.
    UserId
);

/// A connection's row in the local cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionId(pub i64);

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
