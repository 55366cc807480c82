//! The built command line in a home of its own, out of reach of the machine's keyring.

use std::path::Path;
use std::process::{Command, Stdio};

/// Ready to start, with nothing to read and all it says to be heard.
pub(crate) fn command(home: &Path, key: Option<&str>, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_upshot-cli"));
    command.args(arguments).env_clear().env("TZ", "UTC");
    for (name, folder) in [
        ("HOME", ""),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_RUNTIME_DIR", "run"),
    ] {
        command.env(name, home.join(folder));
    }
    // A bus that is not there: no keyring of the machine takes part.
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    if let Some(key) = key {
        command.env("UPSHOT_API_KEY", key);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}
