//! Starting and stopping a collector inside another program. What it answers is in `http`.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::db::{self, Database, meta, tenants};
use crate::demo::DemoOptions;
use crate::error::Error;
use crate::http::{self, App};
use crate::json::stored;
use crate::keys::KeyKind;
use crate::{demo_load, keys};

/// UTC milliseconds, whenever it is asked. Given by the host, so that nothing here reads a clock by itself.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How long requests that are under way may take to end when the server stops.
const PATIENCE: Duration = Duration::from_secs(10);
/// The name of the key `serve` makes when there is none.
const FIRST_KEY: &str = "first";

/// What to start.
#[derive(Clone)]
pub struct Options {
    /// Where the database is, or will be.
    pub data_dir: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether an address other than loopback is meant.
    pub allow_remote: bool,
    /// The tenant in paths. Made if it does not exist.
    pub tenant: String,
    /// Fills an empty folder with demo data. A folder that has a demo keeps the one it has, and its tenant.
    pub demo: Option<DemoOptions>,
    /// Makes a key of this name and hands it out; an earlier key of the same name stops working. For hosts that keep no
    /// key, as the app for its demo. `None`: a key is made and handed out only if the tenant has none.
    pub mint_key: Option<String>,
    /// Makes a user's token of this name and hands it out; as `mint_key` otherwise. `None`: none is made.
    pub mint_user_token: Option<String>,
    /// Lets API keys annotate, too. The original wants a signed-in user for that.
    pub keys_annotate: bool,
    /// Where others reach this server, if not at `listen`: the front of every run's `url`.
    pub public_url: Option<String>,
    /// The time.
    pub clock: Clock,
}

impl Options {
    /// Loopback on a free port, tenant `team`, no demo.
    pub fn new(data_dir: impl Into<PathBuf>, clock: Clock) -> Self {
        Self {
            data_dir: data_dir.into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            allow_remote: false,
            tenant: "team".into(),
            demo: None,
            mint_key: None,
            mint_user_token: None,
            keys_annotate: false,
            public_url: None,
            clock,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("data_dir", &self.data_dir)
            .field("listen", &self.listen)
            .field("tenant", &self.tenant)
            .field("demo", &self.demo)
            .finish_non_exhaustive()
    }
}

/// A collector that answers. Dropping it stops it as well, without waiting.
pub struct Running {
    /// `http://127.0.0.1:8787`, without a slash at the end.
    pub url: String,
    /// The tenant in paths.
    pub tenant: String,
    /// The key that was made just now, if one was. It is nowhere else.
    pub key: Option<String>,
    /// The user's token that was made just now, if one was. It is nowhere else.
    pub user_token: Option<String>,
    database: Database,
    stopping: CancellationToken,
    server: JoinHandle<()>,
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let redacted = |secret: &Option<String>| secret.as_ref().map(|_| "[redacted]");
        f.debug_struct("Running")
            .field("url", &self.url)
            .field("tenant", &self.tenant)
            .field("key", &redacted(&self.key))
            .field("user_token", &redacted(&self.user_token))
            .finish()
    }
}

impl Running {
    /// Takes no new requests, lets those under way end, and moves the write-ahead log into the database.
    pub async fn stop(mut self) -> Result<(), Error> {
        self.stopping.cancel();
        if tokio::time::timeout(PATIENCE, &mut self.server).await.is_err() {
            tracing::warn!("some requests were still under way and have been cut off");
            self.server.abort();
        }
        self.database.checkpoint().await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stopping.cancel();
    }
}

/// Opens the data folder, fills it with demo data if that is asked for, and listens. When this returns, it answers.
pub async fn serve(options: Options) -> Result<Running, Error> {
    if !options.listen.ip().is_loopback() && !options.allow_remote {
        return Err(Error::RemoteNotAllowed(options.listen));
    }
    let failed = |source| Error::Listen { addr: options.listen, source };
    // Before the demo is made: a port that is taken should not cost a minute.
    let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
    let url = format!("http://{}", listener.local_addr().map_err(failed)?);

    let prepared = {
        let options = options.clone();
        tokio::task::spawn_blocking(move || prepare(&options))
            .await
            .map_err(|_| Error::Thread)??
    };
    let base_url = options.public_url.as_deref().unwrap_or(&url).trim_end_matches('/').into();
    let database = Database::new(&options.data_dir, prepared.connection);
    let app = App {
        db: database.clone(),
        signer: prepared.signer.clone(),
        instance: prepared.instance,
        clock: options.clock.clone(),
        base_url,
        keys_annotate: options.keys_annotate,
    };
    let stopping = CancellationToken::new();
    let stopped = stopping.clone().cancelled_owned();
    let server = tokio::spawn(async move {
        let serving = axum::serve(listener, http::router(app)).with_graceful_shutdown(stopped);
        if let Err(error) = serving.await {
            tracing::error!(%error, "the collector stopped listening");
        }
    });
    let Prepared { tenant, key, user_token, .. } = prepared;
    Ok(Running { url, tenant, key, user_token, database, stopping, server })
}

/// What has to be known before the first request.
struct Prepared {
    connection: Connection,
    signer: crate::token::Signer,
    instance: [u8; 5],
    tenant: String,
    key: Option<String>,
    user_token: Option<String>,
}

fn prepare(options: &Options) -> Result<Prepared, Error> {
    let tenant = match &options.demo {
        Some(demo) => fill(&options.data_dir, &options.tenant, demo)?,
        None => options.tenant.clone(),
    };
    let mut connection = db::open(&options.data_dir)?;
    let (key, user_token) = secrets(&mut connection, options, &tenant)?;
    Ok(Prepared {
        signer: meta::signer(&connection)?,
        instance: meta::instance(&connection)?,
        tenant,
        key,
        user_token,
        connection,
    })
}

/// Makes the demo, or finds the one that is there; the tenant it belongs to.
fn fill(data_dir: &Path, tenant: &str, demo: &DemoOptions) -> Result<String, Error> {
    if !db::file(data_dir).exists() {
        demo_load::fill(data_dir, tenant, demo)?;
        return Ok(tenant.to_owned());
    }
    let kept =
        meta::demo(&db::open(data_dir)?)?.ok_or_else(|| Error::NotADemo(data_dir.to_owned()))?;
    tracing::info!(kept, "the folder has demo data already and keeps it");
    let kept = stored(&kept);
    Ok(kept.get("tenant").and_then(serde_json::Value::as_str).unwrap_or(tenant).to_owned())
}

/// The key and the user's token to hand out.
fn secrets(
    connection: &mut Connection,
    options: &Options,
    tenant: &str,
) -> Result<(Option<String>, Option<String>), Error> {
    let now_ms = (options.clock)();
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let tenant_uid = tenants::ensure(&tx, tenant, now_ms)?;
    let minted = |name: &str, kind| {
        keys::revoke(&tx, tenant_uid, name, now_ms)?;
        keys::insert(&tx, tenant_uid, name, kind, now_ms)
    };
    let key = match &options.mint_key {
        Some(name) => Some(minted(name, KeyKind::Api)?),
        None if keys::any(&tx, tenant_uid)? => None,
        None => Some(minted(FIRST_KEY, KeyKind::Api)?),
    };
    let token = &options.mint_user_token;
    let user_token = token.as_deref().map(|name| minted(name, KeyKind::User)).transpose()?;
    tx.commit()?;
    Ok((key, user_token))
}
