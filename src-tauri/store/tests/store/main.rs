//! The mirror through its public face, in real files.

mod alike;
mod by_user;
mod decisions;
mod doctor;
mod filter;
mod format;
mod given;
mod life;
mod merge;
mod mirror;
mod named;
mod offline;
mod ordered;
mod outbox;
mod payloads;
mod pins;
mod search;
mod similar;
mod snooze;
mod steps;
mod users;
mod views;
mod words;
