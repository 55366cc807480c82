//! cargo-deny, which reads the licences and sources of every dependency.

use anyhow::{Result, bail};

use crate::command::{cargo, run, succeeds};

/// The version whose configuration format deny.toml is written in.
const VERSION: &str = "0.20.2";

/// Sees to it that cargo-deny is there. Compiled without optimisation: it runs for seconds and takes two minutes
/// to build that way on two cores, many more the other.
pub(crate) fn ready(install: bool) -> Result<()> {
    if succeeds(cargo(&["deny", "--version"])) {
        println!("cargo-deny is there.");
        return Ok(());
    }
    if !install {
        bail!("cargo-deny is missing: cargo install cargo-deny --locked --version {VERSION}");
    }
    println!("cargo-deny is missing: it checks licences and sources.");
    let mut install =
        cargo(&["install", "cargo-deny", "--locked", "--version", VERSION, "--debug", "--quiet"]);
    install.env("CARGO_PROFILE_DEV_DEBUG", "0");
    run(install)
}
