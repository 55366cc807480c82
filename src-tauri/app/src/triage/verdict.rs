//! What is to be said of each feedback of a step, looked through before anything is written.

use domain::{Act, DecisionKind, FeedbackId, Snooze, SnoozeKind};
use store::NewDecision;

use crate::wire::{ErrorView, SnoozeRequest};

/// A reason is a word or a few: the list of them is meant to be read at a glance.
pub(crate) const LONGEST_REASON: usize = 200;

/// The same for each feedback of a step.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    act: Act,
    note: Option<String>,
    reason: Option<String>,
    pub(crate) duplicate_of: Option<FeedbackId>,
    snooze: Option<Snooze>,
}

impl Verdict {
    /// A decision, if what is said fits what is decided.
    pub(crate) fn of(
        kind: DecisionKind,
        note: Option<String>,
        reason: Option<String>,
        duplicate_of: Option<String>,
        snooze: Option<SnoozeRequest>,
        now_ms: i64,
    ) -> Result<Self, ErrorView> {
        let duplicate_of = duplicate_of.and_then(said).map(FeedbackId::new);
        if duplicate_of.is_some() != (kind == DecisionKind::Duplicate) {
            return Err(ErrorView::bad_input("A duplicate, and nothing else, names its original."));
        }
        if snooze.is_some() != (kind == DecisionKind::Snoozed) {
            return Err(ErrorView::bad_input("A snooze, and nothing else, says until when."));
        }
        if matches!(snooze, Some(SnoozeRequest::Until { until_ms }) if until_ms <= now_ms) {
            return Err(ErrorView::bad_input("Snoozing ends at a time to come."));
        }
        let reason = reason.and_then(said);
        if reason.as_ref().is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
            return Err(ErrorView::bad_input("A reason is short; write the rest as a note."));
        }
        Ok(Self {
            act: Act::Decide(kind),
            note: note.and_then(said),
            reason,
            duplicate_of,
            snooze: snooze.map(snooze_of),
        })
    }

    /// A note by itself.
    pub(crate) fn note(note: String) -> Result<Self, ErrorView> {
        let note = said(note).ok_or_else(|| ErrorView::bad_input("The note is empty."))?;
        Ok(Self {
            act: Act::Note,
            note: Some(note),
            reason: None,
            duplicate_of: None,
            snooze: None,
        })
    }

    /// What is decided; `None`: nothing.
    pub(crate) fn kind(&self) -> Option<DecisionKind> {
        match self.act {
            Act::Decide(kind) => Some(kind),
            _ => None,
        }
    }

    pub(crate) fn on(&self, feedback: FeedbackId, at_ms: i64, who: &str) -> NewDecision {
        NewDecision {
            note: self.note.clone(),
            reason: self.reason.clone(),
            duplicate_of: self.duplicate_of.clone(),
            snooze: self.snooze,
            ..NewDecision::new(feedback, self.act, at_ms, who)
        }
    }
}

/// `None`: there is nothing in it to read.
fn said(text: String) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn snooze_of(request: SnoozeRequest) -> Snooze {
    let (kind, at_ms) = match request {
        SnoozeRequest::Until { until_ms } => (SnoozeKind::Until, until_ms),
        // The store takes the baseline in the same breath as it writes.
        SnoozeRequest::UserSpeaks => (SnoozeKind::UserSpeaks, 0),
        SnoozeRequest::NewerVersion => (SnoozeKind::NewerVersion, 0),
        SnoozeRequest::FiveMoreAlike => (SnoozeKind::FiveMoreAlike, 0),
    };
    Snooze { kind, at_ms }
}
