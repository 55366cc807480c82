//! Run payloads: JSON packed with zstd. One run by itself packs badly, so each agent gets a dictionary of what its
//! runs have in common, learnt from the first of them that are kept. What is kept at all is `offline`'s matter.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use domain::{AgentId, ConnectionId, RunId, RunRecord};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::CParameter;

use crate::sql::text;
use crate::{Error, Store};

/// On the demo's runs level 9 takes 9 % less room and seven times as long, level 19 11 % and a hundred times.
const LEVEL: i32 = 3;
/// Fewer runs teach too little to pay for the dictionary.
const FEWEST_SAMPLES: usize = 200;
const MOST_SAMPLES: usize = 400;
/// Longer payloads hold something of their own, as images, that no other run shares.
const LONGEST_SAMPLE_BYTES: i64 = 64 * 1024;
/// On the demo's runs twice as much gained a tenth from 400 samples, and lost up to a half from 200.
const LARGEST_DICTIONARY_BYTES: usize = 32 * 1024;
/// Of so many bytes of samples one goes into the dictionary.
const SAMPLE_BYTES_PER_BYTE: usize = 8;
/// Prepared dictionaries kept in memory, some 200 KB each.
const MOST_PREPARED: usize = 48;
/// A payload that claims to be longer is damaged.
const LONGEST_BYTES: i64 = 1 << 30;

const WHAT: &str = "run";

/// A payload as it is stored.
pub(crate) struct Packed {
    encoding: &'static str,
    dictionary: Option<i64>,
    body: Vec<u8>,
    pub(crate) json_bytes: i64,
}

impl Packed {
    pub(crate) fn stored_bytes(&self) -> i64 {
        i64::try_from(self.body.len()).unwrap_or(i64::MAX)
    }
}

/// A dictionary, ready for use.
pub(crate) struct Dictionary {
    id: i64,
    body: Vec<u8>,
    encoder: OnceLock<EncoderDictionary<'static>>,
    decoder: DecoderDictionary<'static>,
}

impl Dictionary {
    fn new(id: i64, body: Vec<u8>) -> Self {
        let decoder = DecoderDictionary::copy(&body);
        Self { id, body, encoder: OnceLock::new(), decoder }
    }

    fn encoder(&self) -> &EncoderDictionary<'static> {
        self.encoder.get_or_init(|| EncoderDictionary::copy(&self.body, LEVEL))
    }
}

/// The dictionaries in use.
#[derive(Default)]
pub(crate) struct Dictionaries {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    prepared: HashMap<i64, Arc<Dictionary>>,
    of_agent: HashMap<(ConnectionId, AgentId), i64>,
    /// Agents whose runs have nothing in common.
    hopeless: HashSet<(ConnectionId, AgentId)>,
}

impl Dictionaries {
    fn with<T>(&self, work: impl FnOnce(&mut Known) -> T) -> T {
        work(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, dictionary: Dictionary) -> Arc<Dictionary> {
        let dictionary = Arc::new(dictionary);
        self.with(|known| {
            if known.prepared.len() >= MOST_PREPARED {
                known.prepared.clear();
            }
            known.prepared.insert(dictionary.id, Arc::clone(&dictionary));
        });
        dictionary
    }
}

impl Store {
    /// Packs payloads. Done before the transaction that files them, so that nobody waits for it.
    pub(crate) fn pack(
        &self,
        connection: ConnectionId,
        records: &[RunRecord],
    ) -> Result<Vec<Packed>, Error> {
        let agents: HashSet<&AgentId> = records.iter().map(|record| &record.agent).collect();
        let mut dictionaries = HashMap::new();
        for agent in agents {
            dictionaries.insert(agent, self.dictionary_of(connection, agent)?);
        }
        let mut packers = HashMap::new();
        for (agent, dictionary) in &dictionaries {
            packers.insert(*agent, packer(dictionary.as_deref()).map_err(unpacked)?);
        }
        let mut packed = Vec::with_capacity(records.len());
        for record in records {
            let dictionary = dictionaries.get(&record.agent).and_then(Option::as_deref);
            if let Some(packer) = packers.get_mut(&record.agent) {
                packed.push(pack_one(packer, dictionary, &record.json));
            }
        }
        Ok(packed)
    }

    /// The JSON of a row of `run_payloads` with its run's `json_bytes`.
    ///
    /// # Errors
    /// [`Error::Unreadable`] for one that is damaged, or whose dictionary is.
    pub(crate) fn unpack(&self, row: &Row<'_>) -> Result<Vec<u8>, Error> {
        let body = row.get_ref("body")?.as_blob().map_err(rusqlite::Error::from)?;
        if row.get_ref("encoding")?.as_str().map_err(rusqlite::Error::from)? == "json" {
            return Ok(body.to_vec());
        }
        let length: i64 = row.get("json_bytes")?;
        let length = usize::try_from(length.clamp(0, LONGEST_BYTES)).unwrap_or(usize::MAX);
        let json = match row.get::<_, Option<i64>>("dictionary")? {
            None => Decompressor::new().and_then(|mut unpacker| unpacker.decompress(body, length)),
            Some(id) => {
                let dictionary = self.dictionary(id)?.ok_or_else(|| Error::Unreadable {
                    what: WHAT,
                    source: "its dictionary is not there".into(),
                })?;
                Decompressor::with_prepared_dictionary(&dictionary.decoder)
                    .and_then(|mut unpacker| unpacker.decompress(body, length))
            }
        };
        json.map_err(unpacked)
    }

