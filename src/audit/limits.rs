//! How far the solvers go. Limits are counts of steps, never time, and a limit reached is a failure of the audit.

/// Which limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Exact fractions outgrew 128 bits.
    Digits,
    /// The linear program ended without an answer.
    Linear,
    /// The integer program needed more nodes than [`NODES`].
    Nodes,
    /// More cells were left to the solvers than [`PROGRAMS`].
    Programs,
}

impl Limit {
    /// What was reached, in words.
    pub fn words(self) -> &'static str {
        match self {
            Limit::Digits => "exact fractions outgrew 128 bits",
            Limit::Linear => "a linear program ended without an answer",
            Limit::Nodes => "an integer program reached its limit of nodes",
            Limit::Programs => "too many cells were left to the solvers",
        }
    }
}

/// Most nodes of one integer program.
pub const NODES: u64 = 500;
/// Most changes of one search for a feasible set of answers.
pub const CHANGES: usize = 400;
/// Feasible sets of answers that are kept to compare cells with; at most 128, one bit each.
pub const POINTS: usize = 96;
/// Feasible sets of answers that are looked for before any cell is.
pub const FIRST_POINTS: usize = 40;
/// Most cells of one system that linear and integer programs are solved for.
pub const PROGRAMS: usize = 400;
