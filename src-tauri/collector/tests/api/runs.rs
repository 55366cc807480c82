//! Recording runs that were made elsewhere, and reading them.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{AGENT, House};

fn path(run: &Value) -> String {
    format!("/v1/_/agents/{AGENT}/runs/{}", run["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_recorded_run_reads_back_as_it_was_given() {
    let house = House::open().await;
    house.register(AGENT).await;
    let fields = json!({
        "id": "01A205E6-ED8C-7031-D9C8-E8989F20892F",
        "created_at": "2026-11-20T10:00:00.5+01:00",
        "duration_seconds": 1.26,
        "cost_usd": 0.0010838709677419354,
        "metadata": {"release": "2026.10", "flag": "true", "none": null},
        "task_output": "a bare text",
        "tool_calls": [{"id": "1", "name": "@search", "input_preview": "q"}],
    });
    let made = house.record(AGENT, fields).await;
    assert_eq!(made["id"], "01a205e6-ed8c-7031-d9c8-e8989f20892f");
    let run = house.get(&path(&made)).await.ok();
    assert_eq!(run["feedback_token"], made["feedback_token"]);
    assert_eq!(run["created_at"], "2026-11-20T09:00:00.500000Z");
    assert_eq!((&run["duration_seconds"], &run["cost_usd"]), (&json!(1.3), &json!(0.001084)));
    assert_eq!(
        run["metadata"],
        json!({"release": "2026.10", "flag": "true", "none": null}),
        "texts stay texts"
    );
    assert_eq!(run["task_output"], "a bare text");
    assert_eq!(run["version"]["properties"]["model"], "gpt-4o-2024-11-20");
    assert!(run.get("error").is_none() && run.get("reasoning_steps").is_none());
    let upper =
        format!("/v1/_/agents/{AGENT}/runs/{}", made["id"].as_str().unwrap().to_uppercase());
    assert_eq!(house.get(&upper).await.ok(), run);
}

#[tokio::test]
async fn a_failed_run_says_why_and_a_short_one_has_no_duration() {
    let house = House::open().await;
    house.register(AGENT).await;
    let error = json!({"code": "failed_generation", "message": "no", "details": {"x": null}});
    let made = house
        .record(AGENT, json!({"task_output": null, "error": error, "duration_seconds": 0.04}))
        .await;
    let run = house.get(&path(&made)).await.ok();
    assert_eq!(
        (&run["status"], &run["task_output"], &run["error"]),
        (&json!("failure"), &json!({}), &error)
    );
    assert!(run.get("duration_seconds").is_none());
}

#[tokio::test]
async fn recording_the_same_id_again_changes_nothing() {
    let house = House::open().await;
    house.register(AGENT).await;
    let id = "01a205e6-ed8c-7031-d9c8-e8989f20892f";
    let first = house.record(AGENT, json!({"id": id, "task_output": "one"})).await;
    house.wait_ms(5000);
    let again = house.record(AGENT, json!({"id": id, "task_output": "two"})).await;
    assert_eq!(again, first);
    assert_eq!(house.get(&path(&first)).await.ok()["task_output"], "one");
    let search = house.post(&format!("/v1/_/agents/{AGENT}/runs/search"), &json!({})).await.ok();
    assert_eq!(search["count"], 1);
}

#[tokio::test]
async fn a_run_names_its_version_by_hash_number_or_properties() {
    let house = House::open().await;
    let first = house.run(AGENT).await;
    let hash = first["version"]["id"].clone();
    for version in [
        hash.clone(),
        json!("1.1"),
        json!({"properties": {"model": "gpt-4o-2024-11-20", "temperature": 0.2, "instructions": "Sort the ticket."}}),
    ] {
        assert_eq!(house.record(AGENT, json!({"version": version})).await["version"]["id"], hash);
    }
    let record = format!("/v1/_/agents/{AGENT}/runs");
    for (version, status) in [
        (json!("9.9"), StatusCode::NOT_FOUND),
        (json!("nope"), StatusCode::NOT_FOUND),
        (json!({"instructions": "x"}), StatusCode::BAD_REQUEST),
        (json!({"model": 5}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!(7), StatusCode::UNPROCESSABLE_ENTITY),
        (Value::Null, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = house.post(&record, &json!({"task_input": {}, "version": version})).await;
        assert_eq!(answer.status, status, "{version}");
    }
    let version = house.get(&format!("/v1/_/agents/{AGENT}/versions/1.1")).await.ok();
    assert_eq!(version["run_count"], 4, "what was refused left nothing behind");
}

#[tokio::test]
async fn a_run_that_does_not_fit_is_told_everything_that_is_wrong() {
    let house = House::open().await;
    house.register(AGENT).await;
    let body = json!({"id": "x", "version": {"model": "m"}, "task_output": 5, "status": "maybe", "cost_usd": -1,
        "duration_seconds": "1", "created_at": "yesterday", "metadata": [], "tool_calls": {}});
    let answer = house.post(&format!("/v1/_/agents/{AGENT}/runs"), &body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut fields: Vec<_> = answer.body["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["loc"][1].as_str().unwrap())
        .collect();
    fields.sort_unstable();
    let all = [
        "cost_usd",
        "created_at",
        "duration_seconds",
        "id",
        "metadata",
        "status",
        "task_input",
        "task_output",
        "tool_calls",
    ];
    assert_eq!(fields, all);
}

#[tokio::test]
async fn a_run_that_is_not_there_is_a_404_that_says_which_kind() {
    let house = House::open().await;
    house.register(AGENT).await;
    house.run("other").await;
    let foreign = house.record("other", json!({})).await;
    for (id, message) in [
        ("hello", "Run did not have a valid UUID"),
        ("0190c0c0-0000-7000-8000-000000000001", "No run by id found"),
        (foreign["id"].as_str().unwrap(), "No run by id found"),
    ] {
        let answer = house.get(&format!("/v1/_/agents/{AGENT}/runs/{id}")).await;
        assert_eq!(
            (answer.status, &answer.body["error"]["message"]),
            (StatusCode::NOT_FOUND, &json!(message))
        );
    }
}

#[tokio::test]
async fn a_large_run_is_kept_and_a_huge_one_refused() {
    let house = House::open().await;
    house.register(AGENT).await;
    let made = house.record(AGENT, json!({"task_input": {"text": "x".repeat(5 << 20)}})).await;
    assert_eq!(
        house.get(&path(&made)).await.ok()["task_input"]["text"].as_str().unwrap().len(),
        5 << 20
    );
    let huge = json!({"version": {"model": "m"}, "task_input": {"text": "x".repeat(17 << 20)}});
    let answer = house.post(&format!("/v1/_/agents/{AGENT}/runs"), &huge).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}
