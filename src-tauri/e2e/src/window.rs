//! The app's window, as a person uses it: look for something, wait until it is there, click, type, press a key.
//! Places are named by their `data-testid`.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How long something may take to appear. Generous: a first sync runs on a machine that may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Keys as WebDriver names them.
pub const CONTROL: char = '\u{e009}';
pub const SHIFT: char = '\u{e008}';
pub const ESCAPE: char = '\u{e00c}';
pub const ENTER: char = '\u{e007}';

/// An open window.
#[derive(Debug)]
pub struct Window {
    client: Client,
}

impl Window {
    pub(crate) async fn open(port: u16, binary: &Path, args: &[&str]) -> Result<Self> {
        // No browserName: WebKitWebDriver would compare it with the app's and refuse.
        let options = json!({ "binary": binary, "args": args });
        let capabilities = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let client = builder
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("no window opened")?;
        let window = Self { client };
        window.resize(1280, 800).await?;
        Ok(window)
    }

    /// The place of that name, as soon as it is visible.
    pub async fn see(&self, place: &str) -> Result<Element> {
        let began = Instant::now();
        loop {
            for element in self.all(place).await? {
                if element.is_displayed().await.unwrap_or(false) {
                    return Ok(element);
                }
            }
            if began.elapsed() > PATIENCE {
                bail!(
                    "{place} is not on screen after {PATIENCE:?}; there is:\n{}",
                    self.page().await?
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Every place of that name, visible or not, without waiting.
    pub async fn all(&self, place: &str) -> Result<Vec<Element>> {
        self.until(&format!("a look for {place}"), async || {
            match self.client.find_all(Locator::Css(&css(place))).await {
                // It was drawn anew between finding it and naming it.
                Err(error) if error.is_stale_element_reference() => Ok(None),
                found => Ok(Some(found?)),
            }
        })
        .await
    }

    /// Whether the place is visible now.
    pub async fn shows(&self, place: &str) -> Result<bool> {
        for element in self.all(place).await? {
            if element.is_displayed().await.unwrap_or(false) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Waits until a place is not visible.
    pub async fn gone(&self, place: &str) -> Result<()> {
        self.until(
            &format!("{place} to go"),
            async || Ok((!self.shows(place).await?).then_some(())),
        )
        .await
    }

    /// The text of a place, as soon as there is any.
    pub async fn text(&self, place: &str) -> Result<String> {
        self.until(&format!("text in {place}"), async || {
            // As the DOM has it: the visible text would fold white space, and cut what is scrolled away.
            let text = self.see(place).await?.prop("textContent").await.unwrap_or_default();
            Ok(text.filter(|text| !text.trim().is_empty()))
        })
        .await
    }

    /// Waits until a place says `wanted`, white space aside, among other words or alone.
    pub async fn reads(&self, place: &str, wanted: &str) -> Result<()> {
        let squeeze = |text: &str| text.split_whitespace().collect::<String>();
        let wanted = squeeze(wanted);
        let mut last = String::new();
        let what = format!("{place} to say {wanted:?}");
        let waited = self.until(&what, async || {
            last = squeeze(&self.text(place).await?);
            Ok(last.contains(&wanted).then_some(()))
        });
        waited.await.with_context(|| format!("{place} says {last:?}"))
    }

    /// An attribute of a place.
    pub async fn attribute(&self, place: &str, name: &str) -> Result<String> {
        let value = self.see(place).await?.attr(name).await?;
        value.with_context(|| format!("{place} has no {name}"))
    }

    /// Clicks a place as soon as that works: a list may be drawn anew between the look and the click.
    pub async fn click(&self, place: &str) -> Result<()> {
        self.until(&format!("a click on {place}"), async || {
            Ok(self.see(place).await?.click().await.ok())
        })
        .await
    }

    /// Replaces what a field holds.
    pub async fn fill(&self, place: &str, text: &str) -> Result<()> {
        let field = self.see(place).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Presses a key wherever the focus is.
    pub async fn press(&self, key: char) -> Result<()> {
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key });
        Ok(self.client.perform_actions(keys).await?)
    }

    /// Types real keys one after the other, each so long after the one before, whatever the page does meanwhile.
    pub async fn type_keys(&self, keys: &[char], every: Duration) -> Result<()> {
        let mut all = KeyActions::new("keyboard".to_owned());
        for key in keys {
            all = all
                .then(KeyAction::Down { value: *key })
                .then(KeyAction::Up { value: *key })
                .then(KeyAction::Pause { duration: every });
        }
        Ok(self.client.perform_actions(all).await?)
    }

    /// Presses a key while others are held.
    pub async fn press_with(&self, held: &[char], key: char) -> Result<()> {
        let mut all = KeyActions::new("keyboard".to_owned());
        for value in held.iter().chain([&key]) {
            all = all.then(KeyAction::Down { value: *value });
        }
        for value in [key].iter().chain(held.iter().rev()) {
            all = all.then(KeyAction::Up { value: *value });
        }
        Ok(self.client.perform_actions(all).await?)
    }

    /// Moves the pointer there, in pixels of the page.
    pub async fn point(&self, x: f64, y: f64) -> Result<()> {
        let there = PointerAction::MoveTo { duration: None, x, y };
        let mouse = MouseActions::new("mouse".to_owned()).then(there);
        Ok(self.client.perform_actions(mouse).await?)
    }

    /// Asks again and again until there is an answer.
    pub async fn until<T>(
        &self,
        what: &str,
        mut ask: impl AsyncFnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        let began = Instant::now();
        loop {
            if let Some(answer) = ask().await? {
                return Ok(answer);
            }
            if began.elapsed() > PATIENCE {
                bail!("waited {PATIENCE:?} for {what} in vain; there is:\n{}", self.page().await?);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Runs a script in the page: the body of a function, its value returned.
    pub async fn script(&self, body: &str, args: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(body, args).await?)
    }

    /// Runs a script that answers by calling its last argument.
    pub async fn script_async(&self, body: &str, args: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute_async(body, args).await?)
    }

    /// What the page says, shortened, for error messages.
    async fn page(&self) -> Result<String> {
        let text =
            self.script("return document.body ? document.body.innerText : ''", vec![]).await?;
        Ok(text.as_str().unwrap_or_default().chars().take(3000).collect())
    }

    /// Makes the page itself that size, in pixels.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.client.set_window_rect(0, 0, width, height).await?;
        self.until("the window's size", async || {
            let size = self.script("return [innerWidth, innerHeight]", vec![]).await?;
            Ok((size == json!([width, height])).then_some(()))
        })
        .await
    }

    pub(crate) async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}

/// The selector of a place. What follows the name narrows it: `feedback-row[data-id="7"]`, `sync-status button`.
fn css(place: &str) -> String {
    let (name, rest) = place.find(['[', ' ']).map_or((place, ""), |at| place.split_at(at));
    format!("[data-testid=\"{name}\"]{rest}")
}
