//! Answers as small integers: one column per item, codes as the instrument defines them, and one reserved value per kind of missing.

use crate::program::instrument::Missing;

/// Codes of an instrument lie within `±MAX_CODE`; the reserved values lie below.
pub const MAX_CODE: i32 = 30_000;

/// The stored value of a missing answer.
pub const fn missing_code(missing: Missing) -> i16 {
    match missing {
        Missing::NotApplicable => -32_001,
        Missing::NotAsked => -32_002,
        Missing::NotStated => -32_003,
        Missing::Refused => -32_004,
        Missing::DontKnow => -32_005,
        Missing::Invalid => -32_006,
    }
}

/// Smallest stored value that is an answer.
pub const FIRST_ANSWER: i16 = -30_000;

/// The stored value of an answer's code; none where the code is outside the range that instruments may use.
pub fn answer_code(code: i32) -> Option<i16> {
    if code.abs() <= MAX_CODE { i16::try_from(code).ok() } else { None }
}

/// Whether a stored value counts in the denominator of a scale's answered share: asked, and applicable to the respondent.
pub const fn is_due(stored: i16) -> bool {
    stored != missing_code(Missing::NotApplicable) && stored != missing_code(Missing::NotAsked)
}
