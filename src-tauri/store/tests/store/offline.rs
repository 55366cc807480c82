//! What of the runs is kept within a limit: whatever happens, the sums are right, the limit holds, and nothing goes
//! before what matters less.

use std::collections::BTreeMap;

use domain::{ConnectionId, Feedback, Outcome, Run, RunClass, RunRecord};
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::json;
use store::RunEntry;

use crate::given::{alone, feedback, run, shared};

const RUNS: usize = 14;
const AGENT: &str = "helpdesk";

fn id(n: usize) -> String {
    format!("run-{n}")
}

/// A run whose payload takes about so many bytes, however it is packed.
fn of_size(n: usize, bytes: usize) -> Run {
    let mut state = n as u64 * 7_919 + bytes as u64 + 1;
    let noise: String = (0..bytes)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from(b'!' + u8::try_from((state >> 33) % 90).expect("small"))
        })
        .collect();
    Run { output: json!(noise), ..run(&id(n), None, None) }
}

fn said(n: usize, outcome: Outcome, comment: bool, at_ms: i64) -> Feedback {
    let comment = comment.then(|| "words".to_owned());
    Feedback { outcome, comment, ..feedback(&format!("f-{n}-{at_ms}"), &id(n), None, at_ms) }
}

#[derive(Clone, Debug)]
enum Step {
    Say { run: usize, outcome: Outcome, comment: bool, at_ms: i64 },
    Write(Vec<(usize, usize)>),
    Ask(usize, usize),
    Limit(Option<u64>),
    Forget(usize),
    Missing(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let run = 0..RUNS;
    let size = prop_oneof![4 => 40..400_usize, 1 => 400..3_000_usize];
    let outcome = prop_oneof![Just(Outcome::Negative), Just(Outcome::Positive)];
    prop_oneof![
        6 => (run.clone(), outcome, any::<bool>(), 1..100_000_i64)
            .prop_map(|(run, outcome, comment, at_ms)| Step::Say { run, outcome, comment, at_ms }),
        8 => prop::collection::vec((run.clone(), size.clone()), 1..5).prop_map(Step::Write),
        1 => (run.clone(), size).prop_map(|(run, size)| Step::Ask(run, size)),
        2 => prop::option::weighted(0.9, 0..6_000_u64).prop_map(Step::Limit),
        1 => run.clone().prop_map(Step::Forget),
        1 => run.prop_map(Step::Missing),
    ]
}

/// A run as it lies in the file.
#[derive(Clone, Debug, PartialEq)]
struct Lying {
    class: i64,
    ranked_at_ms: i64,
    kept: i64,
    stored_bytes: i64,
}

impl Lying {
    /// Smaller: matters more.
    fn place(&self) -> (i64, i64) {
        (self.class, -self.ranked_at_ms)
    }
}

struct Look {
    runs: BTreeMap<String, Lying>,
}

impl Look {
    fn at(file: &Connection, connection: ConnectionId) -> Self {
        let mut statement = file
            .prepare(
                "SELECT r.id, r.class, r.ranked_at_ms, r.kept, r.stored_bytes, length(p.body)
                 FROM runs r LEFT JOIN run_payloads p ON p.run = r.pos
                 WHERE r.connection = ?1 AND r.state = 'present'",
            )
            .expect("runs");
        let rows = statement.query_map([connection.0], |row| {
            let lying = Lying {
                class: row.get(1)?,
                ranked_at_ms: row.get(2)?,
                kept: row.get(3)?,
                stored_bytes: row.get(4)?,
            };
            let body: Option<i64> = row.get(5)?;
            assert_eq!(body, (lying.kept > 0).then_some(lying.stored_bytes), "{lying:?}");
            Ok((row.get(0)?, lying))
        });
        Self { runs: rows.expect("runs").collect::<Result<_, _>>().expect("runs") }
    }

    fn taken(&self, kept: i64) -> i64 {
        self.runs.values().filter(|run| run.kept == kept).map(|run| run.stored_bytes).sum()
    }
}

fn sums(file: &Connection, connection: ConnectionId, sql: &str) -> Vec<(i64, i64, i64, i64, i64)> {
    let mut statement = file.prepare(sql).expect("sums");
    let rows = statement.query_map([connection.0], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
    });
    rows.expect("sums").collect::<Result<_, _>>().expect("sums")
}

