//! Who is calling, and for which tenant and agent: the extractors that stand in front of every handler.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};

use super::App;
use super::error::ApiError;
use crate::db::tenants::{self, Tenant};
use crate::db::{Database, agents};
use crate::keys::{self, KeyKind, KeyOwner};

const HOW: &str = "Make one with `upshot-collector key create`.";

/// A caller with a key of the tenant in the path.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) key: KeyOwner,
    params: Vec<(String, String)>,
}

/// A caller, and the agent in the path, which is the tenant's.
#[derive(Debug, Clone)]
pub(crate) struct AgentScope {
    pub(crate) caller: Caller,
    pub(crate) agent: agents::Agent,
}

/// As [`AgentScope`], for what takes a signed-in user: an API key does not do, unless this collector was told so.
#[derive(Debug, Clone)]
pub(crate) struct UserScope(pub(crate) AgentScope);

impl Caller {
    /// A parameter of the path. The router only lets paths through that have it.
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }
}

impl AgentScope {
    /// As [`Caller::param`].
    pub(crate) fn param(&self, name: &str) -> &str {
        self.caller.param(name)
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &App) -> Result<Self, ApiError> {
        let params = path_params(parts, state).await?;
        let tenant = params.iter().find(|(n, _)| n == "tenant").map_or("", |(_, v)| v).to_owned();
        let Some(key) = key_of(&parts.headers, &state.db).await? else {
            return Err(anonymous(state, tenant).await);
        };
        // The original answers an unknown tenant with the key's own data, so that a typo goes unnoticed.
        let own =
            tenant == "_" || tenant == key.slug || tenant == Tenant::internal_id(key.tenant_uid);
        if own {
            Ok(Self { key, params })
        } else {
            Err(ApiError::detail(StatusCode::NOT_FOUND, "Task not found"))
        }
    }
}

impl FromRequestParts<App> for AgentScope {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &App) -> Result<Self, ApiError> {
        Self::of(Caller::from_request_parts(parts, state).await?, state).await
    }
}

impl FromRequestParts<App> for UserScope {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &App) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, state).await?;
        if caller.key.kind != KeyKind::User && !state.keys_annotate {
            return Err(authentication_required());
        }
        AgentScope::of(caller, state).await.map(Self)
    }
}

impl AgentScope {
    async fn of(caller: Caller, state: &App) -> Result<Self, ApiError> {
        let (tenant_uid, id) = (caller.key.tenant_uid, caller.param("agent").to_owned());
        let found =
            state.db.read(move |c| Ok::<_, ApiError>(agents::find(c, tenant_uid, &id)?)).await?;
        match found {
            Some(agent) => Ok(Self { caller, agent }),
            None => Err(ApiError::detail(StatusCode::NOT_FOUND, "Task info not found")),
        }
    }
}

/// Path parameters, percent-decoded. What is no UTF-8 is no path here.
pub(crate) async fn path_params(
    parts: &mut Parts,
    state: &App,
) -> Result<Vec<(String, String)>, ApiError> {
    let params = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| ApiError::detail(StatusCode::NOT_FOUND, "Not Found"))?;
    Ok(params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// The owner of the key in the header; `None` without a header.
pub(crate) async fn key_of(
    headers: &HeaderMap,
    db: &Database,
) -> Result<Option<KeyOwner>, ApiError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let value = value.to_str().unwrap_or_default();
    let (scheme, key) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || key.is_empty() {
        let message = format!(
            "Invalid authorization header: {}. It has to be 'Bearer wai-****'. {HOW}",
            hint(value)
        );
        return Err(ApiError::unauthenticated(message));
    }
    let wrong = format!("Invalid API key provided: {}. {HOW}", hint(key));
    let key = key.to_owned();
    let owner = db.read(move |c| Ok::<_, ApiError>(keys::owner(c, &key)?)).await?;
    owner.map(Some).ok_or_else(|| ApiError::unauthenticated(wrong))
}

/// Enough to recognise a key one has, too little to use it.
fn hint(text: &str) -> String {
    format!("{}***", text.chars().take(5).collect::<String>())
}

fn authentication_required() -> ApiError {
    ApiError::detail(StatusCode::UNAUTHORIZED, "Authentication is required")
}

async fn anonymous(state: &App, tenant: String) -> ApiError {
    let exists = state.db.read(move |c| {
        let by_uid = tenant.strip_prefix("orguid_").and_then(|uid| uid.parse().ok());
        let known = tenants::by_slug(c, &tenant)?.is_some()
            || by_uid.map_or(Ok(false), |uid| tenants::exists(c, uid))?;
        Ok::<_, ApiError>(known)
    });
    match exists.await {
        Ok(true) => ApiError::detail(StatusCode::NOT_FOUND, "Task not found"),
        Ok(false) => authentication_required(),
        Err(error) => error,
    }
}
