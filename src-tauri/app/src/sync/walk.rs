//! What a page says about a list that moves while it is read. The server pages by offset, and offsets shift as items
//! arrive and go; keys do not. So pages overlap by one item, a page that does not join what was read before sends the
//! walk back, and a page that does is the whole truth about the stretch it covers.
//!
//! No requests and no store here: pages in, verdicts out.

use std::ops::Bound;

use domain::Feedback;
use store::{ListKey, Span, Walk};

use crate::wire::ErrorView;

/// So often a page in no order is asked for again.
const ATTEMPTS: u32 = 3;

/// One page as it came.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) items: Vec<Feedback>,
    /// Items of the answer that could not be read.
    pub(super) skipped: usize,
    pub(super) count: u64,
    pub(super) offset: u64,
    pub(super) limit: u32,
}

/// What a page means for the walk.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It joins what was read before. What the server lists in `span` is on the page, all of it; `None`: nothing
    /// can be said.
    Joined { span: Option<Span>, is_end: bool },
    /// It begins below what was read before: items may lie between, and the walk went back.
    Gap,
    /// Its items are in no order or cannot be this place's, so it says nothing about what is not on it.
    Disordered,
}

impl Step {
    /// Whether the walk is at the list's end.
    pub(super) fn is_end(&self) -> bool {
        matches!(self, Self::Joined { is_end: true, .. })
    }
}

impl Page {
    pub(super) fn keys(&self) -> Vec<ListKey> {
        self.items.iter().map(ListKey::of).collect()
    }

    /// Items on it, readable or not.
    fn len(&self) -> u64 {
        (self.items.len() + self.skipped) as u64
    }

    fn is_full(&self) -> bool {
        self.len() >= u64::from(self.limit)
    }

    /// Never told by a short or an empty page: items that do not validate are left out of pages (contract, 0.2).
    fn is_end(&self) -> bool {
        self.offset.saturating_add(u64::from(self.limit)) >= self.count
    }
}

/// A walk with what need not survive a restart.
#[derive(Clone, Debug, Default)]
pub(super) struct Walker {
    pub(super) walk: Walk,
    /// How far back the next gap sends it.
    back: u64,
    /// The slots before the next page were seen to show nothing: it need not join.
    may_jump: bool,
}

impl Walker {
    pub(super) fn new(walk: Walk) -> Self {
        Self { walk, back: 0, may_jump: false }
    }

    /// Takes the page that was asked for at the walk's offset and moves on.
    pub(super) fn take(&mut self, page: &Page) -> Step {
        let keys = page.keys();
        let is_sorted = keys.is_sorted_by(|upper, lower| upper > lower);
        // More than there is room for at this place belongs to another one: a cache that hands the first page out again.
        let fits = page.len() <= page.count.saturating_sub(page.offset);
        if !is_sorted || !fits {
            return Step::Disordered;
        }
        if !self.joins(page, keys.first()) {
            self.go_back(page);
            return Step::Gap;
        }
        if self.ends_above_its_end(page, keys.last()) {
            self.walk = Walk { is_urgent: self.walk.is_urgent, ..Walk::default() };
            self.back = 0;
            self.may_jump = false;
            return Step::Gap;
        }
        let span = (page.skipped == 0).then(|| self.span(page, &keys)).flatten();
        if page.offset == 0 && self.walk.frontier.is_none() {
            self.walk.top = keys.first().cloned();
            self.walk.count = Some(page.count);
        }
        self.go_on(page, keys.last());
        Step::Joined { span, is_end: page.is_end() }
    }

    /// The stretch that the same page covers when it is read a second time, `before` being the first time's.
    pub(super) fn look_again(before: &Span, page: &Page) -> Option<Span> {
        let frontier = match &before.newest {
            Bound::Excluded(frontier) => Some(frontier.clone()),
            Bound::Included(_) | Bound::Unbounded => None,
        };
        let walk = Walk { offset: page.offset, frontier, ..Walk::default() };
        match (Self { walk, back: 0, may_jump: true }).take(page) {
            Step::Joined { span, .. } => span,
            Step::Gap | Step::Disordered => None,
        }
    }

    fn joins(&self, page: &Page, first: Option<&ListKey>) -> bool {
        match (first, &self.walk.frontier) {
            // A page of one item is asked for where more are too large, and cannot overlap.
            _ if page.offset == 0 || page.limit == 1 || self.may_jump => true,
            (Some(first), Some(frontier)) => first >= frontier,
            (None, Some(_)) => false,
            (_, None) => true,
        }
    }

