//! Daily log files of our own sentences. Never comments, user ids, bodies or keys: whoever logs sees to that,
//! and libraries are held to warnings.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

const KEPT_DAYS: usize = 14;

/// Logs until the guard is dropped. `None` where the folder cannot be written: the app works without.
pub(crate) fn start(folder: &Path) -> Option<WorkerGuard> {
    // The appender makes it too, but complains on standard error first.
    std::fs::create_dir_all(folder).ok()?;
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("upshot")
        .filename_suffix("log")
        .max_log_files(KEPT_DAYS)
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(files);
    let filter = EnvFilter::new(
        "warn,upshot=info,app=info,store=info,vault=info,workflowai=info,collector=info",
    );
    tracing_subscriber::fmt().with_writer(writer).with_ansi(false).with_env_filter(filter).init();
    Some(guard)
}
