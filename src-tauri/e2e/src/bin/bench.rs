//! `cargo xtask bench`: how much a sync costs beside the bare fetching of what it keeps, how much less a second one
//! costs, and how long the cache takes to answer beside starting a program at all. Each figure is a ratio within one
//! run, so that it can be compared between machines; each part is the best of three, the least disturbed one.
#![expect(clippy::print_stdout, reason = "a benchmark is there to print")]

use std::time::{Duration, Instant};

use anyhow::Result;
use e2e::collector::Collector;
use e2e::home::Home;
use e2e::programs::{cli, cli_json};
use e2e::server;

/// How much feedback is synced.
const FEEDBACK: u32 = 1200;
const ROUNDS: u32 = 3;

#[tokio::main]
async fn main() -> Result<()> {
    let place = Home::new()?;
    let collector = Collector::demo(&place.path().join("collector"), FEEDBACK)?;

    let (mut fetch, mut first, mut second, mut list, mut start) = Default::default();
    let mut requests = 0;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        requests = everything(&collector).await?;
        keep(&mut fetch, began);

        let home = Home::new()?;
        cli(&home, &collector.key, &["connect", "--name", "bench", "--url", &collector.url])?;
        timed(&mut first, || cli(&home, &collector.key, &["sync"]))?;
        timed(&mut second, || cli(&home, &collector.key, &["sync"]))?;
        timed(&mut list, || {
            cli_json(&home, &collector.key, &["feedback", "list", "--limit", "50", "--json"])
        })?;
        timed(&mut start, || cli(&home, &collector.key, &["--version"]))?;
    }

    println!("{FEEDBACK} feedback, {requests} requests; best of {ROUNDS}");
    say("bare fetch of all pages, runs and versions, one at a time", fetch, None);
    say("first sync", first, Some(("bare fetch", fetch)));
    say("second sync, nothing new", second, Some(("first sync", first)));
    say("newest 50 from the cache, process included", list, Some(("start of the program", start)));
    Ok(())
}

fn say(what: &str, took: Duration, beside: Option<(&str, Duration)>) {
    let ratio = beside
        .map(|(name, other)| format!("{:.2} × {name}", took.as_secs_f64() / other.as_secs_f64()));
    println!("{what:<58} {:>9.1} ms  {}", took.as_secs_f64() * 1e3, ratio.unwrap_or_default());
}

/// Keeps the shortest.
fn keep(best: &mut Duration, began: Instant) {
    let took = began.elapsed();
    if best.is_zero() || took < *best {
        *best = took;
    }
}

fn timed<T>(best: &mut Duration, work: impl FnOnce() -> Result<T>) -> Result<()> {
    let began = Instant::now();
    work()?;
    keep(best, began);
    Ok(())
}

/// Fetches once what a first sync keeps. Gives back how many requests that took.
async fn everything(collector: &Collector) -> Result<u32> {
    let client = server::Client::of(collector)?;
    let mut requests = 1;
    let agents = client.get("/{tenant}/agents").await?;
    for agent in server::texts(&agents["items"], "id") {
        let mut offset = 0;
        let mut runs = Vec::new();
        loop {
            let page = client
                .get(&format!("/v1/{{tenant}}/agents/{agent}/feedback?limit=100&offset={offset}"))
                .await?;
            requests += 1;
            runs.extend(server::texts(&page["items"], "run_id"));
            offset += 100;
            if offset >= page["count"].as_u64().unwrap_or_default() {
                break;
            }
        }
        runs.sort_unstable();
        runs.dedup();
        let mut versions = Vec::new();
        for run in runs {
            requests += 1;
            // Some are gone; the sync has to ask as well.
            if let Ok(run) = client.get(&format!("/v1/{{tenant}}/agents/{agent}/runs/{run}")).await
            {
                versions.extend(run["version"]["id"].as_str().map(str::to_owned));
            }
        }
        versions.sort_unstable();
        versions.dedup();
        for version in versions {
            requests += 1;
            client.get(&format!("/v1/{{tenant}}/agents/{agent}/versions/{version}")).await?;
        }
    }
    Ok(requests)
}
