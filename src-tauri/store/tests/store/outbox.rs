//! The outbox: of each feedback what counts is told, once, and what is known about a server is remembered.

use domain::{Annotation, ConnectionId, DecisionKind, EventId};
use proptest::prelude::*;
use store::{
    DueDecision, KeptReason, NewDecision, OutboxCounts, OutboxState, PushState, Store, UndoTarget,
};

use crate::decisions::decide;
use crate::given::{feedback, shared};

const NOW_MS: i64 = 50_000;

fn with_feedback(ids: &[&str]) -> (&'static Store, ConnectionId) {
    let (store, id) = shared();
    let all: Vec<_> = ids.iter().map(|one| feedback(one, one, None, 1_000)).collect();
    store.write_feedback(id, &all, 1).expect("feedback");
    (store, id)
}

fn add(store: &Store, id: ConnectionId, feedback: &str, kind: DecisionKind) -> EventId {
    store.add_decisions(id, &[decide(feedback, kind)]).expect("decided")[0]
}

fn due(store: &Store, id: ConnectionId) -> Vec<DueDecision> {
    store.outbox_due(id, NOW_MS, 99).expect("due")
}

fn due_events(store: &Store, id: ConnectionId) -> Vec<EventId> {
    due(store, id).into_iter().map(|due| due.event).collect()
}

fn states(store: &Store, id: ConnectionId, feedback: &str) -> Vec<Option<OutboxState>> {
    let history = store.history(id, &feedback.into()).expect("history");
    history.into_iter().map(|told| told.outbox.map(|entry| entry.state)).collect()
}

#[test]
fn only_what_counts_is_told() {
    use OutboxState::{Waiting, Withdrawn};
    let (store, id) = with_feedback(&["f", "g"]);
    add(store, id, "f", DecisionKind::Correct);
    let noted = NewDecision { note: Some("n".to_owned()), ..decide("f", DecisionKind::Resolved) };
    let second = store.add_decisions(id, &[noted]).expect("decided")[0];
    let other = add(store, id, "g", DecisionKind::Incorrect);
    assert_eq!(due_events(store, id), [second, other]);
    let first = &due(store, id)[0];
    assert_eq!((first.agent.as_str(), first.feedback.as_str()), ("helpdesk", "f"));
    assert_eq!((first.kind, first.note.as_deref()), (DecisionKind::Resolved, Some("n")));
    assert_eq!(states(store, id, "f"), [Some(Withdrawn), Some(Waiting)]);
    assert_eq!(
        store.outbox_counts(id).expect("counts"),
        OutboxCounts { waiting: 2, sent: 0, kept_here: 0 }
    );
}

#[test]
fn what_is_undone_before_it_was_sent_is_never_sent() {
    let (store, id) = with_feedback(&["f"]);
    add(store, id, "f", DecisionKind::Correct);
    let undone = store.undo(id, UndoTarget::LastStep, 2, "ann").expect("undone");
    assert_eq!(due(store, id), []);
    assert_eq!(states(store, id, "f"), [Some(OutboxState::Withdrawn), None]);
    store.undo(id, UndoTarget::Step(undone[0].step), 3, "ann").expect("redone");
    assert_eq!(due(store, id).len(), 1, "redone, it waits again");
}

