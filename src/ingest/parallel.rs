//! Work on several threads whose results do not depend on how many there are.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many threads are worth starting for so many pieces of work.
fn threads(pieces: usize) -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(pieces)
}

/// The results of so many pieces of work in their order, whichever thread does which.
pub fn in_parallel<T: Send + Sync>(pieces: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = threads(pieces);
    if threads < 2 {
        return (0..pieces).map(work).collect();
    }
    let (next, results) = (AtomicUsize::new(0), Vec::from_iter((0..pieces).map(|_| OnceLock::new())));
    let take = || {
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            let Some(slot) = results.get(piece) else { break };
            // Each piece is taken once.
            let _ = slot.set(work(piece));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(take);
        }
        take();
    });
    results.into_iter().filter_map(OnceLock::into_inner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        for pieces in [0, 1, 2, 1_000] {
            assert_eq!(in_parallel(pieces, |piece| piece * piece), (0..pieces).map(|piece| piece * piece).collect::<Vec<_>>());
        }
    }
}