    /// Learns a dictionary for each of `agents` that has none and enough runs by now, and packs the runs it
    /// was learnt from anew.
    pub(crate) fn learn<'a>(
        &self,
        connection: ConnectionId,
        agents: impl IntoIterator<Item = &'a AgentId>,
    ) -> Result<(), Error> {
        for agent in agents {
            let key = (connection, agent.clone());
            let settled = self
                .dictionaries()
                .with(|known| known.hopeless.contains(&key) || known.of_agent.contains_key(&key));
            if settled || self.dictionary_of(connection, agent)?.is_some() {
                continue;
            }
            let samples = self.samples(connection, agent)?;
            if samples.len() < FEWEST_SAMPLES {
                continue;
            }
            let jsons: Vec<&[u8]> = samples.iter().map(|(_, json)| json.as_slice()).collect();
            let bytes: usize = jsons.iter().map(|json| json.len()).sum();
            let largest = LARGEST_DICTIONARY_BYTES.min(bytes / SAMPLE_BYTES_PER_BYTE);
            match zstd::dict::from_samples(&jsons, largest) {
                Ok(body) => self.keep_dictionary(connection, agent, body, &samples)?,
                Err(_) => {
                    self.dictionaries().with(|known| known.hopeless.insert(key));
                }
            }
        }
        Ok(())
    }

    /// Payloads of an agent that are packed without a dictionary; none if there are too few.
    fn samples(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
    ) -> Result<Vec<(i64, Vec<u8>)>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT r.pos, r.json_bytes, p.encoding, p.dictionary, p.body
             FROM runs r JOIN run_payloads p ON p.run = r.pos
             WHERE r.connection = ?1 AND r.agent = ?2 AND p.dictionary IS NULL
                 AND r.json_bytes <= ?3 LIMIT ?4",
        )?;
        let mut enough = reader.prepare_cached(
            "SELECT count(*) >= ?3 FROM (SELECT 1 FROM runs
             WHERE connection = ?1 AND agent = ?2 AND kept > 0 LIMIT ?3)",
        )?;
        if !enough
            .query_row(params![connection.0, agent.as_str(), FEWEST_SAMPLES as i64], |row| {
                row.get::<_, bool>(0)
            })?
        {
            return Ok(Vec::new());
        }
        let limit = MOST_SAMPLES as i64;
        let mut rows =
            statement.query(params![connection.0, agent.as_str(), LONGEST_SAMPLE_BYTES, limit])?;
        let mut samples = Vec::new();
        while let Some(row) = rows.next()? {
            // A damaged one is for `unreadable_runs` to find; it teaches nothing.
            if let Ok(json) = self.unpack(row) {
                samples.push((row.get("pos")?, json));
            }
        }
        Ok(samples)
    }

    fn keep_dictionary(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        body: Vec<u8>,
        samples: &[(i64, Vec<u8>)],
    ) -> Result<(), Error> {
        let dictionary = Dictionary::new(0, body);
        let mut packed = Vec::with_capacity(samples.len());
        {
            let mut packer = packer(Some(&dictionary)).map_err(unpacked)?;
            for (pos, json) in samples {
                packed.push((*pos, pack_one(&mut packer, Some(&dictionary), json)));
            }
        }
        let id = self.write(|tx| {
            tx.prepare_cached(
                "INSERT INTO dictionaries (connection, agent, body) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![connection.0, agent.as_str(), dictionary.body])?;
            let id = tx.last_insert_rowid();
            for (pos, packed) in &mut packed {
                packed.dictionary = packed.dictionary.map(|_| id);
                repack(tx, *pos, packed)?;
            }
            Ok(id)
        })?;
        self.dictionaries().with(|known| known.of_agent.insert((connection, agent.clone()), id));
        self.dictionaries().keep(Dictionary { id, ..dictionary });
        Ok(())
    }

    /// The dictionary new payloads of an agent are packed with.
    fn dictionary_of(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
    ) -> Result<Option<Arc<Dictionary>>, Error> {
        let key = (connection, agent.clone());
        let known = self.dictionaries().with(|known| known.of_agent.get(&key).copied());
        let id = match known {
            Some(id) => id,
            None => {
                let reader = self.reader()?;
                let mut statement = reader.prepare_cached(
                    "SELECT max(id) FROM dictionaries WHERE connection = ?1 AND agent = ?2",
                )?;
                let newest: Option<i64> =
                    statement.query_row(params![connection.0, agent.as_str()], |row| row.get(0))?;
                let Some(id) = newest else { return Ok(None) };
                self.dictionaries().with(|known| known.of_agent.insert(key, id));
                id
            }
        };
        self.dictionary(id)
    }

    fn dictionary(&self, id: i64) -> Result<Option<Arc<Dictionary>>, Error> {
        let prepared = self.dictionaries().with(|known| known.prepared.get(&id).cloned());
        if prepared.is_some() {
            return Ok(prepared);
        }
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached("SELECT body FROM dictionaries WHERE id = ?1")?;
        let body: Option<Vec<u8>> = statement.query_row([id], |row| row.get(0)).optional()?;
        Ok(body.map(|body| self.dictionaries().keep(Dictionary::new(id, body))))
    }

    /// Runs whose payload is damaged. Reads every payload: seconds on a large mirror. With
    /// [`Store::forget_payload`] such a run is wanted again.
    pub fn unreadable_runs(
        &self,
        connection: ConnectionId,
    ) -> Result<Vec<(AgentId, RunId)>, Error> {
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(
            "SELECT r.agent, r.id, r.json_bytes, p.encoding, p.dictionary, p.body
             FROM runs r JOIN run_payloads p ON p.run = r.pos WHERE r.connection = ?1",
        )?;
        let mut rows = statement.query([connection.0])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let run = self.unpack(row).and_then(|json| run_of(&json));
            if matches!(run, Err(Error::Unreadable { .. })) {
                found.push((text(row, "agent")?, text(row, "id")?));
            }
        }
        Ok(found)
    }

    /// Lets go of a run's payload: the run is wanted again as one that was shed. Answers whether there was one.
    pub fn forget_payload(
        &self,
        connection: ConnectionId,
        agent: &AgentId,
        run: &RunId,
    ) -> Result<bool, Error> {
        self.write(|tx| {
            let forgotten = tx
                .prepare_cached(
                    "UPDATE runs SET kept = 0, attempts = 0, retry_at_ms = NULL
                     WHERE connection = ?1 AND agent = ?2 AND id = ?3 AND kept > 0 RETURNING pos",
                )?
                .query_row(params![connection.0, agent.as_str(), run.as_str()], |row| row.get(0))
                .optional()?;
            let Some(pos) = forgotten else { return Ok(false) };
            drop_payload(tx, pos)?;
            Ok(true)
        })
    }
}

