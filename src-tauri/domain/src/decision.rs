//! Decisions on feedback: events that are only ever added, and the rule that tells what they come to.
//! Taking a decision back is an event, and so is taking that back: undo and redo have no end and no stack.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Annotation, words};

/// What a reviewer says about a feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// Nothing is left to do.
    Resolved,
    /// The user is wrong: not an issue.
    Incorrect,
    /// The user is right: needs a fix.
    Correct,
}

/// An event's place in the log; a later event has a greater one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub i64);

/// What an event does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    Decide(DecisionKind),
    /// Takes an earlier event of the same feedback back; of an undo, that is redo.
    Undo(EventId),
    /// A word that means nothing here. It stays in the log and decides nothing.
    Unknown,
}

/// One event on one feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecisionEvent {
    pub id: EventId,
    pub act: Act,
}

/// What the events of one feedback come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The newest decision that is not void, and its event.
    pub decided: Option<(EventId, DecisionKind)>,
    /// The events that a later one, itself not void, takes back.
    pub void: HashSet<EventId>,
}

impl Standing {
    /// Derives it from all events of one feedback, whatever their order. An undo of an event that is not among
    /// them, or that is not earlier, does nothing.
    pub fn of(events: impl IntoIterator<Item = DecisionEvent>) -> Self {
        let mut events: Vec<DecisionEvent> = events.into_iter().collect();
        let known: HashSet<EventId> = events.iter().map(|event| event.id).collect();
        // Newest first: whether an event is void is known once every later one was seen.
        events.sort_unstable_by_key(|event| std::cmp::Reverse(event.id));
        let mut standing = Self::default();
        for event in events {
            if standing.void.contains(&event.id) {
                continue;
            }
            match event.act {
                Act::Undo(target) if target < event.id && known.contains(&target) => {
                    standing.void.insert(target);
                }
                Act::Decide(kind) if standing.decided.is_none() => {
                    standing.decided = Some((event.id, kind));
                }
                Act::Undo(_) | Act::Decide(_) | Act::Unknown => {}
            }
        }
        standing
    }

    /// Whether an event still counts.
    pub fn holds(&self, event: EventId) -> bool {
        !self.void.contains(&event)
    }
}

impl DecisionKind {
    /// What a server is told of it; `None`: it has no word for it.
    pub fn annotation(self) -> Option<Annotation> {
        match self {
            Self::Resolved => Some(Annotation::Resolved),
            Self::Incorrect => Some(Annotation::Incorrect),
            Self::Correct => Some(Annotation::Correct),
        }
    }
}

words! {
    /// The word used in the log, on the command line and in the window.
    DecisionKind { Resolved = "resolved", Incorrect = "incorrect", Correct = "correct" }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
