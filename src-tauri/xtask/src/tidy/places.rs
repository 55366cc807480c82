//! The repository speaks of itself alone: no path of some machine, no package host but the public ones.

use super::Complaint;
use super::tree::File;

/// The only source of crates.
const CRATES: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// The only host of npm packages.
const NPM: &str = "https://registry.npmjs.org/";

pub(crate) fn check(files: &[File]) -> Vec<Complaint> {
    files.iter().flat_map(|file| paths(file).chain(crates(file)).chain(packages(file))).collect()
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

fn crates(file: &File) -> impl Iterator<Item = Complaint> {
    let lock = file.name() == "Cargo.lock";
    let sources =
        file.text.lines().filter_map(move |line| line.strip_prefix("source = ").filter(|_| lock));
    let other = sources.map(|source| source.trim_matches('"')).find(|source| *source != CRATES);
    other
        .map(|source| {
            Complaint::new(&file.path, format!("a crate comes from {source}, not from crates.io"))
        })
        .into_iter()
}

fn packages(file: &File) -> impl Iterator<Item = Complaint> {
    let lock = file.name() == "package-lock.json";
    let hosts =
        file.text.lines().filter(move |line| lock && line.trim_start().starts_with("\"resolved\""));
    let other = hosts.into_iter().find(|line| !line.contains(&format!("\"{NPM}")));
    other
        .map(|line| Complaint::new(&file.path, format!("not from {NPM}: {}", line.trim())))
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
    fn packages_come_from_the_public_registries() {
        let cargo = |source: &str| file("Cargo.lock", &format!("source = \"{source}\"\n"));
        assert!(check(&[cargo(CRATES)]).is_empty());
        assert_eq!(check(&[cargo("sparse+https://mirror.example/index/")]).len(), 1);
        let npm = |host: &str| {
            file("ui/package-lock.json", &format!("  \"resolved\": \"{host}a.tgz\"\n"))
        };
        assert!(check(&[npm(NPM)]).is_empty());
        assert_eq!(check(&[npm("https://mirror.example/npm/")]).len(), 1);
    }
}
