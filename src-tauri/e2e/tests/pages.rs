//! From a run to the server's own page of it: the browser is asked for the address that Settings lead to.

use anyhow::{Result, ensure};
use e2e::collector::Collector;
use e2e::desktop::Desktop;
use e2e::home::Home;
use e2e::window::ENTER;
use e2e::{steps, tools};

#[tokio::test]
async fn a_key_opens_the_run_in_the_servers_own_pages() -> Result<()> {
    if tools::absent("pages", tools::WINDOW) {
        return Ok(());
    }
    let desktop = Desktop::start(Home::new()?)?;
    let collector = Collector::demo(&desktop.home().path().join("collector"), 60)?;
    let window = desktop.open(&[]).await?;
    window.see("first-run").await?;
    steps::connect(&window, &collector).await?;
    window.click("feedback-row").await?;
    window.see("open-page").await?;

    window.press('o').await?;
    window.reads("no-page", "This server has no pages of its own.").await?;
    ensure!(desktop.home().opened()?.is_empty(), "the collector's JSON was opened as a page");

    for key in ['g', 's'] {
        window.press(key).await?;
    }
    window.fill("pages-url", "https://flow.acme.example/").await?;
    window.press(ENTER).await?;
    for key in ['g', 'i'] {
        window.press(key).await?;
    }
    window.see("open-page").await?;
    window.press('o').await?;
    let opened = async || Ok(desktop.home().opened()?.into_iter().next());
    let opened = window.until("the browser is asked for a page", opened).await?;
    let path = opened.strip_prefix("https://flow.acme.example/").unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let is_run = matches!(parts[..], [_, "agents", _, "runs", run] if run.len() == 36);
    ensure!(is_run, "{opened} is no page of a run");
    ensure!(!window.shows("no-page").await?, "it is said that the page did not open");
    desktop.close(window).await
}
