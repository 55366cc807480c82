//! A server's address, checked once, and how a path is put behind it. Ids are any string: each is
//! encoded so that it stays one segment of the path and cannot climb out of it.

use std::fmt;

use url::{Host, Url};

use crate::Error;

/// Longer than any id a server gives; far below what an HTTP stack takes in a request line.
const MAX_SEGMENT_BYTES: usize = 2_000;

/// Scheme, host, port and perhaps a base path of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Without user, query, fragment.
    base: Url,
}

/// Why a text is no server's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("This is not an address; write it as in https://workflowai.example.com")]
    NotAnAddress,
    #[error("The address must begin with https:// (or http:// on this machine)")]
    Scheme,
    #[error("The address must not contain a user name or password")]
    Credentials,
    #[error("The address must end before any ? or #")]
    QueryOrFragment,
    #[error("workflowai.com closed in January 2026")]
    Closed,
    #[error("http:// to another machine sends the key in the clear; use https://, or allow it")]
    PlainHttp,
}

impl Origin {
    /// Reads an address as typed. Plain http is for loopback, unless `allow_plain_http`.
    pub fn parse(text: &str, allow_plain_http: bool) -> Result<Self, AddressError> {
        let text = text.trim();
        let lower = text.to_ascii_lowercase();
        if !lower.starts_with("http://") && !lower.starts_with("https://") {
            return Err(AddressError::Scheme);
        }
        let base = Url::parse(text).map_err(|_| AddressError::NotAnAddress)?;
        if !base.username().is_empty() || base.password().is_some() {
            return Err(AddressError::Credentials);
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(AddressError::QueryOrFragment);
        }
        let origin = Self { base };
        if origin.base.scheme() == "http" && !origin.is_loopback() && !allow_plain_http {
            return Err(AddressError::PlainHttp);
        }
        Ok(origin)
    }

    /// The whole address.
    pub fn url(&self) -> &Url {
        &self.base
    }

    /// Whether the server is on this machine.
    pub fn is_loopback(&self) -> bool {
        match self.base.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// Whether the server is spoken to in the clear.
    pub(crate) fn is_plain(&self) -> bool {
        self.base.scheme() == "http"
    }

    /// Whether a URL has this scheme, host and port: the only place the key may go.
    pub(crate) fn owns(&self, url: &Url) -> bool {
        self.base.origin() == url.origin()
    }

    /// The address of a resource; each segment stays one segment whatever is in it.
    /// `.` and `..` have no such form: a URL collapses them even when they are percent-encoded.
    ///
    /// # Errors
    /// [`Error::BadId`].
    pub fn join(&self, segments: &[&str]) -> Result<Url, Error> {
        let mut path = self.base.path().trim_end_matches('/').to_owned();
        for segment in segments {
            if matches!(*segment, "" | "." | "..") || segment.len() > MAX_SEGMENT_BYTES {
                return Err(Error::BadId);
            }
            path.push('/');
            push_encoded(&mut path, segment);
        }
        let mut url = self.base.clone();
        url.set_path(&path);
        Ok(url)
    }
}

/// Everything but RFC 3986's unreserved characters is encoded. `Url::path_segments_mut` is not used:
/// it drops tabs and line breaks, and so turns one id into another.
fn push_encoded(path: &mut String, segment: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push('%');
            path.push(char::from(HEX[usize::from(byte >> 4)]));
            path.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://w.example.com", "https://w.example.com")]
    #[case(" https://w.example.com:8443/base/ ", "https://w.example.com:8443/base")]
    #[case("HTTP://LOCALHOST:8000", "http://localhost:8000")]
    #[case("http://127.0.0.1:8787/", "http://127.0.0.1:8787")]
    #[case("http://[::1]:8787", "http://[::1]:8787")]
    fn an_address_is_read_as_typed(#[case] typed: &str, #[case] printed: &str) {
        assert_eq!(Origin::parse(typed, false).expect("an origin").to_string(), printed);
    }

    #[rstest]
    #[case("w.example.com:8000", AddressError::Scheme)]
    #[case("ftp://w.example.com", AddressError::Scheme)]
    #[case("file:///etc/passwd", AddressError::Scheme)]
    #[case("", AddressError::Scheme)]
    #[case("https://", AddressError::NotAnAddress)]
    #[case("https://me:pw@w.example.com", AddressError::Credentials)]
    #[case("https://me@w.example.com", AddressError::Credentials)]
    #[case("https://w.example.com?key=1", AddressError::QueryOrFragment)]
    #[case("https://w.example.com#x", AddressError::QueryOrFragment)]
    #[case("http://w.example.com", AddressError::PlainHttp)]
    #[case("http://0.0.0.0:8000", AddressError::PlainHttp)]
    #[case("http://localhost.example.com", AddressError::PlainHttp)]
    #[case("http://127.0.0.1.example.com", AddressError::PlainHttp)]
    fn what_is_no_safe_address_is_refused(#[case] typed: &str, #[case] why: AddressError) {
        assert_eq!(Origin::parse(typed, false), Err(why));
    }

    #[test]
    fn plain_http_to_another_machine_can_be_allowed() {
        assert!(Origin::parse("http://w.example.com", true).is_ok());
    }

    #[rstest]
    #[case("a/b?c#d", "/base/a%2Fb%3Fc%23d/x")]
    #[case("%2e%2e", "/base/%252e%252e/x")]
    #[case("a\tb\r\n\0\\", "/base/a%09b%0D%0A%00%5C/x")]
    #[case("Zoë", "/base/Zo%C3%AB/x")]
    #[case("...", "/base/.../x")]
    fn any_id_stays_one_segment(#[case] id: &str, #[case] path: &str) {
        let origin = Origin::parse("https://w.example.com/base", false).expect("an origin");
        assert_eq!(origin.join(&[id, "x"]).expect("a url").path(), path);
    }

    #[rstest]
    #[case(".")]
    #[case("..")]
    #[case("")]
    #[case(&"x".repeat(2_001))]
    fn an_id_without_a_form_in_a_url_is_an_error(#[case] id: &str) {
        let origin = Origin::parse("https://w.example.com", false).expect("an origin");
        assert_eq!(origin.join(&["v1", id]), Err(Error::BadId));
    }

    proptest! {
        #[test]
        fn no_id_changes_the_path_around_it(id in "\\PC{1,40}|[.%/\\\\?#\t\n2eE]{1,8}") {
            let origin = Origin::parse("https://w.example.com", false).expect("an origin");
            if let Ok(url) = origin.join(&["a", &id, "b"]) {
                let segments: Vec<_> = url.path_segments().expect("segments").collect();
                prop_assert_eq!(segments.len(), 3);
                prop_assert_eq!((segments[0], segments[2]), ("a", "b"));
                prop_assert!(url.query().is_none() && url.fragment().is_none());
                prop_assert!(origin.owns(&url));
            }
        }
    }
}