#[test]
fn what_was_sent_and_overtaken_is_sent_anew_when_it_counts_again() {
    use OutboxState::{Sent, Waiting};
    let (store, id) = with_feedback(&["f"]);
    let first = add(store, id, "f", DecisionKind::Correct);
    store.note_sent(id, &[first], 9).expect("sent");
    let row = store.feedback(id, &"f".into()).expect("read").expect("feedback");
    assert_eq!(row.feedback.annotation, Some(Annotation::Correct), "the server's word is known");
    let second = add(store, id, "f", DecisionKind::Resolved);
    assert_eq!(due_events(store, id), [second]);
    store.note_sent(id, &[second], 9).expect("sent");
    assert_eq!(states(store, id, "f"), [Some(Sent), Some(Sent)]);
    let undone = store.undo(id, UndoTarget::LastStep, 10, "ann").expect("undone");
    assert_eq!(due_events(store, id), [first], "the server heard the other one last");
    store.undo(id, UndoTarget::Step(undone[0].step), 11, "ann").expect("redone");
    assert_eq!(due(store, id), [], "the server knows");
    assert_eq!(states(store, id, "f"), [Some(Sent), Some(Sent), None, None]);
    store.undo(id, UndoTarget::LastStep, 12, "ann").expect("undone");
    store.undo(id, UndoTarget::LastStep, 13, "ann").expect("undone");
    assert_eq!(due(store, id), [], "nothing counts: a server cannot be told that");
    let history = store.history(id, &"f".into()).expect("history");
    let told = history[1].outbox.expect("an entry");
    assert!(told.state == Sent && told.is_last_told && !history[1].holds, "{told:?}");
    assert_ne!(states(store, id, "f")[0], Some(Waiting));
}

#[test]
fn what_is_taken_back_after_it_was_sent_is_open_until_the_server_hears_something_else() {
    let (store, id) = with_feedback(&["f"]);
    let open = || store.mailbox_counts(id).expect("counts").all_open;
    let event = add(store, id, "f", DecisionKind::Correct);
    store.note_sent(id, &[event], 9).expect("sent");
    assert_eq!(open(), 0);
    store.undo(id, UndoTarget::LastStep, 10, "ann").expect("undone");
    assert_eq!(open(), 1);
    let listed = |annotation| {
        let feedback = domain::Feedback { annotation, ..feedback("f", "f", None, 1_000) };
        store.write_feedback(id, &[feedback], 11).expect("listed");
        open()
    };
    assert_eq!(listed(Some(Annotation::Correct)), 1, "it is what we said ourselves");
    assert_eq!(listed(None), 1, "a page read before it was sent");
    assert_eq!(listed(Some(Annotation::Correct)), 1);
    assert_eq!(listed(Some(Annotation::Resolved)), 0, "somebody else decided");
    let again = add(store, id, "f", DecisionKind::Incorrect);
    store.note_sent(id, &[again], 12).expect("sent");
    let undone = store.undo(id, UndoTarget::LastStep, 13, "ann").expect("undone");
    assert_eq!(open(), 1);
    store.undo(id, UndoTarget::Step(undone[0].step), 14, "ann").expect("redone");
    assert_eq!(open(), 0);
}

#[test]
fn what_was_undone_on_its_way_leaves_the_one_before_to_be_told() {
    let (store, id) = with_feedback(&["f"]);
    let first = add(store, id, "f", DecisionKind::Correct);
    store.note_sent(id, &[first], 9).expect("sent");
    let second = add(store, id, "f", DecisionKind::Resolved);
    store.undo(id, UndoTarget::LastStep, 10, "ann").expect("undone");
    assert_eq!(due(store, id), []);
    // The request was under way meanwhile, and the server took it.
    store.note_sent(id, &[second], 11).expect("sent");
    assert_eq!(due_events(store, id), [first]);
}

#[test]
fn a_refusal_is_remembered_until_there_is_another_token() {
    let (store, id) = with_feedback(&["f", "g"]);
    let first = add(store, id, "f", DecisionKind::Correct);
    store.set_push_state(id, PushState::NeedsUser).expect("refused");
    let second = add(store, id, "g", DecisionKind::Correct);
    assert_eq!(due(store, id), []);
    for feedback in ["f", "g"] {
        let entry = store.history(id, &feedback.into()).expect("history")[0].outbox.expect("entry");
        assert_eq!(entry.state, OutboxState::KeptHere);
        assert_eq!(entry.reason, Some(KeptReason::NeedsUser));
    }
    assert_eq!(store.outbox_counts(id).expect("counts").kept_here, 2);
    store.note_push_notice_read(id).expect("read");
    store.set_push_state(id, PushState::NeedsUser).expect("refused");
    assert!(store.pushing(id).expect("pushing").notice_read, "the same is no news");
    store.note_new_sender(id, true).expect("token");
    let pushing = store.pushing(id).expect("pushing");
    assert_eq!((pushing.state, pushing.has_user_token), (PushState::Unknown, true));
    assert!(!pushing.notice_read);
    assert_eq!(due_events(store, id), [first, second]);
}

