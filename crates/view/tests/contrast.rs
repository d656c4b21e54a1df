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

/// Relative luminance, WCAG 2.2.
fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] = colour.map(|value| {
        let share = value / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            libm::pow((share + 0.055) / 1.055, 2.4)
        }
    });
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

/// What is painted, faded or not, keeps the contrast; only hairlines, the ground itself and
/// the way of a message (which the message shows) may be fainter.
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
            let paints = [shape.fill, shape.stroke.map(|stroke| stroke.paint)];
            for paint in paints.into_iter().flatten() {
                if ground_tones.contains(&paint.tone) || is_way && paint.opacity < 0.5 {
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
