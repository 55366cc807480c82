//! Connections: the state to start with, testing, adding, choosing, removing.

use std::sync::Arc;

use domain::{AgentId, ConnectionId};
use serde::Deserialize;
use store::{Connection, NewConnection};
use ts_rs::TS;
use vault::Secret;
use workflowai::{ApiKey, Client};

use super::Command;
use crate::desk::{Desk, OWN_TENANT, account, client_for, collector_failed, tenant_of};
use crate::wire::{
    AgentView, ConnectionKind, ConnectionTestView, ConnectionView, ErrorView, Event, KeeperView,
    KeyState, StateView, Theme, TypedKey,
};

/// The setting that names the current connection.
const CURRENT: &str = "current_connection";
/// The setting that names the theme.
pub(super) const THEME: &str = "theme";

/// What the window starts with.
#[derive(Debug, Deserialize, TS)]
pub struct GetState {}

/// Asks a server whether it answers to this address and key. Nothing is kept.
#[derive(Deserialize, TS)]
#[ts(optional_fields)]
pub struct TestConnection {
    pub url: String,
    /// Empty: the key's own tenant.
    pub tenant: Option<String>,
    #[ts(type = "string")]
    pub key: TypedKey,
    /// Send the key over plain http to a host that is not this machine.
    pub allow_plain_http: Option<bool>,
}

/// Adds a connection, puts its key into the keyring, makes it the current one and starts its first sync.
#[derive(Deserialize, TS)]
#[ts(optional_fields)]
pub struct Connect {
    pub name: String,
    pub url: String,
    pub tenant: Option<String>,
    #[ts(type = "string")]
    pub key: TypedKey,
    pub allow_plain_http: Option<bool>,
    /// Absent: all, also those that come later.
    pub agents: Option<Vec<String>>,
    /// `false`: only add it.
    pub sync: Option<bool>,
}

/// Opens the demo: starts its collector inside this app and connects to it.
#[derive(Debug, Deserialize, TS)]
pub struct StartDemo {}

/// Starts a collector of one's own inside this app and connects to it.
#[derive(Debug, Deserialize, TS)]
pub struct StartCollector {}

/// Makes a connection the current one.
#[derive(Debug, Deserialize, TS)]
pub struct SelectConnection {
    pub connection: i64,
}

/// Gives a connection another name.
#[derive(Debug, Deserialize, TS)]
pub struct RenameConnection {
    pub connection: i64,
    pub name: String,
}

/// Chooses which agents a connection mirrors.
#[derive(Debug, Deserialize, TS)]
pub struct SetAgents {
    pub connection: i64,
    /// `null`: all.
    pub agents: Option<Vec<String>>,
}

/// Replaces a connection's key, after the server has accepted it.
#[derive(Deserialize, TS)]
pub struct SetKey {
    pub connection: i64,
    #[ts(type = "string")]
    pub key: TypedKey,
}

/// Removes a connection, its key and its part of the cache. A collector's own data stays.
#[derive(Debug, Deserialize, TS)]
pub struct RemoveConnection {
    pub connection: i64,
}

impl Command for GetState {
    type Response = StateView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<StateView, ErrorView> {
        state(desk).await
    }
}

impl Command for TestConnection {
    type Response = ConnectionTestView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<ConnectionTestView, ErrorView> {
        let form = Form {
            url: &self.url,
            tenant: self.tenant.as_deref(),
            allow_plain_http: self.allow_plain_http == Some(true),
        };
        let _ = desk;
        form.test(&ApiKey::parse(self.key.expose())?).await
    }
}

impl Command for Connect {
    type Response = ConnectionView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<ConnectionView, ErrorView> {
        let name = self.name.trim().to_owned();
        if name.is_empty() {
            return Err(ErrorView::bad_input("The connection needs a name."));
        }
        let key = ApiKey::parse(self.key.expose())?;
        let allow_plain_http = self.allow_plain_http == Some(true);
        let form = Form { url: &self.url, tenant: self.tenant.as_deref(), allow_plain_http };
        let found = form.test(&key).await?;
        let connection = NewConnection {
            name,
            url: workflowai::Origin::parse(&self.url, allow_plain_http)?.to_string(),
            tenant: Some(found.tenant),
            allow_plain_http,
            kind: store::ConnectionKind::Server,
            created_at_ms: desk.now_ms(),
            agents: self.agents.map(|agents| agents.into_iter().map(AgentId::new).collect()),
        };
        let secret = Secret::from(key.expose().to_owned());
        add(desk, connection, Some(secret), self.sync != Some(false)).await
    }
}

