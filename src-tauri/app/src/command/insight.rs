//! Trends and users.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{AgentId, ConnectionId, UserId, VersionId};
use serde::Deserialize;
use store::{StoryRow, UserRow, VersionEntry};
use ts_rs::TS;

use super::Command;
use crate::desk::Desk;
use crate::present::{earlier_views, row_view};
use crate::trends::{grouped, trends};
use crate::wire::{
    BucketView, ErrorView, MarkKind, StoryEntryView, StoryView, TrendsView, UserPageView,
    UserRowView,
};

/// More entries than a person reads; the nameless have by far the most.
const LONGEST_STORY: usize = 500;

/// Satisfaction over time.
#[derive(Debug, Deserialize, TS)]
pub struct GetTrends {
    pub connection: i64,
    /// Empty: all.
    pub agents: Vec<String>,
    pub from_ms: i64,
    /// Not included.
    pub to_ms: i64,
    pub bucket: BucketView,
    /// Count a user's last vote alone.
    pub one_vote_per_user: bool,
}

/// A page of users, who spoke last first.
#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ListUsers {
    pub connection: i64,
    /// Part of a user id.
    pub search: Option<String>,
    pub cursor: Option<String>,
    /// At most 500.
    pub limit: u32,
}

/// Everything one user said.
#[derive(Debug, Deserialize, TS)]
pub struct GetStory {
    pub connection: i64,
    /// `null`: all who gave no user id.
    pub user: Option<String>,
}

impl Command for GetTrends {
    type Response = TrendsView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<TrendsView, ErrorView> {
        if self.from_ms >= self.to_ms {
            return Err(ErrorView::bad_input("The range ends before it begins."));
        }
        let (desk, now_ms) = (Arc::clone(desk), desk.now_ms());
        tokio::task::spawn_blocking(move || {
            let loaded = desk.frames.load(&desk.store, ConnectionId(self.connection))?;
            Ok(trends(&loaded, &self, now_ms, &*desk.utc_offset_ms)?)
        })
        .await
        .map_err(ErrorView::internal)?
    }
}

impl Command for ListUsers {
    type Response = UserPageView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<UserPageView, ErrorView> {
        let offset = match self.cursor {
            Some(cursor) => cursor
                .parse::<u64>()
                .map_err(|_| ErrorView::bad_input("The page's cursor is not understood."))?,
            None => 0,
        };
        let limit = self.limit.clamp(1, super::feedback::LARGEST_PAGE);
        let id = ConnectionId(self.connection);
        let search = self.search.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        desk.with_store(move |store| {
            let page = store.users(id, search.as_deref(), offset, limit as usize)?;
            Ok(UserPageView {
                next: page.next.map(|offset| offset.to_string()),
                rows: page.rows.into_iter().map(user_view).collect(),
                total: store.users_count(id, search.as_deref())?,
            })
        })
        .await
    }
}

impl Command for GetStory {
    type Response = StoryView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<StoryView, ErrorView> {
        let id = ConnectionId(self.connection);
        let user = self.user.clone().filter(|user| !user.is_empty()).map(UserId::new);
        let (rows, truncated, versions) = desk
            .with_store(move |store| {
                let page = store.user_story(id, user.as_ref(), None, LONGEST_STORY)?;
                let (rows, truncated) = (page.rows, page.next.is_some());
                let agents: BTreeSet<AgentId> =
                    rows.iter().map(|story| story.row.feedback.agent.clone()).collect();
                let mut versions = Vec::new();
                for agent in agents {
                    versions.extend(store.versions(id, &agent)?);
                }
                Ok((rows, truncated, versions))
            })
            .await?;
        Ok(story(self.user, rows, truncated, &versions))
    }
}

fn user_view(row: UserRow) -> UserRowView {
    UserRowView {
        user: row.user.map(UserId::into_string),
        feedback: row.feedback,
        positive: row.positive,
        negative: row.negative,
        agents: row.agents.into_iter().map(AgentId::into_string).collect(),
        first_ms: row.first_ms,
        last_ms: row.last_ms,
        recent: row.recent.into_iter().map(Into::into).collect(),
    }
}

fn story(
    user: Option<String>,
    rows: Vec<StoryRow>,
    truncated: bool,
    versions: &[VersionEntry],
) -> StoryView {
    let positive =
        rows.iter().filter(|story| story.row.feedback.outcome == domain::Outcome::Positive).count()
            as u64;
    let negative = rows.len() as u64 - positive;
    let changed = rows.iter().filter(|story| !story.earlier.is_empty()).count() as u64;
    let agents = rows.iter().map(|story| &story.row.feedback.agent).collect::<BTreeSet<_>>().len();
    let since_ms = rows.iter().map(|story| story.row.feedback.created_at_ms).min();
    // Only versions that served this user: the others are noise in one person's story.
    let served: BTreeSet<(&AgentId, &VersionId)> = rows
        .iter()
        .filter_map(|story| Some((&story.row.feedback.agent, story.row.version.as_ref()?)))
        .collect();
    let mut entries: Vec<(i64, StoryEntryView)> = versions
        .iter()
        .filter(|entry| served.contains(&(&entry.version.agent, &entry.version.id)))
        .filter_map(mark)
        .collect();
    entries.extend(rows.into_iter().map(|story| {
        let at_ms = story.row.feedback.created_at_ms;
        let earlier = earlier_views(&story.row, story.earlier);
        (at_ms, StoryEntryView::Feedback { row: Box::new(row_view(story.row)), earlier })
    }));
    entries.sort_by_key(|(at_ms, _)| std::cmp::Reverse(*at_ms));
    StoryView {
        user,
        headline: format!("{} negative and {} positive.", grouped(negative), grouped(positive)),
        basis: format!(
            "{} said, {} changed, {} {}.",
            grouped(positive + negative),
            grouped(changed),
            agents,
            if agents == 1 { "agent" } else { "agents" }
        ),
        since_ms,
        entries: entries.into_iter().map(|(_, entry)| entry).collect(),
        truncated,
    }
}

fn mark(entry: &VersionEntry) -> Option<(i64, StoryEntryView)> {
    let version = &entry.version;
    let deployed = entry.deployed_at_ms();
    let at_ms = deployed.or(entry.first_run_at_ms)?;
    let view = StoryEntryView::Version {
        at_ms,
        agent: version.agent.to_string(),
        label: version.label(),
        mark: if deployed.is_some() { MarkKind::Deployed } else { MarkKind::FirstSeen },
    };
    Some((at_ms, view))
}
