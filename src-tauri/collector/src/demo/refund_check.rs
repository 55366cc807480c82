//! `refund-check`: structured output with instructions. 4.x made it worse (it no longer sees pending payments),
//! 5.1 repaired it, and 7.1, which serves now, does it again. Words are in `texts/refund_*.txt`.

use std::sync::LazyLock;

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::DemoSchema;
use super::calendar::{DAY_MS, HOUR_MS, iso_date, iso_time, money, spoken_date};
use super::casting::{Part, cast};
use super::goods;
use super::release::{Cast, Kind, Release, Scene, model, prompt};
use super::words::{Texts, Vars};

static RUNS: LazyLock<Texts> =
    LazyLock::new(|| Texts::parse(&[include_str!("texts/refund_runs.txt")]));
static COMMENTS: LazyLock<Texts> =
    LazyLock::new(|| Texts::parse(&[include_str!("texts/refund_comments.txt")]));

pub(super) static KIND: Kind = Kind {
    id: "refund-check",
    name: "Refund check",
    description: "Decides on a refund from the customer's message and the payments, and writes the reply.",
    weight: 28,
    releases: &RELEASES,
    schemas,
    properties,
    comments: || &COMMENTS,
    scene,
    stray: None,
};

const EARLY: &[(&str, u32)] =
    &[("shipping", 4), ("waiting", 3), ("reason", 3), ("amount", 3), ("policy", 2), ("other", 2)];
const USUAL: &[(&str, u32)] = &[
    ("waiting", 4),
    ("reason", 3),
    ("policy", 2),
    ("language", 2),
    ("amount", 2),
    ("duplicate", 1),
    ("other", 2),
];
const BLIND: &[(&str, u32)] =
    &[("duplicate", 12), ("reason", 4), ("waiting", 3), ("language", 1), ("other", 1)];
const LATE: &[(&str, u32)] =
    &[("amount", 4), ("reason", 3), ("language", 2), ("policy", 2), ("waiting", 1), ("other", 3)];
const BLIND_AGAIN: &[(&str, u32)] = &[
    ("duplicate", 8),
    ("waiting", 3),
    ("amount", 2),
    ("reason", 2),
    ("language", 1),
    ("other", 2),
];

#[rustfmt::skip]
static RELEASES: [Release; 12] = [
    Release { major: 1, minor: 1, schema_id: 1, model: "gpt-4o-mini-2024-07-18", temperature: 0.2, days_ago: 172, rate: 0.64, faults: EARLY, notes: Some("First one that went live."), saved: true },
    Release { major: 1, minor: 2, schema_id: 1, model: "gpt-4o-2024-11-20", temperature: 0.2, days_ago: 151, rate: 0.68, faults: EARLY, notes: None, saved: true },
    Release { major: 2, minor: 1, schema_id: 1, model: "gpt-4o-2024-11-20", temperature: 0.2, days_ago: 119, rate: 0.71, faults: EARLY, notes: Some("Decisions spelled out, so that it stops inventing new ones."), saved: true },
    Release { major: 2, minor: 2, schema_id: 1, model: "claude-sonnet-4-20250514", temperature: 0.2, days_ago: 97, rate: 0.71, faults: EARLY, notes: None, saved: true },
    Release { major: 3, minor: 1, schema_id: 2, model: "gpt-4o-2024-11-20", temperature: 0.1, days_ago: 82, rate: 0.76, faults: USUAL, notes: Some("Order in the input, withdrawal rules, shipping is refunded."), saved: true },
    Release { major: 3, minor: 2, schema_id: 2, model: "claude-sonnet-4-20250514", temperature: 0.1, days_ago: 66, rate: 0.77, faults: USUAL, notes: None, saved: true },
    Release { major: 4, minor: 1, schema_id: 2, model: "gpt-4o-2024-11-20", temperature: 0.1, days_ago: 46, rate: 0.56, faults: BLIND, notes: Some("Captured payments only: we paid out two refunds for payments that never went through."), saved: true },
    Release { major: 4, minor: 2, schema_id: 2, model: "gpt-4.1-2025-04-14", temperature: 0.1, days_ago: 36, rate: 0.58, faults: BLIND, notes: Some("Is it the model? (No.)"), saved: true },
    Release { major: 5, minor: 1, schema_id: 2, model: "gpt-4.1-2025-04-14", temperature: 0.1, days_ago: 29, rate: 0.80, faults: LATE, notes: Some("Pending payments count again, and it says when they are released."), saved: true },
    Release { major: 5, minor: 2, schema_id: 2, model: "gpt-4o-2024-11-20", temperature: 0.1, days_ago: 19, rate: 0.79, faults: LATE, notes: None, saved: true },
    Release { major: 6, minor: 1, schema_id: 2, model: "gpt-4o-2024-11-20", temperature: 0.1, days_ago: 11, rate: 0.81, faults: LATE, notes: Some("Sale items, reasons for a refusal."), saved: true },
    Release { major: 7, minor: 1, schema_id: 2, model: "gpt-4.1-2025-04-14", temperature: 0.1, days_ago: 4, rate: 0.70, faults: BLIND_AGAIN, notes: Some("Payments team: leave pending payments to the banks, and promise no dates."), saved: true },
];

