//! What could be typed where the caret stands: names of terms, and for each its values, as far as the mirror or the
//! language know them. What is offered is what begins with what is typed; then what has it within.

use domain::query::{Name, Sort, Token, TokenKind, is_words, term};
use domain::{AgentId, ConnectionId, Query};
use store::Store;

use super::Calendar;
use super::names::{Names, Needed};
use crate::wire::SuggestionView;

/// More than this nobody reads while typing.
const MOST: usize = 12;
/// From so many characters of a word on, what it is part of is offered, too.
const ENOUGH_OF_WORD: usize = 2;

/// One suggestion before it is known where it goes.
struct Offer {
    /// What is compared with what is typed.
    key: String,
    label: String,
    /// What it is in the text.
    term: String,
    detail: Option<String>,
    /// There is nothing more to type of it.
    is_whole: bool,
}

/// Suggestions for the piece of the text in which the caret stands; `caret` counts UTF-16 units.
pub(crate) fn suggestions(
    store: &Store,
    id: ConnectionId,
    text: &str,
    caret: usize,
    calendar: &Calendar,
) -> Result<Vec<SuggestionView>, store::Error> {
    let parsed = Query::parse(text);
    let end = text.encode_utf16().count();
    let caret = caret.min(end);
    let token = parsed.tokens.iter().find(|token| token.start < caret && caret <= token.end);
    let replaces = token.map_or((caret, caret), |token| (token.start, token.end));
    let known = Known { store, id, query: &parsed.query, calendar };
    let (typed, offers) = match token {
        None => (String::new(), names("")),
        Some(token) => known.offers(token, &before(text, token.value_start, caret))?,
    };
    let is_at_end = replaces.1 == end;
    Ok(best(offers, &typed).map(|offer| offer.view(replaces, is_at_end)).collect())
}

/// What stands between two positions, without the quotation mark it begins with.
fn before(text: &str, from: usize, caret: usize) -> String {
    let units: Vec<u16> = text.encode_utf16().skip(from).take(caret.saturating_sub(from)).collect();
    let typed = String::from_utf16_lossy(&units);
    match typed.strip_prefix('"') {
        Some(typed) => typed.to_owned(),
        None => typed,
    }
}

/// Those that begin with what is typed, then those that have it within, as many as are read.
fn best(offers: Vec<Offer>, typed: &str) -> impl Iterator<Item = Offer> {
    let typed = typed.to_lowercase();
    let place = move |offer: &Offer| offer.key.to_lowercase().find(&typed);
    let (first, other): (Vec<Offer>, Vec<Offer>) = offers
        .into_iter()
        .filter(|offer| place(offer).is_some())
        .partition(|offer| place(offer) == Some(0));
    first.into_iter().chain(other).take(MOST)
}

impl Offer {
    fn value(name: Name, value: &str, detail: impl Into<Option<String>>) -> Self {
        Self {
            key: value.to_owned(),
            label: value.to_owned(),
            term: term(name, value),
            detail: detail.into(),
            is_whole: true,
        }
    }

    /// As it is offered to one who has not written the name of the term: by that, too.
    fn with_name(self) -> Self {
        Self { label: self.term.clone(), ..self }
    }

    fn view(self, replaces: (usize, usize), is_at_end: bool) -> SuggestionView {
        let blank = if self.is_whole && is_at_end { " " } else { "" };
        SuggestionView {
            label: self.label,
            insert: self.term + blank,
            replaces,
            detail: self.detail,
        }
    }
}

/// The names of terms, and the terms that are one word.
fn names(typed: &str) -> Vec<Offer> {
    let name = |name: Name| Offer {
        key: name.to_string(),
        label: format!("{name}:"),
        term: format!("{name}:"),
        detail: Some(about_name(name).to_owned()),
        is_whole: false,
    };
    let mut offers: Vec<Offer> = Name::ALL.into_iter().map(name).collect();
    if !typed.is_empty() {
        offers.extend(comment(Name::Has).into_iter().map(Offer::with_name));
        offers.extend(states().into_iter().map(Offer::with_name));
    }
    offers
}

