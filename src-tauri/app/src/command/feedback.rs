//! The inbox: counts, pages, one feedback, and a file of its run on request.

use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use domain::{ConnectionId, FeedbackId, Run, Version};
use serde::{Deserialize, Serialize};
use store::{
    AlikeRows, Cursor, FeedbackFilter, KeptFile, RunEntry, Store, UserFilter, VersionEntry,
};
use ts_rs::TS;

use super::Command;
use crate::desk::Desk;
use crate::present::{
    earlier_views, filter_of, mailbox_filter, pin_view, raw_json, row_view, run_view, summary_view,
};
use crate::wire::{
    AgentView, AlikeRowsView, ErrorView, FeedbackCountView, FeedbackDetailView, FeedbackPageView,
    FeedbackRowView, FilterView, Mailbox, MailboxCountsView, RawView, RunStateView,
    UserSummaryView,
};

/// Rows of one page, at most.
pub(super) const LARGEST_PAGE: u32 = 500;
/// What a user said elsewhere is context, not a list to read: the story has all of it.
const USER_BEFORE: usize = 10;
const DUPLICATES: usize = 10;
/// The look-alikes of one feedback that are shown beside it.
const ALIKE: usize = 10;

/// Counts by mailbox.
#[derive(Debug, Deserialize, TS)]
pub struct CountMailboxes {
    pub connection: i64,
}

/// A page of a mailbox. A newer question ends an older one with `cancelled`: nobody waits for it any more.
#[derive(Debug, Deserialize, TS)]
#[ts(optional_fields)]
pub struct ListFeedback {
    pub connection: i64,
    pub mailbox: Mailbox,
    #[serde(default)]
    pub filter: FilterView,
    /// From the page before.
    pub cursor: Option<String>,
    /// At most 500.
    pub limit: u32,
    /// One row for all that is alike: the newest of them that mailbox and filter let through.
    pub collapse: Option<bool>,
}

/// What one row stands for: its look-alikes within mailbox and filter, itself included.
#[derive(Debug, Deserialize, TS)]
pub struct ListAlike {
    pub connection: i64,
    pub mailbox: Mailbox,
    #[serde(default)]
    pub filter: FilterView,
    /// The feedback's id.
    pub id: String,
    /// At most 500.
    pub limit: u32,
}

/// How many match mailbox and filter: for lists that do not say so themselves, behind the first page.
#[derive(Debug, Deserialize, TS)]
pub struct CountFeedback {
    pub connection: i64,
    pub mailbox: Mailbox,
    #[serde(default)]
    pub filter: FilterView,
}

/// One feedback with everything behind it.
#[derive(Debug, Deserialize, TS)]
pub struct GetFeedback {
    pub connection: i64,
    pub id: String,
}

/// A feedback and its run as they are kept.
#[derive(Debug, Deserialize, TS)]
pub struct GetRaw {
    pub connection: i64,
    pub id: String,
}

/// Loads an image of a run, because a person asked; one that was looked at before comes from this machine. Asked for
/// without any key.
#[derive(Debug, Deserialize, TS)]
pub struct LoadFile {
    pub connection: i64,
    pub url: String,
}

/// A file's content, for an `img` element.
#[derive(Debug, Serialize, TS)]
pub struct LoadedFile {
    /// `data:image/…;base64,…`
    pub data_url: String,
    pub bytes: u64,
}

/// The agents of a connection in the cache, with their counts.
#[derive(Debug, Deserialize, TS)]
pub struct ListAgents {
    pub connection: i64,
}

impl Command for CountMailboxes {
    type Response = MailboxCountsView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<MailboxCountsView, ErrorView> {
        let id = ConnectionId(self.connection);
        desk.with_store(move |store| {
            let counts = store.mailbox_counts(id)?;
            Ok(MailboxCountsView {
                negative_open: counts.negative_open,
                all_open: counts.all_open,
                needs_fix: counts.needs_fix,
                snoozed: counts.snoozed,
                decided: counts.decided,
                positive_with_comment: counts.positive_with_comment,
                everything: counts.everything,
                users: store.users_count(id, None)?,
            })
        })
        .await
    }
}

