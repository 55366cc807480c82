//! Where data, settings and logs live: the XDG directories on Linux, the system's own elsewhere.
//! Nothing is created here.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// The directories of one installation.
#[derive(Clone, Debug)]
pub struct Paths {
    data: PathBuf,
    logs: PathBuf,
}

impl Paths {
    /// The system's directories for this user; `None` where the user has no home.
    pub fn of_user() -> Option<Self> {
        let dirs = ProjectDirs::from("app", "Upshot", "upshot")?;
        let data = dirs.data_local_dir().to_owned();
        let logs = dirs.state_dir().unwrap_or(dirs.data_local_dir()).join("logs");
        Some(Self { data, logs })
    }

    /// Everything below one folder, as tests and portable installations want it.
    pub fn below(root: &Path) -> Self {
        Self { data: root.join("data"), logs: root.join("logs") }
    }

    /// The mirror and the collectors of this machine.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Daily log files.
    pub fn logs(&self) -> &Path {
        &self.logs
    }

    /// The demo collector's own folder.
    pub fn demo(&self) -> PathBuf {
        self.data.join("demo")
    }

    /// The folder of the collector on this machine.
    pub fn collector(&self) -> PathBuf {
        self.data.join("collector")
    }
}
