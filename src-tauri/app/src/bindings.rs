//! Writes the TypeScript side of the command list and of all that crosses with it. A test compares what is
//! committed with what this writes.

use std::collections::BTreeMap;

use ts_rs::{Config, TS, TypeVisitor};

use crate::wire::{ErrorView, Event};

/// Takes each command's types.
pub(crate) trait CommandVisitor {
    fn command<Request: TS + 'static, Response: TS + 'static>(&mut self, name: &str);
}

struct Collected {
    config: Config,
    /// Declaration by type name.
    types: BTreeMap<String, String>,
    commands: Vec<String>,
}

impl TypeVisitor for Collected {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Built-in types have no file of their own to live in.
        if T::output_path().is_none() {
            T::visit_generics(self);
            return;
        }
        let name = T::ident(&self.config);
        if !self.types.contains_key(&name) {
            self.types.insert(name, T::decl(&self.config));
            T::visit_dependencies(self);
        }
        T::visit_generics(self);
    }
}

impl CommandVisitor for Collected {
    fn command<Request: TS + 'static, Response: TS + 'static>(&mut self, name: &str) {
        self.visit::<Request>();
        self.visit::<Response>();
        let (request, response) = (Request::name(&self.config), Response::name(&self.config));
        self.commands.push(format!("  {name}: {{ request: {request}; response: {response} }};"));
    }
}

/// The whole of `ui/src/backend/bindings.ts`.
pub fn typescript() -> String {
    let mut all = Collected {
        // Every 64-bit number of ours is below 2^53: milliseconds, counts, sizes, row ids.
        config: Config::new().with_large_int("number"),
        types: BTreeMap::new(),
        commands: Vec::new(),
    };
    all.visit::<ErrorView>();
    all.visit::<Event>();
    crate::command::each_type(&mut all);
    let types: Vec<String> = all.types.values().map(|decl| format!("export {decl}\n")).collect();
    format!(
        "// Generated from src-tauri/app by `cargo xtask bindings`. Do not edit.\n\n{}\nexport interface Commands {{\n{}\n}}\n",
        types.join("\n"),
        all.commands.join("\n"),
    )
}
