//! Looking for a secret where none may be: in every file below a folder.

use std::path::{Path, PathBuf};

/// The files below `dir` that hold `secret`.
///
/// # Panics
/// Where there is no file at all: nothing was looked at then.
pub(crate) fn holding(dir: &Path, secret: &str) -> Vec<PathBuf> {
    let (mut folders, mut seen, mut found) = (vec![dir.to_owned()], 0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let kind = entry.file_type().expect("a kind");
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                seen += 1;
                let bytes = std::fs::read(entry.path()).expect("a file");
                if bytes.windows(secret.len()).any(|part| part == secret.as_bytes()) {
                    found.push(entry.path());
                }
            }
        }
    }
    assert!(seen > 0, "{} holds no file", dir.display());
    found
}
