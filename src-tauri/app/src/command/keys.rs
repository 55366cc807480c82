//! The keys a person changed. What a command does and which keys it starts with is the window's matter; kept
//! here is only what differs, under the commands' names, also under names only a newer Upshot knows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use ts_rs::TS;

use super::Command;
use crate::desk::Desk;
use crate::wire::{ErrorView, KeysView};

/// Where they are kept: JSON, from a command's name to its strokes.
const KEYS: &str = "keys";
/// Commands that decide: a key one hits to delete text is not for them.
const DECIDING: [&str; 5] = ["resolved", "incorrect", "correct", "duplicate", "snooze"];
/// Commands that work while one types.
const WHILE_TYPING: [&str; 2] = ["palette", "save_note"];
const MOST_COMMANDS: usize = 200;
const MOST_STROKES: usize = 8;
const LONGEST_NAME: usize = 40;

/// The changed keys.
#[derive(Debug, Deserialize, TS)]
pub struct GetKeys {}

/// Changes keys of some commands; the others stay as they are.
#[derive(Debug, Deserialize, TS)]
pub struct SetKeys {
    /// From a command's name to its strokes, as in `j`, `Shift+z`, `Ctrl+Enter`, `g i`; `null`: those it
    /// started with.
    pub keys: BTreeMap<String, Option<Vec<String>>>,
}

impl Command for GetKeys {
    type Response = KeysView;

    async fn handle(self, desk: &Arc<Desk>) -> Result<KeysView, ErrorView> {
        let kept = desk.with_store(|store| store.setting(KEYS)).await?;
        Ok(KeysView { keys: read(kept.as_deref()) })
    }
}

impl Command for SetKeys {
    type Response = KeysView;

    /// Says in one sentence why keys cannot be taken; then none is changed.
    async fn handle(self, desk: &Arc<Desk>) -> Result<KeysView, ErrorView> {
        check(&self.keys).map_err(ErrorView::bad_input)?;
        let keys = desk
            .with_store(move |store| {
                let mut keys = BTreeMap::new();
                store.change_setting(KEYS, |kept| {
                    keys = read(kept.as_deref());
                    change(&mut keys, self.keys);
                    serde_json::to_string(&keys).ok()
                })?;
                Ok(keys)
            })
            .await?;
        Ok(KeysView { keys })
    }
}

/// What cannot be read is as if nothing had been changed: the keys to start with always work.
fn read(kept: Option<&str>) -> BTreeMap<String, Vec<String>> {
    kept.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

fn change(
    keys: &mut BTreeMap<String, Vec<String>>,
    changes: BTreeMap<String, Option<Vec<String>>>,
) {
    for (command, strokes) in changes {
        match strokes {
            Some(strokes) => keys.insert(command, strokes),
            None => keys.remove(&command),
        };
    }
}

fn check(changes: &BTreeMap<String, Option<Vec<String>>>) -> Result<(), String> {
    if changes.len() > MOST_COMMANDS {
        return Err("These are more commands than there are.".to_owned());
    }
    let mut taken = BTreeSet::new();
    for (command, strokes) in changes {
        check_name(command)?;
        let strokes = strokes.as_deref().unwrap_or_default();
        if strokes.len() > MOST_STROKES {
            return Err(format!("A command has at most {MOST_STROKES} keys."));
        }
        for stroke in strokes {
            check_stroke(command, stroke)?;
            if !taken.insert(stroke) {
                return Err(format!("{stroke} cannot mean two things."));
            }
        }
    }
    Ok(())
}

fn check_name(command: &str) -> Result<(), String> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_name = !command.is_empty() && command.len() <= LONGEST_NAME;
    if is_name && command.chars().all(letters) {
        return Ok(());
    }
    Err("This is not the name of a command.".to_owned())
}

/// `[Ctrl+][Shift+]key`, or `g ` and a sign.
fn check_stroke(command: &str, stroke: &str) -> Result<(), String> {
    if let Some(then) = stroke.strip_prefix("g ") {
        let fits = is_sign(then) && !WHILE_TYPING.contains(&command);
        return if fits { Ok(()) } else { Err(not_a_key()) };
    }
    let (ctrl, rest) = modifier(stroke, "Ctrl+");
    let (shift, key) = modifier(rest, "Shift+");
    if !is_sign(key) && !is_named(key) {
        return Err(not_a_key());
    }
    match key {
        "Tab" => Err("Tab goes from one control to the next.".to_owned()),
        "Escape" => Err("Esc always goes back.".to_owned()),
        "Enter" | "Space" if !ctrl => Err(format!("{key} presses the button one is at.")),
        "Backspace" | "Delete" if !ctrl && DECIDING.contains(&command) => {
            Err(format!("{key} never decides."))
        }
        "c" | "v" | "x" if ctrl && !shift => Err(format!("{stroke} copies and pastes.")),
        "g" if stroke == "g" => Err("G begins other keys.".to_owned()),
        _ if !ctrl && WHILE_TYPING.contains(&command) => {
            Err("It works while one types, so it needs Ctrl.".to_owned())
        }
        _ => Ok(()),
    }
}

