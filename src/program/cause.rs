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

impl Locus {
    /// All places, in the order of the taxonomy.
    pub const ALL: [Locus; 4] = [Locus::Mentee, Locus::Mentor, Locus::Pair, Locus::Program];

    /// Short name used in results.
    pub fn id(self) -> &'static str {
        match self {
            Locus::Mentee => "mentee",
            Locus::Mentor => "mentor",
            Locus::Pair => "pair",
            Locus::Program => "program",
        }
    }

    /// Name as reports print it.
    pub fn label(self) -> &'static str {
        match self {
            Locus::Mentee => "Mentee's side",
            Locus::Mentor => "Mentor's side",
            Locus::Pair => "The fit of the two",
            Locus::Program => "Program or institution",
        }
    }

    /// Its causes, bit `k` for the one at position `k` of [`Cause::ALL`].
    pub fn mask(self) -> u32 {
        Cause::ALL.into_iter().filter(|cause| cause.locus() == self).fold(0, |mask, cause| mask | cause.bit())
    }
}

/// What a report says further of power or prejudice: whose conduct it was, or that it lay in a rule or custom; what prejudice was about.
/// Only reports say it. It is never worked out from who the two are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// Power: conduct of the mentor.
    PowerMentor,
    /// Power: conduct of the mentee.
    PowerMentee,
    /// Power: a rule or custom of the program or institution.
    PowerStructure,
    /// Prejudice: conduct of the mentor.
    PrejudiceMentor,
    /// Prejudice: conduct of the mentee.
    PrejudiceMentee,
    /// Prejudice: a rule or custom of the program or institution.
    PrejudiceStructure,
    /// Prejudice about gender.
    PrejudiceGender,
    /// Prejudice about race or ethnicity.
    PrejudiceRace,
    /// Prejudice about something else.
    PrejudiceOther,
}

impl Tag {
    /// All tags in the order of reports.
    pub const ALL: [Tag; 9] = [
        Tag::PowerMentor,
        Tag::PowerMentee,
        Tag::PowerStructure,
        Tag::PrejudiceMentor,
        Tag::PrejudiceMentee,
        Tag::PrejudiceStructure,
        Tag::PrejudiceGender,
        Tag::PrejudiceRace,
        Tag::PrejudiceOther,
    ];

    /// Short name used in instruments and results.
    pub fn id(self) -> &'static str {
        match self {
            Tag::PowerMentor => "power_mentor",
            Tag::PowerMentee => "power_mentee",
            Tag::PowerStructure => "power_structure",
            Tag::PrejudiceMentor => "prejudice_mentor",
            Tag::PrejudiceMentee => "prejudice_mentee",
            Tag::PrejudiceStructure => "prejudice_structure",
            Tag::PrejudiceGender => "prejudice_gender",
            Tag::PrejudiceRace => "prejudice_race",
            Tag::PrejudiceOther => "prejudice_other",
        }
    }

    /// Name as reports print it.
    pub fn label(self) -> &'static str {
        match self {
            Tag::PowerMentor => "Power: conduct of the mentor",
            Tag::PowerMentee => "Power: conduct of the mentee",
            Tag::PowerStructure => "Power: a rule or custom",
            Tag::PrejudiceMentor => "Prejudice: conduct of the mentor",
            Tag::PrejudiceMentee => "Prejudice: conduct of the mentee",
            Tag::PrejudiceStructure => "Prejudice: a rule or custom",
            Tag::PrejudiceGender => "Prejudice about gender",
            Tag::PrejudiceRace => "Prejudice about race or ethnicity",
            Tag::PrejudiceOther => "Prejudice about something else",
        }
    }

    /// The tag of that short name.
    pub fn from_id(id: &str) -> Option<Tag> {
        Self::ALL.into_iter().find(|tag| tag.id() == id)
    }
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

    /// Its bit in sets of causes: that of its position in `ALL`.
    pub fn bit(self) -> u32 {
        1 << self as u32
    }

    /// The cause of that short name.
    pub fn from_id(id: &str) -> Option<Cause> {
        Self::ALL.into_iter().find(|cause| cause.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_stands_in_one_place_and_at_its_own_bit() {
        for (position, cause) in Cause::ALL.into_iter().enumerate() {
            assert_eq!((cause.bit(), Cause::from_id(cause.id())), (1 << position, Some(cause)));
            assert_eq!(Locus::ALL.into_iter().filter(|locus| locus.mask() & cause.bit() != 0).collect::<Vec<_>>(), [cause.locus()]);
        }
        assert_eq!(Locus::ALL.map(|locus| locus.mask().count_ones()), [5, 6, 5, 8]);
        assert!(Tag::ALL.into_iter().all(|tag| Tag::from_id(tag.id()) == Some(tag)));
    }
}
