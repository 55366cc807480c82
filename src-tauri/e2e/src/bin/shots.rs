//! `cargo xtask shots`: drives the real window through every screen and saves pictures of it, in both sizes, light and
//! dark. Takes the folder to put them in.
#![expect(clippy::print_stdout, reason = "says what it saves")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::collector::Collector;
use e2e::desktop::Desktop;
use e2e::home::Home;
use e2e::programs::{program, run};
use e2e::steps;
use e2e::window::{CONTROL, ENTER, ESCAPE, SHIFT, Window};
use serde_json::Value;

const SIZES: [(u32, u32); 2] = [(1280, 800), (1920, 1080)];
const THEMES: [&str; 2] = ["light", "dark"];

/// A feedback whose detail has something to show. `looks` is a script that tells by the page whether this is one.
struct Kind {
    name: &'static str,
    mailbox: &'static str,
    looks: &'static str,
}

/// What stands on the page, for the scripts below.
const PAGE: &str = "
    const has = (name) => document.querySelector(`[data-testid=\"${name}\"]`) !== null;
    const text = (name) => document.querySelector(`[data-testid=\"${name}\"]`)?.textContent.trim() ?? '';
    const chat = document.querySelector('div[data-testid=\"run-input\"]') !== null;
    const plain = has('run-input') && !has('run-failure') && !has('tool-call') && !has('file');
    const said = text('detail-comment').length;";

const KINDS: [Kind; 6] = [
    Kind { name: "inbox", mailbox: "negative_open", looks: "plain && !chat && said > 60" },
    Kind { name: "chat", mailbox: "negative_open", looks: "plain && chat && said > 30" },
    Kind { name: "tools", mailbox: "everything", looks: "has('tool-call') && said > 20" },
    Kind { name: "images", mailbox: "everything", looks: "has('file') && said > 20" },
    Kind { name: "failed", mailbox: "everything", looks: "has('run-failure')" },
    Kind { name: "gone", mailbox: "everything", looks: "has('run-absent')" },
];

/// A word that is in no comment of the demo.
const NOBODY_SAYS: &str = "zeppelin";
/// The key, as WebDriver names it.
const BACKSPACE: char = '\u{e003}';

/// How many feedbacks are looked at for one of a kind.
const FAR: usize = 400;

#[tokio::main]
async fn main() -> Result<()> {
    let dir = PathBuf::from(std::env::args().nth(1).context("usage: shots DIR")?);
    std::fs::create_dir_all(&dir)?;
    demo(&dir).await?;
    offline(&dir).await?;
    loading_refused_and_empty(&dir).await
}

/// First run, then every screen of the demo.
async fn demo(dir: &Path) -> Result<()> {
    let desktop = Desktop::start(Home::new()?)?;
    let window = desktop.open(&[]).await?;
    window.see("first-run").await?;
    for theme in THEMES {
        // There are no settings yet to choose it in.
        dress(&window, theme).await?;
        save(&desktop, &window, dir, "first-run", theme).await?;
    }
    window.click("open-demo").await?;
    window.see("feedback-list").await?;
    steps::synced(&window).await?;
    for theme in THEMES {
        window.click("nav-settings").await?;
        window.click(&format!("theme-{theme}")).await?;
        save(&desktop, &window, dir, "settings", theme).await?;
        for kind in &KINDS {
            find(&window, kind).await?;
            if kind.name == "chat" {
                window.press('i').await?;
                window.see("instructions-text").await?;
                save(&desktop, &window, dir, "chat-instructions", theme).await?;
                window.press('i').await?;
            } else {
                save(&desktop, &window, dir, kind.name, theme).await?;
            }
            if kind.name == "inbox" {
                triage(&desktop, &window, dir, theme).await?;
            }
        }
        empty_filter(&desktop, &window, dir, theme).await?;
        window.click("nav-trends").await?;
        window.see("trend-chart").await?;
        save(&desktop, &window, dir, "trends", theme).await?;
        window.click("nav-users").await?;
        long_story(&window).await?;
        save(&desktop, &window, dir, "users", theme).await?;
    }
    pins_in_a_view(&desktop, &window, dir).await?;
    desktop.close(window).await
}

