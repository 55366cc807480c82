//! A client that fetches what a first sync fetches, with as much under way, and throws it away: what a sync cannot do
//! without. Lists three at a time, each page after the one before it, by the sync's own steps; then the runs, six at
//! a time; then the versions no list showed.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use e2e::collector::Collector;
use e2e::server::texts;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::Url;
use serde_json::Value;

const LISTS_AT_ONCE: usize = 3;
const RUNS_AT_ONCE: usize = 6;
/// A sync's pages overlap by one.
const PAGE: u64 = 200;

/// What is done with a run's answer once it is here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Its JSON is read, as any client does.
    Parse,
    /// Its bytes are dropped unread.
    Drop,
}

/// What came, and how long it took.
#[derive(Default)]
pub(crate) struct Fetched {
    pub(crate) requests: u64,
    pub(crate) lists: Duration,
    pub(crate) runs: Duration,
    pub(crate) took: Duration,
    /// JSON of feedback and of runs, without HTTP around it.
    pub(crate) json_bytes: u64,
}

/// A run as feedback names it: its agent and its id.
type Run = (String, String);

/// A client of one collector.
pub(crate) struct Bare {
    http: reqwest::Client,
    url: Url,
    tenant: String,
    key: String,
}

impl Bare {
    pub(crate) fn of(collector: &Collector) -> Result<Self> {
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
        let (tenant, key) = (collector.tenant.clone(), collector.key.clone());
        Ok(Self { http, url: Url::parse(&collector.url)?, tenant, key })
    }

    /// Fetches everything once.
    pub(crate) async fn everything(&self, then: Then) -> Result<Fetched> {
        let (began, mut fetched) = (Instant::now(), Fetched::default());
        let agents = self.agents().await?;
        let lists = stream::iter(&agents).map(|agent| self.list(agent)).buffered(LISTS_AT_ONCE);
        let lists: Vec<(BTreeSet<Run>, u64, u64)> = lists.try_collect().await?;
        let mut runs = BTreeSet::new();
        for (list, requests, bytes) in lists {
            runs.extend(list);
            fetched.requests += requests;
            fetched.json_bytes += bytes;
        }
        fetched.lists = began.elapsed();

        let runs_began = Instant::now();
        fetched.requests += 1 + agents.len() as u64 + runs.len() as u64;
        let mut met = self.versions(&agents).await?;
        let answers = stream::iter(&runs).map(|run| self.run(run, then));
        let mut answers = answers.buffer_unordered(RUNS_AT_ONCE);
        while let Some((bytes, version)) = answers.try_next().await? {
            fetched.json_bytes += bytes;
            if let Some(version) = version.filter(|version| !met.contains(version)) {
                let (agent, id) = version.clone();
                fetched.requests += 1;
                self.get(&["v1", &self.tenant, "agents", &agent, "versions", &id], &[]).await?;
                met.insert(version);
            }
        }
        fetched.runs = runs_began.elapsed();
        fetched.took = began.elapsed();
        Ok(fetched)
    }

    /// The first page of every list, as a sync with nothing new asks for it.
    pub(crate) async fn first_pages(&self, agents: &[String]) -> Result<()> {
        let pages = stream::iter(agents).map(|agent| self.page(agent, 0)).buffered(LISTS_AT_ONCE);
        pages.try_for_each(async |_| Ok(())).await
    }

    pub(crate) async fn agents(&self) -> Result<Vec<String>> {
        let (_, agents) = self.get(&[&self.tenant, "agents"], &[]).await?;
        Ok(texts(&parsed(&agents)?["items"], "id"))
    }

    /// The runs of one list, with the requests and the bytes it took to learn of them.
    async fn list(&self, agent: &str) -> Result<(BTreeSet<Run>, u64, u64)> {
        let (mut runs, mut requests, mut bytes, mut offset) = (BTreeSet::new(), 0, 0, 0);
        loop {
            let (page, length) = self.page(agent, offset).await?;
            let ids = texts(&page["items"], "run_id").into_iter();
            runs.extend(ids.map(|id| (agent.to_owned(), id)));
            requests += 1;
            bytes += length;
            if offset + PAGE >= page["count"].as_u64().unwrap_or_default() {
                return Ok((runs, requests, bytes));
            }
            offset += PAGE - 1;
        }
    }

    async fn page(&self, agent: &str, offset: u64) -> Result<(Value, u64)> {
        let query = [("limit", PAGE), ("offset", offset)];
        let (_, page) =
            self.get(&["v1", &self.tenant, "agents", agent, "feedback"], &query).await?;
        Ok((parsed(&page)?, page.len() as u64))
    }

    /// The versions in the lists, each with its agent.
    async fn versions(&self, agents: &[String]) -> Result<BTreeSet<(String, String)>> {
        let mut listed = BTreeSet::new();
        for agent in agents {
            let (_, versions) =
                self.get(&["v1", &self.tenant, "agents", agent, "versions"], &[]).await?;
            let versions = parsed(&versions)?;
            for major in versions["items"].as_array().into_iter().flatten() {
                let ids = texts(&major["minors"], "id").into_iter();
                listed.extend(ids.map(|id| (agent.clone(), id)));
            }
        }
        Ok(listed)
    }

    /// One run: how long its JSON is, and its version with the agent. Some are gone; a sync has to ask as well.
    async fn run(&self, (agent, id): &Run, then: Then) -> Result<(u64, Option<(String, String)>)> {
        let (is_there, body) =
            self.get(&["v1", &self.tenant, "agents", agent, "runs", id], &[]).await?;
        if !is_there || then == Then::Drop {
            return Ok((if is_there { body.len() as u64 } else { 0 }, None));
        }
        let run = parsed(&body)?;
        let version = run["version"]["id"].as_str().map(|id| (agent.clone(), id.to_owned()));
        Ok((body.len() as u64, version))
    }

    /// A body, and whether it is what was asked for.
    async fn get(&self, path: &[&str], query: &[(&str, u64)]) -> Result<(bool, Vec<u8>)> {
        let mut url = self.url.clone();
        url.path_segments_mut().ok().context("the address has no path")?.clear().extend(path);
        let request = self.http.get(url).query(query).bearer_auth(&self.key);
        let answer = request.send().await?;
        let is_there = answer.status().is_success();
        Ok((is_there, answer.bytes().await?.into()))
    }
}

fn parsed(body: &[u8]) -> Result<Value> {
    serde_json::from_slice(body).context("the collector did not answer with JSON")
}
