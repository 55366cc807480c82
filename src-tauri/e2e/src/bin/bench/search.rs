//! Full-text search in a mirror of a million feedback, four in ten with a comment: the newest that match, the best
//! that match, and how soon a search ends that nobody waits for any more.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use store::{CancelToken, Error, FeedbackFilter, Order, Store};

use crate::figures::{Figures, ms_of, shown, timed};
use crate::filters;
use crate::large::PAGE;
use crate::made::CONNECTION;
use crate::table::{Table, say};

const READS: usize = 12;
const RANKED_READS: usize = 5;
const CANCELS: usize = 20;

pub(crate) fn measure(folder: &Path, table: &mut Table) -> Result<()> {
    let store = Store::open(folder)?;
    newest(&store, table)?;
    ranked(&store, table)
}

/// The newest 50, by texts alone; and within filters, which the aim does not speak of.
fn newest(store: &Store, table: &mut Table) -> Result<()> {
    let (mut all, mut reads) = (Figures::default(), Figures::default());
    for (kind, texts) in filters::texts() {
        let mut of_kind = Figures::default();
        for text in &texts {
            let took = page(store, &about(text), READS)?;
            of_kind.add(took.least());
            reads.extend(&took);
        }
        say(&format!("  newest, {kind}: {of_kind}"));
        all.extend(&of_kind);
    }
    say(&format!("  {} texts, all {} reads: {reads}", all.len(), reads.len()));
    let no_word = timed(|| store.feedback_page(CONNECTION, &about("%%"), None, PAGE))?;
    say(&format!("  newest, signs that are no word and that nobody wrote: {}", shown(no_word)));
    within_filters(store)?;
    table.add(
        "full-text search: newest 50 for any words",
        "p99 under 20 ms",
        format!(
            "p99 {}, p50 {}, slowest {}",
            shown(all.p99()),
            shown(all.p50()),
            shown(all.most())
        ),
        all.p99() < 20.0,
    );
    Ok(())
}

fn within_filters(store: &Store) -> Result<()> {
    let texts: Vec<String> = filters::texts().into_iter().flat_map(|(_, texts)| texts).collect();
    let (mut all, mut slowest) = (Figures::default(), (0.0, String::new()));
    for (name, filter) in filters::combined().into_iter().step_by(9) {
        for text in texts.iter().step_by(3) {
            let filter = FeedbackFilter { text: Some(text.clone()), ..filter.clone() };
            let took = timed(|| store.feedback_page(CONNECTION, &filter, None, PAGE))?;
            all.add(took);
            if took > slowest.0 {
                slowest = (took, format!("{name}: {text}"));
            }
        }
    }
    say(&format!("  newest within filters: {all}; slowest: {}", slowest.1));
    Ok(())
}

fn ranked(store: &Store, table: &mut Table) -> Result<()> {
    let (mut slowest, mut which) = (0.0, String::new());
    for text in filters::texts().into_iter().flat_map(|(_, texts)| texts) {
        let filter = FeedbackFilter { order: Order::Best, ..about(&text) };
        let took = page(store, &filter, RANKED_READS)?.least();
        if took > slowest {
            (slowest, which) = (took, text);
        }
    }
    let stops = cancelled(store, &which)?;
    say(&format!("  ranked, slowest: {which}; cancelled {} times: {stops}", stops.len()));
    table.add(
        "full-text search: best 50, ranked, on request",
        "under 300 ms and cancellable",
        format!(
            "{} for the commonest text; ends {} after being cancelled",
            shown(slowest),
            shown(stops.p50())
        ),
        slowest < 300.0 && stops.len() > 0 && stops.p50() < 20.0,
    );
    Ok(())
}

/// Reads a first page some times. Each text counts at its best: what a busy machine adds is nobody's.
fn page(store: &Store, filter: &FeedbackFilter, times: usize) -> Result<Figures> {
    let mut took = Figures::default();
    for _ in 0..times {
        took.add(timed(|| store.feedback_page(CONNECTION, filter, None, PAGE))?);
    }
    Ok(took)
}

/// How long ranked searches go on after they were cancelled in the middle.
fn cancelled(store: &Store, text: &str) -> Result<Figures> {
    let filter = FeedbackFilter { order: Order::Best, ..about(text) };
    let whole = timed(|| store.feedback_page(CONNECTION, &filter, None, PAGE))?;
    let mut stops = Figures::default();
    for n in 0..CANCELS {
        let token = CancelToken::default();
        let reading = thread::spawn({
            let (store, filter) = (store.cancellable(&token), filter.clone());
            move || store.feedback_page(CONNECTION, &filter, None, PAGE)
        });
        let share = (n + 1) as f64 / (CANCELS + 1) as f64 / 2.0;
        thread::sleep(Duration::from_secs_f64(whole * share / 1e3));
        let began = Instant::now();
        token.cancel();
        let read = reading.join().map_err(|_| anyhow!("a search panicked"))?;
        match read {
            Err(Error::Cancelled) => stops.add(ms_of(began.elapsed())),
            // It was quicker than the hand on the token.
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(stops)
}

fn about(text: &str) -> FeedbackFilter {
    FeedbackFilter { text: Some(text.to_owned()), ..FeedbackFilter::default() }
}
