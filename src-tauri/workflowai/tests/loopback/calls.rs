//! Which call of the client belongs to a recorded request, and what came of it.

use domain::{AgentId, Annotation, FeedbackId, Outcome, RunId, Semver, VersionId};
use serde_json::{Value, json};
use workflowai::{
    Client, Error, FeedbackPost, ImproveMessagesRequest, ImproveRequest, RunRequest, RunSearch,
    RunVersion, VersionRef,
};

use crate::replay::Recording;

/// What a call gave, reduced to what can be held against the recorded body.
#[derive(Debug, PartialEq)]
pub(crate) enum Came {
    /// The ids of a list, in order, and how many items were unreadable.
    Ids(Vec<String>, usize),
    /// The id of the one thing asked for.
    Id(String),
    /// The server says that there is none.
    Nothing,
    /// Success without an id to compare.
    Fine,
}

/// Does the call that a recording is an answer to; `None` if the client never makes such a request.
pub(crate) async fn call(client: &Client, of: &Recording) -> Option<Result<Came, Error>> {
    let segments: Vec<&str> = of.segments.iter().map(String::as_str).collect();
    Some(match (of.method.as_str(), segments.as_slice()) {
        (_, [.., ""]) => return None,
        ("GET", ["organizations", _]) => client.organization().await.map(|_| Came::Fine),
        ("GET", ["probes", "readiness"]) => client.ready().await.map(|()| Came::Fine),
        ("GET", [tenant, "agents"]) if *tenant != "v1" => client.agents().await.map(|agents| {
            Came::Ids(agents.into_iter().map(|agent| agent.id.into_string()).collect(), 0)
        }),
        ("GET", ["v1", "feedback"]) => {
            let user = "rec-1".into();
            client.feedback_outcome("token", Some(&user)).await.map(|_| Came::Fine)
        }
        ("POST", ["v1", "feedback"]) => {
            let post = FeedbackPost {
                feedback_token: "token".into(),
                outcome: Outcome::Negative,
                comment: None,
                user_id: None,
            };
            client.send_feedback(&post).await.map(|posted| Came::Id(posted.id.into_string()))
        }
        (method, ["v1", _, "agents", agent, rest @ ..]) => {
            return below_agent(client, &AgentId::new(*agent), method, rest, &of.request_body)
                .await;
        }
        _ => return None,
    })
}

async fn below_agent(
    client: &Client,
    agent: &AgentId,
    method: &str,
    rest: &[&str],
    body: &Value,
) -> Option<Result<Came, Error>> {
    Some(match (method, rest) {
        ("GET", ["feedback"]) => client.feedback_page(agent, 30, 0).await.map(feedback_ids),
        ("GET", ["runs", run, "feedback"]) => {
            client.run_feedback(agent, &RunId::new(*run), 30, 0).await.map(feedback_ids)
        }
        ("GET", ["runs", run]) => client
            .run(agent, &RunId::new(*run))
            .await
            .map(|run| run.map_or(Came::Nothing, |run| Came::Id(run.id.into_string()))),
        ("POST", ["feedback", id, "annotate"]) => client
            .annotate(agent, &FeedbackId::new(*id), Annotation::Correct, "")
            .await
            .map(|()| Came::Fine),
        ("POST", ["runs", "search"]) => {
            client.search_runs(agent, &RunSearch::default()).await.map(|page| {
                let ids = page.items.into_iter().map(|run| run.id.into_string()).collect();
                Came::Ids(ids, page.skipped)
            })
        }
        ("POST", ["schemas", schema, "run"]) if body["stream"] != true => {
            let version = RunVersion::Named("1.1".into());
            let request = RunRequest { input: json!({}), version, use_cache: None, metadata: None };
            let answer = client.run_again(agent, schema.parse().unwrap(), &request).await;
            answer.map(|answer| Came::Id(answer.id.into_string()))
        }
        (method, [.., "versions"] | ["versions", ..]) => {
            return on_versions(client, agent, method, rest, body).await;
        }
        _ => return None,
    })
}

async fn on_versions(
    client: &Client,
    agent: &AgentId,
    method: &str,
    rest: &[&str],
    body: &Value,
) -> Option<Result<Came, Error>> {
    Some(match (method, rest) {
        ("GET", ["versions"]) => client.versions(agent).await.map(|versions| {
            Came::Ids(versions.into_iter().map(|version| version.id.into_string()).collect(), 0)
        }),
        ("GET", ["versions", "stats"]) => return None,
        ("GET", ["versions", name]) => {
            let named = name
                .parse::<Semver>()
                .map_or_else(|_| VersionRef::Hash(VersionId::new(*name)), VersionRef::Semver);
            let version = client.version(agent, &named).await;
            version.map(|found| found.map_or(Came::Nothing, |v| Came::Id(v.id.into_string())))
        }
        ("POST", ["schemas", schema, "versions"]) => client
            .create_version(agent, schema.parse().unwrap(), &json!({"model": "m"}), true)
            .await
            .map(|made| Came::Id(made.id.into_string())),
        ("POST", ["versions", hash, "save"]) => client
            .save_version(agent, &VersionId::new(*hash))
            .await
            .map(|saved| Came::Id(saved.id.into_string())),
        ("POST", ["versions", "improve"]) => improve(client, agent, body["stream"] == true).await,
        ("POST", ["versions", hash, "messages", "improve"]) => {
            improve_messages(client, agent, &VersionId::new(*hash)).await
        }
        _ => return None,
    })
}

pub(crate) async fn improve(client: &Client, agent: &AgentId, stream: bool) -> Result<Came, Error> {
    let request = ImproveRequest::of_run("r".into(), "Be brief.".into(), "Too long".into());
    if !stream {
        let improved = client.improve(agent, &request).await?;
        assert!(improved.instructions().is_some());
        return Ok(Came::Fine);
    }
    let mut stream = client.improve_stream(agent, &request).await?;
    while let Some(state) = stream.next().await {
        state?;
    }
    assert!(stream.next().await.is_none(), "a stream that ended goes on");
    Ok(Came::Fine)
}

async fn improve_messages(
    client: &Client,
    agent: &AgentId,
    version: &VersionId,
) -> Result<Came, Error> {
    let request = ImproveMessagesRequest::default();
    let mut stream = client.improve_messages(agent, version, &request).await?;
    let mut last = None;
    while let Some(state) = stream.next().await {
        last = Some(state?);
    }
    assert!(!last.expect("a state").messages.is_empty(), "no messages in the last state");
    Ok(Came::Fine)
}

fn feedback_ids(page: workflowai::FeedbackPage) -> Came {
    let ids = page.items.into_iter().map(|item| item.id.into_string()).collect();
    Came::Ids(ids, page.skipped)
}
