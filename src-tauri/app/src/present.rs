//! From domain to wire: what a person sees of a feedback, a run, a version. No I/O.

mod body;
mod decision;
mod diff;
mod feedback;
mod pin;
mod run;
mod schema;
mod value;
mod version;

pub(crate) use decision::{decision_view, decisions_view, snooze_view, woken_view};
pub(crate) use diff::word_diff;
pub(crate) use feedback::{earlier_views, filter_of, mailbox_filter, row_view};
pub(crate) use pin::pin_view;
pub(crate) use run::run_view;
pub(crate) use value::raw_json;
pub(crate) use version::{summary_view, version_view};
