//! The server's own page of a run, from the address the server writes into the run to what the browser is asked for:
//! against a real collector, behind something that puts addresses of pages where the collector has those of its JSON.

#[path = "common/desk.rs"]
mod desk;
#[path = "common/server.rs"]
mod server;

use std::io::ErrorKind;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError};

use app::command::{
    Command as _, GetState, ListFeedback, OpenRunPage, SetOfflineLimit, SetPagesUrl,
};
use app::wire::{ErrorCode, ErrorView, FeedbackRowView, FilterView, Mailbox};
use app::{Desk, Host};
use axum::Router;
use axum::extract::Request;
use collector::Running;
use domain::ConnectionId;

/// Where the pages are, by what the runs say.
const PAGES: &str = "http://localhost:3000/flow";

struct Given {
    _dir: tempfile::TempDir,
    _server: Running,
    desk: Arc<Desk>,
    id: ConnectionId,
    row: FeedbackRowView,
    /// What the browser was asked for.
    opened: Arc<Mutex<Vec<String>>>,
}

/// `pages`: the addresses in the runs are below it; `None`: as the collector writes them.
async fn given(pages: Option<&'static str>) -> Given {
    let dir = tempfile::tempdir().expect("a folder");
    let now_ms = Arc::new(AtomicI64::new(server::START_MS));
    let server = collector::serve(server::options(dir.path(), 60, &now_ms)).await;
    let server = server.expect("the collector starts");
    let url = match pages {
        Some(pages) => rewriting(server.url.clone(), pages).await,
        None => server.url.clone(),
    };
    let key = server.key.clone().expect("minted");
    let opened = Arc::new(Mutex::new(Vec::new()));
    let browser = Arc::clone(&opened);
    let host = Host {
        browser: Some(Arc::new(move |address| {
            if address.contains("nowhere") {
                return Err(ErrorKind::NotFound.into());
            }
            browser.lock().unwrap_or_else(PoisonError::into_inner).push(address.to_owned());
            Ok(())
        })),
        ..desk::host(dir.path(), &now_ms, &key)
    };
    let desk = Desk::open(host).expect("the mirror opens");
    let id = desk::connect(&desk, &url, &key).await;
    desk.sync_now(id).await.expect("syncs");
    let list = ListFeedback {
        connection: id.0,
        mailbox: Mailbox::Everything,
        collapse: None,
        filter: FilterView::default(),
        cursor: None,
        limit: 1,
    };
    let row = list.handle(&desk).await.expect("a page").rows.remove(0);
    Given { _dir: dir, _server: server, desk, id, row, opened }
}

/// Passes requests on, and puts `pages` where an address begins with that of the API.
async fn rewriting(upstream: String, pages: &'static str) -> String {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
    let api = format!("\"url\":\"{upstream}/v1/");
    let pass_on = move |request: Request| {
        let (http, api) = (http.clone(), api.clone());
        let url = format!("{upstream}{}", request.uri());
        async move {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
            let mut asked = http.request(parts.method, url).body(body);
            for name in ["authorization", "content-type"] {
                if let Some(value) = parts.headers.get(name) {
                    asked = asked.header(name, value);
                }
            }
            let answer = asked.send().await.expect("an answer");
            let status = answer.status();
            let text = answer.text().await.expect("text");
            let json = [("content-type", "application/json")];
            (status, json, text.replace(&api, &format!("\"url\":\"{pages}/")))
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(pass_on)).await });
    url
}

impl Given {
    async fn open(&self) -> Result<(), ErrorView> {
        let id = self.row.id.clone();
        OpenRunPage { connection: self.id.0, id }.handle(&self.desk).await
    }

    async fn say(&self, url: &str) -> Result<(), ErrorView> {
        let url = Some(url.to_owned());
        SetPagesUrl { connection: self.id.0, url }.handle(&self.desk).await
    }

    async fn said(&self) -> Option<String> {
        let state = GetState {}.handle(&self.desk).await.expect("a state");
        state.connections[0].pages_url.clone()
    }

    fn opened(&self) -> Vec<String> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn page_below(&self, pages: &str) -> String {
        format!("{pages}/team/agents/{}/runs/{}", self.row.agent, self.row.run)
    }
}

#[tokio::test]
async fn a_page_opens_where_the_run_says() {
    let given = given(Some(PAGES)).await;
    given.open().await.expect("opens");
    assert_eq!(given.opened(), [given.page_below(PAGES)]);
}

#[tokio::test]
async fn a_page_opens_where_a_person_says_the_pages_are() {
    let given = given(Some("https://workflowai.com")).await;
    let closed = given.open().await.expect_err("it is closed");
    assert_eq!(closed.code, ErrorCode::PagesUnknown);
    given.say(&format!("{PAGES}/team/agents/a/runs/1?tab=2")).await.expect("kept");
    assert_eq!(given.said().await.as_deref(), Some(PAGES));
    given.open().await.expect("opens");
    assert_eq!(given.opened(), [given.page_below(PAGES)]);

    for wrong in
        ["ftp://acme.example", "acme", "https://a:b@acme.example", "https://workflowai.com"]
    {
        let refused = given.say(wrong).await.expect_err(wrong);
        assert_eq!(refused.code, ErrorCode::BadInput, "{wrong}");
    }
    assert_eq!(given.said().await.as_deref(), Some(PAGES));
    given.say(" ").await.expect("forgotten");
    assert_eq!(given.open().await, Err(closed));
}

#[tokio::test]
async fn a_run_that_is_not_here_has_a_page_only_where_a_person_said() {
    let given = given(Some(PAGES)).await;
    let limit = SetOfflineLimit { connection: given.id.0, limit_bytes: Some(0) };
    limit.handle(&given.desk).await.expect("runs are let go");
    let not_here = given.open().await.expect_err("nothing says where");
    assert_eq!(not_here.code, ErrorCode::NotFound);
    given.say("https://flow.acme.example").await.expect("kept");
    given.open().await.expect("opens");
    assert_eq!(given.opened(), [given.page_below("https://flow.acme.example")]);
}

#[tokio::test]
async fn a_collector_has_no_pages() {
    let given = given(None).await;
    let refused = given.open().await.expect_err("JSON alone");
    assert_eq!(refused.title, "This server has no pages of its own.");
    assert!(given.opened().is_empty());
}

#[tokio::test]
async fn where_no_browser_starts_the_address_is_told() {
    let given = given(None).await;
    given.say("https://nowhere.example").await.expect("kept");
    let failed = given.open().await.expect_err("no browser");
    assert_eq!(failed.detail, Some(given.page_below("https://nowhere.example")));
}
