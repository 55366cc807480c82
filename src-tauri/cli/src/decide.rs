//! Decides, takes back, and lists what was decided. Every decision is on the disk before it is acknowledged; the
//! server hears of it with the next sync.

use std::io::{BufRead as _, Write as _};
use std::sync::Arc;

use app::Desk;
use app::command::{self, Command as _, ListDecisions, RedoDecision, UndoDecision};
use app::wire::{DecideWhat, DecisionActView, DecisionView, ErrorView, StepView};
use chrono::DateTime;
use domain::{ConnectionId, DecisionKind};

use crate::arguments::{Decide, DecideAll, Decisions, Said, Undo, Which};
use crate::fail::Failure;
use crate::terminal::one_line;
use crate::{feedback, host, open, when};

pub(crate) async fn decide(desk: &Arc<Desk>, wanted: Decide) -> Result<(), Failure> {
    let connection = open::connection(desk, &wanted.which).await?.id;
    match (wanted.feedback.as_str(), wanted.kind) {
        ("-", None) if wanted.said.is_nothing() => lines(desk, connection).await,
        ("-", _) => Err(Failure::usage("With - the decision and its note stand in each line.")),
        (_, None) => Err(Failure::usage(format!("Say what is decided: {}.", kinds()))),
        (feedback, Some(kind)) => {
            let what = DecideWhat::These { feedback: vec![feedback.to_owned()] };
            let request = wanted.said.request(connection, what, kind)?;
            acknowledge(&desk.decide(request).await?)
        }
    }
}

/// All that a mailbox and a filter show, as one step.
pub(crate) async fn decide_all(desk: &Arc<Desk>, wanted: DecideAll) -> Result<(), Failure> {
    let connection = open::connection(desk, &wanted.which).await?.id;
    let filter = feedback::filter_view(wanted.filter, host::now_ms())?;
    let what = DecideWhat::Matching { mailbox: wanted.mailbox.into(), filter };
    let request = wanted.said.request(connection, what, wanted.kind)?;
    acknowledge(&desk.decide(request).await?)
}

fn kinds() -> String {
    DecisionKind::ALL.map(DecisionKind::as_str).join(", ")
}

impl Said {
    fn is_nothing(&self) -> bool {
        self.note.is_none()
            && self.reason.is_none()
            && self.of.is_none()
            && self.snooze_until.is_none()
    }

    fn request(
        self,
        connection: i64,
        what: DecideWhat,
        kind: DecisionKind,
    ) -> Result<command::Decide, Failure> {
        let until = self.snooze_until.as_deref();
        Ok(command::Decide {
            connection,
            what,
            kind: kind.into(),
            note: self.note,
            reason: self.reason,
            duplicate_of: self.of,
            snooze: until.map(|text| when::snooze(text, host::now_ms())).transpose()?,
        })
    }
}

/// One decision per line of standard input, each on the disk and acknowledged before the next is read.
async fn lines(desk: &Arc<Desk>, connection: i64) -> Result<(), Failure> {
    let mut input = std::io::stdin().lock();
    let (mut line, mut failed) = (Vec::new(), 0_u64);
    for number in 1_u64.. {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let parsed = match parse(&line) {
            Ok(None) => continue,
            Ok(Some(parsed)) => Ok(parsed),
            Err(why) => Err(why),
        };
        let made = match parsed {
            Ok((feedback, kind, note)) => {
                let request = command::Decide {
                    connection,
                    what: DecideWhat::These { feedback: vec![feedback] },
                    kind: kind.into(),
                    note,
                    reason: None,
                    duplicate_of: None,
                    snooze: None,
                };
                desk.decide(request).await.map_err(|error| one_line(&error.title, 200))
            }
            Err(why) => Err(why),
        };
        match made {
            Ok(step) => acknowledge(&step)?,
            Err(why) => {
                failed += 1;
                writeln!(std::io::stderr(), "line {number}: {why}")?;
            }
        }
    }
    if failed == 0 {
        return Ok(());
    }
    Err(ErrorView {
        title: format!("{failed} of the lines were not taken."),
        meaning: "The others are decided.".to_owned(),
        action: "Correct the lines named above and give those again.".to_owned(),
        detail: None,
        ..ErrorView::internal("")
    }
    .into())
}

type Line = (String, DecisionKind, Option<String>);

/// `id kind [note]`; `None` for a line with nothing in it.
fn parse(line: &[u8]) -> Result<Option<Line>, String> {
    let text = std::str::from_utf8(line).map_err(|_| "it is not UTF-8".to_owned())?.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let (feedback, rest) =
        text.split_once(char::is_whitespace).ok_or("there is no decision in it")?;
    let rest = rest.trim_start();
    let (kind, note) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let kind =
        kind.parse().map_err(|error: domain::UnknownWord| one_line(&error.to_string(), 120))?;
    let note = Some(note.trim().to_owned()).filter(|note| !note.is_empty());
    Ok(Some((feedback.to_owned(), kind, note)))
}

