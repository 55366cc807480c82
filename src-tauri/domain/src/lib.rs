//! The nouns of Upshot and their rules: feedback, runs, agents, versions, decisions, pins.
//! No I/O and no clock: whatever varies is an argument. Times are UTC milliseconds and end in `_ms`.

mod agent;
mod decision;
mod feedback;
mod id;
mod message;
mod pin;
mod prompt;
pub mod query;
mod run;
mod run_record;
mod snooze;
mod version;
mod word;

pub use agent::{Agent, AgentSchema};
pub use decision::{Act, DecisionEvent, DecisionKind, EventId, Standing};
pub use feedback::{Annotation, Feedback, Outcome};
pub use id::{AgentId, ConnectionId, FeedbackId, RunId, UserId, VersionId};
pub use message::{FilePart, Message, Part, Role, messages_of};
pub use pin::{PinId, PinPlace};
pub use prompt::Prompt;
pub use query::Query;
pub use run::{Run, RunBody, RunFailure, RunStatus};
pub use run_record::{RunClass, RunRecord};
pub use snooze::{Snooze, SnoozeKind};
pub use version::{Deployment, Semver, Version};
pub use word::UnknownWord;
