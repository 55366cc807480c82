//! Duplicates, snoozes, notes and reasons as the window asks for them; redo, bulk by filter, and waking.

use app::command::{
    AddPin, Command as _, CountMailboxes, GetFeedback, ListReasons, RedoDecision, RemovePin,
    SetNote, SetReasons,
};
use app::export::Format;
use app::wire::{
    DecisionActView, DecisionKindView, ErrorCode, Event, FilterView, SnoozeKindView, StepActView,
};
use serde_json::json;
use store::Store;

use crate::given::{Given, with_api_key, with_user_key};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

async fn snoozed(given: &Given) -> u64 {
    let count = CountMailboxes { connection: given.id.0 };
    count.handle(&given.desk).await.expect("counts").snoozed
}

/// Whether the window was told to read again since.
fn has_news(events: &mut tokio::sync::broadcast::Receiver<Event>) -> bool {
    std::iter::from_fn(|| events.try_recv().ok()).any(|event| matches!(event, Event::Data { .. }))
}

#[tokio::test]
async fn what_is_put_aside_until_a_time_wakes_with_a_beat_after_a_restart_too() {
    let mut given = with_api_key().await;
    let id = given.open_rows().await.remove(0).id;
    let until_ms = given.desk.now_ms() + DAY_MS;
    let aside = json!({"what": {"feedback": [id]}, "kind": "snoozed",
        "snooze": {"kind": "until", "until_ms": until_ms}});
    given.asked(aside).await.expect("put aside");
    let row = given.row(&id).await;
    assert_eq!(row.snoozed.and_then(|snooze| snooze.until_ms), Some(until_ms));
    assert_eq!(snoozed(&given).await, 1);
    assert!(given.open_rows().await.iter().all(|row| row.id != id), "it is not open meanwhile");

    given.desk.beat().await.expect("a beat");
    assert_eq!(snoozed(&given).await, 1, "not before its time");
    given.later(DAY_MS);
    given.reopen();
    let mut events = given.desk.events();
    given.desk.beat().await.expect("a beat");
    assert!(has_news(&mut events), "the window hears of it");
    assert_eq!(snoozed(&given).await, 0);
    let woken = given.row(&id).await.woken.expect("back from a snooze");
    assert_eq!(woken.why, Some(SnoozeKindView::Until));
    let acts: Vec<_> = given.history(&id).await.into_iter().map(|event| event.act).collect();
    assert_eq!(acts, [DecisionActView::Snoozed, DecisionActView::Woke]);
}

#[tokio::test]
async fn what_waits_for_a_user_wakes_after_the_sync_that_brought_their_word() {
    let given = with_user_key().await;
    let rows = given.open_rows().await;
    let row = rows.iter().find(|row| row.user.is_some()).expect("somebody");
    let aside = json!({"what": {"feedback": [row.id]}, "kind": "snoozed",
        "snooze": {"kind": "user_speaks"}});
    given.asked(aside.clone()).await.expect("put aside");
    given.sync().await;
    assert_eq!(snoozed(&given).await, 1, "nobody spoke");
    // As another process files what it has synced.
    let store = Store::open(&given.dir.path().join("desk/data")).expect("the mirror");
    let word = domain::Feedback {
        id: "a-new-word".into(),
        agent: row.agent.as_str().into(),
        run: "another-run".into(),
        user: row.user.as_deref().map(Into::into),
        outcome: domain::Outcome::Negative,
        comment: None,
        annotation: None,
        created_at_ms: given.desk.now_ms() + 1,
    };
    store.write_feedback(given.id, &[word], given.desk.now_ms()).expect("filed");
    given.desk.beat().await.expect("a beat");
    given.sync().await;
    assert_eq!(snoozed(&given).await, 0);
    assert_eq!(
        given.row(&row.id).await.woken.expect("woken").why,
        Some(SnoozeKindView::UserSpeaks)
    );
}

