//! Every screen, looked at by axe in the real window, light, dark and in high contrast.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use e2e::desktop::Desktop;
use e2e::home::Home;
use e2e::window::{CONTROL, ESCAPE, Window};
use e2e::{axe, steps, tools};

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
    look(&window, "inbox", &mut found).await?;
    for (key, shows, screen) in [
        ('i', "instructions-text", "instructions"),
        ('r', "raw-search", "raw JSON"),
        ('v', "detail-comment", "focus view"),
        ('x', "ticked", "several selected"),
    ] {
        window.press(key).await?;
        window.see(shows).await?;
        look(&window, screen, &mut found).await?;
        window.press(key).await?;
    }
    for (key, shows, screen) in [
        ('h', "snooze-pick", "snooze"),
        ('4', "duplicate-search", "duplicate of"),
        ('n', "note-field", "note"),
        ('?', "keys-dialog", "keys"),
    ] {
        window.press(key).await?;
        window.see(shows).await?;
        look(&window, screen, &mut found).await?;
        window.press(ESCAPE).await?;
    }
    window.press_with(&[CONTROL], 'k').await?;
    window.see("palette").await?;
    look(&window, "palette", &mut found).await?;
    window.press(ESCAPE).await?;
    window.press('/').await?;
    window.see("suggestion").await?;
    look(&window, "filter", &mut found).await?;
    // Once for what is offered, once for the field.
    window.press(ESCAPE).await?;
    window.press(ESCAPE).await?;
    for (place, shows) in [
        ("nav-trends", "trend-chart"),
        ("nav-users", "user-story"),
        ("nav-settings", "settings-view"),
    ] {
        window.click(place).await?;
        if place == "nav-users" {
            window.click("user-row").await?;
        }
        window.see(shows).await?;
        look(&window, place, &mut found).await?;
    }
    let found: Vec<String> =
        found.into_iter().map(|(what, places)| format!("{what}\n  on {places:?}")).collect();
    ensure!(found.is_empty(), "axe found:\n{}", found.join("\n"));
    desktop.close(window).await
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
