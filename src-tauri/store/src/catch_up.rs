//! What is derived by code and not by SQL is not there in a mirror that an older version wrote, nor in one that was
//! read out of a damaged file: it is made up for in small steps, newest first, while everything else goes on.

use domain::{AgentId, Outcome, UserId, VersionId};
use rusqlite::{Connection, Row, params};

use crate::feedback::alike::{Said, UNKNOWN};
use crate::payloads::run_of;
use crate::runs::words::Words;
use crate::sql::{optional_text, text, word};
use crate::{Error, Store};

/// Feedback looked at in one transaction: some milliseconds.
const STEP: usize = 1_000;
/// Runs indexed in one transaction. Few in debug builds, so that tests take more than one step.
const RUNS: usize = if cfg!(debug_assertions) { 30 } else { 200 };
/// Values of `feedback.worded`.
const WORDED: i64 = 1;
const NOT_KEPT: i64 = 2;

/// Under which number a feedback is filed, and under which it belongs.
struct Filed {
    pos: i64,
    alike: Option<i64>,
    known: Option<i64>,
}

impl Store {
    /// One step; answers whether there may be more to do. To be called until there is not, every now and then: a sync
    /// leaves something to do.
    pub fn catch_up(&self) -> Result<bool, Error> {
        if self.is_read_only() || self.is_caught_up()? {
            return Ok(false);
        }
        let grouped = self.write(|tx| {
            let which = format!(
                "INDEXED BY feedback_alike_unknown WHERE alike = 0 ORDER BY pos DESC LIMIT {STEP}"
            );
            let step = said(tx, &which)?;
            let mut statement =
                tx.prepare_cached("UPDATE feedback SET alike = ?2 WHERE pos = ?1")?;
            step.iter()
                .try_for_each(|said| statement.execute(params![said.pos, said.alike]).map(drop))?;
            Ok(step.len())
        })?;
        if grouped == STEP {
            return Ok(true);
        }
        Ok(self.index_runs()? == RUNS)
    }

    /// Whether everything is there. Until then look-alikes may be shown apart, and a search may miss runs.
    pub fn is_caught_up(&self) -> Result<bool, Error> {
        let reader = self.reader()?;
        let mut ungrouped = reader.prepare_cached(
            "SELECT 1 FROM feedback INDEXED BY feedback_alike_unknown WHERE alike = 0 LIMIT 1",
        )?;
        let mut unworded = reader.prepare_cached(
            "SELECT 1 FROM feedback INDEXED BY feedback_unworded
             WHERE worded = 0 AND run_state = 'present' LIMIT 1",
        )?;
        Ok(!ungrouped.exists([])? && !unworded.exists([])?)
    }

    /// Indexes the runs of some feedback, the newest first; answers of how many.
    fn index_runs(&self) -> Result<usize, Error> {
        // Read and taken apart before the transaction, so that nobody waits for it.
        let step = self.unworded()?;
        self.write(|tx| {
            let mut mark = tx.prepare_cached(
                "UPDATE feedback SET worded = ?2 WHERE pos = ?1 AND worded = 0 AND run_state = 'present'",
            )?;
            let mut insert = tx
                .prepare_cached("INSERT INTO run_words (rowid, input, output) VALUES (?1, ?2, ?3)")?;
            for (pos, words) in &step {
                let state = if words.is_some() { WORDED } else { NOT_KEPT };
                if mark.execute([*pos, state])? == 1
                    && let Some(words) = words
                {
                    insert.execute(params![pos, words.input, words.output])?;
                }
            }
            Ok(step.len())
        })
    }

    /// Feedback whose run is not indexed yet, and what is to be read of the run, if it is kept.
    fn unworded(&self) -> Result<Vec<(i64, Option<Words>)>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT f.pos, r.json_bytes, p.encoding, p.dictionary, p.body
             FROM feedback f INDEXED BY feedback_unworded
             LEFT JOIN runs r ON r.connection = f.connection AND r.agent = f.agent AND r.id = f.run
             LEFT JOIN run_payloads p ON p.run = r.pos
             WHERE f.worded = 0 AND f.run_state = 'present' ORDER BY f.pos DESC LIMIT ?1",
        )?;
        let mut rows = statement.query([RUNS as i64])?;
        let mut step = Vec::new();
        while let Some(row) = rows.next()? {
            let is_kept =
                row.get_ref("body")?.as_blob_or_null().map_err(rusqlite::Error::from)?.is_some();
            // One that is damaged is the doctor's to find.
            let run =
                is_kept.then(|| self.unpack(row).and_then(|json| run_of(&json)).ok()).flatten();
            step.push((row.get("pos")?, run.as_ref().map(Words::of)));
        }
        Ok(step)
    }

    /// What is grouped otherwise than by what it says; empty: nothing. Reads all feedback.
    pub(crate) fn alike_findings(&self) -> Result<Vec<String>, Error> {
        let reader = self.reader()?;
        let all = said(&reader, "NOT INDEXED")?;
        let wrong =
            all.iter().filter(|said| said.known != Some(UNKNOWN) && said.known != said.alike);
        Ok(match wrong.count() {
            0 => Vec::new(),
            wrong => vec![format!("{wrong} feedback with the wrong look-alikes")],
        })
    }

    /// Groups all look-alikes anew, and indexes the runs that are kept.
    pub(crate) fn make_anew(&self) -> Result<(), Error> {
        self.write(|tx| {
            tx.execute("INSERT INTO run_words (run_words) VALUES ('delete-all')", [])?;
            tx.execute("UPDATE feedback SET alike = 0, worded = 0", [])?;
            Ok(())
        })?;
        while self.catch_up()? {}
        Ok(())
    }
}

fn said(reader: &Connection, which: &str) -> Result<Vec<Filed>, Error> {
    let mut statement = reader.prepare_cached(&format!(
        "SELECT pos, agent, user, outcome, comment, version, alike FROM feedback {which}"
    ))?;
    let all = statement.query_map([], said_of)?;
    Ok(all.collect::<Result<_, _>>()?)
}

fn said_of(row: &Row<'_>) -> rusqlite::Result<Filed> {
    let agent: AgentId = text(row, "agent")?;
    let user: Option<UserId> = optional_text(row, "user")?;
    let outcome: Outcome = word(row, "outcome")?;
    let version: Option<VersionId> = optional_text(row, "version")?;
    let comment: Option<String> = row.get("comment")?;
    let said = Said {
        agent: &agent,
        outcome,
        comment: comment.as_deref(),
        user: user.as_ref(),
        version: version.as_ref(),
    };
    Ok(Filed { pos: row.get("pos")?, alike: said.alike(), known: row.get("alike")? })
}
