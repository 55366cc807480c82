//! What a newcomer sees first, at any hour, for any seed and size.

use std::collections::HashSet;

use base64::Engine as _;

use super::super::calendar::HOUR_MS;
use super::super::{DemoStatus, agents, events};
use super::*;

/// Monday 23 November 2026, 14:05 UTC.
const NOW_MS: i64 = 1_795_442_700_000;

fn options(feedback: u64, seed: u64, hours_later: i64) -> DemoOptions {
    DemoOptions { feedback, seed, now_ms: NOW_MS + hours_later * HOUR_MS }
}

/// The sizes, seeds and hours that every promise is checked with.
static DEMOS: LazyLock<Vec<(DemoOptions, Vec<DemoRun>)>> = LazyLock::new(|| {
    [(100, 7, 0), (101, 1, 13), (640, 42, 18), (1200, 7, 0), (1200, 42, 11), (9000, 7, 5)]
        .into_iter()
        .map(|(feedback, seed, later)| options(feedback, seed, later))
        .map(|o| (o, events(&o).collect()))
        .collect()
});

/// Listed negative feedback with its run, newest first.
fn complaints(runs: &[DemoRun]) -> Vec<(&DemoRun, &DemoFeedback)> {
    let mut out = Vec::new();
    for run in runs {
        let mut users = HashSet::new();
        for feedback in run.feedback.iter().rev() {
            if users.insert(&feedback.user_id) && feedback.outcome == DemoOutcome::Negative {
                out.push((run, feedback));
            }
        }
    }
    out.sort_by_key(|(_, feedback)| std::cmp::Reverse(feedback.created_at_ms));
    out
}

fn about<'a>(runs: &'a [DemoRun], part: &str) -> (&'a DemoRun, &'a DemoFeedback) {
    complaints(runs)
        .into_iter()
        .find(|(_, feedback)| feedback.comment.as_ref().is_some_and(|text| text.contains(part)))
        .expect("somebody says so")
}

#[test]
fn the_last_thirty_hours_are_lively_at_any_hour_and_in_many_languages() {
    for (o, runs) in DEMOS.iter() {
        let since_ms = o.now_ms - 30 * HOUR_MS;
        let open: Vec<_> = complaints(runs)
            .into_iter()
            .filter(|(_, f)| f.created_at_ms > since_ms && f.annotation.is_none())
            .filter(|(_, f)| f.comment.as_ref().is_some_and(|text| text.chars().count() >= 15))
            .collect();
        assert!(open.len() >= 14, "{o:?}: {}", open.len());
        let agents: HashSet<_> = open.iter().take(14).map(|(run, _)| &run.agent).collect();
        assert!(o.feedback > 5000 || agents.len() == 4, "{o:?}: {agents:?}");
        for words in ["afgeschreven", "Bahnhof", "mon argent", "日本語", "الطلب", "crampons"]
        {
            assert!(
                open.iter().any(|(_, f)| f.comment.as_ref().is_some_and(|c| c.contains(words))),
                "{o:?}: {words}"
            );
        }
        let happy = runs
            .iter()
            .flat_map(|run| &run.feedback)
            .filter(|f| f.outcome == DemoOutcome::Positive && f.created_at_ms > since_ms)
            .count();
        assert!(happy >= 15, "{o:?}: {happy}");
    }
}

#[test]
fn the_newest_complaint_is_a_double_charge_that_the_instructions_explain() {
    for (o, runs) in DEMOS.iter() {
        let (run, feedback) = complaints(runs)[0];
        assert_eq!(o.now_ms - feedback.created_at_ms, 4 * MINUTE_MS);
        let order = run.input["order_id"].as_str().expect("an order");
        let comment = feedback.comment.as_ref().expect("words");
        assert!(comment.starts_with(&format!("I was charged twice for order {order} and")));
        assert!(comment.contains("49,90 €") && comment.contains("“5 to 7 days”"));
        let payments = run.input["payments"].as_array().expect("payments");
        let of = |at: usize| (payments[at]["id"].as_str(), payments[at]["status"].as_str());
        assert_eq!(of(0), (Some("p_1"), Some("captured")));
        assert_eq!(of(1), (Some("p_2"), Some("pending")));
        assert_eq!(run.output["decision"], "no_refund");
        assert_eq!(run.output["duplicate_found"], false);

        let agents = agents(o);
        let agent = agents.iter().find(|agent| agent.id == "refund-check").expect("the agent");
        let live = agent.versions.last().expect("a version");
        assert_eq!((live.major, live.minor), run.version);
        assert_eq!(live.deployed[0].0, "production");
        let instructions = live.properties["instructions"].as_str().expect("instructions");
        assert!(instructions.contains("Count captured payments only"));
        assert!(instructions.contains("5 to 7 days"));
        assert!(!instructions.contains("captured and pending payments alike"));
    }
}

