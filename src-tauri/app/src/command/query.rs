//! The filter bar: reading a filter text, writing one, completing it.

use std::sync::Arc;

use domain::ConnectionId;
use serde::Deserialize;
use ts_rs::TS;

use super::Command;
use crate::desk::Desk;
use crate::query::{Calendar, meant, printed, suggestions};
use crate::wire::{ErrorView, FilterView, ParsedFilterView, PrintedFilterView, SuggestionView};

/// Reads a filter text. It never fails for what is typed: what is wrong is told by place.
#[derive(Debug, Deserialize, TS)]
pub struct ParseFilter {
    pub connection: i64,
    pub text: String,
}

/// Writes a filter as the text that would be typed for it.
#[derive(Debug, Deserialize, TS)]
pub struct PrintFilter {
    pub connection: i64,
    pub filter: FilterView,
}

/// What could be typed where the caret stands, counted in UTF-16 units; what fits best first, twelve at the most.
#[derive(Debug, Deserialize, TS)]
pub struct CompleteFilter {
    pub connection: i64,
    pub text: String,
    pub caret: usize,
}

impl Command for ParseFilter {
    type Response = ParsedFilterView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<ParsedFilterView, ErrorView> {
        let (id, calendar) = (ConnectionId(self.connection), desk.calendar());
        desk.with_store(move |store| meant(store, id, &self.text, &calendar)).await
    }
}

impl Command for PrintFilter {
    type Response = PrintedFilterView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<PrintedFilterView, ErrorView> {
        let (id, calendar) = (ConnectionId(self.connection), desk.calendar());
        desk.with_store(move |store| printed(store, id, &self.filter, &calendar)).await
    }
}

impl Command for CompleteFilter {
    type Response = Vec<SuggestionView>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Vec<SuggestionView>, ErrorView> {
        let (id, calendar) = (ConnectionId(self.connection), desk.calendar());
        desk.with_store(move |store| suggestions(store, id, &self.text, self.caret, &calendar))
            .await
    }
}

impl Desk {
    /// Now, and the days and times of this machine.
    pub(crate) fn calendar(&self) -> Calendar {
        Calendar { now_ms: self.now_ms(), utc_offset_ms: Arc::clone(&self.utc_offset_ms) }
    }
}
