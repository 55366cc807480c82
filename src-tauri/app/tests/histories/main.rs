//! Whatever happens to a list between two pages of one sync, the mirror ends up as the server would list it then.
//!
//! Arbitrary histories (posts, overwrites, annotations, items that vanish or are deleted, clocks that step) run
//! against a real collector, changes between the pages included. What no list of the server can show at once, such as
//! an annotation on an old item, must be right after the patrol has been round; everything else after each sync.

mod change;
#[path = "../common/desk.rs"]
mod desk;

mod server;
mod world;

use proptest::test_runner::{Config, FileFailurePersistence, RngAlgorithm, TestRng, TestRunner};

use change::histories;
use world::World;

/// Histories in one run, by two tests side by side.
const HISTORIES: u64 = 1_000;

/// Runs half of the histories, from a seed that a failure prints; `UPSHOT_SEED` repeats one, `UPSHOT_HISTORIES` runs
/// another number.
fn run_half(half: u64) {
    let seed = given("UPSHOT_SEED").unwrap_or_else(random_seed).wrapping_add(half);
    let histories_wanted = given("UPSHOT_HISTORIES").unwrap_or(HISTORIES);
    eprintln!("UPSHOT_SEED={}", seed.wrapping_sub(half));
    let mut bytes = [0_u8; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases: u32::try_from(histories_wanted / 2).expect("a sensible number"),
        max_shrink_iters: 400,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let world = runtime.block_on(World::start());
    let result = runner.run(&histories(), |history| runtime.block_on(world.check(&history)));
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a seed to repeat is given from outside")]
fn given(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn random_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}

#[test]
fn the_mirror_ends_up_as_the_server_lists_it() {
    run_half(0);
}

#[test]
fn the_mirror_ends_up_as_the_server_lists_it_in_other_histories() {
    run_half(1);
}
