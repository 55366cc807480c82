//! Started twice: the second start ends at once and brings the first one's window forward.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use e2e::desktop::Desktop;
use e2e::home::Home;
use e2e::{steps, tools};

const WIDTH: u32 = 1_280;
const HEIGHT: u32 = 800;
/// How long a window may take to be drawn.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_second_start_brings_the_first_window_forward_and_ends() -> Result<()> {
    if tools::absent("second", tools::WINDOW) {
        return Ok(());
    }
    let desktop = Desktop::start(Home::new()?)?;
    let window = desktop.open(&[]).await?;
    window.see("first-run").await?;
    let first = drawn(&desktop).await?;

    let _cover = desktop.cover()?;
    until(&desktop, "the other window covers it", |now| alike(&first, now) < 0.9).await?;

    let ended = desktop.start_again().await?;
    ensure!(ended.code() == Some(0), "the second instance ended with {ended}");
    until(&desktop, "the first window is in front", |now| alike(&first, now) > 0.99).await?;

    // The session that was open all the while goes on.
    window.see("first-run").await?;
    window.click("open-demo").await?;
    window.click("mailbox-negative_open").await?;
    steps::synced(&window).await?;
    ensure!(!window.all("feedback-row").await?.is_empty(), "the demo's inbox is empty");
    desktop.close(window).await
}

/// The screen once it rests.
async fn drawn(desktop: &Desktop) -> Result<Vec<u8>> {
    let mut last = desktop.pixels(WIDTH, HEIGHT)?;
    let mut rests = 0;
    until(desktop, "the window is drawn", |now| {
        rests = if *now == last { rests + 1 } else { 0 };
        last.clone_from(now);
        rests >= 10
    })
    .await?;
    Ok(last)
}

async fn until(
    desktop: &Desktop,
    what: &str,
    mut is_so: impl FnMut(&Vec<u8>) -> bool,
) -> Result<()> {
    let began = Instant::now();
    while !is_so(&desktop.pixels(WIDTH, HEIGHT)?) {
        ensure!(began.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain until {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// The share of the screen that is the same.
fn alike(one: &[u8], other: &[u8]) -> f64 {
    let pixels = one.chunks_exact(3).zip(other.chunks_exact(3));
    let same = pixels.filter(|(one, other)| one == other).count();
    same as f64 / f64::from(WIDTH * HEIGHT)
}
