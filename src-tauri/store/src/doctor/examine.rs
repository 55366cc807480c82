//! What to look for. Each check says what it found and what that means, in sentences for whoever works with the mirror.

use domain::{AgentId, Version, VersionId};
use rusqlite::Transaction;

use super::{Ailment, Finding};
use crate::sql::{from_json, text};
use crate::{Error, Store};

const REFETCH: &str = "Repairing lets go of it, and the next sync fetches it again.";
const FRESH: &str = "Repairing reads all that can be read into a fresh file and keeps this one beside it; the next \
                     sync brings the rest.";
const SEARCH: &str =
    "Searching may miss comments or find wrong ones; nothing else is touched by it.";
const ALIKE: &str = "A list that shows look-alikes as one row may show too much or too little in one; nothing else is \
                     touched by it.";
const MAILBOXES: &str =
    "Mailboxes may list feedback as open that is decided; the decisions themselves are all there.";

/// What it means that the mirror could not be opened; errors that no doctor can help with stay errors.
pub(super) fn unopened(error: Error) -> Result<Finding, Error> {
    match error {
        Error::Damaged | Error::Migration(_) | Error::Sqlite(_) => Ok(Finding {
            ailment: Ailment::File,
            what: "The file is damaged, or is no database at all.".to_owned(),
            means: FRESH,
        }),
        other => Err(other),
    }
}

impl Store {
    /// Everything that is not as it should be.
    pub(crate) fn examine(&self) -> Result<Vec<Finding>, Error> {
        let found = self.file_findings().and_then(|findings| {
            // What is read from a file that is not sound proves nothing.
            if findings.is_empty() { self.inner_findings() } else { Ok(findings) }
        });
        found.or_else(|error| unopened(error).map(|finding| vec![finding]))
    }

    fn file_findings(&self) -> Result<Vec<Finding>, Error> {
        let findings = self.structure_findings()?.into_iter().map(|what| Finding {
            ailment: Ailment::File,
            what: format!("The file is not sound: {what}."),
            means: FRESH,
        });
        Ok(findings.collect())
    }

    fn inner_findings(&self) -> Result<Vec<Finding>, Error> {
        let words = self.word_findings()?.into_iter().map(|what| Finding {
            ailment: Ailment::Words,
            what: format!("The index for searching is not right: {what}."),
            means: SEARCH,
        });
        let mut findings: Vec<Finding> = words.collect();
        findings.extend(self.alike_findings()?.into_iter().map(|what| Finding {
            ailment: Ailment::Words,
            what: format!("Look-alikes are not grouped right: {what}."),
            means: ALIKE,
        }));
        if self.derived()? != self.derived_anew()? {
            findings.push(Finding {
                ailment: Ailment::Decisions,
                what: "What counts as decided does not follow from the decisions.".to_owned(),
                means: MAILBOXES,
            });
        }
        let mut runs = 0;
        for connection in self.connections()? {
            runs += self.unreadable_runs(connection.id)?.len();
        }
        let versions = self.unreadable_versions()?.len();
        for (n, what) in [(runs, "runs"), (versions, "versions")] {
            if n > 0 {
                let what = format!("Of the {what}, {n} cannot be read back.");
                findings.push(Finding { ailment: Ailment::Content, what, means: REFETCH });
            }
        }
        Ok(findings)
    }

    /// Versions whose content is not that version.
    fn unreadable_versions(&self) -> Result<Vec<i64>, Error> {
        let reader = self.reader()?;
        let mut statement =
            reader.prepare("SELECT pos, agent, id, json FROM versions WHERE state = 'present'")?;
        let mut rows = statement.query([])?;
        let mut unreadable = Vec::new();
        while let Some(row) = rows.next()? {
            let json = row.get_ref("json")?.as_bytes().map_err(rusqlite::Error::from)?;
            let (agent, id): (AgentId, VersionId) = (text(row, "agent")?, text(row, "id")?);
            let read = from_json::<Version>("version", json);
            if !read.is_ok_and(|version| version.agent == agent && version.id == id) {
                unreadable.push(row.get("pos")?);
            }
        }
        Ok(unreadable)
    }

    /// Lets go of what cannot be read back, so that the next sync fetches it again.
    pub(super) fn forget_unreadable(&self) -> Result<(), Error> {
        for connection in self.connections()? {
            for (agent, run) in self.unreadable_runs(connection.id)? {
                self.forget_payload(connection.id, &agent, &run)?;
            }
        }
        let versions = self.unreadable_versions()?;
        self.write(|tx| {
            let mut statement =
                tx.prepare("UPDATE versions SET state = 'wanted', json = NULL WHERE pos = ?1")?;
            versions.iter().try_for_each(|pos| statement.execute([pos]).map(drop))?;
            Ok(())
        })
    }

    pub(super) fn decisions_count(&self) -> Result<u64, Error> {
        let reader = self.reader()?;
        let count: i64 =
            reader.query_row("SELECT count(*) FROM decisions", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    fn derived(&self) -> Result<Derived, Error> {
        self.rehearse(derived)
    }

    /// As it would be derived now; nothing is kept of it.
    fn derived_anew(&self) -> Result<Derived, Error> {
        self.rehearse(|tx| {
            crate::decisions::settle::derive_all(tx)?;
            derived(tx)
        })
    }
}

/// What is noted beside the log: by connection and feedback what counts, and what the feedback itself says of it.
type Derived = Vec<(i64, String, Option<String>)>;

fn derived(tx: &Transaction<'_>) -> Result<Derived, Error> {
    let mut statement = tx.prepare(
        "SELECT connection, feedback_id, concat_ws(' ', kind, duplicate_of, snooze_kind, snooze_ms)
         FROM decided
         UNION ALL SELECT connection, feedback_id, concat_ws(' ', 'woken', event, at_ms, snooze_kind)
         FROM woken
         UNION ALL SELECT connection, feedback_id, concat_ws(' ', 'noted', event) FROM noted
         UNION ALL SELECT connection, id, decision FROM feedback WHERE decision IS NOT NULL
         ORDER BY 1, 2, 3",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
