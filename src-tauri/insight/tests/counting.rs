//! Trends over arbitrary columns against a naive loop, and the promises the charts rely on.

use std::collections::{BTreeMap, HashMap};

use insight::{
    Bucket, Columns, Frame, NONE, TrendQuery, by_agent, by_version, compare, total, trend,
};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// The last Sunday of March 2026, 01:00 UTC: clocks in Berlin go from 02:00 to 03:00.
const SPRING_MS: i64 = 1_774_746_000_000;

#[derive(Clone, Copy, Debug)]
struct Vote {
    at_ms: i64,
    positive: bool,
    agent: u32,
    version: u32,
    user: u32,
}

fn berlin(utc_ms: i64) -> i64 {
    if utc_ms < SPRING_MS { HOUR_MS } else { 2 * HOUR_MS }
}

fn frame(votes: &[Vote]) -> Frame {
    Frame::new(Columns {
        created_at_ms: votes.iter().map(|vote| vote.at_ms).collect(),
        positive: votes.iter().map(|vote| vote.positive).collect(),
        agent: votes.iter().map(|vote| vote.agent).collect(),
        version: votes.iter().map(|vote| vote.version).collect(),
        user: votes.iter().map(|vote| vote.user).collect(),
    })
    .expect("columns of one length")
}

fn query(one_vote_per_user: bool) -> TrendQuery<'static> {
    TrendQuery {
        agents: None,
        from_ms: SPRING_MS - 10 * DAY_MS,
        to_ms: SPRING_MS + 10 * DAY_MS,
        bucket: Bucket::Day,
        one_vote_per_user,
        now_ms: SPRING_MS,
        utc_offset_ms: &berlin,
    }
}

/// Positive and negative votes per group, by the plainest loop there is.
fn naive(
    votes: &[Vote],
    query: &TrendQuery<'_>,
    group_of: impl Fn(&Vote) -> i64,
) -> BTreeMap<i64, (u64, u64)> {
    let mut votes: Vec<Vote> = votes
        .iter()
        .filter(|vote| (query.from_ms..query.to_ms).contains(&vote.at_ms))
        .filter(|vote| query.agents.is_none_or(|agents| agents.contains(&vote.agent)))
        .copied()
        .collect();
    votes.sort_by_key(|vote| vote.at_ms);
    let mut counts: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    let mut last: HashMap<(i64, u32), bool> = HashMap::new();
    for vote in &votes {
        let group = group_of(vote);
        if query.one_vote_per_user && vote.user != NONE {
            last.insert((group, vote.user), vote.positive);
        } else {
            count(counts.entry(group).or_default(), vote.positive);
        }
    }
    for ((group, _), positive) in last {
        count(counts.entry(group).or_default(), positive);
    }
    counts
}

fn count(counts: &mut (u64, u64), positive: bool) {
    if positive {
        counts.0 += 1;
    } else {
        counts.1 += 1;
    }
}

fn votes() -> impl Strategy<Value = Vec<Vote>> {
    let vote = (
        // Hours, so that votes meet in one millisecond and on bucket limits.
        -12 * 24_i64..12 * 24,
        any::<bool>(),
        0..3_u32,
        prop_oneof![0..4_u32, Just(NONE)],
        prop_oneof![0..5_u32, Just(NONE)],
    )
        .prop_map(|(hour, positive, agent, version, user)| Vote {
            at_ms: SPRING_MS + hour * HOUR_MS,
            positive,
            agent,
            version,
            user,
        });
    prop::collection::vec(vote, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig {
        // Tests run in the crate's folder; proptest's own choice only works below src/.
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "proptest-regressions/counting.txt",
        ))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn polars_counts_what_a_naive_loop_counts(
        votes in votes(),
        one_vote_per_user in any::<bool>(),
        agents in prop::option::of(prop::collection::vec(0..4_u32, 0..3)),
    ) {
        let frame = frame(&votes);
        let query = TrendQuery { agents: agents.as_deref(), ..query(one_vote_per_user) };

        let points = trend(&frame, &query).expect("a trend");
        let local_day = |at_ms: i64| (at_ms + berlin(at_ms)).div_euclid(DAY_MS);
        let expected = naive(&votes, &query, |vote| local_day(vote.at_ms));
        let found: BTreeMap<_, _> = points
            .iter()
            .filter(|point| point.rate.is_some())
            .map(|point| (local_day(point.start_ms), (point.positive, point.negative)))
            .collect();
        prop_assert_eq!(found, expected);

        let versions: BTreeMap<_, _> = by_version(&frame, &query)
            .expect("versions")
            .iter()
            .map(|rate| (rate.version.unwrap_or(NONE).into(), (rate.positive, rate.negative)))
            .collect();
        prop_assert_eq!(versions, naive(&votes, &query, |vote| vote.version.into()));

        let agents: BTreeMap<_, _> = by_agent(&frame, &query)
            .expect("agents")
            .iter()
            .map(|rate| (rate.agent.into(), (rate.positive, rate.negative)))
            .collect();
        prop_assert_eq!(agents, naive(&votes, &query, |vote| vote.agent.into()));

        let all = total(&frame, &query).expect("a total");
        let expected = naive(&votes, &query, |_| 0).get(&0).copied().unwrap_or_default();
        prop_assert_eq!((all.positive, all.negative), expected);
    }

    #[test]
    fn buckets_add_up_to_the_total(
        votes in votes(),
        bucket in prop_oneof![Just(Bucket::Day), Just(Bucket::Week), Just(Bucket::Month)],
    ) {
        let frame = frame(&votes);
        let query = TrendQuery { bucket, ..query(false) };
        let points = trend(&frame, &query).expect("a trend");
        let all = total(&frame, &query).expect("a total");
        prop_assert_eq!(points.iter().map(|point| point.positive).sum::<u64>(), all.positive);
        prop_assert_eq!(points.iter().map(|point| point.negative).sum::<u64>(), all.negative);
    }

    #[test]
    fn first_and_last_votes_of_a_version_are_its_own(votes in votes(), one in any::<bool>()) {
        let query = query(one);
        let inside = |vote: &&Vote| (query.from_ms..query.to_ms).contains(&vote.at_ms);
        for rate in by_version(&frame(&votes), &query).expect("versions") {
            let version = rate.version.unwrap_or(NONE);
            let times = || votes.iter().filter(inside).filter(|v| v.version == version).map(|v| v.at_ms);
            prop_assert_eq!(Some(rate.first_ms), times().min());
            prop_assert_eq!(Some(rate.last_ms), times().max());
        }
    }
}

