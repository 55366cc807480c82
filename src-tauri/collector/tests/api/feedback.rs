//! Posting, overwriting, listing and annotating feedback.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::{AGENT, Answer, House};

#[tokio::test]
async fn a_posted_feedback_is_on_top_of_the_list_with_its_nulls() {
    let house = House::open().await;
    let token = house.run(AGENT).await["feedback_token"].clone();
    let first = house.feedback(&json!({"feedback_token": token, "outcome": "positive"})).await.ok();
    house.wait_ms(20_000);
    let body = json!({"feedback_token": token, "outcome": "negative", "comment": "wrong", "user_id": "Zoë"});
    let second = house.feedback(&body).await.ok();
    assert_eq!(second["comment"], "wrong");
    assert_eq!(
        first,
        json!({"id": first["id"], "outcome": "positive", "comment": null, "user_id": null})
    );

    let list = house.list(AGENT).await;
    assert_eq!(list["count"], 2);
    assert_eq!(list["items"][0]["id"], second["id"]);
    assert_eq!(list["items"][0]["created_at"], "2026-11-23T00:00:20Z");
    assert_eq!(list["items"][1]["user_id"], Value::Null);
    assert_eq!(list["items"][1]["annotation"], Value::Null);
}

#[tokio::test]
async fn the_list_of_a_run_leaves_nulls_out_and_an_unknown_run_has_none() {
    let house = House::open().await;
    let run = house.run(AGENT).await;
    house
        .feedback(&json!({"feedback_token": run["feedback_token"], "outcome": "positive"}))
        .await
        .ok();
    let path = format!("/v1/_/agents/{AGENT}/runs/{}/feedback", run["id"].as_str().unwrap());
    let list = house.get(&path).await.ok();
    let keys: Vec<_> = list["items"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["id", "outcome", "created_at", "run_id"]);
    let unknown = house.get(&format!("/v1/_/agents/{AGENT}/runs/hello/feedback")).await.ok();
    assert_eq!(unknown, json!({"items": [], "count": 0}));
}

#[tokio::test]
async fn a_second_post_of_a_user_takes_the_place_of_the_first() {
    let house = House::open().await;
    let token = house.run(AGENT).await["feedback_token"].clone();
    let post = async |outcome: &str, user: &str| {
        house.wait_ms(1000);
        house
            .feedback(&json!({"feedback_token": token, "outcome": outcome, "user_id": user}))
            .await
            .ok()
    };
    let first = post("negative", "ann").await;
    post("positive", "bob").await;
    let annotate =
        format!("/v1/_/agents/{AGENT}/feedback/{}/annotate", first["id"].as_str().unwrap());
    house.post_as_user(&annotate, &json!({"annotation": "correct", "comment": "seen"})).await.ok();
    assert_eq!(house.list(AGENT).await["items"][1]["annotation"], "correct");

    let again = post("positive", "ann").await;
    let list = house.list(AGENT).await;
    assert_ne!(again["id"], first["id"]);
    assert_eq!(list["count"], 2);
    assert_eq!(list["items"][0]["id"], again["id"]);
    assert_eq!(list["items"][0]["annotation"], Value::Null);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    // As with the original, the old id still takes an annotation, which shows nowhere.
    house.post_as_user(&annotate, &json!({"annotation": "resolved"})).await.ok();
    assert_eq!(house.list(AGENT).await, list);
}

#[tokio::test]
async fn an_annotation_without_a_comment_leaves_the_item_readable() {
    let house = House::open().await;
    let token = house.run(AGENT).await["feedback_token"].clone();
    let posted =
        house.feedback(&json!({"feedback_token": token, "outcome": "negative"})).await.ok();
    let path = format!("/v1/_/agents/{AGENT}/feedback/{}/annotate", posted["id"].as_str().unwrap());
    let answer = house.post_as_user(&path, &json!({"annotation": "incorrect"})).await.ok();
    assert_eq!(answer, Value::Null);
    let list = house.list(AGENT).await;
    assert_eq!((&list["items"][0]["annotation"], &list["count"]), (&json!("incorrect"), &json!(1)));
    house.post_as_user(&path, &json!({"annotation": "resolved", "comment": null})).await.ok();
    assert_eq!(house.list(AGENT).await["items"][0]["annotation"], "resolved");
}

