//! `trip-planner`: plain text with tool calls, the client's own and hosted ones. 3.x sells instead of planning, 4.1
//! repaired it. An old build of the phone app carries its own prompt (the stray). Words are in `texts/trip_*.txt`.

use std::sync::LazyLock;

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::DemoSchema;
use super::calendar::{DAY_MS, iso_date, money, spoken_date};
use super::casting::{Part, cast};
use super::goods;
use super::release::{Cast, Kind, Release, Scene, model, prompt};
use super::words::{Texts, Vars, pick};

static RUNS: LazyLock<Texts> =
    LazyLock::new(|| Texts::parse(&[include_str!("texts/trip_runs.txt")]));
static COMMENTS: LazyLock<Texts> =
    LazyLock::new(|| Texts::parse(&[include_str!("texts/trip_comments.txt")]));

pub(super) static KIND: Kind = Kind {
    id: "trip-planner",
    name: "Trip planner",
    description: "Plans days outside with huts, weather and trains looked up by tools.",
    weight: 20,
    releases: &RELEASES,
    schemas,
    properties,
    comments: || &COMMENTS,
    scene,
    stray: Some(&STRAY),
};

const EARLY: &[(&str, u32)] = &[("stale", 5), ("long", 3), ("hard", 2), ("units", 2), ("other", 2)];
const SHOP: &[(&str, u32)] = &[("sells", 12), ("stale", 2), ("hard", 1)];
const USUAL: &[(&str, u32)] =
    &[("closed", 4), ("stale", 2), ("hard", 2), ("units", 1), ("language", 1), ("other", 3)];
const LATE: &[(&str, u32)] =
    &[("other", 4), ("long", 2), ("hard", 2), ("language", 2), ("closed", 1), ("stale", 1)];

static STRAY: Release = Release {
    major: 0,
    minor: 1,
    schema_id: 1,
    model: "gpt-4o-mini-2024-07-18",
    temperature: 1.0,
    days_ago: 210,
    rate: 0.68,
    faults: EARLY,
    notes: None,
    saved: false,
};

#[rustfmt::skip]
static RELEASES: [Release; 12] = [
    Release { major: 1, minor: 1, schema_id: 1, model: "gpt-4o-mini-2024-07-18", temperature: 0.8, days_ago: 148, rate: 0.66, faults: EARLY, notes: None, saved: true },
    Release { major: 1, minor: 2, schema_id: 1, model: "gemini-2.0-flash-001", temperature: 0.8, days_ago: 126, rate: 0.67, faults: EARLY, notes: Some("Cheaper."), saved: true },
    Release { major: 2, minor: 1, schema_id: 1, model: "gemini-2.0-flash-001", temperature: 0.6, days_ago: 104, rate: 0.74, faults: EARLY, notes: Some("Tools described, safety, one line a day."), saved: true },
    Release { major: 2, minor: 2, schema_id: 1, model: "gpt-4o-2024-11-20", temperature: 0.6, days_ago: 92, rate: 0.75, faults: EARLY, notes: None, saved: true },
    Release { major: 3, minor: 1, schema_id: 1, model: "gpt-4o-2024-11-20", temperature: 0.6, days_ago: 73, rate: 0.54, faults: SHOP, notes: Some("Sales asked for product suggestions in every answer."), saved: true },
    Release { major: 3, minor: 2, schema_id: 1, model: "claude-sonnet-4-20250514", temperature: 0.6, days_ago: 64, rate: 0.57, faults: SHOP, notes: None, saved: true },
    Release { major: 4, minor: 1, schema_id: 1, model: "claude-sonnet-4-20250514", temperature: 0.5, days_ago: 54, rate: 0.79, faults: USUAL, notes: Some("Products only when asked. No gaps filled from memory."), saved: true },
    Release { major: 4, minor: 2, schema_id: 1, model: "gpt-4.1-2025-04-14", temperature: 0.5, days_ago: 43, rate: 0.78, faults: USUAL, notes: None, saved: true },
    Release { major: 5, minor: 1, schema_id: 1, model: "gpt-4.1-2025-04-14", temperature: 0.5, days_ago: 31, rate: 0.80, faults: LATE, notes: Some("Hut dates night by night."), saved: true },
    Release { major: 5, minor: 2, schema_id: 1, model: "claude-sonnet-4-20250514", temperature: 0.5, days_ago: 21, rate: 0.80, faults: LATE, notes: None, saved: true },
    Release { major: 6, minor: 1, schema_id: 1, model: "claude-sonnet-4-20250514", temperature: 0.4, days_ago: 12, rate: 0.82, faults: LATE, notes: Some("Dates beside days; what a borrowed thing would do."), saved: true },
    Release { major: 6, minor: 2, schema_id: 1, model: "gpt-4.1-2025-04-14", temperature: 0.4, days_ago: 3, rate: 0.84, faults: LATE, notes: None, saved: true },
];

