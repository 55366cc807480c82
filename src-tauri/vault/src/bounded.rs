//! One blocking call on a thread of its own, waited for no longer than allowed. zbus blocks on a
//! runtime of its own, which panics inside another one; a plain thread is inside none.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

/// Why a call has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoResult {
    /// It is still running, on its own, and what it returns will be dropped.
    Late,
    /// It panicked, or there was no thread for it.
    Stopped,
}

/// Runs `call`, for at most `limit` of the caller's time.
pub(crate) fn within<T: Send + 'static>(
    limit: Duration,
    call: impl FnOnce() -> T + Send + 'static,
) -> Result<T, NoResult> {
    let (answer, waiting) = sync_channel(1);
    let call = move || {
        // Nobody listens any more if it came late.
        let _ = answer.send(call());
    };
    thread::Builder::new().name("keyring".into()).spawn(call).map_err(|_| NoResult::Stopped)?;
    waiting.recv_timeout(limit).map_err(|error| match error {
        RecvTimeoutError::Timeout => NoResult::Late,
        RecvTimeoutError::Disconnected => NoResult::Stopped,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    #[test]
    fn a_call_that_answers_is_heard() {
        assert_eq!(within(LONG, || 7), Ok(7));
    }

    #[test]
    fn a_call_that_never_answers_is_left_behind() {
        let (_keep_open, never) = channel::<u8>();
        let result = within(Duration::from_millis(1), move || never.recv().is_ok());
        assert_eq!(result, Err(NoResult::Late));
    }

    #[test]
    fn a_call_that_panics_does_not_take_the_caller_along() {
        let result = within(LONG, || assert_eq!(1, 2, "on purpose"));
        assert_eq!(result, Err(NoResult::Stopped));
    }
}
