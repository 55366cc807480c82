//! Steps of deciding: made, taken back, done again, and what wakes by itself. Each is on the disk before anybody is
//! told of it; the server is not asked here.

mod verdict;
mod wake;

use std::collections::HashSet;
use std::sync::Arc;

use domain::{ConnectionId, EventId, FeedbackId};
use store::{FeedbackFilter, Store, UndoTarget};

use crate::command::{Decide, RedoDecision, UndoDecision};
use crate::desk::Desk;
use crate::present::{decisions_view, filter_of};
use crate::wire::{DecideWhat, DecisionsView, ErrorView, Event, StepActView, StepView};

pub(crate) use verdict::Verdict;

/// What is decided on, as the store is asked for it.
enum Chosen {
    These(Vec<FeedbackId>),
    Alike(FeedbackId, Box<FeedbackFilter>),
    Matching(Box<FeedbackFilter>),
}

impl Desk {
    /// Decides as one step. On the disk when this returns. Unlike the command's, the answer is not shortened.
    pub async fn decide(self: &Arc<Self>, wanted: Decide) -> Result<StepView, ErrorView> {
        let id = ConnectionId(wanted.connection);
        let verdict = Verdict::of(
            wanted.kind.into(),
            wanted.note,
            wanted.reason,
            wanted.duplicate_of,
            wanted.snooze,
            self.now_ms(),
        )?;
        if let Some(original) = verdict.duplicate_of.clone() {
            let known = self.with_store(move |store| store.feedback(id, &original)).await?;
            if known.is_none() {
                return Err(ErrorView::bad_input("The original is not in the cache."));
            }
        }
        self.add_step(id, wanted.what, verdict).await
    }

    pub(crate) async fn add_step(
        &self,
        id: ConnectionId,
        what: DecideWhat,
        verdict: Verdict,
    ) -> Result<StepView, ErrorView> {
        let act = if verdict.kind().is_some() { StepActView::Decided } else { StepActView::Noted };
        let (kind, original) = (verdict.kind(), verdict.duplicate_of.clone());
        let (at_ms, who) = (self.now_ms(), self.who.clone());
        let chosen = chosen(what);
        let each = move |feedback: FeedbackId| {
            let is_original = original.as_ref() == Some(&feedback);
            (!is_original).then(|| verdict.on(feedback, at_ms, &who))
        };
        let made = self.with_store(move |store| match chosen {
            None => Ok(Vec::new()),
            Some(Chosen::Matching(filter)) => store.decide_matching(id, &filter, each),
            Some(Chosen::Alike(one, filter)) => store.decide_alike(id, &filter, &one, each),
            Some(Chosen::These(feedback)) => {
                let new: Vec<_> = feedback.into_iter().filter_map(each).collect();
                let events = store.add_decisions(id, &new)?;
                Ok(events.into_iter().zip(new.into_iter().map(|new| new.feedback)).collect())
            }
        });
        let made = made.await?;
        if made.is_empty() {
            return Err(ErrorView::bad_input("There is no feedback to decide on."));
        }
        self.tell_step(id).await?;
        Ok(step_view(act, kind.map(Into::into), made))
    }

    /// Takes back what the command says; `None` if there is nothing to take back. Unlike the command's, the answer is
    /// not shortened.
    pub async fn undo(&self, wanted: UndoDecision) -> Result<Option<StepView>, ErrorView> {
        let target = match (wanted.step, wanted.event) {
            (None, None) => UndoTarget::LastStep,
            (Some(step), None) => UndoTarget::Step(EventId(step)),
            (None, Some(event)) => UndoTarget::Event(EventId(event)),
            (Some(_), Some(_)) => {
                return Err(ErrorView::bad_input("Either a step is taken back or one event."));
            }
        };
        self.take_back(ConnectionId(wanted.connection), target).await
    }

    /// Does again what was taken back last; `None` if there is nothing to do again. Not shortened.
    pub async fn redo(&self, wanted: RedoDecision) -> Result<Option<StepView>, ErrorView> {
        self.take_back(ConnectionId(wanted.connection), UndoTarget::LastUndo).await
    }

    async fn take_back(
        &self,
        id: ConnectionId,
        target: UndoTarget,
    ) -> Result<Option<StepView>, ErrorView> {
        let (at_ms, who) = (self.now_ms(), self.who.clone());
        let undone = self.with_store(move |store| {
            let undone = store.undo(id, target, at_ms, &who)?;
            let Some(first) = undone.first() else { return Ok(None) };
            Ok(Some((store.behind(id, first.id)?, undone)))
        });
        let Some((behind, undone)) = undone.await? else { return Ok(None) };
        self.tell_step(id).await?;
        let act = if behind.takes_back { StepActView::TakenBack } else { StepActView::DoneAgain };
        let made = undone.into_iter().map(|event| (event.id, event.feedback)).collect();
        Ok(Some(step_view(act, behind.kind.map(Into::into), made)))
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

    async fn tell_step(&self, id: ConnectionId) -> Result<(), ErrorView> {
        self.tell(Event::Data { connection: id.0 });
        self.tell_decisions(id).await
    }
}

/// `None`: mailbox and filter exclude each other.
fn chosen(what: DecideWhat) -> Option<Chosen> {
    match what {
        DecideWhat::These { feedback } => {
            let mut seen = HashSet::new();
            let ids = feedback.into_iter().filter(|id| !id.is_empty() && seen.insert(id.clone()));
            Some(Chosen::These(ids.map(FeedbackId::new).collect()))
        }
        DecideWhat::Alike { alike, mailbox, filter } => {
            let alike = FeedbackId::new(alike);
            filter_of(mailbox, filter).map(|filter| Chosen::Alike(alike, Box::new(filter)))
        }
        DecideWhat::Matching { mailbox, filter } => {
            filter_of(mailbox, filter).map(|filter| Chosen::Matching(Box::new(filter)))
        }
    }
}

fn step_view(
    act: StepActView,
    kind: Option<crate::wire::DecisionKindView>,
    made: Vec<(EventId, FeedbackId)>,
) -> StepView {
    StepView {
        step: made.first().map_or(0, |(event, _)| event.0),
        act,
        kind,
        count: made.len() as u64,
        events: made.iter().map(|(event, _)| event.0).collect(),
        feedback: made.into_iter().map(|(_, feedback)| feedback.into_string()).collect(),
    }
}
