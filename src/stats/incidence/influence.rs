//! Influence of each subject on a cumulative incidence, and what clusters make of it.

use super::{Incidence, Moment, certain, complementary_log_log};
use crate::stats::NotEstimable;
use crate::stats::clustered::{ClusteredEstimate, Influence, Linearized, clustered_estimate};
use crate::stats::distributions::t_critical;

impl Incidence {
    /// The incidence of `cause` by `time` with the influence of every subject on it, for clustered variances and for
    /// differences between groups or causes ([`crate::stats::clustered::difference`]).
    ///
    /// The influence is the derivative of the estimate by the subject's weight (infinitesimal jackknife): with `M_i` the
    /// subject's events minus its share of the expected ones,
    /// `sum over s <= t of S(s-) dM_ik(s) / Y(s) - (F(t) - F(s)) dM_i(s) / (Y(s) (1 - h(s)))`.
    /// Without delayed entry the root of its sum of squares is the Greenwood-type standard error exactly; with it the two
    /// differ a little. Errors as [`at`](Self::at).
    pub fn linearized(&self, time: f64, cause: u32) -> Result<Linearized, NotEstimable> {
        self.check_time(time)?;
        let passed = self.moments.partition_point(|m| m.time <= time);
        let moments = &self.moments[..passed];
        let mut reached = 0.0;
        let steps: Vec<(f64, f64)> = moments
            .iter()
            .zip(self.events_of(cause))
            .map(|(m, events)| {
                reached += m.free_before * events as f64 / m.at_risk;
                (events as f64, reached)
            })
            .collect();
        // Being at risk at an event time lowers the estimate for each expected event of the cause, and raises it for each
        // expected event of any cause that would have ended the chance of a later one. Sums over the times passed:
        let mut at_risk_effect = vec![0.0];
        for (m, &(events, incidence)) in moments.iter().zip(&steps) {
            let effect = (reached - incidence) * per_event(m) * m.events / m.at_risk - m.free_before * events / (m.at_risk * m.at_risk);
            at_risk_effect.push(at_risk_effect[at_risk_effect.len() - 1] + effect);
        }
        let influence = self.subjects.iter().map(|subject| {
            let entered = moments.partition_point(|m| m.time <= subject.entry);
            let left = moments.partition_point(|m| m.time <= subject.exit);
            let mut value = at_risk_effect[left] - at_risk_effect[entered];
            if subject.status != 0 && subject.exit <= time {
                let (m, incidence) = (&moments[left - 1], steps[left - 1].1);
                value -= (reached - incidence) * per_event(m);
                if subject.status == cause {
                    value += m.free_before / m.at_risk;
                }
            }
            Influence { cluster_a: subject.cluster_a, cluster_b: subject.cluster_b, value: if certain(reached) { 0.0 } else { value } }
        });
        Linearized::new(if certain(reached) { 1.0 } else { reached }, influence.collect())
    }

    /// The incidence of `cause` by `time` with a two-way clustered standard error and a complementary log-log interval with
    /// a t deviate on `min(clusters) - 1` degrees of freedom.
    ///
    /// Errors as [`at`](Self::at); fewer than 2 clusters in a dimension leave an estimate without interval.
    pub fn clustered_at(&self, time: f64, cause: u32, confidence_level: f64) -> Result<ClusteredEstimate, NotEstimable> {
        let linearized = self.linearized(time, cause)?;
        let method = "Aalen-Johansen, two-way clustered, complementary log-log interval";
        let mut result = clustered_estimate(&linearized, method, |std_error, df| {
            complementary_log_log(linearized.estimate, std_error, t_critical(confidence_level, df)?, confidence_level)
        });
        if linearized.estimate == 0.0 {
            result.interval = Err(NotEstimable::NoEvents);
        }
        Ok(result)
    }
}

/// `1 / (Y (1 - h))`: the effect of one event on the log of the event-free probability; nothing is left to affect when all
/// at risk had their event.
fn per_event(m: &Moment) -> f64 {
    if m.free_after > 0.0 { 1.0 / (m.at_risk - m.events) } else { 0.0 }
}
