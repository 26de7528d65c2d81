//! Values of members of groups: how alike the members of a group are, by analysis of variance and by a random-intercept model.

mod anova;
mod random_intercept;

pub use anova::{OneWay, one_way};
pub use random_intercept::{RandomIntercept, random_intercept};

use super::{NotEstimable, finite, sum};

/// One value and the group that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// The group (mentor, site, cohort).
    pub group: u32,
    /// The value.
    pub value: f64,
}

/// Size, mean and sum of squared deviations of one group.
struct Group {
    size: f64,
    mean: f64,
    squares: f64,
}

/// The groups of some values, in the order of mean and size, and their grand mean. All values are counted from the least one, so that
/// large values lose no digits.
struct Groups {
    groups: Vec<Group>,
    n: u64,
    mean: f64,
    /// Means closer than this are equal but for rounding.
    rounding: f64,
}

impl Groups {
    fn new(members: &[Member]) -> Result<Self, NotEstimable> {
        if members.is_empty() {
            return Err(NotEstimable::NoAnswers);
        }
        for member in members {
            finite(member.value)?;
        }
        let least = members.iter().map(|m| m.value).fold(f64::INFINITY, f64::min);
        let largest = members.iter().map(|m| m.value.abs()).fold(0.0, f64::max);
        let mut members: Vec<Member> = members.iter().map(|m| Member { value: m.value - least, ..*m }).collect();
        members.sort_by(|a, b| a.group.cmp(&b.group).then(a.value.total_cmp(&b.value)));
        let mut groups: Vec<Group> = members
            .chunk_by(|a, b| a.group == b.group)
            .map(|own| {
                let (least, greatest) = (own[0].value, own[own.len() - 1].value);
                let size = own.len() as f64;
                // Clamping keeps equal values from getting a spread out of rounding.
                let mean = center(own.iter().map(|m| (1.0, m.value)), size).clamp(least, greatest);
                Group { size, mean, squares: sum(own.iter().map(|m| (m.value - mean).powi(2))) }
            })
            .collect();
        // Sorted by what they hold, so that names of groups do not matter even to the last digit.
        groups.sort_by(|a, b| a.mean.total_cmp(&b.mean).then(a.size.total_cmp(&b.size)).then(a.squares.total_cmp(&b.squares)));
        let n = members.len() as u64;
        let mean = finite(center(groups.iter().map(|g| (g.size, g.mean)), n as f64))?;
        Ok(Self { groups, n, mean, rounding: 1e-14 * largest })
    }

    fn count(&self) -> u64 {
        self.groups.len() as u64
    }

    fn within(&self) -> Result<f64, NotEstimable> {
        finite(sum(self.groups.iter().map(|g| g.squares)))
    }
}

/// The weighted mean in two passes; weights add to `total`.
fn center(values: impl Iterator<Item = (f64, f64)> + Clone, total: f64) -> f64 {
    let first = sum(values.clone().map(|(weight, value)| weight * value)) / total;
    first + sum(values.map(|(weight, value)| weight * (value - first))) / total
}

#[cfg(test)]
mod tests;
