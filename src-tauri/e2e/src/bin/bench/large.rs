//! Reading from a mirror of a million feedback: opening it, and pages under every combination of filters beside the
//! best query for each.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use store::{FeedbackFilter, Store};

use crate::by_hand::ByHand;
use crate::figures::{Figures, ms_of, shown, timed};
use crate::filters;
use crate::made::CONNECTION;
use crate::table::{Table, say};

/// Rows of a page.
pub(crate) const PAGE: usize = 50;
const OPENINGS: usize = 60;
/// Reads of each filter.
const READS: usize = 12;
const SLOWEST_MS: f64 = 50.0;

/// What the window waits for when it opens, step by step.
#[derive(Default)]
struct Opening {
    open: Figures,
    page: Figures,
    counts: Figures,
    all: Figures,
}

impl Opening {
    fn again(&mut self, folder: &Path) -> Result<(), store::Error> {
        let began = Instant::now();
        let store = Store::open(folder)?;
        let opened = began.elapsed();
        store.feedback_page(CONNECTION, &FeedbackFilter::default(), None, PAGE)?;
        let shown = began.elapsed();
        store.mailbox_counts(CONNECTION)?;
        let counted = began.elapsed();
        self.open.add(ms_of(opened));
        self.page.add(ms_of(shown - opened));
        self.counts.add(ms_of(counted - shown));
        self.all.add(ms_of(counted));
        Ok(())
    }

    fn explain(&self, what: &str) {
        let [open, page, counts] =
            [&self.open, &self.page, &self.counts].map(|one| shown(one.least()));
        say(&format!("  {what}: {}; at best: open {open}, page {page}, counts {counts}", self.all));
    }
}

/// Opening and the first page with the counts beside it, large beside small, in turn; each at its best, as below.
pub(crate) fn open(large: &Path, small: &Path, table: &mut Table) -> Result<()> {
    let (mut of_large, mut of_small) = (Opening::default(), Opening::default());
    for _ in 0..OPENINGS {
        of_large.again(large)?;
        of_small.again(small)?;
    }
    of_large.explain("large");
    of_small.explain("of 1,000");
    let (large, small) = (of_large.all.least(), of_small.all.least());
    let ratio = large / small;
    table.add(
        "open the large mirror and show the first page, with the counts of the mailboxes",
        "≤ 1.5 × the same with 1,000",
        format!("{ratio:.2} × ({} beside {})", shown(large), shown(small)),
        ratio <= 1.5,
    );
    Ok(())
}

/// One filter's reads, and those of the query written for it. Each counts at its best: what a busy machine adds is
/// nobody's.
struct Beside {
    name: String,
    ours: Figures,
    by_hand: Figures,
}

impl Beside {
    fn ratio(&self) -> f64 {
        self.ours.least() / self.by_hand.least()
    }
}

/// First pages under every filter.
pub(crate) fn filtered(folder: &Path, table: &mut Table) -> Result<()> {
    let store = Store::open(folder)?;
    let by_hand = ByHand::open(store.path())?;
    let mut all = filters::combined()
        .into_iter()
        .map(|(name, filter)| beside(&store, &by_hand, name, &filter))
        .collect::<Result<Vec<_>>>()?;
    let (mut ours, mut best) = (Figures::default(), Figures::default());
    for one in &all {
        ours.add(one.ours.least());
        best.add(one.by_hand.least());
    }
    all.sort_by(|a, b| b.ratio().total_cmp(&a.ratio()));
    explain(&all, &ours, &best);
    let ratio = ours.p99() / best.p99();
    let (p99, most, beside) = (shown(ours.p99()), shown(ours.most()), shown(best.p99()));
    table.add(
        "any filter combination, first page of 50",
        "p99 ≤ 3 × the best query by hand for that filter, none over 50 ms",
        format!("{ratio:.2} × (p99 {p99} beside {beside}), slowest {most}"),
        ratio <= 3.0 && ours.most() <= SLOWEST_MS,
    );
    Ok(())
}

fn beside(
    store: &Store,
    by_hand: &ByHand,
    name: String,
    filter: &FeedbackFilter,
) -> Result<Beside> {
    by_hand.prepare(CONNECTION, filter)?;
    let (mut ours, mut best) = (Figures::default(), Figures::default());
    for _ in 0..READS {
        ours.add(timed(|| store.feedback_page(CONNECTION, filter, None, PAGE))?);
        best.add(timed(|| by_hand.page(PAGE))?);
    }
    Ok(Beside { name, ours, by_hand: best })
}

/// `all` is sorted by ratio, the worst first.
fn explain(all: &[Beside], ours: &Figures, best: &Figures) {
    let mut reads = Figures::default();
    all.iter().for_each(|one| reads.extend(&one.ours));
    say(&format!("  {} filters, each at its best of {READS}: {ours}; by hand: {best}", all.len()));
    say(&format!("  all {} reads: {reads}", reads.len()));
    let over = all.iter().filter(|one| one.ratio() > 3.0).count();
    say(&format!("  {over} filters take more than 3 × their own query; the worst:"));
    for one in all.iter().take(5) {
        let (here, there) = (shown(one.ours.least()), shown(one.by_hand.least()));
        say(&format!("    {:.2} × ({here} beside {there}): {}", one.ratio(), one.name));
    }
    let slowest = all.iter().max_by(|a, b| a.ours.least().total_cmp(&b.ours.least()));
    if let Some(slowest) = slowest {
        say(&format!("  slowest: {}: {}", slowest.name, slowest.ours));
    }
}
