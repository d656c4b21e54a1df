//! What a chart's axes span, and how their numbers are written.

use crate::number::{next_round, push_count, push_readable};
use crate::panel::Series;

/// The span of an axis, never empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub first: f64,
    pub last: f64,
    decimals: u32,
}

impl Scale {
    /// From the first value or mark to the last.
    pub fn horizontal(series: &Series) -> Option<Self> {
        let marks = series.marks.iter().map(|mark| mark.x);
        let points = points(series).map(|point| point.0);
        let (first, last) = extremes(points.chain(marks))?;
        points_exist(series).then(|| Self::new(first, last))
    }

    /// From 0 (or below, where values are) to a little above the largest.
    pub fn vertical(series: &Series) -> Option<Self> {
        let (least, most) = extremes(points(series).map(|point| point.1))?;
        let least = least.min(0.0);
        Some(Self::new(least, most + (most - least) * 0.06))
    }

    /// From 0 (or below, where values are) to a round number above the largest, which stays while
    /// values grow a little: so the axis does.
    pub fn vertical_in_steps(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (least, most) = extremes(values)?;
        let (least, most) = (least.min(0.0), most.max(0.0));
        let step = next_round((most - least) / STEPS);
        let first = libm::floor(least / step) * step;
        // A line that lies on the upper edge would be cut in half.
        let last = libm::ceil((most + step * 0.05) / step) * step;
        Some(Self::new(first, last))
    }

    /// The values of all lines.
    pub fn values(series: &Series) -> impl Iterator<Item = f64> {
        points(series).map(|point| point.1)
    }

    pub fn new(first: f64, last: f64) -> Self {
        let last = if last > first { last } else { first + 1.0 };
        let mut decimals = 0;
        let mut step = (last - first) / 4.0;
        while step < 1.0 && decimals < 6 {
            step *= 10.0;
            decimals += 1;
        }
        Self {
            first,
            last,
            decimals,
        }
    }

    /// Where a value lies on the axis, from 0 to 1.
    pub fn share(&self, value: f64) -> f64 {
        ((value - self.first) / (self.last - self.first)).clamp(0.0, 1.0)
    }

    /// A value as text, with as many decimals as the axis's steps need.
    pub fn text(&self, value: f64) -> String {
        let mut out = String::new();
        if self.decimals < 2 {
            push_readable(&mut out, value);
            return out;
        }
        // Whole part and fraction as integers, the fraction without its trailing zeros.
        let mut unit = 10_u64.pow(self.decimals);
        let parts = libm::round(value * unit as f64) as i64;
        if parts < 0 {
            out.push('-');
        }
        let parts = parts.unsigned_abs();
        push_count(&mut out, parts / unit);
        let mut rest = parts % unit;
        if rest > 0 {
            out.push('.');
        }
        while rest > 0 {
            unit /= 10;
            out.push(char::from(b'0' + (rest / unit) as u8));
            rest %= unit;
        }
        out
    }
}

/// Steps between the ends of an axis, at least.
const STEPS: f64 = 4.0;

fn points(series: &Series) -> impl Iterator<Item = (f64, f64)> {
    let all = series.lines.iter().flat_map(|line| line.points.iter());
    all.copied().filter(|point| is_drawable(*point))
}

fn points_exist(series: &Series) -> bool {
    points(series).next().is_some()
}

fn is_drawable((x, y): (f64, f64)) -> bool {
    x.is_finite() && y.is_finite()
}

fn extremes(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.filter(|value| value.is_finite());
    finite.fold(None, |found, value| {
        let (least, most) = found.unwrap_or((value, value));
        Some((least.min(value), most.max(value)))
    })
}

