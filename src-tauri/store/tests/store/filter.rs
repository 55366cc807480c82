//! Every filter against the same done by hand over a list in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use domain::{Annotation, ConnectionId, DecisionKind, Feedback, Outcome, Run};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rusqlite::{TransactionBehavior, params};
use store::{AnnotationFilter, FeedbackFilter, Order, Store, UserFilter};

use tempfile::TempDir;

use crate::given::{alone, feedback, ids, listed, run as run_of, shared, shared_dir};

pub(crate) const WORDS: [&str; 8] =
    ["late", "Late", "refund", "refunds", "été", "返金", "返金が遅い", "👍"];

pub(crate) fn comment() -> impl Strategy<Value = Option<String>> {
    prop::option::of(
        prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..5)
            .prop_map(|words| words.join(" ")),
    )
}

fn annotation() -> impl Strategy<Value = Option<Annotation>> {
    use Annotation::{Correct, Incorrect, Resolved};
    prop::option::of(prop::sample::select(vec![Resolved, Incorrect, Correct]))
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop::sample::select(vec![Outcome::Positive, Outcome::Negative])
}

/// One feedback with all that decides where it is shown.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) feedback: Feedback,
    pub(crate) run: Option<Run>,
    is_gone: bool,
    decision: Option<&'static str>,
}

const DECISIONS: [&str; 5] = ["resolved", "incorrect", "correct", "duplicate", "snoozed"];

/// Feedback on `runs` runs of each agent: few, so that some of it is the same user's on the same run.
pub(crate) fn mirrored(most: usize, runs: usize) -> impl Strategy<Value = Vec<Item>> {
    let one = (
        (0..3_usize, 0..runs, 0..4_u8, 0..20_i64),
        (outcome(), annotation(), comment()),
        (prop::bool::weighted(0.2), prop::option::weighted(0.3, prop::sample::select(&DECISIONS))),
    );
    let its_run = prop::option::of((prop::option::of(0..3_u8), prop::option::of(0..2_u8)));
    (prop::collection::vec(one, 0..most), prop::collection::vec(its_run, 3 * runs)).prop_map(
        move |(items, of_runs)| {
            let numbered = items.into_iter().enumerate();
            numbered
                .map(|(n, ((agent, run_n, user, second), said, (is_gone, decision)))| {
                    let id = format!("f{n:04}");
                    let (agent_id, run_id) = (format!("a{agent}"), format!("r{run_n}"));
                    let user = (user > 0).then(|| format!("u{user}"));
                    let run = of_runs[agent * runs + run_n];
                    let run = run.map(|(version, model)| {
                        let version = version.map(|version| format!("v{version}"));
                        let model = model.map(|model| format!("m{model}"));
                        let run = run_of(&run_id, version.as_deref(), model.as_deref());
                        Run { agent: agent_id.as_str().into(), ..run }
                    });
                    let (outcome, annotation, comment) = said;
                    let feedback = Feedback {
                        agent: agent_id.as_str().into(),
                        outcome,
                        annotation,
                        comment,
                        ..feedback(&id, &run_id, user.as_deref(), second * 1_000)
                    };
                    Item { feedback, run, is_gone, decision }
                })
                .collect()
        },
    )
}

/// What is shown of each user on each run: what is not gone first, then the newest.
pub(crate) fn current(items: &[Item]) -> Vec<&Item> {
    let mut slots = BTreeMap::new();
    for item in items {
        let slot = (&item.feedback.agent, &item.feedback.run, &item.feedback.user);
        let rank = (!item.is_gone, item.feedback.created_at_ms, &item.feedback.id);
        let best = slots.entry(slot).or_insert((rank, item));
        if rank > best.0 {
            *best = (rank, item);
        }
    }
    slots.into_values().map(|(_, item)| item).collect()
}

/// Brings it all into the mirror, in one of the orders in which it may come.
pub(crate) fn mirror(
    dir: &Path,
    store: &Store,
    connection: ConnectionId,
    items: &[Item],
    runs_first: bool,
) {
    let feedback: Vec<Feedback> = items.iter().map(|item| item.feedback.clone()).collect();
    let runs: Vec<Run> = items.iter().filter_map(|item| item.run.clone()).collect();
    if runs_first {
        store.write_runs(connection, &runs).expect("runs");
    }
    store.write_feedback(connection, &feedback, 99).expect("feedback");
    // As the log of decisions does it: the kinds follow by themselves.
    let mut file = rusqlite::Connection::open(dir.join(store::FILE_NAME)).expect("file");
    file.busy_timeout(Duration::from_secs(20)).expect("patience");
    let file = file.transaction_with_behavior(TransactionBehavior::Immediate).expect("begun");
    for item in items.iter().filter(|item| item.decision.is_some()) {
        let key = params![item.decision, connection.0, item.feedback.id.as_str()];
        let sql = "UPDATE feedback SET decision = ?1 WHERE connection = ?2 AND id = ?3";
        assert_eq!(file.execute(sql, key).expect("decided"), 1);
    }
    file.commit().expect("committed");
    let gone = items.iter().filter(|item| item.is_gone).map(|item| item.feedback.id.clone());
    store.mark_feedback_gone(connection, &gone.collect::<Vec<_>>(), 100).expect("gone");
    store.write_runs(connection, &runs).expect("runs");
}

