//! Mirrors a connection: agents, feedback, versions, then the runs behind the feedback, the negative first.
//! A sync can be cancelled at any page and goes on there the next time. Nothing is ever deleted because a
//! server did not answer, or answered 404 (contract, 0.12).

mod asked;
mod feedback;
mod outbox;
mod pace;
mod runs;
mod schedule;
mod schemas;
mod standing;
mod turn;
mod walk;

use std::collections::HashSet;
use std::sync::Arc;

use domain::{AgentId, ConnectionId, SnoozeKind};
use store::Connection;
use tokio_util::sync::CancellationToken;
use workflowai::Client;

use crate::desk::Desk;
use crate::wire::{ErrorCode, ErrorView, Event, SyncProgress, SyncStage, SyncView};

use feedback::List;
use futures_util::{StreamExt, stream};
pub(crate) use outbox::Pushes;
pub use pace::Pace;
use standing::Place;
pub use standing::Syncs;
pub(crate) use standing::forget_times;

/// How often the window is told that there is news, at most.
const NEWS_EVERY_MS: i64 = 700;

/// Agents whose lists are read at the same time.
const LISTS_AT_ONCE: usize = 3;

/// Why a sync is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A person asked: everything is looked at.
    Person,
    /// It is time: agents and versions only if something is new or some time has passed.
    Timer,
}

/// One sync under way.
pub(crate) struct Pass<'a> {
    desk: &'a Desk,
    connection: Connection,
    client: Client,
    cause: Cause,
    cancel: CancellationToken,
    started_at_ms: i64,
    last_news_ms: std::sync::atomic::AtomicI64,
}

impl Desk {
    /// Starts a sync in the background, unless one is running. How it goes is told by events.
    pub async fn start_sync(self: &Arc<Self>, id: ConnectionId) -> Result<SyncView, ErrorView> {
        self.start_sync_as(id, Cause::Person).await
    }

    /// As [`Desk::start_sync`], for a timer too.
    pub async fn start_sync_as(
        self: &Arc<Self>,
        id: ConnectionId,
        cause: Cause,
    ) -> Result<SyncView, ErrorView> {
        let connection = self.connection(id).await?;
        if let Some(place) = self.syncs.begin(id, self.now_ms()) {
            let desk = Arc::clone(self);
            tokio::spawn(async move { desk.run_sync(connection, place, cause).await });
        }
        self.sync_view(id).await
    }

    /// Syncs and waits for the end: what the command line does.
    pub async fn sync_now(self: &Arc<Self>, id: ConnectionId) -> Result<(), ErrorView> {
        self.sync_now_as(id, Cause::Person).await
    }

    /// As [`Desk::sync_now`], for a timer too.
    pub async fn sync_now_as(
        self: &Arc<Self>,
        id: ConnectionId,
        cause: Cause,
    ) -> Result<(), ErrorView> {
        let connection = self.connection(id).await?;
        let Some(place) = self.syncs.begin(id, self.now_ms()) else {
            return Err(ErrorView::bad_input("A sync of this connection is running already."));
        };
        self.run_sync(connection, place, cause).await
    }

    /// Stops a running sync; what came so far stays.
    pub fn cancel_sync(&self, id: ConnectionId) {
        self.syncs.cancel(id);
    }

    async fn run_sync(
        self: &Arc<Self>,
        connection: Connection,
        place: Place,
        cause: Cause,
    ) -> Result<(), ErrorView> {
        let (desk, cancel) = (Arc::clone(self), place.cancel.clone());
        // A task of its own: a panic in it must not leave a sync that "runs" for ever.
        let pass = tokio::spawn(async move { desk.pass(connection, cause, cancel).await });
        let result = pass.await.unwrap_or_else(|panic| Err(ErrorView::internal(panic)));
        // Also after a sync that was cut: what came so far may be what something waits for.
        if let Err(error) = self.wake(place.id()).await {
            tracing::warn!(connection = place.id().0, title = %error.title, "What was put aside was not looked through");
        }
        self.end_sync(&place, result.clone()).await;
        result
    }

    async fn pass(
        &self,
        connection: Connection,
        cause: Cause,
        cancel: CancellationToken,
    ) -> Result<(), ErrorView> {
        let Some(_turn) = turn::take(self.paths.data(), connection.id) else {
            return Err(ErrorView::synced_elsewhere(cause == Cause::Person));
        };
        let client = self.client(&connection).await?;
        let pass = Pass {
            desk: self,
            connection,
            client,
            cause,
            cancel,
            started_at_ms: self.now_ms(),
            last_news_ms: 0.into(),
        };
        pass.run().await
    }
}

