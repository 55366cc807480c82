//! Filter texts in a mirror: what they show, what is said of what is not there, and how filters are written.

use app::wire::{FilterView, OrderView, OutcomeView};
use proptest::prelude::*;

use crate::given::{DAY_MS, NOW_MS, given};

#[tokio::test]
async fn a_text_shows_what_it_says() {
    let given = given();
    for (text, shown) in [
        ("", "f1 f2 f3 f4 f5"),
        ("is:positive", "f5"),
        ("has:comment agent:support", "f1 f3"),
        ("no:comment", "f2"),
        ("user:none", "f4"),
        ("user:\"none\"", "f3"),
        ("user:\"Jane Doe\"", "f2"),
        ("\"charged twice\"", "f1"),
        ("charged twice", "f1 f4"),
        ("\"12:30\"", "f3"),
        ("after:yesterday", "f1 f2"),
        ("before:sunday", "f3 f4 f5"),
        ("is:open is:negative model:claude-3-5-sonnet", "f4"),
        ("is:gone", ""),
        // As near as can be first, and it is itself the nearest.
        ("like:f4", "f4 f1"),
        ("like:f4 agent:support", "f1"),
        ("like:f4 sort:newest", "f1 f4"),
        ("like:f4 sort:oldest", "f4 f1"),
        ("sort:oldest", "f5 f4 f3 f2 f1"),
        ("sort:user", "f2 f3 f1 f5 f4"),
        // Agent by agent; of support 3.2, 3.1, and what has no number.
        ("sort:version", "f4 f5 f1 f2 f3"),
        ("sort:version agent:support has:comment", "f1 f3"),
    ] {
        given.shows(text, shown).await;
    }
}

#[tokio::test]
async fn names_stand_for_what_the_mirror_calls_so() {
    let given = given();
    for (text, shown) in [
        ("version:3.2", "f1 f4 f5"),
        ("version:3.2 agent:support", "f1"),
        ("version:3.1 version:3.2 agent:support", "f1 f2"),
        ("version:3aaaaaaa", "f3"),
        ("version:3aaaaaaaaaaaa", "f3"),
        ("version:9bbbbbbbbbbbbbbb", "f4 f5"),
        ("model:gpt-4o", "f1 f3"),
        ("model:gpt-4o-2024-08-06", "f3"),
        ("model:gpt-4o-mini", "f2"),
        ("agent:Support", "f1 f2 f3"),
        ("agent:\"support chat\"", "f1 f2 f3"),
    ] {
        given.shows(text, shown).await;
    }
}

#[tokio::test]
async fn what_is_not_in_the_cache_is_said_in_its_place_and_shows_nothing() {
    let given = given();
    for (text, of, message) in [
        ("is:open agent:sales", 8, "No agent sales is in the cache: it matches nothing."),
        ("version:3.9", 0, "No version 3.9 is in the cache: it matches nothing."),
        (
            "agent:refund-check version:3.1",
            19,
            "No version 3.1 of these agents is in the cache: it matches nothing.",
        ),
        ("model:gpt", 0, "No feedback on runs of gpt is in the cache: it matches nothing."),
        ("like:nobody", 0, "No such feedback is in the cache: it matches nothing."),
        ("like:f2", 0, "Nothing to compare: this feedback has no comment."),
        ("user:u-1", 0, "No feedback of this user is in the cache: it matches nothing."),
        (
            "after:2026-11-02 before:2026-11-02",
            17,
            "Nothing lies between: this is not later than after:.",
        ),
    ] {
        let parsed = given.parse(text).await;
        let [problem] = parsed.problems.as_slice() else { panic!("{text}: {:?}", parsed.problems) };
        assert_eq!((problem.start, problem.message.as_str()), (of, message));
        assert!(!problem.is_hint);
        assert_eq!(problem.end, text.len());
        assert_eq!(given.shown(parsed.filter).await, "", "{text}");
    }
    // One that is there and one that is not: the one that is there shows.
    let parsed = given.parse("version:3.9 version:3.1").await;
    assert_eq!(parsed.problems.len(), 1);
    assert_eq!(given.shown(parsed.filter).await, "f2");
}

#[tokio::test]
async fn a_term_that_is_wrong_is_said_once_and_the_rest_counts() {
    let given = given();
    let parsed = given.parse("user:u-17 user:nobody is:blue version: late").await;
    let places: Vec<_> = parsed.problems.iter().map(|said| (said.start, said.end)).collect();
    assert_eq!(places, [(10, 21), (22, 29), (30, 38)]);
    let filter = FilterView {
        user: Some("u-17".to_owned()),
        text: Some("late".to_owned()),
        ..FilterView::default()
    };
    assert_eq!((parsed.filter, parsed.text.as_str()), (filter, "user:u-17 late"));
}

#[tokio::test]
async fn days_are_those_of_this_machine() {
    let given = given();
    // Midnight two hours east of UTC is ten in the evening.
    let midnight_ms = NOW_MS - 14 * 3_600_000;
    for (text, since_ms) in [
        ("after:today", midnight_ms),
        ("after:2026-11-23", midnight_ms),
        ("since:monday", midnight_ms),
        ("after:7d", midnight_ms - 7 * DAY_MS),
        ("after:2026-11-23T14:00", NOW_MS),
        ("after:2026-11-23T12:00Z", NOW_MS),
    ] {
        assert_eq!(given.parse(text).await.filter.since_ms, Some(since_ms), "{text}");
    }
}

