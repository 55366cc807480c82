//! What a server is still to be told of the decisions made here, and how telling it goes. Of each feedback
//! only what counts is told, the newest decision that holds; sending is not done here.

use domain::{AgentId, ConnectionId, DecisionKind, EventId, FeedbackId, words};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::decisions;
use crate::sql::{count, optional_word, text, word};
use crate::{Error, Store};

/// How telling one decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxState {
    Waiting,
    Sent,
    /// The server is not to be asked again, for the reason given.
    KeptHere,
    /// Taken back, or overtaken by another decision, before it was sent.
    Withdrawn,
}

/// Why a decision is kept here, or what the last attempt to send it met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptReason {
    /// The server takes decisions from signed-in users only, and there is no user's token.
    NeedsUser,
    /// The server does not take the user's token (any more).
    TokenRefused,
    /// The server does not know the feedback (any more).
    NotFound,
    /// The server refuses this decision.
    Rejected,
    /// The server fails over this decision.
    ServerFailed,
}

/// Whether a server takes decisions from here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PushState {
    /// Not tried yet.
    #[default]
    Unknown,
    Allowed,
    NeedsUser,
    TokenRefused,
}

/// One decision in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    pub state: OutboxState,
    /// Attempts that failed.
    pub attempts: u32,
    /// When the server took it last.
    pub sent_at_ms: Option<i64>,
    /// It is what the server heard last of this feedback.
    pub is_last_told: bool,
    pub reason: Option<KeptReason>,
}

/// A decision to send now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDecision {
    pub event: EventId,
    pub agent: AgentId,
    pub feedback: FeedbackId,
    pub kind: DecisionKind,
    pub note: Option<String>,
    /// Attempts that failed so far.
    pub attempts: u32,
}

/// What is remembered about telling a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pushing {
    pub state: PushState,
    /// Whether a user's token was put into the keyring.
    pub has_user_token: bool,
    /// Whether a person has seen that decisions are kept here.
    pub notice_read: bool,
}

/// Decisions in the outbox by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    pub waiting: u64,
    pub sent: u64,
    pub kept_here: u64,
}

words! {
    /// The word stored.
    OutboxState {
        Waiting = "waiting", Sent = "sent", KeptHere = "kept_here", Withdrawn = "withdrawn"
    }
}

words! {
    /// The word stored.
    KeptReason {
        NeedsUser = "needs_user", TokenRefused = "token_refused", NotFound = "not_found",
        Rejected = "rejected", ServerFailed = "server_failed"
    }
}

words! {
    /// The word stored.
    PushState {
        Unknown = "unknown", Allowed = "allowed", NeedsUser = "needs_user",
        TokenRefused = "token_refused"
    }
}

impl PushState {
    /// Why nothing is sent, if nothing is.
    fn reason(self) -> Option<KeptReason> {
        match self {
            Self::Unknown | Self::Allowed => None,
            Self::NeedsUser => Some(KeptReason::NeedsUser),
            Self::TokenRefused => Some(KeptReason::TokenRefused),
        }
    }
}

