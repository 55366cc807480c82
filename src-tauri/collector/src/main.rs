//! `upshot-collector`: the collector from a shell. Arguments in, one JSON line out when it answers, messages on stderr.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use collector::{Clock, DemoOptions, KeyKind, Keyring, Options, serve};
use serde_json::{Value, json};

/// Keeps feedback on AI agents, with the runs and versions behind it; speaks WorkflowAI's API.
#[derive(Parser)]
#[command(name = "upshot-collector", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Collect feedback, until SIGTERM or Ctrl-C
    Serve(Serve),
    /// The same, with demo data in a folder of its own
    Demo(Demo),
    /// Make, list and revoke API keys and users' tokens; works while the server runs
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
}

#[derive(Args)]
struct Place {
    /// Folder of the database; made if it does not exist
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Address and port; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8787", value_name = "ADDR")]
    listen: SocketAddr,
    /// Listen where other machines can reach it. There is no TLS: put a proxy in front
    #[arg(long)]
    allow_remote: bool,
    /// Where others reach this server, if not at --listen
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Let API keys annotate, too; the original takes annotations from signed-in users only
    #[arg(long)]
    keys_annotate: bool,
}

#[derive(Args)]
struct Serve {
    #[command(flatten)]
    place: Place,
    /// The tenant in paths; made if it does not exist
    #[arg(long, default_value = "team")]
    tenant: String,
}

#[derive(Args)]
struct Demo {
    #[command(flatten)]
    place: Place,
    /// The tenant in paths
    #[arg(long, default_value = "demo")]
    tenant: String,
    /// How much feedback
    #[arg(long, default_value_t = 1200)]
    feedback: u64,
    /// Another seed gives other people, orders and words
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Make a key and print it, this once
    Create {
        /// Folder of the database
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// What to call it
        #[arg(long)]
        name: String,
        /// The tenant it opens; left out, the only one
        #[arg(long)]
        tenant: Option<String>,
        /// Make a user's token instead: it may annotate
        #[arg(long)]
        user: bool,
        /// Revoke an earlier key of that name
        #[arg(long)]
        replace: bool,
    },
    /// List the keys in use, one JSON line each
    List {
        /// Folder of the database
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Take a key out of use, at once
    Revoke {
        /// Folder of the database
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// Its name
        #[arg(long)]
        name: String,
        /// Its tenant; left out, the only one
        #[arg(long)]
        tenant: Option<String>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .init();
    let clock = system_clock();
    match cli.command {
        Command::Serve(serve) => run(serve.place, serve.tenant, None, clock).await,
        Command::Demo(demo) => {
            let options = DemoOptions { feedback: demo.feedback, seed: demo.seed, now_ms: clock() };
            run(demo.place, demo.tenant, Some(options), clock).await
        }
        Command::Key { command } => key(command, clock()),
    }
}

async fn run(
    place: Place,
    tenant: String,
    demo: Option<DemoOptions>,
    clock: Clock,
) -> anyhow::Result<()> {
    // Before anything takes time: who stops it early should not be ignored.
    let stop = stop_signal()?;
    let options = Options {
        listen: place.listen,
        allow_remote: place.allow_remote,
        tenant,
        // A demo always hands out a key and a token: there is nothing in it to protect, and nobody keeps one.
        mint_key: demo.is_some().then(|| "demo".to_owned()),
        mint_user_token: demo.is_some().then(|| "demo-user".to_owned()),
        keys_annotate: place.keys_annotate,
        demo,
        public_url: place.public_url,
        ..Options::new(place.data, clock)
    };
    tokio::pin!(stop);
    let running = tokio::select! {
        started = serve(options) => started?,
        // A large demo takes a while. Its thread cannot be told to stop; what it wrote so far is thrown away next time.
        () = &mut stop => std::process::exit(0),
    };
    let mut ready = json!({"url": running.url, "tenant": running.tenant});
    if let Some(key) = &running.key {
        ready["key"] = Value::String(key.clone());
    }
    if let Some(token) = &running.user_token {
        ready["user_token"] = Value::String(token.clone());
    }
    print(&ready)?;
    stop.await;
    running.stop().await.context("while stopping")
}

fn key(command: KeyCommand, now_ms: i64) -> anyhow::Result<()> {
    match command {
        KeyCommand::Create { data, name, tenant, user, replace } => {
            let mut ring = Keyring::open(&data)?;
            let tenant = named_or_only(&ring, tenant)?;
            let kind = if user { KeyKind::User } else { KeyKind::Api };
            let key = ring.create(&tenant, &name, kind, replace, now_ms)?;
            print(&json!({"tenant": tenant, "name": name, "key": key}))
        }
        KeyCommand::List { data } => Keyring::open(&data)?
            .list()?
            .iter()
            .try_for_each(|key| print(&serde_json::to_value(key)?)),
        KeyCommand::Revoke { data, name, tenant } => {
            let mut ring = Keyring::open(&data)?;
            let tenant = named_or_only(&ring, tenant)?;
            Ok(ring.revoke(&tenant, &name, now_ms)?)
        }
    }
}

/// The tenant that was named, else the only one there is, else the one `serve` makes.
fn named_or_only(ring: &Keyring, named: Option<String>) -> anyhow::Result<String> {
    match named {
        Some(named) => Ok(named),
        None => Ok(ring.only_tenant()?.unwrap_or_else(|| "team".into())),
    }
}

/// Flushed at once: whoever started this waits for the line.
fn print(line: &Value) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

#[expect(clippy::disallowed_methods, reason = "the host is where the clock comes from")]
fn system_clock() -> Clock {
    Arc::new(|| chrono::Utc::now().timestamp_millis())
}

#[cfg(unix)]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
