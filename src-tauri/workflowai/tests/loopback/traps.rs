//! The twelve things that bite (contract, section 0): one test each, fed with what the server said.

use domain::{AgentId, Annotation, Outcome, RunBody, RunId};
use serde_json::{Value, json};
use workflowai::{Client, Error, FeedbackPost, Missing, RunSearch, token_claims};

use crate::calls::improve;
use crate::replay::{Answer, Recording, Server, recording};

/// A server that answers with one recording, and a client of it.
async fn replayed(name: &str) -> Option<(Recording, Server, Client)> {
    let of = recording(name)?;
    let server = Server::with(of.answer.clone()).await;
    let client = server.client();
    Some((of, server, client))
}

/// The client of a replayed recording, or out of the test where there are none.
macro_rules! client_of {
    ($name:expr) => {
        match replayed($name).await {
            Some((_, _, client)) => client,
            None => return,
        }
    };
}

fn agent() -> AgentId {
    AgentId::new("support-triage")
}

fn post() -> FeedbackPost {
    let feedback_token = "e30=.".to_owned();
    FeedbackPost { feedback_token, outcome: Outcome::Negative, comment: None, user_id: None }
}

#[tokio::test]
async fn trap_1_an_annotation_always_carries_a_comment() {
    let Some((_, server, client)) = replayed("annotate.ok_jwt").await else { return };
    client.annotate(&agent(), &"f".into(), Annotation::Correct, "").await.unwrap();
    let body: Value = serde_json::from_str(&server.seen()[0].body).unwrap();
    assert_eq!(body, json!({"annotation": "correct", "comment": ""}));
}

#[tokio::test]
async fn trap_2_a_short_or_empty_page_is_not_the_last() {
    let page = client_of!("vanish.5_agent_list_limit1").feedback_page(&agent(), 1, 0).await;
    let page = page.unwrap();
    assert_eq!((page.items.len(), page.next_offset), (0, Some(1)));
    let client = client_of!("vanish.4_run_list");
    let page = client.run_feedback(&agent(), &"r".into(), 2, 0).await.unwrap();
    assert_eq!((page.items.len(), page.next_offset), (1, Some(2)));
    let page = client_of!("feedback.list.limit100000").feedback_page(&agent(), 500, 0).await;
    let page = page.unwrap();
    assert_eq!((page.items.len(), page.count, page.next_offset), (101, 103, None));
}

#[tokio::test]
async fn trap_3_a_chat_token_is_known_by_the_tenant_it_names() {
    let Some((chat, _, _)) = replayed("chat.post.ok").await else { return };
    let organization = client_of!("org.ok").organization().await.unwrap();
    let run = recording("run.get.chat_plain").unwrap();
    let token_in = |body: &Value| token_claims(find_token(body).expect("a token")).unwrap();
    assert_ne!(Some(token_in(&chat.body).tenant_uid), organization.uid);
    assert_eq!(Some(token_in(&run.body).tenant_uid), organization.uid);
    // What such a token posts is answered 200 and shown by no list.
    let posted = client_of!("feedback.post.proxy_token").send_feedback(&post()).await.unwrap();
    let client = client_of!("run_feedback.after_proxy_token_post");
    let page = client.run_feedback(&agent(), &"r".into(), 100, 0).await.unwrap();
    assert!(page.items.iter().all(|item| item.id != posted.id));
}

/// The chat endpoint hides it in a choice, run endpoints have it on top.
fn find_token(body: &Value) -> Option<&str> {
    match body {
        Value::Object(object) => object
            .get("feedback_token")
            .and_then(Value::as_str)
            .or_else(|| object.values().find_map(find_token)),
        Value::Array(items) => items.iter().find_map(find_token),
        _ => None,
    }
}

#[tokio::test]
async fn trap_4_a_200_proves_no_signature_and_a_400_is_a_rejection() {
    for name in ["WRONG", "junk", "empty"] {
        let name = format!("feedback.post.token_with_{name}_signature_accepted");
        let Some((of, _, client)) = replayed(&name).await else { return };
        let posted = client.send_feedback(&post()).await.unwrap();
        assert_eq!(Some(posted.id.as_str()), of.body["id"].as_str());
    }
    let refused = client_of!("feedback.post.token_three_parts_bad_signature");
    let error = refused.send_feedback(&post()).await.unwrap_err();
    assert!(matches!(&error, Error::Rejected { status: 400, code: Some(code), .. }
        if code == "bad_request"));
}

