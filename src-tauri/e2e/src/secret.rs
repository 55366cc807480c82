//! Looking for a key where it must not be: in files and in texts, as it is and in the disguises it could wear.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A way of writing the key.
struct Disguise {
    name: &'static str,
    bytes: Vec<u8>,
}

/// A key to look for.
pub struct Secret {
    disguises: Vec<Disguise>,
}

impl Secret {
    pub fn new(key: &str) -> Self {
        let hex = |byte: &u8| format!("{byte:02x}");
        let percent = |byte: &u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(*byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        };
        let plain = key.as_bytes();
        let mut disguises = vec![
            Disguise { name: "as it is", bytes: plain.to_vec() },
            Disguise {
                name: "url-encoded",
                bytes: plain.iter().map(percent).collect::<String>().into(),
            },
            Disguise { name: "hex", bytes: plain.iter().map(hex).collect::<String>().into() },
            Disguise {
                name: "HEX",
                bytes: plain.iter().map(hex).collect::<String>().to_uppercase().into(),
            },
            // Web storage keeps texts like this.
            Disguise {
                name: "UTF-16",
                bytes: key.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            },
            Disguise { name: "reversed", bytes: plain.iter().rev().copied().collect() },
        ];
        disguises.extend(base64_inside(plain));
        Self { disguises }
    }

    /// How the key is written in these bytes, if it is.
    pub fn within(&self, bytes: &[u8]) -> Option<&'static str> {
        let found = self.disguises.iter().find(|disguise| contains(bytes, &disguise.bytes));
        found.map(|disguise| disguise.name)
    }

    /// The files below `dir` that hold the key, and how. Names of files count as well.
    pub fn below(&self, dir: &Path) -> Result<Vec<(PathBuf, &'static str)>> {
        let mut found = Vec::new();
        let mut seen = 0;
        self.walk(dir, &mut found, &mut seen)?;
        anyhow::ensure!(seen > 0, "{} holds no file at all: nothing was looked at", dir.display());
        Ok(found)
    }

    fn walk(
        &self,
        dir: &Path,
        found: &mut Vec<(PathBuf, &'static str)>,
        seen: &mut usize,
    ) -> Result<()> {
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            if kind.is_dir() {
                self.walk(&path, found, seen)?;
            } else if kind.is_file() {
                *seen += 1;
                let name = self.within(entry.file_name().as_encoded_bytes());
                let how =
                    name.or_else(|| fs::read(&path).ok().and_then(|bytes| self.within(&bytes)));
                found.extend(how.map(|how| (path, how)));
            }
        }
        Ok(())
    }
}

/// base64 of the key wherever it starts within a longer text: three alignments, less the letters at both ends that
/// also depend on what stands around it.
fn base64_inside(key: &[u8]) -> Vec<Disguise> {
    let mut disguises = vec![Disguise { name: "base64", bytes: STANDARD.encode(key).into() }];
    for before in 0..3_usize {
        let padded: Vec<u8> = std::iter::repeat_n(0, before).chain(key.iter().copied()).collect();
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let text = engine.encode(&padded);
            let start = (before * 8).div_ceil(6);
            let end = padded.len() * 8 / 6;
            disguises.push(Disguise {
                name: "within base64",
                bytes: text.as_bytes()[start..end].to_vec(),
            });
        }
    }
    disguises
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    // The first byte by a fast search, the rest only there: files of many megabytes are looked through.
    let Some((first, _)) = wanted.split_first() else { return false };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        if rest[at..].starts_with(wanted) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "wai-0123+/=abcdefghij";

    #[test]
    fn the_key_is_found_in_every_disguise() {
        let secret = Secret::new(KEY);
        let inside = STANDARD.encode(format!("{{\"a\":\"{KEY}\"}}"));
        let utf16: Vec<u8> = KEY.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for text in [
            format!("x{KEY}y").into_bytes(),
            b"wai-0123%2B%2F%3Dabcdefghij".to_vec(),
            inside.into_bytes(),
            STANDARD.encode(KEY).into_bytes(),
            b"7761692d303132332b2f3d6162636465666768696a".to_vec(),
            utf16,
        ] {
            assert!(secret.within(&text).is_some(), "{}", String::from_utf8_lossy(&text));
        }
    }

    #[test]
    fn what_is_not_the_key_is_not_found() {
        assert_eq!(Secret::new(KEY).within(b"wai-0123, and wai-d***, and other words"), None);
    }

    #[test]
    fn files_that_hold_the_key_are_named_and_an_empty_folder_is_an_error() {
        let dir = tempfile::tempdir().expect("a temp dir");
        let secret = Secret::new(KEY);
        secret.below(dir.path()).expect_err("there was nothing to look at");
        fs::create_dir(dir.path().join("logs")).expect("a folder");
        fs::write(dir.path().join("logs/today"), format!("key={KEY}")).expect("a file");
        fs::write(dir.path().join("clean"), "nothing").expect("a file");
        let found = secret.below(dir.path()).expect("looked through");
        assert_eq!(found, [(dir.path().join("logs/today"), "as it is")]);
    }
}
