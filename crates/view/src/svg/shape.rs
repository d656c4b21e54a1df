//! One shape as SVG.

use super::push_escaped;
use crate::display::{
    Anchor, DisplayList, Family, Geometry, Paint, Point, Shape, Span, Stroke, Text, Weight,
    arrow_corners,
};
use crate::number::push_short;
use crate::theme::Theme;

const MONO: &str = "ui-monospace,'JetBrains Mono','Noto Sans Mono',monospace";

pub(super) fn write(out: &mut String, list: &DisplayList, shape: &Shape, theme: &Theme) {
    match &shape.geometry {
        Geometry::Segments { points } => path(out, shape, theme, |out| {
            for pair in list.points(*points).as_chunks::<2>().0 {
                push_points(out, pair);
            }
        }),
        Geometry::Polyline { points, closed } => path(out, shape, theme, |out| {
            push_points(out, list.points(*points));
            if *closed {
                out.push('z');
            }
        }),
        Geometry::Circles { centers, radius } => {
            circles(out, list, *centers, *radius, shape, theme)
        }
        Geometry::Rect { rect, radius } => {
            out.push_str("<rect");
            attribute(out, " x", rect.x);
            attribute(out, " y", rect.y);
            attribute(out, " width", rect.width);
            attribute(out, " height", rect.height);
            attribute(out, " rx", *radius);
            style(out, shape, theme);
            out.push_str("/>\n");
        }
        Geometry::Sectors {
            center,
            inner,
            outer,
            spans,
        } => path(out, shape, theme, |out| {
            for span in list.points(*spans) {
                push_sector(out, *center, *inner, *outer, span.x, span.y);
            }
        }),
        Geometry::Arrows { heads, length } => path(out, shape, theme, |out| {
            for [tip, along] in list.points(*heads).as_chunks::<2>().0 {
                push_points(out, &arrow_corners(*tip, *along, *length));
                out.push('z');
            }
        }),
        Geometry::Text(text) => write_text(out, list.str(text.content), text, shape, theme),
    }
}

fn path(out: &mut String, shape: &Shape, theme: &Theme, data: impl FnOnce(&mut String)) {
    out.push_str("<path d=\"");
    data(out);
    out.push('"');
    style(out, shape, theme);
    out.push_str("/>\n");
}

/// Filled dots are one path of lines without length and with round ends, a fifth of the size
/// of as many circles.
fn circles(
    out: &mut String,
    list: &DisplayList,
    centers: Span,
    radius: f32,
    shape: &Shape,
    theme: &Theme,
) {
    let centers = list.points(centers);
    if let (Some(fill), None) = (shape.fill, shape.stroke) {
        out.push_str("<path d=\"");
        for center in centers {
            push_points(out, &[*center]);
            out.push_str("h0");
        }
        out.push_str("\" fill=\"none\" stroke-linecap=\"round\"");
        paint(out, "stroke", fill, theme.graphic(fill.tone));
        attribute(out, " stroke-width", radius * 2.0);
        out.push_str("/>\n");
        return;
    }
    for center in centers {
        out.push_str("<circle");
        attribute(out, " cx", center.x);
        attribute(out, " cy", center.y);
        attribute(out, " r", radius);
        style(out, shape, theme);
        out.push_str("/>\n");
    }
}

fn write_text(out: &mut String, content: &str, text: &Text, shape: &Shape, theme: &Theme) {
    out.push_str("<text");
    attribute(out, " x", text.at.x);
    attribute(out, " y", text.at.y);
    attribute(out, " font-size", text.size);
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
        Anchor::End => out.push_str(" text-anchor=\"end\""),
    }
    if text.weight != Weight::Regular {
        attribute(out, " font-weight", text.weight.number() as f32);
    }
    if text.family == Family::Mono {
        out.push_str(" font-family=\"");
        out.push_str(MONO);
        out.push('"');
    }
    if let Some(fill) = shape.fill {
        paint(out, "fill", fill, theme.text(fill.tone));
    }
    if text.halo {
        out.push_str(" paint-order=\"stroke\" stroke=\"");
        out.push_str(theme.paper);
        out.push('"');
        attribute(out, " stroke-width", text.halo_width());
    }
    out.push('>');
    push_escaped(out, content);
    out.push_str("</text>\n");
}

fn style(out: &mut String, shape: &Shape, theme: &Theme) {
    match shape.fill {
        Some(fill) => paint(out, "fill", fill, theme.graphic(fill.tone)),
        None => out.push_str(" fill=\"none\""),
    }
    if let Some(line) = shape.stroke {
        stroke(out, line, theme);
    }
}

fn stroke(out: &mut String, stroke: Stroke, theme: &Theme) {
    paint(
        out,
        "stroke",
        stroke.paint,
        theme.graphic(stroke.paint.tone),
    );
    attribute(out, " stroke-width", stroke.width);
    let pattern = stroke.dash.pattern();
    if !pattern.is_empty() {
        out.push_str(" stroke-dasharray=\"");
        for (index, length) in pattern.iter().enumerate() {
            if index > 0 {
                out.push(' ');
            }
            push_short(out, f64::from(length * stroke.width.max(1.0)));
        }
        out.push('"');
    }
}

fn paint(out: &mut String, role: &str, paint: Paint, colour: &str) {
    out.push(' ');
    out.push_str(role);
    out.push_str("=\"");
    out.push_str(colour);
    out.push('"');
    if paint.opacity < 1.0 {
        out.push(' ');
        out.push_str(role);
        out.push_str("-opacity=\"0.");
        // Two decimals: one is too coarse for a tint.
        let hundredths = libm::roundf(paint.opacity.clamp(0.0, 0.99) * 100.0) as u8;
        out.push(char::from(b'0' + hundredths / 10));
        out.push(char::from(b'0' + hundredths % 10));
        out.push('"');
    }
}

fn attribute(out: &mut String, name: &str, value: f32) {
    out.push_str(name);
    out.push_str("=\"");
    push_short(out, f64::from(value));
    out.push('"');
}

fn push_points(out: &mut String, points: &[Point]) {
    for (index, point) in points.iter().enumerate() {
        out.push(if index == 0 { 'M' } else { 'L' });
        push_point(out, *point);
    }
}

fn push_point(out: &mut String, point: Point) {
    push_short(out, f64::from(point.x));
    out.push(' ');
    push_short(out, f64::from(point.y));
}

fn push_sector(out: &mut String, center: Point, inner: f32, outer: f32, from: f32, to: f32) {
    if to - from > 0.999 {
        // An arc that ends where it begins is nothing in SVG: two halves make the whole.
        let half = f32::midpoint(from, to);
        push_sector(out, center, inner, outer, from, half);
        push_sector(out, center, inner, outer, half, to);
        return;
    }
    let large = if to - from > 0.5 { '1' } else { '0' };
    let mut arc = |radius: f32, start: f32, end: f32, first: char, sweep: char| {
        out.push(first);
        push_point(out, center.at_turn(radius, start));
        out.push('A');
        push_point(out, Point::new(radius, radius));
        out.push_str(" 0 ");
        out.push(large);
        out.push(' ');
        out.push(sweep);
        out.push(' ');
        push_point(out, center.at_turn(radius, end));
    };
    arc(outer, from, to, 'M', '1');
    arc(inner, to, from, 'L', '0');
    out.push('z');
}
