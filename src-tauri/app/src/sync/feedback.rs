//! One agent's feedback, kept equal to the server's list. The server has no "since", no cursor and no time of change,
//! so there are three ways of reading it:
//!
//! - **The top**, with every sync: from the newest item down to some seconds below what was known. With nothing new
//!   that is one request.
//! - **An urgent walk** through everything: the first time, and whenever the server's count and the mirror's do not
//!   add up. It goes on where it stopped, also after a restart.
//! - **A patrol**: the same walk, some pages with each sync, so that once a day everything has been read again. It
//!   finds annotations on old items, and items that vanished without a change of the count.
//!
//! A page covers a stretch of the list ([`super::walk`]): what the mirror holds there and the page does not show is
//! asked for once more and then marked as gone. Nothing is deleted, and an empty list marks nothing.

use std::collections::HashSet;

use domain::{AgentId, FeedbackId};
use store::{ListKey, Span, SyncState, Walk, Written};
use workflowai::{Error, FeedbackPage};

use super::Pass;
use super::walk::{Budget, Page, Step, Walker};
use crate::wire::{ErrorView, SyncStage};

/// So often everything is read again because the counts do not add up.
const ROUNDS: u32 = 3;
/// So often the top is read again because it took more than one page and is another one since.
const TOP_ROUNDS: u32 = 8;

/// One agent's list in one sync.
pub(super) struct List<'a> {
    pass: &'a Pass<'a>,
    pub(super) agent: AgentId,
    state: SyncState,
    /// The state as it is filed.
    kept: SyncState,
    /// Where the last reading of the top stopped.
    top: Walk,
    /// Whether feedback came that was not here.
    pub(super) has_news: bool,
}

/// How a reading of the top went.
struct Top {
    count: u64,
    /// One answer is right by itself; between several, the list may have changed.
    answers: u32,
}

impl<'a> List<'a> {
    pub(super) async fn open(pass: &'a Pass<'a>, agent: AgentId) -> Result<Self, ErrorView> {
        let (id, key) = (pass.connection.id, agent.clone());
        let state = pass.write(move |store| store.sync_state(id, &key)).await?;
        let kept = state.clone();
        Ok(Self { pass, agent, state, kept, top: Walk::default(), has_news: false })
    }

    /// [`List::freshen`] for a list among others.
    pub(super) async fn freshened(mut self) -> (Self, Result<(), ErrorView>) {
        let read = self.freshen().await;
        (self, read)
    }

    /// Reads what is new. The first time, that is the first page: the rest is left to [`List::complete`], so that the
    /// newest of every agent is there at once.
    pub(super) async fn freshen(&mut self) -> Result<(), ErrorView> {
        if self.state.last_full_at_ms.is_none() && self.state.walk.is_none() {
            let mut walker = urgent();
            let page = self.read(&mut walker, &mut Budget::default()).await?;
            self.state.top_ms = page.newest_ms;
            self.state.remote_count = Some(page.count);
            self.top = walker.walk.clone();
            if page.is_last {
                self.all_on_one_page(page.count).await?;
            } else {
                self.state.walk = Some(walker.walk);
            }
            return self.keep().await;
        }
        // Twice: a feedback may come between a page and its count, and such a difference is gone with the next page.
        if !self.top_adds_up().await? && !self.top_adds_up().await? {
            tracing::info!(agent = %self.agent, "The counts do not add up: everything is read again");
            if self.state.walk.as_ref().is_none_or(|walk| !walk.is_urgent) {
                self.state.walk = Some(urgent().walk);
            }
        }
        self.keep().await
    }

    /// Whether there is much left to read, as with a first sync.
    pub(super) fn is_long(&self) -> bool {
        self.state.walk.as_ref().is_some_and(|walk| walk.is_urgent)
    }

