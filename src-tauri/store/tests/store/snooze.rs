//! Snoozes: each wakes when what it waits for has happened, and not before.

use domain::{Act, ConnectionId, DecisionKind, Deployment, Run, Snooze, SnoozeKind, Version};
use store::{Decision, Error, NewDecision, OutboxState, Store, UndoTarget};

use crate::decisions::{decide, decided};
use crate::given::{commented, feedback, run, shared, version};

fn snooze(feedback: &str, kind: SnoozeKind, at_ms: i64) -> NewDecision {
    NewDecision { snooze: Some(Snooze { kind, at_ms }), ..decide(feedback, DecisionKind::Snoozed) }
}

fn put_aside(store: &Store, id: ConnectionId, feedback: &str, kind: SnoozeKind) {
    store.add_decisions(id, &[snooze(feedback, kind, 0)]).expect("put aside");
}

fn wake(store: &Store, id: ConnectionId, now_ms: i64) -> u64 {
    store.wake(id, &SnoozeKind::ALL, now_ms).expect("woken")
}

fn log(store: &Store, id: ConnectionId) -> Vec<Decision> {
    store.newest_decisions(id, None, 1_000).expect("log")
}

/// A mirror with one negative word of ann's about version `v1`, created at 10,000.
fn given() -> (&'static Store, ConnectionId) {
    let (store, id) = shared();
    store.write_versions(id, &[version("v1", Some("1.0"), Some(4_000))], 1).expect("version");
    store.write_runs(id, &[run("r1", Some("v1"), None)]).expect("run");
    let word = feedback("f", "r1", Some("ann"), 10_000);
    store.write_feedback(id, &[word], 11_000).expect("feedback");
    (store, id)
}

fn deployed(id: &str, created_at_ms: i64, environment: &str, at_ms: Option<i64>) -> Version {
    let deployment = Deployment { environment: environment.to_owned(), deployed_at_ms: at_ms };
    Version { deployments: vec![deployment], ..version(id, None, Some(created_at_ms)) }
}

#[test]
fn what_waits_for_a_time_wakes_then_and_falls_back_to_what_it_was() {
    let (store, id) = given();
    store.add_decisions(id, &[decide("f", DecisionKind::Correct)]).expect("decided");
    store.add_decisions(id, &[snooze("f", SnoozeKind::Until, 20_000)]).expect("put aside");
    let counts = store.mailbox_counts(id).expect("counts");
    assert_eq!((counts.snoozed, counts.decided, counts.all_open), (1, 0, 0));
    let row = store.feedback(id, &"f".into()).expect("read").expect("here");
    assert_eq!(row.snooze, Some(Snooze { kind: SnoozeKind::Until, at_ms: 20_000 }));
    let outbox = |n: usize| store.history(id, &"f".into()).expect("history")[n].outbox;
    assert_eq!(outbox(0).expect("entry").state, OutboxState::Withdrawn, "not said for now");
    assert_eq!(outbox(1), None, "a server has no word for it");

    assert_eq!(wake(store, id, 19_999), 0);
    assert_eq!(wake(store, id, 20_000), 1);
    assert_eq!(wake(store, id, 30_000), 0, "once");
    assert_eq!(decided(store, id, "f"), Some(DecisionKind::Correct));
    assert_eq!(outbox(0).expect("entry").state, OutboxState::Waiting, "now it is to be said");
    let row = store.feedback(id, &"f".into()).expect("read").expect("here");
    let woken = row.woken.expect("back from a snooze");
    assert_eq!((woken.at_ms, woken.kind), (20_000, Some(SnoozeKind::Until)));
    let last = &log(store, id)[0];
    assert!(matches!(last.act, Act::Wake(_)), "{last:?}");
    assert_eq!((last.who.as_str(), last.reason.as_deref()), ("upshot", Some("woke:until")));

    store.add_decisions(id, &[decide("f", DecisionKind::Resolved)]).expect("decided");
    let row = store.feedback(id, &"f".into()).expect("read").expect("here");
    assert_eq!(row.woken, None, "something was decided since");
}

