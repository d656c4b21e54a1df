//! Snapshots of every kind of picture, and what SVG must never contain.

mod common;

use faultline_view::display::{DisplayList, Size};
use faultline_view::theme::Theme;
use faultline_view::{Label, Panel, paint, svg};

/// Small samples of each kind, so that a difference can be read.
fn samples() -> Vec<(&'static str, Panel)> {
    vec![
        ("topology", Panel::Topology(common::topology(5, 7))),
        ("topology-split", Panel::Topology(common::split_topology(5))),
        ("ring", Panel::Ring(common::ring(4, 5, 40, true))),
        ("ring-idle", Panel::Ring(common::ring(3, 1, 12, false))),
        ("bins", Panel::Bins(common::bins(4, 60))),
        ("bars", Panel::Bars(common::bars(4))),
        ("table", Panel::Table(common::table(3))),
        ("series", Panel::Series(common::series())),
        ("lanes", Panel::Lanes(common::lanes(3))),
        ("machine", Panel::StateMachine(common::breaker())),
        ("queues", Panel::Queues(common::queues::queues(3, 1, 9))),
        ("queues-line", Panel::Queues(common::queues::line(4))),
        ("gates", Panel::Gates(common::gates(3))),
    ]
}

fn picture(panel: &Panel, size: Size, theme: &Theme) -> String {
    let mut list = DisplayList::new();
    paint::paint(panel, size, &mut list);
    let words = svg::Words {
        title: "Sample",
        description: "A sample picture.",
    };
    svg::write(&list, size, theme, words)
}

#[test]
fn pictures_are_as_they_were() {
    for (name, panel) in samples() {
        let phone = picture(&panel, Size::new(300.0, 220.0), &Theme::DARK);
        insta::assert_snapshot!(format!("{name}-phone-dark"), phone);
        let stage = picture(&panel, Size::new(720.0, 560.0), &Theme::LIGHT);
        insta::assert_snapshot!(format!("{name}-stage-light"), stage);
    }
}

#[test]
fn a_whole_view_is_as_it_was() {
    let mut view = common::view();
    view.panels[0] = Panel::Ring(common::ring(4, 5, 40, true));
    let wide = svg::view(&view, Size::new(1100.0, 720.0), &Theme::LIGHT);
    insta::assert_snapshot!("view-wide-light", wide);
}

#[test]
fn a_list_that_is_used_again_gives_the_same_picture() {
    let size = Size::new(720.0, 560.0);
    let mut list = DisplayList::new();
    for (name, panel) in common::gallery() {
        paint::paint(&panel, size, &mut list);
        let again = svg::write(&list, size, &Theme::LIGHT, svg::Words::default());
        let mut fresh = DisplayList::new();
        paint::paint(&panel, size, &mut fresh);
        let first = svg::write(&fresh, size, &Theme::LIGHT, svg::Words::default());
        assert_eq!(again, first, "{name}");
    }
}

/// Every label of every panel is hostile; the picture holds none of it as markup.
#[test]
fn hostile_text_stays_text() {
    let hostile: Label =
        "<script>alert(1)</script>\"'>&\0\u{1}\u{202e}\u{fffe}x<img src=x onerror=alert(1)>".into();
    let mut panels: Vec<Panel> = samples().into_iter().map(|(_, panel)| panel).collect();
    for panel in &mut panels {
        common::relabel(panel, &hostile);
        let text = picture(panel, Size::new(720.0, 560.0), &Theme::LIGHT);
        assert_harmless(&text);
    }
    let mut view = common::view();
    view.title = hostile.clone();
    view.subtitle = hostile.clone();
    view.figures[0].value = hostile.clone();
    view.figures[0].detail = hostile;
    view.panels = panels;
    assert_harmless(&svg::view(&view, Size::new(900.0, 700.0), &Theme::DARK));
}

fn assert_harmless(svg: &str) {
    assert!(svg.contains("&lt;script&gt;"), "the text is shown");
    for (index, _) in svg.match_indices('<') {
        let rest = &svg[index + 1..];
        let known = [
            "svg ", "/svg>", "title>", "/title>", "desc>", "/desc>", "rect ", "path ", "circle ",
            "text ", "/text>",
        ];
        assert!(
            known.iter().any(|tag| rest.starts_with(tag)),
            "unknown markup: {}",
            &rest[..rest.len().min(40)]
        );
    }
    let forbidden = |c: char| (c < ' ' && c != '\n') || c == '\u{fffe}' || c == '\u{ffff}';
    assert!(!svg.contains(forbidden), "a character that XML forbids");
}

#[test]
fn numbers_are_short_and_finite() {
    for (name, panel) in common::gallery() {
        let text = picture(&panel, Size::new(720.0, 560.0), &Theme::LIGHT);
        assert!(!text.contains("NaN") && !text.contains("inf"), "{name}");
        let parts = text.split(|c: char| !c.is_ascii_digit() && c != '.');
        for number in parts.filter(|part| part.contains('.')) {
            let decimals = number.split('.').nth(1).unwrap_or_default().len();
            // Opacities have two decimals.
            assert!(
                decimals <= 1 || number.starts_with("0."),
                "{name}: {number}"
            );
        }
    }
}

/// A path that is painted in parts is painted whole, in its order.
#[test]
fn the_parts_of_a_geometry_are_all_of_it() {
    use faultline_view::Tone;
    use faultline_view::display::{DisplayList, Geometry, Paint, Point, Stroke};

    let points = |count: u32| (0..count).map(|at| Point::new(at as f32, 1.0));
    let pairs = |count: u32| points(count).zip(points(count));
    for count in [1, 63, 64, 65, 1_000] {
        let mut list = DisplayList::new();
        list.circles(points(count), 2.0, Some(Paint::from(Tone::Ink)), None);
        list.segments(pairs(count), Stroke::new(Tone::Ink, 1.0));
        list.arrows(pairs(count), 4.0, Paint::from(Tone::Ink));
        for shape in list.shapes() {
            let span = |geometry: &Geometry| match *geometry {
                Geometry::Segments { points } => points,
                Geometry::Circles { centers, .. } => centers,
                Geometry::Arrows { heads, .. } => heads,
                _ => panic!("{geometry:?} has no pieces"),
            };
            let mut found = Vec::new();
            let mut rest = Some(shape.geometry);
            while let Some(mut part) = rest {
                rest = part.split_off(64);
                let part = list.points(span(&part));
                assert!((1..=64).contains(&part.len()), "{} points", part.len());
                found.extend_from_slice(part);
            }
            assert_eq!(found, list.points(span(&shape.geometry)));
        }
    }
    // What is one piece stays so.
    let mut list = DisplayList::new();
    list.polyline(
        points(1_000),
        false,
        None,
        Some(Stroke::new(Tone::Ink, 1.0)),
    );
    let mut whole = list.shapes()[0].geometry;
    assert_eq!(whole.split_off(64), None);
}
