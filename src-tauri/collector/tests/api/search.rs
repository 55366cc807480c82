//! Searching runs.

use reqwest::StatusCode;
use rstest::rstest;
use serde_json::{Value, json};

use crate::house::{AGENT, House};

/// Four runs, one a minute; the newest last.
async fn house() -> House {
    let house = House::open().await;
    house.register(AGENT).await;
    for fields in [
        json!({"task_input": {"ticket": "late", "n": 1, "deep": {"x": "y"}}, "metadata": {"environment": "prod", "a.b": 1}}),
        json!({"task_input": {"ticket": "Refund please", "n": 2}, "cost_usd": 0.5, "duration_seconds": 3}),
        json!({"task_input": {"ticket": "kettle", "n": 3}, "version": {"model": "gpt-4o-mini", "temperature": 0.2, "instructions": "Sort the ticket."}}),
        json!({"task_input": {"ticket": "x"}, "task_output": null, "error": {"code": "rate_limit", "message": "slow"}}),
    ] {
        house.record(AGENT, fields).await;
        house.wait_ms(60_000);
    }
    house
}

async fn search(house: &House, body: &Value) -> crate::house::Answer {
    house.post(&format!("/v1/_/agents/{AGENT}/runs/search"), body).await
}

#[tokio::test]
async fn runs_come_newest_first_with_previews_and_no_payload() {
    let house = house().await;
    let page = search(&house, &json!({"limit": 2, "offset": 1})).await.ok();
    assert_eq!(page["count"], 4);
    assert_eq!(page["items"][0]["task_input_preview"], r#"ticket: "kettle", n: 3"#);
    assert_eq!(page["items"][1]["task_output_preview"], r#"category: "billing""#);
    assert!(page["items"][0].get("task_input").is_none());
    let failed = search(&house, &json!({"limit": 1})).await.ok()["items"][0].clone();
    assert_eq!(
        (&failed["status"], &failed["error"]),
        (&json!("failure"), &json!({"code": "rate_limit", "message": "slow"}))
    );
}

#[rstest]
#[case("status", "is", json!(["failure"]), 1)]
#[case("status", "is not", json!(["failure"]), 3)]
#[case("version", "is", json!(["1.2"]), 1)]
#[case("version", "is not", json!(["1.2"]), 3)]
#[case("version", "is", json!(["00000000000000000000000000000000"]), 0)]
#[case("schema", "is", json!([1]), 4)]
#[case("model", "contains", json!(["MINI"]), 1)]
#[case("temperature", "is", json!(["0.2"]), 4)]
#[case("price", "greater than", json!([0.1]), 1)]
#[case("latency", "less than or equal to", json!([3]), 1)]
#[case("metadata.environment", "is", json!(["prod"]), 1)]
#[case("metadata.environment", "is not", json!(["prod"]), 3)]
#[case("metadata.environment", "is empty", json!([]), 3)]
#[case("metadata.a.b", "is", json!([1]), 1)]
#[case("input.ticket", "contains", json!(["refund"]), 1)]
#[case("input.ticket", "does not contain", json!(["refund"]), 3)]
#[case("input.deep.x", "is", json!(["y"]), 1)]
#[case("input.n", "is between", json!([2, 3]), 2)]
#[case("input.n", "is not empty", json!([]), 3)]
#[case("output.category", "is", json!(["billing"]), 3)]
#[case("time", "is after", json!(["2026-11-23T00:00:30Z"]), 3)]
#[case("time", "is before", json!(["2026-11-23T00:00:30Z"]), 1)]
#[case("time", "is between", json!(["2026-11-23T00:00:30Z", "2026-11-23T00:01:30Z"]), 1)]
#[case("review", "is", json!(["positive"]), 0)]
#[tokio::test]
async fn a_condition_finds_what_it_says(
    #[case] field: &str,
    #[case] operator: &str,
    #[case] values: Value,
    #[case] count: usize,
) {
    let house = house().await;
    let query =
        json!({"field_name": field, "operator": operator, "values": values, "type": "string"});
    let page = search(&house, &json!({"field_queries": [query]})).await.ok();
    assert_eq!(page["count"], count);
    assert_eq!(page["items"].as_array().unwrap().len(), count);
}

#[tokio::test]
async fn several_conditions_have_to_hold_together() {
    let house = house().await;
    let query = |field: &str, value: &str| json!({"field_name": field, "operator": "is", "values": [value]});
    let both =
        json!({"field_queries": [query("status", "success"), query("input.ticket", "late")]});
    assert_eq!(search(&house, &both).await.ok()["count"], 1);
    let none =
        json!({"field_queries": [query("status", "failure"), query("input.ticket", "late")]});
    assert_eq!(search(&house, &none).await.ok()["count"], 0);
}

#[rstest]
#[case(json!({"field_name": "colour", "operator": "is", "values": ["red"]}), 400)]
#[case(json!({"field_name": "input.a\"b", "operator": "is", "values": ["red"]}), 400)]
#[case(json!({"field_name": "input.", "operator": "is", "values": ["red"]}), 400)]
#[case(json!({"field_name": "input.x' OR 1=1 --", "operator": "is", "values": ["red"]}), 200)]
#[case(json!({"field_name": "status", "operator": "is", "values": ["nope"]}), 400)]
#[case(json!({"field_name": "status", "operator": "is", "values": []}), 400)]
#[case(json!({"field_name": "status", "operator": "contains", "values": ["success"]}), 400)]
#[case(json!({"field_name": "time", "operator": "is after", "values": ["yesterday"]}), 400)]
#[case(json!({"field_name": "time", "operator": "is between", "values": ["2026-01-01"]}), 400)]
#[case(json!({"field_name": "version", "operator": "is", "values": ["99.1"]}), 400)]
#[case(json!({"field_name": "input.n", "operator": "is between", "values": [1]}), 400)]
#[case(json!({"field_name": "status", "operator": "like", "values": ["x"]}), 422)]
#[case(json!({"field_name": "status", "values": ["x"]}), 422)]
#[case(json!({"field_name": 5, "operator": "is", "values": "x"}), 422)]
#[case(json!("status"), 422)]
#[tokio::test]
async fn a_condition_that_makes_no_sense_is_never_a_500(#[case] query: Value, #[case] status: u16) {
    let house = house().await;
    let answer = search(&house, &json!({"field_queries": [query]})).await;
    assert_eq!(answer.status, StatusCode::from_u16(status).unwrap(), "{}", answer.body);
    if status == 200 {
        assert_eq!(answer.body["count"], 0);
    }
}

#[tokio::test]
async fn limits_below_zero_are_invalid() {
    let house = house().await;
    for body in
        [json!({"limit": -1}), json!({"offset": -1}), json!({"limit": "x"}), json!({"limit": 1e30})]
    {
        assert_eq!(search(&house, &body).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
    assert_eq!(
        search(&house, &json!({"limit": 0})).await.ok()["items"].as_array().unwrap().len(),
        4
    );
}
