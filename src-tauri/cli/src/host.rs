//! What only the host knows: the environment, the clock, the time zone, the directories, the keyring.

use std::sync::Arc;

use app::wire::ErrorView;
use app::{Desk, Host, KEYRING_SERVICE, Paths, Secret, Vault};

use crate::fail::Failure;

const KEY_VARIABLE: &str = "UPSHOT_API_KEY";

/// Opens the same mirror as the window does.
pub(crate) fn open_desk() -> Result<Arc<Desk>, Failure> {
    let desk = Desk::open(Host {
        paths: paths()?,
        clock: Arc::new(now_ms),
        utc_offset_ms: Arc::new(app::utc_offset_ms),
        vault: Vault::open(KEYRING_SERVICE, key_of_environment()),
        who: app::system_user(variable),
        collector: None,
        browser: None,
    });
    Ok(desk.map_err(ErrorView::from)?)
}

/// Where this user's data is.
pub(crate) fn paths() -> Result<Paths, Failure> {
    Paths::of_user()
        .ok_or_else(|| Failure::usage("This user has no home directory to keep data in."))
}

/// The key from the environment, if it is there.
pub(crate) fn key_of_environment() -> Option<Secret> {
    variable(KEY_VARIABLE).filter(|key| !key.is_empty()).map(Secret::from)
}

#[expect(clippy::disallowed_methods, reason = "the host is where the environment is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[expect(clippy::disallowed_methods, reason = "the host is where the clock comes from")]
pub(crate) fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
