//! Stands between desk and collector: passes bytes on, writes down what was asked, and can go deaf or mute.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// One request for an annotation, as it went by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Annotate {
    pub(crate) feedback: String,
    pub(crate) body: Value,
}

#[derive(Default)]
struct Shared {
    /// What came from the desk, by connection.
    asked: Mutex<Vec<Vec<u8>>>,
    deaf: AtomicBool,
    mute: AtomicBool,
}

pub(crate) struct Tee {
    pub(crate) url: String,
    shared: Arc<Shared>,
}

impl Tee {
    pub(crate) async fn before(server: &str) -> Self {
        let server: SocketAddr =
            server.trim_start_matches("http://").parse().expect("the collector's address");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared::default());
        let on = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((desk, _)) = listener.accept().await {
                tokio::spawn(pass(desk, server, Arc::clone(&on)));
            }
        });
        Self { url, shared }
    }

    /// Whether connections break at once: the desk is offline.
    pub(crate) fn set_deaf(&self, deaf: bool) {
        self.shared.deaf.store(deaf, Ordering::Relaxed);
    }

    /// Whether answers are swallowed: the server hears, the desk does not.
    pub(crate) fn set_mute(&self, mute: bool) {
        self.shared.mute.store(mute, Ordering::Relaxed);
    }

    /// Every request for an annotation so far.
    pub(crate) fn annotates(&self) -> Vec<Annotate> {
        let asked = self.shared.asked.lock().expect("no panic");
        asked.iter().flat_map(|bytes| annotates_in(bytes)).collect()
    }
}

async fn pass(desk: TcpStream, server: SocketAddr, shared: Arc<Shared>) {
    if shared.deaf.load(Ordering::Relaxed) {
        return;
    }
    let Ok(server) = TcpStream::connect(server).await else { return };
    let connection = {
        let mut asked = shared.asked.lock().expect("no panic");
        asked.push(Vec::new());
        asked.len() - 1
    };
    let (mut from_desk, mut to_desk) = desk.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let there = async {
        let mut buffer = [0; 4096];
        while let Ok(n @ 1..) = from_desk.read(&mut buffer).await {
            // A connection that is kept open breaks as well.
            if shared.deaf.load(Ordering::Relaxed) {
                break;
            }
            shared.asked.lock().expect("no panic")[connection].extend_from_slice(&buffer[..n]);
            if to_server.write_all(&buffer[..n]).await.is_err() {
                break;
            }
        }
    };
    let back = async {
        let mut buffer = [0; 4096];
        while let Ok(n @ 1..) = from_server.read(&mut buffer).await {
            if !shared.mute.load(Ordering::Relaxed)
                && to_desk.write_all(&buffer[..n]).await.is_err()
            {
                break;
            }
        }
    };
    tokio::select! {
        () = there => {}
        () = back => {}
    }
}

/// The requests of one connection, one after the other, as HTTP/1.1 has it.
fn annotates_in(mut bytes: &[u8]) -> Vec<Annotate> {
    let mut found = Vec::new();
    while let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map_or(0, |(_, length)| length.trim().parse().expect("a length"));
        let rest = &bytes[end + 4..];
        let (body, next) = rest.split_at(length.min(rest.len()));
        let path = head.split(' ').nth(1).unwrap_or_default();
        if let Some(path) = path.strip_suffix("/annotate") {
            let feedback = path.rsplit('/').next().unwrap_or_default().to_owned();
            let body = serde_json::from_slice(body).expect("a body that is JSON");
            found.push(Annotate { feedback, body });
        }
        bytes = next;
    }
    found
}
