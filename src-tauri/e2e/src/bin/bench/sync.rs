//! A full sync beside the bare fetching of what it keeps, a sync that finds nothing new beside the one request that
//! takes, and what the mirror then weighs.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use app::wire::{Event, SyncStage};
use app::{Cause, Desk};
use domain::ConnectionId;
use e2e::collector::Collector;
use store::{FILE_NAME, Store};
use tokio::sync::broadcast::error::RecvError;

use crate::bare::{Bare, Fetched, Then};
use crate::counted::Counted;
use crate::desk::{self, connected, told};
use crate::figures::{Figures, cpu_s, ms_of, shown};
use crate::place;
use crate::table::{Table, say};

/// Fetches and syncs in turn; the quickest of each counts, as the least disturbed one.
const ROUNDS: u32 = 2;
/// Syncs that find nothing new.
const LOOKS: usize = 40;

pub(crate) async fn measure(feedback: u32, table: &mut Table) -> Result<()> {
    let folder = place::folder()?.join("sync");
    place::empty(&folder)?;
    let collector = Collector::demo(&folder.join("collector"), feedback)?;
    let bare = Bare::of(&collector)?;
    let mirror = folder.join("mirror");
    let fetched = full(feedback, &collector, &bare, &mirror, table).await?;
    nothing_new(&collector, &bare, &mirror, table).await?;
    weigh(&mirror, &fetched, table)?;
    collector.stop()?;
    // A folder of its own for each run: the collector's demo ends today.
    Ok(std::fs::remove_dir_all(folder)?)
}

/// Gives back what a full fetch brings.
async fn full(
    feedback: u32,
    collector: &Collector,
    bare: &Bare,
    mirror: &Path,
    table: &mut Table,
) -> Result<Fetched> {
    let (mut fetching, mut dropping, mut syncing) =
        (Figures::default(), Figures::default(), Figures::default());
    let mut fetched = Fetched::default();
    for _ in 0..ROUNDS {
        let dropped = bare.everything(Then::Drop).await?;
        dropping.add(ms_of(dropped.took));
        let cpu_before_s = cpu_s();
        fetched = bare.everything(Then::Parse).await?;
        let cpu = cpu_s() - cpu_before_s;
        let [took, lists, runs] =
            [fetched.took, fetched.lists, fetched.runs].map(|took| shown(ms_of(took)));
        say(&format!(
            "  bare: {took} (lists {lists}, runs {runs}, {cpu:.1} s of CPU here) for {} requests",
            fetched.requests
        ));
        fetching.add(ms_of(fetched.took));
        syncing.add(first_sync(collector, mirror).await?);
    }
    let unread = syncing.least() / dropping.least();
    say(&format!("  beside a client that does not even read the runs' JSON: {unread:.2} ×"));
    let ratio = syncing.least() / fetching.least();
    table.add(
        &format!("full sync of {feedback} feedback from the collector on loopback"),
        "≤ 1.3 × a bare client",
        format!("{ratio:.2} × ({} beside {})", shown(syncing.least()), shown(fetching.least())),
        ratio <= 1.3,
    );
    Ok(fetched)
}

/// Syncs into a new mirror. Milliseconds.
async fn first_sync(collector: &Collector, mirror: &Path) -> Result<f64> {
    place::empty(mirror)?;
    let (desk, id) = connected(mirror, collector).await?;
    let (stages, cpu_before_s, began) = (Stages::of(&desk), cpu_s(), Instant::now());
    desk.sync_now(id).await.map_err(told)?;
    let took = ms_of(began.elapsed());
    let cpu = cpu_s() - cpu_before_s;
    say(&format!("  sync: {} ({}, {cpu:.1} s of CPU here)", shown(took), stages.shown()));
    Ok(took)
}

