//! Tells the server what was decided here: at the end of each sync, and soon after a decision. Only what counts on a
//! feedback is told, always with a comment. Where the server does not take decisions from this key or token, that is
//! remembered and it is not asked again. What fails for one feedback never keeps the others back.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::ConnectionId;
use futures_util::{StreamExt, stream};
use store::{Connection, DueDecision, KeptReason, PushState};
use tokio_util::sync::CancellationToken;
use workflowai::{Client, Error};

use super::Pass;
use crate::desk::{Desk, IN_FLIGHT};
use crate::wire::{ErrorCode, ErrorView, Event};

/// Decisions sent and noted together. If the app dies between the two they are sent again, which says the same again.
const BATCH: usize = 48;
/// How long a decision rests before it is sent: what is sent cannot be taken back.
const REST: Duration = Duration::from_secs(10);
/// Failures over one decision until it is kept here; a refusal is clearer than a fault.
const REFUSALS: u32 = 3;
const FAULTS: u32 = 6;
/// The first wait after a failure; each further one is four times the one before.
const WAIT_MS: i64 = 60_000;
const LONGEST_WAIT_MS: i64 = 6 * 60 * 60 * 1_000;
/// So many faults without one success between them are the server's, not the decisions'.
const FAULTS_IN_A_ROW: u32 = 5;

/// Which connections are being told, or will be soon.
#[derive(Default)]
pub(crate) struct Pushes {
    soon: Mutex<HashSet<ConnectionId>>,
    /// One at a time: two would send the same twice.
    one: tokio::sync::Mutex<()>,
}

/// What a failed send says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    /// The server takes no decisions from this sender.
    Refused(PushState),
    /// Something is wrong with this one.
    One(KeptReason),
    /// Nothing can be sent at the moment.
    NotNow,
}

/// The end of a pass, if it ends before everything was sent.
#[derive(Default)]
struct Tally {
    sent: u64,
    faults_in_a_row: u32,
    ended: bool,
}

/// The step of a sync.
pub(super) async fn push(pass: &Pass<'_>) -> Result<(), ErrorView> {
    pass.desk.push(&pass.connection, Some(&pass.client), &pass.cancel).await
}

impl Desk {
    /// Tells the server in a while, if it was there last. Decisions made meanwhile go along; what is undone does not.
    pub(crate) fn push_soon(self: &Arc<Self>, id: ConnectionId) {
        let soon = &self.pushes.soon;
        if !soon.lock().unwrap_or_else(PoisonError::into_inner).insert(id) {
            return;
        }
        let desk = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(REST).await;
            let Some(desk) = desk.upgrade() else { return };
            desk.pushes.soon.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            if let Err(error) = desk.push_now(id).await {
                tracing::warn!(connection = id.0, title = %error.title, "Decisions were not sent");
            }
        });
    }

    /// Tells the server now, also beside a sync, which can take an hour; unless the server was not there last.
    pub async fn push_now(&self, id: ConnectionId) -> Result<(), ErrorView> {
        let sync = self.sync_view(id).await?;
        let hopeless = sync.error.as_ref().is_some_and(|error| {
            matches!(
                error.code,
                ErrorCode::Offline
                    | ErrorCode::KeyMissing
                    | ErrorCode::KeyRefused
                    | ErrorCode::Keyring
            )
        });
        if sync.offline_since_ms.is_some() || hopeless {
            return Ok(());
        }
        let connection = self.connection(id).await?;
        self.push(&connection, None, &CancellationToken::new()).await
    }

    async fn push(
        &self,
        connection: &Connection,
        client: Option<&Client>,
        cancel: &CancellationToken,
    ) -> Result<(), ErrorView> {
        let _one = self.pushes.one.lock().await;
        let id = connection.id;
        // First of all: no keyring is asked for nothing.
        if self.due(id, 1).await?.is_empty() {
            return Ok(());
        }
        let user = self.user_client(connection).await?;
        let sender = match (&user, client) {
            (Some(user), _) => user.clone(),
            (None, Some(client)) => client.clone(),
            (None, None) => self.client(connection).await?,
        };
        let result = self.send_due(id, &sender, user.is_some(), cancel).await;
        self.tell(Event::Data { connection: id.0 });
        self.tell_decisions(id).await?;
        result
    }

    async fn due(&self, id: ConnectionId, limit: usize) -> Result<Vec<DueDecision>, ErrorView> {
        let now_ms = self.now_ms();
        self.with_store(move |store| store.outbox_due(id, now_ms, limit)).await
    }

    async fn send_due(
        &self,
        id: ConnectionId,
        sender: &Client,
        as_user: bool,
        cancel: &CancellationToken,
    ) -> Result<(), ErrorView> {
        let mut tally = Tally::default();
        while !tally.ended {
            // Alone until one was taken: a server that takes none is asked once, not six times at once.
            let due = self.due(id, if tally.sent == 0 { 1 } else { BATCH }).await?;
            if due.is_empty() {
                break;
            }
            let answers = send(sender, due, cancel).await;
            self.note(id, answers, as_user, &mut tally).await?;
            if cancel.is_cancelled() {
                return Err(ErrorView::cancelled());
            }
        }
        Ok(())
    }

    async fn note(
        &self,
        id: ConnectionId,
        answers: Vec<(DueDecision, workflowai::Result<()>)>,
        as_user: bool,
        tally: &mut Tally,
    ) -> Result<(), ErrorView> {
        let now_ms = self.now_ms();
        let (mut sent, mut failed, mut refused) = (Vec::new(), Vec::new(), None);
        for (due, answer) in answers {
            match answer.map_err(|error| met(&error, as_user)) {
                Ok(()) => sent.push(due.event),
                Err(Met::Refused(state)) => refused = Some(state),
                Err(Met::One(reason)) => failed.push((due, reason)),
                Err(Met::NotNow) => tally.ended = true,
            }
        }
        tally.count(sent.len() as u64, &failed);
        tally.ended |= refused.is_some();
        self.with_store(move |store| {
            if !sent.is_empty() {
                store.note_sent(id, &sent, now_ms)?;
            }
            for (due, reason) in failed {
                store.note_unsent(due.event, reason, again_at_ms(&due, reason, now_ms))?;
            }
            refused.map_or(Ok(()), |state| store.set_push_state(id, state))
        })
        .await
    }
}

