//! `cargo xtask bench`: figures that hold on any machine, because each is a ratio of two things measured within the
//! same run. What is measured, and how, is in `e2e`'s program of that name.

use anyhow::Result;

use crate::command::{cargo, command, run as spawn};
use crate::root::target;
use crate::steps::Steps;

pub(crate) fn run(release: bool) -> Result<()> {
    let mut steps = Steps::new("bench");
    let mut build = cargo(&["build", "--workspace", "--locked"]);
    build.args(["--bin", "bench", "--bin", "upshot-collector", "--bin", "upshot"]);
    let profile = if release {
        build.arg("--release");
        "release"
    } else {
        // With any test the features are those of `test`'s build: nothing is compiled twice.
        build.args(["--test", "bindings"]);
        "debug"
    };
    if steps.step("build", || spawn(build)) {
        steps.step("bench", || spawn(command(target().join(profile).join("bench"), &[])));
    }
    steps.finish()
}
