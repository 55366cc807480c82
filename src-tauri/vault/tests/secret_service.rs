//! Keys in a real gnome-keyring, on a D-Bus of its own in a home of its own. Each test starts this
//! binary again inside that world, with an ignored test as its part; several parts in a row are several
//! processes, as a person would start the application several times.
#![cfg(target_os = "linux")]

#[path = "../../app/tests/common/files.rs"]
mod files;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use vault::{Error, Keeper, Patience, Secret, Vault};

const SERVICE: &str = "upshot-test";
const KEY: &str = "wai-0123456789-first";
const OTHER_KEY: &str = "wai-9876543210-second";
const TOKEN: &str = "header.claims.a-user-s-signature";

/// A bus that starts nothing by itself, so that a dead keyring stays dead.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// Starts gnome-keyring and waits until it has its name on the bus.
const START: &str = r#"
keyring() {
    printf test | gnome-keyring-daemon --foreground "$@" --components=secrets >"$HOME/keyring.log" 2>&1 &
    KEYRING_PID=$!
    export KEYRING_PID
    tries=0
    until dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
        org.freedesktop.DBus.GetNameOwner string:org.freedesktop.secrets >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 300 ]; then cat "$HOME/keyring.log"; exit 90; fi
        sleep 0.1
    done
}
gone() {
    kill "$KEYRING_PID" 2>/dev/null
    wait "$KEYRING_PID" 2>/dev/null
}
part() {
    "$TEST_BINARY" --exact "$1" --ignored --nocapture || exit 91
}
"#;

/// Whether it can be started at all; not all of them know `--version`.
fn is_installed(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

/// Runs a script in a new world; `None`, and a word about it, where the programs are missing.
#[expect(clippy::disallowed_methods, reason = "whether a test may be left out is CI's to say")]
fn in_a_world_of_its_own(script: &str) -> Option<Output> {
    for program in ["dbus-run-session", "dbus-send", "gnome-keyring-daemon"] {
        if !is_installed(program) {
            let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
            assert!(!ci, "{program} is not installed, and CI leaves nothing out");
            say(&format!("skipped: {program} is not installed"));
            return None;
        }
    }
    let home = tempfile::tempdir().expect("a temporary directory");
    let bus = home.path().join("bus.conf");
    fs::write(&bus, BUS).expect("the bus's configuration");
    let output = run(home.path(), &bus, &format!("{START}\n{script}\ngone\n"));
    for secret in [KEY, OTHER_KEY, TOKEN] {
        let found = files::holding(home.path(), secret);
        assert!(found.is_empty(), "a secret is in clear in {found:?}");
    }
    Some(output)
}

fn run(home: &Path, bus: &Path, script: &str) -> Output {
    Command::new("dbus-run-session")
        .arg("--config-file")
        .arg(bus)
        .args(["--", "sh", "-c", script])
        .env("TEST_BINARY", std::env::current_exe().expect("this test's own binary"))
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_RUNTIME_DIR", home)
        // Without a display nobody can be asked: a locked keyring refuses instead of waiting.
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("GNOME_KEYRING_CONTROL")
        .output()
        .expect("dbus-run-session runs")
}

#[track_caller]
fn assert_passed(output: Output, parts: usize) {
    let shown = format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{shown}");
    // A part that was renamed would pass by not being there.
    assert_eq!(shown.matches("1 passed").count(), parts, "{shown}");
    for secret in [KEY, OTHER_KEY, TOKEN] {
        assert!(!shown.contains(secret), "a secret was printed");
    }
}

fn open() -> Vault {
    let patience = Patience { probe: Duration::from_secs(60), person: Duration::from_secs(60) };
    let vault = Vault::open_with(SERVICE, None, patience);
    assert_eq!(vault.keeper(), Keeper::SecretService);
    vault
}

fn read(vault: &Vault, account: &str) -> Option<String> {
    vault.get(account).expect("an unlocked keyring answers").map(|key| key.expose().to_owned())
}

fn put(vault: &Vault, account: &str, key: &str) {
    let kept = vault.put(account, Secret::from(key.to_owned()));
    assert_eq!(kept, Ok(Keeper::SecretService));
}

#[test]
fn a_key_is_kept_overwritten_and_removed_across_processes() {
    let script = "keyring --unlock\npart part_1_keeps\npart part_2_overwrites\npart part_3_removes";
    if let Some(output) = in_a_world_of_its_own(script) {
        assert_passed(output, 3);
    }
}

#[test]
fn a_key_outlives_the_keyring_service_and_a_locked_one_refuses() {
    let script = "keyring --unlock\npart part_1_keeps\ngone\n\
        keyring --unlock\npart part_2_overwrites\ngone\n\
        keyring\npart part_4_is_refused";
    if let Some(output) = in_a_world_of_its_own(script) {
        assert_passed(output, 3);
    }
}

#[test]
fn a_user_s_token_is_kept_beside_the_key_across_processes_and_removed_without_it() {
    let script = "keyring --unlock\npart part_1_keeps\npart part_6_keeps_a_token\ngone\n\
        keyring --unlock\npart part_7_removes_the_token";
    if let Some(output) = in_a_world_of_its_own(script) {
        assert_passed(output, 3);
    }
}

#[test]
fn a_keyring_that_dies_is_an_error_and_found_again_once_it_is_back() {
    let script = "keyring --unlock\npart part_5_sees_it_die\n\
        keyring --unlock\npart part_1_keeps";
    if let Some(output) = in_a_world_of_its_own(script) {
        assert_passed(output, 2);
    }
}

#[test]
#[ignore = "a part: runs beside a keyring of its own"]
fn part_1_keeps() {
    let vault = open();
    assert_eq!(vault.has("one"), Ok(false));
    put(&vault, "one", KEY);
    put(&vault, "two", OTHER_KEY);
    assert_eq!(read(&vault, "one").as_deref(), Some(KEY));
    assert_eq!(read(&vault, "two").as_deref(), Some(OTHER_KEY));
}

#[test]
#[ignore = "a part: runs beside a keyring of its own"]
fn part_2_overwrites() {
    let vault = open();
    assert_eq!(read(&vault, "one").as_deref(), Some(KEY));
    put(&vault, "one", OTHER_KEY);
    assert_eq!(read(&vault, "one").as_deref(), Some(OTHER_KEY));
    // A key for the session goes before the kept one, until the next is kept.
    let session = vault.keep_for_session("one", Secret::from("for now".to_owned()));
    assert_eq!(session, Ok(Keeper::SessionOnly));
    assert_eq!(read(&vault, "one").as_deref(), Some("for now"));
    put(&vault, "one", KEY);
    assert_eq!(read(&vault, "one").as_deref(), Some(KEY));
}

#[test]
#[ignore = "a part: runs beside a keyring of its own"]
fn part_3_removes() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");
    // On a worker of an async runtime, where blocking on another runtime would panic.
    let worked = runtime.block_on(runtime.spawn(async {
        let vault = open();
        assert_eq!(read(&vault, "one").as_deref(), Some(KEY));
        assert_eq!(vault.remove("one"), Ok(()));
        assert_eq!(vault.remove("one"), Ok(()));
        assert_eq!(vault.has("one"), Ok(false));
        assert_eq!(read(&vault, "two").as_deref(), Some(OTHER_KEY));
    }));
    worked.expect("no panic");
}

