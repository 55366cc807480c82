//! Every screen, looked at by axe in the real window, light, dark and in high contrast; at 200 %; and with what the
//! system says of motion and contrast.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use e2e::desktop::Desktop;
use e2e::home::Home;
use e2e::window::{CONTROL, ESCAPE, Window};
use e2e::{axe, steps, tools};
use serde_json::json;

const LOOKS: [(&str, &str); 4] = [("light", ""), ("dark", ""), ("light", "more"), ("dark", "more")];

#[tokio::test]
async fn axe_finds_nothing_on_any_screen() -> Result<()> {
    if tools::absent("accessibility", tools::WINDOW) {
        return Ok(());
    }
    let desktop = Desktop::start(Home::new()?)?;
    let window = desktop.open(&[]).await?;
    let mut found = Found::new();
    window.see("first-run").await?;
    look(&window, "first run", &mut found).await?;
    window.click("open-demo").await?;
    window.see("feedback-list").await?;
    steps::synced(&window).await?;

    window.click("mailbox-negative_open").await?;
    window.click("feedback-row").await?;
    window.see("feedback-detail").await?;
    each_screen(&window, async |screen| look(&window, screen, &mut found).await).await?;
    let found: Vec<String> =
        found.into_iter().map(|(what, places)| format!("{what}\n  on {places:?}")).collect();
    ensure!(found.is_empty(), "axe found:\n{}", found.join("\n"));
    desktop.close(window).await
}

#[tokio::test]
async fn everything_has_room_at_200_percent() -> Result<()> {
    if tools::absent("accessibility", tools::WINDOW) {
        return Ok(());
    }
    let desktop = Desktop::start(Home::new()?)?;
    let window = desktop.open(&["--demo"]).await?;
    window.see("feedback-list").await?;
    steps::synced(&window).await?;
    window.click("feedback-row").await?;
    window.see("feedback-detail").await?;
    steps::zoomed(&window, 2).await?;
    let mut found = Vec::new();
    each_screen(&window, async |screen| {
        for place in cut_off(&window).await? {
            found.push(format!("{screen}: {place}"));
        }
        let rules = axe::violations(&window).await?;
        found.extend(rules.iter().map(|rule| format!("{screen}: {rule}")));
        Ok(())
    })
    .await?;
    ensure!(found.is_empty(), "at 200 %:\n{}", found.join("\n"));
    steps::zoomed(&window, 1).await?;
    desktop.close(window).await
}

#[tokio::test]
async fn what_the_system_says_of_motion_and_contrast_is_followed() -> Result<()> {
    if tools::absent("accessibility", tools::WINDOW) {
        return Ok(());
    }
    let home = Home::new()?;
    home.gtk("gtk-theme-name=HighContrast\ngtk-enable-animations=0")?;
    let desktop = Desktop::start(home)?;
    let window = desktop.open(&["--demo"]).await?;
    window.see("feedback-list").await?;
    steps::synced(&window).await?;
    let said = "return ['(prefers-contrast: more)', '(prefers-reduced-motion: reduce)']
        .map((wish) => matchMedia(wish).matches)";
    ensure!(window.script(said, vec![]).await? == json!([true, true]), "the system is not asked");
    let outlined =
        "return getComputedStyle(document.querySelector('[aria-current=page]')).outlineStyle";
    ensure!(window.script(outlined, vec![]).await? == "solid", "no outline says where one is");
    window.press('?').await?;
    window.see("keys-dialog").await?;
    window.press(ESCAPE).await?;
    window.press('1').await?;
    window.see("undo-toast").await?;
    let moving = window.script(MOVING, vec![]).await?;
    ensure!(moving == json!([]), "these move: {moving}");
    desktop.close(window).await
}

/// What would take its time: transitions and animations that are not over at once.
const MOVING: &str = "
    const long = (all) => all.split(',').some((time) => parseFloat(time) > 0);
    return [...document.querySelectorAll('*')]
        .filter((element) => {
            const style = getComputedStyle(element);
            const moves = style.animationName !== 'none' && long(style.animationDuration);
            return moves || long(style.transitionDuration);
        })
        .map((element) => `${element.tagName} ${element.className}`);";

/// What is wider than its place, and neither ends in three dots nor is for screen readers alone.
async fn cut_off(window: &Window) -> Result<Vec<String>> {
    let script = "
        const all = [document.documentElement, ...document.body.querySelectorAll('*')];
        return all
            .filter((element) => {
                if (element.clientWidth < 8 || element.scrollWidth <= element.clientWidth + 1) return false;
                const { overflowX, textOverflow } = getComputedStyle(element);
                if (element === document.documentElement) return true;
                return overflowX !== 'visible' && !(overflowX === 'hidden' && textOverflow === 'ellipsis');
            })
            .map((element) => `${element.tagName} ${element.className}: ${element.textContent.slice(0, 60)}`);";
    Ok(serde_json::from_value(window.script(script, vec![]).await?)?)
}

/// Goes to every screen, pane and dialog by the keys, from a feedback that is open, and looks at it.
async fn each_screen(window: &Window, mut look: impl AsyncFnMut(&str) -> Result<()>) -> Result<()> {
    look("inbox").await?;
    for (key, shows, screen) in [
        ('i', "instructions-text", "instructions"),
        ('r', "raw-search", "raw JSON"),
        ('x', "ticked", "several selected"),
    ] {
        window.press(key).await?;
        window.see(shows).await?;
        look(screen).await?;
        window.press(key).await?;
    }
    window.press('v').await?;
    window.gone("feedback-list").await?;
    look("focus view").await?;
    window.press('v').await?;
    for (key, shows, screen) in [
        ('h', "snooze-pick", "snooze"),
        ('4', "duplicate-search", "duplicate of"),
        ('n', "note-field", "note"),
        ('?', "keys-dialog", "keys"),
    ] {
        window.press(key).await?;
        window.see(shows).await?;
        look(screen).await?;
        window.press(ESCAPE).await?;
    }
    window.press_with(&[CONTROL], 'k').await?;
    window.see("palette").await?;
    look("palette").await?;
    window.press(ESCAPE).await?;
    window.gone("palette").await?;
    for (key, shows, screen) in [
        ('t', "trend-chart", "trends"),
        ('u', "user-story", "users"),
        ('s', "settings-view", "settings"),
    ] {
        window.press('g').await?;
        window.press(key).await?;
        window.see(shows).await?;
        look(screen).await?;
    }
    window.press('g').await?;
    window.press('i').await?;
    // In a narrow window the list is a pane of its own.
    if !window.shows("feedback-list").await? {
        window.press(ESCAPE).await?;
    }
    window.see("feedback-list").await?;
    look("list").await?;
    window.press('/').await?;
    window.see("suggestion").await?;
    look("filter").await?;
    // Once for what is offered, once for the field.
    window.press(ESCAPE).await?;
    window.press(ESCAPE).await
}

/// What was found, and on which screens.
type Found = BTreeMap<String, Vec<String>>;

async fn look(window: &Window, screen: &str, found: &mut Found) -> Result<()> {
    for (theme, contrast) in LOOKS {
        let choose = format!(
            "const root = document.documentElement.dataset;
             root.theme = '{theme}'; root.contrast = '{contrast}';"
        );
        window.script(&choose, vec![]).await?;
        for violation in axe::violations(window).await? {
            let place = format!("{screen} ({theme} {contrast})");
            found.entry(violation.to_string()).or_default().push(place);
        }
    }
    Ok(())
}
