//! Leaks and faults that are planted one by one: an auditor that misses one of them is no auditor.

mod canary;
mod certificates;
mod files;
mod follows;
mod marks;
mod program;
mod release;
mod unhidden;
