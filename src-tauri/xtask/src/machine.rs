//! What the machine must have: packages of the system, parts of the toolchain, the front end's modules. Each is
//! asked for by name, with the reason; what is there already is not touched.

mod cargo_deny;
mod debian;
mod front;
mod toolchain;

pub(crate) use cargo_deny::ready as cargo_deny;
pub(crate) use debian::{BUILD, PICTURES, Package, WINDOW, ready as packages};
pub(crate) use front::{build as build_front, ready as front_modules};
pub(crate) use toolchain::ready as toolchain;
