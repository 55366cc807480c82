//! Where a page ended, as a text that goes to the window and back.

use std::fmt;
use std::str::FromStr;

/// Where the next page begins. Prints and parses, to travel through places that know no 64-bit integer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub(super) pos: i64,
    /// In an order by something else than time: what of it the page ended in.
    pub(super) part: Vec<String>,
}

impl From<i64> for Cursor {
    fn from(pos: i64) -> Self {
        Self { pos, part: Vec::new() }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part.is_empty() {
            true => write!(f, "{}", self.pos),
            false => write!(f, "{}", serde_json::json!([self.pos, self.part])),
        }
    }
}

impl FromStr for Cursor {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(pos) = text.parse::<i64>() {
            return Ok(pos.into());
        }
        let (pos, part) = serde_json::from_str(text)?;
        Ok(Self { pos, part })
    }
}