#[test]
fn somebody_said_ok_and_changed_their_mind_three_minutes_later() {
    for (_, runs) in DEMOS.iter() {
        let (run, complaint) = about(runs, "J'avais mis un pouce trop vite");
        let first = &run.feedback[0];
        assert_eq!((first.outcome, first.comment.as_deref()), (DemoOutcome::Positive, Some("ok")));
        assert!(first.user_id.is_some() && first.user_id == complaint.user_id);
        assert_eq!(complaint.created_at_ms - first.created_at_ms, 3 * MINUTE_MS);
    }
}

#[test]
fn one_run_has_three_opinions_one_failed_and_one_is_gone() {
    for (_, runs) in DEMOS.iter() {
        let users: HashSet<_> =
            about(runs, "Vervaldatum").0.feedback.iter().map(|f| &f.user_id).collect();
        assert_eq!(users.len(), 3);
        let failed = about(runs, "it just says error").0;
        assert!(failed.status == DemoStatus::Failure && failed.error.is_some());
        assert!(!about(runs, "locked door").0.recorded);
        let recorded = ["charged twice", "Bahnhof gibt es", "Vervaldatum", "just says error"];
        assert!(recorded.iter().all(|part| about(runs, part).0.recorded));
    }
}

#[test]
fn the_chat_names_a_pickup_point_because_it_is_told_to_and_does_not_know_one() {
    let (o, runs) = &DEMOS[3];
    let run = about(runs, "Am Bahnhof gibt es keine").0;
    assert_eq!(run.input["order"]["state"], "at_pickup_point");
    assert!(run.input["order"].get("pickup_point").is_none());
    let agents = agents(o);
    let chat = agents.iter().find(|agent| agent.id == "support-chat").expect("the agent");
    let prompt = chat.versions.last().expect("a version").properties["messages"].to_string();
    assert!(prompt.contains("name the point") && !prompt.contains("order.pickup"));
}

#[test]
fn the_invoice_with_the_wrong_vat_can_be_looked_at_without_a_network() {
    for (_, runs) in DEMOS.iter() {
        let run = about(runs, "9.48 is 19 % of the wrong number").0;
        let page = &run.input["pages"][0];
        assert!(page.get("storage_url").is_none(), "clients would prefer it");
        assert_eq!(page["url"], pictures::bergwerk());
        assert_eq!(run.output["vat_total"], 9.48);
        let text = pictures::bergwerk().strip_prefix("data:image/png;base64,").expect("a PNG");
        let png = base64::engine::general_purpose::STANDARD.decode(text).expect("base64");
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.len() <= 6 * 1024);
    }
}

#[test]
fn about_half_of_the_invoices_are_pictures_and_the_rest_is_outside() {
    let runs: Vec<_> = events(&options(6000, 42, 0)).collect();
    let files: Vec<&Value> = runs
        .iter()
        .filter(|run| run.agent == "invoice-reader")
        .map(|run| run.input.get("invoice").unwrap_or(&run.input["pages"][0]))
        .collect();
    let shown = files.iter().filter(|file| file["url"].as_str().unwrap_or("").starts_with("data:"));
    let share = shown.clone().count() as f64 / files.len() as f64;
    assert!((0.4..0.6).contains(&share), "{share}");
    assert!(shown.clone().all(|file| file.get("storage_url").is_none()));
    let different: HashSet<&str> = shown.filter_map(|file| file["url"].as_str()).collect();
    assert_eq!(different.len(), 3 + 1);
    assert!(pictures::share(1_000_000) <= 0.01, "a huge demo would be mostly pictures");
}

#[test]
fn complaints_without_words_do_not_follow_each_other_at_the_end() {
    for (o, runs) in DEMOS.iter() {
        let mut in_a_row = 0;
        for (_, feedback) in complaints(runs).into_iter().take(60) {
            in_a_row = if feedback.comment.is_none() { in_a_row + 1 } else { 0 };
            assert!(in_a_row <= 3, "{o:?}");
        }
    }
}

#[test]
fn about_two_thirds_of_the_complaints_have_words() {
    for (o, runs) in DEMOS.iter().filter(|(o, _)| o.feedback >= 1200) {
        let all = complaints(runs);
        let with_words = all.iter().filter(|(_, feedback)| feedback.comment.is_some()).count();
        let share = with_words as f64 / all.len() as f64;
        assert!((0.58..0.76).contains(&share), "{o:?}: {share}");
    }
}

#[test]
fn every_slot_of_the_scripts_is_filled() {
    let o = options(100, 7, 0);
    for run in events(&o).filter(|run| run.created_at_ms > o.now_ms - 30 * HOUR_MS) {
        let text = format!("{} {} {:?} {:?}", run.input, run.output, run.tool_calls, run.feedback);
        for slot in
            ["{order", "{other", "{first", "{last", "{city", "{picture", "{iso:", "{day:", "{en:"]
        {
            assert!(!text.contains(slot), "{slot} in {text}");
        }
    }
}
