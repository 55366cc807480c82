//! The reasons offered beside a decision: a short list that a person makes their own.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;
use ts_rs::TS;

use super::Command;
use crate::desk::Desk;
use crate::wire::ErrorView;

/// The setting that holds them, a JSON list.
const REASONS: &str = "reasons";
const FIRST: [&str; 6] =
    ["Wrong answer", "Missing information", "Wrong tone", "Too slow", "Not our product", "Test"];
/// More is no short list.
const MOST: usize = 20;
const LONGEST: usize = 40;

/// The reasons to choose from, in their order.
#[derive(Debug, Deserialize, TS)]
pub struct ListReasons {}

/// Replaces the reasons to choose from: at most 20 of at most 40 characters, no two the same. What was said with a
/// decision before stays as it was said. Answers them as they are kept.
#[derive(Debug, Deserialize, TS)]
pub struct SetReasons {
    pub reasons: Vec<String>,
}

impl Command for ListReasons {
    type Response = Vec<String>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Vec<String>, ErrorView> {
        let kept = desk.with_store(|store| store.setting(REASONS)).await?;
        let kept = kept.and_then(|json| serde_json::from_str(&json).ok());
        Ok(kept.unwrap_or_else(|| FIRST.map(str::to_owned).into()))
    }
}

impl Command for SetReasons {
    type Response = Vec<String>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Vec<String>, ErrorView> {
        let reasons = checked(self.reasons)?;
        let json = serde_json::to_string(&reasons).map_err(ErrorView::internal)?;
        desk.with_store(move |store| store.set_setting(REASONS, Some(&json))).await?;
        Ok(reasons)
    }
}

fn checked(reasons: Vec<String>) -> Result<Vec<String>, ErrorView> {
    let reasons: Vec<String> = reasons.iter().map(|reason| reason.trim().to_owned()).collect();
    if reasons.len() > MOST {
        return Err(ErrorView::bad_input(format!("There is room for {MOST} reasons.")));
    }
    let mut seen = HashSet::new();
    for reason in &reasons {
        if !(1..=LONGEST).contains(&reason.chars().count()) {
            return Err(ErrorView::bad_input(format!("A reason has 1 to {LONGEST} characters.")));
        }
        if !seen.insert(reason.to_lowercase()) {
            return Err(ErrorView::bad_input(format!("\"{reason}\" is there already.")));
        }
    }
    Ok(reasons)
}
