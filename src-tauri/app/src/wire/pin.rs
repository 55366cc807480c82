//! Pins on a feedback.

use serde::Serialize;
use ts_rs::TS;

/// A reviewer's mark on one place of a feedback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PinView {
    pub id: i64,
    /// `comment`, `input`, `output` or `message:N`, one of the input's messages from 0.
    pub place: String,
    /// JSON pointer to the value in that place; empty: the whole of it.
    pub pointer: String,
    /// A stretch of a text, in UTF-16 units; `null`: the whole value.
    pub start: Option<u32>,
    pub end: Option<u32>,
    /// What stood there when it was pinned.
    pub quote: String,
    pub note: Option<String>,
    pub at_ms: i64,
    pub who: String,
}
