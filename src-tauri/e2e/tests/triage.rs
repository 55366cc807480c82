//! A reviewer's morning: fifty complaints in fifty keys, all of it taken back and done again, also after a restart;
//! and a thousand at once.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::collector::Collector;
use e2e::desktop::Desktop;
use e2e::home::Home;
use e2e::programs::cli_json;
use e2e::window::{CONTROL, SHIFT, Window};
use e2e::{steps, tools};

const KEYS: usize = 50;
/// Faster than anyone types, and than frames come on a busy machine.
const EVERY: Duration = Duration::from_millis(30);
const VERBS: [(char, &str); 3] = [('1', "resolved"), ('2', "incorrect"), ('3', "correct")];

/// Notes for each key that goes down what is on screen at that moment, before the page hears of the key.
const WATCH: &str = "
    window.watched = [];
    window.addEventListener('keydown', (event) => {
        const detail = document.querySelector('[data-testid=\"feedback-detail\"]');
        window.watched.push([event.key, detail?.dataset.id ?? '']);
    }, true);";

#[tokio::test]
async fn fifty_keys_decide_what_was_on_screen_and_can_be_taken_back_after_a_restart() -> Result<()>
{
    if tools::absent("triage", tools::WINDOW) {
        return Ok(());
    }
    let (desktop, collector) = given(400)?;
    let window = desktop.open(&[]).await?;
    steps::connect(&window, &collector).await?;
    open_first(&window).await?;
    window.script(WATCH, vec![]).await?;
    let keys: Vec<char> = (0..KEYS).map(|n| VERBS[n % VERBS.len()].0).collect();
    window.type_keys(&keys, EVERY).await?;
    let shown = watched(&window).await?;
    ensure!(shown.len() == KEYS, "{} of {KEYS} keys arrived", shown.len());
    let wanted: BTreeMap<String, &str> = shown
        .iter()
        .map(|(key, id)| Ok((id.clone(), verb(key).with_context(|| format!("key {key}"))?)))
        .collect::<Result<_>>()?;
    ensure!(wanted.len() == KEYS, "{} feedback were shown for {KEYS} keys", wanted.len());
    let is_decided = |standing: &BTreeMap<String, String>| {
        wanted.iter().all(|(id, kind)| standing.get(id).is_some_and(|now| now == kind))
    };
    until_standing(&window, &desktop, &wanted, "as on screen", is_decided).await?;
    desktop.close(window).await?;

    // Everything back, one key each, by a window that did not see it happen.
    let window = desktop.open(&[]).await?;
    window.see("feedback-list").await?;
    window.type_keys(&['z'; KEYS], EVERY).await?;
    until_standing(&window, &desktop, &wanted, "undone", BTreeMap::is_empty).await?;
    desktop.close(window).await?;

    let window = desktop.open(&[]).await?;
    window.see("feedback-list").await?;
    for _ in 0..KEYS {
        window.press_with(&[SHIFT], 'Z').await?;
    }
    until_standing(&window, &desktop, &wanted, "done again", is_decided).await?;
    desktop.close(window).await?;
    let standing = standing(&desktop, &wanted)?;
    ensure!(is_decided(&standing), "after the window closed: {standing:?}");
    Ok(())
}

#[tokio::test]
async fn a_thousand_are_decided_with_one_key_and_taken_back_with_another() -> Result<()> {
    if tools::absent("triage in bulk", tools::WINDOW) {
        return Ok(());
    }
    let (desktop, collector) = given(2_000)?;
    let window = desktop.open(&[]).await?;
    steps::connect(&window, &collector).await?;
    window.click("mailbox-decided").await?;
    let decided = listed(&window).await?;
    window.click("mailbox-all_open").await?;
    window.click("feedback-row").await?;
    window.see("feedback-detail").await?;
    let open = listed(&window).await?;
    ensure!(open >= 1_000, "only {open} are open");

    window.press_with(&[CONTROL], 'a').await?;
    window.click("select-matching").await?;
    window.reads("ticked", &format!("{} selected", thousands(open))).await?;
    window.press('1').await?;
    window.reads("undo-toast", &format!("Decided {}", thousands(open))).await?;
    window.click("mailbox-decided").await?;
    until_listed(&window, decided + open).await?;
    window.click("mailbox-all_open").await?;
    until_listed(&window, 0).await?;

    window.press('z').await?;
    until_listed(&window, open).await?;
    desktop.close(window).await
}

