//! What a snooze waits for: where that stands when the snooze is made, and which snoozes have waited long enough.
//!
//! All is compared by the server's times and never by what is here: a word, a run or a version that is met late, as
//! while older feedback is still being read, was there before and wakes nothing.

use std::collections::HashMap;

use domain::{
    Act, AgentId, ConnectionId, DecisionKind, EventId, FeedbackId, Snooze, SnoozeKind, VersionId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::NewDecision;
use crate::feedback::groups;
use crate::feedback::write::time_of;
use crate::sql::{optional_text, text};
use crate::{Error, deployments};

/// Baselines for the snoozes of one step.
pub(super) struct Baselines<'a> {
    reader: &'a Connection,
    connection: ConnectionId,
    /// By agent the time of the newest that happened around its versions.
    versions: HashMap<AgentId, i64>,
    /// Feedback with nothing to wait for, and for what.
    without: Option<(SnoozeKind, u64)>,
}

/// A snooze that is over.
pub(super) struct Over {
    pub(super) feedback: FeedbackId,
    pub(super) event: EventId,
    pub(super) kind: SnoozeKind,
}

impl<'a> Baselines<'a> {
    pub(super) fn of(reader: &'a Connection, connection: ConnectionId) -> Self {
        Self { reader, connection, versions: HashMap::new(), without: None }
    }

    /// The snooze of an event, if it is one, as it is to be kept.
    pub(super) fn taken(&mut self, event: &NewDecision) -> Result<Option<Snooze>, Error> {
        let wanted = event.snooze.filter(|_| event.act == Act::Decide(DecisionKind::Snoozed));
        let Some(wanted) = wanted.filter(|wanted| wanted.kind != SnoozeKind::Until) else {
            return Ok(wanted);
        };
        let at_ms = self.baseline(&event.feedback, wanted.kind)?;
        if at_ms.is_none() {
            let before = self.without.map_or(0, |(_, number)| number);
            self.without = Some((wanted.kind, before + 1));
        }
        Ok(at_ms.map(|at_ms| Snooze { at_ms, ..wanted }))
    }

    /// Refuses a step in which some feedback has nothing to wait for.
    pub(super) fn complete(&self) -> Result<(), Error> {
        match self.without {
            Some((kind, feedback)) => Err(Error::NothingToAwait { kind, feedback }),
            None => Ok(()),
        }
    }

    fn baseline(&mut self, feedback: &FeedbackId, kind: SnoozeKind) -> Result<Option<i64>, Error> {
        match kind {
            SnoozeKind::Until => Ok(None),
            SnoozeKind::UserSpeaks => user_spoke(self.reader, self.connection, feedback),
            SnoozeKind::NewerVersion => self.newest_version(feedback),
            SnoozeKind::FiveMoreAlike => {
                let newest = groups::newest_alike(self.reader, self.connection, feedback)?;
                Ok(newest.map(time_of))
            }
        }
    }

    /// What is older than the feedback itself is not newer than what it is about.
    fn newest_version(&mut self, feedback: &FeedbackId) -> Result<Option<i64>, Error> {
        let mut statement = self.reader.prepare_cached(
            "SELECT agent, created_at_ms FROM feedback WHERE connection = ?1 AND id = ?2",
        )?;
        let key = params![self.connection.0, feedback.as_str()];
        let about = |row: &Row<'_>| Ok((text::<AgentId>(row, "agent")?, row.get(1)?));
        let found: Option<(AgentId, i64)> = statement.query_row(key, about).optional()?;
        let Some((agent, created_at_ms)) = found else { return Ok(None) };
        let newest = match self.versions.get(&agent) {
            Some(known) => *known,
            None => {
                let newest = Versions::of(self.reader, self.connection, &agent)?.newest_ms();
                self.versions.insert(agent, newest);
                newest
            }
        };
        Ok(Some(newest.max(created_at_ms)))
    }
}

/// When the user of a feedback spoke last; `None`: there is no user, or no such feedback here.
fn user_spoke(
    reader: &Connection,
    connection: ConnectionId,
    feedback: &FeedbackId,
) -> Result<Option<i64>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT u.newest FROM feedback f JOIN users u ON u.connection = f.connection AND u.user = f.user
         WHERE f.connection = ?1 AND f.id = ?2",
    )?;
    let newest = statement.query_row(params![connection.0, feedback.as_str()], |row| row.get(0));
    Ok(newest.optional()?.map(time_of))
}

/// The current snoozes of a kind that are over at `now_ms`.
pub(super) fn over(
    reader: &Connection,
    connection: ConnectionId,
    kind: SnoozeKind,
    now_ms: i64,
) -> Result<Vec<Over>, Error> {
    match kind {
        SnoozeKind::Until => until(reader, connection, now_ms),
        SnoozeKind::UserSpeaks => user_speaks(reader, connection),
        SnoozeKind::NewerVersion => newer_version(reader, connection),
        SnoozeKind::FiveMoreAlike => five_more_alike(reader, connection),
    }
}

fn until(reader: &Connection, connection: ConnectionId, now_ms: i64) -> Result<Vec<Over>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT feedback_id, event FROM decided
         WHERE connection = ?1 AND snooze_kind = 'until' AND snooze_ms <= ?2",
    )?;
    let over = statement
        .query_map(params![connection.0, now_ms], |row| over_of(row, SnoozeKind::Until))?;
    Ok(over.collect::<Result<_, _>>()?)
}

