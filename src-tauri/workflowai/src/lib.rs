//! The WorkflowAI server's API: the typed client, its errors and its retry policy. A wire struct
//! becomes a domain type at this crate's door. Nothing is stored here, and nothing is decided about
//! what was read; that a server may lie, omit and repeat is this crate's business alone.

mod agents;
mod answer;
mod client;
mod error;
mod feedback;
mod image;
mod improve;
mod improve_messages;
mod key;
mod organization;
mod origin;
mod page;
mod retry;
mod run_again;
mod runs;
mod runs_search;
mod sse;
mod time;
mod token;
mod transport;
mod versions;
mod versions_create;

pub use client::{Client, ClientOptions, Timeouts};
pub use error::{Error, Missing, Result, Unreachable};
pub use feedback::{FeedbackPage, FeedbackPost, MAX_PAGE, PostedFeedback};
pub use image::{Image, MAX_IMAGE_BYTES, load_image};
pub use improve::{ImproveRequest, ImproveStream, Improved};
pub use improve_messages::{ImproveMessagesRequest, ImprovedMessages, MessagesStream};
pub use key::{ApiKey, KeyError};
pub use organization::Organization;
pub use origin::{AddressError, Origin};
pub use page::{NoPage, pages_address, run_page};
pub use retry::{Decision, Outcome, RetryPolicy};
pub use run_again::{RunAnswer, RunRequest, RunVersion};
pub use runs_search::{FieldQuery, RunSearch, RunSummary, RunsPage};
pub use token::{TokenClaims, token_claims};
pub use versions::VersionRef;
pub use versions_create::CreatedVersion;
