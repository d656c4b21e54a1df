//! Virtual time as text, and the speeds to choose from.

use faultline_systems::number;

/// Virtual seconds per real second, from slow to fast, with how they are written.
pub const SPEEDS: [(f64, &str); 13] = [
    (0.001, "1/1000"),
    (0.002, "1/500"),
    (0.005, "1/200"),
    (0.01, "1/100"),
    (0.02, "1/50"),
    (0.05, "1/20"),
    (0.1, "1/10"),
    (0.25, "1/4"),
    (0.5, "1/2"),
    (1.0, "1"),
    (2.0, "2"),
    (5.0, "5"),
    (20.0, "20"),
];

/// The index of the speed nearest to one given, by ratio.
pub fn nearest_speed(speed: f64) -> usize {
    let distance = |index: &usize| {
        let ratio = SPEEDS[*index].0 / speed.max(1e-6);
        ratio.max(1.0 / ratio)
    };
    (0..SPEEDS.len())
        .min_by(|a, b| distance(a).total_cmp(&distance(b)))
        .unwrap_or_default()
}

/// `00:12.400`: minutes, seconds, milliseconds, cut rather than rounded, so that a time shown
/// has been reached.
pub fn long(nanos: u64) -> String {
    let millis = nanos / 1_000_000;
    let (minutes, seconds) = (millis / 60_000, millis / 1_000 % 60);
    format!("{minutes:02}:{seconds:02}.{:03}", millis % 1_000)
}

/// `00:30`, or with what is left of a second: `00:01.500`.
pub fn short(nanos: u64) -> String {
    let text = long(nanos);
    match text.strip_suffix(".000") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// A span for a button: `20 s`, `1.5 s`, `2 min`.
pub fn brief(nanos: u64) -> String {
    let millis = nanos / 1_000_000;
    match (millis % 60_000, millis % 1_000) {
        (0, _) if millis >= 120_000 => format!("{} min", millis / 60_000),
        (_, 0) => format!("{} s", millis / 1_000),
        _ => format!("{} s", millis as f64 / 1_000.0),
    }
}

/// A time as one types it: `12.4`, `0:12.4`, seconds with or without their unit.
pub fn read(text: &str) -> Option<u64> {
    let text = text.trim().trim_end_matches('s').trim_end();
    let (minutes, seconds) = text.rsplit_once(':').unwrap_or(("0", text));
    let minutes: u64 = minutes.trim().parse().ok()?;
    let seconds = number::read(seconds.trim())?;
    let allowed = (0.0..1e6).contains(&seconds) && minutes < 20_000;
    // Nanoseconds beneath a microsecond are below what is ever shown.
    allowed.then(|| minutes * 60_000_000_000 + (seconds * 1e6).round() as u64 * 1_000)
}

/// A time for a field, read again by [`read`]: `12.4`.
pub fn typed(nanos: u64) -> String {
    format!("{}", nanos as f64 / 1e9)
}

/// For a screen reader: `12.4 seconds`.
pub fn spoken(nanos: u64) -> String {
    let tenths = nanos / 100_000_000;
    match tenths % 10 {
        0 => format!("{} seconds", tenths / 10),
        rest => format!("{}.{rest} seconds", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_on_a_watch() {
        assert_eq!(long(12_400_000_000), "00:12.400");
        assert_eq!(long(12_400_999_999), "00:12.400");
        assert_eq!(long(3_725_001_000_000), "62:05.001");
        assert_eq!(short(30_000_000_000), "00:30");
        assert_eq!(short(1_500_000_000), "00:01.500");
        assert_eq!(spoken(12_400_000_000), "12.4 seconds");
        assert_eq!(spoken(2_000_000_000), "2 seconds");
        assert_eq!(brief(20_000_000_000), "20 s");
        assert_eq!(brief(1_500_000_000), "1.5 s");
        assert_eq!(brief(120_000_000_000), "2 min");
    }

    #[test]
    fn times_are_read_as_they_are_typed() {
        for (text, nanos) in [
            ("12.4", 12_400_000_000),
            (" 12.4 s ", 12_400_000_000),
            ("0", 0),
            ("1:02.5", 62_500_000_000),
            ("62:05.001", 3_725_001_000_000),
        ] {
            assert_eq!(read(text), Some(nanos), "{text}");
            assert_eq!(read(&typed(nanos)), Some(nanos), "{text}");
        }
        for text in [
            "",
            "x",
            "-1",
            "1e300",
            "nan",
            "inf",
            ":",
            "1:-2",
            "99999999:0",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn speeds_rise_and_the_nearest_is_found() {
        assert!(SPEEDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (index, (speed, _)) in SPEEDS.iter().enumerate() {
            assert_eq!(nearest_speed(*speed), index);
        }
        assert_eq!(SPEEDS[nearest_speed(0.4)].1, "1/2");
        assert_eq!(nearest_speed(0.0), 0);
    }
}
