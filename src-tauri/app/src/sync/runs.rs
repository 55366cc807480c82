//! The runs behind the feedback, the negative first, each fetched once; and every version met in them.

use std::collections::HashSet;

use domain::{AgentId, Run, RunId, VersionId};
use futures_util::{StreamExt, stream};
use store::WantedRun;
use workflowai::{Error, Missing, VersionRef};

use super::Pass;
use crate::desk::IN_FLIGHT;
use crate::wire::{ErrorView, SyncStage};

/// Runs written in one transaction.
const BATCH: usize = 48;
/// So many runs that fail, each by itself, are no exceptions any more.
const MOST_FAILED: usize = 200;

/// What became of one request.
pub(super) enum Answer<T> {
    Found(T),
    /// The server knows for sure that it has none.
    None,
    /// This one failed; the next may not.
    Failed(Error),
}

/// What this pass could not fetch, and why: said at its end, when everything else is here.
#[derive(Default)]
struct Failures {
    runs: HashSet<(AgentId, RunId)>,
    versions: HashSet<(AgentId, VersionId)>,
    first: Option<ErrorView>,
}

pub(super) async fn mirror(pass: &Pass<'_>) -> Result<(), ErrorView> {
    let id = pass.connection.id;
    let total = pass.write(move |store| store.runs_unknown(id)).await?;
    let (mut done, mut failures) = (0, Failures::default());
    while fetch_batch(pass, &mut done, total, &mut failures).await? {}
    versions(pass, &mut failures).await?;
    failures.first.map_or(Ok(()), Err)
}

/// The runs of the newest negative feedback, so that an inbox can be worked in while the rest comes.
pub(super) async fn mirror_first(_pass: &Pass<'_>) -> Result<(), ErrorView> {
    Ok(())
}

/// Fetches some runs and the versions met in them. `false`: there are no more.
async fn fetch_batch(
    pass: &Pass<'_>,
    done: &mut u64,
    total: u64,
    failures: &mut Failures,
) -> Result<bool, ErrorView> {
    pass.progress(SyncStage::Runs, None, *done, total.max(*done));
    pass.check_cancelled()?;
    let (id, now_ms, scope) =
        (pass.connection.id, pass.started_at_ms, pass.connection.agents.clone());
    // Those that failed in this pass are still wanted, and stand before the others.
    let limit = BATCH + failures.runs.len();
    let mut wanted =
        pass.write(move |store| store.runs_wanted(id, scope.as_deref(), now_ms, limit)).await?;
    wanted.retain(|run| !failures.runs.contains(&(run.agent.clone(), run.run.clone())));
    if wanted.is_empty() {
        return Ok(false);
    }
    *done += wanted.len() as u64;
    fetch(pass, wanted, failures).await?;
    versions(pass, failures).await?;
    pass.news();
    Ok(true)
}

async fn fetch(
    pass: &Pass<'_>,
    wanted: Vec<WantedRun>,
    failures: &mut Failures,
) -> Result<(), ErrorView> {
    let mut answers = stream::iter(wanted)
        .map(|wanted| async move {
            let answer = pass.outcome(pass.client.run(&wanted.agent, &wanted.run)).await;
            (wanted, answer)
        })
        .buffer_unordered(IN_FLIGHT);
    let (mut runs, mut missing, mut fatal) = (Vec::new(), Vec::new(), None);
    while let Some((wanted, answer)) = answers.next().await {
        match answer.map(settled) {
            // Filed under the feedback's own spelling: the server finds a run in either case of its id (contract, 3).
            Ok(Answer::Found(run)) => runs.push(Run { id: wanted.run, ..run }),
            Ok(Answer::None) => missing.push((wanted.agent, wanted.run)),
            Ok(Answer::Failed(error)) if stops(&error) => {
                fatal = Some(error.into());
                break;
            }
            Ok(Answer::Failed(error)) => {
                failures.runs.insert((wanted.agent, wanted.run));
                failures.first.get_or_insert(error.into());
            }
            Err(cancelled) => {
                fatal = Some(cancelled);
                break;
            }
        }
    }
    drop(answers);
    let came = !(runs.is_empty() && missing.is_empty());
    let (id, now_ms) = (pass.connection.id, pass.desk.now_ms());
    // What did come is kept, also when the rest failed.
    pass.write(move |store| {
        store.write_runs(id, &runs)?;
        missing.iter().try_for_each(|(agent, run)| store.mark_run_missing(id, agent, run, now_ms))
    })
    .await?;
    if fatal.is_none() && (!came || failures.runs.len() > MOST_FAILED) {
        // Not this run or that: the server.
        fatal.clone_from(&failures.first);
    }
    fatal.map_or(Ok(()), Err)
}

