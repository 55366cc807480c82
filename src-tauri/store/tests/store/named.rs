//! What a filter can name: versions, models and users, found by how they begin.

use store::NamedVersion;

use crate::given::{feedback, run, shared, version};

#[test]
fn versions_are_named_by_their_labels_newest_first_also_those_only_met_in_runs() {
    let (store, connection) = shared();
    let written = [version("one", Some("1.1"), Some(1)), version("two", Some("1.2"), Some(2))];
    store.write_versions(connection, &written, 1).expect("versions");
    let runs = [run("r1", Some("one"), Some("m1")), run("r2", Some("0123456789ab"), Some("m2"))];
    store.write_runs(connection, &runs).expect("runs");
    let said = [
        feedback("f1", "r1", None, 1_000),
        feedback("f2", "r1", Some("a"), 2_000),
        feedback("f3", "r2", None, 3_000),
        feedback("f4", "r9", None, 4_000),
    ];
    store.write_feedback(connection, &said, 1).expect("feedback");
    let named = |label: &str, id: &str, feedback| NamedVersion {
        agent: "helpdesk".into(),
        id: id.into(),
        label: label.to_owned(),
        feedback,
    };
    assert_eq!(
        store.named_versions(connection).expect("versions"),
        [named("01234567", "0123456789ab", 1), named("1.2", "two", 0), named("1.1", "one", 2)]
    );
    let models = store.named_models(connection).expect("models");
    let models: Vec<_> = models.iter().map(|model| (model.id.as_str(), model.feedback)).collect();
    assert_eq!(models, [("m1", 2), ("m2", 1)]);
}

#[test]
fn users_are_found_by_how_their_id_begins() {
    let (store, connection) = shared();
    let ids = ["u-2", "U-1", "u-17", "u-1", "v", "u%", "返金"];
    let said: Vec<_> = ids
        .iter()
        .zip(1_i64..)
        .map(|(id, n)| feedback(&format!("f{n}"), &format!("r{n}"), Some(id), n * 1_000))
        .chain([feedback("f0", "r0", Some("u-2"), 1), feedback("f", "r", None, 1)])
        .collect();
    store.write_feedback(connection, &said, 1).expect("feedback");
    let found = |beginning: &str, limit| {
        let found = store.named_users(connection, beginning, limit).expect("users");
        found.into_iter().map(|user| user.id.into_string()).collect::<Vec<_>>()
    };
    // What is exactly so comes first, then who spoke last.
    assert_eq!(found("u-1", 9), ["u-1", "u-17", "U-1"]);
    assert_eq!(found("u-1", 2), ["u-1", "u-17"]);
    assert_eq!(found("", 3), ["返金", "u%", "v"]);
    assert_eq!(found("u%", 9), ["u%"]);
    assert_eq!(found("返", 9), ["返金"]);
    assert_eq!(found("nobody", 9), Vec::<String>::new());
    let one = store.named_user(connection, &"u-2".into()).expect("user").expect("there");
    assert_eq!(one.feedback, 2);
    assert_eq!(store.named_user(connection, &"u".into()).expect("user"), None);
}

#[test]
fn users_who_spoke_long_ago_are_found_by_their_id() {
    let (store, connection) = shared();
    // The eldest stands behind more users than are looked through.
    let said: Vec<_> = (0..2_100)
        .map(|n| {
            let user = if n == 0 { "old".to_owned() } else { format!("u{n}") };
            feedback(&format!("f{n}"), &format!("r{n}"), Some(&user), n * 1_000)
        })
        .collect();
    store.write_feedback(connection, &said, 1).expect("feedback");
    let found = store.named_users(connection, "ol", 5).expect("users");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id.as_str(), "old");
}
