//! `support-chat`: a chat with `messages` and template variables. 3.x answers everybody in English, 5.x apologises
//! instead of naming a day; 4.1 and 6.1 repaired that. Words are in `texts/chat_*.txt`.

use std::sync::LazyLock;

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Map, Value, json};

use super::DemoSchema;
use super::calendar::{DAY_MS, iso_date, spoken_date};
use super::casting::{Part, cast};
use super::goods;
use super::refund_check::locale;
use super::release::{Cast, Kind, Release, Scene, model, prompt};
use super::words::{Texts, Vars, pick};

static RUNS: LazyLock<Texts> =
    LazyLock::new(|| Texts::parse(&[include_str!("texts/chat_runs.txt")]));
static COMMENTS: LazyLock<Texts> =
    LazyLock::new(|| Texts::parse(&[include_str!("texts/chat_comments.txt")]));

pub(super) static KIND: Kind = Kind {
    id: "support-chat",
    name: "Support chat",
    description: "Answers customers about orders, delivery and returns in the shop's chat window.",
    weight: 36,
    releases: &RELEASES,
    schemas,
    properties,
    comments: || &COMMENTS,
    scene,
    stray: None,
};

const EARLY: &[(&str, u32)] =
    &[("again", 4), ("policy", 4), ("date", 3), ("long", 2), ("other", 2)];
const ENGLISH: &[(&str, u32)] =
    &[("language", 14), ("again", 2), ("policy", 1), ("date", 1), ("other", 1)];
const USUAL: &[(&str, u32)] =
    &[("date", 3), ("again", 3), ("link", 3), ("misread", 2), ("long", 2), ("other", 2)];
const SORRY: &[(&str, u32)] = &[("apology", 10), ("date", 6), ("again", 1), ("link", 1)];
const LATE: &[(&str, u32)] =
    &[("link", 4), ("misread", 3), ("language", 1), ("again", 2), ("date", 1), ("other", 3)];

#[rustfmt::skip]
static RELEASES: [Release; 12] = [
    Release { major: 1, minor: 1, schema_id: 1, model: "gpt-4o-mini-2024-07-18", temperature: 0.7, days_ago: 196, rate: 0.60, faults: EARLY, notes: Some("Pilot, ten per cent of the chats."), saved: true },
    Release { major: 1, minor: 2, schema_id: 1, model: "gemini-2.0-flash-001", temperature: 0.7, days_ago: 168, rate: 0.62, faults: EARLY, notes: None, saved: true },
    Release { major: 2, minor: 1, schema_id: 1, model: "gpt-4o-2024-11-20", temperature: 0.5, days_ago: 133, rate: 0.70, faults: EARLY, notes: Some("Knows the order."), saved: true },
    Release { major: 2, minor: 2, schema_id: 1, model: "claude-sonnet-4-20250514", temperature: 0.5, days_ago: 110, rate: 0.72, faults: EARLY, notes: None, saved: true },
    Release { major: 3, minor: 1, schema_id: 1, model: "claude-sonnet-4-20250514", temperature: 0.4, days_ago: 93, rate: 0.62, faults: ENGLISH, notes: Some("English only, for the night shift that reads along."), saved: true },
    Release { major: 3, minor: 2, schema_id: 1, model: "gpt-4o-2024-11-20", temperature: 0.4, days_ago: 79, rate: 0.61, faults: ENGLISH, notes: None, saved: true },
    Release { major: 4, minor: 1, schema_id: 2, model: "gpt-4o-2024-11-20", temperature: 0.3, days_ago: 70, rate: 0.76, faults: USUAL, notes: Some("The customer's language again; address and date in the prompt."), saved: true },
    Release { major: 4, minor: 2, schema_id: 2, model: "gpt-4.1-2025-04-14", temperature: 0.3, days_ago: 53, rate: 0.77, faults: USUAL, notes: None, saved: true },
    Release { major: 5, minor: 1, schema_id: 2, model: "gpt-4.1-2025-04-14", temperature: 0.3, days_ago: 33, rate: 0.56, faults: SORRY, notes: Some("Marketing: warmer. No dates, they change too often."), saved: true },
    Release { major: 5, minor: 2, schema_id: 2, model: "claude-sonnet-4-20250514", temperature: 0.3, days_ago: 24, rate: 0.58, faults: SORRY, notes: None, saved: true },
    Release { major: 6, minor: 1, schema_id: 2, model: "claude-sonnet-4-20250514", temperature: 0.3, days_ago: 16, rate: 0.80, faults: LATE, notes: Some("The day first, one sorry, two examples."), saved: true },
    Release { major: 7, minor: 1, schema_id: 2, model: "claude-sonnet-4-20250514", temperature: 0.3, days_ago: 5, rate: 0.83, faults: LATE, notes: Some("Pickup points and warranty."), saved: true },
];

fn properties(release: &Release) -> Value {
    let mut properties = model(release);
    let text = prompt(include_str!("texts/chat_prompt.txt"), release.major);
    properties["messages"] = json!([{"role": "system", "content": [{"text": text}]}]);
    properties
}

