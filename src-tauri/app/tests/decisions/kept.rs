//! Where a server does not take decisions: kept here, said once, asked no more; until there is a token that does.

use app::command::{
    ClearUserToken, Command as _, DismissPushNotice, RemoveConnection, SetUserToken,
};
use app::wire::{DecisionKindView, ErrorCode, PushStateView, PushView};
use collector::KeyKind;
use domain::{Feedback, Outcome};
use store::Store;

use crate::files;
use crate::given::{Given, with_api_key, with_user_key};

async fn give_token(given: &Given, token: &str) -> Result<(), app::wire::ErrorView> {
    let set = SetUserToken { connection: given.id.0, token: token.to_owned().into() };
    set.handle(&given.desk).await
}

#[tokio::test]
async fn an_api_key_is_refused_once_and_never_asked_again() {
    let mut given = with_api_key().await;
    let rows = given.open_rows().await;
    for row in &rows[..3] {
        given.decide(&[&row.id], DecisionKindView::Correct, None).await;
    }
    given.sync().await;
    assert_eq!(given.tee.annotates().len(), 1, "one is asked for, not each");
    let decisions = given.decisions().await;
    assert_eq!((decisions.kept_here, decisions.push), (3, PushView::NeedsUser));
    assert!(decisions.notice.expect("it is said").contains("kept here"));
    let dismiss = DismissPushNotice { connection: given.id.0 };
    dismiss.handle(&given.desk).await.expect("seen");

    given.decide(&[&rows[3].id], DecisionKindView::Resolved, None).await;
    given.sync().await;
    given.reopen();
    given.later(90 * 24 * 60 * 60 * 1_000);
    given.sync().await;
    given.desk.push_now(given.id).await.expect("nothing to do");
    assert_eq!(given.tee.annotates().len(), 1);
    let decisions = given.decisions().await;
    assert_eq!((decisions.kept_here, decisions.notice), (4, None), "said once");
    let push = given.history(&rows[3].id).await.remove(0).push.expect("it is for the server");
    assert_eq!(push.state, PushStateView::KeptHere);
    assert!(push.text.contains("signed-in users"), "{}", push.text);
}

#[tokio::test]
async fn a_user_s_token_sends_what_was_kept_here() {
    let given = with_api_key().await;
    let row = given.open_rows().await.remove(0);
    given.decide(&[&row.id], DecisionKindView::Correct, None).await;
    given.sync().await;
    assert_eq!(given.decisions().await.kept_here, 1);

    let key = given.server.key.clone().expect("a key");
    let error = give_token(&given, &key).await.expect_err("an API key is no user's token");
    assert_eq!(error.code, ErrorCode::BadInput);
    let error = give_token(&given, "user-unheard-of").await.expect_err("nobody's");
    assert_eq!(error.code, ErrorCode::KeyRefused);
    assert!(!format!("{error:?}").contains("unheard-of"));
    assert_eq!(given.decisions().await.kept_here, 1);

    let token = given.server.user_token.clone().expect("a token");
    give_token(&given, &token).await.expect("accepted");
    given.sync().await;
    assert_eq!(given.listed(&row.agent, &row.id).await.as_deref(), Some("correct"));
    let decisions = given.decisions().await;
    assert_eq!((decisions.sent, decisions.kept_here), (1, 0));
    assert_eq!((decisions.push, decisions.user_token), (PushView::Allowed, true));

    let clear = ClearUserToken { connection: given.id.0 };
    clear.handle(&given.desk).await.expect("removed");
    given.decide(&[&row.id], DecisionKindView::Resolved, None).await;
    given.sync().await;
    let decisions = given.decisions().await;
    assert_eq!((decisions.push, decisions.user_token), (PushView::NeedsUser, false));
}

