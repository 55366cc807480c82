//! Runs: fetched once, as they never change. One the server does not have is remembered as missing, and asked for
//! again ever more seldom. Which of them are kept is `offline`'s matter, how they are packed `payloads`'.

use domain::{AgentId, ConnectionId, Run, RunId, RunStatus, words};
use rusqlite::params;

use crate::payloads::run_of;
use crate::{Error, Store};

pub(crate) mod wanted;
pub(crate) mod words;
pub(crate) mod write;

/// What is known of a feedback's run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunState {
    /// Not asked for yet.
    Unknown,
    /// Known; whether its payload is here is [`RunEntry`]'s to say.
    Present,
    /// The server said it has none.
    Missing,
}

/// A run, or why it is not here.
#[derive(Clone, Debug, PartialEq)]
pub enum RunEntry {
    Present(Box<Run>),
    /// Its payload made room for others. `gone_at_ms`: when the server last said that it has it no more.
    Shed {
        gone_at_ms: Option<i64>,
    },
    Missing {
        tried_at_ms: i64,
    },
}

words! {
    /// The word stored.
    RunState { Unknown = "unknown", Present = "present", Missing = "missing" }
}

impl Store {
    /// One run; `None` if it was never asked for.
    ///
    /// # Errors
    /// [`Error::Unreadable`] for a damaged payload, of which [`Store::forget_payload`] lets go.
    pub fn run(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        run: &RunId,
    ) -> Result<Option<RunEntry>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT r.state, r.tried_at_ms, r.json_bytes, p.encoding, p.dictionary, p.body
             FROM runs r LEFT JOIN run_payloads p ON p.run = r.pos
             WHERE r.connection = ?1 AND r.agent = ?2 AND r.id = ?3",
        )?;
        let mut rows = statement.query(params![connection.0, agent.as_str(), run.as_str()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let tried_at_ms: Option<i64> = row.get("tried_at_ms")?;
        if row.get_ref("state")?.as_str().map_err(rusqlite::Error::from)? == "missing" {
            return Ok(Some(RunEntry::Missing { tried_at_ms: tried_at_ms.unwrap_or(0) }));
        }
        if row.get::<_, Option<i64>>("dictionary")?.is_none()
            && row.get_ref("encoding")?.as_str_or_null().map_err(rusqlite::Error::from)?.is_none()
        {
            return Ok(Some(RunEntry::Shed { gone_at_ms: tried_at_ms }));
        }
        let found = run_of(&self.unpack(row)?)?;
        // Under the feedback's spelling of it, whatever the server's was.
        let found = Run { id: run.clone(), agent: agent.clone(), ..found };
        Ok(Some(RunEntry::Present(Box::new(found))))
    }
}

fn status_word(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Success => "success",
        RunStatus::Failure => "failure",
    }
}

/// The status of a stored word.
pub(crate) fn status_of(word: &str) -> Option<RunStatus> {
    match word {
        "success" => Some(RunStatus::Success),
        "failure" => Some(RunStatus::Failure),
        _ => None,
    }
}