#[test]
fn what_waits_for_a_user_wakes_by_a_later_word_alone() {
    let (store, id) = given();
    let later = feedback("g", "r2", Some("ann"), 12_000);
    store.write_feedback(id, &[later], 12_500).expect("the newest there is");
    put_aside(store, id, "f", SnoozeKind::UserSpeaks);
    let said = |name: &str, user: Option<&str>, at_ms: i64| {
        store.write_feedback(id, &[feedback(name, name, user, at_ms)], 50_000).expect("feedback");
        wake(store, id, 60_000)
    };
    assert_eq!(said("old", Some("ann"), 2_000), 0, "older than it all, read late");
    assert_eq!(said("between", Some("ann"), 11_000), 0, "before the newest that was here");
    assert_eq!(said("other", Some("bob"), 40_000), 0, "somebody else");
    assert_eq!(said("nobody", None, 41_000), 0);
    assert_eq!(said("new", Some("ann"), 40_000), 1);
    assert_eq!(decided(store, id, "f"), None);
}

#[test]
fn what_waits_for_a_version_wakes_when_a_newer_one_runs_first() {
    let (store, id) = given();
    put_aside(store, id, "f", SnoozeKind::NewerVersion);
    let runs_at = |name: &str, version: &str, at_ms: i64| {
        let run = Run { created_at_ms: Some(at_ms), ..run(name, Some(version), None) };
        store.write_runs(id, &[run]).expect("run");
        wake(store, id, 90_000)
    };
    assert_eq!(runs_at("r-old", "v-old", 1_000), 0, "an old one, met late");
    assert_eq!(runs_at("r-same", "v1", 70_000), 0, "the one it is about");
    let known = version("v-known", None, Some(3_000));
    store.write_versions(id, &[known], 20_000).expect("version");
    assert_eq!(runs_at("r-known", "v-known", 70_000), 0, "older by its creation, run again");
    let drafted = version("v2", None, Some(50_000));
    store.write_versions(id, &[drafted], 50_000).expect("version");
    assert_eq!(wake(store, id, 90_000), 0, "written, and neither run nor deployed");
    assert_eq!(runs_at("r-new", "v2", 70_000), 1);
}

#[test]
fn what_waits_for_a_version_wakes_when_a_newer_one_is_deployed() {
    let (store, id) = given();
    let production = deployed("v1", 4_000, "production", Some(6_000));
    store.write_versions(id, &[production], 20_000).expect("version");
    put_aside(store, id, "f", SnoozeKind::NewerVersion);
    let seen = |version: Version| {
        store.write_versions(id, &[version], 80_000).expect("version");
        wake(store, id, 90_000)
    };
    assert_eq!(seen(deployed("v0", 2_000, "production", Some(3_000))), 0, "long ago, seen late");
    assert_eq!(seen(deployed("v0", 2_000, "production", Some(70_000))), 0, "rolled back to");
    assert_eq!(seen(deployed("v1", 4_000, "staging", Some(71_000))), 0, "the same elsewhere");
    assert_eq!(seen(deployed("v2", 60_000, "staging", Some(72_000))), 1);
}

