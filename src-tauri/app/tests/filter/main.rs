//! The filter bar and saved views, by the commands of the window over a mirror.

mod complete;
mod given;
mod text;
mod views;