#[tokio::test]
async fn a_token_that_is_no_more_is_said_and_the_next_one_sends_everything() {
    let given = with_api_key().await;
    let rows = given.open_rows().await;
    give_token(&given, &given.server.user_token.clone().expect("a token")).await.expect("accepted");
    given.keyring().revoke(&given.server.tenant, "tester", 1).expect("expired");
    given.decide(&[&rows[0].id], DecisionKindView::Correct, None).await;
    given.sync().await;
    given.decide(&[&rows[1].id], DecisionKindView::Correct, None).await;
    given.sync().await;
    assert_eq!(given.tee.annotates().len(), 1);
    let decisions = given.decisions().await;
    assert_eq!((decisions.kept_here, decisions.push), (2, PushView::TokenRefused));
    assert_eq!(
        decisions.notice.as_deref(),
        Some(
            "The user token was refused: it may have expired. Your decisions are kept here and are \
             sent once there is a new one."
        )
    );
    let tenant = given.server.tenant.clone();
    let next = given.keyring().create(&tenant, "tester", KeyKind::User, false, 2).expect("made");
    give_token(&given, &next).await.expect("accepted");
    given.sync().await;
    assert_eq!(given.decisions().await.sent, 2);
}

#[tokio::test]
async fn what_the_server_does_not_know_is_kept_in_the_end_and_keeps_no_other_back() {
    let given = with_user_key().await;
    let row = given.open_rows().await.remove(0);
    let unknown = "00000000000000000000dead";
    let store = Store::open(&given.dir.path().join("desk/data")).expect("the mirror");
    let feedback = Feedback {
        id: unknown.into(),
        agent: row.agent.as_str().into(),
        run: "no-such-run".into(),
        user: None,
        outcome: Outcome::Negative,
        comment: None,
        annotation: None,
        created_at_ms: 1_000,
    };
    store.write_feedback(given.id, &[feedback], 1_000).expect("written");
    given.decide(&[unknown], DecisionKindView::Correct, Some("n")).await;
    given.decide(&[&row.id], DecisionKindView::Correct, None).await;
    for _ in 0..10 {
        given.sync().await;
        given.later(24 * 60 * 60 * 1_000);
    }
    let asked = given.tee.annotates();
    let of = |id: &str| asked.iter().filter(|asked| asked.feedback == id).count();
    assert_eq!((of(unknown), of(&row.id)), (3, 1));
    let history = given.history(unknown).await;
    let push = history[0].push.as_ref().expect("it is for the server");
    assert_eq!(push.state, PushStateView::KeptHere);
    assert!(history[0].is_current, "it counts here all the same");
    assert_eq!(given.decisions().await.sent, 1);
}

#[tokio::test]
async fn a_decision_outlives_its_feedback_and_needs_none() {
    let mut given = with_user_key().await;
    let row = given.open_rows().await.remove(0);
    given.decide(&[&row.id, "not-here-yet"], DecisionKindView::Resolved, Some("n")).await;
    let store = Store::open(&given.dir.path().join("desk/data")).expect("the mirror");
    store.mark_feedback_gone(given.id, &[row.id.as_str().into()], 5).expect("gone");
    given.sync().await;
    given.reopen();
    for id in [row.id.as_str(), "not-here-yet"] {
        let history = given.history(id).await;
        assert!(history[0].is_current && history[0].note.as_deref() == Some("n"), "{id}");
        assert_eq!(history[0].who, "ann");
    }
    let asked = given.tee.annotates();
    assert_eq!(asked.len(), 1, "of what was never in the mirror, not even the agent is known");
}

#[tokio::test]
async fn the_token_is_in_no_file_and_in_nothing_the_window_is_told() {
    let given = with_api_key().await;
    let row = given.open_rows().await.remove(0);
    let token = given.server.user_token.clone().expect("a token");
    give_token(&given, &token).await.expect("accepted");
    given.decide(&[&row.id], DecisionKindView::Correct, None).await;
    given.sync().await;
    let state = app::command::rpc(&given.desk, "get_state", serde_json::json!({})).await;
    assert!(!state.expect("the state").to_string().contains(&token));
    let set = SetUserToken { connection: given.id.0, token: token.clone().into() };
    assert!(!format!("{:?}", set.token).contains(&token));
    let found = files::holding(&given.dir.path().join("desk"), &token);
    assert!(found.is_empty(), "{found:?}");
    // Removing the connection asks the keyring to remove both, and forgets that there was a token.
    let remove = RemoveConnection { connection: given.id.0 };
    remove.handle(&given.desk).await.expect("removed");
}
