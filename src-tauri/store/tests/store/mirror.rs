//! Runs, versions, deployments and agents: what is here, what is still wanted, what belongs together.

use domain::{Agent, Deployment, Feedback, Outcome, RunClass, Version};
use serde_json::json;
use store::{RunEntry, RunState, Store, WantedRun, WantedVersion};

use crate::given::{feedback, run, shared, version};

fn wanted(store: &Store, connection: domain::ConnectionId, now_ms: i64) -> Vec<String> {
    let runs = store.runs_wanted(connection, None, now_ms, 99).expect("wanted");
    runs.into_iter().map(|wanted| wanted.run.into_string()).collect()
}

#[test]
fn runs_are_wanted_by_class_then_newest_first_and_each_once() {
    let (store, connection) = shared();
    let positive = |item| Feedback { outcome: Outcome::Positive, ..item };
    let written = [
        positive(feedback("f1", "both", Some("ann"), 9_000)),
        positive(feedback("f2", "new", None, 8_000)),
        feedback("f3", "old bad", None, 1_000),
        feedback("f4", "both", Some("bob"), 2_000),
        positive(feedback("f5", "old", None, 500)),
        Feedback {
            comment: Some("nice".to_owned()),
            ..positive(feedback("f6", "said", None, 400))
        },
    ];
    store.write_feedback(connection, &written, 1).expect("written");
    assert_eq!(wanted(store, connection, 0), ["both", "old bad", "said", "new", "old"]);
    let first = store.runs_wanted(connection, Some(&["helpdesk".into()]), 0, 1).expect("wanted");
    let both =
        WantedRun { agent: "helpdesk".into(), run: "both".into(), class: RunClass::Negative };
    assert_eq!(first, [both]);
    assert!(
        store.runs_wanted(connection, Some(&["other".into()]), 0, 9).expect("wanted").is_empty()
    );

    store.write_runs(connection, &[run("both", None, None)]).expect("run");
    store.mark_run_missing(connection, &"helpdesk".into(), &"new".into(), 1_000).expect("missing");
    assert_eq!(wanted(store, connection, 60_999), ["old bad", "said", "old"]);
    assert_eq!(wanted(store, connection, 61_000), ["old bad", "said", "old", "new"]);
    assert_eq!(store.runs_unknown(connection).expect("count"), 3);
}

#[test]
fn a_run_reads_back_as_it_was_and_fills_in_its_feedback() {
    let (store, connection) = shared();
    let agent = "helpdesk".into();
    let here = run("r", Some("0123456789abcdef"), Some("gpt-4o"));
    store.write_feedback(connection, &[feedback("f", "r", None, 1)], 1).expect("written");
    let row = |id: &str| store.feedback(connection, &id.into()).expect("read").expect("row");
    assert_eq!((row("f").run_state, row("f").version_label), (RunState::Unknown, None));
    assert_eq!(store.run(connection, &agent, &"r".into()).expect("read"), None);

    store.write_runs(connection, std::slice::from_ref(&here)).expect("run");
    // Feedback that comes after its run is filled in, too.
    store.write_feedback(connection, &[feedback("g", "r", Some("ann"), 2)], 1).expect("written");
    for id in ["f", "g"] {
        assert_eq!(row(id).run_state, RunState::Present);
        assert_eq!(row(id).version_label.as_deref(), Some("01234567"));
        assert_eq!(row(id).model.as_deref(), Some("gpt-4o"));
        assert_eq!(row(id).run_status, Some(here.status));
    }
    let others = store.others_on_run(connection, &agent, &"r".into(), &"f".into()).expect("read");
    assert_eq!(others.len(), 1);
    assert_eq!(others[0].feedback.id.as_str(), "g");
    let read = store.run(connection, &agent, &"r".into()).expect("read");
    assert_eq!(read, Some(RunEntry::Present(Box::new(here.clone()))));
    // The order of its fields is the server's, which equality of JSON does not see.
    let Some(RunEntry::Present(read)) = read else { panic!("no run") };
    assert_eq!(read.input.to_string(), here.input.to_string());
}

