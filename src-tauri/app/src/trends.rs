//! Trends: columns from the store, counted by `insight`, told in sentences. A frame is kept until the cache changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::{AgentId, ConnectionId};
use insight::{Bucket, Columns, Frame, Interval, TrendQuery};
use store::{Store, VersionEntry};

use crate::command::GetTrends;
use crate::wire::{
    AgentRateView, BucketView, MarkKind, MarkView, RateView, TrendPointView, TrendsView,
    VersionRateView,
};

/// The frames of all connections.
#[derive(Default)]
pub(crate) struct Frames {
    loaded: Mutex<HashMap<ConnectionId, Arc<Loaded>>>,
}

pub(crate) struct Loaded {
    generation: u64,
    frame: Frame,
    agents: Vec<AgentId>,
    /// By the frame's numbers.
    versions: Vec<Option<VersionEntry>>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Insight(#[from] insight::Error),
}

impl From<LoadError> for crate::wire::ErrorView {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(error) => error.into(),
            LoadError::Insight(error) => error.into(),
        }
    }
}

impl Frames {
    pub(crate) fn forget(&self, id: ConnectionId) {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// The frame of a connection, read again if the cache has changed since. Blocks.
    pub(crate) fn load(&self, store: &Store, id: ConnectionId) -> Result<Arc<Loaded>, LoadError> {
        let generation = store.generation();
        let known = self.loaded.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some(known) = known.filter(|known| known.generation == generation) {
            return Ok(known);
        }
        let columns = store.trend_columns(id, &[], None, None)?;
        let entries = columns.agents.iter().try_fold(HashMap::new(), |mut all, agent| {
            for entry in store.versions(id, agent)? {
                all.insert(entry.version.id.clone(), entry);
            }
            Ok::<_, store::Error>(all)
        })?;
        let versions = columns.versions.iter().map(|key| entries.get(key).cloned()).collect();
        let frame = Frame::new(Columns {
            created_at_ms: columns.created_at_ms,
            positive: columns.positive,
            agent: columns.agent,
            version: columns.version,
            user: columns.user,
        })?;
        let loaded = Arc::new(Loaded { generation, frame, agents: columns.agents, versions });
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&loaded));
        Ok(loaded)
    }
}

/// Answers the window's question. Computes; no I/O.
pub(crate) fn trends(
    loaded: &Loaded,
    request: &GetTrends,
    now_ms: i64,
    utc_offset_ms: &dyn Fn(i64) -> i64,
) -> Result<TrendsView, insight::Error> {
    let chosen: Option<Vec<u32>> = (!request.agents.is_empty()).then(|| {
        (0_u32..)
            .zip(&loaded.agents)
            .filter(|(_, agent)| request.agents.iter().any(|name| name == agent.as_str()))
            .map(|(number, _)| number)
            .collect()
    });
    let query = TrendQuery {
        agents: chosen.as_deref(),
        from_ms: request.from_ms,
        to_ms: request.to_ms,
        bucket: match request.bucket {
            BucketView::Day => Bucket::Day,
            BucketView::Week => Bucket::Week,
            BucketView::Month => Bucket::Month,
        },
        one_vote_per_user: request.one_vote_per_user,
        now_ms,
        utc_offset_ms,
    };
    let points = insight::trend(&loaded.frame, &query)?;
    let total = insight::total(&loaded.frame, &query)?;
    let versions = version_rates(loaded, &query)?;
    let (headline, basis) = told(&total, request);
    Ok(TrendsView {
        headline,
        basis,
        points: points.iter().map(point_view).collect(),
        positive: total.positive,
        negative: total.negative,
        rate: total.rate.map(rate_view),
        marks: marks(&versions, &query),
        versions,
        agents: agent_rates(loaded, &query)?,
        first_ms: loaded.frame.span_ms().map(|(first, _)| first),
    })
}

