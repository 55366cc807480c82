//! What the window asked last. One who types ahead asks anew with every letter, and waits for the last answer
//! alone: the reads behind the others are stopped.

use std::sync::{Mutex, PoisonError};

use store::CancelToken;

use crate::wire::{FilterView, Mailbox};

/// What is asked: a connection's mailbox under a filter.
pub(crate) type Question = (i64, Mailbox, FilterView);

/// The last question of a kind.
#[derive(Default)]
pub(crate) struct Asked {
    last: Mutex<Option<(Question, CancelToken)>>,
}

impl Asked {
    /// The token for a question, after stopping what was asked before. The same question again, as for its next
    /// page, stops nothing.
    pub(crate) fn ask(&self, question: Question) -> CancelToken {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((asked, token)) if *asked == question => return token.clone(),
            Some((_, token)) => token.cancel(),
            None => {}
        }
        let token = CancelToken::default();
        *last = Some((question, token.clone()));
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_question_stops_the_last_one_and_the_same_again_does_not() {
        let asked = Asked::default();
        let question = |text: &str| {
            let filter = FilterView { text: Some(text.to_owned()), ..FilterView::default() };
            (1, Mailbox::Everything, filter)
        };
        let first = asked.ask(question("la"));
        let again = asked.ask(question("la"));
        assert!(!first.is_cancelled());
        let next = asked.ask(question("lat"));
        assert!(first.is_cancelled() && again.is_cancelled() && !next.is_cancelled());
        assert!(!asked.ask(question("la")).is_cancelled());
    }
}