/// A complaint with a stretch and a field pinned, found by a view of one's own.
async fn pins_in_a_view(desktop: &Desktop, window: &Window, dir: &Path) -> Result<()> {
    let select = "
        const comment = document.querySelector('[data-testid=\"detail-comment\"]');
        const texts = document.createTreeWalker(comment, NodeFilter.SHOW_TEXT);
        getSelection().setBaseAndExtent(texts.nextNode(), 2, texts.currentNode, 19);";
    let field = "
        const output = document.querySelector('[data-testid=\"run-output\"]');
        output.querySelector('[data-testid=\"pin\"]').click();";
    let [inbox, ..] = &KINDS;
    find(window, inbox).await?;
    for (place, note) in [(select, "Both payments are in the input"), (field, "It should refund")] {
        window.script(place, vec![]).await?;
        if place == select {
            window.press('p').await?;
        }
        window.see("pin-editor").await?;
        window.type_keys(&note.chars().collect::<Vec<_>>(), Duration::ZERO).await?;
        window.press_with(&[CONTROL], ENTER).await?;
        window.gone("pin-editor").await?;
    }
    window.fill("filter-text", "has:comment agent:refund-check").await?;
    window.press(ENTER).await?;
    window.click("save-view").await?;
    window.fill("name", "Refunds with a comment").await?;
    window.press(ENTER).await?;
    window.see("view").await?;
    settled(window).await?;
    for theme in THEMES {
        dress(window, theme).await?;
        save(desktop, window, dir, "pins", theme).await?;
    }
    Ok(())
}

/// What one does with the complaint that is open, each put back afterwards.
async fn triage(desktop: &Desktop, window: &Window, dir: &Path, theme: &str) -> Result<()> {
    let root = "document.documentElement.dataset";
    window.script(&format!("{root}.contrast = 'more'"), vec![]).await?;
    save(desktop, window, dir, "contrast", theme).await?;
    window.script(&format!("{root}.contrast = ''"), vec![]).await?;
    window.press('v').await?;
    window.gone("feedback-list").await?;
    save(desktop, window, dir, "focus", theme).await?;
    window.press('v').await?;
    for (name, key, shows, back) in [
        ("raw", 'r', "raw-search", 'r'),
        ("snooze", 'h', "snooze-pick", ESCAPE),
        ("keys", '?', "keys-dialog", ESCAPE),
        ("decided", '1', "undo-toast", 'z'),
    ] {
        window.press(key).await?;
        window.see(shows).await?;
        save(desktop, window, dir, name, theme).await?;
        window.press(back).await?;
    }
    for _ in 0..3 {
        window.press_with(&[SHIFT], 'J').await?;
    }
    window.see("ticked").await?;
    save(desktop, window, dir, "bulk", theme).await?;
    window.press(ESCAPE).await?;
    window.press_with(&[CONTROL], 'k').await?;
    window.fill("palette-text", "sup").await?;
    window.see("palette-entry").await?;
    save(desktop, window, dir, "palette", theme).await?;
    window.press(ESCAPE).await?;
    window.fill("filter-text", "has:comment before:2027-01-01 \"not\" agent:s").await?;
    window.see("suggestion").await?;
    save(desktop, window, dir, "filter", theme).await?;
    window.press(ESCAPE).await?;
    window.press(ESCAPE).await?;
    window.click("filter-clear").await?;
    steps::zoomed(window, 2).await?;
    save_as_it_is(desktop, dir, "zoom", theme, SIZES[0]).await?;
    steps::zoomed(window, 1).await
}

/// Walks down a mailbox until the detail shows that kind.
async fn find(window: &Window, kind: &Kind) -> Result<()> {
    window.click(&format!("mailbox-{}", kind.mailbox)).await?;
    window.click("feedback-row").await?;
    let looks = format!("{PAGE} return {};", kind.looks);
    for _ in 0..FAR {
        settled(window).await?;
        if window.script(&looks, vec![]).await? == Value::Bool(true) {
            return Ok(());
        }
        window.press('j').await?;
    }
    anyhow::bail!("no {} among the first {FAR} of {}", kind.name, kind.mailbox)
}

/// Waits until the detail is the selected row's.
async fn settled(window: &Window) -> Result<()> {
    let same = "
        const row = document.querySelector('[data-testid=\"feedback-row\"][aria-selected=\"true\"]');
        const detail = document.querySelector('[data-testid=\"feedback-detail\"]');
        return row !== null && detail !== null && row.dataset.id === detail.dataset.id;";
    window
        .until("the detail of the row", async || {
            Ok((window.script(same, vec![]).await? == Value::Bool(true)).then_some(()))
        })
        .await
}

/// Opens the first user who has said more than a little, and in words.
async fn long_story(window: &Window) -> Result<()> {
    let told = "
        const entries = [...document.querySelectorAll('[data-testid=\"story-entry\"]')];
        return entries.filter((entry) => !entry.textContent.includes('No comment')).length;";
    window.see("user-row").await?;
    for row in window.all("user-row").await? {
        row.click().await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
        if window.script(told, vec![]).await?.as_u64() > Some(1) {
            return Ok(());
        }
    }
    anyhow::bail!("nobody on the first page has said more than a little")
}

async fn empty_filter(desktop: &Desktop, window: &Window, dir: &Path, theme: &str) -> Result<()> {
    window.click("mailbox-negative_open").await?;
    window.fill("filter-text", NOBODY_SAYS).await?;
    window
        .until("an empty list", async || {
            Ok(window.all("feedback-row").await?.is_empty().then_some(()))
        })
        .await?;
    save(desktop, window, dir, "empty-filter", theme).await?;
    for _ in NOBODY_SAYS.chars() {
        window.press(BACKSPACE).await?;
    }
    window.see("feedback-row").await.map(drop)
}

