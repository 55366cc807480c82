//! An image that a run points to, fetched because a person asked. It may be anywhere, so it is asked for without
//! the key, without a referrer, and what comes is checked before anybody shows it.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::redirect;
use url::Url;

use crate::error::{Error, Result, Unreachable};
use crate::origin::{AddressError, Origin};

/// Larger than any photo a person wants to look at beside a comment.
pub const MAX_IMAGE_BYTES: usize = 20 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);
const MAX_REDIRECTS: usize = 3;
/// What a web view shows as a picture and nothing else. SVG is left out: it can carry scripts and references.
const MEDIA_TYPES: &[&str] =
    &["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"];

/// An image, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// Fetches an image from wherever it is. Plain http is for loopback, unless `allow_plain_http`; and loopback is for
/// runs of a `server` that is there itself: what a run says must not reach other services of this machine.
///
/// # Errors
/// [`Error::NoImage`] for anything that is no picture by its media type; the others as for any request.
pub async fn load_image(url: &str, server: &Origin, allow_plain_http: bool) -> Result<Image> {
    let url = Url::parse(url).map_err(|_| AddressError::NotAnAddress)?;
    allowed(&url, allow_plain_http)?;
    if is_here(&url) && !server.is_loopback() {
        return Err(Error::NoImage);
    }
    let from_here = is_here(&url);
    let policy = redirect::Policy::custom(move |attempt| {
        let target = attempt.url();
        // A run's content must not lead from elsewhere to a service on this machine.
        let strays = is_here(target) && !from_here;
        let refused = strays || allowed(target, allow_plain_http).is_err();
        if refused || attempt.previous().len() > MAX_REDIRECTS {
            attempt.stop()
        } else {
            attempt.follow()
        }
    });
    let mut client = reqwest::Client::builder();
    if from_here {
        // What is on this machine is not for a proxy to see.
        client = client.no_proxy();
    }
    let client = client
        .redirect(policy)
        .referer(false)
        .timeout(PATIENCE)
        .build()
        .map_err(|_| Error::Setup)?;
    let mut response = client.get(url).send().await.map_err(|error| failed(&error))?;
    let status = response.status();
    if !status.is_success() {
        return Err(match status.as_u16() {
            status @ 500.. => Error::Server { status },
            status => Error::Rejected { status, code: None, message: None },
        });
    }
    let media_type =
        media_type(response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()))
            .ok_or(Error::NoImage)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        if bytes.len() + chunk.len() > MAX_IMAGE_BYTES {
            return Err(Error::TooLarge { limit_bytes: MAX_IMAGE_BYTES });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Image { media_type, bytes })
}

/// The same rules as for a server's address.
fn allowed(url: &Url, allow_plain_http: bool) -> Result<(), AddressError> {
    Origin::parse(&url.origin().ascii_serialization(), allow_plain_http).map(|_| ())
}

fn is_here(url: &Url) -> bool {
    Origin::parse(&url.origin().ascii_serialization(), true)
        .is_ok_and(|origin| origin.is_loopback())
}

fn media_type(header: Option<&str>) -> Option<&'static str> {
    let essence = header?.split(';').next()?.trim().to_ascii_lowercase();
    MEDIA_TYPES.iter().copied().find(|known| *known == essence)
}

fn failed(error: &reqwest::Error) -> Error {
    if error.is_timeout() {
        Error::Timeout { after: PATIENCE }
    } else {
        Error::Offline(Unreachable::Connection)
    }
}

#[cfg(test)]
mod tests {
    use wiremock::matchers::any;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;

    async fn serving(answer: ResponseTemplate) -> MockServer {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&server).await;
        server
    }

    fn here() -> Origin {
        Origin::parse("http://127.0.0.1:1", false).expect("an origin")
    }

    #[tokio::test]
    async fn a_run_of_a_server_elsewhere_does_not_reach_this_machine() {
        let server = serving(ResponseTemplate::new(200).set_body_raw(vec![1], "image/png")).await;
        let elsewhere = Origin::parse("https://w.example.com", false).expect("an origin");
        assert_eq!(load_image(&server.uri(), &elsewhere, false).await, Err(Error::NoImage));
        assert!(server.received_requests().await.is_some_and(|requests| requests.is_empty()));
    }

    #[tokio::test]
    async fn a_picture_comes_as_it_is() {
        let answer = ResponseTemplate::new(200).set_body_raw(vec![1, 2, 3], "image/png; charset=x");
        let server = serving(answer).await;
        let image =
            load_image(&format!("{}/a.png", server.uri()), &here(), false).await.expect("an image");
        assert_eq!(image, Image { media_type: "image/png", bytes: vec![1, 2, 3] });
        let requests = server.received_requests().await.expect("recorded requests");
        assert!(!requests[0].headers.contains_key("authorization"));
    }

    #[tokio::test]
    async fn what_is_no_picture_is_refused() {
        for kind in ["text/html", "image/svg+xml", "application/octet-stream"] {
            let server = serving(ResponseTemplate::new(200).set_body_raw("<svg/>", kind)).await;
            assert_eq!(
                load_image(&server.uri(), &here(), false).await,
                Err(Error::NoImage),
                "{kind}"
            );
        }
    }

    #[tokio::test]
    async fn an_image_is_not_fetched_in_the_clear_or_from_a_file() {
        for url in
            ["http://images.example.com/a.png", "file:///etc/passwd", "ftp://x/a.png", "nonsense"]
        {
            assert!(
                matches!(load_image(url, &here(), false).await, Err(Error::BadAddress(_))),
                "{url}"
            );
        }
    }
}
