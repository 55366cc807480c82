//! A newcomer's first minute: the demo, a complaint, the instructions behind it, trends, a user's story.

use anyhow::{Result, ensure};
use e2e::desktop::Desktop;
use e2e::home::Home;
use e2e::{steps, tools};

#[tokio::test]
async fn a_newcomer_opens_the_demo_and_reads_the_instructions_behind_a_complaint() -> Result<()> {
    if tools::absent("demo", tools::WINDOW) {
        return Ok(());
    }
    let desktop = Desktop::start(Home::new()?)?;
    let window = desktop.open(&[]).await?;
    window.see("first-run").await?;
    window.click("open-demo").await?;

    window.click("mailbox-negative_open").await?;
    steps::synced(&window).await?;
    let rows = window.all("feedback-row").await?;
    ensure!(rows.len() > 5, "only {} rows in the demo's inbox", rows.len());
    rows[0].click().await?;
    window.see("feedback-detail").await?;
    window.press('i').await?;
    window.see("instructions-pane").await?;
    let text = window.text("instructions-text").await?;
    ensure!(text.len() > 40, "these are no instructions: {text:?}");
    ensure!(!window.all("version-list").await?.is_empty(), "no list of versions");

    window.click("nav-trends").await?;
    window.see("trends-view").await?;
    let points: u32 = window.attribute("trend-chart", "data-points").await?.parse()?;
    ensure!(points > 20, "a line through {points} points is none");
    ensure!(!window.text("trends-headline").await?.trim().is_empty(), "trends say nothing");

    window.click("nav-users").await?;
    window.click("user-row").await?;
    window.see("user-story").await?;
    ensure!(!window.all("story-entry").await?.is_empty(), "a story without an entry");
    desktop.close(window).await
}
