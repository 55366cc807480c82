//! Feedback as a file for other tools: CSV for spreadsheets, JSON Lines with the runs for programs.

use std::io::{self, Write};

use domain::{ConnectionId, Run, SnoozeKind};
use serde::Serialize;
use store::{Decision, FeedbackFilter, FeedbackRow, Pin, RunEntry, Store};

use crate::desk::Desk;
use crate::present::filter_of;
use crate::wire::{ErrorView, FilterView, Mailbox};

/// Rows read at once: memory stays flat at any size.
const PAGE: usize = 500;

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    /// One JSON object a line, with the run where it is in the cache.
    JsonLines,
}

#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("the file could not be written: {0}")]
    Write(#[from] io::Error),
    #[error("the file could not be written: {0}")]
    Csv(#[from] csv::Error),
    #[error("a row could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    created_at: String,
    agent: &'a str,
    run_id: &'a str,
    user_id: Option<&'a str>,
    outcome: &'a str,
    comment: Option<&'a str>,
    annotation: Option<&'a str>,
    version: Option<&'a str>,
    version_id: Option<&'a str>,
    model: Option<&'a str>,
    /// What counts here; `open`: taken back after the server was told.
    decision: Option<&'a str>,
    decided_at: Option<String>,
    decided_by: Option<&'a str>,
    reason: Option<&'a str>,
    note: Option<&'a str>,
    duplicate_of: Option<&'a str>,
    /// A time, or what it waits for.
    snoozed_until: Option<String>,
    /// Oldest first.
    pins: &'a [PinLine],
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<Box<Run>>,
}

/// A reviewer's note on one place.
#[derive(Serialize)]
struct PinLine {
    /// `comment`, `input`, `output`, `message:N`.
    place: String,
    /// To the value in that place (RFC 6901); empty: the whole of it.
    pointer: String,
    /// A stretch of a text, in UTF-16 units.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<u32>,
    quote: String,
    note: Option<String>,
    at: String,
    by: String,
}

impl PinLine {
    fn of(pin: Pin) -> Self {
        let (start, end) = pin.stretch.unzip();
        Self {
            place: pin.place.to_string(),
            pointer: pin.pointer,
            start,
            end,
            quote: pin.quote,
            note: pin.note,
            at: written(pin.at_ms),
            by: pin.who,
        }
    }

    /// For a cell: `output/total "49.90": no VAT`.
    fn told(&self) -> String {
        let note = self.note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
        format!("{}{} \"{}\"{note}", self.place, self.pointer, self.quote)
    }
}

impl Desk {
    /// Writes what a filter matches, newest first. Gives the number of rows. Blocks.
    ///
    /// # Errors
    /// If the cache cannot be read or the output cannot be written; what was written so far stays.
    pub fn export(
        &self,
        connection: ConnectionId,
        filter: FilterView,
        format: Format,
        output: &mut dyn Write,
    ) -> Result<u64, ErrorView> {
        let Some(filter) = filter_of(Mailbox::Everything, filter) else { return Ok(0) };
        let written = match format {
            Format::Csv => write_csv(&self.store, connection, &filter, output),
            Format::JsonLines => write_lines(&self.store, connection, &filter, output),
        };
        written.map_err(|error| match error {
            ExportError::Store(error) => error.into(),
            other => ErrorView {
                title: "The export could not be written to its end.".to_owned(),
                meaning: "The cache is untouched; the file is cut short.".to_owned(),
                action: "Look at the disk and export again.".to_owned(),
                ..ErrorView::internal(other)
            },
        })
    }
}

fn write_csv(
    store: &Store,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    output: &mut dyn Write,
) -> Result<u64, ExportError> {
    let mut table = csv::Writer::from_writer(output);
    table.write_record([
        "id",
        "created_at",
        "agent",
        "run_id",
        "user_id",
        "outcome",
        "comment",
        "annotation",
        "version",
        "version_id",
        "model",
        "decision",
        "decided_at",
        "decided_by",
        "reason",
        "note",
        "duplicate_of",
        "snoozed_until",
        "pins",
    ])?;
    let written = each_row(store, connection, filter, |row| {
        let decided = Decided::on(store, connection, row)?;
        let line = line(row, &decided, None);
        table.write_record([
            line.id,
            &line.created_at,
            &harmless(line.agent),
            &harmless(line.run_id),
            &harmless(line.user_id.unwrap_or_default()),
            line.outcome,
            &harmless(line.comment.unwrap_or_default()),
            line.annotation.unwrap_or_default(),
            line.version.unwrap_or_default(),
            line.version_id.unwrap_or_default(),
            line.model.unwrap_or_default(),
            line.decision.unwrap_or_default(),
            &line.decided_at.unwrap_or_default(),
            &harmless(line.decided_by.unwrap_or_default()),
            &harmless(line.reason.unwrap_or_default()),
            &harmless(line.note.unwrap_or_default()),
            &harmless(line.duplicate_of.unwrap_or_default()),
            &line.snoozed_until.unwrap_or_default(),
            &harmless(&line.pins.iter().map(PinLine::told).collect::<Vec<_>>().join("\n")),
        ])?;
        Ok(())
    })?;
    table.flush()?;
    Ok(written)
}

fn write_lines(
    store: &Store,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    output: &mut dyn Write,
) -> Result<u64, ExportError> {
    let written = each_row(store, connection, filter, |row| {
        let word = &row.feedback;
        let run = match store.run(connection, &word.agent, &word.run)? {
            Some(RunEntry::Present(run)) => Some(run),
            _ => None,
        };
        let decided = Decided::on(store, connection, row)?;
        serde_json::to_writer(&mut *output, &line(row, &decided, run))?;
        output.write_all(b"\n")?;
        Ok(())
    })?;
    output.flush()?;
    Ok(written)
}

fn each_row(
    store: &Store,
    connection: ConnectionId,
    filter: &FeedbackFilter,
    mut write: impl FnMut(&FeedbackRow) -> Result<(), ExportError>,
) -> Result<u64, ExportError> {
    let (mut written, mut cursor) = (0, None);
    loop {
        let page = store.feedback_page(connection, filter, cursor.as_ref(), PAGE)?;
        page.rows.iter().try_for_each(&mut write)?;
        written += page.rows.len() as u64;
        cursor = page.next;
        if cursor.is_none() {
            return Ok(written);
        }
    }
}

/// What was decided here, and said and pinned along with it.
#[derive(Default)]
struct Decided {
    decision: Option<Decision>,
    note: Option<String>,
    pins: Vec<PinLine>,
}

impl Decided {
    /// Looked up for those alone of which there is something to tell.
    fn on(
        store: &Store,
        connection: ConnectionId,
        row: &FeedbackRow,
    ) -> Result<Self, store::Error> {
        let id = &row.feedback.id;
        Ok(Self {
            decision: match row.decision {
                Some(_) => store.current_decision(connection, id)?,
                None => None,
            },
            note: if row.has_note { store.note(connection, id)? } else { None },
            pins: match row.pins {
                0 => Vec::new(),
                _ => store.pins(connection, id)?.into_iter().map(PinLine::of).collect(),
            },
        })
    }
}

fn line<'a>(row: &'a FeedbackRow, decided: &'a Decided, run: Option<Box<Run>>) -> Line<'a> {
    let word = &row.feedback;
    let decision = decided.decision.as_ref();
    Line {
        id: word.id.as_str(),
        created_at: written(word.created_at_ms),
        agent: word.agent.as_str(),
        run_id: word.run.as_str(),
        user_id: word.user.as_ref().map(domain::UserId::as_str),
        outcome: word.outcome.as_str(),
        comment: word.comment.as_deref(),
        annotation: word.annotation.map(domain::Annotation::as_str),
        version: row.version_label.as_deref(),
        version_id: row.version.as_ref().map(domain::VersionId::as_str),
        model: row.model.as_deref(),
        decision: row.decision.as_deref(),
        decided_at: decision.map(|decision| written(decision.at_ms)),
        decided_by: decision.map(|decision| decision.who.as_str()),
        reason: decision.and_then(|decision| decision.reason.as_deref()),
        note: decided.note.as_deref(),
        duplicate_of: row.duplicate_of.as_ref().map(domain::FeedbackId::as_str),
        snoozed_until: row.snooze.map(|snooze| match snooze.kind {
            SnoozeKind::Until => written(snooze.at_ms),
            other => other.to_string(),
        }),
        pins: &decided.pins,
        run,
    }
}

fn written(at_ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(at_ms)
        .map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
        .unwrap_or_default()
}

/// Spreadsheets run a cell that begins like a formula, and comments are hostile text: an apostrophe makes it a
/// text (OWASP, "CSV injection"). JSON Lines has the text as it is.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_that_begins_like_a_formula_is_a_text() {
        assert_eq!(harmless("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("wrong = bad"), "wrong = bad");
    }
}
