//! Query parameters: of a repeated one the last wins, unknown ones are ignored, nonsense is a 422.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::{Value, json};

use super::error::{ApiError, issue};
use crate::PAGE_CAP;

/// The parameters of a request. Bytes that are no UTF-8 are replaced, as browsers do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl Query {
    fn parse(text: &str) -> Self {
        let decoded = |part: &str| percent_decoded(&part.replace('+', " "));
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        });
        Self(pairs.collect())
    }

    /// The last value of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The issue of a parameter that has to be there.
    pub(crate) fn missing(name: &str) -> Value {
        issue("missing", json!(["query", name]), "Field required", Value::Null, None)
    }

    /// A whole number, if the parameter is given.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        text.trim().parse().map(Some).map_err(|_| {
            let message = "Input should be a valid integer, unable to parse string as an integer";
            ApiError::invalid("int_parsing", json!(["query", name]), message, text.into(), None)
        })
    }

    /// `limit` and `offset` of a page.
    pub(crate) fn page(&self, default_limit: u32) -> Result<(u32, i64), ApiError> {
        let limit = at_least_zero("query", "limit", self.integer("limit")?)?;
        let offset = at_least_zero("query", "offset", self.integer("offset")?)?;
        Ok((capped(limit, default_limit), offset.unwrap_or(0)))
    }
}

/// Zero means as many as possible, which is the cap.
pub(crate) fn capped(limit: Option<i64>, default: u32) -> u32 {
    match limit {
        None => default,
        Some(0) => PAGE_CAP,
        Some(limit) => u32::try_from(limit).unwrap_or(PAGE_CAP).min(PAGE_CAP),
    }
}

/// The original takes a negative limit for its absolute value and dies of a negative offset.
pub(crate) fn at_least_zero(
    place: &str,
    name: &str,
    number: Option<i64>,
) -> Result<Option<i64>, ApiError> {
    match number {
        Some(n) if n < 0 => {
            let message = "Input should be greater than or equal to 0";
            let input = if place == "query" { json!(n.to_string()) } else { json!(n) };
            Err(ApiError::invalid(
                "greater_than_equal",
                json!([place, name]),
                message,
                input,
                Some(json!({"ge": 0})),
            ))
        }
        other => Ok(other),
    }
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).filter(|h| h.iter().all(u8::is_ascii_hexdigit));
        let code = hex
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match (bytes[at], code) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    match String::from_utf8_lossy(&out) {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn the_last_of_a_repeated_parameter_wins_and_values_are_decoded() {
        let query = Query::parse("limit=2&limit=3&user_id=Zo%C3%AB+1&bad=%zz&empty");
        assert_eq!(query.get("limit"), Some("3"));
        assert_eq!(query.get("user_id"), Some("Zoë 1"));
        assert_eq!(query.get("bad"), Some("%zz"));
        assert_eq!(query.get("empty"), Some(""));
        assert_eq!(query.get("other"), None);
    }

    #[rstest]
    #[case("", 30, 0)]
    #[case("limit=0", PAGE_CAP, 0)]
    #[case("limit=100000&offset=5", PAGE_CAP, 5)]
    #[case("limit=9000000000", PAGE_CAP, 0)]
    fn a_page_is_never_larger_than_the_cap(
        #[case] text: &str,
        #[case] limit: u32,
        #[case] offset: i64,
    ) {
        assert_eq!(Query::parse(text).page(30).unwrap(), (limit, offset));
    }

    #[rstest]
    #[case("limit=abc")]
    #[case("limit=")]
    #[case("limit=1.5")]
    #[case("limit=-2")]
    #[case("offset=-1")]
    #[case("limit=99999999999999999999")]
    fn nonsense_is_invalid_and_not_a_crash(#[case] text: &str) {
        assert!(matches!(Query::parse(text).page(30), Err(ApiError::Invalid(_))));
    }
}
