//! Steps, taken back and done again in any order, against a plain list of steps: what counts on each feedback is the
//! same after each, and the log only grows.

use std::collections::{BTreeMap, BTreeSet};

use domain::{ConnectionId, DecisionKind, Snooze, SnoozeKind};
use proptest::prelude::*;
use store::{FeedbackFilter, FeedbackRow, NewDecision, Store, UndoTarget};

use crate::decisions::decide;
use crate::given::{commented, feedback, shared};

const FEEDBACK: usize = 6;
/// Of these, the comment has the word that a filter looks for.
const FOUND: [usize; 3] = [0, 2, 5];

#[derive(Clone, Debug)]
enum Done {
    Decide(BTreeSet<usize>, DecisionKind),
    DecideFound(DecisionKind),
    /// Until so many ms from the beginning.
    Snooze(BTreeSet<usize>, i64),
    Undo,
    Redo,
    /// So much time passes, and what is over wakes.
    Wake(i64),
    /// Opened anew, as after a restart: all that was remembered is in the file.
    Derive,
}

fn any_done() -> impl Strategy<Value = Done> {
    let some = || prop::collection::btree_set(0..FEEDBACK, 1..4);
    let kind = || {
        use DecisionKind::{Correct, Duplicate, Incorrect, Resolved};
        prop::sample::select(vec![Resolved, Incorrect, Correct, Duplicate])
    };
    prop_oneof![
        4 => (some(), kind()).prop_map(|(some, kind)| Done::Decide(some, kind)),
        1 => kind().prop_map(Done::DecideFound),
        2 => (some(), 0..100_i64).prop_map(|(some, at_ms)| Done::Snooze(some, at_ms)),
        4 => Just(Done::Undo),
        3 => Just(Done::Redo),
        2 => (0..60_i64).prop_map(Done::Wake),
        1 => Just(Done::Derive),
    ]
}

/// One step, and what became of it.
#[derive(Clone, Debug)]
struct Step {
    of: BTreeMap<usize, (DecisionKind, i64)>,
    is_undone: bool,
}

/// What should be. A step whose every part woke is over, and there is nothing of it to take back.
#[derive(Clone, Debug, Default)]
struct Model {
    steps: Vec<Step>,
    /// Undone last, and what there is to do again.
    undone: Vec<usize>,
    now_ms: i64,
}

impl Model {
    fn decide(&mut self, some: impl IntoIterator<Item = usize>, kind: DecisionKind, at_ms: i64) {
        let of = some.into_iter().map(|one| (one, (kind, at_ms))).collect();
        self.steps.push(Step { of, is_undone: false });
        self.undone.clear();
    }

    fn undo(&mut self) -> usize {
        let last = self.steps.iter().rposition(|step| !step.is_undone && !step.of.is_empty());
        let Some(last) = last else { return 0 };
        self.steps[last].is_undone = true;
        self.undone.push(last);
        self.steps[last].of.len()
    }

    fn redo(&mut self) -> usize {
        let Some(last) = self.undone.pop() else { return 0 };
        self.steps[last].is_undone = false;
        self.steps[last].of.len()
    }

    /// The step that counts on a feedback.
    fn standing(&self, one: usize) -> Option<usize> {
        self.steps.iter().rposition(|step| !step.is_undone && step.of.contains_key(&one))
    }

    fn counts(&self, one: usize) -> Option<DecisionKind> {
        self.standing(one).map(|step| self.steps[step].of[&one].0)
    }

    fn wake(&mut self) -> usize {
        let over: Vec<(usize, usize)> = (0..FEEDBACK)
            .filter_map(|one| Some((one, self.standing(one)?)))
            .filter(|(one, step)| {
                let (kind, at_ms) = self.steps[*step].of[one];
                kind == DecisionKind::Snoozed && at_ms <= self.now_ms
            })
            .collect();
        for (one, step) in &over {
            self.steps[*step].of.remove(one);
        }
        over.len()
    }
}

fn name(one: usize) -> String {
    format!("f{one}")
}

fn with_feedback() -> (&'static Store, ConnectionId) {
    let (store, id) = shared();
    let all: Vec<_> = (0..FEEDBACK)
        .map(|one| match FOUND.contains(&one) {
            true => commented(&name(one), "found", 1_000),
            false => feedback(&name(one), &name(one), None, 1_000),
        })
        .collect();
    store.write_feedback(id, &all, 1).expect("feedback");
    (store, id)
}

fn new(one: usize, kind: DecisionKind, at_ms: i64) -> NewDecision {
    let snooze = Snooze { kind: SnoozeKind::Until, at_ms };
    NewDecision {
        snooze: (kind == DecisionKind::Snoozed).then_some(snooze),
        duplicate_of: (kind == DecisionKind::Duplicate).then(|| "elsewhere".into()),
        ..decide(&name(one), kind)
    }
}

