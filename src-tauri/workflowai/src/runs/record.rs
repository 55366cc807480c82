//! One run as it is kept: its payloads pass through as the text they came in. Building them up in memory to write
//! them down again took most of the time of a sync.

use domain::{AgentId, RunId, RunRecord, RunStatus, VersionId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{status_of, web_page};
use crate::client::Client;
use crate::error::{Error, Missing, Result};
use crate::time;
use crate::transport::{Call, parse_one};

/// As `WireRun`, with the free payloads unread.
#[derive(Deserialize)]
struct WireRecord<'a> {
    id: String,
    task_schema_id: Option<u32>,
    version: Option<WireVersion>,
    status: Option<String>,
    duration_seconds: Option<f64>,
    cost_usd: Option<f64>,
    #[serde(default, deserialize_with = "time::ms")]
    created_at: Option<i64>,
    url: Option<String>,
    #[serde(borrow)]
    task_input: Option<&'a RawValue>,
    #[serde(borrow)]
    task_output: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<WireFailure<'a>>,
    #[serde(borrow)]
    tool_calls: Option<&'a RawValue>,
    #[serde(borrow)]
    tool_call_requests: Option<&'a RawValue>,
    #[serde(borrow)]
    reasoning_steps: Option<&'a RawValue>,
    conversation_id: Option<String>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WireVersion {
    id: Option<String>,
    properties: Option<WireProperties>,
}

#[derive(Deserialize)]
struct WireProperties {
    model: Option<Value>,
}

#[derive(Deserialize, Serialize)]
struct WireFailure<'a> {
    code: Option<String>,
    message: Option<String>,
    #[serde(borrow)]
    details: Option<&'a RawValue>,
}

/// A `domain::Run` as JSON; `tests` holds the one against the other.
#[derive(Serialize)]
struct RunJson<'a> {
    id: &'a str,
    agent: &'a str,
    schema_id: Option<u32>,
    version: Option<&'a str>,
    model: Option<&'a str>,
    status: RunStatus,
    duration_s: Option<f64>,
    cost_usd: Option<f64>,
    created_at_ms: Option<i64>,
    input: Option<&'a RawValue>,
    output: Option<&'a RawValue>,
    failure: Option<&'a WireFailure<'a>>,
    tool_calls: Option<&'a RawValue>,
    tool_call_requests: Option<&'a RawValue>,
    reasoning_steps: Option<&'a RawValue>,
    conversation_id: Option<&'a str>,
    metadata: Option<&'a RawValue>,
    url: Option<&'a str>,
}

impl WireRecord<'_> {
    fn into_domain(self, agent: &AgentId) -> Result<RunRecord> {
        let (version, properties) =
            self.version.map_or((None, None), |version| (version.id, version.properties));
        let model = properties.and_then(|properties| Some(properties.model?.as_str()?.to_owned()));
        let status = status_of(self.status.as_deref(), self.error.is_some());
        let url = web_page(self.url);
        let json = serde_json::to_vec(&RunJson {
            id: &self.id,
            agent: agent.as_str(),
            schema_id: self.task_schema_id,
            version: version.as_deref(),
            model: model.as_deref(),
            status,
            duration_s: self.duration_seconds,
            cost_usd: self.cost_usd,
            created_at_ms: self.created_at,
            input: self.task_input,
            output: self.task_output,
            failure: self.error.as_ref(),
            tool_calls: self.tool_calls,
            tool_call_requests: self.tool_call_requests,
            reasoning_steps: self.reasoning_steps,
            conversation_id: self.conversation_id.as_deref(),
            metadata: self.metadata,
            url: url.as_deref(),
        })
        .map_err(|_| Error::Unexpected { request: "run" })?;
        Ok(RunRecord {
            id: RunId::new(self.id),
            agent: agent.clone(),
            version: version.map(VersionId::new),
            model,
            status,
            created_at_ms: self.created_at,
            json,
        })
    }
}

