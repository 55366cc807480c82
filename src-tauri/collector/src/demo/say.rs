//! What people say about a run: thumb, words, second thoughts, and what the team made of it.
//! Words come from the agent's comments by theme and language; the same words come back only when a deck is used up.

use std::collections::HashMap;
use std::sync::LazyLock;

use rand::Rng;
use rand::rngs::StdRng;

use super::calendar::{DAY_MS, HOUR_MS, MINUTE_MS};
use super::people::{Person, mix};
use super::release::{Kind, Scene};
use super::words::{Texts, Vars, weighted};
use super::{DemoAnnotation, DemoAnnotationKind, DemoFeedback, DemoOutcome};

static COMMON: LazyLock<Texts> =
    LazyLock::new(|| Texts::parse(&[include_str!("texts/common.txt")]));

#[cfg(test)]
pub(super) fn common() -> &'static Texts {
    &COMMON
}

pub(super) const NEGATIVE_WITH_WORDS: f64 = 0.65;
const POSITIVE_WITH_WORDS: f64 = 0.20;
/// Share of feedback that replaces an earlier one of the same user.
const SECOND_THOUGHTS: f64 = 0.06;

/// Every so many complaints an odd or hostile one, so that a small demo has them, too; later they are rare.
const ODD_EVERY: u64 = 30;
const ODD_FIRST: u64 = 12;

/// One voice about one run.
pub(super) struct Said<'a> {
    pub(super) kind: &'a Kind,
    pub(super) person: &'a Person,
    pub(super) scene: &'a Scene,
    pub(super) bad: bool,
    pub(super) run_ms: i64,
    pub(super) now_ms: i64,
}

/// Everybody's words, and which were used.
#[derive(Debug)]
pub(super) struct Voices {
    seed: u64,
    /// How often a deck was drawn from. Bounded by the number of decks, not of runs.
    drawn: HashMap<(&'static str, &'static str, &'static str, &'static str), u64>,
    /// Negative comments so far.
    complaints: u64,
    /// Every complaint from here on has words. Whoever sees them in their order takes some away again.
    talk_from_ms: i64,
}

impl Voices {
    pub(super) fn new(seed: u64, talk_from_ms: i64) -> Self {
        Self { seed, drawn: HashMap::new(), complaints: 0, talk_from_ms }
    }

    /// One listed feedback, perhaps after one that it replaces.
    pub(super) fn speak(&mut self, said: &Said<'_>, rng: &mut StdRng) -> Vec<DemoFeedback> {
        let at_ms = said.run_ms + delay_ms(said.now_ms - said.run_ms, rng);
        let mut out = Vec::new();
        if rng.random_bool(SECOND_THOUGHTS) {
            let bad = said.bad ^ rng.random_bool(0.6);
            let comment = rng.random_bool(0.5).then(|| self.first_words(said, bad, rng)).flatten();
            let first_ms = said.run_ms
                + 4_000
                + (at_ms - said.run_ms - 6_000).max(0) * rng.random_range(1..60) / 60;
            out.push(feedback(said, first_ms, bad, comment));
        }
        let talks = match said.bad {
            true if at_ms >= self.talk_from_ms => 1.0,
            true => NEGATIVE_WITH_WORDS,
            false => POSITIVE_WITH_WORDS,
        };
        let comment = rng.random_bool(talks).then(|| self.words(said, rng)).flatten();
        let mut last = feedback(said, at_ms, said.bad, comment);
        last.annotation = annotate(&last, said.now_ms, rng);
        out.push(last);
        out
    }

    fn first_words(&mut self, said: &Said<'_>, bad: bool, rng: &mut StdRng) -> Option<String> {
        let slot = slot(bad);
        let lang = if COMMON.get("any", said.person.lang, slot).is_empty() {
            "en"
        } else {
            said.person.lang
        };
        let text = self.draw("", &COMMON, "any", lang, slot, &said.scene.vars)?;
        Some(careless(said.scene.vars.fill(text), rng))
    }

    fn words(&mut self, said: &Said<'_>, rng: &mut StdRng) -> Option<String> {
        let vars = &said.scene.vars;
        let own = (said.kind.comments)();
        let theme = if said.bad { said.scene.fault.unwrap_or("other") } else { "fine" };
        let (slot, lang) = (slot(said.bad), said.person.lang);
        self.complaints += u64::from(said.bad);
        let odd = said.bad
            && self.complaints % ODD_EVERY == 11
            && self.complaints / ODD_EVERY < ODD_FIRST;
        let text = match rng.random_range(0..1000) {
            _ if odd => self.draw("", &COMMON, "odd", "xx", "neg", vars),
            0..2 if said.bad => self.draw("", &COMMON, "odd", "xx", "neg", vars),
            2..105 => self.draw("", &COMMON, "any", lang, slot, vars),
            105..130 if said.bad => self.draw("", &COMMON, "rude", lang, slot, vars),
            _ => None,
        };
        let text = text
            .or_else(|| self.draw(said.kind.id, own, theme, lang, slot, vars))
            .or_else(|| self.draw("", &COMMON, theme, lang, slot, vars));
        // Some write English when they do not expect to be understood.
        let english = |voices: &mut Self| voices.draw(said.kind.id, own, theme, "en", slot, vars);
        let text = match text {
            Some(text) => Some(text),
            None if rng.random_bool(0.35) => {
                english(self).or_else(|| self.draw("", &COMMON, theme, "en", slot, vars))
            }
            None => self.draw("", &COMMON, "any", lang, slot, vars),
        };
        let text = text.or_else(|| self.draw("", &COMMON, "any", "en", slot, vars))?;
        Some(careless(vars.fill(text), rng))
    }

