//! Writes demo data into a fresh database, in any size with the same memory. What the data is, `demo` says.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::db::agents::{self, Registration, Schema};
use crate::db::feedback::{self, NewAnnotation, NewFeedback};
use crate::db::runs::{self, NewRun, Payload};
use crate::db::versions::{self, Activity, NewVersion, Save};
use crate::db::{self, meta, tenants};
use crate::demo::{
    self, DemoAgent, DemoAnnotationKind, DemoFeedback, DemoOptions, DemoOutcome, DemoRun,
    DemoStatus, DemoVersion,
};
use crate::error::Error;
use crate::times;

/// Rows between two commits.
const CHUNK: usize = 20_000;

/// Makes the folder's database. It is written under another name first: a load that was cut short leaves nothing that
/// looks like a demo, and needs no journal.
pub(crate) fn fill(data_dir: &Path, tenant: &str, options: &DemoOptions) -> Result<(), Error> {
    db::make_dir(data_dir)?;
    let unfinished = data_dir.join("demo-unfinished.db");
    let on_disk = |source| Error::DataDir { path: unfinished.clone(), source };
    if unfinished.exists() {
        std::fs::remove_file(&unfinished).map_err(on_disk)?;
    }
    let connection = db::open_for_bulk_load(&unfinished)?;
    Loader::new(&connection, tenant, options)?.load(options)?;
    connection.close().map_err(|(_, error)| error)?;
    std::fs::File::open(&unfinished).and_then(|file| file.sync_all()).map_err(on_disk)?;
    std::fs::rename(&unfinished, db::file(data_dir)).map_err(on_disk)
}

/// Major and minor.
type Number = (u32, u32);

/// A version of the demo, as the database knows it.
#[derive(Debug, Clone, Copy)]
struct Known {
    agent_uid: i64,
    key: i64,
}

/// Feedback that waits for its moment: it comes after its run, among other runs.
#[derive(Debug)]
struct Waiting {
    at_ms: i64,
    order: u64,
    agent_uid: i64,
    run_id: String,
    feedback: DemoFeedback,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        (self.at_ms, self.order) == (other.at_ms, other.order)
    }
}
impl Eq for Waiting {}
impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at_ms, self.order).cmp(&(other.at_ms, other.order))
    }
}

struct Loader<'a> {
    connection: &'a Connection,
    versions: HashMap<(String, Number), Known>,
    activity: BTreeMap<i64, Activity>,
    waiting: BinaryHeap<Reverse<Waiting>>,
    written: usize,
    order: u64,
}

impl<'a> Loader<'a> {
    fn new(connection: &'a Connection, tenant: &str, options: &DemoOptions) -> Result<Self, Error> {
        // From the seed, so that the same demo has the same ids.
        let digest = Sha256::digest(options.seed.to_be_bytes());
        meta::set_instance(connection, [digest[0], digest[1], digest[2], digest[3], digest[4]])?;
        meta::ensure(connection)?;
        let how = json!({"tenant": tenant, "feedback": options.feedback, "seed": options.seed, "now_ms": options.now_ms});
        meta::set_demo(connection, &how.to_string())?;

        let agents = demo::agents(options);
        let oldest = agents.iter().flat_map(|a| &a.versions).map(|v| v.created_at_ms).min();
        let tenant_uid = tenants::ensure(connection, tenant, oldest.unwrap_or(options.now_ms))?;
        let mut versions = HashMap::new();
        for agent in &agents {
            for (version, known) in add_agent(connection, tenant_uid, agent)? {
                versions.insert((agent.id.clone(), version), known);
            }
        }
        let (activity, waiting) = (BTreeMap::new(), BinaryHeap::new());
        Ok(Self { connection, versions, activity, waiting, written: 0, order: 0 })
    }

    fn load(mut self, options: &DemoOptions) -> Result<(), Error> {
        self.connection.execute_batch("BEGIN")?;
        for run in demo::events(options) {
            self.release(run.created_at_ms)?;
            self.add(run)?;
        }
        self.release(i64::MAX)?;
        for (key, activity) in &self.activity {
            versions::add_activity(self.connection, *key, *activity)?;
        }
        self.connection.execute_batch("COMMIT; ANALYZE;")?;
        Ok(())
    }

    fn add(&mut self, run: DemoRun) -> Result<(), Error> {
        // A run of a version that does not exist would be a fault of the generator; its tests look for it.
        let Some(known) = self.versions.get(&(run.agent.clone(), run.version)).copied() else {
            return Ok(());
        };
        for feedback in &run.feedback {
            self.order += 1;
            self.waiting.push(Reverse(Waiting {
                at_ms: feedback.created_at_ms,
                order: self.order,
                agent_uid: known.agent_uid,
                run_id: run.id.clone(),
                feedback: feedback.clone(),
            }));
        }
        if run.recorded {
            let activity = self.activity.entry(known.key).or_default();
            activity.runs += 1;
            activity.cost_usd += run.cost_usd;
            activity.last_at_ms = activity.last_at_ms.max(run.created_at_ms);
            runs::insert(self.connection, &new_run(run, known))?;
            self.count_row()?;
        }
        Ok(())
    }

