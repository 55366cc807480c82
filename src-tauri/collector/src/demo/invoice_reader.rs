//! `invoice-reader`: pictures in, fields out; its users are colleagues in bookkeeping. 4.x reads the first page only,
//! 5.1 reads all of them again. Words are in `texts/invoice_*.txt`.

use std::sync::LazyLock;

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::DemoSchema;
use super::calendar::{DAY_MS, date, iso_date, money};
use super::goods;
use super::release::{Cast, Kind, Release, Scene, model, prompt};
use super::words::{Texts, Vars, pick, weighted};

static COMMENTS: LazyLock<Texts> =
    LazyLock::new(|| Texts::parse(&[include_str!("texts/invoice_comments.txt")]));

pub(super) static KIND: Kind = Kind {
    id: "invoice-reader",
    name: "Invoice reader",
    description: "Reads suppliers' invoices from pictures into fields that bookkeeping can post.",
    weight: 16,
    releases: &RELEASES,
    schemas,
    properties,
    comments: || &COMMENTS,
    scene,
    stray: None,
};

const EARLY: &[(&str, u32)] =
    &[("decimal", 4), ("date", 4), ("supplier", 3), ("vat", 3), ("other", 2)];
const USUAL: &[(&str, u32)] = &[
    ("vat", 4),
    ("lines", 2),
    ("date", 2),
    ("iban", 2),
    ("supplier", 2),
    ("page2", 1),
    ("other", 2),
];
const HASTY: &[(&str, u32)] = &[("page2", 10), ("lines", 5), ("vat", 2), ("other", 1)];
const LATE: &[(&str, u32)] = &[
    ("vat", 3),
    ("iban", 3),
    ("supplier", 2),
    ("date", 1),
    ("decimal", 1),
    ("page2", 1),
    ("other", 3),
];

#[rustfmt::skip]
static RELEASES: [Release; 12] = [
    Release { major: 1, minor: 1, schema_id: 1, model: "gpt-4o-mini-2024-07-18", temperature: 0.0, days_ago: 163, rate: 0.61, faults: EARLY, notes: None, saved: true },
    Release { major: 1, minor: 2, schema_id: 1, model: "gemini-2.0-flash-001", temperature: 0.0, days_ago: 142, rate: 0.64, faults: EARLY, notes: Some("Reads small print better."), saved: true },
    Release { major: 2, minor: 1, schema_id: 1, model: "gemini-2.0-flash-001", temperature: 0.0, days_ago: 118, rate: 0.72, faults: EARLY, notes: None, saved: true },
    Release { major: 2, minor: 2, schema_id: 1, model: "gpt-4o-2024-11-20", temperature: 0.0, days_ago: 101, rate: 0.73, faults: EARLY, notes: None, saved: true },
    Release { major: 3, minor: 1, schema_id: 2, model: "gpt-4o-2024-11-20", temperature: 0.0, days_ago: 86, rate: 0.80, faults: USUAL, notes: Some("All pages, separators, confidence."), saved: true },
    Release { major: 3, minor: 2, schema_id: 2, model: "gemini-2.0-flash-001", temperature: 0.0, days_ago: 74, rate: 0.79, faults: USUAL, notes: Some("A tenth of the price."), saved: true },
    Release { major: 4, minor: 1, schema_id: 2, model: "gemini-2.0-flash-001", temperature: 0.0, days_ago: 62, rate: 0.57, faults: HASTY, notes: Some("First page only, twice as fast."), saved: true },
    Release { major: 4, minor: 2, schema_id: 2, model: "gpt-4o-2024-11-20", temperature: 0.0, days_ago: 52, rate: 0.60, faults: HASTY, notes: None, saved: true },
    Release { major: 5, minor: 1, schema_id: 2, model: "gpt-4o-2024-11-20", temperature: 0.0, days_ago: 43, rate: 0.82, faults: LATE, notes: Some("All pages again, last one first."), saved: true },
    Release { major: 5, minor: 2, schema_id: 2, model: "claude-sonnet-4-20250514", temperature: 0.0, days_ago: 30, rate: 0.81, faults: LATE, notes: None, saved: true },
    Release { major: 6, minor: 1, schema_id: 2, model: "claude-sonnet-4-20250514", temperature: 0.0, days_ago: 17, rate: 0.83, faults: LATE, notes: Some("Credit notes, freight, payment terms."), saved: true },
    Release { major: 6, minor: 2, schema_id: 2, model: "gpt-4.1-2025-04-14", temperature: 0.0, days_ago: 7, rate: 0.85, faults: LATE, notes: None, saved: true },
];

fn properties(release: &Release) -> Value {
    let mut properties = model(release);
    properties["instructions"] =
        prompt(include_str!("texts/invoice_prompt.txt"), release.major).into();
    properties
}

