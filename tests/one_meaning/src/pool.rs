//! Values that make trouble, by type.

use wr_base::ty::DataType;
use wr_base::value::{Date, DateTime, Decimal, Value};

use crate::random::Random;

pub const TEXTS: [&str; 20] = [
    "", "a", "A", "a ", "ab", "ж", "Ж", "жa", "İ", "ı", "i", "ß", "it's", "b\\c", "t\tt", "l\nl", "\\N", "zz", "é",
    "1.2.3.4",
];

const MIDDLE: [i128; 12] = [0, 1, -1, 2, 127, -128, 255, 256, -129, 1000, 32_768, 4_294_967_296];

const WIDE: [i128; 9] = [
    9_223_372_036_854_775_807,
    9_223_372_036_854_775_808,
    -9_223_372_036_854_775_808,
    18_446_744_073_709_551_615,
    18_446_744_073_709_551_616,
    -9_223_372_036_854_775_809,
    i128::MAX,
    i128::MIN,
    999_999_999_999_999_999,
];

/// 2026-03-29T01:00:00Z and 2026-10-25T01:00:00Z: the clock of Berlin goes forward and back.
const CLOCKS: [i64; 2] = [1_774_746_000, 1_792_890_000];

/// A value of a type; now and then one that no column of the data has.
pub fn value(random: &mut Random, ty: &DataType) -> Value {
    match ty {
        DataType::Int => Value::Int(int(random)),
        DataType::Text => Value::text(*random.of(&TEXTS)),
        DataType::Bool => Value::Bool(random.once_in(2)),
        DataType::Date => Value::Date(date(random)),
        DataType::DateTime => Value::DateTime(instant(random)),
        DataType::Uuid => Value::Uuid(uuid(random)),
        DataType::Decimal { precision, scale } => Value::Decimal(decimal(random, *precision, *scale)),
        other => panic!("no values of {other}"),
    }
}

pub fn int(random: &mut Random) -> i128 {
    if random.once_in(3) { *random.of(&WIDE) } else { *random.of(&MIDDLE) }
}

pub fn date(random: &mut Random) -> Date {
    // 1970-01-01, 2149-06-06, 1900-01-01, 2299-12-31 and their neighbours; the ends of all days; a few usual ones.
    const DAYS: [i32; 16] = [
        0, -1, 1, 65_535, 65_536, -25_567, -25_568, 120_529, 120_530, -719_162, 2_932_896, 20_000, 20_001, 20_540,
        20_541, 20_750,
    ];
    Date(*random.of(&DAYS))
}

pub fn instant(random: &mut Random) -> DateTime {
    const SECONDS: [i64; 14] = [
        0,
        1,
        -1,
        4_294_967_295,
        4_294_967_296,
        1_767_225_600,
        1_767_225_601,
        -2_208_988_800,
        10_413_791_999,
        9_223_372_036,
        -9_223_372_036,
        -62_135_596_800,
        253_402_300_799,
        1_767_139_200,
    ];
    const FRACTIONS: [i64; 6] = [0, 0, 0, 123_000, 123_456, 999_999];
    let seconds = if random.once_in(4) {
        random.of(&CLOCKS) + 1800 * (i64::try_from(random.below(9)).unwrap_or(0) - 4)
    } else {
        *random.of(&SECONDS)
    };
    DateTime::checked(seconds * 1_000_000 + random.of(&FRACTIONS)).unwrap_or(DateTime(0))
}

pub fn uuid(random: &mut Random) -> u128 {
    *random.of(&[0, 1, u128::MAX, 1 << 64, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef])
}

/// A decimal of these digits: nothing, the smallest steps, the limits.
pub fn decimal(random: &mut Random, precision: u8, scale: u8) -> Decimal {
    let top = 10_i128.pow(u32::from(precision)) - 1;
    let one = 10_i128.pow(u32::from(scale));
    let unscaled = *random.of(&[0, 1, -1, one, -one, one + 1, 5 * one, top, -top, top - 1]);
    Decimal { unscaled: unscaled.clamp(-top, top), scale }
}