/// At most four points for each pixel column: its first, least, greatest and last. The drawn
/// line looks the same, and a long run costs no more than a short one.
pub(super) fn thin(points: &[(f64, f64)], xs: &Scale, width: f32) -> Vec<(f64, f64)> {
    let drawable = points.iter().copied().filter(|point| is_drawable(*point));
    if points.len() as f64 <= f64::from(width) * 2.0 {
        return drawable.collect();
    }
    let column = |x: f64| (xs.share(x) * f64::from(width)) as u32;
    let mut out = Vec::with_capacity(width as usize * 4);
    let mut bucket: Vec<(f64, f64)> = Vec::new();
    for point in drawable {
        if bucket
            .first()
            .is_some_and(|first| column(first.0) != column(point.0))
        {
            flush(&mut bucket, &mut out);
        }
        bucket.push(point);
    }
    flush(&mut bucket, &mut out);
    out
}

fn flush(bucket: &mut Vec<(f64, f64)>, out: &mut Vec<(f64, f64)>) {
    let (Some(&first), Some(&last)) = (bucket.first(), bucket.last()) else {
        return;
    };
    let by_value = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
    let least = bucket.iter().min_by(by_value).copied().unwrap_or(first);
    let most = bucket.iter().max_by(by_value).copied().unwrap_or(last);
    out.extend([first, least, most, last]);
    bucket.clear();
}

/// The points of a line that jumps: every value goes on to where the next begins.
pub(super) fn stepped(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut out: Vec<(f64, f64)> = Vec::with_capacity(points.len() * 2);
    for &(x, y) in points {
        // Where nothing changes the line goes on by itself.
        out.extend(
            out.last()
                .and_then(|last| (last.1 != y).then_some((x, last.1))),
        );
        out.push((x, y));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_jumps_holds_until_it_does() {
        let points = [(0.0, 0.0), (2.0, 5.0), (3.0, 5.0)];
        let corners = [(0.0, 0.0), (2.0, 0.0), (2.0, 5.0), (3.0, 5.0)];
        assert_eq!(stepped(&points), corners);
        assert_eq!(stepped(&[]), []);
    }

    #[test]
    fn numbers_have_the_decimals_their_axis_needs() {
        assert_eq!(Scale::new(0.0, 1000.0).text(1000.0), "1,000");
        assert_eq!(Scale::new(0.0, 2.0).text(0.5), "0.5");
        assert_eq!(Scale::new(0.0, 0.2).text(0.05), "0.05");
        assert_eq!(Scale::new(0.0, 0.02).text(0.005), "0.005");
        assert_eq!(Scale::new(0.0, 0.02).text(-0.0), "0");
        assert_eq!(Scale::new(-0.2, 0.0).text(-0.15), "-0.15");
        assert_eq!(Scale::new(3.0, 3.0).last, 4.0);
    }

    #[test]
    fn an_axis_in_steps_stays_while_values_grow_a_little() {
        let last = |most: f64| {
            let scale = Scale::vertical_in_steps([0.0, most].into_iter());
            scale.map(|scale| scale.last)
        };
        assert_eq!(last(0.0), Some(1.0));
        assert_eq!(last(4.0), Some(5.0));
        assert_eq!((last(81.0), last(95.0)), (Some(100.0), Some(100.0)));
        assert_eq!(last(246.0), Some(300.0));
        let below = Scale::vertical_in_steps([-3.0, 5.0].into_iter());
        assert_eq!(below.map(|scale| scale.first), Some(-4.0));
        assert_eq!(Scale::vertical_in_steps([f64::NAN].into_iter()), None);
    }

    #[test]
    fn a_long_line_keeps_its_peaks() {
        let mut points: Vec<(f64, f64)> = (0..100_000).map(|x| (f64::from(x), 1.0)).collect();
        points[54_321].1 = 9.0;
        points[54_323].1 = f64::NAN;
        let xs = Scale::new(0.0, 99_999.0);
        let thinned = thin(&points, &xs, 300.0);
        assert!(thinned.len() <= 301 * 4);
        assert!(thinned.iter().any(|point| point.1 == 9.0));
        assert!(thinned.iter().all(|point| point.1.is_finite()));
    }
}
