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

/// Most nodes of one integer program, times its unknowns.
pub const NODES: u64 = 60_000;
/// Most changes of one search for a feasible set of answers.
pub const CHANGES: usize = 400;
/// Changes after which a search that comes no nearer ends.
pub const STALLED: usize = 30;
/// How much longer a search goes on from where a linear program ended.
pub const PATIENCE: usize = 8;
/// Searches for a certificate before a cell is left to the solvers, and again from where they ended.
pub const TRIES: usize = 16;
/// Feasible sets of answers that are kept to compare cells with.
pub const POINTS: usize = 96;
/// Searches for the first feasible set of answers, where the truth is not known.
pub const FIRST_POINTS: usize = 40;
/// Most cells of one system that linear and integer programs are solved for.
pub const PROGRAMS: usize = 400;
