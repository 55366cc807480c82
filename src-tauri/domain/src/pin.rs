//! A pin: a reviewer's mark on one place of a feedback, with or without a note.
//! Where in the place it sits is told by a JSON pointer and a stretch of text; reading these is the screen's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::UnknownWord;

/// What stands before the number of a message.
const MESSAGE: &str = "message:";

/// A pin's row in the local cache. Another note on the same place makes another pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PinId(pub i64);

/// The text or value a pin sits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PinPlace {
    /// What the user said.
    Comment,
    /// The run's input, where it is no conversation.
    Input,
    Output,
    /// One of the messages of the input, from 0, as the server lists them.
    Message(u32),
}

impl fmt::Display for PinPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Comment => f.write_str("comment"),
            Self::Input => f.write_str("input"),
            Self::Output => f.write_str("output"),
            Self::Message(number) => write!(f, "{MESSAGE}{number}"),
        }
    }
}

impl FromStr for PinPlace {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let number = || text.strip_prefix(MESSAGE)?.parse().ok();
        match text {
            "comment" => Ok(Self::Comment),
            "input" => Ok(Self::Input),
            "output" => Ok(Self::Output),
            _ => number().map(Self::Message).ok_or_else(|| UnknownWord {
                word: text.to_owned(),
                expected: "comment, input, output or message:N",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_what_it_prints() {
        for place in [PinPlace::Comment, PinPlace::Input, PinPlace::Output, PinPlace::Message(12)] {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        assert!("message:".parse::<PinPlace>().is_err());
        assert!("message:-1".parse::<PinPlace>().is_err());
        assert!("elsewhere".parse::<PinPlace>().is_err());
    }
}
