//! The rule of one feedback per run and user, against a model that is a few lines long.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::house::House;

const RUNS: usize = 3;
const USERS: [&str; 4] = ["", "ann", "Ann", "bob"];

#[derive(Debug, Clone)]
enum Step {
    Post { run: usize, user: usize, positive: bool },
    Annotate { listed: usize },
    Wait { ms: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..RUNS, 0..USERS.len(), any::<bool>()).prop_map(|(run, user, positive)| Step::Post { run, user, positive }),
        2 => (0..6usize).prop_map(|listed| Step::Annotate { listed }),
        // The clock is set back, too.
        1 => (-3000..5000i64).prop_map(|ms| Step::Wait { ms }),
    ]
}

/// Newest first: run, user, outcome, annotated.
type Model = Vec<(usize, usize, bool, bool)>;

async fn check(steps: Vec<Step>) {
    let house = House::open().await;
    house.register("a").await;
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(house.record("a", json!({})).await);
    }
    let mut model = Model::new();
    for step in steps {
        match step {
            Step::Post { run, user, positive } => {
                let outcome = if positive { "positive" } else { "negative" };
                let token = &runs[run]["feedback_token"];
                house.feedback(&json!({"feedback_token": token, "outcome": outcome, "user_id": USERS[user]})).await.ok();
                model.retain(|item| (item.0, item.1) != (run, user));
                model.insert(0, (run, user, positive, false));
            }
            Step::Annotate { listed } if listed < model.len() => {
                let id = house.list("a").await["items"][listed]["id"].as_str().unwrap().to_owned();
                let path = format!("/v1/_/agents/a/feedback/{id}/annotate");
                house.post_as_user(&path, &json!({"annotation": "correct"})).await.ok();
                model[listed].3 = true;
            }
            Step::Annotate { .. } => {}
            Step::Wait { ms } => house.wait_ms(ms),
        }
        assert_eq!(listed(&house.list("a").await, &runs), model);
    }
    for (at, run) in runs.iter().enumerate() {
        let path = format!("/v1/_/agents/a/runs/{}/feedback", run["id"].as_str().unwrap());
        let of_run: Model = model.iter().filter(|item| item.0 == at).copied().collect();
        assert_eq!(listed(&house.get(&path).await.ok(), &runs), of_run);
    }
}

fn listed(page: &Value, runs: &[Value]) -> Model {
    let items = page["items"].as_array().unwrap();
    assert_eq!(page["count"], items.len());
    items
        .iter()
        .map(|item| {
            let run = runs.iter().position(|run| run["id"] == item["run_id"]).unwrap();
            let user = item["user_id"].as_str().unwrap_or_default();
            let user = USERS.iter().position(|u| *u == user).unwrap();
            (run, user, item["outcome"] == "positive", item["annotation"] == "correct")
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn the_list_is_what_a_model_of_the_rule_says(steps in proptest::collection::vec(step(), 1..25)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(check(steps));
    }
}
