//! `cargo xtask shots`: pictures of the real window, without a display of one's own.

use anyhow::Result;

use crate::command::{cargo, command, run as spawn};
use crate::machine;
use crate::root::target;
use crate::steps::Steps;

pub(crate) fn run(install: bool) -> Result<()> {
    let mut steps = Steps::new("shots");
    let ready = steps
        .step("machine: build packages", || machine::packages(machine::BUILD, install))
        && steps.step("machine: window packages", || machine::packages(machine::WINDOW, install))
        && steps
            .step("machine: picture packages", || machine::packages(machine::PICTURES, install))
        && steps.step("machine: front end modules", || machine::front_modules(install))
        && steps.step("ui: bundle", machine::build_front)
        && steps
            .step("build", || spawn(cargo(&["build", "--workspace", "--all-targets", "--locked"])));
    if ready {
        // The built program itself: `cargo run --package` would resolve other features and build much anew.
        steps.step("pictures", || {
            spawn(command(target().join("debug").join("shots"), &["docs/screenshots"]))
        });
    }
    steps.finish()
}