pub(crate) async fn undo(desk: &Arc<Desk>, wanted: Undo) -> Result<(), Failure> {
    let connection = open::connection(desk, &wanted.which).await?.id;
    let undo = UndoDecision { connection, step: wanted.step, event: wanted.event };
    match desk.undo(undo).await? {
        Some(step) => acknowledge(&step),
        None => Err(Failure::nothing_to_undo()),
    }
}

pub(crate) async fn redo(desk: &Arc<Desk>, which: Which) -> Result<(), Failure> {
    let connection = open::connection(desk, &which).await?.id;
    match desk.redo(RedoDecision { connection }).await? {
        Some(step) => acknowledge(&step),
        None => Err(Failure::nothing_to_redo()),
    }
}

/// Says how much woke: what waits for the server's news is looked through after each sync anyway.
pub(crate) async fn wake(desk: &Arc<Desk>, which: Which) -> Result<(), Failure> {
    let connection = open::connection(desk, &which).await?.id;
    let woken = desk.wake(ConnectionId(connection)).await?;
    Ok(writeln!(std::io::stdout(), "{woken} woken")?)
}

/// Whoever started this takes a line for a decision that is safe: it is written when that is so, and flushed.
fn acknowledge(step: &StepView) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let mut write = || {
        for (event, feedback) in step.events.iter().zip(&step.feedback) {
            writeln!(out, "ok {event} {}", one_line(feedback, usize::MAX))?;
        }
        out.flush()
    };
    // Also where the reader left: not all that was asked for is done.
    write().map_err(|error: std::io::Error| ErrorView::internal(error).into())
}

pub(crate) async fn list(desk: &Arc<Desk>, wanted: Decisions) -> Result<(), Failure> {
    let connection = open::connection(desk, &wanted.which).await?.id;
    let list = ListDecisions {
        connection,
        feedback: wanted.feedback,
        before: None,
        limit: Some(wanted.limit),
    };
    let events = list.handle(desk).await?;
    let mut out = std::io::stdout().lock();
    if wanted.json {
        serde_json::to_writer_pretty(&mut out, &events).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        events.iter().try_for_each(|event| write_event(&mut out, event))?;
    }
    Ok(out.flush()?)
}

fn write_event(out: &mut impl std::io::Write, event: &DecisionView) -> std::io::Result<()> {
    let time = DateTime::from_timestamp_millis(event.at_ms + app::utc_offset_ms(event.at_ms))
        .map(|time| time.format("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default();
    let act = match (event.act, event.undoes) {
        (DecisionActView::Resolved, _) => "resolved".to_owned(),
        (DecisionActView::Incorrect, _) => "incorrect".to_owned(),
        (DecisionActView::Correct, _) => "correct".to_owned(),
        (DecisionActView::Duplicate, _) => "duplicate".to_owned(),
        (DecisionActView::Snoozed, _) => "snoozed".to_owned(),
        (DecisionActView::Note, _) => "note".to_owned(),
        (DecisionActView::Undo, Some(undone)) => format!("undo of {undone}"),
        (DecisionActView::Woke, Some(snooze)) => format!("woke from {snooze}"),
        (DecisionActView::Undo | DecisionActView::Woke | DecisionActView::Unknown, _) => {
            "unknown".to_owned()
        }
    };
    let standing = if event.is_current {
        "counts"
    } else if event.holds {
        ""
    } else {
        "taken back"
    };
    writeln!(
        out,
        "{:>6}  {time}  {:14}  {:10}  {:12}  {}  {}{}",
        event.id,
        act,
        standing,
        one_line(&event.who, 12),
        one_line(&event.feedback, 40),
        event.push.as_ref().map(|push| push.text.as_str()).unwrap_or_default(),
        event
            .note
            .as_ref()
            .map(|note| format!("  \"{}\"", one_line(note, 100)))
            .unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_id_a_decision_and_perhaps_a_note() {
        let parsed = |line: &str| parse(line.as_bytes()).expect("a line").expect("not empty");
        let (feedback, kind, note) = parsed("f-1 resolved\r\n");
        assert_eq!((feedback.as_str(), kind, note), ("f-1", DecisionKind::Resolved, None));
        let (_, _, note) = parsed("  f-1\tcorrect   wrong  total \n");
        assert_eq!(note.as_deref(), Some("wrong  total"));
        assert_eq!(parse(b"  \n"), Ok(None));
        for wrong in ["f-1", "f-1 ", "f-1 maybe", "resolved f-1"] {
            assert!(parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(parse(b"f-1 resolved \xff").is_err());
    }
}
