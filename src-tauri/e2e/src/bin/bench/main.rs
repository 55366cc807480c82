//! What `cargo xtask bench` runs: every figure the mirror is measured by, as ratios within one run, so that they hold
//! on any machine, and a table of them beside what was aimed at. A miss is said, not failed: this is no test.
//!
//! `bench` measures everything, `bench sync` and `bench reads` one half. In the debug profile the numbers are small:
//! a look at whether it works, not at how fast.

mod bare;
mod by_hand;
mod counted;
mod desk;
mod figures;
mod filters;
mod large;
mod made;
mod memory;
mod place;
mod search;
mod sync;
mod table;
mod window;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use figures::timed;
use table::{Table, say};

/// How much is measured.
struct Scale {
    /// Feedback that is synced.
    synced: u32,
    /// Feedback in the large mirror.
    large: u64,
}

const SCALE: Scale = if cfg!(debug_assertions) {
    Scale { synced: 2_000, large: 20_000 }
} else {
    Scale { synced: 100_000, large: 1_000_000 }
};
const SMALL: u64 = 1_000;

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut table = Table::default();
    match args.as_slice() {
        [memory::LOOK, folder] => {
            let steps = memory::look(Path::new(folder)).await?;
            say(&serde_json::to_string(&steps)?);
            return Ok(());
        }
        ["sync"] => sync::measure(SCALE.synced, &mut table).await?,
        ["reads"] => reads(&mut table)?,
        ["window"] => window::measure(&mirror(SCALE.large)?.join("data"), &mut table).await?,
        [] => {
            sync::measure(SCALE.synced, &mut table).await?;
            reads(&mut table)?;
            window::measure(&mirror(SCALE.large)?.join("data"), &mut table).await?;
        }
        _ => bail!("what is to be measured? Nothing for everything, or `sync`, `reads`, `window`"),
    }
    table.print();
    let bytes = place::bytes_below(&place::folder()?)?;
    let folder = place::folder()?;
    say(&format!(
        "\n{} are kept in {} for the next time",
        place::megabytes(bytes),
        folder.display()
    ));
    if cfg!(debug_assertions) {
        say("debug profile, small numbers: the aims are for `--release`");
    }
    Ok(())
}

/// What is measured in mirrors that are there.
fn reads(table: &mut Table) -> Result<()> {
    let (large, small) = (mirror(SCALE.large)?, mirror(SMALL)?);
    let (data, small_data) = (large.join("data"), small.join("data"));
    large::open(&data, &small_data, table)?;
    large::filtered(&data, table)?;
    search::measure(&data, table)?;
    memory::measure(&large, table)
}

/// The folder of a mirror of that many feedback, made unless it is there.
fn mirror(many: u64) -> Result<PathBuf> {
    let folder = place::folder()?.join(format!("mirror-{many}"));
    let took = timed(|| made::mirror(&folder, many))?;
    say(&format!("mirror of {many}: ready in {}", figures::shown(took)));
    Ok(folder)
}
