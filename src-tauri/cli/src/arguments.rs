//! The command line, as `--help` tells it.

use std::path::PathBuf;
use std::str::FromStr;

use app::wire::Mailbox;
use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::DecisionKind;

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the server was not reached, \
4 the key was refused or is missing, 5 not found, 130 stopped.";

/// Reads what users said about your agents.
#[derive(Debug, Parser)]
#[command(name = "upshot-cli", version, about, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add a server. The key is read from UPSHOT_API_KEY, else asked for, and kept in the keyring.
    Connect(Connect),
    /// Bring the mirror up to date.
    Sync(Sync),
    /// Read feedback from the mirror.
    #[command(subcommand)]
    Feedback(FeedbackCommand),
    /// Read runs from the mirror.
    #[command(subcommand)]
    Run(RunCommand),
    /// Read versions from the mirror.
    #[command(subcommand)]
    Version(VersionCommand),
    /// Write feedback to a file or to standard output.
    Export(Export),
    /// Look whether the mirror is sound, and repair it.
    ///
    /// Decisions are never touched. What is derived is derived anew, what cannot be read is let go of and comes again
    /// with the next sync, and a damaged file is kept under another name. Exits with 1 where something is left to repair.
    Doctor(Doctor),
    /// Decide on a feedback; the server hears of it with the next sync.
    ///
    /// The decision is on the disk before it is acknowledged with a line `ok <event id> <feedback id>`. It is kept for
    /// a feedback that is not in the mirror, too.
    ///
    /// With - decisions are read from standard input, one per line: `id kind [note]`. Each is acknowledged before the
    /// next is read. A line that is not understood is named on standard error and skipped; the exit code is 1 then.
    Decide(Decide),
    /// Decide on all that a mailbox and a filter show, as one step.
    ///
    /// Prints `ok <event id> <feedback id>` for each, once all of them are on the disk.
    DecideAll(DecideAll),
    /// Take back the last step, or another; exit code 5 if there is nothing to take back.
    ///
    /// Prints `ok <event id> <feedback id>` for each decision taken back. Taking back the event of an undo is redo.
    Undo(Undo),
    /// Do again what was taken back last; exit code 5 if there is nothing, or something was decided since.
    ///
    /// Prints `ok <event id> <feedback id>` for each decision that is back.
    Redo(Which),
    /// Wake what was put aside and is over. Each sync does that, and the window while it is open.
    Wake(Which),
    /// List decisions: of one feedback its history, oldest first; else the newest, newest first.
    Decisions(Decisions),
    /// Show or set how much of the runs is kept on this machine.
    ///
    /// Runs of negative feedback come first, then those of commented, then the rest, the newest of each first. What is
    /// too much goes at once; what has room is fetched by the next sync. Feedback and versions are always kept.
    Offline(Offline),
}

#[derive(Debug, Args)]
pub(crate) struct Connect {
    /// What to call it.
    #[arg(long)]
    pub(crate) name: String,
    /// The server's address, as in https://workflowai.example.com.
    #[arg(long)]
    pub(crate) url: String,
    /// The tenant; without it the key's own.
    #[arg(long)]
    pub(crate) tenant: Option<String>,
    /// Send the key over plain http to a host that is not this machine.
    #[arg(long)]
    pub(crate) allow_plain_http: bool,
}

/// Which connection a command is about.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// A connection's name; without it the current one.
    #[arg(long, value_name = "NAME")]
    pub(crate) connection: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Sync {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Print nothing unless it fails.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FeedbackCommand {
    /// List feedback, newest first.
    List(List),
}

/// What narrows a list.
#[derive(Debug, Default, Args)]
pub(crate) struct Filter {
    /// Only this outcome.
    #[arg(long)]
    pub(crate) outcome: Option<Outcome>,
    /// Only these agents; can be given more than once.
    #[arg(long)]
    pub(crate) agent: Vec<String>,
    /// Only this user.
    #[arg(long)]
    pub(crate) user: Option<String>,
    /// Only feedback with a comment.
    #[arg(long)]
    pub(crate) has_comment: bool,
    /// Only comments with these words.
    #[arg(long)]
    pub(crate) text: Option<String>,
    /// Only from this time on: 2026-11-01, 2026-11-01T08:00:00Z, or 36h, 7d, 4w back from now.
    #[arg(long)]
    pub(crate) since: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Outcome {
    Positive,
    Negative,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) which: Which,
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// At most this many.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: u64,
    /// One JSON array instead of lines for people.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RunCommand {
    /// Show one run as JSON.
    Show(Show),
}

#[derive(Debug, Subcommand)]
pub(crate) enum VersionCommand {
    /// Show one version and its instructions.
    Show(Show),
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The id; for a version also major.minor, with --agent.
    pub(crate) id: String,
    /// The agent, where the id alone is not enough.
    #[arg(long)]
    pub(crate) agent: Option<String>,
    #[command(flatten)]
    pub(crate) which: Which,
    /// JSON instead of text for people.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Csv,
    Jsonl,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) which: Which,
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// CSV for spreadsheets; JSON Lines has the runs, too.
    #[arg(long)]
    pub(crate) format: Format,
    /// A file; without it standard output.
    #[arg(long, short)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Decide {
    /// The feedback's id, or - to read lines from standard input.
    pub(crate) feedback: String,
    /// resolved (nothing left to do), incorrect (the user is wrong), correct (needs a fix), duplicate, snoozed.
    #[arg(value_parser = DecisionKind::from_str)]
    pub(crate) kind: Option<DecisionKind>,
    #[command(flatten)]
    pub(crate) said: Said,
    #[command(flatten)]
    pub(crate) which: Which,
}

