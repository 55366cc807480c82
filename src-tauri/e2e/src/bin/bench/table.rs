//! The table: what was measured, what was aimed at, what came of it; as Markdown, for docs/performance.md.
#![expect(clippy::print_stdout, reason = "a benchmark is there to print")]

/// One line of the table.
struct Row {
    what: String,
    aim: &'static str,
    figure: String,
    is_met: bool,
}

/// All lines, in the order in which they were measured.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    /// Adds a line, and says it at once: the next one may take minutes.
    pub(crate) fn add(&mut self, what: &str, aim: &'static str, figure: String, is_met: bool) {
        say(&format!("{}: {what}: {figure} (aim: {aim})", verdict(is_met)));
        self.0.push(Row { what: what.to_owned(), aim, figure, is_met });
    }

    pub(crate) fn print(&self) {
        println!("\n| what | aim | figure | |\n|---|---|---|---|");
        for Row { what, aim, figure, is_met } in &self.0 {
            println!("| {what} | {aim} | {figure} | {} |", verdict(*is_met));
        }
    }
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "hit" } else { "**miss**" }
}

/// Something between the lines of the table.
pub(crate) fn say(text: &str) {
    println!("{text}");
}
