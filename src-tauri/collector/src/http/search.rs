//! `POST …/runs/search`: turns the original's field queries into conditions. Fields it does not know are a 400, operators
//! it does not know a 422.

use axum::Json;
use axum::extract::State;
use rusqlite::types::Value as Sql;
use serde_json::{Map, Value, json};

use super::App;
use super::auth::AgentScope;
use super::body::{Body, Fields, alternatives};
use super::error::ApiError;
use super::query::{at_least_zero, capped};
use super::runs::head;
use crate::db::runs::Run;
use crate::db::search::{self, Condition};
use crate::db::versions::{self, Reference};
use crate::json::{stored, without_nulls};
use crate::{preview, times};

const DEFAULT_LIMIT: u32 = 20;
const OPERATORS: [&str; 14] = [
    "is",
    "is not",
    "is empty",
    "is not empty",
    "contains",
    "does not contain",
    "greater than",
    "greater than or equal to",
    "less than",
    "less than or equal to",
    "is between",
    "is not between",
    "is before",
    "is after",
];

/// One field query that has the right form.
#[derive(Debug)]
struct Wanted {
    field: String,
    operator: &'static str,
    values: Vec<Value>,
}

/// `POST /v1/{tenant}/agents/{agent}/runs/search`
pub(crate) async fn search(
    State(app): State<App>,
    scope: AgentScope,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let mut fields = Fields::of(&body);
    let limit = fields.optional_integer("limit");
    let offset = fields.optional_integer("offset");
    let wanted = field_queries(&mut fields);
    fields.done(())?;
    let limit = capped(at_least_zero("body", "limit", limit)?, DEFAULT_LIMIT);
    let offset = at_least_zero("body", "offset", offset)?.unwrap_or(0);

    let uid = scope.agent.uid;
    let found = app.db.read(move |c| {
        let conditions =
            wanted.iter().map(|w| condition(c, uid, w)).collect::<Result<Vec<_>, _>>()?;
        Ok::<_, ApiError>(search::runs(c, uid, &conditions, limit, offset)?)
    });
    let (runs, count) = found.await?;
    let items: Vec<_> = runs.iter().map(|run| item(&app, &scope, run)).collect();
    Ok(Json(json!({"items": items, "count": count})))
}

fn item(app: &App, scope: &AgentScope, run: &Run) -> Map<String, Value> {
    let mut fields = head(app, scope, run);
    fields.insert("task_input_preview".into(), preview::input(&stored(&run.input)).into());
    fields.insert("task_output_preview".into(), preview::output(&stored(&run.output)).into());
    let error = run
        .error
        .as_deref()
        .map(stored)
        .map(|e| json!({"code": e.get("code"), "message": e.get("message")}));
    fields.insert("error".into(), error.unwrap_or_default());
    without_nulls(fields)
}

fn field_queries(fields: &mut Fields<'_>) -> Vec<Wanted> {
    let mut all = Vec::new();
    for (at, query) in fields.optional_list("field_queries").into_iter().flatten().enumerate() {
        let loc = vec![json!("body"), json!("field_queries"), json!(at)];
        let Value::Object(query) = query else {
            let message = "Input should be a valid dictionary or object to extract fields from";
            fields.also_wrong(vec![super::error::issue(
                "model_attributes_type",
                json!(loc),
                message,
                query.clone(),
                None,
            )]);
            continue;
        };
        let mut query = Fields::at(query, loc);
        let field = query.string("field_name");
        let operator = operator(&mut query);
        let values = query.optional_list("values").cloned().unwrap_or_default();
        fields.also_wrong(query.issues());
        all.push(Wanted { field, operator, values });
    }
    all
}

