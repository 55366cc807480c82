//! Text from outside on a terminal: control characters could move the cursor or rewrite what is on the screen.

/// One line, without control characters, cut to a number of characters.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= most {
        return words;
    }
    words.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// Several lines, without control characters other than line breaks and tabs.
pub(crate) fn lines(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_cannot_drive_the_terminal() {
        assert_eq!(one_line("a\x1b[2Jb\r\nc", 80), "a [2Jb c");
        assert_eq!(lines("a\x1b[2J\n\tb\x07"), "a[2J\n\tb");
    }

    #[test]
    fn a_long_comment_is_cut_with_a_sign() {
        assert_eq!(one_line("abcdef", 4), "abc…");
        assert_eq!(one_line("äöü", 3), "äöü");
    }
}
