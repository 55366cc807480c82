//! Scanned invoices that can be shown without a network: small pictures as `data:` addresses.
//! The other half of the invoices keeps addresses outside, which nobody can load.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

/// The first one belongs to a certain invoice of `last_hours`; on the others no word can be read that a run contradicts.
const SCANS: [&[u8]; 4] = [
    include_bytes!("images/bergwerk.png"),
    include_bytes!("images/scan_1.png"),
    include_bytes!("images/scan_2.png"),
    include_bytes!("images/scan_3.png"),
];

static ADDRESSES: LazyLock<Vec<String>> = LazyLock::new(|| {
    SCANS.iter().map(|scan| format!("data:image/png;base64,{}", STANDARD.encode(scan))).collect()
});

/// A demo of this size has all its pictures; a larger one does not have more of them, or the file would grow by
/// gigabytes.
const PICTURED_UP_TO: u64 = 20_000;

/// Share of invoices with pictures in a demo of `feedback`.
pub(super) fn share(feedback: u64) -> f64 {
    0.5 * (PICTURED_UP_TO as f64 / feedback.max(1) as f64).min(1.0)
}

/// The invoice whose VAT is 7.97.
pub(super) fn bergwerk() -> &'static str {
    &ADDRESSES[0]
}

/// Replaces the files of an invoice reader's input.
pub(super) fn put_in(input: &mut Value, rng: &mut StdRng) {
    if let Some(file) = input.get_mut("invoice") {
        *file = scan(rng);
    }
    for page in input.get_mut("pages").and_then(Value::as_array_mut).into_iter().flatten() {
        *page = scan(rng);
    }
}

/// Without `storage_url`, which clients prefer.
fn scan(rng: &mut StdRng) -> Value {
    let at = rng.random_range(1..ADDRESSES.len());
    json!({"content_type": "image/png", "url": ADDRESSES[at]})
}