/// Does one thing in the mirror and in the model; both say on how many feedback.
fn doing(store: &Store, id: ConnectionId, model: &mut Model, done: &Done) -> (usize, usize) {
    let add = |some: &BTreeSet<usize>, kind, at_ms| {
        let all: Vec<_> = some.iter().map(|one| new(*one, kind, at_ms)).collect();
        store.add_decisions(id, &all).expect("decided").len()
    };
    match done {
        Done::Decide(some, kind) => {
            model.decide(some.iter().copied(), *kind, 0);
            (add(some, *kind, 0), some.len())
        }
        Done::Snooze(some, at_ms) => {
            model.decide(some.iter().copied(), DecisionKind::Snoozed, *at_ms);
            (add(some, DecisionKind::Snoozed, *at_ms), some.len())
        }
        Done::DecideFound(kind) => {
            model.decide(FOUND, *kind, 0);
            let filter =
                FeedbackFilter { text: Some("found".to_owned()), ..FeedbackFilter::default() };
            let each = |one: domain::FeedbackId| Some(decide(one.as_str(), *kind));
            let found = store.decide_matching(id, &filter, each).expect("decided");
            (found.len(), FOUND.len())
        }
        Done::Undo => {
            let undone = store.undo(id, UndoTarget::LastStep, 5, "ann").expect("undone");
            (undone.len(), model.undo())
        }
        Done::Redo => {
            let redone = store.undo(id, UndoTarget::LastUndo, 5, "ann").expect("redone");
            (redone.len(), model.redo())
        }
        Done::Wake(ms) => {
            model.now_ms += ms;
            let woken = store.wake(id, &SnoozeKind::ALL, model.now_ms).expect("woken");
            (usize::try_from(woken).expect("few"), model.wake())
        }
        Done::Derive => {
            store.derive_decisions().expect("derived");
            (0, 0)
        }
    }
}

proptest! {
    // Each case is dozens of transactions that wait for the disk.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn whatever_is_done_and_undone_the_same_counts_as_in_a_list_of_steps(
        all in prop::collection::vec(any_done(), 1..28),
    ) {
        let (store, id) = with_feedback();
        let mut model = Model::default();
        let mut before = Vec::new();
        for done in &all {
            let (did, should) = doing(store, id, &mut model, done);
            prop_assert_eq!(did, should, "{:?} of {:?}", done, model);
            for one in 0..FEEDBACK {
                let row = store.feedback(id, &name(one).as_str().into()).expect("read").expect("here");
                let counts = model.counts(one);
                prop_assert_eq!(row.decision.as_deref(), counts.map(DecisionKind::as_str));
                let decided = store.decided(id, &row.feedback.id).expect("read");
                prop_assert_eq!(decided.map(|(_, kind)| kind), counts);
                prop_assert_eq!(row.snooze.is_some(), counts == Some(DecisionKind::Snoozed));
            }
            let mut log = store.newest_decisions(id, None, 10_000).expect("log");
            log.reverse();
            prop_assert_eq!(&log[..before.len()], &before[..], "the log only grows");
            before = log;
        }
        let counts = store.mailbox_counts(id).expect("counts");
        let snoozed = |one: &usize| model.counts(*one) == Some(DecisionKind::Snoozed);
        prop_assert_eq!(counts.snoozed, (0..FEEDBACK).filter(snoozed).count() as u64);
        let open = (0..FEEDBACK).filter(|one| model.counts(*one).is_none()).count() as u64;
        prop_assert_eq!(counts.all_open, open);
    }
}

#[test]
fn ten_thousand_by_a_filter_are_one_step_and_one_undo_leaves_no_trace() {
    const MANY: usize = 10_000;
    let (store, id) = shared();
    let all: Vec<_> = (0..MANY + 50)
        .map(|n| {
            let comment = if n < MANY { "late again" } else { "fine" };
            commented(&format!("f{n}"), comment, 1_000 + n as i64)
        })
        .collect();
    store.write_feedback(id, &all, 1).expect("feedback");
    let some = ["f1", "f7", "f9999"].map(|one| decide(one, DecisionKind::Correct));
    store.add_decisions(id, &some).expect("decided before");
    let rows = || -> Vec<FeedbackRow> {
        store.feedback_page(id, &FeedbackFilter::default(), None, 20_000).expect("rows").rows
    };
    let before = (rows(), store.mailbox_counts(id).expect("counts"));
    let filter = FeedbackFilter { text: Some("late".to_owned()), ..FeedbackFilter::default() };
    let each = |one: domain::FeedbackId| Some(decide(one.as_str(), DecisionKind::Resolved));

    let step = store.decide_matching(id, &filter, each).expect("decided");
    assert_eq!(step.len(), MANY);
    let counts = store.mailbox_counts(id).expect("counts");
    assert_eq!((counts.decided, counts.all_open, counts.needs_fix), (MANY as u64, 50, 0));
    let undone = store.undo(id, UndoTarget::LastStep, 9, "ann").expect("undone");
    assert_eq!(undone.len(), MANY);
    assert_eq!((rows(), store.mailbox_counts(id).expect("counts")), before);
    let redone = store.undo(id, UndoTarget::LastUndo, 10, "ann").expect("redone");
    assert_eq!(redone.len(), MANY);
    assert_eq!(store.mailbox_counts(id).expect("counts"), counts);
}
