//! A home folder for one test: every directory the programs write to lies in it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::TempDir;

/// The folder; it goes away with the value.
#[derive(Debug)]
pub struct Home {
    dir: TempDir,
}

impl Home {
    pub fn new() -> Result<Self> {
        let home = Self { dir: tempfile::Builder::new().prefix("upshot-e2e-").tempdir()? };
        for (_, dir) in home.env() {
            fs::create_dir_all(dir)?;
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // Sockets are put here; programs refuse a folder that others can look into.
            fs::set_permissions(home.runtime(), fs::Permissions::from_mode(0o700))?;
            fs::create_dir(home.programs())?;
            let browser = home.programs().join("xdg-open");
            let list = home.list_of_opened();
            let script = format!("#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{}'\n", list.display());
            fs::write(&browser, script)?;
            fs::set_permissions(browser, fs::Permissions::from_mode(0o755))?;
        }
        Ok(home)
    }

    /// What this desktop's settings say to GTK, a line each: `gtk-enable-animations=0`.
    pub fn gtk(&self, settings: &str) -> Result<()> {
        let folder = self.path().join("home/config/gtk-3.0");
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join("settings.ini"), format!("[Settings]\n{settings}\n"))?)
    }

    /// Everything, the app's directories and those of the programs around it.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Where sockets are.
    pub fn runtime(&self) -> PathBuf {
        self.path().join("run")
    }

    /// Programs that stand before those of the machine: a browser that only writes down what it is asked for.
    pub fn programs(&self) -> PathBuf {
        self.path().join("bin")
    }

    fn list_of_opened(&self) -> PathBuf {
        self.path().join("opened")
    }

    /// The addresses the browser was asked for.
    pub fn opened(&self) -> Result<Vec<String>> {
        match fs::read_to_string(self.list_of_opened()) {
            Ok(list) => Ok(list.lines().map(str::to_owned).collect()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// Where the keyring keeps its file, encrypted; not a directory of the app.
    pub fn keyring(&self) -> PathBuf {
        self.path().join("keyring")
    }

    /// The directories, as the variables that name them.
    pub fn env(&self) -> Vec<(&'static str, PathBuf)> {
        let home = self.path().join("home");
        vec![
            ("XDG_DATA_HOME", home.join("data")),
            ("XDG_CONFIG_HOME", home.join("config")),
            ("XDG_CACHE_HOME", home.join("cache")),
            ("XDG_STATE_HOME", home.join("state")),
            ("TMPDIR", self.path().join("tmp")),
            ("XDG_RUNTIME_DIR", self.runtime()),
            ("HOME", home),
        ]
    }
}
