//! A chart that grows: axes drawn once for each set of ticks, and a frame that says where its
//! values are.

mod common;

use common::check::{SIZES, text_faults};
use faultline_view::display::{DisplayList, Geometry, Size};
use faultline_view::paint::{Chart, ChartBar, ChartPainter};
use faultline_view::theme::Theme;
use faultline_view::{Series, SeriesMark, svg};

fn growing(until: usize) -> Chart {
    let mut series = common::series();
    for line in &mut series.lines {
        line.points.truncate(until);
    }
    Chart {
        series,
        span: Some((0.0, 30.0)),
        ..Chart::default()
    }
}

fn histogram() -> Chart {
    let bar = |(index, count): (usize, &u64)| ChartBar {
        from: index as f64 * 1000.0,
        to: index as f64 * 1000.0 + 1000.0,
        height: *count as f64,
    };
    let mark = |(x, label): (f64, &str)| SeriesMark {
        x,
        label: label.into(),
    };
    let counts = [0, 12, 61, 55, 38, 21, 8, 3, 0, 2];
    Chart {
        series: Series {
            x_label: "spread (ms)".into(),
            y_label: "runs".into(),
            marks: [(4_512.0, "mean"), (4_230.0, "p50"), (8_190.0, "p95")]
                .map(mark)
                .into(),
            ..Series::default()
        },
        span: Some((0.0, 10_000.0)),
        bars: counts.iter().enumerate().map(bar).collect(),
        ..Chart::default()
    }
}

/// Both lists as one picture.
fn svg_of(painter: &ChartPainter, size: Size) -> String {
    let write = |list: &DisplayList| svg::write(list, size, &Theme::LIGHT, svg::Words::default());
    painter.lists().map(write).join("\n")
}

#[test]
fn axes_stay_while_values_grow_within_their_ticks() {
    let size = Size::new(720.0, 230.0);
    let (mut grown, mut painter) = (ChartPainter::default(), ChartPainter::default());
    for until in [2, 40, 60, 61, 80, 121] {
        let chart = growing(until);
        let frame = grown.paint(&chart, size);
        assert!(frame.is_some());
        let mut afresh = ChartPainter::default();
        assert_eq!(afresh.paint(&chart, size), frame);
        assert_eq!(svg_of(&grown, size), svg_of(&afresh, size), "{until}");
    }
    let axes = |painter: &ChartPainter| {
        let list = painter.lists()[0];
        svg::write(list, size, &Theme::LIGHT, svg::Words::default())
    };
    painter.paint(&growing(40), size);
    let before = axes(&painter);
    painter.paint(&growing(80), size);
    assert_eq!(before, axes(&painter), "the ticks are the same");
}

#[test]
fn the_frame_leads_from_values_to_places_and_back() {
    let mut painter = ChartPainter::default();
    let chart = growing(121);
    let frame = painter
        .paint(&chart, Size::new(720.0, 230.0))
        .expect("room");
    for value in [0.0, 7.25, 15.0, 30.0] {
        let found = frame.value_at(frame.x_of(value));
        assert!((found - value).abs() < 1e-3, "{value}: {found}");
    }
    assert_eq!(frame.value_at(-50.0), 0.0);
    assert_eq!(frame.x_of(99.0), frame.plot().right());
    // The last point of a line is drawn where the frame says.
    let list = painter.lists()[1];
    let (x, y) = chart.series.lines[0].points[120];
    let drawn = list
        .shapes()
        .iter()
        .filter_map(|shape| match shape.geometry {
            Geometry::Polyline { points, .. } => list.points(points).last().copied(),
            _ => None,
        });
    let near = |at: &faultline_view::display::Point| {
        (at.x - frame.x_of(x)).abs() < 0.5 && (at.y - frame.y_of(y)).abs() < 0.5
    };
    assert!(drawn.into_iter().any(|at| near(&at)));
}

#[test]
fn charts_fit_their_place() {
    let mut painter = ChartPainter::default();
    for chart in [growing(121), growing(0), histogram(), Chart::default()] {
        for (width, height) in SIZES {
            let size = Size::new(width, height);
            painter.paint(&chart, size);
            let mut faults = Vec::new();
            for list in painter.lists() {
                faults.extend(text_faults(list, size));
            }
            assert!(faults.is_empty(), "{size:?}: {}", faults.join("\n"));
        }
    }
}

#[test]
fn a_histogram_stands_on_its_axis() {
    let mut painter = ChartPainter::default();
    let frame = painter
        .paint(&histogram(), Size::new(720.0, 230.0))
        .expect("room");
    let list = painter.lists()[1];
    let rects = list
        .shapes()
        .iter()
        .filter_map(|shape| match shape.geometry {
            Geometry::Rect { rect, .. } => Some(rect),
            _ => None,
        });
    let rects: Vec<_> = rects.collect();
    assert_eq!(rects.len(), 8, "bars of no runs are not drawn");
    for rect in rects {
        assert!(
            (rect.bottom() - frame.plot().bottom()).abs() < 0.5,
            "{rect:?}"
        );
    }
}
