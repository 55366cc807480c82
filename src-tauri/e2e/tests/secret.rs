//! The key, and a user's token beside it, go from the form to the keyring and to the server, and nowhere else.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::collector::Collector;
use e2e::desktop::Desktop;
use e2e::home::Home;
use e2e::secret::Secret;
use e2e::window::Window;
use e2e::{steps, tools};
use serde_json::json;

/// Keeps every message from Rust to the page. All of them, answers and events alike, end in
/// `__TAURI_INTERNALS__.runCallback`, which looks its callback up in a map that can be listened to. (The functions
/// themselves are not writable.)
const LISTEN: &str = "
    const callbacks = window.__TAURI_INTERNALS__.callbacks;
    const heard = (window.__heard = []);
    callbacks.get = function (id) {
        const callback = Map.prototype.get.call(callbacks, id);
        return callback && ((data) => {
            heard.push(data instanceof ArrayBuffer ? new TextDecoder().decode(data) : JSON.stringify(data) ?? '');
            return callback(data);
        });
    };";

/// What was heard, and what the page keeps: its text and its web storage. The form's own field is left out; the key
/// was typed there.
const TOLD: &str = "
    const page = document.documentElement.outerHTML;
    const stored = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]);
    return [window.__heard.length, window.__heard.join('\\n') + page + stored];";

/// As the page does when a person decides.
const DECIDE: &str = "
    const rpc = (name, payload) => window.__TAURI_INTERNALS__.invoke('rpc', { name, payload });
    const [id] = arguments;
    return rpc('get_state', {}).then(({ current }) =>
        rpc('decide', { connection: current, what: { feedback: [id] }, kind: 'correct' }))
        .catch((refused) => { throw new Error(JSON.stringify(refused)); });";

#[tokio::test]
async fn after_a_whole_session_no_file_and_no_message_to_the_page_holds_the_key_or_the_token()
-> Result<()> {
    if tools::absent("secret", tools::WINDOW) {
        return Ok(());
    }
    let desktop = Desktop::start(Home::new()?)?;
    let collector = Collector::demo(&desktop.home().path().join("collector"), 120)?;
    let token = collector.user_token.clone().context("the demo makes a user's token")?;
    let secrets = [&collector.key, &token];

    let window = desktop.open(&[]).await?;
    window.see("first-run").await?;
    window.script(LISTEN, vec![]).await?;
    steps::connect(&window, &collector).await?;
    give_token(&window, &token).await?;
    decide(&window, "1 decision sent.").await?;
    everywhere(&window).await?;
    silent(&window, &secrets).await?;
    desktop.close(window).await?;

    // Again, with both from the keyring: the sync proves that the key was there, the decision that the token was.
    let window = desktop.open(&[]).await?;
    window.see("sync-status").await?;
    window.script(LISTEN, vec![]).await?;
    decide(&window, "2 decisions sent.").await?;
    everywhere(&window).await?;
    ensure!(!window.shows("offline-notice").await?, "the key was not in the keyring");
    silent(&window, &secrets).await?;
    desktop.close(window).await?;

    // Everything: the app's directories, and also the keyring's file, temporary files, the collector's database.
    for secret in secrets {
        let found = Secret::new(secret).below(desktop.home().path())?;
        ensure!(found.is_empty(), "the key or the token is in {found:?}");
    }
    Ok(())
}

/// Types a user's token into the settings, and waits until it is kept.
async fn give_token(window: &Window, token: &str) -> Result<()> {
    window.click("nav-settings").await?;
    window.click("enter-token").await?;
    window.fill("settings-token", token).await?;
    window.click("settings-token-save").await?;
    window.see("remove-token").await?;
    Ok(())
}

/// Decides the newest open feedback, and waits until the server has been told.
async fn decide(window: &Window, told: &str) -> Result<()> {
    window.click("mailbox-negative_open").await?;
    let id = window.attribute("feedback-row", "data-id").await?;
    window.script(DECIDE, vec![json!(id)]).await?;
    window.click("nav-settings").await?;
    window.reads("deciding-counts", told).await
}

/// Every screen once, and a sync by hand.
async fn everywhere(window: &Window) -> Result<()> {
    window.click("mailbox-everything").await?;
    window.click("feedback-row").await?;
    window.see("feedback-detail").await?;
    window.press('r').await?;
    window.press('r').await?;
    window.press('i').await?;
    window.see("instructions-pane").await?;
    window.click("nav-trends").await?;
    window.see("trend-chart").await?;
    window.click("nav-users").await?;
    window.click("user-row").await?;
    window.see("user-story").await?;
    window.click("nav-settings").await?;
    window.see("settings-view").await?;
    window.click("sync-now").await?;
    // The button starts the sync; whether it has begun is not shown at once.
    tokio::time::sleep(Duration::from_millis(500)).await;
    steps::synced(window).await
}

/// Messages were heard, and none of the secrets was in any.
async fn silent(window: &Window, secrets: &[&String]) -> Result<()> {
    let told = window.script(TOLD, vec![]).await?;
    let messages = told[0].as_u64().unwrap_or_default();
    ensure!(messages > 5, "only {messages} messages were heard: the listener does not work");
    let text = told[1].as_str().unwrap_or_default();
    for typed in secrets {
        let secret = Secret::new(typed);
        ensure!(secret.within(text.as_bytes()).is_none(), "the page was told the key or the token");
        // The same eyes do find it when it is there.
        let with_it = format!("{text}{}", serde_json::to_string(typed)?);
        ensure!(secret.within(with_it.as_bytes()).is_some(), "it would not be found");
    }
    // Texts do not come back cut.
    let planted = window.script("return [arguments[0]]", vec![json!(format!("x{text}"))]).await?;
    ensure!(
        planted[0].as_str().is_some_and(|back| back.len() == text.len() + 1),
        "texts come back cut"
    );
    Ok(())
}
