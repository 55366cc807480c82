//! Packages of Debian and what descends from it, by name. Other systems are told what to install.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{command, on_path, run, succeeds};

/// A package and why it is needed.
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) why: &'static str,
}

const fn package(name: &'static str, why: &'static str) -> Package {
    Package { name, why }
}

/// To compile and start the app. Checked against a build: no tray, so no appindicator; rustls, so no OpenSSL;
/// aws-lc and ring are compiled by `cc`, so no cmake.
pub(crate) const BUILD: &[Package] = &[
    package(
        "build-essential",
        "the C compiler and linker: SQLite, ring and aws-lc are compiled from source",
    ),
    package("pkg-config", "finds the libraries below"),
    package("libwebkit2gtk-4.1-dev", "the web view of Tauri on Linux"),
    package("libdbus-1-dev", "the window library speaks D-Bus"),
];

/// To drive the real window without a screen.
pub(crate) const WINDOW: &[Package] = &[
    package("xvfb", "a display without a screen"),
    package("webkit2gtk-driver", "WebKitWebDriver, which drives the window"),
    package("dbus", "a session bus of the test's own"),
    package("gnome-keyring", "a real Secret Service for the key"),
    package("python3-venv", "the Python SDK, in a folder of its own"),
    package("fonts-noto-core", "letters of the demo's languages, Arabic and Hebrew among them"),
    package("fonts-noto-cjk", "Chinese, Japanese and Korean letters"),
];

/// To keep the pictures of `shots` small.
pub(crate) const PICTURES: &[Package] = &[package("pngquant", "pictures of a third of the size")];

/// Sees to it that the packages are there.
pub(crate) fn ready(wanted: &[Package], install: bool) -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("Nothing is installed on this system: Tauri's prerequisites are assumed.");
        return Ok(());
    }
    if !on_path("apt-get") {
        println!(
            "This is no Debian, so nothing is installed. Needed, by the names they have there:"
        );
        wanted.iter().for_each(|package| println!("  {:<24} {}", package.name, package.why));
        return Ok(());
    }
    let missing: Vec<&Package> = wanted.iter().filter(|package| !installed(package.name)).collect();
    if missing.is_empty() {
        println!("All {} packages are installed.", wanted.len());
        return Ok(());
    }
    println!("Missing packages:");
    missing.iter().for_each(|package| println!("  {:<24} {}", package.name, package.why));
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    if !install {
        bail!("not installed, as asked: {}", names.join(" "));
    }
    run(apt(&["update", "-qq"]))?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(names);
    run(apt(&args))
}

/// Whether dpkg has the package installed (a removed one may still be known to it).
fn installed(name: &str) -> bool {
    let output = Command::new("dpkg-query").args(["-W", "-f=${Status}", name]).output();
    output.is_ok_and(|output| output.stdout.ends_with(b"ok installed"))
}

/// `apt-get`, through sudo when that is needed and there.
fn apt(args: &[&str]) -> Command {
    let root =
        Path::new("/proc/self").exists() && succeeds(command("sh", &["-c", "test $(id -u) = 0"]));
    let mut apt = if root || !on_path("sudo") {
        command("apt-get", args)
    } else {
        let mut sudo = command("sudo", &["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo.args(args);
        sudo
    };
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_no_system_has_is_missing() {
        assert!(!installed("upshot-no-such-package"));
    }
}
