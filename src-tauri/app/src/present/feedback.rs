//! Rows of the list, and what a mailbox and a filter ask of the store.

use domain::{AgentId, DecisionKind, Feedback, FeedbackId, Outcome, RunStatus, UserId, VersionId};
use store::{
    Alike, AnnotationFilter, FeedbackFilter, FeedbackRow, FoundIn, Order, RunState, UserFilter,
    WhyAlike,
};

use super::{snooze_view, woken_view};
use crate::wire::{
    AlikeView, DecisionKindView, FeedbackRowView, FilterView, FoundInView, Mailbox, OrderView,
    RunStateName, WhyAlikeView,
};

pub(crate) fn row_view(row: FeedbackRow) -> FeedbackRowView {
    let feedback = row.feedback;
    let comment = feedback.comment_text().map(str::to_owned);
    FeedbackRowView {
        id: feedback.id.into_string(),
        agent: feedback.agent.into_string(),
        run: feedback.run.into_string(),
        user: feedback.user.map(UserId::into_string),
        outcome: feedback.outcome.into(),
        comment,
        annotation: feedback.annotation.map(Into::into),
        decision: decision_kind(row.decision.as_deref()),
        is_reopened: row.decision.as_deref() == Some(store::REOPENED),
        snoozed: row.snooze.map(snooze_view),
        woken: row.woken.map(woken_view),
        duplicate_of: row.duplicate_of.map(FeedbackId::into_string),
        note: row.has_note,
        pins: row.pins,
        created_at_ms: feedback.created_at_ms,
        gone_at_ms: row.gone_at_ms,
        version: row.version.map(VersionId::into_string),
        version_label: row.version_label,
        model: row.model,
        run_state: match (row.run_state, row.run_status) {
            (RunState::Present, Some(RunStatus::Failure)) => RunStateName::Failure,
            (RunState::Present, _) => RunStateName::Success,
            (RunState::Missing, _) => RunStateName::Missing,
            (RunState::Unknown, _) => RunStateName::Waiting,
        },
        earlier_words: row.earlier_words,
        alike: row.alike.map(alike_view),
        found_in: row.found_in.map(found_in_view),
        shares: row.shares,
    }
}

fn alike_view(alike: Alike) -> AlikeView {
    let why = match alike.why {
        WhyAlike::SameWords => WhyAlikeView::SameWords,
        WhyAlike::SameUser => WhyAlikeView::SameUser,
    };
    AlikeView { count: alike.count, users: alike.users, why }
}

fn found_in_view(found_in: FoundIn) -> FoundInView {
    match found_in {
        FoundIn::Comment => FoundInView::Comment,
        FoundIn::Input => FoundInView::Input,
        FoundIn::Output => FoundInView::Output,
    }
}

/// What was decided here; a word that is not known decides nothing.
fn decision_kind(word: Option<&str>) -> Option<DecisionKindView> {
    let kind: DecisionKind = word?.parse().ok()?;
    Some(kind.into())
}

/// Overwritten words of the same user on the same run: what was served is the same for all of them.
pub(crate) fn earlier_views(row: &FeedbackRow, earlier: Vec<Feedback>) -> Vec<FeedbackRowView> {
    let as_row = |feedback| FeedbackRow {
        feedback,
        earlier_words: 0,
        decision: None,
        snooze: None,
        woken: None,
        duplicate_of: None,
        has_note: false,
        pins: 0,
        gone_at_ms: None,
        alike: None,
        found_in: None,
        shares: None,
        ..row.clone()
    };
    earlier.into_iter().map(|feedback| row_view(as_row(feedback))).collect()
}

/// A mailbox as a filter.
pub(crate) fn mailbox_filter(mailbox: Mailbox) -> FeedbackFilter {
    let all = FeedbackFilter::default();
    match mailbox {
        Mailbox::NegativeOpen => FeedbackFilter {
            outcome: Some(Outcome::Negative),
            annotation: AnnotationFilter::Open,
            ..all
        },
        Mailbox::AllOpen => FeedbackFilter { annotation: AnnotationFilter::Open, ..all },
        Mailbox::NeedsFix => {
            FeedbackFilter { annotation: AnnotationFilter::Is(DecisionKind::Correct), ..all }
        }
        Mailbox::Snoozed => {
            FeedbackFilter { annotation: AnnotationFilter::Is(DecisionKind::Snoozed), ..all }
        }
        Mailbox::Decided => FeedbackFilter { annotation: AnnotationFilter::Annotated, ..all },
        Mailbox::PositiveWithComment => {
            FeedbackFilter { outcome: Some(Outcome::Positive), has_comment: Some(true), ..all }
        }
        Mailbox::Everything => all,
    }
}

