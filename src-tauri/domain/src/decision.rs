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
    /// Says the same as another feedback, which the event names.
    Duplicate,
    /// Put aside until something happens, which the event names.
    Snoozed,
}

/// An event's place in the log; a later event has a greater one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub i64);

/// What an event does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    Decide(DecisionKind),
    /// Says something and decides nothing.
    Note,
    /// Takes an earlier event of the same feedback back; of an undo, that is redo.
    Undo(EventId),
    /// Takes a snooze back because what it waited for has happened; nobody did that.
    Wake(EventId),
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
    /// The event that ended a snooze, if it is not void and nothing was decided since.
    pub woken: Option<EventId>,
    /// The newest note by itself that is not void.
    pub noted: Option<EventId>,
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
                Act::Wake(target) if target < event.id && known.contains(&target) => {
                    standing.void.insert(target);
                    if standing.decided.is_none() {
                        standing.woken = standing.woken.or(Some(event.id));
                    }
                }
                Act::Decide(kind) if standing.decided.is_none() => {
                    standing.decided = Some((event.id, kind));
                }
                Act::Note => standing.noted = standing.noted.or(Some(event.id)),
                Act::Undo(_) | Act::Wake(_) | Act::Decide(_) | Act::Unknown => {}
            }
        }
        standing
    }

    /// Whether an event still counts.
    pub fn holds(&self, event: EventId) -> bool {
        !self.void.contains(&event)
    }
}

impl Act {
    /// The event it takes back, if it takes one back.
    pub fn undoes(self) -> Option<EventId> {
        match self {
            Self::Undo(target) | Self::Wake(target) => Some(target),
            Self::Decide(_) | Self::Note | Self::Unknown => None,
        }
    }
}

impl From<Annotation> for DecisionKind {
    fn from(annotation: Annotation) -> Self {
        match annotation {
            Annotation::Resolved => Self::Resolved,
            Annotation::Incorrect => Self::Incorrect,
            Annotation::Correct => Self::Correct,
        }
    }
}

impl DecisionKind {
    /// What a server is told of it; `None`: it has no word for it.
    pub fn annotation(self) -> Option<Annotation> {
        match self {
            Self::Resolved => Some(Annotation::Resolved),
            Self::Incorrect => Some(Annotation::Incorrect),
            Self::Correct => Some(Annotation::Correct),
            Self::Duplicate | Self::Snoozed => None,
        }
    }
}

words! {
    /// The word used in the log, on the command line and in the window.
    DecisionKind {
        Resolved = "resolved", Incorrect = "incorrect", Correct = "correct",
        Duplicate = "duplicate", Snoozed = "snoozed"
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
