//! Adds a server.

use std::io::Write as _;
use std::sync::Arc;

use app::Desk;
use app::command::{self, Command as _, GetState};

use crate::arguments::Connect;
use crate::fail::Failure;
use crate::host;

pub(crate) async fn run(desk: &Arc<Desk>, wanted: Connect) -> Result<(), Failure> {
    let key = match host::key_of_environment() {
        Some(key) => key.expose().to_owned(),
        None => rpassword::prompt_password("API key: ").map_err(|_| Failure::no_key())?,
    };
    let name = wanted.name.clone();
    let connection = command::Connect {
        name: wanted.name,
        url: wanted.url,
        tenant: wanted.tenant,
        key: key.into(),
        allow_plain_http: Some(wanted.allow_plain_http),
        agents: None,
        sync: Some(false),
    }
    .handle(desk)
    .await?;
    let mut out = std::io::stdout();
    writeln!(out, "Connected to {} as {name}, tenant {}.", connection.url, connection.tenant)?;
    if let Some(notice) = (GetState {}).handle(desk).await?.keeper.notice {
        writeln!(std::io::stderr(), "{notice} For later commands set UPSHOT_API_KEY.")?;
    }
    writeln!(out, "Next: upshot-cli sync --connection {name:?}")?;
    Ok(())
}
