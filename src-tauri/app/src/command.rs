//! The command list: each name with its request and response, once. The window, the loopback host and the
//! tests all come through [`rpc`]; a name without a handler does not compile.

mod connection;
mod feedback;
mod insight;
mod keys;
mod offline;
mod pin;
mod query;
mod reasons;
mod run_page;
mod settings;
mod sync;
mod triage;
mod user_token;
mod version;
mod view;

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use ts_rs::TS;

use crate::desk::Desk;
use crate::wire::ErrorView;

pub use connection::*;
pub use feedback::*;
pub use insight::*;
pub use keys::*;
pub use offline::*;
pub use pin::*;
pub use query::*;
pub use reasons::*;
pub use run_page::*;
pub use settings::*;
pub use sync::*;
pub use triage::*;
pub use user_token::*;
pub use version::*;
pub use view::*;

/// One command: what it takes, what it gives, what it does.
pub trait Command: DeserializeOwned + TS + Send + 'static {
    type Response: Serialize + TS + Send + 'static;

    /// Does it.
    fn handle(
        self,
        desk: &Arc<Desk>,
    ) -> impl Future<Output = Result<Self::Response, ErrorView>> + Send;
}

macro_rules! commands {
    ($($name:ident => $request:ty),* $(,)?) => {
        /// Every command's name.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// Runs the command of that name. The payload is JSON as the window sent it.
        pub async fn rpc(desk: &Arc<Desk>, name: &str, payload: Value) -> Result<Value, ErrorView> {
            match name {
                $(stringify!($name) => run::<$request>(desk, payload).await,)*
                _ => Err(ErrorView::bad_input(format!("There is no command named {name}."))),
            }
        }

        /// Calls `visit` with each command's name, request and response type.
        pub(crate) fn each_type(visit: &mut impl crate::bindings::CommandVisitor) {
            $(visit.command::<$request, <$request as Command>::Response>(stringify!($name));)*
        }
    };
}

commands! {
    get_state => GetState,
    test_connection => TestConnection,
    connect => Connect,
    start_demo => StartDemo,
    start_collector => StartCollector,
    select_connection => SelectConnection,
    rename_connection => RenameConnection,
    set_agents => SetAgents,
    set_key => SetKey,
    set_pages_url => SetPagesUrl,
    remove_connection => RemoveConnection,
    start_sync => StartSync,
    cancel_sync => CancelSync,
    network_returned => NetworkReturned,
    count_mailboxes => CountMailboxes,
    list_feedback => ListFeedback,
    list_alike => ListAlike,
    count_feedback => CountFeedback,
    get_feedback => GetFeedback,
    get_raw => GetRaw,
    open_run_page => OpenRunPage,
    add_pin => AddPin,
    edit_pin => EditPin,
    remove_pin => RemovePin,
    restore_pin => RestorePin,
    parse_filter => ParseFilter,
    print_filter => PrintFilter,
    complete_filter => CompleteFilter,
    list_views => ListViews,
    save_view => SaveView,
    rename_view => RenameView,
    delete_view => DeleteView,
    move_view => MoveView,
    load_file => LoadFile,
    get_instructions => GetInstructions,
    list_agents => ListAgents,
    get_trends => GetTrends,
    list_users => ListUsers,
    get_story => GetStory,
    decide => Decide,
    set_note => SetNote,
    undo_decision => UndoDecision,
    redo_decision => RedoDecision,
    list_decisions => ListDecisions,
    list_reasons => ListReasons,
    set_reasons => SetReasons,
    dismiss_push_notice => DismissPushNotice,
    set_user_token => SetUserToken,
    clear_user_token => ClearUserToken,
    get_storage => GetStorage,
    get_offline => GetOffline,
    set_offline_limit => SetOfflineLimit,
    fetch_run => FetchRun,
    set_theme => SetTheme,
    get_keys => GetKeys,
    set_keys => SetKeys,
}

async fn run<C: Command>(desk: &Arc<Desk>, payload: Value) -> Result<Value, ErrorView> {
    let command: C = serde_json::from_value(payload).map_err(|error| {
        ErrorView::bad_input(format!("The request is not understood: {error}."))
    })?;
    let response = command.handle(desk).await?;
    serde_json::to_value(response).map_err(ErrorView::internal)
}