#[test]
fn one_that_fails_waits_longer_and_is_kept_in_the_end_without_the_others() {
    let (store, id) = with_feedback(&["f", "g"]);
    let [bad, good] = ["f", "g"].map(|one| add(store, id, one, DecisionKind::Correct));
    store.note_unsent(bad, KeptReason::NotFound, Some(NOW_MS + 1)).expect("noted");
    assert_eq!(due_events(store, id), [good]);
    let later = store.outbox_due(id, NOW_MS + 1, 9).expect("due");
    assert_eq!((later[0].event, later[0].attempts), (bad, 1));
    store.note_unsent(bad, KeptReason::NotFound, None).expect("noted");
    assert_eq!(store.outbox_due(id, i64::MAX, 9).expect("due").len(), 1);
    assert_eq!(store.outbox_counts(id).expect("counts").kept_here, 1);
    store.undo(id, UndoTarget::Event(good), 1, "ann").expect("undone");
    store.note_unsent(good, KeptReason::ServerFailed, Some(1)).expect("noted");
    assert_eq!(due(store, id), [], "undone meanwhile, it does not wait again");
}

#[test]
fn a_decision_on_what_is_not_in_the_mirror_waits_for_it() {
    let (store, id) = shared();
    let event = add(store, id, "later", DecisionKind::Correct);
    assert_eq!(due(store, id), []);
    store.write_feedback(id, &[feedback("later", "r", None, 1_000)], 1).expect("feedback");
    assert_eq!(due_events(store, id), [event]);
}

proptest! {
    // Each case is a dozen transactions that wait for the disk.
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is decided, undone, redone, sent and met on the way: when all that is due has been sent, the
    /// server has what counts, wherever something counts.
    #[test]
    fn in_the_end_the_server_has_what_counts(
        steps in proptest::collection::vec((0..6_u8, 0..2_usize, 0..3_usize, any::<prop::sample::Index>()), 1..30),
    ) {
        const KINDS: [DecisionKind; 3] =
            [DecisionKind::Resolved, DecisionKind::Incorrect, DecisionKind::Correct];
        let (store, id) = with_feedback(&["f", "g"]);
        let names = ["f", "g"];
        let mut server = [None; 2];
        let mut send = |on_its_way: Vec<DueDecision>| {
            for one in &on_its_way {
                server[usize::from(one.feedback.as_str() == "g")] = Some(one.kind);
            }
            let events: Vec<_> = on_its_way.into_iter().map(|one| one.event).collect();
            store.note_sent(id, &events, 9).expect("sent");
        };
        let mut events = Vec::new();
        let mut on_its_way = Vec::new();
        for (what, which, kind, at) in steps {
            match what {
                0 | 1 => events.push(add(store, id, names[which], KINDS[kind])),
                2 if !events.is_empty() => {
                    let target = UndoTarget::Event(events[at.index(events.len())]);
                    let undone = store.undo(id, target, 1, "ann").expect("undone");
                    events.extend(undone.into_iter().map(|event| event.id));
                }
                3 => {
                    store.undo(id, UndoTarget::LastStep, 1, "ann").expect("undone");
                }
                // Read now, sent later: anything can happen between.
                4 => on_its_way = due(store, id),
                _ => send(std::mem::take(&mut on_its_way)),
            }
        }
        send(on_its_way);
        send(due(store, id));
        prop_assert_eq!(due(store, id), vec![]);
        for (name, heard) in names.into_iter().zip(server) {
            if let Some(kind) = crate::decisions::decided(store, id, name) {
                prop_assert_eq!(heard, Some(kind), "{}", name);
            }
        }
    }
}