impl Command for StartDemo {
    type Response = ConnectionView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<ConnectionView, ErrorView> {
        start_local(desk, ConnectionKind::Demo, "Demo").await
    }
}

impl Command for StartCollector {
    type Response = ConnectionView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<ConnectionView, ErrorView> {
        start_local(desk, ConnectionKind::Collector, "This machine").await
    }
}

impl Command for SelectConnection {
    type Response = StateView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<StateView, ErrorView> {
        let id = desk.connection(ConnectionId(self.connection)).await?.id;
        make_current(desk, Some(id)).await?;
        state(desk).await
    }
}

impl Command for RenameConnection {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let name = self.name.trim().to_owned();
        let id = ConnectionId(self.connection);
        if name.is_empty() {
            return Err(ErrorView::bad_input("The connection needs a name."));
        }
        refuse_taken(desk, &name, Some(id)).await?;
        desk.with_store(move |store| store.rename_connection(id, &name)).await?;
        desk.tell(Event::Connections);
        Ok(())
    }
}

impl Command for SetAgents {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let id = ConnectionId(self.connection);
        let agents: Option<Vec<AgentId>> =
            self.agents.map(|agents| agents.into_iter().map(AgentId::new).collect());
        desk.with_store(move |store| store.set_connection_agents(id, agents.as_deref())).await?;
        desk.tell(Event::Connections);
        Ok(())
    }
}

impl Command for SetKey {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let connection = desk.connection(ConnectionId(self.connection)).await?;
        let key = ApiKey::parse(self.key.expose())?;
        let client = client_for(
            &connection.url,
            connection.allow_plain_http,
            tenant_of(&connection),
            key.clone(),
        )?;
        match client.organization().await {
            // With no answer the key cannot be judged; it is taken, so that it is there when the server is.
            Ok(_) | Err(workflowai::Error::Offline(_) | workflowai::Error::Timeout { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let secret = Secret::from(key.expose().to_owned());
        let account = account(&connection);
        desk.with_vault(move |vault| vault.put(&account, secret)).await?;
        desk.tell(Event::Connections);
        desk.start_sync(connection.id).await?;
        Ok(())
    }
}

impl Command for RemoveConnection {
    type Response = StateView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<StateView, ErrorView> {
        let connection = desk.connection(ConnectionId(self.connection)).await?;
        let id = connection.id;
        desk.syncs.forget(id);
        desk.frames.forget(id);
        let account = account(&connection);
        desk.with_vault(move |vault| vault.remove(&account)).await?;
        desk.with_store(move |store| store.remove_connection(id)).await?;
        if current(desk).await? == Some(id) {
            let next = desk.with_store(|store| store.connections()).await?.first().map(|c| c.id);
            make_current(desk, next).await?;
        }
        desk.tell(Event::Connections);
        state(desk).await
    }
}

/// An address as typed.
struct Form<'a> {
    url: &'a str,
    tenant: Option<&'a str>,
    allow_plain_http: bool,
}

impl Form<'_> {
    async fn test(&self, key: &ApiKey) -> Result<ConnectionTestView, ErrorView> {
        let typed = self.tenant.map(str::trim).filter(|tenant| !tenant.is_empty());
        let tenant = typed.unwrap_or(OWN_TENANT);
        let client = client_for(self.url, self.allow_plain_http, tenant, key.clone())?;
        let organization = client.check().await?;
        let mut agents = Vec::new();
        for agent in client.agents().await? {
            let feedback = counted(&client, &agent.id).await?;
            agents.push(AgentView {
                name: agent.display_name().to_owned(),
                id: agent.id.into_string(),
                description: agent.description,
                feedback,
            });
        }
        Ok(ConnectionTestView {
            tenant: typed.map_or(organization.slug.clone(), str::to_owned),
            name: organization
                .name
                .filter(|name| !name.trim().is_empty())
                .unwrap_or(organization.slug),
            feedback: agents.iter().map(|agent| agent.feedback).sum(),
            agents,
        })
    }
}

