//! Released migrations never change: files out there were made by them.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

/// Number, name and SHA-256 of each. Add lines; never change one once it was released.
const RELEASED: &[(&str, &str)] =
    &[("0001_mirror.sql", "8cc1f61a4ca566e2b305bd9559cc003befe1711f059b75b972c45fac9a37bd61")];

#[test]
fn released_migrations_are_unchanged() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut names: Vec<String> = fs::read_dir(&dir)
        .expect("migrations")
        .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let sums: Vec<(String, String)> = names
        .into_iter()
        .map(|name| {
            let sql = fs::read(dir.join(&name)).expect("migration");
            let sum = Sha256::digest(&sql).iter().map(|byte| format!("{byte:02x}")).collect();
            (name, sum)
        })
        .collect();
    let sums: Vec<(&str, &str)> =
        sums.iter().map(|(name, sum)| (name.as_str(), sum.as_str())).collect();
    assert_eq!(sums, RELEASED);
}
