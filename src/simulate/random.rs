//! Random draws that give the same values on every machine: integers of a named generator and plain arithmetic only.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of draws.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream of that number. Streams of one seed are independent, so that one part of the program can change without moving the others.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(stream);
        Self(rng)
    }

    /// 64 random bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From 0 (included) to 1 (excluded).
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Whether something of that probability happens.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number from 0 to `n - 1`; 0 where `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (((self.0.next_u64() >> 32) * n as u64) >> 32) as usize
    }

    /// A whole number within both ends; `low` where the ends are crossed.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1).max(1) as usize) as i32
    }

    /// Nearly normal, mean 0, standard deviation 1: the sum of four uniform draws, which needs no logarithm.
    pub(super) fn normal(&mut self) -> f64 {
        const ROOT_OF_THREE: f64 = 1.732_050_807_568_877_2;
        let bits = self.0.next_u64();
        let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
        (sum as f64 / 65_535.0 - 2.0) * ROOT_OF_THREE
    }

    /// A position, with probability proportional to its weight.
    pub(super) fn pick(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (position, weight) in weights.iter().enumerate() {
            if left < *weight {
                return position;
            }
            left -= weight;
        }
        weights.len().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::Draw;

    #[test]
    fn normal_draws_have_mean_0_and_standard_deviation_1() {
        let mut draw = Draw::new(1, 0);
        let n = 100_000;
        let values: Vec<f64> = (0..n).map(|_| draw.normal()).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / f64::from(n);
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }

    #[test]
    fn whole_numbers_reach_both_ends() {
        let mut draw = Draw::new(1, 0);
        let seen: std::collections::BTreeSet<i32> = (0..200).map(|_| draw.between(-2, 2)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [-2, -1, 0, 1, 2]);
    }
}
