//! Connections: the state to start with, testing, adding, choosing, removing.

mod adding;
mod state;

use std::sync::Arc;

use domain::{AgentId, ConnectionId};
use serde::Deserialize;
use store::NewConnection;
use ts_rs::TS;
use vault::Secret;
use workflowai::ApiKey;

use self::adding::{Form, add, start_local};
pub(super) use self::state::THEME;
pub(crate) use self::state::current;
pub(crate) use self::state::kind_view;
use self::state::{make_current, state};
use super::Command;
use super::user_token::API_KEY;
use crate::desk::{Desk, account, tenant_of};
use crate::sync::forget_times;
use crate::wire::{
    ConnectionKind, ConnectionTestView, ConnectionView, ErrorView, Event, StateView, TypedKey,
};

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
        form.test(desk, &ApiKey::parse(self.key.expose())?).await
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
        let found = form.test(desk, &key).await?;
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
        desk.start_sync(id).await?;
        Ok(())
    }
}

impl Command for SetKey {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let connection = desk.connection(ConnectionId(self.connection)).await?;
        let key = ApiKey::parse(self.key.expose())?;
        let client = desk.client_for(
            &connection.url,
            connection.allow_plain_http,
            tenant_of(&connection),
            key.clone(),
        )?;
        // Agents are shown to keys of this tenant alone; the organization would be shown to anybody.
        match client.agents().await {
            // With no answer the key cannot be judged; it is taken, so that it is there when the server is.
            Ok(_) | Err(workflowai::Error::Offline(_) | workflowai::Error::Timeout { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let secret = Secret::from(key.expose().to_owned());
        let account = account(&connection);
        desk.with_vault(move |vault| vault.put(&account, secret)).await?;
        desk.note_key(connection.id, true);
        if !key.expose().starts_with(API_KEY) {
            // A user's token in the key's place: it may do what a key may not.
            let id = connection.id;
            desk.with_store(move |store| {
                let has_user_token = store.pushing(id)?.has_user_token;
                store.note_new_sender(id, has_user_token)
            })
            .await?;
        }
        desk.tell(Event::Connections);
        // One that runs goes on with the key it began with.
        desk.cancel_sync(connection.id);
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
        let (account, kind) = (account(&connection), kind_view(connection.kind));
        let key_removed = match kind {
            ConnectionKind::Server => {
                let has_user_token =
                    desk.with_store(move |store| store.pushing(id)).await?.has_user_token;
                desk.with_vault(move |vault| {
                    let key_removed = vault.remove(&account);
                    if has_user_token {
                        vault.remove_user_token(&account)?;
                    }
                    key_removed
                })
                .await
            }
            // The keys of collectors inside the app are kept nowhere.
            ConnectionKind::Demo | ConnectionKind::Collector => Ok(()),
        };
        desk.with_store(move |store| {
            forget_times(store, id)?;
            store.remove_connection(id)
        })
        .await?;
        if current(desk).await? == Some(id) {
            let next = desk.with_store(|store| store.connections()).await?.first().map(|c| c.id);
            make_current(desk, next).await?;
        }
        desk.tell(Event::Connections);
        // A keyring that does not answer is no reason to keep a connection that is not wanted.
        key_removed.map_err(|error| ErrorView {
            title: "The connection is removed; its key may still be in the keyring.".to_owned(),
            meaning: "Its part of the cache is gone as asked.".to_owned(),
            action: "Look for \"Upshot\" in the system's keyring and delete the entry there."
                .to_owned(),
            retry: false,
            ..error
        })?;
        state(desk).await
    }
}
