//! `POST /v1/{tenant}/agents/{agent}/runs`: keeps a run that was made elsewhere and gives its feedback token back. The
//! original has no such path: it makes the runs itself.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use rusqlite::Transaction;
use serde_json::{Map, Value, json};

use super::App;
use super::auth::AgentScope;
use super::body::{Body, Fields};
use super::error::ApiError;
use super::{runs as run_view, version_body};
use crate::db::agents::{self, Schema};
use crate::db::runs::{self, NewRun, Payload};
use crate::db::versions::{self, Activity, NewVersion, Reference, Save, Version};
use crate::{ids, times};

/// Which version ran.
#[derive(Debug)]
enum Ran {
    Known(Reference),
    Properties(Map<String, Value>),
}

/// A run as it was sent, its version not looked up yet.
#[derive(Debug)]
struct Sent {
    id: String,
    ran: Ran,
    schema_id: Option<i64>,
    success: bool,
    created_at_ms: i64,
    duration_s: Option<f64>,
    cost_usd: Option<f64>,
    conversation_id: Option<String>,
    payload: Payload,
}

/// Records a run. The same id again changes nothing and answers the same, so that a caller may retry.
pub(crate) async fn record(
    State(app): State<App>,
    scope: AgentScope,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let now_ms = app.now_ms();
    let sent = sent(&body, now_ms)?;
    let (agent_uid, id) = (scope.agent.uid, sent.id.clone());
    app.db
        .write(move |tx| {
            if runs::exists(tx, agent_uid, &sent.id)? {
                Ok(())
            } else {
                keep(tx, agent_uid, sent, now_ms)
            }
        })
        .await?;
    let (token, url) = (run_view::token(&app, &scope, &id), run_view::url(&app, &scope, &id));
    let wanted = id.clone();
    let kept = app.db.read(move |c| Ok::<_, ApiError>(runs::find(c, agent_uid, &wanted)?)).await?;
    let kept = kept.ok_or(ApiError::Internal)?;
    Ok(Json(json!({
        "id": id,
        "feedback_token": token,
        "version": {"id": kept.version_hash},
        "created_at": times::six_digits(kept.created_at_ms),
        "url": url,
    })))
}

fn sent(body: &Body, now_ms: i64) -> Result<Sent, ApiError> {
    let mut fields = Fields::of(body);
    let sent = Sent {
        id: id(&mut fields).unwrap_or_else(|| ids::new_uuid(now_ms)),
        ran: ran(&mut fields),
        schema_id: fields.optional_integer("schema_id"),
        success: success(&mut fields),
        created_at_ms: created_at(&mut fields).unwrap_or(now_ms),
        duration_s: fields.optional_amount("duration_seconds"),
        cost_usd: fields.optional_amount("cost_usd"),
        conversation_id: fields.optional_string("conversation_id"),
        payload: payload(&mut fields),
    };
    let sent = fields.done(sent)?;
    if let Ran::Properties(properties) = &sent.ran {
        version_body::check(properties, &[json!("body"), json!("version")])?;
    }
    Ok(sent)
}

fn id(fields: &mut Fields<'_>) -> Option<String> {
    let given = fields.optional_string("id")?;
    let id = ids::parse_uuid(&given);
    if id.is_none() {
        fields.wrong("id", "uuid_parsing", "Input should be a valid UUID", None);
    }
    id
}

/// A hash, a `major.minor`, or the properties themselves, bare or under `properties`.
fn ran(fields: &mut Fields<'_>) -> Ran {
    match fields.optional("version") {
        Some(Value::String(text)) => Ran::Known(Reference::parse(text)),
        Some(Value::Object(version)) => match version.get("properties") {
            Some(Value::Object(properties)) => Ran::Properties(properties.clone()),
            _ => Ran::Properties(version.clone()),
        },
        Some(_) => {
            fields.wrong(
                "version",
                "version_type",
                "Input should be a hash, 'major.minor' or an object of properties",
                None,
            );
            Ran::Properties(Map::new())
        }
        None => {
            fields.wrong("version", "missing", "Field required", None);
            Ran::Properties(Map::new())
        }
    }
}

