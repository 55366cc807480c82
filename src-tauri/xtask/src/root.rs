//! Where things lie in the checkout.

use std::path::{Path, PathBuf};

/// The checkout this xtask was built from.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."))
}

/// The front end's folder.
pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// Cargo's target folder; `CARGO_TARGET_DIR` is honoured.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}
