//! `cargo xtask bench`: figures that hold on any machine, because each is a ratio of two things measured within the
//! same run.

use anyhow::Result;

use crate::command::{cargo, run as spawn};
use crate::machine;
use crate::steps::Steps;

pub(crate) fn run(install: bool, release: bool) -> Result<()> {
    let mut steps = Steps::new("bench");
    let ready =
        steps.step("machine: build packages", || machine::packages(machine::BUILD, install));
    if ready {
        let mut args = vec!["bench", "--locked", "--package", "e2e", "--bench", "sync"];
        if !release {
            args.extend(["--profile", "dev"]);
        }
        steps.step("sync", || spawn(cargo(&args)));
    }
    steps.finish()
}
