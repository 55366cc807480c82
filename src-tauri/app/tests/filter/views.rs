//! Saved views by the commands of the window.

use app::command::{Command as _, DeleteView, ListViews, MoveView, RenameView, SaveView};
use app::wire::{Event, Mailbox, SavedView};
use domain::ConnectionId;
use store::NewView;

use crate::given::{Given, given};

impl Given {
    async fn save(&self, name: &str, mailbox: Mailbox, text: &str) -> SavedView {
        self.try_save(name, mailbox, text).await.expect("saved")
    }

    async fn try_save(
        &self,
        name: &str,
        mailbox: Mailbox,
        text: &str,
    ) -> Result<SavedView, app::wire::ErrorView> {
        let (connection, name, text) = (self.id, name.to_owned(), text.to_owned());
        SaveView { connection, view: None, name, mailbox, text }.handle(&self.desk).await
    }

    async fn views(&self) -> Vec<SavedView> {
        ListViews { connection: self.id }.handle(&self.desk).await.expect("views")
    }
}

#[tokio::test]
async fn a_view_is_kept_as_it_is_printed_and_counts_what_it_shows() {
    let given = given();
    let saved = given.save(" Open ", Mailbox::NegativeOpen, "AGENT:support  is:negative").await;
    assert_eq!(saved.name, "Open");
    assert_eq!(saved.text, "is:negative agent:support");
    assert_eq!(saved.count, Some(3));
    let excluded = given.save("Neither", Mailbox::NegativeOpen, "is:positive").await;
    assert_eq!(excluded.count, Some(0));
    let searching = given.save("Twice", Mailbox::Everything, "twice").await;
    assert_eq!(searching.count, None, "counting it takes time");
    assert_eq!(given.views().await, [saved, excluded, searching]);
}

#[tokio::test]
async fn a_filter_that_is_not_clear_is_not_kept() {
    let given = given();
    let refused = given.try_save("x", Mailbox::Everything, "is:blue").await.expect_err("unclear");
    assert!(refused.title.contains("is: knows negative"), "{}", refused.title);
    // A hint is no objection.
    given.save("hinted", Mailbox::Everything, "channel:web").await;
    // What is not in the cache today may be there tomorrow.
    let saved = given.save("x", Mailbox::Everything, "version:9.9").await;
    assert_eq!(saved.count, Some(0));
    let again = given.try_save("x", Mailbox::Everything, "").await.expect_err("taken");
    assert_eq!(again.title, "There is a view named x already.");
}

#[tokio::test]
async fn a_view_of_a_mailbox_that_is_not_known_here_is_left_out_and_kept() {
    let given = given();
    let saved = given.save("mine", Mailbox::Everything, "").await;
    let (name, mailbox) = ("theirs".to_owned(), "of_a_later_version".to_owned());
    let new = NewView { name, mailbox, filter: String::new() };
    given.store().save_view(ConnectionId(given.id), None, new).expect("saved");
    assert_eq!(given.views().await, [saved]);
    assert_eq!(given.store().views(ConnectionId(given.id)).expect("views").len(), 2);
}

#[tokio::test]
async fn views_are_renamed_replaced_moved_and_deleted_and_each_time_it_is_told() {
    let given = given();
    let connection = given.id;
    let (a, b) = (
        given.save("a", Mailbox::Everything, "").await,
        given.save("b", Mailbox::Everything, "is:open").await,
    );
    let mut events = given.desk.events();
    let mut told =
        || matches!(events.try_recv(), Ok(Event::Data { connection: told }) if told == connection);

    let rename = RenameView { connection, view: a.id, name: "z".to_owned() };
    rename.handle(&given.desk).await.expect("renamed");
    assert!(told());
    let shift = MoveView { connection, view: b.id, before: Some(a.id) };
    shift.handle(&given.desk).await.expect("moved");
    assert!(told());
    let replace = SaveView {
        connection,
        view: Some(b.id),
        name: "b".to_owned(),
        mailbox: Mailbox::AllOpen,
        text: "is:positive".to_owned(),
    };
    let replaced = replace.handle(&given.desk).await.expect("replaced");
    assert!(told());
    assert_eq!((replaced.id, replaced.mailbox, replaced.count), (b.id, Mailbox::AllOpen, Some(1)));
    let names = |views: Vec<SavedView>| views.into_iter().map(|view| view.name).collect::<String>();
    assert_eq!(names(given.views().await), "bz");

    let delete = DeleteView { connection, view: b.id };
    delete.handle(&given.desk).await.expect("deleted");
    assert!(told());
    assert_eq!(names(given.views().await), "z");
    let again = DeleteView { connection, view: b.id };
    let refused = again.handle(&given.desk).await.expect_err("there is none");
    assert_eq!(refused.title, "There is no such view (any more).");
    assert!(!told());
}
