//! A desk of the test's own, out of reach of the machine's clock and keyring, and its connection to a server.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::command::{Command as _, Connect};
use app::{Desk, Host, Paths, Secret, Vault};
use domain::ConnectionId;

/// Its files are in `dir/desk`, and its key is given as by the environment.
pub(crate) fn host(dir: &Path, now_ms: &Arc<AtomicI64>, key: &str) -> Host {
    let clock = Arc::clone(now_ms);
    Host {
        paths: Paths::below(&dir.join("desk")),
        clock: Arc::new(move || clock.load(Ordering::Relaxed)),
        utc_offset_ms: Arc::new(|_| 0),
        vault: Vault::open("app.upshot.test", Some(Secret::from(key.to_owned()))),
        who: "ann".to_owned(),
        collector: None,
        browser: None,
    }
}

/// To a server by the name `test`, without a sync.
pub(crate) fn to(url: &str, key: &str) -> Connect {
    Connect {
        name: "test".to_owned(),
        url: url.to_owned(),
        tenant: None,
        key: key.to_owned().into(),
        allow_plain_http: None,
        agents: None,
        sync: Some(false),
    }
}

/// Connects, as [`to`] says.
pub(crate) async fn connect(desk: &Arc<Desk>, url: &str, key: &str) -> ConnectionId {
    ConnectionId(to(url, key).handle(desk).await.expect("connects").id)
}
