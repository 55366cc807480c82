//! Users: not a table of their own but what their feedback adds up to.

use domain::{AgentId, ConnectionId, Feedback, Outcome, UserId};
use rusqlite::{Connection, Row, params};

use crate::feedback::as_limit;
use crate::sql::{count, text, word};
use crate::{Cursor, Error, FeedbackFilter, FeedbackRow, Page, Store, UserFilter};

/// How many of a user's latest outcomes a row carries.
const RECENT: i64 = 10;

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
        let search = wanted(search);
        let mut statement = reader.prepare_cached(
            "SELECT user FROM feedback INDEXED BY feedback_by_user
             WHERE connection = ?1 AND replaced_at_ms IS NULL
                 AND (?2 IS NULL OR instr(lower(user), ?2) > 0)
             GROUP BY user ORDER BY user IS NULL, max(pos) DESC LIMIT ?3 OFFSET ?4",
        )?;
        let start = i64::try_from(offset).unwrap_or(i64::MAX);
        let asked = as_limit(limit).saturating_add(1);
        let mut users = statement
            .query_map(params![connection.0, search, asked, start], |row| row.get(0))?
            .collect::<Result<Vec<Option<String>>, _>>()?;
        let more = users.len() > limit;
        users.truncate(limit);
        let rows = users.into_iter().map(|user| user_row(&reader, connection, user));
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
        let mut statement = reader.prepare_cached(
            "SELECT count(*) AS n FROM (SELECT 1 FROM feedback INDEXED BY feedback_by_user
                 WHERE connection = ?1 AND replaced_at_ms IS NULL
                     AND (?2 IS NULL OR instr(lower(user), ?2) > 0)
                 GROUP BY user)",
        )?;
        Ok(statement.query_row(params![connection.0, wanted(search)], |row| count(row, "n"))?)
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

fn user_row(
    reader: &Connection,
    connection: ConnectionId,
    user: Option<String>,
) -> Result<UserRow, Error> {
    const THEIRS: &str = "FROM feedback INDEXED BY feedback_by_user \
        WHERE connection = ?1 AND user IS ?2 AND replaced_at_ms IS NULL";
    let key = params![connection.0, user];
    let mut statement = reader.prepare_cached(&format!(
        "SELECT count(*) AS feedback, coalesce(sum(outcome = 'positive'), 0) AS positive,
             coalesce(min(created_at_ms), 0) AS first_ms, coalesce(max(created_at_ms), 0) AS last_ms
         {THEIRS}"
    ))?;
    let sums = |row: &Row<'_>| {
        let (feedback, positive) = (count(row, "feedback")?, count(row, "positive")?);
        Ok((feedback, positive, row.get("first_ms")?, row.get("last_ms")?))
    };
    let (feedback, positive, first_ms, last_ms) = statement.query_row(key, sums)?;
    let mut agents =
        reader.prepare_cached(&format!("SELECT DISTINCT agent {THEIRS} ORDER BY agent"))?;
    let agents = agents.query_map(key, |row| text(row, "agent"))?.collect::<Result<Vec<_>, _>>()?;
    let mut recent = reader
        .prepare_cached(&format!("SELECT outcome {THEIRS} ORDER BY pos DESC LIMIT {RECENT}"))?;
    let mut recent =
        recent.query_map(key, |row| word(row, "outcome"))?.collect::<Result<Vec<_>, _>>()?;
    recent.reverse();
    Ok(UserRow {
        user: user.map(UserId::from),
        feedback,
        positive,
        negative: feedback - positive,
        agents,
        first_ms,
        last_ms,
        recent,
    })
}
