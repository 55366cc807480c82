//! The API: which path goes where, how large a body may be, who may call from a browser. Each noun has its file below.

mod agents;
mod auth;
mod body;
mod error;
mod feedback;
mod probes;
mod query;
mod record;
mod runs;
mod search;
mod version_body;
mod versions;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, OriginalUri, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::db::Database;
use crate::server::Clock;
use crate::token::Signer;
use crate::{BODY_LIMIT_BYTES, RUN_BODY_LIMIT_BYTES};
use error::ApiError;

/// What every handler needs.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) db: Database,
    pub(crate) signer: Signer,
    pub(crate) instance: [u8; 5],
    pub(crate) clock: Clock,
    /// Where this server is reached, without a slash at the end.
    pub(crate) base_url: Arc<str>,
    /// Whether an API key may do what takes a signed-in user with the original.
    pub(crate) keys_annotate: bool,
}

impl App {
    fn now_ms(&self) -> i64 {
        (self.clock)()
    }
}

/// The whole API.
pub(crate) fn router(app: App) -> Router {
    let agent = "/v1/{tenant}/agents/{agent}";
    let at = |rest: &str| format!("{agent}{rest}");
    Router::new()
        .route("/v1/feedback", posted_from_anywhere())
        .route("/v1/{tenant}/agents", post(agents::register))
        .route("/{tenant}/agents", get(agents::list))
        .route("/{tenant}/agents/{agent}", get(agents::one))
        .route("/organizations/{tenant}", get(agents::organization))
        .route(&at("/feedback"), get(feedback::of_agent))
        .route(&at("/feedback/{feedback}/annotate"), post(feedback::annotate))
        .route(
            &at("/runs"),
            post(record::record).layer(DefaultBodyLimit::max(RUN_BODY_LIMIT_BYTES)),
        )
        .route(&at("/runs/search"), post(search::search))
        .route(&at("/runs/{run}"), get(runs::one))
        .route(&at("/runs/{run}/feedback"), get(feedback::of_run))
        .route(&at("/runs/{run}/completions"), get(runs::completions))
        .route(&at("/runs/{run}/reply"), post(probes::no_model))
        .route(&at("/versions"), get(versions::list))
        .route(&at("/versions/improve"), post(probes::no_model))
        .route(&at("/versions/{version}"), get(versions::one))
        .route(&at("/versions/{version}/save"), post(versions::save))
        .route(&at("/versions/{version}/messages/improve"), post(probes::no_model))
        .route(&at("/schemas/{schema}/versions"), post(versions::create))
        .route(&at("/schemas/{schema}/run"), post(probes::no_model))
        .route(&at("/schemas/{schema}/models"), post(probes::models))
        .route("/v1/chat/completions", post(probes::no_model_for_anybody))
        .route("/probes/health", get(probes::alive))
        .route("/probes/readiness", get(probes::ready))
        .fallback(elsewhere)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(middleware::from_fn(no_head))
        .layer(CatchPanicLayer::custom(|_| ApiError::Internal.into_response()))
        .with_state(app)
}

async fn wrong_method() -> ApiError {
    ApiError::method_not_allowed()
}

/// Front ends post feedback from wherever they are served. The token is what lets them in, not the origin.
fn posted_from_anywhere() -> MethodRouter<App> {
    let any_origin = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(tower_http::cors::AllowHeaders::mirror_request())
        .max_age(std::time::Duration::from_secs(600));
    // With a fallback of its own: the router's would stand outside the layer and refuse a browser's OPTIONS.
    get(feedback::outcome).post(feedback::post).fallback(wrong_method).layer(any_origin)
}

/// axum answers HEAD wherever it answers GET; the original only on `/probes/health`.
async fn no_head(request: Request, next: Next) -> Response {
    if request.method() == Method::HEAD && request.uri().path() != "/probes/health" {
        let mut response = ApiError::method_not_allowed().into_response();
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET"));
        return response;
    }
    next.run(request).await
}

/// A path with a slash too many is redirected, anything else is not found.
async fn elsewhere(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Response {
    // Behind a proxy with TLS, only the public URL tells that the caller came by https.
    let scheme = if app.base_url.starts_with("https:") { "https" } else { "http" };
    match without_slash(scheme, &uri, &headers) {
        Some(location) => {
            (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response()
        }
        None => ApiError::detail(StatusCode::NOT_FOUND, "Not Found").into_response(),
    }
}

fn without_slash(scheme: &str, uri: &Uri, headers: &HeaderMap) -> Option<HeaderValue> {
    let path =
        uri.path().strip_suffix('/').filter(|rest| !rest.is_empty() && !rest.ends_with('/'))?;
    let query = uri.query().map(|q| format!("?{q}")).unwrap_or_default();
    let host = headers.get(header::HOST)?.to_str().ok()?;
    HeaderValue::from_str(&format!("{scheme}://{host}{path}{query}")).ok()
}
