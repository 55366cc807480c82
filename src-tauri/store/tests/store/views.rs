//! Saved views: kept under a name, in an order of one's own, per connection.

use store::{Error, NewView, Store, View, ViewId};

use crate::given::{alone, shared};

fn view(name: &str, filter: &str) -> NewView {
    NewView { name: name.to_owned(), mailbox: "everything".to_owned(), filter: filter.to_owned() }
}

fn names(store: &Store, connection: domain::ConnectionId) -> Vec<String> {
    store.views(connection).expect("views").into_iter().map(|view| view.name).collect()
}

#[test]
fn a_view_is_kept_as_it_was_saved_also_in_the_next_session() {
    let (dir, store, connection) = alone();
    let saved = store
        .save_view(connection, None, view("  Twice charged ", "is:negative \"charged twice\""))
        .expect("saved");
    assert_eq!(saved.name, "Twice charged");
    drop(store);
    let store = Store::open(dir.path()).expect("store");
    assert_eq!(store.views(connection).expect("views"), std::slice::from_ref(&saved));

    let changed = NewView { mailbox: "all_open".to_owned(), ..view("Twice", "agent:a") };
    let changed = store.save_view(connection, Some(saved.id), changed).expect("changed");
    assert_eq!(changed.id, saved.id);
    assert_eq!(store.views(connection).expect("views"), [changed]);
}

#[test]
fn a_name_is_there_once_in_a_connection_and_has_one_to_sixty_characters() {
    let (store, connection) = shared();
    let (_, other) = shared();
    let save = |name: &str| store.save_view(connection, None, view(name, ""));
    let first = save("late").expect("saved");
    assert!(matches!(save(" late "), Err(Error::ViewNameTaken(name)) if name == "late"));
    store.save_view(other, None, view("late", "")).expect("another connection's");
    let longest = "é".repeat(60);
    save(&longest).expect("saved");
    for wrong in ["", " \t", &"e".repeat(61), "a\nb", "\0"] {
        assert!(matches!(save(wrong), Err(Error::ViewName)), "{wrong:?}");
        assert!(matches!(store.rename_view(connection, first.id, wrong), Err(Error::ViewName)));
    }
    let taken = store.rename_view(connection, first.id, &longest);
    assert!(matches!(taken, Err(Error::ViewNameTaken(_))));
    store.rename_view(connection, first.id, " later ").expect("renamed");
    store.rename_view(connection, first.id, "later").expect("to what it is called already");
    assert_eq!(names(store, connection), ["later", &longest]);
}

#[test]
fn views_stand_in_the_order_they_are_moved_to() {
    let (store, connection) = shared();
    let save =
        |name: &str| -> View { store.save_view(connection, None, view(name, "")).expect("saved") };
    let (a, b, c) = (save("a"), save("b"), save("c"));
    let shift = |view: &View, before: Option<&View>| {
        store.move_view(connection, view.id, before.map(|view| view.id)).expect("moved");
        names(store, connection).concat()
    };
    assert_eq!(shift(&c, Some(&a)), "cab");
    assert_eq!(shift(&c, Some(&b)), "acb");
    assert_eq!(shift(&a, None), "cba");
    assert_eq!(shift(&b, Some(&b)), "cba");
    let d = save("d");
    store.delete_view(connection, b.id).expect("deleted");
    assert_eq!(shift(&d, Some(&c)), "dca");
    assert_eq!(save("e").name, "e");
    assert_eq!(names(store, connection).concat(), "dcae");
}

#[test]
fn a_view_that_is_not_there_is_no_success() {
    let (store, connection) = shared();
    let (_, other) = shared();
    let mine = store.save_view(connection, None, view("a", "")).expect("saved").id;
    let none = ViewId(mine.0 + 1_000);
    for (connection, id) in [(connection, none), (other, mine)] {
        let is_missing = |result: Result<(), Error>| matches!(result, Err(Error::NoView(_)));
        assert!(is_missing(store.rename_view(connection, id, "b")));
        assert!(is_missing(store.delete_view(connection, id)));
        assert!(is_missing(store.move_view(connection, id, None)));
        assert!(is_missing(store.save_view(connection, Some(id), view("b", "")).map(drop)));
    }
    assert!(matches!(store.move_view(connection, mine, Some(none)), Err(Error::NoView(_))));
    let nowhere = domain::ConnectionId(-1);
    let saved = store.save_view(nowhere, None, view("a", ""));
    assert!(matches!(saved, Err(Error::NoConnection(_))));
    assert_eq!(names(store, connection), ["a"]);
}

#[test]
fn views_go_with_their_connection() {
    let (_dir, store, connection) = alone();
    store.save_view(connection, None, view("a", "")).expect("saved");
    store.remove_connection(connection).expect("removed");
    assert_eq!(store.views(connection).expect("views"), []);
}