fn about_name(name: Name) -> &'static str {
    match name {
        Name::Is => "positive, open, resolved …",
        Name::Has => "with a comment",
        Name::No => "without a comment",
        Name::Agent => "any of some agents",
        Name::User => "one user, or none",
        Name::Version => "any of some versions",
        Name::Model => "any of some models",
        Name::After => "that day or later",
        Name::Before => "earlier than that day",
        Name::Like => "most like one feedback",
        Name::Sort => "what comes first",
    }
}

fn comment(name: Name) -> Vec<Offer> {
    vec![Offer::value(name, "comment", about_name(name).to_owned())]
}

fn states() -> Vec<Offer> {
    let about = |word: &str| match word {
        "open" => "neither annotated nor decided",
        "decided" => "annotated or decided",
        "incorrect" => "the user is wrong",
        "correct" => "needs a fix",
        "snoozed" => "put aside",
        "gone" => "no longer listed by the server",
        _ => "",
    };
    let offer = |word: &str| {
        let detail = Some(about(word)).filter(|about| !about.is_empty()).map(str::to_owned);
        Offer::value(Name::Is, word, detail)
    };
    is_words().into_iter().map(offer).collect()
}

fn sorts() -> Vec<Offer> {
    let about = |sort: Sort| match sort {
        Sort::Newest => "as it came, the latest first",
        Sort::Oldest => "as it came, the first one first",
        Sort::User => "one user after the other",
        Sort::Version => "the latest version first",
        Sort::Best => "what matches the text best",
    };
    let offer = |sort: Sort| Offer::value(Name::Sort, sort.as_str(), about(sort).to_owned());
    Sort::ALL.into_iter().map(offer).collect()
}

/// What is there to choose from.
struct Known<'a> {
    store: &'a Store,
    id: ConnectionId,
    query: &'a Query,
    calendar: &'a Calendar,
}