fn operator(query: &mut Fields<'_>) -> &'static str {
    let given = query.string("operator");
    if let Some(known) = OPERATORS.iter().find(|known| **known == given) {
        return known;
    }
    if query.optional("operator").is_some_and(Value::is_string) {
        let expected = alternatives(&OPERATORS);
        let message = format!("Input should be {expected}");
        query.wrong("operator", "enum", &message, Some(json!({"expected": expected})));
    }
    ""
}

fn condition(
    c: &rusqlite::Connection,
    agent_uid: i64,
    wanted: &Wanted,
) -> Result<Condition, ApiError> {
    match wanted.field.as_str() {
        "status" => status(wanted),
        "time" => time(wanted),
        "version" => version(c, agent_uid, wanted),
        "schema" => compared("v.schema_id", vec![], wanted),
        "price" => compared("r.cost_usd", vec![], wanted),
        "latency" => compared("r.duration_s", vec![], wanted),
        "model" => compared("json_extract(v.properties, '$.model')", vec![], wanted),
        "temperature" => compared("json_extract(v.properties, '$.temperature')", vec![], wanted),
        // Reviews are made in the original's own pages; there are none here.
        "review" => Ok(Condition { sql: "0".into(), values: vec![] }),
        path => payload(path, wanted),
    }
}

fn status(wanted: &Wanted) -> Result<Condition, ApiError> {
    let value = first(wanted)?;
    let success = match value.as_str() {
        Some("success") => true,
        Some("failure") => false,
        _ => {
            let message = format!(
                "Invalid value for {}: '{}' is not a valid StatusSearchOptions",
                wanted.operator,
                plain(value)
            );
            return Err(ApiError::bad_request(message));
        }
    };
    let sql = match wanted.operator {
        "is" => "r.success = ?",
        "is not" => "r.success <> ?",
        _ => return Err(unsupported(wanted)),
    };
    Ok(Condition { sql: sql.into(), values: vec![Sql::Integer(success.into())] })
}

fn time(wanted: &Wanted) -> Result<Condition, ApiError> {
    let ms = |value: &Value| {
        let text = plain(value);
        let invalid = || {
            ApiError::bad_request(format!(
                "Invalid value for {}: Invalid isoformat string: '{text}'",
                wanted.operator
            ))
        };
        times::parse(&text).map(Sql::Integer).ok_or_else(invalid)
    };
    let sql = match wanted.operator {
        "is before" => "r.created_at_ms < ?",
        "is after" => "r.created_at_ms > ?",
        "is between" => "r.created_at_ms BETWEEN ? AND ?",
        "is not between" => "r.created_at_ms NOT BETWEEN ? AND ?",
        _ => return Err(unsupported(wanted)),
    };
    let values = match sql.matches('?').count() {
        2 => second(wanted).and_then(|(a, b)| Ok(vec![ms(a)?, ms(b)?]))?,
        _ => vec![ms(first(wanted)?)?],
    };
    Ok(Condition { sql: sql.into(), values })
}

fn version(
    c: &rusqlite::Connection,
    agent_uid: i64,
    wanted: &Wanted,
) -> Result<Condition, ApiError> {
    let text = plain(first(wanted)?);
    let reference = Reference::parse(&text);
    let found = versions::find(c, agent_uid, &reference)?;
    let key = match (found, reference) {
        (Some(found), _) => found.key,
        (None, Reference::Semver(..)) => {
            return Err(ApiError::bad_request(format!("Version {text} not found")));
        }
        (None, Reference::Hash(_)) => -1,
    };
    let sql = match wanted.operator {
        "is" => "r.version_key = ?",
        "is not" => "r.version_key <> ?",
        _ => return Err(unsupported(wanted)),
    };
    Ok(Condition { sql: sql.into(), values: vec![Sql::Integer(key)] })
}

/// `input.x`, `output.x.y`, `metadata.x`
fn payload(path: &str, wanted: &Wanted) -> Result<Condition, ApiError> {
    let unknown = || ApiError::bad_request(format!("Unsupported field: {path}"));
    let (column, keys) = path.split_once('.').ok_or_else(unknown)?;
    let column = match column {
        "input" => "r.input",
        "output" => "r.output",
        "metadata" => "r.metadata",
        _ => return Err(unknown()),
    };
    // A metadata key may hold dots itself (`workflowai.provider`), so it is one key. SQLite cannot quote a quote.
    let keys: Vec<_> = if column == "r.metadata" { vec![keys] } else { keys.split('.').collect() };
    if keys.iter().any(|key| key.is_empty() || key.contains('"')) {
        return Err(unknown());
    }
    let json_path = keys.iter().fold(String::from("$"), |path, key| format!("{path}.\"{key}\""));
    compared(&format!("json_extract({column}, ?)"), vec![Sql::Text(json_path)], wanted)
}

/// Compares an expression with the values of a query. Texts are compared as texts, numbers as numbers.
fn compared(expression: &str, bound: Vec<Sql>, wanted: &Wanted) -> Result<Condition, ApiError> {
    let as_text = format!("CAST({expression} AS TEXT)");
    let of =
        |value: &Value| if value.is_string() { as_text.as_str() } else { expression }.to_owned();
    let one = |template: &str, value: &Value| {
        let sql = template.replace('X', &of(value));
        let mut values: Vec<_> =
            (0..sql.matches(expression).count()).flat_map(|_| bound.clone()).collect();
        values.push(bindable(value));
        Condition { sql, values }
    };
    let two = |template: &str, (low, high): (&Value, &Value)| {
        let sql = template.replace('X', &of(low));
        let values = bound.iter().cloned().chain([bindable(low), bindable(high)]).collect();
        Condition { sql, values }
    };
    let none = |template: &str| Condition {
        sql: template.replace('X', expression),
        values: bound.clone(),
    };
    Ok(match wanted.operator {
        "is" => one("X = ?", first(wanted)?),
        "is not" => one("X IS NOT ?", first(wanted)?),
        "contains" => one("instr(lower(X), lower(?)) > 0", first(wanted)?),
        "does not contain" => one("coalesce(instr(lower(X), lower(?)), 0) = 0", first(wanted)?),
        "greater than" => one("X > ?", first(wanted)?),
        "greater than or equal to" => one("X >= ?", first(wanted)?),
        "less than" => one("X < ?", first(wanted)?),
        "less than or equal to" => one("X <= ?", first(wanted)?),
        "is empty" => none("coalesce(X, '') IN ('', '[]', '{}')"),
        "is not empty" => none("coalesce(X, '') NOT IN ('', '[]', '{}')"),
        "is between" => two("X BETWEEN ? AND ?", second(wanted)?),
        "is not between" => two("X NOT BETWEEN ? AND ?", second(wanted)?),
        _ => return Err(unsupported(wanted)),
    })
}

fn first(wanted: &Wanted) -> Result<&Value, ApiError> {
    wanted.values.first().ok_or_else(|| {
        ApiError::bad_request(format!("A value is required for {}", wanted.operator))
    })
}

fn second(wanted: &Wanted) -> Result<(&Value, &Value), ApiError> {
    match wanted.values.as_slice() {
        [low, high, ..] => Ok((low, high)),
        _ => Err(ApiError::bad_request(format!("Two values are required for {}", wanted.operator))),
    }
}

fn unsupported(wanted: &Wanted) -> ApiError {
    ApiError::bad_request(format!("Unsupported operator for {}: {}", wanted.field, wanted.operator))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn bindable(value: &Value) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Bool(flag) => Sql::Integer((*flag).into()),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Sql::Integer(whole),
            None => Sql::Real(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Sql::Text(text.clone()),
        other => Sql::Text(other.to_string()),
    }
}
