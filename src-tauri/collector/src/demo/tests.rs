//! What the demo promises: sameness, numbers, times, and that a bad version can be seen.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::calendar::{DAY_MS, HOUR_MS};
use super::*;

/// Monday 23 November 2026, 14:05 UTC.
const NOW_MS: i64 = 1_795_442_700_000;

fn options(feedback: u64, seed: u64) -> DemoOptions {
    DemoOptions { feedback, seed, now_ms: NOW_MS }
}

/// Made once: enough votes for statistics.
static MANY: LazyLock<Vec<DemoRun>> = LazyLock::new(|| events(&options(6000, 42)).collect());
/// The default size.
static USUAL: LazyLock<Vec<DemoRun>> = LazyLock::new(|| events(&options(1200, 42)).collect());

fn listed(run: &DemoRun) -> usize {
    let users: HashSet<_> = run.feedback.iter().map(|feedback| &feedback.user_id).collect();
    users.len()
}

/// The outcome that counts per (run, user) is the last one.
fn final_votes(run: &DemoRun) -> impl Iterator<Item = &DemoFeedback> {
    run.feedback
        .iter()
        .enumerate()
        .filter(|(at, feedback)| {
            !run.feedback[at + 1..].iter().any(|later| later.user_id == feedback.user_id)
        })
        .map(|(_, feedback)| feedback)
}

fn rate(runs: &[DemoRun], agent: &str, major: u32) -> (f64, usize) {
    let votes: Vec<DemoOutcome> = runs
        .iter()
        .filter(|run| run.agent == agent && run.version.0 == major)
        .flat_map(final_votes)
        .map(|feedback| feedback.outcome)
        .collect();
    let up = votes.iter().filter(|vote| **vote == DemoOutcome::Positive).count();
    (up as f64 / votes.len() as f64, votes.len())
}

#[test]
fn the_same_options_give_the_same_data() {
    let first: Vec<_> = events(&options(300, 7)).collect();
    let again: Vec<_> = events(&options(300, 7)).collect();
    assert!(first == again, "two makings differ");
    assert_eq!(agents(&options(300, 7)), agents(&options(300, 7)));
}

#[test]
fn another_seed_gives_other_data() {
    let first: Vec<_> = events(&options(300, 7)).map(|run| run.input).collect();
    let other: Vec<_> = events(&options(300, 8)).map(|run| run.input).collect();
    assert_ne!(first[..20], other[..20]);
}

#[test]
fn exactly_the_wanted_number_stays_listed() {
    for size in [0, 1, 2, 7, 100, 1200, 3000] {
        let made: usize = events(&options(size, 42)).map(|run| listed(&run)).sum();
        assert_eq!(made as u64, size);
    }
}

#[test]
fn some_runs_stay_without_a_word_but_not_many() {
    let runs = &*USUAL;
    let silent = runs.iter().filter(|run| run.feedback.is_empty()).count();
    let share = silent as f64 / runs.len() as f64;
    assert!((0.1..0.3).contains(&share), "{share}");
}

#[test]
fn runs_come_in_order_and_lie_in_the_ninety_days() {
    let runs: Vec<_> = events(&options(2000, 42)).collect();
    assert!(runs.is_sorted_by_key(|run| run.created_at_ms));
    let (first, last) = (runs[0].created_at_ms, runs[runs.len() - 1].created_at_ms);
    assert!((NOW_MS - 91 * DAY_MS..NOW_MS - 88 * DAY_MS).contains(&first));
    assert!(last <= NOW_MS && last > NOW_MS - 6 * HOUR_MS);
}

#[test]
fn feedback_comes_after_its_run_and_before_now() {
    for run in events(&options(3000, 42)) {
        assert!(run.feedback.is_sorted_by_key(|feedback| feedback.created_at_ms));
        for feedback in &run.feedback {
            assert!(feedback.created_at_ms > run.created_at_ms && feedback.created_at_ms < NOW_MS);
        }
    }
}

#[test]
fn there_is_something_of_the_last_hours_at_any_time_of_day() {
    for hour in 0..24 {
        let now_ms = NOW_MS + hour * HOUR_MS;
        let made = events(&DemoOptions { feedback: 1200, seed: 42, now_ms });
        let fresh = made.filter(|run| run.created_at_ms > now_ms - 4 * HOUR_MS).count();
        assert!(fresh >= 2, "{fresh} at +{hour} h");
    }
}