fn properties(release: &Release) -> Value {
    let mut properties = model(release);
    properties["instructions"] =
        prompt(include_str!("texts/refund_prompt.txt"), release.major).into();
    properties
}

fn schemas() -> Vec<DemoSchema> {
    let payment = json!({"type": "object", "properties": {
        "id": {"type": "string"},
        "amount": {"type": "number", "description": "Gross amount"},
        "currency": {"type": "string"},
        "status": {"type": "string", "enum": ["captured", "pending", "refunded", "failed"]},
        "made_at": {"type": "string", "format": "date-time"},
    }});
    let mut input = json!({"type": "object", "properties": {
        "order_id": {"type": "string"},
        "customer_message": {"type": "string", "description": "As the customer wrote it"},
        "payments": {"type": "array", "items": payment},
        "locale": {"type": "string", "description": "Language and country of the customer's account"},
    }, "required": ["order_id", "customer_message", "payments"]});
    let first = input.clone();
    input["properties"]["order"] = json!({"type": "object", "properties": {
        "total": {"type": "number"},
        "shipping": {"type": "number"},
        "currency": {"type": "string"},
        "ordered_on": {"type": "string", "format": "date"},
        "delivered_on": {"type": ["string", "null"], "format": "date"},
        "items": {"type": "array", "items": {"type": "object"}},
    }});
    let output = json!({"type": "object", "properties": {
        "decision": {"type": "string", "enum": ["full_refund", "partial_refund", "refund_duplicate", "no_refund", "escalate"]},
        "duplicate_found": {"type": "boolean", "description": "True when the customer paid twice"},
        "refund_amount": {"type": "number", "description": "0 when nothing is refunded"},
        "refund_currency": {"type": "string"},
        "reply_to_customer": {"type": "string", "description": "Sent to the customer as it is"},
        "escalate_to": {"type": ["string", "null"], "description": "Team that has to look: payments, warehouse or warranty"},
    }, "required": ["decision", "duplicate_found", "refund_amount", "refund_currency", "reply_to_customer"]});
    vec![
        DemoSchema { schema_id: 1, input_schema: first, output_schema: output.clone() },
        DemoSchema { schema_id: 2, input_schema: input, output_schema: output },
    ]
}

/// Amounts of a case, in cents.
struct Sums {
    item: i64,
    shipping: i64,
    due: i64,
}

fn scene(play: &Cast<'_>, rng: &mut StdRng) -> Scene {
    let lang = play.person.lang;
    let Some(part) = cast(&RUNS, lang, play.fault, &["amount"], rng) else {
        return Scene::default();
    };
    let article = goods::fitting(part.scenario, rng);
    let other = goods::other_than(article, rng);
    let shipping = [395, 495, 590][rng.random_range(0..3)];
    let item = article.cents;
    let sums = Sums { item, shipping, due: due(&part, item, shipping) };
    let order = rng.random_range(71_000..99_900).to_string();
    let ordered_ms =
        play.at_ms - rng.random_range(9..27) * DAY_MS - rng.random_range(0..20) * HOUR_MS;
    let delivered_ms = ordered_ms + rng.random_range(2..5) * DAY_MS;
    let soon_ms = play.at_ms + rng.random_range(2..6) * DAY_MS;

    let mut vars = Vars::default();
    vars.set("order", order.clone());
    vars.set("first", play.person.first);
    vars.set("last", play.person.last);
    vars.set("days", rng.random_range(6..19).to_string());
    speak(&mut vars, &part, &sums, (article, other), part.lang);
    for (slot, at_ms) in [
        ("ordered", ordered_ms),
        ("delivered", delivered_ms),
        ("sent", delivered_ms + DAY_MS),
        ("soon", soon_ms),
    ] {
        vars.set(slot, spoken_date(at_ms, part.lang));
    }
    let message = vars.fill(part.message);
    // The answer names dates and amounts in its own language.
    speak(&mut vars, &part, &sums, (article, other), part.answer_lang);
    vars.set("soon", spoken_date(soon_ms, part.answer_lang));
    let reply = vars.fill(part.answer);
    let output = output(&part, &sums, &reply);
    vars.set("soon", spoken_date(soon_ms, part.lang));
    speak(&mut vars, &part, &sums, (article, other), lang);

    let mut input = json!({
        "order_id": order,
        "customer_message": message,
        "payments": payments(&part, &sums, ordered_ms, rng),
        "locale": locale(lang),
    });
    if play.release.schema_id > 1 {
        let arrived = part.scenario != "lost_parcel" && part.scenario != "cancelled";
        input["order"] = json!({
            "total": euros(item + shipping),
            "shipping": euros(shipping),
            "currency": "EUR",
            "ordered_on": iso_date(ordered_ms),
            "delivered_on": arrived.then(|| iso_date(delivered_ms)),
            "items": [{"sku": article.sku, "name": article.name("en"), "price": euros(item), "quantity": 1}],
        });
    }
    Scene { input, output, vars, fault: part.fault, ..Scene::default() }
}

