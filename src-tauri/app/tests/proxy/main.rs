//! A desk that talks to a real collector through a proxy that misbehaves: while it does, a sync says what is wrong and
//! takes nothing away; once it is itself again, one sync makes the mirror what the server is.

#[path = "../common/desk.rs"]
mod desk;
mod fault;
mod given;
mod heals;
mod relay;
mod seeds;
#[path = "../common/server.rs"]
mod server;
mod words;
