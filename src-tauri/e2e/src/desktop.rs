//! A desktop without a screen: a display (Xvfb), a session bus, an unlocked keyring, and the driver that opens the
//! app's window there. Each is a process of its own and ends with the value.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::home::Home;
use crate::picture;
use crate::programs::program;
use crate::window::Window;

/// How long a program may take to be ready.
const PATIENCE: Duration = Duration::from_secs(20);
/// What the keyring is locked with; an empty one would make gnome-keyring keep its file in clear.
const PASSWORD: &str = "a password of the test";

/// What a program is started with to be on a desktop.
type Env = Vec<(&'static str, OsString)>;

/// The desktop.
#[derive(Debug)]
pub struct Desktop {
    home: Home,
    port: u16,
    env: Env,
    // Dropped in this order: the window's processes first, then what they talk to.
    driver: Process,
    _keyring: Process,
    _bus: Process,
    _display: Process,
}

impl Desktop {
    /// Starts everything but the window.
    pub fn start(home: Home) -> Result<Self> {
        let (display, number) = display(&home)?;
        let (bus, address) = bus(&home)?;
        let keyring = keyring(&home, &address)?;
        let (port, env) = (free_port()?, env(&home, number, &address));
        let mut command = on_desktop("WebKitWebDriver", &env);
        command.arg(format!("--port={port}"));
        let driver = Process::group(command)?;
        wait("WebKitWebDriver", || Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()))?;
        Ok(Self { home, port, env, driver, _keyring: keyring, _bus: bus, _display: display })
    }

    /// The folder everything is in.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Opens the app. One window at a time: a second instance would only wake the first.
    pub async fn open(&self, args: &[&str]) -> Result<Window> {
        Window::open(self.port, &program("upshot")?, args).await
    }

    /// Starts the app once more, as a second click on its icon does, and tells how that process ended.
    pub async fn start_again(&self) -> Result<ExitStatus> {
        let mut again = Process::group(on_desktop(program("upshot")?, &self.env))?;
        let mut ended = None;
        wait_async("the second instance to end", async || {
            ended = again.child.try_wait()?;
            Ok(ended.is_some())
        })
        .await?;
        ended.context("it has ended")
    }

    /// Opens the demo of another person, with a home and a bus of their own, on this display: it covers what is there.
    pub fn cover(&self) -> Result<Cover> {
        let home = Home::new()?;
        let (bus, address) = bus(&home)?;
        let mut env = self.env.clone();
        env.extend(home.env().into_iter().map(|(name, path)| (name, path.into_os_string())));
        env.push(("DBUS_SESSION_BUS_ADDRESS", address.into()));
        let mut command = on_desktop(program("upshot")?, &env);
        command.arg("--demo").env_remove("TAURI_WEBVIEW_AUTOMATION");
        Ok(Cover { _app: Process::group(command)?, _bus: bus, _home: home })
    }

    /// Red, green and blue of each pixel on the screen now, from the upper left corner.
    pub fn pixels(&self, width: u32, height: u32) -> Result<Vec<u8>> {
        picture::pixels(&self.frame_buffer()?, width, height)
    }

    /// What is on the screen now, from the upper left corner, as PNG. Taken from the display: the driver's own
    /// pictures never come where frames are drawn by software.
    pub fn picture(&self, width: u32, height: u32) -> Result<Vec<u8>> {
        picture::of_frame_buffer(&self.frame_buffer()?, width, height)
    }

    fn frame_buffer(&self) -> Result<Vec<u8>> {
        Ok(std::fs::read(self.home.runtime().join("Xvfb_screen0"))?)
    }

    /// Closes the window and waits until the app has ended, so that it can be opened again.
    pub async fn close(&self, window: Window) -> Result<()> {
        window.close().await?;
        let binary = program("upshot")?;
        let group = self.driver.child.id();
        wait_async("the app to end", async || Ok(!running(&binary, group))).await
    }
}

/// Somebody else's window, for as long as the value lives.
#[derive(Debug)]
pub struct Cover {
    _app: Process,
    _bus: Process,
    _home: Home,
}

/// A program on a desktop.
fn on_desktop(program: impl AsRef<OsStr>, env: &Env) -> Command {
    let mut command = Command::new(program);
    command.envs(env.iter().cloned()).env_remove("WAYLAND_DISPLAY").env_remove("UPSHOT_API_KEY");
    command
}

fn env(home: &Home, display: u32, bus: &str) -> Env {
    let folders = home.env().into_iter().map(|(name, path)| (name, path.into_os_string()));
    let display = format!(":{display}");
    let words = [
        ("DISPLAY", display.as_str()),
        ("DBUS_SESSION_BUS_ADDRESS", bus),
        ("TAURI_WEBVIEW_AUTOMATION", "true"),
        // As without a graphics card, also where there is one: pictures and times of one machine fit the other's.
        ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
        ("GDK_BACKEND", "x11"),
        ("NO_AT_BRIDGE", "1"),
        ("LANG", "C.UTF-8"),
        ("TZ", "UTC"),
    ];
    let mut programs = home.programs().into_os_string();
    if let Some(others) = std::env::var_os("PATH") {
        programs.push(":");
        programs.push(others);
    }
    let words = words.map(|(name, word)| (name, word.into()));
    folders.chain(words).chain([("PATH", programs)]).collect()
}

