//! Requests that were recorded against WorkflowAI's own server, asked again here: same status, same shape, and where
//! nothing in it depends on the data, the same body. Differences that are meant are in docs/collector.md.

use std::collections::BTreeSet;
use std::path::PathBuf;

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::house::{AGENT, Answer, House};

/// Errors whose body is the same to the letter.
const SAME_BODY: [&str; 28] = [
    "agents.list.noauth",
    "agents.list.unknown_tenant_noauth",
    "agents.list.v1_path_does_not_exist",
    "agents.get.unknown",
    "annotate.api_key_refused",
    "annotate.get_not_allowed",
    "annotate.invalid_annotation",
    "annotate.missing_annotation",
    "annotate.noauth",
    "annotate.null_annotation",
    "feedback.list.agent_id_case",
    "feedback.list.limit_abc",
    "feedback.list.limit_empty",
    "feedback.list.limit_float",
    "feedback.list.noauth",
    "feedback.list.offset_abc",
    "feedback.list.post_not_allowed",
    "feedback.list.unknown_agent",
    "feedback.outcome.invalid_token",
    "feedback.outcome.token_missing",
    "feedback.outcome.user_id_missing",
    "feedback.post.body_is_list",
    "feedback.post.empty_body",
    "feedback.post.garbage_token",
    "feedback.post.invalid_outcome",
    "feedback.post.missing_token",
    "feedback.post.outcome_null",
    "feedback.post.user_id_number",
];

/// The same to the letter, too, on the other nouns.
const SAME_BODY_ELSEWHERE: [&str; 20] = [
    "org.underscore_noauth",
    "org.unknown",
    "probes.health",
    "probes.readiness",
    "run.get.not_a_uuid",
    "run.get.unknown",
    "run.get.unknown_agent",
    "run_feedback.not_a_uuid",
    "run_feedback.unknown_agent",
    "run_feedback.unknown_run",
    "runs.search.empty_body",
    "runs.search.status_bad_value",
    "runs.search.time_bad_value",
    "runs.search.unknown_agent",
    "runs.search.unknown_field",
    "runs.search.unknown_operator",
    "version.get.environment_name",
    "version.get.major_only",
    "versions.list.schema_abc",
    "versions.list.schema_unknown",
];

/// Same status and same keys; texts differ.
const SAME_SHAPE: [&str; 17] = [
    "agents.list.bare_key",
    "agents.list.basic_auth",
    "agents.list.bearer_empty",
    "agents.list.not_a_key",
    "agents.list.wrong_key",
    "annotate.malformed_json",
    "annotate.unknown_id",
    "feedback.list.wrong_key",
    "feedback.post.form_content_type",
    "feedback.post.malformed_json",
    "org.wrong_key",
    "runs.search.malformed_json",
    "runs.search.version_unknown",
    "version.create.jwt_messages_string_content",
    "version.create.jwt_no_model",
    "version.create.jwt_unknown_schema",
    "version.get.unknown_hash",
];

struct Recording(Value);

impl Recording {
    /// `None` where the recordings are not beside this repository.
    fn read(name: &str) -> Option<Self> {
        let folder =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/workflowai/recorded");
        if !folder.is_dir() {
            say(&format!("skipped: no recordings at {}", folder.display()));
            return None;
        }
        let file = folder.join(format!("{name}.json"));
        let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{name}: {error}"));
        Some(Self(serde_json::from_str(&text).unwrap()))
    }

    fn body(&self) -> Value {
        self.0.get("body").or_else(|| self.0.get("body_text")).cloned().unwrap_or_default()
    }

    /// Sends the recorded request to `house`, with its key in place of a good one.
    async fn replay(&self, house: &House) -> Answer {
        let mut line = self.0["request_line"].as_str().unwrap().split(' ');
        let method = Method::from_bytes(line.next().unwrap().as_bytes()).unwrap();
        let mut request = house.request(method, line.next().unwrap());
        for (name, value) in self.0["request_headers"].as_object().unwrap() {
            let value = value.as_str().unwrap();
            request = match name.as_str() {
                "Authorization" if value.contains("<JWT") => request.bearer_auth(&house.user_token),
                "Authorization" if value.contains('<') => request.bearer_auth(&house.key),
                "Authorization" => request.header(AUTHORIZATION, value),
                "Content-Type" => request.header(CONTENT_TYPE, value),
                _ => request,
            };
        }
        if let Some(raw) = self.0.get("request_body_raw") {
            request = request.body(raw.as_str().unwrap().to_owned());
        } else if let Some(body) = self.0.get("request_body") {
            request = request.body(body.to_string());
        }
        Answer::of(request.send().await.unwrap()).await
    }
}

#[tokio::test]
async fn errors_have_the_original_s_status_and_words() {
    let house = House::open().await;
    house.run(AGENT).await;
    house.run("order-assistant").await;
    for name in SAME_BODY.iter().chain(&SAME_BODY_ELSEWHERE) {
        let Some(recording) = Recording::read(name) else { return };
        let answer = recording.replay(&house).await;
        assert_eq!(json!(answer.status.as_u16()), recording.0["status"], "{name}: {}", answer.body);
        assert_eq!(answer.body, recording.body(), "{name}");
    }
}

