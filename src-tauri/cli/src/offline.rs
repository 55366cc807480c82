//! Shows and sets how much of a connection's runs is kept on this machine.

use std::io::Write as _;
use std::sync::Arc;

use app::Desk;
use app::command::{Command as _, GetOffline};
use app::wire::{ErrorView, OfflineClassView, OfflineView};
use domain::ConnectionId;

use crate::arguments::{Limit, Offline};
use crate::fail::Failure;
use crate::open;

pub(crate) async fn run(desk: &Arc<Desk>, wanted: Offline) -> Result<(), Failure> {
    let connection = open::connection(desk, &wanted.which).await?.id;
    let view = match wanted.limit {
        None => GetOffline { connection }.handle(desk).await?,
        Some(Limit(bytes)) => desk.set_offline_limit(ConnectionId(connection), bytes).await?,
    };
    let text = if wanted.json {
        serde_json::to_string_pretty(&view).map_err(ErrorView::internal)?
    } else {
        readable(&view)
    };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}

fn readable(view: &OfflineView) -> String {
    let limit = view.limit_bytes.map_or_else(|| "everything".to_owned(), size);
    let class = |name, class: &OfflineClassView| {
        format!("  {name:<10}{:>10} here{:>10} not here", class.kept, class.wanted)
    };
    let mut lines = vec![
        format!("limit       {limit}"),
        format!(
            "runs        {} ({} as the server sent them)",
            size(view.kept_bytes),
            size(view.json_bytes)
        ),
        class("negative", &view.negative),
        class("commented", &view.commented),
        class("rest", &view.rest),
        format!("images      {}", size(view.files_bytes)),
    ];
    if view.is_full {
        lines.push("The limit keeps runs out; they are fetched when they are opened.".to_owned());
    } else if view.negative.wanted + view.commented.wanted + view.rest.wanted > 0 {
        lines.push("The next sync fetches what is not here.".to_owned());
    }
    lines.join("\n")
}

fn size(bytes: u64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
