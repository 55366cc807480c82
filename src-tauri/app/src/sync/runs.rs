//! The runs behind the feedback, the negative first, each fetched once; and every version met in them.

use domain::{AgentId, Run, VersionId};
use futures_util::{StreamExt, stream};
use store::WantedRun;
use workflowai::{Error, VersionRef};

use super::Pass;
use crate::wire::{ErrorView, SyncStage};

/// Requests under way at once; enough to hide a round trip, few enough for a small server.
const AT_ONCE: usize = 6;
/// Runs written in one transaction.
const BATCH: usize = 48;
/// A run the server did not have is asked for again after this: runs are stored late, databases fail at times.
const ASK_AGAIN_MS: i64 = 6 * 60 * 60 * 1_000;

pub(super) async fn mirror(pass: &Pass<'_>) -> Result<(), ErrorView> {
    let (id, before_ms) = (pass.connection.id, pass.started_at_ms - ASK_AGAIN_MS);
    let total = pass.write(move |store| store.runs_unknown(id)).await?;
    let mut done = 0;
    loop {
        pass.progress(SyncStage::Runs, None, done, total.max(done));
        pass.check_cancelled()?;
        let wanted = pass.write(move |store| store.runs_wanted(id, None, before_ms, BATCH)).await?;
        if wanted.is_empty() {
            return versions(pass).await;
        }
        done += wanted.len() as u64;
        fetch(pass, wanted).await?;
        versions(pass).await?;
        pass.news();
    }
}

async fn fetch(pass: &Pass<'_>, wanted: Vec<WantedRun>) -> Result<(), ErrorView> {
    let answers: Vec<(WantedRun, Result<Option<Run>, ErrorView>)> = stream::iter(wanted)
        .map(|wanted| async move {
            let answer =
                pass.unless_cancelled(settled(pass.client.run(&wanted.agent, &wanted.run))).await;
            (wanted, answer)
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let (mut runs, mut missing, mut failed) = (Vec::new(), Vec::new(), None);
    for (wanted, answer) in answers {
        match answer {
            // Filed under the feedback's own spelling: the server finds a run in either case of its id (contract, 3).
            Ok(Some(run)) => runs.push(Run { id: wanted.run, ..run }),
            Ok(None) => missing.push((wanted.agent, wanted.run)),
            Err(error) => failed = Some(error),
        }
    }
    let (id, now_ms) = (pass.connection.id, pass.desk.now_ms());
    // What did come is kept, also when the rest failed.
    pass.write(move |store| {
        store.write_runs(id, &runs)?;
        missing.iter().try_for_each(|(agent, run)| store.mark_run_missing(id, agent, run, now_ms))
    })
    .await?;
    failed.map_or(Ok(()), Err)
}

/// What concerns this one run alone is "not there, ask later"; what concerns the server stops the sync.
async fn settled(
    request: impl Future<Output = workflowai::Result<Option<Run>>>,
) -> workflowai::Result<Option<Run>> {
    match request.await {
        Err(
            Error::NotFound { .. }
            | Error::BadId
            | Error::TooLarge { .. }
            | Error::Unexpected { .. }
            | Error::Rejected { .. },
        ) => Ok(None),
        other => other,
    }
}

/// Fetches versions met in runs that no list showed: unsaved ones, or with schemas left out of the list.
async fn versions(pass: &Pass<'_>) -> Result<(), ErrorView> {
    let id = pass.connection.id;
    let before_ms = pass.started_at_ms - ASK_AGAIN_MS;
    let wanted = pass.write(move |store| store.versions_wanted(id, before_ms, BATCH)).await?;
    for version in wanted {
        let reference = VersionRef::Hash(version.version.clone());
        let found = pass
            .unless_cancelled(settled_version(pass.client.version(&version.agent, &reference)))
            .await?;
        let now_ms = pass.desk.now_ms();
        let (agent, asked): (AgentId, VersionId) = (version.agent, version.version);
        pass.write(move |store| match found {
            Some(found) => store.write_versions(id, &[found], now_ms),
            None => store.mark_version_missing(id, &agent, &asked, now_ms),
        })
        .await?;
    }
    Ok(())
}

async fn settled_version(
    request: impl Future<Output = workflowai::Result<Option<domain::Version>>>,
) -> workflowai::Result<Option<domain::Version>> {
    match request.await {
        Err(
            Error::NotFound { .. }
            | Error::BadId
            | Error::Unexpected { .. }
            | Error::Rejected { .. },
        ) => Ok(None),
        other => other,
    }
}