fn check(
    file: &Connection,
    connection: ConnectionId,
    limit: Option<u64>,
    step: &Step,
    before: &Look,
) -> Look {
    let after = Look::at(file, connection);
    assert_eq!(
        sums(file, connection, "SELECT class, kept, runs, stored_bytes, json_bytes FROM offline_sums
            WHERE connection = ?1 AND runs > 0 ORDER BY class, kept"),
        sums(file, connection, "SELECT class, kept, count(*), sum(stored_bytes), sum(json_bytes)
            FROM runs WHERE connection = ?1 AND state = 'present' GROUP BY class, kept ORDER BY 1, 2"),
        "{step:?}"
    );
    if let Some(limit) = limit {
        let (within, asked) = (after.taken(1), after.taken(2));
        assert!(within == 0 || within + asked <= limit as i64, "{within} {asked} {limit} {step:?}");
    }
    if matches!(step, Step::Forget(_)) {
        return after;
    }
    for (id, now) in after.runs.iter().filter(|(_, now)| now.kept == 0) {
        let was_here = before.runs.get(id).is_some_and(|then| then.kept > 0);
        // One that is written anew may have grown too large.
        // One that is written anew may have grown too large, and one that is written after another was shed may
        // fit into what that left.
        let written = |id: &str| matches!(step, Step::Write(runs) if runs.iter().any(|(n, _)| self::id(*n) == id));
        let wrong = after.runs.iter().find(|(other, run)| {
            run.kept == 1 && run.place() > now.place() && !written(other.as_str())
        });
        assert!(
            !was_here || written(id.as_str()) || wrong.is_none(),
            "{id} before {wrong:?}: {step:?}"
        );
    }
    after
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_limit_holds_the_sums_are_right_and_nothing_goes_before_what_matters_less(
        steps in prop::collection::vec(step(), 1..50),
    ) {
        let (store, connection) = shared();
        let mut limit = Some(2_000_000_000);
        let mut look = Look { runs: BTreeMap::new() };
        let file = Connection::open(store.path()).expect("file");
        let agent = AGENT.into();
        for step in steps {
            match &step {
                Step::Say { run, outcome, comment, at_ms } => {
                    let item = said(*run, *outcome, *comment, *at_ms);
                    store.write_feedback(connection, &[item], 1).expect("feedback");
                }
                Step::Write(runs) => {
                    let runs: Vec<Run> = runs.iter().map(|(n, size)| of_size(*n, *size)).collect();
                    store.write_runs(connection, &runs).expect("runs");
                }
                Step::Ask(n, size) => {
                    let record = RunRecord::of(&of_size(*n, *size)).expect("a record");
                    store.file_asked_run(connection, record).expect("run");
                    let here = store.run(connection, &agent, &id(*n).into()).expect("read");
                    prop_assert!(matches!(here, Some(RunEntry::Present(_))));
                }
                Step::Limit(to) => {
                    store.set_offline_limit(connection, *to).expect("limit");
                    limit = *to;
                    prop_assert_eq!(store.offline(connection).expect("offline").limit_bytes, limit);
                    if let Some(limit) = limit {
                        let stored = store.offline(connection).expect("offline").stored_bytes;
                        prop_assert!(stored <= limit);
                    }
                }
                Step::Forget(n) => {
                    store.forget_payload(connection, &agent, &id(*n).into()).expect("forgotten");
                }
                Step::Missing(n) => {
                    store.mark_run_missing(connection, &agent, &id(*n).into(), 1).expect("missing");
                }
            }
            look = check(&file, connection, limit, &step, &look);
            let offline = store.offline(connection).expect("offline");
            prop_assert_eq!(offline.stored_bytes as i64, look.taken(1) + look.taken(2));
            let kept = offline.negative.kept + offline.commented.kept + offline.rest.kept;
            prop_assert_eq!(kept, look.runs.values().filter(|run| run.kept > 0).count() as u64);
        }
    }

    /// What a sync does, over and over: it ends, keeps the limit, and what is left out had no room.
    #[test]
    fn fetching_what_is_wanted_comes_to_an_end_with_the_best_that_fits(
        words in prop::collection::vec(
            (0..40_usize, any::<bool>(), any::<bool>(), 1..100_000_i64, 50..400_usize), 1..60),
        limit in 0..9_000_u64,
        chunk in 1..12_usize,
    ) {
        let (store, connection) = shared();
        store.set_offline_limit(connection, Some(limit)).expect("limit");
        let items: Vec<Feedback> = words.iter().map(|(n, negative, comment, at_ms, _)| {
            let outcome = if *negative { Outcome::Negative } else { Outcome::Positive };
            said(*n, outcome, *comment, *at_ms)
        }).collect();
        store.write_feedback(connection, &items, 1).expect("feedback");
        let sizes: BTreeMap<String, usize> = words.iter().map(|(n, .., size)| (id(*n), *size)).collect();
        let mut fetched = 0;
        loop {
            let wanted = store.runs_wanted(connection, None, 0, chunk).expect("wanted");
            if wanted.is_empty() {
                break;
            }
            prop_assert!(limit > 0, "a limit of nothing fetches nothing");
            fetched += wanted.len();
            prop_assert!(fetched <= 4 * sizes.len(), "fetches the same again and again");
            let runs: Vec<Run> = wanted.iter().map(|wanted| {
                let n = wanted.run.as_str()[4..].parse().expect("a number");
                of_size(n, sizes[wanted.run.as_str()])
            }).collect();
            store.write_runs(connection, &runs).expect("runs");
        }
        let offline = store.offline(connection).expect("offline");
        prop_assert!(offline.stored_bytes <= limit);
        let file = Connection::open(store.path()).expect("file");
        let look = Look::at(&file, connection);
        let negative = |kept| look.runs.values().filter(move |run| run.kept == kept && run.class == 0);
        if let Some(newest) = negative(0).map(|run| run.ranked_at_ms).max() {
            // What is kept of the others would not have made room for the newest that was left out.
            let left_out = negative(0).filter(|run| run.ranked_at_ms == newest);
            let largest = left_out.map(|run| run.stored_bytes).max().unwrap_or(0);
            let before: i64 = negative(1).map(|run| run.stored_bytes).sum();
            prop_assert!(before + largest > limit as i64, "{largest} would fit: {:?}", look.runs);
        }
    }
}

#[test]
fn a_run_that_was_good_enough_rises_when_somebody_complains_about_it() {
    let (store, connection) = shared();
    let good = |n, at_ms| said(n, Outcome::Positive, false, at_ms);
    store
        .write_feedback(connection, &[good(1, 10), good(2, 20), good(3, 30)], 1)
        .expect("feedback");
    let runs: Vec<Run> = (1..4).map(|n| of_size(n, 300)).collect();
    store.write_runs(connection, &runs).expect("runs");
    let bad = said(1, Outcome::Negative, false, 40);
    store.write_feedback(connection, &[bad], 1).expect("a complaint");
    let full = store.offline(connection).expect("offline");
    assert_eq!((full.negative.kept, full.rest.kept), (1, 2));

    store.set_offline_limit(connection, Some(full.stored_bytes / 2)).expect("limit");
    let here = |n| {
        let entry = store.run(connection, &AGENT.into(), &id(n).into()).expect("read");
        matches!(entry, Some(RunEntry::Present(_)))
    };
    assert_eq!([1, 2, 3].map(here), [true, false, false], "the oldest, but the one that matters");
    // What was shed is known still, and not fetched in vain.
    assert!(store.runs_wanted(connection, None, 0, 9).expect("wanted").is_empty());
    let row = store.feedback(connection, &"f-2-20".into()).expect("read").expect("row");
    assert_eq!(row.run_state, store::RunState::Present);

    store.set_offline_limit(connection, None).expect("everything");
    let wanted = store.runs_wanted(connection, None, 0, 9).expect("wanted");
    let wanted: Vec<_> = wanted.iter().map(|run| (run.run.as_str(), run.class)).collect();
    assert_eq!(wanted, [("run-3", RunClass::Rest), ("run-2", RunClass::Rest)]);
}

#[test]
fn with_no_room_a_newer_run_takes_the_place_of_the_oldest() {
    let (store, connection) = shared();
    let bad = |n, at_ms| said(n, Outcome::Negative, false, at_ms);
    store.write_feedback(connection, &[bad(1, 10), bad(2, 20)], 1).expect("feedback");
    store.write_runs(connection, &[of_size(1, 300), of_size(2, 300)]).expect("runs");
    let limit = store.offline(connection).expect("offline").stored_bytes;
    store.set_offline_limit(connection, Some(limit)).expect("limit");
    store.write_feedback(connection, &[bad(3, 30), bad(4, 5)], 1).expect("feedback");
    let wanted = store.runs_wanted(connection, None, 0, 9).expect("wanted");
    assert_eq!(wanted.iter().map(|run| run.run.as_str()).collect::<Vec<_>>(), ["run-3"]);
    store.write_runs(connection, &[of_size(3, 290)]).expect("run");
    let entry = |n| store.run(connection, &AGENT.into(), &id(n).into()).expect("read");
    assert_eq!(entry(1), Some(RunEntry::Shed { gone_at_ms: None }));
    assert!(matches!(entry(2), Some(RunEntry::Present(_))));
    assert!(matches!(entry(3), Some(RunEntry::Present(_))));
    assert!(store.runs_wanted(connection, None, 0, 9).expect("wanted").is_empty());
}

#[test]
fn room_that_a_lower_limit_frees_goes_back_to_the_disk() {
    let (dir, store, connection) = alone();
    let runs: Vec<Run> = (0..400).map(|n| of_size(n, 3_000)).collect();
    store.write_runs(connection, &runs).expect("runs");
    let full = store.sizes(connection).expect("sizes").file_bytes;
    store.set_offline_limit(connection, Some(100_000)).expect("limit");
    let left = store.sizes(connection).expect("sizes").file_bytes;
    assert!(full > 1_000_000 && left * 3 < full, "{left} of {full}");
    assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());
    // Read by one that was open before.
    let newest = store.run(connection, &AGENT.into(), &id(399).into()).expect("read");
    assert!(newest.is_some());
    drop(dir);
}
