//! `cargo xtask check`: everything that can be said about the sources without running them.

use anyhow::Result;

use crate::command::{cargo, npm, run as spawn};
use crate::machine;
use crate::root::ui;
use crate::steps::Steps;
use crate::tidy;

pub(crate) fn run(install: bool) -> Result<()> {
    let mut steps = Steps::new("check");
    prepare(&mut steps, machine::BUILD, install);
    check(&mut steps);
    steps.finish()
}

/// What the machine must have before anything is checked. The front end is bundled here because the shell embeds it:
/// without ui/dist not even clippy gets through.
pub(crate) fn prepare(steps: &mut Steps, packages: &[machine::Package], install: bool) {
    steps.step("machine: system packages", || machine::packages(packages, install));
    steps.step("machine: Rust toolchain", || machine::toolchain(install));
    steps.step("machine: front end modules", || machine::front_modules(install));
    steps.step("machine: cargo-deny", || machine::cargo_deny(install));
    steps.step("ui: bundle", machine::build_front);
}

/// The checks themselves, the quick ones first.
pub(crate) fn check(steps: &mut Steps) {
    steps.step("tidy", || tidy::run(false));
    steps.step("format", || spawn(cargo(&["fmt", "--all", "--check"])));
    steps.step("ui: types", || spawn(npm(&ui(), &["run", "check"])));
    steps.step("ui: lint", || spawn(npm(&ui(), &["run", "lint"])));
    steps.step("licences, bans, sources", || {
        spawn(cargo(&[
            "deny",
            "--locked",
            "check",
            "--hide-inclusion-graph",
            "bans",
            "licenses",
            "sources",
        ]))
    });
    steps.step("clippy", || {
        let what = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
        spawn(cargo(&what))
    });
}
