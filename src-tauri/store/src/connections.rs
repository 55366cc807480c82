//! Connections: a server each, under a name. The key is elsewhere, filed under the connection's id, which
//! is never used twice.

use domain::{AgentId, ConnectionId, words};
use rusqlite::{ErrorCode, Row, params};

use crate::sql::{from_json, to_json, word};
use crate::{Error, Store};

/// What stands behind a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectionKind {
    /// A server at an address.
    Server,
    /// The demo this app runs itself.
    Demo,
    /// A collector this app runs itself.
    Collector,
}

/// A connection about to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConnection {
    /// Unique.
    pub name: String,
    pub url: String,
    /// `None`: the tenant of the key.
    pub tenant: Option<String>,
    /// Plain http to other machines, too.
    pub allow_plain_http: bool,
    pub kind: ConnectionKind,
    /// The agents to mirror; `None`: all.
    pub agents: Option<Vec<AgentId>>,
    pub created_at_ms: i64,
}

/// A connection as stored; what is not said is as in [`NewConnection`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    pub id: ConnectionId,
    pub name: String,
    pub url: String,
    pub tenant: Option<String>,
    pub allow_plain_http: bool,
    pub kind: ConnectionKind,
    pub agents: Option<Vec<AgentId>>,
    /// Where people read the server's pages; `None`: where its runs say.
    pub pages_url: Option<String>,
    pub created_at_ms: i64,
}

words! {
    /// The word stored.
    ConnectionKind { Server = "server", Demo = "demo", Collector = "collector" }
}

impl Store {
    /// Adds a connection.
    ///
    /// # Errors
    /// [`Error::NameTaken`].
    pub fn add_connection(&self, new: NewConnection) -> Result<Connection, Error> {
        let agents = agents_json(new.agents.as_deref())?;
        let id = self.write_durably(|tx| {
            tx.prepare_cached(
                "INSERT INTO connections (name, url, tenant, allow_plain_http, kind, agents, \
                 created_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                new.name,
                new.url,
                new.tenant,
                new.allow_plain_http,
                new.kind.as_str(),
                agents,
                new.created_at_ms
            ])
            .map_err(|error| name_taken(error, &new.name))?;
            Ok(ConnectionId(tx.last_insert_rowid()))
        })?;
        let NewConnection { name, url, tenant, allow_plain_http, kind, agents, created_at_ms } =
            new;
        Ok(Connection {
            id,
            name,
            url,
            tenant,
            allow_plain_http,
            kind,
            agents,
            pages_url: None,
            created_at_ms,
        })
    }

    /// All connections, oldest first.
    pub fn connections(&self) -> Result<Vec<Connection>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached("SELECT * FROM connections ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut connections = Vec::new();
        while let Some(row) = rows.next()? {
            connections.push(of_row(row)?);
        }
        Ok(connections)
    }

    /// One connection.
    pub fn connection(&self, id: ConnectionId) -> Result<Option<Connection>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached("SELECT * FROM connections WHERE id = ?1")?;
        let mut rows = statement.query([id.0])?;
        rows.next()?.map(of_row).transpose()
    }

    /// Gives a connection another name.
    ///
    /// # Errors
    /// [`Error::NameTaken`], [`Error::NoConnection`].
    pub fn rename_connection(&self, id: ConnectionId, name: &str) -> Result<(), Error> {
        self.write_durably(|tx| {
            let changed = tx
                .prepare_cached("UPDATE connections SET name = ?2 WHERE id = ?1")?
                .execute(params![id.0, name])
                .map_err(|error| name_taken(error, name))?;
            existed(changed, id)
        })
    }

    /// Chooses the agents to mirror; `None`: all. What is mirrored of others stays.
    ///
    /// # Errors
    /// [`Error::NoConnection`].
    pub fn set_connection_agents(
        &self,
        id: ConnectionId,
        agents: Option<&[AgentId]>,
    ) -> Result<(), Error> {
        let agents = agents_json(agents)?;
        self.write_durably(|tx| {
            let changed = tx
                .prepare_cached("UPDATE connections SET agents = ?2 WHERE id = ?1")?
                .execute(params![id.0, agents])?;
            existed(changed, id)
        })
    }

    /// Moves a connection to another address: a collector on this machine gets another port at times.
    ///
    /// # Errors
    /// [`Error::NoConnection`].
    pub fn set_connection_url(&self, id: ConnectionId, url: &str) -> Result<(), Error> {
        self.write_durably(|tx| {
            let changed = tx
                .prepare_cached("UPDATE connections SET url = ?2 WHERE id = ?1")?
                .execute(params![id.0, url])?;
            existed(changed, id)
        })
    }

    /// Keeps where people read a server's pages; `None`: where its runs say.
    ///
    /// # Errors
    /// [`Error::NoConnection`].
    pub fn set_connection_pages(&self, id: ConnectionId, url: Option<&str>) -> Result<(), Error> {
        self.write_durably(|tx| {
            let changed = tx
                .prepare_cached("UPDATE connections SET pages_url = ?2 WHERE id = ?1")?
                .execute(params![id.0, url])?;
            existed(changed, id)
        })
    }

    /// Removes a connection with everything mirrored from it and decided on it.
    ///
    /// # Errors
    /// [`Error::NoConnection`].
    pub fn remove_connection(&self, id: ConnectionId) -> Result<(), Error> {
        self.write_durably(|tx| {
            let changed =
                tx.prepare_cached("DELETE FROM connections WHERE id = ?1")?.execute([id.0])?;
            existed(changed, id)
        })
    }
}

fn of_row(row: &Row<'_>) -> Result<Connection, Error> {
    let agents: Option<String> = row.get("agents")?;
    Ok(Connection {
        id: ConnectionId(row.get("id")?),
        name: row.get("name")?,
        url: row.get("url")?,
        tenant: row.get("tenant")?,
        allow_plain_http: row.get("allow_plain_http")?,
        kind: word(row, "kind")?,
        agents: agents.map(|json| from_json("choice of agents", json.as_bytes())).transpose()?,
        pages_url: row.get("pages_url")?,
        created_at_ms: row.get("created_at_ms")?,
    })
}

fn agents_json(agents: Option<&[AgentId]>) -> Result<Option<String>, Error> {
    agents.map(|agents| to_json("choice of agents", &agents)).transpose()
}

fn name_taken(error: rusqlite::Error, name: &str) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => Error::NameTaken(name.to_owned()),
        _ => error.into(),
    }
}

fn existed(changed: usize, id: ConnectionId) -> Result<(), Error> {
    if changed == 0 { Err(Error::NoConnection(id)) } else { Ok(()) }
}
