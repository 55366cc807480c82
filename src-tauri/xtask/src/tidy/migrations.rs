//! A migration that has been released is never changed: some database has run it already. The list of their
//! checksums is committed and reads like the output of `sha256sum`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::Complaint;
use super::tree::File;

/// Where the checksums are.
const LIST: &str = "src-tauri/xtask/migrations.sha256";

/// Path to checksum.
pub(crate) type Listed = BTreeMap<String, String>;

/// The committed list.
pub(crate) fn read_list(root: &Path) -> Result<Listed> {
    let text =
        fs::read_to_string(root.join(LIST)).with_context(|| format!("cannot read {LIST}"))?;
    Ok(parse(&text))
}

fn parse(text: &str) -> Listed {
    let pairs = text.lines().filter_map(|line| line.split_once("  "));
    pairs.map(|(sum, path)| (path.to_owned(), sum.to_owned())).collect()
}

/// Adds the migrations that are not in the list yet, and writes it.
pub(crate) fn accept(root: &Path, files: &[File], listed: &Listed) -> Result<Listed> {
    let mut all = listed.clone();
    for file in files.iter().filter(|file| is_migration(file)) {
        all.entry(file.path.clone()).or_insert_with(|| checksum(&file.text));
    }
    let text: String = all.iter().map(|(path, sum)| format!("{sum}  {path}\n")).collect();
    fs::write(root.join(LIST), text).with_context(|| format!("cannot write {LIST}"))?;
    Ok(all)
}

/// Every listed migration is there as it was, and every migration is listed.
pub(crate) fn check(files: &[File], listed: &Listed) -> Vec<Complaint> {
    let present: BTreeMap<&str, &File> = files
        .iter()
        .filter(|file| is_migration(file))
        .map(|file| (file.path.as_str(), file))
        .collect();
    let mut complaints = Vec::new();
    for (path, sum) in listed {
        match present.get(path.as_str()) {
            None => {
                complaints.push(Complaint::new(path, "a migration is gone; databases have run it"))
            }
            Some(file) if checksum(&file.text) != *sum => {
                complaints
                    .push(Complaint::new(path, "a migration was changed; add a new one instead"));
            }
            Some(_) => {}
        }
    }
    let unlisted = present.keys().filter(|path| !listed.contains_key(**path));
    complaints.extend(unlisted.map(|path| {
        Complaint::new(path, "a new migration: list it with `cargo xtask tidy --accept-migrations`")
    }));
    complaints
}

/// A numbered .sql file of one of the crates.
fn is_migration(file: &File) -> bool {
    file.path.starts_with("src-tauri/")
        && file.extension() == "sql"
        && file.name().starts_with(|c: char| c.is_ascii_digit())
}

fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree::file;
    use super::*;

    const PATH: &str = "src-tauri/store/src/1-feedback.sql";

    fn listed(text: &str) -> Listed {
        parse(&format!("{}  {PATH}\n", checksum(text)))
    }

    #[test]
    fn a_listed_migration_may_neither_change_nor_vanish() {
        let made = listed("create table a (x);");
        assert!(check(&[file(PATH, "create table a (x);")], &made).is_empty());
        assert_eq!(check(&[file(PATH, "create table a (y);")], &made).len(), 1);
        assert_eq!(check(&[], &made).len(), 1);
    }

    #[test]
    fn a_new_migration_has_to_be_listed() {
        assert_eq!(check(&[file(PATH, "create table a (x);")], &Listed::new()).len(), 1);
        assert!(
            check(&[file("src-tauri/store/tests/query.sql", "select 1")], &Listed::new())
                .is_empty()
        );
    }

    #[test]
    fn the_checksum_is_what_sha256sum_prints() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(checksum(""), empty);
    }
}
