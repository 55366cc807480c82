//! Whether a test can run here. On a developer's machine a missing program leaves the test out and says so; where
//! `CI` is set the programs have to be there, and nothing is left out.

use std::io::Write as _;

/// What a window without a screen takes.
pub const WINDOW: &[&str] =
    &["Xvfb", "WebKitWebDriver", "dbus-daemon", "dbus-send", "gnome-keyring-daemon"];

/// Whether one of the programs is absent, which leaves the calling test out.
///
/// # Panics
/// Where `CI` is set and a program is absent.
pub fn absent(test: &str, programs: &[&str]) -> bool {
    let missing: Vec<&str> = programs.iter().copied().filter(|name| !on_path(name)).collect();
    if missing.is_empty() {
        return false;
    }
    let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    assert!(!ci, "{test}: not installed: {}", missing.join(", "));
    // Straight to stderr: what println! says in a test that passes is never shown.
    let said =
        writeln!(std::io::stderr(), "skipped: {test}: not installed: {}", missing.join(", "));
    drop(said);
    true
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}
