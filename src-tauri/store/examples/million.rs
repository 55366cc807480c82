//! How long reads take with a million feedback. Builds a mirror in a folder, or reuses the one there, and
//! prints figures; nothing is asserted.
//!
//! `cargo run --release -p store --example million -- FOLDER [FEEDBACK]`: run it twice, as memory and caches
//! of the first run are those of the building.

#![expect(clippy::print_stdout, reason = "figures are what it is for")]

#[path = "million/filters.rs"]
mod filters;
#[path = "million/made.rs"]
mod made;
#[path = "million/timed.rs"]
mod timed;

use std::path::{Path, PathBuf};

use domain::ConnectionId;
use store::{FeedbackFilter, Order, Store};

use filters::Beside;
use timed::{Figures, memory_mib, ms, timed};

const MILLION: u64 = 1_000_000;
const PAGE: usize = 50;
const CONNECTION: ConnectionId = ConnectionId(1);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let many: u64 = arguments.next().map_or(Ok(MILLION), |text| text.parse())?;
    let (large, small) = (folder.join(many.to_string()), folder.join("1000"));
    made::mirror(&large, many)?;
    made::mirror(&small, 1_000)?;

    opened(&large, &small)?;
    let store = Store::open(&large)?;
    counted(&store)?;
    pages(&store, "first page of any filter", 5, filters::combined())?;
    searches(&store)?;
    println!("memory at most: {} MiB", memory_mib("VmHWM:"));
    beside(&store)?;
    Ok(())
}

/// Opening and the first page, large beside small.
fn opened(large: &Path, small: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let open = |folder: &Path| -> Result<Figures, store::Error> {
        let mut figures = Figures::default();
        for _ in 0..40 {
            figures.add(timed(|| {
                let store = Store::open(folder)?;
                store.feedback_page(CONNECTION, &FeedbackFilter::default(), None, PAGE)
            })?);
        }
        Ok(figures)
    };
    let (large, small) = (open(large)?, open(small)?);
    println!(
        "open and first page: {large}; of 1,000: {small}; ratio of the least {:.2}",
        large.least() / small.least()
    );
    Ok(())
}

fn counted(store: &Store) -> Result<(), store::Error> {
    let sizes = store.sizes(CONNECTION)?;
    println!("{sizes:?}: {} bytes a feedback", sizes.file_bytes / sizes.feedback.max(1));
    let print = |what: &str, work: &dyn Fn() -> Result<f64, store::Error>| {
        least(5, work).map(|took| println!("{what}: {}", ms(took)))
    };
    print("mailbox counts", &|| timed(|| store.mailbox_counts(CONNECTION)))?;
    print("agents", &|| timed(|| store.agents(CONNECTION)))?;
    print("users, first page", &|| timed(|| store.users(CONNECTION, None, 0, PAGE)))?;
    print("users, searched", &|| timed(|| store.users(CONNECTION, Some("77"), 0, PAGE)))?;
    print("users, counted", &|| timed(|| store.users_count(CONNECTION, None)))?;
    print("a page half way down", &|| timed(|| deep(store)))?;
    print("trend columns", &|| timed(|| store.trend_columns(CONNECTION, &[], None, None)))?;
    let before = memory_mib("VmRSS:");
    let columns = store.trend_columns(CONNECTION, &[], None, None)?;
    println!(
        "{} of them: memory {} MiB more",
        columns.user.len(),
        memory_mib("VmRSS:").saturating_sub(before)
    );
    Ok(())
}
fn deep(store: &Store) -> Result<(), store::Error> {
    let half = FeedbackFilter { until_ms: Some(made::middle_ms()), ..FeedbackFilter::default() };
    store.feedback_page(CONNECTION, &half, None, PAGE).map(|_| ())
}

/// The least of some times: what a busy machine adds is nobody's.
fn least(times: usize, work: impl Fn() -> Result<f64, store::Error>) -> Result<f64, store::Error> {
    (0..times).try_fold(f64::INFINITY, |least, _| Ok(work()?.min(least)))
}

/// The first pages of some filters, each at its best of a few times, under the slowest of them.
fn pages(
    store: &Store,
    what: &str,
    times: usize,
    filters: impl IntoIterator<Item = (String, FeedbackFilter)>,
) -> Result<(), store::Error> {
    let mut all = Figures::default();
    let mut slowest = (0.0, String::new());
    for (name, filter) in filters {
        let page = || timed(|| store.feedback_page(CONNECTION, &filter, None, PAGE));
        let took = least(times, page)?;
        all.add(took);
        if took > slowest.0 {
            slowest = (took, name);
        }
    }
    println!("{what}: {all}; slowest: {}", slowest.1);
    Ok(())
}

fn searches(store: &Store) -> Result<(), store::Error> {
    for (what, texts) in filters::texts() {
        for (order, how) in [(Order::Newest, "newest"), (Order::Best, "best")] {
            let filters = texts.iter().map(|text| {
                let text = Some(text.clone());
                let filter = FeedbackFilter { text, order, ..FeedbackFilter::default() };
                (filter.text.clone().unwrap_or_default(), filter)
            });
            pages(store, &format!("search, {what}, {how}"), 3, filters)?;
        }
    }
    let texts: Vec<String> = filters::texts().into_iter().flat_map(|(_, texts)| texts).collect();
    let both = filters::combined().into_iter().step_by(5).flat_map(|(name, filter)| {
        texts.iter().step_by(3).map(move |text| {
            let filter = FeedbackFilter { text: Some(text.clone()), ..filter.clone() };
            (format!("{name} + {text}"), filter)
        })
    });
    pages(store, "search within a filter", 1, both)
}

/// Each filter beside a query written for it alone, with an index made for it alone.
fn beside(store: &Store) -> Result<(), Box<dyn std::error::Error>> {
    let by_hand = Beside::open(store.path())?;
    let (mut ours, mut best) = (Figures::default(), Figures::default());
    let mut ratios = Vec::new();
    for (name, filter) in filters::combined() {
        by_hand.prepare(CONNECTION, &filter)?;
        let (mut here, mut there) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..8 {
            here = here.min(timed(|| store.feedback_page(CONNECTION, &filter, None, PAGE))?);
            there = there.min(timed(|| by_hand.page(PAGE))?);
        }
        ratios.push((here / there, name, here, there));
        ours.add(here);
        best.add(there);
    }
    println!(
        "{} filters: {ours}; by hand: {best}; ratio of p99 {:.2}, of p50 {:.2}",
        ratios.len(),
        ours.p99() / best.p99(),
        ours.p50() / best.p50()
    );
    ratios.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (ratio, name, here, there) in ratios.iter().take(6) {
        println!("  {ratio:.2} ({} beside {}) {name}", ms(*here), ms(*there));
    }
    Ok(())
}
