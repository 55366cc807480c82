//! The main window. It shows our own pages alone: whatever tries to lead it elsewhere is refused.

use tauri::{AppHandle, Manager as _, WebviewUrl, WebviewWindowBuilder};

const MAIN: &str = "main";
const SIZE: (f64, f64) = (1280.0, 800.0);
const SMALLEST: (f64, f64) = (640.0, 480.0);

pub(crate) fn open(app: &tauri::App) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
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
    #[cfg(target_os = "linux")]
    if !has_gpu(std::path::Path::new("/dev/dri")) {
        draw_without_gpu(&window)?;
    }
    Ok(())
}

/// Whether there is a graphics card that this user may draw with.
#[cfg(target_os = "linux")]
fn has_gpu(devices: &std::path::Path) -> bool {
    let Ok(devices) = std::fs::read_dir(devices) else { return false };
    devices.flatten().any(|device| {
        let can_render = device.file_name().to_string_lossy().starts_with("renderD");
        can_render && std::fs::File::options().read(true).write(true).open(device.path()).is_ok()
    })
}

/// Without a graphics card WebKitGTK would do on the processor what a card does, layer by layer: 39 ms a frame where
/// drawing the page once takes 16 (measured on two cores). With one, it knows best.
#[cfg(target_os = "linux")]
fn draw_without_gpu(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
    tracing::info!("There is no graphics card: the window is drawn by the processor");
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// What a second start does to the first.
pub(crate) fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "The window could not be brought forward");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::has_gpu;

    #[test]
    fn a_graphics_card_is_one_that_can_be_drawn_with() -> std::io::Result<()> {
        let devices = std::env::temp_dir().join(format!("upshot-dri-{}", std::process::id()));
        assert!(!has_gpu(&devices), "there is no such folder");
        std::fs::create_dir_all(devices.join("renderD129"))?;
        std::fs::write(devices.join("card0"), "")?;
        assert!(!has_gpu(&devices), "neither a display alone nor what cannot be opened");
        std::fs::write(devices.join("renderD128"), "")?;
        assert!(has_gpu(&devices));
        std::fs::remove_dir_all(&devices)
    }
}
