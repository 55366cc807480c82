//! Agents, their schemas, and the tenant they belong to.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::App;
use super::auth::{Caller, key_of, path_params};
use super::body::{Body, Fields};
use super::error::ApiError;
use crate::db::agents::{self, Agent, Registration, Schema};
use crate::db::tenants::{self, Tenant};
use crate::{ids, times};

/// `POST /v1/{tenant}/agents`: what the SDKs do before the first run. The same schema again is the same number.
pub(crate) async fn register(
    State(app): State<App>,
    caller: Caller,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let mut fields = Fields::of(&body);
    let wanted = Registration {
        id: fields.string("id"),
        name: fields.optional_string("name"),
        description: fields.optional_string("description"),
        input_schema: Value::Object(fields.object("input_schema")),
        output_schema: Value::Object(fields.object("output_schema")),
        schema_id: None,
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !wanted.id.chars().all(allowed)
        || wanted.id.len() > 200
        || (wanted.id.is_empty() && body.0.contains_key("id"))
    {
        fields.wrong(
            "id",
            "string_pattern_mismatch",
            "An agent id is 1 to 200 letters, digits, '-', '_' or '.'",
            None,
        );
    }
    fields.done(())?;

    let (tenant_uid, now_ms, id) = (caller.key.tenant_uid, app.now_ms(), wanted.id.clone());
    let made = app
        .db
        .write(move |tx| Ok::<_, ApiError>(agents::register(tx, tenant_uid, &wanted, now_ms)?));
    let (uid, schema) = made.await?;
    Ok(Json(json!({
        "id": id,
        "schema_id": schema.schema_id,
        "variant_id": schema.variant_id,
        "uid": uid,
        "tenant_uid": tenant_uid,
    })))
}

/// `GET /{tenant}/agents`: all of them, whatever `limit` says.
pub(crate) async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Value>, ApiError> {
    let tenant_uid = caller.key.tenant_uid;
    let found = app.db.read(move |c| {
        let agents = agents::list(c, tenant_uid)?;
        let views = agents.iter().map(|agent| Ok(view(agent, &agents::schemas(c, agent.uid)?)));
        Ok::<_, ApiError>(views.collect::<rusqlite::Result<Vec<_>>>()?)
    });
    Ok(Json(json!({"items": found.await?, "count": null})))
}

/// `GET /{tenant}/agents/{agent}`
pub(crate) async fn one(State(app): State<App>, caller: Caller) -> Result<Json<Value>, ApiError> {
    let (tenant_uid, id) = (caller.key.tenant_uid, caller.param("agent").to_owned());
    let message = format!("The agent id '{id}' was not found");
    let found = app.db.read(move |c| {
        let agent = agents::find(c, tenant_uid, &id)?;
        Ok::<_, ApiError>(
            agent
                .map(|agent| {
                    Ok::<_, rusqlite::Error>(view(&agent, &agents::schemas(c, agent.uid)?))
                })
                .transpose()?,
        )
    });
    let unknown = || ApiError::domain(StatusCode::NOT_FOUND, "agent_not_found", message);
    found.await?.map(Json).ok_or_else(unknown)
}

/// `GET /organizations/{slug}`: open to all, and with `_` and a key a cheap way to check the key.
pub(crate) async fn organization(
    State(app): State<App>,
    request: Request,
) -> Result<Json<Value>, ApiError> {
    let (mut parts, _) = request.into_parts();
    let params = path_params(&mut parts, &app).await?;
    let wanted = params
        .into_iter()
        .find(|(name, _)| name == "tenant")
        .map(|(_, slug)| slug)
        .unwrap_or_default();
    let key = key_of(&parts.headers, &app.db).await?;
    let slug = match key {
        Some(key) if wanted == "_" => key.slug,
        _ => wanted,
    };
    let found = app.db.read(move |c| Ok::<_, ApiError>(tenants::by_slug(c, &slug)?)).await?;
    let tenant = found.ok_or_else(|| ApiError::detail(StatusCode::NOT_FOUND, "Not found"))?;
    let internal = Tenant::internal_id(tenant.uid);
    Ok(Json(json!({
        "uid": tenant.uid,
        "tenant": internal,
        "slug": tenant.slug,
        "name": tenant.name,
        "org_id": null,
        "owner_id": null,
        "is_anonymous": false,
    })))
}

fn view(agent: &Agent, schemas: &[Schema]) -> Value {
    json!({
        "id": agent.id,
        "name": agent.name,
        "description": agent.description,
        "is_public": false,
        "tenant": "",
        "average_cost_usd": null,
        "run_count": null,
        "versions": schemas.iter().map(schema_view).collect::<Vec<_>>(),
        "uid": agent.uid,
    })
}

fn schema_view(schema: &Schema) -> Value {
    let version_of = |text: &str| ids::content_hash(&crate::json::stored(text));
    json!({
        "schema_id": schema.schema_id,
        "variant_id": schema.variant_id,
        "description": null,
        "input_schema_version": version_of(&schema.input_schema),
        "input_schema": null,
        "output_schema_version": version_of(&schema.output_schema),
        "output_schema": null,
        "created_at": times::six_digits(schema.created_at_ms),
        "is_hidden": false,
        "last_active_at": schema.last_active_at_ms.map(times::six_digits),
    })
}
