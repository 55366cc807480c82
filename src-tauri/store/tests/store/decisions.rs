//! The log of decisions: what it comes to, taking steps back, and what an older mirror brings along.

use domain::{Act, ConnectionId, DecisionKind, EventId, FeedbackId};
use rusqlite::Connection;
use store::{Decision, Error, FILE_NAME, NewDecision, OutboxState, Store, UndoTarget};

use crate::given::{alone, feedback, shared};

pub(crate) fn decide(feedback: &str, kind: DecisionKind) -> NewDecision {
    NewDecision::new(feedback, Act::Decide(kind), 7_000, "ann")
}

pub(crate) fn decided(store: &Store, id: ConnectionId, feedback: &str) -> Option<DecisionKind> {
    store.decided(id, &feedback.into()).expect("read").map(|(_, kind)| kind)
}

fn undo(store: &Store, id: ConnectionId, target: UndoTarget) -> Vec<Decision> {
    store.undo(id, target, 8_000, "bob").expect("undone")
}

#[test]
fn a_bulk_is_one_step_and_is_taken_back_and_redone_as_one() {
    let (store, id) = shared();
    store.add_decisions(id, &[decide("a", DecisionKind::Correct)]).expect("one");
    let bulk: Vec<_> = ["a", "b", "c"].map(|one| decide(one, DecisionKind::Resolved)).into();
    let events = store.add_decisions(id, &bulk).expect("bulk");
    assert_eq!(events.len(), 3);
    let all = |kinds: [Option<DecisionKind>; 3]| {
        assert_eq!(["a", "b", "c"].map(|one| decided(store, id, one)), kinds);
    };
    all([Some(DecisionKind::Resolved); 3]);
    let undone = undo(store, id, UndoTarget::LastStep);
    assert_eq!(undone.len(), 3);
    assert!(undone.iter().all(|event| event.step == undone[0].id && event.who == "bob"));
    all([Some(DecisionKind::Correct), None, None]);
    undo(store, id, UndoTarget::LastStep);
    all([None; 3]);
    assert_eq!(undo(store, id, UndoTarget::LastStep), []);
    // Redo is an undo of the undo, by its step.
    assert_eq!(undo(store, id, UndoTarget::Step(undone[0].step)).len(), 3);
    all([Some(DecisionKind::Resolved); 3]);
    assert_eq!(undo(store, id, UndoTarget::Step(undone[0].step)), [], "it does not hold any more");
}

#[test]
fn a_step_of_which_a_part_was_taken_back_gives_back_the_rest() {
    let (store, id) = shared();
    let bulk: Vec<_> = ["a", "b"].map(|one| decide(one, DecisionKind::Resolved)).into();
    let events = store.add_decisions(id, &bulk).expect("bulk");
    assert_eq!(undo(store, id, UndoTarget::Event(events[1])).len(), 1);
    assert_eq!((decided(store, id, "a").is_some(), decided(store, id, "b")), (true, None));
    let rest = undo(store, id, UndoTarget::LastStep);
    assert_eq!(rest.iter().map(|event| event.act).collect::<Vec<_>>(), [Act::Undo(events[0])]);
}

#[test]
fn a_history_tells_who_did_what_and_what_counts() {
    let (store, id) = shared();
    store.write_feedback(id, &[feedback("f", "r", None, 1_000)], 1).expect("feedback");
    let noted = NewDecision {
        note: Some("asked support".to_owned()),
        reason: Some("duplicate charge".to_owned()),
        ..decide("f", DecisionKind::Correct)
    };
    store.add_decisions(id, &[noted]).expect("decided");
    store.add_decisions(id, &[decide("f", DecisionKind::Resolved)]).expect("decided");
    let verdict = || store.mailbox_counts(id).expect("counts").needs_fix;
    assert_eq!(verdict(), 0);
    undo(store, id, UndoTarget::LastStep);
    assert_eq!(verdict(), 1);
    let history = store.history(id, &"f".into()).expect("history");
    let told: Vec<_> = history
        .iter()
        .map(|told| (told.decision.who.as_str(), told.holds, told.is_current))
        .collect();
    assert_eq!(told, [("ann", true, true), ("ann", false, false), ("bob", true, false)]);
    let first = &history[0].decision;
    assert_eq!(first.note.as_deref(), Some("asked support"));
    assert_eq!(first.reason.as_deref(), Some("duplicate charge"));
    assert_eq!(first.agent.as_ref().map(domain::AgentId::as_str), Some("helpdesk"));
    let newest = store.newest_decisions(id, None, 2).expect("newest");
    assert_eq!(
        newest.iter().map(|event| event.id).collect::<Vec<_>>(),
        [history[2].decision.id, history[1].decision.id]
    );
    let older = store.newest_decisions(id, Some(newest[1].id), 9).expect("older");
    assert_eq!(older.len(), 1);
}

#[test]
fn decisions_of_one_connection_are_not_another_s() {
    let (store, one) = shared();
    let (_, other) = shared();
    let event = store.add_decisions(one, &[decide("f", DecisionKind::Resolved)]).expect("made")[0];
    assert_eq!(decided(store, other, "f"), None);
    assert_eq!(undo(store, other, UndoTarget::LastStep), []);
    assert_eq!(undo(store, other, UndoTarget::Event(event)), []);
    assert!(decided(store, one, "f").is_some());
    let nobody = ConnectionId(i64::MAX);
    let refused = store.add_decisions(nobody, &[decide("f", DecisionKind::Resolved)]);
    assert!(matches!(refused, Err(Error::NoConnection(_))));
}

