//! Work on several threads whose results do not depend on how many there are.

use std::sync::{Mutex, PoisonError};

/// The results of work on each piece, in the order of the pieces, whichever thread does which.
pub fn in_parallel<P: Send, T: Send>(pieces: impl IntoIterator<Item = P>, work: impl Fn(P) -> T + Sync) -> Vec<T> {
    let pieces: Vec<P> = pieces.into_iter().collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(pieces.len());
    if threads < 2 {
        return pieces.into_iter().map(work).collect();
    }
    let results = Mutex::new(Vec::from_iter(pieces.iter().map(|_| None)));
    let queue = Mutex::new(pieces.into_iter().enumerate());
    let take = || {
        loop {
            // A thread that panicked left queue and results whole, and ends the run when it is joined.
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some((position, piece)) = next else { break };
            let result = work(piece);
            results.lock().unwrap_or_else(PoisonError::into_inner)[position] = Some(result);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(take);
        }
        take();
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}

/// The results of two pieces of work of different kinds.
pub fn both<A: Send, B: Send>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        for pieces in [0, 1, 2, 1_000] {
            assert_eq!(in_parallel(0..pieces, |piece| piece * piece), (0..pieces).map(|piece| piece * piece).collect::<Vec<_>>());
        }
    }

    #[test]
    fn two_kinds_of_work_end_together() {
        assert_eq!(both(|| 1, || "two"), (1, "two"));
    }

    #[test]
    fn pieces_may_be_written_to() {
        let mut numbers = vec![0; 1_000];
        let lengths = in_parallel(numbers.chunks_mut(64).enumerate(), |(position, piece)| {
            piece.fill(position);
            piece.len()
        });
        assert_eq!((lengths.iter().sum::<usize>(), numbers[0], numbers[999]), (1_000, 0, 15));
    }
}
