//! Decisions and their way to the server, in words a person can act on.

use domain::{Act, DecisionKind, FeedbackId, Snooze, SnoozeKind};
use store::{KeptReason, OutboxCounts, OutboxEntry, OutboxState, PushState, Pushing, Told, Woken};

use crate::wire::{
    DecisionActView, DecisionPushView, DecisionView, DecisionsView, PushStateView, PushView,
    SnoozeView, WokenView,
};

const NEEDS_USER: &str = "This server takes decisions from signed-in users only. Yours are kept here; give Upshot a \
    user's token in Settings to send them.";
const NO_WORD: &str = "Kept here: the server has no word for it.";
const TOKEN_REFUSED: &str = "The user token was refused: it may have expired. Your decisions are kept here and are \
    sent once there is a new one.";

pub(crate) fn decision_view(told: Told) -> DecisionView {
    let Told { decision, holds, is_current, outbox } = told;
    DecisionView {
        id: decision.id.0,
        step: decision.step.0,
        feedback: decision.feedback.into_string(),
        act: match decision.act {
            Act::Decide(DecisionKind::Resolved) => DecisionActView::Resolved,
            Act::Decide(DecisionKind::Incorrect) => DecisionActView::Incorrect,
            Act::Decide(DecisionKind::Correct) => DecisionActView::Correct,
            Act::Decide(DecisionKind::Duplicate) => DecisionActView::Duplicate,
            Act::Decide(DecisionKind::Snoozed) => DecisionActView::Snoozed,
            Act::Note => DecisionActView::Note,
            Act::Undo(_) => DecisionActView::Undo,
            Act::Wake(_) => DecisionActView::Woke,
            Act::Unknown => DecisionActView::Unknown,
        },
        undoes: decision.act.undoes().map(|target| target.0),
        push: match decision.act {
            Act::Decide(kind) if kind.annotation().is_none() => Some(DecisionPushView {
                state: PushStateView::KeptHere,
                text: NO_WORD.to_owned(),
                sent_at_ms: None,
            }),
            _ => outbox.map(|entry| push_view(entry, holds)),
        },
        note: decision.note,
        reason: decision.reason,
        duplicate_of: decision.duplicate_of.map(FeedbackId::into_string),
        snooze: decision.snooze.map(snooze_view),
        at_ms: decision.at_ms,
        who: decision.who,
        holds,
        is_current,
    }
}

pub(crate) fn snooze_view(snooze: Snooze) -> SnoozeView {
    SnoozeView {
        kind: snooze.kind.into(),
        until_ms: (snooze.kind == SnoozeKind::Until).then_some(snooze.at_ms),
    }
}

pub(crate) fn woken_view(woken: Woken) -> WokenView {
    WokenView { at_ms: woken.at_ms, why: woken.kind.map(Into::into) }
}

pub(crate) fn decisions_view(pushing: Pushing, counts: OutboxCounts) -> DecisionsView {
    let (push, notice) = match pushing.state {
        PushState::Unknown => (PushView::Unknown, None),
        PushState::Allowed => (PushView::Allowed, None),
        PushState::NeedsUser => (PushView::NeedsUser, Some(NEEDS_USER)),
        PushState::TokenRefused => (PushView::TokenRefused, Some(TOKEN_REFUSED)),
    };
    DecisionsView {
        waiting: counts.waiting,
        sent: counts.sent,
        kept_here: counts.kept_here,
        push,
        user_token: pushing.has_user_token,
        notice: notice.filter(|_| !pushing.notice_read).map(str::to_owned),
    }
}

fn push_view(entry: OutboxEntry, holds: bool) -> DecisionPushView {
    let (state, text) = match entry.state {
        OutboxState::Waiting => (PushStateView::Waiting, waiting_text(entry.reason)),
        OutboxState::KeptHere => (PushStateView::KeptHere, kept_text(entry.reason)),
        OutboxState::Sent if holds => (PushStateView::Sent, "Sent to the server."),
        OutboxState::Sent if entry.is_last_told => (
            PushStateView::SentAndUndone,
            "Sent before it was taken back. The server still shows it: it can be told another decision, but not none.",
        ),
        OutboxState::Sent => (
            PushStateView::Sent,
            "Sent before it was taken back; the server has another decision since.",
        ),
        OutboxState::Withdrawn if holds => {
            (PushStateView::Withdrawn, "Not sent: another decision took its place before.")
        }
        OutboxState::Withdrawn => (PushStateView::Withdrawn, "Not sent: it was taken back before."),
    };
    DecisionPushView { state, text: text.to_owned(), sent_at_ms: entry.sent_at_ms }
}

fn waiting_text(met: Option<KeptReason>) -> &'static str {
    match met {
        None => "Waits to be sent.",
        Some(KeptReason::NotFound) => {
            "Not sent yet: the server did not find this feedback. It is tried again."
        }
        Some(_) => "Not sent yet: the server did not take it. It is tried again.",
    }
}

fn kept_text(reason: Option<KeptReason>) -> &'static str {
    match reason {
        Some(KeptReason::NeedsUser) => NEEDS_USER,
        Some(KeptReason::TokenRefused) => TOKEN_REFUSED,
        Some(KeptReason::NotFound) => "Kept here: the server does not know this feedback any more.",
        Some(KeptReason::Rejected) => "Kept here: the server refuses this decision.",
        Some(KeptReason::ServerFailed) | None => {
            "Kept here: the server failed over this decision each time it was sent."
        }
    }
}