#[test]
fn a_run_that_is_here_is_not_lost_to_a_404_and_a_missing_one_can_turn_up() {
    let (store, connection) = shared();
    let (agent, id) = ("helpdesk".into(), "r".into());
    store.write_feedback(connection, &[feedback("f", "r", None, 1)], 1).expect("written");
    store.mark_run_missing(connection, &agent, &id, 5).expect("missing");
    let entry = || store.run(connection, &agent, &id).expect("read");
    assert_eq!(entry(), Some(RunEntry::Missing { tried_at_ms: 5 }));
    store.write_runs(connection, &[run("r", None, None)]).expect("run");
    assert!(matches!(entry(), Some(RunEntry::Present(_))));
    store.mark_run_missing(connection, &agent, &id, 6).expect("missing");
    assert!(matches!(entry(), Some(RunEntry::Present(_))));
    let row = store.feedback(connection, &"f".into()).expect("read").expect("row");
    assert_eq!(row.run_state, RunState::Present);
}

#[test]
fn versions_met_in_runs_are_wanted_until_they_are_here_or_missing() {
    let (store, connection) = shared();
    let agent = "helpdesk".into();
    let runs = [run("r1", Some("v1"), None), run("r2", Some("v2"), None), run("r3", None, None)];
    store.write_runs(connection, &runs).expect("runs");
    let wanted = |retry| {
        let wanted = store.versions_wanted(connection, retry, 9).expect("wanted");
        wanted.into_iter().map(|WantedVersion { version, .. }| version).collect::<Vec<_>>()
    };
    assert_eq!(wanted(0), ["v1".into(), "v2".into()]);
    store.write_versions(connection, &[version("v1", Some("3.2"), None)], 1).expect("version");
    store.mark_version_missing(connection, &agent, &"v2".into(), 50).expect("missing");
    assert_eq!(wanted(60_049), []);
    assert_eq!(wanted(60_050), ["v2".into()]);
    store.mark_version_missing(connection, &agent, &"v1".into(), 60).expect("missing");
    let kept = store.version(connection, &agent, &"v1".into()).expect("read");
    assert_eq!(kept, Some(version("v1", Some("3.2"), None)));
    assert_eq!(store.version(connection, &agent, &"v2".into()).expect("read"), None);
}

#[test]
fn what_the_server_does_not_have_is_asked_for_ever_more_seldom() {
    const MINUTE: i64 = 60_000;
    const DAY: i64 = 24 * 60 * MINUTE;
    let (store, connection) = shared();
    let agent = "helpdesk".into();
    store.write_feedback(connection, &[feedback("f", "r", None, 1)], 1).expect("written");
    store.write_runs(connection, &[run("other", Some("v"), None)]).expect("run");
    let waits =
        [MINUTE, 10 * MINUTE, 60 * MINUTE, 6 * 60 * MINUTE, DAY, 7 * DAY, 30 * DAY, 30 * DAY];
    let mut now_ms = 5;
    for wait in waits {
        store.mark_run_missing(connection, &agent, &"r".into(), now_ms).expect("missing");
        store.mark_version_missing(connection, &agent, &"v".into(), now_ms).expect("missing");
        let versions = |at_ms| store.versions_wanted(connection, at_ms, 9).expect("wanted").len();
        let before = now_ms + wait - 1;
        assert_eq!((wanted(store, connection, before).len(), versions(before)), (0, 0), "{wait}");
        now_ms += wait;
        assert_eq!((wanted(store, connection, now_ms).len(), versions(now_ms)), (1, 1), "{wait}");
    }
}

#[test]
fn versions_are_listed_newest_first_with_their_feedback_and_first_run() {
    let (store, connection) = shared();
    let versions =
        [version("v1", Some("1.0"), Some(1_000)), version("v2", Some("1.1"), Some(2_000))];
    store.write_versions(connection, &versions, 1).expect("versions");
    let early = domain::Run { created_at_ms: Some(4_000), ..run("r1", Some("v1"), None) };
    store.write_runs(connection, &[run("r2", Some("v1"), None), early]).expect("runs");
    let liked = Feedback { outcome: Outcome::Positive, ..feedback("f2", "r2", Some("ann"), 6_000) };
    store
        .write_feedback(connection, &[feedback("f1", "r1", Some("ann"), 5_000), liked], 1)
        .expect("feedback");

    let entries = store.versions(connection, &"helpdesk".into()).expect("versions");
    let labels: Vec<String> = entries.iter().map(|entry| entry.version.label()).collect();
    assert_eq!(labels, ["1.1", "1.0"]);
    assert_eq!((entries[0].feedback, entries[0].first_run_at_ms), (0, None));
    let used = &entries[1];
    assert_eq!((used.feedback, used.positive, used.negative), (2, 1, 1));
    assert_eq!(used.first_run_at_ms, Some(4_000));
    let row = store.feedback(connection, &"f1".into()).expect("read").expect("row");
    assert_eq!(row.version_label.as_deref(), Some("1.0"));
}

