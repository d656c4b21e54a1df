//! What must hold for every picture.

use faultline_view::display::{DisplayList, Geometry, Point, Rect, Shape, Size, arrow_corners};

/// From a phone to a 4K screen.
pub const SIZES: [(f32, f32); 9] = [
    (300.0, 220.0),
    (360.0, 480.0),
    (232.0, 260.0),
    (480.0, 300.0),
    (720.0, 560.0),
    (1100.0, 420.0),
    (600.0, 1200.0),
    (1920.0, 1080.0),
    (3840.0, 2160.0),
];

pub fn texts(list: &DisplayList) -> Vec<(String, Rect, f32)> {
    let shapes = list.shapes().iter();
    shapes
        .filter_map(|shape| match &shape.geometry {
            Geometry::Text(text) => Some((
                list.str(text.content).to_string(),
                list.text_bounds(text),
                text.size,
            )),
            _ => None,
        })
        .collect()
}

/// Faults of the texts of a list, as sentences.
pub fn text_faults(list: &DisplayList, size: Size) -> Vec<String> {
    let mut faults = Vec::new();
    let texts = texts(list);
    for (index, (text, bounds, height)) in texts.iter().enumerate() {
        if *height < 11.0 * size.scale {
            faults.push(format!("{text:?} is set at {height}"));
        }
        if bounds.x < -0.5
            || bounds.y < -0.5
            || bounds.right() > size.width + 0.5
            || bounds.bottom() > size.height + 0.5
        {
            faults.push(format!("{text:?} leaves the canvas: {bounds:?}"));
        }
        for (other, other_bounds, _) in &texts[..index] {
            // Line height is part of a bound; letters that touch within it do not meet.
            if bounds
                .inset(0.5, 1.0)
                .overlaps(&other_bounds.inset(0.5, 1.0))
            {
                faults.push(format!("{text:?} covers {other:?}"));
            }
        }
    }
    faults
}

/// A shape of which something lies outside the canvas.
pub fn stray_shape(list: &DisplayList, size: Size) -> Option<&Shape> {
    list.shapes().iter().find(|shape| {
        let outside = |point: &Point| {
            !(-0.5..=size.width + 0.5).contains(&point.x)
                || !(-0.5..=size.height + 0.5).contains(&point.y)
                || point.x.is_nan()
        };
        let stray = match &shape.geometry {
            Geometry::Segments { points } | Geometry::Polyline { points, .. } => {
                list.points(*points).iter().copied().find(outside)
            }
            Geometry::Circles { centers, radius } => list
                .points(*centers)
                .iter()
                .flat_map(|center| {
                    [
                        center.moved(*radius, *radius),
                        center.moved(-*radius, -*radius),
                    ]
                })
                .find(outside),
            Geometry::Rect { rect, .. } => [
                Point::new(rect.x, rect.y),
                Point::new(rect.right(), rect.bottom()),
            ]
            .into_iter()
            .find(outside),
            Geometry::Sectors { center, outer, .. } => {
                [center.moved(*outer, *outer), center.moved(-*outer, -*outer)]
                    .into_iter()
                    .find(outside)
            }
            Geometry::Arrows { heads, length } => list
                .points(*heads)
                .chunks(2)
                .flat_map(|pair| arrow_corners(pair[0], pair[1], *length))
                .find(outside),
            Geometry::Text(_) => None,
        };
        stray.is_some()
    })
}
