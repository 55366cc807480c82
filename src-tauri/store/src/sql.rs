//! Reading columns as the domain's types, and the word a row could not be read by.

use std::str::FromStr;

use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// A column holding one of an enum's words.
pub(crate) fn word<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let index = row.as_ref().column_index(column)?;
    parse(row.get_ref(index)?.as_str()?, index)
}

/// As [`word`], for a column that may be NULL.
pub(crate) fn optional_word<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let index = row.as_ref().column_index(column)?;
    row.get_ref(index)?.as_str_or_null()?.map(|text| parse(text, index)).transpose()
}

fn parse<T>(text: &str, index: usize) -> rusqlite::Result<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error))
    })
}

/// A text column as an id or the like.
pub(crate) fn text<T: From<String>>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    Ok(row.get::<_, String>(column)?.into())
}

/// As [`text`], for a column that may be NULL.
pub(crate) fn optional_text<T: From<String>>(
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<Option<T>> {
    Ok(row.get::<_, Option<String>>(column)?.map(T::from))
}

/// What a `what` was stored as.
pub(crate) fn from_json<T: DeserializeOwned>(what: &'static str, json: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(json).map_err(|error| Error::Unreadable { what, source: error.into() })
}

/// How a `what` is stored.
pub(crate) fn to_json<T: Serialize>(what: &'static str, value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Unreadable { what, source: error.into() })
}

/// A count: never negative.
pub(crate) fn count(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}

/// How long to wait before asking again for what the server did not have, by `attempts` before the last: things are
/// stored late at times, and what does not come in a week comes hardly ever.
pub(crate) const RETRY_AFTER_MS: &str = "CASE attempts WHEN 0 THEN 60000 WHEN 1 THEN 600000 \
    WHEN 2 THEN 3600000 WHEN 3 THEN 21600000 WHEN 4 THEN 86400000 WHEN 5 THEN 604800000 \
    ELSE 2592000000 END";
/// The first of them.
pub(crate) const FIRST_RETRY_AFTER_MS: i64 = 60_000;
