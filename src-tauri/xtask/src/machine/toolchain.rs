//! The parts of the Rust toolchain that a minimal installation leaves out.

use anyhow::{Result, bail};

use crate::command::{command, on_path, run};

/// Sees to it that rustfmt and clippy are there.
pub(crate) fn ready(install: bool) -> Result<()> {
    let parts = [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")];
    let missing: Vec<&str> =
        parts.iter().filter(|(b, _)| !on_path(b)).map(|(_, part)| *part).collect();
    if missing.is_empty() {
        println!("rustfmt and clippy are there.");
        return Ok(());
    }
    if !install || !on_path("rustup") {
        bail!("missing from the Rust toolchain: {}", missing.join(", "));
    }
    let mut args = vec!["component", "add"];
    args.extend(missing);
    run(command("rustup", &args))
}
