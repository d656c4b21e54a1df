//! Reading decimal numbers.
//!
//! The standard library's reader handles texts of any length with tables of 10 KB, which the
//! page would download for nothing: the numbers people give are short.

/// The most digits between the first and the last that is not zero: any such number fits in a
/// `u64`, and the shortest text of a double has at most 17.
const DIGITS_MAX: u32 = 19;
/// The largest power of ten, either way.
const POWER_MAX: i32 = 22;
/// Bits of the quotient: the 53 of a double and one to round by.
const QUOTIENT_BITS: u32 = 54;

/// Reads a number such as "-3", "0.25" or "1e-3": the double nearest to it, and of two equally
/// near ones the even one, as the standard library does.
///
/// None for what is not a number, and for numbers of more than 19 digits that count, with more
/// than 22 places after the point, or above 10^22.
///
/// ```
/// use faultline_systems::number::read;
/// assert_eq!(read("0.1"), Some(0.1));
/// assert_eq!(read("1,5"), None);
/// ```
pub fn read(text: &str) -> Option<f64> {
    let (negative, text) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (digits, mut power) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (&text[..at], exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let (mut mantissa, mut count) = (0_u64, 0_u32);
    let (mut zeros, mut empty, mut point) = (0_u32, true, false);
    for &byte in digits {
        match byte {
            b'.' if !point => point = true,
            b'0'..=b'9' => {
                empty = false;
                power -= i32::from(point);
                if byte == b'0' {
                    // Counts only once another digit follows.
                    zeros += 1;
                    continue;
                }
                count = if count == 0 { 1 } else { count + zeros + 1 };
                if count > DIGITS_MAX {
                    return None;
                }
                mantissa = mantissa * 10_u64.pow(if mantissa == 0 { 0 } else { zeros + 1 })
                    + u64::from(byte - b'0');
                zeros = 0;
            }
            _ => return None,
        }
    }
    if empty {
        return None;
    }
    let magnitude = match mantissa {
        0 => 0.0,
        _ => scaled(mantissa, power.checked_add_unsigned(zeros)?)?,
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// The exponent after an "e".
fn exponent(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    // Two digits are more than enough for any number that is read.
    if !matches!(digits.len(), 1 | 2) || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0, |value, digit| value * 10 + i32::from(digit - b'0'));
    Some(if negative { -value } else { value })
}

/// `mantissa` times ten to the `power`, by long division in whole numbers.
fn scaled(mantissa: u64, power: i32) -> Option<f64> {
    let ten_to = |power: i32| (0..power).fold(1_u128, |product, _| product * 10);
    let mantissa = u128::from(mantissa);
    let (mut above, mut below) = match power {
        0..=POWER_MAX => (mantissa.checked_mul(ten_to(power))?, 1),
        _ if power.unsigned_abs() <= POWER_MAX.unsigned_abs() => (mantissa, ten_to(-power)),
        _ => return None,
    };
    if above > ten_to(POWER_MAX) {
        return None;
    }
    // The quotient is brought to at least 1 and less than 2; both stay below 2^76.
    let mut binary = 0;
    while above >= below << 1 {
        below <<= 1;
        binary += 1;
    }
    while above < below {
        above <<= 1;
        binary -= 1;
    }
    let mut quotient = 0_u64;
    for _ in 0..QUOTIENT_BITS {
        quotient <<= 1;
        if above >= below {
            quotient |= 1;
            above -= below;
        }
        above <<= 1;
    }
    // What is left over decides only between exactly half and more than half.
    let rounded = (quotient << 1 | u64::from(above != 0)) as f64;
    let shift = binary - QUOTIENT_BITS as i32;
    // Far from the ends of a double's range, so this power of two is a normal number.
    let factor = f64::from_bits(((1023 + shift) as u64) << 52);
    Some(rounded * factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_as_the_standard_library_reads_them() {
        for text in [
            "0",
            "-0",
            "1",
            "+1",
            "007",
            "1.5",
            ".5",
            "5.",
            "0.1",
            "0.30000000000000004",
            "1e3",
            "1E-3",
            "2.5e+2",
            "9007199254740993",
            "9007199254740992.5",
            "9007199254740993.5",
            "0.000001",
            "1000000",
            "1000000000000000000000",
            "123456789012345678",
            "1.7976931348623157",
            "100.00000000000000000000000000000",
            "0e5",
        ] {
            let wanted: f64 = text.parse().unwrap();
            let given = read(text).unwrap_or_else(|| panic!("{text} is not read"));
            assert_eq!(given.to_bits(), wanted.to_bits(), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "-",
            "+",
            ".",
            "e",
            "e5",
            "1e",
            "1e+",
            "1e1000",
            "1.2.3",
            "1,5",
            " 1",
            "1 ",
            "0x1",
            "inf",
            "NaN",
            "1_000",
            "--1",
            "1e1.5",
            "é",
            "12345678901234567891",
            "0.00000000000000000000001",
            "1e40",
            "99999999999999999999999",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_short_number_is_the_nearest_double(
            mantissa in any::<u64>(), drop in 0_u32..19, places in 0_usize..20, minus in any::<bool>(),
        ) {
            let digits = format!("{:0>21}", (mantissa >> 1) / 10_u64.pow(drop));
            let (whole, fraction) = digits.split_at(digits.len() - places);
            let text = format!("{}{whole}.{fraction}", if minus { "-" } else { "" });
            let wanted: f64 = text.parse().unwrap();
            prop_assert_eq!(read(&text).map(f64::to_bits), Some(wanted.to_bits()), "{}", text);
        }

        #[test]
        fn the_text_of_a_number_reads_as_itself(number in 1e-5_f64..1e15) {
            prop_assert_eq!(read(&number.to_string()), Some(number));
        }

        #[test]
        fn no_text_panics(text in "[-+.0-9e]{0,40}") {
            let wanted = text.parse::<f64>().ok();
            if let Some(number) = read(&text) {
                prop_assert_eq!(Some(number), wanted);
            }
        }
    }
}
