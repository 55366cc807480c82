//! The client and how it is set up. The calls themselves stand beside their wire types, one file per noun.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::error::Result;
use crate::key::ApiKey;
use crate::origin::Origin;
use crate::retry::RetryPolicy;
use crate::transport::Transport;

/// How long to wait for what, per send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the first byte of an answer, and between any two pieces of it.
    pub read: Duration,
    /// For a whole answer.
    pub total: Duration,
    /// In place of `read` and `total` where a language model works behind the request; for a stream,
    /// the longest pause in it.
    pub slow: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(30),
            total: Duration::from_secs(120),
            slow: Duration::from_secs(300),
        }
    }
}

/// Everything a client is made from.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    pub origin: Origin,
    /// The organization's slug, or `_` for the key's own. A slug the server does not know means the
    /// key's own as well, without a word (contract, 0.8): `Client::check` notices.
    pub tenant: String,
    /// Without one, public agents and posting feedback are what is left.
    pub key: Option<ApiKey>,
    pub user_agent: String,
    pub timeouts: Timeouts,
    /// Requests under way at the same time; at least 1.
    pub max_in_flight: usize,
    pub retry: RetryPolicy,
    /// Longest answer that is read.
    pub max_body_bytes: usize,
}

impl ClientOptions {
    /// The defaults: own tenant, four requests at a time, 64 MiB per answer.
    pub fn new(origin: Origin, key: Option<ApiKey>) -> Self {
        Self {
            origin,
            tenant: "_".to_owned(),
            key,
            user_agent: concat!("upshot/", env!("CARGO_PKG_VERSION")).to_owned(),
            timeouts: Timeouts::default(),
            max_in_flight: 4,
            retry: RetryPolicy::default(),
            max_body_bytes: 64 * 1024 * 1024,
        }
    }
}

/// A connection to one server with one key. Clones share the connections and the bound on requests.
#[derive(Clone)]
pub struct Client {
    pub(crate) tenant: Arc<str>,
    pub(crate) transport: Arc<Transport>,
}

impl Client {
    /// Opens nothing yet.
    pub fn new(options: ClientOptions) -> Result<Self> {
        let tenant = if options.tenant.trim().is_empty() { "_" } else { options.tenant.trim() };
        let tenant = Arc::from(tenant);
        Ok(Self { tenant, transport: Arc::new(Transport::new(options)?) })
    }

    /// The server's address.
    pub fn origin(&self) -> &Origin {
        &self.transport.origin
    }

    /// The tenant as it was given, `_` for the key's own.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("origin", &self.transport.origin.to_string())
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}
