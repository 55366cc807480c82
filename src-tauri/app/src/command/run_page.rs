//! The server's own page of a run, opened in the browser. The address comes from the run, as the server wrote it, or
//! is made from where a person says the pages are: servers that were never told their own address write the one of the
//! cloud that closed.

use std::sync::Arc;

use domain::{ConnectionId, Feedback, FeedbackId};
use serde::Deserialize;
use store::{Connection, RunEntry};
use ts_rs::TS;
use url::Url;
use workflowai::{AddressError, NoPage, Origin};

use super::Command;
use super::feedback::run_entry;
use crate::desk::{Desk, tenant_of};
use crate::wire::{ErrorCode, ErrorView, Event};

/// Opens the server's own page of the run behind a feedback.
#[derive(Debug, Deserialize, TS)]
pub struct OpenRunPage {
    pub connection: i64,
    /// The feedback's id.
    pub id: String,
}

/// Says where people read a server's pages.
#[derive(Debug, Deserialize, TS)]
pub struct SetPagesUrl {
    pub connection: i64,
    /// What leads on to one of them is cut off. `null` or empty: as its runs say.
    pub url: Option<String>,
}

impl Command for OpenRunPage {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let connection = desk.connection(ConnectionId(self.connection)).await?;
        let (id, feedback) = (connection.id, FeedbackId::new(self.id));
        if connection.kind != store::ConnectionKind::Server {
            return Err(NoPage::OnlyJson.into());
        }
        let row = desk.with_store(move |store| store.feedback(id, &feedback)).await?;
        let word = row.ok_or_else(|| ErrorView::not_cached("feedback"))?.feedback;
        if let Some(pages) = &connection.pages_url {
            return desk.browse(page_below(pages, &connection, &word)?).await;
        }
        let Some(RunEntry::Present(run)) =
            desk.with_store(move |store| run_entry(store, id, &word)).await?
        else {
            return Err(not_here());
        };
        let server = Origin::parse(&connection.url, true)?;
        desk.browse(workflowai::run_page(run.url.as_deref(), &server)?).await
    }
}

impl Command for SetPagesUrl {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let connection = desk.connection(ConnectionId(self.connection)).await?;
        let id = connection.id;
        let pages = match self.url.as_deref().map(str::trim).filter(|typed| !typed.is_empty()) {
            None => None,
            Some(typed) => match workflowai::pages_address(typed, tenant_of(&connection)) {
                Ok(pages) => Some(pages.to_string()),
                Err(AddressError::Scheme) => {
                    return Err(ErrorView::bad_input(
                        "The address must begin with https:// or http://.",
                    ));
                }
                Err(error) => return Err(error.into()),
            },
        };
        desk.with_store(move |store| store.set_connection_pages(id, pages.as_deref())).await?;
        desk.tell(Event::Connections);
        Ok(())
    }
}

/// As servers lay their pages out.
fn page_below(pages: &str, connection: &Connection, word: &Feedback) -> Result<Url, ErrorView> {
    let path = [tenant_of(connection), "agents", word.agent.as_str(), "runs", word.run.as_str()];
    Ok(Origin::parse(pages, true)?.join(&path)?)
}

fn not_here() -> ErrorView {
    ErrorView {
        code: ErrorCode::NotFound,
        title: "This run is not on this machine, and only it tells where its page is.".to_owned(),
        meaning: "Nothing was opened.".to_owned(),
        action: "Fetch the run, then try again.".to_owned(),
        detail: None,
        retry: true,
    }
}

impl From<NoPage> for ErrorView {
    fn from(why: NoPage) -> Self {
        let (code, meaning, action) = match why {
            NoPage::OnlyJson => (
                ErrorCode::Other,
                "Nothing was opened.",
                "Choose JSON for all that it told of the run.",
            ),
            NoPage::Closed => (
                ErrorCode::PagesUnknown,
                "Servers of one's own say so until they are told their address. Nothing was opened.",
                "Say in Settings where its pages are.",
            ),
            NoPage::NoAddress | NoPage::ThisMachine => (
                ErrorCode::PagesUnknown,
                "Nothing was opened.",
                "If it has pages, say in Settings where they are.",
            ),
        };
        Self {
            code,
            title: format!("{why}."),
            meaning: meaning.to_owned(),
            action: action.to_owned(),
            detail: None,
            retry: false,
        }
    }
}
