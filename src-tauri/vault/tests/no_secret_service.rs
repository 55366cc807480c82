//! Systems without a working Secret Service: none on the bus, no bus, a bus that never answers. Each
//! test starts this binary again with such an environment, with an ignored test as its part.
#![cfg(target_os = "linux")]

use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use vault::{Keeper, Patience, Secret, Vault};

const KEY: &str = "wai-0123456789-kept";

/// Runs one part with this bus, or none.
#[track_caller]
fn assert_part_passes(part: &str, home: &Path, bus: Option<&str>) {
    let mut command = Command::new(std::env::current_exe().expect("this test's own binary"));
    command
        .args(["--exact", part, "--ignored", "--nocapture"])
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env_remove("DBUS_SESSION_BUS_ADDRESS");
    if let Some(address) = bus {
        command.env("DBUS_SESSION_BUS_ADDRESS", address);
    }
    let output = command.output().expect("this binary runs");
    let shown = format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("1 passed"), "{shown}");
    assert!(!shown.contains(KEY), "a key was printed");
}

#[test]
fn without_a_bus_a_key_is_kept_elsewhere() {
    let home = tempfile::tempdir().expect("a temporary directory");
    assert_part_passes("part_keeps_it_elsewhere", home.path(), None);
}

#[test]
fn with_an_address_that_leads_nowhere_a_key_is_kept_elsewhere() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let address = format!("unix:path={}", home.path().join("nowhere").display());
    assert_part_passes("part_keeps_it_elsewhere", home.path(), Some(&address));
}

#[test]
fn a_bus_that_never_answers_is_given_up() {
    let home = tempfile::tempdir().expect("a temporary directory");
    let socket = home.path().join("silent");
    // Connections are taken by the kernel and never read.
    let _silent = UnixListener::bind(&socket).expect("a socket");
    let address = format!("unix:path={}", socket.display());
    assert_part_passes("part_keeps_it_elsewhere", home.path(), Some(&address));
}

#[test]
#[ignore = "a part: needs an environment of its own"]
fn part_keeps_it_elsewhere() {
    let patience = Patience { probe: Duration::from_millis(500), person: Duration::from_secs(60) };
    // A name of its own: the kernel's keyring is shared with whatever else this user runs.
    let service = format!("upshot-test-{}", std::process::id());
    let vault = Vault::open_with(&service, None, patience);
    let keeper = vault.keeper();
    // Containers often forbid the kernel's keyring.
    assert!(matches!(keeper, Keeper::KernelKeyring | Keeper::SessionOnly), "{keeper:?}");
    assert!(keeper.notice().is_some());
    let read = || vault.get("one").expect("an answer").map(|key| key.expose().to_owned());
    assert_eq!(read(), None);
    assert_eq!(vault.put("one", Secret::from("before".to_owned())), Ok(keeper));
    assert_eq!(vault.put("one", Secret::from(KEY.to_owned())), Ok(keeper));
    assert_eq!(read().as_deref(), Some(KEY));
    assert_eq!(vault.remove("one"), Ok(()));
    assert_eq!(vault.remove("one"), Ok(()));
    assert_eq!(read(), None);
    eprintln!("kept by {keeper}");
}
