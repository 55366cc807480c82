//! Tells Tauri where the shell's capabilities are: the package root is the repository's, the sources are not.

fn main() {
    tauri_build::try_build(
        tauri_build::Attributes::new().capabilities_path_pattern("src-tauri/capabilities/**/*"),
    )
    .expect("tauri.conf.json and src-tauri/capabilities must be valid");
}
