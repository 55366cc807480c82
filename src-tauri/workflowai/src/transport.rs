//! One request to one origin and its whole answer: the key, the redirects, the timeouts, the bound on
//! what is under way and on what is read, and the retries. What an answer means is not decided here.

use std::error::Error as _;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use backon::{ConstantBuilder, Retryable};
use rand::Rng;
use reqwest::header::{AUTHORIZATION, HeaderValue, LOCATION};
use reqwest::{Method, Response, StatusCode, redirect};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use url::Url;

use crate::answer;
use crate::client::{ClientOptions, Timeouts};
use crate::error::{Error, Result, Unreachable};
use crate::origin::Origin;
use crate::retry::{Decision, Outcome, RetryPolicy};

/// More hops than any server here makes (one, for a trailing slash).
const MAX_REDIRECTS: usize = 5;
/// An error's body is a sentence; a proxy's page need not be read to its end.
const MAX_ERROR_BODY_BYTES: usize = 1024 * 1024;

/// One request, complete but for the origin and the key.
pub(crate) struct Call {
    /// As in "feedback list": what logs and errors call it, since its URL may hold a token or a user.
    pub(crate) name: &'static str,
    method: Method,
    url: Url,
    body: Option<Vec<u8>>,
    with_key: bool,
    idempotent: bool,
    slow: bool,
}

impl Call {
    pub(crate) fn get(name: &'static str, url: Url) -> Self {
        let method = Method::GET;
        Self { name, method, url, body: None, with_key: true, idempotent: true, slow: false }
    }

    /// A POST is not idempotent unless `repeatable` says so.
    pub(crate) fn post(name: &'static str, url: Url, body: &impl Serialize) -> Self {
        // Bodies are our own types or JSON values with text keys: neither can fail to become JSON.
        let body = Some(serde_json::to_vec(body).unwrap_or_default());
        let method = Method::POST;
        Self { name, method, url, body, with_key: true, idempotent: false, slow: false }
    }

    /// Sent without the key: the endpoint needs none.
    pub(crate) fn keyless(self) -> Self {
        Self { with_key: false, ..self }
    }

    /// A POST that only reads.
    pub(crate) fn repeatable(self) -> Self {
        Self { idempotent: true, ..self }
    }

    /// A language model works behind it.
    pub(crate) fn slow(self) -> Self {
        Self { slow: true, ..self }
    }
}

/// A failed send and what the retry policy has to know of it.
pub(crate) struct Failed {
    error: Error,
    outcome: Outcome,
}

impl Failed {
    pub(crate) fn into_error(self) -> Error {
        self.error
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, outcome: Outcome::Final }
    }
}

/// An answer whose body is still to come; it counts as under way until it is dropped.
pub(crate) struct Opened {
    pub(crate) response: Response,
    pub(crate) read_timeout: Duration,
    _permit: OwnedSemaphorePermit,
}

pub(crate) struct Transport {
    http: reqwest::Client,
    pub(crate) origin: Origin,
    authorization: Option<HeaderValue>,
    timeouts: Timeouts,
    retry: RetryPolicy,
    permits: Arc<Semaphore>,
    pub(crate) max_body_bytes: usize,
}

impl Transport {
    pub(crate) fn new(options: ClientOptions) -> Result<Self> {
        let mut http = reqwest::Client::builder()
            .user_agent(&options.user_agent)
            // Redirects are followed below, one by one: reqwest would take them anywhere.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(options.timeouts.connect);
        if options.origin.is_loopback() {
            // What is on this machine is not for a proxy to see, the key least of all.
            http = http.no_proxy();
        }
        if options.origin.is_loopback() && options.origin.is_plain() {
            // Nothing here is ever encrypted, and reading the system's certificates takes longer than most requests.
            http = http.tls_certs_only([]);
        }
        let authorization = options.key.as_ref().map(|key| {
            let text = zeroize::Zeroizing::new(format!("Bearer {}", key.expose()));
            let mut value = HeaderValue::from_str(&text).map_err(|_| Error::Setup)?;
            value.set_sensitive(true);
            Ok::<_, Error>(value)
        });
        Ok(Self {
            http: http.build().map_err(|_| Error::Setup)?,
            origin: options.origin,
            authorization: authorization.transpose()?,
            timeouts: options.timeouts,
            retry: options.retry,
            permits: Arc::new(Semaphore::new(options.max_in_flight.max(1))),
            max_body_bytes: options.max_body_bytes,
        })
    }

