//! The proxy: TCP on loopback, HTTP/1.1 read and written by hand, since what it is for is HTTP that is not right.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::fault::{Answer, Asked, Fault};

/// Between two bytes of a drip.
const DRIP: Duration = Duration::from_millis(2);
/// A drip that nobody ends.
const LONGEST_DRIP: u32 = 30_000;

type Script = Box<dyn FnMut(usize, &Asked) -> Fault + Send>;

/// A proxy before one server. What it does with a request is the script's to say.
pub(crate) struct Proxy {
    pub(crate) url: String,
    address: SocketAddr,
    shared: Arc<Shared>,
    open: tokio::sync::Mutex<Open>,
}

/// Whether connections are taken.
enum Open {
    /// What ends the listener and all connections, and the listener's task.
    Yes(CancellationToken, JoinHandle<()>),
    /// The port is held, so that nobody else gets it, and refuses.
    No(Option<TcpSocket>),
}

struct Shared {
    upstream: String,
    http: reqwest::Client,
    script: Mutex<Script>,
    asked: Mutex<Vec<Asked>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Proxy {
    /// One that passes everything on, on a free port.
    pub(crate) async fn before(upstream: &str) -> Self {
        let socket = held(SocketAddr::from(([127, 0, 0, 1], 0)));
        let address = socket.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            upstream: upstream.to_owned(),
            http: reqwest::Client::builder()
                .no_proxy()
                .tls_certs_only([])
                .build()
                .expect("a client"),
            script: Mutex::new(Box::new(|_, _| Fault::None)),
            asked: Mutex::default(),
        });
        let proxy = Self {
            url: format!("http://{address}"),
            address,
            shared,
            open: tokio::sync::Mutex::new(Open::No(Some(socket))),
        };
        proxy.reopen().await;
        proxy
    }

    /// From now on each request is judged by `script`, which is told how many came before it since now.
    pub(crate) fn script(&self, mut script: impl FnMut(usize, &Asked) -> Fault + Send + 'static) {
        let before = lock(&self.shared.asked).len();
        *lock(&self.shared.script) = Box::new(move |number, asked| script(number - before, asked));
    }

    /// Passes everything on again.
    pub(crate) async fn heal(&self) {
        self.script(|_, _| Fault::None);
        self.reopen().await;
    }

    /// Refuses connections and ends those there are.
    pub(crate) async fn shut(&self) {
        let mut open = self.open.lock().await;
        if let Open::Yes(stop, listening) = &mut *open {
            stop.cancel();
            listening.await.expect("the listener ends");
            *open = Open::No(Some(held(self.address)));
        }
    }

    async fn reopen(&self) {
        let mut open = self.open.lock().await;
        if let Open::No(socket) = &mut *open {
            let listener = socket.take().and_then(|socket| socket.listen(128).ok());
            let listener = listener.expect("listens again");
            let stop = CancellationToken::new();
            let task = tokio::spawn(accept(listener, Arc::clone(&self.shared), stop.clone()));
            *open = Open::Yes(stop, task);
        }
    }

    /// A client for whoever goes past the proxy: making one costs more than many requests.
    pub(crate) fn http(&self) -> reqwest::Client {
        self.shared.http.clone()
    }

    /// Every request so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        lock(&self.shared.asked).clone()
    }
}

/// A socket that holds a port and does not listen on it: whoever connects is refused.
fn held(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseaddr(true).expect("the port can be taken again");
    socket.bind(address).expect("the proxy's own port is still its own");
    socket
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => return,
            stream = listener.accept() => stream,
        };
        let Ok((stream, _)) = stream else { continue };
        let (shared, stop) = (Arc::clone(&shared), stop.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                // A client that hangs up is no fault of the proxy's.
                _ = talk(stream, &shared) => {}
            }
        });
    }
}

/// Answers the requests of one connection, one after the other.
async fn talk(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    // Without it, each answer would wait 40 ms for the one before to be acknowledged.
    stream.set_nodelay(true)?;
    let mut pending = Vec::new();
    while let Some(asked) = read_request(&mut stream, &mut pending).await? {
        let number = {
            let mut all = lock(&shared.asked);
            all.push(asked.clone());
            all.len() - 1
        };
        let fault = (lock(&shared.script))(number, &asked);
        if fault == Fault::Reset {
            return stream.set_zero_linger();
        }
        if fault == Fault::Silent {
            // Until the client has had enough.
            return stream.read(&mut [0; 1]).await.map(drop);
        }
        let answer = match fault.instead(&asked) {
            Some(answer) => answer,
            None => fault.bend(&asked, shared.fetch(&fault.asks(&asked)).await),
        };
        match fault {
            Fault::Cut => return cut(&mut stream, &answer).await,
            Fault::Drip => return drip(&mut stream, &answer).await,
            _ => {
                let mut whole = head(&answer, answer.body.len());
                whole.extend_from_slice(&answer.body);
                stream.write_all(&whole).await?;
            }
        }
    }
    Ok(())
}

impl Shared {
    async fn fetch(&self, asked: &Asked) -> Answer {
        let method = asked.method.parse().expect("a method");
        let mut request = self.http.request(method, format!("{}{}", self.upstream, asked.target));
        for name in ["authorization", "content-type"] {
            if let Some(value) = asked.header(name) {
                request = request.header(name, value);
            }
        }
        let answer = request.body(asked.body.clone()).send().await.expect("the collector answers");
        let status = answer.status().as_u16();
        let text =
            |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let kept = ["content-type", "location", "retry-after"];
        let headers = answer
            .headers()
            .iter()
            .filter(|(name, _)| kept.contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        let body = answer.bytes().await.expect("a whole answer").to_vec();
        Answer { status, headers, body }
    }
}

fn head(answer: &Answer, length: usize) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} Whatever\r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {length}\r\n\r\n"));
    head.into_bytes()
}

async fn cut(stream: &mut TcpStream, answer: &Answer) -> io::Result<()> {
    stream.write_all(&head(answer, answer.body.len() + 1)).await?;
    stream.write_all(&answer.body[..answer.body.len() / 2]).await?;
    stream.shutdown().await
}

async fn drip(stream: &mut TcpStream, answer: &Answer) -> io::Result<()> {
    stream.write_all(&head(answer, answer.body.len() + LONGEST_DRIP as usize)).await?;
    // White space after JSON is JSON still: only a time limit can end this.
    let spaces = std::iter::repeat_n(b' ', LONGEST_DRIP as usize);
    for byte in answer.body.iter().copied().chain(spaces) {
        stream.write_all(&[byte]).await?;
        tokio::time::sleep(DRIP).await;
    }
    Ok(())
}

/// The next request of a connection; `None` when the client is done.
async fn read_request(stream: &mut TcpStream, pending: &mut Vec<u8>) -> io::Result<Option<Asked>> {
    let end = loop {
        if let Some(at) = pending.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(pending).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&pending[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut asked =
        Asked { method: method.to_owned(), target: target.to_owned(), headers, body: Vec::new() };
    let length = asked.header("content-length").map_or(0, |text| text.parse().unwrap_or(0));
    pending.drain(..end + 4);
    while pending.len() < length {
        if stream.read_buf(pending).await? == 0 {
            return Ok(None);
        }
    }
    asked.body = pending.drain(..length).collect();
    Ok(Some(asked))
}
