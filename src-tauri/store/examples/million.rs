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
use store::{FeedbackFilter, Store};

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
    pages(&store)?;
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
        "open and first page: {large}; of 1,000: {small}; ratio {:.2}",
        large.p50() / small.p50()
    );
    Ok(())
}

fn counted(store: &Store) -> Result<(), store::Error> {
    let sizes = store.sizes(CONNECTION)?;
    println!("{sizes:?}: {} bytes a feedback", sizes.file_bytes / sizes.feedback.max(1));
    println!("mailbox counts: {}", ms(timed(|| store.mailbox_counts(CONNECTION))?));
    println!("agents: {}", ms(timed(|| store.agents(CONNECTION))?));
    println!("users, first page: {}", ms(timed(|| store.users(CONNECTION, None, 0, PAGE))?));
    println!("users, searched: {}", ms(timed(|| store.users(CONNECTION, Some("77"), 0, PAGE))?));
    println!("users, counted: {}", ms(timed(|| store.users_count(CONNECTION, None))?));
    println!("one page of 50 deep below: {}", ms(timed(|| deep(store))?));
    let before = memory_mib("VmRSS:");
    println!("trend columns: {}", ms(timed(|| store.trend_columns(CONNECTION, &[], None, None))?));
    println!("memory for them: {} MiB", memory_mib("VmHWM:").saturating_sub(before));
    Ok(())
}

fn deep(store: &Store) -> Result<(), store::Error> {
    let half = FeedbackFilter { until_ms: Some(made::middle_ms()), ..FeedbackFilter::default() };
    store.feedback_page(CONNECTION, &half, None, PAGE).map(|_| ())
}

fn pages(store: &Store) -> Result<(), store::Error> {
    let mut all = Figures::default();
    let mut slowest = (0.0, String::new());
    for (name, filter) in filters::combined(store)? {
        for _ in 0..8 {
            let took = timed(|| store.feedback_page(CONNECTION, &filter, None, PAGE))?;
            all.add(took);
            if took > slowest.0 {
                slowest = (took, name.clone());
            }
        }
    }
    println!("first page of any filter: {all}; slowest: {} {}", ms(slowest.0), slowest.1);
    Ok(())
}

fn searches(store: &Store) -> Result<(), store::Error> {
    for (what, texts) in filters::texts() {
        let mut newest = Figures::default();
        for text in &texts {
            let filter = FeedbackFilter { text: Some(text.clone()), ..FeedbackFilter::default() };
            for _ in 0..5 {
                newest.add(timed(|| store.feedback_page(CONNECTION, &filter, None, PAGE))?);
            }
        }
        println!("search, {what}: newest {newest}");
    }
    let mut both = Figures::default();
    let mut slowest = (0.0, String::new());
    for (name, filter) in filters::combined(store)?.into_iter().step_by(5) {
        for text in filters::texts().into_iter().flat_map(|(_, texts)| texts).step_by(3) {
            let name = format!("{name} + {text}");
            let filter = FeedbackFilter { text: Some(text), ..filter.clone() };
            let took = timed(|| store.feedback_page(CONNECTION, &filter, None, PAGE))?;
            both.add(took);
            if took > slowest.0 {
                slowest = (took, name);
            }
        }
    }
    println!("search within a filter: newest {both}; slowest: {} {}", ms(slowest.0), slowest.1);
    Ok(())
}

/// Each filter beside a query written for it alone, with an index made for it alone.
fn beside(store: &Store) -> Result<(), Box<dyn std::error::Error>> {
    let by_hand = Beside::open(store.path())?;
    let (mut ours, mut best) = (Figures::default(), Figures::default());
    let mut ratios = Vec::new();
    for (name, filter) in filters::combined(store)? {
        by_hand.prepare(CONNECTION, &filter)?;
        let (mut here, mut there) = (Figures::default(), Figures::default());
        for _ in 0..12 {
            here.add(timed(|| store.feedback_page(CONNECTION, &filter, None, PAGE))?);
            there.add(timed(|| by_hand.page(PAGE))?);
        }
        ratios.push((here.p50() / there.p50(), name, here.p50(), there.p50()));
        ours.extend(&here);
        best.extend(&there);
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
