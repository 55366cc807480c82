//! The last thirty hours before the demo is made: what somebody who opens it sees first. Complaints whose cause stands
//! in the run and in the prompt of the version that serves now (`texts/last_hours.json`), and some content users.
//! Times count back from now, so that it is lively at any hour; everything before is the rhythm's.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::Deserialize;
use serde_json::Value;

use super::calendar::{DAY_MS, MINUTE_MS, iso_date, spoken_date};
use super::events::finish;
use super::failure;
use super::people::{People, Person, mix};
use super::pictures;
use super::release::{Cast, Kind, Release, Scene};
use super::say::{Said, Voices};
use super::words::Vars;
use super::{DemoFeedback, DemoOptions, DemoOutcome, DemoRun, KINDS};

/// A smaller demo would be nothing but its last hours.
const SMALLEST: u64 = 100;

/// The agents (places in `KINDS`) of the content users, the newest first: roughly by traffic.
const CONTENT: [usize; 22] = [1, 0, 3, 1, 2, 1, 0, 1, 3, 0, 1, 2, 0, 1, 3, 1, 0, 2, 1, 0, 3, 1];

/// A run with a complaint. Texts have slots, see [`Slots`].
#[derive(Debug, Deserialize)]
struct Script {
    agent: String,
    lang: String,
    /// Age of the complaint.
    minutes: i64,
    /// How long after the run it came, minutes.
    after: i64,
    comment: String,
    /// What the same user said before they changed their mind.
    first: Option<Voice>,
    /// Others about the same run.
    #[serde(default)]
    voices: Vec<Voice>,
    #[serde(default)]
    fails: bool,
    /// The run is not recorded.
    #[serde(default)]
    gone: bool,
    #[serde(default)]
    anonymous: bool,
    input: Value,
    output: Value,
    tool_calls: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Voice {
    /// Before the complaint.
    minutes_before: i64,
    negative: bool,
    comment: String,
    #[serde(default)]
    lang: String,
}

// A file that cannot be read would leave nothing of the last hours; a test counts them.
static SCRIPTS: LazyLock<Vec<Script>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("texts/last_hours.json")).unwrap_or_default()
});

/// How many of all listed feedback are of the last hours.
pub(super) fn listed(feedback: u64) -> u64 {
    if feedback < SMALLEST {
        return 0;
    }
    let scripted: usize = SCRIPTS.iter().map(|script| 1 + script.voices.len()).sum();
    (scripted + CONTENT.len()) as u64
}

/// The runs of the last hours, oldest first.
pub(super) fn runs(o: &DemoOptions, people: &People, voices: &mut Voices) -> Vec<DemoRun> {
    if o.feedback < SMALLEST {
        return Vec::new();
    }
    let rng = |nth: u64| StdRng::seed_from_u64(mix(o.seed ^ 0x1a57, nth));
    let mut out: Vec<DemoRun> = SCRIPTS
        .iter()
        .zip(0..)
        .filter_map(|(script, nth)| scripted(o, people, script, nth, &mut rng(nth)))
        .collect();
    for (at, nth) in CONTENT.into_iter().zip(0..) {
        out.extend(content(o, people, voices, at, nth, &mut rng(1000 + nth as u64)));
    }
    out.sort_by_key(|run| run.created_at_ms);
    out
}

