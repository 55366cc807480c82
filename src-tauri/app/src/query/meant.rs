//! A filter text as a filter of this mirror. What names nothing here is said and let stand: it lets nothing through,
//! which is better than being ignored.

use domain::query::{Name, Parsed, Problem, Sort, Standing, TokenKind, When, Whose, Word};
use domain::{AgentId, ConnectionId, FeedbackId, Query, VersionId};
use store::Store;

use super::names::{Names, Needed};
use super::{Calendar, token_view};
use crate::wire::{DecisionKindView, FilterProblemView, FilterView, OrderView, ParsedFilterView};

/// Reads a filter text.
pub(crate) fn meant(
    store: &Store,
    id: ConnectionId,
    text: &str,
    calendar: &Calendar,
) -> Result<ParsedFilterView, store::Error> {
    let Parsed { query, tokens, mut problems } = Query::parse(text);
    let names = Names::read(store, id, needed(&query))?;
    let filter = filter(&query, &names, calendar);
    let mirror = Mirror { store, id, names: &names, query: &query, filter: &filter };
    for token in &tokens {
        let TokenKind::Term(name) = token.what else { continue };
        let is_said =
            problems.iter().any(|problem| problem.start == token.start && !problem.is_hint);
        if is_said {
            continue;
        }
        let say = |(message, is_hint): (String, bool)| Problem {
            start: token.start,
            end: token.end,
            message,
            is_hint,
        };
        problems.extend(mirror.objects(name, &token.value)?.map(say));
    }
    problems.sort_by_key(|problem| problem.start);
    Ok(ParsedFilterView {
        filter,
        text: query.to_string(),
        tokens: tokens.into_iter().map(token_view).collect(),
        problems: problems.into_iter().map(problem_view).collect(),
    })
}

fn problem_view(problem: Problem) -> FilterProblemView {
    let Problem { start, end, message, is_hint } = problem;
    FilterProblemView { start, end, message, is_hint }
}

fn needed(query: &Query) -> Needed {
    let versions = !query.versions.is_empty();
    Needed {
        agents: versions || !query.agents.is_empty(),
        versions,
        models: !query.models.is_empty(),
    }
}

/// What is needed to object to a term.
struct Mirror<'a> {
    store: &'a Store,
    id: ConnectionId,
    names: &'a Names,
    query: &'a Query,
    filter: &'a FilterView,
}

impl Mirror<'_> {
    /// What this mirror has against a term that is well written; the flag: it is a hint only.
    fn objects(&self, name: Name, value: &str) -> Result<Option<(String, bool)>, store::Error> {
        let lacks =
            |what: String| Some((format!("{what} is in the cache: it matches nothing."), false));
        Ok(match name {
            Name::Agent if self.names.agents(value).is_empty() => {
                lacks(format!("No agent {value}"))
            }
            Name::Version => {
                let agents = agents(self.query, self.names);
                let of = if agents.is_empty() { "" } else { " of these agents" };
                let is_known = !self.names.versions(value, &agents).is_empty();
                if is_known { None } else { lacks(format!("No version {value}{of}")) }
            }
            Name::Model if self.names.models(value).is_empty() => {
                lacks(format!("No feedback on runs of {value}"))
            }
            Name::User => match &self.query.user {
                Some(Whose::User(user)) if self.store.named_user(self.id, user)?.is_none() => {
                    lacks("No feedback of this user".to_owned())
                }
                _ => None,
            },
            Name::Like => match self.store.feedback(self.id, &FeedbackId::from(value))? {
                None => lacks("No such feedback".to_owned()),
                Some(row) if row.feedback.comment_text().is_none() => {
                    let nothing = "Nothing to compare: this feedback has no comment.";
                    Some((nothing.to_owned(), false))
                }
                Some(_) => None,
            },
            Name::Before if self.is_empty_span() => {
                Some(("Nothing lies between: this is not later than after:.".to_owned(), false))
            }
            Name::Sort
                if self.filter.order == Some(OrderView::Best)
                    && self.filter.text.is_none()
                    && self.filter.like.is_none() =>
            {
                let hint = "There is no text to match: the newest come first.";
                Some((hint.to_owned(), true))
            }
            _ => None,
        })
    }

    fn is_empty_span(&self) -> bool {
        self.filter.since_ms.zip(self.filter.until_ms).is_some_and(|(since, until)| until <= since)
    }
}

/// The agents a query names; one that is not known is itself.
fn agents(query: &Query, names: &Names) -> Vec<AgentId> {
    each(&query.agents, |name| names.agents(name), AgentId::new)
}

/// What each name stands for; what stands for nothing is itself.
fn each<T: PartialEq>(
    names: &[String],
    those: impl Fn(&str) -> Vec<T>,
    itself: impl Fn(String) -> T,
) -> Vec<T> {
    let mut all = Vec::new();
    for name in names {
        let mut found = those(name);
        if found.is_empty() {
            found.push(itself(name.clone()));
        }
        found.retain(|one| !all.contains(one));
        all.append(&mut found);
    }
    all
}

fn filter(query: &Query, names: &Names, calendar: &Calendar) -> FilterView {
    let agents = agents(query, names);
    let versions = each(&query.versions, |name| names.versions(name, &agents), VersionId::new);
    let models = each(&query.models, |name| names.models(name), |name| name);
    let begins_at_ms =
        |when: When| when.begins_at_ms(calendar.today(), |local| calendar.utc_ms(local));
    let (annotated, annotation) = standing(query.standing);
    FilterView {
        agents: some(agents.into_iter().map(AgentId::into_string).collect()),
        outcome: query.outcome.map(Into::into),
        has_comment: query.has_comment,
        annotated,
        annotation,
        user: match &query.user {
            Some(Whose::User(user)) => Some(user.to_string()),
            _ => None,
        },
        anonymous: (query.user == Some(Whose::Anonymous)).then_some(true),
        versions: some(versions.into_iter().map(VersionId::into_string).collect()),
        models: some(models),
        gone: query.is_gone.then_some(true),
        text: search_text(&query.text),
        since_ms: query.after.map(begins_at_ms),
        until_ms: query.before.map(begins_at_ms),
        like: query.like.as_ref().map(FeedbackId::to_string),
        order: query.sort.map(order),
    }
}

fn standing(standing: Option<Standing>) -> (Option<bool>, Option<DecisionKindView>) {
    match standing {
        None => (None, None),
        Some(Standing::Open) => (Some(false), None),
        Some(Standing::Decided) => (Some(true), None),
        Some(Standing::Resolved) => (None, Some(DecisionKindView::Resolved)),
        Some(Standing::Incorrect) => (None, Some(DecisionKindView::Incorrect)),
        Some(Standing::Correct) => (None, Some(DecisionKindView::Correct)),
        Some(Standing::Duplicate) => (None, Some(DecisionKindView::Duplicate)),
        Some(Standing::Snoozed) => (None, Some(DecisionKindView::Snoozed)),
    }
}

fn order(sort: Sort) -> OrderView {
    match sort {
        Sort::Newest => OrderView::Newest,
        Sort::Oldest => OrderView::Oldest,
        Sort::User => OrderView::User,
        Sort::Version => OrderView::Version,
        Sort::Best => OrderView::Best,
    }
}

fn some(values: Vec<String>) -> Option<Vec<String>> {
    (!values.is_empty()).then_some(values)
}

/// As the search takes it, which knows no mark within a quote.
fn search_text(words: &[Word]) -> Option<String> {
    let written = words.iter().map(|word| match word.is_phrase() {
        true => format!("\"{}\"", word.text().replace('"', " ")),
        false => word.text().to_owned(),
    });
    let text = written.collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}
