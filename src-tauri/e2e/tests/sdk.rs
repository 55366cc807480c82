//! Apps under review that use WorkflowAI's own SDKs, pointed at the collector: after a sync the mirror holds exactly
//! what their users said.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use e2e::collector::Collector;
use e2e::home::Home;
use e2e::programs::{cli, cli_json};
use e2e::sdk::{self, Sdk};
use e2e::tools;
use serde_json::Value;

/// Who said it: the run and the user.
type Slot = (String, Option<String>);
/// What was said: the outcome and the comment.
type Word = (String, Option<String>);
/// What is left when everybody has spoken: one word per slot.
type Said = BTreeMap<Slot, Word>;

#[test]
fn what_the_python_sdk_sends_is_what_the_mirror_shows() -> Result<()> {
    if tools::absent("the Python SDK", &["python3"]) {
        return Ok(());
    }
    ensure!(sdk::has_venv(), "python3 has no venv; Debian's package is python3-venv");
    mirrors(&Sdk::python()?, 4)
}

#[test]
fn what_the_npm_sdk_sends_is_what_the_mirror_shows() -> Result<()> {
    if tools::absent("the npm SDK", &["node", "npm"]) {
        return Ok(());
    }
    mirrors(&Sdk::node()?, 3)
}

/// Runs the SDK's session against an empty collector, syncs, and compares. `left` is how many are left when what was
/// overwritten is gone.
fn mirrors(sdk: &Sdk, left: usize) -> Result<()> {
    let home = Home::new()?;
    let collector = Collector::empty(&home.path().join("collector"))?;
    let sent = said_by(&sdk.session(&collector)?)?;
    ensure!(sent.len() == left, "the session was to leave {left}, it left {}", sent.len());

    cli(&home, &collector.key, &["connect", "--name", "sdk", "--url", &collector.url])?;
    cli(&home, &collector.key, &["sync"])?;
    let listed = cli_json(&home, &collector.key, &["feedback", "list", "--json"])?;
    let mirrored: Said = listed.iter().map(entry).collect::<Result<_>>()?;
    ensure!(listed.len() == mirrored.len(), "the list holds somebody twice: {listed:?}");
    ensure!(mirrored == sent, "sent was\n{sent:#?}\nmirrored is\n{mirrored:#?}");
    Ok(())
}

/// What a session printed, the later word of a user on a run in place of the earlier.
fn said_by(printed: &str) -> Result<Said> {
    let lines = printed
        .lines()
        .map(|line| serde_json::from_str(line).context("the session printed no JSON"));
    lines.map(|line| entry(&line?)).collect()
}

/// One feedback, as the sessions and as the command line print it.
fn entry(value: &Value) -> Result<(Slot, Word)> {
    let text = |field: &str| value[field].as_str().map(str::to_owned);
    let run = text("run").with_context(|| format!("no run in {value}"))?;
    let outcome = text("outcome").with_context(|| format!("no outcome in {value}"))?;
    Ok(((run, text("user")), (outcome, text("comment"))))
}
