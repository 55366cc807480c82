//! `cargo xtask demo`: from a fresh clone to a window full of feedback.

use anyhow::{Result, bail};

use crate::command::{cargo, command, run as spawn};
use crate::machine;
use crate::root::target;
use crate::steps::Steps;

/// Opens the app on its demo.
fn run_app() -> Result<()> {
    let binary = target().join("debug").join(if cfg!(windows) { "upshot.exe" } else { "upshot" });
    spawn(command(binary, &["--demo"]))
}

pub(crate) fn run(install: bool) -> Result<()> {
    if !has_display() {
        bail!(
            "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open.\n\
             `cargo xtask shots` drives the same window without one and saves pictures to docs/screenshots/."
        );
    }
    let mut steps = Steps::new("demo");
    let ready = steps.step("system packages", || machine::packages(machine::BUILD, install))
        && steps.step("front end: modules", || machine::front_modules(install))
        && steps.step("front end: bundle", machine::build_front)
        && steps.step("build the app (some minutes the first time)", || {
            spawn(cargo(&["build", "--locked", "--package", "upshot", "--bin", "upshot"]))
        });
    steps.finish()?;
    if ready { run_app() } else { Ok(()) }
}

/// Whether a window can open. Only Linux has machines without a display as a matter of course.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