/// Reads a payload's JSON.
pub(crate) fn run_of(json: &[u8]) -> Result<domain::Run, Error> {
    crate::sql::from_json(WHAT, json)
}

pub(crate) fn keep_payload(tx: &Transaction<'_>, pos: i64, packed: &Packed) -> Result<(), Error> {
    tx.prepare_cached(
        "INSERT INTO run_payloads (run, encoding, dictionary, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET encoding = excluded.encoding, dictionary = excluded.dictionary,
             body = excluded.body",
    )?
    .execute(params![pos, packed.encoding, packed.dictionary, packed.body])?;
    Ok(())
}

pub(crate) fn drop_payload(tx: &Transaction<'_>, pos: i64) -> Result<(), Error> {
    tx.prepare_cached("DELETE FROM run_payloads WHERE run = ?1")?.execute([pos])?;
    Ok(())
}

/// Replaces a payload by the same in fewer bytes; one that was shed meanwhile stays away.
fn repack(tx: &Transaction<'_>, pos: i64, packed: &Packed) -> Result<(), Error> {
    let changed = tx
        .prepare_cached(
            "UPDATE run_payloads SET encoding = ?2, dictionary = ?3, body = ?4
             WHERE run = ?1 AND dictionary IS NULL AND length(body) > length(?4)",
        )?
        .execute(params![pos, packed.encoding, packed.dictionary, packed.body])?;
    if changed > 0 {
        tx.prepare_cached("UPDATE runs SET stored_bytes = ?2 WHERE pos = ?1")?
            .execute(params![pos, packed.stored_bytes()])?;
    }
    Ok(())
}

fn packer(dictionary: Option<&Dictionary>) -> std::io::Result<Compressor<'_>> {
    let mut packer = match dictionary {
        Some(dictionary) => Compressor::with_prepared_dictionary(dictionary.encoder())?,
        None => Compressor::new(LEVEL)?,
    };
    // Four bytes each, so that damage is found where JSON would read on with another letter.
    packer.set_parameter(CParameter::ChecksumFlag(true))?;
    Ok(packer)
}

/// What grows by packing, or cannot be packed, stays JSON.
fn pack_one(packer: &mut Compressor<'_>, dictionary: Option<&Dictionary>, json: &[u8]) -> Packed {
    let json_bytes = i64::try_from(json.len()).unwrap_or(i64::MAX);
    match packer.compress(json) {
        Ok(mut body) if body.len() < json.len() => {
            body.shrink_to_fit();
            let dictionary = dictionary.map(|dictionary| dictionary.id);
            Packed { encoding: "zstd", dictionary, body, json_bytes }
        }
        _ => Packed { encoding: "json", dictionary: None, body: json.to_vec(), json_bytes },
    }
}

fn unpacked(source: std::io::Error) -> Error {
    Error::Unreadable { what: WHAT, source: source.into() }
}