/// What is said along with a decision.
#[derive(Debug, Args)]
pub(crate) struct Said {
    /// A word on why; it goes to the server, too.
    #[arg(long)]
    pub(crate) note: Option<String>,
    /// One of the reasons of Settings, or another; kept here.
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// Of a duplicate: the id of the other one.
    #[arg(long, value_name = "ID")]
    pub(crate) of: Option<String>,
    /// Of a snooze: 2026-12-01, 2026-12-01T08:00:00Z, 36h, 7d or 4w from now; or user-speaks, newer-version,
    /// five-more-alike.
    #[arg(long, value_name = "WHEN")]
    pub(crate) snooze_until: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DecideAll {
    pub(crate) mailbox: MailboxName,
    /// As in `decide`.
    #[arg(value_parser = DecisionKind::from_str)]
    pub(crate) kind: DecisionKind,
    #[command(flatten)]
    pub(crate) filter: Filter,
    #[command(flatten)]
    pub(crate) said: Said,
    #[command(flatten)]
    pub(crate) which: Which,
}

/// A mailbox by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MailboxName {
    NegativeOpen,
    AllOpen,
    NeedsFix,
    Snoozed,
    Decided,
    PositiveWithComment,
    Everything,
}

impl From<MailboxName> for Mailbox {
    fn from(name: MailboxName) -> Self {
        match name {
            MailboxName::NegativeOpen => Self::NegativeOpen,
            MailboxName::AllOpen => Self::AllOpen,
            MailboxName::NeedsFix => Self::NeedsFix,
            MailboxName::Snoozed => Self::Snoozed,
            MailboxName::Decided => Self::Decided,
            MailboxName::PositiveWithComment => Self::PositiveWithComment,
            MailboxName::Everything => Self::Everything,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Offline {
    /// As in 500MB or 2GB; 0 for no runs at all, "all" for everything.
    #[arg(long, value_name = "SIZE")]
    pub(crate) limit: Option<Limit>,
    /// JSON instead of text for people.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) which: Which,
}

/// Bytes; `None` is everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit(pub(crate) Option<u64>);

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().to_ascii_lowercase();
        if text == "all" {
            return Ok(Self(None));
        }
        let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let unit: u64 = match unit.trim() {
            "" => 1,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            _ => return Err("say a size like 500MB or 2GB, or all".to_owned()),
        };
        let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
        bytes.map(|bytes| Self(Some(bytes))).ok_or_else(|| "that is no size".to_owned())
    }
}

#[derive(Debug, Args)]
pub(crate) struct Undo {
    /// Only this event.
    pub(crate) event: Option<i64>,
    /// All events of this step.
    #[arg(long, conflicts_with = "event")]
    pub(crate) step: Option<i64>,
    #[command(flatten)]
    pub(crate) which: Which,
}

#[derive(Debug, Args)]
pub(crate) struct Decisions {
    /// A feedback's id.
    pub(crate) feedback: Option<String>,
    /// At most this many of the newest.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub(crate) limit: u32,
    /// One JSON array instead of lines for people.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) which: Which,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Repair what is found. Close Upshot before.
    #[arg(long)]
    pub(crate) repair: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_limit_is_a_size_or_everything() {
        let read = |text: &str| text.parse::<Limit>().ok().map(|limit| limit.0);
        assert_eq!(read("2GB"), Some(Some(2_000_000_000)));
        assert_eq!(read("500 mb"), Some(Some(500_000_000)));
        assert_eq!(read("0"), Some(Some(0)));
        assert_eq!(read("All"), Some(None));
        for wrong in ["", "GB", "-1", "2 TB", "1.5GB", "99999999999GB"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
