//! The collectors inside the app: the demo's, and the one of a team without a server. They start when a
//! connection needs them and live as long as the app.

use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use app::wire::ConnectionKind;
use app::{LocalCollector, Paths, Started};
use collector::{Clock, DemoOptions, Options, Running};
use tokio::sync::Mutex;

/// Where apps under review find this machine's collector; the same at every start, so that they can be told once.
const PORT: u16 = 8787;
/// The name of the key the app makes for itself at each start; it is kept nowhere.
const KEY_NAME: &str = "upshot-app";
/// Likewise of the user's token under which the app tells its collectors what was decided.
const USER_NAME: &str = "upshot-app-user";
const DEMO_FEEDBACK: u64 = 1_200;
const DEMO_SEED: u64 = 7;

/// The running ones, by kind.
pub(crate) struct Collectors {
    paths: Paths,
    clock: Clock,
    running: Mutex<HashMap<&'static str, Running>>,
}

impl Collectors {
    pub(crate) fn new(paths: Paths, clock: Clock) -> Arc<Self> {
        Arc::new(Self { paths, clock, running: Mutex::new(HashMap::new()) })
    }

    fn options(&self, kind: ConnectionKind) -> Options {
        let demo = kind == ConnectionKind::Demo;
        let folder = if demo { self.paths.demo() } else { self.paths.collector() };
        let port = if demo { 0 } else { PORT };
        Options {
            listen: SocketAddr::from(([127, 0, 0, 1], port)),
            demo: demo.then(|| DemoOptions {
                feedback: DEMO_FEEDBACK,
                seed: DEMO_SEED,
                now_ms: (self.clock)(),
            }),
            mint_key: Some(KEY_NAME.to_owned()),
            mint_user_token: Some(USER_NAME.to_owned()),
            ..Options::new(folder, Arc::clone(&self.clock))
        }
    }

    async fn started(&self, kind: ConnectionKind) -> Result<Started, String> {
        let name = if kind == ConnectionKind::Demo { "demo" } else { "collector" };
        let mut running = self.running.lock().await;
        if !running.contains_key(name) {
            let server =
                collector::serve(self.options(kind)).await.map_err(|error| error.to_string())?;
            tracing::info!(name, url = server.url, "A collector listens");
            running.insert(name, server);
        }
        let server = running.get(name).ok_or("the collector ended at once")?;
        let key = server.key.as_deref().ok_or("the collector made no key")?;
        let user_token =
            server.user_token.as_deref().ok_or("the collector made no user's token")?;
        Ok(Started {
            url: server.url.clone(),
            tenant: server.tenant.clone(),
            key: app::Secret::from(key.to_owned()),
            user_token: app::Secret::from(user_token.to_owned()),
        })
    }
}

impl LocalCollector for Collectors {
    fn start(
        &self,
        kind: ConnectionKind,
    ) -> Pin<Box<dyn Future<Output = Result<Started, String>> + Send + '_>> {
        Box::pin(self.started(kind))
    }
}
