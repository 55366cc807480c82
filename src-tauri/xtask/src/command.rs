//! Running other programs: said before, checked after.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::root::root;

/// A command in the root of the checkout.
pub(crate) fn command(program: impl AsRef<OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// A cargo command, by the cargo that started this task.
pub(crate) fn cargo(args: &[&str]) -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), args)
}

/// An npm command in the folder `dir`.
pub(crate) fn npm(dir: &Path, args: &[&str]) -> Command {
    let mut command = command(if cfg!(windows) { "npm.cmd" } else { "npm" }, args);
    command.current_dir(dir);
    command
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Says the command, runs it, and fails when it fails.
pub(crate) fn run(command: Command) -> Result<()> {
    let (shown, mut child) = start(command)?;
    ended(&shown, child.wait()?)
}

/// As [`run`], but not for ever: what takes longer is ended, with all it started, and has failed. What it was doing
/// stands in its last lines.
pub(crate) fn run_within(mut command: Command, limit: Duration) -> Result<()> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let (shown, mut child) = start(command)?;
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return ended(&shown, status);
        }
        if began.elapsed() > limit {
            // The group too: a test that hangs would outlive the cargo that started it.
            succeeds(self::command("kill", &["-9", "--", &format!("-{}", child.id())]));
            child.kill().ok();
            child.wait()?;
            bail!("`{shown}` was ended after {} minutes", limit.as_secs() / 60);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Says the command and starts it.
fn start(mut command: Command) -> Result<(String, Child)> {
    let shown = shown(&command);
    println!("$ {shown}");
    let child = command.spawn().with_context(|| format!("cannot start `{shown}`"))?;
    Ok((shown, child))
}

/// What became of a command.
fn ended(shown: &str, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Whether a command runs and succeeds; its output is thrown away.
pub(crate) fn succeeds(mut command: Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Whether a program of that name is on the path.
pub(crate) fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_is_ended_with_all_it_started_and_has_failed() {
        let began = Instant::now();
        let hangs = command("sh", &["-c", "sleep 600 & wait"]);
        let error = run_within(hangs, Duration::from_millis(300)).expect_err("it was ended");
        assert!(error.to_string().contains("was ended after"), "{error}");
        assert!(began.elapsed() < Duration::from_secs(60));
        run_within(command("true", &[]), Duration::from_secs(60)).expect("what ends has ended");
        run_within(command("false", &[]), Duration::from_secs(60)).expect_err("it failed");
    }
}