    /// Writes the feedback that was given before `ms`. Runs come in order and feedback after its run, so nothing older
    /// can come any more.
    fn release(&mut self, ms: i64) -> Result<(), Error> {
        while self.waiting.peek().is_some_and(|Reverse(next)| next.at_ms < ms) {
            let Some(Reverse(next)) = self.waiting.pop() else { break };
            let new = NewFeedback {
                agent_uid: next.agent_uid,
                run_id: next.run_id,
                user_id: next.feedback.user_id.unwrap_or_default(),
                positive: next.feedback.outcome == DemoOutcome::Positive,
                comment: next.feedback.comment,
            };
            let id = feedback::put(self.connection, &new, next.at_ms)?;
            if let Some(annotation) = next.feedback.annotation {
                let annotation = NewAnnotation {
                    annotation: word(annotation.kind).into(),
                    comment: annotation.comment,
                    key_id: None,
                };
                feedback::annotate(self.connection, new.agent_uid, id, &annotation, next.at_ms)?;
            }
            self.count_row()?;
        }
        Ok(())
    }

    fn count_row(&mut self) -> Result<(), Error> {
        self.written += 1;
        if self.written.is_multiple_of(CHUNK) {
            self.connection.execute_batch("COMMIT; BEGIN")?;
        }
        Ok(())
    }
}

fn add_agent(
    c: &Connection,
    tenant_uid: i64,
    agent: &DemoAgent,
) -> Result<Vec<(Number, Known)>, Error> {
    let mut schemas: BTreeMap<u32, Schema> = BTreeMap::new();
    let mut agent_uid = 0;
    for schema in &agent.schemas {
        let since = agent
            .versions
            .iter()
            .filter(|v| v.schema_id == schema.schema_id)
            .map(|v| v.created_at_ms)
            .min();
        let wanted = Registration {
            id: agent.id.clone(),
            name: Some(agent.name.clone()),
            description: Some(agent.description.clone()),
            input_schema: schema.input_schema.clone(),
            output_schema: schema.output_schema.clone(),
            schema_id: Some(schema.schema_id),
        };
        let (uid, made) = agents::register(c, tenant_uid, &wanted, since.unwrap_or(0))?;
        agent_uid = uid;
        schemas.insert(schema.schema_id, made);
    }
    let known = agent.versions.iter().filter_map(|version| {
        let schema = schemas.get(&version.schema_id)?;
        Some(
            add_version(c, agent_uid, schema, version)
                .map(|known| ((version.major, version.minor), known)),
        )
    });
    known.collect()
}

fn add_version(
    c: &Connection,
    agent_uid: i64,
    schema: &Schema,
    version: &DemoVersion,
) -> Result<Known, Error> {
    let new = NewVersion {
        agent_uid,
        schema_id: schema.schema_id,
        variant_id: schema.variant_id.clone(),
        properties: version.properties.as_object().cloned().unwrap_or_default(),
        save: if version.saved { Save::As(version.major, version.minor) } else { Save::No },
    };
    let made = versions::create(c, &new, version.created_at_ms)?;
    let deployments: Vec<Value> = version
        .deployed
        .iter()
        .map(|(environment, at_ms)| json!({"environment": environment, "deployed_at": times::six_digits(*at_ms)}))
        .collect();
    let deployments = (!deployments.is_empty()).then_some(Value::Array(deployments));
    versions::describe(c, made.key, version.notes.as_deref(), deployments.as_ref())?;
    Ok(Known { agent_uid, key: made.key })
}

fn new_run(run: DemoRun, known: Known) -> NewRun {
    let conversation_id = run.id.clone();
    NewRun {
        id: run.id,
        agent_uid: known.agent_uid,
        version_key: known.key,
        success: run.status == DemoStatus::Success,
        created_at_ms: run.created_at_ms,
        duration_s: Some(run.duration_s),
        cost_usd: Some(run.cost_usd),
        conversation_id,
        payload: Payload {
            input: run.input,
            output: run.output,
            metadata: Some(run.metadata),
            error: run.error,
            tool_calls: run.tool_calls,
            tool_call_requests: run.tool_call_requests,
            reasoning_steps: run.reasoning_steps,
        },
    }
}

fn word(kind: DemoAnnotationKind) -> &'static str {
    match kind {
        DemoAnnotationKind::Resolved => "resolved",
        DemoAnnotationKind::Incorrect => "incorrect",
        DemoAnnotationKind::Correct => "correct",
    }
}
