//! WorkflowAI's own SDKs, installed as an app under review has them: from the package registries, at the versions
//! pinned in `sdk/`. They lie under target/ and are installed once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::collector::Collector;
use crate::programs::run;

/// An SDK: a folder of `sdk/`, copied beside what is installed for it.
pub struct Sdk {
    dir: PathBuf,
    program: PathBuf,
    script: &'static str,
}

impl Sdk {
    /// The PyPI package `workflowai`, in a virtual environment.
    pub fn python() -> Result<Self> {
        let dir = fresh("python", &["requirements.txt", "session.py"])?;
        let python = dir.join("venv").join("bin").join("python");
        installed(&dir, "requirements.txt", || {
            run("python3", &["-m", "venv", "--clear", "venv"], &dir, &[])?;
            let args = [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
                "requirements.txt",
            ];
            run(&python, &args, &dir, &[]).map(drop)
        })?;
        Ok(Self { program: python, dir, script: "session.py" })
    }

    /// The npm package `@workflowai/workflowai`.
    pub fn node() -> Result<Self> {
        let dir = fresh("node", &["package.json", "package-lock.json", "session.mjs"])?;
        installed(&dir, "package-lock.json", || {
            run("npm", &["ci", "--no-audit", "--no-fund", "--silent"], &dir, &[]).map(drop)
        })?;
        Ok(Self { program: "node".into(), dir, script: "session.mjs" })
    }

    /// Runs the SDK's session against a collector, which it knows from `WORKFLOWAI_API_URL` alone. Gives back what
    /// it printed.
    pub fn session(&self, collector: &Collector) -> Result<String> {
        let env = [
            ("WORKFLOWAI_API_URL", collector.url.as_str()),
            ("WORKFLOWAI_API_KEY", collector.key.as_str()),
            ("NO_PROXY", "127.0.0.1"),
            ("no_proxy", "127.0.0.1"),
        ];
        run(&self.program, &[self.script], &self.dir, &env)
    }
}

/// The folder an SDK is installed in, with the newest copies of its files.
fn fresh(name: &str, files: &[&str]) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    // As in target/debug/deps/sdk-1f2e.
    let target = own.ancestors().nth(3);
    let dir = target.context("this is not run from cargo's target folder")?.join("sdk").join(name);
    fs::create_dir_all(&dir)?;
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("sdk").join(name);
    for file in files {
        fs::copy(source.join(file), dir.join(file))
            .with_context(|| format!("cannot copy {file}"))?;
    }
    Ok(dir)
}

/// Installs unless that has been done from the same list.
fn installed(dir: &Path, list: &str, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let stamp = dir.join("installed-from");
    let wanted = fs::read(dir.join(list))?;
    if fs::read(&stamp).is_ok_and(|had| had == wanted) {
        return Ok(());
    }
    install()?;
    Ok(fs::write(stamp, wanted)?)
}

/// Whether Python can make virtual environments; Debian has that in a package of its own.
pub fn has_venv() -> bool {
    Command::new("python3")
        .args(["-c", "import venv, ensurepip"])
        .status()
        .is_ok_and(|status| status.success())
}