    /// A page further up was not the end, so there was something below it; a full page that claims the end and shows
    /// nothing of it is one seen before. Either it was handed out again, or the list changed so much that the walk had
    /// better begin anew.
    fn ends_above_its_end(&self, page: &Page, last: Option<&ListKey>) -> bool {
        let is_lower =
            last.zip(self.walk.frontier.as_ref()).is_none_or(|(last, frontier)| last < frontier);
        page.offset > 0 && page.limit > 1 && page.is_end() && page.is_full() && !is_lower
    }

    fn span(&self, page: &Page, keys: &[ListKey]) -> Option<Span> {
        let (Some(first), Some(last)) = (keys.first(), keys.last()) else {
            // An empty list says nothing, it may as well be an outage; one with something above this page does.
            let frontier = self.walk.frontier.clone().filter(|_| self.may_jump && page.is_end())?;
            return Some(Span { newest: Bound::Excluded(frontier), oldest: Bound::Unbounded });
        };
        let newest = match &self.walk.frontier {
            _ if page.offset == 0 => Bound::Unbounded,
            Some(frontier) if first < frontier => Bound::Excluded(frontier.clone()),
            // The slots above were seen to show nothing.
            None if self.may_jump => Bound::Unbounded,
            _ => Bound::Included(first.clone()),
        };
        let oldest = if page.is_end() { Bound::Unbounded } else { Bound::Included(last.clone()) };
        Some(Span { newest, oldest })
    }

    fn go_back(&mut self, page: &Page) {
        self.back = (self.back * 2).max(u64::from(page.limit) / 2).max(1);
        self.walk.offset = page.offset.saturating_sub(self.back);
    }

    fn go_on(&mut self, page: &Page, last: Option<&ListKey>) {
        let limit = u64::from(page.limit);
        let went_lower = last
            .is_some_and(|last| self.walk.frontier.as_ref().is_none_or(|frontier| last < frontier));
        if went_lower {
            self.walk.frontier = last.cloned();
            self.back = 0;
        }
        // The next page begins with the last item of this one. Where a page has gaps that is earlier than it need
        // be, and right.
        let (step, may_jump) = match page.len() {
            len if limit > 1 && (went_lower || page.is_full()) => (len.saturating_sub(1), false),
            _ => (limit, true),
        };
        self.walk.offset = page.offset.saturating_add(step);
        self.may_jump = may_jump;
    }
}

/// How many pages a walk may take: a server whose answers do not fit together must not be asked for ever.
#[derive(Default)]
pub(super) struct Budget {
    spent: u64,
    disordered: u32,
}

