//! Ids as the original makes them: feedback ids like ObjectIds, runs as time-ordered uuids, versions and schemas by
//! content, agents by a 32-bit number. Nothing here reads a clock.

use rand::{RngCore, TryRngCore};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::json::canonical;

const COUNTER_BITS: u32 = 24;

/// Second and counter of a feedback id in one number, in the order in which feedback came.
///
/// Taken from the last one, not from memory: two processes on one file still count up, and a clock that was set back
/// cannot put a new feedback below an old one.
pub(crate) fn next_feedback(last: Option<i64>, now_ms: i64) -> i64 {
    let first_of_second = now_ms.div_euclid(1000).clamp(0, i64::from(u32::MAX)) << COUNTER_BITS;
    match last {
        Some(last) if last >= first_of_second => last + 1,
        _ => first_of_second,
    }
}

/// The second a feedback id was made in, since 1970.
pub(crate) fn feedback_second(id: i64) -> i64 {
    id >> COUNTER_BITS
}

/// 24 hex digits: second, five bytes of this database, counter.
pub(crate) fn feedback_text(id: i64, instance: [u8; 5]) -> String {
    let [a, b, c, d, e] = instance;
    let counter = id & ((1 << COUNTER_BITS) - 1);
    let second = feedback_second(id);
    format!("{second:08x}{a:02x}{b:02x}{c:02x}{d:02x}{e:02x}{counter:06x}")
}

/// The number behind an id of this database; `None` for anything else.
pub(crate) fn parse_feedback(text: &str, instance: [u8; 5]) -> Option<i64> {
    if text.len() != 24 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let second = i64::from_str_radix(&text[..8], 16).ok()?;
    let counter = i64::from_str_radix(&text[18..], 16).ok()?;
    let id = (second << COUNTER_BITS) | counter;
    feedback_text(id, instance).eq_ignore_ascii_case(text).then_some(id)
}

/// A new time-ordered uuid (version 7).
pub(crate) fn new_uuid(now_ms: i64) -> String {
    let mut random = [0u8; 10];
    rand::rng().fill_bytes(&mut random);
    let ms = now_ms.max(0).to_be_bytes();
    let mut bytes = [0u8; 16];
    bytes[..6].copy_from_slice(&ms[2..]);
    bytes[6..].copy_from_slice(&random);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A uuid in lower case, if the text has the form of one. Version and variant are not looked at: the original's own
/// ids have random variant bits.
pub(crate) fn parse_uuid(text: &str) -> Option<String> {
    let dashes = [8, 13, 18, 23];
    let fits =
        |(i, b): (usize, u8)| if dashes.contains(&i) { b == b'-' } else { b.is_ascii_hexdigit() };
    (text.len() == 36 && text.bytes().enumerate().all(fits)).then(|| text.to_ascii_lowercase())
}

/// 32 hex digits that are the same for the same content, whatever the order of keys.
pub(crate) fn content_hash(value: &Value) -> String {
    hex(&Sha256::digest(canonical(value).as_bytes())[..16])
}

/// The number of an agent in tokens; `attempt` counts up when it is taken.
pub(crate) fn agent_uid(tenant_uid: i64, agent_id: &str, attempt: u32) -> i64 {
    let digest = Sha256::digest(format!("{tenant_uid}/{agent_id}/{attempt}").as_bytes());
    i64::from(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]))
}

/// Random bytes from the operating system.
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0u8; N];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(|_| Error::Random)?;
    Ok(bytes)
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSTANCE: [u8; 5] = [0xac, 0x4f, 0x62, 0x0d, 0x3f];

    #[test]
    fn a_feedback_id_reads_back_and_tells_its_second() {
        let id = next_feedback(None, 1_800_000_000_999);
        let text = feedback_text(id, INSTANCE);
        assert_eq!(text, "6b49d200ac4f620d3f000000");
        assert_eq!(parse_feedback(&text, INSTANCE), Some(id));
        assert_eq!(parse_feedback(&text.to_uppercase(), INSTANCE), Some(id));
        assert_eq!(feedback_second(id), 1_800_000_000);
    }

    #[test]
    fn ids_of_other_databases_and_other_texts_are_nobodys() {
        let text = feedback_text(next_feedback(None, 1_800_000_000_000), INSTANCE);
        assert_eq!(parse_feedback(&text, [0; 5]), None);
        assert_eq!(parse_feedback("hello", INSTANCE), None);
        assert_eq!(parse_feedback(&"é".repeat(12), INSTANCE), None);
    }

    #[test]
    fn ids_grow_within_a_second_and_when_the_clock_is_set_back() {
        let first = next_feedback(None, 10_000);
        let second = next_feedback(Some(first), 10_999);
        let third = next_feedback(Some(second), 3_000);
        assert!(first < second && second < third);
    }

    #[test]
    fn uuids_have_the_time_in_front_and_the_form_of_a_uuid() {
        let id = new_uuid(0x0190_c0c0_0000);
        assert!(id.starts_with("0190c0c0-0000-7"), "{id}");
        assert_eq!(parse_uuid(&id.to_uppercase()), Some(id));
        assert_eq!(parse_uuid("hello"), None);
        assert_eq!(parse_uuid("0190c0c0x0000-7000-8000-000000000001"), None);
    }

    #[test]
    fn the_order_of_keys_does_not_change_a_content_hash() {
        let a = serde_json::json!({"model": "m", "temperature": 0.2});
        let b = serde_json::json!({"temperature": 0.2, "model": "m"});
        assert_eq!(content_hash(&a), content_hash(&b));
        assert_ne!(content_hash(&a), content_hash(&serde_json::json!({"model": "m"})));
    }
}
