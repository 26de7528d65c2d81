//! What is planted: departments, effects and rates. Everything that `truth.json` states stands here.

use crate::program::cause::Cause;

/// What was done in a department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// "Protected mentoring hour", which helps.
    ProtectedHour,
    /// "Matching by research topic", which changes nothing.
    TopicMatching,
    /// Nothing.
    None,
}

/// A department and its share of the pairs.
pub(super) struct Department {
    pub(super) code: &'static str,
    pub(super) label: &'static str,
    /// Pairs of 900.
    pub(super) weight: f64,
    pub(super) treatment: Treatment,
}

const fn department(code: &'static str, label: &'static str, weight: f64, treatment: Treatment) -> Department {
    Department { code, label, weight, treatment }
}

/// All departments in the order of reports.
pub(super) const DEPARTMENTS: [Department; 12] = [
    department("ANES", "Anesthesiology", 72.0, Treatment::ProtectedHour),
    department("DERM", "Dermatology", 40.0, Treatment::TopicMatching),
    department("EMED", "Emergency Medicine", 75.0, Treatment::TopicMatching),
    department("FMED", "Family Medicine", 58.0, Treatment::None),
    department("MED", "Medicine", 125.0, Treatment::TopicMatching),
    department("NEURO", "Neurology", 62.0, Treatment::TopicMatching),
    department("OBGYN", "Obstetrics and Gynecology", 62.0, Treatment::None),
    department("PATH", "Pathology", 50.0, Treatment::None),
    department("PEDS", "Pediatrics", 95.0, Treatment::ProtectedHour),
    department("PSYCH", "Psychiatry", 75.0, Treatment::ProtectedHour),
    department("RAD", "Radiology", 66.0, Treatment::ProtectedHour),
    department("SURG", "Surgery", 120.0, Treatment::None),
];
/// Position of the failing department.
pub(super) const SURGERY: usize = 11;

/// Gender codes and labels; the shares of mentees and of mentors.
pub(super) const GENDERS: [(&str, &str, f64, f64); 4] =
    [("W", "Women", 0.495, 0.41), ("M", "Men", 0.46, 0.56), ("NB", "Non-binary", 0.02, 0.01), ("PNS", "Prefer not to say", 0.025, 0.02)];
/// Position of women in `GENDERS`.
pub(super) const WOMEN: usize = 0;

/// Race and ethnicity codes, labels and shares; the value for several is drawn as two of the others.
pub(super) const RACES: [(&str, &str, f64); 8] = [
    ("AIAN", "American Indian or Alaska Native", 0.008),
    ("ASIAN", "Asian", 0.22),
    ("BLACK", "Black or African American", 0.11),
    ("HISP", "Hispanic or Latino", 0.10),
    ("NHPI", "Native Hawaiian or Pacific Islander", 0.007),
    ("WHITE", "White", 0.485),
    ("MULTI", "Two or more", 0.04),
    ("PNS", "Prefer not to say", 0.03),
];
/// Position of "two or more" in `RACES`.
pub(super) const SEVERAL: usize = 6;

/// Career stages; the shares of mentees and of mentors. A promotion is one step down the list.
pub(super) const STAGES: [(&str, &str, f64, f64); 6] = [
    ("RES", "Resident", 0.40, 0.0),
    ("FEL", "Fellow", 0.25, 0.0),
    ("INST", "Instructor", 0.15, 0.08),
    ("ASST", "Assistant professor", 0.20, 0.32),
    ("ASSOC", "Associate professor", 0.0, 0.33),
    ("PROF", "Professor", 0.0, 0.27),
];

// Satisfaction is a latent sum with standard deviation 1; who lies above the threshold of the group is satisfied.
// The thresholds allow for the relationships on their way to failure, which pull every share down a little.

/// Satisfied share of men, of others, and of women outside Surgery, and of all in Surgery, as planted.
pub(super) const SATISFIED_MEN: f64 = 0.91;
/// See `SATISFIED_MEN`.
pub(super) const SATISFIED_WOMEN: f64 = 0.68;
/// See `SATISFIED_MEN`.
pub(super) const SATISFIED_SURGERY: f64 = 0.40;
const THRESHOLD_MEN: f64 = -1.45;
const THRESHOLD_OTHERS: f64 = -1.1;
const THRESHOLD_WOMEN: f64 = -0.53;
const THRESHOLD_SURGERY: f64 = 0.17;
/// Threshold at which the other items have their usual level.
pub(super) const THRESHOLD_USUAL: f64 = -1.05;
/// How much the protected hour lowers the threshold of satisfaction (about 2 points).
const PROTECTED_HOUR_SATISFIED: f64 = 0.08;