    /// Sends, with retries, and reads the answer as JSON.
    pub(crate) async fn json<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        let name = call.name;
        parse(name, &self.bytes(call).await?)
    }

    /// Sends, with retries, and gives the body of a success.
    pub(crate) async fn bytes(&self, call: Call) -> Result<Vec<u8>> {
        let sent = AtomicU32::new(0);
        let send = || self.send_once(&call, sent.fetch_add(1, Ordering::Relaxed));
        send.retry(ConstantBuilder::default().without_max_times())
            .adjust(|failed: &Failed, _| {
                let roll = rand::rng().random_range(0.0..1.0);
                let attempt = sent.load(Ordering::Relaxed) - 1;
                match self.retry.decide(attempt, call.idempotent, failed.outcome, roll) {
                    Decision::Wait(wait) => Some(wait),
                    Decision::GiveUp => None,
                }
            })
            .await
            .map_err(|failed| failed.error)
    }

    async fn send_once(&self, call: &Call, attempt: u32) -> Result<Vec<u8>, Failed> {
        let result = self.answer_of(call).await;
        match &result {
            Ok(body) => tracing::debug!(call = call.name, attempt, bytes = body.len(), "answered"),
            Err(failed) => {
                tracing::debug!(call = call.name, attempt, outcome = ?failed.outcome, "failed");
            }
        }
        result
    }

    async fn answer_of(&self, call: &Call) -> Result<Vec<u8>, Failed> {
        let _permit = self.permit().await;
        let total = if call.slow { self.timeouts.slow } else { self.timeouts.total };
        let work = async {
            let mut response = self.follow(call).await?;
            if !response.status().is_success() {
                return Err(self.refused(call, response).await);
            }
            self.body(&mut response, self.read_timeout(call)).await
        };
        timeout(total, work).await.unwrap_or_else(|_| Err(too_slow(total)))
    }

    /// Sends once and hands the answer out while it is still being written. Never retried.
    pub(crate) async fn open(&self, call: Call) -> Result<Opened> {
        let permit = self.permit().await;
        let response = self.follow(&call).await.map_err(|failed| failed.error)?;
        if !response.status().is_success() {
            return Err(self.refused(&call, response).await.error);
        }
        Ok(Opened { response, read_timeout: self.read_timeout(&call), _permit: permit })
    }

    async fn permit(&self) -> OwnedSemaphorePermit {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        permit.expect("the semaphore is never closed")
    }

    fn read_timeout(&self, call: &Call) -> Duration {
        if call.slow { self.timeouts.slow } else { self.timeouts.read }
    }

    /// Sends, and follows redirects that stay at the origin.
    async fn follow(&self, call: &Call) -> Result<Response, Failed> {
        let mut url = call.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let response = self.send(call, url.clone()).await?;
            let Some(target) = redirect_target(&response, &url) else { return Ok(response) };
            if !self.origin.owns(&target) {
                let to = target.origin().ascii_serialization();
                return Err(Error::RedirectElsewhere { to }.into());
            }
            let keeps_method =
                matches!(response.status().as_u16(), 307 | 308) || call.method == Method::GET;
            if !keeps_method {
                break;
            }
            url = target;
        }
        Err(Error::Unexpected { request: call.name }.into())
    }

    async fn send(&self, call: &Call, url: Url) -> Result<Response, Failed> {
        let mut request = self.http.request(call.method.clone(), url);
        if let Some(body) = &call.body {
            request = request.header("content-type", "application/json").body(body.clone());
        }
        if let Some(value) = self.authorization.as_ref().filter(|_| call.with_key) {
            request = request.header(AUTHORIZATION, value.clone());
        }
        let wait = self.read_timeout(call);
        match timeout(wait, request.send()).await {
            Ok(sent) => sent.map_err(|error| broken(&error)),
            Err(_) => Err(too_slow(wait)),
        }
    }

    async fn refused(&self, call: &Call, mut response: Response) -> Failed {
        let status = response.status().as_u16();
        let retry_after = answer::retry_after(response.headers());
        let mut body = Vec::new();
        while body.len() < MAX_ERROR_BODY_BYTES {
            match timeout(self.timeouts.read, response.chunk()).await {
                Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
                _ => break,
            }
        }
        let key_sent = call.with_key && self.authorization.is_some();
        Failed {
            error: answer::refusal(status, key_sent, retry_after, &body),
            outcome: Outcome::Status { status, retry_after },
        }
    }

    async fn body(&self, response: &mut Response, read: Duration) -> Result<Vec<u8>, Failed> {
        let limit = self.max_body_bytes;
        let announced = response.content_length().unwrap_or(0);
        if usize::try_from(announced).unwrap_or(usize::MAX) > limit {
            return Err(Error::TooLarge { limit_bytes: limit }.into());
        }
        let mut body = Vec::new();
        loop {
            let chunk = match timeout(read, response.chunk()).await {
                Ok(chunk) => chunk.map_err(|error| broken(&error))?,
                Err(_) => return Err(too_slow(read)),
            };
            let Some(chunk) = chunk else { return Ok(body) };
            if body.len() + chunk.len() > limit {
                return Err(Error::TooLarge { limit_bytes: limit }.into());
            }
            body.extend_from_slice(&chunk);
        }
    }
}

