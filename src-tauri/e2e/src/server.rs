//! The server as a client without Upshot sees it: plain HTTP, to compare what is on screen with what is served.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::collector::Collector;

/// A client of one collector.
#[derive(Debug)]
pub struct Client<'a> {
    http: reqwest::Client,
    collector: &'a Collector,
}

impl<'a> Client<'a> {
    pub fn of(collector: &'a Collector) -> Result<Self> {
        Ok(Self { http: reqwest::Client::builder().no_proxy().build()?, collector })
    }

    /// `GET` of a path, answered with JSON. `{tenant}` in the path is the collector's.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let url =
            format!("{}{}", self.collector.url, path.replace("{tenant}", &self.collector.tenant));
        let answer = self
            .http
            .get(&url)
            .bearer_auth(&self.collector.key)
            .send()
            .await?
            .error_for_status()?;
        answer.json().await.with_context(|| format!("{url} did not answer with JSON"))
    }
}

/// A field of every item of a list, where it is a text.
pub fn texts(items: &Value, field: &str) -> Vec<String> {
    let texts = items.as_array().into_iter().flatten().filter_map(|item| item[field].as_str());
    texts.map(str::to_owned).collect()
}

/// A field that has to be a text.
pub fn text(item: &Value, field: &str) -> Result<String> {
    item[field].as_str().map(str::to_owned).with_context(|| format!("no {field} in {item}"))
}
