//! A filter as the text that would be typed for it, in the names a person knows.

use domain::query::{Sort, Standing, When, Whose, Word};
use domain::{AgentId, ConnectionId, FeedbackId, Query, UserId};
use store::Store;

use super::names::{Names, Needed};
use super::{Calendar, token_view};
use crate::wire::{DecisionKindView, FilterView, OrderView, PrintedFilterView};

/// The text of a filter: read again in the same mirror, it is the same filter.
pub(crate) fn printed(
    store: &Store,
    id: ConnectionId,
    filter: &FilterView,
    calendar: &Calendar,
) -> Result<PrintedFilterView, store::Error> {
    let versions = filter.versions.as_ref().is_some_and(|versions| !versions.is_empty());
    let names = Names::read(store, id, Needed { versions, ..Needed::default() })?;
    let text = query(filter, &names, calendar).to_string();
    let tokens = Query::parse(&text).tokens.into_iter().map(token_view).collect();
    Ok(PrintedFilterView { text, tokens })
}

fn query(filter: &FilterView, names: &Names, calendar: &Calendar) -> Query {
    let when = |at_ms: i64| {
        When::of_ms(at_ms, |utc_ms| calendar.local(utc_ms), |local| calendar.utc_ms(local))
    };
    let user = filter.user.as_ref().filter(|user| !user.is_empty());
    Query {
        outcome: filter.outcome.map(Into::into),
        standing: standing(filter),
        is_gone: filter.gone == Some(true),
        has_comment: filter.has_comment,
        agents: filter.agents.clone().unwrap_or_default(),
        user: match (filter.anonymous, user) {
            (Some(true), _) => Some(Whose::Anonymous),
            (_, Some(user)) => Some(Whose::User(UserId::from(user.as_str()))),
            _ => None,
        },
        versions: versions(filter, names),
        models: filter.models.clone().unwrap_or_default(),
        after: filter.since_ms.and_then(when),
        before: filter.until_ms.and_then(when),
        like: filter.like.as_deref().map(FeedbackId::from),
        sort: filter.order.map(sort),
        text: words(filter.text.as_deref().unwrap_or_default()),
    }
}

/// Each version by its label, unless the label is that of others, too.
fn versions(filter: &FilterView, names: &Names) -> Vec<String> {
    let ids = filter.versions.as_deref().unwrap_or_default();
    let agents: Vec<AgentId> =
        filter.agents.iter().flatten().map(|agent| AgentId::from(agent.as_str())).collect();
    let mut written: Vec<String> = Vec::new();
    for id in ids {
        let known = names.versions.iter().find(|version| version.id.as_str() == id);
        let label = known.map(|version| version.label.clone()).filter(|label| {
            let meant = names.versions(label, &agents);
            meant.iter().all(|version| ids.iter().any(|id| version.as_str() == id))
                && meant.iter().any(|version| version.as_str() == id)
        });
        let name = label.unwrap_or_else(|| id.clone());
        if !written.contains(&name) {
            written.push(name);
        }
    }
    written
}

/// A search text: every second piece stands behind an opening quotation mark.
fn words(text: &str) -> Vec<Word> {
    let pieces = text.split('"').enumerate();
    let words = pieces.flat_map(|(at, piece)| match at % 2 {
        1 => vec![Word::phrase(piece)],
        _ => piece.split_whitespace().map(Word::new).collect(),
    });
    words.filter(|word| !word.text().trim().is_empty()).collect()
}

fn standing(filter: &FilterView) -> Option<Standing> {
    let annotation = filter.annotation.map(|annotation| match annotation {
        DecisionKindView::Resolved => Standing::Resolved,
        DecisionKindView::Incorrect => Standing::Incorrect,
        DecisionKindView::Correct => Standing::Correct,
        DecisionKindView::Duplicate => Standing::Duplicate,
        DecisionKindView::Snoozed => Standing::Snoozed,
    });
    let annotated = |annotated| if annotated { Standing::Decided } else { Standing::Open };
    annotation.or(filter.annotated.map(annotated))
}

fn sort(order: OrderView) -> Sort {
    match order {
        OrderView::Newest => Sort::Newest,
        OrderView::Oldest => Sort::Oldest,
        OrderView::User => Sort::User,
        OrderView::Version => Sort::Version,
        OrderView::Best => Sort::Best,
    }
}
