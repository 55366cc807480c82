//! Versions: the saved ones as a tree of majors and minors, one of them with its whole prompt, and new ones.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::App;
use super::auth::AgentScope;
use super::body::{Body, Fields};
use super::error::ApiError;
use super::query::Query;
use super::version_body;
use crate::db::agents;
use crate::db::versions::{self, KNOWN_PROPERTIES, NewVersion, Reference, Save, Version};
use crate::json::{stored, without_nulls};
use crate::times;

/// Of a major, in the list: what its minors have in common.
const MAJOR_FIELDS: [&str; 7] = [
    "temperature",
    "instructions",
    "messages",
    "task_variant_id",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
];

/// `GET /v1/{tenant}/agents/{agent}/versions`
pub(crate) async fn list(
    State(app): State<App>,
    scope: AgentScope,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let schema_id = query.integer("schema_id")?;
    let uid = scope.agent.uid;
    let saved =
        app.db.read(move |c| Ok::<_, ApiError>(versions::saved(c, uid, schema_id)?)).await?;
    let mut majors: Vec<Vec<Version>> = Vec::new();
    for version in saved {
        match majors.last_mut() {
            Some(minors) if major_of(&minors[0]) == major_of(&version) => minors.push(version),
            _ => majors.push(vec![version]),
        }
    }
    let items: Vec<_> =
        majors.iter().enumerate().map(|(at, minors)| major_view(minors, &majors[..at])).collect();
    Ok(Json(json!({"count": items.len(), "items": items})))
}

/// `GET /v1/{tenant}/agents/{agent}/versions/{hash or major.minor}`
pub(crate) async fn one(
    State(app): State<App>,
    scope: AgentScope,
) -> Result<Json<Value>, ApiError> {
    let reference = Reference::parse(scope.param("version"));
    let uid = scope.agent.uid;
    let found = app.db.read(move |c| {
        let Some(version) = versions::find(c, uid, &reference)? else { return Ok(None) };
        let schema = agents::find_schema(c, uid, version.schema_id)?;
        Ok::<_, ApiError>(Some((version, schema)))
    });
    let (version, schema) = found.await?.ok_or_else(|| unknown(&scope))?;
    let mut fields = summary(&version);
    fields.insert("schema_id".into(), version.schema_id.into());
    fields.insert("semver".into(), json!(version.semver));
    fields.insert("created_at".into(), created_at(&version));
    fields.insert("properties".into(), full_properties(&version));
    fields.insert(
        "input_schema".into(),
        schema.as_ref().map_or(Value::Null, |s| stored(&s.input_schema)),
    );
    fields.insert(
        "output_schema".into(),
        schema.as_ref().map_or(Value::Null, |s| stored(&s.output_schema)),
    );
    Ok(Json(Value::Object(without_nulls(fields))))
}

/// `POST /v1/{tenant}/agents/{agent}/schemas/{schema}/versions`
pub(crate) async fn create(
    State(app): State<App>,
    scope: AgentScope,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let mut fields = Fields::of(&body);
    let properties = fields.object("properties");
    let save = match fields.optional_bool("save") {
        Some(true) => Save::Yes,
        Some(false) => Save::No,
        None => Save::IfFirst,
    };
    fields.done(())?;
    version_body::check(&properties, &[json!("body"), json!("properties")])?;

    let (agent_uid, now_ms) = (scope.agent.uid, app.now_ms());
    let schema_id = scope.param("schema").parse::<u32>().ok();
    let made = app.db.write(move |tx| {
        let schema =
            schema_id.map(|id| agents::find_schema(tx, agent_uid, id)).transpose()?.flatten();
        let Some(schema) = schema else { return Ok(None) };
        let (schema_id, variant_id) = (schema.schema_id, schema.variant_id);
        let new = NewVersion { agent_uid, schema_id, variant_id, properties, save };
        Ok::<_, ApiError>(Some(versions::create(tx, &new, now_ms)?))
    });
    let version = made.await?.ok_or_else(|| {
        ApiError::version_not_found(format!(
            "Agent '{}' has no schema {}",
            scope.agent.id,
            scope.param("schema")
        ))
    })?;
    let fields = json!({
        "id": version.hash,
        "iteration": version.iteration,
        "semver": version.semver,
        "properties": version.properties,
    });
    let Value::Object(fields) = fields else { return Err(ApiError::Internal) };
    Ok(Json(Value::Object(without_nulls(fields))))
}

