//! Tests that would catch a bad auditor.

mod brute_force;