fn schemas() -> Vec<DemoSchema> {
    let first = json!({"type": "object", "format": "messages", "properties": {
        "customer": {"type": "object", "properties": {"first_name": {"type": "string"}}},
        "order": {"type": "object", "properties": {"number": {"type": "string"}, "state": {"type": "string"}}},
        "return_url": {"type": "string"},
    }});
    let mut second = first.clone();
    for name in ["eta", "carrier", "ship_to", "tracking_url"] {
        second["properties"]["order"]["properties"][name] = json!({"type": "string"});
    }
    second["properties"]["callback_by"] = json!({"type": "string"});
    let output = json!({"type": "string", "format": "message"});
    vec![
        DemoSchema { schema_id: 1, input_schema: first, output_schema: output.clone() },
        DemoSchema { schema_id: 2, input_schema: second, output_schema: output },
    ]
}

/// Carrier, and its name in web addresses.
const CARRIERS: [(&str, &str); 6] = [
    ("DHL", "dhl"),
    ("bpost", "bpost"),
    ("PostNord", "postnord"),
    ("DPD", "dpd"),
    ("GLS", "gls"),
    ("Chronopost", "chronopost"),
];

fn scene(play: &Cast<'_>, rng: &mut StdRng) -> Scene {
    let lang = play.person.lang;
    let Some(part) = cast(&RUNS, lang, play.fault, &[], rng) else { return Scene::default() };
    let article = goods::fitting(part.scenario, rng);
    let (carrier, host) = pick(&CARRIERS, rng).copied().unwrap_or(CARRIERS[0]);
    let order = rng.random_range(71_000..99_900).to_string();
    let city2 = super::people::city(rng);
    let eta_ms = play.at_ms + rng.random_range(1..5) * DAY_MS;
    let sent_ms = play.at_ms - rng.random_range(1..6) * DAY_MS;
    let deadline_ms = play.at_ms + rng.random_range(6..21) * DAY_MS;
    let link = format!("https://track.fjordoutdoor.example/{host}/{order}");

    let mut vars = Vars::default();
    for (slot, value) in [
        ("order", order.as_str()),
        ("carrier", carrier),
        ("carrierhost", host),
        ("first", play.person.first),
        ("last", play.person.last),
        ("city", play.person.city),
        ("city2", city2),
        ("link", &link),
        ("return", "https://fjordoutdoor.example/return"),
    ] {
        vars.set(slot, value);
    }
    let spoken = |vars: &mut Vars, lang: &str| {
        vars.set("product", article.name(lang));
        for (slot, at_ms) in [("eta", eta_ms), ("sent", sent_ms), ("deadline", deadline_ms)] {
            vars.set(slot, spoken_date(at_ms, lang));
        }
    };
    spoken(&mut vars, part.lang);
    let messages = messages(&part, &vars, rng);
    spoken(&mut vars, part.answer_lang);
    let answer = vars.fill(part.answer);
    spoken(&mut vars, lang);

    let late = part.fault == Some("apology");
    let mut order = json!({"number": order, "state": state(part.scenario)});
    let mut input = Map::new();
    input.insert("workflowai.messages".to_owned(), messages);
    input.insert(
        "customer".to_owned(),
        json!({"first_name": play.person.first, "locale": locale(lang)}),
    );
    if play.release.schema_id > 1 {
        order["eta"] = iso_date(if late { eta_ms - DAY_MS } else { eta_ms }).into();
        order["carrier"] = carrier.into();
        let ship_to = if part.scenario == "address" { city2 } else { play.person.city };
        order["ship_to"] = ship_to.into();
        order["tracking_url"] = link.into();
    }
    input.insert("order".to_owned(), order);
    input.insert("return_url".to_owned(), json!("https://fjordoutdoor.example/return"));
    if play.release.schema_id > 1 {
        input.insert("callback_by".to_owned(), json!(iso_date(play.at_ms + DAY_MS)));
    }
    Scene {
        input: Value::Object(input),
        output: answer.into(),
        vars,
        fault: part.fault,
        ..Scene::default()
    }
}

fn messages(part: &Part, vars: &Vars, rng: &mut StdRng) -> Value {
    let mut messages = vec![message("user", vars.fill(part.message))];
    if let Some(then) = RUNS.pick(part.scenario, part.lang, "then", rng) {
        let mid = RUNS.pick(part.scenario, part.answer_lang, "mid", rng).unwrap_or("");
        messages.push(message("assistant", vars.fill(mid)));
        messages.push(message("user", vars.fill(then)));
    }
    messages.into()
}

/// With template variables beside them, the server stores what a message has not as null.
fn message(role: &str, text: String) -> Value {
    let content =
        json!({"text": text, "file": null, "tool_call_request": null, "tool_call_result": null});
    json!({"role": role, "content": [content], "run_id": null})
}

fn state(scenario: &str) -> &'static str {
    match scenario {
        "cancel" | "abroad" => "confirmed",
        "return_how" | "exchange" | "zip" | "invoice" => "delivered",
        "pickup" => "at_pickup_point",
        _ => "in_transit",
    }
}