impl Known<'_> {
    /// What may stand in the place of a piece, and what of it is typed.
    fn offers(&self, token: &Token, typed: &str) -> Result<(String, Vec<Offer>), store::Error> {
        Ok(match token.what {
            TokenKind::Phrase => (String::new(), Vec::new()),
            TokenKind::Term(name) => (typed.to_owned(), self.values(name, typed)?),
            TokenKind::Misspelt(name) => {
                let meant = Offer::value(name, &token.value, "instead of what is typed".to_owned());
                (String::new(), vec![meant])
            }
            TokenKind::Word => {
                let mut offers = names(typed);
                if typed.chars().count() >= ENOUGH_OF_WORD {
                    for name in [Name::Agent, Name::Model, Name::User] {
                        let values = self.values(name, typed)?;
                        offers.extend(values.into_iter().map(Offer::with_name));
                    }
                }
                (typed.to_owned(), offers)
            }
        })
    }

    /// The values of a term.
    fn values(&self, name: Name, typed: &str) -> Result<Vec<Offer>, store::Error> {
        match name {
            Name::Is => Ok(states()),
            Name::Has | Name::No => Ok(comment(name)),
            Name::Sort => Ok(sorts()),
            // An id that nobody knows by heart: it comes from the feedback itself.
            Name::Like => Ok(Vec::new()),
            Name::After | Name::Before => Ok(self.days(name)),
            Name::Agent => self.agents(),
            Name::Version => self.versions(),
            Name::Model => self.models(),
            Name::User => self.users(typed),
        }
    }

    fn names(&self, needed: Needed) -> Result<Names, store::Error> {
        Names::read(self.store, self.id, needed)
    }

    fn agents(&self) -> Result<Vec<Offer>, store::Error> {
        let mut agents = self.names(Needed { agents: true, ..Needed::default() })?.agents;
        agents.sort_by_key(|entry| std::cmp::Reverse(entry.feedback));
        let offer = |entry: &store::AgentEntry| {
            let id = entry.agent.id.as_str();
            let name = entry.agent.display_name();
            let shown = if name == id { String::new() } else { format!("{name} · ") };
            let detail = format!("{shown}{}", grouped(entry.feedback));
            // It is found by its name, too.
            Offer { key: format!("{id} {name}"), ..Offer::value(Name::Agent, id, detail) }
        };
        Ok(agents.iter().map(offer).collect())
    }

    /// Of the agents in the text, or of all; a label that several have stands there once.
    fn versions(&self) -> Result<Vec<Offer>, store::Error> {
        let names = self.names(Needed { agents: true, versions: true, ..Needed::default() })?;
        let agents: Vec<AgentId> =
            self.query.agents.iter().flat_map(|name| names.agents(name)).collect();
        let mut labels: Vec<(&str, Vec<&str>, u64)> = Vec::new();
        for version in &names.versions {
            if !agents.is_empty() && !agents.contains(&version.agent) {
                continue;
            }
            let agent = version.agent.as_str();
            match labels.iter_mut().find(|(label, ..)| *label == version.label) {
                Some((_, of, n)) => {
                    of.push(agent);
                    *n += version.feedback;
                }
                None => labels.push((&version.label, vec![agent], version.feedback)),
            }
        }
        let offer = |(label, of, n): (&str, Vec<&str>, u64)| {
            let of = match of.as_slice() {
                [agent] => (*agent).to_owned(),
                agents => format!("{} agents", agents.len()),
            };
            Offer::value(Name::Version, label, format!("{of} · {}", grouped(n)))
        };
        Ok(labels.into_iter().map(offer).collect())
    }

    fn models(&self) -> Result<Vec<Offer>, store::Error> {
        let models = self.names(Needed { models: true, ..Needed::default() })?.models;
        let offer = |model: &store::NamedModel| {
            Offer::value(Name::Model, &model.id, grouped(model.feedback))
        };
        Ok(models.iter().map(offer).collect())
    }

    fn users(&self, typed: &str) -> Result<Vec<Offer>, store::Error> {
        let nobody = Offer {
            term: "user:none".to_owned(),
            ..Offer::value(Name::User, "none", "without a user id".to_owned())
        };
        let users = self.store.named_users(self.id, typed, MOST)?;
        let offer = |user: &store::NamedUser| Offer {
            term: query_of_user(user).to_string(),
            ..Offer::value(Name::User, user.id.as_str(), grouped(user.feedback))
        };
        Ok([nobody].into_iter().chain(users.iter().map(offer)).collect())
    }

    fn days(&self, name: Name) -> Vec<Offer> {
        const WORDS: [&str; 12] = [
            "today",
            "yesterday",
            "7d",
            "14d",
            "30d",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ];
        let today = self.calendar.today();
        let begins = |word: &str| {
            let when = domain::query::When::parse(word)?;
            let begins_ms = when.begins_at_ms(today, |local| self.calendar.utc_ms(local));
            Some(self.calendar.local(begins_ms).date())
        };
        let word = |word: &str| {
            let date = begins(word).map(|date| date.format("%a %-d %b %Y").to_string());
            Offer::value(name, word, date)
        };
        let day = |word: &str| begins(word).map(|date| date.format("%Y-%m-%d").to_string());
        let mut offers: Vec<Offer> = WORDS.iter().map(|text| word(text)).collect();
        // For one who types a date: how it is written.
        offers.extend(day("today").map(|date| Offer::value(name, &date, "today".to_owned())));
        offers
            .extend(day("yesterday").map(|date| Offer::value(name, &date, "yesterday".to_owned())));
        offers
    }
}

/// A user's term, which tells one named *none* from those without a name.
fn query_of_user(user: &store::NamedUser) -> Query {
    let whose = domain::query::Whose::User(user.id.clone());
    Query { user: Some(whose), ..Query::default() }
}

/// `12,480`
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
