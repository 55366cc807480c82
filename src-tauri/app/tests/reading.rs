//! Reading a run: by its schema, as it is kept, and with pins, against a real collector.

use std::sync::Arc;

use app::command::{
    AddPin, Command as _, Connect, EditPin, GetFeedback, GetRaw, ListFeedback, RemovePin,
    RestorePin,
};
use app::wire::{
    BodyView, ErrorCode, FeedbackDetailView, FeedbackRowView, FieldView, FilterView, Mailbox,
    PinView, RunStateView,
};
use app::{Desk, Host, Paths, Secret, Vault};
use collector::{DemoOptions, Options, Running};
use domain::ConnectionId;
use serde_json::Value;

const NOW_MS: i64 = 1_790_000_000_000;

struct Given {
    _dir: tempfile::TempDir,
    _server: Running,
    desk: Arc<Desk>,
    id: ConnectionId,
}

async fn given() -> Given {
    let dir = tempfile::tempdir().expect("a folder");
    let options = Options::new(dir.path().join("server"), Arc::new(|| NOW_MS));
    let server = collector::serve(Options {
        demo: Some(DemoOptions { feedback: 60, seed: 3, now_ms: NOW_MS }),
        mint_key: Some("test".to_owned()),
        ..options
    })
    .await
    .expect("the collector starts");
    let key = server.key.clone().expect("minted");
    let desk = Desk::open(Host {
        paths: Paths::below(&dir.path().join("desk")),
        clock: Arc::new(|| NOW_MS),
        utc_offset_ms: Arc::new(|_| 0),
        vault: Vault::open("app.upshot.test", Some(Secret::from(key.clone()))),
        who: "ann".to_owned(),
        collector: None,
        browser: None,
    })
    .expect("the mirror opens");
    let connect = Connect {
        name: "test".to_owned(),
        url: server.url.clone(),
        tenant: None,
        key: key.into(),
        allow_plain_http: None,
        agents: None,
        sync: Some(false),
    };
    let id = ConnectionId(connect.handle(&desk).await.expect("connects").id);
    desk.sync_now(id).await.expect("syncs");
    Given { _dir: dir, _server: server, desk, id }
}

impl Given {
    async fn rows(&self) -> Vec<FeedbackRowView> {
        let list = ListFeedback {
            connection: self.id.0,
            mailbox: Mailbox::Everything,
            collapse: None,
            filter: FilterView::default(),
            cursor: None,
            limit: 100,
        };
        list.handle(&self.desk).await.expect("a page").rows
    }

    async fn detail(&self, id: &str) -> FeedbackDetailView {
        let get = GetFeedback { connection: self.id.0, id: id.to_owned() };
        get.handle(&self.desk).await.expect("a detail")
    }
}

fn fields(body: &BodyView) -> &[FieldView] {
    match body {
        BodyView::Fields { fields } => fields,
        other => panic!("no fields: {other:?}"),
    }
}

#[tokio::test]
async fn a_run_of_a_saved_version_is_read_by_the_schema_of_its_kind() {
    let given = given().await;
    let row = given.rows().await.into_iter().find(|row| row.agent == "refund-check");
    let detail = given.detail(&row.expect("a refund").id).await;
    let RunStateView::Present { run } = detail.run else { panic!("no run") };
    let decision = fields(&run.output).iter().find(|field| field.name == "decision");
    let about = decision.and_then(|field| field.about.as_ref()).expect("the schema tells");
    assert!(about.choices.len() > 1, "{about:?}");
}

#[tokio::test]
async fn what_is_kept_is_shown_as_it_is() {
    let given = given().await;
    let row = given.rows().await.remove(0);
    let get = GetRaw { connection: given.id.0, id: row.id.clone() };
    let raw = get.handle(&given.desk).await.expect("it is here");
    let feedback: Value = serde_json::from_str(&raw.feedback).expect("JSON");
    assert_eq!(feedback["id"], row.id.as_str());
    let run: Value = serde_json::from_str(&raw.run.expect("it was fetched")).expect("JSON");
    assert_eq!(run["id"], row.run.as_str());
    let get = GetRaw { connection: given.id.0, id: "nobody's".to_owned() };
    assert_eq!(get.handle(&given.desk).await.expect_err("nothing").code, ErrorCode::NotFound);
}

fn add(given: &Given, feedback: &str, place: &str, pointer: &str) -> AddPin {
    AddPin {
        connection: given.id.0,
        feedback: feedback.to_owned(),
        place: place.to_owned(),
        pointer: pointer.to_owned(),
        start: None,
        end: None,
        quote: "false".to_owned(),
        note: Some("  p_2 is pending ".to_owned()),
    }
}

#[tokio::test]
async fn a_pin_is_set_noted_anew_taken_away_and_put_back() {
    let given = given().await;
    let row = given.rows().await.remove(0);
    let (connection, feedback) = (given.id.0, row.id.clone());
    let pins = add(&given, &row.id, "output", "/duplicate_found").handle(&given.desk).await;
    let pins = pins.expect("pinned");
    assert_eq!((pins[0].note.as_deref(), pins[0].who.as_str()), (Some("p_2 is pending"), "ann"));
    assert_eq!(given.detail(&row.id).await.pins, pins);

    let edit = EditPin { connection, feedback: feedback.clone(), pin: pins[0].id, note: None };
    let edited: Vec<PinView> = edit.handle(&given.desk).await.expect("edited");
    assert_eq!((edited.len(), edited[0].note.as_deref()), (1, None));
    let old = EditPin { connection, feedback: feedback.clone(), pin: pins[0].id, note: None };
    assert_eq!(old.handle(&given.desk).await.expect_err("gone").code, ErrorCode::NotFound);

    let remove = RemovePin { connection, feedback: feedback.clone(), pin: edited[0].id };
    assert_eq!(remove.handle(&given.desk).await.expect("removed"), []);
    let restore = RestorePin { connection, feedback, pin: edited[0].id };
    assert_eq!(restore.handle(&given.desk).await.expect("put back"), edited);
}

#[tokio::test]
async fn of_a_pin_the_beginning_of_much_text_is_kept_and_no_empty_note() {
    let given = given().await;
    let row = given.rows().await.remove(0);
    let long = "é".repeat(4_001);
    let quote = AddPin {
        quote: long.clone(),
        note: Some(" \n".to_owned()),
        ..add(&given, &row.id, "comment", "")
    };
    quote.handle(&given.desk).await.expect("pinned");
    let note = AddPin { note: Some(long), ..add(&given, &row.id, "comment", "") };
    let pins = note.handle(&given.desk).await.expect("pinned");
    assert_eq!((pins[0].quote.chars().count(), pins[0].note.as_deref()), (4_000, None));
    assert_eq!(pins[1].note.as_deref().map(|note| note.chars().count()), Some(4_000));
}

#[tokio::test]
async fn a_pin_nowhere_is_refused() {
    let given = given().await;
    let row = given.rows().await.remove(0);
    let good = || add(&given, &row.id, "comment", "");
    for bad in [
        add(&given, &row.id, "elsewhere", ""),
        add(&given, &row.id, "output", "no-slash"),
        add(&given, &row.id, "output", &"/deep".repeat(1_000)),
        AddPin { start: Some(4), end: None, ..good() },
        AddPin { start: Some(4), end: Some(4), ..good() },
    ] {
        let error = bad.handle(&given.desk).await.expect_err("nowhere");
        assert_eq!(error.code, ErrorCode::BadInput);
    }
    assert_eq!(
        AddPin { start: Some(4), end: Some(5), ..good() }
            .handle(&given.desk)
            .await
            .expect("pinned")
            .len(),
        1
    );
}
