//! What can go wrong between here and a server, in sentences a person understands. No error carries a
//! request's URL, a body or a key: the server's own short message is the most that is kept.

use std::fmt;
use std::time::Duration;

use crate::{AddressError, KeyError};

/// What every call answers with.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The server's address cannot be used.
    #[error(transparent)]
    BadAddress(#[from] AddressError),
    /// The text given as a key cannot be one.
    #[error(transparent)]
    BadKey(#[from] KeyError),
    /// The id cannot stand in an address: it is empty, `.`, `..` or far too long.
    #[error("There is nothing under this id: it cannot stand in an address")]
    BadId,
    /// No answer came: nothing was reached, or the connection broke.
    #[error("The server could not be reached: {0}")]
    Offline(Unreachable),
    /// The server was reached and took too long.
    #[error("The server took longer than {} s to answer", .after.as_secs_f64().ceil())]
    Timeout { after: Duration },
    /// 401: the server does not take the key, or wants one where none was given.
    #[error("The server does not accept this key")]
    KeyRefused,
    /// 401: the server wants a signed-in user for this; an API key never suffices (contract, 0.9).
    #[error("The server allows this to signed-in users only, not to an API key")]
    NeedsUser,
    /// 404. Never a reason to delete anything: some of these are outages (contract, 0.12).
    #[error("{what}")]
    NotFound { what: Missing },
    /// 429, after the retries that were allowed.
    #[error("{}", wish(*.retry_after))]
    Throttled { retry_after: Option<Duration> },
    /// 5xx, after the retries that were allowed.
    #[error("{} (status {status})", who_failed(*.status))]
    Server { status: u16 },
    /// An answer of success that is no JSON: a proxy's login page, or another kind of server.
    #[error("What answers at this address is not a WorkflowAI server")]
    NotJson,
    /// JSON, but not of the shape that belongs to this request.
    #[error("The server's answer to \"{request}\" was not understood")]
    Unexpected { request: &'static str },
    /// It is the server that answers, but with another thing than the one asked for (a run named `latest`), or in a
    /// form that this client cannot read. Asking again soon brings the same.
    #[error("The server's \"{request}\" cannot be used")]
    Unusable { request: &'static str },
    /// The server points to another origin; the key is not sent there.
    #[error("The server redirects to {to}")]
    RedirectElsewhere { to: String },
    /// The answer is larger than this client reads.
    #[error("The server's answer is larger than {} MiB", .limit_bytes.div_ceil(1024 * 1024))]
    TooLarge { limit_bytes: usize },
    /// 4xx: the server understood the request and refuses it.
    #[error("The server refused the request (status {status}){}", after_colon(.message))]
    Rejected {
        status: u16,
        /// As in `invalid_run_properties`; branch on this, never on the message.
        code: Option<String>,
        /// The server's words, cut short. May name ids; for the screen, not for logs.
        message: Option<String>,
    },
    /// A 200 that carries no improvement (contract, 0.6).
    #[error(
        "The server could not improve the instructions; it hides the reason. If they contain {{{{variables}}}}, send them along"
    )]
    ImproveFailed,
    /// A stream that ended before its first event (contract, 0.7): most often an unknown run.
    #[error("The server ended its answer without saying anything; the run may be unknown to it")]
    EmptyStream,
    /// What an image's address gave is no picture.
    #[error("What is at this address is not a picture")]
    NoImage,
    /// The HTTP client could not be set up, as when the system has no usable certificates.
    #[error("The network client could not be set up")]
    Setup,
}

/// Why nothing was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// The host's name is not known.
    Name,
    /// Nothing listens at the address.
    Refused,
    /// The server's certificate is not trusted, or there is no common TLS.
    Certificate,
    /// The connection could not be opened in time.
    ConnectTimeout,
    /// Anything else: the network is down, the connection broke.
    Connection,
}

/// What a 404 says is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// `object_not_found`: this run, this feedback.
    Object,
    /// `agent_not_found`: the server knows for sure.
    Agent,
    /// `Task info not found`: no such agent, or the server's database failed.
    AgentOrOutage,
    /// `Task not found`: no key, or a key of another organization.
    Access,
    /// `version_not_found`: the version, or its schema or agent.
    Version,
    /// `/organizations/…` knows no such slug.
    Organization,
    /// The path itself: not a WorkflowAI server, or another base path.
    Path,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "its name is not known",
            Self::Refused => "nothing answers at its address",
            Self::Certificate => "its certificate is not trusted",
            Self::ConnectTimeout => "no connection in time",
            Self::Connection => "the connection broke",
        })
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Object => "The server does not have this",
            Self::Agent => "The server does not know this agent",
            Self::AgentOrOutage => {
                "The server does not know this agent, or cannot read it at the moment"
            }
            Self::Access => "The server shows this agent to nobody with this key",
            Self::Version => "The server does not know this version",
            Self::Organization => "The server does not know this organization",
            Self::Path => "There is no WorkflowAI server at this address",
        })
    }
}

fn wish(retry_after: Option<Duration>) -> String {
    let Some(wait) = retry_after else { return "The server asks for fewer requests".to_owned() };
    let seconds = wait.as_secs_f64().ceil();
    let wait = match seconds {
        ..100.0 => format!("{seconds} s"),
        ..6_000.0 => format!("{} min", (seconds / 60.0).ceil()),
        _ => format!("{} h", (seconds / 3_600.0).ceil()),
    };
    format!("The server asks to wait {wait} before the next request")
}

/// 502, 503 and 504 are what a proxy says of a server behind it.
fn who_failed(status: u16) -> &'static str {
    match status {
        502..=504 => "A proxy in front of the server could not reach the server",
        _ => "The server failed",
    }
}

fn after_colon(message: &Option<String>) -> String {
    message.as_ref().map_or_else(String::new, |text| format!(": {text}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(None, "The server asks for fewer requests")]
    #[case(Some(0.4), "The server asks to wait 1 s before the next request")]
    #[case(Some(99.0), "The server asks to wait 99 s before the next request")]
    #[case(Some(120.0), "The server asks to wait 2 min before the next request")]
    #[case(Some(7_000.0), "The server asks to wait 2 h before the next request")]
    fn a_wait_is_said_in_the_unit_people_count_it_in(
        #[case] seconds: Option<f64>,
        #[case] said: &str,
    ) {
        let retry_after = seconds.map(Duration::from_secs_f64);
        assert_eq!(Error::Throttled { retry_after }.to_string(), said);
    }
}
