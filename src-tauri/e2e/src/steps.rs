//! What a person does in the window, in steps that several journeys share.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::collector::Collector;
use crate::server::{Client, text, texts};
use crate::window::{CONTROL, Window};

/// Types address and key into the first-run form, tests them, connects, and waits for the first sync's end.
pub async fn connect(window: &Window, collector: &Collector) -> Result<()> {
    window.see("first-run").await?;
    window.fill("connect-url", &collector.url).await?;
    window.fill("connect-key", &collector.key).await?;
    window.click("connect-test").await?;
    window.see("connect-answers").await?;
    window.click("connect-submit").await?;
    window.see("feedback-list").await?;
    synced(window).await
}

/// Waits until a sync has come to its end, and a good one.
pub async fn synced(window: &Window) -> Result<()> {
    window.reads("sync-status", "Synced").await
}

/// Makes everything once or twice as large, by the keys, and waits until it is.
pub async fn zoomed(window: &Window, times: u64) -> Result<()> {
    const WIDTH: u64 = 1280;
    window.press_with(&[CONTROL], '0').await?;
    if times == 2 {
        // 110, 125, 150, 175, 200 %.
        for _ in 0..5 {
            window.press_with(&[CONTROL], '=').await?;
        }
    }
    let width = async || {
        let width = window.script("return innerWidth", vec![]).await?;
        Ok((width == WIDTH / times).then_some(()))
    };
    window.until("the window as wide as it is enlarged", width).await
}

/// Opens the first row of the list whose id is among `wanted`, and gives the id back.
pub async fn open_row<T>(window: &Window, wanted: &HashMap<String, T>) -> Result<String> {
    let id = window
        .until("a suitable row", async || {
            for row in window.all("feedback-row").await? {
                // A row that goes while one looks at it is not there.
                let id = row.attr("data-id").await.unwrap_or_default();
                if id.as_ref().is_some_and(|id| wanted.contains_key(id)) {
                    return Ok(id);
                }
            }
            Ok(None)
        })
        .await?;
    window.click(&format!("feedback-row[data-id=\"{id}\"]")).await?;
    window.see(&format!("feedback-detail[data-id=\"{id}\"]")).await?;
    Ok(id)
}

/// What stands behind a feedback, read from the server's own pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    pub agent: String,
    pub run: String,
    pub version: String,
    pub comment: String,
    pub instructions: String,
}

/// The negative feedback nobody has decided yet whose run is there and whose version has instructions, by id.
pub async fn with_instructions(collector: &Collector) -> Result<HashMap<String, Behind>> {
    let mut found = HashMap::new();
    let client = Client::of(collector)?;
    let agents = client.get("/{tenant}/agents").await?;
    for agent in texts(&agents["items"], "id") {
        let list = client.get(&format!("/v1/{{tenant}}/agents/{agent}/feedback?limit=200")).await?;
        for item in list["items"].as_array().into_iter().flatten() {
            let open = item["annotation"].is_null() && item["outcome"] == "negative";
            if let Some(comment) = item["comment"].as_str().filter(|text| open && !text.is_empty())
                && let Some(behind) = behind(&client, &agent, item, comment).await?
            {
                found.insert(text(item, "id")?, behind);
            }
        }
    }
    ensure!(
        !found.is_empty(),
        "the collector has no negative feedback with instructions behind it"
    );
    Ok(found)
}

async fn behind(
    client: &Client<'_>,
    agent: &str,
    item: &Value,
    comment: &str,
) -> Result<Option<Behind>> {
    let run = text(item, "run_id")?;
    // A run may be gone; the feedback stays.
    let Ok(found) = client.get(&format!("/v1/{{tenant}}/agents/{agent}/runs/{run}")).await else {
        return Ok(None);
    };
    let version = text(&found["version"], "id")?;
    let path = format!("/v1/{{tenant}}/agents/{agent}/versions/{version}");
    let properties = client.get(&path).await?;
    let Some(instructions) = properties["properties"]["instructions"].as_str() else {
        return Ok(None);
    };
    Ok(Some(Behind {
        agent: agent.to_owned(),
        run,
        version,
        comment: comment.to_owned(),
        instructions: instructions.to_owned(),
    }))
}

/// Opens the instructions of the version behind the feedback on screen, as text and not as a diff.
pub async fn open_instructions(window: &Window) -> Result<()> {
    if !window.shows("instructions-pane").await? {
        window.press('i').await?;
    }
    window.see("instructions-text").await?;
    // There is nothing to choose where the version is the first one.
    let text = "instructions-pane [role=\"radio\"]:first-child";
    if window.shows(text).await? {
        window.click(text).await?;
    }
    Ok(())
}
