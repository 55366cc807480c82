//! The contract: every recorded answer of an endpoint this client speaks is fed to the call it belongs
//! to, over a socket. A success must give exactly the ids in it, a refusal the error it stands for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use workflowai::{Client, Error, Missing};

use crate::calls::{Came, call};
use crate::replay::{Answer, KEY, Recording, Server, all_recordings};

/// 200s that are failures all the same (contract, 0.6 and 0.7).
fn hidden_failure(name: &str) -> Option<Error> {
    match name {
        "improve.templated_version"
        | "improve.templated_version_stream"
        | "improve.llm_failing"
        | "improve.llm_failing_stream" => Some(Error::ImproveFailed),
        "improve.unknown_run_stream" => Some(Error::EmptyStream),
        // The server takes it for the name of the newest run; for a mirror it is a run that never was.
        "run.latest.ok" | "run.latest.failed_only" => Some(Error::Unusable { request: "run" }),
        "messages_improve.llm_failing" | "messages_improve.llm_500" => {
            Some(Error::Server { status: 500 })
        }
        _ => None,
    }
}

/// What the body of a success holds, read without the client's types.
fn ids_in(of: &Recording) -> Came {
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    match (&of.body["items"], &of.body["id"]) {
        (Value::Array(items), _) if items.iter().any(|item| item.get("minors").is_some()) => {
            let minors = items.iter().flat_map(|item| item["minors"].as_array().unwrap());
            Came::Ids(minors.map(id).collect(), 0)
        }
        (Value::Array(items), _) => Came::Ids(items.iter().map(id).collect(), 0),
        (_, Value::String(id)) => Came::Id(id.clone()),
        _ => Came::Fine,
    }
}

fn refusal_of(of: &Recording) -> Result<Came, Error> {
    let code = of.body["error"]["code"].as_str();
    let detail = of.body["detail"].as_str();
    let last = of.segments.iter().rev().take(2).rev().map(String::as_str).collect::<Vec<_>>();
    Err(match (of.status, code, detail) {
        (404, Some("object_not_found"), _) if matches!(last[..], ["runs", _]) => {
            return Ok(Came::Nothing);
        }
        (404, Some("version_not_found"), _)
            if of.method == "GET" && matches!(last[..], ["versions", _]) =>
        {
            return Ok(Came::Nothing);
        }
        (404, ..) if of.segments[0] == "organizations" => {
            Error::NotFound { what: Missing::Organization }
        }
        (404, Some("object_not_found"), _) => Error::NotFound { what: Missing::Object },
        (404, Some("version_not_found"), _) => Error::NotFound { what: Missing::Version },
        (404, Some("agent_not_found"), _) => Error::NotFound { what: Missing::Agent },
        (404, _, Some("Task info not found")) => Error::NotFound { what: Missing::AgentOrOutage },
        (404, _, Some("Task not found")) => Error::NotFound { what: Missing::Access },
        (401, _, Some("Authentication is required")) => Error::NeedsUser,
        (401, ..) => Error::KeyRefused,
        (429, ..) => Error::Throttled { retry_after: Some(std::time::Duration::from_secs(10)) },
        (500, ..) => Error::Server { status: 500 },
        (status, ..) => Error::Rejected { status, code: code.map(str::to_owned), message: None },
    })
}

/// A rejection's message is for people; the comparison leaves it out.
fn without_message(came: Result<Came, Error>) -> Result<Came, Error> {
    came.map_err(|error| match error {
        Error::Rejected { status, code, .. } => Error::Rejected { status, code, message: None },
        other => other,
    })
}

fn tenant_of(of: &Recording) -> String {
    match of.segments.first().map(String::as_str) {
        Some("v1" | "organizations") if of.segments.len() > 1 => of.segments[1].clone(),
        Some(first) => first.to_owned(),
        None => "_".to_owned(),
    }
}

#[tokio::test]
async fn every_recorded_answer_is_read_for_what_it_is() {
    let current = Arc::new(Mutex::new(Answer::default()));
    let answer = Arc::clone(&current);
    let server = Server::answering(move |_, _| answer.lock().unwrap().clone()).await;
    let (mut read, mut refused, mut not_spoken) = (0, 0, 0);
    let mut wrong = BTreeMap::new();
    let recordings = all_recordings();
    for of in &recordings {
        *current.lock().unwrap() = of.answer.clone();
        let mut options = server.options();
        options.tenant = tenant_of(of);
        let Some(came) = call(&Client::new(options).unwrap(), of).await else {
            not_spoken += 1;
            continue;
        };
        if let Err(error) = &came {
            let text = format!("{error} {error:?}");
            assert!(!text.contains("wai-") && !text.contains(KEY), "{}: {text}", of.name);
        }
        let expected = match (of.status, hidden_failure(&of.name)) {
            (200, Some(failure)) => Err(failure),
            (200, None) => Ok(ids_in(of)),
            _ => refusal_of(of),
        };
        match &came {
            Ok(_) => read += 1,
            Err(_) => refused += 1,
        }
        let asked = server.seen().pop().unwrap();
        let path = format!("{} {}", asked.method, asked.target.split('?').next().unwrap());
        let recorded = format!("{} /{}", of.method, of.segments.join("/"));
        if without_message(came) != expected || path != recorded {
            wrong.insert(of.name.clone(), (path, recorded, format!("{expected:?}")));
        }
    }
    crate::replay::say(&format!(
        "{read} answers parsed, {refused} refusals classified, {not_spoken} of other endpoints"
    ));
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(recordings.is_empty() || (read > 150 && refused > 90), "too few were tried");
}
