//! Where the built programs are, and running the command line.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::home::Home;

/// A program of this workspace, built in the same profile as the caller: `upshot`, `upshot-cli`, `upshot-collector`.
pub fn program(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    // A test lies in deps/, a program one above it.
    let dirs = own.ancestors().skip(1).take(2);
    let found = dirs.map(|dir| dir.join(name)).find(|path| path.is_file());
    found.with_context(|| {
        format!("{name} is not built; `cargo build --workspace --all-targets` builds it")
    })
}

/// Runs `upshot-cli` in a home of its own, with the key from the environment as scripts have it. Gives stdout back.
pub fn cli(home: &Home, key: &str, args: &[&str]) -> Result<String> {
    let mut command = Command::new(program("upshot-cli")?);
    command.args(args).envs(home.env()).env("UPSHOT_API_KEY", key);
    // Without a bus there is no keyring: nothing is written to the one of whoever runs this.
    command.env_remove("DBUS_SESSION_BUS_ADDRESS");
    let output = command.output().context("cannot start upshot-cli")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "upshot-cli {args:?}: {}\n{said}", output.status);
    String::from_utf8(output.stdout).context("upshot-cli printed something that is no text")
}

/// The same with `--json`: one value, or one value per line.
pub fn cli_json(home: &Home, key: &str, args: &[&str]) -> Result<Vec<Value>> {
    let printed = cli(home, key, args)?;
    let values = serde_json::Deserializer::from_str(&printed).into_iter::<Value>();
    let values =
        values.collect::<Result<Vec<_>, _>>().with_context(|| format!("no JSON: {printed}"))?;
    match values.as_slice() {
        [Value::Array(items)] => Ok(items.clone()),
        _ => Ok(values),
    }
}

/// Runs a program to its end and fails with what it said.
pub fn run(
    program: impl AsRef<Path>,
    args: &[&str],
    dir: &Path,
    env: &[(&str, &str)],
) -> Result<String> {
    let program = program.as_ref();
    let mut command = Command::new(program);
    command.args(args).current_dir(dir).envs(env.iter().copied());
    let output = command.output().with_context(|| format!("cannot start {}", program.display()))?;
    if !output.status.success() {
        let (out, err) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        bail!("{} {args:?}: {}\n{out}\n{err}", program.display(), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
