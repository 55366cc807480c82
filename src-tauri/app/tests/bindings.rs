//! The TypeScript side of the command list is committed; this fails when it is not what the Rust side says.

use std::path::Path;

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch for the person who runs the test")]
fn the_committed_bindings_are_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/backend/bindings.ts");
    let fresh = app::bindings::typescript();
    if std::env::var("UPSHOT_UPDATE_BINDINGS").is_ok() {
        std::fs::write(&path, &fresh).expect("the bindings can be written");
    }
    let committed = std::fs::read_to_string(&path).expect("the bindings are committed");
    assert!(committed == fresh, "the bindings are stale: run `cargo xtask bindings`");
}