/// How much feedback an agent has; 0 where this key may not look.
async fn counted(client: &Client, agent: &AgentId) -> Result<u64, ErrorView> {
    match client.feedback_page(agent, 1, 0).await {
        Ok(page) => Ok(page.count),
        Err(workflowai::Error::NotFound { .. }) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

async fn start_local(
    desk: &Arc<Desk>,
    kind: ConnectionKind,
    name: &str,
) -> Result<ConnectionView, ErrorView> {
    let known = desk.with_store(|store| store.connections()).await?;
    if let Some(known) = known.into_iter().find(|known| kind_view(known.kind) == kind) {
        make_current(desk, Some(known.id)).await?;
        desk.start_sync(known.id).await?;
        return view(desk, known).await;
    }
    let collector = desk.collector.as_ref().ok_or_else(ErrorView::no_collector)?;
    let started = collector.start(kind).await.map_err(collector_failed)?;
    let connection = NewConnection {
        name: free_name(desk, name).await?,
        url: started.url,
        tenant: Some(started.tenant),
        allow_plain_http: false,
        kind: kind_stored(kind),
        created_at_ms: desk.now_ms(),
        agents: None,
    };
    add(desk, connection, None, true).await
}

/// Adds it, makes it current, begins its first sync. A key that cannot be kept takes the connection with it.
async fn add(
    desk: &Arc<Desk>,
    connection: NewConnection,
    key: Option<Secret>,
    sync: bool,
) -> Result<ConnectionView, ErrorView> {
    refuse_taken(desk, &connection.name, None).await?;
    let connection = desk.with_store(move |store| store.add_connection(connection)).await?;
    if let Some(key) = key {
        let account = account(&connection);
        if let Err(error) = desk.with_vault(move |vault| vault.put(&account, key)).await {
            let id = connection.id;
            desk.with_store(move |store| store.remove_connection(id)).await?;
            return Err(error);
        }
    }
    make_current(desk, Some(connection.id)).await?;
    if sync {
        desk.start_sync(connection.id).await?;
    }
    desk.tell(Event::Connections);
    view(desk, connection).await
}

async fn refuse_taken(desk: &Desk, name: &str, but: Option<ConnectionId>) -> Result<(), ErrorView> {
    let all = desk.with_store(|store| store.connections()).await?;
    if all.iter().any(|other| other.name == name && Some(other.id) != but) {
        return Err(ErrorView::bad_input(format!("There is a connection named {name} already.")));
    }
    Ok(())
}

async fn free_name(desk: &Desk, wish: &str) -> Result<String, ErrorView> {
    let all = desk.with_store(|store| store.connections()).await?;
    let taken = |name: &str| all.iter().any(|other| other.name == name);
    Ok(std::iter::once(wish.to_owned())
        .chain((2_u32..).map(|number| format!("{wish} {number}")))
        .find(|name| !taken(name))
        .unwrap_or_else(|| wish.to_owned()))
}

async fn state(desk: &Desk) -> Result<StateView, ErrorView> {
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
        theme: theme.map_or(Theme::System, |name| super::theme_named(&name)),
        keeper: {
            let keeper = desk.vault.keeper();
            KeeperView { name: keeper.to_string(), notice: keeper.notice().map(str::to_owned) }
        },
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

async fn view(desk: &Desk, connection: Connection) -> Result<ConnectionView, ErrorView> {
    let kind = kind_view(connection.kind);
    let local = kind != ConnectionKind::Server && desk.collector.is_some();
    let account = account(&connection);
    // A keyring that does not answer is no reason to show nothing: the cache can be read without it.
    let has_key = local || desk.with_vault(move |vault| vault.has(&account)).await.unwrap_or(false);
    Ok(ConnectionView {
        id: connection.id.0,
        sync: desk.sync_view(connection.id).await?,
        name: connection.name,
        url: connection.url,
        tenant: connection.tenant.unwrap_or_else(|| OWN_TENANT.to_owned()),
        kind,
        key: if has_key { KeyState::Present } else { KeyState::Missing },
        agents: connection
            .agents
            .map(|agents| agents.into_iter().map(AgentId::into_string).collect()),
    })
}

async fn current(desk: &Desk) -> Result<Option<ConnectionId>, ErrorView> {
    let text = desk.with_store(|store| store.setting(CURRENT)).await?;
    Ok(text.and_then(|text| text.parse().ok()).map(ConnectionId))
}

async fn make_current(desk: &Desk, id: Option<ConnectionId>) -> Result<(), ErrorView> {
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

fn kind_stored(kind: ConnectionKind) -> store::ConnectionKind {
    match kind {
        ConnectionKind::Server => store::ConnectionKind::Server,
        ConnectionKind::Demo => store::ConnectionKind::Demo,
        ConnectionKind::Collector => store::ConnectionKind::Collector,
    }
}
