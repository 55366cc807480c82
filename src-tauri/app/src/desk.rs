//! The desk: one open mirror with its keyring, its syncs and its listeners. Every command works on it.

use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use domain::ConnectionId;
use store::{CancelToken, Connection, Store};
use tokio::sync::broadcast;
use url::Url;
use vault::{Secret, Vault};
use workflowai::{ApiKey, Client, ClientOptions, Origin};

use crate::asked::Asked;
use crate::paths::Paths;
use crate::patience::Patience;
use crate::sync::{Pushes, Syncs};
use crate::trends::Frames;
use crate::wire::{ConnectionKind, ErrorView, Event};

/// The keyring's name for Upshot's entries: the same in every host, so that each finds what the others kept.
pub const KEYRING_SERVICE: &str = "app.upshot.desk";
/// Requests under way at once; enough to hide a round trip, few enough for a small server.
pub(crate) const IN_FLIGHT: usize = 6;
/// How many events a slow listener may lag behind before it loses the oldest.
const EVENT_BACKLOG: usize = 256;

/// A collector that a host started inside itself.
pub struct Started {
    pub url: String,
    pub tenant: String,
    pub key: Secret,
    /// A user's token, for decisions.
    pub user_token: Secret,
}

/// The tenant's name in a path when the key decides.
pub(crate) const OWN_TENANT: &str = "_";

/// What only a host can do: start a collector on loopback, inside the same process.
pub trait LocalCollector: Send + Sync {
    /// Starts it, or finds it running. `kind` is never `Server`.
    fn start(
        &self,
        kind: ConnectionKind,
    ) -> Pin<Box<dyn Future<Output = Result<Started, String>> + Send + '_>>;
}

/// Opens a web page's address in the person's browser; an error if that could not even be begun. Blocks.
pub type Browser = Arc<dyn Fn(&str) -> std::io::Result<()> + Send + Sync>;

/// What a host passes in.
pub struct Host {
    pub paths: Paths,
    /// UTC milliseconds.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// Local time minus UTC at a UTC time, both in milliseconds.
    pub utc_offset_ms: Arc<dyn Fn(i64) -> i64 + Send + Sync>,
    pub vault: Vault,
    /// Under whose name decisions are made.
    pub who: String,
    /// `None`: a host without one, as the command line.
    pub collector: Option<Arc<dyn LocalCollector>>,
    /// `None`: a host without one, as the command line.
    pub browser: Option<Browser>,
}

/// One open mirror.
pub struct Desk {
    pub(crate) store: Store,
    pub(crate) vault: Arc<Vault>,
    pub(crate) paths: Paths,
    pub(crate) who: String,
    pub(crate) patience: Patience,
    pub(crate) syncs: Syncs,
    pub(crate) pushes: Pushes,
    pub(crate) frames: Frames,
    /// The list asked for last, and the count.
    pub(crate) lists: Asked,
    pub(crate) counts: Asked,
    pub(crate) utc_offset_ms: Arc<dyn Fn(i64) -> i64 + Send + Sync>,
    pub(crate) collector: Option<Arc<dyn LocalCollector>>,
    browser: Option<Browser>,
    clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    events: broadcast::Sender<Event>,
    /// Which connections lack a key, as far as was seen. The keyring is asked when a key is needed and never just to
    /// show something: asking can bring up the system's own dialog and take a minute.
    keyless: Mutex<HashSet<ConnectionId>>,
    /// One collector is started at a time.
    pub(crate) starting: tokio::sync::Mutex<()>,
}

impl Desk {
    /// Opens the mirror below the host's data directory, and makes it where there is none. Blocks.
    pub fn open(host: Host) -> Result<Arc<Self>, store::Error> {
        Self::open_with(host, Patience::default())
    }

    /// As [`Desk::open`], with other bounds for requests than the usual ones.
    pub fn open_with(host: Host, patience: Patience) -> Result<Arc<Self>, store::Error> {
        let store = Store::open(host.paths.data())?;
        let (events, _) = broadcast::channel(EVENT_BACKLOG);
        Ok(Arc::new(Self {
            store,
            vault: Arc::new(host.vault),
            paths: host.paths,
            who: host.who,
            patience,
            syncs: Syncs::default(),
            pushes: Pushes::default(),
            frames: Frames::default(),
            lists: Asked::default(),
            counts: Asked::default(),
            utc_offset_ms: host.utc_offset_ms,
            collector: host.collector,
            browser: host.browser,
            clock: host.clock,
            events,
            keyless: Mutex::default(),
            starting: tokio::sync::Mutex::default(),
        }))
    }

    /// All that happens from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Now, in UTC milliseconds.
    pub fn now_ms(&self) -> i64 {
        (self.clock)()
    }

    pub(crate) fn tell(&self, event: Event) {
        // An error means that nobody listens, as on the command line.
        let _ = self.events.send(event);
    }