/// Reads JSON into a wire type. Serde's own message is dropped: it quotes what it read.
pub(crate) fn parse<'de, T: Deserialize<'de>>(request: &'static str, body: &'de [u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Error::Unexpected { request },
        _ => Error::NotJson,
    })
}

/// As [`parse`], for one thing asked for by its `id`. JSON without any id comes from something that stands in the
/// server's place and says nothing about the thing.
pub(crate) fn parse_one<'de, T: Deserialize<'de>>(
    request: &'static str,
    id: Option<&str>,
    body: &'de [u8],
) -> Result<T> {
    #[derive(serde::Deserialize)]
    struct Named {
        id: String,
    }
    let named: Named = parse(request, body)?;
    // The server finds a run in either case of its id (contract, 3).
    let is_another = id.is_some_and(|id| !named.id.eq_ignore_ascii_case(id));
    let read = if is_another { None } else { serde_json::from_slice(body).ok() };
    read.ok_or(Error::Unusable { request })
}

fn redirect_target(response: &Response, asked: &Url) -> Option<Url> {
    let moved = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if !moved.contains(&response.status()) {
        return None;
    }
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    asked.join(location).ok()
}

fn too_slow(after: Duration) -> Failed {
    Failed { error: Error::Timeout { after }, outcome: Outcome::Timeout }
}

/// A request that brought no complete answer. Only the kind is kept: reqwest's message holds the URL.
pub(crate) fn broken(error: &reqwest::Error) -> Failed {
    if error.is_builder() {
        return Error::BadId.into();
    }
    let outcome = Outcome::ConnectionError;
    Failed { error: Error::Offline(why_unreachable(error)), outcome }
}

fn why_unreachable(error: &reqwest::Error) -> Unreachable {
    if error.is_timeout() {
        return Unreachable::ConnectTimeout;
    }
    if error.is_dns() {
        return Unreachable::Name;
    }
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            match innermost(io).kind() {
                io::ErrorKind::ConnectionRefused => return Unreachable::Refused,
                // rustls reports whatever is wrong with a certificate or a handshake this way.
                io::ErrorKind::InvalidData => return Unreachable::Certificate,
                _ => {}
            }
        }
        source = cause.source();
    }
    Unreachable::Connection
}

/// An I/O error wrapped in another is not among its sources, but inside it.
fn innermost(error: &io::Error) -> &io::Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<io::Error>()) {
        Some(inner) => innermost(inner),
        None => error,
    }
}
