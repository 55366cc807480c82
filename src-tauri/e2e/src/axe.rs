//! axe, the accessibility checker, run inside the window: what it says of the page as it stands. Its source comes from
//! the front end's packages, is handed to the page by the driver alone, and is no part of the app.

use std::fmt;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::window::Window;

/// A rule that the page breaks.
#[derive(Debug, Deserialize)]
pub struct Violation {
    /// The rule's name, as in axe's documentation.
    pub id: String,
    /// What it asks for.
    pub help: String,
    pub nodes: Vec<Node>,
}

/// A place where it does.
#[derive(Debug, Deserialize)]
pub struct Node {
    pub html: String,
    #[serde(rename = "failureSummary")]
    pub summary: Option<String>,
}

/// Runs every rule of WCAG 2.2 A and AA and axe's best practices on the page.
pub async fn violations(window: &Window) -> Result<Vec<Violation>> {
    window.script(&source()?, vec![]).await?;
    let run = "
        const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ['violations'] })
            .then((found) => done({ violations: found.violations }))
            .catch((error) => done({ error: String(error) }));";
    let mut found = window.script_async(run, vec![]).await?;
    if let Some(error) = found["error"].as_str() {
        bail!("axe does not run: {error}");
    }
    Ok(serde_json::from_value(found["violations"].take())?)
}

fn source() -> Result<String> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui");
    let path = ui.join("node_modules/axe-core/axe.min.js");
    let source = std::fs::read_to_string(path);
    source.context("axe-core is not installed; `npm ci` in ui/ does it")
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}), {} times", self.id, self.help, self.nodes.len())?;
        for node in self.nodes.iter().take(3) {
            let html: String = node.html.chars().take(200).collect();
            write!(f, "\n    {html}")?;
            if let Some(summary) = &node.summary {
                write!(f, "\n      {}", summary.replace('\n', " "))?;
            }
        }
        Ok(())
    }
}
