//! Users: what their feedback adds up to. Who there is and who spoke last is kept by triggers, as kinds of
//! feedback are (`facets`); the rest is added up for those on the page.

use std::collections::{BTreeSet, HashMap};

use domain::{AgentId, ConnectionId, Feedback, Outcome, UserId};
use rusqlite::{Connection, params};

use crate::feedback::write::time_of;
use crate::feedback::{as_limit, find};
use crate::sql::{count, word};
use crate::{Cursor, Error, FeedbackFilter, FeedbackRow, Page, Store, UserFilter};

/// How many of a user's latest outcomes a row carries.
const RECENT: usize = 10;

/// One user, added up over current feedback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    /// `None`: all anonymous ones.
    pub user: Option<UserId>,
    pub feedback: u64,
    pub positive: u64,
    pub negative: u64,
    /// By id.
    pub agents: Vec<AgentId>,
    pub first_ms: i64,
    pub last_ms: i64,
    /// The latest ten at most, oldest of them first.
    pub recent: Vec<Outcome>,
}

/// One feedback of a user's story with what was said in its place before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryRow {
    pub row: FeedbackRow,
    /// Newest first.
    pub earlier: Vec<Feedback>,
}

impl Store {
    /// Users whose id contains `search` (ASCII case aside), latest first; the anonymous ones as one row at
    /// the end, unless something is searched. `offset` is where the page begins.
    pub fn users(
        &self,
        connection: ConnectionId,
        search: Option<&str>,
        offset: u64,
        limit: usize,
    ) -> Result<Page<UserRow, u64>, Error> {
        let reader = self.reader()?;
        let moment = reader.unchecked_transaction()?;
        let search = wanted(search);
        let mut statement = moment.prepare_cached(
            "SELECT user FROM users INDEXED BY users_newest
             WHERE connection = ?1 AND (?2 IS NULL OR instr(lower(user), ?2) > 0)
             ORDER BY newest DESC LIMIT ?3 OFFSET ?4",
        )?;
        let start = i64::try_from(offset).unwrap_or(i64::MAX);
        let asked = as_limit(limit).saturating_add(1);
        let mut users = statement
            .query_map(params![connection.0, search, asked, start], |row| row.get(0))?
            .collect::<Result<Vec<Option<String>>, _>>()?;
        if users.len() <= limit && search.is_none() {
            let is_before_the_end = offset <= named(&moment, connection, None)?;
            users
                .extend((is_before_the_end && has_anonymous(&moment, connection)?).then_some(None));
        }
        let more = users.len() > limit;
        users.truncate(limit);
        let rows = users.into_iter().map(|user| user_row(&moment, connection, user));
        Ok(Page {
            rows: rows.collect::<Result<_, _>>()?,
            next: more.then(|| offset.saturating_add(u64::try_from(limit).unwrap_or(u64::MAX))),
        })
    }

    /// How many rows [`Store::users`] has in all.
    pub fn users_count(
        &self,
        connection: ConnectionId,
        search: Option<&str>,
    ) -> Result<u64, Error> {
        let reader = self.reader()?;
        let search = wanted(search);
        let anonymous = search.is_none() && has_anonymous(&reader, connection)?;
        Ok(named(&reader, connection, search.as_deref())? + u64::from(anonymous))
    }

    /// One user as in [`Store::users`]; `None` if there is no feedback of theirs.
    pub fn user(
        &self,
        connection: ConnectionId,
        user: Option<&UserId>,
    ) -> Result<Option<UserRow>, Error> {
        let reader = self.reader()?;
        let row = user_row(&reader, connection, user.map(|user| user.as_str().to_owned()))?;
        Ok(Some(row).filter(|row| row.feedback > 0))
    }

