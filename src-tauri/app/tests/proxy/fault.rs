//! What may become of one request on its way, and what the answer to it is made of.

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use serde_json::{Value, json};

/// What becomes of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The connection is reset when the request has been read.
    Reset,
    /// Half of the body comes, then the connection ends.
    Cut,
    /// The body comes byte by byte and never ends.
    Drip,
    /// Nothing comes, and the connection stays open.
    Silent,
    /// 429, with a wait in seconds if there is one.
    Throttled(Option<u64>),
    /// 500 as the server itself says it, in text/plain.
    ServerError,
    /// 502 with a page of HTML, as a proxy says it.
    BadGateway,
    /// 200 with a page of HTML, as a network that wants a login says it.
    LoginPage,
    /// 200 with JSON of another service.
    OtherShape,
    /// 200 and an empty list, although there are items.
    Empty,
    /// 200 with half of the JSON, and a length that fits.
    HalfJson,
    /// The first page, whatever was asked for.
    FirstPageAgain,
    /// The page's items in another order.
    Shuffled(u64),
    /// The second page in the first one's place and the other way round, and so on down the list.
    Swapped,
    /// 401 as for a key that was revoked.
    KeyExpired,
    /// 307 to the same path elsewhere.
    Elsewhere(String),
}

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// One answer, whole.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Whether it asks for a page of feedback.
    pub(crate) fn is_feedback_page(&self) -> bool {
        self.method == "GET" && self.path().ends_with("/feedback")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> Option<u64> {
        let query = self.target.split_once('?')?.1;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name)?.1.parse().ok()
    }

    /// The same page request at another offset.
    fn at(&self, offset: u64) -> Self {
        let limit = self.number("limit").unwrap_or(30);
        Self { target: format!("{}?limit={limit}&offset={offset}", self.path()), ..self.clone() }
    }
}

impl Answer {
    fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Self { status, headers, body: body.into() }
    }

    fn json(status: u16, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Fault {
    /// What is asked of the server in place of what was asked for.
    pub(crate) fn asks(&self, asked: &Asked) -> Asked {
        match self {
            Self::FirstPageAgain if asked.is_feedback_page() => asked.at(0),
            Self::Swapped if asked.is_feedback_page() => {
                let limit = asked.number("limit").unwrap_or(30).max(1);
                let page = asked.number("offset").unwrap_or(0) / limit;
                asked.at((page ^ 1) * limit)
            }
            _ => asked.clone(),
        }
    }

    /// An answer that no server has to be asked for.
    pub(crate) fn instead(&self, asked: &Asked) -> Option<Answer> {
        Some(match self {
            Self::Throttled(wait) => {
                let answer = Answer::json(429, &json!({"detail": "Too many requests"}));
                match wait {
                    Some(seconds) => answer.with("retry-after", &seconds.to_string()),
                    None => answer,
                }
            }
            Self::ServerError => Answer::new(500, "text/plain", "Internal Server Error"),
            Self::BadGateway => {
                Answer::new(502, "text/html", "<html><h1>502 Bad Gateway</h1></html>")
            }
            Self::LoginPage => Answer::new(200, "text/html", "<html><form>Sign in</form></html>"),
            Self::OtherShape => Answer::json(200, &json!({"status": "up", "build": 7})),
            Self::Empty => Answer::json(200, &json!({"items": [], "count": 0})),
            Self::KeyExpired => Answer::json(
                401,
                &json!({"error": {"message": "Invalid API key provided: wai-x***.",
                    "status_code": 401, "code": "authentication_failed"}}),
            ),
            Self::Elsewhere(origin) => Answer::new(307, "text/plain", "")
                .with("location", &format!("{origin}{}", asked.target)),
            _ => return None,
        })
    }

    /// What becomes of the server's answer.
    pub(crate) fn bend(&self, asked: &Asked, answer: Answer) -> Answer {
        match self {
            Self::Shuffled(seed) if asked.is_feedback_page() => shuffled(answer, *seed),
            Self::HalfJson => {
                let half = answer.body.len() / 2;
                Answer { body: answer.body[..half].to_vec(), ..answer }
            }
            _ => answer,
        }
    }
}

fn shuffled(answer: Answer, seed: u64) -> Answer {
    let mut page: Value = serde_json::from_slice(&answer.body).expect("the collector's JSON");
    if let Some(items) = page["items"].as_array_mut() {
        items.shuffle(&mut StdRng::seed_from_u64(seed));
    }
    Answer { body: page.to_string().into_bytes(), ..answer }
}
