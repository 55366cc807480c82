//! The keys a person changed, as the window reads them.

use std::collections::BTreeMap;

use serde::Serialize;
use ts_rs::TS;

/// What differs from the keys the window starts with.
#[derive(Debug, Serialize, TS)]
pub struct KeysView {
    /// From a command's name to its strokes. Names the window does not know are a newer Upshot's.
    pub keys: BTreeMap<String, Vec<String>>,
}