#[test]
fn a_deployment_is_remembered_after_the_server_forgot_it() {
    let (store, connection) = shared();
    let deployed = |id, at_ms| {
        let deployments =
            vec![Deployment { environment: "production".to_owned(), deployed_at_ms: Some(at_ms) }];
        domain::Version { deployments, ..version(id, None, None) }
    };
    store.write_versions(connection, &[deployed("v1", 100)], 1_000).expect("first sync");
    store.write_versions(connection, &[deployed("v1", 100)], 2_000).expect("second sync");
    let third = [version("v1", None, None), deployed("v2", 300)];
    store.write_versions(connection, &third, 3_000).expect("third sync");
    let ledger = store.deployments(connection, &"helpdesk".into()).expect("ledger");
    let ledger: Vec<_> =
        ledger.iter().map(|entry| (entry.version.as_str(), entry.first_seen_at_ms)).collect();
    assert_eq!(ledger, [("v2", 3_000), ("v1", 1_000)]);
    let versions = store.versions(connection, &"helpdesk".into()).expect("versions");
    let deployed_at =
        |id: &str| versions.iter().find(|entry| entry.version.id.as_str() == id)?.deployed_at_ms();
    assert_eq!(deployed_at("v1"), Some(100), "also while another stands in its place");
    assert_eq!(deployed_at("v2"), Some(300));
}

#[test]
fn agents_are_listed_with_their_feedback_also_those_the_server_does_not_list() {
    let (store, connection) = shared();
    let agent = |id: &str, name: &str| Agent {
        id: id.into(),
        name: name.to_owned(),
        description: None,
        is_public: false,
        schemas: Vec::new(),
    };
    let listed = [agent("helpdesk", "Help"), agent("quiet", "Quiet")];
    store.write_agents(connection, &listed).expect("agents");
    store.write_agents(connection, &[agent("helpdesk", "Help desk")]).expect("renamed");
    let unlisted = Feedback { agent: "unlisted".into(), ..feedback("f2", "r", None, 2) };
    let written = [feedback("f1", "r", None, 1), unlisted];
    store.write_feedback(connection, &written, 1).expect("feedback");
    let agents = store.agents(connection).expect("agents");
    let agents: Vec<_> = agents
        .iter()
        .map(|entry| (entry.agent.display_name(), entry.feedback, entry.negative))
        .collect();
    assert_eq!(agents, [("Help desk", 1, 1), ("Quiet", 0, 0), ("unlisted", 1, 1)]);
}

#[test]
fn a_list_without_schemas_takes_none_away_and_one_version_is_asked_for_each_schema() {
    let (store, id) = shared();
    let agent = "helpdesk".into();
    let listed = |id: &str, schema: u32| Version {
        schema_id: Some(schema),
        input_schema: None,
        output_schema: None,
        ..version(id, Some("1.1"), Some(1))
    };
    let all = [listed("v1", 1), listed("v2", 1), listed("v3", 2)];
    store.write_versions(id, &all, 1).expect("versions");
    let wanted = |now_ms| store.schemas_wanted(id, &agent, now_ms).expect("wanted");
    assert_eq!(wanted(2), ["v2".into(), "v3".into()]);

    let told = Version { input_schema: Some(json!({"type": "object"})), ..listed("v2", 1) };
    store.write_versions(id, std::slice::from_ref(&told), 2).expect("versions");
    store.write_versions(id, &all, 3).expect("versions");
    assert_eq!(store.version(id, &agent, &"v2".into()).expect("read"), Some(told));
    assert_eq!(wanted(4), ["v3".into()]);
    store.mark_version_missing(id, &agent, &"v3".into(), 4).expect("noted");
    assert_eq!(wanted(5), [], "not before it is due");
    assert_eq!(wanted(10_000_000), ["v3".into()]);
}
