//! The properties of a version as somebody sends them: what they must look like before anything is made of them.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::body::Fields;
use super::error::{ApiError, issue};

/// Checks types and the model. The original's catalogue of models is not here: any name is a model.
pub(crate) fn check(properties: &Map<String, Value>, loc: &[Value]) -> Result<(), ApiError> {
    let mut fields = Fields::at(properties, loc.to_vec());
    let model = fields.optional_string("model");
    fields.optional_string("instructions");
    fields.optional_amount("temperature");
    let mut issues = fields.issues();
    if let Some(messages) = properties.get("messages").filter(|v| !v.is_null()) {
        issues.extend(messages_issues(messages, loc));
    }
    if !issues.is_empty() {
        return Err(ApiError::Invalid(issues));
    }
    match model.as_deref().map(str::trim) {
        Some(model) if !model.is_empty() => Ok(()),
        _ => Err(ApiError::domain(
            StatusCode::BAD_REQUEST,
            "invalid_run_properties",
            "Model is required",
        )),
    }
}

fn messages_issues(messages: &Value, loc: &[Value]) -> Vec<Value> {
    let at = |rest: &[Value]| {
        Value::Array(loc.iter().chain(&[json!("messages")]).chain(rest).cloned().collect())
    };
    let Value::Array(messages) = messages else {
        return vec![issue(
            "list_type",
            at(&[]),
            "Input should be a valid list",
            messages.clone(),
            None,
        )];
    };
    let wrong = messages.iter().enumerate().filter_map(|(n, message)| match message {
        Value::Object(fields) => match fields.get("content") {
            Some(Value::Array(_)) => None,
            Some(other) => {
                let loc = at(&[json!(n), json!("content")]);
                Some(issue("list_type", loc, "Input should be a valid list", other.clone(), None))
            }
            None => Some(issue(
                "missing",
                at(&[json!(n), json!("content")]),
                "Field required",
                message.clone(),
                None,
            )),
        },
        other => {
            let text = "Input should be a valid dictionary or object to extract fields from";
            Some(issue("model_attributes_type", at(&[json!(n)]), text, other.clone(), None))
        }
    });
    wrong.collect()
}
