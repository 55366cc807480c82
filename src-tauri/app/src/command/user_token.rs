//! A user's token beside a connection's API key: servers take decisions from signed-in users only (contract, 0.9).
//! It is used for nothing else, and is kept where the key is.

use std::sync::Arc;

use domain::ConnectionId;
use serde::Deserialize;
use ts_rs::TS;
use vault::Secret;
use workflowai::ApiKey;

use super::Command;
use crate::desk::{Desk, account, tenant_of};
use crate::wire::{ConnectionKind, ErrorCode, ErrorView, TypedKey};

/// What API keys begin with.
pub(super) const API_KEY: &str = "wai-";

/// Keeps a user's token for a connection, after the server has accepted it; what was kept here is sent then.
#[derive(Deserialize, TS)]
pub struct SetUserToken {
    pub connection: i64,
    #[ts(type = "string")]
    pub token: TypedKey,
}

/// Removes a connection's user token.
#[derive(Debug, Deserialize, TS)]
pub struct ClearUserToken {
    pub connection: i64,
}

impl Command for SetUserToken {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let connection = desk.connection(ConnectionId(self.connection)).await?;
        let (id, url, plain) = (connection.id, &connection.url, connection.allow_plain_http);
        if super::kind_view(connection.kind) != ConnectionKind::Server {
            return Err(ErrorView::bad_input("A collector inside Upshot needs no user's token."));
        }
        let token = ApiKey::parse(self.token.expose())?;
        if token.expose().starts_with(API_KEY) {
            return Err(ErrorView {
                action: "Sign in to the server's web app and take the token of that session."
                    .to_owned(),
                ..ErrorView::bad_input(
                    "This is an API key; decisions need a signed-in user's token.",
                )
            });
        }
        let client = desk.client_for(url, plain, tenant_of(&connection), token.clone())?;
        match client.agents().await {
            // With no answer the token cannot be judged; it is taken, as a key would be.
            Ok(_) | Err(workflowai::Error::Offline(_) | workflowai::Error::Timeout { .. }) => {}
            Err(workflowai::Error::KeyRefused) => return Err(token_refused()),
            Err(error) => return Err(error.into()),
        }
        let (account, secret) = (account(&connection), Secret::from(token.expose().to_owned()));
        desk.with_vault(move |vault| vault.put_user_token(&account, secret)).await?;
        desk.with_store(move |store| store.note_new_sender(id, true)).await?;
        desk.tell_decisions(id).await?;
        desk.push_soon(id);
        Ok(())
    }
}

impl Command for ClearUserToken {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let connection = desk.connection(ConnectionId(self.connection)).await?;
        let (id, account) = (connection.id, account(&connection));
        desk.with_vault(move |vault| vault.remove_user_token(&account)).await?;
        desk.with_store(move |store| store.note_new_sender(id, false)).await?;
        desk.tell_decisions(id).await
    }
}

fn token_refused() -> ErrorView {
    ErrorView {
        code: ErrorCode::KeyRefused,
        title: "The server does not accept this user token.".to_owned(),
        meaning: "Nothing was changed; your decisions are kept here.".to_owned(),
        action: "It may have expired: sign in to the server's web app again and take a new one."
            .to_owned(),
        ..ErrorView::bad_input("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::RemoveConnection;
    use crate::{Host, Paths, Vault};

    #[tokio::test]
    async fn a_removed_connection_takes_its_user_token_along() {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = Desk::open(Host {
            paths: Paths::below(dir.path()),
            clock: Arc::new(|| 1_000),
            utc_offset_ms: Arc::new(|_| 0),
            vault: Vault::open("app.upshot.test", Some(Secret::from("wai-key".to_owned()))),
            who: "ann".to_owned(),
            collector: None,
            browser: None,
        })
        .expect("the mirror opens");
        let new = store::NewConnection {
            name: "acme".to_owned(),
            url: "http://127.0.0.1:9".to_owned(),
            tenant: None,
            allow_plain_http: false,
            kind: store::ConnectionKind::Server,
            agents: None,
            created_at_ms: 1,
        };
        let connection = desk.store.add_connection(new).expect("added");
        let account = account(&connection);
        // Nothing answers there: the token cannot be judged, and is kept.
        let token = "header.claims.signature".to_owned().into();
        let set = SetUserToken { connection: connection.id.0, token };
        set.handle(&desk).await.expect("kept");
        let kept = desk.vault.user_token(&account).expect("an answer");
        assert_eq!(kept.as_ref().map(Secret::expose), Some("header.claims.signature"));
        let remove = RemoveConnection { connection: connection.id.0 };
        remove.handle(&desk).await.expect("removed");
        assert!(desk.vault.user_token(&account).expect("an answer").is_none());
    }
}
