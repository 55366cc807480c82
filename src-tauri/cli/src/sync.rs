//! Brings the mirror up to date, with a progress bar where somebody watches.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;

use app::Desk;
use app::command::{Command as _, CountMailboxes, DismissPushNotice};
use app::wire::{ErrorView, Event, SyncProgress, SyncStage};
use domain::ConnectionId;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::broadcast::error::RecvError;

use crate::arguments::{Sync, Which};
use crate::fail::Failure;
use crate::{host, open};

pub(crate) async fn run(desk: &Arc<Desk>, wanted: Sync) -> Result<(), Failure> {
    let connection = open::connection(desk, &wanted.which).await?;
    let id = ConnectionId(connection.id);
    let started_ms = host::now_ms();
    let watcher = (!wanted.quiet && std::io::stderr().is_terminal())
        .then(|| tokio::spawn(watch(Arc::clone(desk))));
    let done = tokio::select! {
        done = synced(desk, id) => done,
        // The page under way is dropped; what came before is kept, and the next sync goes on there.
        _ = tokio::signal::ctrl_c() => {
            desk.cancel_sync(id);
            return Err(Failure::stopped());
        }
    };
    if let Some(watcher) = watcher {
        watcher.abort();
    }
    done?;
    if !wanted.quiet {
        let counts = CountMailboxes { connection: connection.id }.handle(desk).await?;
        let seconds = (host::now_ms() - started_ms) as f64 / 1_000.0;
        writeln!(
            std::io::stdout(),
            "Synced {} in {seconds:.1} s: {} feedback, {} negative and open.",
            connection.name,
            counts.everything,
            counts.negative_open
        )?;
        say_kept_here(desk, &wanted.which).await?;
    }
    Ok(())
}

/// Also indexes what came: no window is open that would do it by and by.
async fn synced(desk: &Arc<Desk>, id: ConnectionId) -> Result<(), ErrorView> {
    desk.sync_now(id).await?;
    while desk.catch_up().await? {}
    Ok(())
}

/// Says once that the server does not take decisions.
async fn say_kept_here(desk: &Arc<Desk>, which: &Which) -> Result<(), Failure> {
    let connection = open::connection(desk, which).await?;
    if let Some(notice) = connection.decisions.notice {
        writeln!(std::io::stderr(), "{notice}")?;
        DismissPushNotice { connection: connection.id }.handle(desk).await?;
    }
    Ok(())
}

async fn watch(desk: Arc<Desk>) {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{msg:28} {wide_bar} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    let mut events = desk.events();
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            // The next one says how far it is.
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        if let Event::Sync { sync, .. } = event {
            match sync.running {
                Some(progress) => show(&bar, &progress),
                None => bar.finish_and_clear(),
            }
        }
    }
}

fn show(bar: &ProgressBar, progress: &SyncProgress) {
    let stage = match progress.stage {
        SyncStage::Agents => "agents",
        SyncStage::Feedback => "feedback",
        SyncStage::Versions => "versions",
        SyncStage::Runs => "runs",
    };
    bar.set_message(match &progress.agent {
        Some(agent) => format!("{stage} of {agent}"),
        None => stage.to_owned(),
    });
    bar.set_length(progress.total);
    bar.set_position(progress.done);
}
