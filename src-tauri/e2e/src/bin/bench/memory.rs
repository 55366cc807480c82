//! What a process takes that opens a large mirror and looks at everything once, as the window does. A process of its
//! own, so that nothing else the benchmark did counts.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::desk;
use crate::figures::memory_mib;
use crate::made::{CONNECTION, LAST_MS};
use crate::table::{Table, say};

const WHAT: &str = "memory of the Rust process with the large mirror open";
const AIM: &str = "≤ 300 MB";
const MOST_MIB: u64 = 300 * 1_000_000 / (1 << 20);
/// The argument that makes this program the process that is looked at.
pub(crate) const LOOK: &str = "look-at";

const MAILBOXES: [&str; 6] =
    ["negative_open", "all_open", "needs_fix", "decided", "positive_with_comment", "everything"];
const DAY_MS: i64 = 86_400_000;

/// Measures a mirror in `folder`.
pub(crate) fn measure(folder: &Path, table: &mut Table) -> Result<()> {
    let output = Command::new(std::env::current_exe()?).arg(LOOK).arg(folder).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the process that looks failed: {said}");
    let steps: Vec<(String, u64)> = serde_json::from_slice(&output.stdout)?;
    let (_, most) = steps.last().context("the process that looks said nothing")?;
    for (step, mib) in &steps {
        say(&format!("  {step}: {mib} MiB at most so far"));
    }
    let figure = format!("{:.0} MB", *most as f64 * 1.048_576);
    table.add(WHAT, AIM, figure, *most > 0 && *most <= MOST_MIB);
    Ok(())
}

/// Looks at everything, and answers after each step how much memory was taken at most so far.
pub(crate) async fn look(folder: &Path) -> Result<Vec<(&'static str, u64)>> {
    let mut steps = Vec::new();
    let mut done = |step| steps.push((step, memory_mib("VmHWM:")));
    let desk = desk::open(folder, "none")?;
    let ask = async |command, payload| desk::ask(&desk, command, payload).await;
    let id = CONNECTION.0;
    done("opened");
    ask("count_mailboxes", json!({"connection": id})).await?;
    let mut newest = Value::Null;
    for mailbox in MAILBOXES {
        let list = json!({"connection": id, "mailbox": mailbox, "limit": 50});
        let page = ask("list_feedback", list).await?;
        newest = page["rows"][0]["id"].clone();
    }
    done("first pages of all mailboxes");
    ask("get_feedback", json!({"connection": id, "id": newest})).await?;
    done("one feedback");
    let (from_ms, to_ms) = (LAST_MS - 90 * DAY_MS, LAST_MS);
    let trends = json!({
        "connection": id, "agents": [], "from_ms": from_ms, "to_ms": to_ms, "bucket": "day",
        "one_vote_per_user": false,
    });
    let trends = ask("get_trends", trends).await?;
    ensure!(trends["points"].as_array().is_some_and(|all| all.len() >= 90), "no trends: {trends}");
    done("trends of 90 days");
    ask("list_users", json!({"connection": id, "limit": 50})).await?;
    done("users");
    Ok(steps)
}
