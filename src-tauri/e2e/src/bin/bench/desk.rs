//! A desk in this process, as a host opens one, and its commands by their names.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use app::command::rpc;
use app::wire::ErrorView;
use app::{Desk, Host, Paths, Secret, Vault};
use domain::ConnectionId;
use e2e::collector::Collector;
use serde_json::{Value, json};

/// A desk whose mirror lies in `folder/data`. The key comes from here: no keyring is asked.
pub(crate) fn open(folder: &Path, key: &str) -> Result<Arc<Desk>> {
    Ok(Desk::open(Host {
        paths: Paths::below(folder),
        clock: Arc::new(now_ms),
        utc_offset_ms: Arc::new(|_| 0),
        vault: Vault::open("app.upshot.bench", Some(Secret::from(key.to_owned()))),
        who: "bench".to_owned(),
        collector: None,
        browser: None,
    })?)
}

/// One that is connected to a collector and has not synced.
pub(crate) async fn connected(
    folder: &Path,
    collector: &Collector,
) -> Result<(Arc<Desk>, ConnectionId)> {
    let desk = open(folder, &collector.key)?;
    let connect = json!({
        "name": "bench", "url": collector.url, "key": collector.key, "sync": false
    });
    let connection = ask(&desk, "connect", connect).await?;
    let id = connection["id"].as_i64().ok_or_else(|| anyhow!("no id in {connection}"))?;
    Ok((desk, ConnectionId(id)))
}

/// A command by its name, as the window sends it.
pub(crate) async fn ask(desk: &Arc<Desk>, command: &str, payload: Value) -> Result<Value> {
    rpc(desk, command, payload).await.map_err(told)
}

/// What a person would see.
pub(crate) fn told(error: ErrorView) -> anyhow::Error {
    let ErrorView { title, meaning, action, detail, .. } = error;
    anyhow!("{title} {meaning} {action} {}", detail.unwrap_or_default())
}

/// UTC milliseconds.
#[expect(clippy::disallowed_methods, reason = "the benchmark is a host: the clock comes from here")]
pub(crate) fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