fn speak(
    vars: &mut Vars,
    part: &Part,
    sums: &Sums,
    goods: (goods::Article, goods::Article),
    lang: &str,
) {
    let paid = if matches!(part.scenario, "double_charge" | "cancelled") {
        sums.item + sums.shipping
    } else {
        sums.item
    };
    vars.set("product", goods.0.name(lang));
    vars.set("other", goods.1.name(lang));
    vars.set("amount", money(paid, "EUR", lang));
    vars.set("ship", money(sums.shipping, "EUR", lang));
    vars.set("drop", money(sums.item / 10, "EUR", lang));
    vars.set("refund", money(sums.due, "EUR", lang));
}

/// What is paid back, given the fault.
fn due(part: &Part, item: i64, shipping: i64) -> i64 {
    let right = match part.scenario {
        "double_charge" | "wrong_size" | "lost_parcel" | "cancelled" | "damaged" | "wrong_item" => {
            item + shipping
        }
        "price_drop" => item / 10,
        "second_pair" => item / 2,
        "refund_waiting" => 0,
        _ => item,
    };
    match part.fault {
        Some("duplicate" | "reason" | "policy" | "waiting") => 0,
        Some("shipping") => item,
        // It took the VAT off, though the prompt says not to.
        Some("amount") => right * 100 / 119,
        _ => right,
    }
}

fn output(part: &Part, sums: &Sums, reply: &str) -> Value {
    let decision = match (part.scenario, part.fault) {
        (_, Some("duplicate" | "reason" | "policy" | "waiting")) => "no_refund",
        ("refund_waiting", _) => "escalate",
        ("double_charge", _) => "refund_duplicate",
        (_, Some("shipping" | "amount")) | ("missing_item" | "price_drop" | "second_pair", _) => {
            "partial_refund"
        }
        _ => "full_refund",
    };
    json!({
        "decision": decision,
        "duplicate_found": decision == "refund_duplicate",
        "refund_amount": euros(sums.due),
        "refund_currency": "EUR",
        "reply_to_customer": reply,
        "escalate_to": (decision == "escalate").then_some("payments"),
    })
}

fn payments(part: &Part, sums: &Sums, ordered_ms: i64, rng: &mut StdRng) -> Value {
    let total = euros(sums.item + sums.shipping);
    let payment = |id: &str, status: &str, at_ms: i64| json!({"id": id, "amount": total, "currency": "EUR", "status": status, "made_at": iso_time(at_ms)});
    let first = payment("p_1", "captured", ordered_ms);
    let later_ms = ordered_ms + rng.random_range(1..240) * 1000;
    match (part.scenario, part.fault) {
        ("double_charge", Some("duplicate")) => json!([first, payment("p_2", "pending", later_ms)]),
        ("double_charge", _) => json!([first, payment("p_2", "captured", later_ms)]),
        ("refund_waiting", _) => json!([payment("p_1", "refunded", ordered_ms)]),
        _ => json!([first]),
    }
}

fn euros(cents: i64) -> f64 {
    cents as f64 / 100.0
}

/// Where the customers of a language mostly live.
pub(super) fn locale(lang: &str) -> &'static str {
    match lang {
        "de" => "de-DE",
        "fr" => "fr-FR",
        "nl" => "nl-NL",
        "es" => "es-ES",
        "it" => "it-IT",
        "pl" => "pl-PL",
        "sv" => "sv-SE",
        "pt" => "pt-PT",
        "ja" => "ja-JP",
        "ru" => "ru-LV",
        "ko" => "ko-KR",
        "zh" => "zh-CN",
        "ar" => "ar-JO",
        "tr" => "tr-TR",
        "he" => "he-IL",
        _ => "en-GB",
    }
}
