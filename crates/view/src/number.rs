//! Numbers as text, without the standard library's formatting: it would weigh more in the
//! page's download than all of this crate's pictures.

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

fn push_plain(out: &mut String, value: u64) {
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