#[tokio::test]
async fn errors_with_words_of_our_own_have_the_original_s_shape() {
    let house = House::open().await;
    house.run(AGENT).await;
    house.run("order-assistant").await;
    for name in SAME_SHAPE {
        let Some(recording) = Recording::read(name) else { return };
        let answer = recording.replay(&house).await;
        assert_eq!(json!(answer.status.as_u16()), recording.0["status"], "{name}: {}", answer.body);
        assert_eq!(shape(&answer.body), shape(&recording.body()), "{name}");
        assert_eq!(answer.body["error"]["code"], recording.body()["error"]["code"], "{name}");
    }
}

#[tokio::test]
async fn a_slash_too_many_is_redirected_as_the_original_does() {
    let house = House::open().await;
    for name in [
        "feedback.list.trailing_slash",
        "feedback.post.trailing_slash",
        "agents.list.trailing_slash",
    ] {
        let Some(recording) = Recording::read(name) else { return };
        let answer = recording.replay(&house).await;
        let location = recording.0["headers"]["location"].as_str().unwrap();
        let path = &location[location.find("8123").unwrap() + 4..];
        assert_eq!(answer.status, 307, "{name}");
        assert_eq!(answer.headers["location"], format!("{}{path}", house.running.url), "{name}");
    }
}

/// What a client reads: everything of the recording's fields has to be here with the same kind of value, except `but`.
#[tokio::test]
async fn answers_have_the_fields_of_the_recorded_ones() {
    let house = House::open().await;
    house.register(AGENT).await;
    let run =
        house.record(AGENT, json!({"cost_usd": 0.1, "duration_seconds": 2, "metadata": {}})).await;
    let id = run["id"].as_str().unwrap();
    let body = json!({"feedback_token": run["feedback_token"], "outcome": "negative", "comment": "x", "user_id": "u"});
    let posted = house.feedback(&body).await;
    let agent = format!("/v1/acme/agents/{AGENT}");
    let conversation = house.post(&format!("{agent}/runs/search"), &json!({})).await;
    let version = json!({"properties": {"model": "m", "temperature": 0.1, "instructions": "y"}, "save": true});
    let icon = ["version.properties.model_icon", "items[].version.properties.model_icon"];
    let people = [
        "created_by",
        "favorited_by",
        "is_favorite",
        "properties.model_icon",
        "properties.runner_name",
    ];
    let of_majors =
        ["items[].created_by", "items[].minors[].created_by", "items[].minors[].is_favorite"];
    for (answer, recorded, but) in [
        (posted, "feedback.post.ok", vec![]),
        (house.get(&format!("{agent}/feedback")).await, "feedback.list.limit1", vec![]),
        (
            house.get(&format!("{agent}/runs/{id}/feedback")).await,
            "run_feedback.ok_limit1_offset1",
            vec![],
        ),
        (
            house.get(&format!("{agent}/runs/{id}")).await,
            "run.get.instructions",
            [&icon[..], &["metadata.", "task_"]].concat(),
        ),
        (conversation, "runs.search.limit2", [&icon[..], &["items[].error"]].concat()),
        (house.get("/acme/agents").await, "agents.list.ok", vec![]),
        (house.get(&format!("/acme/agents/{AGENT}")).await, "agents.get.ok", vec![]),
        (house.get("/organizations/acme").await, "org.ok", vec!["org_id"]),
        (
            house.get(&format!("{agent}/versions/1.1")).await,
            "version.get.by_hash",
            [
                &people[..],
                &[
                    "properties.runner_version",
                    "properties.is_chain",
                    "input_schema.",
                    "output_schema.",
                ],
            ]
            .concat(),
        ),
        (
            house.get(&format!("{agent}/versions")).await,
            "versions.list.instructions_agent",
            [
                &of_majors[..],
                &[
                    "items[].previous_version",
                    "items[].minors[].deployments",
                    "items[].minors[].favorited_by",
                ],
                &["items[].minors[].notes", "items[].minors[].properties.model_icon"],
            ]
            .concat(),
        ),
        (
            house.post(&format!("{agent}/schemas/1/versions"), &version).await,
            "version.create.jwt_save",
            vec!["properties.runner_", "properties.is_chain"],
        ),
    ] {
        let Some(recording) = Recording::read(recorded) else { return };
        assert_eq!(answer.status, 200, "{recorded}");
        let here = shape(&answer.body);
        let missing: Vec<_> = shape(&recording.body())
            .into_iter()
            .filter(|path| {
                !here.contains(path)
                    && !but.iter().any(|b| path.trim_start_matches('.').starts_with(b))
            })
            .filter(|path| {
                !(path.ends_with("null")
                    || here.contains(&format!(
                        "{}null",
                        path.rsplit_once(' ').unwrap().0.to_owned() + " "
                    )))
            })
            .collect();
        assert!(missing.is_empty(), "{recorded}: {missing:?} not among {here:?}");
    }
}

/// Every path in a value with the kind of what is there: `.items[].id text`.
fn shape(value: &Value) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    walk("", value, &mut paths);
    paths
}

fn walk(at: &str, value: &Value, paths: &mut BTreeSet<String>) {
    let kind = match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| walk(&format!("{at}.{name}"), value, paths));
            "object"
        }
        Value::Array(items) => {
            items.iter().for_each(|item| walk(&format!("{at}[]"), item, paths));
            "list"
        }
        Value::String(_) => "text",
        Value::Number(_) => "number",
        Value::Bool(_) => "bool",
        Value::Null => "null",
    };
    paths.insert(format!("{at} {kind}"));
}

/// Straight to standard error: what the print macros say in a test that passes is never shown.
fn say(text: &str) {
    use std::io::Write as _;
    let said = writeln!(std::io::stderr(), "{text}");
    drop(said);
}
