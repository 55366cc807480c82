//! What can happen to a list, as proptest draws and shrinks it.

use proptest::prelude::*;

/// One thing that happens on the server. Items are named by their place in the list, modulo its length.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    /// A user speaks on a run; a second time on the same run, it takes the place of the first.
    Post { run: u8, user: u8, positive: bool },
    /// The same by a worker whose clock is behind.
    PostLate { run: u8, user: u8, behind_s: i64 },
    /// Annotated as it should be.
    Annotate { item: u8, word: u8 },
    /// Annotated without a comment: in no list any more, and counted still (contract, 0.1).
    Vanish { item: u8 },
    /// Taken out of the database by its owner.
    Delete { item: u8 },
    /// The server's clock goes on, or is set back.
    Clock { seconds: i64 },
}

/// One sync: what happened since the last, and before which of its requests what happens.
#[derive(Clone, Debug)]
pub(crate) struct Sync {
    pub(crate) before: Vec<Change>,
    pub(crate) between: Vec<(usize, Change)>,
    pub(crate) our_clock_ms: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct History {
    /// Items per page.
    pub(crate) page: u32,
    pub(crate) before: Vec<Change>,
    pub(crate) syncs: Vec<Sync>,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        8 => (0..12_u8, 0..3_u8, any::<bool>())
            .prop_map(|(run, user, positive)| Change::Post { run, user, positive }),
        2 => (0..12_u8, 0..3_u8, 0..200_i64)
            .prop_map(|(run, user, behind_s)| Change::PostLate { run, user, behind_s }),
        3 => (any::<u8>(), 0..3_u8).prop_map(|(item, word)| Change::Annotate { item, word }),
        2 => any::<u8>().prop_map(|item| Change::Vanish { item }),
        2 => any::<u8>().prop_map(|item| Change::Delete { item }),
        4 => (0..90_i64).prop_map(|seconds| Change::Clock { seconds }),
        1 => (-400..0_i64).prop_map(|seconds| Change::Clock { seconds }),
    ]
}

fn posts() -> impl Strategy<Value = Vec<Change>> {
    let post = (0..12_u8, 0..3_u8, any::<bool>(), 0..40_i64);
    prop::collection::vec(post, 0..22).prop_map(|posts| {
        let each = posts.into_iter().flat_map(|(run, user, positive, seconds)| {
            [Change::Post { run, user, positive }, Change::Clock { seconds }]
        });
        each.collect()
    })
}

fn sync() -> impl Strategy<Value = Sync> {
    let before = prop::collection::vec(change(), 0..6);
    let between = prop::collection::vec((1..9_usize, change()), 0..7);
    let clock = prop_oneof![4 => 0..600_000_i64, 1 => -7_200_000..0_i64];
    (before, between, clock).prop_map(|(before, mut between, our_clock_ms)| {
        between.sort_by_key(|(request, _)| *request);
        Sync { before, between, our_clock_ms }
    })
}

pub(crate) fn histories() -> impl Strategy<Value = History> {
    let syncs = prop::collection::vec(sync(), 1..4);
    (2..6_u32, posts(), syncs).prop_map(|(page, before, syncs)| History { page, before, syncs })
}
