//! Saved views: a mailbox and a filter text under a name.

use std::sync::Arc;

use domain::{ConnectionId, Query};
use serde::Deserialize;
use serde_json::Value;
use store::{NewView, Store, View, ViewId};
use ts_rs::TS;

use super::Command;
use crate::desk::Desk;
use crate::present::filter_of;
use crate::query::{Calendar, meant};
use crate::wire::{ErrorView, Event, Mailbox, SavedView};

/// The views of a connection in their order.
#[derive(Debug, Deserialize, TS)]
pub struct ListViews {
    pub connection: i64,
}

/// Keeps a mailbox and a filter text under a name: as a new view at the end, or in place of one.
#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct SaveView {
    pub connection: i64,
    /// The view to replace.
    pub view: Option<i64>,
    /// 1 to 60 characters, unique in the connection.
    pub name: String,
    pub mailbox: Mailbox,
    pub text: String,
}

/// Gives a view another name.
#[derive(Debug, Deserialize, TS)]
pub struct RenameView {
    pub connection: i64,
    pub view: i64,
    pub name: String,
}

/// Takes a view away; the feedback it shows stays.
#[derive(Debug, Deserialize, TS)]
pub struct DeleteView {
    pub connection: i64,
    pub view: i64,
}

/// Moves a view before another one, or to the end.
#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct MoveView {
    pub connection: i64,
    pub view: i64,
    pub before: Option<i64>,
}

impl Command for ListViews {
    type Response = Vec<SavedView>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Vec<SavedView>, ErrorView> {
        let (id, calendar) = (ConnectionId(self.connection), desk.calendar());
        desk.with_store(move |store| {
            let views = store.views(id)?.into_iter();
            let counted = views.map(|view| counted(store, id, view, &calendar));
            Ok(counted.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
        .await
    }
}

impl Command for SaveView {
    type Response = SavedView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<SavedView, ErrorView> {
        let (id, calendar) = (ConnectionId(self.connection), desk.calendar());
        let parsed = Query::parse(&self.text);
        // What is wrong would silently be left out of it.
        if let Some(problem) = parsed.problems.iter().find(|problem| !problem.is_hint) {
            return Err(ErrorView::bad_input(format!(
                "The filter is not clear. {}",
                problem.message
            )));
        }
        let new = NewView {
            name: self.name,
            mailbox: word_of(self.mailbox)?,
            filter: parsed.query.to_string(),
        };
        let replaced = self.view.map(ViewId);
        let saved = desk
            .with_store(move |store| {
                let view = store.save_view(id, replaced, new)?;
                counted(store, id, view, &calendar)
            })
            .await?;
        desk.tell(Event::Data { connection: id.0 });
        saved.ok_or_else(|| ErrorView::internal("the view that was saved is not there"))
    }
}

impl Command for RenameView {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let id = ConnectionId(self.connection);
        desk.with_store(move |store| store.rename_view(id, ViewId(self.view), &self.name)).await?;
        desk.tell(Event::Data { connection: id.0 });
        Ok(())
    }
}

impl Command for DeleteView {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let id = ConnectionId(self.connection);
        desk.with_store(move |store| store.delete_view(id, ViewId(self.view))).await?;
        desk.tell(Event::Data { connection: id.0 });
        Ok(())
    }
}

impl Command for MoveView {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let id = ConnectionId(self.connection);
        let (view, before) = (ViewId(self.view), self.before.map(ViewId));
        desk.with_store(move |store| store.move_view(id, view, before)).await?;
        desk.tell(Event::Data { connection: id.0 });
        Ok(())
    }
}

/// A view with how much it shows; `None` for a mailbox that this Upshot does not know.
fn counted(
    store: &Store,
    id: ConnectionId,
    view: View,
    calendar: &Calendar,
) -> Result<Option<SavedView>, store::Error> {
    let Ok(mailbox) = serde_json::from_value::<Mailbox>(Value::String(view.mailbox)) else {
        return Ok(None);
    };
    let filter = meant(store, id, &view.filter, calendar)?.filter;
    let count = match filter_of(mailbox, filter) {
        Some(filter) => store.feedback_count_if_quick(id, &filter)?,
        None => Some(0),
    };
    Ok(Some(SavedView { id: view.id.0, name: view.name, mailbox, text: view.filter, count }))
}

/// A mailbox's word, the same as in messages.
fn word_of(mailbox: Mailbox) -> Result<String, ErrorView> {
    match serde_json::to_value(mailbox).map_err(ErrorView::internal)? {
        Value::String(word) => Ok(word),
        other => Err(ErrorView::internal(format!("a mailbox is called {other}"))),
    }
}