impl Store {
    /// What to send now, oldest first. A decision on a feedback whose agent is not known waits.
    pub fn outbox_due(
        &self,
        connection: ConnectionId,
        now_ms: i64,
        limit: usize,
    ) -> Result<Vec<DueDecision>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT o.decision, o.attempts, d.feedback_id, d.kind, d.note,
                 coalesce(d.agent, f.agent) AS agent
             FROM outbox o JOIN decisions d ON d.id = o.decision
             LEFT JOIN feedback f ON f.connection = d.connection AND f.id = d.feedback_id
             WHERE o.connection = ?1 AND o.state = 'waiting' AND o.next_at_ms <= ?2
                 AND coalesce(d.agent, f.agent) IS NOT NULL
             ORDER BY o.decision LIMIT ?3",
        )?;
        let limit = limit.min(1 << 30) as i64;
        let due = statement.query_map(params![connection.0, now_ms, limit], |row| {
            Ok(DueDecision {
                event: EventId(row.get("decision")?),
                agent: text(row, "agent")?,
                feedback: text(row, "feedback_id")?,
                kind: word(row, "kind")?,
                note: row.get("note")?,
                attempts: row.get("attempts")?,
            })
        })?;
        Ok(due.collect::<Result<_, _>>()?)
    }

    /// Notes that the server took these. Its word on them is then the mirror's, too: old feedback is not
    /// read again just for that.
    pub fn note_sent(
        &self,
        connection: ConnectionId,
        events: &[EventId],
        at_ms: i64,
    ) -> Result<(), Error> {
        self.write(|tx| {
            for event in events {
                let feedback: FeedbackId = tx
                    .prepare_cached("SELECT feedback_id FROM decisions WHERE id = ?1")?
                    .query_row([event.0], |row| text(row, "feedback_id"))?;
                tx.prepare_cached(
                    "UPDATE outbox SET is_last_told = 0 WHERE is_last_told = 1 AND decision IN
                         (SELECT id FROM decisions WHERE connection = ?1 AND feedback_id = ?2)",
                )?
                .execute(params![connection.0, feedback.as_str()])?;
                tx.prepare_cached(
                    "UPDATE outbox SET state = 'sent', sent_at_ms = ?2, is_last_told = 1,
                         attempts = 0, reason = NULL WHERE decision = ?1",
                )?
                .execute(params![event.0, at_ms])?;
                tx.prepare_cached(
                    "UPDATE feedback SET annotation = (SELECT kind FROM decisions WHERE id = ?3)
                     WHERE connection = ?1 AND id = ?2",
                )?
                .execute(params![connection.0, feedback.as_str(), event.0])?;
                // Taken back while it was on its way, it leaves something else to be told.
                decisions::settle::settle(tx, connection, &feedback)?;
            }
            set_pushing(tx, connection, PushState::Allowed)
        })
    }

    /// Notes a failure over one decision: to be tried again at `next_at_ms`, or with `None` kept here.
    pub fn note_unsent(
        &self,
        event: EventId,
        reason: KeptReason,
        next_at_ms: Option<i64>,
    ) -> Result<(), Error> {
        self.write(|tx| {
            tx.prepare_cached(
                "UPDATE outbox SET attempts = attempts + 1, reason = ?2, next_at_ms = coalesce(?3, 0),
                     state = CASE WHEN ?3 IS NULL THEN 'kept_here' ELSE 'waiting' END
                 WHERE decision = ?1 AND state = 'waiting'",
            )?
            .execute(params![event.0, reason.as_str(), next_at_ms])?;
            Ok(())
        })
    }

    /// Remembers that the server takes decisions from this key or token, or why it does not: then all that
    /// waits is kept here, and what is decided from now on, too.
    pub fn set_push_state(&self, connection: ConnectionId, state: PushState) -> Result<(), Error> {
        self.write_durably(|tx| {
            set_pushing(tx, connection, state)?;
            if let Some(reason) = state.reason() {
                tx.execute(
                    "UPDATE outbox SET state = 'kept_here', reason = ?2
                     WHERE connection = ?1 AND state = 'waiting'",
                    params![connection.0, reason.as_str()],
                )?;
            }
            Ok(())
        })
    }

    /// Notes that the key or the user's token is another one: what is kept here waits again.
    pub fn note_new_sender(
        &self,
        connection: ConnectionId,
        has_user_token: bool,
    ) -> Result<(), Error> {
        self.write_durably(|tx| {
            tx.execute(
                "INSERT INTO pushing VALUES (?1, 'unknown', ?2, 0) ON CONFLICT DO UPDATE
                 SET state = excluded.state, has_user_token = excluded.has_user_token, notice_read = 0",
                params![connection.0, has_user_token],
            )?;
            tx.execute(
                "UPDATE outbox SET state = 'waiting', reason = NULL, attempts = 0, next_at_ms = 0
                 WHERE connection = ?1 AND state = 'kept_here'",
                [connection.0],
            )?;
            Ok(())
        })
    }

    /// Notes that a person has seen the notice about decisions kept here.
    pub fn note_push_notice_read(&self, connection: ConnectionId) -> Result<(), Error> {
        self.write_durably(|tx| {
            tx.execute("UPDATE pushing SET notice_read = 1 WHERE connection = ?1", [connection.0])?;
            Ok(())
        })
    }

    /// What is remembered about telling this server.
    pub fn pushing(&self, connection: ConnectionId) -> Result<Pushing, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached("SELECT * FROM pushing WHERE connection = ?1")?;
        let found = statement.query_row([connection.0], |row| {
            Ok(Pushing {
                state: word(row, "state")?,
                has_user_token: row.get("has_user_token")?,
                notice_read: row.get("notice_read")?,
            })
        });
        Ok(found.optional()?.unwrap_or_default())
    }

    /// How much waits, is sent and is kept here.
    pub fn outbox_counts(&self, connection: ConnectionId) -> Result<OutboxCounts, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT state, count(*) AS n FROM outbox WHERE connection = ?1 GROUP BY state",
        )?;
        let mut rows = statement.query([connection.0])?;
        let mut counts = OutboxCounts::default();
        while let Some(row) = rows.next()? {
            match word(row, "state")? {
                OutboxState::Waiting => counts.waiting = count(row, "n")?,
                OutboxState::Sent => counts.sent = count(row, "n")?,
                OutboxState::KeptHere => counts.kept_here = count(row, "n")?,
                OutboxState::Withdrawn => {}
            }
        }
        Ok(counts)
    }
}