/// Two keys with no frame between them, which keys of the driver always have on a machine with nothing else to do.
const CLOSE_AND_DECIDE: &str = "
    const press = (key) => document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    press('Escape');
    return new Promise((resolve) => setTimeout(() => resolve(press('1'))));";

#[tokio::test]
async fn a_key_right_behind_the_one_that_closes_a_dialog_counts() -> Result<()> {
    if tools::absent("triage behind a dialog", tools::WINDOW) {
        return Ok(());
    }
    let (desktop, collector) = given(60)?;
    let window = desktop.open(&[]).await?;
    steps::connect(&window, &collector).await?;
    open_first(&window).await?;

    window.press('?').await?;
    window.see("keys-dialog").await?;
    window.script(CLOSE_AND_DECIDE, vec![]).await?;
    window.reads("undo-toast", "Decided 1").await?;
    // Here a field has the focus until the dialog is gone.
    window.press_with(&[CONTROL], 'k').await?;
    window.see("palette-text").await?;
    window.script(CLOSE_AND_DECIDE, vec![]).await?;
    window.reads("undo-toast", "Decided 2").await?;
    // And here a menu.
    window.press('h').await?;
    window.see("snooze-pick").await?;
    window.script(CLOSE_AND_DECIDE, vec![]).await?;
    window.reads("undo-toast", "Decided 3").await?;
    desktop.close(window).await
}

fn given(feedback: u32) -> Result<(Desktop, Collector)> {
    let desktop = Desktop::start(Home::new()?)?;
    let collector = Collector::demo(&desktop.home().path().join("collector"), feedback)?;
    Ok((desktop, collector))
}

async fn open_first(window: &Window) -> Result<()> {
    window.click("mailbox-negative_open").await?;
    window.click("feedback-row").await?;
    window.see("feedback-detail").await?;
    Ok(())
}

fn verb(key: &str) -> Option<&'static str> {
    VERBS.into_iter().find(|(verb, _)| key == verb.to_string()).map(|(_, kind)| kind)
}

async fn watched(window: &Window) -> Result<Vec<(String, String)>> {
    let watched = window.script("return window.watched", vec![]).await?;
    Ok(serde_json::from_value(watched)?)
}

/// What counts of each of these now, by id; none of what is open.
fn standing(
    desktop: &Desktop,
    wanted: &BTreeMap<String, &str>,
) -> Result<BTreeMap<String, String>> {
    let mut standing = BTreeMap::new();
    for id in wanted.keys() {
        let events = cli_json(desktop.home(), "none", &["decisions", id, "--json"])?;
        let current = events.iter().find(|event| event["is_current"] == true);
        if let Some(act) = current.and_then(|event| event["act"].as_str()) {
            standing.insert(id.clone(), act.to_owned());
        }
    }
    Ok(standing)
}

/// Waits until what is on the disk is so.
async fn until_standing(
    window: &Window,
    desktop: &Desktop,
    wanted: &BTreeMap<String, &str>,
    what: &str,
    is_so: impl Fn(&BTreeMap<String, String>) -> bool,
) -> Result<()> {
    let mut last = BTreeMap::new();
    let waited = window.until(what, async || {
        last = standing(desktop, wanted)?;
        Ok(is_so(&last).then_some(()))
    });
    waited.await.with_context(|| format!("wanted {wanted:?}\nthere is {last:?}"))
}

async fn until_listed(window: &Window, wanted: usize) -> Result<()> {
    let mut last = 0;
    let waited = window.until("the number in the list's head", async || {
        last = listed(window).await?;
        Ok((last == wanted).then_some(()))
    });
    waited.await.with_context(|| format!("{last} are listed and not {wanted}"))
}

/// How many the mailbox holds, as its list says: "1,234 of 48,210".
async fn listed(window: &Window) -> Result<usize> {
    window
        .until("a number in the list's head", async || {
            let text = window.text("list-state").await?;
            Ok(text.split_once(" of ").and_then(|(n, _)| n.trim().replace(',', "").parse().ok()))
        })
        .await
}

/// As the window writes it.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    if digits.len() <= 3 {
        return digits;
    }
    let (head, tail) = digits.split_at(digits.len() - 3);
    format!("{head},{tail}")
}
