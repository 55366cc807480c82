//! The lazy iterator over runs. Each cell of the schedule holds the next listed feedback, its run, and perhaps a run
//! nobody spoke about; it draws from its own generator, so that no run depends on how many there are before it.

use std::collections::VecDeque;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::calendar::{MINUTE_MS, Rhythm};
use super::failure;
use super::last_hours;
use super::people::{People, Person, mix};
use super::pictures;
use super::release::{Cast, Kind, Release, Scene, Timeline};
use super::say::{NEGATIVE_WITH_WORDS, Said, Voices};
use super::words::weighted;
use super::{DemoFeedback, DemoOptions, DemoOutcome, DemoRun, DemoStatus, KINDS};

/// Share of cells with one more run nobody spoke about.
const SILENT: f64 = 0.2;
const FAILED: f64 = 0.025;
const GONE: f64 = 0.012;
/// How often people are unhappy though nothing went wrong, and happy though something did.
const GRUMPY: f64 = 0.05;
const LENIENT: f64 = 0.06;
/// The last so many listed feedback of the rhythm are made at once: only in their order can it be seen how many
/// complaints without words follow each other.
const TAIL: u64 = 500;
/// `last_hours` has the floor in the last minutes.
const HUSH_MS: i64 = 5 * MINUTE_MS;

pub(super) struct Events {
    options: DemoOptions,
    people: People,
    rhythm: Rhythm,
    timelines: Vec<Timeline>,
    voices: Voices,
    /// Runs with words so far, per agent.
    turns: [u32; KINDS.len()],
    /// Listed feedback that the rhythm has to make, and that it made so far.
    wanted: u64,
    made: u64,
    ready: VecDeque<DemoRun>,
    /// The runs of `last_hours` that did not come yet.
    last: VecDeque<DemoRun>,
}

impl Events {
    pub(super) fn new(options: DemoOptions) -> Self {
        let wanted = options.feedback - last_hours::listed(options.feedback);
        let people = People::new(options.seed, options.feedback);
        let rhythm = Rhythm::new(options.now_ms);
        // A cell has up to three voices: the tail begins at most so much earlier.
        let before = wanted.saturating_sub(TAIL + 4) as f64 / wanted.max(1) as f64;
        let mut voices = Voices::new(options.seed, rhythm.at(before));
        let last = last_hours::runs(&options, &people, &mut voices).into();
        Self {
            options,
            people,
            rhythm,
            timelines: KINDS.iter().map(|kind| Timeline::new(kind, options.now_ms)).collect(),
            voices,
            turns: [0; KINDS.len()],
            wanted,
            made: 0,
            ready: VecDeque::new(),
            last,
        }
    }

    fn fill(&mut self) {
        let mut rng = StdRng::seed_from_u64(mix(self.options.seed, self.made));
        let speakers = weighted(&[(1, 93), (2, 5), (3, 2)], &mut rng).unwrap_or(1);
        let speakers = speakers.min(self.wanted - self.made);
        let mut places = vec![(rng.random::<f64>(), speakers)];
        if rng.random_bool(SILENT) {
            places.push((rng.random::<f64>(), 0));
        }
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (place, speakers) in places {
            let share = (self.made as f64 + place) / self.wanted as f64;
            let at_ms = self.rhythm.at(share);
            let run = self.run(at_ms, speakers, &mut rng);
            self.ready.push_back(run);
        }
        self.made += speakers;
    }