#[test]
fn weekends_are_quieter_than_working_days() {
    let mut by_weekday = [0_u32; 7];
    for run in MANY.iter() {
        by_weekday[(run.created_at_ms.div_euclid(DAY_MS) + 3).rem_euclid(7) as usize] += 1;
    }
    let quietest_working_day = by_weekday[..5].iter().min();
    assert!(quietest_working_day > by_weekday[5..].iter().max(), "{by_weekday:?}");
}

#[test]
fn a_bad_version_shows_and_so_does_its_repair() {
    let runs = &*MANY;
    for (agent, bad) in
        [("refund-check", 4), ("support-chat", 5), ("trip-planner", 3), ("invoice-reader", 4)]
    {
        let [before, bad, repaired] = [bad - 1, bad, bad + 1].map(|major| rate(runs, agent, major));
        assert!(bad.1 > 60, "{agent}: {bad:?}");
        assert!(before.0 - bad.0 > 0.09, "{agent}: {before:?} {bad:?}");
        assert!(repaired.0 - bad.0 > 0.12, "{agent}: {bad:?} {repaired:?}");
    }
}

#[test]
fn the_comments_of_a_bad_time_name_what_went_wrong() {
    let words = [
        "sorry",
        "apolog",
        "entschuldig",
        "excus",
        "scuse",
        "извин",
        "詫び",
        "사과",
        "道歉",
        "warm",
        "patience",
        "polite",
    ];
    let share = |major: u32| {
        let comments: Vec<String> = MANY
            .iter()
            .filter(|run| run.agent == "support-chat" && run.version.0 == major)
            .flat_map(|run| &run.feedback)
            .filter(|feedback| feedback.outcome == DemoOutcome::Negative)
            .filter_map(|feedback| feedback.comment.as_ref().map(|comment| comment.to_lowercase()))
            .collect();
        let named = comments
            .iter()
            .filter(|comment| words.iter().any(|word| comment.contains(word)))
            .count();
        named as f64 / comments.len() as f64
    };
    let [before, bad, repaired] = [4, 5, 6].map(share);
    assert!(bad > 0.12 && bad > 2.0 * before && bad > 2.0 * repaired, "{before} {bad} {repaired}");
}

#[test]
fn every_agent_fails_sometimes_and_some_runs_are_gone() {
    let runs = &*USUAL;
    for agent in agents(&options(1200, 42)) {
        let failed = |run: &&DemoRun| run.agent == agent.id && run.status == DemoStatus::Failure;
        assert!(runs.iter().any(|run| failed(&run)), "{} never fails", agent.id);
    }
    for run in runs.iter().filter(|run| run.status == DemoStatus::Failure) {
        assert_eq!(run.output, serde_json::json!({}));
        assert!(run.error.is_some());
    }
    let gone = runs.iter().filter(|run| !run.recorded).count();
    assert!((3..60).contains(&gone), "{gone}");
}

#[test]
fn people_come_back_and_change_their_mind() {
    let runs = &*USUAL;
    let said: usize = runs.iter().map(|run| run.feedback.len()).sum();
    assert!((1220..1400).contains(&said), "{said}");
    let mut users: Vec<&String> =
        runs.iter().flat_map(final_votes).filter_map(|f| f.user_id.as_ref()).collect();
    let all = users.len();
    users.sort();
    users.dedup();
    assert!(users.len() * 3 < all * 2, "{} of {all}", users.len());
    assert!(
        users.iter().any(|user| user.contains('@'))
            && users.iter().any(|user| user.starts_with("u-"))
    );
}

#[test]
fn comments_come_in_many_scripts_short_and_long() {
    let comments: Vec<&String> = MANY
        .iter()
        .flat_map(|run| &run.feedback)
        .filter_map(|feedback| feedback.comment.as_ref())
        .collect();
    let any = |range: std::ops::RangeInclusive<char>| {
        comments.iter().any(|c| c.chars().any(|c| range.contains(&c)))
    };
    for script in
        ['а'..='я', 'あ'..='ん', '가'..='힣', 'א'..='ת', 'ا'..='ي', '一'..='鿿', 'ß'..='ÿ']
    {
        assert!(any(script.clone()), "nobody writes {script:?}");
    }
    assert!(
        comments.iter().any(|c| c.chars().count() < 4)
            && comments.iter().any(|c| c.contains("\n\n"))
    );
}

