//! What of a connection's runs is kept on this machine, and one run that is not, because a person opened it.

use std::sync::Arc;

use domain::{ConnectionId, FeedbackId};
use serde::Deserialize;
use store::{Offline, OfflineClass};
use ts_rs::TS;

use super::{Command, feedback};
use crate::desk::Desk;
use crate::wire::{ErrorView, FeedbackDetailView, OfflineClassView, OfflineView};

const MB: u64 = 1_000_000;
/// Limits a person can choose; the first that is set is the store's, 2 GB.
const CHOICES_BYTES: [u64; 6] =
    [200 * MB, 500 * MB, 1_000 * MB, 2_000 * MB, 5_000 * MB, 10_000 * MB];

/// What of a connection's runs is here, and how much is to come.
#[derive(Debug, Deserialize, TS)]
pub struct GetOffline {
    pub connection: i64,
}

/// Sets how much of a connection's runs is kept. What is too much goes at once; what has room now is fetched.
#[derive(Debug, Deserialize, TS)]
pub struct SetOfflineLimit {
    pub connection: i64,
    /// `null`: everything is made available offline.
    pub limit_bytes: Option<u64>,
}

/// Fetches the run of one feedback now, and its version, whatever the limit.
#[derive(Debug, Deserialize, TS)]
pub struct FetchRun {
    pub connection: i64,
    /// The feedback's id.
    pub feedback: String,
}

impl Command for GetOffline {
    type Response = OfflineView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<OfflineView, ErrorView> {
        view(desk, ConnectionId(self.connection)).await
    }
}

impl Command for SetOfflineLimit {
    type Response = OfflineView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<OfflineView, ErrorView> {
        let id = ConnectionId(self.connection);
        let limit = self.limit_bytes;
        let before = desk.with_store(move |store| store.offline(id)).await?.limit_bytes;
        let view = desk.set_offline_limit(id, limit).await?;
        if limit.unwrap_or(u64::MAX) > before.unwrap_or(u64::MAX) {
            // A sync that runs already sees the new limit by itself.
            desk.start_sync(id).await?;
        }
        Ok(view)
    }
}

impl Command for FetchRun {
    type Response = FeedbackDetailView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<FeedbackDetailView, ErrorView> {
        let (id, feedback) = (ConnectionId(self.connection), FeedbackId::new(self.feedback));
        desk.fetch_run(id, &feedback).await?;
        feedback::shown(desk, id, feedback).await
    }
}

impl Desk {
    /// Sets how much of a connection's runs is kept; `None`: everything. What has room now comes with the next sync.
    pub async fn set_offline_limit(
        &self,
        id: ConnectionId,
        limit_bytes: Option<u64>,
    ) -> Result<OfflineView, ErrorView> {
        self.with_store(move |store| store.set_offline_limit(id, limit_bytes)).await?;
        view(self, id).await
    }
}

async fn view(desk: &Desk, id: ConnectionId) -> Result<OfflineView, ErrorView> {
    let (offline, files_bytes) =
        desk.with_store(move |store| Ok((store.offline(id)?, store.file_bytes_of(id)?))).await?;
    Ok(offline_view(&offline, files_bytes))
}

fn offline_view(offline: &Offline, files_bytes: u64) -> OfflineView {
    let class = |class: OfflineClass| OfflineClassView {
        kept: class.kept,
        wanted: class.waiting + class.shed,
    };
    OfflineView {
        limit_bytes: offline.limit_bytes,
        choices_bytes: CHOICES_BYTES.to_vec(),
        kept_bytes: offline.stored_bytes,
        json_bytes: offline.json_bytes,
        negative: class(offline.negative),
        commented: class(offline.commented),
        rest: class(offline.rest),
        is_full: offline.is_full,
        files_bytes,
    }
}
