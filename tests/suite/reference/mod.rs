//! Statistics against values of R. Scripts, their data and their output stand in `tests/reference/`.

mod designs;
mod groups;
mod models;
mod survival;
mod tables;
