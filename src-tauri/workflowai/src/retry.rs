//! When to send again, and after how long: a pure function of the attempt, the request and the outcome.
//! Sleeping and sending are the transport's. Exponential backoff with full jitter, as in
//! <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.

use std::time::Duration;

/// How stubborn the client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Sends after the first one; 0 switches retrying off.
    pub max_retries: u32,
    /// The first wait is drawn from zero to this; each further ceiling is twice the one before.
    pub base: Duration,
    /// No drawn wait is longer.
    pub max_backoff: Duration,
    /// A `Retry-After` up to this is waited for; for a longer one the caller is told instead, since
    /// coming back earlier than asked is what the header exists to prevent.
    pub max_retry_after: Duration,
}

/// How one send ended, as far as retrying goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// No complete answer: not reached, or broken off.
    ConnectionError,
    /// Reached, but too slow: sending again would only add load, and the caller waited long enough.
    Timeout,
    /// An answer.
    Status { status: u16, retry_after: Option<Duration> },
    /// Anything that a repetition cannot change.
    Final,
}

/// What to do after a failed send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Wait(Duration),
    GiveUp,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 3,
            base: Duration::from_millis(300),
            max_backoff: Duration::from_secs(10),
            max_retry_after: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// Never sends twice.
    pub fn none() -> Self {
        Self { max_retries: 0, ..Self::default() }
    }

    /// `attempt` counts from 0, the first send; `roll` is drawn evenly from 0 to 1 for the jitter.
    /// A request that is not idempotent is never sent twice: a repeated feedback gets a new id, a
    /// repeated annotation piles up, a repeated run costs money.
    pub fn decide(&self, attempt: u32, idempotent: bool, outcome: Outcome, roll: f64) -> Decision {
        if !idempotent || attempt >= self.max_retries {
            return Decision::GiveUp;
        }
        let asked = match outcome {
            Outcome::ConnectionError => None,
            Outcome::Status { status: 429 | 500..=599, retry_after } => retry_after,
            Outcome::Status { .. } | Outcome::Timeout | Outcome::Final => return Decision::GiveUp,
        };
        match asked {
            Some(wait) if wait > self.max_retry_after => Decision::GiveUp,
            Some(wait) => Decision::Wait(wait),
            None => Decision::Wait(self.ceiling(attempt).mul_f64(roll.clamp(0.0, 1.0))),
        }
    }

    fn ceiling(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.checked_pow(attempt).and_then(|factor| self.base.checked_mul(factor));
        doubled.unwrap_or(self.max_backoff).min(self.max_backoff)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        max_retries: 4,
        base: Duration::from_secs(1),
        max_backoff: Duration::from_secs(5),
        max_retry_after: Duration::from_secs(60),
    };

    fn status(status: u16) -> Outcome {
        Outcome::Status { status, retry_after: None }
    }

    #[rstest]
    #[case(0, 1)]
    #[case(1, 2)]
    #[case(2, 4)]
    #[case(3, 5)]
    fn the_ceiling_doubles_up_to_the_cap(#[case] attempt: u32, #[case] ceiling_s: u64) {
        let decide = |roll| POLICY.decide(attempt, true, Outcome::ConnectionError, roll);
        assert_eq!(decide(1.0), Decision::Wait(Duration::from_secs(ceiling_s)));
        assert_eq!(decide(0.5), Decision::Wait(Duration::from_millis(ceiling_s * 500)));
        assert_eq!(decide(0.0), Decision::Wait(Duration::ZERO));
    }

    #[rstest]
    #[case(Outcome::ConnectionError)]
    #[case(status(429))]
    #[case(status(500))]
    #[case(status(503))]
    #[case(status(599))]
    fn what_may_pass_is_tried_again(#[case] outcome: Outcome) {
        assert!(matches!(POLICY.decide(0, true, outcome, 0.3), Decision::Wait(_)));
    }

    #[rstest]
    #[case(Outcome::Timeout)]
    #[case(Outcome::Final)]
    #[case(status(400))]
    #[case(status(401))]
    #[case(status(404))]
    #[case(status(424))]
    #[case(status(600))]
    fn what_cannot_pass_is_not(#[case] outcome: Outcome) {
        assert_eq!(POLICY.decide(0, true, outcome, 0.3), Decision::GiveUp);
    }

    #[test]
    fn a_retry_after_is_waited_for_exactly() {
        let asked = Outcome::Status { status: 429, retry_after: Some(Duration::from_secs(10)) };
        assert_eq!(POLICY.decide(0, true, asked, 0.0), Decision::Wait(Duration::from_secs(10)));
    }

    #[test]
    fn a_retry_after_beyond_the_cap_is_left_to_the_caller() {
        let asked = Outcome::Status { status: 503, retry_after: Some(Duration::from_secs(61)) };
        assert_eq!(POLICY.decide(0, true, asked, 0.0), Decision::GiveUp);
    }

    fn any_outcome() -> impl Strategy<Value = Outcome> {
        prop_oneof![
            Just(Outcome::ConnectionError),
            Just(Outcome::Timeout),
            Just(Outcome::Final),
            (100_u16..700, proptest::option::of(0_u64..100_000)).prop_map(|(status, seconds)| {
                Outcome::Status { status, retry_after: seconds.map(Duration::from_secs) }
            }),
        ]
    }

    proptest! {
        #[test]
        fn a_request_that_is_not_idempotent_is_never_sent_twice(
            attempt in 0_u32..50, outcome in any_outcome(), roll in 0.0..1.0_f64,
        ) {
            prop_assert_eq!(POLICY.decide(attempt, false, outcome, roll), Decision::GiveUp);
        }

        #[test]
        fn all_waits_together_are_bounded(
            outcomes in proptest::collection::vec(any_outcome(), 0..100), roll in 0.0..1.0_f64,
        ) {
            let mut total = Duration::ZERO;
            let mut sends = 1;
            for (attempt, outcome) in (0_u32..).zip(outcomes) {
                match POLICY.decide(attempt, true, outcome, roll) {
                    Decision::Wait(wait) => total += wait,
                    Decision::GiveUp => break,
                }
                sends += 1;
            }
            prop_assert!(sends <= POLICY.max_retries + 1);
            prop_assert!(total <= POLICY.max_retry_after * POLICY.max_retries);
        }

        #[test]
        fn no_attempt_overflows(attempt in any::<u32>(), roll in -1.0..2.0_f64) {
            let policy = RetryPolicy { max_retries: u32::MAX, ..POLICY };
            if let Decision::Wait(wait) = policy.decide(attempt, true, Outcome::ConnectionError, roll) {
                prop_assert!(wait <= policy.max_backoff);
            }
        }
    }
}
