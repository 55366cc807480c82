//! The front end: its modules and its bundle, each made anew only when what it is made of has changed.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};

use crate::command::{npm, on_path, run};
use crate::root::{target, ui};

/// Sees to it that `ui/node_modules` is what package-lock.json says. A copy of the lock file inside the modules
/// tells which one they were installed from.
pub(crate) fn ready(install: bool) -> Result<()> {
    if !on_path("npm") {
        bail!("npm is missing: install Node 20.19 or newer");
    }
    let lock = ui().join("package-lock.json");
    let stamp = ui().join("node_modules").join(".installed-from.json");
    let wanted = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    if fs::read(&stamp).is_ok_and(|had| had == wanted) {
        println!("The front end's modules are up to date.");
        return Ok(());
    }
    if !install {
        bail!("ui/node_modules is not what ui/package-lock.json says: run npm ci in ui/");
    }
    run(npm(&ui(), &["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, wanted).context("cannot remember which modules are installed")
}

/// Builds `ui/dist` when a source is newer than the last build. The stamp lies under target/, so that `cargo clean`
/// forgets it as well.
pub(crate) fn build() -> Result<()> {
    let stamp = target().join("ui-built");
    let built = fs::metadata(&stamp).and_then(|meta| meta.modified()).ok();
    let newest = newest(&ui())?;
    let bundled = ui().join("dist").join("index.html").is_file();
    if bundled && built.is_some_and(|built| newest.is_some_and(|newest| newest < built)) {
        println!("ui/dist is up to date.");
        return Ok(());
    }
    run(npm(&ui(), &["run", "build"]))?;
    fs::create_dir_all(target())?;
    fs::write(&stamp, "").context("cannot remember that the front end was built")
}

/// When the youngest source under `dir` was changed.
fn newest(dir: &Path) -> Result<Option<SystemTime>> {
    let mut youngest = None;
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let entry = entry?;
        if matches!(entry.file_name().to_str(), Some("node_modules" | "dist" | ".svelte-kit")) {
            continue;
        }
        let changed = match entry.file_type()?.is_dir() {
            true => newest(&entry.path())?,
            false => Some(entry.metadata()?.modified()?),
        };
        youngest = youngest.max(changed);
    }
    Ok(youngest)
}