impl Tally {
    fn count(&mut self, sent: u64, failed: &[(DueDecision, KeptReason)]) {
        let faults = failed.iter().filter(|(_, reason)| *reason == KeptReason::ServerFailed);
        let faults = u32::try_from(faults.count()).unwrap_or(u32::MAX);
        self.sent += sent;
        self.faults_in_a_row =
            if sent > 0 { 0 } else { self.faults_in_a_row.saturating_add(faults) };
        self.ended |= self.faults_in_a_row >= FAULTS_IN_A_ROW;
    }
}

/// Sends some at once. When cancelled, gives what was answered so far.
async fn send(
    sender: &Client,
    due: Vec<DueDecision>,
    cancel: &CancellationToken,
) -> Vec<(DueDecision, workflowai::Result<()>)> {
    let mut answers = stream::iter(due)
        .map(|due| async move {
            let Some(annotation) = due.kind.annotation() else { return (due, Err(Error::BadId)) };
            let comment = due.note.as_deref().unwrap_or_default();
            let answer = sender.annotate(&due.agent, &due.feedback, annotation, comment).await;
            (due, answer)
        })
        .buffer_unordered(IN_FLIGHT);
    let mut all = Vec::new();
    loop {
        tokio::select! {
            biased;
            () = cancel.cancelled() => return all,
            next = answers.next() => match next {
                Some(answer) => all.push(answer),
                None => return all,
            },
        }
    }
}

fn met(error: &Error, as_user: bool) -> Met {
    match error {
        Error::KeyRefused | Error::NeedsUser if as_user => Met::Refused(PushState::TokenRefused),
        Error::NeedsUser => Met::Refused(PushState::NeedsUser),
        Error::NotFound { .. } => Met::One(KeptReason::NotFound),
        Error::Rejected { .. } | Error::BadId => Met::One(KeptReason::Rejected),
        // 502 and its like are a proxy's: nothing behind it was asked.
        Error::Server { status: 502..=504 } => Met::NotNow,
        Error::Server { .. } | Error::Timeout { .. } | Error::TooLarge { .. } => {
            Met::One(KeptReason::ServerFailed)
        }
        // Also a key that is no key (any more), which a sync says, and an answer that is not the server's.
        _ => Met::NotNow,
    }
}

/// When to try again after one more failure; `None`: it is kept here.
fn again_at_ms(due: &DueDecision, reason: KeptReason, now_ms: i64) -> Option<i64> {
    let most = if reason == KeptReason::ServerFailed { FAULTS } else { REFUSALS };
    let wait_ms = WAIT_MS.saturating_mul(4_i64.saturating_pow(due.attempts)).min(LONGEST_WAIT_MS);
    (due.attempts + 1 < most).then(|| now_ms.saturating_add(wait_ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use workflowai::Missing;

    fn failed(attempts: u32) -> DueDecision {
        DueDecision {
            event: domain::EventId(1),
            agent: "a".into(),
            feedback: "f".into(),
            kind: domain::DecisionKind::Correct,
            note: None,
            attempts,
        }
    }

    #[test]
    fn each_wait_is_longer_and_there_is_an_end() {
        let waits = |reason| -> Vec<i64> {
            (0..).map_while(|attempts| again_at_ms(&failed(attempts), reason, 0)).collect()
        };
        assert_eq!(waits(KeptReason::NotFound), [60_000, 240_000]);
        let faults = waits(KeptReason::ServerFailed);
        assert_eq!(faults.len(), 5);
        assert!(faults.is_sorted() && faults.iter().all(|wait| *wait <= LONGEST_WAIT_MS));
    }

    #[test]
    fn a_refusal_of_the_sender_is_none_of_the_decision() {
        assert_eq!(met(&Error::NeedsUser, false), Met::Refused(PushState::NeedsUser));
        assert_eq!(met(&Error::KeyRefused, true), Met::Refused(PushState::TokenRefused));
        assert_eq!(met(&Error::KeyRefused, false), Met::NotNow);
        let missing = Error::NotFound { what: Missing::Object };
        assert_eq!(met(&missing, true), Met::One(KeptReason::NotFound));
        assert_eq!(met(&Error::Server { status: 500 }, true), Met::One(KeptReason::ServerFailed));
        assert_eq!(met(&Error::Server { status: 503 }, true), Met::NotNow);
    }

    #[test]
    fn faults_alone_end_a_pass_and_a_success_between_them_does_not_let_them() {
        let fault = (failed(0), KeptReason::ServerFailed);
        let mut tally = Tally::default();
        for _ in 0..FAULTS_IN_A_ROW - 1 {
            tally.count(0, std::slice::from_ref(&fault));
        }
        assert!(!tally.ended);
        tally.count(1, std::slice::from_ref(&fault));
        tally.count(0, &[(failed(0), KeptReason::NotFound)]);
        assert!(!tally.ended);
        for _ in 0..FAULTS_IN_A_ROW {
            tally.count(0, std::slice::from_ref(&fault));
        }
        assert!(tally.ended);
    }
}