/// `POST /v1/{tenant}/agents/{agent}/versions/{hash}/save`: here nulls are written.
pub(crate) async fn save(
    State(app): State<App>,
    scope: AgentScope,
) -> Result<Json<Value>, ApiError> {
    let reference = Reference::parse(scope.param("version"));
    let uid = scope.agent.uid;
    let saved = app.db.write(move |tx| match versions::find(tx, uid, &reference)? {
        Some(found) if found.semver.is_none() => {
            Ok::<_, ApiError>(Some(versions::save(tx, uid, &found, Save::Yes)?))
        }
        other => Ok(other),
    });
    let version = saved.await?.ok_or_else(|| unknown(&scope))?;
    let all = KNOWN_PROPERTIES.iter().map(|name| {
        let value = version.properties.get(*name).cloned().unwrap_or_default();
        ((*name).to_owned(), value)
    });
    Ok(Json(json!({
        "id": version.hash,
        "iteration": version.iteration,
        "semver": version.semver,
        "properties": all.collect::<Map<_, _>>(),
    })))
}

fn unknown(scope: &AgentScope) -> ApiError {
    let (version, agent) = (scope.param("version"), &scope.agent.id);
    ApiError::version_not_found(format!("Agent version '{version}' not found for '{agent}'"))
}

/// What the list and the single version both say about a version; nulls are still in it.
fn summary(version: &Version) -> Map<String, Value> {
    let average = (version.run_count > 0).then(|| version.cost_usd / version.run_count as f64);
    let fields = json!({
        "id": version.hash,
        "iteration": version.iteration,
        "model": version.model(),
        "deployments": version.deployments,
        "cost_estimate_usd": average,
        "last_active_at": version.last_active_at_ms.map(times::six_digits),
        "notes": version.notes,
        "run_count": version.run_count,
    });
    if let Value::Object(fields) = fields { fields } else { Map::new() }
}

fn major_view(minors: &[Version], before: &[Vec<Version>]) -> Value {
    let first = &minors[0];
    let previous = before.iter().rev().find(|other| other[0].schema_id == first.schema_id);
    let previous = previous
        .map(|other| json!({"major": major_of(&other[0]), "changelog": changes(&other[0], first)}));
    let shared =
        MAJOR_FIELDS.iter().filter_map(|name| Some(((*name).to_owned(), property(first, name)?)));
    let fields = json!({
        "major": major_of(first),
        "schema_id": first.schema_id,
        "minors": minors.iter().map(minor_view).collect::<Vec<_>>(),
        "created_at": created_at(first),
        "properties": shared.collect::<Map<_, _>>(),
        "previous_version": previous,
    });
    if let Value::Object(fields) = fields {
        Value::Object(without_nulls(fields))
    } else {
        Value::Null
    }
}

fn minor_view(version: &Version) -> Value {
    let mut fields = summary(version);
    fields.insert("minor".into(), version.semver.map_or(Value::Null, |(_, minor)| minor.into()));
    fields.insert(
        "properties".into(),
        json!({"model": version.model(), "model_name": version.model()}),
    );
    Value::Object(without_nulls(fields))
}

/// The original has a model write this. Here it is which properties differ, and nothing more.
fn changes(before: &Version, after: &Version) -> Vec<String> {
    let differ = MAJOR_FIELDS.iter().filter(|name| property(before, name) != property(after, name));
    differ.map(|name| format!("Changed {}", name.replace('_', " "))).collect()
}

fn full_properties(version: &Version) -> Value {
    let mut all = version.properties.clone();
    all.insert("temperature".into(), property(version, "temperature").unwrap_or_default());
    all.insert("model_name".into(), version.model().into());
    Value::Object(all)
}

/// A property; a temperature that was not given is shown as 0.
fn property(version: &Version, name: &str) -> Option<Value> {
    let given = version.properties.get(name).cloned();
    if name == "temperature" { given.or(Some(json!(0.0))) } else { given }
}

fn major_of(version: &Version) -> Option<u32> {
    version.semver.map(|(major, _)| major)
}

fn created_at(version: &Version) -> Value {
    times::whole_seconds(version.created_at_ms.div_euclid(1000)).into()
}
