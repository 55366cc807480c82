//! How long reads take with a million feedback: a figure to look at, run by hand with
//! `cargo test --release -p store --test store million -- --ignored --nocapture`.

use std::time::Instant;

use domain::{Annotation, Feedback, Outcome};
use store::{AnnotationFilter, FeedbackFilter, UserFilter};

use crate::given::{feedback, fresh, new_connection, run};

const FEEDBACK: i64 = 1_000_000;
const SECONDS: i64 = 90 * 86_400;

fn nth(n: i64) -> Feedback {
    let words = ["late", "refund", "wrong", "answer", "price", "thanks", "slow", "again"];
    let word = |at: i64| words[usize::try_from((n * 7 + at * n * 3) % 8).expect("small")];
    let comment = (n % 5 < 2).then(|| format!("{} {} and {} n{n}", word(1), word(2), word(3)));
    let user = (n % 3 > 0).then(|| format!("user-{}", (n * 7_919) % 50_000));
    Feedback {
        agent: format!("agent-{}", n % 4).into(),
        outcome: if n % 10 < 7 { Outcome::Positive } else { Outcome::Negative },
        annotation: (n % 50 == 0).then_some(Annotation::Correct),
        comment,
        ..feedback(
            &format!("{n:024x}"),
            &format!("0193-{n:032x}"),
            user.as_deref(),
            1_790_000_000_000 - n * (SECONDS * 1_000 / FEEDBACK),
        )
    }
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    eprintln!("{what:<48} {:>10.2} ms", start.elapsed().as_secs_f64() * 1_000.0);
    result
}

#[test]
#[ignore = "takes minutes; prints figures"]
fn a_million_feedback_is_read_fast() {
    let (dir, store) = fresh();
    let connection = store.add_connection(new_connection("big")).expect("connection").id;
    timed("write a million, 1,000 at a time", || {
        for start in (0..FEEDBACK).step_by(1_000) {
            let page: Vec<Feedback> = (start..start + 1_000).map(nth).collect();
            store.write_feedback(connection, &page, 1).expect("written");
        }
    });
    timed("write 20,000 runs, 100 at a time", || {
        for start in (0..20_000).step_by(100) {
            let runs: Vec<_> = (start..start + 100)
                .map(|n| {
                    let of = nth(n);
                    let version = format!("version-{}", n % 12);
                    let run = run(of.run.as_str(), Some(&version), Some("gpt-4o"));
                    domain::Run { agent: of.agent, ..run }
                })
                .collect();
            store.write_runs(connection, &runs).expect("runs");
        }
    });
    let all = FeedbackFilter::default();
    let open = FeedbackFilter {
        outcome: Some(Outcome::Negative),
        annotation: AnnotationFilter::Open,
        ..all.clone()
    };
    let filters = [
        ("everything", all.clone()),
        ("negative, open", open.clone()),
        ("negative, open, one agent", FeedbackFilter { agents: vec!["agent-1".into()], ..open }),
        (
            "one user",
            FeedbackFilter { user: Some(UserFilter::Is("user-77".into())), ..all.clone() },
        ),
        ("a version", FeedbackFilter { version: Some("version-3".into()), ..all.clone() }),
        ("a common word", FeedbackFilter { text: Some("late".into()), ..all.clone() }),
        ("two words", FeedbackFilter { text: Some("late refund".into()), ..all.clone() }),
        ("a rare word", FeedbackFilter { text: Some("n777775".into()), ..all.clone() }),
        ("a beginning", FeedbackFilter { text: Some("re".into()), ..all.clone() }),
        ("a sign", FeedbackFilter { text: Some("%%".into()), ..all.clone() }),
        ("a week", FeedbackFilter { since_ms: Some(1_789_395_200_000), ..all }),
    ];
    for (name, filter) in filters {
        let what = format!("first page: {name}");
        timed(&what, || store.feedback_page(connection, &filter, None, 50).expect("page"));
        timed(&format!("     again: {name}"), || {
            store.feedback_page(connection, &filter, None, 50).expect("page")
        });
        timed(&format!("     count: {name}"), || {
            store.feedback_count(connection, &filter).expect("count")
        });
    }
    timed("mailbox counts", || store.mailbox_counts(connection).expect("counts"));
    timed("agents", || store.agents(connection).expect("agents"));
    timed("users, first page", || store.users(connection, None, 0, 50).expect("users"));
    timed("users, count", || store.users_count(connection, None).expect("users"));
    timed("runs wanted", || store.runs_wanted(connection, None, 0, 100).expect("runs"));
    timed("trend columns", || store.trend_columns(connection, &[], None, None).expect("columns"));
    timed("sizes", || eprintln!("{:?}", store.sizes(connection).expect("sizes")));
    drop(store);
    timed("open again and show the first page", || {
        let store = store::Store::open(dir.path()).expect("store");
        store.feedback_page(connection, &FeedbackFilter::default(), None, 50).expect("page");
    });
}
