//! What crosses to the window, and nothing else: plain data, ready to show. TypeScript's side of it is
//! generated from here (see `bindings`). No key, and no type of another crate, ever stands in here.

pub mod alike;
pub mod body;
pub mod connection;
pub mod decision;
pub mod error;
pub mod event;
pub mod feedback;
pub mod keys;
pub mod offline;
pub mod pin;
pub mod query;
pub mod run;
pub mod trend;
pub mod user;
pub mod version;

pub use alike::{AlikeRowsView, AlikeView, WhyAlikeView};
pub use body::{
    BodyView, FieldAboutView, FieldView, FileView, MessageView, PartView, ToolCallView, ValueView,
};
pub use connection::{
    AgentView, ConnectionKind, ConnectionTestView, ConnectionView, KeeperView, KeyState, StateView,
    StorageView, SyncProgress, SyncStage, SyncView, Theme, TypedKey,
};
pub use decision::{
    DecideWhat, DecisionActView, DecisionKindView, DecisionPushView, DecisionView, DecisionsView,
    PushStateView, PushView, SnoozeKindView, SnoozeRequest, SnoozeView, StepActView, StepView,
    WokenView,
};
pub use error::{ErrorCode, ErrorView};
pub use event::Event;
pub use feedback::{
    AnnotationView, FeedbackCountView, FeedbackDetailView, FeedbackPageView, FeedbackRowView,
    FilterView, FoundInView, Mailbox, MailboxCountsView, OrderView, OutcomeView, RunStateName,
    UserSummaryView,
};
pub use keys::KeysView;
pub use offline::{OfflineClassView, OfflineView};
pub use pin::PinView;
pub use query::{
    FilterProblemView, FilterTokenKind, FilterTokenView, ParsedFilterView, PrintedFilterView,
    SavedView, SuggestionView,
};
pub use run::{FailureView, RawView, ReasoningStepView, RunStateView, RunView};
pub use trend::{
    AgentRateView, BucketView, MarkKind, MarkView, RateView, TrendPointView, TrendsView,
    VersionRateView,
};
pub use user::{StoryEntryView, StoryView, UserPageView, UserRowView};
pub use version::{
    DeploymentView, DiffKind, DiffSpanView, DiffView, InstructionsView, PromptView,
    VersionSummaryView, VersionView,
};
