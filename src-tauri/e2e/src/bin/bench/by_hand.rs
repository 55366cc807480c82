//! The best query one could write for one filter alone: what it lets through is known beforehand, as an index made for
//! it would know it, and what remains is to read the rows of a page with what stands beside them.

use std::path::Path;

use domain::ConnectionId;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use store::{AnnotationFilter, FeedbackFilter, UserFilter};

/// The mirror's file, read by hand for one filter at a time.
pub(crate) struct ByHand(Connection);

impl ByHand {
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "cache_size", -8 * 1_024)?;
        connection.execute_batch("CREATE TEMP TABLE ideal (pos INTEGER PRIMARY KEY)")?;
        Ok(Self(connection))
    }

    /// Finds what a filter lets through, slowly.
    pub(crate) fn prepare(
        &self,
        id: ConnectionId,
        filter: &FeedbackFilter,
    ) -> rusqlite::Result<()> {
        self.0.execute("DELETE FROM ideal", [])?;
        let (conditions, params) = conditions(id, filter);
        let sql = format!(
            "INSERT INTO ideal SELECT pos FROM feedback NOT INDEXED WHERE {conditions}
             ORDER BY pos DESC LIMIT 500"
        );
        self.0.execute(&sql, params_from_iter(params))?;
        Ok(())
    }

    /// Reads the first page of it. Gives back how much that was.
    pub(crate) fn page(&self, limit: usize) -> rusqlite::Result<usize> {
        let mut statement = self.0.prepare_cached(
            "SELECT f.pos, f.id, f.agent, f.run, f.user, f.outcome, f.comment, f.annotation,
                 f.created_at_ms, f.decision, f.replaced_by, f.gone_at_ms, f.run_state, f.version,
                 f.model, r.status, v.semver_major, v.semver_minor,
                 (SELECT count(*) - 1 FROM feedback e WHERE e.connection = f.connection
                     AND e.agent = f.agent AND e.run = f.run AND e.user IS f.user)
             FROM ideal i CROSS JOIN feedback f ON f.pos = i.pos
             LEFT JOIN runs r ON r.connection = f.connection AND r.agent = f.agent AND r.id = f.run
             LEFT JOIN versions v
                 ON v.connection = f.connection AND v.agent = f.agent AND v.id = f.version
             ORDER BY i.pos DESC LIMIT ?1",
        )?;
        let mut rows = statement.query([i64::try_from(limit).unwrap_or(i64::MAX) + 1])?;
        let mut read = 0;
        while let Some(row) = rows.next()? {
            for column in [1, 2, 3, 4, 5, 6, 7, 9, 10, 12, 13, 14, 15] {
                read += row.get::<_, Option<String>>(column)?.map_or(0, |text| text.len());
            }
        }
        Ok(read)
    }
}

fn conditions(id: ConnectionId, filter: &FeedbackFilter) -> (String, Vec<Value>) {
    let mut parts = vec!["replaced_at_ms IS NULL AND connection = ?".to_owned()];
    let mut params = vec![Value::Integer(id.0)];
    let mut add = |part: &str, param: Option<Value>| {
        parts.push(part.to_owned());
        params.extend(param);
    };
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    if let Some(outcome) = filter.outcome {
        add("outcome = ?", text(outcome.as_str()));
    }
    match filter.annotation {
        AnnotationFilter::All => {}
        AnnotationFilter::Open => add("coalesce(decision, annotation) IS NULL", None),
        AnnotationFilter::Annotated => add("coalesce(decision, annotation) <> 'snoozed'", None),
        AnnotationFilter::Is(word) => {
            add("coalesce(decision, annotation) = ?", text(word.as_str()))
        }
    }
    if let Some(has) = filter.has_comment {
        add("has_comment = ?", Some(Value::Integer(i64::from(has))));
    }
    match &filter.user {
        None => {}
        Some(UserFilter::Anonymous) => add("user IS NULL", None),
        Some(UserFilter::Is(user)) => add("user = ?", text(user.as_str())),
    }
    let agents = filter.agents.iter().map(ToString::to_string).collect();
    let versions = filter.versions.iter().map(ToString::to_string).collect();
    let several: [(&str, Vec<String>); 3] =
        [("agent", agents), ("version", versions), ("model", filter.models.clone())];
    for (column, values) in several.into_iter().filter(|(_, values)| !values.is_empty()) {
        let names: Vec<_> = values.iter().map(|value| format!("'{value}'")).collect();
        add(&format!("{column} IN ({})", names.join(", ")), None);
    }
    if let Some(gone) = filter.gone {
        add("(gone_at_ms IS NOT NULL) = ?", Some(Value::Integer(i64::from(gone))));
    }
    if let Some(since) = filter.since_ms {
        add("created_at_ms >= ?", Some(Value::Integer(since)));
    }
    if let Some(until) = filter.until_ms {
        add("created_at_ms < ?", Some(Value::Integer(until)));
    }
    (parts.join(" AND "), params)
}
