//! What the events of one feedback come to, for any history there can be.

use domain::{Act, DecisionEvent, DecisionKind, EventId, Standing};
use proptest::prelude::*;

const KINDS: [DecisionKind; 5] = DecisionKind::ALL;

fn decide(id: i64, kind: DecisionKind) -> DecisionEvent {
    DecisionEvent { id: EventId(id), act: Act::Decide(kind) }
}

fn undo(id: i64, target: i64) -> DecisionEvent {
    DecisionEvent { id: EventId(id), act: Act::Undo(EventId(target)) }
}

fn decided(events: &[DecisionEvent]) -> Option<DecisionKind> {
    Standing::of(events.iter().copied()).decided.map(|(_, kind)| kind)
}

/// Any log of one feedback: decisions, and undos of anything before, of nothing and of what is to come.
fn any_log() -> impl Strategy<Value = Vec<DecisionEvent>> {
    proptest::collection::vec((0..7_usize, 0..5_usize, any::<prop::sample::Index>()), 0..24)
        .prop_map(|steps| {
            let events = steps.into_iter().zip(1_i64..).map(|((what, kind, at), id)| {
                let target = i64::try_from(at.index(26)).unwrap_or(0);
                match what {
                    0 => DecisionEvent { id: EventId(id), act: Act::Unknown },
                    1 => DecisionEvent { id: EventId(id), act: Act::Note },
                    2 => DecisionEvent { id: EventId(id), act: Act::Wake(EventId(target)) },
                    3 | 4 => decide(id, KINDS[kind]),
                    _ => undo(id, target),
                }
            });
            events.collect()
        })
}

/// The rule word by word: an event is void if a later one, itself not void, undoes it.
fn is_void(log: &[DecisionEvent], id: EventId) -> bool {
    log.iter()
        .any(|later| later.id > id && later.act.undoes() == Some(id) && !is_void(log, later.id))
}

#[test]
fn the_newest_decision_counts_and_an_undo_brings_back_the_one_before() {
    use DecisionKind::{Correct, Resolved};
    let log = [decide(1, Resolved), decide(2, Correct), undo(3, 2), undo(4, 1), undo(5, 4)];
    let states: Vec<_> = (0..=log.len()).map(|n| decided(&log[..n])).collect();
    let expected = [None, Some(Resolved), Some(Correct), Some(Resolved), None, Some(Resolved)];
    assert_eq!(states, expected);
}

#[test]
fn undoing_the_undo_is_redo_as_often_as_one_likes() {
    let mut log = vec![decide(1, DecisionKind::Correct)];
    for id in 2..40 {
        log.push(undo(id, id - 1));
        // Undone after the first undo, back after the second, and so on.
        assert_eq!(decided(&log).is_some(), id % 2 == 1, "after event {id}");
    }
}

proptest! {
    #[test]
    fn what_is_void_is_what_the_rule_says(log in any_log()) {
        let standing = Standing::of(log.iter().copied());
        for event in &log {
            prop_assert_eq!(standing.holds(event.id), !is_void(&log, event.id));
        }
        let newest = log.iter().rev().find_map(|event| match event.act {
            Act::Decide(kind) if !is_void(&log, event.id) => Some((event.id, kind)),
            _ => None,
        });
        prop_assert_eq!(standing.decided, newest);
        let woken = log.iter().rev().find(|event| {
            let wakes = matches!(event.act, Act::Wake(target) if target < event.id && target.0 > 0);
            wakes && !is_void(&log, event.id)
        });
        let woken = woken.map(|event| event.id).filter(|id| newest.is_none_or(|(at, _)| at < *id));
        prop_assert_eq!(standing.woken, woken);
        let noted = log.iter().rev().find(|event| event.act == Act::Note && !is_void(&log, event.id));
        prop_assert_eq!(standing.noted, noted.map(|event| event.id));
    }

    #[test]
    fn the_order_in_which_events_are_read_does_not_matter(
        log in any_log().prop_flat_map(|log| (Just(log.clone()), Just(log).prop_shuffle())),
    ) {
        let (log, shuffled) = log;
        prop_assert_eq!(Standing::of(log), Standing::of(shuffled));
    }

    #[test]
    fn undoing_everything_since_gives_what_held_before(log in any_log(), more in any_log()) {
        let mut after = log.clone();
        let shift = log.len() as i64;
        after.extend(more.into_iter().map(|event| DecisionEvent {
            id: EventId(event.id.0 + shift),
            act: match event.act {
                Act::Undo(target) => Act::Undo(EventId(target.0 + shift)),
                Act::Wake(target) => Act::Wake(EventId(target.0 + shift)),
                act => act,
            },
        }));
        let before = Standing::of(log.iter().copied()).decided;
        for id in (shift + 1..=after.len() as i64).rev() {
            let next = after.len() as i64 + 1;
            if Standing::of(after.iter().copied()).holds(EventId(id)) {
                after.push(undo(next, id));
            }
        }
        prop_assert_eq!(Standing::of(after).decided, before);
    }

    #[test]
    fn a_word_is_read_back_as_it_was_written(kind in proptest::sample::select(KINDS.to_vec())) {
        prop_assert_eq!(kind.as_str().parse::<DecisionKind>().ok(), Some(kind));
        if let Some(annotation) = kind.annotation() {
            prop_assert_eq!(annotation.as_str(), kind.as_str());
            prop_assert_eq!(DecisionKind::from(annotation), kind);
        }
    }
}