impl Command for ListFeedback {
    type Response = FeedbackPageView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<FeedbackPageView, ErrorView> {
        let cursor = self
            .cursor
            .as_deref()
            .map(str::parse::<Cursor>)
            .transpose()
            .map_err(|_| ErrorView::bad_input("The page's cursor is not understood."))?;
        let id = ConnectionId(self.connection);
        let limit = self.limit.clamp(1, LARGEST_PAGE);
        let token = desk.lists.ask((self.connection, self.mailbox, self.filter.clone()));
        let collapse = self.collapse.unwrap_or(false);
        let mailbox = mailbox_filter(self.mailbox);
        let filter = filter_of(self.mailbox, self.filter);
        desk.with_store_until(&token, move |store| {
            let is_first = cursor.is_none();
            let count_of = |filter: &FeedbackFilter| match is_first {
                true => store.feedback_count_if_quick(id, filter),
                false => Ok(None),
            };
            let none = FeedbackPageView {
                rows: Vec::new(),
                next: None,
                total: Some(0),
                mailbox_total: count_of(&mailbox)?,
                everything: count_of(&FeedbackFilter::default())?,
                search_ready: store.is_caught_up()?,
            };
            let Some(filter) = filter else { return Ok(none) };
            let limit = limit as usize;
            let page = match collapse {
                true => store.collapsed_page(id, &filter, cursor.as_ref(), limit)?,
                false => store.feedback_page(id, &filter, cursor.as_ref(), limit)?,
            };
            Ok(FeedbackPageView {
                rows: page.rows.into_iter().map(row_view).collect(),
                next: page.next.map(|cursor| cursor.to_string()),
                total: count_of(&filter)?,
                ..none
            })
        })
        .await
    }
}

impl Command for ListAlike {
    type Response = AlikeRowsView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<AlikeRowsView, ErrorView> {
        let (id, feedback) = (ConnectionId(self.connection), FeedbackId::new(self.id));
        let limit = self.limit.clamp(1, LARGEST_PAGE) as usize;
        let filter = filter_of(self.mailbox, self.filter);
        let alike = desk.with_store(move |store| match filter {
            Some(filter) => store.alike(id, &filter, &feedback, limit),
            None => Ok(AlikeRows::default()),
        });
        let alike = alike.await?;
        let rows = alike.rows.into_iter().map(row_view).collect();
        Ok(AlikeRowsView { rows, total: alike.total })
    }
}

impl Command for CountFeedback {
    type Response = FeedbackCountView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<FeedbackCountView, ErrorView> {
        let id = ConnectionId(self.connection);
        let token = desk.counts.ask((self.connection, self.mailbox, self.filter.clone()));
        let filter = filter_of(self.mailbox, self.filter);
        let count = move |store: &Store| match filter {
            Some(filter) => store.feedback_count(id, &filter),
            None => Ok(0),
        };
        let total = desk.with_store_until(&token, count).await?;
        Ok(FeedbackCountView { total })
    }
}

impl Command for GetFeedback {
    type Response = FeedbackDetailView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<FeedbackDetailView, ErrorView> {
        shown(desk, ConnectionId(self.connection), FeedbackId::new(self.id)).await
    }
}

impl Command for GetRaw {
    type Response = RawView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<RawView, ErrorView> {
        let (id, feedback) = (ConnectionId(self.connection), FeedbackId::new(self.id));
        desk.with_store(move |store| {
            let Some(row) = store.feedback(id, &feedback)? else { return Ok(None) };
            let word = &row.feedback;
            let run = match run_entry(store, id, word)? {
                Some(RunEntry::Present(run)) => Some(raw_json(&run)),
                _ => None,
            };
            Ok(Some(RawView { feedback: raw_json(word), run }))
        })
        .await?
        .ok_or_else(|| ErrorView::not_cached("feedback"))
    }
}

impl Command for ListAgents {
    type Response = Vec<AgentView>;

    async fn handle(self, desk: &Arc<Desk>) -> Result<Vec<AgentView>, ErrorView> {
        let id = ConnectionId(self.connection);
        let entries = desk.with_store(move |store| store.agents(id)).await?;
        Ok(entries
            .into_iter()
            .map(|entry| AgentView {
                name: entry.agent.display_name().to_owned(),
                id: entry.agent.id.into_string(),
                description: entry.agent.description,
                feedback: entry.feedback,
            })
            .collect())
    }
}

impl Command for LoadFile {
    type Response = LoadedFile;

    async fn handle(self, desk: &Arc<Desk>) -> Result<LoadedFile, ErrorView> {
        let connection = desk.connection(ConnectionId(self.connection)).await?;
        let (id, url, now_ms) = (connection.id, self.url.clone(), desk.now_ms());
        if let Some(file) = desk.with_store(move |store| store.file(id, &url, now_ms)).await? {
            return Ok(loaded(&file));
        }
        let plain = connection.allow_plain_http;
        let server = workflowai::Origin::parse(&connection.url, plain)?;
        let image = workflowai::load_image(&self.url, &server, plain).await?;
        let file = KeptFile { media_type: image.media_type.to_owned(), body: image.bytes };
        let shown = loaded(&file);
        let url = self.url;
        if let Err(error) =
            desk.with_store(move |store| store.keep_file(id, &url, &file, now_ms)).await
        {
            // It can be looked at all the same.
            tracing::warn!(connection = id.0, title = %error.title, "An image could not be kept");
        }
        Ok(shown)
    }
}