    /// Walks to the end if that is urgent, else patrols what is due.
    pub(super) async fn complete(&mut self) -> Result<(), ErrorView> {
        for _ in 0..ROUNDS {
            let Some(walk) = self.state.walk.clone().filter(|walk| walk.is_urgent) else {
                return self.patrol().await;
            };
            let walked = self.walk_to_end(walk).await?;
            // Page one again: what arrived during the walk.
            let top = self.read_top().await?;
            let is_explained = self.is_explained(&walked, top.count).await?;
            self.state.count_gap = Some(self.gap(top.count).await?);
            if !is_explained {
                // Something went, or was said anew, between two pages.
                self.state.walk = Some(urgent().walk);
            }
            self.keep().await?;
        }
        // A list that changes all the time is read again with the next sync.
        Ok(())
    }

    /// While a page is filed, the next one is on its way already.
    async fn walk_to_end(&mut self, walk: Walk) -> Result<Walk, ErrorView> {
        let (mut walker, mut budget) = (Walker::new(walk), Budget::default());
        let mut page = fetch(self.pass, &self.agent, walker.walk.offset).await?;
        loop {
            let step = walker.take(&page);
            budget.spend(&page, &step)?;
            let next = async {
                if step.is_end() {
                    return None;
                }
                Some(fetch(self.pass, &self.agent, walker.walk.offset).await)
            };
            let (filed, next) = tokio::join!(self.file(&page, &step), next);
            self.has_news |= filed?.is_new;
            let Some(next) = next else {
                self.ended();
                self.keep().await?;
                return Ok(walker.walk);
            };
            self.state.walk = Some(walker.walk.clone());
            self.keep().await?;
            page = next?;
        }
    }

    /// Some pages further, as many as are due since the last time.
    async fn patrol(&mut self) -> Result<(), ErrorView> {
        let patience = self.pass.desk.patience;
        let pace = patience.pace;
        let now_ms = self.pass.desk.now_ms();
        let count = self.state.remote_count.unwrap_or(0);
        let pages =
            i64::try_from(count / u64::from(patience.page.max(2) - 1) + 1).unwrap_or(i64::MAX);
        // A clock that was set back must not keep the patrol from ever going on.
        let since_ms = self.state.patrolled_at_ms.unwrap_or(now_ms).min(now_ms);
        let due = (now_ms - since_ms).saturating_mul(pages) / pace.patrol_ms.max(1);
        let due = due.unsigned_abs().min(pace.patrol_most);
        if due == 0 {
            return Ok(());
        }
        let before = self.listed().await?;
        // The top has been read just now.
        let walk = self.state.walk.clone().unwrap_or_else(|| self.top.clone());
        let (mut walker, mut budget) = (Walker::new(walk), Budget::default());
        for _ in 0..due {
            let page = self.read(&mut walker, &mut budget).await?;
            self.state.walk = Some(walker.walk.clone());
            if page.is_last {
                self.ended();
                break;
            }
        }
        let is_behind = due == pace.patrol_most;
        let done_ms = since_ms + i64::try_from(due).unwrap_or(0) * pace.patrol_ms / pages;
        self.state.patrolled_at_ms = Some(if is_behind { now_ms } else { done_ms });
        // What was found missing is counted by the server all the same, or the counts had not added up before.
        let found = self.listed().await? - before;
        self.state.count_gap = self.state.count_gap.map(|gap| gap - found);
        self.keep().await
    }

    /// From the newest down to below what was known; and again, if page one is another afterwards.
    async fn read_top(&mut self) -> Result<Top, ErrorView> {
        let mut top = self.read_top_once().await?;
        for _ in 1..TOP_ROUNDS {
            if top.answers == 1 || self.is_still_top(&top).await? {
                break;
            }
            top = self.read_top_once().await?;
        }
        self.state.remote_count = Some(top.count);
        Ok(top)
    }

    async fn is_still_top(&mut self, top: &Top) -> Result<bool, ErrorView> {
        let mut walker = urgent();
        let page = self.read(&mut walker, &mut Budget::default()).await?;
        Ok(page.answers == 1 && page.count == top.count && walker.walk.top == self.top.top)
    }