#[tokio::test]
async fn a_filter_is_written_in_the_names_a_person_knows() {
    let given = given();
    let filter = FilterView {
        agents: Some(vec!["support".to_owned()]),
        outcome: Some(OutcomeView::Negative),
        annotated: Some(false),
        user: Some("Jane Doe".to_owned()),
        versions: Some(vec!["5aaaaaaaaaaaaaaa".to_owned()]),
        since_ms: Some(NOW_MS - 14 * 3_600_000),
        until_ms: Some(NOW_MS),
        text: Some("late \"charged twice\"".to_owned()),
        ..FilterView::default()
    };
    let text = "is:negative is:open agent:support user:\"Jane Doe\" version:3.2 after:2026-11-23 \
                before:2026-11-23T14:00 late \"charged twice\"";
    assert_eq!(given.print(&filter).await, text);
    assert_eq!(given.parse(text).await.filter, filter);
    // Both agents have a 3.2: without the agent it is told by its id.
    let one =
        FilterView { versions: Some(vec!["5aaaaaaaaaaaaaaa".to_owned()]), ..FilterView::default() };
    assert_eq!(given.print(&one).await, "version:5aaaaaaaaaaaaaaa");
}

#[test]
fn a_filter_without_parts_is_an_empty_object() {
    let text = serde_json::to_string(&FilterView::default()).expect("JSON");
    assert_eq!(text, "{}", "the window takes a part that is there for one that narrows");
}

fn any_of(values: &[&'static str]) -> impl Strategy<Value = Option<Vec<String>>> + use<> {
    let some = prop::sample::subsequence(values.to_vec(), 0..=values.len());
    some.prop_map(|some| (!some.is_empty()).then(|| some.into_iter().map(str::to_owned).collect()))
}

/// Filters as the window makes them: of what is in the mirror, and of what is not.
fn any_filter() -> impl Strategy<Value = FilterView> {
    let user = prop_oneof![
        Just((None, None)),
        Just((None, Some(true))),
        prop_oneof![Just("none".to_owned()), Just("Jane Doe".to_owned()), "[^ ].{0,6}"]
            .prop_map(|user| (Some(user), None)),
    ];
    let times = (prop::option::of(0..NOW_MS), prop::option::of(0..4000_i64));
    let order = prop::option::weighted(
        0.5,
        prop::sample::select(vec![
            OrderView::Newest,
            OrderView::Oldest,
            OrderView::User,
            OrderView::Version,
            OrderView::Best,
        ]),
    );
    let like = prop::option::weighted(0.3, prop::sample::select(vec!["f1", "f2", "no one"]));
    let text = prop::option::of(prop::sample::select(vec![
        "late",
        "late \"charged twice\"",
        "\"12:30\" x",
        "ps: 👍",
        "\"agent:x\"",
    ]));
    (
        any_of(&["support", "refund-check", "Support chat", "sales"]),
        prop::option::of(prop::sample::select(vec![OutcomeView::Negative, OutcomeView::Positive])),
        prop::option::of(any::<bool>()),
        prop::option::of(any::<bool>()),
        any_of(&[
            "5aaaaaaaaaaaaaaa",
            "4aaaaaaaaaaaaaaa",
            "9bbbbbbbbbbbbbbb",
            "3aaaaaaaaaaaaaaa",
            "gone",
        ]),
        any_of(&["gpt-4o-2024-11-20", "gpt-4o-mini", "o3"]),
        user,
        times,
        (text, like, order),
        prop::option::weighted(0.2, Just(true)),
    )
        .prop_map(
            |(
                agents,
                outcome,
                has_comment,
                annotated,
                versions,
                models,
                user,
                times,
                (text, like, order),
                gone,
            )| {
                FilterView {
                    agents,
                    outcome,
                    has_comment,
                    annotated,
                    versions,
                    models,
                    user: user.0,
                    anonymous: user.1,
                    since_ms: times.0,
                    until_ms: times.1.map(|days| days * DAY_MS),
                    text: text.map(str::to_owned),
                    like: like.map(str::to_owned),
                    order,
                    gone,
                    ..FilterView::default()
                }
            },
        )
}

#[test]
fn a_filter_that_was_written_is_read_as_the_same_filter() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let given = given();
    proptest!(ProptestConfig::with_cases(200), |(filter in any_filter())| {
        runtime.block_on(async {
            // As the mirror calls it: names become ids once, and stay.
            let text = given.print(&filter).await;
            let read = given.parse(&text).await.filter;
            let again = given.parse(&given.print(&read).await).await.filter;
            prop_assert_eq!(&sorted(again), &sorted(read.clone()), "{}", &text);
            if filter.agents.iter().flatten().all(|agent| agent != "Support chat") {
                prop_assert_eq!(sorted(read), sorted(filter), "{}", text);
            }
            Ok(())
        })?;
    });
}

/// Of any of some, the order says nothing.
fn sorted(mut filter: FilterView) -> FilterView {
    for values in [&mut filter.agents, &mut filter.versions, &mut filter.models] {
        values.iter_mut().for_each(|values| values.sort());
    }
    filter
}
