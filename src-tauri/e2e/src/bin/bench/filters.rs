//! What is asked of the mirror: filters in every combination, and texts of every frequency.

use domain::{DecisionKind, Outcome};
use store::{AnnotationFilter, FeedbackFilter, UserFilter};

use crate::made::{at_ms, word};

type Change = fn(&mut FeedbackFilter);

/// Single filters, common and rare.
const SINGLE: [(&str, Change); 16] = [
    ("negative", |f| f.outcome = Some(Outcome::Negative)),
    ("positive", |f| f.outcome = Some(Outcome::Positive)),
    ("open", |f| f.annotation = AnnotationFilter::Open),
    ("decided", |f| f.annotation = AnnotationFilter::Annotated),
    ("needs fix", |f| f.annotation = AnnotationFilter::Is(DecisionKind::Correct)),
    ("not an issue", |f| f.annotation = AnnotationFilter::Is(DecisionKind::Incorrect)),
    ("commented", |f| f.has_comment = Some(true)),
    ("bare", |f| f.has_comment = Some(false)),
    ("anonymous", |f| f.user = Some(UserFilter::Anonymous)),
    ("busiest user", |f| f.user = Some(UserFilter::Is("user-0".into()))),
    ("some user", |f| f.user = Some(UserFilter::Is("user-4321".into()))),
    ("busiest agent", |f| f.agents = vec!["agent-0".into()]),
    ("three agents", |f| {
        f.agents = vec!["agent-5".into(), "agent-9".into(), "agent-11".into()];
    }),
    ("old version", |f| f.versions = vec![format!("{:032x}", 11_000).into()]),
    ("model", |f| f.models = vec!["gemini-pro".to_owned()]),
    ("a week half a year ago", |f| {
        (f.since_ms, f.until_ms) = (Some(at_ms(0.0)), Some(at_ms(0.04)));
    }),
];

/// Nothing, each alone, all pairs, and a fifth of the triples.
pub(crate) fn combined() -> Vec<(String, FeedbackFilter)> {
    let mut all = vec![("everything".to_owned(), FeedbackFilter::default())];
    let mut add = |changes: &[(&str, Change)]| {
        let mut filter = FeedbackFilter::default();
        changes.iter().for_each(|(_, change)| change(&mut filter));
        let names: Vec<&str> = changes.iter().map(|(name, _)| *name).collect();
        all.push((names.join(", "), filter));
    };
    for (a, first) in SINGLE.iter().enumerate() {
        add(&[*first]);
        for (b, second) in SINGLE.iter().enumerate().skip(a + 1) {
            add(&[*first, *second]);
            for third in SINGLE.iter().skip(b + 1).step_by(5) {
                add(&[*first, *second, *third]);
            }
        }
    }
    all
}

/// Texts of all frequencies, under what they show.
pub(crate) fn texts() -> Vec<(&'static str, Vec<String>)> {
    let ranks = [0, 1, 2, 5, 10, 50, 100, 1_000, 10_000];
    let quoted = |rank| format!("\"{}\"", word(rank));
    let begun = |rank: u64, most: usize| word(rank).chars().take(most).collect::<String>();
    vec![
        ("whole words", ranks.map(quoted).to_vec()),
        ("words as typed", ranks.map(word).to_vec()),
        ("beginnings of two", ranks.map(|rank| begun(rank, 2)).to_vec()),
        ("beginnings of three", ranks.map(|rank| begun(rank, 3)).to_vec()),
        ("beginnings of four", ranks.map(|rank| begun(rank, 4)).to_vec()),
        ("two words", ranks.map(|rank| format!("{} {}", quoted(rank), quoted(rank + 1))).to_vec()),
        (
            "three words",
            ranks.map(|rank| format!("{} {} {}", quoted(0), quoted(rank + 1), quoted(3))).to_vec(),
        ),
        ("phrases", ranks.map(|rank| format!("\"{} {}\"", word(rank), word(rank + 1))).to_vec()),
        ("no such word", vec!["nosuchword".to_owned(), "\"nosuchword\"".to_owned()]),
        ("without spaces", vec!["返金が".to_owned(), "返金".to_owned(), "遅延".to_owned()]),
    ]
}
