//! Who may depend on whom, read from the Cargo.toml files, and who may name Tauri's JavaScript, read from the imports.
//! See the picture in docs/architecture.md.

use super::Complaint;
use super::tree::File;

/// A library that few crates may name in their `[dependencies]`.
const ONLY: &[(&str, &[&str])] = &[
    ("tauri", &["upshot"]),
    ("tauri-build", &["upshot"]),
    ("tauri-plugin-single-instance", &["upshot"]),
    ("reqwest", &["workflowai"]),
    ("rusqlite", &["store", "collector"]),
    ("rusqlite_migration", &["store", "collector"]),
    ("polars", &["insight"]),
    ("keyring", &["vault"]),
    ("collector", &["upshot", "cli"]),
    ("upshot", &[]),
    ("cli", &[]),
    ("e2e", &[]),
    ("xtask", &[]),
];

/// Of our own crates, those that one may name in its `[dependencies]`. Not listed: anything that [`ONLY`] allows.
const OURS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("workflowai", &["domain"]),
    ("insight", &["domain"]),
    ("vault", &["domain"]),
    ("app", &["domain", "store", "workflowai", "insight", "vault"]),
    ("collector", &[]),
    ("cli", &["app", "domain", "collector"]),
    ("upshot", &["app", "domain", "collector"]),
    ("xtask", &[]),
];

/// Tests in the real window are a host of everything.
const FREE: &str = "e2e";

/// A dependency as a Cargo.toml names it.
#[derive(Debug, PartialEq, Eq)]
struct Dependency {
    name: String,
    /// Under `[dev-dependencies]`: for tests only, where the layers do not count.
    dev: bool,
}

pub(crate) fn check(files: &[File]) -> Vec<Complaint> {
    let manifests = files.iter().filter(|file| file.name() == "Cargo.toml");
    let mut complaints: Vec<Complaint> = manifests.flat_map(manifest).collect();
    complaints.extend(files.iter().filter_map(tauri_in_ui));
    complaints
}

/// What a crate's Cargo.toml breaks.
fn manifest(file: &File) -> Vec<Complaint> {
    let Some(package) = package(&file.text) else {
        return vec![Complaint::new(&file.path, "no [package] name can be read")];
    };
    if package == FREE {
        return Vec::new();
    }
    let named = dependencies(&file.text).into_iter().filter(|dependency| !dependency.dev);
    named
        .filter_map(|dependency| {
            let name = dependency.name.as_str();
            refused(package, name).then(|| {
                Complaint::new(
                    &file.path,
                    format!("{package} may not depend on {name} (layer rule)"),
                )
            })
        })
        .collect()
}

fn refused(package: &str, dependency: &str) -> bool {
    let outside = |list: &[(&str, &[&str])], key: &str, value: &str| {
        list.iter().any(|(name, allowed)| *name == key && !allowed.contains(&value))
    };
    let ours = OURS.iter().any(|(name, _)| *name == dependency);
    outside(ONLY, dependency, package) || (ours && outside(OURS, package, dependency))
}

/// The package's name.
fn package(manifest: &str) -> Option<&str> {
    let mut section = "";
    manifest.lines().find_map(|line| {
        let line = line.trim();
        if line.starts_with('[') {
            section = line;
        }
        let value = line.strip_prefix("name")?.trim_start().strip_prefix('=')?;
        (section == "[package]").then(|| value.trim().trim_matches('"'))
    })
}

/// The dependencies of a manifest. Reads the two ways of writing one that this repository uses, `name.workspace =
/// true` and `name = …`, and the table `[dependencies.name]`; a rename shows as both names.
fn dependencies(manifest: &str) -> Vec<Dependency> {
    let mut found = Vec::new();
    let mut kind: Option<bool> = None;
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            kind = section_kind(section, &mut found);
        } else if let Some(dev) = kind
            && let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#'))
        {
            let name = key.trim().split('.').next().unwrap_or_default().trim_matches('"');
            found.push(Dependency { name: name.to_owned(), dev });
            if let Some((_, rest)) = value.split_once("package = \"") {
                let real = rest.split('"').next().unwrap_or_default();
                found.push(Dependency { name: real.to_owned(), dev });
            }
        }
    }
    found
}

