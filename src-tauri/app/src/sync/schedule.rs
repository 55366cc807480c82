//! When a connection is synced without being asked. Due times are by the clock on the wall, so that a machine that
//! slept syncs when it wakes; a host only has to ask every few seconds.

use std::sync::Arc;

use domain::ConnectionId;

use super::Cause;
use crate::command::{current, kind_view};
use crate::desk::Desk;
use crate::wire::{ConnectionKind, ErrorCode, ErrorView};

const SECOND_MS: i64 = 1_000;
/// Between two syncs of a server that answers.
const EVERY_MS: i64 = 5 * 60 * SECOND_MS;
/// After the first failure; twice as long after each further one, up to [`EVERY_MS`].
const AFTER_FAILURE_MS: i64 = 15 * SECOND_MS;
/// Waits are drawn from so much around these, so that the desks of a team do not ask in step.
const JITTER: f64 = 0.2;
/// What was synced so short a time ago need not be synced again because a network came back.
const JUST_NOW_MS: i64 = 30 * SECOND_MS;

/// How long after the end of a sync the next one is due; `None`: not before a person does something about it. `roll` is
/// drawn evenly from 0 to 1.
pub(super) fn wait_ms(failures: u32, code: Option<ErrorCode>, roll: f64) -> Option<i64> {
    let wait_ms = match code {
        // Asking the keyring again would bring its dialog up again.
        Some(ErrorCode::KeyMissing | ErrorCode::KeyRefused | ErrorCode::Keyring) => return None,
        None | Some(ErrorCode::Cancelled) => EVERY_MS,
        Some(_) => {
            let doubled = AFTER_FAILURE_MS.saturating_mul(1 << failures.saturating_sub(1).min(16));
            doubled.min(EVERY_MS)
        }
    };
    let factor = 1.0 + JITTER * (2.0 * roll.clamp(0.0, 1.0) - 1.0);
    Some((wait_ms as f64 * factor) as i64)
}

impl Desk {
    /// What there is to do every few seconds: wakes what was put aside until now, starts the syncs that are due, and
    /// goes on with what an older version left undone.
    pub async fn beat(self: &Arc<Self>) -> Result<(), ErrorView> {
        let woken = self.wake_by_time().await;
        self.sync_what_is_due().await?;
        self.catch_up().await?;
        woken
    }

    /// Starts the syncs that are due; to be called every few seconds. Connections not looked at are synced as well, but
    /// for collectors inside this process: those start when somebody looks.
    pub async fn sync_what_is_due(self: &Arc<Self>) -> Result<(), ErrorView> {
        let now_ms = self.now_ms();
        self.sync_those(|desk, id| desk.syncs.is_due(id, now_ms)).await
    }

    /// The network came back: what could not be synced is, at once.
    pub async fn network_returned(self: &Arc<Self>) -> Result<(), ErrorView> {
        let now_ms = self.now_ms();
        self.sync_those(|desk, id| {
            let ended_ms = desk.syncs.last_success_at_ms(id);
            ended_ms.is_none_or(|ended_ms| !(0..JUST_NOW_MS).contains(&(now_ms - ended_ms)))
                && !desk.syncs.waits_for_a_person(id)
        })
        .await
    }

    async fn sync_those(
        self: &Arc<Self>,
        wanted: impl Fn(&Self, ConnectionId) -> bool,
    ) -> Result<(), ErrorView> {
        let current = current(self).await?;
        for connection in self.with_store(|store| store.connections()).await? {
            let is_server = kind_view(connection.kind) == ConnectionKind::Server;
            let is_looked_at = current == Some(connection.id);
            if (is_server || is_looked_at) && wanted(self, connection.id) {
                self.start_sync_as(connection.id, Cause::Timer).await?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_answers_is_asked_every_five_minutes_and_not_in_step() {
        assert_eq!(wait_ms(0, None, 0.5), Some(EVERY_MS));
        assert_eq!(wait_ms(0, None, 0.0), Some(EVERY_MS * 4 / 5));
        assert_eq!(wait_ms(0, None, 1.0), Some(EVERY_MS * 6 / 5));
    }

    #[test]
    fn one_that_does_not_is_asked_ever_less_often() {
        let waits = (1..=7).map(|failures| wait_ms(failures, Some(ErrorCode::Offline), 0.5));
        let seconds: Vec<i64> = waits.map(|wait| wait.map_or(0, |ms| ms / SECOND_MS)).collect();
        assert_eq!(seconds, [15, 30, 60, 120, 240, 300, 300]);
        assert_eq!(wait_ms(u32::MAX, Some(ErrorCode::Other), 0.5), Some(EVERY_MS));
    }

    #[test]
    fn a_key_that_is_refused_waits_for_a_person() {
        assert_eq!(wait_ms(1, Some(ErrorCode::KeyRefused), 0.5), None);
        assert_eq!(wait_ms(1, Some(ErrorCode::Keyring), 0.5), None);
    }
}