#[tokio::test]
async fn trap_5_feedback_on_a_run_that_never_was_is_read_and_its_run_is_none() {
    let item = json!({"id": "6b03", "outcome": "negative", "run_id": "not-a-run", "user_id": null,
        "created_at": "2026-11-23T00:56:44Z", "comment": "<img src=x onerror=alert(1)>\u{0}\u{202e}",
        "annotation": null});
    let server = Server::with(Answer::json(&json!({"items": [item], "count": 1}))).await;
    let page = server.client().feedback_page(&agent(), 30, 0).await.unwrap();
    assert_eq!(page.items[0].run, RunId::new("not-a-run"));
    assert!(page.items[0].comment.as_ref().unwrap().ends_with("\u{0}\u{202e}"));
    for name in ["run.get.not_a_uuid", "run.get.unknown"] {
        assert_eq!(client_of!(name).run(&agent(), &page.items[0].run).await, Ok(None));
    }
    let client = client_of!("run_feedback.not_a_uuid");
    let nothing = client.run_feedback(&agent(), &"x".into(), 1, 0).await.unwrap();
    assert_eq!(nothing.items, Vec::new());
}

#[tokio::test]
async fn trap_6_an_improvement_that_failed_is_an_error() {
    for (name, stream) in [
        ("improve.llm_failing", false),
        ("improve.templated_version", false),
        ("improve.llm_failing_stream", true),
        ("improve.templated_version_stream", true),
    ] {
        let came = improve(&client_of!(name), &agent(), stream).await;
        assert_eq!(came, Err(Error::ImproveFailed), "{name}");
    }
    // The way around it: the instructions go along with the run.
    let name = "improve.templated_version_with_instructions_sent_too";
    let Some((_, server, client)) = replayed(name).await else { return };
    improve(&client, &agent(), false).await.unwrap();
    let body: Value = serde_json::from_str(&server.seen()[0].body).unwrap();
    assert_eq!((&body["run_id"], &body["instructions"]), (&json!("r"), &json!("Be brief.")));
}

#[tokio::test]
async fn trap_7_an_empty_stream_and_an_error_in_a_stream_are_errors() {
    let came = improve(&client_of!("improve.unknown_run_stream"), &agent(), true).await;
    assert_eq!(came, Err(Error::EmptyStream));
    let client = client_of!("messages_improve.llm_500");
    let request = workflowai::ImproveMessagesRequest::default();
    let mut stream = client.improve_messages(&agent(), &"v".into(), &request).await.unwrap();
    assert_eq!(stream.next().await, Some(Err(Error::Server { status: 500 })));
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn trap_8_a_misspelt_tenant_is_noticed_although_its_agents_are_listed() {
    let Some(own) = recording("org.underscore") else { return };
    let unknown = recording("org.unknown").unwrap();
    let agents = recording("agents.list.unknown_tenant").unwrap();
    let server = Server::answering(move |seen, _| match seen.target.as_str() {
        "/organizations/_" => own.answer.clone(),
        "/organizations/nosuchtenant" => unknown.answer.clone(),
        _ => agents.answer.clone(),
    })
    .await;
    let with_tenant = |tenant: &str| {
        let mut options = server.options();
        options.tenant = tenant.to_owned();
        Client::new(options).unwrap()
    };
    assert!(!with_tenant("nosuchtenant").agents().await.unwrap().is_empty());
    let checked = with_tenant("nosuchtenant").check().await;
    assert_eq!(checked, Err(Error::NotFound { what: Missing::Organization }));
    for own in ["_", "", "acme", "orguid_1001"] {
        assert_eq!(with_tenant(own).check().await.unwrap().slug, "acme", "{own}");
    }
}

#[tokio::test]
async fn trap_9_what_an_api_key_may_not_do_is_told_from_a_bad_key() {
    let client = client_of!("annotate.api_key_refused");
    let annotated = client.annotate(&agent(), &"f".into(), Annotation::Resolved, "").await;
    assert_eq!(annotated, Err(Error::NeedsUser));
    let client = client_of!("version.create.api_key_refused");
    let created = client.create_version(&agent(), 1, &json!({"model": "m"}), true).await;
    assert_eq!(created, Err(Error::NeedsUser));
    let client = client_of!("annotate.wrong_key");
    let annotated = client.annotate(&agent(), &"f".into(), Annotation::Resolved, "").await;
    assert_eq!(annotated, Err(Error::KeyRefused));
    let saved = client_of!("version.save.api_key").save_version(&agent(), &"v".into()).await;
    assert_eq!(saved.unwrap().semver.unwrap().to_string(), "9.1");
}

#[tokio::test]
async fn trap_10_items_of_one_second_are_all_kept_in_the_servers_order() {
    let Some((of, _, client)) = replayed("feedback.post.race_list_after").await else { return };
    let page = client.run_feedback(&agent(), &"r".into(), 100, 0).await.unwrap();
    let ids: Vec<_> = page.items.iter().map(|item| item.id.as_str()).collect();
    let recorded =
        of.body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap());
    assert!(ids.iter().copied().eq(recorded));
    let times: Vec<_> = page.items.iter().map(|item| item.created_at_ms).collect();
    assert!(times.iter().all(|time| time % 1000 == 0));
    assert!(times.windows(2).any(|pair| pair[0] == pair[1]), "no two of one second: {times:?}");
}

