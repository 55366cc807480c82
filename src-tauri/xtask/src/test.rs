//! `cargo xtask test`: what CI runs. Checks, the front end's tests, the workspace's tests, and among those the
//! journeys in the real window.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::check;
use crate::command::{cargo, npm, run as spawn, run_within};
use crate::machine;
use crate::root::ui;
use crate::steps::Steps;

/// Some four times what the tests take: a test that hangs is to be told from a machine that is slow.
const LONGEST: Duration = Duration::from_secs(40 * 60);

pub(crate) fn run(install: bool) -> Result<()> {
    let mut steps = Steps::new("test");
    let packages: Vec<machine::Package> = machine::BUILD
        .iter()
        .chain(machine::WINDOW)
        .map(|package| machine::Package { ..*package })
        .collect();
    check::prepare(&mut steps, &packages, install);
    check::check(&mut steps);
    steps.step("ui: tests", || spawn(npm(&ui(), &["test"])));
    // All targets at once: the window journeys need the binaries, and a build of the binaries alone would resolve
    // fewer features and compile polars a second time.
    let built = steps
        .step("build", || spawn(cargo(&["build", "--workspace", "--all-targets", "--locked"])));
    if built {
        steps.step("tests and window journeys", || {
            // Somebody at a terminal ends it with Ctrl C, which does not reach another process group.
            let alone = std::env::var_os("CI").is_some();
            if alone { run_within(tests(), LONGEST) } else { spawn(tests()) }
        });
    }
    steps.finish()
}

/// The workspace's tests. `CI` tells them to fail where they would skip for want of a tool: the tools are here.
fn tests() -> Command {
    let mut tests = cargo(&["test", "--workspace", "--locked", "--no-fail-fast"]);
    tests.env("CI", "true");
    tests
}
