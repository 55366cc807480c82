//! The state of the file itself: how large it is, and whether it is sound.

use domain::ConnectionId;

use crate::open::with_ending;
use crate::{Error, Store};

/// What the mirror holds and takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// On disk, with the write-ahead log; of all connections together.
    pub file_bytes: u64,
    /// Of the chosen connection, earlier words included.
    pub feedback: u64,
    pub earlier_words: u64,
    pub runs: u64,
    pub runs_missing: u64,
    pub versions: u64,
}

/// At most so many findings are worth reading.
const FINDINGS: u32 = 20;
const WORDS: [&str; 2] = ["feedback_words", "feedback_trigrams"];

impl Store {
    /// What the mirror of one connection holds, and what the file takes.
    pub fn sizes(&self, connection: ConnectionId) -> Result<Sizes, Error> {
        let reader = self.reader()?;
        let count = |sql| -> Result<u64, Error> {
            let mut statement = reader.prepare_cached(sql)?;
            Ok(statement.query_row([connection.0], |row| row.get::<_, i64>(0))?.unsigned_abs())
        };
        let feedback = count("SELECT count(*) FROM feedback WHERE connection = ?1")?;
        let current = count("SELECT coalesce(sum(n), 0) FROM facets WHERE connection = ?1")?;
        let runs = count("SELECT count(*) FROM runs WHERE connection = ?1")?;
        let runs_missing =
            count("SELECT count(*) FROM runs WHERE connection = ?1 AND state = 'missing'")?;
        Ok(Sizes {
            file_bytes: self.file_bytes(),
            feedback,
            earlier_words: feedback.saturating_sub(current),
            runs: runs - runs_missing,
            runs_missing,
            versions: count(
                "SELECT count(*) FROM versions WHERE connection = ?1 AND state = 'present'",
            )?,
        })
    }

    /// The file, its write-ahead log and the log's index.
    fn file_bytes(&self) -> u64 {
        ["", "-wal", "-shm"]
            .iter()
            .filter_map(|ending| std::fs::metadata(with_ending(self.path(), ending)).ok())
            .map(|file| file.len())
            .sum()
    }

    /// Looks for damage in the file and in what refers to what; empty: none. Takes seconds on a large one.
    pub fn integrity_check(&self) -> Result<Vec<String>, Error> {
        let mut findings = self.structure_findings()?;
        findings.extend(self.word_findings()?);
        findings.extend(self.alike_findings()?);
        Ok(findings)
    }

    /// What is wrong with the file's pages, with what refers to what, and with what is counted. As a writer: what is
    /// looked at in several steps does not change between them.
    pub(crate) fn structure_findings(&self) -> Result<Vec<String>, Error> {
        self.write(|tx| {
            let mut statement = tx.prepare(&format!("PRAGMA integrity_check({FINDINGS})"))?;
            let found = statement.query_map([], |row| row.get(0))?;
            let mut findings = found.collect::<Result<Vec<String>, _>>()?;
            findings.retain(|finding| finding != "ok");
            let mut statement = tx.prepare("PRAGMA foreign_key_check")?;
            let lost = statement.query_map([], |row| row.get::<_, String>(0))?;
            for table in lost.take(FINDINGS as usize) {
                findings.push(format!("a row of {} refers to nothing", table?));
            }
            findings.extend(crate::facets::findings(tx)?);
            Ok(findings)
        })
    }

    /// Which indexes of words do not match the comments.
    pub(crate) fn word_findings(&self) -> Result<Vec<String>, Error> {
        let mut findings = Vec::new();
        for table in WORDS {
            // Compares the index with the comments; an error is a finding.
            let check =
                format!("INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)");
            let is_sound = self.write(|tx| Ok(tx.execute(&check, []).is_ok()))?;
            if !is_sound {
                findings.push(format!("the search index {table} does not match the comments"));
            }
        }
        // There is nothing to compare this one with but itself.
        let check = "INSERT INTO run_words (run_words, rank) VALUES ('integrity-check', 0)";
        if !self.write(|tx| Ok(tx.execute(check, []).is_ok()))? {
            findings.push("the search index run_words is damaged".to_owned());
        }
        Ok(findings)
    }

    /// Makes the indexes of words anew from the comments.
    pub(crate) fn index_words_anew(&self) -> Result<(), Error> {
        self.write(|tx| {
            for table in WORDS {
                tx.execute(&format!("INSERT INTO {table} ({table}) VALUES ('rebuild')"), [])?;
            }
            Ok(())
        })
    }
}
