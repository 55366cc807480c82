//! Deciding, taking back, and what was decided; and the user's token that lets a server take it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::{Act, ConnectionId, DecisionKind, EventId, FeedbackId};
use serde::Deserialize;
use store::{NewDecision, Store, Told, UndoTarget};
use ts_rs::TS;

use super::Command;
use crate::desk::Desk;
use crate::present::{decision_view, decisions_view, step_view};
use crate::wire::{DecisionKindView, DecisionView, DecisionsView, ErrorView, Event, StepView};

/// Events of one answer, at most.
const MOST_EVENTS: u32 = 500;

/// Decides on one feedback or many, as one step. Answered when it is on the disk; the server hears of it later.
#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct Decide {
    pub connection: i64,
    pub feedback: Vec<String>,
    pub kind: DecisionKindView,
    pub note: Option<String>,
}

/// Takes back the last step of which something holds; or that step; or that one event. Answers `null` if there is
/// nothing to take back. Taking back the step of an undo is redo.
#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct UndoDecision {
    pub connection: i64,
    pub step: Option<i64>,
    pub event: Option<i64>,
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
        let feedback = self.feedback.into_iter().map(FeedbackId::new).collect();
        let step = desk.decide(id, feedback, self.kind.into(), self.note).await?;
        desk.push_soon(id);
        Ok(step)
    }
}

impl Command for UndoDecision {
    type Response = Option<StepView>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Option<StepView>, ErrorView> {
        let id = ConnectionId(self.connection);
        let target = match (self.step, self.event) {
            (None, None) => UndoTarget::LastStep,
            (Some(step), None) => UndoTarget::Step(EventId(step)),
            (None, Some(event)) => UndoTarget::Event(EventId(event)),
            (Some(_), Some(_)) => {
                return Err(ErrorView::bad_input("Either a step is taken back or one event."));
            }
        };
        let step = desk.undo(id, target).await?;
        // What counts again may be for the server.
        desk.push_soon(id);
        Ok(step)
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

impl Desk {
    /// Decides on all of them as one step. On the disk when this returns; the server is not asked.
    pub async fn decide(
        &self,
        id: ConnectionId,
        feedback: Vec<FeedbackId>,
        kind: DecisionKind,
        note: Option<String>,
    ) -> Result<StepView, ErrorView> {
        let mut seen = HashSet::new();
        let note = note.map(|note| note.trim().to_owned()).filter(|note| !note.is_empty());
        let (at_ms, who) = (self.now_ms(), self.who.clone());
        let new: Vec<NewDecision> = feedback
            .into_iter()
            .filter(|one| !one.as_str().is_empty() && seen.insert(one.clone()))
            .map(|feedback| NewDecision {
                feedback,
                act: Act::Decide(kind),
                note: note.clone(),
                reason: None,
                at_ms,
                who: who.clone(),
            })
            .collect();
        if new.is_empty() {
            return Err(ErrorView::bad_input("There is no feedback to decide on."));
        }
        let feedback = new.iter().map(|new| new.feedback.to_string()).collect();
        let events = self.with_store(move |store| store.add_decisions(id, &new)).await?;
        self.tell(Event::Data { connection: id.0 });
        self.tell_decisions(id).await?;
        let step = events.first().map_or(0, |event| event.0);
        Ok(StepView { step, events: events.into_iter().map(|event| event.0).collect(), feedback })
    }

    /// Takes back what still holds of the target, as one step; `None` if nothing does.
    pub async fn undo(
        &self,
        id: ConnectionId,
        target: UndoTarget,
    ) -> Result<Option<StepView>, ErrorView> {
        let (at_ms, who) = (self.now_ms(), self.who.clone());
        let undone = self.with_store(move |store| store.undo(id, target, at_ms, &who)).await?;
        if !undone.is_empty() {
            self.tell(Event::Data { connection: id.0 });
            self.tell_decisions(id).await?;
        }
        Ok(step_view(undone))
    }

    pub(crate) async fn decisions_view(
        &self,
        id: ConnectionId,
    ) -> Result<DecisionsView, ErrorView> {
        let read = move |store: &Store| Ok((store.pushing(id)?, store.outbox_counts(id)?));
        let (pushing, counts) = self.with_store(read).await?;
        Ok(decisions_view(pushing, counts))
    }

    pub(crate) async fn tell_decisions(&self, id: ConnectionId) -> Result<(), ErrorView> {
        let decisions = self.decisions_view(id).await?;
        self.tell(Event::Decisions { connection: id.0, decisions });
        Ok(())
    }
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
