//! Looking over the mirror and making it sound, for hosts that have no desk: a damaged mirror opens none.

use std::path::PathBuf;

use store::doctor::{Finding, Lost, Repaired};

use crate::paths::Paths;
use crate::wire::ErrorView;

/// What a repair came to, in sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairView {
    /// What had been found.
    pub findings: Vec<String>,
    /// What was done and what was not.
    pub said: Vec<String>,
    /// Whether the mirror is sound now and every decision is in it.
    pub whole: bool,
}

/// What is wrong with the mirror, a sentence or two each; empty: nothing, or there is no mirror yet. Changes nothing.
/// Blocks, for seconds on a large mirror.
pub fn examine(paths: &Paths) -> Result<Vec<String>, ErrorView> {
    Ok(told(&store::doctor::examine(paths.data())?))
}

/// Repairs what [`examine`] finds. Blocks.
pub fn repair(paths: &Paths) -> Result<RepairView, ErrorView> {
    let repaired = store::doctor::repair(paths.data())?;
    let whole = repaired.left.is_empty() && !repaired.lost_decisions();
    Ok(RepairView { findings: told(&repaired.findings), said: said(&repaired), whole })
}

fn told(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(Finding::to_string).collect()
}

fn said(repaired: &Repaired) -> Vec<String> {
    let mut said = Vec::new();
    if repaired.findings.is_empty() {
        return said;
    }
    match &repaired.kept {
        Some(kept) => said.push(format!(
            "What can be read is in a fresh file; the damaged one is kept as {}.",
            kept.display()
        )),
        None => said.push("What is derived was derived anew.".to_owned()),
    }
    said.extend(repaired.lost.iter().map(|lost| loss(lost, repaired.kept.as_ref())));
    if !repaired.lost_decisions() {
        said.push(match repaired.decisions {
            0 => "There were no decisions.".to_owned(),
            1 => "The one decision is there.".to_owned(),
            n => format!("All {n} decisions are there."),
        });
    }
    said.extend(repaired.left.iter().map(|left| format!("Still: {left}")));
    said.push("Sync now: what the server can tell again comes with it.".to_owned());
    said
}

fn loss(lost: &Lost, kept: Option<&PathBuf>) -> String {
    if lost.table != "decisions" {
        return format!("Not all of the {} could be read.", lost.table);
    }
    let count = lost.rows.map_or("Some".to_owned(), |rows| rows.to_string());
    let kept = kept.map(|kept| format!("; keep {}", kept.display())).unwrap_or_default();
    format!("{count} of the decisions could not be read{kept}.")
}
