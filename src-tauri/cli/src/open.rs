//! Which connection a command is about.

use std::sync::Arc;

use app::Desk;
use app::command::{Command as _, GetState};
use app::wire::ConnectionView;

use crate::arguments::Which;
use crate::fail::Failure;

/// The connection of that name; without a name the current one, or the only one.
pub(crate) async fn connection(desk: &Arc<Desk>, which: &Which) -> Result<ConnectionView, Failure> {
    let state = (GetState {}).handle(desk).await?;
    let names: Vec<String> = state.connections.iter().map(|one| one.name.clone()).collect();
    let only = match state.connections.as_slice() {
        [only] => Some(only.id),
        _ => None,
    };
    let unnamed = state.current.or(only);
    let found = match &which.connection {
        Some(name) => state.connections.into_iter().find(|one| one.name == *name),
        None => state.connections.into_iter().find(|one| Some(one.id) == unnamed),
    };
    found.ok_or_else(|| match (&which.connection, names.is_empty()) {
        (_, true) => {
            Failure::usage("There is no connection yet: add one with `upshot-cli connect`.")
        }
        (Some(name), _) => Failure::usage(format!(
            "There is no connection named {name}; there is {}.",
            names.join(", ")
        )),
        (None, _) => Failure::usage(format!("Say which connection: {}.", names.join(", "))),
    })
}
