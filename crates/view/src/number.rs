//! Numbers as text, without the standard library's formatting: it would weigh more in the
//! page's download than all of this crate's pictures.

/// The smallest of one, two or five of a power of ten that is at least this; 1 for none.
#[must_use]
pub fn next_round(least: f64) -> f64 {
    if least <= 0.0 {
        return 1.0;
    }
    let mut unit = 1.0;
    while unit > least {
        unit /= 10.0;
    }
    while unit * 10.0 <= least {
        unit *= 10.0;
    }
    let steps = [1.0, 2.0, 5.0].map(|count| unit * count);
    let found = steps.into_iter().find(|step| *step >= least);
    found.unwrap_or(unit * 10.0)
}

/// Appends a whole number with commas between thousands, e.g. "1,000".
pub fn push_count(out: &mut String, value: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    let digits = &digits[at..];
    for (index, &digit) in digits.iter().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(char::from(digit));
    }
}

/// Appends a number rounded to one decimal, without a trailing ".0", e.g. "24.6" or "250".
/// Beyond what a picture can show (above 10^12, not a number) it writes "0" or the bound, so
/// that the text is always valid in SVG.
pub fn push_short(out: &mut String, value: f64) {
    let (whole, tenth) = tenths(out, value);
    push_plain(out, whole);
    if tenth > 0 {
        out.push('.');
        push_plain(out, tenth);
    }
}

/// Appends a number for reading: commas between thousands, at most one decimal.
pub fn push_readable(out: &mut String, value: f64) {
    let (whole, tenth) = tenths(out, value);
    push_count(out, whole);
    if tenth > 0 {
        out.push('.');
        push_plain(out, tenth);
    }
}

const MICRO: u64 = 1_000;
const MILLI: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;

/// Appends a moment in its natural unit with at most so many decimals and no trailing zeros,
/// e.g. "1.002 s" or "12.5 ms" for nanoseconds.
pub fn push_moment(out: &mut String, ns: u64, decimals: u32) {
    let unit = match ns {
        0 | SECOND.. => SECOND,
        MILLI.. => MILLI,
        _ => MICRO,
    };
    // No more decimals than make a nanosecond.
    let decimals = decimals.min(unit.ilog10());
    let (whole, part) = split(ns, unit, decimals);
    push_count(out, whole);
    if part > 0 {
        let (mut part, mut places) = (part, decimals);
        while part.is_multiple_of(10) {
            part /= 10;
            places -= 1;
        }
        out.push('.');
        push_digits(out, part, places);
    }
    out.push_str(unit_name(unit));
}

/// Appends a moment as the tick of an axis that reaches to `most_ns` in steps of `step_ns`: in
/// one unit, with as many decimals as tell two ticks apart.
pub fn push_tick(out: &mut String, ns: u64, step_ns: u64, most_ns: u64) {
    let unit = match most_ns {
        SECOND.. => SECOND,
        MILLI.. => MILLI,
        _ => MICRO,
    };
    let mut decimals = 0;
    let mut place = unit;
    while !step_ns.is_multiple_of(place) && place > 1 {
        place /= 10;
        decimals += 1;
    }
    let (whole, part) = split(ns, unit, decimals);
    push_count(out, whole);
    if decimals > 0 {
        out.push('.');
        push_digits(out, part, decimals);
    }
    out.push_str(unit_name(unit));
}

/// Whole units, and the decimals as a number, rounded.
fn split(ns: u64, unit: u64, decimals: u32) -> (u64, u64) {
    let place = (unit / 10u64.pow(decimals.min(9))).max(1);
    let rounded = ns.saturating_add(place / 2) / place;
    let places = unit / place;
    (rounded / places, rounded % places)
}

const fn unit_name(unit: u64) -> &'static str {
    match unit {
        SECOND => " s",
        MILLI => " ms",
        _ => " µs",
    }
}

/// Appends a number with leading zeros.
fn push_digits(out: &mut String, value: u64, digits: u32) {
    for place in (0..digits).rev() {
        out.push(char::from(b'0' + (value / 10u64.pow(place) % 10) as u8));
    }
}

/// Appends the sign and gives the whole part and the tenth.
fn tenths(out: &mut String, value: f64) -> (u64, u64) {
    const LARGEST: f64 = 1e12;
    // A cast of a float saturates, and takes what is not a number to 0.
    let tenths = libm::round(value.clamp(-LARGEST, LARGEST) * 10.0) as i64;
    if tenths < 0 {
        out.push('-');
    }
    let size = tenths.unsigned_abs();
    (size / 10, size % 10)
}

/// Appends a whole number's digits alone.
pub fn push_plain(out: &mut String, value: u64) {
    if value >= 10 {
        push_plain(out, value / 10);
    }
    out.push(char::from(b'0' + (value % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn counts_have_commas() {
        for (value, expected) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(text(|out| push_count(out, value)), expected);
        }
    }

    #[test]
    fn moments_have_their_natural_unit() {
        for (ns, decimals, expected) in [
            (0, 3, "0 s"),
            (1_002_000_000, 3, "1.002 s"),
            (1_002_400_000, 3, "1.002 s"),
            (1_002_400_000, 6, "1.0024 s"),
            (1_999_999_999, 3, "2 s"),
            (12_500_000, 3, "12.5 ms"),
            (999, 3, "0.999 µs"),
            (4_000_000_000_000, 3, "4,000 s"),
            (u64::MAX, 3, "18,446,744,073.709 s"),
        ] {
            assert_eq!(text(|out| push_moment(out, ns, decimals)), expected);
        }
    }

    #[test]
    fn ticks_are_told_apart() {
        for (ns, step, most, expected) in [
            (2_000_000_000, 1_000_000_000, 9_000_000_000, "2 s"),
            (2_000_000_000, 500_000_000, 9_000_000_000, "2.0 s"),
            (1_002_000_000, 2_000_000, 1_100_000_000, "1.002 s"),
            (20_000_000, 5_000_000, 90_000_000, "20 ms"),
            (20_500, 500, 60_000, "20.5 µs"),
            (3, 1, 5, "0.003 µs"),
        ] {
            assert_eq!(text(|out| push_tick(out, ns, step, most)), expected);
        }
    }

    #[test]
    fn short_numbers_have_one_decimal_at_most() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.04, "0"),
            (24.649, "24.6"),
            (24.65, "24.7"),
            (-3.25, "-3.3"),
            (1000.0, "1000"),
            (f64::NAN, "0"),
            (f64::INFINITY, "1000000000000"),
        ] {
            assert_eq!(text(|out| push_short(out, value)), expected, "{value}");
        }
        assert_eq!(text(|out| push_readable(out, 12345.67)), "12,345.7");
    }
}
