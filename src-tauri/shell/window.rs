//! The main window. It shows our own pages alone: whatever tries to lead it elsewhere is refused.

use tauri::{AppHandle, Manager as _, WebviewUrl, WebviewWindowBuilder};

const MAIN: &str = "main";
const SIZE: (f64, f64) = (1280.0, 800.0);
const SMALLEST: (f64, f64) = (640.0, 480.0);

pub(crate) fn open(app: &tauri::App) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Upshot")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .on_navigation(|url| match (url.scheme(), url.host_str()) {
            ("tauri", _) => true,
            // Where our own pages come from on Windows.
            ("http" | "https", Some("tauri.localhost")) => cfg!(windows) && url.port().is_none(),
            // The front end's own server, when the Tauri CLI runs one.
            ("http", Some("localhost")) => tauri::is_dev(),
            _ => false,
        })
        .build()?;
    Ok(())
}

/// What a second start does to the first.
pub(crate) fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "The window could not be brought forward");
    }
}