/// What concerns the server and not the one thing asked for.
fn stops(error: &Error) -> bool {
    matches!(
        error,
        Error::Offline(_)
            | Error::KeyRefused
            | Error::NeedsUser
            | Error::Throttled { .. }
            | Error::RedirectElsewhere { .. }
            | Error::Setup
            | Error::BadAddress(_)
    )
}

/// Only what the server says for sure of this one object is "none"; other 404s may be an outage (contract, 0.12).
pub(super) fn settled<T>(answer: workflowai::Result<Option<T>>) -> Answer<T> {
    match answer {
        Ok(Some(found)) => Answer::Found(found),
        Ok(None)
        | Err(
            Error::NotFound { what: Missing::Object | Missing::Version }
            | Error::BadId
            | Error::TooLarge { .. }
            | Error::Unusable { .. }
            // It understood what was asked for; other refusals may be those of a proxy on the way.
            | Error::Rejected { status: 400 | 422, .. },
        ) => Answer::None,
        Err(error) => Answer::Failed(error),
    }
}

/// Fetches versions met in runs that no list showed: unsaved ones, or with schemas left out of the list.
async fn versions(pass: &Pass<'_>, failures: &mut Failures) -> Result<(), ErrorView> {
    let (id, now_ms) = (pass.connection.id, pass.started_at_ms);
    let limit = BATCH + failures.versions.len();
    let wanted = pass.write(move |store| store.versions_wanted(id, now_ms, limit)).await?;
    for version in wanted {
        let key = (version.agent.clone(), version.version.clone());
        if failures.versions.contains(&key) {
            continue;
        }
        let reference = VersionRef::Hash(version.version.clone());
        let answer = pass.outcome(pass.client.version(&version.agent, &reference)).await?;
        let found = match settled(answer) {
            Answer::Found(found) => Some(found),
            Answer::None => None,
            Answer::Failed(error) if stops(&error) => return Err(error.into()),
            Answer::Failed(error) => {
                failures.versions.insert(key);
                failures.first.get_or_insert(error.into());
                continue;
            }
        };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_that_looks_like_404_files_nothing_as_missing() {
        let outage = Err::<Option<()>, _>(Error::NotFound { what: Missing::AgentOrOutage });
        assert!(matches!(settled(outage), Answer::Failed(_)));
        let gone = Err::<Option<()>, _>(Error::NotFound { what: Missing::Object });
        assert!(matches!(settled(gone), Answer::None));
    }

    #[test]
    fn what_answers_in_the_servers_place_files_nothing_as_missing() {
        let asked = |error| settled(Err::<Option<()>, _>(error));
        let refused = |status| asked(Error::Rejected { status, code: None, message: None });
        assert!(matches!(asked(Error::Unexpected { request: "run" }), Answer::Failed(_)));
        assert!(matches!(refused(403), Answer::Failed(_)));
        assert!(matches!(asked(Error::Unusable { request: "run" }), Answer::None));
        assert!(matches!(refused(422), Answer::None));
    }

    #[test]
    fn a_failing_run_is_no_failing_server() {
        assert!(!stops(&Error::Server { status: 500 }));
        assert!(stops(&Error::KeyRefused));
    }
}