#[test]
fn what_could_never_wake_is_refused_and_nothing_of_its_step_is_kept() {
    let (store, id) = given();
    store.write_feedback(id, &[feedback("nobody", "r3", None, 12_000)], 1).expect("feedback");
    let refused = |feedback: &[&str], kind: SnoozeKind| {
        let new: Vec<_> = feedback.iter().map(|one| snooze(one, kind, 0)).collect();
        match store.add_decisions(id, &new) {
            Err(Error::NothingToAwait { kind: of, feedback }) if of == kind => feedback,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(&["f", "nobody", "elsewhere"], SnoozeKind::UserSpeaks), 2);
    assert_eq!(refused(&["elsewhere"], SnoozeKind::NewerVersion), 1);
    assert_eq!(log(store, id), []);
    assert_eq!(decided(store, id, "f"), None);
}

#[test]
fn what_waits_for_its_like_wakes_with_the_fifth() {
    let (store, id) = given();
    let said = |name: &str, comment: &str, at_ms: i64| {
        store.write_feedback(id, &[commented(name, comment, at_ms)], 50_000).expect("feedback");
        wake(store, id, 60_000)
    };
    said("one", "too slow", 10_000);
    said("before", "Slow!", 11_000);
    put_aside(store, id, "one", SnoozeKind::FiveMoreAlike);
    for n in 0..4 {
        assert_eq!(said(&format!("old{n}"), "slow", 9_000 + n), 0, "from before");
        assert_eq!(said(&format!("other{n}"), "wrong", 20_000 + n), 0, "unlike");
        assert_eq!(said(&format!("new{n}"), "slow", 30_000 + n), 0);
    }
    assert_eq!(said("fifth", "so slow", 40_000), 1);
    assert_eq!(decided(store, id, "one"), None);
}

#[test]
fn undo_passes_over_what_woke_and_redo_goes_on_behind_it() {
    let (store, id) = given();
    store.add_decisions(id, &[decide("g", DecisionKind::Resolved)]).expect("decided");
    store.add_decisions(id, &[snooze("f", SnoozeKind::Until, 20_000)]).expect("put aside");
    store.add_decisions(id, &[decide("h", DecisionKind::Correct)]).expect("decided");
    let undone = store.undo(id, UndoTarget::LastStep, 15_000, "ann").expect("undone");
    assert_eq!(undone[0].feedback.as_str(), "h");
    let before = log(store, id);
    assert_eq!(wake(store, id, 25_000), 1);
    let after = log(store, id);
    assert_eq!(&after[1..], &before[..], "the log only grows");

    let redone = store.undo(id, UndoTarget::LastUndo, 26_000, "ann").expect("redone");
    assert_eq!(redone[0].feedback.as_str(), "h", "what woke meanwhile is nobody's step");
    let names = |events: Vec<Decision>| {
        events.into_iter().map(|event| event.feedback.to_string()).collect::<Vec<_>>()
    };
    let last = || names(store.undo(id, UndoTarget::LastStep, 27_000, "ann").expect("undone"));
    assert_eq!(last(), ["h"]);
    assert_eq!(last(), ["g"], "not the snooze that is over");
    assert_eq!(last(), Vec::<String>::new());
    assert!(store.feedback(id, &"f".into()).expect("read").expect("here").woken.is_some());
}

#[test]
fn a_snooze_that_was_taken_back_or_overtaken_does_not_wake() {
    let (store, id) = given();
    store.add_decisions(id, &[snooze("f", SnoozeKind::Until, 20_000)]).expect("put aside");
    store.undo(id, UndoTarget::LastStep, 12_000, "ann").expect("undone");
    assert_eq!(wake(store, id, 30_000), 0);
    store.undo(id, UndoTarget::LastUndo, 13_000, "ann").expect("redone");
    store.add_decisions(id, &[decide("f", DecisionKind::Resolved)]).expect("decided");
    assert_eq!(wake(store, id, 30_000), 0);
    store.undo(id, UndoTarget::LastStep, 14_000, "ann").expect("undone");
    assert_eq!(wake(store, id, 30_000), 1, "it counts again, and is over");
}

#[test]
fn what_came_of_snoozes_is_derived_from_the_log_again() {
    let (store, id) = given();
    store.write_feedback(id, &[feedback("g", "r2", Some("ann"), 10_500)], 1).expect("feedback");
    let both = [snooze("f", SnoozeKind::Until, 20_000), snooze("g", SnoozeKind::Until, 90_000)];
    store.add_decisions(id, &both).expect("put aside");
    let noted =
        NewDecision { note: Some("n".to_owned()), ..NewDecision::new("g", Act::Note, 1, "ann") };
    store.add_decisions(id, &[noted]).expect("noted");
    wake(store, id, 30_000);
    let rows = || ["f", "g"].map(|one| store.feedback(id, &one.into()).expect("read"));
    let before = rows();
    assert!(before[1].as_ref().is_some_and(|row| row.has_note && row.snooze.is_some()));
    store.derive_decisions().expect("derived");
    assert_eq!(rows(), before);
    assert_eq!(wake(store, id, 90_000), 1, "and still wakes");
}
