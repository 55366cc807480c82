//! Text material: files of `scenario lang slot :: text` lines, looked up by key and filled from a run's own values.
//! What the texts say is in `texts/`; nothing here knows an agent.

use std::collections::HashMap;

use rand::Rng;
use rand::rngs::StdRng;

/// Values that fill `{slots}` of templates.
#[derive(Debug, Clone, Default)]
pub(super) struct Vars(Vec<(&'static str, String)>);

impl Vars {
    pub(super) fn set(&mut self, key: &'static str, value: impl Into<String>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some(slot) => slot.1 = value,
            None => self.0.push((key, value)),
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| value.as_str())
    }

    /// True when every `{slot}` of the template has a value.
    pub(super) fn cover(&self, template: &str) -> bool {
        slots(template).all(|slot| self.get(slot).is_some())
    }

    /// Replaces `{slot}` and `\n`. An unknown slot stays as it stands: `<b>{x}</b>` in hostile texts is meant so.
    pub(super) fn fill(&self, template: &str) -> String {
        let mut out = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some(at) = rest.find(['{', '\\']) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let (text, used) = self.step(rest);
            out.push_str(text);
            rest = &rest[used..];
        }
        out.push_str(rest);
        out
    }

    fn step<'a>(&'a self, rest: &'a str) -> (&'a str, usize) {
        if rest.starts_with("\\n") {
            return ("\n", 2);
        }
        if let Some(end) = rest.find('}')
            && let Some(value) = self.get(&rest[1..end])
        {
            return (value, end + 1);
        }
        (&rest[..1], 1)
    }
}

fn slots(template: &str) -> impl Iterator<Item = &str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}').map(|(slot, _)| slot))
        .filter(|slot| {
            !slot.is_empty() && slot.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
}

type Key = (&'static str, &'static str, &'static str);

/// A parsed text file.
#[derive(Debug, Default)]
pub(super) struct Texts {
    by_key: HashMap<Key, Vec<&'static str>>,
    /// Keys in the order of the file: drawing must not depend on a hash.
    order: Vec<Key>,
}

impl Texts {
    /// Reads `scenario lang slot :: text` lines; empty lines and `#` lines are for people.
    pub(super) fn parse(sources: &[&'static str]) -> Self {
        let mut texts = Self::default();
        for line in sources.iter().flat_map(|source| source.lines()) {
            if let Some((head, text)) = line.split_once(" :: ") {
                let mut words = head.split_whitespace();
                if let (Some(a), Some(b), Some(c)) = (words.next(), words.next(), words.next()) {
                    texts.add((a, b, c), text);
                }
            }
        }
        texts
    }

    fn add(&mut self, key: Key, text: &'static str) {
        let known = self.by_key.entry(key).or_default();
        if known.is_empty() {
            self.order.push(key);
        }
        known.push(text);
    }

    pub(super) fn get(
        &self,
        scenario: &'static str,
        lang: &'static str,
        slot: &'static str,
    ) -> &[&'static str] {
        self.by_key.get(&(scenario, lang, slot)).map_or(&[], Vec::as_slice)
    }

    /// One of the texts under a key.
    pub(super) fn pick(
        &self,
        scenario: &'static str,
        lang: &'static str,
        slot: &'static str,
        rng: &mut StdRng,
    ) -> Option<&'static str> {
        pick(self.get(scenario, lang, slot), rng).copied()
    }

    /// The scenarios that have a text for a language and slot, in file order.
    pub(super) fn scenarios(
        &self,
        lang: &'static str,
        slot: &'static str,
    ) -> impl Iterator<Item = &'static str> {
        self.order.iter().filter(move |key| key.1 == lang && key.2 == slot).map(|key| key.0)
    }

    #[cfg(test)]
    pub(super) fn all(
        &self,
    ) -> impl Iterator<Item = (&'static str, &'static str, &'static str, &'static str)> {
        self.order
            .iter()
            .flat_map(|key| self.by_key[key].iter().map(|text| (key.0, key.1, key.2, *text)))
    }
}

/// Any of the items.
pub(super) fn pick<'a, T>(items: &'a [T], rng: &mut StdRng) -> Option<&'a T> {
    if items.is_empty() {
        return None;
    }
    items.get(rng.random_range(0..items.len()))
}

/// One of the items by weight.
pub(super) fn weighted<T: Copy>(items: &[(T, u32)], rng: &mut StdRng) -> Option<T> {
    let total: u32 = items.iter().map(|item| item.1).sum();
    if total == 0 {
        return None;
    }
    let mut at = rng.random_range(0..total);
    for (item, weight) in items {
        if at < *weight {
            return Some(*item);
        }
        at -= weight;
    }
    None
}