    async fn read_top_once(&mut self) -> Result<Top, ErrorView> {
        let (mut walker, mut budget) = (urgent(), Budget::default());
        let known_ms = self.state.top_ms.map(|ms| ms - self.pass.desk.patience.pace.window_ms);
        let (mut top, mut newest_ms) = (Top { count: 0, answers: 0 }, None);
        loop {
            let page = self.read(&mut walker, &mut budget).await?;
            if page.offset == 0 {
                top.count = page.count;
                newest_ms = page.newest_ms;
            }
            top.answers += page.answers;
            let frontier_ms = walker.walk.frontier.as_ref().map(|key| key.created_at_ms);
            let is_known =
                known_ms.zip(frontier_ms).is_some_and(|(known_ms, read_ms)| read_ms < known_ms);
            if is_known || page.is_last {
                self.top = walker.walk;
                // Not before: a reading that is cut between two pages has left a gap, and must come back to it.
                self.state.top_ms = newest_ms.or(self.state.top_ms);
                if page.is_last && top.answers == 1 {
                    self.all_on_one_page(top.count).await?;
                }
                return Ok(top);
            }
        }
    }

    /// The list is short enough for one look at it, which is always right.
    async fn all_on_one_page(&mut self, count: u64) -> Result<(), ErrorView> {
        self.ended();
        self.state.count_gap = Some(self.gap(count).await?);
        Ok(())
    }

    /// The end of the list was reached.
    fn ended(&mut self) {
        let now_ms = self.pass.desk.now_ms();
        self.state.walk = None;
        self.state.last_full_at_ms = Some(now_ms);
        self.state.patrolled_at_ms = Some(now_ms);
    }

    /// Reads the top, and answers whether the mirror now holds as many as the server counts, but for those the server
    /// counts and never shows.
    async fn top_adds_up(&mut self) -> Result<bool, ErrorView> {
        let top = self.read_top().await?;
        let gap = self.gap(top.count).await?;
        Ok(self.state.count_gap.is_none_or(|known| known == gap))
    }

    /// Whether what arrived at the top explains how the server's count changed during a walk. It does not if items went
    /// that had been read already.
    async fn is_explained(&self, walked: &Walk, count: u64) -> Result<bool, ErrorView> {
        let (id, agent, top) = (self.pass.connection.id, self.agent.clone(), walked.top.clone());
        let arrived =
            self.pass.write(move |store| store.listed_above(id, &agent, top.as_ref())).await?;
        Ok(walked.count.is_none_or(|began| began + arrived == count))
    }

    async fn gap(&self, count: u64) -> Result<i64, ErrorView> {
        Ok(i64::try_from(count).unwrap_or(i64::MAX) - self.listed().await?)
    }

    async fn listed(&self) -> Result<i64, ErrorView> {
        let (id, agent) = (self.pass.connection.id, self.agent.clone());
        let listed = self.pass.write(move |store| store.feedback_listed(id, &agent)).await?;
        Ok(i64::try_from(listed).unwrap_or(i64::MAX))
    }

    async fn keep(&mut self) -> Result<(), ErrorView> {
        if self.state == self.kept {
            return Ok(());
        }
        let (id, agent, state) = (self.pass.connection.id, self.agent.clone(), self.state.clone());
        self.pass.write(move |store| store.set_sync_state(id, &agent, &state)).await?;
        self.kept = self.state.clone();
        Ok(())
    }

    /// Reads the page the walk asks for, files it, and moves the walk on.
    async fn read(
        &mut self,
        walker: &mut Walker,
        budget: &mut Budget,
    ) -> Result<ReadPage, ErrorView> {
        loop {
            let page = fetch(self.pass, &self.agent, walker.walk.offset).await?;
            let step = walker.take(&page);
            budget.spend(&page, &step)?;
            let filed = self.file(&page, &step).await?;
            self.has_news |= filed.is_new;
            if step != Step::Disordered {
                let newest_ms = page.items.iter().map(|item| item.created_at_ms).max();
                let Page { count, offset, .. } = page;
                let answers = 1 + u32::from(filed.is_asked_again);
                return Ok(ReadPage { newest_ms, count, offset, is_last: step.is_end(), answers });
            }
        }
    }