fn vote(at_ms: i64, positive: bool, user: u32) -> Vote {
    Vote { at_ms, positive, agent: 0, version: 0, user }
}

#[test]
fn a_day_without_votes_is_there_and_has_no_rate() {
    let points = trend(&frame(&[]), &query(false)).expect("a trend");
    assert_eq!(points.len(), 21);
    assert!(points.iter().all(|point| point.rate.is_none() && point.few));
}

#[test]
fn a_bucket_is_unfinished_until_now_has_passed_its_end() {
    let query = TrendQuery { now_ms: 0, ..query(false) };
    let points = trend(&frame(&[]), &query).expect("a trend");
    let end_ms = points[3].end_ms;
    let unfinished = |now_ms| {
        trend(&frame(&[]), &TrendQuery { now_ms, ..query }).expect("a trend")[3].unfinished
    };
    assert!(unfinished(end_ms - 1));
    assert!(!unfinished(end_ms));
}

#[test]
fn a_bucket_that_the_range_cuts_says_so() {
    let points = trend(&frame(&[]), &query(false)).expect("a trend");
    let cut: Vec<bool> = points.iter().map(|point| point.cut).collect();
    // The range begins and ends at 01:00 UTC, the days at 23:00 and 22:00.
    assert!(cut[0] && cut[cut.len() - 1]);
    assert!(cut[1..cut.len() - 1].iter().all(|&cut| !cut));
}

#[test]
fn nine_votes_are_few_and_ten_are_not() {
    let few = |n: u32| {
        let votes: Vec<Vote> = (0..n).map(|user| vote(SPRING_MS, true, user)).collect();
        let points = trend(&frame(&votes), &query(false)).expect("a trend");
        points.iter().find(|point| point.rate.is_some()).expect("a point with votes").few
    };
    assert!(few(9));
    assert!(!few(10));
}

#[test]
fn a_user_who_changes_their_mind_counts_with_the_last_word() {
    let votes = [vote(SPRING_MS, true, 7), vote(SPRING_MS, false, 7), vote(SPRING_MS - 1, true, 7)];
    let all = total(&frame(&votes), &query(true)).expect("a total");
    assert_eq!((all.positive, all.negative), (0, 1));
}

#[test]
fn anonymous_votes_all_count() {
    let votes = [vote(SPRING_MS, true, NONE), vote(SPRING_MS + 1, false, NONE)];
    let all = total(&frame(&votes), &query(true)).expect("a total");
    assert_eq!((all.positive, all.negative), (1, 1));
}

#[test]
fn an_empty_list_of_agents_counts_nothing() {
    let votes = [vote(SPRING_MS, true, 1)];
    let query = TrendQuery { agents: Some(&[]), ..query(false) };
    assert_eq!(total(&frame(&votes), &query).expect("a total").votes(), 0);
}

#[test]
fn the_unknown_version_comes_last() {
    let votes = [
        Vote { version: NONE, ..vote(SPRING_MS, true, 1) },
        Vote { version: 3, ..vote(SPRING_MS + 1, true, 1) },
        Vote { version: 1, ..vote(SPRING_MS + 2, true, 1) },
    ];
    let rates = by_version(&frame(&votes), &query(false)).expect("versions");
    let versions: Vec<_> = rates.iter().map(|rate| rate.version).collect();
    assert_eq!(versions, [Some(3), Some(1), None]);
}

#[test]
fn totals_of_two_ranges_can_be_compared() {
    let votes: Vec<Vote> =
        (0..80).map(|n| vote(SPRING_MS + (n - 40) * HOUR_MS, n >= 40, n as u32)).collect();
    let frame = frame(&votes);
    let before = total(&frame, &TrendQuery { to_ms: SPRING_MS, ..query(false) }).expect("before");
    let after = total(&frame, &TrendQuery { from_ms: SPRING_MS, ..query(false) }).expect("after");
    let comparison = compare(before, after);
    assert_eq!(comparison.verdict, insight::Verdict::Better);
    assert_eq!((before.votes(), after.votes()), (40, 40));
}