/// Whether a section lists dependencies, and if so whether for tests only. `[dependencies.x]` is one itself.
fn section_kind(section: &str, found: &mut Vec<Dependency>) -> Option<bool> {
    let section = section.trim_end_matches(']');
    if section.starts_with("workspace.") {
        return None;
    }
    for (word, dev) in
        [("dev-dependencies", true), ("build-dependencies", false), ("dependencies", false)]
    {
        if section == word || section.ends_with(&format!(".{word}")) {
            return Some(dev);
        }
        if let Some(name) = section.strip_prefix(&format!("{word}.")) {
            found.push(Dependency { name: name.to_owned(), dev });
            return None;
        }
    }
    None
}

/// Tauri's JavaScript is named in ui/src/backend/ alone: everything else speaks to an interface.
fn tauri_in_ui(file: &File) -> Option<Complaint> {
    let source = matches!(file.extension(), "ts" | "js" | "svelte");
    let names = file.text.contains("'@tauri-apps/") || file.text.contains("\"@tauri-apps/");
    let outside = file.path.starts_with("ui/src/") && !file.path.starts_with("ui/src/backend/");
    (source && outside && names)
        .then(|| Complaint::new(&file.path, "only ui/src/backend/ may import @tauri-apps"))
}

#[cfg(test)]
mod tests {
    use super::super::tree::file;
    use super::*;

    fn crate_named(name: &str, rest: &str) -> File {
        let path = format!("src-tauri/{name}/Cargo.toml");
        file(&path, &format!("[package]\nname = \"{name}\"\n\n{rest}"))
    }

    #[test]
    fn a_layer_may_not_reach_past_its_neighbours() {
        for (name, rest) in [
            ("app", "[dependencies]\ntauri.workspace = true\n"),
            ("app", "[dependencies]\nreqwest = { version = \"1\" }\n"),
            ("store", "[dependencies]\nvault.workspace = true\n"),
            ("insight", "[dependencies.store]\npath = \"../store\"\n"),
            ("collector", "[dependencies]\ndomain.workspace = true\n"),
            ("app", "[dependencies]\ncollector.workspace = true\n"),
            ("app", "[dependencies]\nhttp = { package = \"reqwest\", version = \"1\" }\n"),
            ("app", "[target.'cfg(unix)'.dependencies]\nrusqlite.workspace = true\n"),
            ("domain", "[build-dependencies]\npolars.workspace = true\n"),
            ("app", "[dependencies]\ne2e.workspace = true\n"),
        ] {
            let complaints = check(&[crate_named(name, rest)]);
            assert_eq!(complaints.len(), 1, "{name}: {rest}");
        }
    }

    #[test]
    fn what_the_layers_allow_passes() {
        for (name, rest) in [
            ("app", "[dependencies]\nstore.workspace = true\nserde.workspace = true\n"),
            ("app", "[dev-dependencies]\ncollector.workspace = true\n"),
            ("upshot", "[dependencies]\ntauri.workspace = true\ncollector.workspace = true\n"),
            ("upshot", "[workspace.dependencies]\npolars = \"1\"\n"),
            ("e2e", "[dependencies]\nreqwest.workspace = true\n"),
            ("app", "[dependencies]\n# reqwest = \"not here\"\n"),
        ] {
            let complaints = check(&[crate_named(name, rest)]);
            assert!(complaints.is_empty(), "{name}: {complaints:?}");
        }
    }

    #[test]
    fn only_the_backend_folder_names_tauri_in_the_front_end() {
        let import = "import { invoke } from '@tauri-apps/api/core'";
        assert!(check(&[file("ui/src/backend/tauri.ts", import)]).is_empty());
        assert_eq!(check(&[file("ui/src/views/Inbox.svelte", import)]).len(), 1);
    }
}