#[test]
fn a_decision_survives_what_becomes_of_its_feedback() {
    let (dir, store, id) = alone();
    store.add_decisions(id, &[decide("later", DecisionKind::Correct)]).expect("before it came");
    let words = [feedback("gone", "r1", None, 1_000), feedback("old", "r2", None, 1_000)];
    store.write_feedback(id, &words, 1).expect("feedback");
    let both: Vec<_> = ["gone", "old"].map(|one| decide(one, DecisionKind::Resolved)).into();
    store.add_decisions(id, &both).expect("decided");
    store.mark_feedback_gone(id, &["gone".into()], 2).expect("gone");
    let words = [feedback("new", "r2", None, 2_000), feedback("later", "r3", None, 2_000)];
    store.write_feedback(id, &words, 3).expect("feedback");
    drop(store);
    let store = Store::open(dir.path()).expect("opened again");
    let now = ["later", "gone", "old", "new"].map(|one| decided(&store, id, one).is_some());
    assert_eq!(now, [true, true, true, false]);
    let listed = ["later", "gone", "old", "new"].map(|one| {
        store.feedback(id, &one.into()).expect("read").expect("feedback").decision.is_some()
    });
    assert_eq!(listed, now, "lists and the log say the same");
    let counts = store.mailbox_counts(id).expect("counts");
    assert_eq!((counts.needs_fix, counts.all_open), (1, 1));
    assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());
}

#[test]
fn notes_beside_the_log_that_went_wrong_are_derived_anew() {
    let (dir, store, id) = alone();
    store.add_decisions(id, &[decide("f", DecisionKind::Correct)]).expect("decided");
    let file = Connection::open(dir.path().join(FILE_NAME)).expect("file");
    file.execute_batch("DELETE FROM outbox; UPDATE decided SET kind = 'resolved'").expect("spoilt");
    store.derive_decisions().expect("derived");
    assert_eq!(decided(&store, id, "f"), Some(DecisionKind::Correct));
    assert_eq!(store.outbox_counts(id).expect("counts").waiting, 1);
}

/// A mirror as the first release left it, with a log in it.
fn of_first_release(rows: &[(i64, &str, &str, Option<i64>)]) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().expect("directory");
    let file = Connection::open(dir.path().join(FILE_NAME)).expect("file");
    file.execute_batch(include_str!("../../migrations/0001_mirror.sql")).expect("first format");
    file.pragma_update(None, "user_version", 1).expect("format");
    file.execute_batch(
        "INSERT INTO connections VALUES (1, 'acme', 'http://localhost', NULL, 0, 'server', NULL, 5);
         INSERT INTO feedback (pos, connection, id, agent, run, outcome, created_at_ms,
             first_seen_at_ms, run_state, has_comment, unspaced)
         VALUES (2097152000, 1, 'a', 'helpdesk', 'r', 'negative', 1000, 1, 'unknown', 0, 0);",
    )
    .expect("rows");
    for (id, feedback, kind, undoes) in rows {
        file.execute(
            "INSERT INTO decisions VALUES (?1, 1, ?2, ?3, 'note', ?4, 9, 'ann')",
            rusqlite::params![id, feedback, kind, undoes],
        )
        .expect("event");
    }
    file.execute_batch(
        "INSERT INTO outbox VALUES (1, 'sent', 1, 77, NULL);
         INSERT INTO outbox VALUES (2, 'kept_here', 1, 77, 'refused');",
    )
    .expect("outbox");
    drop(file);
    let store = Store::open(dir.path()).expect("migrated");
    (dir, store)
}

#[test]
fn a_log_of_the_first_release_comes_through() {
    let rows = [
        (1, "a", "correct", None),
        (2, "a", "resolved", None),
        (3, "a", "resolved", Some(2)),
        (4, "b", "incorrect", None),
        (5, "b", "undo", Some(4)),
        (6, "b", "undo", Some(5)),
        (7, "c", "correct", None),
        (8, "c", "undo", Some(7)),
        (9, "d", "a word of its own", None),
    ];
    let (_dir, store) = of_first_release(&rows);
    let id = ConnectionId(1);
    let migrated = || ["a", "b", "c", "d"].map(|one| decided(&store, id, one));
    let expected = [Some(DecisionKind::Correct), Some(DecisionKind::Incorrect), None, None];
    assert_eq!(migrated(), expected);
    let noted = || ["a", "b", "c", "d"].map(|one| store.note(id, &one.into()).expect("read"));
    let before = noted();
    assert_eq!(before.iter().filter(|note| note.is_some()).count(), 2, "where a decision counts");
    store.derive_decisions().expect("derived");
    assert_eq!(migrated(), expected, "the migration says what the rule says");
    assert_eq!(noted(), before);

    assert_eq!(store.mailbox_counts(id).expect("counts").needs_fix, 1);
    let history = store.history(id, &FeedbackId::from("a")).expect("history");
    let steps: Vec<_> = history.iter().map(|told| told.decision.step).collect();
    assert_eq!(steps, [EventId(1), EventId(2), EventId(3)]);
    assert_eq!(history[0].decision.agent.as_ref().map(domain::AgentId::as_str), Some("helpdesk"));
    assert_eq!(history[0].decision.note.as_deref(), Some("note"));
    let sent = history[0].outbox.expect("an entry");
    assert_eq!((sent.state, sent.sent_at_ms), (OutboxState::Sent, Some(77)));
    assert_eq!(history[1].outbox.expect("an entry").state, OutboxState::Withdrawn);
    let next = store.add_decisions(id, &[decide("a", DecisionKind::Resolved)]).expect("added");
    assert_eq!(next, [EventId(10)]);
}
