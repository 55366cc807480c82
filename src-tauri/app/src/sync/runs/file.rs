//! Writes what comes, many in one transaction, while the next are being fetched.

use std::time::Duration;

use domain::Version;
use store::{RunAnswer, WantedVersion};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, timeout_at};

use super::Round;
use crate::sync::Pass;
use crate::wire::{ErrorView, SyncStage};

/// Written in one transaction, at most.
const AT_ONCE: usize = 200;
/// How long the first of them waits for others.
const WAIT: Duration = Duration::from_millis(100);

/// What is to be written.
pub(super) enum Came {
    Run(RunAnswer),
    Version(Box<Version>),
    NoVersion(WantedVersion),
}

/// Writes until no more comes. Done is counted on from `done`.
pub(super) async fn all(
    pass: &Pass<'_>,
    round: &Round,
    mut waiting: Receiver<Came>,
    (mut done, total): (u64, u64),
) -> Result<(), ErrorView> {
    while let Some(first) = waiting.recv().await {
        let (mut runs, mut versions, mut none) = (Vec::new(), Vec::new(), Vec::new());
        for came in gather(first, &mut waiting).await {
            match came {
                Came::Run(answer) => runs.push(answer),
                Came::Version(version) => versions.push(*version),
                Came::NoVersion(wanted) => none.push(wanted),
            }
        }
        done += runs.len() as u64;
        let keys: Vec<_> = runs.iter().map(key).collect();
        let (id, now_ms) = (pass.connection.id, pass.desk.now_ms());
        pass.write(move |store| {
            if !runs.is_empty() {
                store.file_runs(id, runs, now_ms)?;
            }
            if !versions.is_empty() {
                store.write_versions(id, &versions, now_ms)?;
            }
            none.iter().try_for_each(|WantedVersion { agent, version }| {
                store.mark_version_missing(id, agent, version, now_ms)
            })
        })
        .await?;
        {
            // They are wanted no more, and need not be remembered.
            let mut met = round.runs();
            for key in &keys {
                met.remove(key);
            }
        }
        if total > 0 {
            pass.progress(SyncStage::Runs, None, done, total.max(done));
        }
        pass.news();
    }
    Ok(())
}

async fn gather(first: Came, waiting: &mut Receiver<Came>) -> Vec<Came> {
    let (mut batch, until) = (vec![first], Instant::now() + WAIT);
    while batch.len() < AT_ONCE
        && let Ok(Some(came)) = timeout_at(until, waiting.recv()).await
    {
        batch.push(came);
    }
    batch
}

fn key(answer: &RunAnswer) -> (domain::AgentId, domain::RunId) {
    match answer {
        RunAnswer::Found(record) => (record.agent.clone(), record.id.clone()),
        RunAnswer::None { agent, run } => (agent.clone(), run.clone()),
    }
}
