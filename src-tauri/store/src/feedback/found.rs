//! Where a search found each row of a page. The index is asked once for all of them: to ask it for one row by the
//! beginning of a common word takes as long as for all.

use std::collections::HashSet;

use rusqlite::{Connection, params};

use super::FoundIn;
use super::matching::{MatchAt, matches_one};
use super::search::{Search, Side};
use crate::Error;

/// Where each position matches, if it does.
pub(super) fn found_in_each(
    reader: &Connection,
    search: &Search,
    found: &[i64],
) -> Result<Vec<Option<FoundIn>>, Error> {
    let mut told: Vec<Option<FoundIn>> = vec![None; found.len()];
    let of_runs = [(Side::Input, FoundIn::Input), (Side::Output, FoundIn::Output)];
    let in_runs = of_runs.map(|(side, found_in)| (search.in_runs(side), found_in));
    let comments = (Some(search.clone()), FoundIn::Comment);
    for (search, found_in) in [comments].into_iter().chain(in_runs) {
        let Some(search) = search else { continue };
        let left: Vec<i64> = found
            .iter()
            .zip(&told)
            .filter(|(_, told)| told.is_none())
            .map(|(pos, _)| *pos)
            .collect();
        let matching = matching(reader, &search, &left)?;
        for (pos, told) in found.iter().zip(&mut told) {
            if told.is_none() && matching.contains(pos) {
                *told = Some(found_in);
            }
        }
    }
    Ok(told)
}

/// Those of some positions that match.
fn matching(reader: &Connection, search: &Search, of: &[i64]) -> Result<HashSet<i64>, Error> {
    let mut matching = HashSet::new();
    let (Some(first), Some(last)) = (of.iter().min(), of.iter().max()) else { return Ok(matching) };
    let Some((table, wanted)) = search.index() else {
        // There is no index: reading a comment is quick.
        for pos in of {
            if matches_one(reader, search, *pos)? {
                matching.insert(*pos);
            }
        }
        return Ok(matching);
    };
    let wanted_at: HashSet<i64> = of.iter().copied().collect();
    let mut literals = MatchAt::literals(reader, search)?;
    let mut statement = reader.prepare_cached(&format!(
        "SELECT rowid FROM {table} WHERE {table} MATCH ?1 AND rowid >= ?2 AND rowid <= ?3"
    ))?;
    let mut rows = statement.query(params![wanted, first, last])?;
    while let Some(row) = rows.next()? {
        let pos: i64 = row.get(0)?;
        if wanted_at.contains(&pos) && literals.holds(pos)? {
            matching.insert(pos);
            if matching.len() == wanted_at.len() {
                break;
            }
        }
    }
    Ok(matching)
}
