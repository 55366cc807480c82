//! A collector in a process of its own, started from a shell like anybody would, so that it can be taken away.

use std::io::BufRead as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::desktop::Process;
use crate::programs::program;

/// A collector that answers.
#[derive(Debug)]
pub struct Collector {
    process: Process,
    /// `http://127.0.0.1:…`
    pub url: String,
    pub tenant: String,
    /// Shown once, by the collector, when it made it.
    pub key: String,
    /// Of a signed-in user, whose decisions it takes; the demo makes one.
    pub user_token: Option<String>,
}

impl Collector {
    /// One with demo data, in that folder.
    pub fn demo(data: &Path, feedback: u32) -> Result<Self> {
        Self::start(data, &["demo", "--feedback", &feedback.to_string(), "--seed", "1"])
    }

    /// An empty one, in that folder.
    pub fn empty(data: &Path) -> Result<Self> {
        Self::start(data, &["serve"])
    }

    fn start(data: &Path, args: &[&str]) -> Result<Self> {
        let mut command = Command::new(program("upshot-collector")?);
        command
            .args(args)
            .arg("--data")
            .arg(data)
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null());
        let (process, mut out) = Process::talking(command)?;
        let mut line = String::new();
        out.read_line(&mut line)?;
        let ready: Value =
            serde_json::from_str(&line).with_context(|| format!("the collector said {line:?}"))?;
        let field = |name: &str| {
            let text = ready[name].as_str().map(str::to_owned);
            text.with_context(|| format!("the collector's line has no {name}"))
        };
        let (url, tenant, key) = (field("url")?, field("tenant")?, field("key")?);
        let user_token = field("user_token").ok();
        Ok(Self { process, url, tenant, key, user_token })
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        self.process.signal("TERM");
        self.process.child.wait()?;
        Ok(())
    }
}
