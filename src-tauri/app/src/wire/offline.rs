//! What of a connection's runs is on this machine.

use serde::Serialize;
use ts_rs::TS;

/// The runs of one class.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct OfflineClassView {
    /// Runs that are here.
    pub kept: u64,
    /// Runs that are not: still to be fetched, or, with `is_full`, left out.
    pub wanted: u64,
}

/// What of a connection's runs is here, within what limit. Feedback and versions are always here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct OfflineView {
    /// `null`: everything is kept.
    pub limit_bytes: Option<u64>,
    /// Limits to choose from, besides "everything".
    pub choices_bytes: Vec<u64>,
    /// What the runs take on this machine, as the limit counts it.
    pub kept_bytes: u64,
    /// What they took as the server sent them.
    pub json_bytes: u64,
    /// Runs of negative feedback, kept first.
    pub negative: OfflineClassView,
    /// Then those of positive feedback with a comment.
    pub commented: OfflineClassView,
    pub rest: OfflineClassView,
    /// Whether the limit keeps runs out.
    pub is_full: bool,
    /// Images looked at before; they do not count.
    pub files_bytes: u64,
}
