//! What only the host knows: the command line, the clock, the time zone, the keyring's name, the browser.

use std::sync::Arc;

use app::{Host, KEYRING_SERVICE, Paths, Vault};

use crate::collectors::Collectors;

/// What the command line asks for.
pub(crate) struct Arguments {
    /// Open on the demo.
    pub(crate) demo: bool,
}

impl Arguments {
    /// Unknown arguments are left alone: desktops add their own.
    pub(crate) fn read() -> Self {
        Self { demo: std::env::args().any(|argument| argument == "--demo") }
    }
}

/// The real clock, time zone, keyring and collectors.
pub(crate) fn host(paths: Paths) -> Host {
    let clock: Arc<dyn Fn() -> i64 + Send + Sync> = Arc::new(now_ms);
    Host {
        collector: Some(Collectors::new(paths.clone(), Arc::clone(&clock))),
        paths,
        clock,
        utc_offset_ms: Arc::new(app::utc_offset_ms),
        // UPSHOT_API_KEY is for scripts, which name one connection. Here it would go to every server there is.
        vault: Vault::open(KEYRING_SERVICE, None),
        who: app::system_user(variable),
        browser: Some(Arc::new(browse)),
    }
}

/// Starts what the system opens web pages with. Where it does not say that it failed while one waits, it did not.
fn browse(address: &str) -> std::io::Result<()> {
    #[cfg(windows)]
    return open::that_detached(address);
    #[cfg(not(windows))]
    open::that_detached_with_timeout(address, std::time::Duration::from_secs(2))
}

#[expect(clippy::disallowed_methods, reason = "the host is where the environment is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[expect(clippy::disallowed_methods, reason = "the host is where the clock comes from")]
fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