    /// The next text of a deck, shuffled anew each round, that the run has the values for.
    fn draw(
        &mut self,
        agent: &'static str,
        texts: &Texts,
        theme: &'static str,
        lang: &'static str,
        slot: &'static str,
        vars: &Vars,
    ) -> Option<&'static str> {
        let deck = texts.get(theme, lang, slot);
        let len = deck.len() as u64;
        let drawn = self.drawn.entry((agent, theme, lang, slot)).or_default();
        for _ in 0..len {
            let round = mix(self.seed, *drawn / len + len * 31);
            // Odd ones come in the order of the file: the attempts to inject something first.
            let at = if theme == "odd" { *drawn % len } else { shuffled(*drawn % len, len, round) };
            *drawn += 1;
            let text = deck[at as usize];
            if vars.cover(text) {
                return Some(text);
            }
        }
        None
    }
}

/// The place of `at` in a permutation of `0..len`: an affine map with a step that shares no factor with `len`.
fn shuffled(at: u64, len: u64, key: u64) -> u64 {
    let mut step = 1 + key % len;
    while gcd(step, len) != 1 {
        step += 1;
    }
    (at * step + (key >> 32)) % len
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn slot(bad: bool) -> &'static str {
    if bad { "neg" } else { "pos" }
}

/// Some type without capitals or without the last full stop, some shout.
fn careless(text: String, rng: &mut StdRng) -> String {
    let short = text.len() < 60;
    match rng.random_range(0..100) {
        0..9 => text.to_lowercase(),
        9..24 => text.strip_suffix('.').map(str::to_owned).unwrap_or(text),
        24..27 if short => format!("{}!!!", text.trim_end_matches(['.', '!', '?'])),
        27..29 if short => text.to_uppercase(),
        _ => text,
    }
}

/// Most speak at once, some after hours or days; nobody in the future.
fn delay_ms(room_ms: i64, rng: &mut StdRng) -> i64 {
    let room_ms = (room_ms - 20_000).max(10_001);
    let wanted = match rng.random_range(0..100) {
        0..62 => rng.random_range(12_000..4 * MINUTE_MS),
        62..87 => rng.random_range(4 * MINUTE_MS..3 * HOUR_MS),
        _ => rng.random_range(3 * HOUR_MS..4 * DAY_MS),
    };
    if wanted < room_ms { wanted } else { rng.random_range(10_000..room_ms) }
}

fn feedback(said: &Said<'_>, at_ms: i64, bad: bool, comment: Option<String>) -> DemoFeedback {
    DemoFeedback {
        created_at_ms: at_ms,
        outcome: if bad { DemoOutcome::Negative } else { DemoOutcome::Positive },
        comment,
        user_id: said.person.user_id.clone(),
        annotation: None,
    }
}

/// The team looks at the negative ones with words first, and is behind with the last days.
fn annotate(feedback: &DemoFeedback, now_ms: i64, rng: &mut StdRng) -> Option<DemoAnnotation> {
    let old = now_ms - feedback.created_at_ms > 5 * DAY_MS;
    let chance = match (feedback.outcome, old) {
        (DemoOutcome::Negative, true) => 0.14,
        (DemoOutcome::Negative, false) => 0.05,
        (DemoOutcome::Positive, _) => 0.012,
    };
    if !rng.random_bool(chance) {
        return None;
    }
    let kinds = match feedback.outcome {
        DemoOutcome::Negative => [
            ((DemoAnnotationKind::Resolved, "resolved"), 40),
            ((DemoAnnotationKind::Correct, "correct"), 38),
            ((DemoAnnotationKind::Incorrect, "incorrect"), 22),
        ],
        DemoOutcome::Positive => [
            ((DemoAnnotationKind::Resolved, "resolved"), 1),
            ((DemoAnnotationKind::Correct, "thanks"), 9),
            ((DemoAnnotationKind::Incorrect, "incorrect"), 0),
        ],
    };
    let (kind, slot) = weighted(&kinds, rng)?;
    let comment = match rng.random_bool(0.7) {
        true => COMMON.pick("team", "en", slot, rng).unwrap_or("").to_owned(),
        false => String::new(),
    };
    Some(DemoAnnotation { kind, comment })
}