#[tokio::test]
async fn annotating_what_is_not_there_is_a_404_and_never_a_500() {
    let house = House::open().await;
    let token = house.run(AGENT).await["feedback_token"].clone();
    let posted =
        house.feedback(&json!({"feedback_token": token, "outcome": "negative"})).await.ok();
    house.register("other").await;
    let own = posted["id"].as_str().unwrap();
    for path in [
        format!("/v1/_/agents/{AGENT}/feedback/hello/annotate"),
        format!("/v1/_/agents/{AGENT}/feedback/000000000000000000000000/annotate"),
        format!("/v1/_/agents/other/feedback/{own}/annotate"),
        format!("/v1/_/agents/nope/feedback/{own}/annotate"),
    ] {
        let answer = house.post_as_user(&path, &json!({"annotation": "correct"})).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_token_nobody_signed_is_refused_whatever_its_parts() {
    let house = House::open().await;
    let run = house.run(AGENT).await;
    let good = run["feedback_token"].as_str().unwrap();
    let (payload, signature) = good.split_once('.').unwrap();
    for token in [
        "hello".into(),
        String::new(),
        payload.to_owned(),
        format!("{payload}."),
        format!("{payload}.anVuaw=="),
        format!("{good}.{signature}"),
    ] {
        let answer = house.feedback(&json!({"feedback_token": token, "outcome": "positive"})).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{token}");
        assert_eq!(answer.body["error"]["message"], "Invalid feedback token");
    }
    let spaced = format!("  {good}\n");
    house.feedback(&json!({"feedback_token": spaced, "outcome": "positive"})).await.ok();
}

#[tokio::test]
async fn a_token_of_another_collector_is_refused() {
    let (here, elsewhere) = (House::open().await, House::open().await);
    here.run(AGENT).await;
    let foreign = elsewhere.run(AGENT).await["feedback_token"].clone();
    let answer = here.feedback(&json!({"feedback_token": foreign, "outcome": "positive"})).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "another server's secret");
    assert_eq!(here.list(AGENT).await["count"], 0);
}

#[tokio::test]
async fn the_outcome_of_a_slot_can_be_asked_for_without_a_key() {
    let house = House::open().await;
    let run = house.run(AGENT).await;
    let token = run["feedback_token"].as_str().unwrap();
    house
        .feedback(&json!({"feedback_token": token, "outcome": "negative", "user_id": ""}))
        .await
        .ok();
    let ask = async |user: &str| {
        let request = house.request(Method::GET, "/v1/feedback");
        let request = request.query(&[("feedback_token", token), ("user_id", user)]);
        Answer::of(request.send().await.unwrap()).await.ok()["outcome"].clone()
    };
    assert_eq!(ask("").await, "negative");
    assert_eq!(ask("ann").await, Value::Null);
}

#[tokio::test]
async fn hostile_text_comes_back_as_it_was_sent() {
    let house = House::open().await;
    let token = house.run(AGENT).await["feedback_token"].clone();
    let comment = "<script>alert(1)</script> \u{202e}abc\u{0} 🚀 '; DROP TABLE feedback; --";
    let body = json!({"feedback_token": token, "outcome": "negative", "comment": comment, "user_id": "a\u{0}b"});
    assert_eq!(house.feedback(&body).await.ok()["comment"], comment);
    let item = house.list(AGENT).await["items"][0].clone();
    assert_eq!((&item["comment"], &item["user_id"]), (&json!(comment), &json!("a\u{0}b")));
}

#[tokio::test]
async fn a_lone_surrogate_is_invalid_and_leaves_what_was_there() {
    let house = House::open().await;
    let run = house.run(AGENT).await;
    let token = run["feedback_token"].as_str().unwrap();
    house.feedback(&json!({"feedback_token": token, "outcome": "positive"})).await.ok();
    let body =
        format!(r#"{{"feedback_token": "{token}", "outcome": "negative", "comment": "\ud800"}}"#);
    let request =
        house.request(Method::POST, "/v1/feedback").header("content-type", "application/json");
    let answer = Answer::of(request.body(body).send().await.unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.list(AGENT).await["items"][0]["outcome"], "positive");
}

#[tokio::test]
async fn bodies_larger_than_a_mebibyte_are_refused_and_smaller_ones_are_not() {
    let house = House::open().await;
    let token = house.run(AGENT).await["feedback_token"].clone();
    let body = |length: usize| json!({"feedback_token": token, "outcome": "negative", "comment": "x".repeat(length)});
    house.feedback(&body(1_000_000)).await.ok();
    let refused = house.feedback(&body(1 << 20)).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(refused.body["error"]["status_code"], 413);
}

#[tokio::test]
async fn pages_follow_each_other_and_the_cap_holds() {
    let house = House::open().await;
    let token = house.run(AGENT).await["feedback_token"].clone();
    for n in 0..25 {
        house.wait_ms(100);
        let body =
            json!({"feedback_token": token, "outcome": "positive", "user_id": format!("u{n}")});
        house.feedback(&body).await.ok();
    }
    let page =
        async |query: &str| house.get(&format!("/v1/_/agents/{AGENT}/feedback?{query}")).await.ok();
    let users = |page: &Value| -> Vec<String> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["user_id"].as_str().unwrap().to_owned())
            .collect()
    };
    let (one, two) = (page("limit=10").await, page("limit=10&offset=10").await);
    assert_eq!(users(&one)[0], "u24");
    assert_eq!([users(&one), users(&two)].concat(), users(&page("limit=20").await));
    assert_eq!(users(&page("limit=0").await).len(), 25);
    assert_eq!(users(&page("limit=99999").await).len(), 25);
    let beyond = page("limit=10&offset=5000").await;
    assert_eq!((users(&beyond).len(), &beyond["count"]), (0, &json!(25)));
}

