//! A collector whose list changes between two pages, a desk that mirrors it, and the comparison of both.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::{Cause, Desk, Pace, Patience};
use domain::{AgentId, ConnectionId, FeedbackId};
use proptest::test_runner::TestCaseError;
use store::{FeedbackFilter, Store};

use crate::change::{History, Sync};
use crate::desk;
use crate::server::{Item, Server};

pub(crate) const START_MS: i64 = 1_790_000_000_000;
const PATROL_MS: i64 = 24 * 60 * 60 * 1_000;

/// One collector, and a desk for each size of page.
pub(crate) struct World {
    server: Server,
    desks: RefCell<BTreeMap<u32, Arc<Place>>>,
    histories: Cell<u64>,
    now_ms: Arc<AtomicI64>,
}

struct Place {
    _dir: tempfile::TempDir,
    desk: Arc<Desk>,
    /// The same file, looked into from outside.
    store: Store,
    connection: ConnectionId,
}

/// What must hold of one history so far.
struct Course<'a> {
    world: &'a World,
    place: Arc<Place>,
    agent: AgentId,
    /// Everything the mirror ever held.
    seen: BTreeSet<FeedbackId>,
}

impl World {
    pub(crate) async fn start() -> Self {
        let now_ms = Arc::new(AtomicI64::new(START_MS));
        Self {
            server: Server::start().await,
            desks: RefCell::default(),
            histories: Cell::new(0),
            now_ms,
        }
    }

    /// Plays a history on an agent of its own.
    pub(crate) async fn check(&self, history: &History) -> Result<(), TestCaseError> {
        let number = self.histories.replace(self.histories.get() + 1);
        let agent = AgentId::new(format!("agent-{number}"));
        self.server.begin(&agent);
        self.server.apply(&history.before);
        let place = self.place(history.page).await;
        let mut course = Course { world: self, place, agent, seen: BTreeSet::new() };
        for sync in &history.syncs {
            course.sync(sync).await?;
        }
        course.patrol().await
    }

    async fn place(&self, page: u32) -> Arc<Place> {
        if let Some(place) = self.desks.borrow().get(&page) {
            return Arc::clone(place);
        }
        let place = Arc::new(Place::open(&self.server, page, &self.now_ms).await);
        self.desks.borrow_mut().insert(page, Arc::clone(&place));
        place
    }
}

impl Place {
    async fn open(server: &Server, page: u32, now_ms: &Arc<AtomicI64>) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let host = desk::host(dir.path(), now_ms, &server.key);
        let data = host.paths.data().to_owned();
        let pace = Pace { patrol_ms: PATROL_MS, ..Pace::default() };
        let patience = Patience { page, pace, ..Patience::default() };
        let desk = Desk::open_with(host, patience).expect("the mirror opens");
        let connection = desk::connect(&desk, &server.url, &server.key).await;
        let store = Store::open(&data).expect("the same file");
        // The list is what matters here; asking for runs that do not exist would only take time.
        store.set_offline_limit(connection, Some(0)).expect("no runs");
        Self { _dir: dir, desk, store, connection }
    }
}

impl Course<'_> {
    /// One sync with changes between its pages; what a list can show at once must be right after it.
    async fn sync(&mut self, sync: &Sync) -> Result<(), TestCaseError> {
        let server = &self.world.server;
        self.world.now_ms.fetch_add(sync.our_clock_ms, Ordering::Relaxed);
        server.apply(&sync.before);
        server.between_pages(&sync.between);
        self.pass(Cause::Person).await?;
        server.between_pages(&[]);
        if self.is_settled()
            && let Some(silent) = server.silent()
        {
            self.compare(&silent)?;
        }
        self.nothing_is_lost()
    }

    /// Two rounds of the patrol, the second of which begins after the last change; then everything must be right.
    async fn patrol(&mut self) -> Result<(), TestCaseError> {
        for _ in 0..3 {
            self.world.now_ms.fetch_add(2 * PATROL_MS, Ordering::Relaxed);
            self.pass(Cause::Timer).await?;
        }
        self.compare(&BTreeSet::new())?;
        self.nothing_is_lost()
    }

    async fn pass(&self, cause: Cause) -> Result<(), TestCaseError> {
        let synced = self.place.desk.sync_now_as(self.place.connection, cause).await;
        synced.map_err(|error| TestCaseError::fail(format!("{}: {:?}", error.title, error.detail)))
    }

    /// Whether the sync was content; a list that changes in each of its rounds is read again with the next.
    fn is_settled(&self) -> bool {
        let state = self.place.store.sync_state(self.place.connection, &self.agent);
        state.expect("state").walk.is_none_or(|walk| !walk.is_urgent)
    }

    fn compare(&self, silent: &BTreeSet<FeedbackId>) -> Result<(), TestCaseError> {
        let truth = self.world.server.listed();
        // An empty list says nothing: it may as well be an outage.
        if truth.is_empty() {
            return Ok(());
        }
        let spoken = |all: BTreeMap<FeedbackId, Item>| -> BTreeMap<FeedbackId, Item> {
            all.into_iter().filter(|(id, _)| !silent.contains(id)).collect()
        };
        let (mirror, truth) = (spoken(self.mirrored()), spoken(truth));
        if mirror == truth {
            return Ok(());
        }
        let state = self.place.store.sync_state(self.place.connection, &self.agent);
        let only = |one: &BTreeMap<FeedbackId, Item>, other: &BTreeMap<FeedbackId, Item>| {
            one.iter()
                .filter(|(id, item)| other.get(*id) != Some(*item))
                .map(|(id, item)| format!("{id} {item:?}"))
                .collect::<Vec<_>>()
        };
        let (here, there) = (only(&mirror, &truth), only(&truth, &mirror));
        Err(TestCaseError::fail(format!("here {here:#?}\nthere {there:#?}\n{state:?}")))
    }

    /// What the mirror takes to be listed.
    fn mirrored(&self) -> BTreeMap<FeedbackId, Item> {
        let filter = FeedbackFilter { agents: vec![self.agent.clone()], ..Default::default() };
        let page = self.place.store.feedback_page(self.place.connection, &filter, None, 10_000);
        let listed = page.expect("a page").rows.into_iter().filter(|row| row.gone_at_ms.is_none());
        listed.map(|row| (row.feedback.id.clone(), Item::of(row.feedback))).collect()
    }

    fn nothing_is_lost(&mut self) -> Result<(), TestCaseError> {
        self.seen.extend(self.mirrored().into_keys());
        for id in &self.seen {
            let kept = self.place.store.feedback(self.place.connection, id).expect("read");
            if kept.is_none() {
                return Err(TestCaseError::fail(format!("{id} was lost")));
            }
        }
        Ok(())
    }
}
