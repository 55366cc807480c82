//! The project's own tasks, run as `cargo xtask <task>`. This crate compiles in seconds on a fresh machine, so it
//! names nothing heavy: what needs the product itself lives in `e2e`.
#![expect(clippy::print_stdout, reason = "a task speaks to the person who started it")]
#![expect(clippy::disallowed_methods, reason = "a task is a host: it reads the environment")]

mod bench;
mod bindings;
mod check;
mod command;
mod demo;
mod machine;
mod root;
mod shots;
mod steps;
mod test;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask <task>

  demo      build the app and open it on demo data (installs what is missing)
  test      everything CI runs: the checks, the tests, the journeys in the real window
  check     format, clippy, tidy, the front end's types and lint, cargo-deny
  bench     the mirror's figures beside their aims (--release: in full; else small numbers)
  shots     pictures of every screen of the demo, into docs/screenshots/
  bindings  write ui/src/backend/bindings.ts anew from the Rust types
  tidy      the invariants of docs/architecture.md (--accept-migrations adds new migrations to the list)

Options
  --no-install   of demo, test, check and shots: install nothing, fail where something is missing
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let Some((task, rest)) = args.split_first() else {
        print!("{USAGE}");
        return Ok(());
    };
    let flag = |name: &str| rest.iter().any(|arg| arg == name);
    let install = !flag("--no-install");
    match task.as_str() {
        "demo" => demo::run(install),
        "test" => test::run(install),
        "check" => check::run(install),
        "bench" => bench::run(flag("--release")),
        "shots" => shots::run(install),
        "bindings" => bindings::run(),
        "tidy" => tidy::run(flag("--accept-migrations")),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("there is no task named {other}\n\n{USAGE}"),
    }
}
