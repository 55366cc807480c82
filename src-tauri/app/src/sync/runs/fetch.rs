//! Asks for runs and versions, as many at once as the server is to bear, and never fewer while there are any left.

use std::collections::VecDeque;

use domain::{RunClass, RunRecord};
use futures_util::StreamExt;
use futures_util::future::OptionFuture;
use futures_util::stream::FuturesUnordered;
use store::{RunAnswer, WantedRun, WantedVersion};
use tokio::sync::mpsc::Sender;
use workflowai::{Error, VersionRef};

use super::file::Came;
use super::{Answer, Extent, Round, settled, stops};
use crate::desk::IN_FLIGHT;
use crate::sync::Pass;
use crate::wire::ErrorView;

/// Runs of negative feedback that an inbox is opened with.
const FIRST: usize = 200;
/// Runs looked up at a time, and how few may be left when the next are.
const CHUNK: usize = 500;
const FEW: usize = 100;
/// The same while lists are being read: what a page brings that is negative waits for no more than these.
const CHUNK_BESIDE: usize = 100;
const FEW_BESIDE: usize = 25;
/// So many runs that fail, each by itself, are no exceptions any more.
const MOST_FAILED: usize = 200;
/// Nor are so many without one that came between them.
const MOST_IN_A_ROW: usize = 48;

enum Job {
    Run(WantedRun),
    Version(WantedVersion),
}

/// What was asked for so far.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) runs: usize,
    pub(super) versions: usize,
    failed: usize,
    failed_in_a_row: usize,
    /// The first failure of a single run or version.
    pub(super) failure: Option<ErrorView>,
}

impl Asked {
    /// Notes that one failed; an error says that it is the server that fails, not this run or that.
    fn note(&mut self, error: Error) -> Result<(), ErrorView> {
        if stops(&error) {
            return Err(error.into());
        }
        self.failed += 1;
        self.failed_in_a_row += 1;
        let first = self.failure.get_or_insert(error.into());
        if self.failed > MOST_FAILED || self.failed_in_a_row >= MOST_IN_A_ROW {
            return Err(first.clone());
        }
        Ok(())
    }
}

/// Fetches what is wanted and hands it over to be written, until nothing is left.
pub(super) async fn all(
    pass: &Pass<'_>,
    round: &Round,
    extent: Extent,
    asked: &mut Asked,
    came: Sender<Came>,
) -> Result<(), ErrorView> {
    let mut jobs = VecDeque::new();
    let mut under_way = FuturesUnordered::new();
    let (mut at_end, mut next) = (false, OptionFuture::default());
    let mut is_looking = false;
    let few = if extent == Extent::Beside { FEW_BESIDE } else { FEW };
    loop {
        while under_way.len() < IN_FLIGHT
            && let Some(job) = jobs.pop_front()
        {
            under_way.push(fetch(pass, job));
        }
        if !at_end && !is_looking && jobs.len() < few {
            // Beside the requests, so that none waits for it.
            next = Some(Box::pin(more(pass, round, most(extent, asked.runs)))).into();
            is_looking = true;
        }
        tokio::select! {
            Some(answer) = under_way.next() => {
                let Some(answer) = sort(answer?, asked)? else { continue };
                if came.send(answer).await.is_err() {
                    // Nobody writes any more; whoever did says why.
                    return Ok(());
                }
            }
            Some(found) = &mut next, if is_looking => {
                let found: Vec<Job> = found?;
                is_looking = false;
                at_end = found.is_empty();
                let runs = found.iter().filter(|job| matches!(job, Job::Run(_))).count();
                asked.runs += runs;
                asked.versions += found.len() - runs;
                jobs.extend(found);
            }
            else => return Ok(()),
        }
    }
}

/// How many more runs to look up.
fn most(extent: Extent, asked: usize) -> (usize, Extent) {
    match extent {
        Extent::First => (FIRST.saturating_sub(asked), extent),
        Extent::Beside => (CHUNK_BESIDE, extent),
        Extent::All => (CHUNK, extent),
    }
}

/// What is wanted and was not asked for in this round; versions first, as there are few.
async fn more(
    pass: &Pass<'_>,
    round: &Round,
    (most, extent): (usize, Extent),
) -> Result<Vec<Job>, ErrorView> {
    pass.check_cancelled()?;
    // As it was before looking: what is written meanwhile must not look as if it had never been asked for.
    let (runs_met, versions_met) = (round.runs().clone(), round.versions().clone());
    let (id, now_ms) = (pass.connection.id, pass.started_at_ms);
    let scope = pass.connection.agents.clone();
    let (most_runs, most_versions) = (most + runs_met.len(), CHUNK + versions_met.len());
    let (mut runs, mut versions) = pass
        .write(move |store| {
            let runs = store.runs_wanted(id, scope.as_deref(), now_ms, most_runs)?;
            Ok((runs, store.versions_wanted(id, now_ms, most_versions)?))
        })
        .await?;
    runs.retain(|wanted| {
        (extent != Extent::First || wanted.class == RunClass::Negative)
            && !runs_met.contains(&(wanted.agent.clone(), wanted.run.clone()))
    });
    runs.truncate(most);
    versions
        .retain(|wanted| !versions_met.contains(&(wanted.agent.clone(), wanted.version.clone())));
    round.runs().extend(runs.iter().map(|wanted| (wanted.agent.clone(), wanted.run.clone())));
    round
        .versions()
        .extend(versions.iter().map(|wanted| (wanted.agent.clone(), wanted.version.clone())));
    Ok(versions.into_iter().map(Job::Version).chain(runs.into_iter().map(Job::Run)).collect())
}

/// One request's answer; an error is that the sync was cancelled.
async fn fetch(pass: &Pass<'_>, job: Job) -> Result<workflowai::Result<Came>, ErrorView> {
    match job {
        Job::Run(WantedRun { agent, run, .. }) => {
            let answer = pass.outcome(pass.client.run_record(&agent, &run)).await?;
            Ok(match settled(answer) {
                // Filed under the feedback's own spelling: the server finds a run in either case of its id
                // (contract, 3).
                Answer::Found(record) => {
                    Ok(Came::Run(RunAnswer::Found(RunRecord { id: run, ..record })))
                }
                Answer::None => Ok(Came::Run(RunAnswer::None { agent, run })),
                Answer::Failed(error) => Err(error),
            })
        }
        Job::Version(wanted) => {
            let reference = VersionRef::Hash(wanted.version.clone());
            let answer = pass.outcome(pass.client.version(&wanted.agent, &reference)).await?;
            Ok(match settled(answer) {
                Answer::Found(version) => Ok(Came::Version(Box::new(version))),
                Answer::None => Ok(Came::NoVersion(wanted)),
                Answer::Failed(error) => Err(error),
            })
        }
    }
}

fn sort(answer: workflowai::Result<Came>, asked: &mut Asked) -> Result<Option<Came>, ErrorView> {
    match answer {
        Ok(came) => {
            asked.failed_in_a_row = 0;
            Ok(Some(came))
        }
        Err(error) => asked.note(error).map(|()| None),
    }
}
