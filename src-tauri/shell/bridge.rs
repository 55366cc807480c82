//! The one command the window may call, and the one event it hears.

use std::sync::Arc;

use app::Desk;
use app::wire::ErrorView;
use serde_json::Value;
use tauri::{AppHandle, Emitter as _, State};
use tokio::sync::Mutex;
use tokio::sync::broadcast::error::RecvError;

/// The name of the event that carries every [`app::wire::Event`].
const EVENT: &str = "upshot";
/// The command the window starts with, and begins again with.
const START: &str = "get_state";

/// Opens the mirror and starts what works on it. Blocks.
pub(crate) type Opener = Arc<dyn Fn() -> Result<Arc<Desk>, ErrorView> + Send + Sync>;

/// What the window talks to: the desk, or the reason why there is none.
pub(crate) struct Bridge {
    desk: Mutex<Result<Arc<Desk>, ErrorView>>,
    opener: Opener,
}

impl Bridge {
    /// Opens the mirror. Blocks.
    pub(crate) fn open(opener: Opener) -> Self {
        Self { desk: Mutex::new(opener()), opener }
    }

    /// The desk. Where there is none, `again` tries once more to open it: the disk may have room by now.
    async fn desk(&self, again: bool) -> Result<Arc<Desk>, ErrorView> {
        let mut desk = self.desk.lock().await;
        if again && desk.is_err() {
            let opener = Arc::clone(&self.opener);
            let opened = tauri::async_runtime::spawn_blocking(move || opener()).await;
            *desk = opened.unwrap_or_else(|error| Err(ErrorView::internal(error)));
        }
        desk.clone()
    }
}

/// Runs a command by name. Payload and answer are JSON; both sides' types are generated from `app`.
#[tauri::command]
pub(crate) async fn rpc(
    bridge: State<'_, Bridge>,
    name: String,
    payload: Value,
) -> Result<Value, ErrorView> {
    let desk = bridge.desk(name == START).await?;
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
