//! What counts reaches the server, with its comment, and what does not count never does.

use app::command::{Command as _, UndoDecision};
use app::wire::{DecisionKindView, Event, PushStateView, PushView};
use serde_json::{Value, json};

use crate::given::with_user_key;
use crate::tee::Annotate;

#[tokio::test]
async fn what_is_decided_offline_is_sent_by_the_sync_after() {
    let given = with_user_key().await;
    let rows = given.open_rows().await;
    given.tee.set_deaf(true);
    given.desk.sync_now(given.id).await.expect_err("it is offline");
    let noted = DecisionKindView::Correct;
    given.decide(&[&rows[0].id], noted, Some(" the total is wrong \n")).await;
    given.decide(&[&rows[1].id], DecisionKindView::Resolved, None).await;
    given.desk.sync_now(given.id).await.expect_err("it still is");
    assert_eq!(given.tee.annotates(), []);
    assert_eq!(given.decisions().await.waiting, 2);

    given.tee.set_deaf(false);
    given.sync().await;
    let sent = |row: usize, annotation: &str, comment: &str| Annotate {
        feedback: rows[row].id.clone(),
        body: json!({"annotation": annotation, "comment": comment}),
    };
    let expected = [sent(0, "correct", "the total is wrong"), sent(1, "resolved", "")];
    assert_eq!(given.tee.annotates(), expected);
    assert_eq!(given.listed(&rows[0].agent, &rows[0].id).await.as_deref(), Some("correct"));
    assert_eq!(given.listed(&rows[1].agent, &rows[1].id).await.as_deref(), Some("resolved"));
    let decisions = given.decisions().await;
    assert_eq!((decisions.waiting, decisions.sent, decisions.push), (0, 2, PushView::Allowed));
    let push = given.history(&rows[0].id).await.remove(0).push.expect("it is for the server");
    assert_eq!(push.state, PushStateView::Sent);

    given.sync().await;
    assert_eq!(given.tee.annotates(), expected, "what is sent is not sent again");
}

#[tokio::test]
async fn what_is_undone_before_it_is_sent_is_never_sent() {
    let given = with_user_key().await;
    let row = given.open_rows().await.remove(0);
    given.decide(&[&row.id], DecisionKindView::Correct, None).await;
    given.undo().await;
    given.sync().await;
    assert_eq!(given.tee.annotates(), []);
    let history = given.history(&row.id).await;
    let push = history[0].push.as_ref().expect("it was for the server");
    assert_eq!(push.state, PushStateView::Withdrawn);
    assert!(given.open_rows().await.iter().any(|open| open.id == row.id), "it is open again");
}

#[tokio::test]
async fn what_is_undone_after_it_was_sent_is_said_and_another_decision_is_sent() {
    let given = with_user_key().await;
    let row = given.open_rows().await.remove(0);
    given.decide(&[&row.id], DecisionKindView::Correct, None).await;
    given.sync().await;
    given.undo().await;
    given.sync().await;
    assert_eq!(given.tee.annotates().len(), 1, "a server cannot be told that nothing counts");
    let push = given.history(&row.id).await.remove(0).push.expect("it was for the server");
    assert_eq!(push.state, PushStateView::SentAndUndone);
    let open = given.open_rows().await;
    assert!(
        open.iter().any(|open| open.id == row.id && open.is_reopened),
        "it is to be decided again"
    );
    given.decide(&[&row.id], DecisionKindView::Incorrect, None).await;
    given.sync().await;
    assert_eq!(given.listed(&row.agent, &row.id).await.as_deref(), Some("incorrect"));
    let push = given.history(&row.id).await.remove(0).push.expect("it was for the server");
    assert_eq!(push.state, PushStateView::Sent);
}

#[tokio::test]
async fn of_many_decisions_on_one_feedback_the_one_that_counts_is_sent() {
    let given = with_user_key().await;
    let row = given.open_rows().await.remove(0);
    for kind in [DecisionKindView::Correct, DecisionKindView::Resolved, DecisionKindView::Incorrect]
    {
        given.decide(&[&row.id], kind, None).await;
    }
    given.undo().await;
    given.sync().await;
    let sent: Vec<Value> = given.tee.annotates().into_iter().map(|sent| sent.body).collect();
    assert_eq!(sent, [json!({"annotation": "resolved", "comment": ""})]);
}

#[tokio::test]
async fn a_bulk_is_decided_told_and_taken_back_as_one() {
    let given = with_user_key().await;
    let rows = given.open_rows().await;
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut events = given.desk.events();
    let step = given.decide(&ids, DecisionKindView::Resolved, None).await;
    assert_eq!(step.feedback, ids);
    assert!(given.open_rows().await.is_empty());
    let told = [events.recv().await.expect("an event"), events.recv().await.expect("an event")];
    assert_eq!(told[0], Event::Data { connection: given.id.0 });
    let Event::Decisions { decisions, .. } = &told[1] else { panic!("{told:?}") };
    assert_eq!(decisions.waiting, ids.len() as u64);
    given.sync().await;
    assert_eq!(given.tee.annotates().len(), ids.len());

    let undone = given.undo().await;
    assert_eq!(undone.events.len(), ids.len());
    let redo = UndoDecision { connection: given.id.0, step: Some(undone.step), event: None };
    redo.handle(&given.desk).await.expect("no failure").expect("redone");
    given.sync().await;
    assert_eq!(given.tee.annotates().len(), ids.len(), "the server knows");
    assert_eq!(given.decisions().await.sent, ids.len() as u64);
}

#[tokio::test]
async fn what_was_sent_when_the_app_died_is_sent_again_and_says_the_same() {
    let mut given = with_user_key().await;
    let row = given.open_rows().await.remove(0);
    given.decide(&[&row.id], DecisionKindView::Correct, Some("n")).await;
    given.tee.set_mute(true);
    let (desk, id) = (given.desk.clone(), given.id);
    let pushing = tokio::spawn(async move { desk.push_now(id).await });
    while given.listed(&row.agent, &row.id).await.is_none() {
        tokio::task::yield_now().await;
    }
    // The server has it, and nobody here ever hears of that.
    pushing.abort();
    pushing.await.expect_err("it is no more");
    given.tee.set_mute(false);
    given.reopen();
    assert_eq!(given.decisions().await.waiting, 1);
    given.sync().await;
    let sent = given.tee.annotates();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0], sent[1]);
    assert_eq!(given.listed(&row.agent, &row.id).await.as_deref(), Some("correct"));
    assert_eq!(given.decisions().await.sent, 1);
}
