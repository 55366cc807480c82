//! A server on loopback that answers as it is told and keeps what it was asked, and the recordings it
//! can answer with.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use serde_json::Value;
use workflowai::{ApiKey, Client, ClientOptions, Origin, RetryPolicy};

pub(crate) const KEY: &str = "wai-0123456789-secret";

/// A request as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query as on the wire, still encoded.
    pub(crate) target: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: String,
}

/// An answer to give.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) delay: Duration,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into(), delay: Duration::ZERO }
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self::new(200, "application/json", body.to_string())
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A running server; it stops with the test's runtime.
pub(crate) struct Server {
    pub(crate) address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers each request by the function, which is given the requests before it as well.
    pub(crate) async fn answering(
        answer: impl Fn(&Seen, usize) -> Answer + Clone + Send + Sync + 'static,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let handler = move |request: Request| {
            let (log, answer) = (Arc::clone(&log), answer.clone());
            async move {
                let request = seen_of(request).await;
                let before = {
                    let mut log = log.lock().unwrap();
                    log.push(request.clone());
                    log.len() - 1
                };
                let answer = answer(&request, before);
                tokio::time::sleep(answer.delay).await;
                response_of(answer)
            }
        };
        let router = axum::Router::new().fallback(handler);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, seen }
    }

    /// Answers every request alike.
    pub(crate) async fn with(answer: Answer) -> Self {
        Self::answering(move |_, _| answer.clone()).await
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Options for this server: a key, no retries, nothing waits long.
    pub(crate) fn options(&self) -> ClientOptions {
        let origin = Origin::parse(&self.address, false).unwrap();
        let mut options = ClientOptions::new(origin, Some(ApiKey::parse(KEY).unwrap()));
        options.retry = RetryPolicy::none();
        options
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.options()).unwrap()
    }
}

async fn seen_of(request: Request) -> Seen {
    let (parts, body) = request.into_parts();
    let authorization = parts.headers.get("authorization");
    Seen {
        method: parts.method.to_string(),
        target: parts.uri.to_string(),
        authorization: authorization.map(|value| value.to_str().unwrap().to_owned()),
        body: String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap(),
    }
}

fn response_of(answer: Answer) -> Response {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).unwrap()
}

/// One recorded request and answer of the public server.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) name: String,
    pub(crate) method: String,
    /// Decoded path segments.
    pub(crate) segments: Vec<String>,
    pub(crate) request_body: Value,
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) answer: Answer,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/workflowai/recorded")
}

/// A recording by name; says so and gives none where the recordings are not at hand.
pub(crate) fn recording(name: &str) -> Option<Recording> {
    if !folder().is_dir() {
        say("skipped: no recordings at ../shared/workflowai/recorded");
        return None;
    }
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).expect(name);
    Some(recording_of(name, &text).expect("a recording of one request"))
}

/// All recordings of a single request.
pub(crate) fn all_recordings() -> Vec<Recording> {
    let Ok(entries) = std::fs::read_dir(folder()) else {
        say("skipped: no recordings at ../shared/workflowai/recorded");
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        recording_of(name, &std::fs::read_to_string(path).unwrap())
    };
    paths.iter().filter_map(read).collect()
}

fn recording_of(name: &str, text: &str) -> Option<Recording> {
    // One recorded request holds half a surrogate pair, which is no JSON to serde.
    let whole: Value = serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(&text.replace("\\ud", "\\\\ud")))
        .unwrap();
    let mut line = whole.get("request_line")?.as_str()?.split(' ');
    let method = line.next()?.to_owned();
    let path = line.next()?.split('?').next()?.to_owned();
    let (body, bytes) = if let Some(lines) = whole.get("body_sse") {
        let lines: Vec<_> = lines.as_array()?.iter().map(|line| line.as_str().unwrap()).collect();
        (Value::Null, lines.join("\n").into_bytes())
    } else if let Some(text) = whole.get("body_text") {
        (Value::Null, text.as_str()?.as_bytes().to_vec())
    } else {
        (whole["body"].clone(), whole["body"].to_string().into_bytes())
    };
    let status = u16::try_from(whole["status"].as_u64()?).unwrap();
    let kept = ["content-type", "retry-after"];
    let headers = whole["headers"].as_object()?.iter();
    let headers = headers
        .filter(|(name, _)| kept.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
        .collect();
    Some(Recording {
        name: name.to_owned(),
        method,
        segments: path.trim_start_matches('/').split('/').map(decoded).collect(),
        request_body: whole.get("request_body").cloned().unwrap_or(Value::Null),
        status,
        body,
        answer: Answer { status, headers, body: bytes, delay: Duration::ZERO },
    })
}

/// The only encoded character in the recorded paths is the hyphen.
fn decoded(segment: &str) -> String {
    segment.replace("%2D", "-")
}

/// Straight to standard error: what the print macros say in a test that passes is never shown.
pub(crate) fn say(text: &str) {
    use std::io::Write as _;
    let said = writeln!(std::io::stderr(), "{text}");
    drop(said);
}
