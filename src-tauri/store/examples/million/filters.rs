//! Filters, texts, and the same by hand.

use std::path::Path;

use domain::{Annotation, ConnectionId, Outcome};
use rusqlite::{Connection, params_from_iter, types::Value};
use store::{AnnotationFilter, FeedbackFilter, UserFilter};

use crate::made::{at_ms, word};

type Change = fn(&mut FeedbackFilter);

/// Single filters, common and rare.
const SINGLE: [(&str, Change); 16] = [
    ("negative", |f| f.outcome = Some(Outcome::Negative)),
    ("positive", |f| f.outcome = Some(Outcome::Positive)),
    ("open", |f| f.annotation = AnnotationFilter::Open),
    ("decided", |f| f.annotation = AnnotationFilter::Annotated),
    ("needs fix", |f| f.annotation = AnnotationFilter::Is(Annotation::Correct)),
    ("not an issue", |f| f.annotation = AnnotationFilter::Is(Annotation::Incorrect)),
    ("commented", |f| f.has_comment = Some(true)),
    ("bare", |f| f.has_comment = Some(false)),
    ("anonymous", |f| f.user = Some(UserFilter::Anonymous)),
    ("busiest user", |f| f.user = Some(UserFilter::Is("user-0".into()))),
    ("some user", |f| f.user = Some(UserFilter::Is("user-4321".into()))),
    ("busiest agent", |f| f.agents = vec!["agent-0".into()]),
    ("three agents", |f| {
        f.agents = vec!["agent-5".into(), "agent-9".into(), "agent-11".into()];
    }),
    ("old version", |f| f.version = Some(format!("{:032x}", 11_000).into())),
    ("model", |f| f.model = Some("gemini-pro".to_owned())),
    ("a week half a year ago", |f| {
        (f.since_ms, f.until_ms) = (Some(at_ms(0.0)), Some(at_ms(0.04)));
    }),
];

/// All pairs and the triples of every third, and each alone.
pub(crate) fn combined() -> Vec<(String, FeedbackFilter)> {
    let mut all = vec![("everything".to_owned(), FeedbackFilter::default())];
    let mut add = |changes: &[(&str, Change)]| {
        let mut filter = FeedbackFilter::default();
        changes.iter().for_each(|(_, change)| change(&mut filter));
        let names: Vec<&str> = changes.iter().map(|(name, _)| *name).collect();
        all.push((names.join(", "), filter));
    };
    for (a, first) in SINGLE.iter().enumerate() {
        add(&[*first]);
        for (b, second) in SINGLE.iter().enumerate().skip(a + 1) {
            add(&[*first, *second]);
            for third in SINGLE.iter().skip(b + 1).step_by(5) {
                add(&[*first, *second, *third]);
            }
        }
    }
    all
}

/// Texts of all frequencies, under what they show.
pub(crate) fn texts() -> Vec<(&'static str, Vec<String>)> {
    let ranks = [0, 1, 2, 5, 10, 50, 100, 1_000, 10_000];
    let quoted = |rank| format!("\"{}\"", word(rank));
    let begun = |rank: u64, most: usize| word(rank).chars().take(most).collect::<String>();
    vec![
        ("whole words", ranks.map(quoted).to_vec()),
        ("words as typed", ranks.map(word).to_vec()),
        ("beginnings of two", ranks.map(|rank| begun(rank, 2)).to_vec()),
        ("beginnings of three", ranks.map(|rank| begun(rank, 3)).to_vec()),
        ("beginnings of four", ranks.map(|rank| begun(rank, 4)).to_vec()),
        ("two words", ranks.map(|rank| format!("{} {}", quoted(rank), quoted(rank + 1))).to_vec()),
        (
            "three words",
            ranks.map(|rank| format!("{} {} {}", quoted(0), quoted(rank + 1), quoted(3))).to_vec(),
        ),
        ("phrases", ranks.map(|rank| format!("\"{} {}\"", word(rank), word(rank + 1))).to_vec()),
        ("no such word", vec!["nosuchword".to_owned(), "\"nosuchword\"".to_owned()]),
        ("without spaces", vec!["返金が".to_owned(), "返金".to_owned(), "遅延".to_owned()]),
        ("a sign nobody wrote", vec!["%%".to_owned()]),
    ]
}

/// Queries by hand: what a filter lets through is known beforehand, as an index made for it would know it.
pub(crate) struct Beside(Connection);

impl Beside {
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "cache_size", -8 * 1_024)?;
        connection.execute_batch("CREATE TEMP TABLE ideal (pos INTEGER PRIMARY KEY)")?;
        Ok(Self(connection))
    }

    pub(crate) fn prepare(
        &self,
        id: ConnectionId,
        filter: &FeedbackFilter,
    ) -> rusqlite::Result<()> {
        self.0.execute("DELETE FROM ideal", [])?;
        let (conditions, params) = by_hand(id, filter);
        let sql = format!(
            "INSERT INTO ideal SELECT pos FROM feedback NOT INDEXED WHERE {conditions}
             ORDER BY pos DESC LIMIT 500"
        );
        self.0.execute(&sql, params_from_iter(params))?;
        Ok(())
    }

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

fn by_hand(id: ConnectionId, filter: &FeedbackFilter) -> (String, Vec<Value>) {
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
        AnnotationFilter::Annotated => add("coalesce(decision, annotation) IS NOT NULL", None),
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
    if !filter.agents.is_empty() {
        let names: Vec<_> = filter.agents.iter().map(|agent| format!("'{agent}'")).collect();
        add(&format!("agent IN ({})", names.join(", ")), None);
    }
    if let Some(version) = &filter.version {
        add("version = ?", text(version.as_str()));
    }
    if let Some(model) = &filter.model {
        add("model = ?", text(model));
    }
    if let Some(since) = filter.since_ms {
        add("created_at_ms >= ?", Some(Value::Integer(since)));
    }
    if let Some(until) = filter.until_ms {
        add("created_at_ms < ?", Some(Value::Integer(until)));
    }
    (parts.join(" AND "), params)
}
