//! What adding a connection takes: asking the server, a name that is free, a key that is kept.

use std::sync::Arc;

use domain::AgentId;
use store::NewConnection;
use vault::Secret;
use workflowai::{ApiKey, Client};

use super::state::{kind_stored, kind_view, make_current, view};
use crate::desk::{Desk, OWN_TENANT, account, collector_failed};
use crate::wire::{
    AgentView, ConnectionKind, ConnectionTestView, ConnectionView, ErrorView, Event,
};

/// An address as typed.
pub(super) struct Form<'a> {
    pub(super) url: &'a str,
    pub(super) tenant: Option<&'a str>,
    pub(super) allow_plain_http: bool,
}

impl Form<'_> {
    /// Asks the server who it is and what the key may see.
    pub(super) async fn test(
        &self,
        desk: &Desk,
        key: &ApiKey,
    ) -> Result<ConnectionTestView, ErrorView> {
        let typed = self.tenant.map(str::trim).filter(|tenant| !tenant.is_empty());
        let tenant = typed.unwrap_or(OWN_TENANT);
        let client = desk.client_for(self.url, self.allow_plain_http, tenant, key.clone())?;
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

pub(super) async fn start_local(
    desk: &Arc<Desk>,
    kind: ConnectionKind,
    name: &str,
) -> Result<ConnectionView, ErrorView> {
    let _one_at_a_time = desk.starting.lock().await;
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
pub(super) async fn add(
    desk: &Arc<Desk>,
    connection: NewConnection,
    key: Option<Secret>,
    sync: bool,
) -> Result<ConnectionView, ErrorView> {
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

async fn free_name(desk: &Desk, wish: &str) -> Result<String, ErrorView> {
    let all = desk.with_store(|store| store.connections()).await?;
    let taken = |name: &str| all.iter().any(|other| other.name == name);
    Ok(std::iter::once(wish.to_owned())
        .chain((2_u32..).map(|number| format!("{wish} {number}")))
        .find(|name| !taken(name))
        .unwrap_or_else(|| wish.to_owned()))
}
