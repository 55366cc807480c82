//! One agent's feedback. The server has no "since" and no cursor, only offsets that shift as items arrive, so:
//! the first time, page through everything, newest first, and remember the offset; every time, read from the
//! top until well below what was known before; and when the counts stop adding up, page through all again.

use domain::AgentId;
use store::{FeedbackFilter, SyncState};
use workflowai::{Error, FeedbackPage};

use super::Pass;
use crate::wire::{ErrorView, SyncStage};

/// Within a second the order on a server is not that of arrival (contract, 0.10); clocks of its workers differ a bit.
const WINDOW_MS: i64 = 10_000;
/// Annotations on old items show up in no list's top; once a day everything is read again.
const FULL_EVERY_MS: i64 = 24 * 60 * 60 * 1_000;

pub(super) async fn mirror(pass: &Pass<'_>, agent: &AgentId) -> Result<(), ErrorView> {
    let (id, key) = (pass.connection.id, agent.clone());
    let mut state = pass.write(move |store| store.sync_state(id, &key)).await?;
    let unfinished = state.resume_offset.is_some();
    let due = state.last_full_at_ms.is_none_or(|at_ms| pass.desk.now_ms() - at_ms >= FULL_EVERY_MS);
    if unfinished || due {
        read_all(pass, agent, &mut state).await?;
    }
    let remote = read_top(pass, agent, &mut state).await?;
    if adds_up(pass, agent, &state, remote).await? {
        Ok(())
    } else {
        read_all(pass, agent, &mut state).await
    }
}

/// Pages through everything, from where the last attempt stopped.
async fn read_all(
    pass: &Pass<'_>,
    agent: &AgentId,
    state: &mut SyncState,
) -> Result<(), ErrorView> {
    // Items that arrived since push the rest down, so going on at the same offset reads some twice and none too few.
    let mut offset = state.resume_offset.unwrap_or(0);
    loop {
        let page = read_page(pass, agent, offset).await?;
        // The top as it was when the pass began: what comes later is read from the top afterwards, also after a
        // restart in the middle.
        state.top_ms = state.top_ms.or(page.newest_ms);
        offset = page.next_offset;
        // Never on a short or an empty page: items that do not validate are left out of pages (contract, 0.2).
        let at_end = offset >= page.count;
        state.resume_offset = (!at_end).then_some(offset);
        if at_end {
            state.last_full_at_ms = Some(pass.desk.now_ms());
            state.count_gap = Some(count_gap(pass, agent, page.count).await?);
        }
        keep(pass, agent, state).await?;
        if at_end {
            return Ok(());
        }
    }
}

/// Reads from the top until below what was read without a gap before. Gives the server's count.
async fn read_top(
    pass: &Pass<'_>,
    agent: &AgentId,
    state: &mut SyncState,
) -> Result<u64, ErrorView> {
    let (mut offset, mut newest_ms) = (0, state.top_ms);
    loop {
        let page = read_page(pass, agent, offset).await?;
        newest_ms = newest_ms.max(page.newest_ms);
        offset = page.next_offset;
        let known = match (state.top_ms, page.oldest_ms) {
            (Some(top_ms), Some(oldest_ms)) => oldest_ms < top_ms - WINDOW_MS,
            _ => false,
        };
        if known || offset >= page.count {
            // Not before: a pass that is cut between two pages has left a gap, and must come back to it.
            state.top_ms = newest_ms;
            state.last_sync_at_ms = Some(pass.desk.now_ms());
            state.remote_count = Some(page.count);
            keep(pass, agent, state).await?;
            return Ok(page.count);
        }
    }
}

struct ReadPage {
    count: u64,
    next_offset: u64,
    newest_ms: Option<i64>,
    oldest_ms: Option<i64>,
}

async fn read_page(pass: &Pass<'_>, agent: &AgentId, offset: u64) -> Result<ReadPage, ErrorView> {
    pass.check_cancelled()?;
    let (page, next_offset) = fetch_page(pass, agent, offset).await?;
    if page.skipped > 0 {
        tracing::warn!(agent = %agent, skipped = page.skipped, "Some feedback of the server could not be read");
    }
    let times = || page.items.iter().map(|item| item.created_at_ms);
    let read = ReadPage {
        count: page.count,
        next_offset,
        newest_ms: times().max(),
        oldest_ms: times().min(),
    };
    let (id, now_ms) = (pass.connection.id, pass.desk.now_ms());
    let items = page.items;
    pass.write(move |store| store.write_feedback(id, &items, now_ms)).await?;
    pass.progress(SyncStage::Feedback, Some(agent), next_offset, read.count);
    pass.news();
    Ok(read)
}

/// One page, smaller ones where it is too large, and past an item that is too large by itself.
async fn fetch_page(
    pass: &Pass<'_>,
    agent: &AgentId,
    offset: u64,
) -> Result<(FeedbackPage, u64), ErrorView> {
    for limit in pass.desk.patience.page_sizes() {
        let request = pass.client.feedback_page(agent, limit, offset);
        match pass.outcome(request).await? {
            Ok(page) => return Ok((page, offset + u64::from(limit))),
            Err(Error::TooLarge { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    tracing::warn!(agent = %agent, offset, "One feedback is too large to be read and is left out");
    let beyond = pass.client.feedback_page(agent, 1, offset + 1);
    Ok((pass.unless_cancelled(beyond).await?, offset + 2))
}

/// Whether the mirror holds as many as the server counts, but for those the server counts and never shows.
async fn adds_up(
    pass: &Pass<'_>,
    agent: &AgentId,
    state: &SyncState,
    remote: u64,
) -> Result<bool, ErrorView> {
    let gap = count_gap(pass, agent, remote).await?;
    Ok(state.count_gap.is_none_or(|known| known == gap))
}

async fn count_gap(pass: &Pass<'_>, agent: &AgentId, remote: u64) -> Result<i64, ErrorView> {
    let (id, agents) = (pass.connection.id, vec![agent.clone()]);
    let filter = FeedbackFilter { agents, ..FeedbackFilter::default() };
    let local = pass.write(move |store| store.feedback_count(id, &filter)).await?;
    Ok(i64::try_from(remote).unwrap_or(i64::MAX) - i64::try_from(local).unwrap_or(i64::MAX))
}

async fn keep(pass: &Pass<'_>, agent: &AgentId, state: &SyncState) -> Result<(), ErrorView> {
    let (id, key, state) = (pass.connection.id, agent.clone(), state.clone());
    pass.write(move |store| store.set_sync_state(id, &key, &state)).await
}
