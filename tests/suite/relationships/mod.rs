//! The life of relationships: ledgers by hand, pairs that vanish, agreement with R.

mod ledger;
mod program;
mod r_reference;
mod vanished;
