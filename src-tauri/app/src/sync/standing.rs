//! How each connection's mirror stands with its server: what runs, what went through last, what is wrong.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{AgentId, ConnectionId};
use store::Store;
use tokio_util::sync::CancellationToken;

use super::schedule::wait_ms;
use crate::desk::Desk;
use crate::wire::{ErrorCode, ErrorView, Event, SyncProgress, SyncStage, SyncView};

/// A due time further off than any wait was set by another clock.
const LONGEST_WAIT_MS: i64 = 10 * 60 * 1_000;

/// The syncs of all connections.
#[derive(Default)]
pub struct Syncs {
    standing: Mutex<HashMap<ConnectionId, Standing>>,
}

#[derive(Default)]
struct Standing {
    running: Option<Place>,
    view: SyncView,
    /// Whether times of earlier sessions were read from the cache.
    recalled: bool,
    /// Syncs in a row that did not go through.
    failures: u32,
    due: Due,
    /// The agents as the server listed them last, and when.
    agents: Option<(Vec<AgentId>, i64)>,
    /// When the versions of an agent were read last.
    versions_at_ms: HashMap<AgentId, i64>,
    /// The connection is being removed; ids are never used again, so this is for good.
    removed: bool,
}

/// When the next sync is due.
#[derive(Clone, Copy, Default)]
enum Due {
    /// At once: none was made in this session.
    #[default]
    Now,
    At(i64),
    /// When a person has done something about what is wrong.
    WhenAsked,
}

/// A running sync's place: there is one per connection.
#[derive(Clone)]
pub(crate) struct Place {
    id: ConnectionId,
    pub(crate) cancel: CancellationToken,
}

impl Place {
    pub(super) fn id(&self) -> ConnectionId {
        self.id
    }
}

impl Syncs {
    /// Takes the one place of a connection's sync; `None` if it is taken, or the connection is going.
    pub(crate) fn begin(&self, id: ConnectionId, now_ms: i64) -> Option<Place> {
        let mut all = self.lock();
        let standing = all.entry(id).or_default();
        if standing.running.is_some() || standing.removed {
            return None;
        }
        let place = Place { id, cancel: CancellationToken::new() };
        standing.running = Some(place.clone());
        standing.view.running = Some(SyncProgress {
            stage: SyncStage::Agents,
            agent: None,
            done: 0,
            total: 0,
            started_at_ms: now_ms,
        });
        Some(place)
    }

    pub(crate) fn cancel(&self, id: ConnectionId) {
        if let Some(place) = self.lock().get(&id).and_then(|standing| standing.running.as_ref()) {
            place.cancel.cancel();
        }
    }

    /// `None` if the connection is going: nobody is to hear of it any more.
    pub(crate) fn set_progress(
        &self,
        id: ConnectionId,
        progress: SyncProgress,
    ) -> Option<SyncView> {
        let mut all = self.lock();
        let standing = all.get_mut(&id).filter(|standing| !standing.removed)?;
        standing.view.running = Some(progress);
        Some(standing.view.clone())
    }

    pub(super) fn agents(&self, id: ConnectionId) -> Option<(Vec<AgentId>, i64)> {
        self.lock().get(&id)?.agents.clone()
    }

    pub(super) fn set_agents(&self, id: ConnectionId, agents: Vec<AgentId>, at_ms: i64) {
        self.lock().entry(id).or_default().agents = Some((agents, at_ms));
    }

    pub(super) fn versions_at_ms(&self, id: ConnectionId, agent: &AgentId) -> Option<i64> {
        self.lock().get(&id)?.versions_at_ms.get(agent).copied()
    }

    pub(super) fn set_versions_at_ms(&self, id: ConnectionId, agent: &AgentId, at_ms: i64) {
        self.lock().entry(id).or_default().versions_at_ms.insert(agent.clone(), at_ms);
    }

    pub(super) fn is_due(&self, id: ConnectionId, now_ms: i64) -> bool {
        let all = self.lock();
        match all.get(&id).filter(|standing| standing.running.is_none()) {
            Some(standing) => match standing.due {
                Due::Now => true,
                // A clock that was set back must not put it off for ever.
                Due::At(at_ms) => now_ms >= at_ms || now_ms < at_ms - LONGEST_WAIT_MS,
                Due::WhenAsked => false,
            },
            None => !all.contains_key(&id),
        }
    }

    pub(super) fn waits_for_a_person(&self, id: ConnectionId) -> bool {
        self.lock().get(&id).is_some_and(|standing| matches!(standing.due, Due::WhenAsked))
    }

    pub(super) fn last_success_at_ms(&self, id: ConnectionId) -> Option<i64> {
        self.lock().get(&id)?.view.last_success_at_ms
    }

    /// Stops a connection's sync and lets none begin any more.
    pub(crate) fn forget(&self, id: ConnectionId) {
        let mut all = self.lock();
        let standing = all.entry(id).or_default();
        standing.removed = true;
        if let Some(place) = &standing.running {
            place.cancel.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ConnectionId, Standing>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes away what is noted of a removed connection's syncs.
pub(crate) fn forget_times(store: &Store, id: ConnectionId) -> Result<(), store::Error> {
    store.set_setting(&success_key(id), None)?;
    store.set_setting(&offline_key(id), None)
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

    pub(super) async fn end_sync(&self, place: &Place, result: Result<(), ErrorView>) {
        let id = place.id;
        log_end(id, &result);
        // Reads what earlier sessions left, so that "offline since" is not younger than it is.
        if let Err(error) = self.sync_view(id).await {
            tracing::warn!(connection = id.0, title = %error.title, "The sync's history could not be read");
        }
        let now_ms = self.now_ms();
        let view = {
            let mut all = self.syncs.lock();
            let Some(standing) = all.get_mut(&id) else { return };
            standing.running = None;
            let code = result.as_ref().err().map(|error| error.code);
            standing.failures =
                if result.is_ok() { 0 } else { standing.failures.saturating_add(1) };
            standing.due = wait_ms(standing.failures, code, rand::random())
                .map_or(Due::WhenAsked, |wait_ms| Due::At(now_ms.saturating_add(wait_ms)));
            standing.view = ended(&standing.view, result, now_ms);
            if standing.removed {
                return;
            }
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

/// Titles are our own sentences; the server's words are for the screen, not for logs.
fn log_end(id: ConnectionId, result: &Result<(), ErrorView>) {
    match result {
        Ok(()) => tracing::info!(connection = id.0, "Synced"),
        Err(error) => {
            tracing::warn!(connection = id.0, code = ?error.code, title = %error.title, "A sync did not go through");
        }
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
    fn a_connection_that_goes_gets_no_sync_any_more() {
        let syncs = Syncs::default();
        let place = syncs.begin(ConnectionId(1), 0).expect("the place is free");
        syncs.forget(ConnectionId(1));
        assert!(place.cancel.is_cancelled());
        assert!(syncs.begin(ConnectionId(1), 0).is_none());
    }

    #[test]
    fn a_place_is_taken_once() {
        let syncs = Syncs::default();
        assert!(syncs.begin(ConnectionId(1), 0).is_some());
        assert!(syncs.begin(ConnectionId(1), 0).is_none());
        assert!(syncs.begin(ConnectionId(2), 0).is_some());
    }
}