fn user_speaks(reader: &Connection, connection: ConnectionId) -> Result<Vec<Over>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT c.feedback_id, c.event, c.snooze_ms, u.newest
         FROM decided c JOIN feedback f ON f.connection = c.connection AND f.id = c.feedback_id
         JOIN users u ON u.connection = f.connection AND u.user = f.user
         WHERE c.connection = ?1 AND c.snooze_kind = 'user_speaks'",
    )?;
    let mut rows = statement.query([connection.0])?;
    let mut over = Vec::new();
    while let Some(row) = rows.next()? {
        let baseline_ms: i64 = row.get("snooze_ms")?;
        if time_of(row.get("newest")?) > baseline_ms {
            over.push(over_of(row, SnoozeKind::UserSpeaks)?);
        }
    }
    Ok(over)
}

fn newer_version(reader: &Connection, connection: ConnectionId) -> Result<Vec<Over>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT c.feedback_id, c.event, c.snooze_ms, f.agent, f.version
         FROM decided c JOIN feedback f ON f.connection = c.connection AND f.id = c.feedback_id
         WHERE c.connection = ?1 AND c.snooze_kind = 'newer_version'",
    )?;
    let mut rows = statement.query([connection.0])?;
    let mut by_agent: HashMap<AgentId, Versions> = HashMap::new();
    let mut over = Vec::new();
    while let Some(row) = rows.next()? {
        let agent: AgentId = text(row, "agent")?;
        if !by_agent.contains_key(&agent) {
            by_agent.insert(agent.clone(), Versions::of(reader, connection, &agent)?);
        }
        let Some(versions) = by_agent.get(&agent) else { continue };
        let own: Option<VersionId> = optional_text(row, "version")?;
        if versions.has_newer(own.as_ref(), row.get("snooze_ms")?) {
            over.push(over_of(row, SnoozeKind::NewerVersion)?);
        }
    }
    Ok(over)
}

fn five_more_alike(reader: &Connection, connection: ConnectionId) -> Result<Vec<Over>, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT feedback_id, event, snooze_ms FROM decided
         WHERE connection = ?1 AND snooze_kind = 'five_more_alike'",
    )?;
    let mut rows = statement.query([connection.0])?;
    let mut over = Vec::new();
    while let Some(row) = rows.next()? {
        let one = over_of(row, SnoozeKind::FiveMoreAlike)?;
        let baseline_ms = row.get("snooze_ms")?;
        let more = groups::alike_since(reader, connection, &one.feedback, baseline_ms)?;
        if more >= SnoozeKind::MORE_ALIKE {
            over.push(one);
        }
    }
    Ok(over)
}

fn over_of(row: &Row<'_>, kind: SnoozeKind) -> rusqlite::Result<Over> {
    Ok(Over { feedback: text(row, "feedback_id")?, event: EventId(row.get("event")?), kind })
}

/// When what happened around an agent's versions.
struct Versions {
    /// When each came to be, as far as is known: created, or run for the first time.
    born: HashMap<VersionId, i64>,
    /// First runs and deployments, newest first.
    happened: Vec<(i64, VersionId)>,
}

impl Versions {
    fn of(reader: &Connection, connection: ConnectionId, agent: &AgentId) -> Result<Self, Error> {
        let (mut born, mut happened) = (HashMap::new(), Vec::new());
        let mut statement = reader.prepare_cached(
            "SELECT id, created_at_ms, first_run_at_ms FROM versions
             WHERE connection = ?1 AND agent = ?2",
        )?;
        let mut rows = statement.query(params![connection.0, agent.as_str()])?;
        while let Some(row) = rows.next()? {
            let id: VersionId = text(row, "id")?;
            let created_ms: Option<i64> = row.get("created_at_ms")?;
            let first_run_ms: Option<i64> = row.get("first_run_at_ms")?;
            born.extend(
                created_ms.into_iter().chain(first_run_ms).min().map(|ms| (id.clone(), ms)),
            );
            happened.extend(first_run_ms.map(|ms| (ms, id)));
        }
        for deployment in deployments::read(reader, connection, agent)? {
            let at_ms = deployment.deployed_at_ms.unwrap_or(deployment.first_seen_at_ms);
            happened.push((at_ms, deployment.version));
        }
        happened.sort_unstable_by(|one, other| other.cmp(one));
        Ok(Self { born, happened })
    }

    fn newest_ms(&self) -> i64 {
        self.happened.first().map_or(i64::MIN, |(at_ms, _)| *at_ms)
    }

    /// Whether since `baseline_ms` a version was deployed or run first that is newer than `own`. An old one that is
    /// deployed again, or in another place, is not.
    fn has_newer(&self, own: Option<&VersionId>, baseline_ms: i64) -> bool {
        let own_born = own.and_then(|own| self.born.get(own));
        let since = self.happened.iter().take_while(|(at_ms, _)| *at_ms > baseline_ms);
        since.map(|(_, version)| version).any(|version| {
            let born = self.born.get(version);
            let is_older = born.zip(own_born).is_some_and(|(born, own)| born <= own);
            own != Some(version) && !is_older
        })
    }
}
