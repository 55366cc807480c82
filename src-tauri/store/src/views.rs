//! Saved views: a mailbox and a filter text under a name. What the text means is not known here: it is kept as it is
//! typed, so that `version:3.2` and `yesterday` mean what they mean whenever it is looked at.

use domain::ConnectionId;
use rusqlite::{ErrorCode, Row, Transaction, params};

use crate::{Error, Store};

/// Longest name of a view, in characters.
pub const LONGEST_VIEW_NAME: usize = 60;

/// A view in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ViewId(pub i64);

/// What a view shows, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewView {
    /// 1 to 60 characters, unique in its connection; blanks around it do not count.
    pub name: String,
    /// The mailbox's word.
    pub mailbox: String,
    /// As it is typed.
    pub filter: String,
}

/// A view as kept; fields as in [`NewView`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub id: ViewId,
    pub name: String,
    pub mailbox: String,
    pub filter: String,
}

impl Store {
    /// A connection's views in their order.
    pub fn views(&self, connection: ConnectionId) -> Result<Vec<View>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT id, name, mailbox, filter FROM views WHERE connection = ?1 ORDER BY place, id",
        )?;
        let views = statement.query_map([connection.0], of_row)?;
        Ok(views.collect::<Result<_, _>>()?)
    }

    /// Keeps a view: a new one at the end, or in place of the one that is named.
    ///
    /// # Errors
    /// [`Error::ViewName`], [`Error::ViewNameTaken`], [`Error::NoView`], [`Error::NoConnection`].
    pub fn save_view(
        &self,
        connection: ConnectionId,
        replaced: Option<ViewId>,
        new: NewView,
    ) -> Result<View, Error> {
        let NewView { name, mailbox, filter } = new;
        let name = checked(&name)?;
        let id = self.write_durably(|tx| match replaced {
            Some(id) => {
                let sql = "UPDATE views SET name = ?3, mailbox = ?4, filter = ?5
                     WHERE connection = ?1 AND id = ?2";
                let changed = tx
                    .prepare_cached(sql)?
                    .execute(params![connection.0, id.0, name, mailbox, filter])
                    .map_err(|error| refused(error, connection, &name))?;
                existed(changed, id)
            }
            None => {
                let sql = "INSERT INTO views (connection, name, mailbox, filter, place)
                     SELECT ?1, ?2, ?3, ?4, coalesce(max(place) + 1, 0) FROM views WHERE connection = ?1";
                tx.prepare_cached(sql)?
                    .execute(params![connection.0, name, mailbox, filter])
                    .map_err(|error| refused(error, connection, &name))?;
                Ok(ViewId(tx.last_insert_rowid()))
            }
        })?;
        Ok(View { id, name, mailbox, filter })
    }

    /// Gives a view another name.
    ///
    /// # Errors
    /// As [`Store::save_view`].
    pub fn rename_view(
        &self,
        connection: ConnectionId,
        id: ViewId,
        name: &str,
    ) -> Result<(), Error> {
        let name = checked(name)?;
        self.write_durably(|tx| {
            let changed = tx
                .prepare_cached("UPDATE views SET name = ?3 WHERE connection = ?1 AND id = ?2")?
                .execute(params![connection.0, id.0, name])
                .map_err(|error| refused(error, connection, &name))?;
            existed(changed, id).map(drop)
        })
    }

    /// Takes a view away; what it shows stays.
    ///
    /// # Errors
    /// [`Error::NoView`].
    pub fn delete_view(&self, connection: ConnectionId, id: ViewId) -> Result<(), Error> {
        self.write_durably(|tx| {
            let changed = tx
                .prepare_cached("DELETE FROM views WHERE connection = ?1 AND id = ?2")?
                .execute(params![connection.0, id.0])?;
            existed(changed, id).map(drop)
        })
    }

    /// Moves a view before another one; `None`: to the end.
    ///
    /// # Errors
    /// [`Error::NoView`], for either of them.
    pub fn move_view(
        &self,
        connection: ConnectionId,
        id: ViewId,
        before: Option<ViewId>,
    ) -> Result<(), Error> {
        self.write_durably(|tx| {
            let mut order = ids(tx, connection)?;
            let from = order.iter().position(|one| *one == id).ok_or(Error::NoView(id.0))?;
            if before == Some(id) {
                return Ok(());
            }
            order.remove(from);
            let to = match before {
                Some(next) => {
                    order.iter().position(|one| *one == next).ok_or(Error::NoView(next.0))?
                }
                None => order.len(),
            };
            order.insert(to, id);
            let mut statement = tx.prepare_cached("UPDATE views SET place = ?2 WHERE id = ?1")?;
            for (place, id) in (0_i64..).zip(order) {
                statement.execute([id.0, place])?;
            }
            Ok(())
        })
    }
}

fn of_row(row: &Row<'_>) -> rusqlite::Result<View> {
    Ok(View {
        id: ViewId(row.get("id")?),
        name: row.get("name")?,
        mailbox: row.get("mailbox")?,
        filter: row.get("filter")?,
    })
}

fn ids(tx: &Transaction<'_>, connection: ConnectionId) -> Result<Vec<ViewId>, Error> {
    let mut statement =
        tx.prepare_cached("SELECT id FROM views WHERE connection = ?1 ORDER BY place, id")?;
    let ids = statement.query_map([connection.0], |row| row.get(0).map(ViewId))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// The name as it is kept. Line breaks and their like would be seen in no list.
fn checked(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let is_name = (1..=LONGEST_VIEW_NAME).contains(&name.chars().count());
    if is_name && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(Error::ViewName)
    }
}

fn existed(changed: usize, id: ViewId) -> Result<ViewId, Error> {
    if changed == 0 { Err(Error::NoView(id.0)) } else { Ok(id) }
}

fn refused(error: rusqlite::Error, connection: ConnectionId, name: &str) -> Error {
    const UNIQUE: i32 = rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE;
    const FOREIGN_KEY: i32 = rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY;
    match error.sqlite_error() {
        Some(failure) if failure.extended_code == UNIQUE => Error::ViewNameTaken(name.to_owned()),
        Some(failure) if failure.extended_code == FOREIGN_KEY => Error::NoConnection(connection),
        Some(failure) if failure.code == ErrorCode::ConstraintViolation => Error::ViewName,
        _ => error.into(),
    }
}
