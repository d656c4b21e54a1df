//! Colours can be told from their background: WCAG 2.2, 1.4.3 (text) and 1.4.11 (graphics).

mod common;

use faultline_view::display::{DisplayList, Geometry, Paint, Size};
use faultline_view::theme::Theme;
use faultline_view::{Tone, paint};

type Rgb = [f64; 3];

fn rgb(hex: &str) -> Rgb {
    let part = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
    assert!(hex.starts_with('#') && hex.len() == 7, "{hex}");
    [part(1), part(3), part(5)]
}

/// The light that a value of sRGB stands for.
fn linear(value: f64) -> f64 {
    let share = value / 255.0;
    if share <= 0.04045 {
        share / 12.92
    } else {
        libm::pow((share + 0.055) / 1.055, 2.4)
    }
}

/// Relative luminance, WCAG 2.2.
fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn over(paint: Paint, colour: &str, ground: Rgb) -> Rgb {
    let top = rgb(colour);
    let share = f64::from(paint.opacity);
    [0, 1, 2].map(|part| top[part] * share + ground[part] * (1.0 - share))
}

fn tones() -> impl Iterator<Item = Tone> {
    let named = [Tone::Ink, Tone::Muted, Tone::Accent, Tone::Ok, Tone::Bad];
    named.into_iter().chain((0..8).map(Tone::Series))
}

#[test]
fn the_formula_is_the_standard_one() {
    assert!((contrast(rgb("#000000"), rgb("#ffffff")) - 21.0).abs() < 1e-9);
    assert!((contrast(rgb("#777777"), rgb("#ffffff")) - 4.478).abs() < 1e-3);
}

#[test]
fn every_tone_stands_out_on_paper_and_surface() {
    for theme in Theme::ALL {
        let (text, graphic) = match theme.name {
            "projector" => (7.0, 4.5),
            _ => (4.5, 3.0),
        };
        for ground in [theme.paper, theme.surface] {
            for tone in tones() {
                let found = contrast(rgb(theme.text(tone)), rgb(ground));
                assert!(found >= text, "{} text {tone:?}: {found}", theme.name);
                let found = contrast(rgb(theme.graphic(tone)), rgb(ground));
                assert!(found >= graphic, "{} graphic {tone:?}: {found}", theme.name);
            }
        }
    }
}

#[test]
fn series_can_be_told_apart() {
    for theme in Theme::ALL {
        for (index, one) in theme.series.iter().enumerate() {
            for other in &theme.series[..index] {
                assert_ne!(one.graphic, other.graphic, "{}", theme.name);
                assert_ne!(one.text, other.text, "{}", theme.name);
            }
        }
    }
}

/// How the eye without one of its three kinds of cones sees linear red, green and blue:
/// Machado, Oliveira and Fernandes, 2009, at full severity.
const EYES: [(&str, [[f64; 3]; 3]); 4] = [
    (
        "with all cones",
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    ),
    (
        "without long cones",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "without middle cones",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "without short cones",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

fn by_matrix(matrix: [[f64; 3]; 3], colour: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * colour[0] + row[1] * colour[1] + row[2] * colour[2])
}

/// CIELAB, whose distances are about those that are seen; 2.3 is just noticeable.
fn lab(colour: Rgb, eye: [[f64; 3]; 3]) -> [f64; 3] {
    const XYZ: [[f64; 3]; 3] = [
        [0.412_456_4, 0.357_576_1, 0.180_437_5],
        [0.212_672_9, 0.715_152_2, 0.072_175_0],
        [0.019_333_9, 0.119_192_0, 0.950_304_1],
    ];
    let seen = by_matrix(eye, colour.map(linear)).map(|part| part.clamp(0.0, 1.0));
    let [x, y, z] = by_matrix(XYZ, seen);
    let [x, y, z] = [x / 0.950_47, y, z / 1.088_83].map(|part| {
        if part > 216.0 / 24_389.0 {
            libm::cbrt(part)
        } else {
            (24_389.0 / 27.0 * part + 16.0) / 116.0
        }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn distance(one: &str, other: &str, eye: [[f64; 3]; 3]) -> f64 {
    let (one, other) = (lab(rgb(one), eye), lab(rgb(other), eye));
    let squares = [0, 1, 2].map(|part| (one[part] - other[part]) * (one[part] - other[part]));
    squares.iter().sum::<f64>().sqrt()
}

#[test]
fn no_member_of_a_series_looks_like_what_is_pointed_at() {
    for theme in Theme::ALL {
        for (name, eye) in EYES {
            let least = if name == "with all cones" { 30.0 } else { 10.0 };
            for one in theme.series {
                let found = distance(one.graphic, theme.accent.graphic, eye);
                assert!(
                    found >= least,
                    "{}, {name}: {} is {found} from the accent",
                    theme.name,
                    one.graphic
                );
            }
        }
    }
}

/// Few systems have more nodes than these; beyond them labels have to do.
#[test]
fn the_first_four_of_a_series_can_be_told_apart_by_every_eye() {
    for theme in Theme::ALL {
        for (name, eye) in EYES {
            for (index, one) in theme.series[..4].iter().enumerate() {
                for other in &theme.series[..index] {
                    let found = distance(one.graphic, other.graphic, eye);
                    assert!(
                        found >= 10.0,
                        "{}, {name}: {} is {found} from {}",
                        theme.name,
                        one.graphic,
                        other.graphic
                    );
                }
            }
        }
    }
}

/// What is painted, faded or not, keeps the contrast; only hairlines, the ground itself, the way
/// of a message (which the message shows) and the area beneath a line may be fainter.
#[test]
fn what_is_painted_stands_out() {
    let mut list = DisplayList::new();
    let size = Size::new(720.0, 560.0);
    for (name, panel) in common::gallery() {
        paint::paint(&panel, size, &mut list);
        check_painted(name, &list);
    }
    for (name, data) in common::spacetime::space_times() {
        paint::space_time(&data, size, &mut list);
        check_painted(name, &list);
    }
}

fn check_painted(name: &str, list: &DisplayList) {
    let ground_tones = [Tone::Hair, Tone::Paper, Tone::Surface];
    for theme in Theme::ALL {
        let ground = rgb(theme.paper);
        for shape in list.shapes() {
            let is_text = matches!(shape.geometry, Geometry::Text(_));
            let is_way = matches!(shape.geometry, Geometry::Segments { .. });
            let is_area = matches!(shape.geometry, Geometry::Polyline { closed: true, .. });
            let paints = [shape.fill, shape.stroke.map(|stroke| stroke.paint)];
            for paint in paints.into_iter().flatten() {
                let is_faint = is_way && paint.opacity < 0.5 || is_area && paint.opacity < 0.2;
                if ground_tones.contains(&paint.tone) || is_faint {
                    continue;
                }
                let (colour, least) = if is_text {
                    (theme.text(paint.tone), 4.5)
                } else {
                    (theme.graphic(paint.tone), 3.0)
                };
                let found = contrast(over(paint, colour, ground), ground);
                assert!(
                    found >= least,
                    "{name}, {}: {shape:?} has {found}",
                    theme.name
                );
            }
        }
    }
}