impl Client {
    /// One run, to be kept; otherwise as [`Client::run`].
    pub async fn run_record(&self, agent: &AgentId, run: &RunId) -> Result<Option<RunRecord>> {
        let Some(url) = self.run_url(agent, run)? else { return Ok(None) };
        match self.transport.bytes(Call::get("run", url)).await {
            Ok(body) => Ok(Some(record(&body, agent, run)?)),
            Err(Error::NotFound { what: Missing::Object }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn record(body: &[u8], agent: &AgentId, run: &RunId) -> Result<RunRecord> {
    match serde_json::from_slice::<WireRecord<'_>>(body) {
        // As `parse_one`, which reads everything twice: once to know what is wrong.
        Ok(wire) if wire.id.eq_ignore_ascii_case(run.as_str()) => wire.into_domain(agent),
        _ => parse_one::<WireRecord<'_>>("run", Some(run.as_str()), body)?.into_domain(agent),
    }
}

#[cfg(test)]
mod tests {
    use domain::Run;
    use serde_json::json;

    use super::*;
    use crate::runs::WireRun;

    /// The record and the run of one answer say the same.
    fn both_ways(body: &Value) -> Run {
        let (agent, body) = (AgentId::from("helpdesk"), body.to_string());
        let wire: WireRun = parse_one("run", None, body.as_bytes()).expect("a run");
        let run = wire.into_domain(&agent);
        let record = record(body.as_bytes(), &agent, &run.id).expect("a record");
        let read: Run = serde_json::from_slice(&record.json).expect("a run's JSON");
        assert_eq!(read, run);
        // The order of fields, which equality does not see.
        assert_eq!(read.input.to_string(), run.input.to_string());
        assert_eq!(
            RunRecord { json: Vec::new(), ..record.clone() },
            RunRecord { json: Vec::new(), ..RunRecord::of(&run).expect("a record") }
        );
        run
    }

    #[test]
    fn a_record_is_the_run_it_was_made_of() {
        let run = both_ways(&json!({
            "id": "r", "task_id": "helpdesk", "task_schema_id": 2, "feedback_token": "a.b",
            "version": {"id": "v", "iteration": 3, "properties": {"model": "gpt-4o", "temperature": 0.3}},
            "status": "failure", "duration_seconds": 2.6, "cost_usd": 0.002,
            "created_at": "2026-11-04T09:52:12.334000Z", "url": "https://w.example/r",
            "task_input": {"z": 1, "a": [null, "\u{1f44d}", {"b": 1e3}]}, "task_output": "text",
            "error": {"code": "bad", "message": "m", "details": {"k": null}, "more": 1},
            "tool_calls": [{"id": "1"}], "tool_call_requests": [], "reasoning_steps": [{"title": "t"}],
            "conversation_id": "c", "metadata": {"m": "n"}, "unknown": {"x": []}
        }));
        assert_eq!((run.model.as_deref(), run.status), (Some("gpt-4o"), RunStatus::Failure));
        assert!(run.failure.is_some() && run.metadata.is_some() && run.url.is_some());
    }

    #[test]
    fn a_record_takes_what_the_server_left_out_and_what_it_should_not_have_sent() {
        both_ways(&json!({"id": "r"}));
        both_ways(
            &json!({"id": "r", "task_input": null, "error": null, "metadata": null, "created_at": 7,
            "version": {"properties": {"model": 5}}, "url": "javascript:alert(1)"}),
        );
        both_ways(&json!({"id": "r", "version": {"id": "v"}, "error": {}}));
    }

    #[test]
    fn another_run_than_the_one_asked_for_is_none() {
        let of = |body: Value| record(body.to_string().as_bytes(), &"a".into(), &"r-1".into());
        assert_eq!(of(json!({"id": "R-1"})).map(|record| record.id), Ok("R-1".into()));
        let unusable = Error::Unusable { request: "run" };
        assert_eq!(of(json!({"id": "r-2"})), Err(unusable.clone()));
        assert_eq!(of(json!({"id": "r-1", "task_schema_id": "one"})), Err(unusable));
        assert_eq!(of(json!({"items": []})), Err(Error::Unexpected { request: "run" }));
    }

    #[test]
    fn the_token_of_a_run_is_not_kept() {
        let body = json!({"id": "r", "feedback_token": "secret.token"}).to_string();
        let record = record(body.as_bytes(), &"a".into(), &"r".into()).expect("a record");
        assert!(!String::from_utf8_lossy(&record.json).contains("secret"));
    }
}