#[tokio::test]
async fn all_that_a_filter_shows_is_one_step_undone_and_redone_after_a_restart() {
    let mut given = with_api_key().await;
    let open = given.open_rows().await;
    let negative = open.iter().filter(|row| serde_json::json!(row.outcome) == "negative").count();
    assert!(negative > 0 && negative < open.len());
    let all = json!({"what": {"mailbox": "all_open", "filter": {"outcome": "negative"}},
        "kind": "resolved", "reason": "Test"});
    let step = given.asked(all).await.expect("decided");
    assert_eq!((step.act, step.count), (StepActView::Decided, negative as u64));
    assert_eq!(given.history(&step.feedback[0]).await[0].reason.as_deref(), Some("Test"));
    given.reopen();
    let undone = given.undo().await;
    assert_eq!((undone.act, undone.count), (StepActView::TakenBack, negative as u64));
    assert_eq!(undone.kind, Some(DecisionKindView::Resolved));
    assert_eq!(given.open_rows().await.len(), open.len());
    given.reopen();
    let redo = || RedoDecision { connection: given.id.0 }.handle(&given.desk);
    let redone = redo().await.expect("no failure").expect("something");
    assert_eq!((redone.act, redone.count), (StepActView::DoneAgain, negative as u64));
    assert_eq!(redo().await.expect("no failure"), None, "once");
    assert_eq!(given.open_rows().await.len(), open.len() - negative);
}