/// The same inbox, with its server gone.
async fn offline(dir: &Path) -> Result<()> {
    let desktop = Desktop::start(Home::new()?)?;
    let collector = Collector::demo(&desktop.home().path().join("collector"), 1200)?;
    let window = desktop.open(&[]).await?;
    steps::connect(&window, &collector).await?;
    desktop.close(window).await?;
    collector.stop()?;

    let window = desktop.open(&[]).await?;
    window.see("offline-notice").await?;
    for theme in THEMES {
        window.click("nav-settings").await?;
        window.click(&format!("theme-{theme}")).await?;
        find(&window, &KINDS[0]).await?;
        save(&desktop, &window, dir, "offline", theme).await?;
    }
    desktop.close(window).await
}

/// While the first sync is under way; when the server takes the key no more; and a mailbox with nothing in it.
async fn loading_refused_and_empty(dir: &Path) -> Result<()> {
    let desktop = Desktop::start(Home::new()?)?;
    let data = desktop.home().path().join("collector");
    let collector = Collector::demo(&data, 6000)?;
    let window = desktop.open(&[]).await?;
    window.see("first-run").await?;
    window.fill("connect-url", &collector.url).await?;
    window.fill("connect-key", &collector.key).await?;
    window.click("connect-submit").await?;
    window.see("feedback-row").await?;
    for theme in THEMES {
        // Going to Settings and back would take until the sync is over.
        dress(&window, theme).await?;
        save(&desktop, &window, dir, "loading", theme).await?;
    }
    steps::synced(&window).await?;
    refuse_keys(&data)?;
    for theme in THEMES {
        window.click("nav-settings").await?;
        window.click("sync-now").await?;
        window.see("sync-error").await?;
        window.click(&format!("theme-{theme}")).await?;
        find(&window, &KINDS[0]).await?;
        save(&desktop, &window, dir, "error", theme).await?;
    }
    window.click("mailbox-snoozed").await?;
    for theme in THEMES {
        dress(&window, theme).await?;
        save(&desktop, &window, dir, "empty", theme).await?;
    }
    desktop.close(window).await
}

/// Shows the page in a theme that Settings know nothing of.
async fn dress(window: &Window, theme: &str) -> Result<()> {
    let choose = format!("document.documentElement.dataset.theme = '{theme}'");
    window.script(&choose, vec![]).await.map(drop)
}

/// Takes every key of a collector out of use.
fn refuse_keys(data: &Path) -> Result<()> {
    let collector = program("upshot-collector")?;
    let folder = data.to_str().context("a folder that is no text")?;
    let listed = run(&collector, &["key", "list", "--data", folder], data, &[])?;
    for line in listed.lines() {
        let key: Value = serde_json::from_str(line)?;
        let name = key["name"].as_str().context("a key without a name")?;
        run(&collector, &["key", "revoke", "--data", folder, "--name", name], data, &[])?;
    }
    Ok(())
}

/// Saves the page as it is, in every size.
async fn save(
    desktop: &Desktop,
    window: &Window,
    dir: &Path,
    name: &str,
    theme: &str,
) -> Result<()> {
    for (width, height) in SIZES {
        window.resize(width, height).await?;
        // Off what was clicked last: its tooltip would come into the picture.
        window.point(f64::from(width) * 0.7, f64::from(height) - 4.0).await?;
        // Fonts are there, layout and charts have followed the size.
        window
            .until("the fonts", async || {
                let status = window.script("return document.fonts.status", vec![]).await?;
                Ok((status == "loaded").then_some(()))
            })
            .await?;
        save_as_it_is(desktop, dir, name, theme, (width, height)).await?;
    }
    window.resize(SIZES[0].0, SIZES[0].1).await
}

/// Saves that much of the screen.
async fn save_as_it_is(
    desktop: &Desktop,
    dir: &Path,
    name: &str,
    theme: &str,
    (width, height): (u32, u32),
) -> Result<()> {
    tokio::time::sleep(Duration::from_millis(300)).await;
    let path = dir.join(format!("{name}-{width}-{theme}.png"));
    std::fs::write(&path, desktop.picture(width, height)?)?;
    shrink(&path)?;
    println!("{}", path.display());
    Ok(())
}

/// A third of the size with 256 colours, which is all that a page like this has. Without pngquant it stays as it is.
fn shrink(path: &Path) -> Result<()> {
    let mut command = Command::new("pngquant");
    command.args(["--force", "--skip-if-larger", "--strip", "--ext", ".png", "--"]).arg(path);
    match command.stderr(Stdio::null()).status() {
        // 98: it would have become larger.
        Ok(status) => ensure!(status.success() || status.code() == Some(98), "pngquant: {status}"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).context("cannot start pngquant"),
    }
    Ok(())
}