impl Budget {
    pub(super) fn spend(&mut self, page: &Page, step: &Step) -> Result<(), ErrorView> {
        self.spent += 1;
        self.disordered = if *step == Step::Disordered { self.disordered + 1 } else { 0 };
        let fair = page.count / u64::from(page.limit.max(2) - 1);
        if self.spent > 4 * fair + 64 || self.disordered == ATTEMPTS {
            return Err(ErrorView::disordered());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use domain::Outcome;

    use super::*;

    fn item(second: i64) -> Feedback {
        Feedback {
            id: format!("f{second:03}").into(),
            agent: "a".into(),
            run: format!("r{second}").into(),
            user: None,
            outcome: Outcome::Negative,
            comment: None,
            annotation: None,
            created_at_ms: second * 1_000,
        }
    }

    fn page(seconds: &[i64], offset: u64, count: u64) -> Page {
        let items = seconds.iter().map(|second| item(*second)).collect();
        Page { items, skipped: 0, count, offset, limit: 4 }
    }

    fn key(second: i64) -> ListKey {
        ListKey::of(&item(second))
    }

    fn after(pages: &[Page]) -> Walker {
        let mut walker = Walker::default();
        for page in pages {
            assert_eq!(page.offset, walker.walk.offset, "asked for where the walk stands");
            assert!(matches!(walker.take(page), Step::Joined { .. }));
        }
        walker
    }

    #[test]
    fn pages_overlap_by_one_and_cover_what_they_show() {
        let mut walker = after(&[page(&[9, 8, 7, 6], 0, 7)]);
        let step = walker.take(&page(&[6, 5, 4, 3], 3, 7));
        let span = Span { newest: Bound::Included(key(6)), oldest: Bound::Unbounded };
        assert_eq!(step, Step::Joined { span: Some(span), is_end: true });
        assert_eq!(walker.walk.frontier, Some(key(3)));
    }

    #[test]
    fn items_that_arrived_meanwhile_are_met_twice_and_none_is_missed() {
        let mut walker = after(&[page(&[9, 8, 7, 6], 0, 9)]);
        let step = walker.take(&page(&[8, 7, 6, 5], 3, 11));
        assert!(matches!(step, Step::Joined { is_end: false, .. }));
        assert_eq!((walker.walk.frontier, walker.walk.offset), (Some(key(5)), 6));
    }

    #[test]
    fn a_page_that_does_not_fit_its_place_is_no_part_of_the_list() {
        let mut walker = after(&[page(&[9, 8, 7, 6], 0, 6)]);
        assert_eq!(walker.take(&page(&[9, 8, 7, 6], 3, 6)), Step::Disordered);
        assert_eq!(walker.walk.offset, 3);
    }

    #[test]
    fn an_end_that_shows_nothing_new_is_not_believed() {
        let mut walker = after(&[page(&[9, 8, 7, 6], 0, 7)]);
        assert_eq!(walker.take(&page(&[9, 8, 7, 6], 3, 7)), Step::Gap);
        assert_eq!((walker.walk.offset, &walker.walk.frontier), (0, &None));
        let mut walker = after(&[page(&[9, 8, 7, 6], 0, 7)]);
        let step = walker.take(&page(&[6, 5, 4, 3], 3, 7));
        assert!(matches!(step, Step::Joined { is_end: true, .. }));
    }

    #[test]
    fn items_that_went_meanwhile_send_the_walk_back() {
        let mut walker = after(&[page(&[9, 8, 7, 6], 0, 9)]);
        assert_eq!(walker.take(&page(&[4, 3, 2, 1], 3, 7)), Step::Gap);
        assert_eq!(walker.walk.offset, 1);
        let step = walker.take(&page(&[6, 5, 4, 3], 1, 7));
        assert!(matches!(step, Step::Joined { .. }));
        assert_eq!(walker.walk.frontier, Some(key(3)));
    }

    #[test]
    fn an_empty_page_is_not_the_end_of_a_list_that_shrank() {
        let mut walker = after(&[page(&[9, 8, 7, 6], 0, 5)]);
        assert_eq!(walker.take(&page(&[], 3, 3)), Step::Gap);
        let step = walker.take(&page(&[7, 6], 1, 3));
        let span = Span { newest: Bound::Included(key(7)), oldest: Bound::Unbounded };
        assert_eq!(step, Step::Joined { span: Some(span), is_end: true });
    }

    #[test]
    fn slots_that_show_nothing_are_passed_over() {
        // Two visible, then a page of four invisible ones, then the rest.
        let mut walker = after(&[page(&[9, 8], 0, 10)]);
        assert!(matches!(walker.take(&page(&[8], 1, 10)), Step::Joined { .. }));
        assert_eq!(walker.walk.offset, 5);
        assert!(matches!(walker.take(&page(&[], 5, 10)), Step::Joined { .. }));
        assert_eq!(walker.walk.offset, 9);
        let step = walker.take(&page(&[3], 9, 10));
        let span = Span { newest: Bound::Excluded(key(8)), oldest: Bound::Unbounded };
        assert_eq!(step, Step::Joined { span: Some(span), is_end: true });
    }

    #[test]
    fn nothing_is_listed_below_when_the_rest_shows_nothing() {
        let mut walker = after(&[page(&[9, 8], 0, 7), page(&[8], 1, 7)]);
        let span = Span { newest: Bound::Excluded(key(8)), oldest: Bound::Unbounded };
        assert_eq!(walker.walk.offset, 5);
        let step = walker.take(&page(&[], 5, 7));
        assert_eq!(step, Step::Joined { span: Some(span), is_end: true });
    }

    #[test]
    fn nothing_is_listed_above_when_the_top_shows_nothing() {
        let mut walker = after(&[page(&[], 0, 5)]);
        let step = walker.take(&page(&[3], 4, 5));
        let span = Span { newest: Bound::Unbounded, oldest: Bound::Unbounded };
        assert_eq!(step, Step::Joined { span: Some(span), is_end: true });
    }

    #[test]
    fn a_page_without_order_says_nothing() {
        let mut walker = Walker::default();
        assert_eq!(walker.take(&page(&[7, 9, 8], 0, 3)), Step::Disordered);
        assert_eq!(walker.take(&page(&[9, 9, 8], 0, 3)), Step::Disordered);
        assert_eq!(walker.walk, Walk::default());
    }

    #[test]
    fn an_empty_list_says_nothing_about_what_was_listed() {
        let mut walker = Walker::default();
        assert_eq!(walker.take(&page(&[], 0, 0)), Step::Joined { span: None, is_end: true });
    }

    #[test]
    fn a_page_with_unreadable_items_covers_nothing_but_counts() {
        let mut walker = Walker::default();
        let step = walker.take(&Page { skipped: 2, ..page(&[9, 8], 0, 9) });
        assert_eq!(step, Step::Joined { span: None, is_end: false });
        assert_eq!(walker.walk.offset, 3);
    }
}
