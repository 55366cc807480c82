//! The repository speaks of itself alone: no path of some machine, and lock files that name no host of packages. (Where
//! crates come from is `cargo deny`'s to check.)

use super::Complaint;
use super::tree::File;

pub(crate) fn check(files: &[File]) -> Vec<Complaint> {
    files.iter().flat_map(|file| paths(file).chain(packages(file))).collect()
}

/// Folders that build machines use. Put together here, so that this file does not hold them itself; example paths
/// under /home are fine.
fn paths(file: &File) -> impl Iterator<Item = Complaint> {
    let roots = ["root", "work"].map(|dir| format!("/{dir}/"));
    let found = roots.into_iter().find(|root| file.text.lines().any(|line| names(line, root)));
    found
        .map(|root| Complaint::new(&file.path, format!("names a path of one machine ({root}…)")))
        .into_iter()
}

/// Whether `root` starts a path in that line: `/x/` does, `a/x/` and `//host/x/` do not.
fn names(line: &str, root: &str) -> bool {
    line.match_indices(root).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| {
            !c.is_alphanumeric() && !matches!(c, '/' | '.' | '_' | '-' | '}' | '~' | '*')
        })
    })
}

/// `omit-lockfile-registry-resolved` in .npmrc keeps hosts out; a line with one comes from a machine without it.
fn packages(file: &File) -> impl Iterator<Item = Complaint> {
    let lock = file.name() == "package-lock.json";
    let named =
        file.text.lines().find(|line| lock && line.trim_start().starts_with("\"resolved\""));
    named
        .map(|line| {
            Complaint::new(&file.path, format!("names a host of packages: {}", line.trim()))
        })
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::super::tree::file;
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_refused_wherever_it_stands() {
        for root in ["root", "work"] {
            let text = format!("see \"/{root}/upshot\"");
            assert_eq!(check(&[file("docs/a.md", &text)]).len(), 1, "{text}");
        }
        for text in ["https://example.org/work/1", "../work/", "~/work/", "a route: /runs/{run}"] {
            assert!(check(&[file("docs/a.md", text)]).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_lock_file_names_no_host_of_packages() {
        let lock = |line: &str| file("ui/package-lock.json", &format!("  {line}\n"));
        assert!(check(&[lock("\"integrity\": \"sha512-x\"")]).is_empty());
        assert_eq!(check(&[lock("\"resolved\": \"https://mirror.example/a.tgz\"")]).len(), 1);
    }
}
