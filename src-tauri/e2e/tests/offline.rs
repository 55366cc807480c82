//! A reviewer on the train: what was on screen while the server answered is there when it does not.

use anyhow::{Result, ensure};
use e2e::collector::Collector;
use e2e::desktop::Desktop;
use e2e::home::Home;
use e2e::steps::{self, Behind};
use e2e::tools;
use e2e::window::Window;

#[tokio::test]
async fn with_the_server_gone_the_same_feedback_run_and_instructions_are_there() -> Result<()> {
    if tools::absent("offline", tools::WINDOW) {
        return Ok(());
    }
    let desktop = Desktop::start(Home::new()?)?;
    let collector = Collector::demo(&desktop.home().path().join("collector"), 300)?;
    let served = steps::with_instructions(&collector).await?;

    let window = desktop.open(&[]).await?;
    steps::connect(&window, &collector).await?;
    ensure!(!window.shows("offline-notice").await?, "offline while the server answers");
    window.click("mailbox-negative_open").await?;
    // What a sync changed is listed a moment after it ended.
    window.reads("list-state", "of 300").await?;
    let id = steps::open_row(&window, &served).await?;
    let run = read(&window, &served[&id]).await?;
    desktop.close(window).await?;

    collector.stop()?;
    let window = desktop.open(&[]).await?;
    let notice = window.text("offline-notice").await?;
    ensure!(notice.contains("since"), "the notice does not say since when: {notice:?}");
    window.click("mailbox-negative_open").await?;
    ensure!(steps::open_row(&window, &served).await? == id, "another feedback comes first now");
    let again = read(&window, &served[&id]).await?;
    ensure!(run == again, "the run has changed:\n{run:?}\n{again:?}");

    window.click("nav-trends").await?;
    let points: u32 = window.attribute("trend-chart", "data-points").await?.parse()?;
    ensure!(points > 20, "trends have only {points} points without the server");
    window.click("nav-users").await?;
    window.click("user-row").await?;
    window.see("user-story").await?;
    ensure!(!window.all("story-entry").await?.is_empty(), "a story without an entry");
    desktop.close(window).await
}

/// Reads the open feedback, compares comment and instructions with what the server said, and gives the run's input
/// and output back.
async fn read(window: &Window, served: &Behind) -> Result<[String; 2]> {
    window.reads("detail-comment", &served.comment).await?;
    let run = [window.text("run-input").await?, window.text("run-output").await?];
    steps::open_instructions(window).await?;
    window.reads("instructions-text", &served.instructions).await?;
    Ok(run)
}
