//! Pins: a reviewer's notes on one place of a feedback. They stay on this machine.
//! Each command answers all pins of the feedback, oldest first.

use std::sync::Arc;

use domain::{ConnectionId, FeedbackId, PinId, PinPlace};
use serde::Deserialize;
use store::{NewPin, Store};
use ts_rs::TS;

use super::Command;
use crate::desk::Desk;
use crate::present::pin_view;
use crate::wire::{ErrorView, PinView};

/// What is kept of a quote or a note, in characters.
const LONGEST: usize = 4_000;
/// A pointer that is longer points nowhere a person could have pinned.
const LONGEST_POINTER_BYTES: usize = 4_000;

/// Pins a place: a whole value, or with `start` and `end` a stretch of a text.
#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct AddPin {
    pub connection: i64,
    pub feedback: String,
    /// `comment`, `input`, `output` or `message:N`.
    pub place: String,
    /// JSON pointer to the value in that place; empty: the whole of it.
    pub pointer: String,
    /// In UTF-16 units.
    pub start: Option<u32>,
    pub end: Option<u32>,
    /// What stands there.
    pub quote: String,
    pub note: Option<String>,
}

/// Gives a pin another note; without one the place stays pinned. Its id is another one then.
#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct EditPin {
    pub connection: i64,
    pub feedback: String,
    pub pin: i64,
    pub note: Option<String>,
}

/// Takes a pin away. `restore_pin` puts it back.
#[derive(Debug, Deserialize, TS)]
pub struct RemovePin {
    pub connection: i64,
    pub feedback: String,
    pub pin: i64,
}

/// Puts a pin back that was taken away.
#[derive(Debug, Deserialize, TS)]
pub struct RestorePin {
    pub connection: i64,
    pub feedback: String,
    pub pin: i64,
}

impl Command for AddPin {
    type Response = Vec<PinView>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Vec<PinView>, ErrorView> {
        let (id, feedback) = (ConnectionId(self.connection), FeedbackId::new(self.feedback));
        let bad = || ErrorView::bad_input("This is no place to put a pin.");
        let place: PinPlace = self.place.parse().map_err(|_| bad())?;
        let stretch = match (self.start, self.end) {
            (None, None) => None,
            (Some(start), Some(end)) if start < end => Some((start, end)),
            _ => return Err(bad()),
        };
        let is_pointer = self.pointer.is_empty() || self.pointer.starts_with('/');
        if !is_pointer || self.pointer.len() > LONGEST_POINTER_BYTES {
            return Err(bad());
        }
        let new = NewPin {
            feedback: feedback.clone(),
            place,
            pointer: self.pointer,
            stretch,
            quote: shortened(&self.quote),
            note: noted(self.note),
            at_ms: desk.now_ms(),
            who: desk.who.clone(),
        };
        desk.with_store(move |store| {
            store.add_pin(id, &new)?;
            all(store, id, &feedback)
        })
        .await
    }
}

impl Command for EditPin {
    type Response = Vec<PinView>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Vec<PinView>, ErrorView> {
        let (id, feedback) = (ConnectionId(self.connection), FeedbackId::new(self.feedback));
        let (note, at_ms, who) = (noted(self.note), desk.now_ms(), desk.who.clone());
        let pins = desk
            .with_store(move |store| {
                let edited = store.edit_pin(id, PinId(self.pin), note.as_deref(), at_ms, &who)?;
                edited.map(|_| all(store, id, &feedback)).transpose()
            })
            .await?;
        pins.ok_or_else(|| ErrorView::not_cached("pin"))
    }
}

impl Command for RemovePin {
    type Response = Vec<PinView>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Vec<PinView>, ErrorView> {
        let (id, feedback) = (ConnectionId(self.connection), FeedbackId::new(self.feedback));
        let (at_ms, who) = (desk.now_ms(), desk.who.clone());
        desk.with_store(move |store| {
            store.remove_pin(id, PinId(self.pin), at_ms, &who)?;
            all(store, id, &feedback)
        })
        .await
    }
}

impl Command for RestorePin {
    type Response = Vec<PinView>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Vec<PinView>, ErrorView> {
        let (id, feedback) = (ConnectionId(self.connection), FeedbackId::new(self.feedback));
        desk.with_store(move |store| {
            store.restore_pin(id, PinId(self.pin))?;
            all(store, id, &feedback)
        })
        .await
    }
}

fn all(
    store: &Store,
    id: ConnectionId,
    feedback: &FeedbackId,
) -> Result<Vec<PinView>, store::Error> {
    Ok(store.pins(id, feedback)?.into_iter().map(pin_view).collect())
}

fn noted(note: Option<String>) -> Option<String> {
    note.map(|note| shortened(note.trim())).filter(|note| !note.is_empty())
}

fn shortened(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}
