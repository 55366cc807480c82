//! Tells Tauri where the shell's capabilities are (the package root is the repository's, the sources are not) and
//! Cargo that the bundled front end is part of the shell.

fn main() {
    println!("cargo:rerun-if-changed=ui/dist");
    tauri_build::try_build(
        tauri_build::Attributes::new().capabilities_path_pattern("src-tauri/capabilities/**/*"),
    )
    .expect("tauri.conf.json and src-tauri/capabilities must be valid");
}
