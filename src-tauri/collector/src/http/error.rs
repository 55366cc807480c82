//! The three shapes of errors the original has, and its bare 500.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::error::Error;

/// What a request is told when it fails.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// `{"detail": "text"}`: routing and auth.
    Detail(StatusCode, String),
    /// `{"error": {"message", "status_code", "code"}}`: what the API itself has to say.
    Domain { status: StatusCode, code: &'static str, message: String },
    /// `{"detail": [{"type", "loc", "msg", "input", "ctx"?}]}`: the request does not fit its schema.
    Invalid(Vec<Value>),
    /// A bug or a broken disk; the cause is in the log. Bad input never ends here.
    Internal,
}

impl ApiError {
    pub(crate) fn detail(status: StatusCode, text: impl Into<String>) -> Self {
        Self::Detail(status, text.into())
    }

    pub(crate) fn domain(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::Domain { status, code, message: message.into() }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::domain(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::domain(StatusCode::NOT_FOUND, "object_not_found", message)
    }

    pub(crate) fn version_not_found(message: impl Into<String>) -> Self {
        Self::domain(StatusCode::NOT_FOUND, "version_not_found", message)
    }

    pub(crate) fn unauthenticated(message: impl Into<String>) -> Self {
        Self::domain(StatusCode::UNAUTHORIZED, "authentication_failed", message)
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::detail(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
    }

    /// One field that does not fit.
    pub(crate) fn invalid(
        kind: &str,
        loc: Value,
        message: &str,
        input: Value,
        ctx: Option<Value>,
    ) -> Self {
        Self::Invalid(vec![issue(kind, loc, message, input, ctx)])
    }
}

/// One entry of the third shape.
pub(crate) fn issue(
    kind: &str,
    loc: Value,
    message: &str,
    input: Value,
    ctx: Option<Value>,
) -> Value {
    let mut issue = json!({"type": kind, "loc": loc, "msg": message, "input": input});
    if let (Some(ctx), Some(fields)) = (ctx, issue.as_object_mut()) {
        fields.insert("ctx".into(), ctx);
    }
    issue
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Detail(status, text) => (status, Json(json!({"detail": text}))).into_response(),
            Self::Domain { status, code, message } => {
                let body = json!({"error": {"message": message, "status_code": status.as_u16(), "code": code}});
                (status, Json(body)).into_response()
            }
            Self::Invalid(issues) => {
                (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({"detail": issues}))).into_response()
            }
            Self::Internal => {
                (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response()
            }
        }
    }
}

impl From<rusqlite::Error> for ApiError {
    fn from(error: rusqlite::Error) -> Self {
        // SQLite names tables and columns in its errors, never values.
        tracing::error!(%error, "a request failed in the database");
        Self::Internal
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        tracing::error!(%error, "a request failed");
        Self::Internal
    }
}
