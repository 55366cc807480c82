//! The one command the window may call, and the one event it hears.

use std::sync::Arc;

use app::Desk;
use app::wire::ErrorView;
use serde_json::Value;
use tauri::{AppHandle, Emitter as _, State};
use tokio::sync::broadcast::error::RecvError;

/// The name of the event that carries every [`app::wire::Event`].
const EVENT: &str = "upshot";

/// What the window talks to: the desk, or the reason why there is none.
pub(crate) struct Bridge {
    desk: Result<Arc<Desk>, ErrorView>,
}

impl Bridge {
    pub(crate) fn new<E: std::fmt::Display + Into<ErrorView>>(desk: Result<Arc<Desk>, E>) -> Self {
        let desk = desk.map_err(|error| {
            tracing::error!(%error, "The mirror could not be opened");
            let meaning = "Nothing in it was changed.".to_owned();
            ErrorView { meaning, retry: false, ..error.into() }
        });
        Self { desk }
    }
}

/// Runs a command by name. Payload and answer are JSON; both sides' types are generated from `app`.
#[tauri::command]
pub(crate) async fn rpc(
    bridge: State<'_, Bridge>,
    name: String,
    payload: Value,
) -> Result<Value, ErrorView> {
    let desk = bridge.desk.clone()?;
    let answer = app::command::rpc(&desk, &name, payload).await;
    if let Err(error) = &answer {
        tracing::warn!(command = name, code = ?error.code, title = error.title, "A command failed");
    }
    answer
}

/// Hands the core's events to the window for as long as both live.
pub(crate) async fn forward_events(app: AppHandle, desk: Arc<Desk>) {
    let mut events = desk.events();
    loop {
        match events.recv().await {
            Ok(event) => {
                if let Err(error) = app.emit(EVENT, &event) {
                    tracing::warn!(%error, "An event did not reach the window");
                }
            }
            // Each event says how things are now, so a lost one is made good by the next.
            Err(RecvError::Lagged(lost)) => tracing::debug!(lost, "The window lags behind"),
            Err(RecvError::Closed) => return,
        }
    }
}
