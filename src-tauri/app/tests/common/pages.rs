//! A list as a server hands it out: page by page.

use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

/// The page of `all` that is asked for by `offset` and `limit`.
pub(crate) fn page(request: &Request, all: &[Value]) -> ResponseTemplate {
    let number = |name: &str| {
        let found = request.url.query_pairs().find(|(key, _)| key == name);
        found.and_then(|(_, value)| value.parse::<usize>().ok()).expect("a number")
    };
    let items: Vec<_> = all.iter().skip(number("offset")).take(number("limit")).collect();
    ResponseTemplate::new(200).set_body_json(json!({"items": items, "count": all.len()}))
}
