//! A version of an agent: its properties, of which the prompt is one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{AgentId, Prompt, UnknownWord, VersionId};

/// `major.minor` of a saved version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Semver {
    pub major: u32,
    pub minor: u32,
}

/// Where a version is deployed. The server keeps the latest only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    pub environment: String,
    pub deployed_at_ms: Option<i64>,
}

/// One version of an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    pub id: VersionId,
    pub agent: AgentId,
    /// `None`: not saved; reachable by its hash only.
    pub semver: Option<Semver>,
    pub schema_id: Option<u32>,
    pub model: String,
    pub temperature: Option<f64>,
    /// All properties as the server gave them; the prompt is read from here.
    pub properties: Value,
    /// JSON Schema; `None`: not known, as lists of versions tell none. `true`: there is none.
    pub input_schema: Option<Value>,
    pub output_schema: Option<Value>,
    pub created_at_ms: Option<i64>,
    pub deployments: Vec<Deployment>,
    pub notes: Option<String>,
}

impl Version {
    /// Where this version keeps its prompt.
    pub fn prompt(&self) -> Prompt {
        Prompt::of_properties(&self.properties)
    }

    /// `3.2`, or the first eight characters of the hash for an unsaved one.
    pub fn label(&self) -> String {
        match self.semver {
            Some(semver) => semver.to_string(),
            None => self.id.as_str().chars().take(8).collect(),
        }
    }
}

impl fmt::Display for Semver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for Semver {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        text.split_once('.')
            .and_then(|(major, minor)| {
                Some(Self { major: major.parse().ok()?, minor: minor.parse().ok()? })
            })
            .ok_or_else(|| UnknownWord {
                word: text.to_owned(),
                expected: "major.minor, as in 3.2",
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_semver_reads_back_what_it_prints() {
        let semver = Semver { major: 3, minor: 12 };
        assert_eq!(semver.to_string().parse(), Ok(semver));
        assert!("3".parse::<Semver>().is_err());
        assert!("3.x".parse::<Semver>().is_err());
    }
}
