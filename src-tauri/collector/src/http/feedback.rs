//! Feedback: posted with a token and no key by whoever was served, read and annotated with a key by the team.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::App;
use super::auth::{AgentScope, UserScope};
use super::body::{Body, Fields};
use super::error::ApiError;
use super::query::Query;
use crate::db::feedback::{self, Feedback, NewAnnotation, NewFeedback};
use crate::db::runs;
use crate::json::without_nulls;
use crate::token::Token;
use crate::{ids, times};

const DEFAULT_LIMIT: u32 = 30;
const OUTCOMES: [&str; 2] = ["positive", "negative"];
const ANNOTATIONS: [&str; 3] = ["resolved", "incorrect", "correct"];

/// `POST /v1/feedback`
pub(crate) async fn post(State(app): State<App>, body: Body) -> Result<Json<Value>, ApiError> {
    let mut fields = Fields::of(&body);
    let token = fields.string("feedback_token");
    let outcome = fields.one_of("outcome", &OUTCOMES);
    let comment = fields.optional_string("comment");
    let user_id = fields.optional_string("user_id").unwrap_or_default();
    fields.done(())?;
    let token = verified(&app, &token)?;

    let new = NewFeedback {
        agent_uid: token.agent_uid,
        run_id: token.run_id,
        user_id,
        positive: outcome == "positive",
        comment,
    };
    let answer = json!({"id": null, "outcome": outcome, "comment": new.comment, "user_id": user(&new.user_id)});
    let now_ms = app.now_ms();
    let id = app.db.write(move |tx| {
        if !runs::exists(tx, new.agent_uid, &new.run_id)? {
            return Err(ApiError::not_found("No run by id found"));
        }
        Ok(feedback::put(tx, &new, now_ms)?)
    });
    let id = ids::feedback_text(id.await?, app.instance);
    Ok(Json(with(answer, "id", id)))
}

/// `GET /v1/feedback`: the thumb in one slot.
pub(crate) async fn outcome(State(app): State<App>, query: Query) -> Result<Json<Value>, ApiError> {
    let (Some(token), Some(user_id)) = (query.get("feedback_token"), query.get("user_id")) else {
        let missing =
            ["feedback_token", "user_id"].into_iter().filter(|name| query.get(name).is_none());
        return Err(ApiError::Invalid(missing.map(Query::missing).collect()));
    };
    let token = verified(&app, token)?;
    let user_id = user_id.to_owned();
    let positive = app.db.read(move |c| {
        Ok::<_, ApiError>(feedback::outcome(c, token.agent_uid, &token.run_id, &user_id)?)
    });
    Ok(Json(json!({"outcome": positive.await?.map(outcome_word)})))
}

/// `GET /v1/{tenant}/agents/{agent}/feedback`: nulls are written.
pub(crate) async fn of_agent(
    State(app): State<App>,
    scope: AgentScope,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let (limit, offset) = query.page(DEFAULT_LIMIT)?;
    let uid = scope.agent.uid;
    let page =
        app.db.read(move |c| Ok::<_, ApiError>(feedback::of_agent(c, uid, limit, offset)?)).await?;
    let items: Vec<_> = page.items.iter().map(|item| view(item, app.instance)).collect();
    Ok(Json(json!({"items": items, "count": page.count})))
}

/// `GET /v1/{tenant}/agents/{agent}/runs/{run}/feedback`: nulls are left out.
pub(crate) async fn of_run(
    State(app): State<App>,
    scope: AgentScope,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let (limit, offset) = query.page(DEFAULT_LIMIT)?;
    let (uid, run_id) = (scope.agent.uid, scope.param("run").to_owned());
    let page = app
        .db
        .read(move |c| Ok::<_, ApiError>(feedback::of_run(c, uid, &run_id, limit, offset)?))
        .await?;
    let items: Vec<_> =
        page.items.iter().map(|item| without_nulls(view(item, app.instance))).collect();
    Ok(Json(json!({"items": items, "count": page.count})))
}

/// `POST /v1/{tenant}/agents/{agent}/feedback/{feedback}/annotate`: a user's, not a key's.
pub(crate) async fn annotate(
    State(app): State<App>,
    UserScope(scope): UserScope,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let mut fields = Fields::of(&body);
    let annotation = fields.one_of("annotation", &ANNOTATIONS).to_owned();
    let comment = fields.optional_string("comment").unwrap_or_default();
    fields.done(())?;
    let unknown = || ApiError::not_found("No feedback by id found");
    let id = ids::parse_feedback(scope.param("feedback"), app.instance).ok_or_else(unknown)?;

    let new = NewAnnotation { annotation, comment, key_id: Some(scope.caller.key.key_id) };
    let (uid, now_ms) = (scope.agent.uid, app.now_ms());
    let found = app
        .db
        .write(move |tx| Ok::<_, ApiError>(feedback::annotate(tx, uid, id, &new, now_ms)?))
        .await?;
    if found { Ok(Json(Value::Null)) } else { Err(unknown()) }
}

fn verified(app: &App, token: &str) -> Result<Token, ApiError> {
    let invalid =
        || ApiError::domain(StatusCode::BAD_REQUEST, "bad_request", "Invalid feedback token");
    app.signer.verify(token).ok_or_else(invalid)
}

fn view(item: &Feedback, instance: [u8; 5]) -> Map<String, Value> {
    let fields = json!({
        "id": ids::feedback_text(item.id, instance),
        "outcome": outcome_word(item.positive),
        "user_id": user(&item.user_id),
        "created_at": times::whole_seconds(ids::feedback_second(item.id)),
        "comment": item.comment,
        "run_id": item.run_id,
        "annotation": item.annotation,
    });
    if let Value::Object(fields) = fields { fields } else { Map::new() }
}

fn outcome_word(positive: bool) -> &'static str {
    if positive { "positive" } else { "negative" }
}

fn user(user_id: &str) -> Option<&str> {
    (!user_id.is_empty()).then_some(user_id)
}

fn with(mut object: Value, name: &str, value: String) -> Value {
    object[name] = Value::String(value);
    object
}
