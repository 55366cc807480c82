//! A door before the collector that counts the requests that go through it, and changes nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// The door. It stays open as long as the program runs.
pub(crate) struct Counted {
    pub(crate) url: String,
    requests: Arc<AtomicU64>,
}

impl Counted {
    /// `url` is the collector's, `http://` and an address.
    pub(crate) async fn before(url: &str) -> Result<Self> {
        let server: SocketAddr = url.trim_start_matches("http://").parse()?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let requests = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let counter = Arc::clone(&counter);
                // Whoever goes away takes the connection along: nothing is left to do about it.
                tokio::spawn(async move { pass(client, server, &counter).await });
            }
        });
        Ok(Self { url, requests })
    }

    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
}

async fn pass(client: TcpStream, server: SocketAddr, counter: &AtomicU64) -> Result<()> {
    let (mut answers, to_server) = TcpStream::connect(server).await?.into_split();
    let (from_client, mut to_client) = client.into_split();
    let asked = ask(from_client, to_server, counter);
    let answered = async { Ok(copy(&mut answers, &mut to_client).await.map(|_| ())?) };
    tokio::try_join!(asked, answered).map(|_| ())
}

/// Passes requests on. Those of a sync have no body, so each ends with the first empty line.
async fn ask(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, counter: &AtomicU64) -> Result<()> {
    const END: &[u8] = b"\r\n\r\n";
    let (mut piece, mut matched) = ([0; 4096], 0);
    loop {
        let read = from.read(&mut piece).await?;
        if read == 0 {
            return Ok(to.shutdown().await?);
        }
        for byte in &piece[..read] {
            matched = match (END[matched] == *byte, *byte) {
                (true, _) => matched + 1,
                (false, b'\r') => 1,
                (false, _) => 0,
            };
            if matched == END.len() {
                counter.fetch_add(1, Ordering::Relaxed);
                matched = 0;
            }
        }
        to.write_all(&piece[..read]).await?;
    }
}