/// Whether a process of that program is alive in that process group. Reads `/proc`.
fn running(binary: &std::path::Path, group: u32) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else { return false };
    processes.flatten().any(|process| {
        let same = std::fs::read_link(process.path().join("exe")).is_ok_and(|exe| exe == binary);
        let stat = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        // The name in brackets may hold spaces; after it come state, parent and group.
        let after = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        same && after.split(' ').nth(2) == Some(group.to_string().as_str())
    })
}

/// Xvfb on a number it chooses itself. Its frame buffer is a file, so that pictures can be taken.
fn display(home: &Home) -> Result<(Process, u32)> {
    let mut command = Command::new("Xvfb");
    command.args([
        "-displayfd",
        "1",
        "-screen",
        "0",
        "1920x1080x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]);
    command.args(["-nocursor", "-fbdir"]).arg(home.runtime());
    let (process, mut out) = Process::talking(command)?;
    let mut line = String::new();
    out.read_line(&mut line)?;
    let number =
        line.trim().parse().with_context(|| format!("Xvfb said {line:?}, no display number"))?;
    Ok((process, number))
}

/// A session bus of the test's own, and its address.
fn bus(home: &Home) -> Result<(Process, String)> {
    let mut command = Command::new("dbus-daemon");
    let socket = home.runtime().join("bus");
    command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
    command.arg(format!("--address=unix:path={}", socket.display())).envs(home.env());
    let (process, mut out) = Process::talking(command)?;
    let mut address = String::new();
    out.read_line(&mut address)?;
    if address.trim().is_empty() {
        bail!("dbus-daemon gave no address");
    }
    Ok((process, address.trim().to_owned()))
}

/// A Secret Service that is unlocked. Its file lies outside the app's directories, as on a real machine it belongs to
/// the system.
fn keyring(home: &Home, address: &str) -> Result<Process> {
    std::fs::create_dir_all(home.keyring())?;
    let mut command = Command::new("gnome-keyring-daemon");
    command.args(["--foreground", "--components=secrets", "--unlock"]).envs(home.env());
    command.env("XDG_DATA_HOME", home.keyring()).env("DBUS_SESSION_BUS_ADDRESS", address);
    command.stdin(Stdio::piped());
    let mut process = Process::group(command)?;
    let mut stdin = process.child.stdin.take().context("the keyring takes no password")?;
    stdin.write_all(PASSWORD.as_bytes())?;
    drop(stdin);
    wait("the keyring", || {
        let asked = Command::new("dbus-send")
            .args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/"])
            .args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"])
            .env("DBUS_SESSION_BUS_ADDRESS", address)
            .output()?;
        Ok(String::from_utf8_lossy(&asked.stdout).contains("true"))
    })?;
    Ok(process)
}

/// A port nobody listens on at the moment.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn wait(what: &str, mut ready: impl FnMut() -> Result<bool>) -> Result<()> {
    let began = Instant::now();
    while !ready()? {
        if began.elapsed() > PATIENCE {
            bail!("waited {PATIENCE:?} for {what} in vain");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

async fn wait_async(what: &str, mut ready: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    let began = Instant::now();
    while !ready().await? {
        if began.elapsed() > PATIENCE {
            bail!("waited {PATIENCE:?} for {what} in vain");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// A child that leads a process group, so that what it starts ends with it.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) child: Child,
}

impl Process {
    pub(crate) fn group(mut command: Command) -> Result<Self> {
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            command.process_group(0);
        }
        // What the programs say goes nowhere, unless one asks for it to find out why a journey fails.
        if std::env::var_os("UPSHOT_E2E_VERBOSE").is_none() {
            command.stderr(Stdio::null());
        }
        let name = PathBuf::from(command.get_program());
        let child = command.spawn().with_context(|| format!("cannot start {}", name.display()))?;
        Ok(Self { child })
    }

    /// A child whose output one reads.
    pub(crate) fn talking(mut command: Command) -> Result<(Self, BufReader<ChildStdout>)> {
        command.stdout(Stdio::piped());
        let mut process = Self::group(command)?;
        let out = process.child.stdout.take().context("no output")?;
        Ok((process, BufReader::new(out)))
    }

    /// Asks the group to end (`TERM`) or ends it (`KILL`).
    pub(crate) fn signal(&self, signal: &str) {
        let group = format!("-{}", self.child.id());
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), "--", &group])
            .stderr(Stdio::null())
            .status();
        drop(sent);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal("KILL");
        drop(self.child.wait());
    }
}
