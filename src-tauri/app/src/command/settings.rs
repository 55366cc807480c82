//! What Settings shows and changes.

use std::sync::Arc;

use domain::ConnectionId;
use serde::Deserialize;
use ts_rs::TS;

use super::Command;
use crate::desk::Desk;
use crate::wire::{ErrorView, StorageView, Theme};

/// What the cache takes on this machine, and what of a connection is in it.
#[derive(Debug, Deserialize, TS)]
pub struct GetStorage {
    pub connection: i64,
}

/// Light, dark, or as the system has it.
#[derive(Debug, Deserialize, TS)]
pub struct SetTheme {
    pub theme: Theme,
}

impl Command for GetStorage {
    type Response = StorageView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<StorageView, ErrorView> {
        let id = ConnectionId(self.connection);
        let (sizes, files_bytes) =
            desk.with_store(move |store| Ok((store.sizes(id)?, store.file_bytes_of(id)?))).await?;
        Ok(StorageView {
            data_dir: desk.paths.data().display().to_string(),
            log_dir: desk.paths.logs().display().to_string(),
            cache_bytes: sizes.file_bytes,
            files_bytes,
            feedback: sizes.feedback,
            runs: sizes.runs,
            versions: sizes.versions,
        })
    }
}

impl Command for SetTheme {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let name = theme_name(self.theme);
        desk.with_store(move |store| store.set_setting(super::connection::THEME, Some(name))).await
    }
}

fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

/// Reads a theme's name; what is unknown, as from a newer Upshot, is the system's.
pub(crate) fn theme_named(name: &str) -> Theme {
    [Theme::Light, Theme::Dark]
        .into_iter()
        .find(|theme| theme_name(*theme) == name)
        .unwrap_or_default()
}
