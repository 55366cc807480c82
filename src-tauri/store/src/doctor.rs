//! Looks whether a mirror is sound and makes it so: what is derived is derived anew, what the server can tell again is
//! let go of, and a file that is damaged is put aside and read into a fresh one, row by row. Nothing is ever deleted,
//! and decisions least of all.

mod examine;
mod salvage;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::migrations::FILE_NAME;
use crate::presence::Presence;
use crate::{Error, Store};

pub use salvage::Lost;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub(crate) ailment: Ailment,
    /// What was found, one sentence.
    pub what: String,
    /// What it means for whoever works with it, one sentence.
    pub means: &'static str,
}

/// What a finding needs done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ailment {
    /// A search index that does not match the comments, or look-alikes that are not grouped by what they say.
    Words,
    /// What was derived from the log of decisions.
    Decisions,
    /// A payload, a version or an agent that cannot be read back.
    Content,
    /// Anything else: the file is read into a fresh one.
    File,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// What had been found.
    pub findings: Vec<Finding>,
    /// Where the damaged file is kept, if the mirror was read into a fresh one.
    pub kept: Option<PathBuf>,
    /// What could not be read, by table.
    pub lost: Vec<Lost>,
    /// Decisions in the mirror now.
    pub decisions: u64,
    /// What is still not as it should be; empty as a rule.
    pub left: Vec<Finding>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what, self.means)
    }
}

impl Repaired {
    /// Decisions that could not be read. They are in the file that is kept, if anywhere.
    pub fn lost_decisions(&self) -> bool {
        self.lost.iter().any(|lost| lost.table == "decisions")
    }
}

/// Looks at the mirror in `dir` and changes nothing; empty: it is sound, or there is none. Reads all of it: seconds on
/// a large one.
///
/// # Errors
/// Those of [`Store::open`], but for [`Error::Damaged`], which is a finding.
pub fn examine(dir: &Path) -> Result<Vec<Finding>, Error> {
    if !dir.join(FILE_NAME).exists() {
        return Ok(Vec::new());
    }
    match Store::open(dir) {
        Ok(store) => store.examine(),
        Err(error) => examine::unopened(error).map(|finding| vec![finding]),
    }
}

/// Repairs what [`examine`] finds. What was let go of comes again with the next sync.
///
/// # Errors
/// [`Error::InUse`] where the file has to be replaced and somebody has it open.
pub fn repair(dir: &Path) -> Result<Repaired, Error> {
    let findings = examine(dir)?;
    let mut repaired = Repaired { left: findings.clone(), findings, ..Repaired::default() };
    if repaired.left.iter().any(|finding| finding.ailment == Ailment::File) {
        let path = dir.join(FILE_NAME);
        let alone = Presence::alone(&path)?;
        let (kept, lost) = salvage::into_fresh_file(dir, &path)?;
        drop(alone);
        repaired.kept = Some(kept);
        repaired.lost = lost;
        // What was read may lack what it cannot be understood without.
        repaired.left = examine(dir)?;
    }
    if !repaired.left.is_empty() {
        let store = Store::open(dir)?;
        store.derive_decisions()?;
        store.index_words_anew()?;
        store.make_anew()?;
        store.forget_unreadable()?;
        drop(store);
        repaired.left = examine(dir)?;
    }
    if dir.join(FILE_NAME).exists() {
        repaired.decisions = Store::open(dir)?.decisions_count()?;
    }
    Ok(repaired)
}