/// Latent threshold of satisfaction of a mentee.
pub(super) fn mentee_threshold(department: usize, gender: usize, after: bool) -> f64 {
    if department == SURGERY {
        return THRESHOLD_SURGERY;
    }
    let helped = after && DEPARTMENTS[department].treatment == Treatment::ProtectedHour;
    let usual = match GENDERS[gender].0 {
        "W" => THRESHOLD_WOMEN,
        "M" => THRESHOLD_MEN,
        _ => THRESHOLD_OTHERS,
    };
    if helped { usual - PROTECTED_HOUR_SATISFIED } else { usual }
}

/// Latent threshold of satisfaction of a mentor.
pub(super) fn mentor_threshold(department: usize) -> f64 {
    if department == SURGERY { -0.35 } else { -1.0 }
}

/// Share that met as often as agreed before any action, as planted (outside Surgery).
pub(super) const MET_USUAL: f64 = 0.58;
/// What the protected hour adds to it.
pub(super) const MET_GAIN: f64 = 0.22;

/// Probability of having met as often as agreed, for a relationship that is not failing.
pub(super) fn met_probability(department: usize, after: bool) -> f64 {
    if department == SURGERY {
        0.36
    } else if after && DEPARTMENTS[department].treatment == Treatment::ProtectedHour {
        MET_USUAL + MET_GAIN + 0.01
    } else {
        MET_USUAL + 0.01
    }
}

/// What the workshop adds to the feedback scale, in points of a five-point scale.
pub(super) const WORKSHOP_GAIN: f64 = 0.15;

/// Share of relationships that fail within 12 months, before and after the turning point, as planted.
pub(super) const FAILED_BEFORE: f64 = 0.13;
/// See `FAILED_BEFORE`.
pub(super) const FAILED_AFTER: f64 = 0.08;

/// Probability of failing within 12 months if nothing else ends the pair.
pub(super) fn failure_probability(department: usize, after: bool) -> f64 {
    let all = if after { FAILED_AFTER } else { FAILED_BEFORE };
    // Surgery holds 2 of 15 pairs and fails 2.2 times as often.
    let elsewhere = all / 1.16;
    if department == SURGERY { elsewhere * 2.2 } else { elsewhere }
}

/// How often a mentee (first) and a mentor (second) in trouble name a cause. The two sides blame each other.
pub(super) fn blame(cause: Cause) -> (f64, f64) {
    match cause {
        Cause::Unavailable => (0.52, 0.10),
        Cause::WeakFeedback => (0.20, 0.03),
        Cause::LacksExpertise => (0.10, 0.04),
        Cause::SelfServing => (0.07, 0.01),
        Cause::HarmfulConduct => (0.03, 0.005),
        Cause::MentorStrain => (0.03, 0.03),
        Cause::Unprepared => (0.07, 0.46),
        Cause::Avoids => (0.06, 0.38),
        Cause::ResistsCritique => (0.03, 0.14),
        Cause::Overcommitted => (0.12, 0.18),
        Cause::MenteeStrain => (0.06, 0.06),
        Cause::PathMismatch => (0.12, 0.10),
        Cause::Values => (0.06, 0.04),
        Cause::Communication => (0.12, 0.10),
        Cause::Expectations => (0.13, 0.09),
        Cause::Competition => (0.02, 0.01),
        Cause::NoProtectedTime => (0.14, 0.16),
        Cause::Load => (0.09, 0.12),
        Cause::NoChoice => (0.04, 0.03),
        Cause::Power => (0.04, 0.005),
        Cause::Prejudice => (0.03, 0.005),
        Cause::CoachingInstead => (0.05, 0.02),
        Cause::UnmetNeed => (0.02, 0.01),
        Cause::NoWayOut => (0.03, 0.01),
    }
}
