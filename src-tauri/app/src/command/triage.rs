//! Deciding, taking back and doing again, and what was decided.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{ConnectionId, EventId, FeedbackId};
use serde::Deserialize;
use store::{Store, Told};
use ts_rs::TS;

use super::Command;
use crate::desk::Desk;
use crate::present::decision_view;
use crate::triage::Verdict;
use crate::wire::{DecideWhat, DecisionKindView, DecisionView, ErrorView, SnoozeRequest, StepView};

/// Events of one answer, at most.
const MOST_EVENTS: u32 = 500;

/// Decides on one feedback or many, as one step. Answered when it is on the disk; the server hears of it later.
#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct Decide {
    pub connection: i64,
    pub what: DecideWhat,
    pub kind: DecisionKindView,
    /// Any words; they go to the server along with the decision.
    pub note: Option<String>,
    /// One of `list_reasons`, or any other. Kept here.
    pub reason: Option<String>,
    /// Of `duplicate`, and of nothing else: what it is a duplicate of. If that is among what is decided on, it is left
    /// out.
    pub duplicate_of: Option<String>,
    /// Of `snoozed`, and of nothing else.
    pub snooze: Option<SnoozeRequest>,
}

/// Notes something about a feedback and decides nothing. A step like any other: undone and redone as one.
#[derive(Debug, Deserialize, TS)]
pub struct SetNote {
    pub connection: i64,
    pub feedback: String,
    pub note: String,
}

/// Takes back the last step of which something holds; or that step; or that one event. Answers `null` if there is
/// nothing to take back. Steps that woke something are nobody's, and passed over.
#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct UndoDecision {
    pub connection: i64,
    pub step: Option<i64>,
    pub event: Option<i64>,
}

/// Does again what was taken back last, unless something was decided or noted since. Answers `null` if there is nothing
/// to do again.
#[derive(Debug, Deserialize, TS)]
pub struct RedoDecision {
    pub connection: i64,
}

/// The history of one feedback, oldest first; without one the newest events of all, newest first.
#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ListDecisions {
    pub connection: i64,
    pub feedback: Option<String>,
    /// Without a feedback: events before this one.
    pub before: Option<i64>,
    /// Without a feedback: so many, at most 500.
    pub limit: Option<u32>,
}

/// Notes that the notice about decisions kept here was seen.
#[derive(Debug, Deserialize, TS)]
pub struct DismissPushNotice {
    pub connection: i64,
}

impl Command for Decide {
    type Response = StepView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<StepView, ErrorView> {
        let id = ConnectionId(self.connection);
        let step = desk.decide(self).await?;
        desk.push_soon(id);
        Ok(shortened(step))
    }
}

impl Command for SetNote {
    type Response = StepView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<StepView, ErrorView> {
        let what = DecideWhat::These { feedback: vec![self.feedback] };
        desk.add_step(ConnectionId(self.connection), what, Verdict::note(self.note)?).await
    }
}

impl Command for UndoDecision {
    type Response = Option<StepView>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Option<StepView>, ErrorView> {
        let id = ConnectionId(self.connection);
        let step = desk.undo(self).await?;
        // What counts again may be for the server.
        desk.push_soon(id);
        Ok(step.map(shortened))
    }
}

impl Command for RedoDecision {
    type Response = Option<StepView>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Option<StepView>, ErrorView> {
        let id = ConnectionId(self.connection);
        let step = desk.redo(self).await?;
        desk.push_soon(id);
        Ok(step.map(shortened))
    }
}

impl Command for ListDecisions {
    type Response = Vec<DecisionView>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Vec<DecisionView>, ErrorView> {
        let id = ConnectionId(self.connection);
        let (before, limit) = (self.before.map(EventId), self.limit.unwrap_or(50).min(MOST_EVENTS));
        let told = desk.with_store(move |store| match self.feedback {
            Some(feedback) => store.history(id, &FeedbackId::new(feedback)),
            None => newest(store, id, before, limit as usize),
        });
        Ok(told.await?.into_iter().map(decision_view).collect())
    }
}

impl Command for DismissPushNotice {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let id = ConnectionId(self.connection);
        desk.with_store(move |store| store.note_push_notice_read(id)).await?;
        desk.tell_decisions(id).await
    }
}

/// As it crosses to the window: of ten thousand, nobody reads each.
fn shortened(mut step: StepView) -> StepView {
    step.events.truncate(MOST_EVENTS as usize);
    step.feedback.truncate(MOST_EVENTS as usize);
    step
}

/// The newest events, each with how it stands in the history of its feedback.
fn newest(
    store: &Store,
    id: ConnectionId,
    before: Option<EventId>,
    limit: usize,
) -> Result<Vec<Told>, store::Error> {
    let mut histories: HashMap<FeedbackId, Vec<Told>> = HashMap::new();
    let mut told = Vec::new();
    for event in store.newest_decisions(id, before, limit)? {
        if !histories.contains_key(&event.feedback) {
            let history = store.history(id, &event.feedback)?;
            histories.insert(event.feedback.clone(), history);
        }
        let history = histories.get(&event.feedback).map(Vec::as_slice).unwrap_or_default();
        told.extend(history.iter().find(|told| told.decision.id == event.id).cloned());
    }
    Ok(told)
}