/// Where the time of a sync goes, as it tells the window.
struct Stages(Arc<Mutex<Vec<(&'static str, Duration)>>>);

impl Stages {
    fn of(desk: &Desk) -> Self {
        let (times, mut events) = (Arc::new(Mutex::new(Vec::new())), desk.events());
        let of_all = Arc::clone(&times);
        tokio::spawn(async move {
            let (mut now, mut since) = (SyncStage::Agents, Instant::now());
            loop {
                let stage = match events.recv().await {
                    Ok(Event::Sync { sync, .. }) => sync.running.map(|running| running.stage),
                    Ok(_) | Err(RecvError::Lagged(_)) => continue,
                    Err(RecvError::Closed) => return,
                };
                if stage != Some(now) {
                    add(&of_all, now, since.elapsed());
                    (now, since) = (stage.unwrap_or(now), Instant::now());
                }
            }
        });
        Self(times)
    }

    fn shown(&self) -> String {
        let times = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = times.iter().map(|(name, took)| format!("{name} {}", shown(ms_of(*took))));
        times.collect::<Vec<_>>().join(", ")
    }
}

fn add(times: &Mutex<Vec<(&'static str, Duration)>>, stage: SyncStage, took: Duration) {
    let name = match stage {
        SyncStage::Agents => "agents",
        SyncStage::Feedback => "feedback",
        SyncStage::Versions => "versions",
        SyncStage::Runs => "runs",
    };
    let mut times = times.lock().unwrap_or_else(PoisonError::into_inner);
    match times.iter_mut().find(|(known, _)| *known == name) {
        Some((_, sum)) => *sum += took,
        None => times.push((name, took)),
    }
}

/// By the timer, as it happens every minute; a person's sync looks at agents and versions as well.
async fn nothing_new(
    collector: &Collector,
    bare: &Bare,
    mirror: &Path,
    table: &mut Table,
) -> Result<()> {
    let desk = desk::open(mirror, &collector.key)?;
    let id = ConnectionId(1);
    // The first of a process learns which agents there are.
    look(&desk, id).await?;
    let agents = bare.agents().await?;
    let (mut looking, mut asking) = (Figures::default(), Figures::default());
    for _ in 0..LOOKS {
        let began = Instant::now();
        bare.first_pages(&agents).await?;
        asking.add(ms_of(began.elapsed()));
        let began = Instant::now();
        look(&desk, id).await?;
        looking.add(ms_of(began.elapsed()));
    }
    say(&format!("  nothing new: {looking}; one page of each agent, bare: {asking}"));
    let requests = requests_of_a_look(collector, &desk, id, mirror).await?;
    let per_agent = requests as f64 / agents.len() as f64;
    let ratio = looking.p50() / asking.p50();
    table.add(
        "nothing new: requests per agent; time",
        "1; ≤ 1.2 × that one request",
        format!(
            "{per_agent:.2}; {ratio:.2} × ({} beside {}, {} agents)",
            shown(looking.p50()),
            shown(asking.p50()),
            agents.len()
        ),
        requests == agents.len() as u64 && ratio <= 1.2,
    );
    Ok(())
}

async fn look(desk: &Arc<Desk>, id: ConnectionId) -> Result<()> {
    desk.sync_now_as(id, Cause::Timer).await.map_err(told)
}

/// Requests of one sync that finds nothing new, counted on their way.
async fn requests_of_a_look(
    collector: &Collector,
    desk: &Arc<Desk>,
    id: ConnectionId,
    mirror: &Path,
) -> Result<u64> {
    let door = Counted::before(&collector.url).await?;
    let store = Store::open(&mirror.join("data"))?;
    store.set_connection_url(id, &door.url)?;
    look(desk, id).await?;
    store.set_connection_url(id, &collector.url)?;
    Ok(door.requests())
}

/// The mirror's file, once nobody has it open, beside the JSON that it was made of.
fn weigh(mirror: &Path, fetched: &Fetched, table: &mut Table) -> Result<()> {
    let data = mirror.join("data");
    let sizes = Store::open(&data)?.sizes(ConnectionId(1))?;
    let bytes = place::bytes_below(&data)?;
    let share = bytes as f64 / fetched.json_bytes as f64;
    say(&format!(
        "  {sizes:?}; on disk {}, JSON {}; by table and index:",
        place::megabytes(bytes),
        place::megabytes(fetched.json_bytes)
    ));
    by_table(&data.join(FILE_NAME), sizes.feedback.max(1))?;
    table.add(
        "bytes on disk per feedback with its run (demo mix)",
        "≤ 40 % of the JSON",
        format!(
            "{} beside {} of JSON: {:.0} %",
            bytes / sizes.feedback.max(1),
            fetched.json_bytes / sizes.feedback.max(1),
            share * 100.0
        ),
        share <= 0.4,
    );
    Ok(())
}

/// What each table and index takes of it, and how much of that is room between rows.
fn by_table(file: &Path, feedback: u64) -> Result<()> {
    let file = rusqlite::Connection::open(file)?;
    let mut statement = file.prepare(
        "SELECT name, sum(pgsize), sum(unused) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 9",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (name, bytes, free): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let of_each = bytes.unsigned_abs() / feedback;
        say(&format!(
            "    {name}: {of_each} per feedback, {} % of it free",
            free * 100 / bytes.max(1)
        ));
    }
    Ok(())
}