    /// Files what a page shows, and what it says is gone.
    async fn file(&self, page: &Page, step: &Step) -> Result<Filed, ErrorView> {
        let written = self.write(page, self.pass.desk.now_ms()).await?;
        let done = page.offset.saturating_add(page.items.len() as u64);
        self.pass.progress(SyncStage::Feedback, Some(&self.agent), done, page.count);
        if written.new + written.changed > 0 {
            self.pass.news();
        }
        let is_asked_again = match step {
            Step::Joined { span: Some(span), .. } => self.mark_gone(page, span).await?,
            _ => false,
        };
        Ok(Filed { is_new: written.new > 0, is_asked_again })
    }

    /// Marks what the mirror took to be listed in a stretch and the server does not show there. It is asked twice: a
    /// proxy that mixes up two answers must not make half of a list look gone. Answers whether it was.
    async fn mark_gone(&self, page: &Page, span: &Span) -> Result<bool, ErrorView> {
        let missing = self.beside(span, page.keys()).await?;
        if missing.is_empty() {
            return Ok(false);
        }
        let again = fetch(self.pass, &self.agent, page.offset).await?;
        let (id, now_ms) = (self.pass.connection.id, self.pass.desk.now_ms());
        self.write(&again, now_ms).await?;
        let Some(second) = Walker::look_again(span, &again) else { return Ok(true) };
        let still: HashSet<ListKey> =
            self.beside(&second, again.keys()).await?.into_iter().collect();
        let gone: Vec<FeedbackId> =
            missing.into_iter().filter(|key| still.contains(key)).map(|key| key.id).collect();
        if gone.is_empty() {
            return Ok(true);
        }
        tracing::info!(agent = %self.agent, gone = gone.len(), "The server does not list some feedback any more");
        self.pass.write(move |store| store.mark_feedback_gone(id, &gone, now_ms)).await?;
        self.pass.news();
        Ok(true)
    }

    async fn write(&self, page: &Page, now_ms: i64) -> Result<Written, ErrorView> {
        let (id, items) = (self.pass.connection.id, page.items.clone());
        self.pass.write(move |store| store.write_feedback(id, &items, now_ms)).await
    }

    async fn beside(&self, span: &Span, shown: Vec<ListKey>) -> Result<Vec<ListKey>, ErrorView> {
        let (id, agent, span) = (self.pass.connection.id, self.agent.clone(), span.clone());
        let shown: HashSet<FeedbackId> = shown.into_iter().map(|key| key.id).collect();
        self.pass.write(move |store| store.listed_beside(id, &agent, &span, &shown)).await
    }
}

/// What filing a page came to.
struct Filed {
    /// Something on it was not here.
    is_new: bool,
    /// The list was asked for once more.
    is_asked_again: bool,
}

/// A page that was filed.
struct ReadPage {
    newest_ms: Option<i64>,
    count: u64,
    offset: u64,
    /// The walk is at the list's end.
    is_last: bool,
    /// How many answers went into it.
    answers: u32,
}

fn urgent() -> Walker {
    Walker::new(Walk { is_urgent: true, ..Walk::default() })
}

/// One page, smaller ones where it is too large, and past an item that is too large by itself.
async fn fetch(pass: &Pass<'_>, agent: &AgentId, offset: u64) -> Result<Page, ErrorView> {
    pass.check_cancelled()?;
    for limit in pass.desk.patience.page_sizes() {
        let request = pass.client.feedback_page(agent, limit, offset);
        match pass.outcome(request).await? {
            Ok(page) => return Ok(page_of(agent, page, offset, limit)),
            Err(Error::TooLarge { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    tracing::warn!(agent = %agent, offset, "One feedback is too large to be read and is left out");
    let beyond = pass.client.feedback_page(agent, 1, offset + 1);
    Ok(page_of(agent, pass.unless_cancelled(beyond).await?, offset + 1, 1))
}

fn page_of(agent: &AgentId, page: FeedbackPage, offset: u64, limit: u32) -> Page {
    if page.skipped > 0 {
        tracing::warn!(agent = %agent, skipped = page.skipped, "Some feedback of the server could not be read");
    }
    Page { items: page.items, skipped: page.skipped, count: page.count, offset, limit }
}
