//! Finds the scenario, the customer's words and the answer for a run: in the customer's language if the agent's texts
//! have it, with the wanted fault if there is an answer that shows it.

use rand::rngs::StdRng;

use super::words::{Texts, pick};

/// What is played.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) scenario: &'static str,
    /// The language the customer writes in.
    pub(super) lang: &'static str,
    /// The language of the answer; another one only if that is the fault.
    pub(super) answer_lang: &'static str,
    pub(super) message: &'static str,
    pub(super) answer: &'static str,
    pub(super) fault: Option<&'static str>,
}

/// `in_values`: faults that show in other output values than the words, which are the usual ones.
pub(super) fn cast(
    texts: &'static Texts,
    lang: &'static str,
    fault: Option<&'static str>,
    in_values: &[&str],
    rng: &mut StdRng,
) -> Option<Part> {
    let lang = if texts.scenarios(lang, "msg").next().is_some() { lang } else { "en" };
    let found = match fault {
        None => plain(texts, lang, None, rng),
        Some("language") if lang != "en" => in_english(texts, lang, rng),
        Some(fault) if in_values.contains(&fault) => plain(texts, lang, Some(fault), rng),
        Some(fault) => at_fault(texts, lang, fault, rng),
    };
    found.or_else(|| plain(texts, lang, Some("other"), rng))
}

fn plain(
    texts: &'static Texts,
    lang: &'static str,
    fault: Option<&'static str>,
    rng: &mut StdRng,
) -> Option<Part> {
    let open: Vec<&'static str> = texts
        .scenarios(lang, "msg")
        .filter(|scenario| !texts.get(scenario, lang, "ok").is_empty())
        .collect();
    let scenario = *pick(&open, rng)?;
    let answer = texts.pick(scenario, lang, "ok", rng)?;
    part(texts, scenario, lang, lang, answer, fault, rng)
}

fn in_english(texts: &'static Texts, lang: &'static str, rng: &mut StdRng) -> Option<Part> {
    let open: Vec<&'static str> = texts
        .scenarios(lang, "msg")
        .filter(|scenario| !texts.get(scenario, "en", "ok").is_empty())
        .collect();
    let scenario = *pick(&open, rng)?;
    let answer = texts.pick(scenario, "en", "ok", rng)?;
    part(texts, scenario, lang, "en", answer, Some("language"), rng)
}

fn at_fault(
    texts: &'static Texts,
    lang: &'static str,
    fault: &'static str,
    rng: &mut StdRng,
) -> Option<Part> {
    let open: Vec<(&'static str, &'static str)> = texts
        .scenarios(lang, "msg")
        .flat_map(|scenario| {
            texts.get(scenario, lang, fault).iter().map(move |answer| (scenario, *answer))
        })
        .collect();
    if let Some((scenario, answer)) = pick(&open, rng).copied() {
        return part(texts, scenario, lang, lang, answer, Some(fault), rng);
    }
    let answer = texts.pick("any", lang, fault, rng)?;
    let scenarios: Vec<&'static str> = texts.scenarios(lang, "msg").collect();
    let scenario = *pick(&scenarios, rng)?;
    part(texts, scenario, lang, lang, answer, Some(fault), rng)
}

fn part(
    texts: &'static Texts,
    scenario: &'static str,
    lang: &'static str,
    answer_lang: &'static str,
    answer: &'static str,
    fault: Option<&'static str>,
    rng: &mut StdRng,
) -> Option<Part> {
    let message = texts.pick(scenario, lang, "msg", rng)?;
    Some(Part { scenario, lang, answer_lang, message, answer, fault })
}
