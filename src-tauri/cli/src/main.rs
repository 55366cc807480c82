//! upshot-cli: connect, sync, read, decide and export without a window, for scripts and timers.
//! The same commands as the window's; what is said on a screen there is printed here.

mod arguments;
mod connect;
mod decide;
mod doctor;
mod fail;
mod feedback;
mod host;
mod offline;
mod open;
mod show;
mod sync;
mod terminal;
mod when;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::fail::Failure;

#[tokio::main]
async fn main() -> ExitCode {
    // clap prints help and usage errors itself, and ends with 0 or 2.
    let arguments = Arguments::parse();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.print(),
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    if let Command::Doctor(wanted) = arguments.command {
        return doctor::run(wanted).await;
    }
    let desk = host::open_desk()?;
    match arguments.command {
        Command::Doctor(_) => Ok(()),
        Command::Connect(wanted) => connect::run(&desk, wanted).await,
        Command::Sync(wanted) => sync::run(&desk, wanted).await,
        Command::Feedback(arguments::FeedbackCommand::List(wanted)) => {
            feedback::list(&desk, wanted).await
        }
        Command::Run(arguments::RunCommand::Show(wanted)) => show::run(&desk, wanted).await,
        Command::Version(arguments::VersionCommand::Show(wanted)) => {
            show::version(&desk, wanted).await
        }
        Command::Export(wanted) => feedback::export(&desk, wanted).await,
        Command::Decide(wanted) => decide::decide(&desk, wanted).await,
        Command::DecideAll(wanted) => decide::decide_all(&desk, wanted).await,
        Command::Undo(wanted) => decide::undo(&desk, wanted).await,
        Command::Redo(which) => decide::redo(&desk, which).await,
        Command::Wake(which) => decide::wake(&desk, which).await,
        Command::Decisions(wanted) => decide::list(&desk, wanted).await,
        Command::Offline(wanted) => offline::run(&desk, wanted).await,
    }
}