fn schemas() -> Vec<DemoSchema> {
    let file = json!({"$ref": "#/$defs/Image"});
    let defs = json!({"Image": {"type": "object", "properties": {
        "content_type": {"type": "string"},
        "url": {"type": "string"},
        "storage_url": {"type": "string"},
    }}});
    let first = json!({"type": "object", "properties": {
        "invoice": file.clone(),
        "supplier_hint": {"type": ["string", "null"], "description": "From the sender of the mail, may be wrong"},
    }, "required": ["invoice"], "$defs": defs.clone()});
    let second = json!({"type": "object", "properties": {
        "pages": {"type": "array", "items": file, "description": "In order"},
        "supplier_hint": {"type": ["string", "null"], "description": "From the sender of the mail, may be wrong"},
        "purchase_order": {"type": ["string", "null"]},
    }, "required": ["pages"], "$defs": defs});
    let output = json!({"type": "object", "properties": {
        "supplier": {"type": "string", "description": "Legal name"},
        "invoice_number": {"type": "string"},
        "invoice_date": {"type": "string", "format": "date"},
        "due_date": {"type": ["string", "null"], "format": "date"},
        "currency": {"type": "string"},
        "net_total": {"type": "number"},
        "vat_rate": {"type": "number", "description": "Per cent"},
        "vat_total": {"type": "number"},
        "gross_total": {"type": "number"},
        "iban": {"type": ["string", "null"]},
        "delivery_address": {"type": ["string", "null"]},
        "line_items": {"type": "array", "items": {"type": "object"}},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
    }, "required": ["supplier", "invoice_number", "gross_total"]});
    vec![
        DemoSchema { schema_id: 1, input_schema: first, output_schema: output.clone() },
        DemoSchema { schema_id: 2, input_schema: second, output_schema: output },
    ]
}

/// Logo, legal name, VAT in per cent, start of the IBAN, file type.
type Supplier = (&'static str, &'static str, i64, &'static str, &'static str);

const SUPPLIERS: [Supplier; 12] = [
    ("BERGWERK", "Bergwerk Textil GmbH & Co. KG", 19, "DE89 3704 0044", "png"),
    ("Tråd & Nål", "Tråd & Nål Konfektion AB", 25, "SE45 5000 0000", "jpeg"),
    ("Cuirs Delmas", "Delmas Frères SARL", 20, "FR14 2004 1010", "jpeg"),
    ("Van Houten Pack", "Van Houten Verpakkingen B.V.", 21, "NL91 ABNA 0417", "png"),
    ("Lana Prato", "Lanificio Prato S.p.A.", 22, "IT60 X054 2811", "jpeg"),
    ("NordGas", "NordGas Kartuschen GmbH", 19, "DE12 5001 0517", "png"),
    ("Góra Szycie", "Góra Szycie Sp. z o.o.", 23, "PL61 1090 1014", "jpeg"),
    ("Kiwi Merino", "Southern Merino Exports Ltd", 15, "GB29 NWBK 6016", "png"),
    ("Sierra Zip Co.", "Sierra Zipper Company, Inc.", 0, "", "png"),
    ("Frachtwerk", "Frachtwerk Logistik GmbH", 19, "DE02 1203 0000", "png"),
    ("Atelier 4810", "Atelier 4810 SAS", 20, "FR76 3000 6000", "jpeg"),
    ("Correas Ibañez", "Correas Ibáñez, S.L.", 21, "ES91 2100 0418", "jpeg"),
];

/// An invoice as it really is, in cents.
struct Paper {
    supplier: Supplier,
    number: String,
    at_ms: i64,
    lines: Vec<(goods::Article, i64, i64)>,
    net: i64,
    vat: i64,
    address: Option<String>,
    pages: usize,
}

fn paper(play: &Cast<'_>, rng: &mut StdRng) -> Paper {
    let supplier = pick(&SUPPLIERS, rng).copied().unwrap_or(SUPPLIERS[0]);
    let beyond = matches!(play.fault, Some("page2" | "lines"));
    let pages = if beyond { 2 } else { weighted(&[(1, 6), (2, 4), (3, 1)], rng).unwrap_or(1) };
    let count = if beyond { rng.random_range(4..8) } else { rng.random_range(1..6) };
    let lines: Vec<_> = (0..count)
        .map(|_| {
            let article = goods::any(rng);
            (article, rng.random_range(2..60), article.cents * 42 / 100)
        })
        .collect();
    let net: i64 = lines.iter().map(|line| line.1 * line.2).sum();
    let elsewhere = play.fault == Some("page2") || rng.random_bool(0.3);
    Paper {
        number: format!(
            "{}-{}",
            rng.random_range(2..9) * 100 + 26,
            rng.random_range(10_000..99_999)
        ),
        at_ms: play.at_ms - rng.random_range(1..20) * DAY_MS,
        vat: (net * supplier.2 + 50) / 100,
        address: elsewhere.then(|| {
            format!("Fjord Outdoor, gate {}, {}", rng.random_range(1..9), super::people::city(rng))
        }),
        supplier,
        lines,
        net,
        pages,
    }
}

