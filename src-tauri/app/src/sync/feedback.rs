//! One agent's feedback. The server has no "since" and no cursor, only offsets that shift as items arrive, so:
//! the first time, page through everything, newest first, and remember the offset; every time, read from the
//! top until well below what was known before; and when the counts stop adding up, page through all again.

use domain::{AgentId, ConnectionId};
use store::{FeedbackFilter, Store, SyncState};

use super::Pass;
use crate::wire::{ErrorView, SyncStage};

/// Few enough to be quick, many enough to need few requests.
const PAGE: u32 = 200;
/// Within a second the order on a server is not that of arrival (contract, 0.10); clocks of its workers differ a bit.
const WINDOW_MS: i64 = 10_000;
/// Annotations on old items show up in no list's top; once a day everything is read again.
const FULL_EVERY_MS: i64 = 24 * 60 * 60 * 1_000;

pub(super) async fn mirror(pass: &Pass<'_>, agent: &AgentId) -> Result<(), ErrorView> {
    let (id, key) = (pass.connection.id, agent.clone());
    let (mut state, newest_ms) = pass
        .write(move |store| Ok((store.sync_state(id, &key)?, newest_ms(store, id, &key)?)))
        .await?;
    let unfinished = state.resume_offset.is_some();
    let due = state.last_full_at_ms.is_none_or(|at_ms| pass.desk.now_ms() - at_ms >= FULL_EVERY_MS);
    let mut anchor_ms = newest_ms;
    if unfinished || due {
        let first_ms = read_all(pass, agent, &mut state).await?;
        // What was at the top when a fresh pass began; a resumed one began below it.
        anchor_ms = anchor_ms.or(first_ms);
    }
    let remote = read_top(pass, agent, &mut state, anchor_ms).await?;
    if !adds_up(pass, agent, &state, remote).await? {
        read_all(pass, agent, &mut state).await?;
    }
    Ok(())
}

/// Pages through everything, from where the last attempt stopped. Gives the time of the newest item met.
async fn read_all(
    pass: &Pass<'_>,
    agent: &AgentId,
    state: &mut SyncState,
) -> Result<Option<i64>, ErrorView> {
    // Items that arrived since push the rest down, so going on at the same offset reads some twice and none too few.
    let mut offset = state.resume_offset.unwrap_or(0);
    let mut newest_ms = None;
    loop {
        let page = read_page(pass, agent, offset).await?;
        newest_ms = newest_ms.max(page.newest_ms);
        offset += u64::from(PAGE);
        // Never on a short or an empty page: items that do not validate are left out of pages (contract, 0.2).
        let at_end = offset >= page.count;
        state.resume_offset = (!at_end).then_some(offset);
        if at_end {
            state.last_full_at_ms = Some(pass.desk.now_ms());
            state.count_gap = Some(count_gap(pass, agent, page.count).await?);
        }
        keep(pass, agent, state).await?;
        if at_end {
            return Ok(newest_ms);
        }
    }
}

/// Reads from the top until below what was known before. Gives the server's count.
async fn read_top(
    pass: &Pass<'_>,
    agent: &AgentId,
    state: &mut SyncState,
    anchor_ms: Option<i64>,
) -> Result<u64, ErrorView> {
    let mut offset = 0;
    loop {
        let page = read_page(pass, agent, offset).await?;
        offset += u64::from(PAGE);
        let known = match (anchor_ms, page.oldest_ms) {
            (Some(anchor_ms), Some(oldest_ms)) => oldest_ms < anchor_ms - WINDOW_MS,
            _ => false,
        };
        if known || offset >= page.count {
            state.last_sync_at_ms = Some(pass.desk.now_ms());
            state.remote_count = Some(page.count);
            keep(pass, agent, state).await?;
            return Ok(page.count);
        }
    }
}

struct ReadPage {
    count: u64,
    newest_ms: Option<i64>,
    oldest_ms: Option<i64>,
}

async fn read_page(pass: &Pass<'_>, agent: &AgentId, offset: u64) -> Result<ReadPage, ErrorView> {
    pass.check_cancelled()?;
    let page = pass.unless_cancelled(pass.client.feedback_page(agent, PAGE, offset)).await?;
    if page.skipped > 0 {
        tracing::warn!(agent = %agent, skipped = page.skipped, "Some feedback of the server could not be read");
    }
    let times = || page.items.iter().map(|item| item.created_at_ms);
    let read = ReadPage { count: page.count, newest_ms: times().max(), oldest_ms: times().min() };
    let (id, now_ms) = (pass.connection.id, pass.desk.now_ms());
    let items = page.items;
    pass.write(move |store| store.write_feedback(id, &items, now_ms)).await?;
    pass.progress(SyncStage::Feedback, Some(agent), offset + u64::from(PAGE), read.count);
    pass.news();
    Ok(read)
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
    let (id, key) = (pass.connection.id, agent.clone());
    let filter = of_agent(key);
    let local = pass.write(move |store| store.feedback_count(id, &filter)).await?;
    Ok(i64::try_from(remote).unwrap_or(i64::MAX) - i64::try_from(local).unwrap_or(i64::MAX))
}

async fn keep(pass: &Pass<'_>, agent: &AgentId, state: &SyncState) -> Result<(), ErrorView> {
    let (id, key, state) = (pass.connection.id, agent.clone(), state.clone());
    pass.write(move |store| store.set_sync_state(id, &key, &state)).await
}

fn newest_ms(
    store: &Store,
    id: ConnectionId,
    agent: &AgentId,
) -> Result<Option<i64>, store::Error> {
    let page = store.feedback_page(id, &of_agent(agent.clone()), None, 1)?;
    Ok(page.rows.first().map(|row| row.feedback.created_at_ms))
}

fn of_agent(agent: AgentId) -> FeedbackFilter {
    FeedbackFilter { agents: vec![agent], ..FeedbackFilter::default() }
}