#[test]
fn the_default_size_has_hostile_comments() {
    let comments: Vec<&String> = USUAL
        .iter()
        .flat_map(|run| &run.feedback)
        .filter_map(|feedback| feedback.comment.as_ref())
        .collect();
    let any = |part: &str| comments.iter().any(|comment| comment.to_lowercase().contains(part));
    assert!(any("<img src=x onerror=alert(1)>") && any("<script>") && any("\u{202e}"));
    assert!(comments.iter().any(|comment| comment.split(' ').any(|word| word.len() > 120)));
}

#[test]
fn no_slot_is_left_open_in_what_people_read() {
    for run in events(&options(2500, 42)) {
        let text = format!("{}{}", run.input, run.output);
        for comment in run.feedback.iter().filter_map(|feedback| feedback.comment.as_ref()) {
            assert!(open_slot(comment).is_none(), "{comment}");
        }
        assert!(open_slot(&text).is_none(), "{:?} in {text}", open_slot(&text));
    }
}

/// `{word}` as templates have it; JSON opens braces with a quote.
fn open_slot(text: &str) -> Option<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(slot, _)| slot)).find(
        |slot| {
            !slot.is_empty() && slot.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        },
    )
}

#[test]
fn there_is_enough_to_say_about_every_fault() {
    let mut texts = 0;
    for kind in KINDS {
        let comments = (kind.comments)();
        texts += comments.all().count();
        for (fault, _) in kind.releases.iter().flat_map(|release| release.faults) {
            let said = comments.all().filter(|(theme, _, _, _)| theme == fault).count();
            assert!(said >= 2, "{}: {fault} has {said}", kind.id);
        }
    }
    texts += say::common().all().count();
    assert!(texts >= 250, "{texts}");
}

#[test]
fn versions_change_their_prompt_with_the_major_only() {
    for agent in agents(&options(1, 42)) {
        let saved: Vec<_> = agent.versions.iter().filter(|version| version.saved).collect();
        assert_eq!(saved.len(), 12, "{}", agent.id);
        for pair in saved.windows(2) {
            let prompt = |version: &DemoVersion| {
                let properties = &version.properties;
                properties.get("instructions").or(properties.get("messages")).cloned()
            };
            assert_eq!(
                pair[0].major == pair[1].major,
                prompt(pair[0]) == prompt(pair[1]),
                "{}",
                agent.id
            );
            assert!(prompt(pair[1]).is_some());
            assert!(pair[0].created_at_ms < pair[1].created_at_ms);
        }
        let live =
            |version: &&DemoVersion| version.deployed.iter().any(|(name, _)| name == "production");
        assert_eq!(agent.versions.iter().filter(live).count(), 1);
    }
}

#[test]
fn no_run_is_older_than_its_version_and_every_run_has_one() {
    let agents = agents(&options(1, 42));
    for run in events(&options(2000, 42)) {
        let agent = agents.iter().find(|agent| agent.id == run.agent).expect("a known agent");
        let version = agent
            .versions
            .iter()
            .find(|v| (v.major, v.minor) == run.version)
            .expect("a known version");
        assert!(version.created_at_ms < run.created_at_ms);
        assert!(agent.schemas.iter().any(|schema| schema.schema_id == version.schema_id));
    }
}

#[test]
fn run_ids_are_unique_and_sort_by_time() {
    let ids: Vec<String> = events(&options(3000, 42)).map(|run| run.id).collect();
    let unique: HashSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    assert!(ids.iter().all(|id| id.len() == 36 && id.as_bytes()[14] == b'7'));
    assert!(ids.is_sorted_by_key(|id| &id[..13]));
}

#[test]
fn tools_and_pictures_are_there() {
    let runs = &*USUAL;
    assert!(runs.iter().any(|run| run.tool_calls.is_some()));
    assert!(
        runs.iter()
            .any(|run| run.tool_call_requests.is_some() && run.output == serde_json::json!({}))
    );
    assert!(runs.iter().any(|run| run.reasoning_steps.is_some()));
    let text = |run: &DemoRun| run.input.to_string();
    assert!(runs.iter().any(|run| text(run).contains("tool_call_result")));
    assert!(runs.iter().any(|run| text(run).contains("https://images.fjordoutdoor.example/")));
}
