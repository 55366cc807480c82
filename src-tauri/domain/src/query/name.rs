//! The names before a colon: which there are, and which were meant.

use crate::words;

/// The name of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Name {
    Is,
    Has,
    No,
    Agent,
    User,
    Version,
    Model,
    After,
    Before,
    Like,
    Sort,
}

/// Other words for some of them.
const ALIASES: [(&str, Name); 2] = [("since", Name::After), ("until", Name::Before)];

/// What stands before a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    Known(Name),
    /// One slip away from it.
    Near(Name),
    /// With a sign before it that elsewhere means *not*.
    Excluded(Name),
    /// It looks like a name, and none like it is known.
    Strange,
    /// Nothing but text.
    None,
}

words! {
    /// As it is written; in this order they are offered.
    Name {
        Is = "is",
        Has = "has",
        No = "no",
        Agent = "agent",
        User = "user",
        Version = "version",
        Model = "model",
        After = "after",
        Before = "before",
        Like = "like",
        Sort = "sort",
    }
}

impl Name {
    fn of(word: &str) -> Option<Self> {
        written().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, name)| name)
    }

    fn near(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        written().find(|(name, _)| is_slip(&word, name)).map(|(_, name)| name)
    }
}

fn written() -> impl Iterator<Item = (&'static str, Name)> {
    Name::ALL.into_iter().map(|name| (name.as_str(), name)).chain(ALIASES)
}

impl Head {
    /// Reads what stands before a colon; `value` is what is known to stand behind it.
    pub(super) fn of(head: &str, value: &str) -> Self {
        if let Some(name) = Name::of(head) {
            return Self::Known(name);
        }
        if let Some(name) = head.strip_prefix(['-', '!']).and_then(Name::of) {
            return Self::Excluded(name);
        }
        // An address: nobody's slip.
        if value.starts_with("//") {
            return Self::None;
        }
        if let Some(name) = Name::near(head) {
            return Self::Near(name);
        }
        let is_name = head.len() > 1 && head.bytes().all(|byte| byte.is_ascii_lowercase());
        let has_value = value.chars().next().is_some_and(char::is_alphanumeric);
        if is_name && has_value { Self::Strange } else { Self::None }
    }
}

/// Whether `typed` is `meant` but for one slip: a letter too many, missing, another, or two that changed places.
/// Short words are too near to others to say; a word of four letters with another letter is another word (`port`).
pub(super) fn is_slip(typed: &str, meant: &str) -> bool {
    if meant.len() < 4 || typed == meant || !typed.is_ascii() {
        return false;
    }
    let (a, b) = (typed.as_bytes(), meant.as_bytes());
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    match (a, b) {
        ([_, a @ ..], b) if a == b => true,
        (a, [_, b @ ..]) if a == b => true,
        ([a0, a1, a @ ..], [b0, b1, b @ ..]) if (a0, a1) == (b1, b0) && a == b => true,
        ([_, a @ ..], [_, b @ ..]) => a == b && meant.len() > 4,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_a_known_name_is_told_from_another_word() {
        for (typed, meant) in [
            ("agnet", Name::Agent),
            ("agents", Name::Agent),
            ("uesr", Name::User),
            ("usr", Name::User),
            ("versoin", Name::Version),
            ("modal", Name::Model),
            ("sinse", Name::After),
            ("Befor", Name::Before),
        ] {
            assert_eq!(Head::of(typed, "x"), Head::Near(meant), "{typed}");
        }
        for word in ["port", "line", "it", "http", "channel", "verification", "ağent"] {
            assert!(!matches!(Head::of(word, "x"), Head::Near(_)), "{word}");
        }
    }

    #[test]
    fn a_colon_in_a_text_makes_no_term() {
        for (head, value) in [
            ("12", "30"),
            ("http", "//x"),
            ("C", "\\temp"),
            ("Note", "it"),
            ("std", ":vec"),
            ("ps", ""),
        ] {
            assert_eq!(Head::of(head, value), Head::None, "{head}:{value}");
        }
        assert_eq!(Head::of("channel", "web"), Head::Strange);
    }
}
