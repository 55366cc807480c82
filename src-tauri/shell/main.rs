//! The shell: window, command bridge, events, logs, and the collectors that run inside the app.
//! No rules live here; everything a command does is in `app`.
#![cfg_attr(all(not(debug_assertions), target_os = "windows"), windows_subsystem = "windows")]

mod bridge;
mod collectors;
mod host;
mod logs;
mod pulse;
mod window;

use std::sync::Arc;

use anyhow::Context as _;
use app::command::{Command as _, StartDemo};
use app::wire::ErrorView;
use app::{Desk, Paths};
use tauri::Manager as _;

use crate::bridge::Bridge;

fn main() -> anyhow::Result<()> {
    let arguments = host::Arguments::read();
    let paths = Paths::of_user().context("this user has no home directory to keep data in")?;
    let _logs = logs::start(paths.logs());
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "Upshot starts");
    tauri::Builder::default()
        // First of all plugins: a second instance must end before it opens the mirror.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::bring_forward(app)))
        .setup(move |app| {
            let handle = app.handle().clone();
            app.manage(Bridge::open(Arc::new(move || {
                let desk = open(paths.clone())?;
                start(&handle, Arc::clone(&desk), arguments.demo);
                Ok(desk)
            })));
            window::open(app)?;
            Ok(())
        })
        .invoke_handler(tauri::generate_handler![bridge::rpc])
        .run(tauri::generate_context!())
        .context("the window system did not start")
}

fn open(paths: Paths) -> Result<Arc<Desk>, ErrorView> {
    let data = paths.data().to_owned();
    Desk::open(host::host(paths)).map_err(|error| {
        tracing::error!(%error, "The mirror could not be opened");
        ErrorView::not_opened(error, &data)
    })
}

fn start(app: &tauri::AppHandle, desk: Arc<Desk>, demo: bool) {
    tauri::async_runtime::spawn(bridge::forward_events(app.clone(), Arc::clone(&desk)));
    if demo {
        // Before the window: it opens on the demo at once, with no first run flashing by.
        if let Err(error) = tauri::async_runtime::block_on((StartDemo {}).handle(&desk)) {
            tracing::error!(title = error.title, "The demo did not start");
        }
    }
    tauri::async_runtime::spawn(pulse::keep_in_sync(desk));
}
