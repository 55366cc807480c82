//! The server's own page of a run, opened in the browser. The address comes from the run, as the server wrote it, or
//! is made from where a person says the pages are: servers that were never told their own address write the one of the
//! cloud that closed.

use std::sync::Arc;

use domain::{ConnectionId, FeedbackId};
use serde::Deserialize;
use store::{Connection, FeedbackRow, RunEntry};
use ts_rs::TS;
use url::{Host, Url};
use workflowai::Origin;

use super::Command;
use super::feedback::run_entry;
use crate::desk::{Desk, tenant_of};
use crate::wire::{ErrorCode, ErrorView, Event};

/// Where WorkflowAI's cloud had its pages until 31 January 2026.
const CLOSED: &str = "workflowai.com";
/// How the path of what is answered in JSON, and to keys alone, begins.
const API: &str = "/v1/";

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
    /// `null` or empty: where its runs say.
    pub url: Option<String>,
}

impl Command for OpenRunPage {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let connection = desk.connection(ConnectionId(self.connection)).await?;
        let (id, feedback) = (connection.id, FeedbackId::new(self.id));
        let found = desk.with_store(move |store| {
            let Some(row) = store.feedback(id, &feedback)? else { return Ok(None) };
            let run = run_entry(store, id, &row.feedback)?;
            Ok(Some((row, run)))
        });
        let (row, run) = found.await?.ok_or_else(|| ErrorView::not_cached("feedback"))?;
        let address = address(&connection, &row, run.as_ref())?;
        desk.browse(address).await
    }
}

impl Command for SetPagesUrl {
    type Response = ();

    async fn handle(self, desk: &Arc<Desk>) -> Result<(), ErrorView> {
        let id = ConnectionId(self.connection);
        let typed = self.url.filter(|url| !url.trim().is_empty());
        // No key goes there, so plain http is nobody's loss.
        let url = typed.map(|url| Origin::parse(&url, true)).transpose()?;
        if url.as_ref().is_some_and(|url| is_closed(url.url())) {
            return Err(ErrorView::bad_input(format!("{CLOSED} closed in January 2026.")));
        }
        let url = url.map(|url| url.to_string());
        desk.with_store(move |store| store.set_connection_pages(id, url.as_deref())).await?;
        desk.tell(Event::Connections);
        Ok(())
    }
}

/// Where the page is. What the server wrote is only opened if it is a web page's address.
fn address(
    connection: &Connection,
    row: &FeedbackRow,
    run: Option<&RunEntry>,
) -> Result<Url, ErrorView> {
    if connection.kind != store::ConnectionKind::Server {
        return Err(no_pages());
    }
    if let Some(pages) = &connection.pages_url {
        let word = &row.feedback;
        let path =
            [tenant_of(connection), "agents", word.agent.as_str(), "runs", word.run.as_str()];
        return Ok(Origin::parse(pages, true)?.join(&path)?);
    }
    match run {
        Some(RunEntry::Present(run)) => told(run.url.as_deref()),
        _ => Err(ErrorView::not_cached("run")),
    }
}

/// The address that the server wrote into a run, if it is a page's.
fn told(address: Option<&str>) -> Result<Url, ErrorView> {
    let address = address
        .ok_or_else(|| unknown("The server does not say where this run's page is.".to_owned()))?;
    let url = Url::parse(address).ok().filter(is_web).ok_or_else(|| {
        unknown("What the server gives as the address of this run's page is none.".to_owned())
    })?;
    if is_closed(&url) {
        let title = format!(
            "The server says this run's page is at {CLOSED}, which closed in January 2026."
        );
        return Err(unknown(title));
    }
    if url.path().starts_with(API) { Err(no_pages()) } else { Ok(url) }
}

/// Nothing that a browser would hand to another program, and nobody's password.
fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
}

fn is_closed(url: &Url) -> bool {
    let under = |name: &str| {
        name.strip_suffix(CLOSED).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    matches!(url.host(), Some(Host::Domain(name)) if under(name))
}

/// A collector answers in JSON alone.
fn no_pages() -> ErrorView {
    ErrorView {
        code: ErrorCode::Other,
        title: "A collector has no pages of its own.".to_owned(),
        meaning: "All that it knows of this run is here.".to_owned(),
        action: "Read it as JSON to see everything.".to_owned(),
        detail: None,
        retry: false,
    }
}

fn unknown(title: String) -> ErrorView {
    ErrorView {
        code: ErrorCode::PagesUnknown,
        title,
        meaning: "A server of one's own has to be told its address; this one was not. The run itself is here.".to_owned(),
        action: "Say in Settings where its pages are.".to_owned(),
        detail: None,
        retry: false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://app.acme.example/acme/agents/a/runs/1")]
    #[case("http://localhost:3000/acme/agents/a/runs/1")]
    #[case("https://notworkflowai.com/acme/agents/a/runs/1")]
    fn a_page_is_where_the_server_says(#[case] address: &str) {
        assert_eq!(told(Some(address)).map(String::from), Ok(address.to_owned()));
    }

    #[rstest]
    #[case(None)]
    #[case(Some(""))]
    #[case(Some("/acme/agents/a/runs/1"))]
    #[case(Some("file:///etc/passwd"))]
    #[case(Some("javascript:alert(1)"))]
    #[case(Some("https://ann:secret@app.acme.example/acme"))]
    #[case(Some("https://workflowai.com/acme/agents/a/runs/1"))]
    #[case(Some("https://App.WorkflowAI.com/acme/agents/a/runs/1"))]
    fn what_is_no_page_or_closed_is_asked_of_the_person(#[case] address: Option<&str>) {
        assert_eq!(told(address).map_err(|error| error.code), Err(ErrorCode::PagesUnknown));
    }

    #[test]
    fn what_only_a_key_can_read_is_no_page() {
        let error = told(Some("http://127.0.0.1:8787/v1/acme/agents/a/runs/1")).expect_err("JSON");
        assert_eq!(error.title, "A collector has no pages of its own.");
    }
}