    fn run(&mut self, at_ms: i64, speakers: u64, rng: &mut StdRng) -> DemoRun {
        let shares: Vec<(usize, u32)> =
            KINDS.iter().enumerate().map(|(at, kind)| (at, kind.weight)).collect();
        let at = weighted(&shares, rng).unwrap_or(0);
        let kind = KINDS[at];
        let release = self.timelines[at].serving(kind, at_ms, rng);
        let person = self.people.anyone(rng);
        let fault = if self.goes_wrong(at, release, speakers > 0, rng) {
            weighted(release.faults, rng)
        } else {
            None
        };
        let cast = Cast { person: &person, at_ms, release, fault, silent: speakers == 0 };
        let failed = rng.random_bool(FAILED);
        let mut scene = (kind.scene)(&cast, rng);
        if kind.id == "invoice-reader" && rng.random_bool(pictures::share(self.options.feedback)) {
            pictures::put_in(&mut scene.input, rng);
        }
        let error = failed.then(|| failure::fail(kind, release, &mut scene, rng));
        let feedback = self.feedback(kind, &person, &scene, at_ms, speakers, rng);
        finish(kind, &cast, scene, error, feedback, rng)
    }

    /// Faults are spread evenly (golden ratio) over the runs with words, so that a release earns its rate also when it
    /// has a few dozen votes only.
    fn goes_wrong(&mut self, at: usize, release: &Release, heard: bool, rng: &mut StdRng) -> bool {
        // With p the chance of a fault: earned = (1 - p) * (1 - GRUMPY) + p * LENIENT, of the runs that do not fail.
        let earned = (release.rate - FAILED * LENIENT) / (1.0 - FAILED);
        let chance = ((1.0 - GRUMPY - earned) / (1.0 - GRUMPY - LENIENT)).clamp(0.0, 1.0);
        if !heard {
            return rng.random_bool(chance);
        }
        self.turns[at] += 1;
        let offset = (self.options.seed % 1000) as f64 / 1000.0;
        (f64::from(self.turns[at]) * 0.618_033_988_749_895 + offset).fract() < chance
    }

    fn feedback(
        &mut self,
        kind: &Kind,
        person: &Person,
        scene: &Scene,
        at_ms: i64,
        speakers: u64,
        rng: &mut StdRng,
    ) -> Vec<DemoFeedback> {
        let mut said = Vec::new();
        let mut known: Vec<Option<String>> = Vec::new();
        while (known.len() as u64) < speakers {
            let speaker = if known.is_empty() { person.clone() } else { self.people.anyone(rng) };
            // One feedback per run and user: a second voice of the same user would overwrite the first.
            if known.contains(&speaker.user_id) {
                continue;
            }
            let bad = if scene.fault.is_some() {
                !rng.random_bool(LENIENT)
            } else {
                rng.random_bool(GRUMPY)
            };
            let about = Said {
                kind,
                person: &speaker,
                scene,
                bad,
                run_ms: at_ms,
                now_ms: self.options.now_ms - HUSH_MS,
            };
            said.extend(self.voices.speak(&about, rng));
            known.push(speaker.user_id);
        }
        said.sort_by_key(|feedback| feedback.created_at_ms);
        said
    }
}

impl Iterator for Events {
    type Item = DemoRun;

    fn next(&mut self) -> Option<DemoRun> {
        if self.ready.is_empty() && self.made < self.wanted {
            self.fill();
            if self.wanted - self.made <= TAIL {
                while self.made < self.wanted {
                    self.fill();
                }
                leave_some_without_words(&mut self.ready);
            }
        }
        match (self.ready.front(), self.last.front()) {
            (Some(ready), Some(last)) if last.created_at_ms < ready.created_at_ms => {
                self.last.pop_front()
            }
            (None, _) => self.last.pop_front(),
            _ => self.ready.pop_front(),
        }
    }
}

/// Evenly spread (golden ratio): never two after each other, as long as their share is below 0.38.
fn leave_some_without_words(runs: &mut VecDeque<DemoRun>) {
    let mut complaints: Vec<&mut DemoFeedback> = runs
        .iter_mut()
        .flat_map(|run| listed(&mut run.feedback))
        .filter(|feedback| feedback.outcome == DemoOutcome::Negative)
        .collect();
    complaints.sort_by_key(|feedback| feedback.created_at_ms);
    for (at, feedback) in complaints.into_iter().enumerate() {
        if (at as f64 * 0.618_033_988_749_895).fract() >= NEGATIVE_WITH_WORDS {
            feedback.comment = None;
        }
    }
}