#[tokio::test]
async fn a_duplicate_names_its_original_and_both_show_it() {
    let given = with_api_key().await;
    let rows = given.open_rows().await;
    let (one, other) = (rows[0].id.as_str(), rows[1].id.as_str());
    let duplicate = |of: &[&str], original: &str| json!({"what": {"feedback": of}, "kind": "duplicate", "duplicate_of": original});
    let step = given.asked(duplicate(&[one, other], other)).await.expect("decided");
    assert_eq!(step.feedback, [one], "the original is left out");
    let get = |id: &str| GetFeedback { connection: given.id.0, id: id.to_owned() };
    let detail = get(one).handle(&given.desk).await.expect("a detail");
    assert_eq!(detail.original.map(|row| row.id).as_deref(), Some(other));
    let detail = get(other).handle(&given.desk).await.expect("a detail");
    assert_eq!((detail.duplicates.len(), detail.duplicates_count), (1, 1));
    for (of, original) in [(other, other), (one, "nowhere")] {
        let error = given.asked(duplicate(&[of], original)).await.expect_err("refused");
        assert_eq!(error.code, ErrorCode::BadInput, "{of} of {original}");
    }
    given.sync().await;
    assert_eq!(given.tee.annotates().len(), 0, "a server has no word for it");
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused_and_nothing_is_written() {
    let given = with_api_key().await;
    let id = given.open_rows().await.remove(0).id;
    let past = given.desk.now_ms();
    for said in [
        json!({"kind": "snoozed"}),
        json!({"kind": "duplicate"}),
        json!({"kind": "resolved", "duplicate_of": id}),
        json!({"kind": "correct", "snooze": {"kind": "user_speaks"}}),
        json!({"kind": "snoozed", "snooze": {"kind": "until", "until_ms": past}}),
        json!({"kind": "resolved", "reason": "r".repeat(201)}),
    ] {
        let mut said = said;
        said["what"] = json!({"feedback": [id]});
        let error = given.asked(said.clone()).await.expect_err("refused");
        assert_eq!(error.code, ErrorCode::BadInput, "{said}");
    }
    assert_eq!(given.history(&id).await, []);
}

#[tokio::test]
async fn a_note_by_itself_decides_nothing_and_is_taken_back_as_a_step() {
    let given = with_api_key().await;
    let id = given.open_rows().await.remove(0).id;
    let note = |text: &str| {
        SetNote { connection: given.id.0, feedback: id.clone(), note: text.to_owned() }
            .handle(&given.desk)
    };
    note("  ").await.expect_err("nothing to read");
    let step = note("asked support").await.expect("noted");
    assert_eq!((step.act, step.kind), (StepActView::Noted, None));
    let row = given.row(&id).await;
    assert!(row.note && row.decision.is_none());
    assert_eq!(given.undo().await.kind, None);
    assert!(!given.row(&id).await.note);
}

#[tokio::test]
async fn the_reasons_are_a_short_list_of_one_s_own() {
    let given = with_api_key().await;
    let list = || ListReasons {}.handle(&given.desk);
    assert_eq!(list().await.expect("reasons").len(), 6);
    let set = |reasons: Vec<String>| SetReasons { reasons }.handle(&given.desk);
    let mine = set(vec![" Late ".to_owned(), "Rude".to_owned()]).await.expect("kept");
    assert_eq!(mine, ["Late", "Rude"]);
    for wrong in [vec![String::new()], vec!["x".repeat(41)], vec!["a".into(), "A".into()]] {
        set(wrong).await.expect_err("refused");
    }
    set((0..21).map(|n| n.to_string()).collect()).await.expect_err("too many");
    assert_eq!(list().await.expect("reasons"), mine);
    set(Vec::new()).await.expect("none is fine, too");
    assert_eq!(list().await.expect("reasons"), Vec::<String>::new());
}

#[tokio::test]
async fn an_export_tells_what_was_decided_and_said() {
    let given = with_api_key().await;
    let rows = given.open_rows().await;
    let said = json!({"what": {"feedback": [rows[0].id]}, "kind": "duplicate",
        "duplicate_of": rows[1].id, "note": "=same", "reason": "Too slow"});
    given.asked(said).await.expect("decided");
    let exported = |format| {
        let mut file = Vec::new();
        given.desk.export(given.id, FilterView::default(), format, &mut file).expect("written");
        String::from_utf8(file).expect("text")
    };
    let lines = exported(Format::JsonLines);
    let line = lines.lines().find(|line| line.contains("\"duplicate\"")).expect("the decided one");
    let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
    assert_eq!((&line["note"], &line["reason"]), (&json!("=same"), &json!("Too slow")));
    assert_eq!((&line["duplicate_of"], &line["decided_by"]), (&json!(rows[1].id), &json!("ann")));
    assert!(exported(Format::Csv).contains("duplicate,"), "and so does the table");
    assert!(exported(Format::Csv).contains(",'=same,"), "a formula is a text");
}

#[tokio::test]
async fn pins_are_counted_in_their_rows_and_told_in_exports() {
    let given = with_api_key().await;
    let rows = given.open_rows().await;
    let id = rows[0].id.clone();
    assert_eq!(rows[0].pins, 0);
    let pin = |quote: &str, note: Option<&str>| AddPin {
        connection: given.id.0,
        feedback: id.clone(),
        place: "output".to_owned(),
        pointer: "/total".to_owned(),
        start: Some(0),
        end: Some(5),
        quote: quote.to_owned(),
        note: note.map(str::to_owned),
    };
    let kept = pin("49.90", Some("no VAT")).handle(&given.desk).await.expect("pinned");
    pin("EUR", None).handle(&given.desk).await.expect("pinned");
    assert_eq!(given.row(&id).await.pins, 2);

    let exported = |format| {
        let mut file = Vec::new();
        given.desk.export(given.id, FilterView::default(), format, &mut file).expect("written");
        String::from_utf8(file).expect("text")
    };
    let lines = exported(Format::JsonLines);
    let of = |id: &str| -> serde_json::Value {
        let line = lines.lines().find(|line| line.contains(id)).expect("a line");
        serde_json::from_str(line).expect("JSON")
    };
    let line = of(&id);
    let first = &line["pins"][0];
    assert_eq!((&first["quote"], &first["note"]), (&json!("49.90"), &json!("no VAT")));
    assert_eq!((&first["pointer"], &first["end"]), (&json!("/total"), &json!(5)));
    assert_eq!((&line["pins"][1]["note"], &first["by"]), (&json!(null), &json!("ann")));
    assert_eq!(of(&rows[1].id)["pins"], json!([]));
    let table = exported(Format::Csv);
    let told = "\"output/total \"\"49.90\"\": no VAT\noutput/total \"\"EUR\"\"\"";
    assert!(table.contains(told), "{table}");

    // One that is taken away is not told any more.
    let remove = RemovePin { connection: given.id.0, feedback: id.clone(), pin: kept[0].id };
    remove.handle(&given.desk).await.expect("removed");
    assert_eq!(given.row(&id).await.pins, 1);
    assert!(!exported(Format::Csv).contains("no VAT"));
}
