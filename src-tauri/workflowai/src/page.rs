//! The server's own page of a run, for a person's browser: what of the addresses that servers give is one, and what a
//! person may type where a server does not know its own.

use url::{Host, Url};

use crate::origin::{AddressError, Origin};

/// Where WorkflowAI's cloud had its pages until 31 January 2026. Servers that were never told their own address write
/// this one.
const CLOSED: &str = "workflowai.com";
/// As long as browsers take; an address is also shown to a person.
const MAX_BYTES: usize = 2_000;

/// Why a run has no page to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPage {
    #[error("The server gives no web address for this run's page")]
    NoAddress,
    #[error("The server says this run's page is at {CLOSED}, which closed in January 2026")]
    Closed,
    /// A run says so whose server is elsewhere: it must not reach other services of this machine.
    #[error("The server gives an address on this machine for this run's page")]
    ThisMachine,
    /// A collector's runs have the address of their JSON, which only a key can read.
    #[error("This server has no pages of its own")]
    OnlyJson,
}

/// An address that a browser opens as a web page, without anybody's password in it; anything else could be made to do
/// things.
pub(crate) fn web_address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok().filter(|_| text.len() <= MAX_BYTES)?;
    let is_web = matches!(url.scheme(), "http" | "https");
    (is_web && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// The page of a run that is at `told`, as its `server` says.
///
/// # Errors
/// [`NoPage`].
pub fn run_page(told: Option<&str>, server: &Origin) -> Result<Url, NoPage> {
    let url = told.and_then(web_address).ok_or(NoPage::NoAddress)?;
    if is_closed(&url) {
        return Err(NoPage::Closed);
    }
    let page = Origin::parse(&url.origin().ascii_serialization(), true);
    if page.is_ok_and(|page| page.is_loopback()) && !server.is_loopback() {
        return Err(NoPage::ThisMachine);
    }
    let path: Vec<&str> = url.path().split('/').collect();
    match path[..] {
        [.., "v1", _, "agents", _, "runs", _] => Err(NoPage::OnlyJson),
        _ => Ok(url),
    }
}

/// Where a server's pages begin, as typed or as copied from a browser: what leads on to a page of the `tenant` is cut
/// off.
///
/// # Errors
/// [`AddressError`].
pub fn pages_address(typed: &str, tenant: &str) -> Result<Origin, AddressError> {
    let end = typed.find(['?', '#']).unwrap_or(typed.len());
    // It is opened because a person typed it; whether it is encrypted is theirs to choose, and no key goes there.
    let origin = Origin::parse(&typed[..end], true)?;
    if is_closed(origin.url()) {
        return Err(AddressError::Closed);
    }
    let path: Vec<&str> = origin.url().path().trim_end_matches('/').split('/').collect();
    let leads_on =
        |at: &usize| path[*at] == tenant && matches!(path.get(at + 1), None | Some(&"agents"));
    let Some(at) = (1..path.len()).find(leads_on) else { return Ok(origin) };
    let mut begins = origin.url().clone();
    begins.set_path(&path[..at].join("/"));
    Origin::parse(begins.as_str(), true)
}

fn is_closed(url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else { return false };
    let name = name.trim_end_matches('.');
    name.strip_suffix(CLOSED).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn elsewhere() -> Origin {
        Origin::parse("https://api.acme.example", false).expect("an origin")
    }

    #[rstest]
    #[case("https://app.acme.example/acme/agents/a/runs/1")]
    #[case("HTTPS://app.acme.example/acme/agents/a/runs/1")]
    #[case("http://app.acme.example:3000/flow/acme/agents/a/runs/1?tab=output")]
    #[case("https://notworkflowai.com/acme/agents/a/runs/1")]
    #[case("https://workflowai.com.acme.example/acme/agents/a/runs/1")]
    #[case("https://app.acme.example/v1/agents/a/runs/1")]
    fn a_page_is_where_the_server_says(#[case] told: &str) {
        let page = run_page(Some(told), &elsewhere()).map(String::from);
        assert_eq!(page, Ok(told.replace("HTTPS", "https")));
    }

    #[rstest]
    #[case(None)]
    #[case(Some(""))]
    #[case(Some("/acme/agents/a/runs/1"))]
    #[case(Some("file:///etc/passwd"))]
    #[case(Some("javascript:alert(1)"))]
    #[case(Some("-e https://acme.example"))]
    #[case(Some("https://ann:secret@app.acme.example/acme"))]
    #[case(Some("https://ann@app.acme.example/acme"))]
    fn what_is_no_web_address_is_no_page(#[case] told: Option<&str>) {
        assert_eq!(run_page(told, &elsewhere()), Err(NoPage::NoAddress));
    }

    #[test]
    fn an_address_is_no_longer_than_browsers_take() {
        let long = |bytes: usize| format!("https://a.example/{:x<1$}", "", bytes - 18);
        assert_eq!(long(MAX_BYTES).len(), MAX_BYTES);
        assert!(run_page(Some(&long(MAX_BYTES)), &elsewhere()).is_ok());
        let too_long = run_page(Some(&long(MAX_BYTES + 1)), &elsewhere());
        assert_eq!(too_long, Err(NoPage::NoAddress));
    }

    #[rstest]
    #[case("https://workflowai.com/acme/agents/a/runs/1")]
    #[case("https://App.WorkflowAI.com/acme/agents/a/runs/1")]
    #[case("https://workflowai.com./acme/agents/a/runs/1")]
    fn the_cloud_is_closed(#[case] told: &str) {
        assert_eq!(run_page(Some(told), &elsewhere()), Err(NoPage::Closed));
    }

    #[rstest]
    #[case("http://localhost:3000/acme/agents/a/runs/1")]
    #[case("http://127.0.0.1:9000/do?it=1")]
    #[case("http://[::1]/acme")]
    fn only_a_server_on_this_machine_leads_to_it(#[case] told: &str) {
        assert_eq!(run_page(Some(told), &elsewhere()), Err(NoPage::ThisMachine));
        let here = Origin::parse("http://localhost:8000", false).expect("an origin");
        assert!(run_page(Some(told), &here).is_ok());
    }

    #[rstest]
    #[case("https://feedback.acme.example/v1/acme/agents/a/runs/1")]
    #[case("https://acme.example/collector/v1/acme/agents/a/runs/1")]
    fn what_only_a_key_can_read_is_no_page(#[case] told: &str) {
        assert_eq!(run_page(Some(told), &elsewhere()), Err(NoPage::OnlyJson));
    }

    #[rstest]
    #[case("https://flow.acme.example", "https://flow.acme.example")]
    #[case(" http://flow.acme.example:3000/ ", "http://flow.acme.example:3000")]
    #[case("https://acme.example/flow/", "https://acme.example/flow")]
    #[case("https://acme.example/acme", "https://acme.example")]
    #[case("https://acme.example/flow/acme/", "https://acme.example/flow")]
    #[case("https://acme.example/acme/agents/a/runs/1?tab=2#top", "https://acme.example")]
    #[case("https://acme.example/acme/agents", "https://acme.example")]
    #[case("https://acme.example/acme/flow", "https://acme.example/acme/flow")]
    #[case("https://acme.example/acme/flow/acme/agents/a", "https://acme.example/acme/flow")]
    fn pages_begin_before_what_leads_to_one_of_them(#[case] typed: &str, #[case] begin: &str) {
        let pages = pages_address(typed, "acme").map(|origin| origin.to_string());
        assert_eq!(pages, Ok(begin.to_owned()));
    }

    #[rstest]
    #[case("acme.example", AddressError::Scheme)]
    #[case("ftp://acme.example", AddressError::Scheme)]
    #[case("https://a:b@acme.example", AddressError::Credentials)]
    #[case("https://workflowai.com/acme", AddressError::Closed)]
    fn what_cannot_be_opened_is_refused(#[case] typed: &str, #[case] why: AddressError) {
        assert_eq!(pages_address(typed, "acme"), Err(why));
    }
}
