//! `cargo xtask tidy`: the invariants of docs/architecture.md that a reader of the sources can check. Each rule is a
//! function from names and texts to complaints, so that its test can hand it a text that breaks it.

mod layers;
mod migrations;
mod places;
mod shape;
mod tree;

use anyhow::{Result, bail};

use crate::root::root;

/// One place that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// The file, from the root of the checkout.
    pub(crate) path: String,
    /// What is wrong, and what to do about it.
    pub(crate) what: String,
}

impl Complaint {
    fn new(path: &str, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), what: what.into() }
    }
}

/// Checks all rules and prints what breaks them. With `accept_migrations`, migrations that are not yet in the list
/// are added to it first; those that are in it are never changed.
pub(crate) fn run(accept_migrations: bool) -> Result<()> {
    let files = tree::read(root())?;
    let mut listed = migrations::read_list(root())?;
    if accept_migrations {
        listed = migrations::accept(root(), &files, &listed)?;
    }
    let mut complaints = layers::check(&files);
    complaints.extend(shape::check(&files));
    complaints.extend(places::check(&files));
    complaints.extend(migrations::check(&files, &listed));
    for complaint in &complaints {
        println!("{}: {}", complaint.path, complaint.what);
    }
    for (path, lines) in shape::long(&files) {
        println!("note: {path} has {lines} lines; over {} a file should say why", shape::LONG);
    }
    if !complaints.is_empty() {
        bail!("{} places break a rule", complaints.len());
    }
    println!("{} files, no complaint.", files.len());
    Ok(())
}