/// One feedback with everything behind it.
pub(super) async fn shown(
    desk: &Desk,
    id: ConnectionId,
    feedback: FeedbackId,
) -> Result<FeedbackDetailView, ErrorView> {
    desk.with_store(move |store| detail(store, id, &feedback))
        .await?
        .ok_or_else(|| ErrorView::not_cached("feedback"))
}

fn detail(
    store: &Store,
    id: ConnectionId,
    feedback: &FeedbackId,
) -> Result<Option<FeedbackDetailView>, store::Error> {
    let Some(row) = store.feedback(id, feedback)? else { return Ok(None) };
    let word = &row.feedback;
    let run = run_entry(store, id, word)?;
    let versions = store.versions(id, &word.agent)?;
    let version = row
        .version
        .as_ref()
        .and_then(|wanted| versions.iter().find(|entry| entry.version.id == *wanted))
        .map(summary_view);
    let views = |rows: Vec<store::FeedbackRow>| rows.into_iter().map(row_view).collect::<Vec<_>>();
    let others_on_run = views(store.others_on_run(id, &word.agent, &word.run, feedback)?);
    let earlier = earlier_views(&row, store.earlier_words(id, feedback)?);
    let (user, user_before) = about_user(store, id, word)?;
    let original = match &row.duplicate_of {
        Some(original) => store.feedback(id, original)?.map(row_view),
        None => None,
    };
    let (duplicates, duplicates_count) = store.duplicates_of(id, feedback, DUPLICATES)?;
    let alike = store.alike_besides(id, feedback, ALIKE)?;
    Ok(Some(FeedbackDetailView {
        run: match run {
            Some(RunEntry::Present(run)) => {
                let version = with_schemas(&versions, &run);
                RunStateView::Present { run: Box::new(run_view(&run, version)) }
            }
            Some(RunEntry::Shed { gone_at_ms }) => RunStateView::NotKept { gone_at_ms },
            Some(RunEntry::Missing { tried_at_ms }) => RunStateView::Missing { tried_at_ms },
            None => RunStateView::Waiting,
        },
        row: row_view(row),
        version,
        others_on_run,
        earlier,
        user_before,
        user,
        original,
        duplicates: views(duplicates),
        duplicates_count,
        alike: views(alike.rows),
        alike_count: alike.total,
        pins: store.pins(id, feedback)?.into_iter().map(pin_view).collect(),
    }))
}

pub(super) fn run_entry(
    store: &Store,
    id: ConnectionId,
    word: &domain::Feedback,
) -> Result<Option<RunEntry>, store::Error> {
    match store.run(id, &word.agent, &word.run) {
        Err(store::Error::Unreadable { .. }) => {
            // The comment can be read all the same, and `fetch_run` replaces what is damaged.
            tracing::warn!(connection = id.0, "A run that is kept cannot be read");
            Ok(Some(RunEntry::Shed { gone_at_ms: None }))
        }
        other => other,
    }
}

/// A version by whose schemas a run can be read: its own, or another of the same schema.
fn with_schemas<'a>(versions: &'a [VersionEntry], run: &Run) -> Option<&'a Version> {
    let told =
        |version: &&Version| version.input_schema.is_some() || version.output_schema.is_some();
    let known = || versions.iter().map(|entry| &entry.version).filter(told);
    let own = known().find(|version| run.version.as_ref() == Some(&version.id));
    own.or_else(|| {
        known().find(|version| version.schema_id.is_some() && version.schema_id == run.schema_id)
    })
}

fn loaded(file: &KeptFile) -> LoadedFile {
    let encoded = BASE64_STANDARD.encode(&file.body);
    LoadedFile {
        data_url: format!("data:{};base64,{encoded}", file.media_type),
        bytes: file.body.len() as u64,
    }
}

type AboutUser = (Option<UserSummaryView>, Vec<FeedbackRowView>);

fn about_user(
    store: &Store,
    id: ConnectionId,
    word: &domain::Feedback,
) -> Result<AboutUser, store::Error> {
    let Some(user) = &word.user else { return Ok((None, Vec::new())) };
    let all =
        FeedbackFilter { user: Some(UserFilter::Is(user.clone())), ..FeedbackFilter::default() };
    let negative = FeedbackFilter { outcome: Some(domain::Outcome::Negative), ..all.clone() };
    let summary = UserSummaryView {
        user: user.to_string(),
        feedback: store.feedback_count(id, &all)?,
        negative: store.feedback_count(id, &negative)?,
    };
    let page = store.feedback_page(id, &all, None, USER_BEFORE + 1)?;
    let before = page.rows.into_iter().filter(|row| row.feedback.id != word.id);
    Ok((Some(summary), before.take(USER_BEFORE).map(row_view).collect()))
}
