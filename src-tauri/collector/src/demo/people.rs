//! Customers: who they are, what they speak, how often they come back. Each is a function of seed and number,
//! so nobody has to be remembered, however many there are.

use std::sync::LazyLock;

use rand::Rng;
use rand::rngs::StdRng;

use super::words::{Texts, weighted};

static NAMES: LazyLock<Texts> = LazyLock::new(|| Texts::parse(&[include_str!("texts/people.txt")]));

/// Share of languages among customers.
const LANGUAGES: [(&str, u32); 16] = [
    ("en", 33),
    ("de", 18),
    ("fr", 10),
    ("nl", 9),
    ("es", 7),
    ("it", 5),
    ("pl", 4),
    ("sv", 3),
    ("pt", 3),
    ("ja", 3),
    ("ru", 2),
    ("ko", 2),
    ("zh", 2),
    ("ar", 2),
    ("tr", 2),
    ("he", 1),
];

/// One customer.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// What the app under review sends as `user_id`; `None` for who is not signed in.
    pub(super) user_id: Option<String>,
    pub(super) lang: &'static str,
    pub(super) first: &'static str,
    pub(super) last: &'static str,
    pub(super) city: &'static str,
}

/// Everybody who may say something.
#[derive(Debug, Clone, Copy)]
pub(super) struct People {
    seed: u64,
    count: u64,
}

impl People {
    pub(super) fn new(seed: u64, feedback: u64) -> Self {
        Self { seed, count: (feedback / 3).max(6) }
    }

    /// Somebody by chance: a few come again and again, most once.
    pub(super) fn anyone(&self, rng: &mut StdRng) -> Person {
        if rng.random_bool(0.2) {
            return person(rng.random(), None);
        }
        let share: f64 = rng.random::<f64>().powf(1.5);
        let number = ((share * self.count as f64) as u64).min(self.count - 1);
        self.known(number)
    }

    /// Somebody who speaks a language and is nobody else: the same number gives the same.
    pub(super) fn newcomer(&self, number: u64, lang: &'static str) -> Person {
        let somebody = self.known(self.count + number);
        let name = |slot| name(lang, slot, mix(self.seed, number));
        let user_id = somebody.user_id.map(|id| match id.contains('@') {
            true => format!("u-{:05}", self.count + number),
            false => id,
        });
        Person { user_id, lang, first: name("first"), last: name("last"), city: name("city") }
    }

    fn known(&self, number: u64) -> Person {
        let scale: u64 = if self.count < 60_000 { 100_000 } else { 100_000_000 };
        // 7919 shares no factor with a power of ten: every number keeps its own id.
        let shuffled = (number * 7919 + self.seed % scale) % scale;
        person(mix(self.seed ^ 0x5eed, number), Some(shuffled))
    }
}

/// Everything about a customer follows from the key; a generator of their own would cost more than the rest of a run.
fn person(key: u64, number: Option<u64>) -> Person {
    let lang = language(mix(key, 1));
    let first = name(lang, "first", mix(key, 2));
    let last = name(lang, "last", mix(key, 3));
    let city = name(lang, "city", mix(key, 4));
    let mail = mix(key, 5) % 100 < 7;
    let user_id = number.map(|number| match mail {
        true => mail_address(first, last, number),
        false => format!("u-{number:05}"),
    });
    Person { user_id, lang, first, last, city }
}

fn mail_address(first: &str, last: &str, number: u64) -> String {
    let hosts = ["fjordmail", "postkasten", "inboks", "briefje"];
    let (first, last) = (ascii(first), ascii(last));
    let host = hosts[(number % hosts.len() as u64) as usize];
    if first.is_empty() || last.is_empty() {
        return format!("guest{number}@{host}.example");
    }
    let tail = if number % 10 < 4 { String::new() } else { format!("{:02}", number % 100) };
    format!("{first}.{last}{tail}@{host}.example")
}

fn ascii(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter_map(|c| match c {
            'ä' | 'á' | 'à' | 'å' | 'ą' | 'â' | 'ã' => Some('a'),
            'é' | 'è' | 'ê' | 'ę' => Some('e'),
            'ö' | 'ó' | 'ø' => Some('o'),
            'í' | 'ı' => Some('i'),
            'ü' | 'ú' => Some('u'),
            'ł' => Some('l'),
            'ñ' | 'ń' => Some('n'),
            'ś' | 'ş' => Some('s'),
            'ç' => Some('c'),
            _ => c.is_ascii_alphanumeric().then_some(c),
        })
        .collect()
}

fn language(key: u64) -> &'static str {
    let total: u32 = LANGUAGES.iter().map(|language| language.1).sum();
    let mut at = (key % u64::from(total)) as u32;
    for (lang, weight) in LANGUAGES {
        if at < weight {
            return lang;
        }
        at -= weight;
    }
    "en"
}

fn name(lang: &'static str, slot: &'static str, key: u64) -> &'static str {
    let line = NAMES.get("names", lang, slot).first().copied().unwrap_or("");
    let count = line.split(", ").count() as u64;
    line.split(", ").nth((key % count) as usize).unwrap_or("")
}

/// Two numbers into one, well stirred (splitmix64).
pub(super) fn mix(a: u64, b: u64) -> u64 {
    let mut x =
        a.wrapping_add(b.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A city somewhere in the delivery area.
pub(super) fn city(rng: &mut StdRng) -> &'static str {
    let lang = weighted(&[("en", 2), ("de", 4), ("fr", 2), ("nl", 3), ("es", 1), ("it", 1)], rng)
        .unwrap_or("en");
    name(lang, "city", rng.random())
}
