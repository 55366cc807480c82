//! The connections as the window sees them, and which one is current.

use domain::{AgentId, ConnectionId};
use store::Connection;

use crate::command::settings::theme_named;
use crate::desk::{Desk, OWN_TENANT};
use crate::wire::{
    ConnectionKind, ConnectionView, ErrorView, KeeperView, KeyState, StateView, Theme,
};

/// The setting that names the current connection.
const CURRENT: &str = "current_connection";
/// The setting that names the theme.
pub(in crate::command) const THEME: &str = "theme";

pub(super) async fn state(desk: &Desk) -> Result<StateView, ErrorView> {
    let all = desk.with_store(|store| store.connections()).await?;
    let mut connections = Vec::new();
    for connection in all {
        connections.push(view(desk, connection).await?);
    }
    let theme = desk.with_store(|store| store.setting(THEME)).await?;
    let current = current(desk).await?.map(|id| id.0);
    Ok(StateView {
        current: current.filter(|id| connections.iter().any(|connection| connection.id == *id)),
        connections,
        theme: theme.map_or(Theme::System, |name| theme_named(&name)),
        keeper: {
            let keeper = desk.vault.keeper();
            KeeperView { name: keeper.to_string(), notice: keeper.notice().map(str::to_owned) }
        },
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

pub(super) async fn view(desk: &Desk, connection: Connection) -> Result<ConnectionView, ErrorView> {
    let kind = kind_view(connection.kind);
    let has_key = desk.has_key(connection.id);
    Ok(ConnectionView {
        id: connection.id.0,
        sync: desk.sync_view(connection.id).await?,
        decisions: desk.decisions_view(connection.id).await?,
        name: connection.name,
        url: connection.url,
        tenant: connection.tenant.unwrap_or_else(|| OWN_TENANT.to_owned()),
        kind,
        pages_url: connection.pages_url,
        key: if has_key { KeyState::Present } else { KeyState::Missing },
        agents: connection
            .agents
            .map(|agents| agents.into_iter().map(AgentId::into_string).collect()),
    })
}

pub(crate) async fn current(desk: &Desk) -> Result<Option<ConnectionId>, ErrorView> {
    let text = desk.with_store(|store| store.setting(CURRENT)).await?;
    Ok(text.and_then(|text| text.parse().ok()).map(ConnectionId))
}

pub(super) async fn make_current(desk: &Desk, id: Option<ConnectionId>) -> Result<(), ErrorView> {
    let text = id.map(|id| id.to_string());
    desk.with_store(move |store| store.set_setting(CURRENT, text.as_deref())).await
}

pub(crate) fn kind_view(kind: store::ConnectionKind) -> ConnectionKind {
    match kind {
        store::ConnectionKind::Server => ConnectionKind::Server,
        store::ConnectionKind::Demo => ConnectionKind::Demo,
        store::ConnectionKind::Collector => ConnectionKind::Collector,
    }
}

pub(super) fn kind_stored(kind: ConnectionKind) -> store::ConnectionKind {
    match kind {
        ConnectionKind::Server => store::ConnectionKind::Server,
        ConnectionKind::Demo => store::ConnectionKind::Demo,
        ConnectionKind::Collector => store::ConnectionKind::Collector,
    }
}