fn instructions(release: &Release) -> String {
    prompt(include_str!("texts/trip_prompt.txt"), release.major)
}

fn properties(release: &Release) -> Value {
    let mut properties = model(release);
    // Chat completions without template variables: the prompt is in each run instead.
    if release.saved {
        properties["messages"] =
            json!([{"role": "system", "content": [{"text": instructions(release)}]}]);
    }
    properties["enabled_tools"] = json!([
        tool("weather_at", "Forecast for a place, up to ten days ahead", &["place", "date"]),
        tool("find_huts", "Huts in an area with their open dates", &["area", "from", "to"]),
        tool("check_stock", "Articles of the shop with price and stock", &["query"]),
        "@browser-text",
    ]);
    properties
}

fn tool(name: &str, description: &str, arguments: &[&str]) -> Value {
    let properties: serde_json::Map<String, Value> =
        arguments.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    json!({
        "name": name,
        "description": description,
        "input_schema": {"type": "object", "properties": properties, "required": arguments},
        "output_schema": {},
    })
}

fn schemas() -> Vec<DemoSchema> {
    vec![DemoSchema {
        schema_id: 1,
        input_schema: json!({"type": "object", "format": "messages"}),
        output_schema: json!({"type": "string", "format": "message"}),
    }]
}

/// An area with two of its huts.
const AREAS: [(&str, &str, &str); 10] = [
    ("Karwendel", "Falkenhütte", "Lamsenjochhütte"),
    ("Jotunheimen", "Gjendebu", "Memurubu"),
    ("Vanoise", "Refuge de la Leisse", "Refuge d'Entre-deux-Eaux"),
    ("Allgäu", "Kemptner Hütte", "Waltenbergerhaus"),
    ("Dolomiti", "Rifugio Lagazuoi", "Rifugio Averau"),
    ("Stubai", "Starkenburger Hütte", "Franz-Senn-Hütte"),
    ("Abisko", "Abiskojaure", "Alesjaure"),
    ("Picos de Europa", "Refugio de Urriellu", "Refugio Jermoso"),
    ("Berner Oberland", "Blüemlisalphütte", "Gspaltenhornhütte"),
    ("Tatra", "Murowaniec", "Pięć Stawów"),
];