#[test]
#[ignore = "a part: runs beside a keyring of its own"]
fn part_4_is_refused() {
    let vault = open();
    for refused in
        [vault.get("one").map(drop), vault.put("one", Secret::from(OTHER_KEY.to_owned())).map(drop)]
    {
        let error = refused.expect_err("the keyring is locked and nobody can be asked");
        assert!(matches!(error, Error::NoAccess { .. }), "{error:?}");
        assert!(error.to_string().contains("unlock the keyring"), "{error}");
    }
}

#[test]
#[ignore = "a part: runs beside a keyring of its own"]
fn part_5_sees_it_die() {
    let vault = open();
    assert_eq!(vault.has("one"), Ok(false));
    #[expect(clippy::disallowed_methods, reason = "how the script names the process to end")]
    let keyring = std::env::var("KEYRING_PID").expect("the script started a keyring");
    let killed = Command::new("kill").args(["-KILL", &keyring]).status();
    assert!(killed.is_ok_and(|status| status.success()));
    let put = || vault.put("one", Secret::from(KEY.to_owned()));
    // The bus may take a moment to notice.
    let error = (0..100)
        .find_map(|_| {
            let error = put().err();
            if error.is_none() {
                std::thread::sleep(Duration::from_millis(50));
            }
            error
        })
        .expect("a dead keyring keeps nothing");
    assert!(matches!(error, Error::Failed { .. }), "{error:?}");
    assert!(error.to_string().contains("start it again"), "{error}");
    assert_eq!(vault.keeper(), Keeper::SecretService);
}

fn token(vault: &Vault, account: &str) -> Option<String> {
    let token = vault.user_token(account).expect("an unlocked keyring answers");
    token.map(|token| token.expose().to_owned())
}

#[test]
#[ignore = "a part: runs beside a keyring of its own"]
fn part_6_keeps_a_token() {
    let vault = open();
    assert_eq!(token(&vault, "one"), None, "a key is no token");
    let kept = vault.put_user_token("one", Secret::from(TOKEN.to_owned()));
    assert_eq!(kept, Ok(Keeper::SecretService));
    assert_eq!(token(&vault, "one").as_deref(), Some(TOKEN));
    assert_eq!(read(&vault, "one").as_deref(), Some(KEY), "the token is not in its place");
}

#[test]
#[ignore = "a part: runs beside a keyring of its own"]
fn part_7_removes_the_token() {
    // As a script has it: the key comes from the environment, the token still from the keyring.
    let patience = Patience { probe: Duration::from_secs(60), person: Duration::from_secs(60) };
    let script = Vault::open_with(SERVICE, Some(Secret::from("wai-script".to_owned())), patience);
    assert_eq!(token(&script, "one").as_deref(), Some(TOKEN));
    let vault = open();
    assert_eq!(token(&vault, "one").as_deref(), Some(TOKEN));
    assert_eq!(token(&vault, "two"), None, "it is another account's");
    assert_eq!(vault.remove_user_token("one"), Ok(()));
    assert_eq!(vault.remove_user_token("one"), Ok(()));
    assert_eq!(token(&vault, "one"), None);
    assert_eq!(read(&vault, "one").as_deref(), Some(KEY), "the key stays");
}

/// Straight to standard error: what the print macros say in a test that passes is never shown.
fn say(text: &str) {
    use std::io::Write as _;
    let said = writeln!(std::io::stderr(), "{text}");
    drop(said);
}
