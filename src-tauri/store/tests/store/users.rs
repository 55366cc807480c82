//! Users as their feedback adds up, their stories, and the columns for statistics.

use domain::{Feedback, Outcome};
use store::{ConnectionKind, NONE, TrendColumns};

use crate::given::{feedback, fresh, ids, new_connection, run, shared, version};

fn liked(item: Feedback) -> Feedback {
    Feedback { outcome: Outcome::Positive, ..item }
}

#[test]
fn users_are_listed_latest_first_and_the_anonymous_last() {
    let (store, connection) = shared();
    let written = [
        feedback("f1", "r1", Some("Ann"), 1_000),
        liked(feedback("f2", "r2", Some("Ann"), 5_000)),
        feedback("f3", "r3", Some("bob"), 9_000),
        feedback("f4", "r4", None, 99_000),
        // Replaced: counts for nobody.
        liked(feedback("f0", "r1", Some("Ann"), 500)),
    ];
    store.write_feedback(connection, &written, 1).expect("written");
    let page = store.users(connection, None, 0, 2).expect("users");
    let names: Vec<_> = page.rows.iter().map(|row| row.user.as_ref().map(|u| u.as_str())).collect();
    assert_eq!(names, [Some("bob"), Some("Ann")]);
    let ann = &page.rows[1];
    assert_eq!((ann.feedback, ann.positive, ann.negative), (2, 1, 1));
    assert_eq!((ann.first_ms, ann.last_ms), (1_000, 5_000));
    assert_eq!(ann.recent, [Outcome::Negative, Outcome::Positive]);
    assert_eq!(ann.agents, ["helpdesk".into()]);
    assert_eq!(store.user(connection, Some(&"Ann".into())).expect("user").as_ref(), Some(ann));

    let rest = store.users(connection, None, page.next.expect("more"), 2).expect("users");
    assert_eq!((rest.rows.len(), rest.next), (1, None));
    assert_eq!((&rest.rows[0].user, rest.rows[0].feedback), (&None, 1));
    assert_eq!(store.users_count(connection, None).expect("count"), 3);
    let found = store.users(connection, Some("aN"), 0, 9).expect("users");
    assert_eq!(found.rows.len(), 1);
    assert_eq!(store.users_count(connection, Some("aN")).expect("count"), 1);
    assert_eq!(store.user(connection, Some(&"nobody".into())).expect("user"), None);
}

#[test]
fn a_story_is_told_newest_first_with_what_was_said_before() {
    let (store, connection) = shared();
    let written = [
        feedback("f1", "r1", Some("ann"), 1_000),
        liked(feedback("f2", "r1", Some("ann"), 2_000)),
        feedback("f3", "r2", Some("ann"), 3_000),
        feedback("f4", "r1", Some("bob"), 4_000),
    ];
    store.write_feedback(connection, &written, 1).expect("written");
    let story = store.user_story(connection, Some(&"ann".into()), None, 9).expect("story");
    let told: Vec<_> = story
        .rows
        .iter()
        .map(|story| (story.row.feedback.id.as_str(), ids(&story.earlier)))
        .collect();
    assert_eq!(told, [("f3", vec![]), ("f2", vec!["f1"])]);
}

#[test]
fn trend_columns_are_the_current_feedback_of_the_chosen_time_and_agents() {
    let (store, connection) = shared();
    let other = Feedback { agent: "other".into(), ..feedback("f3", "r3", None, 3_000) };
    let written = [
        feedback("f0", "r1", Some("ann"), 500),
        feedback("f1", "r1", Some("ann"), 1_000),
        liked(feedback("f2", "r2", Some("ann"), 2_000)),
        other,
        feedback("f4", "r4", Some("bob"), 4_000),
    ];
    store.write_feedback(connection, &written, 1).expect("written");
    store.write_runs(connection, &[run("r2", Some("v1"), Some("gpt-4o"))]).expect("run");
    store.write_versions(connection, &[version("v1", Some("3.2"), None)], 1).expect("version");

    let all = rows(store.trend_columns(connection, &[], None, None).expect("columns"));
    let wanted = [
        (1_000, false, "helpdesk", None, None, Some(0)),
        (2_000, true, "helpdesk", Some("3.2"), Some("gpt-4o"), Some(0)),
        (3_000, false, "other", None, None, None),
        (4_000, false, "helpdesk", None, None, Some(1)),
    ];
    assert_eq!(all.0, wanted.map(row));
    assert_eq!(all.1, 2);

    let some = ["other".into()];
    let some = store.trend_columns(connection, &some, Some(2_000), Some(4_000)).expect("columns");
    assert_eq!((some.users, rows(some).0), (0, vec![row(wanted[2])]));
}

type Row = (i64, bool, String, Option<String>, Option<String>, Option<u32>);

fn row(
    (at, positive, agent, version, model, user): (
        i64,
        bool,
        &str,
        Option<&str>,
        Option<&str>,
        Option<u32>,
    ),
) -> Row {
    (at, positive, agent.into(), version.map(Into::into), model.map(Into::into), user)
}

/// The columns as rows, oldest first, and how many users there are.
fn rows(columns: TrendColumns) -> (Vec<Row>, u32) {
    let some = |number: u32| (number != NONE).then_some(number);
    let name = |names: &[String], number| some(number).map(|n| names[n as usize].clone());
    let mut rows: Vec<Row> = (0..columns.created_at_ms.len())
        .map(|n| {
            (
                columns.created_at_ms[n],
                columns.positive[n],
                columns.agents[columns.agent[n] as usize].to_string(),
                name(&columns.version_labels, columns.version[n]),
                name(&columns.models, columns.model[n]),
                some(columns.user[n]),
            )
        })
        .collect();
    rows.sort();
    (rows, columns.users)
}

#[test]
fn sizes_count_what_is_here() {
    let (_dir, store) = fresh();
    let mut new = new_connection("acme");
    new.kind = ConnectionKind::Demo;
    let connection = store.add_connection(new).expect("connection").id;
    let written =
        [feedback("f0", "r1", Some("ann"), 500), feedback("f1", "r1", Some("ann"), 1_000)];
    store.write_feedback(connection, &written, 1).expect("written");
    store.write_runs(connection, &[run("r1", Some("v1"), None)]).expect("run");
    store.mark_run_missing(connection, &"helpdesk".into(), &"r2".into(), 1).expect("missing");
    let sizes = store.sizes(connection).expect("sizes");
    assert_eq!((sizes.feedback, sizes.earlier_words), (2, 1));
    assert_eq!((sizes.runs, sizes.runs_missing, sizes.versions), (1, 1, 0));
    assert!(sizes.file_bytes > 4_096);
}
