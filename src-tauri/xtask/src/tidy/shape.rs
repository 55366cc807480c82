//! The shape of files: how long they are, how modules are laid out, and what the front end may not do with texts.

use super::Complaint;
use super::tree::File;

/// From here on a file should explain why it is that long.
pub(crate) const LONG: usize = 400;
/// More than this no file may have.
const TOO_LONG: usize = 800;

pub(crate) fn check(files: &[File]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files {
        let lines = file.text.lines().count();
        if source(file) && lines > TOO_LONG {
            complaints
                .push(Complaint::new(&file.path, format!("{lines} lines; {TOO_LONG} is the most")));
        }
        if file.name() == "mod.rs" {
            complaints.push(Complaint::new(&file.path, "name.rs beside name/, no mod.rs"));
        }
        if file.path.starts_with("ui/src/") && file.text.contains("{@html") {
            complaints
                .push(Complaint::new(&file.path, "{@html: comments and runs are hostile text"));
        }
    }
    complaints
}

/// The files that are long without being too long.
pub(crate) fn long(files: &[File]) -> Vec<(&str, usize)> {
    let lengths =
        files.iter().filter(|file| source(file)).map(|f| (f.path.as_str(), f.text.lines().count()));
    lengths.filter(|(_, lines)| (LONG + 1..=TOO_LONG).contains(lines)).collect()
}

/// Whether a person writes and reads the file. Generated types and lock files grow as they must.
fn source(file: &File) -> bool {
    let generated = matches!(file.name(), "bindings.ts" | "package-lock.json" | "Cargo.lock");
    !generated
        && matches!(file.extension(), "rs" | "ts" | "js" | "svelte" | "css" | "sql" | "md" | "toml")
}

#[cfg(test)]
mod tests {
    use super::super::tree::file;
    use super::*;

    #[test]
    fn a_file_of_more_than_800_lines_is_refused_and_one_of_more_than_400_noted() {
        let lines = |n: usize| "x\n".repeat(n);
        let files =
            [file("a.rs", &lines(801)), file("b.rs", &lines(800)), file("c.rs", &lines(400))];
        assert_eq!(check(&files).len(), 1);
        assert_eq!(long(&files), [("b.rs", 800)]);
        assert!(check(&[file("ui/src/backend/bindings.ts", &lines(2000))]).is_empty());
    }

    #[test]
    fn mod_rs_and_raw_html_are_refused() {
        assert_eq!(check(&[file("src-tauri/app/src/sync/mod.rs", "")]).len(), 1);
        assert_eq!(check(&[file("ui/src/views/Detail.svelte", "<p>{@html comment}</p>")]).len(), 1);
        assert!(check(&[file("ui/src/views/Detail.svelte", "<p>{comment}</p>")]).is_empty());
    }
}
