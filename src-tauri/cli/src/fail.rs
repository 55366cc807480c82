//! What a person reads when a command fails, and the exit code a script sees.

use std::io::Write as _;
use std::process::ExitCode;

use app::wire::{ErrorCode, ErrorView};

/// A failure with its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    error: ErrorView,
}

impl From<ErrorView> for Failure {
    fn from(error: ErrorView) -> Self {
        Self { error }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        ErrorView::internal(error).into()
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

    /// Prints it to standard error.
    pub(crate) fn print(self) -> ExitCode {
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
            ErrorCode::KeyRefused | ErrorCode::KeyMissing => 4,
            ErrorCode::NotFound => 5,
            ErrorCode::Cancelled | ErrorCode::Other => 1,
        }
    }
}