fn modifier<'a>(stroke: &'a str, name: &str) -> (bool, &'a str) {
    match stroke.strip_prefix(name) {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, stroke),
    }
}

/// One character, as a keyboard types it; a capital is written with `Shift+`.
fn is_sign(key: &str) -> bool {
    let mut signs = key.chars();
    let one = signs.next().filter(|c| !c.is_control() && !c.is_whitespace() && !c.is_uppercase());
    one.is_some() && signs.next().is_none()
}

/// As in `ArrowDown` or `F2`.
fn is_named(key: &str) -> bool {
    let begins = key.starts_with(|c: char| c.is_ascii_uppercase());
    begins && (2..=20).contains(&key.len()) && key.chars().all(|c| c.is_ascii_alphanumeric())
}

fn not_a_key() -> String {
    "This is not a key.".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(given: &[(&str, &[&str])]) -> BTreeMap<String, Option<Vec<String>>> {
        given
            .iter()
            .map(|(command, strokes)| {
                let strokes = strokes.iter().map(|&stroke| stroke.to_owned()).collect();
                ((*command).to_owned(), Some(strokes))
            })
            .collect()
    }

    #[test]
    fn keys_a_keyboard_has_are_taken() {
        let strokes = ["j", "Shift+z", "Ctrl+Enter", "Ctrl+Shift+a", "g x", "+", "?", "F2"];
        assert_eq!(check(&changes(&[("next", &strokes)])), Ok(()));
    }

    #[test]
    fn keys_that_mean_something_elsewhere_are_refused() {
        for stroke in ["Tab", "Ctrl+Tab", "Escape", "Enter", "Space", "g", "Ctrl+c"] {
            assert!(check(&changes(&[("next", &[stroke])])).is_err(), "{stroke}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for stroke in ["", "Alt+j", "Ctrl+", "jj", "J", "g", "g ", "g jj", "\u{7}", "arrowdown"] {
            assert!(check(&changes(&[("next", &[stroke])])).is_err(), "{stroke}");
        }
    }

    #[test]
    fn a_key_that_deletes_text_never_decides() {
        let refused = check(&changes(&[("resolved", &["Backspace"])]));
        assert_eq!(refused, Err("Backspace never decides.".to_owned()));
        assert_eq!(check(&changes(&[("raw", &["Backspace"])])), Ok(()));
    }

    #[test]
    fn what_works_while_one_types_needs_ctrl() {
        assert!(check(&changes(&[("palette", &["p"])])).is_err());
        assert!(check(&changes(&[("palette", &["g p"])])).is_err());
        assert_eq!(check(&changes(&[("palette", &["Ctrl+p"])])), Ok(()));
    }

    #[test]
    fn a_key_has_one_meaning() {
        let refused = check(&changes(&[("next", &["j"]), ("raw", &["j"])]));
        assert_eq!(refused, Err("j cannot mean two things.".to_owned()));
    }

    #[test]
    fn names_are_plain_words() {
        assert!(check(&changes(&[("drop table", &["j"])])).is_err());
        assert!(check(&changes(&[("", &["j"])])).is_err());
        assert_eq!(check(&changes(&[("from_a_newer_one", &["j"])])), Ok(()));
    }

    #[test]
    fn what_is_not_named_stays_as_it_is() {
        let mut keys = read(Some(r#"{"from_a_newer_one": ["q"], "next": ["n"], "raw": ["w"]}"#));
        let mut given = changes(&[("next", &["p"])]);
        given.insert("raw".to_owned(), None);
        change(&mut keys, given);
        let left: Vec<_> =
            keys.iter().map(|(name, strokes)| (name.as_str(), &strokes[0])).collect();
        assert_eq!(left, [("from_a_newer_one", &"q".to_owned()), ("next", &"p".to_owned())]);
    }

    #[test]
    fn what_cannot_be_read_is_as_if_nothing_were_changed() {
        assert!(read(Some("[1, 2")).is_empty());
        assert!(read(None).is_empty());
    }
}
