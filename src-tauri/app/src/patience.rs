//! How long a desk waits for servers, how often it asks again, and how much it asks for at once. Hosts take the
//! defaults; tests pass shorter ones, so that a fault costs milliseconds.

use workflowai::{RetryPolicy, Timeouts};

use crate::sync::Pace;

/// Few enough to be quick, many enough to need few requests.
const PAGE: u32 = 200;

/// The bounds of every request a desk sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    pub timeouts: Timeouts,
    pub retry: RetryPolicy,
    /// Feedback asked for at once; at least 2, as pages overlap by one.
    pub page: u32,
    pub pace: Pace,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            page: PAGE,
            pace: Pace::default(),
        }
    }
}

impl Patience {
    /// What is asked for at once, and what instead when an answer is larger than the client reads: comments have no
    /// limit (contract, 2).
    pub(crate) fn page_sizes(&self) -> impl Iterator<Item = u32> + use<> {
        let page = self.page.max(2);
        [page, page / 5, page / 25, 1].into_iter().filter(|size| *size > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_shrinks_to_one_item() {
        let sizes = |page| {
            let patience = Patience { page, ..Patience::default() };
            patience.page_sizes().collect::<Vec<_>>()
        };
        assert_eq!(sizes(200), [200, 40, 8, 1]);
        assert_eq!(sizes(7), [7, 1, 1]);
        assert_eq!(sizes(0), [2, 1]);
    }
}
