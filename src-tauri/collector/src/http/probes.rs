//! Whether the server lives, and the paths that need a model, which this server has not.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::App;
use super::auth::AgentScope;
use super::error::ApiError;

/// `GET|HEAD /probes/health`
pub(crate) async fn alive() -> StatusCode {
    StatusCode::OK
}

/// `GET /probes/readiness`: the database answers.
pub(crate) async fn ready(State(app): State<App>) -> Result<StatusCode, ApiError> {
    let answers = app.db.read(|c| Ok::<_, ApiError>(c.query_row("SELECT 1", [], |_| Ok(()))?));
    match answers.await {
        Ok(()) => Ok(StatusCode::OK),
        Err(_) => Err(ApiError::detail(StatusCode::SERVICE_UNAVAILABLE, "Storage is not ready")),
    }
}

/// Paths on which the original would ask a model.
pub(crate) async fn no_model(_: AgentScope) -> ApiError {
    no_model_here()
}

/// The same, for the path that names no tenant.
pub(crate) async fn no_model_for_anybody() -> ApiError {
    no_model_here()
}

fn no_model_here() -> ApiError {
    ApiError::bad_request(
        "This is Upshot's collector: it keeps runs and feedback, and has no model to run or improve anything with. \
         Record runs that were made elsewhere with POST /v1/{tenant}/agents/{agent}/runs.",
    )
}

/// `POST …/schemas/{n}/models`: there are none, which the SDKs understand.
pub(crate) async fn models(_: AgentScope) -> Json<Value> {
    Json(json!({"items": [], "count": 0}))
}
