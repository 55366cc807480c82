//! Registering agents and reading them back.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{AGENT, Answer, House};

#[tokio::test]
async fn the_same_schema_is_the_same_number_and_another_one_the_next() {
    let house = House::open().await;
    let register = async |input: Value| {
        let body = json!({"id": AGENT, "input_schema": input, "output_schema": {"type": "string"}});
        house.post("/v1/acme/agents", &body).await.ok()
    };
    let first = register(json!({"type": "object", "title": "A"})).await;
    assert_eq!(
        (&first["id"], &first["schema_id"], &first["tenant_uid"]),
        (&json!(AGENT), &json!(1), &json!(1001))
    );
    assert_eq!(register(json!({"title": "A", "type": "object"})).await, first);
    let second = register(json!({"type": "object", "title": "B"})).await;
    assert_eq!((&second["schema_id"], &second["uid"]), (&json!(2), &first["uid"]));

    let list = house.get("/acme/agents").await.ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(list["items"][0]["versions"].as_array().unwrap().len(), 2);
    assert_eq!(house.get(&format!("/_/agents/{AGENT}")).await.ok(), list["items"][0]);
}

#[tokio::test]
async fn an_agent_that_is_not_there_is_a_404_of_its_own_kind() {
    let house = House::open().await;
    let answer = house.get("/acme/agents/nope").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.body["error"]["code"], "agent_not_found");
}

#[tokio::test]
async fn an_agent_id_has_to_fit_into_a_path() {
    let house = House::open().await;
    for id in [json!(""), json!("a/b"), json!("ä"), json!(5), json!("x".repeat(201))] {
        let answer = house
            .post("/v1/_/agents", &json!({"id": id, "input_schema": {}, "output_schema": {}}))
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{id}");
        assert_eq!(answer.body["detail"][0]["loc"], json!(["body", "id"]));
    }
}

#[tokio::test]
async fn probes_answer_without_a_body_and_head_only_on_health() {
    let house = House::open().await;
    let ask = async |method: Method, path: &str| {
        Answer::of(house.request(method, path).send().await.unwrap()).await
    };
    for (method, path) in [
        (Method::GET, "/probes/health"),
        (Method::HEAD, "/probes/health"),
        (Method::GET, "/probes/readiness"),
    ] {
        let answer = ask(method, path).await;
        assert_eq!((answer.status, answer.body), (StatusCode::OK, json!("")), "{path}");
    }
    let head = ask(Method::HEAD, "/acme/agents").await;
    assert_eq!(
        (head.status, &head.headers["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"GET".parse().unwrap())
    );
}

#[tokio::test]
async fn what_needs_a_model_says_that_there_is_none() {
    let house = House::open().await;
    house.register(AGENT).await;
    for path in [
        "/v1/_/agents/support-triage/schemas/1/run",
        "/v1/_/agents/support-triage/versions/improve",
        "/v1/chat/completions",
    ] {
        let answer = house.post(path, &json!({})).await;
        assert_eq!(
            (answer.status, &answer.body["error"]["code"]),
            (StatusCode::BAD_REQUEST, &json!("bad_request")),
            "{path}"
        );
        assert!(answer.body["error"]["message"].as_str().unwrap().contains("no model"));
    }
    let models = house.post("/v1/_/agents/support-triage/schemas/1/models", &json!({})).await.ok();
    assert_eq!(models, json!({"items": [], "count": 0}));
}
