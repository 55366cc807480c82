//! Demo data: four agents of an outdoor shop, their versions, 90 days of runs and what users said about them.
//! Pure values, the same for the same options: no database, no clock, no I/O here. Writing them down is the caller's.

mod calendar;
mod casting;
mod events;
mod failure;
mod goods;
mod invoice_reader;
mod last_hours;
mod people;
mod pictures;
mod refund_check;
mod release;
mod say;
mod support_chat;
#[cfg(test)]
mod tests;
mod trip_planner;
mod words;

use serde_json::Value;

use events::Events;
use release::Kind;

/// What to make. The same options give the same data, value by value.
#[derive(Debug, Clone, Copy)]
pub struct DemoOptions {
    /// Feedback that remains after overwrites, i.e. what a list of everything counts.
    pub feedback: u64,
    /// Another seed gives other people, orders and words.
    pub seed: u64,
    /// The moment the demo is made, UTC milliseconds. Nothing lies after it.
    pub now_ms: i64,
}

/// An agent with everything it was ever deployed as.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoAgent {
    /// The slug in paths, as `refund-check`.
    pub id: String,
    /// The name people read.
    pub name: String,
    /// One or two sentences.
    pub description: String,
    /// Ascending by `schema_id`.
    pub schemas: Vec<DemoSchema>,
    /// Ascending by creation.
    pub versions: Vec<DemoVersion>,
}

/// Input and output schema of an agent.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoSchema {
    /// Counts from 1 within the agent.
    pub schema_id: u32,
    /// A JSON schema, or `{"type":"object","format":"messages"}` for a chat.
    pub input_schema: Value,
    /// A JSON schema, or `{"type":"string","format":"message"}` for plain text.
    pub output_schema: Value,
}

/// A version: a model plus its prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoVersion {
    /// Grows when the instructions change.
    pub major: u32,
    /// Grows when only the model changes.
    pub minor: u32,
    /// The schema it runs on.
    pub schema_id: u32,
    /// `model`, `temperature` and one of `instructions`, `messages` or neither.
    pub properties: Value,
    /// UTC milliseconds; may lie before the 90 days of runs.
    pub created_at_ms: i64,
    /// Environment and since when, UTC milliseconds.
    pub deployed: Vec<(String, i64)>,
    /// What its author wrote about it.
    pub notes: Option<String>,
    /// Unsaved versions have no semver on the server and are in no list.
    pub saved: bool,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoStatus {
    /// It answered.
    Success,
    /// It did not: `output` is `{}` and `error` says why.
    Failure,
}

/// The thumb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoOutcome {
    /// Up.
    Positive,
    /// Down.
    Negative,
}

/// What the team decided about a feedback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoAnnotationKind {
    /// Dealt with.
    Resolved,
    /// The user is wrong.
    Incorrect,
    /// The user is right.
    Correct,
}

/// One run with everything said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoRun {
    /// A UUIDv7-like text, ordered by time.
    pub id: String,
    /// The agent's id.
    pub agent: String,
    /// Major and minor of the version that ran.
    pub version: (u32, u32),
    /// UTC milliseconds.
    pub created_at_ms: i64,
    /// How it ended.
    pub status: DemoStatus,
    /// What the agent was given.
    pub input: Value,
    /// What it answered: an object, a bare string for chats, `{}` on failure or when it only asks for tools.
    pub output: Value,
    /// `{code, message, details}` on failure.
    pub error: Option<Value>,
    /// Seconds.
    pub duration_s: f64,
    /// US dollars.
    pub cost_usd: f64,
    /// Hosted tools that ran: `[{id, name, input_preview, output_preview?, error?}]`.
    pub tool_calls: Option<Value>,
    /// Tools the client has to run: `[{id, name, input}]`.
    pub tool_call_requests: Option<Value>,
    /// `[{title?, step?}]`.
    pub reasoning_steps: Option<Value>,
    /// The app's own notes on the run.
    pub metadata: Value,
    /// False: the run is gone, only what was said about it remains.
    pub recorded: bool,
    /// Ascending by time. Of several by the same user (or by none) only the last is listed.
    pub feedback: Vec<DemoFeedback>,
}

/// One thing said about a run.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoFeedback {
    /// UTC milliseconds, after the run and not after `now_ms`.
    pub created_at_ms: i64,
    /// The thumb.
    pub outcome: DemoOutcome,
    /// Free, hostile text.
    pub comment: Option<String>,
    /// `None`: anonymous.
    pub user_id: Option<String>,
    /// Only on feedback that was not overwritten.
    pub annotation: Option<DemoAnnotation>,
}

/// A team member's decision on a feedback.
#[derive(Debug, Clone, PartialEq)]
pub struct DemoAnnotation {
    /// The decision.
    pub kind: DemoAnnotationKind,
    /// May be empty.
    pub comment: String,
}

/// The four agents with schemas and versions.
pub fn agents(o: &DemoOptions) -> Vec<DemoAgent> {
    KINDS.iter().map(|kind| release::agent(kind, o.now_ms)).collect()
}

/// The runs, oldest first. Lazy: memory stays the same for any size.
pub fn events(o: &DemoOptions) -> impl Iterator<Item = DemoRun> + use<> {
    Events::new(*o)
}

static KINDS: [&Kind; 4] =
    [&refund_check::KIND, &support_chat::KIND, &invoice_reader::KIND, &trip_planner::KIND];
