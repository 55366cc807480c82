//! Bodies: read whole, parsed as JSON, and checked field by field with the words the original's validation has.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::error::{ApiError, issue};

/// A JSON object that came as a body.
#[derive(Debug)]
pub(crate) struct Body(pub(crate) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let content_type = request.headers().get(header::CONTENT_TYPE).cloned();
        let is_json = content_type.is_none_or(|value| is_json(value.to_str().unwrap_or_default()));
        let bytes =
            Bytes::from_request(request, state).await.map_err(|rejection| {
                match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => ApiError::domain(
                        StatusCode::PAYLOAD_TOO_LARGE,
                        "bad_request",
                        "The body is too large",
                    ),
                    _ => ApiError::bad_request("The body could not be read"),
                }
            })?;
        parse(&bytes, is_json).map(Self)
    }
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn parse(bytes: &[u8], is_json: bool) -> Result<Map<String, Value>, ApiError> {
    if bytes.is_empty() {
        return Err(ApiError::invalid(
            "missing",
            json!(["body"]),
            "Field required",
            Value::Null,
            None,
        ));
    }
    let value = if is_json {
        serde_json::from_slice(bytes).map_err(|error| {
            let loc = json!(["body", position(bytes, &error)]);
            let ctx = json!({"error": error.to_string()});
            ApiError::invalid("json_invalid", loc, "JSON decode error", json!({}), Some(ctx))
        })?
    } else {
        Value::String(String::from_utf8_lossy(bytes).into_owned())
    };
    match value {
        Value::Object(fields) => Ok(fields),
        other => {
            let message = "Input should be a valid dictionary or object to extract fields from";
            Err(ApiError::invalid("model_attributes_type", json!(["body"]), message, other, None))
        }
    }
}

/// The byte at which parsing stopped, counted from the start of the body.
fn position(bytes: &[u8], error: &serde_json::Error) -> usize {
    let lines_before = error.line().saturating_sub(1);
    let start: usize =
        bytes.split_inclusive(|b| *b == b'\n').take(lines_before).map(<[u8]>::len).sum();
    (start + error.column()).min(bytes.len())
}

/// Collects what is wrong with the fields of an object, so that all of it is told at once.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    fields: &'a Map<String, Value>,
    at: Vec<Value>,
    issues: Vec<Value>,
}

impl<'a> Fields<'a> {
    /// The fields of a whole body.
    pub(crate) fn of(body: &'a Body) -> Self {
        Self::at(&body.0, vec![json!("body")])
    }

    /// The fields of an object further down.
    pub(crate) fn at(fields: &'a Map<String, Value>, at: Vec<Value>) -> Self {
        Self { fields, at, issues: Vec::new() }
    }

    /// Adds an issue with one field.
    pub(crate) fn wrong(&mut self, name: &str, kind: &str, message: &str, ctx: Option<Value>) {
        let mut loc = self.at.clone();
        loc.push(name.into());
        let input = match kind {
            "missing" => Value::Object(self.fields.clone()),
            _ => self.fields.get(name).cloned().unwrap_or(Value::Null),
        };
        self.issues.push(issue(kind, Value::Array(loc), message, input, ctx));
    }

    /// Adds issues that were found elsewhere.
    pub(crate) fn also_wrong(&mut self, issues: Vec<Value>) {
        self.issues.extend(issues);
    }

    /// Everything that is wrong so far.
    pub(crate) fn issues(self) -> Vec<Value> {
        self.issues
    }

    /// `value`, if nothing is wrong.
    pub(crate) fn done<T>(self, value: T) -> Result<T, ApiError> {
        if self.issues.is_empty() { Ok(value) } else { Err(ApiError::Invalid(self.issues)) }
    }

    /// A field that may be missing or null.
    pub(crate) fn optional(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// A field that has to be there. Null is a value here; whether it fits is for the caller to say.
    fn required(&mut self, name: &str) -> Option<&'a Value> {
        let found = self.fields.get(name);
        if found.is_none() {
            self.wrong(name, "missing", "Field required", None);
        }
        found
    }

    /// A text that has to be there.
    pub(crate) fn string(&mut self, name: &str) -> String {
        match self.required(name) {
            Some(Value::String(text)) => text.clone(),
            Some(_) => {
                self.wrong(name, "string_type", "Input should be a valid string", None);
                String::new()
            }
            None => String::new(),
        }
    }

    /// A text, if it is given.
    pub(crate) fn optional_string(&mut self, name: &str) -> Option<String> {
        match self.optional(name)? {
            Value::String(text) => Some(text.clone()),
            _ => {
                self.wrong(name, "string_type", "Input should be a valid string", None);
                None
            }
        }
    }

    /// One of a few words, case counts.
    pub(crate) fn one_of(&mut self, name: &str, words: &[&'static str]) -> &'static str {
        let Some(value) = self.required(name) else { return "" };
        if let Some(word) = words.iter().find(|word| value.as_str() == Some(**word)) {
            return word;
        }
        let expected = alternatives(words);
        let message = format!("Input should be {expected}");
        self.wrong(name, "literal_error", &message, Some(json!({"expected": expected})));
        ""
    }

    /// An object that has to be there.
    pub(crate) fn object(&mut self, name: &str) -> Map<String, Value> {
        match self.required(name) {
            Some(Value::Object(fields)) => fields.clone(),
            Some(_) => {
                self.wrong(name, "dict_type", "Input should be a valid dictionary", None);
                Map::new()
            }
            None => Map::new(),
        }
    }

    /// An object, if it is given.
    pub(crate) fn optional_object(&mut self, name: &str) -> Option<Map<String, Value>> {
        self.optional(name)?;
        Some(self.object(name))
    }

    /// A list, if it is given.
    pub(crate) fn optional_list(&mut self, name: &str) -> Option<&'a Vec<Value>> {
        match self.optional(name)? {
            Value::Array(items) => Some(items),
            _ => {
                self.wrong(name, "list_type", "Input should be a valid list", None);
                None
            }
        }
    }

    /// A finite number that is not negative, if it is given.
    pub(crate) fn optional_amount(&mut self, name: &str) -> Option<f64> {
        match self.optional(name)?.as_f64() {
            Some(number) if number.is_finite() && number >= 0.0 => Some(number),
            Some(_) => {
                let message = "Input should be greater than or equal to 0";
                self.wrong(name, "greater_than_equal", message, Some(json!({"ge": 0})));
                None
            }
            None => {
                self.wrong(name, "float_type", "Input should be a valid number", None);
                None
            }
        }
    }

    /// A whole number, if it is given.
    pub(crate) fn optional_integer(&mut self, name: &str) -> Option<i64> {
        let number = self.optional(name)?.as_i64();
        if number.is_none() {
            self.wrong(name, "int_type", "Input should be a valid integer", None);
        }
        number
    }

    /// True or false, if it is given.
    pub(crate) fn optional_bool(&mut self, name: &str) -> Option<bool> {
        let flag = self.optional(name)?.as_bool();
        if flag.is_none() {
            self.wrong(name, "bool_type", "Input should be a valid boolean", None);
        }
        flag
    }
}

/// `'a', 'b' or 'c'`.
pub(crate) fn alternatives(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