/// A mailbox narrowed by a filter: what lies in both. `None`: the two exclude each other.
pub(crate) fn filter_of(mailbox: Mailbox, filter: FilterView) -> Option<FeedbackFilter> {
    let base = mailbox_filter(mailbox);
    let outcome = both(base.outcome, filter.outcome.map(Outcome::from))?;
    let has_comment = both(base.has_comment, filter.has_comment)?;
    let mut annotation = base.annotation;
    if let Some(annotated) = filter.annotated {
        annotation = narrowed(
            annotation,
            if annotated { AnnotationFilter::Annotated } else { AnnotationFilter::Open },
        )?;
    }
    if let Some(one) = filter.annotation {
        annotation = narrowed(annotation, AnnotationFilter::Is(one.into()))?;
    }
    let user = match (filter.anonymous, filter.user.filter(|user| !user.is_empty())) {
        (Some(true), Some(_)) => return None,
        (Some(true), None) => Some(UserFilter::Anonymous),
        (_, Some(user)) => Some(UserFilter::Is(UserId::new(user))),
        (_, None) => None,
    };
    Some(FeedbackFilter {
        agents: filter.agents.unwrap_or_default().into_iter().map(AgentId::new).collect(),
        outcome,
        annotation,
        has_comment,
        user,
        versions: filter.versions.unwrap_or_default().into_iter().map(VersionId::new).collect(),
        models: filter.models.unwrap_or_default(),
        gone: filter.gone,
        text: filter.text.filter(|text| !text.trim().is_empty()),
        since_ms: filter.since_ms,
        until_ms: filter.until_ms,
        order: match (filter.order, &filter.like) {
            (Some(OrderView::Best), _) | (None, Some(_)) => Order::Best,
            (Some(OrderView::Newest), _) | (None, None) => Order::Newest,
            (Some(OrderView::Oldest), _) => Order::Oldest,
            (Some(OrderView::User), _) => Order::User,
            (Some(OrderView::Version), _) => Order::Version,
        },
        like: filter.like.map(FeedbackId::new),
    })
}

fn both<T: PartialEq>(mailbox: Option<T>, filter: Option<T>) -> Option<Option<T>> {
    match (mailbox, filter) {
        (Some(a), Some(b)) if a != b => None,
        (a, b) => Some(a.or(b)),
    }
}

fn narrowed(mailbox: AnnotationFilter, filter: AnnotationFilter) -> Option<AnnotationFilter> {
    use AnnotationFilter::{All, Annotated, Is, Open};
    match (mailbox, filter) {
        (All, other) | (other, All) => Some(other),
        (Open, Open) => Some(Open),
        (Open, _) | (_, Open) => None,
        (Annotated, Is(DecisionKind::Snoozed)) | (Is(DecisionKind::Snoozed), Annotated) => None,
        (Annotated, other) | (other, Annotated) => Some(other),
        (Is(a), Is(b)) => (a == b).then_some(Is(a)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::OutcomeView;

    #[test]
    fn a_filter_narrows_its_mailbox_and_never_widens_it() {
        let filter = FilterView { outcome: Some(OutcomeView::Positive), ..FilterView::default() };
        assert!(filter_of(Mailbox::NegativeOpen, filter.clone()).is_none());
        let narrowed = filter_of(Mailbox::AllOpen, filter).expect("both can be true");
        assert_eq!(narrowed.outcome, Some(Outcome::Positive));
        assert_eq!(narrowed.annotation, AnnotationFilter::Open);
    }

    #[test]
    fn an_annotation_within_decided_is_what_both_say() {
        let filter =
            FilterView { annotation: Some(DecisionKindView::Resolved), ..FilterView::default() };
        let narrowed = filter_of(Mailbox::Decided, filter.clone()).expect("both can be true");
        assert_eq!(narrowed.annotation, AnnotationFilter::Is(DecisionKind::Resolved));
        assert!(filter_of(Mailbox::NeedsFix, filter).is_none());
        let annotated = FilterView { annotated: Some(true), ..FilterView::default() };
        assert!(filter_of(Mailbox::Snoozed, annotated).is_none(), "put aside is not decided");
    }
}
