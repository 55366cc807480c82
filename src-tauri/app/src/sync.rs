//! Mirrors a connection: agents, feedback, versions, then the runs behind the feedback, the negative first.
//! A sync can be cancelled at any page and goes on there the next time. Nothing is ever deleted because a
//! server did not answer, or answered 404 (contract, 0.12).

mod feedback;
mod outbox;
mod runs;
mod standing;

use std::sync::Arc;

use domain::{AgentId, ConnectionId};
use store::Connection;
use tokio_util::sync::CancellationToken;
use workflowai::Client;

use crate::desk::Desk;
use crate::wire::{ErrorCode, ErrorView, Event, SyncProgress, SyncStage, SyncView};

pub(crate) use outbox::Pushes;
use standing::Place;
pub use standing::Syncs;
pub(crate) use standing::forget_times;

/// How often the window is told that there is news, at most.
const NEWS_EVERY_MS: i64 = 700;

/// One sync under way.
pub(crate) struct Pass<'a> {
    desk: &'a Desk,
    connection: Connection,
    client: Client,
    cancel: CancellationToken,
    started_at_ms: i64,
    last_news_ms: std::sync::atomic::AtomicI64,
}

impl Desk {
    /// Starts a sync in the background, unless one is running. How it goes is told by events.
    pub async fn start_sync(self: &Arc<Self>, id: ConnectionId) -> Result<SyncView, ErrorView> {
        let connection = self.connection(id).await?;
        if let Some(place) = self.syncs.begin(id, self.now_ms()) {
            let desk = Arc::clone(self);
            tokio::spawn(async move { desk.run_sync(connection, place).await });
        }
        self.sync_view(id).await
    }

    /// Syncs and waits for the end: what the command line does.
    pub async fn sync_now(self: &Arc<Self>, id: ConnectionId) -> Result<(), ErrorView> {
        let connection = self.connection(id).await?;
        let Some(place) = self.syncs.begin(id, self.now_ms()) else {
            return Err(ErrorView::bad_input("A sync of this connection is running already."));
        };
        self.run_sync(connection, place).await
    }

    /// Stops a running sync; what came so far stays.
    pub fn cancel_sync(&self, id: ConnectionId) {
        self.syncs.cancel(id);
    }

    async fn run_sync(
        self: &Arc<Self>,
        connection: Connection,
        place: Place,
    ) -> Result<(), ErrorView> {
        let (desk, cancel) = (Arc::clone(self), place.cancel.clone());
        // A task of its own: a panic in it must not leave a sync that "runs" for ever.
        let pass = tokio::spawn(async move { desk.pass(connection, cancel).await });
        let result = pass.await.unwrap_or_else(|panic| Err(ErrorView::internal(panic)));
        self.end_sync(&place, result.clone()).await;
        result
    }

    async fn pass(
        &self,
        connection: Connection,
        cancel: CancellationToken,
    ) -> Result<(), ErrorView> {
        let client = self.client(&connection).await?;
        let pass = Pass {
            desk: self,
            connection,
            client,
            cancel,
            started_at_ms: self.now_ms(),
            last_news_ms: 0.into(),
        };
        pass.run().await
    }
}

impl Pass<'_> {
    async fn run(&self) -> Result<(), ErrorView> {
        self.progress(SyncStage::Agents, None, 0, 0);
        let agents = self.agents().await?;
        let mut failed = None;
        for agent in &agents {
            // One agent that cannot be read (deleted, or closed to this key) does not keep the others waiting.
            match feedback::mirror(self, agent).await {
                Err(error) if error.code == ErrorCode::Other => failed = Some(error),
                other => other?,
            }
        }
        for (done, agent) in agents.iter().enumerate() {
            self.progress(SyncStage::Versions, Some(agent), done as u64, agents.len() as u64);
            let versions = match self.outcome(self.client.versions(agent)).await? {
                Ok(versions) => versions,
                Err(error) => {
                    let error = ErrorView::from(error);
                    if error.code != ErrorCode::Other {
                        return Err(error);
                    }
                    failed = Some(error);
                    continue;
                }
            };
            let (id, now_ms) = (self.connection.id, self.desk.now_ms());
            self.write(move |store| store.write_versions(id, &versions, now_ms)).await?;
        }
        self.news();
        runs::mirror(self).await?;
        outbox::push(self).await?;
        failed.map_or(Ok(()), Err)
    }

    /// The agents to mirror: what the connection chose, of what the server has.
    async fn agents(&self) -> Result<Vec<AgentId>, ErrorView> {
        let agents = self.unless_cancelled(self.client.agents()).await?;
        let ids: Vec<AgentId> = agents.iter().map(|agent| agent.id.clone()).collect();
        let id = self.connection.id;
        self.write(move |store| store.write_agents(id, &agents)).await?;
        Ok(match &self.connection.agents {
            Some(chosen) => ids.into_iter().filter(|agent| chosen.contains(agent)).collect(),
            None => ids,
        })
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&store::Store) -> Result<T, store::Error> + Send + 'static,
    ) -> Result<T, ErrorView> {
        self.desk.with_store(work).await
    }

    fn check_cancelled(&self) -> Result<(), ErrorView> {
        if self.cancel.is_cancelled() { Err(ErrorView::cancelled()) } else { Ok(()) }
    }

    /// Awaits a request, unless the sync is cancelled meanwhile: then, and only then, there is an outer error.
    async fn outcome<T>(
        &self,
        request: impl Future<Output = workflowai::Result<T>>,
    ) -> Result<workflowai::Result<T>, ErrorView> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(ErrorView::cancelled()),
            answer = request => Ok(answer),
        }
    }

    /// Awaits a request whose failure ends the sync.
    async fn unless_cancelled<T>(
        &self,
        request: impl Future<Output = workflowai::Result<T>>,
    ) -> Result<T, ErrorView> {
        Ok(self.outcome(request).await??)
    }

    fn progress(&self, stage: SyncStage, agent: Option<&AgentId>, done: u64, total: u64) {
        let progress = SyncProgress {
            stage,
            agent: agent.map(AgentId::to_string),
            done: done.min(total),
            total,
            started_at_ms: self.started_at_ms,
        };
        if let Some(sync) = self.desk.syncs.set_progress(self.connection.id, progress) {
            self.desk.tell(Event::Sync { connection: self.connection.id.0, sync });
        }
    }

    /// Tells the window that there is something new to read, not too often.
    fn news(&self) {
        use std::sync::atomic::Ordering::Relaxed;
        let now_ms = self.desk.now_ms();
        if now_ms - self.last_news_ms.load(Relaxed) >= NEWS_EVERY_MS {
            self.last_news_ms.store(now_ms, Relaxed);
            self.desk.tell(Event::Data { connection: self.connection.id.0 });
        }
    }
}
