//! A collector in a temporary folder, with a clock the test holds, and short ways to ask it things.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use collector::{Options, Running, serve};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Where every test's clock begins: 2026-11-23T00:00:00Z.
pub(crate) const START_MS: i64 = 1_795_392_000_000;
pub(crate) const AGENT: &str = "support-triage";

pub(crate) struct House {
    pub(crate) running: Running,
    pub(crate) key: String,
    /// Of a user: what may annotate.
    pub(crate) user_token: String,
    pub(crate) http: reqwest::Client,
    pub(crate) clock_ms: Arc<AtomicI64>,
    pub(crate) dir: TempDir,
}

/// An answer, its body read as JSON where it is JSON and as text where it is not.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self { status, headers, body }
    }

    /// The body of an answer that has to be 200.
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body
    }
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::open_as("acme").await
    }

    pub(crate) async fn open_as(tenant: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock_ms = Arc::new(AtomicI64::new(START_MS));
        let running = serve(Self::options(&dir, &clock_ms, tenant)).await.unwrap();
        let key = running.key.clone().unwrap();
        let user_token = running.user_token.clone().unwrap();
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { running, key, user_token, http, clock_ms, dir }
    }

    /// Stops the server and starts it again on the same folder.
    pub(crate) async fn reopen(self) -> Self {
        let tenant = self.running.tenant.clone();
        self.running.stop().await.unwrap();
        let options = Self::options(&self.dir, &self.clock_ms, &tenant);
        let running = serve(options).await.unwrap();
        let user_token = running.user_token.clone().unwrap();
        Self { running, user_token, ..self }
    }

    fn options(dir: &TempDir, clock_ms: &Arc<AtomicI64>, tenant: &str) -> Options {
        let clock_ms = clock_ms.clone();
        Options {
            tenant: tenant.into(),
            mint_user_token: Some("tester".into()),
            ..Options::new(dir.path(), Arc::new(move || clock_ms.load(Ordering::SeqCst)))
        }
    }

    pub(crate) fn wait_ms(&self, ms: i64) {
        self.clock_ms.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.running.url))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).bearer_auth(&self.key);
        Answer::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, path).bearer_auth(&self.key).json(body);
        Answer::of(request.send().await.unwrap()).await
    }

    /// As [`House::post`], by a user.
    pub(crate) async fn post_as_user(&self, path: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, path).bearer_auth(&self.user_token).json(body);
        Answer::of(request.send().await.unwrap()).await
    }

    /// Posts feedback as a front end does: without a key.
    pub(crate) async fn feedback(&self, body: &Value) -> Answer {
        let request = self.request(Method::POST, "/v1/feedback").json(body);
        Answer::of(request.send().await.unwrap()).await
    }

    pub(crate) async fn register(&self, agent: &str) -> Value {
        let schema =
            json!({"type": "object", "properties": {"ticket": {"type": "string"}}, "title": agent});
        let body =
            json!({"id": agent, "input_schema": schema, "output_schema": {"type": "object"}});
        self.post("/v1/_/agents", &body).await.ok()
    }

    /// An agent with one run; the run's answer.
    pub(crate) async fn run(&self, agent: &str) -> Value {
        self.register(agent).await;
        self.record(agent, json!({})).await
    }

    /// Records a run with the given fields over the usual ones.
    pub(crate) async fn record(&self, agent: &str, fields: Value) -> Value {
        let mut body = json!({
            "version": {"model": "gpt-4o-2024-11-20", "temperature": 0.2, "instructions": "Sort the ticket."},
            "task_input": {"ticket": "I was charged twice"},
            "task_output": {"category": "billing"},
        });
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.post(&format!("/v1/_/agents/{agent}/runs"), &body).await.ok()
    }

    pub(crate) async fn list(&self, agent: &str) -> Value {
        self.get(&format!("/v1/_/agents/{agent}/feedback")).await.ok()
    }
}
