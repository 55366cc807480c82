//! `cargo xtask bench`: figures that hold on any machine, because each is a ratio of two things measured within the
//! same run.

use anyhow::Result;

use crate::command::{cargo, command, run as spawn};
use crate::machine;
use crate::root::target;
use crate::steps::Steps;

pub(crate) fn run(install: bool, release: bool) -> Result<()> {
    let mut steps = Steps::new("bench");
    // All targets in the dev profile, as `test` builds them: nothing is compiled twice.
    let (profile, what) = if release { ("release", "--bins") } else { ("debug", "--all-targets") };
    let mut build = cargo(&["build", "--workspace", "--locked", what]);
    if release {
        build.arg("--release");
    }
    let ready = steps
        .step("machine: system packages", || machine::packages(machine::BUILD, install))
        && steps.step("machine: front end modules", || machine::front_modules(install))
        && steps.step("ui: bundle", machine::build_front)
        && steps.step("build", || spawn(build));
    if ready {
        steps.step("bench", || spawn(command(target().join(profile).join("bench"), &[])));
    }
    steps.finish()
}
