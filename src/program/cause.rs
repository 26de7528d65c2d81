//! The taxonomy of causes of trouble, with the side on which each would lie.

use serde::Serialize;

/// Where trouble may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Locus {
    /// On the mentee's side.
    Mentee,
    /// On the mentor's side.
    Mentor,
    /// In the fit of the two.
    Pair,
    /// In the program or the institution.
    Program,
}

/// A cause of trouble that a mentee, a mentor or the program's record can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Mentee does not take up critique.
    ResistsCritique,
    /// Mentee comes unprepared.
    Unprepared,
    /// Mentee avoids or misses meetings.
    Avoids,
    /// Mentee has taken on too much.
    Overcommitted,
    /// Mentee's emotional or social difficulty.
    MenteeStrain,
    /// Mentor lacks the expertise needed.
    LacksExpertise,
    /// Mentor's feedback or teaching is weak.
    WeakFeedback,
    /// Mentor is not available.
    Unavailable,
    /// Mentor puts own interest first.
    SelfServing,
    /// Mentor's conduct is harmful.
    HarmfulConduct,
    /// Mentor's emotional or social difficulty.
    MentorStrain,
    /// Goals or career path do not fit.
    PathMismatch,
    /// Values or personality do not fit.
    Values,
    /// Communication does not work.
    Communication,
    /// Expectations were never agreed.
    Expectations,
    /// The two compete.
    Competition,
    /// No protected time.
    NoProtectedTime,
    /// Too many mentees or duties.
    Load,
    /// No say in who was paired.
    NoChoice,
    /// Mentor holds power over the mentee's career.
    Power,
    /// Prejudice by gender, race or other.
    Prejudice,
    /// Coaching or supervision in mentoring's place.
    CoachingInstead,
    /// A psychological need met with no referral.
    UnmetNeed,
    /// No way to leave or change the pair.
    NoWayOut,
}

impl Cause {
    /// All causes, in the order of the taxonomy.
    pub const ALL: [Cause; 24] = [
        Cause::ResistsCritique,
        Cause::Unprepared,
        Cause::Avoids,
        Cause::Overcommitted,
        Cause::MenteeStrain,
        Cause::LacksExpertise,
        Cause::WeakFeedback,
        Cause::Unavailable,
        Cause::SelfServing,
        Cause::HarmfulConduct,
        Cause::MentorStrain,
        Cause::PathMismatch,
        Cause::Values,
        Cause::Communication,
        Cause::Expectations,
        Cause::Competition,
        Cause::NoProtectedTime,
        Cause::Load,
        Cause::NoChoice,
        Cause::Power,
        Cause::Prejudice,
        Cause::CoachingInstead,
        Cause::UnmetNeed,
        Cause::NoWayOut,
    ];

    /// Short name used in instruments and results.
    pub fn id(self) -> &'static str {
        match self {
            Cause::ResistsCritique => "resists_critique",
            Cause::Unprepared => "unprepared",
            Cause::Avoids => "avoids",
            Cause::Overcommitted => "overcommitted",
            Cause::MenteeStrain => "mentee_strain",
            Cause::LacksExpertise => "lacks_expertise",
            Cause::WeakFeedback => "weak_feedback",
            Cause::Unavailable => "unavailable",
            Cause::SelfServing => "self_serving",
            Cause::HarmfulConduct => "harmful_conduct",
            Cause::MentorStrain => "mentor_strain",
            Cause::PathMismatch => "path_mismatch",
            Cause::Values => "values",
            Cause::Communication => "communication",
            Cause::Expectations => "expectations",
            Cause::Competition => "competition",
            Cause::NoProtectedTime => "no_protected_time",
            Cause::Load => "load",
            Cause::NoChoice => "no_choice",
            Cause::Power => "power",
            Cause::Prejudice => "prejudice",
            Cause::CoachingInstead => "coaching_instead",
            Cause::UnmetNeed => "unmet_need",
            Cause::NoWayOut => "no_way_out",
        }
    }

    /// Name as reports print it.
    pub fn label(self) -> &'static str {
        match self {
            Cause::ResistsCritique => "Mentee does not take up critique",
            Cause::Unprepared => "Mentee comes unprepared",
            Cause::Avoids => "Mentee avoids or misses meetings",
            Cause::Overcommitted => "Mentee has taken on too much",
            Cause::MenteeStrain => "Mentee's emotional or social difficulty",
            Cause::LacksExpertise => "Mentor lacks the expertise needed",
            Cause::WeakFeedback => "Mentor's feedback or teaching is weak",
            Cause::Unavailable => "Mentor is not available",
            Cause::SelfServing => "Mentor puts own interest first",
            Cause::HarmfulConduct => "Mentor's conduct is harmful",
            Cause::MentorStrain => "Mentor's emotional or social difficulty",
            Cause::PathMismatch => "Goals or career path do not fit",
            Cause::Values => "Values or personality do not fit",
            Cause::Communication => "Communication does not work",
            Cause::Expectations => "Expectations were never agreed",
            Cause::Competition => "The two compete",
            Cause::NoProtectedTime => "No protected time",
            Cause::Load => "Too many mentees or duties",
            Cause::NoChoice => "No say in who was paired",
            Cause::Power => "Mentor holds power over the mentee's career",
            Cause::Prejudice => "Prejudice by gender, race or other",
            Cause::CoachingInstead => "Coaching or supervision in mentoring's place",
            Cause::UnmetNeed => "A psychological need met with no referral",
            Cause::NoWayOut => "No way to leave or change the pair",
        }
    }

    /// Where it would lie.
    pub fn locus(self) -> Locus {
        match self {
            Cause::ResistsCritique | Cause::Unprepared | Cause::Avoids | Cause::Overcommitted | Cause::MenteeStrain => Locus::Mentee,
            Cause::LacksExpertise
            | Cause::WeakFeedback
            | Cause::Unavailable
            | Cause::SelfServing
            | Cause::HarmfulConduct
            | Cause::MentorStrain => Locus::Mentor,
            Cause::PathMismatch | Cause::Values | Cause::Communication | Cause::Expectations | Cause::Competition => Locus::Pair,
            Cause::NoProtectedTime
            | Cause::Load
            | Cause::NoChoice
            | Cause::Power
            | Cause::Prejudice
            | Cause::CoachingInstead
            | Cause::UnmetNeed
            | Cause::NoWayOut => Locus::Program,
        }
    }

    /// The cause of that short name.
    pub fn from_id(id: &str) -> Option<Cause> {
        Self::ALL.into_iter().find(|cause| cause.id() == id)
    }
}