pub(crate) fn filter() -> impl Strategy<Value = FeedbackFilter> {
    let annotation = prop_oneof![
        3 => Just(AnnotationFilter::All),
        1 => Just(AnnotationFilter::Open),
        1 => Just(AnnotationFilter::Annotated),
        1 => Just(AnnotationFilter::Is(DecisionKind::Correct)),
        1 => Just(AnnotationFilter::Is(DecisionKind::Snoozed)),
    ];
    let user = prop_oneof![
        4 => Just(None),
        1 => Just(Some(UserFilter::Anonymous)),
        1 => (1..4_u8).prop_map(|n| Some(UserFilter::Is(format!("u{n}").as_str().into()))),
    ];
    let term = prop_oneof![
        prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned),
        Just("re".to_owned()),
        Just("ete".to_owned()),
        Just("金が".to_owned()),
        Just("\"late refund\"".to_owned()),
    ];
    let text = prop::collection::vec(term, 1..3).prop_map(|terms| terms.join(" "));
    let seldom = 0.25;
    (
        prop::collection::btree_set(0..3_u8, 0..3),
        prop::option::weighted(seldom, outcome()),
        annotation,
        prop::option::weighted(seldom, any::<bool>()),
        user,
        (
            prop::collection::btree_set(0..3_u8, 0..2),
            prop::collection::btree_set(0..2_u8, 0..2),
            prop::option::weighted(0.15, any::<bool>()),
        ),
        prop::option::weighted(0.4, text),
        (
            prop::option::weighted(seldom, 0..20_000_i64),
            prop::option::weighted(seldom, 0..20_000_i64),
        ),
    )
        .prop_map(|(agents, outcome, annotation, has_comment, user, origin, text, span)| {
            let (versions, models, gone) = origin;
            FeedbackFilter {
                agents: agents.into_iter().map(|n| format!("a{n}").into()).collect(),
                outcome,
                annotation,
                has_comment,
                user,
                versions: versions.into_iter().map(|n| format!("v{n}").into()).collect(),
                models: models.into_iter().map(|n| format!("m{n}")).collect(),
                gone,
                text,
                since_ms: span.0,
                until_ms: span.1,
                like: None,
                order: Order::Newest,
            }
        })
}

pub(crate) fn lets_through(filter: &FeedbackFilter, item: &Item) -> bool {
    let (its_run, decision, is_gone) = (item.run.as_ref(), item.decision, item.is_gone);
    let item = &item.feedback;
    let verdict = decision.or(item.annotation.map(Annotation::as_str));
    let annotation = match filter.annotation {
        AnnotationFilter::All => true,
        AnnotationFilter::Open => verdict.is_none(),
        AnnotationFilter::Annotated => verdict.is_some_and(|verdict| verdict != "snoozed"),
        AnnotationFilter::Is(word) => verdict == Some(word.as_str()),
    };
    let user = match &filter.user {
        None => true,
        Some(UserFilter::Anonymous) => item.user.is_none(),
        Some(UserFilter::Is(user)) => item.user.as_ref() == Some(user),
    };
    let version = its_run.and_then(|run| run.version.as_ref());
    let model = its_run.and_then(|run| run.model.as_ref());
    (filter.agents.is_empty() || filter.agents.contains(&item.agent))
        && filter.outcome.is_none_or(|outcome| item.outcome == outcome)
        && annotation
        && filter.has_comment.is_none_or(|has| item.comment_text().is_some() == has)
        && user
        && (filter.versions.is_empty() || version.is_some_and(|one| filter.versions.contains(one)))
        && (filter.models.is_empty() || model.is_some_and(|one| filter.models.contains(one)))
        && filter.gone.is_none_or(|gone| is_gone == gone)
        && filter.since_ms.is_none_or(|since| item.created_at_ms >= since)
        && filter.until_ms.is_none_or(|until| item.created_at_ms < until)
        && filter
            .text
            .as_ref()
            .is_none_or(|text| says(item.comment.as_deref().unwrap_or_default(), text))
}