fn current(kind: &'static Kind) -> Option<&'static Release> {
    kind.releases.last()
}

fn scripted(
    o: &DemoOptions,
    people: &People,
    script: &'static Script,
    nth: u64,
    rng: &mut StdRng,
) -> Option<DemoRun> {
    let kind = *KINDS.iter().find(|kind| kind.id == script.agent)?;
    let release = current(kind)?;
    let mut person = people.newcomer(nth * 10, &script.lang);
    if script.anonymous {
        person.user_id = None;
    }
    let said_ms = o.now_ms - script.minutes * MINUTE_MS;
    let at_ms = said_ms - script.after * MINUTE_MS - rng.random_range(1_000..40_000);
    let slots = Slots::new(&person, at_ms, rng);
    let mut scene = Scene {
        input: slots.fill(&script.input),
        output: slots.fill(&script.output),
        tool_calls: script.tool_calls.as_ref().map(|calls| slots.fill(calls)),
        ..Scene::default()
    };
    let error = script.fails.then(|| failure::fail(kind, release, &mut scene, rng));
    let voice = |voice: &Voice, user_id| DemoFeedback {
        created_at_ms: said_ms - voice.minutes_before * MINUTE_MS,
        outcome: if voice.negative { DemoOutcome::Negative } else { DemoOutcome::Positive },
        comment: Some(slots.text(&voice.comment)),
        user_id,
        annotation: None,
    };
    let complaint = Voice {
        minutes_before: 0,
        negative: true,
        comment: script.comment.clone(),
        lang: String::new(),
    };
    let mut said = vec![voice(&complaint, person.user_id.clone())];
    said.extend(script.first.as_ref().map(|first| voice(first, person.user_id.clone())));
    for (other, place) in script.voices.iter().zip(1..) {
        said.push(voice(other, people.newcomer(nth * 10 + place, &other.lang).user_id));
    }
    said.sort_by_key(|feedback| feedback.created_at_ms);
    let cast = Cast { person: &person, at_ms, release, fault: None, silent: false };
    let run = finish(kind, &cast, scene, error, said, rng);
    Some(DemoRun { recorded: !script.gone, ..run })
}

/// A run that somebody was content with.
fn content(
    o: &DemoOptions,
    people: &People,
    voices: &mut Voices,
    at: usize,
    nth: i64,
    rng: &mut StdRng,
) -> Option<DemoRun> {
    let (kind, person) = (KINDS[at], people.anyone(rng));
    let release = current(kind)?;
    let age_ms = (17 + nth * 79) * MINUTE_MS + rng.random_range(0..40 * MINUTE_MS);
    let at_ms = o.now_ms - age_ms;
    let cast = Cast { person: &person, at_ms, release, fault: None, silent: false };
    let mut scene = (kind.scene)(&cast, rng);
    if kind.id == "invoice-reader" && rng.random_bool(pictures::share(o.feedback)) {
        pictures::put_in(&mut scene.input, rng);
    }
    let about =
        Said { kind, person: &person, scene: &scene, bad: false, run_ms: at_ms, now_ms: o.now_ms };
    let said = voices.speak(&about, rng);
    Some(finish(kind, &cast, scene, None, said, rng))
}

/// Values of a run: `{order}`, `{first}` …, and days counted from the run's: `{iso:-21}` as in JSON, `{day:2}` as
/// people write it, `{en:2}` as the English do.
struct Slots {
    vars: Vars,
    lang: &'static str,
    at_ms: i64,
}

impl Slots {
    fn new(person: &Person, at_ms: i64, rng: &mut StdRng) -> Self {
        let mut vars = Vars::default();
        let order = rng.random_range(71_000..99_000);
        vars.set("order", order.to_string());
        vars.set("other", (order + rng.random_range(11..900)).to_string());
        vars.set("first", person.first);
        vars.set("last", person.last);
        vars.set("city", person.city);
        vars.set("picture", pictures::bergwerk());
        Self { vars, lang: person.lang, at_ms }
    }

    fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(name, value)| (name.clone(), self.fill(value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }

    fn text(&self, template: &str) -> String {
        let text = self.vars.fill(template);
        let mut parts = text.split('{');
        let mut out = parts.next().unwrap_or("").to_owned();
        for part in parts {
            let day = part
                .split_once('}')
                .and_then(|(slot, rest)| Some((self.day(slot.split_once(':')?)?, rest)));
            match day {
                Some((day, rest)) => out.extend([day.as_str(), rest]),
                None => out.extend(["{", part]),
            }
        }
        out
    }

    fn day(&self, (manner, days): (&str, &str)) -> Option<String> {
        let at_ms = self.at_ms + days.parse::<i64>().ok()? * DAY_MS;
        match manner {
            "iso" => Some(iso_date(at_ms)),
            "day" => Some(spoken_date(at_ms, self.lang)),
            "en" => Some(spoken_date(at_ms, "en")),
            _ => None,
        }
    }
}