    /// Runs a blocking piece of work on the store.
    pub(crate) async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, store::Error> + Send + 'static,
    ) -> Result<T, ErrorView> {
        let store = self.store.clone();
        blocking(move || work(&store)).await
    }

    /// As [`Desk::with_store`]; the reads in it end when the token is cancelled.
    pub(crate) async fn with_store_until<T: Send + 'static>(
        &self,
        token: &CancelToken,
        work: impl FnOnce(&Store) -> Result<T, store::Error> + Send + 'static,
    ) -> Result<T, ErrorView> {
        let store = self.store.cancellable(token);
        blocking(move || work(&store)).await
    }

    /// Runs a blocking piece of work on the keyring.
    pub(crate) async fn with_vault<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Vault) -> Result<T, vault::Error> + Send + 'static,
    ) -> Result<T, ErrorView> {
        let vault = Arc::clone(&self.vault);
        blocking(move || work(&vault)).await
    }

    pub(crate) async fn connection(&self, id: ConnectionId) -> Result<Connection, ErrorView> {
        self.with_store(move |store| store.connection(id))
            .await?
            .ok_or_else(|| ErrorView::bad_input("There is no such connection (any more)."))
    }

    /// A client for a connection: the key comes from the keyring, or from the collector inside this process.
    pub(crate) async fn client(&self, connection: &Connection) -> Result<Client, ErrorView> {
        let (url, key) = match self.local_collector(connection).await? {
            Some(started) => (started.url, Some(started.key)),
            None => {
                let account = account(connection);
                (connection.url.clone(), self.with_vault(move |vault| vault.get(&account)).await?)
            }
        };
        self.note_key(connection.id, key.is_some());
        let key = key.ok_or_else(|| ErrorView::key_missing(&connection.name))?;
        let key = ApiKey::parse(key.expose())?;
        self.client_for(&url, connection.allow_plain_http, tenant_of(connection), key)
    }

    /// A client that speaks as the user whose token was given; `None`: there is none. The keyring is asked only if one
    /// was put there.
    pub(crate) async fn user_client(
        &self,
        connection: &Connection,
    ) -> Result<Option<Client>, ErrorView> {
        let id = connection.id;
        let (url, token) = match self.local_collector(connection).await? {
            Some(started) => (started.url, started.user_token),
            None => {
                if !self.with_store(move |store| store.pushing(id)).await?.has_user_token {
                    return Ok(None);
                }
                let account = account(connection);
                match self.with_vault(move |vault| vault.user_token(&account)).await? {
                    Some(token) => (connection.url.clone(), token),
                    None => return Ok(None),
                }
            }
        };
        let token = ApiKey::parse(token.expose())?;
        let plain = connection.allow_plain_http;
        self.client_for(&url, plain, tenant_of(connection), token).map(Some)
    }

    /// A client for an address as typed; nothing is sent yet.
    pub(crate) fn client_for(
        &self,
        url: &str,
        allow_plain_http: bool,
        tenant: &str,
        key: ApiKey,
    ) -> Result<Client, ErrorView> {
        let origin = Origin::parse(url, allow_plain_http)?;
        Ok(Client::new(ClientOptions {
            tenant: tenant.to_owned(),
            max_in_flight: IN_FLIGHT,
            timeouts: self.patience.timeouts,
            retry: self.patience.retry,
            ..ClientOptions::new(origin, Some(key))
        })?)
    }

    /// Opens a web page in the browser.
    pub(crate) async fn browse(&self, address: Url) -> Result<(), ErrorView> {
        let Some(browser) = self.browser.clone() else {
            return Err(ErrorView::no_browser(&address));
        };
        blocking(move || {
            browser(address.as_str()).map_err(|error| {
                // Its text has the whole address in it.
                tracing::warn!(kind = ?error.kind(), "No browser was opened");
                ErrorView::no_browser(&address)
            })
        })
        .await
    }

    /// Whether a key was there when it was needed last; `true` before that.
    pub(crate) fn has_key(&self, id: ConnectionId) -> bool {
        !self.keyless.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    /// Notes whether a connection has its key, and tells the window if that is news.
    pub(crate) fn note_key(&self, id: ConnectionId, there: bool) {
        let mut keyless = self.keyless.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = if there { keyless.remove(&id) } else { keyless.insert(id) };
        drop(keyless);
        if changed {
            self.tell(Event::Connections);
        }
    }

    /// The collector inside this process behind a connection; `None` for a server elsewhere.
    async fn local_collector(&self, connection: &Connection) -> Result<Option<Started>, ErrorView> {
        let kind = crate::command::kind_view(connection.kind);
        if kind == ConnectionKind::Server {
            return Ok(None);
        }
        // Not by its last address: that port is anybody's by now, and a key is not for anybody.
        let collector = self.collector.as_ref().ok_or_else(ErrorView::no_collector)?;
        let started = collector.start(kind).await.map_err(collector_failed)?;
        if started.url != connection.url {
            // The demo takes a free port at every start; what is shown should be where it is now.
            let (id, url) = (connection.id, started.url.clone());
            self.with_store(move |store| store.set_connection_url(id, &url)).await?;
        }
        Ok(Some(started))
    }
}

/// Runs a piece of work on a thread that may wait.
async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, ErrorView>
where
    T: Send + 'static,
    E: Into<ErrorView> + Send + 'static,
{
    tokio::task::spawn_blocking(work).await.map_err(ErrorView::internal)?.map_err(E::into)
}

/// What a person sees when a collector inside this process does not start.
pub(crate) fn collector_failed(why: String) -> ErrorView {
    ErrorView {
        title: "The collector on this machine did not start.".to_owned(),
        meaning: "Its data and the cache are untouched.".to_owned(),
        action: "Look whether the disk is full and whether another Upshot is running.".to_owned(),
        ..ErrorView::internal(why)
    }
}

/// The keyring entry of a connection. The id alone would clash when a cache is deleted and made anew.
pub(crate) fn account(connection: &Connection) -> String {
    format!("{} {} {}", connection.url, tenant_of(connection), connection.id)
}

/// The tenant as it stands in paths.
pub(crate) fn tenant_of(connection: &Connection) -> &str {
    connection.tenant.as_deref().unwrap_or(OWN_TENANT)
}
