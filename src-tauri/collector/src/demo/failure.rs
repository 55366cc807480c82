//! Runs that end without an answer, in the words the server passes on from the providers.

use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::release::{Kind, Release, Scene};
use super::words::weighted;

/// Takes the answer away and says why.
pub(super) fn fail(kind: &Kind, release: &Release, scene: &mut Scene, rng: &mut StdRng) -> Value {
    scene.output = json!({});
    scene.fault = Some("failed");
    scene.tool_calls = None;
    scene.tool_call_requests = None;
    scene.reasoning_steps = None;
    let (code, message, status, theirs) = weighted(&CAUSES, rng).unwrap_or(CAUSES[0].0);
    json!({
        "code": code,
        "message": message,
        "details": {
            "provider_status_code": status,
            "provider_error": theirs.map(|text| json!({"error": {"message": text}})),
            "provider_options": {
                "model": release.model,
                "task_name": kind.name,
                "temperature": release.temperature,
            },
        }
    })
}

type Cause = (&'static str, &'static str, Option<u16>, Option<&'static str>);

const CAUSES: [(Cause, u32); 6] = [
    (
        (
            "provider_internal_error",
            "Provider returned an internal error",
            Some(500),
            Some("The server had an error while processing your request"),
        ),
        34,
    ),
    (
        (
            "failed_generation",
            "Model failed to generate a valid json: Expecting ',' delimiter: line 1 column 412 (char 411)",
            None,
            None,
        ),
        24,
    ),
    (
        (
            "failed_generation",
            "Model refused to generate a response: I'm sorry, but I can't help with that.",
            None,
            None,
        ),
        10,
    ),
    (
        (
            "rate_limit",
            "Rate limit exceeded",
            Some(429),
            Some("Rate limit reached for requests per min. Please try again in 7s."),
        ),
        14,
    ),
    (
        (
            "read_timeout",
            "Timed out while reading the provider's answer after 180 seconds",
            None,
            None,
        ),
        10,
    ),
    (
        (
            "max_tokens_exceeded",
            "Model returned a response that exceeds the maximum number of tokens",
            Some(200),
            None,
        ),
        8,
    ),
];