/// What was not replaced by something later of the same user.
fn listed(said: &mut [DemoFeedback]) -> Vec<&mut DemoFeedback> {
    let mut users: Vec<Option<String>> = Vec::new();
    let mut out = Vec::new();
    for feedback in said.iter_mut().rev() {
        if !users.contains(&feedback.user_id) {
            users.push(feedback.user_id.clone());
            out.push(feedback);
        }
    }
    out
}

pub(super) fn finish(
    kind: &Kind,
    cast: &Cast<'_>,
    scene: Scene,
    error: Option<Value>,
    feedback: Vec<DemoFeedback>,
    rng: &mut StdRng,
) -> DemoRun {
    let (duration_s, cost_usd) = effort(cast.release.model, &scene, error.is_some(), rng);
    DemoRun {
        id: run_id(cast.at_ms, rng),
        agent: kind.id.to_owned(),
        version: (cast.release.major, cast.release.minor),
        created_at_ms: cast.at_ms,
        status: if error.is_some() { DemoStatus::Failure } else { DemoStatus::Success },
        metadata: metadata(kind, cast, duration_s, rng),
        input: scene.input,
        output: scene.output,
        error,
        duration_s,
        cost_usd,
        tool_calls: scene.tool_calls,
        tool_call_requests: scene.tool_call_requests,
        reasoning_steps: scene.reasoning_steps,
        // A run nobody spoke about and that is gone would be nothing at all.
        recorded: feedback.is_empty() || !rng.random_bool(GONE),
        feedback,
    }
}

/// Version 7 by time; all else is chance.
fn run_id(at_ms: i64, rng: &mut StdRng) -> String {
    let time = at_ms as u64 & 0xffff_ffff_ffff;
    let a: u16 = rng.random_range(0..0x1000);
    let b: u64 = rng.random();
    format!(
        "{:08x}-{:04x}-7{a:03x}-{:04x}-{:012x}",
        time >> 16,
        time & 0xffff,
        0x8000 | (b >> 48 & 0x3fff),
        b & 0xffff_ffff_ffff
    )
}

/// Seconds and dollars: by model, by the length of what it wrote, and a long tail.
fn effort(model: &str, scene: &Scene, failed: bool, rng: &mut StdRng) -> (f64, f64) {
    let (speed, price) = match model {
        "gpt-4o-mini-2024-07-18" => (0.6, 0.00012),
        "gemini-2.0-flash-001" => (0.45, 0.00010),
        "claude-sonnet-4-20250514" => (1.3, 0.0021),
        "gpt-4.1-2025-04-14" => (1.0, 0.0013),
        _ => (1.0, 0.0016),
    };
    let words = scene.output.to_string().len() as f64 / 6.0;
    let slow = rng.random::<f64>().powi(4) * 6.0;
    let seconds = if failed { 0.2 + slow * 4.0 } else { speed * (0.7 + words / 60.0 + slow) };
    let dollars = price * (1.0 + words / 80.0 + rng.random::<f64>() * 0.6);
    ((seconds * 100.0).round() / 100.0, (dollars * 1e6).round() / 1e6)
}

fn metadata(kind: &Kind, cast: &Cast<'_>, duration_s: f64, rng: &mut StdRng) -> Value {
    let provider = match cast.release.model.split('-').next() {
        Some("claude") => "anthropic",
        Some("gemini") => "google",
        _ => "openai",
    };
    let channel = weighted(&[("web", 55), ("ios", 25), ("android", 20)], rng);
    let channel = if kind.id == "invoice-reader" { Some("back-office") } else { channel };
    json!({
        "channel": channel,
        "locale": cast.person.lang,
        "release": format!("shop-{}.{}", 40 + cast.release.major, cast.release.minor),
        "workflowai.providers": [provider],
        "workflowai.provider": provider,
        "workflowai.inference_seconds": (duration_s * 90.0).round() / 100.0,
    })
}