#[tokio::test]
async fn trap_11_a_run_id_is_taken_as_it_is() {
    let Some((of, server, client)) = replayed("runs.search.limit0").await else { return };
    let page = client.search_runs(&agent(), &RunSearch::default()).await.unwrap();
    assert_eq!(page.items.len(), of.body["items"].as_array().unwrap().len());
    // The first digit of the fourth group would be 8, 9, a or b in a valid UUID.
    let odd = page.items.iter().find(|run| !"89ab".contains(&run.id.as_str()[19..20]));
    let odd = &odd.expect("an id that is no valid UUID").id;
    let _ = client.run(&agent(), odd).await;
    assert!(server.seen()[1].target.ends_with(odd.as_str()));
}

#[tokio::test]
async fn trap_12_only_a_404_that_names_the_object_means_that_there_is_none() {
    for (name, what) in [
        ("run.get.noauth", Missing::Access),
        ("run.get.other_tenants_key", Missing::Access),
        ("run.get.unknown_agent", Missing::AgentOrOutage),
    ] {
        let run = client_of!(name).run(&agent(), &"r".into()).await;
        assert_eq!(run, Err(Error::NotFound { what }), "{name}");
    }
    for name in ["run.get.unknown", "run.get.uuid4", "run.get.run_of_other_agent"] {
        assert_eq!(client_of!(name).run(&agent(), &"r".into()).await, Ok(None), "{name}");
    }
}

#[tokio::test]
async fn a_run_and_its_version_arrive_with_all_that_a_reviewer_reads() {
    let Some((of, _server, client)) = replayed("run.get.chat_templated_input").await else {
        return;
    };
    let id = of.body["id"].as_str().unwrap();
    let run = client.run(&agent(), &id.into()).await.unwrap().unwrap();
    assert_eq!(run.model.as_deref(), Some("gpt-4o-2024-11-20"));
    assert_eq!(run.created_at_ms, Some(1_795_395_357_471));
    let RunBody::Messages { messages, variables } = RunBody::of(&run.input) else {
        panic!("not read as a conversation")
    };
    assert_eq!((messages.len(), variables.len()), (1, 2));
    let list = client_of!("versions.list.instructions_agent").versions(&agent()).await.unwrap();
    let listed = list.iter().find(|version| version.label() == "2.1").unwrap();
    let client = client_of!("version.get.by_semver");
    let semver = listed.semver.unwrap();
    let full = client.version(&agent(), &semver.into()).await.unwrap().unwrap();
    assert_eq!((&full.id, &full.prompt()), (&listed.id, &listed.prompt()));
    assert_eq!((&full.deployments, &full.notes), (&listed.deployments, &listed.notes));
    assert_eq!((full.temperature, &full.model), (listed.temperature, &listed.model));
    assert!(full.input_schema.is_some() && full.deployments[0].deployed_at_ms.is_some());
}

#[tokio::test]
async fn what_answers_with_something_else_says_nothing_of_the_run() {
    for (body, error) in [
        (json!({"items": [], "count": 0}), Error::Unexpected { request: "run" }),
        (json!({"id": "another", "status": "success"}), Error::Unusable { request: "run" }),
        (json!({"id": "r-1", "task_schema_id": "one"}), Error::Unusable { request: "run" }),
    ] {
        let server = Server::with(Answer::json(&body)).await;
        let run = server.client().run(&agent(), &RunId::new("r-1")).await;
        assert_eq!(run, Err(error), "{body}");
    }
    let server = Server::with(Answer::json(&json!({"id": "R-1"}))).await;
    let run = server.client().run(&agent(), &RunId::new("r-1")).await.unwrap();
    assert_eq!(run.unwrap().id.as_str(), "R-1", "either case is the same run");
}
