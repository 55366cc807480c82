//! The organization behind a tenant slug, the check of a new connection, and the probes.

use serde::Deserialize;

use crate::client::Client;
use crate::error::{Error, Missing, Result};
use crate::transport::Call;

/// Who a connection reads for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its name in paths.
    pub slug: String,
    /// Its internal id (`orguid_…`), which paths take as well.
    pub tenant: Option<String>,
    pub name: Option<String>,
    /// The `t` of its feedback tokens.
    pub uid: Option<u64>,
}

#[derive(Deserialize)]
pub(crate) struct WireOrganization {
    slug: Option<String>,
    tenant: Option<String>,
    name: Option<String>,
    uid: Option<u64>,
}

impl WireOrganization {
    /// An organization has a slug, an anonymous one a tenant only; neither means it is none.
    pub(crate) fn into_domain(self) -> Option<Organization> {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let tenant = filled(self.tenant);
        let slug = filled(self.slug).or_else(|| tenant.clone())?;
        Some(Organization { slug, tenant, name: filled(self.name), uid: self.uid })
    }
}

const GET: &str = "organization";

impl Client {
    /// The organization of the configured tenant; `_` with a key is a cheap check of the key.
    pub async fn organization(&self) -> Result<Organization> {
        self.organization_of(&self.tenant).await
    }

    /// The organization of the key.
    pub async fn own_organization(&self) -> Result<Organization> {
        self.organization_of("_").await
    }

    /// Whether this connection can work: the server is there, it takes the key, and it knows the
    /// tenant. The last has to be asked for, because a misspelt tenant is answered with the key's own
    /// data everywhere else (contract, 0.8). Gives the organization that will be read.
    pub async fn check(&self) -> Result<Organization> {
        let own = self.own_organization().await?;
        let tenant = self.tenant();
        let is_own = tenant == "_" || tenant == own.slug || Some(tenant) == own.tenant.as_deref();
        if is_own { Ok(own) } else { self.organization().await }
    }

    /// Whether the server is up and has its storage.
    pub async fn ready(&self) -> Result<()> {
        let url = self.transport.origin.join(&["probes", "readiness"])?;
        self.transport.bytes(Call::get("readiness", url).keyless()).await.map(drop)
    }

    async fn organization_of(&self, tenant: &str) -> Result<Organization> {
        let url = self.transport.origin.join(&["organizations", tenant])?;
        match self.transport.json::<WireOrganization>(Call::get(GET, url)).await {
            Ok(wire) => wire.into_domain().ok_or(Error::Unexpected { request: GET }),
            Err(Error::NotFound { .. }) => Err(Error::NotFound { what: Missing::Organization }),
            Err(error) => Err(error),
        }
    }
}