/// How telling one decision stands.
pub(crate) fn entry(reader: &Connection, event: EventId) -> Result<Option<OutboxEntry>, Error> {
    let mut statement = reader.prepare_cached("SELECT * FROM outbox WHERE decision = ?1")?;
    Ok(statement.query_row([event.0], entry_of).optional()?)
}

fn entry_of(row: &Row<'_>) -> rusqlite::Result<OutboxEntry> {
    Ok(OutboxEntry {
        state: word(row, "state")?,
        attempts: row.get("attempts")?,
        sent_at_ms: row.get("sent_at_ms")?,
        is_last_told: row.get("is_last_told")?,
        reason: optional_word(row, "reason")?,
    })
}

/// Puts one feedback's part of the outbox in order after its events, or what the server was told, changed:
/// what counts waits, unless the server heard it last; everything else is withdrawn, or was sent.
pub(crate) fn settle(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    feedback: &FeedbackId,
    decided: Option<(EventId, DecisionKind)>,
) -> Result<(), Error> {
    let current = decided.filter(|(_, kind)| kind.annotation().is_some()).map(|(event, _)| event);
    let mut statement = tx.prepare_cached(
        "SELECT o.* FROM outbox o JOIN decisions d ON d.id = o.decision
         WHERE d.connection = ?1 AND d.feedback_id = ?2",
    )?;
    let entries = statement.query_map(params![connection.0, feedback.as_str()], |row| {
        Ok((EventId(row.get("decision")?), entry_of(row)?))
    })?;
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    for (event, entry) in &entries {
        let is_current = Some(*event) == current;
        let next = match entry.state {
            _ if is_current && entry.is_last_told => OutboxState::Sent,
            OutboxState::Waiting | OutboxState::KeptHere if is_current => continue,
            _ if is_current => {
                open(tx, connection, *event)?;
                continue;
            }
            _ if entry.sent_at_ms.is_some() => OutboxState::Sent,
            _ => OutboxState::Withdrawn,
        };
        if next != entry.state {
            tx.prepare_cached("UPDATE outbox SET state = ?2, reason = NULL WHERE decision = ?1")?
                .execute(params![event.0, next.as_str()])?;
        }
    }
    match current {
        Some(event) if entries.iter().all(|(known, _)| *known != event) => {
            open(tx, connection, event)
        }
        _ => Ok(()),
    }
}

/// Whether the server's annotation is what it heard from here. Asked where nothing counts here (any more).
pub(crate) fn shows_what_was_taken_back(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    feedback: &FeedbackId,
) -> Result<bool, Error> {
    let mut statement = tx.prepare_cached(
        "SELECT 1 FROM outbox o JOIN decisions d ON d.id = o.decision
         JOIN feedback f ON f.connection = d.connection AND f.id = d.feedback_id
         WHERE d.connection = ?1 AND d.feedback_id = ?2 AND o.is_last_told = 1
             AND coalesce(f.annotation, d.kind) = d.kind",
    )?;
    Ok(statement.exists(params![connection.0, feedback.as_str()])?)
}

/// Lets a decision wait; where it is known that the server takes none, it is kept here at once.
fn open(tx: &Transaction<'_>, connection: ConnectionId, event: EventId) -> Result<(), Error> {
    let state: Option<PushState> = tx
        .prepare_cached("SELECT state FROM pushing WHERE connection = ?1")?
        .query_row([connection.0], |row| word(row, "state"))
        .optional()?;
    let reason = state.and_then(PushState::reason);
    let state = if reason.is_some() { OutboxState::KeptHere } else { OutboxState::Waiting };
    tx.prepare_cached(
        "INSERT INTO outbox (decision, connection, state, reason) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET state = excluded.state, reason = excluded.reason, attempts = 0,
             next_at_ms = 0",
    )?
    .execute(params![
        event.0,
        connection.0,
        state.as_str(),
        reason.map(KeptReason::as_str)
    ])?;
    Ok(())
}

fn set_pushing(
    tx: &Transaction<'_>,
    connection: ConnectionId,
    state: PushState,
) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO pushing VALUES (?1, ?2, 0, 0)
         ON CONFLICT DO UPDATE SET state = excluded.state WHERE state <> excluded.state",
    )?
    .execute(params![connection.0, state.as_str()])?;
    Ok(())
}
