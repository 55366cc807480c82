//! What is derived by code and not by SQL is not there in a mirror that an older version wrote, nor in one that was
//! read out of a damaged file: it is made up for in small steps, newest first, while everything else goes on.

use domain::{AgentId, Outcome, UserId, VersionId};
use rusqlite::{Connection, Row, params};

use crate::feedback::alike::{Said, UNKNOWN};
use crate::sql::{optional_text, text, word};
use crate::{Error, Store};

/// Feedback looked at in one transaction: some milliseconds.
const STEP: usize = 1_000;

/// Under which number a feedback is filed, and under which it belongs.
struct Filed {
    pos: i64,
    alike: Option<i64>,
    known: Option<i64>,
}

impl Store {
    /// One step; answers whether there is more to do. To be called until there is not: after opening a mirror, and after
    /// a sync.
    pub fn catch_up(&self) -> Result<bool, Error> {
        if self.is_read_only() || self.is_caught_up()? {
            return Ok(false);
        }
        self.write(|tx| {
            let step = said(
                tx,
                &format!("INDEXED BY feedback_alike_unknown WHERE alike = 0 ORDER BY pos DESC LIMIT {STEP}"),
            )?;
            let mut statement = tx.prepare_cached("UPDATE feedback SET alike = ?2 WHERE pos = ?1")?;
            step.iter().try_for_each(|said| {
                statement.execute(params![said.pos, said.alike]).map(drop)
            })?;
            Ok(step.len() == STEP)
        })
    }

    /// Whether everything is there. Until then look-alikes may be shown apart.
    pub fn is_caught_up(&self) -> Result<bool, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT 1 FROM feedback INDEXED BY feedback_alike_unknown WHERE alike = 0 LIMIT 1",
        )?;
        Ok(!statement.exists([])?)
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

    /// Groups all look-alikes anew.
    pub(crate) fn group_anew(&self) -> Result<(), Error> {
        self.write(|tx| Ok(tx.execute("UPDATE feedback SET alike = 0", []).map(drop)?))?;
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
