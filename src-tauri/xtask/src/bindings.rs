//! `cargo xtask bindings`: the TypeScript types, written anew from the Rust ones. The test that finds them stale is
//! the one that writes them.

use anyhow::Result;

use crate::command::{cargo, run as spawn};

pub(crate) fn run() -> Result<()> {
    let mut test = cargo(&["test", "--locked", "--package", "app", "--test", "bindings"]);
    test.env("UPSHOT_UPDATE_BINDINGS", "1");
    spawn(test)
}