/// What can be said of the range as a whole. Comparing versions is left to the table: which change matters is
/// for the reader to ask.
fn told(total: &insight::Totals, request: &GetTrends) -> (String, String) {
    let votes = total.positive + total.negative;
    let days = (request.to_ms - request.from_ms + 86_399_999) / 86_400_000;
    let who = match request.agents.as_slice() {
        [] => "All agents".to_owned(),
        [one] => one.clone(),
        many => format!("{} agents", many.len()),
    };
    let counted = if request.one_vote_per_user { " One vote per user." } else { "" };
    match total.rate {
        None => (
            "No votes in this range.".to_owned(),
            format!("{who}, {days} days. Without votes there is no rate.{counted}"),
        ),
        Some(rate) => (
            format!("{} satisfied (n\u{a0}=\u{a0}{}).", percent(rate.value), grouped(votes)),
            format!(
                "{who}, {days} days. The rate lies between {} and {} (95 %).{counted}",
                percent(rate.low),
                percent(rate.high)
            ),
        ),
    }
}

fn version_rates(
    loaded: &Loaded,
    query: &TrendQuery<'_>,
) -> Result<Vec<VersionRateView>, insight::Error> {
    let rates = insight::by_version(&loaded.frame, query)?;
    let mut views: Vec<VersionRateView> = rates
        .into_iter()
        .filter_map(|rate| {
            let entry = loaded.versions.get(rate.version? as usize)?.as_ref()?;
            let deployed = entry.deployed_at_ms();
            Some(VersionRateView {
                version: entry.version.id.to_string(),
                agent: entry.version.agent.to_string(),
                label: entry.version.label(),
                model: Some(entry.version.model.clone()).filter(|model| !model.is_empty()),
                since_ms: deployed.or(entry.first_run_at_ms),
                since_kind: if deployed.is_some() {
                    MarkKind::Deployed
                } else {
                    MarkKind::FirstSeen
                },
                positive: rate.positive,
                negative: rate.negative,
                rate: rate.rate.map(rate_view),
            })
        })
        .collect();
    views.sort_by(|a, b| b.since_ms.cmp(&a.since_ms).then_with(|| b.label.cmp(&a.label)));
    Ok(views)
}

fn agent_rates(
    loaded: &Loaded,
    query: &TrendQuery<'_>,
) -> Result<Vec<AgentRateView>, insight::Error> {
    let everyone = TrendQuery { agents: None, ..*query };
    let mut views: Vec<AgentRateView> = insight::by_agent(&loaded.frame, &everyone)?
        .into_iter()
        .filter_map(|rate| {
            Some(AgentRateView {
                agent: loaded.agents.get(rate.agent as usize)?.to_string(),
                positive: rate.positive,
                negative: rate.negative,
                rate: rate.rate.map(rate_view),
            })
        })
        .collect();
    views.sort_by(|a, b| a.agent.cmp(&b.agent));
    Ok(views)
}

fn marks(versions: &[VersionRateView], query: &TrendQuery<'_>) -> Vec<MarkView> {
    versions
        .iter()
        .filter_map(|version| {
            let at_ms = version.since_ms.filter(|at| (query.from_ms..query.to_ms).contains(at))?;
            Some(MarkView {
                at_ms,
                agent: version.agent.clone(),
                label: version.label.clone(),
                kind: version.since_kind,
            })
        })
        .collect()
}

fn point_view(point: &insight::TrendPoint) -> TrendPointView {
    TrendPointView {
        start_ms: point.start_ms,
        end_ms: point.end_ms,
        positive: point.positive,
        negative: point.negative,
        rate: point.rate.map(rate_view),
        unfinished: point.unfinished,
        few: point.few,
    }
}

fn rate_view(rate: Interval) -> RateView {
    RateView { value: rate.value, low: rate.low, high: rate.high }
}

/// `71 %`, with a no-break space.
fn percent(rate: f64) -> String {
    format!("{:.0}\u{a0}%", rate * 100.0)
}

/// `48,210`
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_200), "1,200");
        assert_eq!(grouped(48_210), "48,210");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }
}
