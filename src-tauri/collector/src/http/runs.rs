//! One run, as the original shows it: rounded numbers, nulls left out, the payload as it was given.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::App;
use super::auth::AgentScope;
use super::error::ApiError;
use crate::db::runs::{self, Run};
use crate::json::{stored, without_nulls};
use crate::token::Token;
use crate::{ids, times};

/// `GET /v1/{tenant}/agents/{agent}/runs/{run}`
pub(crate) async fn one(
    State(app): State<App>,
    scope: AgentScope,
) -> Result<Json<Value>, ApiError> {
    let run = find(&app, &scope).await?;
    let mut fields = head(&app, &scope, &run);
    let optional = |text: &Option<String>| text.as_deref().map_or(Value::Null, stored);
    fields.insert("task_input".into(), stored(&run.input));
    fields.insert("task_output".into(), stored(&run.output));
    fields.insert("tool_calls".into(), optional(&run.tool_calls));
    fields.insert("reasoning_steps".into(), optional(&run.reasoning_steps));
    fields.insert("error".into(), optional(&run.error));
    fields.insert("tool_call_requests".into(), optional(&run.tool_call_requests));
    fields.insert("conversation_id".into(), run.conversation_id.clone().into());
    fields.insert("metadata".into(), optional(&run.metadata));
    Ok(Json(Value::Object(without_nulls(fields))))
}

/// `GET …/runs/{run}/completions`: the calls to a model were made elsewhere and are not known here.
pub(crate) async fn completions(
    State(app): State<App>,
    scope: AgentScope,
) -> Result<Json<Value>, ApiError> {
    find(&app, &scope).await?;
    Ok(Json(json!({"completions": []})))
}

async fn find(app: &App, scope: &AgentScope) -> Result<Run, ApiError> {
    let invalid = || ApiError::not_found("Run did not have a valid UUID");
    let id = ids::parse_uuid(scope.param("run")).ok_or_else(invalid)?;
    let uid = scope.agent.uid;
    let run = app.db.read(move |c| Ok::<_, ApiError>(runs::find(c, uid, &id)?)).await?;
    run.ok_or_else(|| ApiError::not_found("No run by id found"))
}

/// What a run and an item of a search have in common; nulls are still in it.
pub(crate) fn head(app: &App, scope: &AgentScope, run: &Run) -> Map<String, Value> {
    let fields = json!({
        "id": run.id,
        "task_id": scope.agent.id,
        "task_schema_id": run.schema_id,
        "version": {
            "id": run.version_hash,
            "iteration": run.version_iteration,
            "properties": short_properties(&run.version_properties),
        },
        "status": if run.success { "success" } else { "failure" },
        "duration_seconds": run.duration_s.and_then(rounded_duration),
        "cost_usd": run.cost_usd.map(|cost| (cost * 1e6).round() / 1e6),
        "created_at": times::six_digits(run.created_at_ms),
        "feedback_token": token(app, scope, &run.id),
        "url": url(app, scope, &run.id),
    });
    if let Value::Object(fields) = fields { fields } else { Map::new() }
}

/// The token with which feedback is given on a run.
pub(crate) fn token(app: &App, scope: &AgentScope, run_id: &str) -> String {
    app.signer.sign(&Token {
        tenant_uid: scope.caller.key.tenant_uid,
        agent_uid: scope.agent.uid,
        run_id: run_id.to_owned(),
    })
}

/// The collector has no pages: the address of a run is that of its JSON.
pub(crate) fn url(app: &App, scope: &AgentScope, run_id: &str) -> String {
    format!("{}/v1/{}/agents/{}/runs/{run_id}", app.base_url, scope.caller.key.slug, scope.agent.id)
}

/// To a tenth of a second, and nothing at all below half of one, as the original has it.
fn rounded_duration(seconds: f64) -> Option<f64> {
    let tenths = (seconds * 10.0).round() / 10.0;
    (tenths > 0.0).then_some(tenths)
}

fn short_properties(properties: &str) -> Value {
    let properties = stored(properties);
    let short = json!({
        "model": properties.get("model"),
        "model_name": properties.get("model"),
        "temperature": properties.get("temperature").filter(|t| !t.is_null()).unwrap_or(&json!(0.0)),
    });
    short
}
