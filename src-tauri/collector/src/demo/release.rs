//! What an agent of the demo is made of, and when which of its versions served.
//! The agents themselves are in the files named after them.

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::calendar::{DAY_MS, HOUR_MS, MINUTE_MS};
use super::people::Person;
use super::words::{Texts, Vars};
use super::{DemoAgent, DemoSchema, DemoVersion};

/// One agent: its releases and how to play a run of it.
pub(super) struct Kind {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    /// Share of the traffic.
    pub(super) weight: u32,
    /// Oldest first.
    pub(super) releases: &'static [Release],
    pub(super) schemas: fn() -> Vec<DemoSchema>,
    /// Model and prompt of a release.
    pub(super) properties: fn(&Release) -> Value,
    /// What users say about it, `theme lang neg|pos`.
    pub(super) comments: fn() -> &'static Texts,
    pub(super) scene: fn(&Cast<'_>, &mut StdRng) -> Scene,
    /// An unsaved version that some apps still run on, with the prompt in their own code.
    pub(super) stray: Option<&'static Release>,
}

/// One version and its life.
#[derive(Debug)]
pub(super) struct Release {
    pub(super) major: u32,
    pub(super) minor: u32,
    pub(super) schema_id: u32,
    pub(super) model: &'static str,
    pub(super) temperature: f64,
    /// Days before now when it went to production.
    pub(super) days_ago: u32,
    /// Satisfaction it earns, 0 to 1.
    pub(super) rate: f64,
    /// What goes wrong with it, by weight.
    pub(super) faults: &'static [(&'static str, u32)],
    pub(super) notes: Option<&'static str>,
    pub(super) saved: bool,
}

/// Who asks what, when, and what is to go wrong.
pub(super) struct Cast<'a> {
    pub(super) person: &'a Person,
    pub(super) at_ms: i64,
    pub(super) release: &'a Release,
    pub(super) fault: Option<&'static str>,
    /// Nobody will say anything about this run.
    pub(super) silent: bool,
}

/// A run as the agent sees it, with the values that comments may speak of.
#[derive(Debug, Default)]
pub(super) struct Scene {
    pub(super) input: Value,
    pub(super) output: Value,
    pub(super) vars: Vars,
    /// What really went wrong; may be milder than what was asked for.
    pub(super) fault: Option<&'static str>,
    pub(super) tool_calls: Option<Value>,
    pub(super) tool_call_requests: Option<Value>,
    pub(super) reasoning_steps: Option<Value>,
}

/// The moments an agent's releases took over.
#[derive(Debug, Clone)]
pub(super) struct Timeline {
    deployed_ms: Vec<i64>,
}

impl Timeline {
    pub(super) fn new(kind: &Kind, now_ms: i64) -> Self {
        let deployed_ms =
            kind.releases.iter().map(|release| deployed_at(release, now_ms)).collect();
        Self { deployed_ms }
    }

    /// The release that serves a run: the newest, or for two days now and then still the one before.
    pub(super) fn serving<'k>(&self, kind: &'k Kind, at_ms: i64, rng: &mut StdRng) -> &'k Release {
        if let Some(stray) = kind.stray
            && rng.random_bool(0.05)
        {
            return stray;
        }
        let newest = self.deployed_ms.partition_point(|ms| *ms <= at_ms).max(1) - 1;
        let fresh = at_ms - self.deployed_ms[newest] < 2 * DAY_MS;
        let lagging = fresh && newest > 0 && rng.random_bool(0.08);
        &kind.releases[newest - usize::from(lagging)]
    }
}

/// Production deployments happen on working mornings: the hour comes from the version's numbers.
fn deployed_at(release: &Release, now_ms: i64) -> i64 {
    let wanted = now_ms - i64::from(release.days_ago) * DAY_MS;
    let hour = 8 + i64::from(release.major * 3 + release.minor * 5) % 7;
    let minute = i64::from(release.major * 17 + release.minor * 29) % 60;
    let at = wanted.div_euclid(DAY_MS) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS;
    if at > now_ms - HOUR_MS { at - DAY_MS } else { at }
}

/// The agent as the server knows it.
pub(super) fn agent(kind: &Kind, now_ms: i64) -> DemoAgent {
    let timeline = Timeline::new(kind, now_ms);
    let last = kind.releases.len() - 1;
    let stray =
        kind.stray.map(|release| version(kind, release, deployed_at(release, now_ms), last));
    let saved = kind
        .releases
        .iter()
        .zip(&timeline.deployed_ms)
        .enumerate()
        .map(|(at, (release, deployed_ms))| version(kind, release, *deployed_ms, last - at));
    let versions = stray.into_iter().chain(saved).collect();
    DemoAgent {
        id: kind.id.to_owned(),
        name: kind.name.to_owned(),
        description: kind.description.to_owned(),
        schemas: (kind.schemas)(),
        versions,
    }
}

/// `newer`: how many releases came after it. A server keeps one version per environment and schema.
fn version(kind: &Kind, release: &Release, deployed_ms: i64, newer: usize) -> DemoVersion {
    let lead_ms = 3 * HOUR_MS + i64::from(release.major * 7 + release.minor) % 20 * HOUR_MS;
    let created_at_ms = deployed_ms - lead_ms;
    let deployed = match newer {
        _ if !release.saved => Vec::new(),
        0 => vec![
            ("production".to_owned(), deployed_ms),
            ("staging".to_owned(), created_at_ms + 25 * MINUTE_MS),
        ],
        1 => vec![("dev".to_owned(), created_at_ms + 4 * MINUTE_MS)],
        _ => Vec::new(),
    };
    DemoVersion {
        major: release.major,
        minor: release.minor,
        schema_id: release.schema_id,
        properties: (kind.properties)(release),
        created_at_ms,
        deployed,
        notes: release.notes.map(str::to_owned),
        saved: release.saved,
    }
}

/// The lines of a prompt file that hold for a major: each line opens with `from-to|`, either end may be missing.
pub(super) fn prompt(source: &str, major: u32) -> String {
    let mut out = String::new();
    for line in source.lines() {
        let Some((span, text)) = line.split_once('|') else { continue };
        let Some((from, to)) = span.trim().split_once('-') else { continue };
        let from = from.trim().parse().unwrap_or(0);
        let to = to.trim().parse().unwrap_or(u32::MAX);
        if (from..=to).contains(&major) {
            out.push_str(text.strip_prefix(' ').unwrap_or(text));
            out.push('\n');
        }
    }
    out.trim_end().to_owned()
}

/// `model` and `temperature`, to which each agent adds its prompt.
pub(super) fn model(release: &Release) -> Value {
    json!({"model": release.model, "temperature": release.temperature})
}
