//! A mirror made by dice: agents and versions of unequal weight, users who come again, words as frequent as
//! words are. The same dice every time.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use anyhow::Result;
use domain::{Annotation, ConnectionId, Feedback, FeedbackId, Outcome, Run, RunStatus};
use store::{ConnectionKind, FILE_NAME, NewConnection, Store};

use crate::place;

/// Of the only connection in it.
pub(crate) const CONNECTION: ConnectionId = ConnectionId(1);

const FIRST_MS: i64 = 1_760_000_000_000;
const SPAN_MS: i64 = 180 * 86_400_000;
/// When the newest feedback was made.
pub(crate) const LAST_MS: i64 = FIRST_MS + SPAN_MS;
const AGENTS: u64 = 12;
const VERSIONS: u64 = 12;
const USERS: f64 = 60_000.0;
const WORDS: f64 = 20_000.0;
const BATCH: u64 = 1_000;

/// Numbers that look like chance (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// In `0.0..1.0`.
    fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }

    /// A rank below `ranks`, each about as frequent as its place in the list says (Zipf).
    fn rank(&mut self, ranks: f64) -> u64 {
        (ranks.powf(self.share()) as u64).saturating_sub(1)
    }
}

/// The word of a rank: three syllables, so that many begin alike.
pub(crate) fn word(rank: u64) -> String {
    const SYLLABLES: [&str; 28] = [
        "re", "la", "te", "pri", "ce", "fun", "do", "wro", "ans", "slow", "help", "ca", "mi", "no",
        "par", "que", "sta", "tor", "us", "ver", "wi", "xe", "yo", "zu", "ba", "chi", "del", "end",
    ];
    let mixed = (rank * 7_919 + 13) % 21_952;
    let at = |place: u64| SYLLABLES[(mixed / 28_u64.pow(place as u32) % 28) as usize];
    format!("{}{}{}", at(0), at(1), at(2))
}

/// A time a share of the way from the first feedback to the last.
pub(crate) fn at_ms(share: f64) -> i64 {
    FIRST_MS + (SPAN_MS as f64 * share) as i64
}

/// The `n`th newest of `many`.
fn nth(n: u64, many: u64) -> (Feedback, Option<Run>) {
    let dice = &mut Dice(n);
    let age = n as f64 / many as f64;
    let agent = dice.rank(AGENTS as f64 + 1.0).min(AGENTS - 1);
    // Versions follow each other; an old one is used now and then.
    let now = ((1.0 - age) * VERSIONS as f64) as u64;
    let version = if dice.below(20) == 0 { dice.below(VERSIONS) } else { now.min(VERSIONS - 1) };
    let comment = (dice.below(10) < 4).then(|| {
        let words = (0..4 + dice.below(11)).map(|_| word(dice.rank(WORDS)));
        let mut words: Vec<String> = words.collect();
        words.extend((dice.below(50) == 0).then(|| "返金が遅いです".to_owned()));
        words.join(" ")
    });
    let annotation = match dice.below(100) {
        0..4 => Some(Annotation::Correct),
        4..6 => Some(Annotation::Resolved),
        6 => Some(Annotation::Incorrect),
        _ => None,
    };
    let feedback = Feedback {
        id: format!("{:024x}", many - n).into(),
        agent: format!("agent-{agent}").into(),
        run: format!("0193d5a0-0000-7000-8000-{n:012x}").into(),
        user: (dice.below(10) < 7).then(|| format!("user-{}", dice.rank(USERS)).into()),
        outcome: if dice.below(10) < 7 { Outcome::Positive } else { Outcome::Negative },
        comment,
        annotation,
        created_at_ms: at_ms(1.0 - age) / 1_000 * 1_000,
    };
    // Not every run is there (yet).
    let run = (dice.below(10) < 9).then(|| run_of(&feedback, agent, version));
    (feedback, run)
}

fn run_of(feedback: &Feedback, agent: u64, version: u64) -> Run {
    Run {
        id: feedback.run.clone(),
        agent: feedback.agent.clone(),
        schema_id: Some(1),
        version: Some(format!("{:032x}", agent * 1_000 + version).into()),
        model: Some(["gpt-4o", "claude-sonnet", "gemini-pro"][(version % 3) as usize].to_owned()),
        status: RunStatus::Success,
        duration_s: Some(1.5),
        cost_usd: None,
        created_at_ms: Some(feedback.created_at_ms - 9_000),
        input: serde_json::json!({"question": "Where is my order?"}),
        output: serde_json::json!("On its way."),
        failure: None,
        tool_calls: None,
        tool_call_requests: None,
        reasoning_steps: None,
        conversation_id: None,
        metadata: None,
        url: None,
    }
}

/// Makes a mirror of `many` feedback in `folder/data`, unless there is one.
pub(crate) fn mirror(folder: &Path, many: u64) -> Result<()> {
    place::kept(folder, &stamp()?, |folder| make(&folder.join("data"), many))
}

/// A number for what a mirror is made by: these dice, and the format the store gives an empty one.
fn stamp() -> Result<String> {
    let empty = tempfile::tempdir()?;
    let store = Store::open(empty.path())?;
    let file = rusqlite::Connection::open(store.path())?;
    let mut hasher = DefaultHasher::new();
    include_str!("made.rs").hash(&mut hasher);
    let mut statement = file.prepare("SELECT sql FROM sqlite_schema ORDER BY name")?;
    for sql in statement.query_map([], |row| row.get::<_, Option<String>>(0))? {
        sql?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn make(folder: &Path, many: u64) -> Result<()> {
    let store = Store::open(folder)?;
    store.add_connection(NewConnection {
        name: "made by dice".to_owned(),
        url: "http://127.0.0.1:1".to_owned(),
        tenant: None,
        allow_plain_http: false,
        kind: ConnectionKind::Server,
        agents: None,
        created_at_ms: FIRST_MS,
    })?;
    for first in (0..many).step_by(BATCH as usize) {
        let made = (first..many.min(first + BATCH)).map(|n| nth(n, many));
        let (feedback, runs): (Vec<_>, Vec<_>) = made.unzip();
        let runs: Vec<Run> = runs.into_iter().flatten().collect();
        store.write_feedback(CONNECTION, &feedback, FIRST_MS)?;
        store.write_runs(CONNECTION, &runs)?;
    }
    live(folder, &store, many)?;
    // The app does that in the background, and what is measured is not to share the machine with it.
    while store.catch_up()? {}
    Ok(())
}

/// What time does to it: some is gone, some overwritten, some decided here.
fn live(folder: &Path, store: &Store, many: u64) -> Result<()> {
    let gone: Vec<FeedbackId> = (0..many).step_by(211).map(|n| nth(n, many).0.id).collect();
    store.mark_feedback_gone(CONNECTION, &gone, FIRST_MS)?;
    let again = (0..many).step_by(101).map(|n| {
        let word = nth(n, many).0;
        let created_at_ms = word.created_at_ms + 5_000;
        Feedback { id: format!("{n:023x}z").into(), created_at_ms, ..word }
    });
    store.write_feedback(CONNECTION, &again.collect::<Vec<_>>(), FIRST_MS + 1)?;
    // As the log of decisions leaves it.
    let file = rusqlite::Connection::open(folder.join(FILE_NAME))?;
    file.execute(
        "UPDATE feedback SET decision = CASE created_at_ms / 1000 % 3 WHEN 0 THEN 'correct'
             WHEN 1 THEN 'resolved' ELSE 'incorrect' END
         WHERE created_at_ms / 1000 % 67 = 0",
        [],
    )?;
    Ok(())
}
