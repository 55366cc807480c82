//! Versions: numbered by what changed, found by number or hash, the same for the same properties.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::house::{AGENT, House};

async fn create(house: &House, properties: Value, save: Value) -> Value {
    let path = format!("/v1/_/agents/{AGENT}/schemas/1/versions");
    house.post(&path, &json!({"properties": properties, "save": save})).await.ok()
}

#[tokio::test]
async fn another_prompt_is_a_major_and_another_model_a_minor() {
    let house = House::open().await;
    house.register(AGENT).await;
    let make = async |model: &str, text: &str| {
        create(
            &house,
            json!({"model": model, "temperature": 0.2, "instructions": text}),
            json!(true),
        )
        .await
    };
    assert_eq!(make("m1", "a").await["semver"], json!([1, 1]));
    assert_eq!(make("m2", "a").await["semver"], json!([1, 2]));
    let third = make("m1", "b").await;
    assert_eq!(third["semver"], json!([2, 1]));
    assert_eq!(make("m1", "b").await, third, "the same properties are the same version");

    let list = house.get(&format!("/v1/_/agents/{AGENT}/versions")).await.ok();
    assert_eq!(list["count"], 2);
    assert_eq!(list["items"][0]["minors"].as_array().unwrap().len(), 2);
    assert_eq!(list["items"][1]["properties"]["instructions"], "b");
    assert_eq!(
        list["items"][1]["previous_version"],
        json!({"major": 1, "changelog": ["Changed instructions"]})
    );
    let none = house.get(&format!("/v1/_/agents/{AGENT}/versions?schema_id=99")).await.ok();
    assert_eq!(none, json!({"items": [], "count": 0}));
}

#[tokio::test]
async fn unsaved_versions_are_reachable_by_hash_and_in_no_list_until_saved() {
    let house = House::open().await;
    house.register(AGENT).await;
    let unsaved =
        create(&house, json!({"model": "m", "instructions": "x {{y}}"}), json!(false)).await;
    assert!(unsaved.get("semver").is_none());
    assert_eq!(unsaved["properties"]["has_templated_instructions"], true);
    let path = format!("/v1/_/agents/{AGENT}/versions/{}", unsaved["id"].as_str().unwrap());
    assert!(house.get(&path).await.ok().get("semver").is_none());
    assert_eq!(house.get(&format!("/v1/_/agents/{AGENT}/versions")).await.ok()["count"], 0);
    let saved = house.post(&format!("{path}/save"), &json!({})).await.ok();
    assert_eq!((&saved["semver"], &saved["properties"]["top_p"]), (&json!([1, 1]), &Value::Null));
    assert_eq!(house.get(&path).await.ok()["semver"], json!([1, 1]));
    let second = create(&house, json!({"model": "m", "instructions": "z"}), Value::Null).await;
    assert!(second.get("semver").is_none(), "left out, only the first of a schema is saved");
}

#[tokio::test]
async fn a_version_holds_its_whole_prompt_and_schemas_and_posts_back_as_the_same() {
    let house = House::open().await;
    house.register(AGENT).await;
    let messages = json!([{"role": "system", "content": [{"text": "Be brief."}]}]);
    let made =
        create(&house, json!({"model": "m", "messages": messages, "my_own_key": 1}), json!(true))
            .await;
    let version = house.get(&format!("/v1/_/agents/{AGENT}/versions/1.1")).await.ok();
    assert_eq!(version["id"], made["id"]);
    assert_eq!(version["properties"]["messages"], messages);
    assert!(version["properties"].get("my_own_key").is_none());
    assert_eq!(version["input_schema"]["title"], AGENT);
    assert_eq!(version["created_at"], "2026-11-23T00:00:00Z");
    let mut again = version["properties"].clone();
    again["temperature"] = Value::Null;
    assert_eq!(create(&house, again, json!(true)).await["id"], made["id"]);
}

#[tokio::test]
async fn what_is_no_version_is_told_so() {
    let house = House::open().await;
    house.register(AGENT).await;
    for reference in
        ["2", "production", "99.9", "00000000000000000000000000000000", "1.1.1", "99999999999.1"]
    {
        let answer = house.get(&format!("/v1/_/agents/{AGENT}/versions/{reference}")).await;
        assert_eq!(
            (answer.status, &answer.body["error"]["code"]),
            (StatusCode::NOT_FOUND, &json!("version_not_found"))
        );
    }
    let create = async |schema: &str, body: Value| {
        house.post(&format!("/v1/_/agents/{AGENT}/schemas/{schema}/versions"), &body).await
    };
    let unknown = create("99", json!({"properties": {"model": "m"}})).await;
    assert_eq!(
        (unknown.status, &unknown.body["error"]["code"]),
        (StatusCode::NOT_FOUND, &json!("version_not_found"))
    );
    let no_model = create("1", json!({"properties": {"instructions": "x"}})).await;
    assert_eq!(
        (no_model.status, &no_model.body["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!("invalid_run_properties"))
    );
    let text =
        json!({"properties": {"model": "m", "messages": [{"role": "system", "content": "plain"}]}});
    let wrong = create("1", text).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        wrong.body["detail"][0]["loc"],
        json!(["body", "properties", "messages", 0, "content"])
    );
}
