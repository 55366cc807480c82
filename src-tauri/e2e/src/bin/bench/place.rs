//! Where the benchmark keeps what takes long to make: `target/bench`, with a stamp of what made it. What was made
//! otherwise is made anew; `rm -r target/bench` is always right.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

const STAMP: &str = "made-by";

/// `target/bench`, beside the folder of this program's profile: what one profile made is good for the other.
pub(crate) fn folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).context("the program lies in no target folder")?;
    Ok(target.join("bench"))
}

/// A folder that is empty.
pub(crate) fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

/// Makes what a folder is to hold, unless the same was made there before.
pub(crate) fn kept(
    folder: &Path,
    stamp: &str,
    make: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    let file = folder.join(STAMP);
    if fs::read_to_string(&file).is_ok_and(|found| found == stamp) {
        return Ok(());
    }
    empty(folder)?;
    make(folder)?;
    Ok(fs::write(file, stamp)?)
}

/// Bytes of all files below a folder.
pub(crate) fn bytes_below(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() {
            bytes_below(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(sum)
}

/// As in `1.6 GB`.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
