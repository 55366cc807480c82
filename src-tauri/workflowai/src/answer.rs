//! What an answer that is no success means, from its status and its `code`. The server has three shapes
//! of error body and its messages are not to be relied on (contract, section 1), nor may they be kept
//! whole: a 401 repeats part of the key, a 422 repeats the input.

use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde::Deserialize;
use serde_json::Value;

use crate::error::{Error, Missing};
use crate::time::ms_of;

/// Enough to say what is wrong, too short to carry a text along.
const MAX_MESSAGE_CHARS: usize = 200;

#[derive(Default, Deserialize)]
struct ErrorBody {
    detail: Option<Value>,
    error: Option<ErrorPart>,
}

#[derive(Default, Deserialize)]
struct ErrorPart {
    message: Option<String>,
    status_code: Option<u16>,
    code: Option<String>,
}

/// The error an answer stands for.
pub(crate) fn refusal(
    status: u16,
    key_sent: bool,
    retry_after: Option<Duration>,
    body: &[u8],
) -> Error {
    let body: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
    let detail = body.detail.as_ref().and_then(Value::as_str);
    let code = body.error.as_ref().and_then(|error| error.code.as_deref());
    match status {
        401 if key_sent && detail == Some("Authentication is required") => Error::NeedsUser,
        401 => Error::KeyRefused,
        404 => Error::NotFound { what: missing(detail, code) },
        429 => Error::Throttled { retry_after },
        500..=599 => Error::Server { status },
        _ => Error::Rejected { status, code: code.map(short), message: message(&body) },
    }
}

/// The error inside a stream that began as a 200: the status stands in the body.
pub(crate) fn streamed_refusal(event: &Value) -> Option<Error> {
    let error = event.get("error")?;
    let part = ErrorPart::deserialize(error).unwrap_or_default();
    let status = part.status_code.filter(|status| *status >= 400).unwrap_or(500);
    Some(refusal(status, true, None, event.to_string().as_bytes()))
}

fn missing(detail: Option<&str>, code: Option<&str>) -> Missing {
    match (code, detail) {
        (Some("object_not_found"), _) => Missing::Object,
        (Some("agent_not_found"), _) => Missing::Agent,
        (Some("version_not_found"), _) => Missing::Version,
        (_, Some("Task info not found")) => Missing::AgentOrOutage,
        (_, Some("Task not found")) => Missing::Access,
        _ => Missing::Path,
    }
}

fn message(body: &ErrorBody) -> Option<String> {
    let of_error = body.error.as_ref().and_then(|error| error.message.as_deref());
    let text = match (&body.detail, of_error) {
        (_, Some(text)) => text.to_owned(),
        (Some(Value::String(text)), _) => text.clone(),
        (Some(Value::Array(faults)), _) => {
            faults.iter().map(fault_text).collect::<Vec<_>>().join("; ")
        }
        _ => return None,
    };
    Some(short(&text)).filter(|text| !text.is_empty())
}

/// `body.feedback_token: Field required`. The `input` beside it is left where it is.
fn fault_text(fault: &Value) -> String {
    let words = |key: &str| fault.get(key).and_then(Value::as_str).unwrap_or_default();
    let place: Vec<String> = fault
        .get("loc")
        .and_then(Value::as_array)
        .map(|parts| parts.iter().map(|part| part.to_string().replace('"', "")).collect())
        .unwrap_or_default();
    format!("{}: {}", place.join("."), words("msg"))
}

fn short(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let printable = one_line.chars().filter(|letter| !letter.is_control());
    printable.take(MAX_MESSAGE_CHARS).collect()
}

/// `Retry-After` in each of its forms: seconds, an HTTP date, and the ISO date this server may relay.
/// Dates are measured against the answer's own `Date`, so that neither clock has to be right.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let now_ms = date_ms(headers.get(DATE)?.to_str().ok()?)?;
    let wait_ms = date_ms(text)?.saturating_sub(now_ms).max(0);
    u64::try_from(wait_ms).ok().map(Duration::from_millis)
}

fn date_ms(text: &str) -> Option<i64> {
    let http = DateTime::parse_from_rfc2822(text).ok().map(|date| date.timestamp_millis());
    http.or_else(|| ms_of(text))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn headers(retry_after: &'static str, date: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(retry_after));
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        headers
    }

    const NOW: Option<&str> = Some("Mon, 23 Nov 2026 00:40:20 GMT");

    #[rstest]
    #[case("10", None, Some(10))]
    #[case("0", None, Some(0))]
    #[case("Mon, 23 Nov 2026 00:40:50 GMT", NOW, Some(30))]
    #[case("Mon, 23 Nov 2026 00:40:00 GMT", NOW, Some(0))]
    #[case("2026-11-23T00:40:25.000000Z", NOW, Some(5))]
    #[case("Mon, 23 Nov 2026 00:40:50 GMT", None, None)]
    #[case("soon", NOW, None)]
    #[case("-5", NOW, None)]
    fn a_retry_after_is_read_in_each_of_its_forms(
        #[case] text: &'static str,
        #[case] date: Option<&'static str>,
        #[case] seconds: Option<u64>,
    ) {
        assert_eq!(retry_after(&headers(text, date)), seconds.map(Duration::from_secs));
    }

    #[test]
    fn a_refused_key_is_not_repeated() {
        let body = json!({"error": {"message": "Invalid API key provided: wai-d***.",
            "status_code": 401, "code": "authentication_failed"}});
        let error = refusal(401, true, None, body.to_string().as_bytes());
        assert_eq!(error, Error::KeyRefused);
        assert!(!format!("{error} {error:?}").contains("wai-"));
    }

    #[test]
    fn a_422_keeps_the_place_and_the_fault_but_not_the_input() {
        let body = json!({"detail": [{"type": "missing", "loc": ["body", "feedback_token"],
            "msg": "Field required", "input": {"comment": "private words"}}]});
        let error = refusal(422, true, None, body.to_string().as_bytes());
        let text = format!("{error} {error:?}");
        assert!(text.contains("body.feedback_token: Field required"), "{text}");
        assert!(!text.contains("private"), "{text}");
    }

    #[test]
    fn a_long_message_is_cut_and_laid_flat() {
        let body =
            json!({"error": {"message": format!("a\n\u{7}b {}", "x".repeat(5_000)), "code": "c"}});
        let Error::Rejected { message: Some(text), .. } =
            refusal(400, true, None, body.to_string().as_bytes())
        else {
            panic!("not a rejection with a message")
        };
        assert!(text.starts_with("a b x") && text.chars().count() == 200, "{text}");
    }

    #[rstest]
    #[case(b"Internal Server Error", 500)]
    #[case(b"<html><h1>502 Bad Gateway</h1></html>", 502)]
    #[case(b"{\"detail\":\"Storage is not ready\"}", 503)]
    fn a_failing_server_is_known_by_its_status_alone(#[case] body: &[u8], #[case] status: u16) {
        assert_eq!(refusal(status, true, None, body), Error::Server { status });
    }
}
