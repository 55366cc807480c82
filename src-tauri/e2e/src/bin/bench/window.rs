//! From a key going down to the next feedback painted, in the real window with the large mirror behind it; beside a
//! bare list in the same web view, which shows what the web view itself takes.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use e2e::desktop::Desktop;
use e2e::home::Home;
use e2e::window::Window;
use serde_json::{Value, json};
use store::{FILE_NAME, Store};

use crate::figures::{Figures, shown};
use crate::table::{Table, say};

/// Where the window keeps which connection it shows.
const CURRENT: &str = "current_connection";

/// Keys pressed for each figure.
const PRESSES: usize = if cfg!(debug_assertions) { 40 } else { 300 };
/// Of those in one script, which may take half a minute at the most.
const PORTION: usize = 20;
/// Between two presses, about as fast as a person can.
const REST_MS: u32 = 60;
const MOST_MS: f64 = 50.0;
const MOST_RATIO: f64 = 1.5;

/// Presses a key again and again and answers how long each took: until another feedback's detail is there and the
/// frame that shows it has been handed over. A message to oneself comes behind the paint that an animation frame
/// precedes.
const MEASURE: &str = "
    const [key, presses, rest, place, done] = arguments;
    const here = () => document.querySelector(place)?.dataset.id;
    const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(null);
    }));
    const took = [];
    const press = async () => {
        const before = here();
        const began = performance.now();
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        await Promise.resolve();
        while (here() === before) {
            if (performance.now() - began > 5000) throw new Error(`nothing follows ${before}`);
            await new Promise(requestAnimationFrame);
        }
        await painted();
        took.push(performance.now() - began);
        await new Promise((rest_over) => setTimeout(rest_over, rest));
    };
    (async () => { for (let n = 0; n < presses; n++) await press(); })()
        .then(() => done({ took }), (error) => done({ error: String(error) }));";

/// Puts a bare list in the page's place: as many rows, the same two texts, and nothing else.
const BARE: &str = "
    const row = (n) => `<div class=row data-n=${n}>${n} the quick brown fox jumps over the lazy dog</div>`;
    const rows = Array.from({ length: 2000 }, (_, n) => row(n));
    document.body.innerHTML = `<style>.row{height:56px;contain:strict}.on{background:#cde}</style>
        <div style=\"display:flex;height:100vh\">
        <div style=\"width:360px;overflow:auto\">${rows.join('')}</div>
        <div data-bare data-id=0 style=\"flex:1;overflow:auto\"></div></div>`;
    const detail = document.querySelector('[data-bare]');
    const all = document.querySelectorAll('.row');
    let at = 0;
    document.body.addEventListener('keydown', () => {
        all[at].classList.remove('on');
        at += 1;
        all[at].classList.add('on');
        all[at].scrollIntoView({ block: 'nearest' });
        detail.dataset.id = at;
        detail.textContent = 'the quick brown fox jumps over the lazy dog '.repeat(20) + at;
    });";

pub(crate) async fn measure(mirror: &Path, table: &mut Table) -> Result<()> {
    let home = Home::new()?;
    let (_, data) =
        home.env().into_iter().find(|(name, _)| *name == "XDG_DATA_HOME").context("no data")?;
    let data = data.join("upshot");
    std::fs::create_dir_all(&data)?;
    // A copy: what is decided here is not to stay in the mirror that is kept.
    std::fs::copy(mirror.join(FILE_NAME), data.join(FILE_NAME))?;
    let store = Store::open(&data)?;
    let connection = store.connections()?.into_iter().next().context("a mirror of nothing")?;
    store.set_setting(CURRENT, Some(&connection.id.to_string()))?;
    drop(store);
    let desktop = Desktop::start(home)?;
    let window = desktop.open(&[]).await?;
    window.click("mailbox-negative_open").await?;
    window.click("feedback-row").await?;
    window.see("feedback-detail").await?;

    let detail = "[data-testid=\"feedback-detail\"]";
    let moved = presses(&window, "j", detail).await?;
    say(&format!("  next: {moved}"));
    let decided = presses(&window, "1", detail).await?;
    say(&format!("  decide and go on: {decided}"));
    window.script(BARE, vec![]).await?;
    let bare = presses(&window, "j", "[data-bare]").await?;
    say(&format!("  a bare list: {bare}"));
    desktop.close(window).await?;

    let worst = decided.p99().max(moved.p99());
    table.add(
        "a key to the next feedback painted, in the window with the large mirror, deciding or not",
        "p99 ≤ 50 ms",
        format!("p50 {}, p99 {}", shown(decided.p50().max(moved.p50())), shown(worst)),
        worst <= MOST_MS,
    );
    let ratio = worst / bare.p99();
    table.add(
        "the same beside a bare list in the same web view",
        "p99 ≤ 1.5 ×",
        format!("{ratio:.2} × (bare: p50 {}, p99 {})", shown(bare.p50()), shown(bare.p99())),
        ratio <= MOST_RATIO,
    );
    Ok(())
}

async fn presses(window: &Window, key: &str, place: &str) -> Result<Figures> {
    let mut figures = Figures::default();
    for _ in 0..PRESSES.div_ceil(PORTION) {
        let args = vec![json!(key), json!(PORTION), json!(REST_MS), json!(place)];
        let answer = window.script_async(MEASURE, args).await?;
        ensure!(answer["error"].is_null(), "{key}: {}", answer["error"]);
        let took = answer["took"].as_array().map(Vec::as_slice).unwrap_or_default();
        took.iter().filter_map(Value::as_f64).for_each(|ms| figures.add(ms));
    }
    Ok(figures)
}