#[tokio::test]
async fn a_front_end_on_any_origin_may_post_feedback_and_nothing_else() {
    let house = House::open().await;
    let preflight = async |path: &str| {
        let request = house.request(Method::OPTIONS, path).header("origin", "https://shop.example");
        let request = request.header("access-control-request-method", "POST");
        let request = request.header("access-control-request-headers", "content-type");
        request.send().await.unwrap()
    };
    let allowed = preflight("/v1/feedback").await;
    assert_eq!(allowed.status(), StatusCode::OK);
    assert_eq!(allowed.headers()["access-control-allow-origin"], "*");
    assert_eq!(allowed.headers()["access-control-allow-headers"], "content-type");
    let refused = preflight(&format!("/v1/_/agents/{AGENT}/feedback")).await;
    assert!(!refused.headers().contains_key("access-control-allow-origin"));
    let request = house
        .request(Method::POST, "/v1/feedback")
        .header("origin", "https://shop.example")
        .json(&json!({}));
    let failed = request.send().await.unwrap();
    assert_eq!(failed.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        failed.headers()["access-control-allow-origin"],
        "*",
        "the front end has to be able to read why"
    );
}

#[tokio::test]
async fn posts_for_one_slot_at_the_same_moment_are_all_answered_and_one_remains() {
    let house = House::open().await;
    let token = house.run(AGENT).await["feedback_token"].clone();
    let body = json!({"feedback_token": token, "outcome": "negative", "user_id": "ann"});
    let mut posts = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let post = house.request(Method::POST, "/v1/feedback").json(&body).send();
        posts.spawn(async { post.await.unwrap().status() });
    }
    assert!(posts.join_all().await.iter().all(|status| *status == StatusCode::OK));
    let list = house.list(AGENT).await;
    assert_eq!((&list["count"], list["items"].as_array().unwrap().len()), (&json!(1), 1));
}
