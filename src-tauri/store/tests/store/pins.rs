//! Pins: what is pinned stays, another note takes the place of the one before, and what is removed comes back.

use std::path::Path;

use domain::{PinId, PinPlace};
use rusqlite::Connection;
use store::{Error, FILE_NAME, NewPin, Pin, Store};

use crate::given::{alone, feedback, new_connection, shared};

fn pin(feedback: &str, note: Option<&str>, at_ms: i64) -> NewPin {
    NewPin {
        feedback: feedback.into(),
        place: PinPlace::Output,
        pointer: "/duplicate_found".to_owned(),
        stretch: None,
        quote: "false".to_owned(),
        note: note.map(str::to_owned),
        at_ms,
        who: "ann".to_owned(),
    }
}

fn removed_by(dir: &Path, pin: PinId) -> Option<String> {
    let file = Connection::open(dir.join(FILE_NAME)).expect("file");
    let sql = "SELECT removed_by FROM pins WHERE id = ?1";
    file.query_row(sql, [pin.0], |row| row.get(0)).expect("a pin")
}

fn notes(pins: &[Pin]) -> Vec<Option<&str>> {
    pins.iter().map(|pin| pin.note.as_deref()).collect()
}

#[test]
fn a_pin_is_read_back_as_it_was_set_whatever_became_of_the_run() {
    let (store, id) = shared();
    let new = NewPin {
        place: PinPlace::Message(3),
        stretch: Some((2, 9)),
        quote: "👩‍👧 en route".to_owned(),
        ..pin("f", Some("when?"), 7)
    };
    let pin = store.add_pin(id, &new).expect("pinned");
    let read = store.pins(id, &"f".into()).expect("pins");
    assert_eq!(read.len(), 1);
    let one = &read[0];
    assert_eq!((one.id, one.place, one.stretch), (pin, PinPlace::Message(3), Some((2, 9))));
    assert_eq!((one.quote.as_str(), one.note.as_deref()), ("👩‍👧 en route", Some("when?")));
    assert_eq!((one.at_ms, one.who.as_str(), one.removed_at_ms), (7, "ann", None));
    assert_eq!(store.pins(id, &"other".into()).expect("pins"), []);
    let (_, other) = shared();
    assert_eq!(store.pins(other, &"f".into()).expect("pins"), []);
    let counted = |id| {
        store.write_feedback(id, &[feedback("f", "f", None, 1)], 1).expect("written");
        store.feedback(id, &"f".into()).expect("read").expect("a row").pins
    };
    assert_eq!((counted(id), counted(other)), (1, 0));
}

#[test]
fn another_note_stands_where_the_first_stood_and_the_first_is_kept() {
    let (dir, store, id) = alone();
    let first = store.add_pin(id, &pin("f", Some("one"), 1)).expect("pinned");
    store.add_pin(id, &pin("f", Some("two"), 2)).expect("pinned");
    let edited = store.edit_pin(id, first, Some("one, better"), 3, "bob").expect("no failure");
    let again = store.edit_pin(id, edited.expect("edited"), None, 4, "bob").expect("no failure");
    let pins = store.pins(id, &"f".into()).expect("pins");
    assert_eq!(notes(&pins), [None, Some("two")], "in their places");
    assert_eq!((Some(pins[0].id), pins[0].replaces), (again, edited));
    assert_eq!((pins[0].who.as_str(), pins[0].at_ms), ("bob", 4));
    assert_eq!(store.edit_pin(id, first, Some("late"), 5, "ann").expect("no failure"), None);

    let file = Connection::open(dir.path().join(FILE_NAME)).expect("file");
    let kept: i64 = file.query_row("SELECT count(*) FROM pins", [], |row| row.get(0)).expect("n");
    assert_eq!(kept, 4, "nothing is ever gone");
    assert_eq!(removed_by(dir.path(), first).as_deref(), Some("bob"));
    file.execute("UPDATE pins SET note = 'other'", []).expect_err("what a pin says never changes");
}

#[test]
fn what_is_removed_comes_back_unless_another_took_its_place() {
    let (dir, store, id) = alone();
    let first = store.add_pin(id, &pin("f", None, 1)).expect("pinned");
    assert!(store.remove_pin(id, first, 2, "ann").expect("no failure"));
    assert!(!store.remove_pin(id, first, 3, "ann").expect("no failure"), "only once");
    drop(store);
    let store = Store::open(dir.path()).expect("opens");
    assert_eq!(store.pins(id, &"f".into()).expect("pins"), []);
    assert_eq!(removed_by(dir.path(), first).as_deref(), Some("ann"));
    assert!(store.restore_pin(id, first).expect("no failure"));
    assert_eq!(removed_by(dir.path(), first), None);
    assert!(!store.restore_pin(id, first).expect("no failure"), "it is there");
    assert_eq!(store.pins(id, &"f".into()).expect("pins").len(), 1);

    let edited = store.edit_pin(id, first, Some("x"), 4, "ann").expect("no failure");
    assert!(!store.restore_pin(id, first).expect("no failure"), "its place is taken");
    assert!(store.remove_pin(id, edited.expect("edited"), 5, "ann").expect("no failure"));
    assert!(!store.restore_pin(id, PinId(999)).expect("no failure"));
    assert!(store.restore_pin(id, edited.expect("edited")).expect("no failure"));
    assert_eq!(notes(&store.pins(id, &"f".into()).expect("pins")), [Some("x")]);
}

#[test]
fn pins_belong_to_a_connection_and_go_with_it() {
    let (_dir, store, id) = alone();
    let pinned = store.add_pin(id, &pin("f", None, 1)).expect("pinned");
    let other = store.add_connection(new_connection("other")).expect("connection").id;
    assert!(!store.remove_pin(other, pinned, 2, "ann").expect("no failure"));
    assert_eq!(store.edit_pin(other, pinned, Some("x"), 2, "ann").expect("no failure"), None);
    assert!(store.remove_pin(id, pinned, 3, "ann").expect("no failure"));
    assert!(!store.restore_pin(other, pinned).expect("no failure"));
    store.remove_connection(id).expect("removed");
    let error = store.add_pin(id, &pin("f", None, 1)).expect_err("nowhere to put it");
    assert!(matches!(error, Error::NoConnection(_)), "{error}");
}