/// The search by hand, for the words above.
pub(crate) fn says(comment: &str, text: &str) -> bool {
    let fold = |text: &str| text.to_lowercase().replace('é', "e");
    let comment = fold(comment);
    // An emoji is no word: a phrase reaches across it.
    let tokens: Vec<&str> =
        comment.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).collect();
    let text = fold(text);
    let quoted_last = text.ends_with('"');
    // The one phrase used is two words next to each other.
    let text = text.replace("\"late refund\"", "late_refund");
    let terms: Vec<&str> = text.split(' ').collect();
    terms.iter().enumerate().all(|(at, term)| {
        let is_beginning = at + 1 == terms.len() && !quoted_last && term.chars().count() >= 2;
        if *term == "late_refund" {
            tokens.windows(2).any(|pair| pair == ["late", "refund"])
        } else if !term.is_ascii() {
            comment.contains(term)
        } else {
            tokens.iter().any(|t| if is_beginning { t.starts_with(term) } else { t == term })
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_filter_lets_through_what_it_says_newest_first(
        items in mirrored(40, 12),
        filters in prop::collection::vec(filter(), 6),
        limit in 1..9_usize,
        runs_first in any::<bool>(),
    ) {
        let (store, connection) = shared();
        mirror(shared_dir(), store, connection, &items, runs_first);

        let current = current(&items);
        for filter in &filters {
            let found = listed(store, connection, filter, limit);
            let wanted: BTreeSet<&str> = current
                .iter()
                .filter(|item| lets_through(filter, item))
                .map(|item| item.feedback.id.as_str())
                .collect();
            prop_assert_eq!(ids(&found).into_iter().collect::<BTreeSet<_>>(), wanted, "{:?}", filter);
            prop_assert!(found.is_sorted_by(|a, b| a.created_at_ms >= b.created_at_ms));
            let counted = store.feedback_count(connection, filter).expect("count");
            prop_assert_eq!(counted, found.len() as u64, "{:?}", filter);
        }
        let listed_by_server = current
            .iter()
            .filter(|item| !item.is_gone && item.feedback.agent.as_str() == "a1")
            .count();
        let counted = store.feedback_listed(connection, &"a1".into()).expect("count");
        prop_assert_eq!(counted, listed_by_server as u64);
        // The sums of kinds and users, counted once more one by one.
        prop_assert_eq!(store.integrity_check().expect("checked"), Vec::<String>::new());
    }
}

/// A mirror of its own with more in it.
pub(crate) static LARGE: LazyLock<(TempDir, Store, ConnectionId, Vec<Item>)> =
    LazyLock::new(|| {
        let items = mirrored(3_000, 900)
            .prop_filter("many", |items| items.len() > 2_000)
            .new_tree(&mut TestRunner::deterministic())
            .expect("items")
            .current();
        let (dir, store, connection) = alone();
        mirror(dir.path(), &store, connection, &items, false);
        (dir, store, connection, items)
    });

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Here each way of finding a page is taken, and left for another half way.
    #[test]
    fn a_filter_lets_through_the_same_of_much(filter in filter(), limit in 1..400_usize) {
        let (_, store, connection, items) = &*LARGE;
        let found = listed(store, *connection, &filter, limit);
        let wanted: BTreeSet<&str> = current(items)
            .into_iter()
            .filter(|item| lets_through(&filter, item))
            .map(|item| item.feedback.id.as_str())
            .collect();
        let counted = store.feedback_count(*connection, &filter).expect("count");
        prop_assert_eq!(counted, found.len() as u64);
        if let Some(quick) = store.feedback_count_if_quick(*connection, &filter).expect("count") {
            prop_assert_eq!(quick, counted);
        }
        prop_assert!(found.is_sorted_by(|a, b| a.created_at_ms >= b.created_at_ms));
        prop_assert_eq!(ids(&found).into_iter().collect::<BTreeSet<_>>(), wanted);

        // The best are among the same, however many.
        let best = FeedbackFilter { order: Order::Best, ..filter.clone() };
        let best = listed(store, *connection, &best, limit);
        let best: BTreeSet<&str> = ids(&best).into_iter().collect();
        let all: BTreeSet<&str> = ids(&found).into_iter().collect();
        prop_assert!(best.is_subset(&all), "{:?}", filter);
        prop_assert!(best.len() == all.len().min(limit.min(200)) || best.len() == all.len());
    }
}