impl Pass<'_> {
    /// What is new of every agent comes first and is usable at once; what takes long follows behind it.
    async fn run(&self) -> Result<(), ErrorView> {
        self.progress(SyncStage::Agents, None, 0, 0);
        let agents = self.agents().await?;
        let mut failed = Failed::default();
        let mut lists = Vec::new();
        for agent in agents {
            lists.push(List::open(self, agent).await?);
        }
        let mut lists = self.freshen(lists, &mut failed).await?;
        for (done, list) in lists.iter().enumerate() {
            self.progress(SyncStage::Versions, Some(&list.agent), done as u64, lists.len() as u64);
            failed.note(self.versions(&list.agent, list.has_news).await)?;
        }
        self.news();
        failed.note(runs::mirror_first(self).await)?;
        self.desk.wake_those(self.connection.id, &SnoozeKind::ALL).await?;
        for list in &lists {
            failed.note(schemas::mirror(self, &list.agent).await)?;
        }
        // Before what takes long: others are to see what was decided.
        failed.note(outbox::push(self).await)?;
        // The rest of the lists keeps the store busy, runs keep the server busy: each alone would leave the other idle.
        let is_long = lists.iter().any(List::is_long);
        let beside = async { if is_long { runs::mirror_beside(self).await } else { Ok(()) } };
        let (completed, mirrored) = tokio::join!(self.complete(&mut lists, &mut failed), beside);
        completed?;
        failed.note(mirrored)?;
        failed.note(runs::mirror(self).await)?;
        failed.first.map_or(Ok(()), Err)
    }

    async fn complete(&self, lists: &mut [List<'_>], failed: &mut Failed) -> Result<(), ErrorView> {
        for list in lists {
            failed.note(list.complete().await)?;
        }
        Ok(())
    }

    /// Gives back the lists that could be read.
    async fn freshen<'a>(
        &self,
        lists: Vec<List<'a>>,
        failed: &mut Failed,
    ) -> Result<Vec<List<'a>>, ErrorView> {
        let mut fresh = Vec::new();
        let readings: Vec<_> = lists.into_iter().map(List::freshened).collect();
        let mut reading = stream::iter(readings).buffered(LISTS_AT_ONCE);
        while let Some((list, read)) = reading.next().await {
            if failed.note(read)? {
                fresh.push(list);
            }
        }
        Ok(fresh)
    }

    /// The agents to mirror: what the connection chose, of what the server has.
    async fn agents(&self) -> Result<Vec<AgentId>, ErrorView> {
        let id = self.connection.id;
        let syncs = &self.desk.syncs;
        let known = syncs.agents(id).filter(|(_, at_ms)| !self.is_due(Some(*at_ms)));
        let ids = match known {
            Some((ids, _)) => ids,
            None => {
                let agents = self.unless_cancelled(self.client.agents()).await?;
                let ids: Vec<AgentId> = agents.iter().map(|agent| agent.id.clone()).collect();
                self.write(move |store| store.write_agents(id, &agents)).await?;
                syncs.set_agents(id, ids.clone(), self.desk.now_ms());
                ids
            }
        };
        Ok(match &self.connection.agents {
            Some(chosen) => {
                let chosen: HashSet<&AgentId> = chosen.iter().collect();
                ids.into_iter().filter(|agent| chosen.contains(agent)).collect()
            }
            None => ids,
        })
    }

    /// An agent's versions and where they are deployed, if there may be something new about them.
    async fn versions(&self, agent: &AgentId, has_news: bool) -> Result<(), ErrorView> {
        let (id, now_ms) = (self.connection.id, self.desk.now_ms());
        if !has_news && !self.is_due(self.desk.syncs.versions_at_ms(id, agent)) {
            return Ok(());
        }
        let versions = self.unless_cancelled(self.client.versions(agent)).await?;
        self.write(move |store| store.write_versions(id, &versions, now_ms)).await?;
        self.desk.syncs.set_versions_at_ms(id, agent, now_ms);
        Ok(())
    }

    /// Whether what was read at that time is to be read again. A time to come, as after the clock was set back, is none.
    fn is_due(&self, read_at_ms: Option<i64>) -> bool {
        let age_ms = read_at_ms.map(|at_ms| self.desk.now_ms() - at_ms);
        let is_young =
            age_ms.is_some_and(|age| (0..self.desk.patience.pace.refresh_ms).contains(&age));
        self.cause == Cause::Person || !is_young
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

/// What went wrong with one agent, or one kind of thing: it is said at the end, when everything else is here.
#[derive(Default)]
struct Failed {
    first: Option<ErrorView>,
}

impl Failed {
    /// Notes what concerns one thing alone (deleted, or closed to this key), and passes on what concerns the server.
    /// Answers whether it went well.
    fn note(&mut self, result: Result<(), ErrorView>) -> Result<bool, ErrorView> {
        match result {
            Ok(()) => Ok(true),
            Err(error) if error.code == ErrorCode::Other => {
                self.first.get_or_insert(error);
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}