fn success(fields: &mut Fields<'_>) -> bool {
    match fields.optional("status") {
        None => fields.optional("error").is_none(),
        Some(_) => fields.one_of("status", &["success", "failure"]) == "success",
    }
}

fn created_at(fields: &mut Fields<'_>) -> Option<i64> {
    let text = fields.optional_string("created_at")?;
    let ms = times::parse(&text);
    if ms.is_none() {
        fields.wrong(
            "created_at",
            "datetime_parsing",
            "Input should be an ISO 8601 time since 1970",
            None,
        );
    }
    ms
}

fn payload(fields: &mut Fields<'_>) -> Payload {
    let mut list = |name| fields.optional_list(name).map(|items| Value::Array(items.clone()));
    let tool_calls = list("tool_calls");
    let tool_call_requests = list("tool_call_requests");
    let reasoning_steps = list("reasoning_steps");
    let output = fields.optional("task_output").cloned().unwrap_or_else(|| json!({}));
    if !output.is_object() && !output.is_string() {
        fields.wrong("task_output", "output_type", "Input should be an object or a text", None);
    }
    Payload {
        input: Value::Object(fields.object("task_input")),
        output,
        metadata: fields.optional_object("metadata").map(Value::Object),
        error: fields.optional_object("error").map(Value::Object),
        tool_calls,
        tool_call_requests,
        reasoning_steps,
    }
}

fn keep(tx: &Transaction<'_>, agent_uid: i64, sent: Sent, now_ms: i64) -> Result<(), ApiError> {
    let version = version(tx, agent_uid, &sent, now_ms)?;
    let run = NewRun {
        id: sent.id,
        agent_uid,
        version_key: version.key,
        success: sent.success,
        created_at_ms: sent.created_at_ms,
        duration_s: sent.duration_s,
        cost_usd: sent.cost_usd,
        conversation_id: sent.conversation_id.unwrap_or_else(|| ids::new_uuid(now_ms)),
        payload: sent.payload,
    };
    runs::insert(tx, &run)?;
    let cost_usd = run.cost_usd.unwrap_or(0.0);
    let activity = Activity { runs: 1, cost_usd, last_at_ms: run.created_at_ms };
    versions::add_activity(tx, version.key, activity)?;
    Ok(())
}

/// Properties make a version, which is saved: there is nobody else here who would save it, and unsaved ones are in no list.
fn version(
    tx: &Transaction<'_>,
    agent_uid: i64,
    sent: &Sent,
    now_ms: i64,
) -> Result<Version, ApiError> {
    match &sent.ran {
        Ran::Known(reference) => versions::find(tx, agent_uid, reference)?.ok_or_else(|| {
            ApiError::version_not_found(
                "The version that ran is not known here; record its properties instead",
            )
        }),
        Ran::Properties(properties) => {
            let Schema { schema_id, variant_id, .. } = schema(tx, agent_uid, sent.schema_id)?;
            let properties = properties.clone();
            let new = NewVersion { agent_uid, schema_id, variant_id, properties, save: Save::Yes };
            Ok(versions::create(tx, &new, now_ms)?)
        }
    }
}

/// The schema that was named, or the agent's latest.
fn schema(tx: &Transaction<'_>, agent_uid: i64, wanted: Option<i64>) -> Result<Schema, ApiError> {
    let mut all = agents::schemas(tx, agent_uid)?;
    let found = match wanted {
        Some(id) => all.into_iter().find(|schema| i64::from(schema.schema_id) == id),
        None => all.pop(),
    };
    found.ok_or_else(|| {
        ApiError::domain(StatusCode::NOT_FOUND, "object_not_found", "The agent has no such schema")
    })
}
