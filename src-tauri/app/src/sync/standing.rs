//! How each connection's mirror stands with its server: what runs, what went through last, what is wrong.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::ConnectionId;
use tokio_util::sync::CancellationToken;

use crate::desk::Desk;
use crate::wire::{ErrorCode, ErrorView, Event, SyncProgress, SyncStage, SyncView};

/// The syncs of all connections.
#[derive(Default)]
pub struct Syncs {
    standing: Mutex<HashMap<ConnectionId, Standing>>,
}

#[derive(Default)]
struct Standing {
    cancel: Option<CancellationToken>,
    view: SyncView,
    /// Whether times of earlier sessions were read from the cache.
    recalled: bool,
}

impl Syncs {
    /// Takes the one place of a connection's sync; `None` if it is taken.
    pub(crate) fn begin(&self, id: ConnectionId, now_ms: i64) -> Option<CancellationToken> {
        let mut all = self.lock();
        let standing = all.entry(id).or_default();
        if standing.cancel.is_some() {
            return None;
        }
        let cancel = CancellationToken::new();
        standing.cancel = Some(cancel.clone());
        standing.view.running = Some(SyncProgress {
            stage: SyncStage::Agents,
            agent: None,
            done: 0,
            total: 0,
            started_at_ms: now_ms,
        });
        Some(cancel)
    }

    pub(crate) fn cancel(&self, id: ConnectionId) {
        if let Some(cancel) = self.lock().get(&id).and_then(|standing| standing.cancel.as_ref()) {
            cancel.cancel();
        }
    }

    pub(crate) fn set_progress(&self, id: ConnectionId, progress: SyncProgress) -> SyncView {
        let mut all = self.lock();
        let standing = all.entry(id).or_default();
        standing.view.running = Some(progress);
        standing.view.clone()
    }

    /// Forgets a connection, and stops its sync.
    pub(crate) fn forget(&self, id: ConnectionId) {
        if let Some(cancel) = self.lock().remove(&id).and_then(|standing| standing.cancel) {
            cancel.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConnectionId, Standing>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk {
    /// How a connection stands, also after a restart.
    pub(crate) async fn sync_view(&self, id: ConnectionId) -> Result<SyncView, ErrorView> {
        let recalled = self.syncs.lock().get(&id).is_some_and(|standing| standing.recalled);
        if !recalled {
            let (success, offline) = self
                .with_store(move |store| {
                    Ok((store.setting(&success_key(id))?, store.setting(&offline_key(id))?))
                })
                .await?;
            let ms = |text: Option<String>| text.and_then(|text| text.parse().ok());
            let mut all = self.syncs.lock();
            let standing = all.entry(id).or_default();
            standing.recalled = true;
            standing.view.last_success_at_ms = standing.view.last_success_at_ms.or(ms(success));
            standing.view.offline_since_ms = standing.view.offline_since_ms.or(ms(offline));
        }
        Ok(self.syncs.lock().get(&id).map(|standing| standing.view.clone()).unwrap_or_default())
    }

    pub(super) async fn end_sync(&self, id: ConnectionId, result: Result<(), ErrorView>) {
        // Reads what earlier sessions left, so that "offline since" is not younger than it is.
        if let Err(error) = self.sync_view(id).await {
            tracing::warn!(connection = id.0, title = %error.title, "The sync's history could not be read");
        }
        let now_ms = self.now_ms();
        let view = {
            let mut all = self.syncs.lock();
            // A connection that was removed meanwhile has no standing any more.
            let Some(standing) = all.get_mut(&id) else { return };
            standing.cancel = None;
            standing.view = ended(&standing.view, result, now_ms);
            standing.view.clone()
        };
        let kept = view.clone();
        let written = self
            .with_store(move |store| {
                let text = |ms: Option<i64>| ms.map(|ms| ms.to_string());
                store.set_setting(&success_key(id), text(kept.last_success_at_ms).as_deref())?;
                store.set_setting(&offline_key(id), text(kept.offline_since_ms).as_deref())
            })
            .await;
        if let Err(error) = written {
            tracing::warn!(connection = id.0, title = %error.title, "The sync's end could not be noted");
        }
        self.tell(Event::Sync { connection: id.0, sync: view });
        self.tell(Event::Data { connection: id.0 });
    }
}

fn ended(before: &SyncView, result: Result<(), ErrorView>, now_ms: i64) -> SyncView {
    match result {
        Ok(()) => SyncView { last_success_at_ms: Some(now_ms), ..SyncView::default() },
        Err(error) => SyncView {
            running: None,
            last_success_at_ms: before.last_success_at_ms,
            offline_since_ms: match error.code {
                ErrorCode::Offline => before.offline_since_ms.or(Some(now_ms)),
                // Stopped by the person: says nothing about the server.
                ErrorCode::Cancelled => before.offline_since_ms,
                _ => None,
            },
            error: (error.code != ErrorCode::Cancelled).then_some(error),
        },
    }
}

fn success_key(id: ConnectionId) -> String {
    format!("sync.{id}.last_success_at_ms")
}

fn offline_key(id: ConnectionId) -> String {
    format!("sync.{id}.offline_since_ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offline() -> ErrorView {
        ErrorView { code: ErrorCode::Offline, ..ErrorView::internal("down") }
    }

    #[test]
    fn offline_since_is_the_first_failure_in_a_row() {
        let first = ended(&SyncView::default(), Err(offline()), 1_000);
        let second = ended(&first, Err(offline()), 2_000);
        assert_eq!(second.offline_since_ms, Some(1_000));
        assert_eq!(ended(&second, Ok(()), 3_000).offline_since_ms, None);
    }

    #[test]
    fn stopping_a_sync_is_no_fault() {
        let stopped = ended(&SyncView::default(), Err(ErrorView::cancelled()), 1_000);
        assert_eq!((stopped.error, stopped.offline_since_ms), (None, None));
    }

    #[test]
    fn a_place_is_taken_once() {
        let syncs = Syncs::default();
        assert!(syncs.begin(ConnectionId(1), 0).is_some());
        assert!(syncs.begin(ConnectionId(1), 0).is_none());
        assert!(syncs.begin(ConnectionId(2), 0).is_some());
    }
}
