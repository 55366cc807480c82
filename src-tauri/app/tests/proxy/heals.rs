//! Each fault by itself: in the first sync and in a later one, from the first request on and from one in the middle.

use std::time::Duration;

use app::Patience;
use app::command::Command as _;
use app::wire::ErrorView;
use workflowai::Timeouts;

use crate::fault::{Asked, Fault};
use crate::given::{Given, given, quick};
use crate::relay::Proxy;
use crate::words::{self, Words};

const FEEDBACK: u64 = 20;
/// Which request the fault begins with: the first, one among the pages, one among the versions or the runs.
const FROM: [usize; 3] = [0, 3, 8];

/// A first sync and a later one, with the fault from some request on to the sync's end.
async fn endured(
    name: &str,
    fault: impl Fn(&Asked) -> Fault + Clone + Send + 'static,
    said: impl Fn(&Given, Result<(), ErrorView>, &str),
) {
    for from in FROM {
        let mut given = given(FEEDBACK).await;
        for turn in ["the first sync", "a later sync"] {
            let when = format!("{name} from request {from} on, in {turn}");
            let before = given.mirrored().await;
            let fault = fault.clone();
            given.proxy.script(
                move |number, asked| {
                    if number >= from { fault(asked) } else { Fault::None }
                },
            );
            let result = given.sync().await;
            said(&given, result, &when);
            given.keeps(&before, &when).await;
            given.heals(&when).await;
            given.said(6).await;
        }
    }
}

/// As [`endured`], with an error that says so.
async fn refused(name: &str, fault: Fault, words: Words) {
    endured(
        name,
        move |_| fault.clone(),
        |given, result, when| match result {
            Err(error) => words.check(&error, given.key(), when),
            Ok(()) => panic!("{when}: the sync went through"),
        },
    )
    .await;
}

#[tokio::test]
async fn a_reset_connection() {
    refused("a reset", Fault::Reset, words::BROKEN).await;
}

#[tokio::test]
async fn an_answer_cut_in_the_middle() {
    refused("a cut", Fault::Cut, words::BROKEN).await;
}

#[tokio::test]
async fn too_many_requests_with_a_long_wait() {
    refused("429 with a wait", Fault::Throttled(Some(120)), words::WAIT).await;
}

#[tokio::test]
async fn too_many_requests_without_a_wait() {
    refused("429", Fault::Throttled(None), words::FEWER).await;
}

#[tokio::test]
async fn a_server_that_fails_in_plain_text() {
    refused("500", Fault::ServerError, words::FAILED).await;
}

#[tokio::test]
async fn a_proxy_that_cannot_reach_the_server() {
    refused("502", Fault::BadGateway, words::GATEWAY).await;
}

#[tokio::test]
async fn a_login_page_in_place_of_an_answer() {
    refused("a login page", Fault::LoginPage, words::STRANGER).await;
}

#[tokio::test]
async fn half_of_an_answers_json() {
    refused("half of the JSON", Fault::HalfJson, words::STRANGER).await;
}

#[tokio::test]
async fn json_of_another_service() {
    refused("JSON of another service", Fault::OtherShape, words::NOT_UNDERSTOOD).await;
}

#[tokio::test]
async fn a_key_that_expires_in_the_middle() {
    refused("an expired key", Fault::KeyExpired, words::EXPIRED).await;
}

/// No error can be asked for: for all the client can know, there is nothing on the server now.
#[tokio::test]
async fn empty_lists_although_there_are_items() {
    endured("empty lists", |_| Fault::Empty, |_, _, _| {}).await;
}

#[tokio::test]
async fn an_empty_page_although_there_are_items() {
    let pages = |asked: &Asked| match asked.is_feedback_page() {
        true => Fault::Empty,
        false => Fault::None,
    };
    endured("empty pages", pages, |_, _, _| {}).await;
}

#[tokio::test]
async fn the_first_page_in_place_of_every_other() {
    endured("the first page again", |_| Fault::FirstPageAgain, |_, _, _| {}).await;
}

#[tokio::test]
async fn shuffled_pages() {
    endured("shuffled items", |asked| Fault::Shuffled(asked.target.len() as u64), |_, _, _| {})
        .await;
}

#[tokio::test]
async fn pages_in_each_others_place() {
    endured("swapped pages", |_| Fault::Swapped, |_, _, _| {}).await;
}

#[tokio::test]
async fn a_redirect_to_another_host_which_never_sees_the_key() {
    for host in ["127.0.0.1", "localhost"] {
        let trap = Proxy::before("http://127.0.0.1:9").await;
        let elsewhere = trap.url.replace("127.0.0.1", host);
        refused("a redirect", Fault::Elsewhere(elsewhere), words::ELSEWHERE).await;
        assert!(trap.asked().is_empty(), "{host}: {:?}", trap.asked());
    }
}

#[tokio::test]
async fn a_closed_port() {
    let mut given = given(FEEDBACK).await;
    for turn in ["the first sync", "a later sync"] {
        let before = given.mirrored().await;
        given.proxy.shut().await;
        let error = given.sync().await.expect_err("nothing listens");
        words::REFUSED.check(&error, given.key(), turn);
        given.keeps(&before, turn).await;
        given.heals(turn).await;
        given.said(6).await;
    }
}

/// The client's own time limits end it; they are short here, and long again afterwards.
async fn timed_out(name: &str, fault: Fault) {
    let short = Duration::from_millis(400);
    let long = Duration::from_secs(30);
    let timeouts = Timeouts { connect: long, read: short, total: short, slow: short };
    let mut given = given(FEEDBACK).await;
    for turn in ["the first sync", "a later sync"] {
        let when = format!("{name} in {turn}");
        let before = given.mirrored().await;
        given.reopen(Patience { timeouts, ..quick() });
        let fault = fault.clone();
        given.proxy.script(move |_, _| fault.clone());
        let error = given.sync().await.expect_err("it takes too long");
        words::TOO_SLOW.check(&error, given.key(), &when);
        given.reopen(quick());
        given.keeps(&before, &when).await;
        given.heals(&when).await;
        given.said(6).await;
    }
}

#[tokio::test]
async fn two_that_share_a_folder_do_not_sync_the_same_at_once() {
    let mut given = given(FEEDBACK).await;
    given.proxy.script(|_, _| Fault::Silent);
    let (first, id) = (std::sync::Arc::clone(&given.desk), given.connection);
    let before = given.proxy.asked().len();
    first.start_sync(id).await.expect("starts");
    while given.proxy.asked().len() == before {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    given.reopen(quick());
    let error = given.sync().await.expect_err("the other one is at it");
    assert!(error.title.contains("synced by another Upshot"), "{error:?}");
    first.cancel_sync(id);
    let running = async || {
        let state = (app::command::GetState {}).handle(&first).await.expect("the state");
        state.connections[0].sync.running.is_some()
    };
    while running().await {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    given.heals("the other one has ended").await;
}

#[tokio::test]
async fn an_answer_that_drips_and_never_ends() {
    timed_out("a drip", Fault::Drip).await;
}

#[tokio::test]
async fn an_answer_that_never_begins() {
    timed_out("silence", Fault::Silent).await;
}
