//! The runs behind the feedback, by class and newest first, each fetched once; and every version met in them.
//! Fetching never waits for writing as long as the writing keeps up: `fetch` has requests under way all the time,
//! `file` writes beside it what they brought.

mod fetch;
mod file;

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{AgentId, RunId, VersionId};
use tokio::sync::mpsc;
use workflowai::{Error, Missing};

use super::Pass;
use crate::wire::{ErrorView, SyncStage};

use fetch::Asked;

/// Answers that may wait to be written; beyond that, fetching waits.
const MOST_WAITING: usize = 400;

/// What became of one request.
pub(super) enum Answer<T> {
    Found(T),
    /// The server knows for sure that it has none.
    None,
    /// This one failed; the next may not.
    Failed(Error),
}

/// How much of it one round is to bring.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// Some of negative feedback.
    First,
    /// All that is known so far, untold: the lists tell how far they are. What is negative comes first of that, and
    /// what a later page brings before what waits still.
    Beside,
    All,
}

/// What fetching and filing have to know of each other.
#[derive(Default)]
struct Round {
    runs: Mutex<HashSet<(AgentId, RunId)>>,
    versions: Mutex<HashSet<(AgentId, VersionId)>>,
}

impl Round {
    /// Runs that are wanted still and yet not to be asked for: under way, waiting to be written, or failed.
    fn runs(&self) -> MutexGuard<'_, HashSet<(AgentId, RunId)>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same for versions.
    fn versions(&self) -> MutexGuard<'_, HashSet<(AgentId, VersionId)>> {
        self.versions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that is wanted and not here.
pub(super) async fn mirror(pass: &Pass<'_>) -> Result<(), ErrorView> {
    round(pass, Extent::All).await?.map_or(Ok(()), Err)
}

/// The runs of the newest negative feedback, so that an inbox can be worked in while the rest comes. What fails
/// here is tried again, and said, by [`mirror`].
pub(super) async fn mirror_first(pass: &Pass<'_>) -> Result<(), ErrorView> {
    round(pass, Extent::First).await.map(|_| ())
}

/// Everything that is wanted while lists are still being read; there may be more at the end. What fails here is tried
/// again, and said, by [`mirror`].
pub(super) async fn mirror_beside(pass: &Pass<'_>) -> Result<(), ErrorView> {
    round(pass, Extent::Beside).await.map(|_| ())
}

/// Gives what the first of single failures was; an error is one that ended it before its time.
async fn round(pass: &Pass<'_>, extent: Extent) -> Result<Option<ErrorView>, ErrorView> {
    let id = pass.connection.id;
    let total = match extent {
        Extent::First | Extent::Beside => 0,
        Extent::All => pass.write(move |store| store.runs_unknown(id)).await?,
    };
    if total > 0 {
        pass.progress(SyncStage::Runs, None, 0, total);
    }
    let (round, mut asked) = (Round::default(), Asked::default());
    loop {
        let before = (asked.runs, asked.versions);
        let (came, waiting) = mpsc::channel(MOST_WAITING);
        let filing = file::all(pass, &round, waiting, (asked.runs as u64, total));
        // Filing ends when `came` is dropped, having written what was waiting: also where fetching was cancelled.
        let (fetched, filed) =
            tokio::join!(fetch::all(pass, &round, extent, &mut asked, came), filing);
        filed?;
        fetched?;
        // The last runs may have brought up versions.
        if before == (asked.runs, asked.versions) {
            return Ok(asked.failure);
        }
    }
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
