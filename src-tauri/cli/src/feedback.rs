//! Lists and exports feedback.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Arc;

use app::Desk;
use app::command::{Command as _, ListFeedback};
use app::export;
use app::wire::{FeedbackRowView, FilterView, Mailbox, OutcomeView};
use chrono::DateTime;
use domain::ConnectionId;

use crate::arguments::{Export, Filter, Format, List, Outcome};
use crate::fail::Failure;
use crate::terminal::one_line;
use crate::{host, open, when};

const PAGE: u64 = 500;

pub(crate) async fn list(desk: &Arc<Desk>, wanted: List) -> Result<(), Failure> {
    let connection = open::connection(desk, &wanted.which).await?;
    let filter = filter_view(wanted.filter, host::now_ms())?;
    let mut rows: Vec<FeedbackRowView> = Vec::new();
    let mut cursor = None;
    loop {
        let missing = wanted.limit - rows.len() as u64;
        let page = ListFeedback {
            connection: connection.id,
            mailbox: Mailbox::Everything,
            filter: filter.clone(),
            cursor,
            limit: u32::try_from(missing.min(PAGE)).unwrap_or(u32::MAX),
            collapse: None,
        }
        .handle(desk)
        .await?;
        rows.extend(page.rows);
        cursor = page.next;
        if cursor.is_none() || rows.len() as u64 >= wanted.limit {
            break;
        }
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    if wanted.json {
        serde_json::to_writer_pretty(&mut out, &rows).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        rows.iter().try_for_each(|row| write_row(&mut out, row))?;
    }
    out.flush()?;
    Ok(())
}

pub(crate) async fn export(desk: &Arc<Desk>, wanted: Export) -> Result<(), Failure> {
    let connection = open::connection(desk, &wanted.which).await?;
    let filter = filter_view(wanted.filter, host::now_ms())?;
    let format = match wanted.format {
        Format::Csv => export::Format::Csv,
        Format::Jsonl => export::Format::JsonLines,
    };
    let mut output: Box<dyn Write + Send> = match &wanted.output {
        Some(path) => Box::new(BufWriter::new(File::create(path)?)),
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    let (desk, id) = (Arc::clone(desk), ConnectionId(connection.id));
    let written =
        tokio::task::spawn_blocking(move || desk.export(id, filter, format, &mut *output))
            .await
            .map_err(|error| Failure::from(app::wire::ErrorView::internal(error)))??;
    if let Some(path) = &wanted.output {
        writeln!(std::io::stderr(), "{written} feedback written to {}.", path.display())?;
    }
    Ok(())
}

fn write_row(out: &mut impl Write, row: &FeedbackRowView) -> std::io::Result<()> {
    let time =
        DateTime::from_timestamp_millis(row.created_at_ms + app::utc_offset_ms(row.created_at_ms))
            .map(|time| time.format("%Y-%m-%d %H:%M").to_string())
            .unwrap_or_default();
    let outcome = match row.outcome {
        OutcomeView::Positive => "positive",
        OutcomeView::Negative => "negative",
    };
    let agent =
        [one_line(&row.agent, 24), one_line(row.version_label.as_deref().unwrap_or_default(), 12)]
            .join(" ");
    writeln!(
        out,
        "{time}  {outcome}  {:28}  {:16}  {}  {}",
        agent,
        one_line(row.user.as_deref().unwrap_or("no user"), 16),
        one_line(&row.id, 40),
        one_line(row.comment.as_deref().unwrap_or("no comment"), 100),
    )
}

pub(crate) fn filter_view(filter: Filter, now_ms: i64) -> Result<FilterView, Failure> {
    Ok(FilterView {
        outcome: filter.outcome.map(|outcome| match outcome {
            Outcome::Positive => OutcomeView::Positive,
            Outcome::Negative => OutcomeView::Negative,
        }),
        agents: (!filter.agent.is_empty()).then_some(filter.agent),
        user: filter.user,
        has_comment: filter.has_comment.then_some(true),
        text: filter.text,
        since_ms: filter.since.as_deref().map(|text| when::since_ms(text, now_ms)).transpose()?,
        ..FilterView::default()
    })
}