    /// What one user said (`None`: the anonymous ones), newest first, each with its earlier words.
    pub fn user_story(
        &self,
        connection: ConnectionId,
        user: Option<&UserId>,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<StoryRow>, Error> {
        let user = user.map_or(UserFilter::Anonymous, |user| UserFilter::Is(user.clone()));
        let filter = FeedbackFilter { user: Some(user), ..FeedbackFilter::default() };
        let page = self.feedback_page(connection, &filter, cursor, limit)?;
        let with_earlier = |row: FeedbackRow| {
            let earlier = match row.earlier_words {
                0 => Vec::new(),
                _ => self.earlier_words(connection, &row.feedback.id)?,
            };
            Ok(StoryRow { row, earlier })
        };
        let rows = page.rows.into_iter().map(with_earlier).collect::<Result<_, Error>>()?;
        Ok(Page { rows, next: page.next })
    }
}

fn wanted(search: Option<&str>) -> Option<String> {
    search.map(str::trim).filter(|search| !search.is_empty()).map(str::to_ascii_lowercase)
}

/// How many users with an id there are.
fn named(
    reader: &Connection,
    connection: ConnectionId,
    search: Option<&str>,
) -> Result<u64, Error> {
    let mut statement = reader.prepare_cached(
        "SELECT count(*) AS n FROM users
         WHERE connection = ?1 AND (?2 IS NULL OR instr(lower(user), ?2) > 0)",
    )?;
    Ok(statement.query_row(params![connection.0, search], |row| count(row, "n"))?)
}

fn has_anonymous(reader: &Connection, connection: ConnectionId) -> Result<bool, Error> {
    Ok(anonymous().kinds(connection).sum(reader)? > 0)
}

fn anonymous() -> FeedbackFilter {
    FeedbackFilter { user: Some(UserFilter::Anonymous), ..FeedbackFilter::default() }
}

fn user_row(
    reader: &Connection,
    connection: ConnectionId,
    user: Option<String>,
) -> Result<UserRow, Error> {
    let mut said = match &user {
        Some(user) => said_by(reader, connection, user)?,
        None => said_by_nobody(reader, connection)?,
    };
    let newest = |a: &(i64, Outcome), b: &(i64, Outcome)| b.0.cmp(&a.0);
    said.recent.sort_unstable_by(newest);
    said.recent.truncate(RECENT);
    Ok(UserRow {
        user: user.map(UserId::from),
        feedback: said.feedback,
        positive: said.positive,
        negative: said.feedback - said.positive,
        agents: said.agents.into_iter().map(AgentId::from).collect(),
        first_ms: said.first.map_or(0, time_of),
        last_ms: said.recent.first().map_or(0, |(pos, _)| time_of(*pos)),
        recent: said.recent.into_iter().rev().map(|(_, outcome)| outcome).collect(),
    })
}

/// What adds up to a row; times are positions.
#[derive(Default)]
struct Said {
    feedback: u64,
    positive: u64,
    agents: BTreeSet<String>,
    first: Option<i64>,
    recent: Vec<(i64, Outcome)>,
}

impl Said {
    fn add(&mut self, n: u64, outcome: Outcome, agent: &str, first: i64) {
        self.feedback += n;
        self.positive += if outcome == Outcome::Positive { n } else { 0 };
        if !self.agents.contains(agent) {
            self.agents.insert(agent.to_owned());
        }
        self.first = Some(self.first.map_or(first, |known| known.min(first)));
    }
}

/// One user's feedback is few: all of it is run through, by its kind alone.
fn said_by(reader: &Connection, connection: ConnectionId, user: &str) -> Result<Said, Error> {
    let mut said = Said::default();
    let mut statement = reader.prepare_cached(
        "SELECT pos, facet FROM feedback INDEXED BY feedback_by_user
         WHERE connection = ?1 AND user = ?2 AND facet IS NOT NULL ORDER BY pos DESC",
    )?;
    let mut rows = statement.query(params![connection.0, user])?;
    // By kind: how many, and the first of them.
    let mut kinds: HashMap<i64, (u64, i64)> = HashMap::new();
    let mut recent = Vec::new();
    while let Some(row) = rows.next()? {
        let (pos, facet): (i64, i64) = (row.get(0)?, row.get(1)?);
        let kind = kinds.entry(facet).or_default();
        *kind = (kind.0 + 1, pos);
        if recent.len() < RECENT {
            recent.push((pos, facet));
        }
    }
    let mut kind_of = reader.prepare_cached("SELECT outcome, agent FROM facets WHERE id = ?1")?;
    let mut outcomes = HashMap::new();
    for (facet, (n, first)) in kinds {
        let (outcome, agent): (Outcome, String) =
            kind_of.query_row([facet], |row| Ok((word(row, "outcome")?, row.get("agent")?)))?;
        said.add(n, outcome, &agent, first);
        outcomes.insert(facet, outcome);
    }
    let with_outcome = recent
        .into_iter()
        .filter_map(|(pos, facet)| outcomes.get(&facet).map(|outcome| (pos, *outcome)));
    said.recent = with_outcome.collect();
    Ok(said)
}

/// Anonymous feedback can be most of all there is: its kinds are added up.
fn said_by_nobody(reader: &Connection, connection: ConnectionId) -> Result<Said, Error> {
    let mut said = Said::default();
    let mut kinds = reader.prepare_cached(
        "SELECT outcome, agent, n, (SELECT min(f.pos) FROM feedback f INDEXED BY feedback_by_facet
             WHERE f.facet = facets.id) AS first
         FROM facets WHERE connection = ?1 AND anonymous = 1 AND n > 0",
    )?;
    let mut rows = kinds.query([connection.0])?;
    while let Some(row) = rows.next()? {
        let agent = row.get_ref("agent")?.as_str().map_err(rusqlite::Error::from)?;
        said.add(count(row, "n")?, word(row, "outcome")?, agent, row.get("first")?);
    }
    let mut outcome_of = reader.prepare_cached("SELECT outcome FROM feedback WHERE pos = ?1")?;
    for pos in find::newest(reader, connection, &anonymous(), None, RECENT)? {
        let outcome = outcome_of.query_row([pos], |row| word(row, "outcome"))?;
        said.recent.push((pos, outcome));
    }
    Ok(said)
}
