//! From the errors of the crates below to one a person can act on: what happened, what it means for their
//! data, what to do. Texts of requests, answers and keys never come in here.

use std::error::Error;
use std::path::Path;

use domain::SnoozeKind;
use workflowai::{AddressError, Error as Api};

use crate::wire::{ErrorCode, ErrorView};

const SAFE: &str = "Everything synced so far is here and nothing was lost.";

impl ErrorView {
    /// What was typed or sent cannot be used.
    pub fn bad_input(title: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::BadInput,
            title: title.into(),
            meaning: "Nothing was changed.".to_owned(),
            action: "Correct it and try again.".to_owned(),
            detail: None,
            retry: false,
        }
    }

    /// Something of our own went wrong.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self {
            code: ErrorCode::Other,
            title: "Upshot could not finish this.".to_owned(),
            meaning: "Nothing was changed.".to_owned(),
            action: "Try again; if it stays, restart Upshot and look at the log.".to_owned(),
            detail: Some(error.to_string()),
            retry: true,
        }
    }

    /// The mirror below `data` could not be opened: there is nothing to show until it can.
    pub fn not_opened(error: store::Error, data: &Path) -> Self {
        let is_newer = matches!(error, store::Error::Newer { .. });
        let detail = format!("{}: {}", data.display(), with_causes(&error));
        let view = Self {
            meaning: "Upshot shows nothing without it. Nothing in it was changed.".to_owned(),
            detail: Some(detail),
            ..error.into()
        };
        if !is_newer {
            return view;
        }
        Self {
            title: "The cache on this machine was written by a newer Upshot.".to_owned(),
            action: "Update Upshot, then start it again.".to_owned(),
            retry: false,
            ..view
        }
    }

    pub(crate) fn not_cached(what: &str) -> Self {
        Self {
            code: ErrorCode::NotFound,
            title: format!("This {what} is not in the cache."),
            meaning: SAFE.to_owned(),
            action: "Sync, then look again.".to_owned(),
            detail: None,
            retry: true,
        }
    }

    pub(crate) fn key_missing(connection: &str) -> Self {
        Self {
            code: ErrorCode::KeyMissing,
            title: format!("The key for {connection} is not in the keyring."),
            meaning: SAFE.to_owned(),
            action: "Enter the key in Settings to sync again.".to_owned(),
            detail: None,
            retry: false,
        }
    }

    pub(crate) fn cancelled() -> Self {
        Self {
            code: ErrorCode::Cancelled,
            title: "The sync was stopped.".to_owned(),
            meaning: "What had come so far is here.".to_owned(),
            action: "Sync again to go on where it stopped.".to_owned(),
            detail: None,
            retry: true,
        }
    }

    fn nothing_to_await(kind: SnoozeKind, feedback: u64) -> Self {
        let lacks = match kind {
            SnoozeKind::UserSpeaks => "without a user, or not in the cache",
            SnoozeKind::FiveMoreAlike => "like no other, or not in the cache",
            SnoozeKind::NewerVersion | SnoozeKind::Until => "not in the cache",
        };
        Self {
            action: "Snooze those until a time.".to_owned(),
            ..Self::bad_input(format!(
                "What this snooze waits for could never happen: {feedback} of the feedback {} {lacks}.",
                if feedback == 1 { "is" } else { "are" }
            ))
        }
    }

    pub(crate) fn no_browser(address: &url::Url) -> Self {
        Self {
            code: ErrorCode::Other,
            title: "No browser could be opened.".to_owned(),
            meaning: SAFE.to_owned(),
            action: "Open this address yourself.".to_owned(),
            detail: Some(address.to_string()),
            retry: true,
        }
    }

    fn overtaken() -> Self {
        Self {
            code: ErrorCode::Cancelled,
            title: "Something else was asked meanwhile.".to_owned(),
            meaning: SAFE.to_owned(),
            action: "Ask again if you still want to know.".to_owned(),
            detail: None,
            retry: true,
        }
    }

    /// Another process syncs the same connection. To somebody who asked for it that is said; a timer's sync is let go.
    pub(crate) fn synced_elsewhere(asked: bool) -> Self {
        Self {
            code: if asked { ErrorCode::Other } else { ErrorCode::Cancelled },
            title: "This connection is being synced by another Upshot.".to_owned(),
            meaning: "What comes there is here as well.".to_owned(),
            action: "Wait until that sync has ended.".to_owned(),
            detail: None,
            retry: true,
        }
    }

    /// The pages of a server's list contradict each other, however often they are read.
    pub(crate) fn disordered() -> Self {
        Self {
            code: ErrorCode::Other,
            title: "The server's list of feedback is in disorder.".to_owned(),
            meaning: "What it showed is here; nothing was taken away.".to_owned(),
            action: "Sync again. If it stays, look whether a proxy stands before the server and repeats old answers."
                .to_owned(),
            detail: None,
            retry: true,
        }
    }

    pub(crate) fn no_collector() -> Self {
        Self {
            title: "This connection's collector lives inside the app.".to_owned(),
            action: "Open Upshot's window to sync it; the cache can be read without.".to_owned(),
            retry: false,
            ..Self::internal("no collector in this process")
        }
    }
}

fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl From<store::Error> for ErrorView {
    fn from(error: store::Error) -> Self {
        use store::Error as Store;
        let title = "The cache on this machine could not be read or written.";
        let (title, action) = match &error {
            Store::NameTaken(name) => {
                return Self::bad_input(format!("There is a connection named {name} already."));
            }
            Store::ViewNameTaken(name) => {
                return Self::bad_input(format!("There is a view named {name} already."));
            }
            Store::ViewName => {
                let most = store::LONGEST_VIEW_NAME;
                return Self::bad_input(format!("A view's name has 1 to {most} characters."));
            }
            Store::NoView(_) => return Self::bad_input("There is no such view (any more)."),
            Store::NoConnection(_) => {
                return Self::bad_input("There is no such connection (any more).");
            }
            Store::NothingToAwait { kind, feedback } => {
                return Self::nothing_to_await(*kind, *feedback);
            }
            Store::Cancelled => return Self::overtaken(),
            Store::DiskFull => ("The disk is full.", "Make room on it, then try again."),
            Store::ReadOnly => (
                "The data folder cannot be written.",
                "Give yourself the right to write there, then try again.",
            ),
            Store::Locked => {
                (title, "Close other programs that have the cache open, then try again.")
            }
            Store::Damaged => (
                "The cache on this machine is damaged.",
                "Close Upshot and run `upshot-cli doctor --repair`: it keeps every decision that can \
                 be read, and the next sync brings the rest.",
            ),
            Store::InUse => (
                "Upshot has the cache open.",
                "Close its window and what else uses the cache, then try again.",
            ),
            Store::Newer { .. } => (title, "Update Upshot: the cache was written by a newer one."),
            _ => (title, "Try again; if it stays, restart Upshot."),
        };
        Self {
            code: ErrorCode::Other,
            title: title.to_owned(),
            meaning: "What was written before is kept; this change was not.".to_owned(),
            action: action.to_owned(),
            detail: Some(error.to_string()),
            retry: true,
        }
    }
}

impl From<vault::Error> for ErrorView {
    fn from(error: vault::Error) -> Self {
        Self {
            code: ErrorCode::Keyring,
            title: "The keyring did not take part.".to_owned(),
            meaning: "Nothing was stored in it or taken from it; the cache is untouched."
                .to_owned(),
            action: "Unlock the system's keyring, then try again.".to_owned(),
            detail: Some(error.to_string()),
            retry: true,
        }
    }
}

impl From<insight::Error> for ErrorView {
    fn from(error: insight::Error) -> Self {
        Self::internal(error)
    }
}

impl From<AddressError> for ErrorView {
    fn from(error: AddressError) -> Self {
        Self::bad_input(format!("{error}."))
    }
}

impl From<workflowai::KeyError> for ErrorView {
    fn from(error: workflowai::KeyError) -> Self {
        Self::bad_input(format!("{error}."))
    }
}

impl From<Api> for ErrorView {
    fn from(error: Api) -> Self {
        let title = match &error {
            // The server's words come last, apart, and never into a log.
            Api::Rejected { status, .. } => {
                format!("The server refused the request (status {status}).")
            }
            other => format!("{other}."),
        };
        let (code, action, retry) = match &error {
            Api::BadAddress(why) => return Self::from(*why),
            Api::BadKey(why) => return Self::from(*why),
            Api::Offline(_) | Api::Timeout { .. } => (
                ErrorCode::Offline,
                "Look at the network and whether the server runs; Upshot tries again by itself.",
                true,
            ),
            Api::KeyRefused => (
                ErrorCode::KeyRefused,
                "It may have expired or been revoked: enter a valid one in Settings; keys are made \
                 in the server's own settings.",
                false,
            ),
            Api::NeedsUser => (ErrorCode::Other, "Use a user's token for this.", false),
            Api::Throttled { .. } => {
                (ErrorCode::Other, "Nothing is to be done; Upshot tries again by itself.", true)
            }
            Api::Server { .. } => (
                ErrorCode::Other,
                "Upshot tries again by itself; if it stays, tell whoever runs it.",
                true,
            ),
            Api::NoImage => {
                (ErrorCode::Other, "Open the address in a browser if you trust it.", false)
            }
            Api::RedirectElsewhere { .. } => (
                ErrorCode::Other,
                "If that is its new address, connect to that one; if not, ask whoever runs it.",
                false,
            ),
            Api::NotJson => (
                ErrorCode::Other,
                "Open the address in a browser: a network's login page or a proxy may be in the \
                 way; if not, correct the connection's address.",
                true,
            ),
            Api::Unexpected { .. } | Api::Unusable { .. } => (
                ErrorCode::Other,
                "A proxy may be in the way, or the server is newer than this Upshot: sync again, \
                 and update Upshot if it stays.",
                true,
            ),
            Api::NotFound { .. } => (
                ErrorCode::Other,
                "Look at the address, the tenant and what the key may see.",
                true,
            ),
            _ => (ErrorCode::Other, "Try again; if it stays, look at the server's log.", true),
        };
        let meaning = match &error {
            Api::RedirectElsewhere { .. } => format!("The key was not sent there. {SAFE}"),
            _ => SAFE.to_owned(),
        };
        let detail = match error {
            Api::Rejected { message, .. } => message,
            _ => None,
        };
        Self { code, title, meaning, action: action.to_owned(), detail, retry }
    }
}