fn scene(play: &Cast<'_>, rng: &mut StdRng) -> Scene {
    let paper = paper(play, rng);
    let fault = match play.fault {
        Some("vat") if paper.supplier.2 == 0 => Some("other"),
        Some("iban") if paper.supplier.3.is_empty() => Some("supplier"),
        fault => fault,
    };
    let mut output = read(&paper, rng);
    misread(&mut output, &paper, fault);
    let vars = vars(&paper, &output, play.person.lang);
    let hint = rng.random_bool(0.6).then_some(paper.supplier.0);
    let mut pages: Vec<Value> = (1..=paper.pages).map(|page| file(&paper, page)).collect();
    let input = if play.release.schema_id == 1 {
        json!({"supplier_hint": hint, "invoice": pages.swap_remove(0)})
    } else {
        let order = rng.random_bool(0.5).then(|| format!("PO-{}", rng.random_range(4_000..9_000)));
        json!({"supplier_hint": hint, "purchase_order": order, "pages": pages})
    };
    Scene { input, output, vars, fault, ..Scene::default() }
}

fn file(paper: &Paper, page: usize) -> Value {
    let (year, month, _) = date(paper.at_ms);
    let name = format!("{year}/{month:02}/{}-p{page}.{}", paper.number, paper.supplier.4);
    json!({
        "content_type": format!("image/{}", paper.supplier.4),
        "url": format!("https://images.fjordoutdoor.example/invoices/{name}"),
        "storage_url": format!("https://storage.fjordoutdoor.example/runs/invoice-reader/{name}"),
    })
}

/// The right answer.
fn read(paper: &Paper, rng: &mut StdRng) -> Value {
    let lines: Vec<Value> = paper
        .lines
        .iter()
        .map(|(article, count, cents)| {
            json!({
                "sku": article.sku,
                "description": article.name("en"),
                "quantity": count,
                "unit_price": euros(*cents),
                "total": euros(count * cents),
            })
        })
        .collect();
    let iban = (!paper.supplier.3.is_empty()).then(|| {
        format!(
            "{} {:04} {:04} 00",
            paper.supplier.3,
            rng.random_range(0..9999),
            rng.random_range(0..9999)
        )
    });
    json!({
        "supplier": paper.supplier.1,
        "invoice_number": paper.number,
        "invoice_date": iso_date(paper.at_ms),
        "due_date": iso_date(paper.at_ms + 30 * DAY_MS),
        "currency": if paper.supplier.2 == 0 { "USD" } else { "EUR" },
        "net_total": euros(paper.net),
        "vat_rate": paper.supplier.2,
        "vat_total": euros(paper.vat),
        "gross_total": euros(paper.net + paper.vat),
        "iban": iban,
        "delivery_address": paper.address,
        "line_items": lines,
        "confidence": f64::from(rng.random_range(86..99)) / 100.0,
    })
}

/// What the fault does to the right answer.
fn misread(output: &mut Value, paper: &Paper, fault: Option<&str>) {
    match fault {
        // Taken out of the gross total instead of being copied.
        Some("vat") => {
            output["vat_total"] = euros((paper.net + paper.vat) * paper.supplier.2 / 100).into()
        }
        Some("page2") => output["delivery_address"] = Value::Null,
        Some("lines") => {
            if let Some(lines) = output["line_items"].as_array_mut() {
                lines.truncate(2);
            }
        }
        Some("date") => {
            let (year, month, day) = date(paper.at_ms);
            let (month, day) = if day <= 12 { (day, month) } else { (month, 1) };
            output["invoice_date"] = format!("{year}-{month:02}-{day:02}").into();
        }
        Some("decimal") => {
            output["gross_total"] = (((paper.net + paper.vat) / 100) as f64 / 1000.0).into()
        }
        Some("supplier") => output["supplier"] = paper.supplier.0.into(),
        Some("iban") => {
            let short: String = output["iban"].as_str().unwrap_or("").chars().take(19).collect();
            output["iban"] = short.into();
        }
        _ => {}
    }
}

fn vars(paper: &Paper, output: &Value, lang: &str) -> Vars {
    let currency = if paper.supplier.2 == 0 { "USD" } else { "EUR" };
    let mut vars = Vars::default();
    vars.set("inv", paper.number.clone());
    vars.set("supplier", paper.supplier.1);
    vars.set("logo", paper.supplier.0);
    vars.set("rate", paper.supplier.2.to_string());
    vars.set("net", money(paper.net, currency, lang));
    vars.set("vat", money(paper.vat, currency, lang));
    vars.set("gross", money(paper.net + paper.vat, currency, lang));
    vars.set("rows", paper.lines.len().to_string());
    vars.set("date", iso_date(paper.at_ms));
    if let Some(read) = output["vat_total"].as_f64() {
        vars.set("readvat", money((read * 100.0).round() as i64, currency, lang));
    }
    if let Some(address) = &paper.address {
        vars.set("address", address.clone());
    }
    vars
}

fn euros(cents: i64) -> f64 {
    cents as f64 / 100.0
}
