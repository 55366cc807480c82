//! Faults of all kinds, drawn at random, request by request, over several syncs. The same seed brings the same faults
//! as far as requests come in the same order.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::fault::Fault;
use crate::given::given;

const SYNCS: u32 = 3;

fn drawn(rng: &mut StdRng) -> Fault {
    match rng.random_range(0..14) {
        0 => Fault::Reset,
        1 => Fault::Cut,
        2 => Fault::Throttled(Some(120)),
        3 => Fault::Throttled(None),
        4 => Fault::ServerError,
        5 => Fault::BadGateway,
        6 => Fault::LoginPage,
        7 => Fault::HalfJson,
        8 => Fault::OtherShape,
        9 => Fault::Empty,
        10 => Fault::Shuffled(rng.random()),
        11 => Fault::FirstPageAgain,
        12 => Fault::Swapped,
        _ => Fault::KeyExpired,
    }
}

async fn endures(seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut given = given(12).await;
    for sync in 0..SYNCS {
        let when = format!("seed {seed}, sync {sync}");
        let before = given.mirrored().await;
        if rng.random_bool(0.1) {
            given.proxy.shut().await;
        }
        // From a fault now and then to one nearly every time.
        let often = rng.random_range(0.01..0.4_f64).powi(2) * 4.0;
        let mut faults = StdRng::seed_from_u64(rng.random());
        given.proxy.script(move |_, _| {
            if faults.random_bool(often) { drawn(&mut faults) } else { Fault::None }
        });
        // It may go through: some faults cannot be seen, and some are made good by trying again.
        let _ = given.sync().await;
        given.keeps(&before, &when).await;
        given.said(rng.random_range(0..4)).await;
        if rng.random_bool(0.5) {
            given.heals(&when).await;
        }
    }
    given.heals(&format!("seed {seed}, at the end")).await;
}

async fn endure(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        eprintln!("seed {seed}");
        endures(seed).await;
    }
}

// Several tests, so that they run beside each other.

#[tokio::test]
async fn one_good_sync_makes_the_mirror_right_seeds_0_to_19() {
    endure(0..20).await;
}

#[tokio::test]
async fn one_good_sync_makes_the_mirror_right_seeds_20_to_39() {
    endure(20..40).await;
}

#[tokio::test]
async fn one_good_sync_makes_the_mirror_right_seeds_40_to_59() {
    endure(40..60).await;
}
