//! What a person reads when a command fails, and the exit code a script sees.

use std::io::Write as _;
use std::process::ExitCode;

use app::wire::{ErrorCode, ErrorView};

/// A failure with its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    error: ErrorView,
    /// Whoever read the output has enough, as `head` does: no failure.
    reader_left: bool,
}

impl From<ErrorView> for Failure {
    fn from(error: ErrorView) -> Self {
        Self { error, reader_left: false }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self {
            reader_left: error.kind() == std::io::ErrorKind::BrokenPipe,
            error: ErrorView::internal(error),
        }
    }
}

impl Failure {
    pub(crate) fn usage(title: impl Into<String>) -> Self {
        ErrorView::bad_input(title).into()
    }

    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        let title = format!("There is no {what} {id} in the mirror.");
        ErrorView {
            code: ErrorCode::NotFound,
            action: "Sync, then try again.".into(),
            ..ErrorView::bad_input(title)
        }
        .into()
    }

    /// No key, and nobody to ask for one.
    pub(crate) fn no_key() -> Self {
        ErrorView {
            code: ErrorCode::KeyMissing,
            action: "Set UPSHOT_API_KEY, or run this on a terminal to be asked.".into(),
            ..ErrorView::bad_input("There is no key.")
        }
        .into()
    }

    /// Everything was taken back already, or it was never there.
    pub(crate) fn nothing_to_undo() -> Self {
        ErrorView {
            code: ErrorCode::NotFound,
            action: "`upshot-cli decisions` lists what there is.".into(),
            ..ErrorView::bad_input("There is nothing to take back.")
        }
        .into()
    }

    /// Nothing was taken back, or something was decided since.
    pub(crate) fn nothing_to_redo() -> Self {
        ErrorView {
            code: ErrorCode::NotFound,
            action: "`upshot-cli decisions` lists what there is.".into(),
            ..ErrorView::bad_input("There is nothing to do again.")
        }
        .into()
    }

    /// Stopped by the person.
    pub(crate) fn stopped() -> Self {
        ErrorView {
            code: ErrorCode::Cancelled,
            meaning: "What had come so far is here.".into(),
            action: "The next sync goes on where this one stopped.".into(),
            ..ErrorView::bad_input("The sync was stopped.")
        }
        .into()
    }

    /// The doctor found something.
    pub(crate) fn unsound(findings: usize) -> Self {
        let things =
            if findings == 1 { "one thing".to_owned() } else { format!("{findings} things") };
        ErrorView {
            code: ErrorCode::Other,
            meaning: "Nothing was changed.".into(),
            action: "Close Upshot and run `upshot-cli doctor --repair`.".into(),
            ..ErrorView::bad_input(format!("The mirror has {things} to repair."))
        }
        .into()
    }

    /// The doctor could not bring everything back.
    pub(crate) fn not_whole() -> Self {
        ErrorView {
            code: ErrorCode::Other,
            meaning: "What could be read is in the mirror.".into(),
            action: "Keep the damaged file, and look whether a backup has the rest.".into(),
            ..ErrorView::bad_input("Not everything could be repaired.")
        }
        .into()
    }

    /// Prints it to standard error.
    pub(crate) fn print(self) -> ExitCode {
        if self.reader_left {
            return ExitCode::SUCCESS;
        }
        let ErrorView { title, meaning, action, detail, .. } = &self.error;
        let mut text = format!("error: {title}\n  {meaning}\n  {action}\n");
        if let Some(detail) = detail {
            text.push_str(&format!("  ({detail})\n"));
        }
        // Where standard error is closed there is nobody to tell.
        let _ = std::io::stderr().write_all(text.as_bytes());
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self.error.code {
            ErrorCode::BadInput => 2,
            ErrorCode::Offline => 3,
            ErrorCode::KeyRefused | ErrorCode::KeyMissing | ErrorCode::Keyring => 4,
            ErrorCode::NotFound => 5,
            ErrorCode::Cancelled => 130,
            ErrorCode::PagesUnknown | ErrorCode::Other => 1,
        }
    }
}
