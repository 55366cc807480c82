//! What changed between two prompts, word by word (Myers' algorithm, by `similar`).

use similar::{ChangeTag, TextDiff};

use crate::wire::{DiffKind, DiffSpanView, DiffView};

pub(crate) fn word_diff(before: &str, after: &str) -> DiffView {
    let diff = TextDiff::from_unicode_words(before, after);
    let mut spans: Vec<DiffSpanView> = Vec::new();
    let (mut added_words, mut removed_words) = (0, 0);
    for change in diff.iter_all_changes() {
        let is_word = change.value().chars().any(char::is_alphanumeric);
        let kind = match change.tag() {
            ChangeTag::Equal => DiffKind::Same,
            ChangeTag::Insert => {
                added_words += u64::from(is_word);
                DiffKind::Added
            }
            ChangeTag::Delete => {
                removed_words += u64::from(is_word);
                DiffKind::Removed
            }
        };
        match spans.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(change.value()),
            _ => spans.push(DiffSpanView { kind, text: change.value().to_owned() }),
        }
    }
    DiffView { spans: bridged(spans), added_words, removed_words }
}

/// Word for word, a changed sentence becomes confetti: removed, space, added, space. A space between two
/// changes is taken into both, so that a changed stretch reads as one.
fn bridged(spans: Vec<DiffSpanView>) -> Vec<DiffSpanView> {
    let mut out: Vec<DiffSpanView> = Vec::new();
    let (mut removed, mut added) = (String::new(), String::new());
    let mut rest = spans.into_iter().peekable();
    while let Some(span) = rest.next() {
        match span.kind {
            DiffKind::Removed => removed.push_str(&span.text),
            DiffKind::Added => added.push_str(&span.text),
            DiffKind::Same => {
                let gap = !span.text.contains('\n') && span.text.trim().is_empty();
                if gap && !(removed.is_empty() && added.is_empty()) && rest.peek().is_some() {
                    removed.push_str(&span.text);
                    added.push_str(&span.text);
                } else {
                    flush(&mut out, &mut removed, &mut added);
                    out.push(span);
                }
            }
        }
    }
    flush(&mut out, &mut removed, &mut added);
    out
}

fn flush(out: &mut Vec<DiffSpanView>, removed: &mut String, added: &mut String) {
    // What is all white space on one side came from a gap: it says nothing by itself.
    let pairs =
        [(DiffKind::Removed, std::mem::take(removed)), (DiffKind::Added, std::mem::take(added))];
    let both_blank = pairs.iter().all(|(_, text)| text.trim().is_empty());
    for (kind, text) in pairs {
        if !text.is_empty() && (both_blank || !text.trim().is_empty()) {
            out.push(DiffSpanView { kind, text });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn side(diff: &DiffView, without: DiffKind) -> String {
        diff.spans
            .iter()
            .filter(|span| span.kind != without)
            .map(|span| span.text.as_str())
            .collect()
    }

    #[test]
    fn a_changed_word_is_removed_and_added() {
        let diff = word_diff("Answer in English. Be short.", "Answer in Dutch. Be short.");
        let kinds: Vec<_> = diff.spans.iter().map(|span| (span.kind, span.text.as_str())).collect();
        assert_eq!(
            kinds,
            vec![
                (DiffKind::Same, "Answer in "),
                (DiffKind::Removed, "English"),
                (DiffKind::Added, "Dutch"),
                (DiffKind::Same, ". Be short."),
            ]
        );
        assert_eq!((diff.added_words, diff.removed_words), (1, 1));
    }

    #[test]
    fn a_changed_stretch_reads_as_one() {
        let diff = word_diff("Tell the state and date now.", "Tell in plain words now.");
        let changed = diff.spans.iter().filter(|span| span.kind != DiffKind::Same).count();
        assert_eq!(changed, 2, "{:?}", diff.spans);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_off_a_diff_but_for_white_space(
            before in "[a-c \n.]{0,40}", after in "[a-c \n.]{0,40}"
        ) {
            let diff = word_diff(&before, &after);
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(squeezed(&side(&diff, DiffKind::Added)), squeezed(&before));
            prop_assert_eq!(squeezed(&side(&diff, DiffKind::Removed)), squeezed(&after));
        }
    }
}