/// What a run is about, shared by tools, words and answer.
struct Trip {
    area: &'static str,
    huts: [&'static str; 2],
    start_ms: i64,
    end_ms: i64,
    article: goods::Article,
}

fn scene(play: &Cast<'_>, rng: &mut StdRng) -> Scene {
    let lang = play.person.lang;
    let Some(part) = cast(&RUNS, lang, play.fault, &[], rng) else { return Scene::default() };
    let (area, hut, hut2) = pick(&AREAS, rng).copied().unwrap_or(AREAS[0]);
    let start_ms = play.at_ms + rng.random_range(2..9) * DAY_MS;
    let articles = [goods::fitting(part.scenario, rng), goods::any(rng), goods::any(rng)];
    let trip =
        Trip { area, huts: [hut, hut2], start_ms, end_ms: start_ms + DAY_MS, article: articles[0] };
    let mut vars = Vars::default();
    for (slot, value) in [("area", area), ("hut", hut), ("hut2", hut2)] {
        vars.set(slot, value);
    }
    speak(&mut vars, &trip, &articles, part.lang);
    let question = vars.fill(part.message);
    speak(&mut vars, &trip, &articles, part.answer_lang);
    let answer = vars.fill(part.answer);
    speak(&mut vars, &trip, &articles, lang);

    let tool = RUNS.pick(part.scenario, part.lang, "tool", rng).unwrap_or("find_huts");
    let mut messages = Vec::new();
    if !play.release.saved {
        messages.push(json!({"role": "system", "content": [{"text": instructions(play.release)}]}));
    }
    messages.push(json!({"role": "user", "content": [{"text": question}]}));
    let mut scene = Scene { vars, fault: part.fault, output: answer.into(), ..Scene::default() };
    act(&mut scene, &mut messages, tool, &part, &trip, play.silent, rng);
    scene.input = json!({"workflowai.messages": messages});
    if play.release.major >= 5 && rng.random_bool(0.3) {
        scene.reasoning_steps = Some(json!([
            {"title": "What is asked", "step": format!("Dates {} to {}, {area}.", iso_date(trip.start_ms), iso_date(trip.end_ms))},
            {"title": "What could go wrong", "step": "Opening dates and the afternoon weather; check both before naming a stage."},
        ]));
    }
    scene
}

/// Puts the tool's call and result where they belong. A guess from memory called nothing.
fn act(
    scene: &mut Scene,
    messages: &mut Vec<Value>,
    tool: &str,
    part: &Part,
    trip: &Trip,
    silent: bool,
    rng: &mut StdRng,
) {
    let id = format!("call_{:020x}", u128::from(rng.random::<u64>()) << 12 | 0x7a3);
    let arguments = arguments(tool, trip);
    if part.fault == Some("stale") {
        return;
    }
    if tool.starts_with('@') {
        scene.tool_calls = Some(json!([{
            "id": format!("{tool}_{}", &id[5..]),
            "name": tool,
            "input_preview": format!("url: \"https://timetable.example/?to={}\"", trip.area.replace(' ', "+")),
            "output_preview": "08:12 RE 5321 bikes: yes, reservation | 11:05 bus 431 bikes: 6 | 16:40 bus 431 …",
        }]));
        return;
    }
    if silent && rng.random_bool(0.6) {
        // The first half of a conversation: it asks the client for a tool and says nothing yet.
        scene.tool_call_requests = Some(json!([{"id": id, "name": tool, "input": arguments}]));
        scene.output = json!({});
        return;
    }
    let mut call = json!({"tool_name": tool, "tool_input_dict": arguments, "id": id, "index": 0});
    messages.push(json!({"role": "assistant", "content": [{"tool_call_request": call.clone()}]}));
    call["result"] = result(tool, part, trip).to_string().into();
    messages.push(json!({"role": "user", "content": [{"tool_call_result": call}]}));
}

fn arguments(tool: &str, trip: &Trip) -> Value {
    let (from, to) = (iso_date(trip.start_ms), iso_date(trip.end_ms));
    match tool {
        "weather_at" => json!({"place": trip.area, "date": from}),
        "check_stock" => json!({"query": "sleeping bag 0 °C"}),
        _ => json!({"area": trip.area, "from": from, "to": to}),
    }
}

/// What the tool answered. When the fault is a closed hut, it is to be seen here.
fn result(tool: &str, part: &Part, trip: &Trip) -> Value {
    match tool {
        "weather_at" => json!({
            "date": iso_date(trip.start_ms),
            "morning": {"sky": "dry", "temp_c": 9, "wind_kmh": 25},
            "afternoon": {"sky": "thunderstorm", "probability": 0.7, "from": "13:00"},
            "next_day": {"sky": "dry"},
        }),
        "check_stock" => json!([{
            "sku": trip.article.sku,
            "name": trip.article.name("en"),
            "price_eur": trip.article.cents as f64 / 100.0,
            "in_stock": true,
        }]),
        _ => {
            let open = |shut: bool| {
                if shut { "closed until spring, winter room only" } else { "open, beds left: 6" }
            };
            let shut = part.fault == Some("closed");
            json!([
                {"name": trip.huts[0], "nights": {iso_date(trip.start_ms): open(shut && part.scenario == "winter")}},
                {"name": trip.huts[1], "nights": {iso_date(trip.end_ms): open(shut)}},
            ])
        }
    }
}

fn speak(vars: &mut Vars, trip: &Trip, articles: &[goods::Article; 3], lang: &str) {
    vars.set("d1", spoken_date(trip.start_ms, lang));
    vars.set("d2", spoken_date(trip.end_ms, lang));
    vars.set("d3", spoken_date(trip.end_ms + DAY_MS, lang));
    let slots = [
        ("product", "price", "sku"),
        ("product2", "price2", "sku2"),
        ("product3", "price3", "sku3"),
    ];
    for ((product, price, sku), article) in slots.into_iter().zip(articles) {
        vars.set(product, article.name(lang));
        vars.set(price, money(article.cents, "EUR", lang));
        vars.set(sku, article.sku);
    }
}
